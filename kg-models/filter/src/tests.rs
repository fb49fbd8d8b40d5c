//! What the edge filter promises: an edge never vouches for itself, order and threads do not matter, same seed, same bytes,
//! and false edges are found.

use super::*;
use kgloom_links::Link;
use kgloom_numerics::draw::draw;
use kgloom_numerics::passes::unit;
use kgloom_record::record::{Evidence, Score};
use std::sync::Arc;

/// Groups of nodes with like texts; a relation within a group, another from each group to the next.
fn sample(nodes: usize, seed: u64) -> Snapshot {
    const GROUPS: usize = 10;
    let mut random = draw(seed, "sample", 0);
    let width = 128;
    let centres: Vec<Vec<f32>> = (0..GROUPS).map(|_| random.normals(width, 1.0)).collect();
    let mut vectors = Vec::new();
    for node in 0..nodes {
        let mut row: Vec<f32> = random.normals(width, 0.7);
        row.iter_mut().zip(&centres[node % GROUPS]).for_each(|(x, centre)| *x += centre);
        unit(&mut row);
        vectors.extend(row);
    }
    let mut edges = Vec::new();
    for head in 0..nodes {
        for relation in 0..2 {
            for _ in 0..2 {
                let tail = (random.below(nodes / GROUPS) * GROUPS + (head + relation) % GROUPS) as u32;
                if tail != head as u32 {
                    edges.push((Link { head: head as u32, relation: relation as u32, tail }, PLAIN));
                }
            }
        }
    }
    let name = |prefix: &str, index: usize| Arc::from(format!("{prefix}{index:05}"));
    Snapshot {
        entities: (0..nodes).map(|node| name("e", node)).collect(),
        relations: (0..2).map(|relation| name("r", relation)).collect(),
        width,
        vectors,
        ..Snapshot::default()
    }
    .with(edges)
}

fn text(snapshot: &Snapshot) -> Vec<i16> {
    PrincipalComponents::fit(&snapshot.vectors, snapshot.width).unwrap().quantise(&snapshot.vectors)
}

fn read(snapshot: &Snapshot, text: &[i16], link: Link) -> EdgeFeatures {
    LeaveOneOutViews::new(snapshot, text).features(link, &PLAIN, &RuleStatistics::default())
}

#[test]
fn an_edge_never_vouches_for_itself_nor_its_mirror_image() {
    let snapshot = sample(200, 1);
    let text = text(&snapshot);
    // A hub: its edges are more than count. And one that is a hub by one edge.
    let hub = (1..150).map(|tail| (Link { head: 0, relation: 0, tail }, PLAIN));
    let snapshot = snapshot.with(snapshot.edges.iter().copied().chain(hub));
    for &(link, evidence) in snapshot.edges.iter().step_by(37) {
        let without = snapshot.with(snapshot.edges.iter().copied().filter(|edge| edge.0 != link));
        let mirror = Link { head: link.tail, relation: link.relation, tail: link.head };
        let with = snapshot.with(snapshot.edges.iter().copied().chain([(mirror, evidence)]));
        let features = read(&snapshot, &text, link);
        for other in [without, with] {
            assert_eq!(read(&other, &text, link), features, "{link:?}");
        }
    }
}

#[test]
fn an_edge_elsewhere_is_felt_within_two_steps_and_not_beyond() {
    let snapshot = sample(400, 2);
    let text = text(&snapshot);
    let gone = snapshot.edges[11];
    let less = snapshot.with(snapshot.edges.iter().copied().filter(|edge| *edge != gone));
    let mut near: Vec<u32> = vec![gone.0.head, gone.0.tail];
    let next: Vec<u32> = (snapshot.edges.iter())
        .flat_map(|(link, _)| [(link.head, link.tail), (link.tail, link.head)])
        .filter(|(one, _)| near.contains(one))
        .map(|(_, other)| other)
        .collect();
    near.extend(next);
    let mut felt = 0;
    let [before, after] = [&snapshot, &less].map(|snapshot| LeaveOneOutViews::new(snapshot, &text));
    for &(link, evidence) in &less.edges {
        let [one, other] = [&before, &after].map(|held| held.features(link, &evidence, &RuleStatistics::default()));
        felt += usize::from(one != other);
        assert!(one == other || near.contains(&link.head) || near.contains(&link.tail), "{link:?}");
    }
    assert!(felt > 0);
}

