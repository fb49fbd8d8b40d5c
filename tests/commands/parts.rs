//! What a server tells of a large thing, in parts.

use super::Sandbox;
use super::serving::Serving;
use serde_json::Value;
use std::collections::BTreeMap;

#[test]
fn the_facts_of_a_thing_come_in_pages_and_none_is_left_out() {
    let names = ["Ada", "Bela", "Cleo", "Dora", "Emil"];
    let texts = names.map(|name| (format!("{name}.txt"), format!("{name} Morgan was born in Ghent.")));
    let texts = texts.each_ref().map(|(id, text)| (id.as_str(), text.as_str()));
    let sandbox = Sandbox::with(&texts);
    sandbox.done(&["run", "."]);
    let serving = Serving::start(&sandbox, &[]);
    let told = |more: &[(&str, &str)]| serving.client.view("/entity", &[&[("iri", "location:Ghent")], more].concat());
    let facts = |more: &[(&str, &str)]| told(more).expect("a view")["facts"].as_array().expect("a list").clone();
    let whole = told(&[]).expect("a view");
    let all = whole["facts"].as_array().expect("a list").clone();
    assert_eq!((whole["total"].as_u64(), whole["documents_total"].as_u64()), (Some(all.len() as u64), Some(5)));
    let counted = whole["relations"].as_array().expect("a list").iter().filter_map(|one| one["facts"].as_u64());
    assert_eq!(counted.sum::<u64>(), all.len() as u64);
    assert!(all.iter().all(|fact| fact["entailed"] == true || fact["certainty"].is_number()), "{whole}");
    for size in ["1", "2", "4"] {
        let step = size.parse().expect("a number");
        let pages = (0..all.len()).step_by(step);
        let pages = pages.flat_map(|at| facts(&[("limit", size), ("offset", &at.to_string())]));
        assert_eq!(pages.collect::<Vec<_>>(), all, "pages of {size}");
    }
    let born = [("relation", "Place of Birth"), ("limit", "2")];
    assert_eq!((facts(&born).len(), told(&born).expect("a view")["total"].as_u64()), (2, Some(5)));
    let out = told(&[("relation", "wdt:P19"), ("direction", "out")]).expect("a view");
    assert_eq!((out["total"].as_u64(), out["documents_total"].as_u64()), (Some(0), Some(5)));
    assert!(facts(&[("limit", "0")]).is_empty() && facts(&[("offset", "999")]).is_empty());
    assert_eq!(told(&[("direction", "sideways")]).expect_err("no direction").status(), Some(400));
    // The first of each relation in each direction, as they stand among all; and only as many documents as are wanted.
    let mut counts = BTreeMap::<String, usize>::new();
    let is_first = |fact: &&Value| {
        let count = counts.entry(format!("{} {}", fact["direction"], fact["relation"]["value"])).or_default();
        *count += 1;
        *count <= 2
    };
    let first: Vec<_> = all.iter().filter(is_first).cloned().collect();
    assert!(first.len() < all.len() && facts(&[("each", "2")]) == first);
    assert_eq!(told(&[("each", "2"), ("offset", "1")]).expect_err("no page of them").status(), Some(400));
    let few = told(&[("limit", "0"), ("documents", "2")]).expect("a view");
    assert_eq!((few["documents"].as_array().map(Vec::len), few["documents_total"].as_u64()), (Some(2), Some(5)));
}
