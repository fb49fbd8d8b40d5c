//! Graphs of links, as benchmarks publish them: head, relation and tail, tab-separated, in parts, perhaps with texts.
//!
//! In: a folder in the form of WN18RR, of BLP's inductive splits (Daza et al. 2021), of GraIL (Teru et al. 2020) or of
//! ILPC (Galkin et al. 2022), or one file; each perhaps compressed. Out: a [`LinkSet`]. Never: an id that depends on the
//! order of lines, or a line that is passed over unsaid.

use crate::{Error, Link, LinkSet};
use kgloom_numerics::text_file::malformed;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of the parts, by the form of the folder: training, validation, test.
const FORMS: [[&str; 3]; 2] =
    [["train.txt", "valid.txt", "test.txt"], ["ind-train.tsv", "ind-dev.tsv", "ind-test.tsv"]];
/// ILPC's folders hold two graphs: one is trained on, and the links of the other are shown, validated on and tested. The
/// second is named by its first file.
const INFERENCE: [&str; 3] = ["inference.txt", "inference_validation.txt", "inference_test.txt"];
/// Endings of compressed files.
const COMPRESSED: [&str; 2] = ["zst", "gz"];
/// Files of texts, an entity's name and its text on each line; the first that is there is read.
const TEXTS: [&str; 3] = ["entity2text.txt", "entity2text.first-sentence.txt", "entity2name.txt"];
/// What Wikidata says of entities, where it is beside their texts.
const ABOUT: &str = "entity2wikidata.json";
/// Of other names, so many are told.
const ALIASES: usize = 5;
/// BLP's folders end so; the texts lie in the folder without it.
const INDUCTIVE: &str = "-ind";
/// GraIL's folder of the graph that is tested ends so; the other one is trained on.
const DISJOINT: &str = "_ind";

type Named = [Arc<str>; 3];

/// Reads a set of links: a folder with parts, or one file, which is all training.
///
/// # Errors
/// When a file is missing, empty or malformed; the line is named.
pub fn load(path: &Path) -> Result<LinkSet, Error> {
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    if !path.exists() {
        let reason = "not there".to_owned();
        return Err(Error::Data { name: path.display().to_string(), reason });
    }
    let (folder, form) = match inference(path) {
        Some(folder) => (folder, Some(INFERENCE)),
        None => (path, FORMS.into_iter().find(|form| find(path, form[0]).is_some())),
    };
    let parts = match form {
        None if path.is_file() => [triples(path)?, Vec::new(), Vec::new()],
        None => {
            return Err(Error::Data {
                name: path.display().to_string(),
                reason: format!(
                    "no set of links: there is neither \"{}\" nor \"{}\" in it (they may end in .zst or .gz)",
                    FORMS[0][0], FORMS[1][0]
                ),
            });
        }
        // What ILPC trains on has no other parts.
        Some(form) if form == FORMS[0] && disjoint(path).is_some_and(|tested| tested.is_file()) => {
            let part = |file: &str| find(path, file).map_or_else(|| Ok(Vec::new()), |found| triples(&found));
            [part(form[0])?, part(form[1])?, part(form[2])?]
        }
        Some(form) => {
            let part = |file: &str| triples(&find(folder, file).unwrap_or_else(|| folder.join(file)));
            [part(form[0])?, part(form[1])?, part(form[2])?]
        }
    };
    let mut set = assemble(name, parts);
    if let Some(file) = texts_of(folder) {
        set.texts = texts(&file, &set)?;
        if let Some(file) = file.parent().and_then(|folder| find(folder, ABOUT)) {
            tell_more(&mut set, &file)?;
        }
    }
    Ok(set)
}

