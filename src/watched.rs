//! What happens to files. In: paths that are watched. Out: those that changed, in bursts, and all of them where a watched folder went,
//! came or is another one. Never: a change missed in silence; a word of hidden files, which nobody reads.

mod place;

use crate::voice::Voice;
use anyhow::{Context as _, Result};
use notify::event::ModifyKind;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use place::{Seen, is_hidden, links};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// Changes of files come in bursts: they are taken in when nothing more came for so long.
const QUIET: Duration = Duration::from_millis(80);
/// The longest that a burst is waited for.
const LONGEST: Duration = Duration::from_secs(1);
/// How often it is looked whether what is watched is still there, and the same: the system says nothing of a folder whose parent
/// was renamed, or of a disk that was taken away.
const LOOK: Duration = Duration::from_secs(1);
/// Where the system lets nothing be watched, it is asked again after so long.
const AGAIN: Duration = Duration::from_secs(30);

/// What is watched: folders, and of the folders of single files only these.
pub struct Watched {
    watcher: RecommendedWatcher,
    send: Sender<notify::Result<Event>>,
    events: Receiver<notify::Result<Event>>,
    places: Vec<Place>,
    apart: Vec<PathBuf>,
    voice: Voice,
    /// When it was last looked at what is watched.
    looked: Instant,
    /// From when on watching is to be begun anew.
    anew: Option<Instant>,
}

/// What happened.
pub enum Changes {
    /// To these.
    Paths(BTreeSet<PathBuf>),
    /// More than could be told: a look at all finds it.
    All {
        /// What is watched and there.
        inputs: Vec<String>,
        /// Where something was that is no longer watched: what came from there goes.
        left: Vec<PathBuf>,
    },
}

/// One thing that is watched.
struct Place {
    input: String,
    /// What is there; nothing while it is gone.
    now: Option<Seen>,
    /// Where it was last.
    within: PathBuf,
    /// The links in it that lead to folders.
    links: BTreeMap<PathBuf, Option<Seen>>,
}

impl Place {
    fn new(input: &str, apart: &[PathBuf]) -> Result<Place> {
        let within = std::fs::canonicalize(input).with_context(|| format!("cannot watch \"{input}\""))?;
        let mut place = Place { input: input.to_owned(), now: None, within, links: BTreeMap::new() };
        place.look(apart);
        Ok(place)
    }

    /// What is there now.
    fn look(&mut self, apart: &[PathBuf]) {
        self.now = Seen::at(Path::new(&self.input));
        self.links.clear();
        if let Some(seen) = &self.now {
            self.within.clone_from(&seen.real);
            if !seen.is_file {
                self.links = links(&seen.real, apart);
            }
        }
    }

    fn is_other(&self) -> bool {
        let is_other = |(path, seen): (&PathBuf, &Option<Seen>)| Seen::at(path) != *seen;
        Seen::at(Path::new(&self.input)) != self.now || self.links.iter().any(is_other)
    }

    /// Where documents of it are.
    fn reals(&self) -> impl Iterator<Item = &PathBuf> {
        let linked = self.links.values().flatten().map(|seen| &seen.real);
        self.now.iter().map(|seen| &seen.real).chain(linked)
    }

    /// Whether a path lies in it, and perhaps hidden.
    fn holds(&self, path: &Path) -> Option<bool> {
        let inner = path.strip_prefix(&self.within).ok()?;
        Some(inner.iter().any(|part| is_hidden(Path::new(part))))
    }
}

impl Watched {
    /// Watches inputs from now on; what happens in the folders `apart` is no matter.
    pub fn start(inputs: &[String], apart: &[PathBuf], voice: Voice) -> Result<Watched> {
        let real = |path: &PathBuf| std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let apart: Vec<PathBuf> = apart.iter().map(real).collect();
        let places = inputs.iter().map(|input| Place::new(input, &apart)).collect::<Result<Vec<_>>>()?;
        let (send, events) = channel();
        let watcher = watcher(&send, &places)?;
        Ok(Watched { watcher, send, events, places, apart, voice, looked: Instant::now(), anew: None })
    }

    /// The next burst of changes, if there is one soon.
    pub fn soon(&mut self) -> Option<Changes> {
        let paths = self.burst();
        if self.anew.is_none() && self.looked.elapsed() >= LOOK {
            self.looked = Instant::now();
            self.anew = self.places.iter().any(Place::is_other).then(Instant::now);
        }
        match self.anew {
            Some(from) if from <= Instant::now() => Some(self.begin_anew()),
            _ => (!paths.is_empty()).then_some(Changes::Paths(paths)),
        }
    }

