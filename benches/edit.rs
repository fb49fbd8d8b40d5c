//! From an edit to a graph that can be queried: the cost of one document, inference excluded.
//!
//! In: state folders that `kgloom run` made (KGLOOM_BENCH_STATES, separated by commas; they are copied), or by
//! default two graphs of generated texts, one ten times the other. Out: median, 99th percentile and maximum of the
//! journal's sync, the dataflow's step and the store's commit. Never: a text that the model has not read before.

use anyhow::{Context, Result};
use connectors::{Incoming, Journal, Live, Store};
use ontologies::Ontology;
use pipeline::port::{ModelId, Reader};
use pipeline::record::{Change, Document, DocumentId};
use pipeline::session::{Session, Settings};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

const EDITS: usize = 400;
const WARM_UP: usize = 40;

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    match std::env::var("KGLOOM_BENCH_STATES") {
        Ok(states) => {
            let reader: Arc<dyn Reader> = Arc::new(kg_models::Extractor::bundled()?);
            for (index, state) in states.split(',').enumerate() {
                let copy = folder.path().join(index.to_string());
                let copied = Command::new("cp").arg("-r").arg(state).arg(&copy).status()?;
                anyhow::ensure!(copied.success(), "\"{state}\" could not be copied");
                measure(state, &copy, Arc::clone(&reader))?;
            }
        }
        Err(_) => {
            for documents in [1_000, 10_000] {
                let state = folder.path().join(documents.to_string());
                generate(&state, documents)?;
                measure(
                    &format!("{documents} generated documents"),
                    &state,
                    Arc::new(pipeline::toy::ToyReader::default()),
                )?;
            }
        }
    }
    Ok(())
}

/// Texts about people, places and companies whose names recur, some of them very often.
fn generate(state: &Path, documents: usize) -> Result<()> {
    let journal = Journal::open(state.join("journal"))?;
    let text = |n: usize| {
        let (town, firm, other) = (n * 7 % (documents / 10), n * 13 % (documents / 20), n * 31 % documents);
        format!(
            "Ada Person{n} was born in Town{town}. Ada Person{n} works for Firm{firm} Company. \
             Ada Person{n} married Tom Person{other}. Town{town} lies in Northland."
        )
    };
    let change = |n| Change::Put(Document { id: DocumentId::new(format!("d{n}")), text: text(n).into() });
    let changes: Vec<Incoming> =
        (0..documents).map(|n| Incoming { change: change(n), container: "made".into() }).collect();
    Ok(journal.append(1, &changes)?)
}

/// One state under edits.
struct Desk {
    journal: Journal,
    store: Store,
    session: Session,
    texts: Vec<Document>,
}

/// What an edit cost.
#[derive(Clone, Copy)]
struct Cost {
    sync: Duration,
    step: Duration,
    apply: Duration,
}

fn measure(name: &str, state: &Path, reader: Arc<dyn Reader>) -> Result<()> {
    let mut desk = open(state, &reader)?;
    println!("\n{name}: {} documents, {} quads", desk.texts.len(), desk.store.counts()?.triples);
    let chosen: Vec<usize> = (0..EDITS + WARM_UP).map(|n| n * 7_919 % desk.texts.len()).collect();
    report("one document", &desk.edit(&chosen)?);
    let (commonest, documents) = desk.commonest(reader.id())?;
    let naming: Vec<usize> = documents.iter().copied().cycle().take(EDITS / 4 + WARM_UP).collect();
    report(&format!("one that names {commonest} ({} do)", documents.len()), &desk.edit(&naming)?);
    Ok(())
}

fn open(state: &Path, reader: &Arc<dyn Reader>) -> Result<Desk> {
    let journal = Journal::open(state.join("journal"))?;
    let store = Store::open(state.join("store"))?;
    let mut session = Session::start(Settings {
        reader: Arc::clone(reader),
        memory: Arc::new(journal.memory(reader.id())),
        ontology: Arc::new(Ontology::bundled()),
        workers: std::thread::available_parallelism()?.get(),
    });
    let mut texts = Vec::new();
    for entry in journal.live() {
        if let (id, Live::Text { text, .. }) = entry? {
            texts.push(Document { id, text });
        }
    }
    let delta = session.step(texts.iter().cloned().map(Change::Put).collect())?;
    let wanted: Vec<_> = delta.quads.into_iter().map(|(quad, _)| quad).collect();
    store.repair(journal.epoch(), &wanted, &[])?;
    Ok(Desk { journal, store, session, texts })
}

impl Desk {
    /// Gives each chosen document the text of another, and its own again; the cost of every such edit.
    fn edit(&mut self, chosen: &[usize]) -> Result<Vec<Cost>> {
        let mut costs = Vec::new();
        for (round, index) in chosen.iter().enumerate() {
            let own = self.texts[*index].clone();
            let other = &self.texts[(index + 1 + round) % self.texts.len()];
            let changed = Document { id: own.id.clone(), text: Arc::clone(&other.text) };
            for document in [changed, own] {
                let cost = self.put(document)?;
                if round >= WARM_UP {
                    costs.push(cost);
                }
            }
        }
        Ok(costs)
    }

    fn put(&mut self, document: Document) -> Result<Cost> {
        let epoch = self.journal.epoch() + 1;
        let change = Change::Put(document);
        let start = Instant::now();
        self.journal.append(epoch, &[Incoming { change: change.clone(), container: "bench".into() }])?;
        let synced = Instant::now();
        let delta = self.session.step(vec![change])?;
        let stepped = Instant::now();
        self.store.apply(epoch, &delta.quads, &[])?;
        Ok(Cost { sync: synced - start, step: stepped - synced, apply: stepped.elapsed() })
    }

    /// The entity that most documents name, and these documents.
    fn commonest(&self, model: &ModelId) -> Result<(String, Vec<usize>)> {
        let mut naming: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, document) in self.texts.iter().enumerate() {
            let content = pipeline::record::ContentHash::of(&document.text);
            let Some(Ok(reading)) = self.journal.reading(model, &content)? else { continue };
            let resolution = self.store.resolution(&document.id, reading.entities.len() as u32)?;
            for entity in std::collections::BTreeSet::from_iter(resolution.into_values()) {
                naming.entry(entity.to_string()).or_default().push(index);
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
