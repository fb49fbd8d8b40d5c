//! Rules of one or two steps, counted on training: if x goes by these steps to y, then perhaps x is linked to y.
//!
//! In: links. Out: rules with confidence, and what they say of a question in a graph that is visible. Never: a rule that
//! uses the link that is asked about. After AnyBURL (Meilicke et al. 2019), with every body counted and none sampled where
//! the graph is small.

use crate::data::set::{Link, Query, Side};
use kgloom_numerics::draw::draw;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A relation walked forward (even) or backward (odd).
pub type Step = u32;

/// A graph that rules are walked over.
pub trait Walk {
    /// Where a step leads from an entity.
    fn to(&self, entity: u32, step: Step) -> impl Iterator<Item = u32>;

    /// How many steps lead from an entity.
    fn degree(&self, entity: u32) -> usize;
}

/// Walks of two steps that are counted in all; entities are drawn until so many were.
const WALKS: usize = 60_000_000;
/// An entity from which more walks lead is not counted from.
const MOST_WALKS: usize = 400_000;
/// Added to how often a body holds, so that rare bodies are not trusted.
const DOUBT: f32 = 5.0;
/// The least confidence and support of a rule that is kept.
const LEAST_CONFIDENCE: f32 = 0.01;
const LEAST_SUPPORT: u32 = 3;
/// The most rules for one relation and side.
const MOST_RULES: usize = 300;

/// Who is linked to whom, both ways.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    starts: Vec<u32>,
    /// By entity: steps and where they lead, sorted.
    edges: Vec<(Step, u32)>,
}

impl Neighbours {
    /// The neighbours that these links give to so many entities.
    pub fn new(parts: &[&[Link]], entities: usize) -> Self {
        let mut edges: Vec<(u32, Step, u32)> = Vec::new();
        for link in parts.iter().copied().flatten() {
            edges.push((link.head, 2 * link.relation, link.tail));
            edges.push((link.tail, 2 * link.relation + 1, link.head));
        }
        edges.sort_unstable();
        edges.dedup();
        let starts = (0..=entities as u32).map(|entity| edges.partition_point(|edge| edge.0 < entity) as u32).collect();
        Neighbours { starts, edges: edges.into_iter().map(|(_, step, to)| (step, to)).collect() }
    }

    /// All edges of an entity.
    fn of(&self, entity: u32) -> &[(Step, u32)] {
        &self.edges[self.starts[entity as usize] as usize..self.starts[entity as usize + 1] as usize]
    }
}

impl Walk for Neighbours {
    fn to(&self, entity: u32, step: Step) -> impl Iterator<Item = u32> {
        let edges = self.of(entity);
        let start = edges.partition_point(|edge| edge.0 < step);
        edges[start..].iter().take_while(move |edge| edge.0 == step).map(|edge| edge.1)
    }

    fn degree(&self, entity: u32) -> usize {
        self.of(entity).len()
    }
}

/// What must not be seen while a link is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// The link itself.
    Link,
    /// Every link between its two ends.
    Pair,
}

/// If x goes by these steps to y, then perhaps x is linked to y.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The first step.
    pub first: Step,
    /// The second, where there is one.
    pub second: Option<Step>,
    /// How often the conclusion held, with some doubt of what was seen rarely.
    pub confidence: f32,
}

/// Rules by what they conclude.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// By step: rules that conclude it, the surest first.
    goals: Vec<Vec<Rule>>,
}

/// The step from the known end of a question to its answers.
fn goal(question: Query) -> Step {
    2 * question.relation + u32::from(question.side == Side::Head)
}

impl Rules {
    /// Counts rules over a graph of so many relations; where it is large, over a part of it that the seed draws.
    pub fn learn(graph: &Neighbours, relations: usize, seed: u64) -> Self {
        Rules::learn_by_ways(graph, relations, seed, usize::MAX)
    }

