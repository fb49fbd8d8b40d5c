//! The promise, tested: the graph is a function of the live documents, the corrections and the model.
//!
//! In: random histories of puts, edits, deletes, refusals and corrections. Out: the graph after each equals a fresh
//! build of what is left, with the graph filter, a typer and neither, for 1, 2 and 4 workers, any cutting into epochs, any order
//! inside an epoch, and no quad is ever there less than once or more than once. It also equals what `reference/` makes
//! of what is left, which knows nothing of the dataflow; with the filter in all that no filter has a say in.

mod reference;

use kgloom_flow::session::{Session, Settings};
use kgloom_flow::stage::once;
use kgloom_flow::toy::{Forgetful, ToyFilter, ToyReader, ToyTyper};
use kgloom_record::port::{Filter, Typer};
use kgloom_record::record::{
    Change, Correction, Datatype, Document, DocumentId, Graph, Iri, Literal, Named, Object, Place, Quad, Refusal, Span,
    Term,
};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// Singers are persons, rivers are places, planets are beside all that is told; nothing is both of the last two.
const CLASSES: &str = "
    @prefix toy: <http://example.org/toy#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    toy:Artist rdfs:subClassOf <urn:kgloom:Person> . toy:Singer rdfs:subClassOf toy:Artist .
    toy:River rdfs:subClassOf <urn:kgloom:Location> . toy:Planet a owl:Class ; owl:disjointWith toy:River .
    toy:Topic a owl:Class ; <urn:kgloom:documentClass> true .";

static ONTOLOGY: LazyLock<Arc<Ontology>> =
    LazyLock::new(|| Arc::new(Ontology::bundled().with_text("toy.ttl", CLASSES).expect("it is Turtle")));

/// What beside the reader is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum With {
    Nothing,
    Filter,
    Typer,
}

fn with() -> impl Strategy<Value = With> {
    prop::sample::select(vec![With::Nothing, With::Filter, With::Typer])
}

fn typer(with: With) -> Option<Arc<dyn Typer>> {
    let classes = ["Artist", "Singer", "River", "Planet", "Topic"];
    let classes = classes.map(|name| Iri::new(format!("http://example.org/toy#{name}"))).to_vec();
    (with == With::Typer).then(|| Arc::new(ToyTyper::new(classes)) as Arc<dyn Typer>)
}

fn session(with: With, workers: usize) -> Session {
    let filter = (with == With::Filter).then(|| Arc::new(ToyFilter::default()) as Arc<dyn Filter>);
    Session::start(Settings {
        reader: Arc::new(ToyReader::default()),
        memory: Arc::new(Forgetful),
        ontology: Arc::clone(&ONTOLOGY),
        filter,
        typer: typer(with),
        workers,
    })
}

/// Runs a history; the graph after each of its epochs.
fn graphs(with: With, workers: usize, history: &[Vec<Change>]) -> impl Iterator<Item = BTreeSet<Quad>> {
    let mut session = session(with, workers);
    let mut counts: BTreeMap<Quad, isize> = BTreeMap::new();
    history.iter().map(move |epoch| {
        let delta = session.step(epoch.clone()).expect("the toy reader does not break");
        for (quad, count) in delta.quads {
            *counts.entry(quad).or_default() += count;
        }
        counts.retain(|quad, count| {
            assert!(*count == 0 || *count == 1, "{count} of {quad:?}");
            *count == 1
        });
        counts.keys().cloned().collect::<BTreeSet<Quad>>()
    })
}

/// Runs a history; the graph at its end.
fn graph(with: With, workers: usize, history: &[Vec<Change>]) -> BTreeSet<Quad> {
    let graph = graphs(with, workers, history).last().unwrap_or_default();
    check_once(&graph);
    graph
}

