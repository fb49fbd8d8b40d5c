//! What the database's library takes from its files before it checks it: a flipped bit there would make it ask for more
//! memory than there is, or stop where it cannot be heard.
//!
//! In: the journal's folder. Out: an error that names the damaged file. Never: a change, or a judgement on what the
//! library checks by itself.

use super::files::damaged;
use crate::Error;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use xxhash_rust::xxh3::xxh3_128;

/// The file that names the version of a keyspace: number, checksum of the version's file, kind of checksum.
const CURRENT: &str = "current";
const CURRENT_BYTES: usize = 8 + 16 + 1;
/// The trailer of a file with a table of contents: a mark, its version, a kind of checksum, the checksum, the place and
/// length of the table.
const TRAILER: u64 = 4 + 1 + 1 + 16 + 8 + 8;
const MARK: &[u8] = b"SFA!";
/// The least bytes of an entry of the table: place, length, and the length of a name.
const ENTRY: u64 = 8 + 8 + 2;

/// Holds every version to its checksum, and every count of a table of contents to the room that there is.
pub(super) fn check(path: &Path) -> Result<(), Error> {
    let mut folders = vec![path.join("keyspaces")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let file = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(file);
                continue;
            }
            let sound = match entry.file_name() == CURRENT {
                true => version_is_sound(&folder),
                false => File::open(&file).and_then(|mut file| count_is_sound(&mut file)),
            };
            match sound {
                Ok(true) => {}
                Ok(false) => return Err(damaged(&file, "a part of it is not as it was written")),
                // What is missing, or too short, is for the library to refuse.
                Err(error) if [ErrorKind::UnexpectedEof, ErrorKind::NotFound].contains(&error.kind()) => {}
                Err(error) => return Err(Error::file("read", &file, error)),
            }
        }
    }
    Ok(())
}

/// Whether the version that a keyspace's folder names is as it was written.
fn version_is_sound(folder: &Path) -> std::io::Result<bool> {
    let current = std::fs::read(folder.join(CURRENT))?;
    let Ok(current) = <[u8; CURRENT_BYTES]>::try_from(current) else { return Ok(false) };
    let (number, rest) = current.split_at(8);
    let (checksum, kind) = rest.split_at(16);
    let number = u64::from_le_bytes(number.try_into().unwrap_or_default());
    let version = std::fs::read(folder.join(format!("v{number}")))?;
    Ok(kind == [0] && checksum == xxh3_128(&version).to_le_bytes())
}

/// Whether a table of contents, where a file has one, has room for the entries that it counts.
fn count_is_sound(file: &mut File) -> std::io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let Some(end) = length.checked_sub(TRAILER) else { return Ok(true) };
    let trailer: [u8; TRAILER as usize] = at(file, end)?;
    let place = u64::from_le_bytes(trailer[22..30].try_into().unwrap_or_default());
    if &trailer[..4] != MARK || place.saturating_add(8) > end {
        return Ok(true);
    }
    let head: [u8; 8] = at(file, place)?;
    let entries = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    Ok(entries * ENTRY <= end - place - 8)
}

fn at<const N: usize>(file: &mut File, place: u64) -> std::io::Result<[u8; N]> {
    file.seek(SeekFrom::Start(place))?;
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
