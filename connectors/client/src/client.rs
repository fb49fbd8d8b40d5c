//! The HTTP interface of `kgloom serve`. In: a question or a change. Out: what the server answers. Never: a part of an
//! answer taken for all of it.

use crate::address::{self, encode};
use crate::caller::Caller;
use crate::error::Error;
use crate::way::{Body, Network, Way};
use crate::written::{Upload, Written};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, fs};
use ureq::http::{Request, Response, header};

/// A server on the way to another machine may take as long to be connected to.
const CONNECT: Duration = Duration::from_secs(5);
/// One that a state folder names is on this machine.
const CONNECT_HERE: Duration = Duration::from_millis(300);
/// And answers at once, or is busy being started or stopped.
const ALIVE: Duration = Duration::from_secs(5);
/// What is read of an answer that says no.
const MOST_REFUSAL: u64 = 64 << 10;

/// Bytes of an address that is sent: more is none to either end.
const LONGEST: usize = 65_000;

/// What is not sent before the server says that it may be.
const LONG: usize = 64 << 10;

/// A served graph.
#[derive(Clone)]
pub struct Client {
    way: Arc<dyn Way>,
    address: String,
    token: Option<String>,
    /// For whom it asks, where somebody may leave meanwhile.
    caller: Option<Caller>,
}

/// What a query may cost, within what the server allows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct QueryOptions {
    /// The longest it may take, in seconds.
    pub timeout_s: Option<f64>,
    /// The most rows or triples it may give.
    pub limit: Option<usize>,
    /// Whether what follows from what is stated is part of the default graph.
    pub entailed: bool,
}

/// `STATE/serve.json`.
#[derive(Deserialize)]
struct Served {
    address: String,
    token: Option<String>,
}

/// An answer that says no.
#[derive(Deserialize)]
struct Refused {
    error: String,
    line: Option<u64>,
    column: Option<u64>,
}

impl Client {
    /// The server at an address, which may be the whole of what `kgloom serve` printed. Nothing is sent yet.
    ///
    /// # Errors
    /// It is no address, or the token is none.
    pub fn at(address: &str, token: Option<String>) -> Result<Client, Error> {
        let (address, printed) = address::read(address)?;
        let token = token.or(printed);
        if token.as_ref().is_some_and(|token| !token.bytes().all(|byte| byte.is_ascii_graphic())) {
            return Err(Error::Token);
        }
        Ok(Client { way: Arc::new(Network::to(&address, CONNECT, None)), address, token, caller: None })
    }

    /// A server that is reached on a way of one's own, by the address that it goes by.
    pub fn over(way: Arc<dyn Way>, address: &str, token: Option<String>) -> Client {
        Client { way, address: address.to_owned(), token, caller: None }
    }

    /// The same server for who only reads: without the token.
    pub fn reading(&self) -> Client {
        Client { token: None, ..self.clone() }
    }

    /// The same server for a call of somebody who may leave before it is done.
    pub(crate) fn on_behalf_of(self, caller: Caller) -> Client {
        Client { caller: Some(caller), ..self }
    }

