//! Counts in the database's files that its library believes before it checks them: a flipped bit would make it ask for more
//! memory than there is, which ends the program.
//!
//! In: the journal's folder. Out: an error that names the file whose count cannot be. Never: a change, or a judgement on
//! what the library checks by itself.

use super::files::damaged;
use crate::Error;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The trailer of a file with a table of contents: a mark, its version, a kind of checksum, the checksum, the place and
/// length of the table.
const TRAILER: u64 = 4 + 1 + 1 + 16 + 8 + 8;
const MARK: &[u8] = b"SFA!";
/// The least bytes of an entry of the table: place, length, and the length of a name.
const ENTRY: u64 = 8 + 8 + 2;
/// The section of a version that lists files of large values, and the bytes of each of them.
const LARGE_VALUES: &[u8] = b"blob_files";
const LARGE_VALUE: u64 = 8 + 1 + 16;
/// No table of contents is longer.
const LONGEST: u64 = 1 << 20;

/// Checks the counts of every file of the database.
pub(super) fn check(path: &Path) -> Result<(), Error> {
    let mut folders = vec![path.join("keyspaces")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let file = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(file),
                Ok(_) => check_file(&file)?,
                Err(error) => return Err(Error::file("look at", &file, error)),
            }
        }
    }
    Ok(())
}

fn check_file(path: &PathBuf) -> Result<(), Error> {
    let mut file = File::open(path).map_err(|error| Error::file("open", path, error))?;
    match believable(&mut file) {
        Ok(true) => Ok(()),
        Ok(false) => Err(damaged(path, "its table of contents counts more than the file can hold")),
        // What is too short for a trailer or a table is for the library to refuse.
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(()),
        Err(error) => Err(Error::file("read", path, error)),
    }
}

fn believable(file: &mut File) -> std::io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let Some(end) = length.checked_sub(TRAILER) else { return Ok(true) };
    let trailer: [u8; TRAILER as usize] = at(file, end)?;
    let (mark, place) = (&trailer[..4], &trailer[22..30]);
    let place = u64::from_le_bytes(place.try_into().unwrap_or_default());
    if mark != MARK || place.saturating_add(8) > end {
        return Ok(true);
    }
    let head: [u8; 8] = at(file, place)?;
    let entries = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    let room = end - place - 8;
    if entries * ENTRY > room || room > LONGEST {
        return Ok(false);
    }
    let mut table = vec![0; room as usize];
    file.read_exact(&mut table)?;
    let mut rest = table.as_slice();
    for _ in 0..entries {
        let Some((entry, after)) = rest.split_at_checked(ENTRY as usize) else { return Ok(true) };
        let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap_or_default());
        let (start, size) = (number(&entry[..8]), number(&entry[8..16]));
        let named = usize::from(u16::from_le_bytes([entry[16], entry[17]]));
        let Some((name, after)) = after.split_at_checked(named) else { return Ok(true) };
        rest = after;
        if name == LARGE_VALUES && start.saturating_add(4) <= place {
            let count = u64::from(u32::from_le_bytes(at(file, start)?));
            if count * LARGE_VALUE > size {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn at<const N: usize>(file: &mut File, place: u64) -> std::io::Result<[u8; N]> {
    file.seek(SeekFrom::Start(place))?;
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
