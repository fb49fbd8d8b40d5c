//! Where ids of files begin. In: a journal, and where its first run takes place. Out: the root that it pins.
//! Never: another root later; or an absolute path, where the state lies within the root.

use super::Folder;
use crate::error::Error;
use crate::settings::Settings;
use anyhow::Result;
use connectors::source::Root;
use std::path::{Path, PathBuf};

/// The name that the root is pinned under.
const PIN: &str = "root";
/// The root is so many folders above the state, so that both may move together.
const ABOVE: &str = "above the state: ";
/// The root is at a path.
const AT: &str = "at: ";

impl Folder {
    /// The root of this state's ids: the folder of its first run. Of a state from before there were roots, ids are paths
    /// as they are written.
    pub fn root(&self, config: &Settings) -> Result<Root> {
        let state = std::fs::canonicalize(&self.path)?;
        let pinned = match self.journal.pinned(PIN)? {
            Some(pinned) => Some(pinned),
            None if self.journal.live().next().is_some() => None,
            None => {
                let here = pin(&std::env::current_dir()?.canonicalize()?, &state)?;
                self.journal.pin(PIN, &here)?;
                Some(here)
            }
        };
        let folder = pinned.map(|pinned| folder(&pinned, &state)).transpose()?;
        let root = folder.map_or_else(Root::default, |folder| Root::at(&folder));
        Ok(root.without(&state).without(&config.models))
    }
}

fn pin(here: &Path, state: &Path) -> Result<String, Error> {
    if let Ok(way) = state.strip_prefix(here) {
        return Ok(format!("{ABOVE}{}", way.components().count()));
    }
    let here = here.to_str().ok_or_else(|| Error::meaningless("the name of the working folder is not UTF-8"))?;
    Ok(format!("{AT}{here}"))
}

fn folder(pinned: &str, state: &Path) -> Result<PathBuf, Error> {
    let above = pinned.strip_prefix(ABOVE).and_then(|levels| levels.parse().ok());
    let above = above.and_then(|levels| state.ancestors().nth(levels)).map(Path::to_owned);
    above.or_else(|| pinned.strip_prefix(AT).map(PathBuf::from)).ok_or_else(|| {
        Error::missing(format!("the root of the ids ({pinned}) cannot be found from \"{}\"", state.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_within_its_root_moves_with_it() {
        let pinned = pin(Path::new("/w"), Path::new("/w/a/state")).expect("UTF-8");
        assert_eq!(folder(&pinned, Path::new("/w/a/state")).expect("a root"), Path::new("/w"));
        assert_eq!(folder(&pinned, Path::new("/v/x/a/state")).expect("a root"), Path::new("/v/x"));
        assert!(folder(&pinned, Path::new("/")).is_err());
        let pinned = pin(Path::new("/w"), Path::new("/states/one")).expect("UTF-8");
        assert_eq!(folder(&pinned, Path::new("/elsewhere")).expect("a root"), Path::new("/w"));
    }
}
