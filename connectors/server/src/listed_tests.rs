//! Documents by their ids, over a list of ids.

use super::*;
use crate::engine::{Epoch, Readiness, Written};
use connectors::source::Sent;
use connectors::{Incoming, Store};
use kgloom_record::record::{Change, DocumentId};
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

/// An engine that has ids and nothing else, and takes its time for each page.
struct Ids(BTreeSet<String>, Duration);

impl Engine for Ids {
    fn store(&self) -> Option<Arc<Store>> {
        None
    }

    fn readiness(&self) -> Readiness {
        Readiness::default()
    }

    fn receive(&self, id: DocumentId, _: Vec<u8>, _: Sent) -> Incoming {
        Incoming { change: Change::Delete(id), container: "test".into() }
    }

    fn write(&self, _: Vec<Incoming>) -> Result<Written, Failure> {
        Ok(Written::default())
    }

    fn correct(&self, _: &Value) -> Result<Written, Failure> {
        Ok(Written::default())
    }

    fn undo(&self, _: &str) -> Result<Written, Failure> {
        Ok(Written::default())
    }

    fn view(&self, view: &View) -> Result<Value, Failure> {
        let View::Documents { after, limit } = view else { return Ok(json!({})) };
        std::thread::sleep(self.1);
        let after = after.clone().map_or(Bound::Unbounded, Bound::Excluded);
        let ids: Vec<&String> = self.0.range((after, Bound::Unbounded)).take(limit + 1).collect();
        let rows: Vec<Value> = ids.iter().take(*limit).map(|id| json!({ "id": id })).collect();
        let next = (ids.len() > *limit).then(|| ids[limit - 1]);
        Ok(json!({ "documents": rows, "next": next, "total": self.0.len() }))
    }

    fn listen(&self, _: Box<dyn Fn(Epoch) + Send + Sync>) {}
}

/// All that is found, page by page, and how many pages there were.
fn all(ids: &Ids, part: &str, limit: usize) -> (Vec<String>, usize) {
    let (mut found, mut pages, mut after) = (Vec::new(), 0, None);
    loop {
        let page = containing(ids, part, after, limit).expect("a page");
        let rows = page["documents"].as_array().expect("a list");
        assert!(rows.len() <= limit && page["total"] == ids.0.len());
        found.extend(rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()));
        pages += 1;
        match page["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return (found, pages),
        }
    }
}

#[test]
fn documents_are_found_by_any_part_of_their_id_in_pages() {
    let ids = (0..3_000).map(|n| format!("texts/{n:05}.txt")).chain(["Notes/ÄRGER-42.md".to_owned()]).collect();
    let ids = Ids(ids, Duration::ZERO);
    let (found, pages) = all(&ids, "42", 20);
    let expected: Vec<String> = ids.0.iter().filter(|id| id.contains("42")).cloned().collect();
    assert_eq!((found, pages), (expected, 4));
    assert_eq!(all(&ids, "ärger", 10), (vec!["Notes/ÄRGER-42.md".to_owned()], 1));
    assert_eq!(all(&ids, "nowhere", 10), (Vec::new(), 1));
    assert_eq!(all(&ids, ".TXT", 1_000).0.len(), 3_000);
    // A page that is just full may be the last.
    assert_eq!(all(&ids, "texts/0004", 10), ((0..10).map(|n| format!("texts/0004{n}.txt")).collect(), 1));
}

#[test]
fn a_page_of_a_hundred_thousand_ends_in_time() {
    let ids = Ids((0..100_000).map(|n| format!("texts/{n:05}.txt")).collect(), Duration::ZERO);
    let start = Instant::now();
    containing(&ids, "nowhere", None, 100).expect("a page");
    // A second, and what is looked at together.
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(all(&ids, "9999", 7).0.len(), 19);
}

#[test]
fn a_search_that_takes_long_says_how_far_it_came() {
    let ids = Ids((0..6_000).map(|n| format!("{n:05}")).collect(), Duration::from_millis(400));
    let start = Instant::now();
    let page = containing(&ids, "5999", None, 10).expect("a page");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(page["documents"], json!([]));
    assert!(page["next"].is_string(), "{page}");
    assert_eq!(all(&ids, "5999", 10).0, ["05999"]);
}
