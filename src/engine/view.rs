//! What is to be seen of an engine, as JSON (`docs/http.md` has the fields). In: a view. Out: a value. Never: a write; a wait for
//! the writer.

use super::asked::Asked;
use super::found::Searched;
use super::index::Index;
use super::shared::{Shared, failure, held};
use super::words::Words;
use crate::exit::CliError;
use crate::finding;
use anyhow::Result;
use connectors::Live;
use connectors::store::{Described, expand, shorten};
use kgloom_engine::corrections::listed;
use kgloom_engine::explain::why;
use kgloom_engine::run::stale::is_stale;
use kgloom_engine::terms::Wanted;
use kgloom_record::record::{DocumentId, Iri};
use kgloom_server::engine::{Failure, Readiness, View};
use serde_json::{Value, json};
use std::ops::Bound;

/// Facts that are explained at once.
const EXPLAINED: usize = 5;
/// Questions that somebody who knows nothing yet may try.
const QUESTIONS: usize = 4;
/// Things that are shown first.
const LARGEST: usize = 5;

impl Shared {
    /// What is to be seen.
    pub(super) fn view(&self, view: &View, readiness: &Readiness) -> Result<Value, Failure> {
        let Some((index, changes)) = self.known() else {
            return Err(Failure::Unavailable("the graph is being loaded".into()));
        };
        let index = &*index;
        let words = Words { index, ontology: &self.ontology };
        let seen = match view {
            View::Start => self.first_look(words, changes),
            View::Find { text, class, limit } => find(words, (text, class.as_deref()), *limit),
            View::Entity(wanted) => self.entity(words, &named(index, &wanted.iri)?, wanted),
            View::Neighbourhood { iri, limit } => self.neighbourhood(words, &named(index, iri)?, *limit),
            View::Explain { subject, relation, object } => self.explain([subject, relation, object]),
            View::Schema => Ok(super::schema::schema(words)),
            View::Ask(question) => {
                let encoder = self.meaning.encoder().map_err(|error| failure(&error))?;
                Ok(Asked { store: &self.folder.store, words }.answer(question, Some(&**encoder)))
            }
            View::Search(wanted) => Searched {
                store: &self.folder.store,
                journal: Some(&self.folder.journal),
                words,
                meaning: &self.meaning,
            }
            .tell(wanted),
            View::Status => self.status(index, readiness),
            View::Rejections { limit } => self.rejections(index, *limit),
            View::Documents { after, limit } => self.documents(after.as_deref(), *limit),
            View::Text(id) => self.text(id).map(|text| json!(text)),
            View::Reading(id) => self.reading(words, id),
            View::Corrections => {
                listed(&self.folder).and_then(|all| Ok(json!({ "corrections": serde_json::to_value(all)? })))
            }
        };
        seen.map_err(|error| failure(&error))
    }

    /// Where somebody begins who knows nothing yet; told again as it was until something changes.
    fn first_look(&self, words: Words<'_>, changes: u64) -> Result<Value> {
        if let Some((at, told)) = &*held(&self.first_look)
            && *at == changes
        {
            return Ok(told.clone());
        }
        let told = self.start(words)?;
        *held(&self.first_look) = Some((changes, told.clone()));
        Ok(told)
    }

    fn start(&self, words: Words<'_>) -> Result<Value> {
        let Words { index, .. } = words;
        let classes = ["Person", "Organization", "Location"].map(kgloom_record::vocabulary::own);
        let known = |thing: &Described| thing.facts > 0 && thing.classes.iter().any(|class| classes.contains(class));
        let largest = index.largest(known, LARGEST);
        let asked = Asked { store: &self.folder.store, words };
        let questions = kgloom_asking::examples(&asked, words.ontology, QUESTIONS);
        let largest: Vec<Value> = largest.iter().map(|(iri, thing)| words.thing(iri, thing)).collect();
        let relation = index.uses().relations.iter().max_by_key(|(iri, count)| (**count, std::cmp::Reverse(*iri)));
        let relation = relation.map_or_else(|| "rdf:type".to_owned(), |(iri, _)| shorten(iri.as_str()));
        let query =
            format!("SELECT ?head ?tail WHERE {{\n  ?head {relation} ?tail .\n}}\nORDER BY ?head ?tail\nLIMIT 50");
        Ok(json!({ "largest": largest, "questions": questions, "query": query }))
    }

