//! `kgloom status`. In: a state folder, served or not. Out: what it holds, and what was refused. Never: a change, or a model
//! asked.

use crate::args::{ReportFormat, Status};
use crate::command::status_memory::Memory;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::served;
use anyhow::Result;
use comfy_table::{Table, presets};
use connectors::store::{RejectionRow, StoreCounts};
use connectors::{Live, Store};
use kgloom_client::Client;
use kgloom_engine::run::stale;
use kgloom_engine::state::{ENDED, Folder, quarantined};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Kinds of refusal that the summary shows.
const KINDS: usize = 12;

#[derive(Debug, Serialize)]
struct Report {
    state: String,
    /// The address of the server that has the folder.
    server: Option<String>,
    epoch: u64,
    model: Option<String>,
    filter: Option<String>,
    settings: Option<String>,
    /// Who cannot open the journal knows no numbers of documents.
    documents: Option<u64>,
    refused: Option<u64>,
    stale: Vec<String>,
    /// What readers found and what models answered: the journal tells it, and nobody but who has that.
    mentions: Option<u64>,
    answers: Option<u64>,
    /// Documents whose reading ended the process.
    quarantine: Vec<String>,
    graph: StoreCounts,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejections: Option<Vec<RejectionRow>>,
    /// What the loaded graph holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<Memory>,
}

pub fn run(context: Context, status: &Status) -> Result<Exit> {
    if let Some(client) = served::client(&context.config)? {
        if status.memory {
            let message = format!("--memory loads the graph, and {} has the folder; stop it first", client.address());
            return Err(CliError::missing(message).into());
        }
        return through(&client, &context, status);
    }
    let folder = match Folder::open_current(&context.config) {
        Ok(folder) => folder,
        Err(error) => {
            return match cause(&error) {
                Cause::InUse => of_graph(&context, status, true),
                Cause::Damage => of_graph(&context, status, false),
                Cause::Unwritable if !status.memory => read_only(&context, status, &error),
                Cause::Unwritable | Cause::Other => Err(error),
            };
        }
    };
    tell(&report(&context, &folder, status)?, status)
}

fn tell(report: &Report, status: &Status) -> Result<Exit> {
    let mut out = io::stdout().lock();
    match status.format {
        ReportFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(report)?)?,
        ReportFormat::Table => show(&mut out, report)?,
    }
    Ok(Exit::Done)
}

/// The same by the server that has the state folder: what stands in the graph is read in its files.
fn through(client: &Client, context: &Context, status: &Status) -> Result<Exit> {
    let told = client.view("/status", &[])?;
    let (word, count) = (|name: &str| told[name].as_str().map(str::to_owned), |name: &str| told[name].as_u64());
    let store = Folder::graph(&context.config)?;
    let graph = store.counts()?;
    let report = Report {
        state: context.config.state.display().to_string(),
        server: Some(client.address().to_owned()),
        epoch: count("epoch").unwrap_or_default(),
        model: word("model"),
        filter: word("filter"),
        settings: store.meta("settings")?,
        documents: count("documents"),
        refused: count("refused"),
        stale: stale_at(client)?,
        mentions: count("mentions"),
        answers: count("answers"),
        quarantine: quarantined_in(&store, &graph)?,
        graph,
        rejections: status.rejections.then(|| rejections(&store, status.limit)).transpose()?,
        memory: None,
    };
    tell(&report, status)
}

/// The documents that may be older than what their files hold, as the server lists them.
fn stale_at(client: &Client) -> Result<Vec<String>> {
    let (mut stale, mut after) = (Vec::new(), String::new());
    loop {
        let mut asked = vec![("limit", "1000")];
        asked.extend((!after.is_empty()).then_some(("after", after.as_str())));
        let page = client.view("/documents", &asked)?;
        let rows = page["documents"].as_array().into_iter().flatten().filter(|row| row["stale"] == true);
        stale.extend(rows.filter_map(|row| row["id"].as_str()).map(str::to_owned));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    stale.sort();
    Ok(stale)
}

/// The documents whose reading ended the process, as the graph's rejections name them.
fn quarantined_in(store: &Store, graph: &StoreCounts) -> Result<Vec<String>> {
    if !graph.rejections.contains_key(ENDED) {
        return Ok(Vec::new());
    }
    let rows = store.rejections(usize::MAX)?.into_iter().filter(|row| row.reason == ENDED);
    let ids: BTreeSet<String> = rows.map(|row| row.document).collect();
    Ok(ids.into_iter().collect())
}

/// Why a state folder could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// Another process has it.
    InUse,
    /// What is on disk makes no sense, or a part of it is lost: what `kgloom repair` is for.
    Damage,
    /// Nothing may or can be written there; it may be whole.
    Unwritable,
    /// Anything else, which its own words tell.
    Other,
}

