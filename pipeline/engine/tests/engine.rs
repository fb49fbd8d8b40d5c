//! What somebody relies on who embeds the engine. In: a folder, the toy reader, and readers that fail. Out: assertions. Never: the
//! program.

use kgloom_engine::corrections::Said;
use kgloom_engine::explain::Why;
use kgloom_engine::settings::Model;
use kgloom_engine::{Doing, Engine, Error, Opened, Settings};
use kgloom_flow::toy::ToyReader;
use kgloom_record::port::{Failure, ModelId, Reader};
use kgloom_record::record::{Iri, Reading, Score};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const ADA: &str = "Ada Lovelace works for Marlow Company.";
const EMPLOYERS: &str = "SELECT ?who ?firm { ?who wdt:P108 ?firm } ORDER BY ?who";

fn settings(folder: &Path) -> Settings {
    Settings { workers: 2, ..Settings::new(folder).with_model(Model::Toy) }
}

/// Reads as the toy does, and panics at a word.
struct PanickingReader(ToyReader);

impl Reader for PanickingReader {
    fn id(&self) -> &ModelId {
        self.0.id()
    }

    fn read(&self, text: &str) -> Result<Reading, Failure> {
        assert!(!text.contains("thirteen"), "thirteen is not read");
        self.0.read(text)
    }

    fn thresholds(&self) -> &BTreeMap<Iri, Score> {
        self.0.thresholds()
    }
}

#[test]
fn a_graph_follows_its_documents_and_each_snapshot_keeps_its_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(settings(folder.path())).unwrap();
    let empty = engine.reader().unwrap();
    let mut epochs = engine.subscribe();
    let put = engine.put("a", ADA).unwrap();
    assert_eq!((put.epoch, put.tally.put, put.difference().1.len()), (1, 1, 0));
    let one = engine.reader().unwrap();
    assert_eq!(engine.put("a", ADA).unwrap().tally.unchanged, 1);
    engine.put("b", "Eve Stone works for Marlow Company.").unwrap();
    let gone = engine.delete("a").unwrap();
    assert_eq!((gone.epoch, gone.tally.deleted), (3, 1));
    let snapshots = [&empty, &one, &engine.reader().unwrap()];
    assert_eq!(snapshots.map(|snapshot| snapshot.epoch()), [0, 1, 3]);
    let employers = snapshots.map(|snapshot| {
        let rows = snapshot.select(EMPLOYERS).unwrap();
        rows.iter().map(|row| row["who"].to_string()).collect::<Vec<_>>()
    });
    let named = |name: &str| vec![format!("<urn:kgloom:person:{name}>")];
    assert_eq!(employers, [vec![], named("Ada_Lovelace"), named("Eve_Stone")]);
    let told = epochs.next().unwrap();
    assert_eq!((told.epoch, told.put, &told.quads[..]), (1, 1, put.quads()));
    assert!(engine.verify().unwrap().is_equal());
    engine.close().unwrap();
    assert_eq!(epochs.map(|delta| delta.epoch).collect::<Vec<_>>(), [2, 3]);
    assert!(matches!(engine.put("c", ADA), Err(Error::Closed)));
    drop(engine);
    // Nothing is named, and the folder knows what its graph was made with.
    let again = Engine::open(Settings::new(folder.path())).unwrap();
    assert_eq!(again.reader().unwrap().select(EMPLOYERS).unwrap().len(), 1);
}

