//! How values stand in the journal. In: plain data. Out: bytes, compressed where that pays, and the data again.
//! Never: a float, or a guess at what bytes might have meant.

use super::damaged;
use crate::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::io;
use std::path::Path;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;
/// Shorter values gain too little to be worth the work.
const WORTH_COMPRESSING: usize = 400;
/// The length of a value is believed up to here.
const LONGEST: u64 = 64 << 20;

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
        Some((&ZSTD, packed)) => postcard::from_bytes(&expand(packed).map_err(|_| broken())?),
        _ => return Err(broken()),
    };
    decoded.map_err(|_| broken())
}

/// The bytes of a frame. Its length stands in it, and what expands it is made once a thread: that takes longer than most
/// values do.
fn expand(packed: &[u8]) -> io::Result<Vec<u8>> {
    thread_local! {
        static EXPANDER: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
    }
    match zstd::zstd_safe::get_frame_content_size(packed) {
        Ok(Some(length)) if length <= LONGEST => EXPANDER.with_borrow_mut(|expander| {
            let expander = match expander {
                Some(expander) => expander,
                None => expander.insert(zstd::bulk::Decompressor::new()?),
            };
            expander.decompress(packed, length as usize)
        }),
        _ => zstd::decode_all(packed),
    }
}
