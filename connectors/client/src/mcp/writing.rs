//! Tools that write. In: documents and corrections. Out: what came and went. Never: an answer before the graph holds
//! it.

use crate::client::Client;
use crate::mcp::answers::Changed;
use crate::mcp::arguments::{Correct, DeleteDocument, Kind, PutDocument};
use crate::mcp::served::{Failure, Served, Told};
use crate::written::{Refusal, Written};
use rmcp::handler::server::wrapper::{Json, Parameters};
use rmcp::{tool, tool_router};

/// Triples of either kind that are shown.
const SHOWN: usize = 30;

#[tool_router(router = writing, vis = "pub(crate)")]
impl Served {
    #[tool(
        description = "Puts a document into the graph, in place of what it was; tells which facts came and went. \
                       The graph holds it when this answers.",
        annotations(
            title = "Put a document",
            read_only_hint = false,
            destructive_hint = true,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn put_document(&self, Parameters(asked): Parameters<PutDocument>) -> Result<Json<Changed>, Failure> {
        self.answer(move |client| changed(client.put(&asked.id, &asked.text)?)).await
    }

    #[tool(
        description = "Deletes a document; the facts that only it stated go with it.",
        annotations(
            title = "Delete a document",
            read_only_hint = false,
            destructive_hint = true,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn delete_document(&self, Parameters(asked): Parameters<DeleteDocument>) -> Result<Json<Changed>, Failure> {
        self.answer(move |client| changed(client.delete(&asked.id)?)).await
    }

    #[tool(
        description = "Corrects the graph against or beside its documents: rejects or asserts a fact, joins or \
                       parts two names, says what a thing is, or takes a correction back (`undo`). Only on a \
                       person's word.",
        annotations(
            title = "Correct the graph",
            read_only_hint = false,
            destructive_hint = true,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn correct(&self, Parameters(asked): Parameters<Correct>) -> Result<Json<Changed>, Failure> {
        self.answer(move |client| correct(client, &asked)).await
    }
}

fn correct(client: &Client, asked: &Correct) -> Told<Changed> {
    let all = serde_json::to_value(asked).map_err(|error| Failure(error.to_string()))?;
    let (needed, may): (&[&str], &[&str]) = match asked.kind {
        Kind::Reject | Kind::Assert => (&["subject", "relation", "object"], &["document", "source"]),
        Kind::Same | Kind::Different => (&["one", "other"], &["document"]),
        Kind::Retype => (&["name", "class"], &[]),
        Kind::Undo => (&["correction"], &[]),
    };
    let kind = all["kind"].as_str().unwrap_or_default();
    if let Some(missing) = needed.iter().find(|name| all.get(**name).is_none()) {
        return Err(Failure(format!("{kind} needs {}; {missing} is missing", needed.join(", "))));
    }
    let given = all.as_object().into_iter().flat_map(|all| all.keys());
    let known = |name: &str| name == "kind" || needed.contains(&name) || may.contains(&name);
    if let Some(idle) = given.into_iter().find(|name| !known(name)) {
        return Err(Failure(format!("{kind} takes no {idle}; it takes {}", [needed, may].concat().join(", "))));
    }
    match (&asked.kind, &asked.correction) {
        (Kind::Undo, Some(correction)) => changed(client.undo(correction)?),
        _ => changed(client.correct(&all)?),
    }
}

fn changed(written: Written) -> Told<Changed> {
    if let Some(Refusal { id, reason, location }) = written.refused.first() {
        let place = location.as_ref().map_or_else(String::new, |location| format!(", {location}"));
        return Err(Failure(format!("{id} was refused{place}: {reason}")));
    }
    let Written { epoch, unchanged, mut came, mut went, came_count, went_count, correction, .. } = written;
    let (came_count, went_count) = (came_count.max(came.len() as u64), went_count.max(went.len() as u64));
    came.truncate(SHOWN);
    went.truncate(SHOWN);
    Ok(Changed { epoch, unchanged: unchanged > 0, correction, came, went, came_count, went_count })
}