#[test]
fn order_and_threads_do_not_matter_and_the_same_seed_gives_the_same_bytes() {
    let snapshot = sample(200, 3);
    let training = FilterTraining { epochs: 2, ..FilterTraining::default() };
    let train = |snapshot: &Snapshot, threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let training = FilterTraining { seed, ..training };
        pool.install(|| train_filter(snapshot, ("sample", "none"), training, &mut |_| ())).unwrap().filter
    };
    let first = train(&snapshot, 1, 1);
    let mut edges = snapshot.edges.clone();
    draw(9, "order", 0).shuffle(&mut edges);
    let second = train(&snapshot.with(edges), 4, 1);
    assert_eq!(first, second);
    assert_eq!(first.id().unwrap(), second.id().unwrap());
    assert_ne!(first.id().unwrap(), train(&snapshot, 2, 2).id().unwrap());
    let folder = tempfile::tempdir().unwrap();
    first.write(folder.path()).unwrap();
    assert_eq!(GraphFilter::read(folder.path()).unwrap(), first);
}

#[test]
fn false_edges_are_found_and_what_is_kept_is_as_true_as_stated() {
    let snapshot = sample(600, 4);
    let experiment = NoiseExperiment {
        kinds: vec![Noise::Random],
        rates: vec![0.25],
        seeds: vec![1],
        precision: 90,
        training: FilterTraining::default(),
    };
    let report = eval_filter(&snapshot, ("sample", "none"), None, &experiment, &mut |_| (), |_| ()).unwrap();
    let one = &report.graphs[0];
    assert!(one.auroc > 0.9 && one.auroc > one.baselines["cosine, smoothed"], "{}", report.table());
    assert!(one.precision > 0.87 && one.recall > 0.7, "{}", report.table());
}

#[test]
fn injected_edges_are_false_and_depend_on_the_seed_alone() {
    let snapshot = sample(300, 5);
    let injector = Injector::new(&snapshot, &Noise::ALL);
    for kind in Noise::ALL {
        let made = injector.inject(kind, 0.2, 1).unwrap();
        assert_eq!(made.len(), (0.2 * snapshot.edges.len() as f64).round() as usize);
        let linked = |a: u32, b: u32| {
            snapshot.edges.iter().any(|(link, _)| (link.head, link.tail) == (a, b) || (link.tail, link.head) == (a, b))
        };
        assert!(made.iter().all(|link| link.head != link.tail && !linked(link.head, link.tail)));
        assert_eq!(made, injector.inject(kind, 0.2, 1).unwrap());
        assert_ne!(made, injector.inject(kind, 0.2, 2).unwrap());
    }
}

#[test]
fn a_precision_without_thresholds_is_told() {
    let snapshot = sample(200, 6);
    let training = FilterTraining { epochs: 1, ..FilterTraining::default() };
    let filter = train_filter(&snapshot, ("sample", "none"), training, &mut |_| ()).unwrap().filter;
    let message = filter.threshold(42, None).unwrap_err().to_string();
    assert!(message.contains("precision 0.42") && message.contains("0.90"), "{message}");
}

#[test]
fn what_documents_say_is_read_and_doubtful_neighbours_count_less() {
    let snapshot = sample(200, 7);
    let (link, _) = snapshot.edges[20];
    let doubtful = Evidence { support: Score::new(2_000), documents: 3, ..PLAIN };
    let text = text(&snapshot);
    let held = LeaveOneOutViews::new(&snapshot, &text);
    let plain = held.features(link, &PLAIN, &RuleStatistics::default());
    assert_ne!(plain.facts, held.features(link, &doubtful, &RuleStatistics::default()).facts);
    // Every second edge is doubted.
    let weak = snapshot
        .edges
        .iter()
        .enumerate()
        .map(|(place, &(link, _))| (link, if place % 2 == 0 { doubtful } else { PLAIN }));
    let other = snapshot.with(weak);
    assert_ne!(plain.head, read(&other, &text, link).head);
}
