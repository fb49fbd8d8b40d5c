//! The library's write-ahead log, read without it. In: a log's bytes. Out: its whole batches, one by one.
//! Never: a write; the library itself cuts a log at the first byte that it cannot read.
//!
//! A batch is `1 count:u32 seqno:u64`, so many entries, and `3 checksum:u64 "FJL" 3`. An entry is `2 type:u8
//! compression:u8 keyspace:u64 key:u16 value:u32 stored:u32`, key and stored value, or `4 keyspace:u64`. All numbers
//! are little-endian; the checksum is XXH3 over the entries.

use std::io::{self, Read};
use xxhash_rust::xxh3::Xxh3;

const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const CLEAR: u8 = 4;
const MAGIC: [u8; 4] = [b'F', b'J', b'L', 3];

/// Whether a whole batch stands here; its bytes are then in `batch`.
pub(super) fn next(log: &mut impl Read, batch: &mut Vec<u8>) -> io::Result<bool> {
    batch.clear();
    if !take(log, batch, 13)? || batch[0] != START {
        return Ok(false);
    }
    let count = number(&batch[1..5]);
    let mut hash = Xxh3::new();
    for _ in 0..count {
        let start = batch.len();
        if !take(log, batch, 1)? {
            return Ok(false);
        }
        let whole = match batch[start] {
            ITEM => {
                let head = take(log, batch, 20)?;
                head && {
                    let (key, stored) =
                        (number(&batch[start + 11..start + 13]), number(&batch[start + 17..start + 21]));
                    take(log, batch, key + stored)?
                }
            }
            CLEAR => take(log, batch, 8)?,
            _ => false,
        };
        if !whole {
            return Ok(false);
        }
        hash.update(&batch[start..]);
    }
    let end = batch.len();
    let whole = take(log, batch, 13)? && batch[end] == END && batch[end + 9..] == MAGIC;
    Ok(whole && number(&batch[end + 1..end + 9]) == hash.digest())
}

/// Reads so many bytes more, if there are so many; a length that is damaged reserves no memory.
fn take(log: &mut impl Read, batch: &mut Vec<u8>, bytes: u64) -> io::Result<bool> {
    Ok(log.by_ref().take(bytes).read_to_end(batch)? as u64 == bytes)
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