    /// The same, without walking through entities of more than `most_ways` edges.
    pub fn learn_by_ways(graph: &Neighbours, relations: usize, seed: u64, most_ways: usize) -> Self {
        let entities = graph.starts.len() - 1;
        let mut order: Vec<u32> = (0..entities as u32).collect();
        draw(seed, "rules", 0).shuffle(&mut order);
        let mut bodies: HashMap<(Step, Option<Step>), u32> = HashMap::new();
        let mut supports: HashMap<(Step, Option<Step>, Step), u32> = HashMap::new();
        let mut walked = 0;
        let mut ends: Vec<(Step, Option<Step>, u32)> = Vec::new();
        for start in order {
            let ways = |via: u32| if graph.degree(via) > most_ways { &[] } else { graph.of(via) };
            let count: usize = graph.of(start).iter().map(|(_, via)| ways(*via).len()).sum();
            if count > MOST_WALKS {
                continue;
            }
            if walked > WALKS {
                break;
            }
            walked += count;
            ends.clear();
            for &(first, via) in graph.of(start) {
                ends.push((first, None, via));
                ends.extend(ways(via).iter().map(|&(second, end)| (first, Some(second), end)));
            }
            ends.retain(|(_, _, end)| *end != start);
            ends.sort_unstable();
            ends.dedup();
            let mut direct: Vec<(u32, Step)> = graph.of(start).iter().map(|&(step, end)| (end, step)).collect();
            direct.sort_unstable();
            for &(first, second, end) in &ends {
                *bodies.entry((first, second)).or_default() += 1;
                let from = direct.partition_point(|edge| edge.0 < end);
                for &(_, step) in direct[from..].iter().take_while(|edge| edge.0 == end) {
                    if second.is_some() || step != first {
                        *supports.entry((first, second, step)).or_default() += 1;
                    }
                }
            }
        }
        let mut goals = vec![Vec::new(); 2 * relations];
        for ((first, second, step), support) in supports {
            let confidence = support as f32 / (bodies[&(first, second)] as f32 + DOUBT);
            if support >= LEAST_SUPPORT && confidence >= LEAST_CONFIDENCE {
                goals[step as usize].push(Rule { first, second, confidence });
            }
        }
        for rules in &mut goals {
            rules.sort_unstable_by(|one, other| {
                let key = |rule: &Rule| (rule.second.is_some(), rule.first, rule.second);
                other.confidence.total_cmp(&one.confidence).then(key(one).cmp(&key(other)))
            });
            rules.truncate(MOST_RULES);
        }
        Rules { goals }
    }

    /// How many rules there are.
    pub fn count(&self) -> usize {
        self.goals.iter().map(Vec::len).sum()
    }

    /// Adds `weight` times what rules say of each answer, `1 − Π (1 − confidence)` over the rules that lead to it, in a
    /// graph without what must be hidden about the link to `answer`.
    pub fn add(
        &self,
        (question, answer): (Query, u32),
        (graph, hidden): (&Neighbours, Hidden),
        weight: f32,
        (workspace, scores): (&mut RuleWorkspace, &mut [f32]),
    ) {
        let (known, goal) = (question.anchor, goal(question));
        // From the known end, and back from the answer.
        let hides = |from: u32, step: Step, to: u32| {
            let between = from == known && to == answer || from == answer && to == known;
            between
                && match hidden {
                    Hidden::Pair => true,
                    Hidden::Link => step == if from == known { goal } else { goal ^ 1 },
                }
        };
        self.walk(question, graph, (usize::MAX, hides), (workspace, scores.len()));
        for &entity in &workspace.reached {
            scores[entity as usize] += weight * workspace.confidence(entity);
        }
    }

    /// Whether they conclude nothing but so many relations, and walk over nothing else.
    pub fn concludes(&self, relations: usize) -> bool {
        let steps = self.goals.iter().flatten().flat_map(|rule| [Some(rule.first), rule.second]).flatten();
        self.goals.len() == 2 * relations && steps.max().is_none_or(|step| (step as usize) < 2 * relations)
    }

    /// The rules that answer a question, the surest first.
    pub fn answering(&self, question: Query) -> &[Rule] {
        &self.goals[goal(question) as usize]
    }

    /// Walks all rules that answer a question, but not through entities of more than `most_ways` edges nor over what
    /// `hides` (from, step, to) says; the room then tells what they lead to among so many entities.
    pub fn walk(
        &self,
        question: Query,
        graph: &impl Walk,
        (most_ways, hides): (usize, impl Fn(u32, Step, u32) -> bool),
        (workspace, entities): (&mut RuleWorkspace, usize),
    ) {
        let known = question.anchor;
        workspace.begin(entities);
        for rule in self.answering(question) {
            workspace.rule += 1;
            for via in graph.to(known, rule.first) {
                if hides(known, rule.first, via) {
                    continue;
                }
                let Some(second) = rule.second else {
                    workspace.reach(via, rule.confidence);
                    continue;
                };
                if graph.degree(via) > most_ways {
                    continue;
                }
                for end in graph.to(via, second) {
                    if end != known && !hides(via, second, end) {
                        workspace.reach(end, rule.confidence);
                    }
                }
            }
        }
    }
}

/// Memory that questions use again.
#[derive(Debug, Default)]
pub struct RuleWorkspace {
    /// By entity: the product of doubts.
    doubt: Vec<f32>,
    /// By entity: the last rule that led to it, counted on over all questions.
    last: Vec<u64>,
    /// By entity: the surest rule that led to it.
    surest: Vec<u64>,
    reached: Vec<u32>,
    rule: u64,
    first: u64,
}

