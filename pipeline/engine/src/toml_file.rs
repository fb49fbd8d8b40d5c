//! Files that a person writes, in TOML. In: TOML. Out: what it says, or the line where it is wrong and what was likely meant.
//! Never: an unknown key that is passed over.

use crate::nearest::nearest;
use serde::de::DeserializeOwned;
use std::fmt;
use std::path::{Path, PathBuf};

/// Reads any TOML file of kgloom's.
pub fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    parse_toml(&read_text(path)?, path)
}

/// The text of a file, which is UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let problem = "the text is not UTF-8; save the file as UTF-8".to_owned();
        Error::Wrong { path: path.to_owned(), line, problem }
    })
}

/// Reads any TOML of kgloom's; `path` is for messages.
pub fn parse_toml<T: DeserializeOwned>(text: &str, path: &Path) -> Result<T, Error> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = &text[..text.floor_char_boundary(start)];
        let line = before.matches('\n').count() + 1;
        Error::Wrong { path: path.to_owned(), line, problem: explain(error.message()) }
    })
}

/// Says an unknown key in our words, with what was likely meant.
fn explain(message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (message.starts_with("unknown field"), names.split_first()) {
        (true, Some((unknown, known))) => match nearest(unknown, known) {
            Some(near) => format!("unknown key \"{unknown}\"; did you mean \"{near}\"?"),
            None => format!("unknown key \"{unknown}\"; known here: {}", known.join(", ")),
        },
        _ => {
            let message = message.trim_end().replace('\n', ", ").replace('`', "\"");
            // What only Rust calls so.
            let is_number = |kind: &&&str| message.ends_with(&format!("expected {kind}"));
            match ["usize", "u64", "u32", "u8"].iter().find(is_number) {
                Some(kind) => message.replace(&format!("expected {kind}"), "expected a whole number"),
                None => message,
            }
        }
    }
}

/// What is wrong with a file, or with a value of it.
#[derive(Debug)]
pub enum Error {
    /// The file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file says something that kgloom does not understand.
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The file says something that is understood, and cannot be.
    Refused {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why not, and what to write instead.
        problem: String,
    },
    /// A value is out of its range.
    Value {
        /// The key or flag.
        name: String,
        /// What it must be.
        problem: &'static str,
    },
}

impl Error {
    /// A value out of its range.
    pub fn value(name: &str, problem: &'static str) -> Error {
        Error::Value { name: name.to_owned(), problem }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Read { path, .. } => write!(f, "cannot read \"{}\"", path.display()),
            Error::Wrong { path, line, problem } | Error::Refused { path, line, problem } => {
                write!(f, "{}:{line}: {problem}", path.display())
            }
            Error::Value { name, problem } => write!(f, "\"{name}\" {problem}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Read { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf_8_is_said_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("o.toml");
        std::fs::write(&path, b"# one\nname = \"M\xfcller\"\n").expect("a file");
        let said = read_text(&path).expect_err("latin 1").to_string();
        assert!(said.ends_with("o.toml:2: the text is not UTF-8; save the file as UTF-8"), "{said}");
    }
}