fn cause(error: &anyhow::Error) -> Cause {
    use connectors::Error::{Behind, Damaged, InUse, Journal};
    let kind = |cause: &connectors::Error| match cause {
        InUse { .. } => Cause::InUse,
        error if error.is_unwritable() => Cause::Unwritable,
        error if error.wants_files() => Cause::Other,
        Damaged { .. } | Behind { .. } | Journal { .. } => Cause::Damage,
        _ => Cause::Other,
    };
    error.chain().find_map(|cause| cause.downcast_ref().map(kind)).unwrap_or(Cause::Other)
}

/// What is told to who may read a state folder and not write to it: all that stands in its graph.
fn read_only(context: &Context, status: &Status, error: &anyhow::Error) -> Result<Exit> {
    let store = Folder::graph(&context.config)?;
    let graph = store.counts()?;
    let report = Report {
        state: context.config.state.display().to_string(),
        server: None,
        epoch: store.epoch()?.unwrap_or_default(),
        model: store.meta("model")?,
        filter: store.meta("filter")?,
        settings: store.meta("settings")?,
        documents: None,
        refused: None,
        stale: Vec::new(),
        mentions: None,
        answers: None,
        quarantine: quarantined_in(&store, &graph)?,
        graph,
        rejections: status.rejections.then(|| rejections(&store, status.limit)).transpose()?,
        memory: None,
    };
    context.voice.note(&format!("documents are counted for who may write to the state folder: {error:#}"));
    tell(&report, status)
}

/// What can be told where the journal is damaged, or another process has it: the graph as it last was, and why that is all.
fn of_graph(context: &Context, status: &Status, in_use: bool) -> Result<Exit> {
    let store = Folder::graph(&context.config)?;
    let (graph, epoch) = (store.counts()?, store.epoch()?);
    let mut out = io::stdout().lock();
    match status.format {
        ReportFormat::Json => {
            let state = &context.config.state;
            let report = serde_json::json!({
                "state": state, "damaged": !in_use, "in_use": in_use, "epoch": epoch, "graph": graph,
            });
            writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
        }
        ReportFormat::Table => {
            let why = match in_use {
                true => "in use by another kgloom process; its documents are counted when that has ended",
                false => "damaged; `kgloom repair` mends it",
            };
            writeln!(out, "state       {}, {why}", context.config.state.display())?;
            show_graph(&mut out, &graph)?;
        }
    }
    Ok(Exit::InputOutput)
}

fn report(context: &Context, folder: &Folder, status: &Status) -> Result<Report> {
    folder.journal.check()?;
    let counts = folder.journal.counts()?;
    Ok(Report {
        state: context.config.state.display().to_string(),
        server: None,
        epoch: folder.journal.epoch(),
        model: folder.store.meta("model")?,
        filter: folder.store.meta("filter")?,
        settings: folder.store.meta("settings")?,
        documents: Some(counts.documents),
        refused: Some(counts.refused),
        stale: stale::documents(&folder.journal)?.iter().map(ToString::to_string).collect(),
        mentions: Some(mentions(folder)?),
        answers: Some(counts.answers),
        quarantine: quarantined(&folder.journal)?.into_iter().map(|(id, _)| id.to_string()).collect(),
        graph: folder.store.counts()?,
        rejections: status.rejections.then(|| rejections(&folder.store, status.limit)).transpose()?,
        memory: status.memory.then(|| Memory::of(&context.config, folder)).transpose()?,
    })
}

/// Mentions in all live documents.
fn mentions(folder: &Folder) -> Result<u64> {
    let Some(model) = folder.model()? else { return Ok(0) };
    let mut mentions = 0;
    for entry in folder.journal.live() {
        if let (_, Live::Text { content, .. }) = entry?
            && let Some(Ok(reading)) = folder.journal.reading(&model, &content)?
        {
            mentions += reading.mentions.len() as u64;
        }
    }
    Ok(mentions)
}

/// Whole documents first: they say more than a single fact.
fn rejections(store: &Store, limit: usize) -> Result<Vec<RejectionRow>> {
    let mut rows = store.rejections(usize::MAX)?;
    let order =
        |row: &RejectionRow| ["documents", "mentions"].iter().position(|stage| *stage == row.stage).unwrap_or(2);
    rows.sort_by_key(order);
    rows.truncate(limit);
    Ok(rows)
}