/// Each thing is stated once, all that follows is there but for what the user rejects, and nothing that is stated is
/// told to follow.
fn check_once(graph: &BTreeSet<Quad>) {
    let rejects = |quad: &Quad| matches!(&quad.triple.object, Term::Literal(kind) if &*kind.value == "reject");
    let denies = graph.iter().any(|quad| matches!(quad.graph, Graph::Correction(_)) && rejects(quad));
    let is = |graph: Graph| move |quad: &&Quad| quad.graph == graph;
    let holds = |graph: Graph, triple| move |whole: &BTreeSet<Quad>| whole.contains(&Quad { graph, triple });
    for Quad { triple, .. } in graph.iter().filter(is(Graph::Default)) {
        assert_eq!(once::stated(triple, &ONTOLOGY), *triple);
        for follows in ONTOLOGY.consequences(&triple.relation) {
            let follows = once::turned(triple, &follows.form).expect("no value is turned");
            assert!(
                denies || holds(Graph::Entailed, follows.clone())(graph),
                "{follows} does not follow from {triple}"
            );
        }
    }
    for Quad { triple, .. } in graph.iter().filter(is(Graph::Entailed)) {
        assert!(!holds(Graph::Default, triple.clone())(graph), "{triple} is stated and follows");
    }
}

/// What is live at the end of a history, as one epoch.
fn left(history: &[Vec<Change>]) -> Vec<Change> {
    let mut live: BTreeMap<DocumentId, Change> = BTreeMap::new();
    let mut corrections = Vec::new();
    for change in history.iter().flatten() {
        match change {
            Change::Put(document) => drop(live.insert(document.id.clone(), change.clone())),
            Change::Refuse(id, _) => drop(live.insert(id.clone(), change.clone())),
            Change::Delete(id) => drop(live.remove(id)),
            Change::Corrections(all) => corrections = all.clone(),
        }
    }
    live.into_values().chain([Change::Corrections(corrections)]).collect()
}

/// What the reference makes of what is live at the end of a history.
fn independent(with: With, history: &[Vec<Change>]) -> BTreeSet<Quad> {
    let (mut documents, mut refusals, mut corrections) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for change in left(history) {
        match change {
            Change::Put(Document { id, text }) => drop(documents.insert(id, text.to_string())),
            Change::Refuse(id, refusal) => drop(refusals.insert(id, refusal)),
            Change::Corrections(all) => corrections = all,
            Change::Delete(id) => unreachable!("{id} is gone"),
        }
    }
    reference::graph(&documents, &refusals, &corrections, (&ToyReader::default(), typer(with).as_deref()), &ONTOLOGY)
}

/// Whether a quad is the same with a filter and without: who is who, names and classes, and what is told of
/// corrections.
fn is_unfiltered(quad: &Quad) -> bool {
    let relation = quad.triple.relation.as_str();
    match quad.graph {
        Graph::Resolution => true,
        Graph::Correction(_) if relation.starts_with(vocabulary::NAMESPACE) => true,
        _ => [vocabulary::TYPE, vocabulary::LABEL, vocabulary::ALTERNATIVE_LABEL].contains(&relation),
    }
}

/// What only one of the two has at the end of a history: the dataflow, whose graph this is, or the reference.
fn disputed(with: With, graph: &BTreeSet<Quad>, history: &[Vec<Change>]) -> Vec<String> {
    let reference = independent(with, history);
    let only = |one: &BTreeSet<Quad>, other: &BTreeSet<Quad>, whose: &str| -> Vec<String> {
        let lone = one.difference(other).filter(|quad| with != With::Filter || is_unfiltered(quad));
        lone.map(|Quad { graph, triple }| format!("{whose}: {graph:?} {triple}")).collect()
    };
    [only(graph, &reference, "the dataflow"), only(&reference, graph, "the reference")].concat()
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Ada Lovelace",
        "Ada Byron",
        "Lovelace",
        "Mercury",
        "Tom Mercury",
        "Hamford",
        "Port Hamford",
        "Marlow Company",
        "Marlow",
        "Eve Stone",
        "Dr Eve Stone",
        "Mrs Tom Mercury",
        "Eve O'Stone",
        "Eve O’Stone",
        "Australia",
        "Australian",
        "Georgia",
        "Hamford‑Vell",
        "Hamford Vell",
        "Island",
    ])
}

