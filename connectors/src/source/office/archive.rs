//! The parts of a zipped document. In: its bytes. Out: parts by name. Never: more bytes than are allowed, all parts
//! together.

use crate::source::office::limits::OfficeLimits;
use crate::source::wrong::Wrong;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// How the reason begins where a file is none of the zipped kind at all, or a part of one.
pub(super) const NO_ARCHIVE: &str = "no whole archive";

/// A zipped document.
pub(super) struct Archive {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    most: u64,
    left: u64,
    spent: bool,
}

impl Archive {
    pub fn open(bytes: Vec<u8>, limits: &OfficeLimits) -> Result<Archive, Wrong> {
        let zip = ZipArchive::new(Cursor::new(bytes));
        let zip = zip.map_err(|error| Wrong::new(format!("{NO_ARCHIVE}, which such a file is: {error}")))?;
        Ok(Archive { zip, most: limits.bytes, left: limits.bytes, spent: false })
    }

    /// Whether more was taken out than is allowed.
    pub fn is_spent(&self) -> bool {
        self.spent
    }

    /// Whether there is a part of this name.
    pub fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The text of a part.
    pub fn part(&mut self, name: &str) -> Result<String, Wrong> {
        let part = self.zip.by_name(name);
        let part = part.map_err(|error| Wrong::new(format!("its part {name:?} cannot be read: {error}")))?;
        let mut bytes = Vec::new();
        let read = part.take(self.left.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| Wrong::new(format!("its part {name:?} is broken: {error}")))?;
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            self.spent = true;
            return Err(Wrong::new(format!("it expands to more than {} bytes (limits.max_office_bytes)", self.most)));
        };
        self.left = left;
        let text = String::from_utf8(bytes).map_err(|_| Wrong::new(format!("its part {name:?} is not UTF-8")))?;
        Ok(text.trim_start_matches('\u{FEFF}').to_owned())
    }
}
