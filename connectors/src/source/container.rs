//! A file that holds documents, by name. In: a path. Out: ids of what is in it. Never: its bytes.

use crate::incoming::MAX_ID_BYTES;
use kgloom_record::record::DocumentId;
use std::path::PathBuf;
use std::sync::Arc;

/// A file, or standard input.
#[derive(Clone, Debug)]
pub(super) struct Container {
    /// What it is called, and with it its document; `-` for standard input.
    pub name: Arc<str>,
    /// The file's own name, which tells its type; a link's may be another one.
    pub file: Arc<str>,
    /// Where it is; `None` for standard input.
    pub path: Option<PathBuf>,
    /// Whether the user named it, and not only a folder around it.
    pub named: bool,
    /// The id of its only document, and the first part of the ids of documents without one.
    id: DocumentId,
}

impl Container {
    /// The file at a path, under its name.
    pub fn file(name: Arc<str>, path: PathBuf, named: bool) -> Container {
        let file = path.file_name().map_or_else(|| Arc::clone(&name), |file| file.to_string_lossy().into());
        let id = fitting(Arc::clone(&name));
        Container { name, file, path: Some(path), named, id }
    }

    /// Standard input, its document under an id.
    pub fn standard_input(id: &str) -> Container {
        Container { name: "-".into(), file: "-".into(), path: None, named: true, id: fitting(id.into()) }
    }

    pub fn is_standard_input(&self) -> bool {
        self.path.is_none()
    }

    /// The id of the container's only document.
    pub fn id(&self) -> DocumentId {
        self.id.clone()
    }

    /// The id of what has none of its own: by its line, and its number in that line.
    pub fn id_at(&self, line: u64, nth: u64) -> DocumentId {
        let place = if nth > 1 { format!("{}#line-{line}-{nth}", self.id) } else { format!("{}#line-{line}", self.id) };
        fitting(place.into())
    }
}

/// An id that is no longer than ids may be: what is too much gives way to a hash of the whole.
pub(super) fn fitting(id: Arc<str>) -> DocumentId {
    if id.len() <= MAX_ID_BYTES {
        return DocumentId::new(id);
    }
    let hash = blake3::hash(id.as_bytes()).to_hex();
    let kept = &id[..id.floor_char_boundary(MAX_ID_BYTES - 1 - hash.len())];
    DocumentId::new(format!("{kept}~{hash}"))
}