fn sentence() -> impl Strategy<Value = String> {
    let verb = prop::sample::select(vec![
        "was born in",
        "maybe was born in",
        "died in",
        "works for",
        "married",
        "founded",
        "maybe founded",
        "never founded",
        "never was born in",
        "lies in",
        "contains",
        "is a place of",
        "is a child of",
    ]);
    let topic = prop::sample::select(vec!["planet near a star", "singer of sad songs", "river in hills"]);
    let place = prop::sample::select(vec!["Australia", "Scotland", "Sweden", "Ohio", "Nebraska", "Hamford"]);
    let year = 1811u32..1815;
    prop_oneof![
        4 => (name(), verb, name()).prop_map(|(head, verb, tail)| format!("{head} {verb} {tail}.")),
        3 => (name(), name(), name())
            .prop_map(|(one, other, place)| format!("{one}, also called {other}, was born in {place}.")),
        3 => (name(), name(), name())
            .prop_map(|(one, other, place)| format!("{one} met {other}, who was born in {place}.")),
        3 => (name(), topic).prop_map(|(name, topic)| format!("{name} is a {topic}.")),
        2 => (name(), year).prop_map(|(name, year)| format!("{name} was born on {year}.")),
        2 => (name(), name()).prop_map(|(one, other)| format!("{one} is a state in {other}. {one} lies in {other}.")),
        3 => (name(), place).prop_map(|(name, place)| format!("{name} is a city in {place}. {name} contains {place}.")),
        1 => Just("refuse this.".to_owned()),
        1 => Just(String::new()),
    ]
}

fn class() -> impl Strategy<Value = Iri> {
    prop::sample::select(vec!["Person", "Location", "Organization"]).prop_map(vocabulary::own)
}

fn document() -> impl Strategy<Value = DocumentId> {
    (0u8..5).prop_map(|id| DocumentId::new(format!("d{id}")))
}

/// A name of all who bear it, or of those in a document, at a span that may or may not be a mention.
fn named() -> impl Strategy<Value = Named> {
    let places = prop_oneof![
        4 => Just(Vec::new()),
        1 => (document(), 0u32..40).prop_map(|(document, start)| {
            vec![Place { document, span: Span { start, end: start + 5 } }]
        }),
    ];
    (class(), name(), places).prop_map(|(class, name, places)| Named { class, name: name.into(), places })
}

