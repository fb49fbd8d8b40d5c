//! The tables that a state folder is matched with. In: rows, and what words of names said when they were pinned. Out: the same from
//! disk, with a name that changes with them. Never: a table that is half written and counts as whole.

use super::wanted;
use anyhow::{Context, Result, bail};
use kgloom_matching::{TableRow, WordCounts};
use kgloom_numerics::artifact::{model_id, read_json, write, write_json};
use kgloom_record::record::Score;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const ROWS: &str = "rows.jsonl";
const COUNTS: &str = "words.json";
/// It changes when rows of the same files mean something else.
const CODE: &[u8] = b"1";

/// What is matched: a file beside the rows, which is there while they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// The least probability of a match.
    pub least: Score,
    /// The reader whose vectors the rows have.
    pub reader: String,
    /// The name of rows and words together.
    pub id: String,
}

/// What is pinned beside a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PinnedTables {
    /// The rows of all tables.
    pub rows: Vec<TableRow>,
    /// What words of names said of the graph then.
    pub words: WordCounts,
}

impl Matching {
    fn folder(state: &Path) -> PathBuf {
        state.join("matching")
    }

    fn file(state: &Path) -> PathBuf {
        Matching::folder(state).join("matching.json")
    }

    /// What is matched in a state folder, if anything is.
    ///
    /// # Errors
    /// Where it is damaged.
    pub fn read(state: &Path) -> Result<Option<Matching>> {
        if !Matching::file(state).is_file() {
            return Ok(None);
        }
        read_json(&Matching::file(state)).map(Some).context(REMEDY)
    }

    /// The tables that are matched.
    ///
    /// # Errors
    /// Where they are damaged, or are not those that were pinned last.
    pub fn tables(&self, state: &Path) -> Result<PinnedTables> {
        let folder = Matching::folder(state);
        let read = |file: &str| {
            let path = folder.join(file);
            std::fs::read(&path).with_context(|| format!("cannot read \"{}\"; {REMEDY}", path.display()))
        };
        let (rows, words) = (read(ROWS)?, read(COUNTS)?);
        if id(&rows, &words) != self.id {
            bail!("the tables in \"{}\" are not whole; {REMEDY}", folder.display());
        }
        let lines = rows.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let rows = lines.map(serde_json::from_slice).collect::<Result<_, _>>().context(REMEDY)?;
        Ok(PinnedTables { rows, words: serde_json::from_slice(&words).context(REMEDY)? })
    }

    /// Matches these tables from now on.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write(state: &Path, tables: &PinnedTables, (least, reader): (Score, &str)) -> Result<Matching> {
        let folder = Matching::folder(state);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make \"{}\"", folder.display()))?;
        let mut rows = Vec::new();
        for row in &tables.rows {
            serde_json::to_writer(&mut rows, row)?;
            rows.push(b'\n');
        }
        let words = serde_json::to_vec(&tables.words)?;
        let matching = Matching { least, reader: reader.to_owned(), id: id(&rows, &words) };
        write(&folder.join(ROWS), &rows)?;
        write(&folder.join(COUNTS), &words)?;
        // The last: it tells what the others are.
        write_json(&Matching::file(state), &matching)?;
        Ok(matching)
    }

    /// Matches nothing from now on, and takes the tables away.
    ///
    /// # Errors
    /// Where the folder cannot be removed.
    pub fn remove(state: &Path) -> Result<()> {
        wanted::remove_folder(&Matching::folder(state))
    }

    /// A name for the matches of an epoch, where there are any; it changes with all that they depend on.
    ///
    /// # Errors
    /// As [`Matching::read`].
    pub fn mark(state: &Path, epoch: u64) -> Result<Option<String>> {
        let matching = Matching::read(state)?;
        Ok(matching.map(|Matching { least, id, .. }| format!("{id} {least} at {epoch}")))
    }
}

/// What to do where tables are damaged.
const REMEDY: &str = "`kgloom match --off` takes the tables away, and `kgloom match FILE` reads them again";

fn id(rows: &[u8], words: &[u8]) -> String {
    model_id("tables", &[(ROWS, rows), (COUNTS, words), ("code", CODE)])
}
