//! The files of an ontology as a state's graph was made with them. In: the files that were named. Out: a copy of each in the state
//! folder, by its hash, and where to read them from. Never: a copy in place of a file that is there and says something.

use anyhow::{Context, Result};
use kgloom_numerics::artifact;
use kgloom_record::record::ContentHash;
use ontologies::Ontology;
use std::path::{Path, PathBuf};

/// The folder of the copies within a state folder.
const FOLDER: &str = "ontology";

/// Copies files into a state folder, where they are not yet; says what each copy is called.
///
/// # Errors
/// Where a file cannot be read, or the disk does not let it be written.
pub(super) fn keep(state: &Path, files: &[PathBuf]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in files {
        let bytes = std::fs::read(file).with_context(|| format!("cannot read \"{}\"", file.display()))?;
        let name = format!("{}.ttl", hash_of(&bytes));
        let path = state.join(FOLDER).join(&name);
        if std::fs::read(&path).ok().as_ref() != Some(&bytes) {
            artifact::write(&path, &bytes)?;
        }
        names.push(name);
    }
    Ok(names)
}

/// Removes what is no copy of these names: a graph that was made anew needs it no more.
pub(super) fn keep_only(state: &Path, names: &[String]) {
    for entry in std::fs::read_dir(state.join(FOLDER)).into_iter().flatten().flatten() {
        if !names.iter().any(|name| entry.file_name() == name.as_str()) {
            // One that stays does no harm.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// All copies that a state folder has, in the order of their names.
pub(super) fn all(state: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(state.join(FOLDER)).into_iter().flatten().flatten();
    let is_copy = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "ttl");
    let mut copies: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_copy).collect();
    copies.sort();
    copies
}

/// What names them all on the command line, in brackets; nothing where there is none.
pub(super) fn as_flags(state: &Path) -> String {
    let flags: String = all(state).iter().map(|copy| format!(" --ontology \"{}\"", copy.display())).collect();
    if flags.is_empty() { flags } else { format!(" (of its ontology there are copies:{flags})") }
}

/// Whether a copy is what was copied, as its name says.
pub(super) fn is_whole(copy: &Path) -> bool {
    let named = copy.file_stem().and_then(|name| name.to_str());
    std::fs::read(copy).is_ok_and(|bytes| named == Some(&*hash_of(&bytes)))
}

fn hash_of(bytes: &[u8]) -> String {
    ContentHash::of(&String::from_utf8_lossy(bytes)).to_string()
}

/// Which of its files a path is the copy of, if it is one of this state folder.
pub(super) fn place_of(state: &Path, path: &Path, names: &[String]) -> Option<usize> {
    names.iter().position(|name| state.join(FOLDER).join(name) == path)
}

/// Where to read the files of an ontology from: a copy where the file is gone. Where only the graph is asked, the copies also
/// stand for files that cannot be read or parsed. Both are said.
pub(super) fn found(state: &Path, (files, names): (&[PathBuf], &[String]), only_asks: bool) -> Vec<PathBuf> {
    let copies: Vec<PathBuf> = names.iter().map(|name| state.join(FOLDER).join(name)).collect();
    if files.is_empty() || copies.len() != files.len() || !copies.iter().all(|copy| copy.is_file()) {
        return files.to_vec();
    }
    let mut found = files.to_vec();
    for (file, copy) in found.iter_mut().zip(&copies) {
        if matches!(file.try_exists(), Ok(false)) {
            tracing::info!("\"{}\" is not there; the copy of it that the graph was made with is read", file.display());
            file.clone_from(copy);
        }
    }
    match Ontology::bundled().with_files(&found) {
        Err(error) if only_asks => {
            tracing::info!("{error}; the copy of the ontology that the graph was made with is read");
            copies
        }
        _ => found,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const OLD: &str = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n<urn:x:Ship> a owl:Class .\n";

    #[test]
    fn a_copy_stands_for_a_file_that_is_gone_and_only_for_questions_for_one_that_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        let (state, file) = (folder.path().join("state"), folder.path().join("o.ttl"));
        fs::write(&file, OLD).unwrap();
        let files = [file.clone()];
        let names = keep(&state, &files).unwrap();
        let copy = state.join(FOLDER).join(&names[0]);
        assert_eq!(fs::read_to_string(&copy).unwrap(), OLD);
        let read_from = |only_asks| found(&state, (&files, &names), only_asks);
        assert_eq!([read_from(true), read_from(false)], [[file.clone()], [file.clone()]], "it is there, and as it was");
        fs::write(&file, format!("{OLD}<urn:x:Boat> a owl:Class .\n")).unwrap();
        assert_eq!([read_from(true), read_from(false)], [[file.clone()], [file.clone()]], "it is another one");
        fs::write(&file, "<urn:x:Ship> a").unwrap();
        assert_eq!([read_from(true), read_from(false)], [[copy.clone()], [file.clone()]], "it is broken");
        fs::remove_file(&file).unwrap();
        assert_eq!([read_from(true), read_from(false)], [[copy.clone()], [copy.clone()]], "it is gone");
        assert_eq!(place_of(&state, &copy, &names), Some(0));
        assert_eq!(
            found(&state, (&files, &[]), true),
            std::slice::from_ref(&file),
            "a state of an earlier version has no copy"
        );
        fs::remove_file(&copy).unwrap();
        assert_eq!(read_from(true), [file], "a copy that is lost is none");
    }

    #[test]
    fn copies_of_an_ontology_that_is_used_no_more_go() {
        let folder = tempfile::tempdir().unwrap();
        let (state, file) = (folder.path().join("state"), folder.path().join("o.ttl"));
        fs::write(&file, OLD).unwrap();
        let old = keep(&state, std::slice::from_ref(&file)).unwrap();
        fs::write(&file, "").unwrap();
        let new = keep(&state, &[file]).unwrap();
        keep_only(&state, &new);
        let there = |names: &[String]| state.join(FOLDER).join(&names[0]).is_file();
        assert!(there(&new) && !there(&old));
    }
}
