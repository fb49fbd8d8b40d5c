//! Entity resolution across documents, scored by B³ (Bagga and Baldwin 1998). In: texts, and whose each name in them is.
//! Out: scores of exact names, of the flow without contexts, and of the whole flow. Never: a name that the reader found
//! by itself, so that nothing but resolution is scored.

use super::coreference::Ratio;
use kgloom_corpora::Tag;
use kgloom_flow::session::{Session, Settings};
use kgloom_reader::{Error, Extractor};
use kgloom_record::port::{Answer, Broken, Failure, Memory, ModelId, Reader};
use kgloom_record::record::{Change, ContentHash, Document, Graph, Iri, Reading, Score, Span, Term};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// A name in a document, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoldName {
    /// The document's id, or the end of it after a slash.
    pub document: String,
    /// The name as written.
    pub surface: String,
    /// Whom it names there.
    pub entity: String,
    /// Its class.
    pub class: Tag,
}

/// Reads a table of names: document, surface, entity, class, separated by tabs, under a line of titles.
///
/// # Errors
/// The file cannot be read, or a line has another form.
pub fn gold_names(path: &Path) -> Result<Vec<GoldName>, Error> {
    let text = kgloom_numerics::text_file::read_own(path)?;
    let parse = |(index, line): (usize, &str)| {
        let wrong = |reason: &str| kgloom_numerics::text_file::malformed(path, index + 1, reason);
        let [document, surface, entity, class] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(wrong("not document, surface, entity, class, separated by tabs"));
        };
        let class = Tag::from_code(class).ok_or_else(|| wrong("unknown class"))?;
        let [document, surface, entity] = [document, surface, entity].map(str::to_owned);
        Ok(GoldName { document, surface, entity, class })
    };
    text.lines()
        .enumerate()
        .skip(1)
        .filter(|(_, line)| !line.is_empty())
        .map(parse)
        .collect::<Result<_, _>>()
        .map_err(Error::from)
}

/// How well names were joined; a name that stands several times in a document counts once there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    /// B³ precision, from 0 to 1.
    pub precision: f64,
    /// B³ recall.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// Of each predicted entity, how many gold ones it has beyond one; summed.
    pub over_merges: usize,
    /// Of each gold entity, in how many predicted ones it lies beyond one; summed.
    pub under_merges: usize,
}

/// The scores of three ways to tell who is who.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResolutionReport {
    /// The id of the model that gave coreference, dates and contexts.
    pub model: String,
    /// How many names were scored.
    pub names: usize,
    /// How many could not be found in their document, and were left out.
    pub missing: usize,
    /// How many entities they have.
    pub entities: usize,
    /// Surfaces that several entities bear.
    pub homonyms: usize,
    /// Entities with several surfaces.
    pub aliased: usize,
    /// Names equal as written are one.
    pub exact: Resolution,
    /// The flow by coreference, names and aliases alone.
    pub strings: Resolution,
    /// The whole flow, with dates and with the vectors of what is said around each name.
    pub vectors: Resolution,
    /// What the whole flow got wrong: what was joined, then what came apart, each as (entity, its parts).
    pub mistakes: [Vec<(String, Vec<String>)>; 2],
}

/// Scores a model's resolution of documents whose names are known. `on_progress` hears how many documents are read.
///
/// # Errors
/// The reader or the flow breaks down, or no document of the table is there.
pub fn resolution(
    extractor: &Extractor,
    documents: &[Document],
    gold: &[GoldName],
    on_progress: &mut dyn FnMut(usize),
) -> Result<ResolutionReport, Error> {
    let mut read: Vec<(&Document, Reading)> = Vec::new();
    let mut places: Vec<(usize, u32, &GoldName)> = Vec::new();
    let mut missing = 0;
    for document in documents {
        let id = document.id.as_str();
        let here =
            |name: &&GoldName| id.strip_suffix(&*name.document).is_some_and(|r| r.is_empty() || r.ends_with('/'));
        let names: Vec<&GoldName> = gold.iter().filter(here).collect();
        let spans = spans(&document.text, &names);
        let marks: Vec<(Span, usize)> = spans.iter().map(|&(span, name)| (span, names[name].class.index())).collect();
        let reading = extractor.read_marked(&document.text, &marks)?;
        for (index, name) in names.iter().enumerate() {
            let first = spans.iter().find(|(_, of)| *of == index).map(|(span, _)| *span);
            let mention = reading.mentions.iter().find(|mention| first.is_some_and(|span| touches(mention.span, span)));
            match mention {
                Some(mention) => places.push((read.len(), mention.entity, name)),
                None => missing += 1,
            }
        }
        read.push((document, reading));
        on_progress(read.len());
    }
    if places.is_empty() {
        let reason = "none of its documents is among those read".to_owned();
        return Err(Error::Data { name: "the table of names".to_owned(), reason });
    }
    let truth: Vec<&str> = places.iter().map(|(_, _, name)| name.entity.as_str()).collect();
    let exact: Vec<&str> = places.iter().map(|(_, _, name)| name.surface.as_str()).collect();
    let whole = flow(extractor, &read, &places)?;
    for (_, reading) in &mut read {
        reading.relations.clear();
        reading.entities.iter_mut().for_each(|entity| entity.context = Arc::from([]));
    }
    let strings = flow(extractor, &read, &places)?;
    let several = |pairs: BTreeSet<(&str, &str)>| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        pairs.iter().for_each(|(one, _)| *counts.entry(*one).or_default() += 1);
        counts.values().filter(|count| **count > 1).count()
    };
    Ok(ResolutionReport {
        model: extractor.id().to_string(),
        names: places.len(),
        missing,
        entities: truth.iter().collect::<BTreeSet<_>>().len(),
        homonyms: several(exact.iter().copied().zip(truth.iter().copied()).collect()),
        aliased: several(truth.iter().copied().zip(exact.iter().copied()).collect()),
        exact: compare(&exact, &truth),
        strings: compare(&strings, &truth),
        vectors: compare(&whole, &truth),
        mistakes: [parts(&whole, &truth), parts(&truth, &whole)],
    })
}

