//! What the dataflow holds, counted. In: small histories. Out: rows that come and go with their documents. Never: a count where none was
//! asked for.

use kgloom_flow::session::{Session, Settings};
use kgloom_flow::toy::{Forgetful, ToyReader};
use kgloom_record::record::{Change, Document, DocumentId};
use ontologies::Ontology;
use std::sync::Arc;

#[test]
fn what_comes_is_counted_until_it_goes() {
    let settings = |workers| Settings {
        reader: Arc::new(ToyReader::default()),
        memory: Arc::new(Forgetful),
        ontology: Arc::new(Ontology::bundled()),
        filter: None,
        typer: None,
        workers,
    };
    let put = |n: usize| {
        let text = format!("Ada Vell{n} was born in Hamford. Ada Vell{n} works for Tessel Company.").into();
        Change::Put(Document { id: DocumentId::new(format!("d{n}")), text })
    };
    let held = |session: &Session, name: &str| {
        session.holdings().iter().filter(|held| &*held.name == name).map(|held| held.rows).sum::<u64>()
    };
    for workers in [1, 2] {
        let mut session = Session::start_counted(settings(workers));
        session.load((0..10).map(put).collect()).unwrap();
        assert_eq!((held(&session, "what is said of each"), held(&session, "facts")), (30, 20));
        let named = session.holdings().into_iter().find(|held| &*held.name == "facts").unwrap();
        assert_eq!((named.stage, named.bytes.unwrap() % named.rows), ("corrections", 0));
        let gone = |n: usize| Change::Delete(DocumentId::new(format!("d{n}")));
        session.step((0..10).map(gone).collect()).unwrap();
        session.step(vec![put(3)]).unwrap();
        session.step(vec![put(4)]).unwrap();
        // What has gone is dropped when it is merged with what had come, which may be a step later.
        assert!(held(&session, "what is said of each") < 70);
    }
    let mut session = Session::start(settings(1));
    session.load(vec![put(1)]).unwrap();
    assert_eq!(session.holdings(), []);
}
