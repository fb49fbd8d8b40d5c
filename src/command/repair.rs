//! `kgloom repair`. In: a state folder, perhaps damaged. Out: one that is whole in itself, and what was lost, by name.
//! Never: a damaged file deleted; it is moved aside.

use crate::config::Config;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use anyhow::{Context as _, Result};
use connectors::journal::{Salvage, is_there};
use connectors::{Error, Journal, Store};
use kgloom_engine::state::{Components, Folder, Live, lost_pins, must_exist};
use kgloom_record::record::DocumentId;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Lost documents that are named.
const NAMED: usize = 100;

pub fn run(context: Context) -> Result<Exit> {
    must_exist(&context.config)?;
    let config = &context.config;
    let (journal, store) = (config.state.join("journal"), config.state.join("store"));
    let known = known(&store)?;
    let mut out = Unheard(std::io::stdout().lock());
    let mut exit = Exit::Done;
    match sound(&journal, known.as_ref()) {
        Ok((documents, refused, answers)) => {
            writeln!(out, "journal  whole: {documents} documents, {refused} refused, {answers} answers")?;
        }
        Err(error @ (Error::Damaged { .. } | Error::Behind { .. })) => {
            writeln!(out, "journal  {error}")?;
            if save(&mut out, (&journal, &store), known.as_ref())? {
                exit = Exit::Different;
            }
        }
        Err(error) => return Err(error.into()),
    }
    if known.is_none() && store.exists() {
        writeln!(out, "store    cannot be read; moved to \"{}\"", aside(&store, "damaged")?.display())?;
    }
    let lost = lost_pins(config)?;
    let folder = match compare(&context) {
        Err(error) if !lies_in_store(&error) => return Err(error),
        Err(error) => {
            let moved = aside(&store, "damaged")?;
            writeln!(out, "store    {error:#}; moved to \"{}\"", moved.display())?;
            compare(&context)?
        }
        Ok(folder) => folder,
    };
    if let Some(lost) = lost {
        let copies = if config.ontology.is_empty() { "" } else { ", its ontology as that of the copies in the state" };
        writeln!(out, "pinned   {lost}, and is written again as the graph says{copies}")?;
    }
    let counts = folder.store.counts()?;
    writeln!(out, "store    {} entities, {} facts, as the journal has them", counts.entities, counts.facts)?;
    Ok(exit)
}

/// What the graph knows of its documents: its epoch, and who states or names something; none where it cannot be read.
type Known = Option<(u64, BTreeSet<DocumentId>)>;

fn known(path: &Path) -> Result<Known> {
    if !path.is_dir() {
        return Ok(None);
    }
    let read = || {
        let Some(store) = Store::read(path)? else { return Ok(None) };
        Ok::<_, Error>(Some((store.epoch()?.unwrap_or(0), store.documents()?)))
    };
    Ok(read().unwrap_or(None))
}

/// Counts a journal that is whole.
fn sound(path: &Path, known: Option<&(u64, BTreeSet<DocumentId>)>) -> Result<(u64, u64, u64), Error> {
    let ahead = known.map_or(0, |(epoch, _)| *epoch);
    let behind = |epoch| Error::Behind { path: path.to_owned(), epoch, store: ahead };
    if !is_there(path) {
        return Err(behind(0));
    }
    let journal = Journal::open(path)?;
    journal.check()?;
    if ahead > journal.epoch() {
        return Err(behind(journal.epoch()));
    }
    let counts = journal.counts()?;
    Ok((counts.documents, counts.refused, counts.answers))
}

/// Writes what can be read of the journal as a new one, and says what could not; whether documents were lost.
fn save(
    out: &mut impl Write,
    (journal, store): (&Path, &Path),
    known: Option<&(u64, BTreeSet<DocumentId>)>,
) -> Result<bool> {
    let salvage = Salvage::read(journal)?;
    let nobody = BTreeSet::new();
    let (ahead, stated) = known.map_or((0, &nobody), |(epoch, documents)| (*epoch, documents));
    let lost: Vec<&DocumentId> = stated.iter().filter(|id| !salvage.live.contains_key(id)).collect();
    let ((documents, refused), answers) = (salvage.counts(), salvage.answers());
    if documents == 0 && !stated.is_empty() {
        let message = "no document can be read of the journal; the graph beside it can still be asked and exported; \
                       nothing was changed; to start anew, move the state folder away and run again over the inputs";
        return Err(CliError::missing(message).into());
    }
    let missing = salvage.expected.map(|(wanted, _)| wanted.saturating_sub(documents));
    let epoch = ahead.max(salvage.epoch) + 1;
    let (moved, as_last) = salvage.write(journal, epoch)?;
    if let Some(moved) = moved {
        writeln!(out, "journal  the damaged one was moved to \"{}\"", moved.display())?;
    }
    let of = missing.map_or(String::new(), |missing| format!(" of {}", documents + missing));
    writeln!(out, "saved    {documents}{of} documents, {refused} refused, {answers} answers, as epoch {epoch}")?;
    for id in lost.iter().take(NAMED) {
        writeln!(out, "lost     {id}")?;
    }
    if lost.len() > NAMED {
        writeln!(out, "lost     and {} more", lost.len() - NAMED)?;
    }
    if !as_last && lost.is_empty() {
        writeln!(
            out,
            "lost     perhaps the last changes: the count of what was written last does not fit, or is gone"
        )?;
    }
    if !lost.is_empty() && store.is_dir() {
        // It holds what the lost documents said, and nothing else does any more.
        writeln!(
            out,
            "store    the graph with what they said was moved to \"{}\"",
            aside(store, "before-repair")?.display()
        )?;
    }
    Ok(!as_last || !lost.is_empty() || missing.is_some_and(|missing| missing > 0))
}

/// Builds the graph from the journal, and brings the store to exactly that.
fn compare(context: &Context) -> Result<Folder> {
    let config: &Config = &context.config;
    let folder = Folder::open(config)?;
    // A graph that was made otherwise is refused here, and stays as it is.
    let components = Components::for_folder(config, &folder)?;
    Ok(Live::start_with(config, folder.doubted(), components)?.folder)
}

/// Output that nobody may hear to its end: what is under way is done all the same, and its exit code tells of it.
struct Unheard<W>(W);

impl<W: Write> Write for Unheard<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).or_else(|error| gone(error, bytes.len()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().or_else(|error| gone(error, ()))
    }
}

/// Whoever listened may have gone, which is their right.
fn gone<T>(error: io::Error, done: T) -> io::Result<T> {
    if error.kind() == io::ErrorKind::BrokenPipe { Ok(done) } else { Err(error) }
}

/// Whether what went wrong went wrong with the store's files.
fn lies_in_store(error: &anyhow::Error) -> bool {
    let in_store = |path: &Path| path.parent().is_some_and(|folder| folder.ends_with("store"));
    let of_store = |cause: &Error| matches!(cause, Error::Damaged { path, .. } if in_store(path));
    error.chain().any(|cause| cause.downcast_ref().is_some_and(of_store))
}

/// Moves a folder aside, to where nothing is yet.
fn aside(path: &Path, ending: &str) -> Result<PathBuf> {
    let named = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(match number {
            1 => format!(".{ending}"),
            number => format!(".{ending}-{number}"),
        });
        PathBuf::from(name)
    };
    let target = (1..).map(named).find(|target| !target.exists()).unwrap_or_else(|| named(0));
    std::fs::rename(path, &target).with_context(|| format!("cannot move \"{}\"", path.display()))?;
    Ok(target)
}
