//! Models tested, alone and together. In: small graphs. Out: which protocols fit, what is told of them. Never: a benchmark.

use super::*;
use crate::data::set::{Link, LinkSet};
use crate::models::projected::ProjectedModel;
use crate::models::text::TextModel;
use crate::models::ultra::UltraModel;
use crate::rank::report::Part;
use crate::score::embeddings::{Embeddings, Shape};
use crate::score::family::Family;
use crate::text::blend::Blend;
use crate::text::projected::Projected;
use crate::ultra::{TrainingProvenance, UltraWeights};
use kgloom_numerics::draw::draw;
use kgloom_numerics::vectors::TextVectors;

const PROTOCOLS: [Protocol; 6] = [
    Protocol::Transductive,
    Protocol::Disjoint,
    Protocol::TextOnly,
    Protocol::LeaveOneOut,
    Protocol::LeaveOneOutApart,
    Protocol::Shots(1),
];

/// A ring of entities: every fourth link is validation's, another fourth the test's.
fn ring(count: u32) -> (LinkSet, TextVectors) {
    let mut set = LinkSet {
        name: "ring".to_owned(),
        entities: (0..count).map(|name| format!("{name:03}").into()).collect(),
        relations: vec!["next".into()],
        texts: (0..count).map(|name| Some(format!("text {name}").into())).collect(),
        ..LinkSet::default()
    };
    for one in 0..count {
        let part = match one % 4 {
            0 => &mut set.validation,
            1 => &mut set.test,
            _ => &mut set.train,
        };
        part.push(Link { head: one, relation: 0, tail: (one + 1) % count });
    }
    let mut values = draw(1, "ring", 0).normals(count as usize * 4, 1.0);
    values.chunks_exact_mut(4).for_each(kgloom_numerics::passes::unit);
    (set, TextVectors { width: 4, values })
}

fn models(set: &LinkSet) -> [Box<dyn Model>; 4] {
    let shape = Shape { family: Family::Distmult, dimension: 4, reciprocal: false };
    let mut draw = draw(2, "ring", 0);
    let mut normals = |count: usize| draw.normals(count, 1.0);
    let (entities, relations) = (normals(4 * set.entities.len()), normals(4));
    let tables = Projected { shape: shape.clone(), matrix: normals(16), relations: relations.clone() };
    [
        Box::new(Embeddings { shape, entities, relations }),
        Box::new(TextModel { blend: Blend::default(), maps: None, encoder: "e".to_owned() }),
        Box::new(ProjectedModel { tables, encoder: "e".to_owned() }),
        Box::new(UltraModel { weights: UltraWeights::start(1), taught: TrainingProvenance::default() }),
    ]
}

#[test]
fn each_model_is_tested_by_its_protocols_and_by_no_others() {
    let (set, vectors) = ring(24);
    // By the order of PROTOCOLS.
    let alone = [[true, false, false, false, false, false], [false, false, true, true, true, true]];
    let alone = [alone[0], alone[1], [false, false, true, false, false, false], [true, true, false, true, true, true]];
    for (model, fits) in models(&set).iter().zip(alone) {
        for (protocol, fits) in PROTOCOLS.into_iter().zip(fits) {
            let view = View { set: &set, part: Part::Validation, protocol, seed: 1, texts: Some(&vectors) };
            match evaluate(&**model, &view) {
                Ok(report) => {
                    assert!(fits, "{protocol}");
                    assert_eq!((report.protocol, report.part), (protocol, "validation"));
                    assert_eq!(report.with_loops.is_some(), protocol == Protocol::TextOnly);
                }
                Err(error) => {
                    let said = error.to_string();
                    assert!(!fits && said.contains(&format!("it cannot be tested by {protocol}")), "{said}");
                }
            }
        }
        let usual = model.protocols().choose(None).unwrap();
        assert!(model.protocols().choose(Some(usual)).is_ok());
        let blind = View { set: &set, part: Part::Test, protocol: usual, seed: 1, texts: None };
        let error = evaluate(&**model, &blind).err().map(|error| error.to_string());
        assert_eq!(error.is_some_and(|said| said.contains("reads texts")), model.encoder().is_some());
    }
}

#[test]
fn two_models_together_see_the_training_links() {
    let (set, vectors) = ring(24);
    let view = |protocol| View { set: &set, part: Part::Test, protocol, seed: 1, texts: Some(&vectors) };
    let [tables, texts, baseline, ultra] = models(&set);
    let together = |first: &dyn Model, second: &dyn Model, protocol| {
        evaluate_together((first, &view(protocol)), (second, &view(protocol)))
    };
    let report = together(&*tables, &*texts, Protocol::Transductive).unwrap();
    let words = "tables that the training links taught; and texts, and the training links; the second weighs";
    assert!(report.visible.starts_with(words), "{}", report.visible);
    assert!(together(&*texts, &*ultra, Protocol::Disjoint).is_ok());
    let says = |found: Result<LinkReport, Error>, words: &str| {
        let error = found.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    says(together(&*tables, &*ultra, Protocol::Disjoint), "cannot be tested by disjoint");
    says(together(&*tables, &*baseline, Protocol::Transductive), "cannot be tested by transductive");
    says(together(&*texts, &*ultra, Protocol::LeaveOneOut), "by transductive or disjoint, not leave-one-out");
}
