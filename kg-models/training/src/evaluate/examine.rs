//! A reader sits an exam. In: a reader, documents. Out: a report. Never: two documents' answers mixed, or an order that hangs on threads.

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
pub trait Examinee: Reader {
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
    fn in_style_of(&self, _set: &str) -> Result<Option<Box<dyn Examinee>>, Error> {
        Ok(None)
    }
}

/// What is asked, and how it is marked.
#[derive(Clone, Copy)]
pub struct Exam<'e> {
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
struct Marks {
    mentions: MentionTally,
    coreference: CoreferenceCounts,
    relations: RelationTally,
    balanced: RelationTally,
    refused: bool,
}

/// Lets a reader read the documents of an exam, on all cores, and marks what it says; once more in the set's own
/// annotation style, if the reader knows it and reads in another.
/// `progress` is told how many documents are done. A text that the reader refuses counts as read without result.
///
/// # Errors
/// The reader breaks down.
pub fn extraction(reader: &dyn Examinee, exam: &Exam<'_>, progress: &mut dyn FnMut(usize)) -> Result<Report, Error> {
    let mut report = sit(reader, exam, progress)?;
    let set = exam.name.split_whitespace().next().unwrap_or_default();
    if let Some(styled) = reader.in_style_of(set)?.filter(|_| !exam.gold_mentions) {
        report.own_style = Some(Box::new(sit(styled.as_ref(), exam, progress)?));
    }
    Ok(report)
}

fn sit(reader: &dyn Examinee, exam: &Exam<'_>, progress: &mut dyn FnMut(usize)) -> Result<Report, Error> {
    let mut marks: Vec<Marks> = Vec::with_capacity(exam.documents.len());
    for batch in exam.documents.chunks(BATCH) {
        let marked: Result<Vec<Marks>, Error> =
            batch.par_iter().map(|document| mark(reader, document, exam.gold_mentions)).collect();
        marks.extend(marked?);
        progress(marks.len());
    }
    Ok(report(exam, &marks, reader.balanced().is_some()))
}

