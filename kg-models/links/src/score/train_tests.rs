//! Training as its users see it. In: small graphs. Out: learnt links, the same bytes. Never: a benchmark.

use super::*;
use crate::data::set::Link;
use crate::models::stored::LinkModel;
use crate::negatives::lemon::Lemon;
use crate::score::config::{Loss, Penalty};
use crate::score::family::Family;
use crate::training::training_loop::tests::interrupted;
use kgloom_numerics::compare::Comparison;
use kgloom_numerics::table::UpdateRule;

/// A family tree: who is whose parent, grandparent, and child.
fn tree() -> LinkSet {
    let mut links = Vec::new();
    for child in 1..15u32 {
        links.push(Link { head: (child - 1) / 2, relation: 0, tail: child });
        links.push(Link { head: child, relation: 1, tail: (child - 1) / 2 });
    }
    links.sort_unstable();
    let names = |count: usize| (0..count).map(|name| format!("{name:03}").into()).collect();
    let validation = links.clone();
    LinkSet { entities: names(15), relations: names(2), train: links, validation, ..LinkSet::default() }
}

fn small(family: Family) -> LinkTraining {
    let distances = family.comparison() != Comparison::Product;
    LinkTraining {
        family,
        dimension: 32,
        reciprocal: !distances,
        negative_count: if distances { 12 } else { 0 },
        loss: if distances { Loss::SelfAdversarial } else { Loss::Softmax },
        margin: 4.0,
        rate: 0.1,
        batch: 8,
        epochs: 120,
        check_every: 10,
        patience: 20,
        penalty: Penalty::None,
        ..LinkTraining::default()
    }
}

fn bytes(trained: &Trained<Embeddings>) -> Vec<u32> {
    trained.model.entities.iter().chain(&trained.model.relations).map(|x| x.to_bits()).collect()
}

