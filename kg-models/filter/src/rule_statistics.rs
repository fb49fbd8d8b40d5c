//! What is known of relations: which classes they link, what else is said of the same two, and which two steps say the same
//! as one (rules of length two, as AnyBURL counts them).
//!
//! In: facts that are true. Out: shares, in whole numbers, and by them what a triple's surroundings say for and against it.
//! Never: a share of the very triple that is asked about.

use kgloom_record::neighbourhood::{AggregatedEdge, Neighbourhood, ONE};
use kgloom_record::record::Iri;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that are told of a triple.
pub const RULE_FEATURES: usize = 5;
/// A rule that holds in a smaller share of its cases is forgotten.
const LEAST: f64 = 0.05;
/// A rule that was met fewer times is forgotten.
const FEWEST: usize = 3;
/// Cases that a share is shrunk by.
const DOUBT: f64 = 5.0;

/// A relation and its direction: a step from a node.
type Step = (Iri, bool);

/// What is known of relations; a share of 1 is [`ONE`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Lines", into = "Lines")]
pub struct RuleStatistics {
    /// Class of the head, relation, class of the tail: its share of the relation's facts.
    classes: BTreeMap<(Iri, Iri, Iri), i16>,
    /// A step from the head to the tail, and a relation: how often the one goes with the other.
    pairs: BTreeMap<(Step, Iri), i16>,
    /// Two steps from the head to the tail, and a relation.
    two_step_rules: BTreeMap<(Step, Step, Iri), i16>,
}

/// How it is written.
#[derive(Serialize, Deserialize)]
struct Lines {
    classes: Vec<(Iri, Iri, Iri, i16)>,
    pairs: Vec<(Step, Iri, i16)>,
    #[serde(rename = "ways")]
    two_step_rules: Vec<(Step, Step, Iri, i16)>,
}

impl From<Lines> for RuleStatistics {
    fn from(lines: Lines) -> RuleStatistics {
        RuleStatistics {
            classes: lines.classes.into_iter().map(|(head, relation, tail, n)| ((head, relation, tail), n)).collect(),
            pairs: lines.pairs.into_iter().map(|(step, relation, n)| ((step, relation), n)).collect(),
            two_step_rules: lines
                .two_step_rules
                .into_iter()
                .map(|(one, two, relation, n)| ((one, two, relation), n))
                .collect(),
        }
    }
}

impl From<RuleStatistics> for Lines {
    fn from(rule_statistics: RuleStatistics) -> Lines {
        Lines {
            classes: rule_statistics
                .classes
                .into_iter()
                .map(|((head, relation, tail), n)| (head, relation, tail, n))
                .collect(),
            pairs: rule_statistics.pairs.into_iter().map(|((step, relation), n)| (step, relation, n)).collect(),
            two_step_rules: rule_statistics
                .two_step_rules
                .into_iter()
                .map(|((one, two, relation), n)| (one, two, relation, n))
                .collect(),
        }
    }
}

/// A fact between two things of a small world, by number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexedFact {
    /// The head.
    pub head: usize,
    /// The relation.
    pub relation: Iri,
    /// The tail.
    pub tail: usize,
}

/// Counts of true facts, world by world.
#[derive(Clone, Debug, Default)]
pub struct RuleCounts {
    classes: BTreeMap<(Iri, Iri, Iri), usize>,
    relations: BTreeMap<Iri, usize>,
    steps: BTreeMap<Step, usize>,
    pairs: BTreeMap<(Step, Iri), usize>,
    bodies: BTreeMap<(Step, Step), usize>,
    two_step_rules: BTreeMap<(Step, Step, Iri), usize>,
}