    /// The server that keeps a state folder open; none where no server does, or the one that did is gone.
    ///
    /// # Errors
    /// `serve.json` is there and cannot be read; or somebody is there who does not answer in time.
    pub fn of_state(folder: &Path) -> Result<Option<Client>, Error> {
        let path = folder.join("serve.json");
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::State { path, source }),
        };
        let served = serde_json::from_slice(&text).map_err(|error| Error::State { path, source: error.into() });
        let Served { address, token } = served?;
        let client = Client::at(&address, token)?;
        // The token is not shown to whoever may have the port by now.
        let near = Network::to(client.address(), CONNECT_HERE, Some(ALIVE));
        let alive = Client { way: Arc::new(near), ..client.reading() };
        match alive.send("GET", "/healthz", &[], None) {
            Ok(_) => Ok(Some(client)),
            Err(Error::Unreachable { address, source }) if source.kind() == io::ErrorKind::TimedOut => {
                Err(Error::Busy { address, seconds: ALIVE.as_secs() })
            }
            Err(_) => Ok(None),
        }
    }

    /// Where the server is.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What a path answers to `GET`, as JSON; the parameters are encoded here.
    ///
    /// # Errors
    /// It refuses, is gone, or gives no JSON.
    pub fn view(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Value, Error> {
        self.read(path, parameters)
    }

    /// The same as a value of its own.
    pub(crate) fn read<T: DeserializeOwned>(&self, path: &str, parameters: &[(&str, &str)]) -> Result<T, Error> {
        let path = with(path, parameters);
        let answer = self.send("GET", &path, &[("accept", "application/json")], None)?;
        self.json(answer)
    }

    /// Asks SPARQL and writes the answer to `out` as it comes, in the format that the server chose from `accept`; gives
    /// the media type of that format.
    ///
    /// # Errors
    /// It refuses, is gone, or the answer ends too early. What was written by then is not the answer.
    pub fn query(
        &self,
        sparql: &str,
        accept: &str,
        options: &QueryOptions,
        out: &mut dyn Write,
    ) -> Result<String, Error> {
        let seconds = options.timeout_s.map(|seconds| seconds.to_string());
        let limit = options.limit.map(|limit| limit.to_string());
        let mut parameters = Vec::new();
        parameters.extend(seconds.as_deref().map(|seconds| ("timeout", seconds)));
        parameters.extend(limit.as_deref().map(|limit| ("limit", limit)));
        parameters.extend(options.entailed.then_some(("entailed", "true")));
        let headers = [("accept", accept), ("content-type", "application/sparql-query")];
        let answer = self.send("POST", &with("/query", &parameters), &headers, Some(sparql.as_bytes()))?;
        let media = media(&answer);
        self.hand_on(answer, out)?;
        Ok(media)
    }

    /// The text of a document.
    ///
    /// # Errors
    /// There is none of that name (404), or the server is gone.
    pub fn document(&self, id: &str) -> Result<String, Error> {
        let answer = self.send("GET", &document(id), &[("accept", "text/plain, */*")], None)?;
        let mut text = Vec::new();
        self.hand_on(answer, &mut text)?;
        String::from_utf8(text).map_err(|_| self.strange("the text is no UTF-8"))
    }

    /// Puts a document in place of what it was; the graph holds it when this returns. A document that was refused is no
    /// error: [`Written::refused`] tells of it.
    ///
    /// # Errors
    /// The server takes no writes of us, or is gone.
    pub fn put(&self, id: &str, text: &str) -> Result<Written, Error> {
        self.write("PUT", &document(id), Some(("text/plain; charset=utf-8", text)))
    }

    /// Puts and deletes many documents in one epoch.
    ///
    /// # Errors
    /// As [`Client::put`].
    pub fn post_documents(&self, lines: &[Upload]) -> Result<Written, Error> {
        let lines: String = lines.iter().map(Upload::line).collect();
        self.write("POST", "/documents", Some(("application/x-ndjson", &lines)))
    }

    /// Deletes a document.
    ///
    /// # Errors
    /// There is none of that name (404), or as [`Client::put`].
    pub fn delete(&self, id: &str) -> Result<Written, Error> {
        self.write("DELETE", &document(id), None)
    }

    /// Corrects the graph; `docs/http.md` says what a correction holds.
    ///
    /// # Errors
    /// The correction cannot be, or as [`Client::put`].
    pub fn correct(&self, correction: &Value) -> Result<Written, Error> {
        self.write("POST", "/corrections", Some(("application/json", &correction.to_string())))
    }

    /// Takes a correction back.
    ///
    /// # Errors
    /// There is none of that name (404), or as [`Client::put`].
    pub fn undo(&self, id: &str) -> Result<Written, Error> {
        self.write("DELETE", &format!("/corrections/{}", encode(id)), None)
    }

    fn write(&self, method: &str, path: &str, body: Option<(&str, &str)>) -> Result<Written, Error> {
        let (kind, bytes) = body.unzip();
        let mut headers = vec![("accept", "application/json")];
        headers.extend(kind.map(|kind| ("content-type", kind)));
        // A refusal is heard only before the server stops to listen.
        let is_long = bytes.is_some_and(|bytes| bytes.len() > LONG);
        headers.extend(is_long.then_some(("expect", "100-continue")));
        let answer = self.request(method, path, &headers, bytes.map(str::as_bytes))?;
        if answer.status().as_u16() != 422 {
            return self.json(self.accepted(answer)?);
        }
        // Every document was refused, which is what happened to them; or else it is a refusal like any other.
        let mut text = Vec::new();
        self.hand_on(answer, &mut text)?;
        match serde_json::from_slice::<Value>(&text) {
            Ok(written) if written.get("refused").is_some() => {
                serde_json::from_value(written).map_err(|error| self.strange(&error.to_string()))
            }
            _ => Err(refusal(422, &text)),
        }
    }

    /// An answer that says yes.
    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Response<Body>, Error> {
        self.accepted(self.request(method, path, headers, body)?)
    }

    fn accepted(&self, answer: Response<Body>) -> Result<Response<Body>, Error> {
        let status = answer.status();
        if status.is_success() { Ok(answer) } else { Err(refusal(status.as_u16(), &self.beginning(answer))) }
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Response<Body>, Error> {
        let uri = format!("{}{path}", self.address);
        if uri.len() > LONGEST {
            return Err(Error::Long { bytes: uri.len(), most: LONGEST });
        }
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(caller) = &self.caller {
            request = request.extension(caller.clone());
        }
        self.way.send(request.body(body).map_err(|_| Error::Address(self.address.clone()))?)
    }

    /// Hands on what comes, and says so if not all came.
    fn hand_on(&self, answer: Response<Body>, out: &mut dyn Write) -> Result<(), Error> {
        let mut body = answer.into_body();
        let mut piece = vec![0; 64 << 10];
        loop {
            match body.read(&mut piece) {
                Ok(0) => return out.flush().map_err(Error::Output),
                Ok(read) => out.write_all(&piece[..read]).map_err(Error::Output)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(Error::Broken { address: self.address.clone(), source }),
            }
        }
    }

    fn json<T: DeserializeOwned>(&self, answer: Response<Body>) -> Result<T, Error> {
        let mut text = Vec::new();
        self.hand_on(answer, &mut text)?;
        serde_json::from_slice(&text).map_err(|error| self.strange(&error.to_string()))
    }

    /// What says no is read as far as it comes.
    fn beginning(&self, answer: Response<Body>) -> Vec<u8> {
        let mut text = Vec::new();
        let _ = answer.into_body().take(MOST_REFUSAL).read_to_end(&mut text);
        text
    }

    fn strange(&self, what: &str) -> Error {
        Error::Strange { address: self.address.clone(), what: what.to_owned() }
    }
}

/// Without the token.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("address", &self.address).finish_non_exhaustive()
    }
}

fn document(id: &str) -> String {
    format!("/documents/{}", encode(id))
}

fn with(path: &str, parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

fn media(answer: &Response<Body>) -> String {
    let media = answer.headers().get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn refusal(status: u16, text: &[u8]) -> Error {
    match serde_json::from_slice(text) {
        Ok(Refused { error, line, column }) => Error::Refused { status, message: error, line, column },
        Err(_) => Error::Refused { status, message: format!("the server answers {status}"), line: None, column: None },
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
