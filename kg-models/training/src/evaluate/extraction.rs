//! A reader is evaluated. In: a reader, documents. Out: a report. Never: two documents' answers mixed, or an order that
//! hangs on threads.

use super::baseline::ClassPairBaseline;
use super::coreference::CoreferenceCounts;
use super::mentions::MentionTally;
use super::proposal::Proposal;
use super::relations::RelationTally;
use super::report::{MentionReport, RelationReport, Report};
use kgloom_corpora::AnnotatedDocument;
use kgloom_numerics::scores::{Counts, bootstrap};
use kgloom_reader::Error;
use kgloom_record::port::{Failure, Reader};
use kgloom_record::record::{Iri, Reading, Score};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What evaluation asks of a reader.
pub trait EvaluatedReader: Reader {
    /// Candidate relations between the entities that people marked.
    ///
    /// # Errors
    /// As for [`Reader::read`].
    fn relations_given(&self, document: &AnnotatedDocument) -> Result<Vec<Proposal>, Failure>;

    /// The thresholds that were best for F1 on validation, where they are not those of [`Reader::thresholds`].
    fn balanced(&self) -> Option<&BTreeMap<Iri, Score>> {
        None
    }

    /// The same reader in the annotation style of a named set, where it knows that style and reads in another.
    ///
    /// # Errors
    /// When the styled reader cannot be built.
    fn in_style_of(&self, _set: &str) -> Result<Option<Box<dyn EvaluatedReader>>, Error> {
        Ok(None)
    }
}

/// What is asked, and how it is marked.
#[derive(Clone, Copy)]
pub struct ReaderEvaluation<'e> {
    /// What the report is called, such as `re-docred test`.
    pub name: &'e str,
    /// The documents.
    pub documents: &'e [AnnotatedDocument],
    /// Whether mentions and coreference are given, and only relations asked for.
    pub gold_mentions: bool,
    /// What relations are compared with when mentions are given.
    pub baseline: Option<&'e ClassPairBaseline>,
    /// The seed of the resampling.
    pub seed: u64,
}

/// Documents asked for between two reports of progress.
const BATCH: usize = 64;

/// What came of one document.
#[derive(Default)]
struct DocumentTally {
    mentions: MentionTally,
    coreference: CoreferenceCounts,
    relations: RelationTally,
    balanced: RelationTally,
    refused: bool,
}

/// Lets a reader read the documents of an evaluation, on all cores, and marks what it says; once more in the set's own
/// annotation style, if the reader knows it and reads in another.
/// `progress` is told how many documents are done. A text that the reader refuses counts as read without result.
///
/// # Errors
/// The reader breaks down.
pub fn extraction(
    reader: &dyn EvaluatedReader,
    evaluation: &ReaderEvaluation<'_>,
    progress: &mut dyn FnMut(usize),
) -> Result<Report, Error> {
    let mut report = read_all(reader, evaluation, progress)?;
    let set = evaluation.name.split_whitespace().next().unwrap_or_default();
    if let Some(styled) = reader.in_style_of(set)?.filter(|_| !evaluation.gold_mentions) {
        report.own_style = Some(Box::new(read_all(styled.as_ref(), evaluation, progress)?));
    }
    Ok(report)
}

fn read_all(
    reader: &dyn EvaluatedReader,
    evaluation: &ReaderEvaluation<'_>,
    progress: &mut dyn FnMut(usize),
) -> Result<Report, Error> {
    let mut tallies: Vec<DocumentTally> = Vec::with_capacity(evaluation.documents.len());
    for batch in evaluation.documents.chunks(BATCH) {
        let marked: Result<Vec<DocumentTally>, Error> =
            batch.par_iter().map(|document| tally_of(reader, document, evaluation.gold_mentions)).collect();
        tallies.extend(marked?);
        progress(tallies.len());
    }
    Ok(report(evaluation, &tallies, reader.balanced().is_some()))
}

