//! Matches that follow edits are those of the graph that the edits lead to.

use super::*;
use crate::verify::difference;
use proptest::prelude::*;
use std::path::Path;

fn named(entity: &str, class: &str, names: &[&str]) -> Vec<Quad> {
    let subject = Iri::new(format!("urn:kgloom:{entity}"));
    let say = |relation: &str, object: Term| {
        let triple = Triple { subject: subject.clone(), relation: Iri::new(relation), object };
        Quad { graph: Graph::Default, triple }
    };
    let text = |value: &str| Term::Literal(Literal { value: value.into(), datatype: Datatype::String });
    let mut quads = vec![say(vocabulary::TYPE, Term::Name(vocabulary::own(class)))];
    for (place, name) in names.iter().enumerate() {
        quads.push(say(if place == 0 { vocabulary::LABEL } else { vocabulary::ALTERNATIVE_LABEL }, text(name)));
    }
    quads
}

fn link(graph: Graph, head: &str, property: &str, tail: &str) -> Quad {
    let name = |entity: &str| Iri::new(format!("urn:kgloom:{entity}"));
    let relation = Iri::new(format!("http://www.wikidata.org/prop/direct/{property}"));
    Quad { graph, triple: Triple { subject: name(head), relation, object: Term::Name(name(tail)) } }
}

fn around(entity: &str, direction: &[i8]) -> Quad {
    let subject = Iri::new(format!("urn:kgloom:{entity}"));
    let object = Term::Literal(context::written(direction));
    Quad { graph: Graph::Contexts, triple: Triple { subject, relation: Iri::new(vocabulary::CONTEXT), object } }
}

/// Parts of a world that come and go as wholes; two say the same of one thing.
fn parts() -> Vec<Vec<Quad>> {
    let opens = Triple {
        subject: Iri::new(vocabulary::local_iri(&kgloom_record::record::DocumentId::new("a.txt"), 0)),
        relation: Iri::new(vocabulary::RESOLVED_TO),
        object: Term::Name(Iri::new("urn:kgloom:organization:University_of_Velmora")),
    };
    vec![
        named("location:Corvania", "Location", &["Corvania", "Corvanian"]),
        named("location:Corvania", "Location", &["Corvania"]),
        named("location:Mirstead", "Location", &["Mirstead"]),
        vec![link(Graph::Default, "location:Mirstead", "P17", "location:Corvania")],
        named("location:Mirstead~1", "Location", &["Mirstead"]),
        vec![link(Graph::Entailed, "location:Mirstead~1", "P131", "location:Ostrand")],
        named("location:Ostrand", "Location", &["Ostrand"]),
        named("organization:University_of_Velmora", "Organization", &["University of Velmora", "UV"]),
        vec![around("organization:University_of_Velmora", &[100, 7, 3])],
        vec![around("organization:University_of_Velmora", &[-100, 7, 3])],
        vec![Quad { graph: Graph::Resolution, triple: opens }],
        named("location:Aldwen_River", "Location", &["Aldwen River"]),
        named("location:Aldwen", "Location", &["Aldwen"]),
        word("c1", "different", "1", "location:Mirstead"),
        word("c2", "same", "5", "location:Aldwen"),
    ]
}

fn matched() -> Matched {
    let row = |id: &str, name: &str, kind: &str, country: &str| TableRow {
        iri: vocabulary::row_iri("t.csv", id).as_str().into(),
        table: "t.csv".into(),
        names: vec![name.into()],
        kind: kind.into(),
        columns: vec![("country".into(), country.into())],
        direction: vec![100, 0, 0],
    };
    let rows = vec![
        row("1", "MIRSTEAD", "town", "Corvanian"),
        row("2", "Mirstead", "village", "Ostrand"),
        row("3", "Velmora, University of", "university", ""),
        row("4", "UV", "", ""),
        row("5", "Aldwen", "river", "Corvania"),
    ];
    let tables = PinnedTables { rows, ..PinnedTables::default() };
    let matching = Matching { least: Score::new(3_000), reader: String::new(), id: "tables@1".to_owned() };
    Matched::new(tables, &matching, &Ontology::bundled())
}

/// A correction that says of a row that it means a thing, or does not, as the graph holds it.
fn word(id: &str, kind: &str, row: &str, thing: &str) -> Vec<Quad> {
    let id = kgloom_record::record::CorrectionId::new(id);
    let subject = Iri::new(vocabulary::correction_iri(&id));
    let say = |relation: &str, object: Term| Quad {
        graph: Graph::Correction(id.clone()),
        triple: Triple { subject: subject.clone(), relation: vocabulary::own(relation), object },
    };
    let kind = Literal { value: kind.into(), datatype: Datatype::String };
    vec![
        say("correction", Term::Literal(kind)),
        say("row", Term::Name(vocabulary::row_iri("t.csv", row))),
        say("appliesTo", Term::Name(Iri::new(format!("urn:kgloom:{thing}")))),
    ]
}

