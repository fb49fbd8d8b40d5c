//! A search by meaning and words, told as JSON. In: what is looked for, as it was typed. Out: things or documents, with why.
//! Never: a name that is not of this graph.

use super::index::Index;
use super::words::Words;
use crate::exit::CliError;
use crate::meaning::{By, Found, Meaning, Search, Target};
use crate::voice::Voice;
use anyhow::Result;
use connectors::{Journal, Live, Store};
use kgloom_engine::terms;
use kgloom_record::record::{DocumentId, Iri};
use kgloom_record::vocabulary;
use kgloom_search::Explanation;
use kgloom_server::engine::SearchFor;
use ontologies::Ontology;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Parts of a score that are told.
const PARTS: usize = 5;
/// Characters of a document that are shown.
const SHOWN: usize = 160;

/// What is searched.
pub(super) struct Searched<'a> {
    pub store: &'a Store,
    /// The texts of documents, where they are at hand.
    pub journal: Option<&'a Journal>,
    pub words: Words<'a>,
    pub meaning: &'a Meaning,
}

impl Searched<'_> {
    /// Searches, and tells what was found.
    pub fn tell(&self, wanted: &SearchFor) -> Result<Value> {
        if wanted.text.trim().is_empty() {
            return Err(CliError::usage("there is nothing to look for; give a text").into());
        }
        let search = self.search(wanted)?;
        if let (Some(journal), Target::Documents) = (self.journal, &search.target)
            && search.by != By::Vectors
        {
            self.meaning.learn_texts(|| texts(journal))?;
        }
        let found = self.meaning.search(&search)?;
        let hits = found.hits.iter().map(|hit| {
            let mut told = self.named(&hit.iri)?;
            told["score"] = json!(rounded(hit.score));
            for (name, number) in [("words", hit.words), ("meaning", hit.meaning)] {
                if let Some(number) = number {
                    told[name] = json!(rounded(number));
                }
            }
            if let Some(interest) = hit.interest {
                told["interest"] = json!(interest + 1);
            }
            if let Some(explanation) = &hit.explanation {
                told["explanation"] = explained(explanation);
            }
            Ok(told)
        });
        let hits = hits.collect::<Result<Vec<Value>>>()?;
        let Found { plan, exact, shares, with, .. } = &found;
        let shares: Vec<f64> = shares.iter().copied().map(rounded).collect();
        let plan = plan.map(|plan| plan.to_string());
        Ok(json!({ "found": hits, "plan": plan, "exact": exact, "shares": shares, "encoder": with }))
    }

    fn search(&self, wanted: &SearchFor) -> Result<Search> {
        let by = match wanted.by.as_str() {
            "" | "both" => By::Both,
            "words" => By::Words,
            "vectors" => By::Vectors,
            other => return Err(CliError::usage(format!("\"{other}\" is not words, vectors or both")).into()),
        };
        let class = wanted.class.as_deref().map(|class| kgloom_engine::classes::find_class(class, self.words.ontology));
        let class = class.transpose().map_err(CliError::usage)?;
        let within = wanted.pattern.as_deref().map(|pattern| self.within(pattern)).transpose()?;
        let target = match (wanted.documents, class.is_some() || within.is_some()) {
            (true, true) => return Err(CliError::usage("a class or a pattern is of things, not of documents").into()),
            (true, false) => Target::Documents,
            (false, _) => Target::Things { class, within },
        };
        let text: Arc<str> = wanted.text.as_str().into();
        Ok(Search {
            by: if wanted.spread.is_some() { By::Vectors } else { by },
            most: wanted.limit,
            spread: wanted.spread,
            explain: wanted.explain,
            ..Search::new(&text, target)
        })
    }

    /// What `?x` may be in a pattern.
    fn within(&self, pattern: &str) -> Result<BTreeSet<Iri>> {
        let rows = terms::ask(self.store, &format!("SELECT DISTINCT ?x WHERE {{ {pattern} }}"))?;
        let name = |row: &std::collections::BTreeMap<String, Value>| {
            let term = row.get("x")?;
            (term["type"] == "uri").then(|| term["value"].as_str().map(Iri::new))?
        };
        Ok(rows.iter().filter_map(name).collect())
    }

    fn named(&self, iri: &Iri) -> Result<Value> {
        let Some(id) = vocabulary::document_id(iri.as_str()) else {
            let thing = self.words.index.things().get(iri);
            return Ok(thing.map_or_else(|| self.words.name(iri), |thing| self.words.thing(iri, thing)));
        };
        let text = self.journal.map(|journal| journal.lookup(&id)).transpose()?.flatten();
        let text = match &text {
            Some(Live::Text { text, .. }) => first(text),
            _ => String::new(),
        };
        Ok(json!({ "id": id.as_str(), "text": text }))
    }
}

/// The texts of all documents.
fn texts(journal: &Journal) -> Result<Vec<(DocumentId, Option<Arc<str>>)>> {
    let mut texts = Vec::new();
    for entry in journal.live() {
        if let (id, Live::Text { text, .. }) = entry? {
            texts.push((id, Some(text)));
        }
    }
    Ok(texts)
}

/// The beginning of a text, in one line.
fn first(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(SHOWN) {
        None => line,
        Some((at, _)) => format!("{}…", &line[..at]),
    }
}

fn explained(explanation: &Explanation) -> Value {
    let parts = explanation.contributions.iter().take(PARTS);
    let parts: Vec<Value> = parts.map(|(name, part)| json!({ "concept": name, "part": rounded(*part) })).collect();
    let rest: f64 = explanation.contributions.iter().skip(PARTS).map(|(_, part)| part).sum();
    json!({ "parts": parts, "others": rounded(rest), "other": rounded(explanation.other) })
}

fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// Searches a graph that nobody keeps open.
pub fn search(
    (store, journal): (&Arc<Store>, Option<&Arc<Journal>>),
    (config, ontology, voice): (&crate::config::Config, &Arc<Ontology>, Voice),
    wanted: &SearchFor,
) -> Result<Value> {
    let meaning = Meaning::over(store, config, ontology);
    meaning.beside(journal, voice);
    let index = Index::of(store)?;
    let words = Words { index: &index, ontology };
    Searched { store, journal: journal.map(|journal| &**journal), words, meaning: &meaning }.tell(wanted)
}
