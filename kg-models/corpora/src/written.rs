//! The written corpus: texts of every kind in inline markup, with facts by Wikidata's properties and in words.
//!
//! In: JSON lines, a document each. Out: documents without their marks, split by a hash of the id. Never: a document whose
//! marks do not add up: the error names its line.

mod examples;
mod labels;
mod statistics;

pub use examples::{ExampleDocument, ExampleFact, examples};
pub use labels::{Names, declared, names, of_words, phrasings};
pub use statistics::{Agreement, Statistics, agreement, statistics};

use super::{AnnotatedDocument, Annotation, GoldMention, GoldRelation, Part, Tag};
use crate::Error;
use kgloom_numerics::text_file::{malformed, read_own};
use kgloom_reader::model::PROPERTY;
use kgloom_reader::sentence;
use kgloom_record::record::{Iri, Span};
use ontologies::{Ontology, Relation};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Genres that stay out of training as a whole: a document whose genre holds one of these words tests.
pub const HELD_GENRES: [&str; 4] = ["obituary", "diary", "forum", "minutes"];
/// The writer whose documents stay out of training: a prefix of their ids.
pub const HELD_WRITER: &str = "w7-";

/// What follows from a property the other way round, where the ontology names no inverse: a child of a father, of a mother,
/// and the work of a character.
const TURNED: [(&str, &str); 3] = [("P22", "P40"), ("P25", "P40"), ("P674", "P1441")];

/// Why a relation that a hasty reader would take from a text is no fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrapKind {
    /// The text says that it does not hold.
    Denied,
    /// It is planned, promised, supposed or conditional.
    Planned,
    /// It is asked.
    Asked,
    /// Somebody believes or alleges it.
    Reported,
    /// It holds of something else that the text names beside it.
    Neighbour,
}

impl TrapKind {
    /// The word for it in the corpus.
    pub fn name(self) -> &'static str {
        match self {
            TrapKind::Denied => "denied",
            TrapKind::Planned => "planned",
            TrapKind::Asked => "asked",
            TrapKind::Reported => "reported",
            TrapKind::Neighbour => "neighbour",
        }
    }
}

/// A relation that the text names and does not state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// The head entity.
    pub head: usize,
    /// A property of Wikidata, or words.
    pub relation: String,
    /// The tail entity.
    pub tail: usize,
    /// Why it is no fact; `None` where the writer did not say.
    pub kind: Option<TrapKind>,
}

impl Trap {
    /// The word for why it is no fact.
    pub fn kind_name(&self) -> &'static str {
        self.kind.map_or("unsaid", TrapKind::name)
    }
}

/// A document of the corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenDocument {
    /// What kind of text it is: "news", "letter".
    pub genre: String,
    /// What it is about: "food, restaurants, brewing"; `None` where the writer did not say.
    pub domain: Option<String>,
    /// How many facts by Wikidata's properties its writer wrote; the inverse ones are added here.
    pub stated: usize,
    /// Its text, its named mentions, what refers to them, its facts by Wikidata's properties, inverse ones included, and
    /// those in words.
    pub document: AnnotatedDocument,
    /// What a hasty reader would take from it.
    pub traps: Vec<Trap>,
}

impl WrittenDocument {
    /// The part that a document belongs to: one in ten tests and one in ten validates, by a hash of the id; and what
    /// stays out of training as a whole tests.
    pub fn part(&self) -> Part {
        if self.stays_out() {
            return Part::Test;
        }
        match blake3::hash(self.document.id.as_bytes()).as_bytes()[0] % 10 {
            0 => Part::Test,
            1 => Part::Validation,
            _ => Part::Train,
        }
    }

    /// Whether it is of a genre or by a writer that training never sees.
    pub fn stays_out(&self) -> bool {
        HELD_GENRES.iter().any(|genre| self.genre.contains(genre)) || self.document.id.starts_with(HELD_WRITER)
    }
}

