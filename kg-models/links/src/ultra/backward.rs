//! The slopes of ULTRA's loss, by hand.
//!
//! In: questions about one relation with a right answer and wrong ones. Out: the loss, and its slope by every number of
//! the model. Never: automatic differentiation (it is the test's oracle), or a sum whose order depends on a thread.

use super::graph::{HiddenEdges, UltraGraph};
use super::net::{Layer, LayerActivations, Linear, RelationStates, Ultra, Workspace};
use super::weights::{LAYERS, Part};
use crate::score::config::{LinkTraining, Loss};
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels;
use kgloom_numerics::message_passing::{AggregateBackward, Edges, Node, Row, UpdateBackward, WIDTH};
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::Epilogue;

/// A question as the networks ask it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The relation.
    pub relation: u32,
    /// The relation as a step from the known end.
    pub step: usize,
    /// The known end.
    pub known: u32,
    /// The right answer, then wrong ones.
    pub rivals: Vec<u32>,
}

/// Memory that slopes use again.
#[derive(Debug, Default)]
pub struct BackwardWorkspace {
    forward: Workspace,
    /// The layers over relations as they were passed, and those over entities.
    activations: [Vec<LayerActivations>; 2],
    to_states: Vec<Row>,
    turned: Vec<f32>,
    panels: SinglePanels,
    product: Vec<f32>,
    to_product: Vec<Row>,
    to_nodes: Vec<Node>,
}

/// Where slopes of a product's numbers go: weights, how far its rows lie apart, bias.
type ToLinear<'a> = (&'a mut [f32], usize, &'a mut [f32]);

impl BackwardWorkspace {
    /// Adds the slopes of a product's weights and bias; what comes out for its rows is written, where it is wanted.
    fn linear(
        &mut self,
        isa: Isa,
        linear: &Linear,
        (rows, slopes): (&[f32], &[f32]),
        (to_weights, step, to_bias): ToLinear<'_>,
        to_rows: Option<&mut [f32]>,
    ) {
        let (inputs, outputs) = (linear.forward.depth, linear.bias.len());
        let count = rows.len() / inputs;
        self.turned.resize(slopes.len(), 0.0);
        for (place, slopes) in slopes.chunks_exact(outputs).enumerate() {
            for (output, slope) in slopes.iter().enumerate() {
                self.turned[output * count + place] = *slope;
                to_bias[output] += slope;
            }
        }
        self.panels.pack_rows(rows, inputs, (count, inputs));
        self.product.resize(outputs * inputs, 0.0);
        let turned = Rows { values: &self.turned, stride: count, count: outputs };
        kernels::single(isa, turned, &self.panels, Epilogue::Plain, &mut self.product);
        for (to, product) in to_weights.chunks_mut(step).zip(self.product.chunks_exact(inputs)) {
            to.iter_mut().zip(product).for_each(|(to, slope)| *to += slope);
        }
        if let Some(to_rows) = to_rows {
            let slopes = Rows { values: slopes, stride: outputs, count };
            kernels::single(isa, slopes, &linear.backward, Epilogue::Plain, to_rows);
        }
    }

    /// Goes back through a layer: turns the slopes of the states that came out into those of the states that went in,
    /// adds those of its numbers and of its edges' kinds, and says the slope of what the source began with.
    fn layer(
        &mut self,
        isa: Isa,
        (layer, kinds, edges): (&Layer, &[Row], &Edges),
        activations: &LayerActivations,
        (slopes, source): (&mut [Row], u32),
        (to_kinds, to): (&mut [Row], [&mut [f32]; 4]),
    ) -> Row {
        let Layer { linear, gain, shift } = layer;
        let [to_weights, to_bias, to_gain, to_shift] = to;
        let mut to_product = std::mem::take(&mut self.to_product);
        let mut to_nodes = std::mem::take(&mut self.to_nodes);
        to_product.resize(slopes.len(), [0.0; WIDTH]);
        to_nodes.resize(slopes.len(), [[0.0; WIDTH]; 2]);
        let (mut own_gain, mut own_shift) = ([0.0; WIDTH], [0.0; WIDTH]);
        let update = UpdateBackward {
            gain,
            shift,
            normal: &activations.normal,
            inverses: &activations.inverses,
            slopes,
            to_product: &mut to_product,
            to_gain: &mut own_gain,
            to_shift: &mut own_shift,
        };
        kernels::run(isa, update);
        for i in 0..WIDTH {
            to_gain[i] += own_gain[i];
            to_shift[i] += own_shift[i];
        }
        let (rows, out) =
            (activations.nodes.as_flattened().as_flattened(), to_nodes.as_flattened_mut().as_flattened_mut());
        let to = (to_weights, 2 * WIDTH, to_bias);
        self.linear(isa, linear, (rows, to_product.as_flattened()), to, Some(out));
        let (nodes, to_states) = (activations.nodes.as_slice(), slopes);
        kernels::run(isa, AggregateBackward { edges, kinds, nodes, slopes: &to_nodes, to_states, to_kinds });
        let began = to_nodes[source as usize][1];
        (self.to_product, self.to_nodes) = (to_product, to_nodes);
        began
    }
}

