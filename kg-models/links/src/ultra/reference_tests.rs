//! ULTRA beside another implementation, and beside itself on a smaller graph. In: a file made by `reference/ultra.py`.
//! Out: the same scores and slopes. Never: torch.

use super::backward::{BackwardWorkspace, Example};
use super::net::step;
use super::*;
use crate::data::set::{Link, Query, Side};
use crate::rank::filtered::Scorer;
use crate::rules::mining::Hidden;
use kgloom_numerics::artifact::{self, Array, Storage};
use serde_json::Value;
use std::sync::Arc;

fn file() -> Value {
    serde_json::from_str(include_str!("../../tests/reference/ultra.json")).unwrap()
}

fn take<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn link([head, relation, tail]: [u32; 3]) -> Link {
    Link { head, relation, tail }
}

fn side(value: &Value) -> Side {
    if value == "tail" { Side::Tail } else { Side::Head }
}

/// The formula's numbers, by way of a file, so that names and shapes are held to those of the published checkpoints.
fn weights(file: &Value) -> UltraWeights {
    let mut state = 1u32;
    let mut arrays = Vec::new();
    for (name, shape) in take::<Vec<(String, Vec<usize>)>>(&file["tensors"]) {
        let bound = if shape.len() == 2 && shape[0] != 4 { 1.0 / (shape[1] as f64).sqrt() } else { 0.5 };
        let gain = if name.contains("layer_norm.weight") { 1.0 } else { 0.0 };
        let number = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((f64::from(state) / f64::from(1u32 << 31) - 1.0) * bound + gain) as f32
        };
        let values = (0..shape.iter().product()).map(number).collect();
        arrays.push((name, Array { shape, values }, Storage::Single));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ultra.safetensors");
    artifact::write(&path, &artifact::serialize(&arrays).unwrap()).unwrap();
    UltraWeights::read(&path).unwrap()
}

fn graph(file: &Value) -> (Vec<Link>, UltraGraph) {
    let links: Vec<Link> = take::<Vec<[u32; 3]>>(&file["links"]).into_iter().map(link).collect();
    let graph = UltraGraph::new(&[&links], take(&file["entities"]), take(&file["relations"]));
    (links, graph)
}

#[test]
fn scores_are_those_of_another_implementation() {
    let file = file();
    let (ultra, (_, graph)) = (Ultra::new(&weights(&file)), graph(&file));
    let scorer = UltraScorer::new(Arc::new(ultra), Arc::new(graph), None);
    let questions = file["questions"].as_array().unwrap();
    let asked: Vec<(Query, u32)> = questions
        .iter()
        .map(|q| (Query { side: side(&q["side"]), relation: take(&q["relation"]), anchor: take(&q["known"]) }, 0))
        .collect();
    let mut scores = vec![0.0; asked.len() * scorer.entities()];
    scorer.score(&asked, &mut scores).unwrap();
    let mut spread = 0f64;
    for (question, ours) in questions.iter().zip(scores.chunks_exact(scorer.entities())) {
        let theirs: Vec<f64> = take(&question["scores"]);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert!((f64::from(*ours) - theirs).abs() < 1e-4, "{ours} {theirs} {question}");
            spread = spread.max((theirs - f64::from(scores[0])).abs());
        }
    }
    assert!(spread > 0.01, "the reference tells nothing apart");
}

#[test]
fn slopes_are_those_of_automatic_differentiation() {
    let file = file();
    let (weights, (links, graph)) = (weights(&file), graph(&file));
    let ultra = Ultra::new(&weights);
    let training = &file["training"];
    let mut gone = Vec::new();
    let mut examples = Vec::new();
    for example in training["examples"].as_array().unwrap() {
        let link = link(take(&example["link"]));
        let (question, _) = link.query(side(&example["side"]));
        let step = step(question, take::<usize>(&file["relations"]));
        let rivals = take(&example["rivals"]);
        examples.push(Example { relation: link.relation, step, known: question.anchor, rivals });
        gone.push(link);
    }
    gone.sort_unstable();
    let edges = graph.without(&links, &gone);
    let mut slopes = vec![0.0; UltraWeights::count()];
    let (mut workspace, mut loss) = (BackwardWorkspace::default(), 0.0);
    let share = 1.0 / examples.len() as f32;
    // Both sides of a relation in one call, as training asks them.
    examples.sort_by_key(|example| (example.relation, example.step));
    for alike in examples.chunk_by(|one, other| one.relation == other.relation) {
        let temperature: f32 = take(&training["temperature"]);
        loss += ultra.learn((&graph, &edges), alike, (temperature, share), (&mut workspace, &mut slopes));
    }
    let theirs: f64 = take(&training["loss"]);
    assert!((f64::from(loss * share) - theirs).abs() < 1e-5, "{} {theirs}", loss * share);
    let mut rest = slopes.as_slice();
    for (name, shape) in take::<Vec<(String, Vec<usize>)>>(&file["tensors"]) {
        let (ours, others) = rest.split_at(shape.iter().product());
        rest = others;
        let [length, first, last]: [f64; 3] = take(&training["slopes"][&name]);
        let own = ours.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        for (ours, theirs) in [(own, length), (ours[0].into(), first), (ours[ours.len() - 1].into(), last)] {
            assert!((ours - theirs).abs() < 1e-3 * length + 1e-7, "{name}: {ours} {theirs}");
        }
        assert!(length > 0.0, "{name} has no slope to be held to");
    }
}

#[test]
fn a_hidden_link_counts_as_little_as_one_that_never_was() {
    let file = file();
    let (ultra, (links, graph)) = (Arc::new(Ultra::new(&weights(&file))), graph(&file));
    let graph = Arc::new(graph);
    let score = |graph: &Arc<UltraGraph>, hidden, asked: (Query, u32)| {
        let mut scores = vec![0.0; graph.entities.nodes()];
        UltraScorer::new(Arc::clone(&ultra), Arc::clone(graph), hidden).score(&[asked], &mut scores).unwrap();
        scores
    };
    let mut told = 0;
    for asked in &links {
        for (hidden, side) in [(Hidden::Link, Side::Tail), (Hidden::Link, Side::Head), (Hidden::Pair, Side::Tail)] {
            let ends = [(asked.head, asked.tail), (asked.tail, asked.head)];
            let goes = |link: &Link| match hidden {
                Hidden::Link => link == asked,
                Hidden::Pair => ends.contains(&(link.head, link.tail)),
            };
            let left: Vec<Link> = links.iter().filter(|link| !goes(link)).copied().collect();
            let fresh = UltraGraph::new(&[&left], graph.entities.nodes(), graph.relations.nodes() / 2);
            let fresh = Arc::new(fresh);
            let asked = asked.query(side);
            let scores = score(&graph, Some(hidden), asked);
            assert_eq!(scores, score(&fresh, None, asked));
            told += usize::from(scores != score(&graph, None, asked));
        }
    }
    assert!(told > links.len(), "hiding changed hardly a score: {told}");
}
