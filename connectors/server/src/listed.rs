//! Documents by their ids. In: a part of an id. Out: the documents whose id contains it. Never: a search without an end; a text.

use crate::engine::{Engine, Failure, View};
use serde_json::{Value, json};
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

#[cfg(test)]
#[path = "listed_tests.rs"]
mod tests;