impl RuleCounts {
    /// Counts the facts of one world; the classes of its things, where they are known.
    pub fn add(&mut self, facts: &BTreeSet<IndexedFact>, classes: &[Option<Iri>]) {
        let mut from: BTreeMap<usize, Vec<(Step, usize)>> = BTreeMap::new();
        let mut links: BTreeMap<(usize, usize), Vec<Step>> = BTreeMap::new();
        for IndexedFact { head, relation, tail } in facts {
            if let (Some(Some(one)), Some(Some(other))) = (classes.get(*head), classes.get(*tail)) {
                *self.classes.entry((one.clone(), relation.clone(), other.clone())).or_default() += 1;
                *self.relations.entry(relation.clone()).or_default() += 1;
            }
            for (one, other, forward) in [(*head, *tail, true), (*tail, *head, false)] {
                let step = (relation.clone(), forward);
                from.entry(one).or_default().push((step.clone(), other));
                links.entry((one, other)).or_default().push(step);
            }
        }
        let said = |steps: &[Step]| steps.iter().filter(|step| step.1).map(|step| step.0.clone()).collect::<Vec<Iri>>();
        for steps in links.values() {
            for step in steps {
                *self.steps.entry(step.clone()).or_default() += 1;
                for relation in said(steps).into_iter().filter(|relation| (relation, true) != (&step.0, step.1)) {
                    *self.pairs.entry((step.clone(), relation)).or_default() += 1;
                }
            }
        }
        for (start, steps) in &from {
            for (one, middle) in steps {
                for (two, end) in from.get(middle).into_iter().flatten().filter(|(_, end)| end != start) {
                    *self.bodies.entry((one.clone(), two.clone())).or_default() += 1;
                    for relation in said(links.get(&(*start, *end)).map_or(&[], Vec::as_slice)) {
                        *self.two_step_rules.entry((one.clone(), two.clone(), relation)).or_default() += 1;
                    }
                }
            }
        }
    }

    /// The shares.
    pub fn rule_statistics(&self) -> RuleStatistics {
        let share = |count: usize, all: usize, doubt: f64| count as f64 / (all as f64 + doubt);
        let whole = |share: f64| (share * f64::from(ONE)).round() as i16;
        let classes =
            self.classes.iter().map(|(key, count)| (key.clone(), whole(share(*count, self.relations[&key.1], 1.0))));
        let often = |count: &usize| *count >= FEWEST;
        let pairs = self
            .pairs
            .iter()
            .filter(|(_, count)| often(count))
            .map(|(key, count)| (key.clone(), share(*count, self.steps[&key.0], DOUBT)));
        let two_step_rules = (self.two_step_rules.iter())
            .filter(|(_, count)| often(count))
            .map(|(key, count)| (key.clone(), share(*count, self.bodies[&(key.0.clone(), key.1.clone())], DOUBT)));
        RuleStatistics {
            classes: classes.collect(),
            pairs: pairs.filter(|(_, share)| *share >= LEAST).map(|(key, share)| (key, whole(share))).collect(),
            two_step_rules: two_step_rules
                .filter(|(_, share)| *share >= LEAST)
                .map(|(key, share)| (key, whole(share)))
                .collect(),
        }
    }
}

