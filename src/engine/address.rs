//! Where a served state folder answers. In: an address and a token. Out: a file beside the state that only its owner reads.
//! Never: left behind by a server that stops.

use anyhow::{Context, Result};
use serde_json::json;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The file's name, beside the journal.
pub const FILE: &str = "serve.json";

/// Where a served state folder answers, and what lets requests write.
pub struct Address {
    path: PathBuf,
    url: String,
    token: Option<String>,
    root: Option<PathBuf>,
}

/// The file, until it is dropped.
pub struct Written<'a>(&'a Path);

impl Address {
    /// Of a server that is bound already; ids of files begin at `root`.
    pub fn new(state: &Path, at: SocketAddr, token: Option<&str>, root: Option<&Path>) -> Address {
        // Who listens everywhere is reached at the loopback.
        let at = match at.ip().is_unspecified() {
            true => format!("127.0.0.1:{}", at.port()),
            false => at.to_string(),
        };
        let (path, token) = (state.join(FILE), token.map(str::to_owned));
        Address { path, url: format!("http://{at}"), token, root: root.map(Path::to_owned) }
    }

    /// Without a path.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The page; who opens it may write, where anybody may.
    pub fn page(&self) -> String {
        let token = self.token.as_ref().map_or_else(String::new, |token| format!("#token={token}"));
        format!("{}/{token}", self.url)
    }

    /// Writes it down.
    pub fn write(&self) -> Result<Written<'_>> {
        let text = json!({
            "address": self.url, "token": self.token, "pid": std::process::id(), "version": env!("CARGO_PKG_VERSION"),
            "root": self.root,
        });
        let mut options = std::fs::File::options();
        options.create(true).write(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let part = self.path.with_extension("part");
        // One that was left behind may be open to others.
        let _ = std::fs::remove_file(&part);
        let written = options.open(&part).and_then(|mut file| writeln!(file, "{text}"));
        written
            .and_then(|()| std::fs::rename(&part, &self.path))
            .with_context(|| format!("cannot write \"{}\"", self.path.display()))?;
        Ok(Written(&self.path))
    }
}

impl Drop for Written<'_> {
    fn drop(&mut self) {
        // Whoever finds it asks whether anybody answers.
        let _ = std::fs::remove_file(self.0);
    }
}

/// A token that nobody can guess.
pub fn token() -> Result<String> {
    let mut bytes = [0; 16];
    let random =
        std::fs::File::open("/dev/urandom").and_then(|mut file| std::io::Read::read_exact(&mut file, &mut bytes));
    random.context("the system gives no random numbers; --token-file names a token")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
