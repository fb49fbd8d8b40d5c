//! Texts to learn from. In: files of lines, plain or JSON. Out: texts, in parts, with their sentences; a hash of them. Never:
//! a sentence of a text that is held back among those that are fitted.

use kgloom_numerics::Error;
use kgloom_numerics::draw::draw;
use kgloom_numerics::text_file::{malformed, read_own, utf8};
use kgloom_reader::sentence::sentences;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Deserialize)]
struct Line {
    text: String,
}

/// Reads texts: of a file `.jsonl` the `text` of each line, of any other file each line; empty ones are left out. A file
/// whose name ends in `.zst` is unpacked first.
///
/// # Errors
/// When a file is missing or malformed, with the line; when there is no text at all.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Arc<str>>, Error> {
    let mut texts = Vec::new();
    for path in paths {
        let (packed, inner) = match path.extension().is_some_and(|ending| ending == "zst") {
            true => (true, path.with_extension("")),
            false => (false, path.clone()),
        };
        let content = if packed { unpacked(path)? } else { read_own(path)? };
        let json = inner.extension().is_some_and(|ending| ending == "jsonl");
        for (number, line) in (1..).zip(content.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let text = if json {
                serde_json::from_str::<Line>(line)
                    .map_err(|error| malformed(path, number, format!("{error}; an object with \"text\" is wanted")))?
                    .text
            } else {
                line.to_owned()
            };
            if !text.trim().is_empty() {
                texts.push(text.into());
            }
        }
    }
    if texts.is_empty() {
        let name = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        return Err(Error::Data {
            name,
            reason: "no text is there; lines, or JSON lines with \"text\", are wanted".to_owned(),
        });
    }
    Ok(texts)
}

fn unpacked(path: &Path) -> Result<String, Error> {
    let file = std::fs::File::open(path).map_err(Error::read(path))?;
    let mut decoder = zstd::stream::Decoder::new(file).map_err(Error::read(path))?;
    // As large a window as the packer may have been told to take.
    decoder.window_log_max(31).map_err(Error::read(path))?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut decoder, &mut bytes).map_err(Error::read(path))?;
    utf8(path, bytes)
}

/// A name for these texts in this order.
pub fn hash(texts: &[Arc<str>]) -> String {
    let mut hasher = blake3::Hasher::new();
    for text in texts {
        hasher.update(blake3::hash(text.as_bytes()).as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Texts in two parts, drawn by a seed: those that are fitted, and one in so many that is held back; equal texts are one.
/// Both parts keep the order of the files.
pub fn part(texts: &[Arc<str>], one_in: usize, seed: u64) -> (Vec<Arc<str>>, Vec<Arc<str>>) {
    let mut seen = BTreeSet::new();
    let texts: Vec<&Arc<str>> = texts.iter().filter(|text| seen.insert(&***text)).collect();
    let mut places: Vec<usize> = (0..texts.len()).collect();
    draw(seed, "texts held back", 0).shuffle(&mut places);
    let held: BTreeSet<usize> = places.into_iter().take(texts.len() / one_in.max(1)).collect();
    let of = |back: bool| {
        let own = texts.iter().enumerate().filter(|(place, _)| held.contains(place) == back);
        own.map(|(_, text)| Arc::clone(text)).collect()
    };
    (of(false), of(true))
}

/// The texts, and each of their sentences where a text has several; equal ones are one.
pub fn with_sentences(texts: &[Arc<str>]) -> Vec<Arc<str>> {
    let mut seen: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut all = Vec::new();
    for text in texts {
        let parts = sentences(text).into_iter().filter_map(|span| span.of(text)).map(Arc::from);
        for one in std::iter::once(Arc::clone(text)).chain(parts) {
            if seen.insert(Arc::clone(&one)) {
                all.push(one);
            }
        }
    }
    all
}

/// As an encoder takes texts.
pub fn given(texts: &[Arc<str>]) -> Vec<Option<Arc<str>>> {
    texts.iter().cloned().map(Some).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Vec<Arc<str>> {
        all.iter().map(|text| Arc::from(*text)).collect()
    }

    #[test]
    fn lines_and_json_lines_are_read_packed_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let [plain, json, packed] = ["a.txt", "b.jsonl", "c.jsonl.zst"].map(|name| folder.path().join(name));
        std::fs::write(&plain, "One.\n\nTwo {\n").unwrap();
        std::fs::write(&json, "{\"id\":1,\"text\":\"Three.\"}\n{\"text\":\" \"}\n").unwrap();
        std::fs::write(&packed, zstd::encode_all(&b"{\"text\":\"Four.\"}\n"[..], 1).unwrap()).unwrap();
        assert_eq!(read(&[plain, json.clone(), packed]).unwrap(), texts(&["One.", "Two {", "Three.", "Four."]));
        std::fs::write(&json, "{\"text\":\"Three.\"}\n{\"title\":\"x\"}\n").unwrap();
        assert!(read(&[json]).unwrap_err().to_string().contains("line 2"));
    }

    #[test]
    fn a_file_without_texts_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(read(&[file.path().to_owned()]).unwrap_err().to_string().contains("no text is there"));
    }

    #[test]
    fn parts_are_drawn_once_and_share_nothing() {
        let all: Vec<Arc<str>> = (0..100).map(|place| format!("text {}", place % 50).into()).collect();
        let (fitted, held) = part(&all, 10, 1);
        assert_eq!((fitted.len(), held.len()), (45, 5));
        assert!(held.iter().all(|text| !fitted.contains(text)));
        assert_eq!(part(&all, 10, 1), (fitted, held));
        assert_ne!(part(&all, 10, 2), part(&all, 10, 1));
    }

    #[test]
    fn sentences_come_beside_their_text() {
        let found = with_sentences(&texts(&["Ada sings. Bob plays.", "One alone.", "Bob plays."]));
        assert_eq!(found, texts(&["Ada sings. Bob plays.", "Ada sings.", "Bob plays.", "One alone."]));
    }
}