/// Writes the parts of a set into a folder, and its texts, in the form that [`load`] reads.
///
/// # Errors
/// When a file cannot be written.
pub fn write(set: &LinkSet, folder: &Path) -> Result<(), Error> {
    for (file, links) in FORMS[0].into_iter().zip([&set.train, &set.validation, &set.test]) {
        let line = |link: &Link| {
            let [head, tail] = [link.head, link.tail].map(|entity| &set.entities[entity as usize]);
            format!("{head}\t{}\t{tail}\n", set.relations[link.relation as usize])
        };
        let text: String = links.iter().map(line).collect();
        kgloom_numerics::artifact::write(&folder.join(file), text.as_bytes())?;
    }
    let told = set.entities.iter().zip(&set.texts).filter_map(|(name, text)| Some((name, text.as_ref()?)));
    let texts: String = told.map(|(name, text)| format!("{name}\t{text}\n")).collect();
    if texts.is_empty() { Ok(()) } else { kgloom_numerics::artifact::write(&folder.join(TEXTS[0]), texts.as_bytes()) }
}

/// A part of a set, or its texts, that lies in a folder already, and would be written over or read with what is written there.
pub fn part_in(folder: &Path) -> Option<PathBuf> {
    let files = FORMS.as_flattened().iter().chain(&INFERENCE).chain(&TEXTS).copied().chain([ABOUT]);
    files.into_iter().find_map(|file| find(folder, file))
}

/// The graph that is tested beside a training graph: GraIL's `X_ind` for `X`, ILPC's `X/inference.txt`.
pub fn disjoint(path: &Path) -> Option<PathBuf> {
    if let Some(inside) = find(path, INFERENCE[0]) {
        return Some(inside);
    }
    let beside = path.with_file_name(format!("{}{DISJOINT}", path.file_name()?.to_string_lossy()));
    beside.is_dir().then_some(beside)
}

/// The folder of an ILPC set, where a path names the graph in it that is tested.
fn inference(path: &Path) -> Option<&Path> {
    let folder = path.parent()?;
    let named = find(folder, INFERENCE[0]).is_some_and(|file| file == path);
    (named && find(folder, INFERENCE[2]).is_some()).then_some(folder)
}

/// Texts by a file of one's own: an entity's name, a tab, its text.
///
/// # Errors
/// When the file is missing or malformed.
pub fn texts(path: &Path, set: &LinkSet) -> Result<Vec<Option<Arc<str>>>, Error> {
    let mut texts = vec![None; set.entities.len()];
    for (number, line) in (1..).zip(contents(path)?.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let Some((name, text)) = line.split_once('\t') else {
            return Err(malformed(path, number, "no tab between an entity's name and its text"));
        };
        if let Some(entity) = set.entity(name.trim()) {
            texts[entity as usize] = Some(text.trim().into()).filter(|text: &Arc<str>| !text.is_empty());
        }
    }
    Ok(texts)
}

/// Classes by a file of one's own, an entity's name, a tab, its class; or by CoDEx's `entity2types.json`: of an entity's
/// types, the one that most entities of the set have.
///
/// # Errors
/// When the file is missing or malformed.
pub fn classes(path: &Path, set: &LinkSet) -> Result<Vec<Option<Arc<str>>>, Error> {
    if path.extension().is_none_or(|ending| ending != "json") {
        return texts(path, set);
    }
    let types: BTreeMap<String, Vec<String>> = serde_json::from_str(&contents(path)?)
        .map_err(|source| Error::Json { name: path.display().to_string(), source })?;
    let own = |entity: &Arc<str>| types.get(&**entity).map_or(&[][..], Vec::as_slice);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in set.entities.iter().flat_map(own) {
        *counts.entry(name).or_default() += 1;
    }
    let commonest = |entity: &Arc<str>| {
        let more = |one: &&String, other: &&String| counts[one.as_str()].cmp(&counts[other.as_str()]);
        let class = own(entity).iter().max_by(|one, other| more(one, other).then_with(|| other.cmp(one)))?;
        Some(class.as_str().into())
    };
    Ok(set.entities.iter().map(commonest).collect())
}

/// What a knowledge base says of an entity in words.
#[derive(Deserialize)]
struct About {
    label: Option<String>,
    description: Option<String>,
    alternatives: Option<Vec<String>>,
}