#[test]
fn a_wrong_request_is_the_fault_of_that_request_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(folder.path());
    settings.source.max_document_bytes = 100;
    let engine = Engine::open(settings).unwrap();
    engine.put("a", ADA).unwrap();
    let same = |one: &str, other: &str| Said::Same { one: one.to_owned(), other: other.to_owned() };
    assert!(matches!(engine.correct(same("Ada Lovelace", "Nobody")), Err(Error::Nothing(_))));
    assert!(matches!(engine.correct(same("Ada Lovelace", "Ada Lovelace")), Err(Error::Refused(_))));
    assert!(matches!(engine.undo("cafe"), Err(Error::Nothing(_))));
    assert!(matches!(engine.put("", ADA), Err(Error::Meaningless(_))));
    assert!(matches!(engine.why("Ada Lovelace", "employer", "Eve"), Err(Error::Nothing(_))));
    assert!(engine.reader().unwrap().select("SELECT").is_err());
    let refused = engine.put("b", &ADA.repeat(3)).unwrap();
    assert_eq!((refused.tally.refused, refused.refused.len()), (1, 1));
    let rejected = Said::Reject {
        subject: "Ada Lovelace".to_owned(),
        relation: "employer".to_owned(),
        object: "Marlow Company".to_owned(),
        document: None,
    };
    let why = engine.why("Ada Lovelace", "employer", "Marlow Company").unwrap();
    assert!(matches!(&why[..], [Why::Stated(told)] if told.evidence[0].sentences[0].marked.contains("«Ada Lovelace»")));
    let corrected = engine.correct(rejected).unwrap();
    assert_eq!(engine.reader().unwrap().select(EMPLOYERS).unwrap().len(), 0);
    engine.undo(corrected.correction.unwrap().as_str()).unwrap();
    assert_eq!(engine.reader().unwrap().select(EMPLOYERS).unwrap().len(), 1);
}

#[test]
fn a_panic_of_a_reader_uses_the_engine_up_and_the_process_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let reader = Arc::new(PanickingReader(ToyReader::default()));
    let engine = Opened::new(settings(folder.path())).unwrap().with_reader(reader).start(&[], None).unwrap();
    engine.put("a", ADA).unwrap();
    let panicked = engine.put("b", "Eve Stone married Tom Stone. Eve Stone owes thirteen.").unwrap_err();
    assert!(matches!(&panicked, Error::UsedUp(why) if why.contains("thirteen is not read")), "{panicked:?}");
    assert!(matches!(engine.put("c", ADA), Err(Error::UsedUp(_))));
    assert!(matches!(engine.readiness().doing, Doing::UsedUp(_)));
    assert!(engine.verify().is_err());
    // Who reads goes on.
    assert_eq!(engine.reader().unwrap().select(EMPLOYERS).unwrap().len(), 1);
    assert!(engine.subscribe().within(Duration::ZERO).is_none());
    assert!(engine.close().is_err());
    drop(engine);
    // What was answered is there, and so is what was asked for: the journal came first.
    let again = Engine::open(settings(folder.path())).unwrap();
    assert_eq!(again.epoch().unwrap(), 2);
    let married = "SELECT ?one ?other { ?one wdt:P26 ?other }";
    assert_eq!(again.reader().unwrap().select(married).unwrap().len(), 1);
    assert!(again.verify().unwrap().is_equal());
}

#[test]
fn many_threads_share_an_engine_and_each_is_answered_for_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(settings(folder.path())).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let engine = &engine;
            scope.spawn(move || {
                for document in 0..5 {
                    let id = format!("{thread}/{document}");
                    let name = format!("Ada{thread} Person{document}");
                    let written = engine.put(&id, &format!("{name} works for Marlow Company.")).unwrap();
                    assert_eq!(written.tally.put, 1);
                    // What was answered is there for who asks next.
                    assert!(engine.why(&name, "employer", "Marlow Company").is_ok());
                }
            });
        }
    });
    assert_eq!(engine.reader().unwrap().select(EMPLOYERS).unwrap().len(), 20);
    assert!(engine.verify().unwrap().is_equal());
}

#[test]
fn a_folder_is_not_opened_with_what_its_graph_was_not_made_with() {
    let folder = tempfile::tempdir().unwrap();
    Engine::open(settings(folder.path())).unwrap().put("a", ADA).unwrap();
    let other = Engine::open(Settings::new(folder.path()).with_model(Model::Bundled)).err();
    assert!(matches!(other, Some(Error::Settings(_))), "{other:?}");
    let engine = Engine::open(settings(folder.path())).unwrap();
    assert!(Engine::open(settings(folder.path())).is_err(), "one process writes");
    assert_eq!(engine.epoch().unwrap(), 1);
}
