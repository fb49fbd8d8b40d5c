//! What tells classes of one's own, in a state folder. In: a folder, the reader. Out: a typer, if one was trained. Never: a typer
//! over vectors of another reader.

use super::wanted;
use crate::error::Error;
use anyhow::{Context, Result};
use kgloom_record::port::{self, ModelId};
use kgloom_typing::GraphTyper;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is wanted of the typer: a file beside it, which is there while classes are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    /// The precision from which on classes are stated, in hundredths.
    pub precision: u8,
    /// The reader in whose vectors the typer was trained.
    pub reader: String,
}

impl Typing {
    /// Where the state folder keeps its typer.
    pub fn folder(state: &Path) -> PathBuf {
        state.join("types")
    }

    fn file(state: &Path) -> PathBuf {
        Typing::folder(state).join("typing.json")
    }

    /// What is wanted of a state folder's typer, if anything is.
    pub fn read(state: &Path) -> Result<Option<Typing>> {
        wanted::read(&Typing::file(state), "kgloom train types")
    }

    /// Says what is wanted from now on.
    pub fn write(wanted: Option<&Typing>, state: &Path) -> Result<()> {
        wanted::write(wanted, &Typing::file(state))
    }

    /// The part of a reader's name that says in which space its vectors lie.
    pub fn space(reader: &ModelId) -> String {
        reader.0.split(", ").next().unwrap_or_default().to_owned()
    }
}

/// The typer of a state folder, where one is wanted.
pub fn typer(state: &Path, reader: &ModelId) -> Result<Option<Arc<dyn port::Typer>>> {
    let Some(Typing { precision, reader: made_for }) = Typing::read(state)? else { return Ok(None) };
    let space = Typing::space(reader);
    if made_for != space {
        let message = format!(
            "the classes of this state were trained over {made_for}, and {space} reads; `kgloom train types` makes them \
             anew, `kgloom train types --off` does without"
        );
        return Err(Error::settings(message).into());
    }
    let read = GraphTyper::read(&Typing::folder(state), precision).context("the typer cannot be read")?;
    Ok(Some(Arc::new(read)))
}
