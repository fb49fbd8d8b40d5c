//! Text2KGBench's own scores (Mihindukulasooriya et al. 2023). In: a reader, the benchmark's test part. Out: scores by ontology.
//! Never: a relation that the sentence's ontology does not have.

use super::extraction::{EvaluatedReader, answer};
use super::relations::property;
use super::report::{line, row};
use kgloom_corpora::Tag;
use kgloom_corpora::text2kgbench::{Benchmark, LabelTriple, Ontology, Sentence};
use kgloom_numerics::scores::{Counts, Scores};
use kgloom_reader::{Error, literal};
use kgloom_record::record::{Datatype, Factuality, Iri, LocalRelation, Reading, Score};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The benchmark's measures: means over the sentences of an ontology, or means over ontologies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BenchmarkScores {
    /// Mean precision over sentences; 0 for a sentence without predictions.
    pub precision: f64,
    /// Mean recall.
    pub recall: f64,
    /// Mean F1.
    pub f1: f64,
    /// Mean share of predicted triples whose relation is the ontology's.
    pub conformance: f64,
    /// Mean share of subjects that are not in the sentence.
    pub subject_hallucination: f64,
    /// Mean share of relations that are not the ontology's.
    pub relation_hallucination: f64,
    /// Mean share of objects that are not in the sentence.
    pub object_hallucination: f64,
}

/// Scores of the whole test part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchmarkReport {
    /// How many sentences there are.
    pub sentences: usize,
    /// The mean over ontologies, by the benchmark's protocol: predictions whose relation does not occur
    /// among the sentence's own triples are set aside before precision is taken.
    pub published: BenchmarkScores,
    /// The same for each ontology.
    pub by_ontology: BTreeMap<String, BenchmarkScores>,
    /// Every prediction and triple of the part together, with nothing set aside.
    pub micro: Scores,
    /// The mean over ontologies at the thresholds that were best for F1 on validation, where the reader has such.
    pub balanced: Option<BenchmarkScores>,
    /// The same in the benchmark's own annotation style, where the reader knows it and reads in another.
    pub own_style: Option<Box<BenchmarkReport>>,
}

/// One sentence, marked.
struct Marked {
    ontology: usize,
    scores: BenchmarkScores,
    counts: Counts,
    balanced: Option<BenchmarkScores>,
}

/// Sentences read between two reports of progress.
const BATCH: usize = 256;

/// Lets a reader read the test sentences and compares labels as the benchmark does: without spaces and underscores, in lower case.
///
/// A predicted label is the surface of the mention; a time is written as the benchmark writes it (`2010` as
/// `01 January 2010`). Relations outside the sentence's ontology are not predictions.
///
/// # Errors
/// The reader breaks down.
pub fn text2kgbench(
    reader: &dyn EvaluatedReader,
    benchmark: &Benchmark,
    progress: &mut dyn FnMut(usize),
) -> Result<BenchmarkReport, Error> {
    let mut report = read_all(reader, benchmark, progress)?;
    if let Some(styled) = reader.in_style_of("text2kgbench")? {
        report.own_style = Some(Box::new(read_all(styled.as_ref(), benchmark, progress)?));
    }
    Ok(report)
}

fn read_all(
    reader: &dyn EvaluatedReader,
    benchmark: &Benchmark,
    progress: &mut dyn FnMut(usize),
) -> Result<BenchmarkReport, Error> {
    let mut marked = Vec::with_capacity(benchmark.sentences.len());
    for batch in benchmark.sentences.chunks(BATCH) {
        let batch: Result<Vec<Marked>, Error> =
            batch.par_iter().map(|sentence| mark(reader, sentence, &benchmark.ontologies[sentence.ontology])).collect();
        marked.extend(batch?);
        progress(marked.len());
    }
    Ok(report(benchmark, &marked))
}

fn mark(reader: &dyn EvaluatedReader, sentence: &Sentence, ontology: &Ontology) -> Result<Marked, Error> {
    let (reading, _): (Reading, bool) = answer(reader.read(&sentence.text), &sentence.id)?;
    let predicted = triples(&reading, &sentence.text, ontology, reader.thresholds());
    let (scores, counts) = compare(sentence, ontology, &predicted);
    let balanced = reader.balanced().map(|thresholds| {
        let predicted = triples(&reading, &sentence.text, ontology, thresholds);
        compare(sentence, ontology, &predicted).0
    });
    Ok(Marked { ontology: sentence.ontology, scores, counts, balanced })
}

/// A prediction: labels as the benchmark writes them, and the surfaces they come from.
struct Predicted {
    label: LabelTriple,
    surfaces: [String; 2],
}