/// Puts what is known beside a text into it: its name, a short description, the text, other names.
fn tell_more(set: &mut LinkSet, path: &Path) -> Result<(), Error> {
    let known: BTreeMap<String, About> = serde_json::from_str(&contents(path)?)
        .map_err(|source| Error::Json { name: path.display().to_string(), source })?;
    for (entity, text) in set.entities.iter().zip(&mut set.texts) {
        let Some(About { label, description, alternatives }) = known.get(&**entity) else { continue };
        let (name, told) = match text.as_deref() {
            Some(text) => text.split_once(" -- ").unwrap_or((text, "")),
            None => (label.as_deref().unwrap_or_default(), ""),
        };
        let others = alternatives.iter().flatten().map(String::as_str).filter(|other| *other != name);
        let others: Vec<&str> = others.take(ALIASES).collect();
        let parts = [
            description.as_deref().map_or_else(String::new, |about| format!("{}.", about.trim())),
            told.trim().to_owned(),
            if others.is_empty() { String::new() } else { format!("Also called {}.", others.join(", ")) },
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| part.len() > 1).collect();
        let whole = if parts.is_empty() { name.to_owned() } else { format!("{name} -- {}", parts.join(" ")) };
        *text = Some(whole.into()).filter(|text: &Arc<str>| !text.is_empty());
    }
    Ok(())
}

fn texts_of(path: &Path) -> Option<PathBuf> {
    let beside = || {
        let name = path.file_name()?.to_str()?.strip_suffix(INDUCTIVE)?;
        Some(path.with_file_name(name))
    };
    let folders = [Some(path.to_owned()), beside()];
    folders.into_iter().flatten().find_map(|folder| TEXTS.iter().find_map(|file| find(&folder, file)))
}

/// The file, or the file compressed.
fn find(folder: &Path, file: &str) -> Option<PathBuf> {
    let compressed = COMPRESSED.map(|ending| folder.join(format!("{file}.{ending}")));
    [folder.join(file)].into_iter().chain(compressed).find(|path| path.is_file())
}

fn contents(path: &Path) -> Result<String, Error> {
    let open = || std::fs::File::open(path).map_err(Error::read(path));
    let mut bytes = Vec::new();
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("zst") => {
            let mut decoder = zstd::Decoder::new(open()?).map_err(Error::read(path))?;
            decoder.window_log_max(31).map_err(Error::read(path))?;
            decoder.read_to_end(&mut bytes).map_err(Error::read(path))?;
        }
        Some("gz") => {
            flate2::read::MultiGzDecoder::new(open()?).read_to_end(&mut bytes).map_err(Error::read(path))?;
        }
        _ => return kgloom_numerics::text_file::read_own(path),
    }
    kgloom_numerics::text_file::utf8(path, bytes)
}

fn triples(path: &Path) -> Result<Vec<Named>, Error> {
    let mut triples = Vec::new();
    let mut names: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for (number, line) in (1..).zip(contents(path)?.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [head, relation, tail] = columns.as_slice() else {
            let reason = format!("{} columns; head, relation and tail are wanted, with tabs between", columns.len());
            return Err(malformed(path, number, reason));
        };
        if [head, relation, tail].into_iter().any(|name| name.is_empty()) {
            return Err(malformed(path, number, "an empty name"));
        }
        triples.push([head, relation, tail].map(|name| match names.get(*name) {
            Some(known) => Arc::clone(known),
            None => Arc::clone(names.entry((*name).to_owned()).or_insert_with(|| (*name).into())),
        }));
    }
    if triples.is_empty() {
        return Err(malformed(path, 1, "no links in it"));
    }
    Ok(triples)
}

