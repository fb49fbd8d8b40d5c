//! The two networks of ULTRA, forward (Galkin et al. 2023; layers after NBFNet, Zhu et al. 2021).
//!
//! In: numbers, edges, a relation, an entity. Out: a row for each relation, and by these a score for each entity.
//! Never: a score that depends on which questions go together.

use super::graph::{HiddenEdges, UltraGraph};
use super::weights::{LAYERS, Part, UltraWeights};
use crate::data::set::{Query, Side};
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::message_passing::{Aggregate, Edge, Edges, Node, Readout, Row, Update, WIDTH};
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::Epilogue;

/// A product with a bias, packed for both directions.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    pub forward: SinglePanels,
    pub backward: SinglePanels,
    pub bias: Vec<f32>,
}

impl Linear {
    /// Packs weights given as outputs × inputs.
    fn new(weights: &[f32], bias: &[f32]) -> Self {
        let (inputs, outputs) = (weights.len() / bias.len(), bias.len());
        let (mut forward, mut backward) = (SinglePanels::default(), SinglePanels::default());
        forward.pack_columns(weights, inputs, (inputs, outputs));
        backward.pack_rows(weights, inputs, (outputs, inputs));
        Linear { forward, backward, bias: bias.to_vec() }
    }

    /// `rows · weights + bias`.
    fn run(&self, isa: Isa, rows: &[f32], out: &mut [f32]) {
        let depth = self.forward.depth;
        let rows = Rows { values: rows, stride: depth, count: rows.len() / depth };
        kernels::single(isa, rows, &self.forward, Epilogue::Bias(&self.bias), out);
    }
}

/// A layer of either network: a product of state and what was heard, normalised and rectified, added to the state.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub linear: Linear,
    pub gain: Row,
    pub shift: Row,
}

impl Layer {
    fn new([weights, bias, gain, shift]: [&[f32]; 4]) -> Self {
        Layer { linear: Linear::new(weights, bias), gain: row(gain), shift: row(shift) }
    }
}

/// What turns the rows of relations into those of a layer's edges: two products, rectified between.
#[derive(Clone, Debug)]
pub(super) struct Projection {
    pub first: Linear,
    pub second: Linear,
}

/// What makes a score of an entity's state and the question's relation, side by side: two products, rectified between.
/// The first is kept in two parts, since the relation is the same for all entities.
#[derive(Clone, Debug)]
pub(super) struct ScoreHead {
    pub state: Linear,
    pub query: Linear,
    pub weights: Node,
    pub bias: f32,
}

/// ULTRA, ready to run.
#[derive(Clone, Debug)]
pub struct Ultra {
    pub(super) isa: Isa,
    pub(super) relations: Vec<(Vec<Row>, Layer)>,
    pub(super) entities: Vec<(Projection, Layer)>,
    pub(super) score_head: ScoreHead,
}

/// What relations mean, asked for one of them.
#[derive(Clone, Debug, Default)]
pub struct RelationStates {
    /// A row for each step.
    pub rows: Vec<Row>,
    /// By layer of the network over entities, a row for each step.
    pub kinds: Vec<Vec<Row>>,
    /// The same between the two products of the projection, rectified.
    pub(super) between: Vec<Vec<Row>>,
}

/// A layer as it was passed, for its slopes.
#[derive(Clone, Debug, Default)]
pub(super) struct LayerActivations {
    pub nodes: Vec<Node>,
    pub normal: Vec<Row>,
    pub inverses: Vec<f32>,
}

/// Memory that passes use again.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The nodes' states after the last layer.
    pub(super) nodes: Vec<Node>,
    product: Vec<Row>,
    inverses: Vec<f32>,
    judged: Vec<Node>,
}

/// The relation of a question as the step from its known end.
pub(super) fn step(question: Query, relations: usize) -> usize {
    question.relation as usize + if question.side == Side::Tail { 0 } else { relations }
}

impl Ultra {
    /// Packs the numbers, for the fastest instructions of this machine.
    pub fn new(weights: &UltraWeights) -> Self {
        let relation = |layer| {
            let [kinds, weights, bias, gain, shift] = Part::Relation(layer).of(&weights.values);
            (kinds.as_chunks().0.to_vec(), Layer::new([weights, bias, gain, shift]))
        };
        let entity = |layer| {
            let [product, bias, gain, shift, first, first_bias, second, second_bias] =
                Part::Entity(layer).of(&weights.values);
            let projection =
                Projection { first: Linear::new(first, first_bias), second: Linear::new(second, second_bias) };
            (projection, Layer::new([product, bias, gain, shift]))
        };
        let [first, first_bias, second, second_bias] = Part::ScoreHead.of(&weights.values);
        let columns = |from: usize| -> Vec<f32> {
            first.chunks_exact(2 * WIDTH).flat_map(|row| row[from..from + WIDTH].iter().copied()).collect()
        };
        let (low, high) = second.split_at(WIDTH);
        Ultra {
            isa: Isa::best(),
            relations: (0..LAYERS).map(relation).collect(),
            entities: (0..LAYERS).map(entity).collect(),
            score_head: ScoreHead {
                state: Linear::new(&columns(0), first_bias),
                query: Linear::new(&columns(WIDTH), first_bias),
                weights: [row(low), row(high)],
                bias: second_bias[0],
            },
        }
    }

