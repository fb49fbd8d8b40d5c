//! The W3C's files (github.com/w3c/rdf-tests), as they are kept: `sparql.tar.zst` in the folder `rdf/w3c-rdf-tests` of all data
//! sets. In: the folder. Out: files by their names on the web. Never: a file unpacked to disk, a failure where there are none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the names of all files begin with: relative names in them are resolved against it.
pub const ROOT: &str = "https://w3c.github.io/rdf-tests/";

/// The files of the suites.
pub struct Archive(BTreeMap<String, Vec<u8>>);

impl Archive {
    /// All files; none, with a sentence, where the data set is not there.
    pub fn open() -> Option<Archive> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/datasets");
        let root = std::env::var_os("KGLOOM_DATA").map_or(own, PathBuf::from);
        let path = root.join("rdf/w3c-rdf-tests/sparql.tar.zst");
        let Ok(packed) = std::fs::read(&path) else {
            eprintln!("skipped: {} is not there; KGLOOM_DATA names the folder of all data sets", path.display());
            return None;
        };
        let bytes = zstd::decode_all(packed.as_slice()).expect("a sound archive");
        Some(Archive(unpacked(&bytes)))
    }

    /// The file of a name.
    #[track_caller]
    pub fn file(&self, name: &str) -> &[u8] {
        let path = name.strip_prefix(ROOT).unwrap_or(name);
        self.0.get(path).unwrap_or_else(|| panic!("the suite has no file {name}"))
    }

    /// The same as text.
    #[track_caller]
    pub fn text(&self, name: &str) -> &str {
        std::str::from_utf8(self.file(name)).expect("UTF-8")
    }

    /// The manifests of all folders right in a folder.
    pub fn manifests(&self, folder: &str) -> impl Iterator<Item = String> {
        let depth = folder.matches('/').count() + 2;
        let paths = self.0.keys().filter(move |path| path.matches('/').count() == depth);
        let prefix = format!("{folder}/");
        let inside = paths.filter(move |path| path.starts_with(&prefix) && path.ends_with("/manifest.ttl"));
        inside.map(|path| format!("{ROOT}{path}"))
    }
}

/// The files of a tar archive (ustar).
fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut rest = bytes;
    while rest.len() >= 512 && rest[0] != 0 {
        let (head, after) = rest.split_at(512);
        let text = |field: &[u8]| {
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
            String::from_utf8_lossy(&field[..end]).into_owned()
        };
        let size = usize::from_str_radix(text(&head[124..136]).trim(), 8).expect("a size");
        if matches!(head[156], b'0' | 0) {
            files.insert(text(&head[..100]).trim_start_matches("./").to_owned(), after[..size].to_owned());
        }
        rest = &after[size.next_multiple_of(512)..];
    }
    files
}