#[derive(Deserialize)]
struct Line {
    id: String,
    genre: String,
    #[serde(default)]
    domain: Option<String>,
    markup: String,
    #[serde(default)]
    relations: Vec<(usize, String, usize)>,
    #[serde(default)]
    open: Vec<(usize, String, usize)>,
    #[serde(default)]
    types: BTreeMap<usize, String>,
    #[serde(default)]
    not: Vec<Untrue>,
    #[serde(default)]
    asked: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Untrue {
    Kind(usize, String, usize, TrapKind),
    Plain(usize, String, usize),
}

/// The documents of a file, or of the `.jsonl` files of a folder in the order of their names. The ontology has the
/// properties that the writers looked for, and says which of them are inverse to others or hold both ways.
///
/// # Errors
/// A file is missing, or a document's marks do not add up: the error names file and line.
pub fn load(path: &Path, ontology: &Ontology) -> Result<Vec<WrittenDocument>, Error> {
    let wikidata = |relation: &Relation| relation.iri.as_str().strip_prefix(PROPERTY).map(str::to_owned);
    let properties: BTreeSet<String> = ontology.relations().filter_map(wikidata).collect();
    let looked_for = (ontology, properties.into_iter().collect());
    let mut documents = Vec::new();
    let mut ids = BTreeSet::new();
    for file in files(path)? {
        for (index, line) in read_own(&file)?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let wrong = |reason: String| malformed(&file, index + 1, reason);
            let line: Line = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
            let id = line.id.clone();
            let document = document(line, &looked_for).map_err(|reason| wrong(format!("\"{id}\": {reason}")))?;
            if !ids.insert(id.clone()) {
                return Err(wrong(format!("the id \"{id}\" is there twice")));
            }
            documents.push(document);
        }
    }
    Ok(documents)
}

/// The documents of one part.
pub fn part(documents: &[WrittenDocument], part: Part) -> Vec<AnnotatedDocument> {
    documents.iter().filter(|document| document.part() == part).map(|document| document.document.clone()).collect()
}

fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).map_err(Error::read(path))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(Error::read(path))?.path();
        if file.extension().is_some_and(|ending| ending == "jsonl") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        let reason = "no .jsonl file in it; a corpus is JSON lines, a document each".to_owned();
        return Err(Error::Data { name: path.display().to_string(), reason });
    }
    Ok(files)
}

/// A mark: surface, class, the writer's number of the entity.
struct Mark {
    span: Span,
    class: Option<Tag>,
    number: usize,
}

fn document(line: Line, (ontology, properties): &(&Ontology, Arc<[String]>)) -> Result<WrittenDocument, String> {
    let (text, marks) = unmarked(&line.markup)?;
    let mut entities: BTreeMap<usize, (usize, Tag)> = BTreeMap::new();
    for mark in &marks {
        let Some(class) = mark.class else { continue };
        let next = entities.len();
        let (_, known) = *entities.entry(mark.number).or_insert((next, class));
        if known != class {
            return Err(format!("entity {} is {known} and {class}", mark.number));
        }
    }
    let entity = |number: &usize| {
        entities.get(number).map(|(entity, _)| *entity).ok_or_else(|| format!("no mention names entity {number}"))
    };
    let gold = |(head, relation, tail): &(usize, String, usize)| -> Result<GoldRelation, String> {
        Ok(GoldRelation { head: entity(head)?, relation: relation.clone(), tail: entity(tail)?, evidence: Vec::new() })
    };
    let mut relations = line.relations.iter().map(gold).collect::<Result<Vec<_>, _>>()?;
    if let Some(unknown) = relations.iter().find(|r| properties.binary_search(&r.relation).is_err()) {
        return Err(format!("the ontology has no relation {}", unknown.relation));
    }
    for index in 0..relations.len() {
        relations.extend(turned(&relations[index], ontology));
    }
    let annotation =
        Annotation { classes: Tag::ALL.to_vec(), complete: true, coreference: true, relations: Arc::clone(properties) };
    let sentences = sentence::sentences(&text);
    let mut document = AnnotatedDocument::new(line.id, text, sentences, annotation);
    let mut references = Vec::new();
    for mark in &marks {
        let mention = GoldMention { span: mark.span, class: mark.class, entity: entity(&mark.number)? };
        if mark.class.is_some() { &mut document.mentions } else { &mut references }.push(mention);
    }
    // Some writers marked no pronouns: then nothing is known of them.
    document.references = (!references.is_empty()).then_some(references);
    document.entities = entities.len();
    document.relations = relations;
    document.open = Some(line.open.iter().map(gold).collect::<Result<_, String>>()?);
    document.normalise();
    document.asked = line.asked;
    let types = line.types.iter().map(|(number, label)| Ok((entity(number)?, label.clone())));
    document.types = types.collect::<Result<_, String>>()?;
    let trap = |untrue: Untrue| {
        let (head, relation, tail, kind) = match untrue {
            Untrue::Kind(head, relation, tail, kind) => (head, relation, tail, Some(kind)),
            Untrue::Plain(head, relation, tail) => (head, relation, tail, None),
        };
        Ok(Trap { head: entity(&head)?, relation, tail: entity(&tail)?, kind })
    };
    let traps: Vec<Trap> = line.not.into_iter().map(trap).collect::<Result<_, String>>()?;
    let untrue = |trap: &Trap| {
        let Trap { head, relation, tail, .. } = trap.clone();
        GoldRelation { head, relation, tail, evidence: Vec::new() }
    };
    document.untrue = traps.iter().map(untrue).collect();
    Ok(WrittenDocument { genre: line.genre, domain: line.domain, stated: line.relations.len(), traps, document })
}

