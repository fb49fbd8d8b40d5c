//! What rows of tables mean in the graph. In: the graph as it changes. Out: the graph kgloom:matched that goes with it. Never: a match
//! that is not a function of graph, tables and settings.

use super::derived::Derived;
use super::matching::{Matching, PinnedTables};
use super::models::ontology;
use super::row_words::RowWords;
use super::types::Typing;
use crate::error::Error;
use crate::interrupt;
use crate::progress::{Measure, Progress};
use crate::settings::Settings;
use anyhow::Result;
use connectors::Store;
use kgloom_matching::{RowCandidate, RowLinker, Said, TableRow, WordCounts};
use kgloom_record::context;
use kgloom_record::port::ModelId;
use kgloom_record::record::{Datatype, Graph, Iri, Literal, Quad, Score, Term, Triple};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows between looks at Ctrl-C.
const BETWEEN: usize = 512;
/// The least probability of an exact match.
const EXACT: f64 = 0.9;

/// Rows of tables beside a graph.
pub struct Matched {
    linker: RowLinker,
    words: RowWords,
    rows: Vec<Iri>,
    places: BTreeMap<Iri, u32>,
    least: f64,
    model: String,
}

impl Matched {
    /// What the state folder wants matched, if anything, over a graph that is still empty and that this reader reads.
    ///
    /// # Errors
    /// Where the tables are not whole, or were read with another reader.
    pub fn open(config: &Settings, reader: &ModelId) -> Result<Option<Matched>> {
        let Some(matching) = Matching::read(&config.state)? else { return Ok(None) };
        if matching.reader != Typing::space(reader) {
            let message = format!(
                "the tables were read with {}, and the texts are read with {reader}; `kgloom match --off` takes them away, \
                 and `kgloom match FILE` reads them again",
                matching.reader
            );
            return Err(Error::missing(message).into());
        }
        let tables = matching.tables(&config.state)?;
        Ok(Some(Matched::new(tables, &matching, ontology(config)?.as_ref())))
    }

    /// Tables over a graph that is still empty.
    pub fn new(tables: PinnedTables, matching: &Matching, ontology: &Ontology) -> Matched {
        let rows: Vec<Iri> = tables.rows.iter().map(|row| Iri::new(Arc::clone(&row.iri))).collect();
        let places = rows.iter().cloned().zip(0..).collect();
        let least = f64::from(matching.least.ten_thousandths()) / 10_000.0;
        let (words, model) = (RowWords::default(), matching.id.clone());
        Matched { linker: linker(tables, ontology), words, rows, places, least, model }
    }

    /// The match of a row: the user's word, else what is found for it.
    fn row(&self, place: u32, found: Option<RowCandidate>) -> Vec<Quad> {
        let row = &self.rows[place as usize];
        if let Some((thing, id)) = self.words.meant(row) {
            let evidence = vec![format!("the user's word: correction {id}")];
            return quads(row, (thing.clone(), 1.0), evidence, &self.model);
        }
        let denied = self.words.denied(row);
        let found = match denied.is_empty() {
            true => found,
            false => self.linker.candidates_but(place, &denied).into_iter().next(),
        };
        let Some(found) = found.filter(|found| found.probability >= self.least) else { return Vec::new() };
        let evidence = found.evidence.iter().map(ToString::to_string).collect();
        quads(row, (Iri::new(found.thing), found.probability), evidence, &self.model)
    }

    /// The rows that may mean something else since this was last asked.
    fn take_stale(&mut self) -> BTreeSet<u32> {
        let mut stale = self.linker.take_stale();
        stale.extend(self.words.take_stale().iter().filter_map(|row| self.places.get(row)));
        stale
    }

    /// The matches of some rows.
    fn told(&self, rows: &[u32]) -> Result<Vec<Vec<Quad>>> {
        let progress = Progress::start("matching");
        let mut told = Vec::with_capacity(rows.len());
        for some in rows.chunks(BETWEEN) {
            let found = self.linker.answers(some, self.least);
            told.extend(some.iter().zip(found).map(|(row, found)| self.row(*row, found)));
            if interrupt::asked() {
                return Err(Error::Interrupted.into());
            }
            progress.show(&Measure { documents: told.len() as u64, ..Measure::default() });
        }
        progress.finish();
        Ok(told)
    }
}

impl Derived for Matched {
    fn absorb(&mut self, quads: &[(Quad, isize)]) {
        absorb(&mut self.linker, quads);
        // What goes comes before what takes its place.
        let (gone, come): (Vec<_>, Vec<_>) = quads.iter().partition(|(_, count)| *count < 0);
        for (Quad { graph, triple }, count) in gone.into_iter().chain(come) {
            if let Graph::Correction(id) = graph
                && triple.subject.as_str() == vocabulary::correction_iri(id)
            {
                self.words.take(id, (&triple.relation, &triple.object), *count > 0);
            }
        }
    }

    fn is_told(&mut self) {
        self.take_stale();
    }

    fn all(&mut self) -> Result<Vec<Quad>> {
        self.take_stale();
        let rows: Vec<u32> = (0..self.rows.len() as u32).collect();
        Ok(self.told(&rows)?.into_iter().flatten().collect())
    }

