//! Standing queries on disk. In: what is known of their answers. Out: the same after a restart. Never: half a file.

use super::seen::{Seen, Standing, held};
use connectors::Store;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A file of the folder.
#[derive(Serialize, Deserialize)]
struct Written {
    query: String,
    seen: Seen,
}

/// Where they are kept, if anywhere.
pub(crate) struct Kept {
    pub folder: Option<PathBuf>,
}

impl Kept {
    /// All that are kept. A file that is damaged is a subscription that is gone: who comes back to it is told so.
    pub(crate) fn read(&self) -> Vec<Standing> {
        let entries = self.folder.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
        let named = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some((name.strip_suffix(".json")?.to_owned(), entry.path()))
        });
        let mut all: Vec<Standing> = named.filter_map(|(id, path)| standing(id, &path)).collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        all
    }

    /// Keeps one as it is now.
    pub(crate) fn write(&self, standing: &Standing) {
        let Some(folder) = &self.folder else { return };
        let seen = held(&standing.seen).clone();
        let Ok(text) = serde_json::to_vec(&Written { query: standing.query.clone(), seen }) else { return };
        let (part, whole) = (folder.join(format!("{}.part", standing.id)), path(folder, &standing.id));
        // What is not kept costs its listeners one look at the whole, and nothing else.
        let _ = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&part, text))
            .and_then(|()| std::fs::rename(&part, &whole));
    }

    /// Keeps one no longer.
    pub(crate) fn forget(&self, id: &str) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_file(path(folder, id));
        }
    }
}

fn path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.json"))
}

fn standing(id: String, path: &Path) -> Option<Standing> {
    let Written { query, seen } = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    let relations = Store::standing(&query).ok()?.relations;
    Some(Standing::new(id, query, relations, seen))
}
