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
use std::collections::VecDeque;
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

/// Sends changes: in one epoch, unless they are more than a server takes at once. Where that fails half way, the error tells how many
/// the graph holds by then.
pub fn send(client: &Client, uploads: &[Upload]) -> Result<Written> {
    let (mut all, mut taken, mut left) = (Written::default(), 0, parts(uploads));
    while let Some(part) = left.pop_front() {
        match client.post_documents(part) {
            // The server takes less at once.
            Err(Error::Refused { status: 413, .. }) if part.len() > 1 => {
                let (one, other) = part.split_at(part.len() / 2);
                left.push_front(other);
                left.push_front(one);
            }
            Err(error) if taken > 0 => {
                let last = match &uploads[taken - 1] {
                    Upload::Put { id, .. } | Upload::Refuse { id, .. } | Upload::Delete { id } => id,
                };
                let told = format!(
                    "the server took {taken} of {} changes, up to \"{last}\", and the graph holds them ({} put, {} unchanged, {} \
                     withdrawn, {} refused); the same again does the rest",
                    uploads.len(),
                    all.put,
                    all.unchanged,
                    all.deleted,
                    all.refused.len(),
                );
                return Err(anyhow::Error::from(error).context(told));
            }
            written => {
                add(&mut all, written?);
                taken += part.len();
            }
        }
    }
    Ok(all)
}

/// As many changes together as are sent at once; one part at least.
fn parts(uploads: &[Upload]) -> VecDeque<&[Upload]> {
    let (mut parts, mut from, mut bytes) = (VecDeque::new(), 0, 0);
    for (at, upload) in uploads.iter().enumerate() {
        let size = upload.size();
        if from < at && bytes + size > PART {
            parts.push_back(&uploads[from..at]);
            (from, bytes) = (at, 0);
        }
        bytes += size;
    }
    parts.push_back(&uploads[from..]);
    parts
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A server that gives these answers, one a connection, and then is gone; and what it was sent.
    fn server(answers: Vec<(u16, Value)>) -> (Client, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = Client::at(&listener.local_addr().unwrap().to_string(), None).unwrap();
        let sent = std::thread::spawn(move || {
            let mut sent = Vec::new();
            for (status, answer) in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let (mut request, mut piece) = (String::new(), [0; 4_096]);
                let body = loop {
                    let read = stream.read(&mut piece).unwrap();
                    request.push_str(std::str::from_utf8(&piece[..read]).unwrap());
                    let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
                    let length = head
                        .to_lowercase()
                        .lines()
                        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                    if body.len() >= length.unwrap_or(0) {
                        break body.to_owned();
                    }
                };
                sent.push(body);
                let answer = answer.to_string();
                let head =
                    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
                stream.write_all(format!("{head}{answer}").as_bytes()).unwrap();
            }
            sent
        });
        (client, sent)
    }

    fn changes(count: usize) -> Vec<Upload> {
        let put = |at| Upload::Put { id: format!("{at}.txt"), text: format!("Text {at}."), file: None };
        (0..count).map(put).collect()
    }

    #[test]
    fn more_than_a_server_takes_at_once_is_sent_in_parts_and_in_order() {
        let took = |put| (200, json!({ "epoch": put, "put": put }));
        let (client, sent) = server(vec![(413, json!({ "error": "too much" })), took(2), took(3)]);
        let written = send(&client, &changes(5)).unwrap();
        assert_eq!((written.put, written.epoch), (5, 3));
        let lines: Vec<usize> = sent.join().unwrap().iter().map(|body| body.lines().count()).collect();
        assert_eq!(lines, [5, 2, 3]);
    }

    #[test]
    fn what_the_graph_holds_is_told_where_the_rest_fails() {
        let took = (200, json!({ "epoch": 4, "put": 1, "unchanged": 1 }));
        let (client, sent) =
            server(vec![(413, json!({ "error": "too much" })), took, (503, json!({ "error": "it stops" }))]);
        let error = send(&client, &changes(5)).unwrap_err();
        sent.join().unwrap();
        let told = format!("{error:#}");
        for part in ["took 2 of 5 changes, up to \"1.txt\"", "1 put, 1 unchanged", "the same again", "it stops"] {
            assert!(told.contains(part), "{told}");
        }
        let (client, sent) = server(vec![(503, json!({ "error": "it stops" }))]);
        assert_eq!(format!("{:#}", send(&client, &changes(5)).unwrap_err()), "it stops", "nothing was taken");
        sent.join().unwrap();
    }
}