    fn change(&mut self, store: &Store) -> Result<Vec<(Quad, isize)>> {
        let stale: Vec<u32> = self.take_stale().into_iter().collect();
        if stale.is_empty() {
            return Ok(Vec::new());
        }
        let mut change = Vec::new();
        for (row, told) in stale.iter().zip(self.told(&stale)?) {
            let new: BTreeSet<Quad> = told.into_iter().collect();
            let old: BTreeSet<Quad> = store.matched_of(&self.rows[*row as usize])?.into_iter().collect();
            change.extend(old.difference(&new).map(|quad| (quad.clone(), -1)));
            change.extend(new.difference(&old).map(|quad| (quad.clone(), 1)));
        }
        Ok(change)
    }
}

/// Tables beside a graph that is still empty, with what an ontology calls relations and classes.
pub fn linker(tables: PinnedTables, ontology: &Ontology) -> RowLinker {
    let text = |iri: &Iri, label: &str| (Arc::from(iri.as_str()), Arc::from(label));
    let relations = ontology.relations().map(|relation| text(&relation.iri, &relation.label));
    let classes = ontology.classes().map(|class| text(&class.iri, &class.label));
    RowLinker::new(tables.rows, tables.words, relations, classes)
}

/// What came and went in a graph, taken into rows beside it.
pub fn absorb(linker: &mut RowLinker, quads: &[(Quad, isize)]) {
    // What goes comes before what takes its place.
    let (gone, come): (Vec<_>, Vec<_>) = quads.iter().partition(|(_, count)| *count < 0);
    for (Quad { graph, triple }, count) in gone.into_iter().chain(come) {
        let (thing, comes) = (triple.subject.as_str(), *count > 0);
        let mut say = |said| linker.take(thing, said, comes);
        match (graph, triple.relation.as_str(), &triple.object) {
            (Graph::Default, vocabulary::LABEL, Term::Literal(name)) => say(Said::Name(&name.value, true)),
            (Graph::Default, vocabulary::ALTERNATIVE_LABEL, Term::Literal(name)) => say(Said::Name(&name.value, false)),
            (Graph::Default, vocabulary::TYPE, Term::Name(class)) => say(Said::Class(class.as_str())),
            (Graph::Entailed, vocabulary::TYPE, _) => {}
            (Graph::Default | Graph::Entailed, relation, Term::Name(tail)) => say(Said::Link(relation, tail.as_str())),
            (Graph::Contexts, vocabulary::CONTEXT, Term::Literal(literal)) => {
                if vocabulary::document_id(thing).is_none()
                    && let Some(direction) = context::read(&literal.value)
                {
                    say(Said::Direction(&direction));
                }
            }
            (Graph::Resolution, vocabulary::RESOLVED_TO, Term::Name(opened))
                if vocabulary::parse_local_iri(thing).is_some_and(|(_, place)| place == 0) =>
            {
                linker.take(opened.as_str(), Said::Opens, comes);
            }
            _ => {}
        }
    }
}

/// A match as the store holds it: the link, and beside it its probability, the tables' name and what speaks for it.
fn quads(row: &Iri, (thing, probability): (Iri, f64), evidence: Vec<String>, model: &str) -> Vec<Quad> {
    let relation = if probability >= EXACT { vocabulary::EXACT_MATCH } else { vocabulary::CLOSE_MATCH };
    let relation = Iri::new(relation);
    let link = Triple { subject: row.clone(), relation: relation.clone(), object: Term::Name(thing.clone()) };
    let details = vocabulary::prediction_iri(&link);
    let say = |relation: Iri, object: Term| {
        let triple = Triple { subject: details.clone(), relation, object };
        Quad { graph: Graph::Matched, triple }
    };
    let text = |value: String| Term::Literal(Literal { value: value.into(), datatype: Datatype::String });
    let probability = Score::new((probability * 10_000.0).round() as u16);
    let mut quads = vec![
        say(vocabulary::own("head"), Term::Name(row.clone())),
        say(vocabulary::own("relation"), Term::Name(relation)),
        say(vocabulary::own("tail"), Term::Name(thing)),
        say(vocabulary::own("probability"), Term::Literal(probability.decimal())),
        say(Iri::new(vocabulary::PREDICTED_BY), text(model.to_owned())),
    ];
    quads.extend(evidence.into_iter().map(|words| say(vocabulary::own("evidence"), text(words))));
    quads.push(Quad { graph: Graph::Matched, triple: link });
    quads
}

/// What words say of the names of a graph: pinned with a table.
pub fn words_of(store: &Store, ontology: &Ontology) -> Result<WordCounts> {
    // By thing: names and classes.
    let mut things: BTreeMap<Iri, [Vec<Arc<str>>; 2]> = BTreeMap::new();
    for triple in store.stated() {
        let triple = triple?;
        let thing = things.entry(triple.subject).or_default();
        match (triple.relation.as_str(), triple.object) {
            (vocabulary::LABEL | vocabulary::ALTERNATIVE_LABEL, Term::Literal(name)) => thing[0].push(name.value),
            (vocabulary::TYPE, Term::Name(class)) => thing[1].push(class.as_str().into()),
            _ => {}
        }
    }
    let declared: Vec<(Arc<str>, Arc<str>)> = ontology
        .classes()
        .map(|class| (class.iri.as_str().into(), format!("{}: {}", class.label, class.comment).into()))
        .collect();
    let named = things.values().filter(|[names, _]| !names.is_empty());
    Ok(WordCounts::of(named.map(|[names, classes]| (&names[..], &classes[..])), &declared))
}

/// The rows of other tables, and these.
pub fn replaced(old: Vec<TableRow>, table: &str, new: Vec<TableRow>) -> Vec<TableRow> {
    old.into_iter().filter(|row| *row.table != *table).chain(new).collect()
}

#[cfg(test)]
#[path = "matched_tests.rs"]
mod tests;
