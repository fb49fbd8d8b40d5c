//! What a journal does while the process may open no more files. Alone in its process, whose files it uses up.
#![cfg(unix)]

use connectors::journal::sealed;
use connectors::{Incoming, Journal};
use kgloom_record::record::{Change, Document, DocumentId};
use std::fs::File;
use std::thread;
use std::time::Duration;

/// Where more may be opened than this, there is as good as no limit.
const MANY: usize = 1 << 18;

/// Opens all that may be opened; none where that has no end.
fn use_up() -> Option<Vec<File>> {
    let mut held = Vec::new();
    while held.len() < MANY {
        match File::open("/dev/null") {
            Ok(file) => held.push(file),
            Err(_) => return Some(held),
        }
    }
    None
}

fn put(id: &str) -> [Incoming; 1] {
    let change = Change::Put(Document { id: DocumentId::new(id), text: format!("The text of {id}.").into() });
    [Incoming { change, container: "texts".into() }]
}

#[test]
fn an_epoch_is_written_while_no_file_can_be_opened_and_sealed_when_one_can() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let last_sealed = || sealed(&path).unwrap().map(|(epoch, _)| epoch);
    let journal = Journal::open(&path).unwrap();
    journal.append(1, &put("a")).unwrap();
    assert_eq!(last_sealed(), Some(1));

    let Some(held) = use_up() else { return };
    let closes = thread::spawn(move || {
        thread::sleep(Duration::from_millis(700));
        drop(held);
    });
    journal.append(2, &put("b")).unwrap();
    closes.join().unwrap();
    assert_eq!((journal.epoch(), last_sealed()), (2, Some(2)), "it was waited for");

    let held = use_up();
    journal.append(3, &put("c")).unwrap();
    drop(held);
    assert_eq!((journal.epoch(), last_sealed()), (3, Some(2)), "it was not waited for ever");
    drop(journal);
    let journal = Journal::open(&path).unwrap();
    assert_eq!((journal.epoch(), journal.size()), (3, (3, 0)), "what was written is there, sealed or not");
    journal.append(4, &put("d")).unwrap();
    assert_eq!((last_sealed(), journal.size()), (Some(4), (4, 0)));
    journal.check().unwrap();
}
