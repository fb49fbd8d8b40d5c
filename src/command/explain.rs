//! `kgloom explain`. In: a fact, or a document. Out: what speaks for the fact, or what goes with the document.
//! Never: a write.

use crate::args::{Explain, ReportFormat};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::served;
use anyhow::Result;
use connectors::Store;
use connectors::store::shorten;
use kgloom_client::Client;
use kgloom_engine::corrections::Shown;
use kgloom_engine::explain::{Belief, Derivation, Explanation, Merged, Spoken, Why, derive, explain, listen};
use kgloom_engine::likely::PredictedLink;
use kgloom_engine::state::{Folder, Live, must_exist, ontology};
use kgloom_engine::terms::{self, RefusedFact, Wanted};
use kgloom_record::port::ModelId;
use kgloom_record::record::{Change, DocumentEvidence, DocumentId, Graph, Quad, Triple};
use ontologies::Ontology;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Facts that are explained at once, when a name may mean several.
const EXPLAINED: usize = 5;
/// Facts that are listed when some of the fact was left out.
const LISTED: usize = 50;

pub fn run(context: Context, wanted: &Explain) -> Result<Exit> {
    if let Some(document) = &wanted.if_deleted {
        return if_deleted(context, &DocumentId::new(document.as_str()), wanted.format);
    }
    let ontology = ontology(&context.config)?;
    let mut out = io::stdout().lock();
    let (Some(_), Some(_), Some(_)) = (&wanted.subject, &wanted.relation, &wanted.object) else {
        let store = Folder::graph(&context.config)?;
        return list(&store, &ontology, wanted, &mut out);
    };
    if let Some(client) = served::client(&context.config)? {
        return through(&client, &ontology, wanted, &mut out);
    }
    let mut folder = Folder::open_current(&context.config)?;
    let Some(model) = folder.model()? else { return Err(CliError::nothing("the graph is empty").into()) };
    let triples = terms::find(&folder.store, &ontology, &typed(wanted))?;
    let refused = terms::find_refused(&folder.store, &ontology, &typed(wanted))?;
    let cut: Vec<&RefusedFact> = refused.iter().filter(|fact| fact.probability.is_some()).collect();
    let entailed =
        if triples.is_empty() { terms::find_entailed(&folder.store, &ontology, &typed(wanted))? } else { vec![] };
    if !entailed.is_empty() {
        for triple in entailed.iter().take(EXPLAINED) {
            follows(&mut out, (&folder, &ontology, &model), triple, wanted.format)?;
        }
        return Ok(Exit::Done);
    }
    if triples.is_empty() && (cut.is_empty() || !wanted.why) {
        let predicted = terms::find_predicted(&folder.store, &ontology, &typed(wanted))?;
        if !predicted.is_empty() {
            foreseen(&mut out, &predicted, &ontology, wanted.format)?;
            refused.iter().for_each(|fact| context.voice.note(&said_and_refused(fact)));
            return Ok(Exit::Different);
        }
        return Err(not_there(&folder, &ontology, (wanted, &refused))?.into());
    }
    let mut beliefs = BTreeMap::new();
    if wanted.why {
        let records = triples.iter().map(Triple::to_string).chain(cut.iter().map(|cut| cut.record.clone())).collect();
        (folder, beliefs) = listen(&context.config, folder, records)?;
        if beliefs.is_empty() {
            context.voice.note("no graph filter is on: what has enough support is believed");
        }
    }
    // Of what was cut the records are known; the facts themselves the filter has seen.
    let documents = |triple: &Triple| {
        let record = triple.to_string();
        cut.iter().find(|cut| cut.record == record).map_or(&[][..], |cut| &cut.documents)
    };
    let all: BTreeSet<Triple> = triples.iter().chain(beliefs.keys()).cloned().collect();
    for triple in all.iter().take(EXPLAINED) {
        let mut explanation = explain(&folder, (&model, &ontology), triple, documents(triple))?;
        explanation.belief = beliefs.remove(triple);
        match wanted.format {
            ReportFormat::Json => writeln!(out, "{}", serde_json::to_string(&explanation)?)?,
            ReportFormat::Table => show(&mut out, &explanation, &ontology)?,
        }
    }
    if all.len() > EXPLAINED {
        context.voice.note(&format!("{} facts fit; an IRI says which one is meant", all.len()));
    }
    Ok(if triples.is_empty() { Exit::Different } else { Exit::Done })
}

