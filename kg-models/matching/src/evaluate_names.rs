//! How well the names of things are known. In: names that are right and wrong, names that sources give. Out: coverage, and how
//! well wrong names are told. Never: a threshold that was chosen on these names.

use crate::forms::letters;
use crate::names::{Label, fuse};
use kgloom_numerics::scores::{Counts, share};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// Votes that a name has at the least, where names are to be found and where wrong ones are to be told (Conia et al. 2023).
const LEAST: (u32, u32) = (2, 1);
/// Votes of a label that Wikidata has: people chose it.
const CURATED: u32 = 2;

/// Names of a thing that people judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoldNames {
    /// Right ones.
    pub correct: Vec<Arc<str>>,
    /// Wrong ones.
    pub incorrect: Vec<Arc<str>>,
}

/// A name with the number of sources that it was found in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoredName {
    /// The name.
    pub text: Arc<str>,
    /// How many sources agree on it.
    pub votes: u32,
}

/// Names of things in a language, by the thing's id.
#[derive(Clone, Debug, Default)]
pub struct LanguageNames {
    /// The language (BCP 47).
    pub language: String,
    /// Names that people judged.
    pub gold: BTreeMap<String, GoldNames>,
    /// Names that M-NTA agreed on.
    pub agreed: BTreeMap<String, Vec<ScoredName>>,
    /// Names that Wikidata has.
    pub wikidata: BTreeMap<String, Vec<Arc<str>>>,
}

/// How well one source knows the names of a language; all from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamesRow {
    /// The language.
    pub language: String,
    /// The source: M-NTA, Wikidata, or both.
    pub source: &'static str,
    /// The share of its names that are right.
    pub precision: f64,
    /// The share of right names that it has.
    pub recall: f64,
    /// The harmonic mean of both: coverage.
    pub f1: f64,
    /// How well it tells wrong names; `None` where Wikidata is among the sources, since the judged names are Wikidata's own,
    /// and a source bears out nothing against itself.
    pub judged: Option<JudgedNames>,
}

/// How well wrong names are told, WikiKGE-10's second task: a name is taken for wrong where the source has not got it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct JudgedNames {
    /// The share of judged names, right and wrong, that it is right about.
    pub accuracy: f64,
    /// The share of wrong names that it has not got.
    pub recall: f64,
    /// The harmonic mean of both, as published.
    pub f1: f64,
}

/// How well names are known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamesReport {
    /// By language and source.
    pub rows: Vec<NamesRow>,
}

/// By thing: normalised names.
type Known<'a> = BTreeMap<&'a str, BTreeSet<String>>;

/// What a source gives with so many votes at the least.
type Given = fn(&LanguageNames, u32) -> Known<'_>;

/// WikiKGE-10's two tasks (Conia et al. 2023) for M-NTA's names, for Wikidata's own, and for both together by [`fuse`].
pub fn eval_names(languages: &[LanguageNames]) -> NamesReport {
    let sources: [(&'static str, Given); 3] = [("M-NTA", agreed), ("Wikidata", wikidata), ("both", both)];
    let mut rows = Vec::new();
    for names in languages {
        for (source, known) in sources {
            let counts = coverage(&names.gold, &known(names, LEAST.0));
            rows.push(NamesRow {
                language: names.language.clone(),
                source,
                precision: counts.precision(),
                recall: counts.recall(),
                f1: counts.f1(),
                judged: (source == "M-NTA").then(|| judged(&names.gold, &known(names, LEAST.1))),
            });
        }
    }
    NamesReport { rows }
}

fn agreed(names: &LanguageNames, least: u32) -> Known<'_> {
    let known = |names: &[ScoredName]| {
        names.iter().filter(|name| name.votes >= least).map(|name| letters(&name.text)).collect()
    };
    names.agreed.iter().map(|(id, names)| (id.as_str(), known(names))).collect()
}

fn wikidata(names: &LanguageNames, _: u32) -> Known<'_> {
    names.wikidata.iter().map(|(id, names)| (id.as_str(), names.iter().map(|name| letters(name)).collect())).collect()
}

fn both(names: &LanguageNames, least: u32) -> Known<'_> {
    let language = &*names.language;
    let mut labels: BTreeMap<&str, Vec<Label>> = BTreeMap::new();
    for (id, names) in &names.agreed {
        let label = |name: &ScoredName| Label { votes: name.votes, ..Label::new("M-NTA", language, &name.text) };
        labels.entry(id).or_default().extend(names.iter().map(label));
    }
    for (id, names) in &names.wikidata {
        let label = |name: &Arc<str>| Label { votes: CURATED, ..Label::new("Wikidata", language, name) };
        labels.entry(id).or_default().extend(names.iter().map(label));
    }
    let sure = |labels: Vec<Label>| {
        fuse(&labels, language, least)
            .into_iter()
            .filter(|name| !name.doubtful)
            .map(|name| letters(&name.text))
            .collect()
    };
    labels.into_iter().map(|(id, labels)| (id, sure(labels))).collect()
}