fn mark(reader: &dyn Examinee, document: &AnnotatedDocument, given: bool) -> Result<Marks, Error> {
    let balanced = reader.balanced().unwrap_or(reader.thresholds());
    if given {
        let (proposals, refused) = answer(reader.relations_given(document), &document.id)?;
        let relations = RelationTally::given(document, &proposals, reader.thresholds());
        let balanced = RelationTally::given(document, &proposals, balanced);
        return Ok(Marks { relations, balanced, refused, ..Marks::default() });
    }
    let (reading, refused): (Reading, bool) = answer(reader.read(&document.text), &document.id)?;
    Ok(Marks {
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

fn report(exam: &Exam<'_>, marks: &[Marks], balanced: bool) -> Report {
    let annotated = |asked: fn(&AnnotatedDocument) -> bool| exam.documents.iter().any(asked);
    let mentions = annotated(|document| !document.annotation.classes.is_empty());
    let coreference = annotated(|document| document.annotation.coreference);
    let relations = annotated(|document| !document.annotation.relations.is_empty());
    Report {
        name: exam.name.to_owned(),
        documents: exam.documents.len(),
        refused: marks.iter().filter(|marks| marks.refused).count(),
        gold_mentions: exam.gold_mentions,
        complete: exam.documents.iter().all(|document| document.annotation.complete),
        mentions: (mentions && !exam.gold_mentions).then(|| mention_report(marks, exam.seed)),
        coreference: (coreference && !exam.gold_mentions).then(|| {
            let mut sum = CoreferenceCounts::default();
            marks.iter().for_each(|marks| sum += marks.coreference);
            sum.into()
        }),
        relations: relations.then(|| relation_report(exam, marks, |marks| &marks.relations)),
        balanced: (relations && balanced).then(|| relation_report(exam, marks, |marks| &marks.balanced)),
        own_style: None,
    }
}

fn mention_report(marks: &[Marks], seed: u64) -> MentionReport {
    let mut sum = MentionTally::default();
    for (total, class) in sum.by_class.iter_mut().enumerate().map(|(index, total)| (total, index)) {
        marks.iter().for_each(|marks| *total += marks.mentions.by_class[class]);
    }
    let micro: Vec<Counts> = marks.iter().map(|marks| marks.mentions.micro()).collect();
    MentionReport::new(&sum, bootstrap(&micro, seed))
}

fn relation_report(exam: &Exam<'_>, marks: &[Marks], tally: fn(&Marks) -> &RelationTally) -> RelationReport {
    let mut sum = RelationTally::default();
    marks.iter().for_each(|marks| sum.add(tally(marks)));
    let micro: Vec<Counts> = marks.iter().map(|marks| tally(marks).micro()).collect();
    let baseline = exam.baseline.filter(|_| exam.gold_mentions).map(|baseline| {
        let mut sum = Counts::default();
        for document in exam.documents {
            sum += RelationTally::given(document, &baseline.propose(document), &BTreeMap::new()).micro();
        }
        sum.into()
    });
    RelationReport::new(&sum, bootstrap(&micro, exam.seed), baseline)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::mentions::tests::{document, reading};
    use super::*;
    use kgloom_corpora::Tag::{Location, Person};
    use kgloom_record::port::ModelId;
    use kgloom_record::record::Refusal;

    /// Answers from a list, by the text's length.
    pub(in super::super) struct Crib {
        id: ModelId,
        answer: Option<Reading>,
        thresholds: BTreeMap<Iri, Score>,
    }

    impl Reader for Crib {
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

    impl Examinee for Crib {
        fn relations_given(&self, _: &AnnotatedDocument) -> Result<Vec<Proposal>, Failure> {
            Ok(vec![Proposal { head: 0, relation: Iri::new("P19"), tail: 1, score: Score::ONE }])
        }
        fn in_style_of(&self, set: &str) -> Result<Option<Box<dyn Examinee>>, Error> {
            Ok((set == "styled").then(|| Box::new(crib(self.answer.clone())) as Box<dyn Examinee>))
        }
    }

    pub(in super::super) fn crib(answer: Option<Reading>) -> Crib {
        Crib { id: ModelId("crib".into()), answer, thresholds: BTreeMap::new() }
    }

    #[test]
    fn a_report_says_how_good_the_answers_were() {
        let gold = [document(&[(0, Person, 0), (1, Location, 1)], &[(0, "P19", 1)])];
        let read = reading(&[(0, Person, 0), (1, Location, 1), (2, Person, 2)], &[(0, "P19", 1, 9)]);
        let exam = Exam { name: "toy test", documents: &gold, gold_mentions: false, baseline: None, seed: 1 };
        let mut done = 0;
        let report = extraction(&crib(Some(read)), &exam, &mut |count| done = count).unwrap();
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
        let exam = Exam { name: "styled test", documents: &gold, gold_mentions: false, baseline: None, seed: 1 };
        let report = extraction(&crib(Some(read.clone())), &exam, &mut |_| {}).unwrap();
        assert_eq!(report.own_style.as_ref().unwrap().mentions.as_ref().unwrap().micro.f1, 1.0);
        assert!(report.table().contains("own annotation style"));
        let plain = extraction(&crib(Some(read)), &Exam { name: "toy test", ..exam }, &mut |_| {}).unwrap();
        assert!(plain.own_style.is_none());
    }

    #[test]
    fn refused_texts_count_as_unread() {
        let gold = [document(&[(0, Person, 0)], &[])];
        let exam = Exam { name: "toy", documents: &gold, gold_mentions: false, baseline: None, seed: 1 };
        let report = extraction(&crib(None), &exam, &mut |_| {}).unwrap();
        assert_eq!(report.refused, 1);
        assert_eq!(report.mentions.unwrap().micro.counts, Counts { correct: 0, predicted: 0, gold: 1 });
    }

    #[test]
    fn with_gold_mentions_only_relations_are_marked_beside_the_baseline() {
        let gold = [document(&[(0, Person, 0), (1, Location, 1)], &[(0, "P19", 1)])];
        let baseline = ClassPairBaseline::fit(&gold);
        let exam = Exam { name: "toy", documents: &gold, gold_mentions: true, baseline: Some(&baseline), seed: 1 };
        let report = extraction(&crib(None), &exam, &mut |_| {}).unwrap();
        assert!(report.mentions.is_none() && report.coreference.is_none());
        let relations = report.relations.unwrap();
        assert_eq!((relations.micro.f1, relations.baseline.unwrap().f1), (1.0, 1.0));
    }
}