fn tally_of(reader: &dyn EvaluatedReader, document: &AnnotatedDocument, given: bool) -> Result<DocumentTally, Error> {
    let balanced = reader.balanced().unwrap_or(reader.thresholds());
    if given {
        let (proposals, refused) = answer(reader.relations_given(document), &document.id)?;
        let relations = RelationTally::given(document, &proposals, reader.thresholds());
        let balanced = RelationTally::given(document, &proposals, balanced);
        return Ok(DocumentTally { relations, balanced, refused, ..DocumentTally::default() });
    }
    let (reading, refused): (Reading, bool) = answer(reader.read(&document.text), &document.id)?;
    Ok(DocumentTally {
        mentions: MentionTally::of(document, &reading),
        coreference: CoreferenceCounts::of(document, &reading),
        relations: RelationTally::end_to_end(document, &reading, reader.thresholds()),
        balanced: RelationTally::end_to_end(document, &reading, balanced),
        refused,
    })
}

/// An answer, or an empty one where the text was refused.
pub(super) fn answer<A: Default>(result: Result<A, Failure>, id: &str) -> Result<(A, bool), Error> {
    match result {
        Ok(answer) => Ok((answer, false)),
        Err(Failure::Refused(_)) => Ok((A::default(), true)),
        Err(Failure::Broken(cause)) => {
            Err(Error::Data { name: id.to_owned(), reason: format!("the reader broke down on it: {cause}") })
        }
    }
}

fn report(evaluation: &ReaderEvaluation<'_>, tallies: &[DocumentTally], balanced: bool) -> Report {
    let annotated = |asked: fn(&AnnotatedDocument) -> bool| evaluation.documents.iter().any(asked);
    let mentions = annotated(|document| !document.annotation.classes.is_empty());
    let coreference = annotated(|document| document.annotation.coreference);
    let relations = annotated(|document| !document.annotation.relations.is_empty());
    Report {
        name: evaluation.name.to_owned(),
        documents: evaluation.documents.len(),
        refused: tallies.iter().filter(|tally| tally.refused).count(),
        gold_mentions: evaluation.gold_mentions,
        complete: evaluation.documents.iter().all(|document| document.annotation.complete),
        mentions: (mentions && !evaluation.gold_mentions).then(|| mention_report(tallies, evaluation.seed)),
        coreference: (coreference && !evaluation.gold_mentions).then(|| {
            let mut sum = CoreferenceCounts::default();
            tallies.iter().for_each(|tally| sum += tally.coreference);
            sum.into()
        }),
        relations: relations.then(|| relation_report(evaluation, tallies, |tally| &tally.relations)),
        balanced: (relations && balanced).then(|| relation_report(evaluation, tallies, |tally| &tally.balanced)),
        own_style: None,
    }
}

fn mention_report(tallies: &[DocumentTally], seed: u64) -> MentionReport {
    let mut sum = MentionTally::default();
    for (total, class) in sum.by_class.iter_mut().enumerate().map(|(index, total)| (total, index)) {
        tallies.iter().for_each(|tally| *total += tally.mentions.by_class[class]);
    }
    let micro: Vec<Counts> = tallies.iter().map(|tally| tally.mentions.micro()).collect();
    MentionReport::new(&sum, bootstrap(&micro, seed))
}

