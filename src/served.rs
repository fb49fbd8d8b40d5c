//! A state folder that is being served: what would take its lock goes through the server. In: a configuration. Out: a client, and
//! what it was told, as the commands tell it. Never: another answer than without a server.

use crate::config::Config;
use crate::engine::ADDRESS_FILE;
use crate::exit::CliError;
use crate::voice::{Voice, in_words};
use anyhow::{Context as _, Result};
use connectors::Incoming;
use connectors::source::Root;
use kgloom_client::{Client, Error, Upload, Written};
use kgloom_record::record::{Change, Document};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// Bytes that are sent at once: what a server takes, unless it was told to take less.
const PART: usize = 15 << 20;

/// Who serves the state folder, if anybody does.
pub fn client(config: &Config) -> Result<Option<Client>> {
    Ok(Client::of_state(&config.state)?)
}

/// Where the server's ids of files begin, so that they are the same whoever reads the files.
pub fn root(config: &Config) -> Result<Root> {
    let path = config.state.join(ADDRESS_FILE);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read \"{}\"", path.display()))?;
    let told: Value = serde_json::from_str(&text).with_context(|| format!("\"{}\" is damaged", path.display()))?;
    let root = told["root"].as_str().map_or_else(Root::default, |root| Root::at(Path::new(root)));
    Ok(root.without(&config.state).without(&config.models))
}

/// Changes as they are sent.
pub fn uploads(changes: Vec<Incoming>) -> Vec<Upload> {
    let upload = |Incoming { change, container }| match change {
        Change::Put(Document { id, text }) => {
            Some(Upload::Put { id: id.to_string(), text: text.to_string(), file: Some(container.to_string()) })
        }
        Change::Refuse(id, refusal) => Some(Upload::Refuse {
            id: id.to_string(),
            reason: refusal.reason.to_string(),
            location: refusal.location.to_string(),
            file: container.to_string(),
        }),
        Change::Delete(id) => Some(Upload::Delete { id: id.to_string() }),
        Change::Corrections(_) => None,
    };
    changes.into_iter().filter_map(upload).collect()
}

/// Sends changes: in one epoch, unless they are more than a server takes at once.
pub fn send(client: &Client, uploads: &[Upload]) -> Result<Written> {
    let (mut all, mut from, mut bytes) = (Written::default(), 0, 0);
    for (at, upload) in uploads.iter().enumerate() {
        let size = upload.size();
        if from < at && bytes + size > PART {
            add(&mut all, part(client, &uploads[from..at])?);
            (from, bytes) = (at, 0);
        }
        bytes += size;
    }
    add(&mut all, part(client, &uploads[from..])?);
    Ok(all)
}

/// Sends a part, or its halves where the server takes less.
fn part(client: &Client, uploads: &[Upload]) -> Result<Written> {
    match client.post_documents(uploads) {
        Err(Error::Refused { status: 413, .. }) if uploads.len() > 1 => {
            let (one, other) = uploads.split_at(uploads.len() / 2);
            let mut all = part(client, one)?;
            add(&mut all, part(client, other)?);
            Ok(all)
        }
        written => Ok(written?),
    }
}

fn add(all: &mut Written, part: Written) {
    let Written { epoch, put, deleted, unchanged, refused, missing, came_count, went_count, .. } = part;
    all.epoch = epoch;
    all.put += put;
    all.deleted += deleted;
    all.unchanged += unchanged;
    all.refused.extend(refused);
    all.missing.extend(missing);
    all.came_count += came_count;
    all.went_count += went_count;
}

/// Says what a write did, and what the graph is now.
pub fn say(client: &Client, written: &Written, voice: Voice, took: Duration) -> Result<()> {
    let status = client.view("/status", &[])?;
    let count = |name: &str| status[name].as_u64().unwrap_or_default();
    let Written { put, deleted, unchanged, refused, came_count, went_count, epoch, .. } = written;
    let refused = refused.len();
    let text = format!(
        "documents   {put} put, {unchanged} unchanged, {refused} refused, {deleted} withdrawn\n\
         graph       {} entities, {} facts of {} relations, {} rejections; {came_count} triples came, {went_count} went\n\
         time        {}, by the server at {}",
        count("entities"),
        count("facts"),
        count("relations"),
        count("rejections"),
        in_words(took),
        client.address(),
    );
    let fields = json!({
        "put": put, "unchanged": unchanged, "refused": refused, "deleted": deleted, "epoch": epoch,
        "came": came_count, "went": went_count, "entities": count("entities"), "facts": count("facts"),
        "relations": count("relations"), "rejections": count("rejections"),
        "seconds": (took.as_secs_f64() * 1000.0).round() / 1000.0, "server": client.address(),
    });
    voice.event("done", &text, fields);
    Ok(())
}

/// The words of a correction, by its id.
pub fn said(client: &Client, id: &str) -> Result<Value> {
    let all = client.view("/corrections", &[])?;
    let list = all["corrections"].as_array().into_iter().flatten();
    let found = list.into_iter().find(|known| known["id"] == id).cloned();
    found.ok_or_else(|| CliError::nothing(format!("there is no correction \"{id}\"")).into())
}