fn triples(reading: &Reading, text: &str, ontology: &Ontology, thresholds: &BTreeMap<Iri, Score>) -> Vec<Predicted> {
    let surface = |mention: u32| {
        let mention = reading.mentions.get(mention as usize)?;
        mention.span.of(text)
    };
    let predict = |relation: &LocalRelation| {
        let sure = thresholds.get(&relation.relation).is_none_or(|&threshold| relation.score >= threshold);
        let name = ontology.label(property(&relation.relation)).filter(|_| sure)?;
        let (subject, object) = (surface(relation.head_mention)?, surface(relation.tail_mention)?);
        let class = &reading.entities.get(relation.tail as usize)?.class;
        let label = LabelTriple {
            subject: subject.to_owned(),
            relation: name.to_owned(),
            object: if *class == Tag::Time.iri() { spelt_time(object) } else { object.to_owned() },
        };
        Some(Predicted { label, surfaces: [subject.to_owned(), object.to_owned()] })
    };
    let stated = reading.relations.iter().filter(|relation| relation.factuality == Factuality::Stated);
    stated.filter_map(predict).collect()
}

/// A time as the benchmark writes it: the first day of a month or year stands for the whole.
fn spelt_time(surface: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let literal = literal::time(surface);
    let parts: Vec<&str> = literal.value.split('-').collect();
    let month = |number: &str| number.parse().ok().and_then(|number: usize| MONTHS.get(number.wrapping_sub(1)));
    match (literal.datatype, parts.as_slice()) {
        (Datatype::Year, [year]) => Some(format!("01 January {year}")),
        (Datatype::YearMonth, [year, number]) => month(number).map(|month| format!("01 {month} {year}")),
        (Datatype::Date, [year, number, day]) => month(number).map(|month| format!("{day} {month} {year}")),
        _ => None,
    }
    .unwrap_or_else(|| surface.to_owned())
}

fn compare(sentence: &Sentence, ontology: &Ontology, predicted: &[Predicted]) -> (BenchmarkScores, Counts) {
    let gold: BTreeSet<String> = sentence.triples.iter().map(key).collect();
    let all: BTreeSet<String> = predicted.iter().map(|predicted| key(&predicted.label)).collect();
    let asked = |label: &LabelTriple| sentence.triples.iter().any(|triple| triple.relation == label.relation);
    let kept: BTreeSet<String> = predicted.iter().filter(|p| asked(&p.label)).map(|p| key(&p.label)).collect();
    let counts = |predicted: &BTreeSet<String>| Counts {
        correct: gold.intersection(predicted).count(),
        predicted: predicted.len(),
        gold: gold.len(),
    };
    let text = normal(&sentence.text);
    let outside = |end: usize| mean(predicted, |p| !text.contains(&normal(&p.surfaces[end])));
    let foreign = mean(predicted, |p| ontology.relation(&p.label.relation).is_none());
    let published = counts(&kept);
    let scores = BenchmarkScores {
        precision: published.precision(),
        recall: published.recall(),
        f1: published.f1(),
        conformance: 1.0 - foreign,
        subject_hallucination: outside(0),
        relation_hallucination: foreign,
        object_hallucination: outside(1),
    };
    (scores, counts(&all))
}

/// The share of predictions of which something holds; 0 where there are none.
fn mean(predicted: &[Predicted], holds: impl Fn(&Predicted) -> bool) -> f64 {
    kgloom_numerics::scores::share(predicted.iter().filter(|&predicted| holds(predicted)).count(), predicted.len())
}

fn key(triple: &LabelTriple) -> String {
    [&triple.subject, &triple.relation, &triple.object].map(|label| normal(label)).concat()
}

fn normal(label: &str) -> String {
    label.chars().filter(|c| !c.is_whitespace() && *c != '_').flat_map(char::to_lowercase).collect()
}

fn report(benchmark: &Benchmark, marked: &[Marked]) -> BenchmarkReport {
    let by_ontology = by_ontology(benchmark, marked, |marked| Some(marked.scores));
    let balanced = self::by_ontology(benchmark, marked, |marked| marked.balanced);
    let mut counts = Counts::default();
    marked.iter().for_each(|marked| counts += marked.counts);
    let mean = |scores: &BTreeMap<String, BenchmarkScores>| average(&scores.values().copied().collect::<Vec<_>>());
    BenchmarkReport {
        sentences: marked.len(),
        published: mean(&by_ontology),
        balanced: (!balanced.is_empty()).then(|| mean(&balanced)),
        by_ontology,
        micro: counts.into(),
        own_style: None,
    }
}

/// The mean of some scores over each ontology's sentences.
fn by_ontology(
    benchmark: &Benchmark,
    marked: &[Marked],
    scores: fn(&Marked) -> Option<BenchmarkScores>,
) -> BTreeMap<String, BenchmarkScores> {
    let mut means = BTreeMap::new();
    for (index, ontology) in benchmark.ontologies.iter().enumerate() {
        let own: Vec<BenchmarkScores> = marked.iter().filter(|m| m.ontology == index).filter_map(scores).collect();
        if !own.is_empty() {
            means.insert(ontology.id.clone(), average(&own));
        }
    }
    means
}