/// A graph as a set of quads: what two parts say stands as long as one of them does.
fn whole(live: &BTreeSet<usize>) -> BTreeSet<Quad> {
    let parts = parts();
    let mut quads: BTreeSet<Quad> = live.iter().flat_map(|&part| parts[part].iter().cloned()).collect();
    // A thing has one direction.
    if live.contains(&8) {
        parts[9].iter().for_each(|quad| _ = quads.remove(quad));
    }
    quads
}

#[test]
fn a_row_is_linked_with_evidence_and_let_go_with_its_thing() {
    let mut matched = matched();
    let all: BTreeSet<usize> = (0..parts().len() - 2).collect();
    let quads: Vec<(Quad, isize)> = whole(&all).into_iter().map(|quad| (quad, 1)).collect();
    matched.absorb(&quads);
    let told = matched.all().unwrap();
    let store = Store::in_memory().unwrap();
    store.repair(1, &told, &[]).unwrap();
    let found = store.matched().unwrap();
    let of =
        |row: &str| found.iter().find(|one| one.row.ends_with(row)).map(|one| one.thing.rsplit(':').next().unwrap());
    assert_eq!((of("%231"), of("%232")), (Some("Mirstead"), Some("Mirstead~1")), "{found:#?}");
    assert_eq!((of("%233"), of("%235")), (Some("University_of_Velmora"), Some("Aldwen_River")), "{found:#?}");
    assert!(found[0].evidence.iter().any(|words| words.contains("\"Corvania\", its country")), "{found:#?}");
    matched.absorb(&parts()[2].iter().map(|quad| (quad.clone(), -1)).collect::<Vec<_>>());
    store.apply(2, &matched.change(&store).unwrap(), &[]).unwrap();
    let now = store.matched().unwrap();
    assert!(now.iter().all(|one| !one.thing.ends_with(":Mirstead")), "{now:#?}");
}

#[test]
fn tables_are_whole_or_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let state: &Path = folder.path();
    assert_eq!((Matching::read(state).unwrap(), Matching::mark(state, 7).unwrap()), (None, None));
    let tables = PinnedTables {
        rows: vec![TableRow { names: vec!["Bonn".into()], ..TableRow::default() }],
        ..PinnedTables::default()
    };
    let written = Matching::write(state, &tables, (Score::HALF, "reader")).unwrap();
    assert_eq!(Matching::read(state).unwrap(), Some(written.clone()));
    assert_eq!(written.tables(state).unwrap(), tables);
    assert!(Matching::mark(state, 7).unwrap().unwrap().ends_with(" 0.5000 at 7"));
    std::fs::write(state.join("matching").join("rows.jsonl"), "").unwrap();
    assert!(written.tables(state).unwrap_err().to_string().contains("kgloom match"));
    Matching::remove(state).unwrap();
    assert_eq!(Matching::read(state).unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Parts come and go; what is told follows, and is what a fresh look at the graph tells.
    #[test]
    fn matches_after_any_history_are_those_of_the_graph(
        history in prop::collection::vec(prop::collection::vec(0usize..15, 1..6), 1..8),
    ) {
        let mut following = matched();
        let store = Store::in_memory().unwrap();
        let (mut live, mut graph) = (BTreeSet::new(), BTreeSet::new());
        for epoch in &history {
            for part in epoch {
                if !live.remove(part) {
                    live.insert(*part);
                }
            }
            let now = whole(&live);
            let come = now.difference(&graph).map(|quad: &Quad| (quad.clone(), 1));
            let delta: Vec<(Quad, isize)> = come.chain(graph.difference(&now).map(|quad| (quad.clone(), -1))).collect();
            following.absorb(&delta);
            let change = following.change(&store).unwrap();
            store.apply(1, &change, &[]).unwrap();
            graph = now;
        }
        let mut fresh = matched();
        fresh.absorb(&graph.into_iter().map(|quad| (quad, 1)).collect::<Vec<_>>());
        let wanted = Store::in_memory().unwrap();
        wanted.repair(1, &fresh.all().unwrap(), &[]).unwrap();
        let (wanted, stored) = (wanted.lines().unwrap(), store.lines().unwrap());
        let different = difference(&wanted, &stored);
        prop_assert!(different.is_empty(), "{}", different.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}
