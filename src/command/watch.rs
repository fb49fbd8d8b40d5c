//! `kgloom watch`. In: files and folders, and what happens to them. Out: a graph that follows. Never: the end of it by a file
//! that cannot be read; a look at files that nobody touched.

use crate::args::Watch;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::interrupt;
use crate::run::Following;
use crate::state::{Components, Folder, Live};
use anyhow::Result;
use notify::{Event, EventKind, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Changes of files come in bursts: they are taken in when nothing more came for so long.
const QUIET: Duration = Duration::from_millis(80);

pub fn run(context: Context, watch: &Watch) -> Result<Exit> {
    let config = context.config.with_input(&watch.input)?;
    if let Some(missing) = watch.inputs.iter().find(|input| !Path::new(input.as_str()).exists()) {
        return Err(CliError::missing(format!("\"{missing}\" is not there, and cannot be watched")).into());
    }
    interrupt::install();
    let folder = Folder::open(&config)?;
    let root = folder.root(&config)?;
    let components = Components::for_folder(&config, &folder)?;
    // From before the first look on, so that nothing is missed in between.
    let (send, events) = channel();
    let mut watcher = notify::recommended_watcher(move |event| drop(send.send(event)))?;
    let watched = Watched::new(&watch.inputs, &root.apart)?;
    watched.places.iter().try_for_each(|(place, mode)| watcher.watch(place, *mode))?;

    let live = Live::start_with(&config, folder, context.voice, components)?;
    let mut following = Following::new(live, &config, root, context.voice)?;
    following.begin(&watch.inputs)?;
    context.voice.note("following the files; Ctrl-C ends it");
    while !interrupt::asked() {
        match watched.next(&events) {
            Some(Changes::Paths(paths)) => following.changed(&paths)?,
            // What was missed is found by a look at all.
            Some(Changes::Unknown) => following.begin(&watch.inputs)?,
            None => {}
        }
    }
    Ok(Exit::Done)
}

/// What is watched: folders, and of the folders of single files only these.
struct Watched {
    places: Vec<(PathBuf, RecursiveMode)>,
    within: Vec<PathBuf>,
    apart: Vec<PathBuf>,
}

/// What happened.
enum Changes {
    Paths(BTreeSet<PathBuf>),
    Unknown,
}

impl Watched {
    fn new(inputs: &[String], apart: &[PathBuf]) -> Result<Watched> {
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
        Ok(Watched { places, within, apart: apart.to_owned() })
    }

    /// The next burst of changes, if there is one soon.
    fn next(&self, events: &Receiver<notify::Result<Event>>) -> Option<Changes> {
        let mut paths = BTreeSet::new();
        loop {
            match events.recv_timeout(QUIET) {
                Ok(Ok(event)) if event.need_rescan() => return Some(Changes::Unknown),
                Ok(Ok(event)) if !matches!(event.kind, EventKind::Access(_)) => {
                    paths.extend(event.paths.into_iter().filter(|path| self.concerns(path)));
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