/// The clusters of one side that are several on the other.
fn parts(ours: &[impl ToString], theirs: &[impl ToString]) -> Vec<(String, Vec<String>)> {
    let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (one, other) in ours.iter().zip(theirs) {
        parts.entry(one.to_string()).or_default().insert(other.to_string());
    }
    let several = parts.into_iter().filter(|(_, parts)| parts.len() > 1);
    several.map(|(whole, parts)| (whole, parts.into_iter().collect())).collect()
}

fn touches(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

/// Where each name stands, as (span, index into `names`); longer names take their place first.
fn spans(text: &str, names: &[&GoldName]) -> Vec<(Span, usize)> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&name| (std::cmp::Reverse(names[name].surface.len()), &names[name].surface));
    let mut taken: Vec<(Span, usize)> = Vec::new();
    for name in order {
        let surface = &names[name].surface;
        for (start, _) in text.match_indices(surface.as_str()) {
            let end = start + surface.len();
            let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let span = Span { start: start as u32, end: end as u32 };
            let whole = !word(text[..start].chars().next_back()) && !word(text[end..].chars().next());
            if whole && taken.iter().all(|(other, _)| !touches(*other, span)) {
                taken.push((span, name));
            }
        }
    }
    taken.sort();
    taken
}

/// Who is who after the flow: the entity of each place.
fn flow(
    extractor: &Extractor,
    read: &[(&Document, Reading)],
    places: &[(usize, u32, &GoldName)],
) -> Result<Vec<Iri>, Error> {
    let known = read.iter().map(|(document, reading)| (ContentHash::of(&document.text), reading.clone())).collect();
    let known = Arc::new(Known { id: extractor.id().clone(), readings: known, thresholds: BTreeMap::new() });
    let settings = Settings {
        reader: Arc::clone(&known) as Arc<dyn Reader>,
        memory: known,
        ontology: Arc::new(Ontology::bundled()),
        filter: None,
        typer: None,
        workers: 1,
    };
    let changes = read.iter().map(|(document, _)| Change::Put((*document).clone())).collect();
    let delta = Session::start(settings)
        .step(changes)
        .map_err(|stopped| Error::Data { name: "the flow".to_owned(), reason: stopped.to_string() })?;
    let resolved: BTreeMap<Iri, Iri> = delta
        .quads
        .into_iter()
        .filter(|(quad, _)| quad.graph == Graph::Resolution)
        .filter_map(|(quad, _)| match quad.triple.object {
            Term::Name(entity) => Some((quad.triple.subject, entity)),
            Term::Literal(_) => None,
        })
        .collect();
    let entity = |&(document, entity, _): &(usize, u32, &GoldName)| {
        let local = Iri::new(vocabulary::local_iri(&read[document].0.id, entity));
        resolved.get(&local).cloned().unwrap_or(local)
    };
    Ok(places.iter().map(entity).collect())
}

/// Readings that are known before the flow asks.
pub(crate) struct Known {
    /// The model that read.
    pub id: ModelId,
    /// What it said of each text.
    pub readings: BTreeMap<ContentHash, Reading>,
    /// The support that its facts need.
    pub thresholds: BTreeMap<Iri, Score>,
}

