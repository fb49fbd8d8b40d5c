//! Wrong answers as trainings get them. In: small graphs, vectors. Out: who is drawn, and how often. Never: an encoder.

use super::*;
use crate::data::set::Link;
use crate::negatives::lemon::Lemon;
use crate::score::config::Negatives;
use kgloom_numerics::draw::draw;
use std::collections::BTreeSet;

/// Thirty entities in three groups of ten; everybody of the first knows everybody but the last two, who have no text.
fn groups() -> (LinkSet, TextVectors) {
    let train = (0..10).flat_map(|head| (0..28).map(move |tail| Link { head, relation: 0, tail })).collect();
    let entities = (0..30).map(|id| format!("{id:02}").into()).collect();
    let texts = (0..30).map(|id| (id < 28).then(|| format!("{id}").into())).collect();
    let mut draw = draw(4, "groups", 0);
    let mut values = Vec::new();
    for id in 0..30 {
        let mut row: Vec<f32> = (0..3).map(|axis| if id / 10 == axis { 1.0 } else { 0.02 * draw.normal() }).collect();
        kgloom_numerics::passes::unit(&mut row);
        values.extend(if id < 28 { row } else { vec![0.0; 3] });
    }
    let set = LinkSet { entities, relations: vec!["knows".into()], train, texts, ..LinkSet::default() };
    (set, TextVectors { width: 3, values })
}

fn sampler<'a>(set: &LinkSet, negatives: Negatives, lemon: Lemon, vectors: &'a TextVectors) -> Sampler<'a> {
    let lemon = (negatives == Negatives::Lemon).then_some(lemon);
    let training = LinkTraining { negatives, lemon, ..LinkTraining::default() };
    Sampler::new(set, KnownTriples::new(&[&set.train]), &training, Some(vectors)).unwrap()
}

fn tails(known: u32) -> Query {
    Query { side: Side::Tail, relation: 0, anchor: known }
}

fn drawn(sampler: &Sampler<'_>, asked: &[AnsweredQuery]) -> BTreeSet<u32> {
    sampler.draw(asked, 400, &mut draw(1, "test", 0)).into_iter().collect()
}

#[test]
fn no_way_draws_a_right_answer_while_another_is_left() {
    let (set, vectors) = groups();
    let batch: Vec<AnsweredQuery> = (0..10).map(|known| (tails(known), known + 10)).collect();
    for negatives in [Negatives::Uniform, Negatives::Bernoulli, Negatives::Batch, Negatives::Lemon] {
        for share in [0.5, 1.0] {
            let sampler =
                sampler(&set, negatives, Lemon { share, clusters: 3, nearest: 3, ..Lemon::default() }, &vectors);
            // 28 of 30 are right, among them all answers of the batch and all who have a text.
            assert_eq!(drawn(&sampler, &batch), [28, 29].into(), "{negatives:?}");
        }
    }
    // Where all are right, something is drawn.
    let all: Vec<Link> = (0..30).map(|tail| Link { head: 0, relation: 0, tail }).collect();
    let set = LinkSet { train: all, ..set };
    assert!(!drawn(&sampler(&set, Negatives::Uniform, Lemon::default(), &vectors), &[(tails(0), 1)]).is_empty());
}

#[test]
fn uniform_draws_all_wrong_answers_alike() {
    let (set, vectors) = groups();
    let set = LinkSet { train: [3, 4, 9, 29].map(|tail| Link { head: 0, relation: 0, tail }).into(), ..set };
    let sampler = sampler(&set, Negatives::Uniform, Lemon::default(), &vectors);
    let mut counts = [0; 30];
    for drawn in sampler.draw(&[(tails(0), 3)], 26_000, &mut draw(1, "test", 0)) {
        counts[drawn as usize] += 1;
    }
    for (id, count) in counts.into_iter().enumerate() {
        let right = [3, 4, 9, 29].contains(&id);
        assert!(if right { count == 0 } else { (850..1150).contains(&count) }, "{id}: {count}");
    }
}

#[test]
fn a_batch_gives_what_its_other_examples_answer() {
    let (set, vectors) = groups();
    let train = [Link { head: 0, relation: 0, tail: 5 }, Link { head: 0, relation: 0, tail: 6 }].into();
    let sampler = sampler(&LinkSet { train, ..set }, Negatives::Batch, Lemon::default(), &vectors);
    let batch = [(tails(0), 5), (tails(1), 6), (tails(2), 7), (tails(3), 20)];
    assert_eq!(
        sampler.draw(&batch, 50, &mut draw(1, "test", 0))[..50].iter().copied().collect::<BTreeSet<_>>(),
        [7, 20].into()
    );
}

