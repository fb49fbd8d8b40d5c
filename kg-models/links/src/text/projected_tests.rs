//! The baseline as its users see it. In: vectors in pairs. Out: lower losses, the same bytes. Never: a benchmark.

use super::*;
use crate::training::training_loop::tests::interrupted;
use kgloom_numerics::passes::unit;

/// Two entities in each pair, of which the second is like the first, moved.
fn pairs() -> (LinkSet, TextVectors) {
    let width = 8;
    let mut draw = draw(5, "test", 0);
    let mut values = draw.normals(60 * width, 1.0);
    let (first, second) = values.split_at_mut(30 * width);
    for (x, y) in first.chunks_exact(width).zip(second.chunks_exact_mut(width)) {
        y.iter_mut().zip(x).for_each(|(y, x)| *y = 0.1 * *y + x + 1.0);
    }
    values.chunks_exact_mut(width).for_each(unit);
    let vectors = TextVectors { width, values };
    let links: Vec<Link> = (0..30).map(|head| Link { head, relation: 0, tail: head + 30 }).collect();
    let names = |count: u32| (0..count).map(|name| format!("{name:02}").into()).collect();
    let (train, validation) = (links[..25].to_vec(), links[25..].to_vec());
    let set = LinkSet { entities: names(60), relations: names(1), train, validation, ..LinkSet::default() };
    (set, vectors)
}

#[test]
fn steps_lower_the_loss_and_new_entities_have_rows() {
    let (set, vectors) = pairs();
    for family in [Family::Transe, Family::Distmult, Family::Complex, Family::Simple] {
        let mut losses = Vec::new();
        let mut on_progress = |progress: kgloom_numerics::progress::TrainProgress| losses.push(progress.loss);
        let training = ProjectedTraining { family, epochs: 200, seed: 1 };
        let reporter = &mut ProgressReporter::new(&mut on_progress);
        let projected = train_projected(&set, &vectors, &training, None, reporter).unwrap().model;
        assert!(losses.last().unwrap() < &(0.9 * losses[0]), "{family:?}: {losses:?}");
        let tables = projected.embeddings(&vectors);
        assert_eq!(tables.entities.len(), 60 * DIMENSION);
        let mut scores = vec![0.0; 60];
        let question = Query { side: Side::Tail, relation: 0, anchor: 3 };
        WithoutLoops::new(&tables.scorer(), &set).score(&[(question, 33)], &mut scores).unwrap();
        assert!(scores[3] == f32::NEG_INFINITY && scores[4].is_finite());
    }
    let rescal = ProjectedTraining { family: Family::Rescal, ..ProjectedTraining::default() };
    let refused = train_projected(&set, &vectors, &rescal, None, &mut ProgressReporter::silent());
    assert!(refused.unwrap_err().to_string().contains("one map"));
}

#[test]
fn training_that_is_stopped_goes_on_to_the_same_end() {
    let (set, vectors) = pairs();
    let training = ProjectedTraining { family: Family::Complex, epochs: 5, seed: 1 };
    let whole = train_projected(&set, &vectors, &training, None, &mut ProgressReporter::silent()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let train =
        |reporter: &mut ProgressReporter<'_>| train_projected(&set, &vectors, &training, Some(folder.path()), reporter);
    let (resumed, stops) = interrupted(train);
    assert!(stops == 4 && resumed == whole, "{stops}");
}
