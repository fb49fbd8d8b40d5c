//! Which methods a path takes. In: a path. Out: the methods, and a refusal that names them. Never: a path or a method that
//! `docs/http.md` does not tell of.

use crate::page;
use crate::problem::Problem;
use axum::http::Method;

/// The methods of a path, as `Allow` names them, and what is said of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Methods {
    pub allow: &'static str,
    others: &'static str,
}

const fn those(allow: &'static str, others: &'static str) -> Option<Methods> {
    Some(Methods { allow, others })
}

const READ: &str = "GET, HEAD";
const SENT: &str = "GET, HEAD, POST";

/// Those of a path; none where there is nothing.
pub(crate) fn of(path: &str) -> Option<Methods> {
    match path {
        "/query" | "/sparql" => those(SENT, "a query is asked by GET or POST"),
        "/update" => those("", "documents change the graph, SPARQL does not: PUT /documents/ID"),
        "/store" => those(READ, "documents change the graph; graphs are only read"),
        "/documents" => those(SENT, "documents are listed by GET and sent by POST or PUT"),
        "/corrections" => those(SENT, "corrections are listed by GET and made by POST"),
        "/subscriptions" => those(SENT, "subscriptions are listed by GET and made by POST"),
        "/events" => those("GET", "events are listened to by GET"),
        "/mcp" => those("POST", "messages come by POST; no session is kept that could be listened to or ended"),
        "/metrics" | "/healthz" | "/readyz" | "/start" | "/find" | "/entity" | "/neighbourhood" | "/explain"
        | "/schema" | "/ask" | "/search" | "/status" | "/rejections" => those(READ, "this is only to be read"),
        _ if page::is_file(path) => those(READ, "the page is only to be read"),
        _ => {
            let (room, rest) = path.strip_prefix('/')?.split_once('/')?;
            match (room, rest) {
                ("documents", id) if !id.is_empty() => {
                    those("GET, HEAD, PUT, DELETE", "a document is got, put and deleted")
                }
                ("corrections", id) if is_one(id) => those("DELETE", "a correction is taken back by DELETE"),
                ("subscriptions", id) if is_one(id) => {
                    those("GET, DELETE", "a subscription is listened to by GET and ended by DELETE")
                }
                _ => None,
            }
        }
    }
}

fn is_one(id: &str) -> bool {
    !id.is_empty() && !id.contains('/')
}

impl Methods {
    pub(crate) fn take(&self, method: &Method) -> bool {
        self.allow.split(", ").any(|allowed| allowed == method.as_str())
    }

    /// That another was asked for.
    pub(crate) fn problem(&self) -> Problem {
        Problem::method(self.others, self.allow)
    }
}

/// That a path does not take the method.
pub(crate) fn refused(path: &str) -> Problem {
    of(path).map_or_else(|| Problem::nothing_at(path), |methods| methods.problem())
}