fn show(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let graph = &report.graph;
    let all: u64 = graph.rejections.values().sum();
    let served = report.server.as_ref().map_or_else(String::new, |server| format!(", served at {server}"));
    writeln!(out, "state       {}, epoch {}{served}", report.state, report.epoch)?;
    if let (Some(documents), Some(refused)) = (report.documents, report.refused) {
        writeln!(out, "documents   {documents} live, {refused} refused")?;
    }
    if !report.stale.is_empty() {
        let shown: Vec<String> = report.stale.iter().take(KINDS).map(|id| one_line(id)).collect();
        let more = report.stale.len() - shown.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(
            out,
            "stale       {} (their files could not be read last): {}{more}",
            report.stale.len(),
            shown.join(", ")
        )?;
    }
    writeln!(out, "model       {}", report.model.as_deref().unwrap_or("none yet"))?;
    writeln!(out, "filter      {}", report.filter.as_deref().unwrap_or("none yet"))?;
    if let (Some(mentions), Some(answers)) = (report.mentions, report.answers) {
        writeln!(out, "read        {mentions} mentions; {answers} answers remembered")?;
    }
    if !report.quarantine.is_empty() {
        let ids = report.quarantine.iter().map(|id| one_line(id)).collect::<Vec<_>>().join(", ");
        writeln!(out, "quarantine  {}: {ids}; `kgloom retry` reads them again", report.quarantine.len())?;
    }
    show_graph(out, graph)?;
    writeln!(out, "rejections  {all}")?;
    match &report.rejections {
        Some(rows) => show_rows(out, rows, all)?,
        None => show_kinds(out, &graph.rejections)?,
    }
    report.memory.iter().try_for_each(|memory| memory.show(out))
}

fn show_graph(out: &mut impl Write, graph: &StoreCounts) -> io::Result<()> {
    writeln!(
        out,
        "graph       {} entities, {} facts of {} relations, {} triples",
        graph.entities, graph.facts, graph.relations, graph.triples
    )
}

fn show_kinds(out: &mut impl Write, reasons: &BTreeMap<String, u64>) -> io::Result<()> {
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for (reason, count) in reasons {
        *kinds.entry(kind(reason)).or_default() += count;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (kind, count) in kinds.iter().take(KINDS) {
        writeln!(out, "  {count:>8}  {kind}")?;
    }
    if kinds.len() > KINDS {
        writeln!(out, "            and {} other kinds; --rejections lists them", kinds.len() - KINDS)?;
    }
    Ok(())
}

/// The reason without what differs from case to case: numbers, values and names.
fn kind(reason: &str) -> String {
    let reason = match reason.split_once(": ") {
        Some((kind, _)) => kind,
        None => reason,
    };
    let mut kind = String::new();
    for character in reason.chars() {
        match character {
            '0'..='9' if kind.ends_with('…') => {}
            '.' if kind.ends_with('…') => {}
            '0'..='9' => kind.push('…'),
            other => kind.push(other),
        }
    }
    kind
}

fn show_rows(out: &mut impl Write, rows: &[RejectionRow], all: u64) -> io::Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_BORDERS_ONLY).set_header(["document", "stage", "reason", "where", "what"]);
    for row in rows {
        table.add_row([&row.document, &row.stage, &row.reason, &row.location, &row.record].map(|cell| one_line(cell)));
    }
    writeln!(out, "{table}")?;
    if (rows.len() as u64) < all {
        writeln!(out, "{} of {all}; --limit shows more", rows.len())?;
    }
    Ok(())
}

/// The text with what would break its line, or command a terminal, as escapes.
fn one_line(text: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::{Cause, cause, kind, one_line};
    use std::io;

    #[test]
    fn what_may_not_be_written_is_not_called_damaged() {
        let file = |kind: io::ErrorKind| connectors::Error::File {
            action: "open",
            path: "state/journal/lock.kgloom".into(),
            source: kind.into(),
        };
        for kind in [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::StorageFull] {
            assert_eq!(cause(&anyhow::Error::new(file(kind)).context("opening")), Cause::Unwritable, "{kind}");
        }
        assert_eq!(cause(&file(io::ErrorKind::IsADirectory).into()), Cause::Other);
        let damaged = connectors::Error::Damaged { path: "state".into(), what: "no sense".into(), remedy: "repair" };
        assert_eq!(cause(&damaged.into()), Cause::Damage);
        let behind = connectors::Error::Behind { path: "state".into(), epoch: 1, store: 2 };
        assert_eq!(cause(&behind.into()), Cause::Damage);
        let foreign = connectors::Error::Foreign { store: "state".into(), epoch: 1 };
        assert_eq!(cause(&foreign.into()), Cause::Other);
        assert_eq!(cause(&connectors::Error::InUse { path: "state".into() }.into()), Cause::InUse);
        assert_eq!(cause(&anyhow::anyhow!("no such model")), Cause::Other);
    }

    #[test]
    fn ids_and_records_stay_in_their_row() {
        assert_eq!(one_line("a\nb\tc\r\u{1b}[2J"), "a\\nb\\tc\\r\\u{1b}[2J");
        assert_eq!(one_line("Zürich \\ naïve"), "Zürich \\ naïve");
    }

    #[test]
    fn reasons_that_differ_in_numbers_or_values_are_of_one_kind() {
        assert_eq!(kind("support 0.4312 is below 0.5000"), "support … is below …");
        assert_eq!(kind("another value is better supported: <urn:x>"), "another value is better supported");
        assert_eq!(kind("not UTF-8"), "not UTF-…");
    }
}