fn add(to: &mut Row, from: &Row) {
    for i in 0..WIDTH {
        to[i] += from[i];
    }
}

/// What the questions of one relation share on the way back.
struct Shared {
    /// The slopes of the relations' rows.
    rows: Vec<Row>,
    /// By layer, those of the edges' kinds.
    kinds: Vec<Vec<Row>>,
}

impl Ultra {
    /// The loss of examples that ask about one relation, over `edges` between entities; the slopes of `share` times the
    /// loss are added.
    pub fn learn(
        &self,
        (graph, edges): (&UltraGraph, &Edges),
        examples: &[Example],
        (temperature, share): (f32, f32),
        (workspace, to): (&mut BackwardWorkspace, &mut [f32]),
    ) -> f32 {
        let Some(first) = examples.first() else { return 0.0 };
        for activations in &mut workspace.activations {
            activations.resize_with(LAYERS, LayerActivations::default);
        }
        let BackwardWorkspace { forward, activations: [activations, _], .. } = workspace;
        let relation_states =
            self.read_keeping(graph, first.relation, &HiddenEdges::default(), forward, Some(activations));
        let steps = relation_states.rows.len();
        let zeros = || vec![[0.0; WIDTH]; steps];
        let mut shared = Shared { rows: zeros(), kinds: relation_states.kinds.iter().map(|_| zeros()).collect() };
        let mut loss = 0.0;
        for example in examples {
            loss += self.learn_one(
                edges,
                &relation_states,
                example,
                (temperature, share),
                &mut shared,
                (&mut *workspace, &mut *to),
            );
        }
        for (layer, (projection, _)) in self.entities.iter().enumerate() {
            let [_, _, _, _, first, first_bias, second, second_bias] = Part::Entity(layer).of_mut(to);
            let (between, slopes) = (relation_states.between[layer].as_flattened(), shared.kinds[layer].as_flattened());
            let mut to_between = zeros();
            let out = Some(to_between.as_flattened_mut());
            workspace.linear(self.isa, &projection.second, (between, slopes), (second, WIDTH, second_bias), out);
            for (slope, between) in to_between.as_flattened_mut().iter_mut().zip(between) {
                *slope = if *between > 0.0 { *slope } else { 0.0 };
            }
            let mut to_rows = zeros();
            let (rows, slopes) = (relation_states.rows.as_flattened(), to_between.as_flattened());
            let out = Some(to_rows.as_flattened_mut());
            workspace.linear(self.isa, &projection.first, (rows, slopes), (first, WIDTH, first_bias), out);
            shared.rows.iter_mut().zip(&to_rows).for_each(|(to, from)| add(to, from));
        }
        let activations = std::mem::take(&mut workspace.activations[0]);
        for (place, (kinds, layer)) in self.relations.iter().enumerate().rev() {
            let [to_kinds, weights, bias, gain, shift] = Part::Relation(place).of_mut(to);
            let way = (layer, kinds.as_slice(), &graph.relations);
            let slopes = (shared.rows.as_mut_slice(), first.relation);
            let to = (to_kinds.as_chunks_mut().0, [weights, bias, gain, shift]);
            workspace.layer(self.isa, way, &activations[place], slopes, to);
        }
        workspace.activations[0] = activations;
        loss
    }

