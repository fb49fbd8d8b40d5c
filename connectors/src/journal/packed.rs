//! How values stand in the journal. In: plain data. Out: bytes, compressed where that pays, and the data again.
//! Never: a float, or a guess at what bytes might have meant.

use super::damaged;
use crate::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
/// Shorter values gain too little to be worth the work.
const WORTH_COMPRESSING: usize = 400;

pub(super) fn pack<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let plain = postcard::to_stdvec(value).expect("plain data of known shape always encodes");
    if plain.len() >= WORTH_COMPRESSING {
        let packed = zstd::bulk::compress(&plain, 1);
        if let Some(packed) = packed.ok().filter(|packed| packed.len() < plain.len() / 8 * 7) {
            return [&[ZSTD], packed.as_slice()].concat();
        }
    }
    [&[PLAIN], plain.as_slice()].concat()
}

pub(super) fn unpack<T: DeserializeOwned>(path: &Path, value: &[u8]) -> Result<T, Error> {
    let broken = || damaged(path, "a value cannot be decoded");
    let decoded = match value.split_first() {
        Some((&PLAIN, plain)) => postcard::from_bytes(plain),
        Some((&ZSTD, packed)) => postcard::from_bytes(&zstd::decode_all(packed).map_err(|_| broken())?),
        _ => return Err(broken()),
    };
    decoded.map_err(|_| broken())
}
