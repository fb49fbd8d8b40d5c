//! Ranks and figures beside PyKEEN's. In: a file made by `reference/ranks.py`. Out: the same figures, to a millionth.
//! Never: PyKEEN itself.

use kgloom_links::{ByTies, KnownTriples, Link, Query, Rank, RankingFilter, Scorer, Side, rank};
use kgloom_numerics::Error;
use serde_json::Value;

/// Scores by a table: sides × relations × known × candidates.
struct Table {
    entities: usize,
    relations: usize,
    scores: Vec<f32>,
}

impl Scorer for Table {
    fn entities(&self) -> usize {
        self.entities
    }

    fn score(&self, asked: &[(Query, u32)], scores: &mut [f32]) -> Result<(), Error> {
        for ((question, _), row) in asked.iter().zip(scores.chunks_exact_mut(self.entities)) {
            let side = usize::from(question.side == Side::Tail);
            let at = (side * self.relations + question.relation as usize) * self.entities + question.anchor as usize;
            row.copy_from_slice(&self.scores[at * self.entities..(at + 1) * self.entities]);
        }
        Ok(())
    }
}

#[test]
fn figures_are_pykeens_for_every_policy_on_ties() {
    let file: Value = serde_json::from_str(include_str!("reference/ranks.json")).expect("it is JSON");
    let links = |part: &str| -> Vec<Link> {
        let triples: Vec<[u32; 3]> = serde_json::from_value(file[part].clone()).expect("triples");
        triples.into_iter().map(|[head, relation, tail]| Link { head, relation, tail }).collect()
    };
    let size = |name: &str| file[name].as_u64().expect("a number") as usize;
    let scores = serde_json::from_value(file["scores"].clone()).expect("numbers");
    let table = Table { entities: size("entities"), relations: size("relations"), scores };
    let (train, test) = (links("train"), links("test"));
    let known = KnownTriples::new(&[&train, &test]);
    let ranks = rank(&table, &test, RankingFilter { known: &known, candidates: None }).expect("scores are numbers");
    let of = |side: Side| ranks.iter().filter(|rank| rank.side == side).copied().collect::<Vec<Rank>>();
    let mut compared = 0;
    for (name, ranks) in [("both", ranks.clone()), ("head", of(Side::Head)), ("tail", of(Side::Tail))] {
        let ours = serde_json::to_value(ByTies::of(&ranks)).expect("figures are numbers");
        for (ties, figures) in file["figures"][name].as_object().expect("policies") {
            for (figure, theirs) in figures.as_object().expect("figures") {
                let (ours, theirs) = (ours[ties][figure].as_f64(), theirs.as_f64().expect("a number"));
                let ours = ours.unwrap_or_else(|| panic!("we have no {figure}"));
                assert!(
                    (ours - theirs).abs() <= 1e-6 * theirs.abs().max(1.0),
                    "{name} {ties} {figure}: {ours}, {theirs}"
                );
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 3 * (7 + 7 + 8));
}