fn typed(wanted: &Explain) -> Wanted {
    Wanted { subject: wanted.subject.clone(), relation: wanted.relation.clone(), object: wanted.object.clone() }
}

/// What the server that has the state folder tells of a fact.
fn through(client: &Client, ontology: &Ontology, wanted: &Explain, out: &mut impl Write) -> Result<Exit> {
    if wanted.why {
        let message = "--why builds the graph anew, and a server has the state folder; stop it first";
        return Err(CliError::missing(message).into());
    }
    let [subject, relation, object] = [&wanted.subject, &wanted.relation, &wanted.object];
    let ends = [("subject", subject), ("relation", relation), ("object", object)];
    let ends: Vec<(&str, &str)> = ends.iter().map(|(name, end)| (*name, end.as_deref().unwrap_or_default())).collect();
    let mut told = client.view("/explain", &ends)?;
    let told: Vec<Why> = serde_json::from_value(told["explanations"].take())?;
    let mut exit = Exit::Done;
    for told in &told {
        match (wanted.format, told) {
            (ReportFormat::Json, told) => writeln!(out, "{}", serde_json::to_string(told)?)?,
            (ReportFormat::Table, Why::Stated(explanation)) => show(out, explanation, ontology)?,
            (ReportFormat::Table, Why::Follows { triple, rules, facts }) => {
                show_derived(out, (triple, rules), facts, ontology)?;
            }
            (ReportFormat::Table, Why::Predicted(link)) => {
                foreseen(out, std::slice::from_ref(link), ontology, wanted.format)?;
            }
        }
        if matches!(told, Why::Predicted(_)) {
            exit = Exit::Different;
        }
    }
    Ok(exit)
}

/// What is known, for who left some of the fact out.
fn list(store: &Store, ontology: &Ontology, wanted: &Explain, out: &mut impl Write) -> Result<Exit> {
    if wanted.subject.is_none() {
        writeln!(out, "what is to be explained? `kgloom explain SUBJECT [RELATION [OBJECT]]`")?;
        writeln!(out, "the graph speaks most of:")?;
        for label in terms::most_described(store, 20)? {
            writeln!(out, "  {label}")?;
        }
        return Ok(Exit::Done);
    }
    let triples = terms::find(store, ontology, &typed(wanted))?;
    for triple in triples.iter().take(LISTED) {
        let documents = store.documents_stating(triple)?.len();
        let by = store.corrections_stating(triple)?;
        let by: Vec<String> = by.iter().map(|id| format!(", correction {id}")).collect();
        writeln!(out, "{}  [{documents} documents{}]", terms::written(triple, ontology), by.concat())?;
    }
    if triples.len() > LISTED {
        writeln!(out, "and {} more", triples.len() - LISTED)?;
    }
    let entailed = terms::find_entailed(store, ontology, &typed(wanted))?;
    for triple in entailed.iter().take(LISTED) {
        writeln!(out, "{}  [follows]", terms::written(triple, ontology))?;
    }
    if entailed.len() > LISTED {
        writeln!(out, "and {} more that follow", entailed.len() - LISTED)?;
    }
    let predicted = terms::find_predicted(store, ontology, &typed(wanted))?;
    for link in predicted.iter().take(LISTED) {
        writeln!(out, "{}  [predicted, {:.4}]", terms::written(&link.triple, ontology), link.probability)?;
    }
    if predicted.len() > LISTED {
        writeln!(out, "and {} more that are predicted", predicted.len() - LISTED)?;
    }
    match (triples.is_empty() && entailed.is_empty(), predicted.is_empty()) {
        (true, true) => Err(CliError::nothing("the graph says nothing of the kind").into()),
        (nothing, _) => Ok(if nothing { Exit::Different } else { Exit::Done }),
    }
}

/// A triple that follows: by which rules, from which facts, and what speaks for these.
fn follows(
    out: &mut impl Write,
    (folder, ontology, model): (&Folder, &Ontology, &ModelId),
    triple: &Triple,
    format: ReportFormat,
) -> Result<()> {
    let Some(Derivation { triple, rules, facts }) = derive(&folder.store, ontology, triple)? else { return Ok(()) };
    let facts: Vec<Explanation> =
        facts.iter().map(|fact| explain(folder, (model, ontology), fact, &[])).collect::<Result<_>>()?;
    if format == ReportFormat::Json {
        let told = json!({ "triple": triple, "rules": rules, "facts": facts });
        return Ok(writeln!(out, "{told}")?);
    }
    show_derived(out, (&triple, &rules), &facts, ontology)
}

