//! Frozen encoder states kept between runs: lists of f16 rows in one file.
//!
//! In: a key that names everything the numbers depend on. Out: the numbers, computed once. Never: a stale file, for the key is its name.

use half::f16;
use kgloom_numerics::artifact;
use kgloom_reader::Error;
use kgloom_reader::relations::{CandidatePair, CandidateSet, PAIR_FEATURES};
use std::path::Path;

/// Numbers of one document.
pub type Numbers = Vec<f16>;

/// The numbers under `key` in `folder`, computed by `make` where they are not there yet.
///
/// # Errors
/// When the file cannot be read or written, or `make` fails.
pub fn cached(
    folder: &Path,
    key: &blake3::Hash,
    make: impl FnOnce() -> Result<Vec<Numbers>, Error>,
) -> Result<Vec<Numbers>, Error> {
    let path = folder.join(format!("{}.f16", &key.to_hex().as_str()[..24]));
    if let Ok(bytes) = std::fs::read(&path)
        && let Some(found) = decode(&bytes)
    {
        return Ok(found);
    }
    let made = make()?;
    artifact::write(&path, &encode(&made))?;
    Ok(made)
}

fn encode(lists: &[Numbers]) -> Vec<u8> {
    let mut bytes = (lists.len() as u64).to_le_bytes().to_vec();
    bytes.extend(lists.iter().flat_map(|list| (list.len() as u64).to_le_bytes()));
    for list in lists {
        bytes.extend(list.iter().flat_map(|x| x.to_le_bytes()));
    }
    bytes
}

fn decode(bytes: &[u8]) -> Option<Vec<Numbers>> {
    let word = |index: usize| {
        let bytes = bytes.get(index * 8..index * 8 + 8)?;
        Some(u64::from_le_bytes(bytes.try_into().ok()?) as usize)
    };
    let count = word(0)?;
    let mut at = 8 * (count.checked_add(1)?);
    let mut lists = Vec::with_capacity(count.min(bytes.len()));
    for index in 0..count {
        let end = at.checked_add(word(index + 1)?.checked_mul(2)?)?;
        lists.push(bytes.get(at..end)?.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]])).collect());
        at = end;
    }
    (at == bytes.len()).then_some(lists)
}

/// Rounds to f16.
pub fn pack(values: impl IntoIterator<Item = f32>) -> Numbers {
    values.into_iter().map(f16::from_f32).collect()
}

/// Candidates as numbers; all counts of a text are small enough for f16.
pub fn pack_candidates(candidates: &CandidateSet) -> Numbers {
    let entities = candidates.classes.len();
    let context = candidates.pairs.first().map_or(0, |pair| pair.context.len());
    let width = candidates.states.len() / entities.max(1);
    let counts = [entities, width, context, candidates.mentions.len() / width.max(1)];
    let numbers = counts.iter().chain(&candidates.classes).chain(&candidates.starts);
    let mut numbers: Vec<f32> = numbers.map(|&count| count as f32).collect();
    numbers.extend(candidates.states.iter().chain(&candidates.mentions));
    for pair in &candidates.pairs {
        let places = [pair.head, pair.tail, pair.closest.0, pair.closest.1];
        numbers.extend(places.map(|place| place as f32));
        numbers.extend(&pair.features);
        numbers.extend(pair.context.iter());
    }
    pack(numbers)
}

/// The candidates that numbers are of.
pub fn unpack_candidates(numbers: &[f16]) -> CandidateSet {
    let whole = |x: &f16| x.to_f32() as usize;
    let floats = |numbers: &[f16]| numbers.iter().map(|x| x.to_f32()).collect::<Vec<f32>>();
    let (counts, rest) = numbers.split_at(4);
    let (classes, rest) = rest.split_at(whole(&counts[0]));
    let (starts, rest) = rest.split_at(whole(&counts[0]));
    let (states, rest) = rest.split_at(classes.len() * whole(&counts[1]));
    let (mentions, rest) = rest.split_at(whole(&counts[3]) * whole(&counts[1]));
    let pairs = rest
        .chunks_exact(4 + PAIR_FEATURES + whole(&counts[2]))
        .map(|row| CandidatePair {
            head: whole(&row[0]),
            tail: whole(&row[1]),
            closest: (whole(&row[2]), whole(&row[3])),
            features: floats(&row[4..4 + PAIR_FEATURES]),
            context: floats(&row[4 + PAIR_FEATURES..]).into(),
        })
        .collect();
    let [classes, starts] = [classes, starts].map(|counts| counts.iter().map(whole).collect());
    CandidateSet { states: floats(states), mentions: floats(mentions), starts, classes, pairs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let key = blake3::hash(b"key");
        let lists = vec![pack([1.0, 2.5]), Vec::new(), pack([-3.0])];
        let made = cached(folder.path(), &key, || Ok(lists.clone())).unwrap();
        let read = cached(folder.path(), &key, || panic!("asked twice")).unwrap();
        assert_eq!((made, read), (lists.clone(), lists));
    }
}