fn relation_report(
    evaluation: &ReaderEvaluation<'_>,
    tallies: &[DocumentTally],
    tally: fn(&DocumentTally) -> &RelationTally,
) -> RelationReport {
    let mut sum = RelationTally::default();
    tallies.iter().for_each(|one| sum.add(tally(one)));
    let micro: Vec<Counts> = tallies.iter().map(|one| tally(one).micro()).collect();
    let baseline = evaluation.baseline.filter(|_| evaluation.gold_mentions).map(|baseline| {
        let mut sum = Counts::default();
        for document in evaluation.documents {
            sum += RelationTally::given(document, &baseline.propose(document), &BTreeMap::new()).micro();
        }
        sum.into()
    });
    RelationReport::new(&sum, bootstrap(&micro, evaluation.seed), baseline)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::mentions::tests::{document, reading};
    use super::*;
    use kgloom_corpora::Tag::{Location, Person};
    use kgloom_record::port::ModelId;
    use kgloom_record::record::Refusal;

    /// Answers from a list, by the text's length.
    pub(in super::super) struct OracleReader {
        id: ModelId,
        answer: Option<Reading>,
        thresholds: BTreeMap<Iri, Score>,
    }

    impl Reader for OracleReader {
        fn id(&self) -> &ModelId {
            &self.id
        }
        fn read(&self, _: &str) -> Result<Reading, Failure> {
            let refusal = Refusal { reason: "too hard".into(), location: "".into() };
            self.answer.clone().ok_or(Failure::Refused(refusal))
        }
        fn thresholds(&self) -> &BTreeMap<Iri, Score> {
            &self.thresholds
        }
    }

    impl EvaluatedReader for OracleReader {
        fn relations_given(&self, _: &AnnotatedDocument) -> Result<Vec<Proposal>, Failure> {
            Ok(vec![Proposal { head: 0, relation: Iri::new("P19"), tail: 1, score: Score::ONE }])
        }
        fn in_style_of(&self, set: &str) -> Result<Option<Box<dyn EvaluatedReader>>, Error> {
            Ok((set == "styled").then(|| Box::new(oracle(self.answer.clone())) as Box<dyn EvaluatedReader>))
        }
    }

    pub(in super::super) fn oracle(answer: Option<Reading>) -> OracleReader {
        OracleReader { id: ModelId("crib".into()), answer, thresholds: BTreeMap::new() }
    }

    #[test]
    fn a_report_says_how_good_the_answers_were() {
        let gold = [document(&[(0, Person, 0), (1, Location, 1)], &[(0, "P19", 1)])];
        let read = reading(&[(0, Person, 0), (1, Location, 1), (2, Person, 2)], &[(0, "P19", 1, 9)]);
        let evaluation =
            ReaderEvaluation { name: "toy test", documents: &gold, gold_mentions: false, baseline: None, seed: 1 };
        let mut done = 0;
        let report = extraction(&oracle(Some(read)), &evaluation, &mut |count| done = count).unwrap();
        assert_eq!((done, report.refused), (1, 0));
        assert_eq!(report.mentions.as_ref().unwrap().micro.counts, Counts { correct: 2, predicted: 3, gold: 2 });
        assert_eq!(report.relations.as_ref().unwrap().micro.f1, 1.0);
        assert!((report.coreference.unwrap().b_cubed - 0.8).abs() < 1e-9);
        let table = report.table();
        assert!(table.contains("toy test") && table.contains("PER") && table.contains("P19"), "{table}");
        let json = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
    }

    #[test]
    fn a_set_in_a_style_that_the_reader_knows_is_read_in_that_style_too() {
        let gold = [document(&[(0, Person, 0)], &[])];
        let read = reading(&[(0, Person, 0)], &[]);
        let evaluation =
            ReaderEvaluation { name: "styled test", documents: &gold, gold_mentions: false, baseline: None, seed: 1 };
        let report = extraction(&oracle(Some(read.clone())), &evaluation, &mut |_| {}).unwrap();
        assert_eq!(report.own_style.as_ref().unwrap().mentions.as_ref().unwrap().micro.f1, 1.0);
        assert!(report.table().contains("own annotation style"));
        let plain =
            extraction(&oracle(Some(read)), &ReaderEvaluation { name: "toy test", ..evaluation }, &mut |_| {}).unwrap();
        assert!(plain.own_style.is_none());
    }

    #[test]
    fn refused_texts_count_as_unread() {
        let gold = [document(&[(0, Person, 0)], &[])];
        let evaluation =
            ReaderEvaluation { name: "toy", documents: &gold, gold_mentions: false, baseline: None, seed: 1 };
        let report = extraction(&oracle(None), &evaluation, &mut |_| {}).unwrap();
        assert_eq!(report.refused, 1);
        assert_eq!(report.mentions.unwrap().micro.counts, Counts { correct: 0, predicted: 0, gold: 1 });
    }

    #[test]
    fn with_gold_mentions_only_relations_are_marked_beside_the_baseline() {
        let gold = [document(&[(0, Person, 0), (1, Location, 1)], &[(0, "P19", 1)])];
        let baseline = ClassPairBaseline::fit(&gold);
        let evaluation =
            ReaderEvaluation { name: "toy", documents: &gold, gold_mentions: true, baseline: Some(&baseline), seed: 1 };
        let report = extraction(&oracle(None), &evaluation, &mut |_| {}).unwrap();
        assert!(report.mentions.is_none() && report.coreference.is_none());
        let relations = report.relations.unwrap();
        assert_eq!((relations.micro.f1, relations.baseline.unwrap().f1), (1.0, 1.0));
    }
}
