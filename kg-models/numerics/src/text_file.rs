//! Text files that people publish. In: paths. Out: their text, or what is wrong with which line. Never: bytes that are no
//! UTF-8 passed on.

use crate::Error;
use std::fmt;
use std::path::Path;

/// Reads a text file of a set; a missing one is told with where to get the set.
pub fn read(path: &Path, origin: &str) -> Result<String, Error> {
    if path.exists() {
        return read_own(path);
    }
    let reason =
        format!("not there; get the set from {origin}, and name the folder of all sets by --data-root or KGLOOM_DATA");
    Err(Error::Data { name: path.display().to_string(), reason })
}

/// Reads a text file that the user named.
pub fn read_own(path: &Path) -> Result<String, Error> {
    match std::fs::read(path) {
        Ok(bytes) => utf8(path, bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Error::Data { name: path.display().to_string(), reason: "not there".to_owned() })
        }
        Err(error) => Err(Error::read(path)(error)),
    }
}

/// The text of a file, without a byte-order mark.
pub fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String, Error> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        malformed(path, 1 + before.iter().filter(|&&byte| byte == b'\n').count(), "not UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// An error at a line of a file.
pub fn malformed(path: &Path, line: usize, reason: impl fmt::Display) -> Error {
    Error::Data { name: path.display().to_string(), reason: format!("line {line}: {reason}") }
}
