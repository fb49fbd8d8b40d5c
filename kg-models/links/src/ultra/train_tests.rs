//! Training of ULTRA as its users see it. In: small graphs. Out: learnt links, the same bytes. Never: a benchmark.

use super::*;
use crate::data::protocol::Protocol;
use crate::evaluation::evaluate;
use crate::models::model::View;
use crate::models::ultra::UltraModel;
use crate::rank::report::{LinkReport, Part};
use crate::training::training_loop::tests::interrupted;
use crate::ultra::TrainingProvenance;

/// Two generations of `pairs` families: parents, children by the other name, and friends; every third parenthood is left
/// to validation or test.
fn families(pairs: u32, prefix: &str) -> LinkSet {
    let link = |head, relation, tail| Link { head, relation, tail };
    let mut set = LinkSet {
        name: prefix.to_owned(),
        entities: (0..2 * pairs).map(|name| format!("{prefix}{name:03}").into()).collect(),
        relations: ["child of", "friend of", "parent of"].map(Into::into).to_vec(),
        ..LinkSet::default()
    };
    for one in 0..pairs {
        let (parent, child) = (one, one + pairs);
        set.train.push(link(child, 0, parent));
        set.train.push(link(parent, 1, (one + 1) % pairs));
        let part = match one % 3 {
            0 if one % 2 == 0 => &mut set.validation,
            0 => &mut set.test,
            _ => &mut set.train,
        };
        part.push(link(parent, 2, child));
    }
    set.train.sort_unstable();
    set
}

fn small(epochs: usize) -> UltraTraining {
    UltraTraining { negative_count: 8, batch: 16, rate: 2e-3, epochs, patience: epochs, ..UltraTraining::default() }
}

#[test]
fn what_was_learnt_on_one_graph_holds_on_another() {
    let (here, there) = (families(18, "a"), families(12, "b"));
    let before = disjoint(UltraWeights::start(1), &TrainingProvenance::default(), &there).unwrap();
    let trained = train_ultra(&here, &small(12), None, None, &mut ProgressReporter::silent()).unwrap();
    assert!(trained.validation.mrr > 0.95, "{:?}", trained.validation);
    let taught = TrainingProvenance { complete: true, ..TrainingProvenance::default() }.and(&here);
    let report = disjoint(trained.model.clone(), &taught, &there).unwrap();
    let (after, before) = (report.ranking.both.pessimistic.mrr, before.ranking.both.pessimistic.mrr);
    assert!(after > 0.95 && before < 0.6, "{before} {after}");
    assert!(report.visible.contains("training saw none") && !report.visible.contains("not recorded"));
    let error = disjoint(trained.model, &taught, &here).unwrap_err().to_string();
    assert!(error.contains("\"a000\"") && error.contains("not disjoint"), "{error}");
}

fn disjoint(weights: UltraWeights, taught: &TrainingProvenance, set: &LinkSet) -> Result<LinkReport, Error> {
    let model = UltraModel { weights, taught: taught.clone() };
    evaluate(&model, &View { set, part: Part::Test, protocol: Protocol::Disjoint, seed: 1, texts: None })
}

#[test]
fn the_same_seed_gives_the_same_bytes_whatever_the_threads() {
    let set = families(9, "a");
    let train = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let training = UltraTraining { seed, ..small(2) };
        let trained =
            pool.install(|| train_ultra(&set, &training, None, None, &mut ProgressReporter::silent()).unwrap());
        trained.model.values.iter().map(|x| x.to_bits()).collect::<Vec<u32>>()
    };
    let one = train(1, 1);
    assert!(one == train(3, 1) && one != train(1, 2));
}

#[test]
fn training_that_was_cut_off_goes_on_to_the_same_end() {
    let set = families(9, "a");
    let start = UltraWeights::start(7);
    let train = |training: &UltraTraining, folder: Option<&Path>| {
        train_ultra(&set, training, Some(&start), folder, &mut ProgressReporter::silent())
            .map(|trained| (trained.model, trained.epoch))
    };
    let whole = train(&small(4), None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    train(&small(2), Some(folder.path())).unwrap();
    let cut = UltraTraining { patience: 4, ..small(2) };
    assert!(train(&cut, Some(folder.path())).unwrap_err().to_string().contains("another configuration"));
    // Patience is the same in both, the epochs differ.
    let folder = tempfile::tempdir().unwrap();
    train(&cut, Some(folder.path())).unwrap();
    assert_eq!(train(&small(4), Some(folder.path())).unwrap(), whole);
    let other = train_ultra(&set, &small(4), None, Some(folder.path()), &mut ProgressReporter::silent())
        .unwrap_err()
        .to_string();
    assert!(other.contains("other weights"), "{other}");
}

#[test]
fn training_that_is_stopped_goes_on_to_the_same_end() {
    let set = families(9, "a");
    let whole = train_ultra(&set, &small(3), None, None, &mut ProgressReporter::silent()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (resumed, stops) = interrupted(|reporter| train_ultra(&set, &small(3), None, Some(folder.path()), reporter));
    assert!(stops == 2 && resumed == whole, "{stops}");
}

#[test]
fn what_cannot_be_is_said_before_training() {
    let say = |set: &LinkSet, training: UltraTraining| {
        train_ultra(set, &training, None, None, &mut ProgressReporter::silent()).unwrap_err().to_string()
    };
    let set = families(9, "a");
    assert!(say(&set, UltraTraining { negative_count: 0, ..small(1) }).contains("negative_count"));
    assert!(say(&set, UltraTraining { rate: f32::NAN, ..small(1) }).contains("rate"));
    let empty = LinkSet { validation: Vec::new(), ..set };
    assert!(say(&empty, small(1)).contains("validation part is empty"));
}