#[test]
fn every_family_learns_a_tree_by_heart() {
    use Family::{Complex, Distmult, Rescal, Rotate, Simple, Transe, TranseL2};
    // What a relation of sums cannot say (two children of one parent) TransE cannot learn wholly; DistMult cannot tell
    // parents from children but by its second rows.
    for (family, least) in [
        (Complex, 0.99),
        (Simple, 0.99),
        (Rescal, 0.99),
        (Distmult, 0.99),
        (Rotate, 0.9),
        (Transe, 0.6),
        (TranseL2, 0.6),
    ] {
        let trained = train_links(&tree(), &small(family), None, None, &mut ProgressReporter::silent()).unwrap();
        assert!(trained.validation.mrr > least, "{family:?}: {:?}", trained.validation);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    for family in [Family::Complex, Family::Rotate] {
        let training = LinkTraining { epochs: 20, entity_dropout: 0.1, ..small(family) };
        let train = |seed| {
            bytes(
                &train_links(
                    &tree(),
                    &LinkTraining { seed, ..training.clone() },
                    None,
                    None,
                    &mut ProgressReporter::silent(),
                )
                .unwrap(),
            )
        };
        assert!(train(1) == train(1) && train(1) != train(2));
    }
}

#[test]
fn training_that_was_cut_off_goes_on_to_the_same_end() {
    for update in [UpdateRule::Adam, UpdateRule::Adagrad] {
        let training = LinkTraining { update, rate: 0.02, epochs: 40, ..small(Family::Complex) };
        let whole = train_links(&tree(), &training, None, None, &mut ProgressReporter::silent()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let cut = LinkTraining { epochs: 20, ..training.clone() };
        train_links(&tree(), &cut, None, Some(folder.path()), &mut ProgressReporter::silent()).unwrap();
        let resumed =
            train_links(&tree(), &training, None, Some(folder.path()), &mut ProgressReporter::silent()).unwrap();
        assert!(bytes(&whole) == bytes(&resumed) && whole.epoch == resumed.epoch);
        // Asked to stop after each epoch, also of those after which nobody looks at validation.
        let folder = tempfile::tempdir().unwrap();
        let train =
            |reporter: &mut ProgressReporter<'_>| train_links(&tree(), &training, None, Some(folder.path()), reporter);
        let (resumed, stops) = interrupted(train);
        assert!(stops == 39 && bytes(&whole) == bytes(&resumed) && whole.epoch == resumed.epoch, "{stops}");
        let other = LinkTraining { rate: 0.03, ..training };
        let error =
            train_links(&tree(), &other, None, Some(folder.path()), &mut ProgressReporter::silent()).unwrap_err();
        assert!(error.to_string().contains("another configuration"), "{error}");
    }
}

/// The tree with texts, and vectors that lie along a circle.
fn told() -> (LinkSet, TextVectors) {
    let angle = |id: usize| id as f32 * std::f32::consts::TAU / 15.0;
    let values = (0..15).flat_map(|id| [angle(id).cos(), angle(id).sin()]).collect();
    let texts = (0..15).map(|id| Some(format!("{id}").into())).collect();
    (LinkSet { texts, ..tree() }, TextVectors { width: 2, values })
}

#[test]
fn wrong_answers_of_any_kind_teach_the_tree() {
    let (set, vectors) = told();
    for negatives in [Negatives::Uniform, Negatives::Bernoulli, Negatives::Batch, Negatives::Lemon] {
        let lemon = Lemon { clusters: 5, nearest: 2, ..Lemon::default() };
        let lemon = (negatives == Negatives::Lemon).then_some(lemon);
        let training = LinkTraining { negatives, lemon, ..small(Family::Rotate) };
        let trained = train_links(&set, &training, Some(&vectors), None, &mut ProgressReporter::silent()).unwrap();
        assert!(trained.validation.mrr > 0.85, "{negatives:?}: {:?}", trained.validation);
    }
}

#[test]
fn training_by_texts_that_was_cut_off_goes_on_to_the_same_end() {
    let (set, vectors) = told();
    let lemon = Some(Lemon { clusters: 4, ..Lemon::default() });
    let training = LinkTraining { negatives: Negatives::Lemon, lemon, epochs: 40, ..small(Family::Rotate) };
    let train = |training: &LinkTraining, vectors: &TextVectors, folder: Option<&Path>| {
        train_links(&set, training, Some(vectors), folder, &mut ProgressReporter::silent())
    };
    let whole = train(&training, &vectors, None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    train(&LinkTraining { epochs: 20, ..training.clone() }, &vectors, Some(folder.path())).unwrap();
    let mut others = vectors.clone();
    others.values.swap(0, 2);
    let error = train(&training, &others, Some(folder.path())).unwrap_err().to_string();
    assert!(error.contains("other vectors of texts"), "{error}");
    assert_eq!(bytes(&whole), bytes(&train(&training, &vectors, Some(folder.path())).unwrap()));
}

#[test]
fn a_model_is_read_back_for_its_own_graph_alone() {
    let set = tree();
    let trained = train_links(
        &set,
        &LinkTraining { epochs: 10, ..small(Family::Complex) },
        None,
        None,
        &mut ProgressReporter::silent(),
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let model = LinkModel::Embeddings(trained.model);
    model.write(folder.path(), &set).unwrap();
    assert_eq!(LinkModel::read(folder.path(), &set).unwrap(), model);
    let mut other = set.clone();
    other.entities[3] = "004x".into();
    let error = LinkModel::read(folder.path(), &other).unwrap_err().to_string();
    assert!(error.contains("does not know the entity \"004x\""), "{error}");
    std::fs::write(folder.path().join("links.safetensors"), b"not a table").unwrap();
    assert!(LinkModel::read(folder.path(), &set).is_err());
}

#[test]
fn what_cannot_be_is_said_before_training() {
    let say = |training: LinkTraining| {
        train_links(&tree(), &training, None, None, &mut ProgressReporter::silent()).unwrap_err().to_string()
    };
    assert!(say(LinkTraining { dimension: 7, ..small(Family::Complex) }).contains("even"));
    assert!(say(LinkTraining { negative_count: 0, ..small(Family::Rotate) }).contains("negative_count"));
    assert!(say(LinkTraining { entity_dropout: 1.0, ..small(Family::Complex) }).contains("dropout"));
    let lemon =
        |lemon: Lemon| LinkTraining { negatives: Negatives::Lemon, lemon: Some(lemon), ..small(Family::Rotate) };
    assert!(say(lemon(Lemon { nearest: 16, ..Lemon::default() })).contains("more than lemon.clusters"));
    assert!(say(lemon(Lemon { share: 0.0, ..Lemon::default() })).contains("lemon.share"));
    assert!(say(lemon(Lemon { ceiling: 1.5, ..Lemon::default() })).contains("lemon.ceiling"));
    assert!(say(lemon(Lemon::default())).contains("name their encoder"));
    let stray = LinkTraining { negatives: Negatives::Batch, ..lemon(Lemon::default()) };
    assert!(say(stray).contains("goes with negatives = \"lemon\""));
    let idle = LinkTraining { negatives: Negatives::Bernoulli, ..small(Family::Complex) };
    assert!(say(idle).contains("negative_count"));
    let set = LinkSet { validation: Vec::new(), ..tree() };
    let error = train_links(&set, &small(Family::Complex), None, None, &mut ProgressReporter::silent())
        .unwrap_err()
        .to_string();
    assert!(error.contains("validation part is empty"), "{error}");
}