impl RuleWorkspace {
    fn begin(&mut self, entities: usize) {
        if self.last.len() != entities {
            let (doubt, last, surest) = (vec![1.0; entities], vec![0; entities], vec![0; entities]);
            *self = RuleWorkspace { doubt, last, surest, ..RuleWorkspace::default() };
        }
        self.reached.clear();
        self.first = self.rule + 1;
    }

    /// A rule counts once for an answer, by however many ways it leads there.
    fn reach(&mut self, entity: u32, confidence: f32) {
        let last = &mut self.last[entity as usize];
        if *last == self.rule {
            return;
        }
        if *last < self.first {
            self.doubt[entity as usize] = 1.0;
            self.surest[entity as usize] = self.rule;
            self.reached.push(entity);
        }
        *last = self.rule;
        self.doubt[entity as usize] *= 1.0 - confidence;
    }

    /// The entities that the rules of the last question led to.
    pub fn reached(&self) -> &[u32] {
        &self.reached
    }

    /// What those rules say of an entity together: `1 − Π (1 − confidence)`, 0 where none leads to it.
    pub fn confidence(&self, entity: u32) -> f32 {
        if self.last[entity as usize] < self.first { 0.0 } else { 1.0 - self.doubt[entity as usize] }
    }

    /// The place of the surest rule that led to an entity, among those that answer the last question.
    pub fn surest(&self, entity: u32) -> Option<usize> {
        let led = self.last.get(entity as usize).is_some_and(|last| *last >= self.first);
        led.then(|| (self.surest[entity as usize] - self.first) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(head: u32, relation: u32, tail: u32) -> Link {
        Link { head, relation, tail }
    }

    /// Parents (0) of children, and grandparents (1); friends (2) both ways.
    fn family() -> Vec<Link> {
        let mut links = Vec::new();
        for one in 0..30u32 {
            links.push(link(one, 0, one + 30));
            links.push(link(one + 30, 0, one + 60));
            links.push(link(one, 1, one + 60));
            links.extend([link(one, 2, (one + 7) % 30), link((one + 7) % 30, 2, one)]);
        }
        links
    }

    fn said(links: &[Link], question: Query, answer: u32, hidden: Hidden) -> Vec<f32> {
        let graph = Neighbours::new(&[links], 90);
        let rules = Rules::learn(&graph, 3, 1);
        let mut scores = vec![0.0; 90];
        rules.add((question, answer), (&graph, hidden), 1.0, (&mut RuleWorkspace::default(), &mut scores));
        scores
    }

    #[test]
    fn a_grandparent_is_a_parents_parent() {
        let links = family();
        let question = Query { side: Side::Tail, relation: 1, anchor: 4 };
        let scores = said(&links, question, 64, Hidden::Link);
        assert!(scores[64] > 0.8, "{}", scores[64]);
        assert!((0..90).all(|other| other == 64 || scores[other] < 0.2), "{scores:?}");
        let back = Query { side: Side::Head, relation: 1, anchor: 64 };
        assert!(said(&links, back, 4, Hidden::Pair)[4] > 0.8);
    }

    #[test]
    fn the_link_that_is_asked_about_is_hidden_and_its_reverse_too_where_asked() {
        let links = family();
        let question = Query { side: Side::Tail, relation: 2, anchor: 3 };
        // The friend's own word is left where only the link is hidden.
        assert!(said(&links, question, 10, Hidden::Link)[10] > 0.8);
        assert!(said(&links, question, 10, Hidden::Pair)[10] < 0.2);
        // Without its reverse nothing is left.
        let one_way: Vec<Link> = links.into_iter().filter(|other| *other != link(10, 2, 3)).collect();
        assert!(said(&one_way, question, 10, Hidden::Link)[10] < 0.2);
    }

    #[test]
    fn a_rule_counts_once_by_however_many_ways() {
        // Two ways from 0 to 3 by the same steps.
        let links = [link(0, 0, 1), link(0, 0, 2), link(1, 1, 3), link(2, 1, 3)];
        let graph = Neighbours::new(&[&links], 4);
        let rule = Rule { first: 0, second: Some(2), confidence: 0.5 };
        let rules = Rules { goals: vec![Vec::new(), Vec::new(), Vec::new(), Vec::new(), vec![rule]] };
        let mut scores = vec![0.0; 4];
        let question = Query { side: Side::Tail, relation: 2, anchor: 0 };
        let mut workspace = RuleWorkspace::default();
        for _ in 0..2 {
            scores.fill(0.0);
            rules.add((question, 3), (&graph, Hidden::Link), 1.0, (&mut workspace, &mut scores));
            assert_eq!(scores, [0.0, 0.0, 0.0, 0.5]);
        }
    }
}