fn show_derived(
    out: &mut impl Write,
    (triple, rules): (&Triple, &[String]),
    facts: &[Explanation],
    ontology: &Ontology,
) -> Result<()> {
    writeln!(out, "{}", terms::written(triple, ontology))?;
    writeln!(out, "it follows, by {}, from what is stated:\n", rules.join(" and "))?;
    facts.iter().try_for_each(|fact| Ok(show(out, fact, ontology)?))
}

/// A link that the graph does not state, but that is predicted: by whom, how sure, and why.
fn foreseen(
    out: &mut impl Write,
    predicted: &[PredictedLink],
    ontology: &Ontology,
    format: ReportFormat,
) -> Result<()> {
    for link in predicted.iter().take(EXPLAINED) {
        if format == ReportFormat::Json {
            writeln!(out, "{}", serde_json::to_string(link)?)?;
            continue;
        }
        writeln!(out, "{}", terms::written(&link.triple, ontology))?;
        writeln!(out, "the graph does not state it; predicted by {}, probability {:.4}", link.model, link.probability)?;
        link.evidence.iter().try_for_each(|evidence| writeln!(out, "  because {evidence}"))?;
    }
    Ok(())
}

fn said_and_refused(RefusedFact { reason, probability, documents, .. }: &RefusedFact) -> String {
    let documents: Vec<&str> = documents.iter().map(DocumentId::as_str).collect();
    let documents = documents.join(", ");
    match probability {
        Some(probability) => format!(
            "the graph filter cut this fact: it holds it to be true with a probability of {probability}; said in \
             {documents}; --why tells what spoke against it"
        ),
        None => format!("this fact was refused: {reason}; said in {documents}"),
    }
}

fn not_there(folder: &Folder, ontology: &Ontology, (wanted, refused): (&Explain, &[RefusedFact])) -> Result<CliError> {
    if !refused.is_empty() {
        let told: Vec<String> = refused.iter().take(EXPLAINED).map(said_and_refused).collect();
        return Ok(CliError::nothing(told.join("\n")));
    }
    let about = Wanted { subject: wanted.subject.clone(), ..Wanted::default() };
    let known = terms::find(&folder.store, ontology, &about)?;
    let known: Vec<String> =
        known.iter().take(20).map(|triple| format!("\n  {}", terms::written(triple, ontology))).collect();
    let listed = if known.is_empty() { " nothing".to_owned() } else { known.concat() };
    Ok(CliError::nothing(format!("the graph does not hold this fact; of this subject it says:{listed}")))
}

fn show(out: &mut impl Write, explanation: &Explanation, ontology: &Ontology) -> io::Result<()> {
    writeln!(out, "{}", terms::written(&explanation.triple, ontology))?;
    writeln!(out, "read by {}", explanation.model)?;
    for Shown { id, says, source } in &explanation.asserted {
        let source = source.as_ref().map_or_else(String::new, |source| format!(", on the word of \"{source}\""));
        writeln!(out, "asserted by correction {id}: {says}{source}")?;
    }
    if let Some(PredictedLink { probability, model, evidence, .. }) = &explanation.typed {
        writeln!(out, "told by {model}, probability {probability:.4}")?;
        evidence.iter().try_for_each(|evidence| writeln!(out, "  because {evidence}"))?;
    }
    explanation.belief.iter().try_for_each(|belief| show_belief(out, belief, ontology))?;
    for evidence in &explanation.evidence {
        writeln!(out, "\n  document {}  score {}", evidence.document, evidence.score)?;
        for sentence in &evidence.sentences {
            writeln!(out, "    {}..{}  {}", sentence.span.start, sentence.span.end, sentence.marked)?;
        }
        let tail = evidence.tail.iter().map(|tail| ("tail", tail));
        for (end, place) in [("head", &evidence.head)].into_iter().chain(tail) {
            writeln!(
                out,
                "    {end} «{}» {}..{}, entity {}",
                flat(&place.text),
                place.span.start,
                place.span.end,
                place.entity
            )?;
        }
    }
    show_merged(out, &explanation.subject)?;
    explanation.object.iter().try_for_each(|object| show_merged(out, object))?;
    writeln!(out)
}