impl RuleStatistics {
    /// What is told of a triple by the classes of its ends and the edges at them, its own left out: how usual the classes
    /// are; the best way of two steps, and all of them together; the best step that goes with the relation, and the best
    /// that does not.
    pub fn features(
        &self,
        relation: &Iri,
        ends: [&Neighbourhood; 2],
        [seen, back]: [&[&AggregatedEdge]; 2],
    ) -> [i16; RULE_FEATURES] {
        let classes = match ends.map(|view| view.class.as_ref()) {
            [Some(head), Some(tail)] => {
                self.classes.get(&(head.clone(), relation.clone(), tail.clone())).copied().unwrap_or(0)
            }
            _ => 0,
        };
        let one = i64::from(ONE);
        let (mut best, mut none) = (0, one);
        if !self.two_step_rules.is_empty() {
            let mut middles: BTreeMap<&Iri, Vec<&AggregatedEdge>> = BTreeMap::new();
            back.iter().filter(|other| other.near.other != ends[0].name).for_each(|other| {
                middles.entry(&other.near.other).or_default().push(other);
            });
            for first in seen {
                for second in middles.get(&first.near.other).into_iter().flatten() {
                    // Seen from the tail, the second step goes the other way.
                    let steps = [(&first.near, first.near.forward), (&second.near, !second.near.forward)];
                    let [one_step, two_step] = steps.map(|(near, forward)| (near.relation.clone(), forward));
                    let share = self.two_step_rules.get(&(one_step, two_step, relation.clone())).copied().unwrap_or(0);
                    let weight = i64::from(first.near.weight) * i64::from(second.near.weight) / one;
                    let told = i64::from(share) * weight / one;
                    best = best.max(told);
                    none = none * (one - told) / one;
                }
            }
        }
        let (mut with, mut against) = (0, 0);
        if !self.pairs.is_empty() {
            for other in seen.iter().filter(|other| other.near.other == ends[1].name) {
                let step = (other.near.relation.clone(), other.near.forward);
                let share = i64::from(self.pairs.get(&(step, relation.clone())).copied().unwrap_or(0));
                let weight = i64::from(other.near.weight);
                with = with.max(share * weight / one);
                against = against.max((one - share) * weight / one);
            }
        }
        [classes, best as i16, (one - none) as i16, with as i16, against as i16]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::neighbourhood::IncidentEdge;

    fn iri(name: &str) -> Iri {
        Iri::new(name)
    }

    #[test]
    fn shares_are_counted_and_what_stands_near_speaks_for_a_triple() {
        let mut counted = RuleCounts::default();
        let person = Some(iri("Person"));
        let place = Some(iri("Place"));
        let facts = |with: bool| -> BTreeSet<IndexedFact> {
            let known = |head, relation, tail| IndexedFact { head, relation: iri(relation), tail };
            let mut facts = BTreeSet::from([known(0, "born in", 1), known(1, "lies in", 2)]);
            if with {
                facts.extend([known(0, "citizen of", 2), known(0, "lived in", 2)]);
            }
            facts
        };
        (0..20).for_each(|n| counted.add(&facts(n < 15), &[person.clone(), place.clone(), place.clone()]));
        let rule_statistics = counted.rule_statistics();
        let text = serde_json::to_string(&rule_statistics).expect("JSON");
        assert_eq!(serde_json::from_str::<RuleStatistics>(&text).expect("JSON"), rule_statistics);

        let near = |relation: &str, forward, other: &str| AggregatedEdge {
            near: IncidentEdge {
                key: 1,
                forward,
                relation: iri(relation),
                weight: 1024,
                other: iri(other),
                what: Vec::new().into(),
                own: Vec::new().into(),
            },
            once: Vec::new().into(),
        };
        let view = |name: &str, class: &Option<Iri>, seen| {
            Neighbourhood::new(iri(name), class.clone(), Vec::new().into(), seen)
        };
        let ada = view("Ada", &person, vec![near("born in", true, "Hamford")]);
        let land = view("Land", &place, vec![near("lies in", false, "Hamford")]);
        let [seen, back]: [Vec<&AggregatedEdge>; 2] = [&ada, &land].map(|view| view.seen.iter().collect());
        let told = rule_statistics.features(&iri("citizen of"), [&ada, &land], [&seen, &back]);
        let share = (15.0 / 25.0 * 1024.0f64).round() as i16;
        assert_eq!(told, [(15.0 / 16.0 * 1024.0f64).round() as i16, share, share, 0, 0]);
        assert_eq!(rule_statistics.features(&iri("died in"), [&ada, &land], [&seen, &back]), [0; RULE_FEATURES]);
        let lives = view("Ada", &person, vec![near("lived in", true, "Land")]);
        let goes_with = (15.0 / 20.0 * 1024.0f64).round() as i16;
        let told = rule_statistics.features(
            &iri("citizen of"),
            [&lives, &land],
            [&lives.seen.iter().collect::<Vec<_>>(), &[]],
        );
        assert_eq!(told[3..], [goes_with, 1024 - goes_with]);
        let town = view("Hamford", &place, vec![near("born in", false, "Ada")]);
        let told = rule_statistics.features(&iri("died in"), [&ada, &town], [&seen, &[]]);
        assert_eq!(told, [0, 0, 0, 0, 1024], "born there, which does not go with dying there");
    }
}
