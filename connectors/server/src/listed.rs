//! Documents by their ids. In: a part of an id, or changes that are to be made. Out: the documents whose id contains it, and
//! the ids that name none. Never: a search without an end; a text.

use crate::engine::{Engine, Failure, View};
use connectors::Incoming;
use kgloom_record::record::Change;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Documents that are looked at together.
const PAGE: usize = 100;
/// For how long ids are looked through; whoever asks goes on from where that ended.
const LONGEST: Duration = Duration::from_secs(1);

/// A page of the documents whose id contains a text, whatever the case of its letters; `next` is the id up to which ids were
/// looked at, where there are more.
pub(crate) fn containing(
    engine: &dyn Engine,
    part: &str,
    after: Option<String>,
    limit: usize,
) -> Result<Value, Failure> {
    let (part, start) = (part.to_lowercase(), Instant::now());
    let (mut found, mut at) = (Vec::new(), after);
    loop {
        let mut page = engine.view(&View::Documents { after: at, limit: PAGE })?;
        let (rows, total) = (page["documents"].take(), page["total"].take());
        for row in rows.as_array().into_iter().flatten() {
            if row["id"].as_str().is_some_and(|id| id.to_lowercase().contains(&part)) {
                if found.len() == limit {
                    let next = found.last().map(|last: &Value| last["id"].clone());
                    return Ok(json!({ "documents": found, "next": next, "total": total }));
                }
                found.push(row.clone());
            }
        }
        at = page["next"].as_str().map(str::to_owned);
        if at.is_none() || start.elapsed() > LONGEST {
            return Ok(json!({ "documents": found, "next": at, "total": total }));
        }
    }
}

/// The ids that are to go and name no document, each as often as it is named.
pub(crate) fn missing(engine: &dyn Engine, changes: &[Incoming]) -> Result<Vec<String>, Failure> {
    let (mut come, mut missing) = (BTreeSet::new(), Vec::new());
    for incoming in changes {
        match &incoming.change {
            Change::Put(document) => drop(come.insert(document.id.as_str())),
            Change::Refuse(id, _) => drop(come.insert(id.as_str())),
            Change::Delete(id) if !come.contains(id.as_str()) && !is_there(engine, id.as_str())? => {
                missing.push(id.to_string());
            }
            Change::Delete(_) | Change::Corrections(_) => {}
        }
    }
    Ok(missing)
}

/// Whether an id names a document, or something that was refused.
fn is_there(engine: &dyn Engine, id: &str) -> Result<bool, Failure> {
    let mut at = before(id);
    loop {
        let page = match engine.view(&View::Documents { after: Some(at), limit: 1 }) {
            // What is being loaded may hold it.
            Err(Failure::Unavailable(_)) => return Ok(true),
            page => page?,
        };
        let Some(next) = page["documents"][0]["id"].as_str().filter(|next| *next <= id) else { return Ok(false) };
        if next == id {
            return Ok(true);
        }
        at = next.to_owned();
    }
}

/// An id just before another in their order: hardly any fits in between.
fn before(id: &str) -> String {
    let mut chars = id.chars();
    let last = chars.next_back();
    let mut before = chars.as_str().to_owned();
    // Nothing lies between a text and the same with the least letter at its end.
    if let Some(last) = last.filter(|last| *last != '\0') {
        before.extend((0..last as u32).rev().find_map(char::from_u32));
        before.push(char::MAX);
    }
    before
}

#[cfg(test)]
#[path = "listed_tests.rs"]
mod tests;
