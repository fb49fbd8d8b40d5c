//! What happens to files. In: paths that are watched. Out: those that changed, in bursts. Never: a change missed in silence.

use anyhow::Result;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Changes of files come in bursts: they are taken in when nothing more came for so long.
const QUIET: Duration = Duration::from_millis(80);
/// The longest that a burst is waited for.
const LONGEST: Duration = Duration::from_secs(1);

/// What is watched: folders, and of the folders of single files only these.
pub struct Watched {
    _watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
    within: Vec<PathBuf>,
    apart: Vec<PathBuf>,
}

/// What happened.
pub enum Changes {
    /// To these.
    Paths(BTreeSet<PathBuf>),
    /// More than could be told: a look at all finds it.
    Unknown,
}

impl Watched {
    /// Watches inputs from now on; what happens in the folders `apart` is no matter.
    pub fn start(inputs: &[String], apart: &[PathBuf]) -> Result<Watched> {
        let (mut places, mut within) = (Vec::new(), Vec::new());
        for input in inputs {
            let path = std::fs::canonicalize(input)?;
            // Who saves a file often replaces it, so its folder is watched.
            match path.parent() {
                Some(folder) if path.is_file() => places.push((folder.to_owned(), RecursiveMode::NonRecursive)),
                _ => places.push((path.clone(), RecursiveMode::Recursive)),
            }
            within.push(path);
        }
        let (send, events) = channel();
        let mut watcher = notify::recommended_watcher(move |event| drop(send.send(event)))?;
        places.iter().try_for_each(|(place, mode)| watcher.watch(place, *mode))?;
        let apart = apart.iter().map(|path| std::fs::canonicalize(path).unwrap_or_else(|_| path.clone())).collect();
        Ok(Watched { _watcher: watcher, events, within, apart })
    }

    /// The next burst of changes, if there is one soon.
    pub fn next(&self) -> Option<Changes> {
        let mut paths = BTreeSet::new();
        let began = Instant::now();
        // A place where something happens all the time is looked at now and then.
        let mut quiet_from = began;
        while began.elapsed() < LONGEST && (paths.is_empty() || quiet_from.elapsed() < QUIET) {
            match self.events.recv_timeout(QUIET) {
                Ok(Ok(event)) if event.need_rescan() => return Some(Changes::Unknown),
                Ok(Ok(event)) if !matches!(event.kind, EventKind::Access(_)) => {
                    let concerned = event.paths.into_iter().filter(|path| self.concerns(path)).collect::<Vec<_>>();
                    if !concerned.is_empty() {
                        quiet_from = Instant::now();
                    }
                    paths.extend(concerned);
                }
                Ok(Ok(_)) => {}
                Ok(Err(_)) => return Some(Changes::Unknown),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        (!paths.is_empty()).then_some(Changes::Paths(paths))
    }

    fn concerns(&self, path: &Path) -> bool {
        let lies_in = |folders: &[PathBuf]| folders.iter().any(|folder| path.starts_with(folder));
        lies_in(&self.within) && !lies_in(&self.apart)
    }
}