impl Reader for Known {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn read(&self, text: &str) -> Result<Reading, Failure> {
        let known = self.readings.get(&ContentHash::of(text));
        known.cloned().ok_or_else(|| Failure::Broken("a text that was not read before".into()))
    }

    fn thresholds(&self) -> &BTreeMap<Iri, Score> {
        &self.thresholds
    }
}

impl Memory for Known {
    fn recall(&self, content: &ContentHash) -> Result<Option<Answer>, Broken> {
        Ok(self.readings.get(content).cloned().map(Ok))
    }

    fn remember(&self, _: &ContentHash, _: &Answer) -> Result<(), Broken> {
        Ok(())
    }
}

/// B³ and the counts of wrong joins and wrong splits.
fn compare<P: Ord, G: Ord>(predicted: &[P], gold: &[G]) -> Resolution {
    let (mut ours, mut theirs, mut both) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (p, g) in predicted.iter().zip(gold) {
        *ours.entry(p).or_insert(0usize) += 1;
        *theirs.entry(g).or_insert(0usize) += 1;
        *both.entry((p, g)).or_insert(0usize) += 1;
    }
    let mean = |size: &dyn Fn(&(&P, &G)) -> usize| {
        let sum: f64 = both.iter().map(|(pair, &count)| (count * count) as f64 / size(pair) as f64).sum();
        sum / predicted.len().max(1) as f64
    };
    let (precision, recall) = (mean(&|pair| ours[pair.0]), mean(&|pair| theirs[pair.1]));
    let f1 = Ratio { found: recall, gold: 1.0, right: precision, predicted: 1.0 }.f1();
    let (over_merges, under_merges) = (both.len() - ours.len(), both.len() - theirs.len());
    Resolution { precision, recall, f1, over_merges, under_merges }
}

impl ResolutionReport {
    /// The scores as a table, for people.
    pub fn table(&self) -> String {
        let mut table = format!(
            "resolution · {} names of {} entities · {} homonyms, {} entities with several names\n",
            self.names, self.entities, self.homonyms, self.aliased
        );
        if self.missing > 0 {
            table.push_str(&format!("{} names are not in their document, and were left out\n", self.missing));
        }
        table.push_str("                            P       R   B³ F1  over-merged  under-merged\n");
        let rows = [("exact names", self.exact), ("strings", self.strings), ("strings and vectors", self.vectors)];
        for (name, scores) in rows {
            table.push_str(&format!(
                "{name:<21}{:>8.1}{:>8.1}{:>8.1}{:>13}{:>14}\n",
                100.0 * scores.precision,
                100.0 * scores.recall,
                100.0 * scores.f1,
                scores.over_merges,
                scores.under_merges
            ));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::DocumentId;

    #[test]
    fn b_cubed_counts_each_mention_by_its_two_clusters() {
        // The example of Bagga and Baldwin: clusters of 5, 2 and 5, of which two are joined.
        let gold = [1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3];
        let scores = compare(&[1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2], &gold);
        assert!((scores.precision - 0.76).abs() < 0.01 && scores.recall == 1.0, "{scores:?}");
        assert_eq!((scores.over_merges, scores.under_merges), (1, 0));
        assert_eq!(compare(&gold, &gold).f1, 1.0);
    }

    #[test]
    fn one_name_of_two_and_two_names_of_one_are_told() {
        let name = |document: &str, surface: &str, entity: &str| GoldName {
            document: document.to_owned(),
            surface: surface.to_owned(),
            entity: entity.to_owned(),
            class: Tag::Person,
        };
        let texts = [
            ("texts/a", "Ann Reed is a physicist. Ann Reed was born on 3 May 1901."),
            ("texts/b", "Ann Reed is a swimmer. Ann Reed was born on 7 June 1988."),
        ];
        let documents = texts.map(|(id, text)| Document { id: DocumentId::new(id), text: text.into() });
        let gold = [name("a", "Ann Reed", "one"), name("b", "Ann Reed", "two"), name("b", "Bob", "bob")];
        let report = resolution(&Extractor::bundled().unwrap(), &documents, &gold, &mut |_| {}).unwrap();
        assert_eq!((report.names, report.missing, report.homonyms), (2, 1, 1));
        assert_eq!(report.exact.over_merges, 1);
        assert_eq!(report.strings.over_merges, 1);
        assert_eq!(report.vectors.over_merges, 0);
    }

    #[test]
    fn a_malformed_table_is_told_by_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("names.tsv");
        std::fs::write(&path, "titles\na\tb\tc\tPER\na\tb\n").unwrap();
        let wrong = gold_names(&path).unwrap_err().to_string();
        assert!(wrong.contains("names.tsv") && wrong.contains("line 3"), "{wrong}");
    }
}