    fn explain(&self, names: [&String; 3]) -> Result<Value> {
        let [subject, relation, object] = names.map(|name| Some(name.clone()));
        let wanted = Wanted { subject, relation, object };
        let found = why(&self.folder, (&self.model, &*self.ontology), &wanted, EXPLAINED)?;
        Ok(json!({ "explanations": serde_json::to_value(found)? }))
    }

    fn status(&self, index: &Index, readiness: &Readiness) -> Result<Value> {
        let (documents, refused) = self.folder.journal.size();
        let store = &self.folder.store;
        Ok(json!({
            "version": env!("CARGO_PKG_VERSION"), "state": self.state, "epoch": store.epoch()?.unwrap_or_default(),
            "model": store.meta("model")?, "filter": store.meta("filter")?, "documents": documents,
            "refused": refused, "entities": index.entities(), "facts": index.facts(),
            "relations": index.relations(), "triples": index.triples(), "rejections": index.rejections(),
            "ready": readiness.ready, "writable": readiness.ready, "doing": readiness.state,
        }))
    }

    fn rejections(&self, index: &Index, limit: usize) -> Result<Value> {
        let rows = serde_json::to_value(self.folder.store.rejections(limit)?)?;
        Ok(json!({ "rejections": rows, "total": index.rejections() }))
    }

    fn documents(&self, after: Option<&str>, limit: usize) -> Result<Value> {
        let after = after.map_or(Bound::Unbounded, |after| Bound::Excluded(DocumentId::new(after)));
        let (documents, refused) = self.folder.journal.size();
        let (mut rows, mut next) = (Vec::new(), None);
        for entry in self.folder.journal.live_from(after) {
            let (id, live) = entry?;
            if rows.len() == limit {
                next = rows.last().map(|row: &Value| row["id"].clone());
                break;
            }
            rows.push(match &live {
                Live::Text { text, container, .. } => json!({
                    "id": id.as_str(), "bytes": text.len(), "refused": null,
                    "stale": refused > 0 && is_stale(&self.folder.journal, &id, container)?,
                }),
                Live::Refused { refusal, .. } => json!({
                    "id": id.as_str(), "bytes": 0, "stale": false,
                    "refused": { "reason": &*refusal.reason, "location": &*refusal.location },
                }),
            });
        }
        Ok(json!({ "documents": rows, "next": next, "total": documents + refused }))
    }
}

/// The entity that an IRI or a prefixed name means.
fn named(index: &Index, iri: &str) -> Result<Iri, Failure> {
    let bare = iri.trim().trim_start_matches('<').trim_end_matches('>');
    let found = [Some(bare.to_owned()), expand(bare)].into_iter().flatten().map(Iri::new);
    let found = found.into_iter().find(|iri| index.things().contains_key(iri));
    found.ok_or_else(|| Failure::Missing(format!("the graph has no {iri}")))
}

fn find(words: Words<'_>, (text, class): (&str, Option<&str>), limit: usize) -> Result<Value> {
    let class = class
        .map(|class| kgloom_engine::classes::find_class(class, words.ontology).map_err(CliError::usage))
        .transpose()?;
    let fits = |thing: &Described| class.as_ref().is_none_or(|class| thing.classes.contains(class));
    if text.trim().is_empty() {
        let known = |thing: &Described| thing.facts > 0 && !thing.classes.is_empty() && fits(thing);
        let mut largest = words.index.largest(known, limit + 1);
        let more = largest.len() > limit;
        largest.truncate(limit);
        let found: Vec<Value> = largest.iter().map(|(iri, thing)| words.thing(iri, thing)).collect();
        return Ok(json!({ "found": found, "more": more }));
    }
    let found = finding::likeliest((words.index.things(), words.index.names()), text, &fits, limit + 1);
    let more = found.len() > limit;
    let rows: Vec<Value> = found
        .iter()
        .take(limit)
        .map(|found| {
            let mut row = words.thing(found.iri, found.thing);
            row["fits"] = found.fit.word().into();
            row
        })
        .collect();
    Ok(json!({ "found": rows, "more": more }))
}