/// Of things that have right names: names that are right, names that are given, names that are to be found.
fn coverage(gold: &BTreeMap<String, GoldNames>, known: &Known<'_>) -> Counts {
    let mut all = Counts::default();
    for (id, gold) in gold.iter().filter(|(_, gold)| !gold.correct.is_empty()) {
        let right: BTreeSet<String> = gold.correct.iter().map(|name| letters(name)).collect();
        let given = known.get(id.as_str());
        let correct = given.map_or(0, |given| given.intersection(&right).count());
        all += Counts { correct, predicted: given.map_or(0, BTreeSet::len), gold: right.len() };
    }
    all
}

/// How well a source tells right names, which it has, from wrong ones.
fn judged(gold: &BTreeMap<String, GoldNames>, known: &Known<'_>) -> JudgedNames {
    let (mut had, mut right, mut refused, mut wrong) = (0, 0, 0, 0);
    for (id, gold) in gold {
        let has = |name: &Arc<str>| known.get(id.as_str()).is_some_and(|known| known.contains(&letters(name)));
        right += gold.correct.len();
        had += gold.correct.iter().filter(|name| has(name)).count();
        wrong += gold.incorrect.len();
        refused += gold.incorrect.iter().filter(|name| !has(name)).count();
    }
    let (accuracy, recall) = (share(had + refused, right + wrong), share(refused, wrong));
    let both = accuracy + recall;
    JudgedNames { accuracy, recall, f1: if both > 0.0 { 2.0 * accuracy * recall / both } else { 0.0 } }
}

impl NamesReport {
    /// The report for people.
    pub fn table(&self) -> String {
        let mut out = format!(
            "names that are found (coverage), and wrong ones that are told\n\n{:8} {:9} {:>9} {:>7} {:>6} {:>9} {:>7} {:>6}",
            "language", "source", "precision", "recall", "F1", "accuracy", "refused", "F1"
        );
        for row in &self.rows {
            let NamesRow { language, source, precision, recall, f1, judged } = row;
            let _ = write!(out, "\n{language:8} {source:9} {precision:>9.3} {recall:>7.3} {f1:>6.3}");
            if let Some(JudgedNames { accuracy, recall, f1 }) = judged {
                let _ = write!(out, " {accuracy:>9.3} {recall:>7.3} {f1:>6.3}");
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(texts: &[&str]) -> Vec<Arc<str>> {
        texts.iter().map(|text| (*text).into()).collect()
    }

    /// By hand: M-NTA gives "a", "x" with two votes: one of three right names, one of two given; of five judged names it has
    /// "a" and "b" and lacks "z", so three are told, and one of two wrong ones is refused.
    #[test]
    fn both_tasks_are_counted_as_published() {
        let gold = GoldNames { correct: names(&["A!", "b", "c"]), incorrect: names(&["x", "z"]) };
        let scored = |text: &str, votes| ScoredName { text: text.into(), votes };
        let language = LanguageNames {
            language: "en".into(),
            gold: BTreeMap::from([("Q1".into(), gold), ("Q2".into(), GoldNames::default())]),
            agreed: BTreeMap::from([
                ("Q1".into(), vec![scored("a", 2), scored("x", 3), scored("b", 1)]),
                ("Q2".into(), vec![scored("n", 9)]),
            ]),
            wikidata: BTreeMap::from([("Q1".into(), names(&["C"]))]),
        };
        let report = eval_names(&[language]);
        let row = |place: usize| &report.rows[place];
        let near = |one: f64, other: f64| (one - other).abs() < 1e-12;
        assert!(near(row(0).precision, 0.5) && near(row(0).recall, 1.0 / 3.0) && near(row(0).f1, 0.4), "{:?}", row(0));
        let judged = row(0).judged.unwrap();
        assert!(near(judged.accuracy, 0.6) && near(judged.recall, 0.5) && near(judged.f1, 0.6 / 1.1));
        assert!(row(1).judged.is_none() && row(2).judged.is_none());
        assert!(near(row(1).precision, 1.0) && near(row(1).recall, 1.0 / 3.0));
        assert!(near(row(2).precision, 2.0 / 3.0) && near(row(2).recall, 2.0 / 3.0), "{:?}", row(2));
        assert!(report.table().contains("Wikidata"));
    }
}