    fn learn_one(
        &self,
        edges: &Edges,
        relation_states: &RelationStates,
        example: &Example,
        (temperature, share): (f32, f32),
        shared: &mut Shared,
        (workspace, to): (&mut BackwardWorkspace, &mut [f32]),
    ) -> f32 {
        let query = &relation_states.rows[example.step];
        let BackwardWorkspace { forward, activations: [_, activations], .. } = &mut *workspace;
        self.spread((edges, &[]), relation_states, (example.known, example.step), forward, Some(activations));
        let nodes = &workspace.forward.nodes;
        let states: Vec<Row> = example.rivals.iter().map(|rival| nodes[*rival as usize][0]).collect();
        let (mut judged, mut scores) = (Vec::new(), vec![0.0; states.len()]);
        let rows = Rows { values: states.as_flattened(), stride: WIDTH, count: states.len() };
        self.score_states(query, rows, &mut judged, &mut scores);
        let mut slopes = scores.clone();
        let kind = LinkTraining { temperature, margin: 0.0, ..LinkTraining::default() };
        let loss = Loss::SelfAdversarial.slopes(&scores, &mut slopes, &kind);
        slopes.iter_mut().for_each(|slope| *slope *= share);

        let mut to_query = [0.0; WIDTH];
        let mut to_states = std::mem::take(&mut workspace.to_states);
        to_states.clear();
        to_states.resize(edges.nodes(), [0.0; WIDTH]);
        self.score_backward(
            (query, &states),
            (judged, &slopes),
            (&mut to_query, &mut *workspace, &mut *to),
            |place, slope| {
                add(&mut to_states[example.rivals[place] as usize], slope);
            },
        );
        let activations = std::mem::take(&mut workspace.activations[1]);
        for (place, (_, layer)) in self.entities.iter().enumerate().rev() {
            let [weights, bias, gain, shift, ..]: [&mut [f32]; 8] = Part::Entity(place).of_mut(to);
            let way = (layer, relation_states.kinds[place].as_slice(), edges);
            let to = (shared.kinds[place].as_mut_slice(), [weights, bias, gain, shift]);
            add(
                &mut to_query,
                &workspace.layer(self.isa, way, &activations[place], (&mut to_states, example.known), to),
            );
        }
        add(&mut to_query, &to_states[example.known as usize]);
        add(&mut shared.rows[example.step], &to_query);
        workspace.activations[1] = activations;
        workspace.to_states = to_states;
        loss
    }

    /// Goes back through the score; `tell` hears the slope of each state.
    fn score_backward(
        &self,
        (query, states): (&Row, &[Row]),
        (mut judged, slopes): (Vec<Node>, &[f32]),
        (to_query, workspace, to): (&mut Row, &mut BackwardWorkspace, &mut [f32]),
        mut tell: impl FnMut(usize, &Row),
    ) {
        let [first, first_bias, second, second_bias] = Part::ScoreHead.of_mut(to);
        let weights = self.score_head.weights.as_flattened();
        for (judged, slope) in judged.iter_mut().zip(slopes) {
            second_bias[0] += slope;
            for ((x, weight), to) in judged.as_flattened_mut().iter_mut().zip(weights).zip(&mut *second) {
                let open = *x > 0.0;
                *to += if open { slope * *x } else { 0.0 };
                *x = if open { slope * weight } else { 0.0 };
            }
        }
        let slopes = judged.as_flattened().as_flattened();
        // The bias counts once, with the question's part of the product.
        let mut sum = vec![0.0; 2 * WIDTH];
        let mut to_rows = vec![[0.0; WIDTH]; states.len()];
        let to_state = (&mut *first, 2 * WIDTH, sum.as_mut_slice());
        let rows = (states.as_flattened(), slopes);
        workspace.linear(self.isa, &self.score_head.state, rows, to_state, Some(to_rows.as_flattened_mut()));
        let to_asked = (&mut first[WIDTH..], 2 * WIDTH, first_bias);
        let rows = (query.as_slice(), sum.as_slice());
        workspace.linear(self.isa, &self.score_head.query, rows, to_asked, Some(to_query.as_mut_slice()));
        to_rows.iter().enumerate().for_each(|(place, slope)| tell(place, slope));
    }
}
