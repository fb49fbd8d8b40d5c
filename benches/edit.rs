//! From an edit to a graph that can be queried: the cost of one document, inference excluded.
//!
//! In: state folders that `kgloom run` made (KGLOOM_BENCH_STATES, separated by commas; they are copied), or by
//! default two graphs of generated texts, one ten times the other. All are open at once and take the same edits in
//! turn, so that neither other documents nor a busier moment make one look dearer. Out: median, 99th percentile and maximum of the
//! journal's sync, the dataflow's step and the store's commit. Never: a text that the model has not read before.

use anyhow::{Context, Result};
use connectors::{Incoming, Journal, Live, Store};
use kgloom_filter::{GraphFilter, TripleClassifier};
use kgloom_flow::session::{Session, Settings};
use kgloom_record::port::{Filter, ModelId, Reader};
use kgloom_record::record::{Change, Document, DocumentId, Graph, Quad};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Set to anything, the shipped graph filter is on.
const FILTER: &str = "KGLOOM_BENCH_FILTER";
/// How many documents the generated graphs are made of, separated by commas.
const SIZES: &str = "KGLOOM_BENCH_SIZES";
const EDITS: usize = 400;
const WARM_UP: usize = 40;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut benches = Vec::new();
    match std::env::var("KGLOOM_BENCH_STATES") {
        Ok(states) => {
            let reader: Arc<dyn Reader> = Arc::new(kgloom_reader::Extractor::bundled()?);
            for (index, state) in states.split(',').enumerate() {
                let copy = folder.path().join(index.to_string());
                let copied = Command::new("cp").arg("-r").arg(state).arg(&copy).status()?;
                anyhow::ensure!(copied.success(), "\"{state}\" could not be copied");
                benches.push(open(state, &copy, &reader)?);
            }
        }
        Err(_) => {
            let reader: Arc<dyn Reader> = Arc::new(kgloom_flow::toy::ToyReader::default());
            let sizes = std::env::var(SIZES).unwrap_or_else(|_| "1000,10000".to_owned());
            for documents in sizes.split(',').map(str::parse::<usize>) {
                let documents = documents?;
                let state = folder.path().join(documents.to_string());
                generate(&state, documents)?;
                benches.push(open(&format!("{documents} generated documents"), &state, &reader)?);
            }
        }
    }
    let costs = edit_in_turn(&mut benches)?;
    for (bench, costs) in benches.iter_mut().zip(costs) {
        println!("\n{}: {} documents, {} quads", bench.name, bench.texts.len(), bench.store.counts()?.triples);
        report("one document", &costs);
        let (commonest, documents) = bench.commonest()?;
        let naming: Vec<DocumentId> = documents.iter().cycle().take(EDITS / 4 + WARM_UP).cloned().collect();
        report(&format!("one that names {commonest} ({} do)", documents.len()), &bench.edit_all(&naming)?);
    }
    Ok(())
}

/// The shipped graph filter, where it is asked for.
fn filter() -> Result<Option<Arc<dyn Filter>>> {
    let filter = || -> Result<Arc<dyn Filter>> { Ok(Arc::new(TripleClassifier::new(GraphFilter::bundled()?, None)?)) };
    std::env::var_os(FILTER).map(|_| filter()).transpose()
}

/// Texts about people, places and companies whose names recur, some of them very often; with the graph filter on, none
/// more often in a larger graph, since it is the edges at a node that decide what an edit costs.
fn generate(state: &Path, documents: usize) -> Result<()> {
    let journal = Journal::open(state.join("journal"))?;
    let filtered = std::env::var_os(FILTER).is_some();
    let text = |n: usize| {
        let (town, firm, other) = (n * 7 % (documents / 10), n * 13 % (documents / 20), n * 31 % documents);
        let land = if filtered { format!("Northland{}", town / 10) } else { "Northland".to_owned() };
        format!(
            "Ada Person{n} was born in Town{town}. Ada Person{n} works for Firm{firm} Company. \
             Ada Person{n} married Tom Person{other}. Town{town} lies in {land}."
        )
    };
    let change = |n| Change::Put(Document { id: DocumentId::new(format!("d{n}")), text: text(n).into() });
    let changes: Vec<Incoming> =
        (0..documents).map(|n| Incoming { change: change(n), container: "made".into() }).collect();
    Ok(journal.append(1, &changes)?)
}

/// One state under edits.
struct Bench {
    name: String,
    model: ModelId,
    journal: Journal,
    store: Store,
    session: Session,
    texts: BTreeMap<DocumentId, Arc<str>>,
}

/// What an edit cost.
#[derive(Clone, Copy)]
struct Cost {
    sync: Duration,
    step: Duration,
    apply: Duration,
}

