//! All corrections with what each does now. In: a state folder. Out: a list.

use super::{Effect, Shown};
use crate::state::Folder;
use anyhow::Result;
use serde::{Deserialize, Serialize};

/// A correction with what it does now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Listed {
    /// The correction.
    #[serde(flatten)]
    pub shown: Shown,
    /// What kind of correction it is.
    pub kind: String,
    /// Whether it does anything now.
    pub applies: bool,
    /// What it does.
    #[serde(flatten)]
    pub effect: Effect,
}

/// All corrections of a state folder.
pub fn listed(folder: &Folder) -> Result<Vec<Listed>> {
    let all = folder.journal.corrections()?;
    let list = all.iter().map(|correction| {
        let effect = Effect::of(&folder.store, &correction.id())?;
        let (shown, kind) = (Shown::of(correction), correction.kind().to_owned());
        Ok(Listed { shown, kind, applies: effect.applies(), effect })
    });
    list.collect()
}