    /// What relations mean where this one is asked for, whichever end is asked.
    pub fn read(
        &self,
        graph: &UltraGraph,
        relation: u32,
        hidden_edges: &HiddenEdges,
        workspace: &mut Workspace,
    ) -> RelationStates {
        self.read_keeping(graph, relation, hidden_edges, workspace, None)
    }

    pub(super) fn read_keeping(
        &self,
        graph: &UltraGraph,
        relation: u32,
        hidden_edges: &HiddenEdges,
        workspace: &mut Workspace,
        kept: Option<&mut [LayerActivations]>,
    ) -> RelationStates {
        let layers = self.relations.iter().map(|(kinds, layer)| (kinds.as_slice(), layer));
        let source = (relation, &[1.0; WIDTH]);
        self.walk(layers, (&graph.relations, &hidden_edges.relations), source, workspace, kept);
        let mut relation_states =
            RelationStates { rows: workspace.nodes.iter().map(|node| node[0]).collect(), ..RelationStates::default() };
        for (projection, _) in &self.entities {
            let mut between = vec![[0.0; WIDTH]; relation_states.rows.len()];
            let mut kinds = between.clone();
            projection.first.run(self.isa, relation_states.rows.as_flattened(), between.as_flattened_mut());
            between.as_flattened_mut().iter_mut().for_each(|x| *x = x.max(0.0));
            projection.second.run(self.isa, between.as_flattened(), kinds.as_flattened_mut());
            relation_states.kinds.push(kinds);
            relation_states.between.push(between);
        }
        relation_states
    }

    /// Lets what is asked spread from an entity; leaves every entity's state in the workspace.
    pub(super) fn spread(
        &self,
        (edges, hidden): (&Edges, &[Edge]),
        relation_states: &RelationStates,
        (known, step): (u32, usize),
        workspace: &mut Workspace,
        kept: Option<&mut [LayerActivations]>,
    ) {
        let layers =
            self.entities.iter().zip(&relation_states.kinds).map(|((_, layer), kinds)| (kinds.as_slice(), layer));
        self.walk(layers, (edges, hidden), (known, &relation_states.rows[step]), workspace, kept);
    }

    /// The scores of the entities whose states are in the workspace.
    pub(super) fn score(&self, query: &Row, workspace: &mut Workspace, scores: &mut [f32]) {
        let Workspace { nodes, judged, .. } = workspace;
        let states = Rows { values: nodes.as_flattened().as_flattened(), stride: 2 * WIDTH, count: nodes.len() };
        self.score_states(query, states, judged, scores);
    }

    /// The scores of some states; leaves the first product of each, before it is rectified.
    pub(super) fn score_states(&self, query: &Row, states: Rows<'_>, judged: &mut Vec<Node>, scores: &mut [f32]) {
        let ScoreHead { state, query: asked, weights, bias } = &self.score_head;
        let mut from_query = [[0.0; WIDTH]; 2];
        asked.run(self.isa, query, from_query.as_flattened_mut());
        judged.resize(states.count, [[0.0; WIDTH]; 2]);
        let out = judged.as_flattened_mut().as_flattened_mut();
        kernels::single(self.isa, states, &state.forward, Epilogue::Bias(from_query.as_flattened()), out);
        kernels::run(self.isa, Readout { rows: judged, weights, bias: *bias, out: scores });
    }

    /// The layers of either network, from a source.
    fn walk<'a>(
        &self,
        layers: impl Iterator<Item = (&'a [Row], &'a Layer)>,
        (edges, hidden): (&Edges, &[Edge]),
        source: (u32, &Row),
        workspace: &mut Workspace,
        mut kept: Option<&mut [LayerActivations]>,
    ) {
        let Workspace { nodes, product, inverses, .. } = workspace;
        nodes.clear();
        nodes.resize(edges.nodes(), [[0.0; WIDTH]; 2]);
        nodes[source.0 as usize][0] = *source.1;
        product.resize(nodes.len(), [0.0; WIDTH]);
        inverses.resize(nodes.len(), 0.0);
        for (place, (kinds, Layer { linear, gain, shift })) in layers.enumerate() {
            kernels::run(self.isa, Aggregate { edges, hidden, kinds, source, nodes });
            linear.run(self.isa, nodes.as_flattened().as_flattened(), product.as_flattened_mut());
            if let Some(kept) = &mut kept {
                kept[place].nodes.clone_from(nodes);
            }
            kernels::run(self.isa, Update { gain, shift, product, inverses, nodes });
            if let Some(kept) = &mut kept {
                kept[place].normal.clone_from(product);
                kept[place].inverses.clone_from(inverses);
            }
        }
    }
}

fn row(values: &[f32]) -> Row {
    std::array::from_fn(|place| values[place])
}
