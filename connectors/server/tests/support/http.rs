//! A client of HTTP/1.1 that sees every byte. In: a request, as wrong as may be. Out: the answer, and whether it was whole.
//! Never: a request that is mended, an answer that is guessed.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long a test waits for bytes.
const PATIENCE: Duration = Duration::from_secs(40);

/// A request.
#[derive(Clone)]
pub struct Ask {
    method: String,
    target: Vec<u8>,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

/// An answer.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether it came to its end.
    pub whole: bool,
}

impl std::fmt::Display for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, String::from_utf8_lossy(&self.target))?;
        self.headers.iter().try_for_each(|(name, value)| write!(f, ", {name}: {}", String::from_utf8_lossy(value)))
    }
}

impl Ask {
    pub fn new(method: &str, target: impl AsRef<[u8]>) -> Ask {
        Ask { method: method.to_owned(), target: target.as_ref().to_owned(), headers: Vec::new(), body: None }
    }

    pub fn get(target: impl AsRef<[u8]>) -> Ask {
        Ask::new("GET", target)
    }

    /// A query, by POST.
    pub fn query(sparql: &str) -> Ask {
        Ask::new("POST", "/query").header("Content-Type", "application/sparql-query").body(sparql)
    }

    /// With another target.
    pub fn to(mut self, target: impl AsRef<[u8]>) -> Ask {
        self.target = target.as_ref().to_owned();
        self
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Ask {
        self.headers.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// With the token of the suites.
    pub fn allowed(self) -> Ask {
        self.header("Authorization", format!("Bearer {}", super::TOKEN))
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Ask {
        self.body = Some(body.as_ref().to_owned());
        self
    }

    /// The bytes of the request. A Host is added where none is given; an empty one leaves it out.
    fn bytes(&self, at: SocketAddr) -> Vec<u8> {
        let named = |wanted: &str| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        let mut bytes = [self.method.as_bytes(), b" ", &self.target, b" HTTP/1.1\r\n"].concat();
        if !named("Host") {
            bytes.extend_from_slice(format!("Host: {at}\r\n").as_bytes());
        }
        for (name, value) in self.headers.iter().filter(|(_, value)| !value.is_empty()) {
            bytes.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        if let Some(body) = &self.body
            && !named("Content-Length")
            && !named("Transfer-Encoding")
        {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"Connection: close\r\n\r\n");
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }

    /// Sends it, and leaves the answer unread.
    pub fn open(&self, at: SocketAddr) -> TcpStream {
        let mut stream = connect(at);
        // A server that refuses early may not read all.
        let _ = stream.write_all(&self.bytes(at));
        stream
    }

    /// Sends it, and reads the answer.
    #[track_caller]
    pub fn send(&self, at: SocketAddr) -> Answer {
        read(&mut self.open(at), self.method == "HEAD")
    }
}

pub fn connect(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    stream.set_write_timeout(Some(PATIENCE)).expect("a socket");
    stream
}

/// Reads an answer up to its end, or to the end of the connection.
#[track_caller]
pub fn read(stream: &mut TcpStream, head: bool) -> Answer {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes) {
        assert!(matches!(error.kind(), io::ErrorKind::ConnectionReset), "{error} after {} bytes", bytes.len());
    }
    parse(&bytes, head)
}

fn parse(bytes: &[u8], head: bool) -> Answer {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Answer::default() };
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or_default();
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers: Vec<_> = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect();
    let mut answer = Answer { status, headers, ..Answer::default() };
    let rest = &bytes[end + 4..];
    if answer.header("transfer-encoding").is_some() && !head {
        (answer.body, answer.whole) = unchunked(rest);
    } else {
        let length = answer.header("content-length").and_then(|length| length.parse().ok());
        answer.whole = head && rest.is_empty() || length.is_none_or(|length: usize| length == rest.len());
        answer.body = rest.to_owned();
    }
    answer
}

/// The bytes of chunks, and whether the last one came.
fn unchunked(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some((chunk, after)) = chunk(rest) {
        if chunk.is_empty() {
            return (body, after.starts_with(b"\r\n"));
        }
        body.extend_from_slice(chunk);
        rest = after;
    }
    (body, false)
}

/// The first chunk and what follows it; of the last, the empty one, what ends the body follows.
fn chunk(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(2).position(|two| two == b"\r\n")?;
    let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).ok()?, 16).ok()?;
    let rest = &bytes[end + 2..];
    if size == 0 {
        return Some((&[], rest));
    }
    Some((rest.get(..size)?, rest.get(size + 2..)?))
}

impl Answer {
    pub fn header(&self, wanted: &str) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }

    /// All values of a header, one after the other.
    pub fn all(&self, wanted: &str) -> String {
        let values = self.headers.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        values.collect::<Vec<_>>().join(", ")
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// A server-sent event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub name: String,
    pub id: String,
    pub data: String,
}

impl Event {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.data).expect("JSON")
    }
}

/// A stream of events.
pub struct Events {
    stream: TcpStream,
    raw: Vec<u8>,
    text: String,
    pub status: u16,
    /// Whether its last chunk came.
    pub ended: bool,
}

impl Events {
    /// Listens.
    #[track_caller]
    pub fn open(at: SocketAddr, ask: &Ask) -> Events {
        let mut stream = ask.open(at);
        let (mut raw, mut byte) = (Vec::new(), [0]);
        while !raw.ends_with(b"\r\n\r\n") {
            assert!(stream.read(&mut byte).expect("a head") == 1, "the connection ends within the head");
            raw.push(byte[0]);
        }
        let status = parse(&raw, true).status;
        Events { stream, raw: Vec::new(), text: String::new(), status, ended: false }
    }

    /// The next event, or none where none comes in time or no more can come.
    pub fn next(&mut self, within: Duration) -> Option<Event> {
        let start = std::time::Instant::now();
        loop {
            while let Some((block, rest)) =
                self.text.split_once("\n\n").map(|(one, two)| (one.to_owned(), two.to_owned()))
            {
                self.text = rest;
                let field = |wanted: &str| {
                    let lines = block.lines().filter_map(|line| line.split_once(':'));
                    lines.filter(|(name, _)| *name == wanted).map(|(_, value)| value.trim_start().to_owned()).next()
                };
                if let (Some(name), Some(id), Some(data)) = (field("event"), field("id"), field("data")) {
                    return Some(Event { name, id, data });
                }
            }
            if self.ended {
                return None;
            }
            let left = within.checked_sub(start.elapsed()).filter(|left| !left.is_zero())?;
            self.stream.set_read_timeout(Some(left)).expect("a socket");
            let mut bytes = [0; 4096];
            match self.stream.read(&mut bytes) {
                Ok(0) => return None,
                Ok(count) => self.raw.extend_from_slice(&bytes[..count]),
                Err(_) => return None,
            }
            while let Some((data, rest)) = chunk(&self.raw).map(|(one, two)| (one.to_owned(), two.to_owned())) {
                self.ended = data.is_empty();
                self.text.push_str(std::str::from_utf8(&data).expect("text"));
                self.raw = rest;
                if self.ended {
                    break;
                }
            }
        }
    }
}