/// Of a relation with one head and many tails, heads are asked for more often: a wrong head is surely wrong.
#[test]
fn bernoulli_asks_from_the_side_where_wrong_answers_are_surely_wrong() {
    let (set, vectors) = groups();
    let train = (1..=9).map(|tail| Link { head: 0, relation: 0, tail }).collect();
    let sampler = sampler(&LinkSet { train, ..set }, Negatives::Bernoulli, Lemon::default(), &vectors);
    let mut draw = draw(1, "test", 0);
    let asked_for_heads = (0..4_000)
        .filter(|place| {
            let side = if place % 2 == 0 { Side::Head } else { Side::Tail };
            let turns = sampler.turns(Query { side, ..tails(0) }, &mut draw);
            (side == Side::Head) != turns
        })
        .count();
    // 9 tails a head, 1 head a tail: 9 of 10.
    assert!((3_500..3_700).contains(&asked_for_heads), "{asked_for_heads}");
}

#[test]
fn lemon_draws_from_the_clusters_nearest_to_its_anchor() {
    let (set, vectors) = groups();
    let set = LinkSet { train: vec![Link { head: 0, relation: 0, tail: 12 }], ..set };
    let pool = |anchor: Anchor, share: f32, nearest: usize, ceiling: f32| {
        let lemon = Lemon { clusters: 3, anchor, share, nearest, ceiling, ..Lemon::default() };
        drawn(&sampler(&set, Negatives::Lemon, lemon, &vectors), &[(tails(0), 12)])
    };
    // Around the kept end: its own group. Around the replaced one: that one's, but for itself.
    assert_eq!(pool(Anchor::Kept, 1.0, 1, 1.0), (0..10).collect());
    assert_eq!(pool(Anchor::Replaced, 1.0, 1, 1.0), (10..20).filter(|id| *id != 12).collect());
    assert_eq!(pool(Anchor::Kept, 1.0, 3, 1.0), (0..28).filter(|id| *id != 12).collect());
    assert_eq!(pool(Anchor::Kept, 0.5, 1, 1.0), (0..30).filter(|id| *id != 12).collect());
    // The whole group is too like the right answer: all others take its place.
    assert_eq!(pool(Anchor::Replaced, 1.0, 1, 0.9), (0..30).filter(|id| *id != 12).collect());
    assert_eq!(pool(Anchor::Kept, 1.0, 3, 0.9), (0..28).filter(|id| *id / 10 != 1).collect());
    // An anchor without a text has no pool.
    let sampler = sampler(&set, Negatives::Lemon, Lemon { share: 1.0, ..Lemon::default() }, &vectors);
    assert_eq!(drawn(&sampler, &[(tails(29), 12)]), (0..30).collect());
}

#[test]
fn half_and_half_is_half_and_half() {
    let (set, vectors) = groups();
    let set = LinkSet { train: vec![Link { head: 0, relation: 0, tail: 12 }], ..set };
    let lemon = Lemon { clusters: 3, nearest: 1, ceiling: 1.0, ..Lemon::default() };
    let sampler = sampler(&set, Negatives::Lemon, lemon, &vectors);
    let drawn = sampler.draw(&[(tails(0), 12)], 1_000, &mut draw(1, "test", 0));
    assert!(drawn[..500].iter().all(|id| *id < 10) && drawn[500..].iter().filter(|id| **id < 10).count() < 250);
}

#[test]
fn lemon_says_what_it_lacks() {
    let (set, vectors) = groups();
    let training = LinkTraining { negatives: Negatives::Lemon, ..LinkTraining::default() };
    let say = |set: &LinkSet, vectors| {
        Sampler::new(set, KnownTriples::default(), &training, vectors).err().expect("nothing to cluster").to_string()
    };
    assert!(say(&set, None).contains("name their encoder"));
    let bare = LinkSet { texts: vec![None; 30], name: "bare".into(), ..set };
    let said = say(&bare, Some(&vectors));
    assert!(said.contains("\"bare\"") && said.contains("no entity has a text"), "{said}");
}