/// Gives ids in the order of names.
fn assemble(name: String, parts: [Vec<Named>; 3]) -> LinkSet {
    let sorted = |columns: &[usize]| {
        let mut names: Vec<Arc<str>> = Vec::new();
        for triple in parts.iter().flatten() {
            names.extend(columns.iter().map(|&column| Arc::clone(&triple[column])));
        }
        names.sort();
        names.dedup();
        names
    };
    let (entities, relations) = (sorted(&[0, 2]), sorted(&[1]));
    let id = |names: &[Arc<str>], name: &Arc<str>| names.binary_search(name).unwrap_or_default() as u32;
    let [train, validation, test] = parts.each_ref().map(|part| {
        let link = |[head, relation, tail]: &Named| Link {
            head: id(&entities, head),
            relation: id(&relations, relation),
            tail: id(&entities, tail),
        };
        let mut links: Vec<Link> = part.iter().map(link).collect();
        links.sort_unstable();
        links.dedup();
        links
    });
    let texts = vec![None; entities.len()];
    LinkSet { name, entities, relations, train, validation, test, texts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn ids_follow_names_and_repeated_lines_count_once() {
        let folder = folder(&[
            ("train.txt", "b\tr\ta\na\tq\tb\nb\tr\ta\r\n"),
            ("valid.txt", "c\tr\ta\n"),
            ("test.txt", "a\tr\tc\n"),
            ("entity2text.txt", "b\tthe second\nz\tnobody\nc\t \n"),
        ]);
        let set = load(folder.path()).unwrap();
        assert_eq!(set.entities.iter().map(|name| &**name).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(set.relations.iter().map(|name| &**name).collect::<Vec<_>>(), ["q", "r"]);
        assert_eq!(set.train, [Link { head: 0, relation: 0, tail: 1 }, Link { head: 1, relation: 1, tail: 0 }]);
        assert_eq!(set.texts, [None, Some("the second".into()), None]);
        assert_eq!((set.validation.len(), set.test.len()), (1, 1));
    }

    #[test]
    fn what_is_wrong_is_said_with_file_and_line() {
        let say = |files: &[(&str, &str)]| load(folder(files).path()).unwrap_err().to_string();
        let two = say(&[("train.txt", "a\tr\tb\na\tr\n")]);
        assert!(two.contains("train.txt") && two.contains("line 2: 2 columns"), "{two}");
        let empty = say(&[("train.txt", "a\tr\tb\n"), ("valid.txt", "\n"), ("test.txt", "")]);
        assert!(empty.contains("valid.txt") && empty.contains("no links"), "{empty}");
        let missing = say(&[("train.txt", "a\tr\tb\n"), ("valid.txt", "a\tr\tb\n")]);
        assert!(missing.contains("test.txt") && missing.contains("not there"), "{missing}");
        assert!(say(&[]).contains("no set of links"));
        let nameless = say(&[("train.txt", "a\t\tb\n")]);
        assert!(nameless.contains("line 1: an empty name"), "{nameless}");
    }

    #[test]
    fn classes_are_columns_or_the_commonest_types() {
        let folder = folder(&[
            ("graph.tsv", "a\tr\tb\nb\tr\tc\n"),
            ("classes.tsv", "a\tcity\nc\tperson\n"),
            ("types.json", r#"{"a": ["city", "port"], "b": ["port"], "d": ["city"], "c": []}"#),
            ("bad.json", "[]"),
        ]);
        let file = |name: &str| folder.path().join(name);
        let set = load(&file("graph.tsv")).unwrap();
        assert_eq!(classes(&file("classes.tsv"), &set).unwrap(), [Some("city".into()), None, Some("person".into())]);
        assert_eq!(classes(&file("types.json"), &set).unwrap(), [Some("port".into()), Some("port".into()), None]);
        assert!(classes(&file("bad.json"), &set).unwrap_err().to_string().contains("bad.json"));
    }

    #[test]
    fn what_is_known_of_an_entity_joins_its_text() {
        let about = r#"{"a": {"label": "A", "description": "a letter", "alternatives": ["A", "Alpha"]},
            "b": {"label": "B", "description": null, "alternatives": []}, "z": {"label": "Z"}}"#;
        let folder = folder(&[
            ("train.txt", "a\tr\tb\nb\tr\tc\n"),
            ("valid.txt", "a\tr\tc\n"),
            ("test.txt", "c\tr\ta\n"),
            ("entity2text.first-sentence.txt", "a\tA -- It is the first.\nc\tC -- Plain.\n"),
            ("entity2wikidata.json", about),
        ]);
        let set = load(folder.path()).unwrap();
        let texts: Vec<_> = set.texts.iter().map(|text| text.as_deref().unwrap()).collect();
        assert_eq!(texts, ["A -- a letter. It is the first. Also called Alpha.", "B", "C -- Plain."]);
    }

    #[test]
    fn marks_of_byte_order_blank_lines_and_spaces_change_nothing() {
        let plain = folder(&[
            ("train.txt", "b\tr\ta\na\tq\tb\n"),
            ("valid.txt", "c\tr\ta\n"),
            ("test.txt", "a\tr\tc\n"),
            ("entity2text.txt", "a\tthe first\nb\tthe second\n"),
        ]);
        let odd = folder(&[
            ("train.txt", "\u{feff}b\tr \ta\r\n\r\n a\tq\tb\n \n"),
            ("valid.txt", "\u{feff}c\tr\ta"),
            ("test.txt", "\na\tr\tc\n\n"),
            ("entity2text.txt", "\u{feff}a \tthe first\n\n b\t the second \n  \n"),
        ]);
        let [plain, odd] = [plain, odd].map(|folder| load(folder.path()).unwrap());
        assert_eq!((&plain.entities, &plain.relations, &plain.texts), (&odd.entities, &odd.relations, &odd.texts));
        assert_eq!((plain.train, plain.validation, plain.test), (odd.train, odd.validation, odd.test));
    }

    #[test]
    fn compressed_parts_are_read() {
        let folder = folder(&[("valid.txt", "c\tr\ta\n"), ("test.txt", "a\tr\tc\n")]);
        let file = std::fs::File::create(folder.path().join("train.txt.gz")).unwrap();
        let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        std::io::Write::write_all(&mut encoder, "\u{feff}b\tr\ta\n".as_bytes()).unwrap();
        encoder.finish().unwrap();
        let set = load(folder.path()).unwrap();
        assert_eq!((set.train.len(), set.entities.len()), (1, 3));
        std::fs::write(folder.path().join("train.txt.gz"), "no gzip").unwrap();
        assert!(load(folder.path()).unwrap_err().to_string().contains("train.txt.gz"));
    }

    #[test]
    fn a_folder_of_two_graphs_is_one_to_train_on_and_one_to_test() {
        let folder = folder(&[
            ("train.txt", "a\tr\tb\n"),
            ("inference.txt", "x\tr\ty\n"),
            ("inference_validation.txt", "y\tr\tz\n"),
            ("inference_test.txt", "x\tr\tz\n"),
        ]);
        let trained = load(folder.path()).unwrap();
        assert_eq!((trained.train.len(), trained.validation.len(), trained.test.len()), (1, 0, 0));
        let tested = disjoint(folder.path()).unwrap();
        let tested = load(&tested).unwrap();
        assert_eq!((tested.train.len(), tested.validation.len(), tested.test.len()), (1, 1, 1));
        assert_eq!(tested.entities.iter().map(|name| &**name).collect::<Vec<_>>(), ["x", "y", "z"]);
    }

    #[test]
    fn what_lies_in_a_folder_already_is_found() {
        for file in ["train.txt", "valid.txt.gz", "test.txt.zst", "ind-dev.tsv", "inference.txt", "entity2text.txt"] {
            let folder = folder(&[(file, "a\tr\tb\n")]);
            assert_eq!(part_in(folder.path()), Some(folder.path().join(file)), "{file}");
        }
        let other = folder(&[("notes.txt", "of another kind")]);
        assert!(part_in(other.path()).is_none() && part_in(&other.path().join("new")).is_none());
    }

    #[test]
    fn one_file_is_all_training() {
        let folder = folder(&[("graph.tsv", "a\tr\tb\n")]);
        let set = load(&folder.path().join("graph.tsv")).unwrap();
        assert_eq!((set.train.len(), set.validation.len(), set.test.len()), (1, 0, 0));
    }
}