fn open(name: &str, state: &Path, reader: &Arc<dyn Reader>) -> Result<Bench> {
    let journal = Journal::open(state.join("journal"))?;
    let store = Store::open(state.join("store"))?;
    let mut session = Session::start(Settings {
        reader: Arc::clone(reader),
        memory: Arc::new(journal.memory(reader.id())),
        ontology: Arc::new(Ontology::bundled()),
        filter: filter()?,
        typer: None,
        workers: std::thread::available_parallelism()?.get(),
    });
    let mut texts = BTreeMap::new();
    for entry in journal.live() {
        if let (id, Live::Text { text, .. }) = entry? {
            texts.insert(id, text);
        }
    }
    let put = |(id, text): (&DocumentId, &Arc<str>)| Change::Put(Document { id: id.clone(), text: Arc::clone(text) });
    let start = Instant::now();
    let delta = session.step(texts.iter().map(put).collect())?;
    let seconds = start.elapsed().as_secs_f64();
    let facts = delta.quads.iter().filter(|(quad, _)| quad.graph == Graph::Default && is_fact(quad)).count();
    println!("{name}: built from nothing in {seconds:.1} s, {facts} facts, {:.0} a second", facts as f64 / seconds);
    let wanted: Vec<_> = delta.quads.into_iter().map(|(quad, _)| quad).collect();
    store.repair(journal.epoch(), &wanted, &[])?;
    Ok(Bench { name: name.into(), model: reader.id().clone(), journal, store, session, texts })
}

/// Whether a quad says more than a name or a class.
fn is_fact(quad: &Quad) -> bool {
    let relation = quad.triple.relation.as_str();
    ![vocabulary::TYPE, vocabulary::LABEL, vocabulary::ALTERNATIVE_LABEL].contains(&relation)
}

/// The same edits in every state, one state after the other for each edit: what they cost in each.
/// A document that all states have is given the text of another such document, and its own again.
fn edit_in_turn(benches: &mut [Bench]) -> Result<Vec<Vec<Cost>>> {
    let (first, others) = benches.split_first().context("no state to edit")?;
    let shared = |id: &&DocumentId| others.iter().all(|bench| bench.texts.contains_key(id));
    let shared: Vec<DocumentId> = first.texts.keys().filter(shared).cloned().collect();
    anyhow::ensure!(shared.len() > 1, "the states have no documents in common");
    let mut costs = vec![Vec::new(); benches.len()];
    for round in 0..EDITS + WARM_UP {
        let index = round * 7_919 % shared.len();
        let other = (index + 1 + round) % shared.len();
        for (bench, costs) in benches.iter_mut().zip(&mut costs) {
            let both = bench.edit(&shared[index], &shared[other])?;
            if round >= WARM_UP {
                costs.extend(both);
            }
        }
    }
    Ok(costs)
}

impl Bench {
    /// Gives each document the text of another, and its own again.
    fn edit_all(&mut self, chosen: &[DocumentId]) -> Result<Vec<Cost>> {
        let all: Vec<DocumentId> = self.texts.keys().cloned().collect();
        let mut costs = Vec::new();
        for (round, id) in chosen.iter().enumerate() {
            let other = &all[(round * 7_919 + 1) % all.len()];
            let both = self.edit(id, other)?;
            if round >= WARM_UP {
                costs.extend(both);
            }
        }
        Ok(costs)
    }

    fn edit(&mut self, id: &DocumentId, other: &DocumentId) -> Result<[Cost; 2]> {
        let (own, other) = (Arc::clone(&self.texts[id]), Arc::clone(&self.texts[other]));
        Ok([self.put(id, other)?, self.put(id, own)?])
    }

    fn put(&mut self, id: &DocumentId, text: Arc<str>) -> Result<Cost> {
        let epoch = self.journal.epoch() + 1;
        let change = Change::Put(Document { id: id.clone(), text });
        let start = Instant::now();
        self.journal.append(epoch, &[Incoming { change: change.clone(), container: "bench".into() }])?;
        let synced = Instant::now();
        let delta = self.session.step(vec![change])?;
        let stepped = Instant::now();
        self.store.apply(epoch, &delta.quads, &[])?;
        Ok(Cost { sync: synced - start, step: stepped - synced, apply: stepped.elapsed() })
    }

    /// The entity that most documents name, and these documents.
    fn commonest(&self) -> Result<(String, Vec<DocumentId>)> {
        let mut naming: BTreeMap<String, Vec<DocumentId>> = BTreeMap::new();
        for (id, text) in &self.texts {
            let content = kgloom_record::record::ContentHash::of(text);
            let Some(Ok(reading)) = self.journal.reading(&self.model, &content)? else { continue };
            let resolution = self.store.resolution(id, reading.entities.len() as u32)?;
            for entity in std::collections::BTreeSet::from_iter(resolution.into_values()) {
                naming.entry(entity.to_string()).or_default().push(id.clone());
            }
        }
        naming.into_iter().max_by_key(|(_, documents)| documents.len()).context("the graph names nothing")
    }
}

fn report(what: &str, costs: &[Cost]) {
    println!("  {what}: {} edits, milliseconds: median / p99 / maximum", costs.len());
    let of = |part: fn(&Cost) -> Duration| costs.iter().map(part).collect::<Vec<_>>();
    let parts = [
        ("edit to queryable", of(|cost| cost.sync + cost.step + cost.apply)),
        ("  journal, synced", of(|cost| cost.sync)),
        ("  dataflow", of(|cost| cost.step)),
        ("  store", of(|cost| cost.apply)),
    ];
    for (part, mut times) in parts {
        times.sort();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        println!("    {part:<18} {:8.2} / {:8.2} / {:8.2}", at(0.5), at(0.99), at(1.0));
    }
}
