//! A named set, start to end. In: a reader, the folder of all sets, a name. Out: all scores that the set allows.
//! Never: a part other than the one asked for, save to fit the baseline on training documents.

use super::{BenchmarkReport, ClassPairBaseline, EvaluatedReader, ReaderEvaluation, Report, extraction, text2kgbench};
use kgloom_corpora as data;
use kgloom_corpora::Part;
use kgloom_reader::Error;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The seed of the resampling in reports of named sets.
const SEED: u64 = 1;

/// What is asked of a named set.
#[derive(Clone, Copy, Debug)]
pub struct EvaluationRequest<'q> {
    /// The folder of all sets.
    pub root: &'q Path,
    /// One of [`data::NAMES`].
    pub name: &'q str,
    /// The part; [`Part::Test`] is what is reported.
    pub part: Part,
    /// Whether mentions and coreference are given.
    pub gold_mentions: bool,
}

/// All scores of a named set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The id of the model that was asked.
    pub model: String,
    /// Mentions, coreference, relations.
    pub report: Report,
    /// The benchmark's own scores; only for Text2KGBench, end to end. Of other parts than the test part,
    /// sentences that the test part has as well are left out.
    pub benchmark: Option<BenchmarkReport>,
}

/// Examines a reader on a named set. `progress` is told how many texts are done and how many there are;
/// Text2KGBench's texts are read once more for its own scores.
///
/// # Errors
/// The set is unknown, missing or malformed, or the reader breaks down.
pub fn evaluate(
    reader: &dyn EvaluatedReader,
    request: &EvaluationRequest<'_>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Evaluation, Error> {
    let EvaluationRequest { root, name, part, gold_mentions } = *request;
    let documents = data::open(root, name, part)?;
    let baseline = match gold_mentions && documents.iter().any(|document| !document.relations.is_empty()) {
        true => Some(ClassPairBaseline::fit(&data::open(root, name, Part::Train)?)),
        false => None,
    };
    let title = format!("{name} {}", format!("{part:?}").to_lowercase());
    let evaluation = ReaderEvaluation {
        name: &title,
        documents: &documents,
        gold_mentions,
        baseline: baseline.as_ref(),
        seed: SEED,
    };
    let total = documents.len();
    let report = extraction(reader, &evaluation, &mut |done| progress(done, total))?;
    let benchmark = if name == "text2kgbench" && !gold_mentions {
        let mut benchmark = data::text2kgbench::load(&root.join("relex/text2kgbench/wikidata_tekgen"), part)?;
        if part != Part::Test {
            let held = data::held_out(root)?;
            benchmark.sentences.retain(|sentence| !held.contains(&sentence.text));
            benchmark.join();
        }
        let total = benchmark.sentences.len();
        Some(text2kgbench(reader, &benchmark, &mut |done| progress(done, total))?)
    } else {
        None
    };
    Ok(Evaluation { model: reader.id().to_string(), report, benchmark })
}

impl Evaluation {
    /// All tables, for people.
    pub fn table(&self) -> String {
        let benchmark = self.benchmark.as_ref().map(|benchmark| format!("\n{}", benchmark.table()));
        format!("{}{}", self.report.table(), benchmark.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::super::extraction::tests::oracle;
    use super::*;

    #[test]
    fn a_named_set_is_examined_from_its_files() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("ner/wikiann/en");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("test"), "en:Ada\tB-PER\n\nen:Yes\tO\n").unwrap();
        let request =
            EvaluationRequest { root: root.path(), name: "wikiann-en", part: Part::Test, gold_mentions: false };
        let mut seen = (0, 0);
        let found = evaluate(&oracle(None), &request, &mut |done, total| seen = (done, total)).unwrap();
        assert_eq!(seen, (2, 2));
        assert_eq!(found.report.refused, 2);
        assert!(
            found.table().starts_with("wikiann-en test · 2 documents · end to end\n2 refused"),
            "{}",
            found.table()
        );
        let unknown = EvaluationRequest { name: "nothing", ..request };
        assert!(evaluate(&oracle(None), &unknown, &mut |_, _| {}).is_err());
    }
}
