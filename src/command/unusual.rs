//! `kgloom unusual`. In: the graph kgloom:watch, and the reference that it was told by. Out: what does not belong to what was
//! usual, and whether what came since lies elsewhere. Never: a number that is not in the graph, but for the window's.

use crate::args::{ReportFormat, Unusual};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use anyhow::Result;
use comfy_table::{Table, presets};
use connectors::Store;
use connectors::store::shorten;
use kgloom_engine::state::{Folder, Usual, Watching, must_exist, unit};
use kgloom_record::record::{DocumentId, Iri, Term};
use kgloom_record::vocabulary;
use kgloom_watch::{Drift, by_chance, drift};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// From here on the window does not differ by chance alone.
const CHANCE: f64 = 0.01;
/// Above this novelty a document counts as novel.
const NOVEL: f64 = 0.99;

#[derive(Serialize)]
struct Document {
    document: String,
    novelty: f64,
    depth: f64,
    /// Whether it is in the window.
    new: bool,
}

#[derive(Serialize)]
struct Surprising {
    head: String,
    relation: String,
    tail: String,
    surprise: f64,
}

#[derive(Serialize)]
struct Report {
    /// The epoch after which the window begins: the reference's, or a later one that was asked for.
    epoch: u64,
    documents: Vec<Document>,
    facts: Vec<Surprising>,
    window: Window,
}

/// What came, or was edited, after the reference was pinned, and after the epoch that was asked for.
#[derive(Serialize)]
struct Window {
    #[serde(flatten)]
    depths: Drift,
    /// Documents of it that are newer than 99 in 100 of the usual ones.
    novel: usize,
    /// The share of such documents among those that were there before.
    usual_share: f64,
    /// The probability of so many or more without a change.
    by_chance: f64,
}

impl Window {
    fn of(documents: &[Document], depths: Drift) -> Window {
        let novel = |new: bool| documents.iter().filter(|one| one.new == new && one.novelty > NOVEL).count();
        let before = documents.iter().filter(|one| !one.new).count();
        // Of few documents none may be novel, and yet one that comes is not impossible.
        let usual_share = (novel(false) + 1) as f64 / (before + 1) as f64;
        let by_chance = by_chance(novel(true), depths.items, usual_share);
        Window { novel: novel(true), usual_share, by_chance, depths }
    }
}

pub fn run(context: Context, wanted: &Unusual) -> Result<Exit> {
    must_exist(&context.config)?;
    let state = &context.config.state;
    let Some(watching) = Watching::read(state)? else {
        let message = format!("nothing is watched in \"{}\"; `kgloom train watch` pins what is usual", state.display());
        return Err(CliError::missing(message).into());
    };
    let store = Folder::graph(&context.config)?;
    let usual = Usual::read(state)?.documents;
    let changed = wanted.since.map(|epoch| store.changed_since(epoch)).transpose()?;
    let is_in = |id: &DocumentId| changed.as_ref().is_none_or(|changed| changed.contains(id));
    let (mut window, mut new) = (Vec::new(), BTreeSet::new());
    for told in store.contexts() {
        let (name, direction) = told?;
        let document = vocabulary::document_id(name.as_str()).filter(|_| direction.len() == usual.card.width);
        if document.is_some_and(|id| is_in(&id)) && !watching.documents.contains(&Watching::seen(&name, &direction)) {
            window.extend(unit(&direction));
            new.insert(name);
        }
    }
    let (mut documents, mut facts) = told(&store, &new)?;
    let window = Window::of(&documents, drift(&usual, &window));
    documents.retain(|document| document.new || !wanted.new);
    documents.truncate(wanted.most);
    facts.truncate(wanted.most);
    let report = Report { epoch: wanted.since.unwrap_or_default().max(watching.epoch), documents, facts, window };
    let mut out = std::io::stdout().lock();
    match wanted.format {
        ReportFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?,
        ReportFormat::Table => show(&mut out, &report)?,
    }
    Ok(Exit::Done)
}

/// What the graph tells, the most unusual first.
fn told(store: &Store, new: &BTreeSet<Iri>) -> Result<(Vec<Document>, Vec<Surprising>)> {
    let mut of: BTreeMap<Iri, BTreeMap<Iri, Term>> = BTreeMap::new();
    for triple in store.watched() {
        let triple = triple?;
        of.entry(triple.subject).or_default().insert(triple.relation, triple.object);
    }
    let (mut documents, mut facts) = (Vec::new(), Vec::new());
    for (name, said) in of {
        let number = |relation: &str| match said.get(&vocabulary::own(relation)) {
            Some(Term::Literal(literal)) => literal.value.parse::<f64>().ok(),
            _ => None,
        };
        let thing = |relation: &str| match said.get(&vocabulary::own(relation)) {
            Some(Term::Name(name)) => name.to_string(),
            _ => String::new(),
        };
        if let Some(surprise) = number("surprise") {
            let [head, relation, tail] = ["head", "relation", "tail"].map(thing);
            facts.push(Surprising { head, relation, tail, surprise });
        } else if let (Some(novelty), Some(depth)) = (number("novelty"), number("depth"))
            && let Some(id) = vocabulary::document_id(name.as_str())
        {
            documents.push(Document { document: id.to_string(), novelty, depth, new: new.contains(&name) });
        }
    }
    // Of those that are as novel, those that lie farther out.
    documents.sort_by(|one, other| other.novelty.total_cmp(&one.novelty).then(one.depth.total_cmp(&other.depth)));
    facts.sort_by(|one, other| other.surprise.total_cmp(&one.surprise));
    Ok((documents, facts))
}

fn show(out: &mut impl Write, report: &Report) -> std::io::Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(["novelty", "depth", "", "document"]);
    for Document { document, novelty, depth, new } in &report.documents {
        let new = if *new { "new" } else { "" };
        table.add_row([&format!("{novelty:.4}"), &format!("{depth:.4}"), new, document]);
    }
    writeln!(out, "{table}\n")?;
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(["surprise", "fact"]);
    for Surprising { head, relation, tail, surprise } in &report.facts {
        let fact = [head, relation, tail].map(|name| shorten(name)).join(" ");
        table.add_row([format!("{surprise:.4}"), fact]);
    }
    writeln!(out, "{table}\n")?;
    let Window { depths: Drift { items, differs, farther_out, share_below }, novel, usual_share, by_chance } =
        report.window;
    let epoch = report.epoch;
    if items == 0 {
        return writeln!(out, "no document came or was edited since epoch {epoch}");
    }
    let verdict = match (differs < CHANCE, farther_out < CHANCE) {
        (true, true) => "they lie farther out than what was usual",
        (true, false) => "they lie nearer to the middle than what was usual",
        (false, _) => "they lie as deep as what was usual",
    };
    writeln!(
        out,
        "{items} documents came or were edited since epoch {epoch}: {verdict} (p {differs:.2e}; {:.0} % of all lie farther \
         out than one of them)",
        100.0 * share_below
    )?;
    let more = if by_chance < CHANCE { "more than chance explains" } else { "no more than chance explains" };
    let expected = usual_share * items as f64;
    writeln!(out, "{novel} of them are novel, where {expected:.1} are usual: {more} (p {by_chance:.2e})")
}