fn show_belief(out: &mut impl Write, belief: &Belief, ontology: &Ontology) -> io::Result<()> {
    let Belief { filter, probability, needed, kept, alone, evidence, spoken } = belief;
    let verdict = if *kept { "kept" } else { "cut" };
    writeln!(
        out,
        "{verdict} by {filter}: probability {probability}, {needed} is needed; {alone} by its documents alone"
    )?;
    let DocumentEvidence { score, head, tail, sentences, bytes } = evidence.best;
    writeln!(
        out,
        "  documents {}, support {}; the best: relation {score}, head {} (mentions: {}), tail {} ({}), {sentences} \
         sentences and {bytes} bytes apart",
        evidence.documents, evidence.support, head.score, head.mentions, tail.score, tail.mentions
    )?;
    for Spoken { head, relation, tail, log_odds } in spoken {
        let label = ontology.find_relation(relation).first().map_or("", |known| known.label.as_str());
        let speaks = if *log_odds > 0.0 { "for" } else { "against" };
        writeln!(out, "  {log_odds:+.2} {speaks}: {}  {label}  {}", shorten(head), shorten(tail))?;
    }
    Ok(())
}

fn show_merged(out: &mut impl Write, merged: &Merged) -> io::Result<()> {
    let count = merged.bearers.len() + merged.more;
    writeln!(out, "\n  {} \"{}\": named in {count} places", shorten(merged.entity.as_str()), merged.label)?;
    for bearer in &merged.bearers {
        let mentions: Vec<String> = bearer
            .mentions
            .iter()
            .map(|place| format!("«{}» {}..{}", flat(&place.text), place.span.start, place.span.end))
            .collect();
        let defined = if bearer.defined { ", which the text is about" } else { "" };
        writeln!(out, "    {} entity {}: {}{defined}", bearer.document, bearer.entity, mentions.join(", "))?;
    }
    if merged.more > 0 {
        writeln!(out, "    and {} more", merged.more)?;
    }
    for (name, documents) in merged.names.iter().filter(|(_, documents)| **documents > 1) {
        writeln!(out, "    same name: \"{name}\" in {documents} of them")?;
    }
    for alias in &merged.aliases {
        writeln!(out, "    coreference in {}: \"{}\"", alias.document, alias.names.join("\" = \""))?;
    }
    for Shown { id, says, .. } in &merged.corrections {
        writeln!(out, "    correction {id}: {says}")?;
    }
    Ok(())
}

fn flat(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

/// Exactly what deleting the document would change: it is deleted in a session that nobody writes down.
fn if_deleted(context: Context, document: &DocumentId, format: ReportFormat) -> Result<Exit> {
    must_exist(&context.config)?;
    let folder = Folder::open(&context.config)?;
    if folder.journal.lookup(document)?.is_none() {
        return Err(CliError::nothing(format!("there is no document \"{document}\"")).into());
    }
    let ontology = ontology(&context.config)?;
    let live = Live::start(&context.config, folder)?;
    let delta = live.step_without_writing(Change::Delete(document.clone()))?;
    let of_all = |quad: &Quad| quad.graph == Graph::Default;
    let (gone, come): (Vec<_>, Vec<_>) = delta.quads.iter().partition(|(_, count)| *count < 0);
    let triples = |quads: &[&(Quad, isize)]| -> Vec<Triple> {
        quads.iter().filter(|(quad, _)| of_all(quad)).map(|(quad, _)| quad.triple.clone()).collect()
    };
    let (gone_triples, come_triples) = (triples(&gone), triples(&come));
    let mut out = io::stdout().lock();
    if format == ReportFormat::Json {
        writeln!(out, "{}", json!({ "document": document, "gone": gone_triples, "come": come_triples }))?;
        return Ok(Exit::Done);
    }
    for (sign, triples) in [("-", &gone_triples), ("+", &come_triples)] {
        for triple in triples {
            writeln!(out, "{sign} {}", terms::written(triple, &ontology))?;
        }
    }
    let others = gone.len() + come.len() - gone_triples.len() - come_triples.len();
    writeln!(
        out,
        "{} triples would go and {} come; {others} quads of other graphs would change with them",
        gone_triples.len(),
        come_triples.len()
    )?;
    Ok(Exit::Done)
}