/// What a fact says the other way round.
fn turned(fact: &GoldRelation, ontology: &Ontology) -> Vec<GoldRelation> {
    let iri = Iri::new(format!("{PROPERTY}{}", fact.relation));
    let inverse = ontology.relation(&iri).and_then(|relation| relation.inverse.as_ref());
    let same = ontology.is_symmetric(&iri).then_some(&iri);
    let named = inverse.into_iter().chain(same).filter_map(|iri| iri.as_str().strip_prefix(PROPERTY));
    let ours = TURNED.iter().filter(|(stated, _)| *stated == fact.relation).map(|(_, other)| *other);
    let properties: BTreeSet<&str> = named.chain(ours).collect();
    let turned = |property: &str| GoldRelation {
        head: fact.tail,
        relation: property.to_owned(),
        tail: fact.head,
        evidence: Vec::new(),
    };
    properties.into_iter().map(turned).collect()
}

/// A text without its marks, and these.
fn unmarked(markup: &str) -> Result<(String, Vec<Mark>), String> {
    let (mut text, mut marks) = (String::with_capacity(markup.len()), Vec::new());
    let mut rest = markup;
    while let Some(open) = rest.find('[') {
        let close = rest[open..].find(']').map(|at| open + at).ok_or("a mark is not closed")?;
        let mark = &rest[open + 1..close];
        let mut fields = mark.rsplitn(3, '|');
        let (number, class, surface) = (fields.next(), fields.next(), fields.next());
        let (Some(number), Some(class), Some(surface)) = (number, class, surface) else {
            return Err(format!("\"[{mark}]\" is no mark: it has the form [surface|class|number]"));
        };
        let number = number.parse().map_err(|_| format!("\"[{mark}]\" has no number"))?;
        let class = match class {
            "PRO" => None,
            code => Some(Tag::from_code(code).ok_or_else(|| format!("\"[{mark}]\": there is no class {code}"))?),
        };
        if surface.is_empty() {
            return Err(format!("\"[{mark}]\" marks nothing"));
        }
        text.push_str(&rest[..open]);
        let start = text.len() as u32;
        text.push_str(surface);
        marks.push(Mark { span: Span { start, end: text.len() as u32 }, class, number });
        rest = &rest[close + 1..];
    }
    text.push_str(rest);
    Ok((text, marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"id":"a-1","genre":"letter","markup":"[Mara Quill|PER|1] left [Tessel Bank|ORG|4], part of [Orm|ORG|2]. [She|PRO|1] never led it.","relations":[[4,"P749",2]],"open":[[1,"left",4]],"types":{"1":"banker"},"not":[[1,"P112",4],[1,"P488",4,"denied"]],"asked":["left","sued"]}"#;

    fn written(lines: &str) -> Result<Vec<WrittenDocument>, Error> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.jsonl"), lines).unwrap();
        load(folder.path(), &Ontology::bundled())
    }

    #[test]
    fn marks_become_spans_and_inverse_facts_are_added() {
        let documents = written(LINE).unwrap();
        let WrittenDocument { document, traps, .. } = &documents[0];
        let open = document.open.as_ref().unwrap();
        assert_eq!(document.text, "Mara Quill left Tessel Bank, part of Orm. She never led it.");
        let surfaces: Vec<_> = document.mentions.iter().map(|m| (document.surface(m.span), m.entity)).collect();
        assert_eq!(surfaces, [("Mara Quill", 0), ("Tessel Bank", 1), ("Orm", 2)]);
        let reference = &document.references.as_ref().unwrap()[0];
        assert_eq!((document.surface(reference.span), reference.entity), ("She", 0));
        let facts: Vec<_> = document.relations.iter().map(|r| (r.head, r.relation.as_str(), r.tail)).collect();
        assert_eq!(facts, [(1, "P749", 2), (2, "P355", 1)]);
        assert_eq!((open[0].head, open[0].relation.as_str(), open[0].tail), (0, "left", 1));
        assert_eq!(document.asked, BTreeSet::from(["left".to_owned(), "sued".to_owned()]));
        assert_eq!(document.types[&0], "banker");
        assert_eq!(traps.iter().map(|trap| trap.kind).collect::<Vec<_>>(), [None, Some(TrapKind::Denied)]);
    }

    #[test]
    fn what_does_not_add_up_is_told_by_line() {
        for (wrong, told) in [
            (LINE.replace("|ORG|2]", "|PLACE|2]"), "no class PLACE"),
            (LINE.replace("|ORG|2]", "|ORG]"), "is no mark"),
            (LINE.replace("|ORG|2]", "|PRO|2]"), "no mention names entity 2"),
            (LINE.replace("[She|PRO|1]", "[Mara|LOC|1]"), "is PER and LOC"),
            (LINE.replace("P749", "P99999"), "no relation P99999"),
            (LINE.replace("denied", "perhaps"), "line 2"),
            (LINE.to_owned(), "twice"),
        ] {
            let error = written(&format!("{LINE}\n{wrong}\n")).unwrap_err().to_string();
            assert!(error.contains(told) && error.contains("line 2"), "{error}");
        }
        assert!(
            load(tempfile::tempdir().unwrap().path(), &Ontology::bundled()).unwrap_err().to_string().contains(".jsonl")
        );
    }

    #[test]
    fn our_corpus_adds_up() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
        let documents = load(&corpus, &Ontology::bundled()).unwrap();
        let statistics = statistics(&documents);
        assert!(statistics.genres.len() >= 20 && statistics.domains.len() >= 25, "{}", statistics.table());
        assert!(statistics.labels["in five documents or more"] >= 300, "{}", statistics.table());
        assert!(statistics.kinds["without a fact"] * 20 >= statistics.documents, "{}", statistics.table());
        assert!(phrasings(&corpus).unwrap().len() > 1_000);
    }

    #[test]
    fn a_tenth_tests_and_whole_genres_and_a_writer_stay_out() {
        let of = |id: String, genre: &str| {
            written(&LINE.replace("a-1", &id).replace("letter", genre)).unwrap().remove(0).part()
        };
        let count = |wanted: Part| (0..300).filter(|n| of(format!("x-{n}"), "letter") == wanted).count();
        assert!((15..50).contains(&count(Part::Test)) && (15..50).contains(&count(Part::Validation)));
        assert!((0..20).all(|n| of(format!("x-{n}"), "council minutes") == Part::Test));
        assert!((0..20).all(|n| of(format!("w7-{n}"), "letter") == Part::Test));
    }
}