fn average(scores: &[BenchmarkScores]) -> BenchmarkScores {
    let mean = |part: fn(&BenchmarkScores) -> f64| {
        if scores.is_empty() { 0.0 } else { scores.iter().map(part).sum::<f64>() / scores.len() as f64 }
    };
    BenchmarkScores {
        precision: mean(|s| s.precision),
        recall: mean(|s| s.recall),
        f1: mean(|s| s.f1),
        conformance: mean(|s| s.conformance),
        subject_hallucination: mean(|s| s.subject_hallucination),
        relation_hallucination: mean(|s| s.relation_hallucination),
        object_hallucination: mean(|s| s.object_hallucination),
    }
}

impl BenchmarkReport {
    /// The report as a table for people, in per cent.
    pub fn table(&self) -> String {
        let mut table = format!("text2kgbench · {} sentences\n", self.sentences);
        line(
            &mut table,
            format_args!(
                "{:<24}{:>8}{:>8}{:>8}{:>13}{:>10}{:>10}{:>10}",
                "", "P", "R", "F1", "conformance", "subj hal", "rel hal", "obj hal"
            ),
        );
        let all = self.by_ontology.iter().map(|(name, scores)| (name.as_str(), scores));
        let balanced = self.balanced.iter().map(|scores| ("mean, thresholds for F1", scores));
        for (name, scores) in all.chain([("mean", &self.published)]).chain(balanced) {
            let [p, r, f1] = [scores.precision, scores.recall, scores.f1].map(|score| 100.0 * score);
            let [c, s, rel, o] = [
                scores.conformance,
                scores.subject_hallucination,
                scores.relation_hallucination,
                scores.object_hallucination,
            ]
            .map(|score| 100.0 * score);
            line(&mut table, format_args!("{name:<24}{p:>8.1}{r:>8.1}{f1:>8.1}{c:>13.1}{s:>10.1}{rel:>10.1}{o:>10.1}"));
        }
        line(
            &mut table,
            format_args!("{:<24}{:>8}{:>8}{:>8}{:>9}{:>11}", "nothing set aside", "P", "R", "F1", "gold", "predicted"),
        );
        row(&mut table, "micro", &self.micro, None);
        if let Some(own) = &self.own_style {
            line(&mut table, format_args!("in the benchmark's own annotation style:"));
            table.push_str(&own.table());
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_corpora::text2kgbench::Relation;

    fn triple(subject: &str, relation: &str, object: &str) -> LabelTriple {
        LabelTriple { subject: subject.to_owned(), relation: relation.to_owned(), object: object.to_owned() }
    }

    fn ontology() -> Ontology {
        let relation = |property: &str, label: &str| Relation {
            property: property.to_owned(),
            label: label.to_owned(),
            domain: String::new(),
            range: String::new(),
        };
        Ontology {
            id: "ont_1_movie".to_owned(),
            concepts: vec![],
            relations: vec![
                relation("P57", "director"),
                relation("P577", "publication date"),
                relation("P136", "genre"),
            ],
        }
    }

    #[test]
    fn predictions_are_compared_as_the_benchmark_compares_them() {
        let sentence = Sentence {
            id: "s".to_owned(),
            ontology: 0,
            text: "Bleach: Hell Verse is a 2010 film by Noriyuki Abe.".to_owned(),
            triples: vec![
                triple("Bleach : Hell Verse", "director", "Noriyuki Abe"),
                triple("Bleach : Hell Verse", "publication date", "01 January 2010"),
            ],
        };
        let predicted = |subject: &str, relation: &str, object: &str| Predicted {
            label: triple(subject, relation, object),
            surfaces: [subject.to_owned(), object.to_owned()],
        };
        let said = [
            predicted("Bleach: Hell Verse", "director", "noriyuki abe"),
            predicted("Bleach: Hell Verse", "genre", "film"),
            predicted("Bleach: Hell Verse", "director", "Tite Kubo"),
        ];
        let (scores, counts) = compare(&sentence, &ontology(), &said);
        assert_eq!((scores.precision, scores.recall, scores.f1), (0.5, 0.5, 0.5), "the genre is set aside");
        assert_eq!(counts, Counts { correct: 1, predicted: 3, gold: 2 });
        assert_eq!((scores.subject_hallucination, scores.conformance), (0.0, 1.0));
        assert!((scores.object_hallucination - 1.0 / 3.0).abs() < 1e-9);
        let (silent, _) = compare(&sentence, &ontology(), &[]);
        assert_eq!((silent.f1, silent.conformance), (0.0, 1.0));
    }

    #[test]
    fn times_are_written_as_the_benchmark_writes_them() {
        assert_eq!(spelt_time("2010"), "01 January 2010");
        assert_eq!(spelt_time("May 1985"), "01 May 1985");
        assert_eq!(spelt_time("May 7, 1985"), "07 May 1985");
        assert_eq!(spelt_time("the 1980s"), "the 1980s");
    }
}