/// Any correction: they contradict each other at will, which the dataflow takes as it takes everything.
fn correction() -> impl Strategy<Value = Correction> {
    let relation = prop::sample::select(vec!["P19", "P20", "P108", "P26", "P112", "P131", "P569"])
        .prop_map(|property| Iri::new(format!("http://www.wikidata.org/prop/direct/{property}")));
    let year = (1811u32..1815).prop_map(|year| Literal { value: year.to_string().into(), datatype: Datatype::Year });
    let object = prop_oneof![3 => named().prop_map(Object::Name), 1 => year.prop_map(Object::Value)];
    let fact = (named(), relation, object).boxed();
    let only = prop::option::of(document()).boxed();
    prop_oneof![
        4 => (fact.clone(), only.clone()).prop_map(|((subject, relation, object), document)| {
            Correction::Reject { subject, relation, object, document }
        }),
        3 => (fact, prop::option::of(Just("a letter".into()))).prop_map(|((subject, relation, object), source)| {
            Correction::Assert { subject, relation, object, source }
        }),
        3 => (named(), named()).prop_map(|(one, other)| Correction::Same { one, other }),
        4 => (named(), named(), only).prop_map(|(one, other, document)| {
            Correction::Different { one, other, document }
        }),
        2 => (named(), class()).prop_map(|(name, class)| Correction::Retype { name, class }),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let text = prop::collection::vec(sentence(), 1..4).prop_map(|sentences| Arc::from(sentences.join(" ")));
    let refusal = Refusal { reason: "not UTF-8".into(), location: "byte 7".into() };
    prop_oneof![
        7 => (document(), text).prop_map(|(id, text)| Change::Put(Document { id, text })),
        2 => document().prop_map(Change::Delete),
        1 => document().prop_map(move |id| Change::Refuse(id, refusal.clone())),
        2 => prop::collection::vec(correction(), 0..5).prop_map(Change::Corrections),
    ]
}

fn history() -> impl Strategy<Value = Vec<Vec<Change>>> {
    prop::collection::vec(prop::collection::vec(change(), 1..5), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_600, ..ProptestConfig::default() })]

    #[test]
    fn any_history_equals_a_fresh_build(
        history in history(),
        workers in prop::sample::select(vec![1usize, 2, 4]),
        with in with(),
    ) {
        let whole = graph(with, workers, &history);
        prop_assert_eq!(&whole, &graph(with, 1, &[left(&history)]));
        prop_assert_eq!(disputed(with, &whole, &history), Vec::<String>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn each_epoch_of_a_small_world_leaves_what_the_reference_says(
        history in reference::world::history(),
        workers in prop::sample::select(vec![1usize, 2]),
        with in prop::sample::select(vec![With::Nothing, With::Typer]),
    ) {
        for (epochs, graph) in (1usize..).zip(graphs(with, workers, &history)) {
            prop_assert_eq!(disputed(with, &graph, &history[..epochs]), Vec::<String>::new(), "epoch {}", epochs);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn workers_cuts_and_order_do_not_matter(history in history(), with in with()) {
        let one = graph(with, 1, &history);
        prop_assert_eq!(disputed(with, &one, &history), Vec::<String>::new(), "the reference");
        prop_assert_eq!(&one, &graph(with, 2, &history), "two workers");
        prop_assert_eq!(&one, &graph(with, 4, &history), "four workers");

        let joined: Vec<Change> = history.concat();
        prop_assert_eq!(&one, &graph(with, 2, &[joined]), "one epoch");
        let cut: Vec<Vec<Change>> = history.iter().flatten().map(|change| vec![change.clone()]).collect();
        prop_assert_eq!(&one, &graph(with, 2, &cut), "an epoch for each change");

        let mut left = left(&history);
        left.reverse();
        prop_assert_eq!(&one, &graph(with, 2, &[left]), "the other way round");
    }

    #[test]
    fn nothing_is_left_of_nothing(history in history(), with in with()) {
        let mut history = history;
        let ids = (0..5).map(|id| Change::Delete(DocumentId::new(format!("d{id}"))));
        history.push(ids.collect());
        let mut alone = graph(with, 2, &history);
        prop_assert_eq!(disputed(with, &alone, &history), Vec::<String>::new());
        // What the user asserts needs no document, and neither does what follows from it.
        let asserted = |graph: &Graph| matches!(graph, Graph::Default | Graph::Entailed | Graph::Correction(_));
        alone.retain(|quad| !asserted(&quad.graph));
        prop_assert_eq!(alone, BTreeSet::<Quad>::new());
        history.push(vec![Change::Corrections(Vec::new())]);
        prop_assert_eq!(graph(with, 2, &history), BTreeSet::<Quad>::new());
    }

    #[test]
    fn corrections_that_are_undone_leave_no_trace(history in history(), with in with()) {
        let without = |change: &Change| !matches!(change, Change::Corrections(_));
        let texts: Vec<Vec<Change>> =
            history.iter().map(|epoch| epoch.iter().filter(|change| without(change)).cloned().collect()).collect();
        let mut undone = history;
        undone.push(vec![Change::Corrections(Vec::new())]);
        let bare = graph(with, 1, &texts);
        prop_assert_eq!(&graph(with, 2, &undone), &bare);
        prop_assert_eq!(disputed(with, &bare, &texts), Vec::<String>::new());
    }
}