    /// What changed, as far as it was told.
    fn burst(&mut self) -> BTreeSet<PathBuf> {
        let mut paths = BTreeSet::new();
        let began = Instant::now();
        // A place where something happens all the time is looked at now and then.
        let mut quiet_from = began;
        while began.elapsed() < LONGEST && (paths.is_empty() || quiet_from.elapsed() < QUIET) {
            match self.events.recv_timeout(QUIET) {
                Ok(Ok(event)) if !event.need_rescan() => {
                    if matches!(event.kind, EventKind::Access(_)) {
                        continue;
                    }
                    if self.tears(&event) {
                        self.anew = Some(Instant::now());
                    }
                    let concerned = event.paths.into_iter().filter(|path| self.concerns(path)).collect::<Vec<_>>();
                    if !concerned.is_empty() {
                        quiet_from = Instant::now();
                    }
                    paths.extend(concerned);
                }
                // What was missed is found by a look at all; a watch that failed is tried again, and not at once for ever.
                Ok(Ok(_)) => self.anew = Some(Instant::now()),
                Ok(Err(_)) => self.anew = self.anew.or(Some(Instant::now() + LOOK)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
        paths
    }

    /// Watches anew what is there, and says what is another; all of it is to be looked at, since nobody heard of what happened
    /// meanwhile.
    fn begin_anew(&mut self) -> Changes {
        let before: BTreeSet<PathBuf> = self.places.iter().flat_map(Place::reals).cloned().collect();
        for place in &mut self.places {
            let was = place.now.take();
            place.look(&self.apart);
            tell(self.voice, &place.input, was.as_ref(), place.now.as_ref());
        }
        self.looked = Instant::now();
        self.anew = None;
        match watcher(&self.send, &self.places) {
            Ok(watcher) => self.watcher = watcher,
            // It went again in this moment.
            Err(_) if self.places.iter().any(Place::is_other) => self.anew = Some(Instant::now() + LOOK),
            Err(error) => {
                self.voice.warn(&format!("{error:#}; until this passes, files are looked at every {AGAIN:?}"));
                self.anew = Some(Instant::now() + AGAIN);
            }
        }
        let after: BTreeSet<&PathBuf> = self.places.iter().flat_map(Place::reals).collect();
        let there = self.places.iter().filter(|place| place.now.is_some());
        Changes::All {
            inputs: there.map(|place| place.input.clone()).collect(),
            left: before.iter().filter(|path| !after.contains(path)).cloned().collect(),
        }
    }

    /// Whether after this event something is not watched any more that should be, or is another than it was.
    fn tears(&self, event: &Event) -> bool {
        let comes = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
        if !comes && !matches!(event.kind, EventKind::Remove(_)) {
            return false;
        }
        event.paths.iter().filter(|path| !lies_in(path, &self.apart)).any(|path| {
            let is_place = |place: &Place| {
                place.within == *path && !place.now.as_ref().is_some_and(|seen| seen.is_file)
                    || place.links.contains_key(path)
            };
            let comes = comes && self.places.iter().any(|place| place.holds(path).is_some());
            let brings_links = || match path.is_symlink() {
                // Also a hidden one that leads to a folder: files may be links into that.
                true => path.is_dir() || !path.exists() && self.concerns(path),
                false => self.concerns(path) && path.is_dir() && !links(path, &self.apart).is_empty(),
            };
            self.places.iter().any(is_place) || comes && brings_links()
        })
    }

    fn concerns(&self, path: &Path) -> bool {
        self.places.iter().any(|place| place.holds(path) == Some(false)) && !lies_in(path, &self.apart)
    }
}

fn lies_in(path: &Path, folders: &[PathBuf]) -> bool {
    folders.iter().any(|folder| path.starts_with(folder))
}

/// Watches what is there: first the folders of single files, since a folder that is watched for their sake alone would not be
/// watched with those within it.
fn watcher(send: &Sender<notify::Result<Event>>, places: &[Place]) -> Result<RecommendedWatcher> {
    let send = send.clone();
    let mut watcher = notify::recommended_watcher(move |event| drop(send.send(event)))?;
    let mut there: Vec<&Seen> = places.iter().filter_map(|place| place.now.as_ref()).collect();
    there.sort_by_key(|seen| !seen.is_file);
    for seen in there {
        let mode = if seen.is_file { RecursiveMode::NonRecursive } else { RecursiveMode::Recursive };
        let folder = seen.folder();
        watcher.watch(folder, mode).with_context(|| format!("cannot watch \"{}\"", folder.display()))?;
    }
    Ok(watcher)
}

/// Says what became of something that is watched.
fn tell(voice: Voice, input: &str, was: Option<&Seen>, now: Option<&Seen>) {
    let (event, words) = match (was, now) {
        (Some(_), None) => ("gone", "is gone; it is followed again when it is back"),
        (None, Some(_)) => ("back", "is back, and followed"),
        (Some(was), Some(now)) if was != now => ("another", "is another one now, which is followed"),
        _ => return,
    };
    voice.event(event, &format!("\"{input}\" {words}"), json!({ "input": input }));
}

#[cfg(test)]
#[path = "watched_tests.rs"]
mod tests;
