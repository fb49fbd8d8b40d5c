//! Items with classes, as their authors publish them: news, posts, claims of patents, papers that cite each other, topics of
//! abstracts, types of entities.
//!
//! In: the folder of all data sets, a name. Out: [`TypedSet`]. Never: a download, or a test item handed out for learning.

use crate::Error;
use crate::classed::{self, Classed};
use kgloom_numerics::text_file::{malformed, read, utf8};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The sets by name.
pub const NAMES: [&str; 8] = ["agnews", "patents", "cora", "topics", "codex-types", "20newsgroups", "ohsumed", "r8"];

/// Entities that a type of CoDEx has at the least.
const LEAST: usize = 20;
/// Relations that tell what an entity of CoDEx is.
const RELATIONS: usize = 12;

/// A class, as people name it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedClass {
    /// Its name, in words.
    pub name: String,
    /// Words that go with it; none where the set gives none.
    pub keywords: Vec<String>,
}

/// Items with their classes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypedSet {
    /// What reports call it.
    pub name: String,
    /// The classes.
    pub classes: Vec<NamedClass>,
    /// By item: its text.
    pub texts: Vec<Arc<str>>,
    /// By item: its classes, sorted.
    pub gold: Vec<Vec<u32>>,
    /// Whether an item may have several classes.
    pub several: bool,
    /// The items that are for learning, where the publisher says; the others are for testing.
    pub learning: Option<Vec<u32>>,
    /// Undirected edges between items, without loops, each once, sorted.
    pub edges: Vec<(u32, u32)>,
    /// By item: which words its text has, by their numbers, as published; empty where that is not.
    pub words: Vec<Vec<u32>>,
    /// By item: the classes that a language model answered, the likeliest first; empty where none were asked for.
    pub answers: Vec<Vec<u32>>,
    /// Texts that a language model wrote for a class.
    pub written: Vec<(u32, Arc<str>)>,
    /// The vectors that are published with the set.
    pub published: Option<PublishedVectors>,
}

/// Vectors that are published with a set, of length 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PublishedVectors {
    /// Numbers in a vector.
    pub width: usize,
    /// Items × width.
    pub items: Vec<f32>,
    /// The classes of written texts.
    pub written_classes: Vec<u32>,
    /// Written texts × width; more of them than [`TypedSet::written`] has.
    pub written: Vec<f32>,
}

/// Reads a set by name from the folder of all data sets.
///
/// # Errors
/// When there is no set of that name, or a file of it is missing or malformed; the line is named.
pub fn load(root: &Path, name: &str) -> Result<TypedSet, Error> {
    let mut set = match name {
        "agnews" => agnews(&root.join("typing/agnews"))?,
        "patents" => patents(&root.join("typing/patents"))?,
        "cora" => cora(&root.join("nodeclass/cora-text"))?,
        "topics" => topics(&root.join("text/wiki-abstracts"))?,
        "codex-types" => codex(&root.join("linkpred"))?,
        "20newsgroups" => of_one_class(classed::newsgroups(&root.join("typing/20newsgroups-bydate"))?),
        "ohsumed" => of_one_class(classed::ohsumed(&root.join("typing/ohsumed-23"))?),
        "r8" => of_one_class(classed::r8(&root.join("typing/r8"))?),
        _ => {
            let reason = format!("no such set; there are {}", NAMES.join(", "));
            return Err(Error::Data { name: name.to_owned(), reason });
        }
    };
    name.clone_into(&mut set.name);
    Ok(set)
}

fn class(name: &str) -> NamedClass {
    NamedClass { name: name.to_owned(), keywords: Vec::new() }
}

/// Texts of one class each, in the parts that are published with them.
fn of_one_class(found: Classed) -> TypedSet {
    let learning = (0..).zip(&found.texts).filter(|(_, (.., learning))| *learning).map(|(place, _)| place).collect();
    TypedSet {
        classes: found.classes.iter().map(|name| class(name)).collect(),
        gold: found.texts.iter().map(|(class, ..)| vec![*class]).collect(),
        texts: found.texts.into_iter().map(|(_, text, _)| text).collect(),
        learning: Some(learning),
        ..TypedSet::default()
    }
}

/// News items (Zhang et al. 2015) with the keywords of Lbl2Vec (Schopf et al. 2021): title and text of the test part.
fn agnews(folder: &Path) -> Result<TypedSet, Error> {
    const ORIGIN: &str = "github.com/sebischair/Lbl2Vec, examples/data";
    let (labels, items) = (folder.join("labels.csv"), folder.join("test.csv"));
    let mut set = TypedSet::default();
    for (number, line) in (1..).zip(read(&labels, ORIGIN)?.lines()).skip(1) {
        let columns: Vec<&str> = line.split(';').collect();
        let [_, name, keywords] = columns[..] else {
            return Err(malformed(&labels, number, "a number, a name and keywords are wanted, with ; between"));
        };
        let keywords = keywords.split_whitespace().map(str::to_owned).collect();
        set.classes.push(NamedClass { name: name.to_owned(), keywords });
    }
    for (number, record) in records(&read(&items, ORIGIN)?) {
        let [class, title, text] = &record[..] else {
            return Err(malformed(&items, number, "a class, a title and a text are wanted"));
        };
        set.gold.push(vec![one_of(&set.classes, class).ok_or_else(|| malformed(&items, number, "no such class"))?]);
        set.texts.push(format!("{title} {text}").replace('\\', " ").into());
    }
    Ok(set)
}

/// A class by its number, which begins at 1.
fn one_of(classes: &[NamedClass], number: &str) -> Option<u32> {
    let number: u32 = number.trim().parse().ok()?;
    number.checked_sub(1).filter(|class| (*class as usize) < classes.len())
}

/// First claims of patents with their CPC classes, as PatentSBERTa has them (Bekamiri et al. 2021): several classes each.
fn patents(folder: &Path) -> Result<TypedSet, Error> {
    const ORIGIN: &str = "github.com/AI-Growth-Lab/PatentSBERTa, Data";
    const FIRST: usize = 6;
    let mut set = TypedSet { several: true, ..TypedSet::default() };
    let mut learning = Vec::new();
    for part in ["train", "test"] {
        let path = folder.join(format!("df_claim_cpc_{part}.csv"));
        let mut rows = records(&read(&path, ORIGIN)?).into_iter();
        let (_, head) = rows.next().ok_or_else(|| malformed(&path, 1, "nothing in it"))?;
        let classes: Vec<NamedClass> = head.iter().skip(FIRST).map(|name| class(name)).collect();
        if !set.classes.is_empty() && set.classes != classes {
            return Err(malformed(&path, 1, "other classes than in the training part"));
        }
        set.classes = classes;
        for (number, row) in rows {
            if row.len() != head.len() {
                let reason = format!("{} columns, the first line has {}", row.len(), head.len());
                return Err(malformed(&path, number, reason));
            }
            if part == "train" {
                learning.push(set.texts.len() as u32);
            }
            set.texts.push(row[FIRST - 1].as_str().into());
            set.gold.push((0u32..).zip(&row[FIRST..]).filter(|(_, mark)| *mark == "1").map(|(id, _)| id).collect());
        }
    }
    set.learning = Some(learning);
    Ok(set)
}

/// Papers that cite each other, with their texts, what a language model answered of each (TAPE, He et al. 2023), and
/// papers that one wrote for each class (LLM4NG, Yu et al. 2023).
fn cora(folder: &Path) -> Result<TypedSet, Error> {
    const ORIGIN: &str = "github.com/jianxiangyu/LLM4NG, dataset/cora_process";
    let mut set = TypedSet::default();
    let content = folder.join("cora.content.zst");
    let lines = unpacked(&content)?;
    let rows: Vec<(&str, &str)> =
        lines.lines().filter_map(|line| Some((line.split_once('\t')?.0, line.rsplit_once('\t')?.1))).collect();
    let names: BTreeSet<&str> = rows.iter().map(|(_, name)| *name).collect();
    let names: Vec<&str> = names.into_iter().collect();
    set.classes = names.iter().map(|name| class(&name.replace('_', " "))).collect();
    let place = |name: &str| names.binary_search(&name).unwrap_or_default() as u32;
    set.gold = rows.iter().map(|(_, name)| vec![place(name)]).collect();
    set.words = lines.lines().map(marked).collect();
    let texts = folder.join("raw_text.txt");
    set.texts = read(&texts, ORIGIN)?.lines().map(Arc::from).collect();
    let ids: BTreeMap<&str, u32> = rows.iter().zip(0..).map(|((id, _), place)| (*id, place)).collect();
    let cites = read(&folder.join("cora.cites"), ORIGIN)?;
    let known = cites.lines().filter_map(|line| {
        let (one, other) = line.split_once('\t')?;
        Some((*ids.get(one.trim())?, *ids.get(other.trim())?))
    });
    set.edges = undirected(known);
    let answers = folder.join("tape_gpt_preds_cora.csv");
    for (number, line) in (1..).zip(read(&answers, "github.com/XiaoxinHe/TAPE")?.lines()) {
        let told: Option<Vec<u32>> = line.split(',').map(|part| part.trim().parse().ok()).collect();
        set.answers.push(told.ok_or_else(|| malformed(&answers, number, "numbers of classes are wanted"))?);
    }
    let written = read(&folder.join("new_sample.txt"), ORIGIN)?;
    let (written, classes): (Vec<&str>, usize) = (written.lines().collect(), names.len().max(1));
    // The classes in order, as many texts of each.
    let class_of = |place: usize, count: usize| (place * classes / count.max(1)) as u32;
    set.written =
        written.iter().enumerate().map(|(place, text)| (class_of(place, written.len()), (*text).into())).collect();
    let (width, items) = npy(&folder.join("cora_text_embed.npy"))?;
    let (_, vectors) = npy(&folder.join("new_sample.npy"))?;
    let count = vectors.len() / width.max(1);
    let written_classes = (0..count).map(|place| class_of(place, count)).collect();
    set.published = Some(PublishedVectors { width, items, written_classes, written: vectors });
    for (file, count) in [(&texts, set.texts.len()), (&answers, set.answers.len())] {
        if count != set.gold.len() {
            return Err(malformed(file, count, format!("{} lines are wanted", set.gold.len())));
        }
    }
    Ok(set)
}

/// Of a paper, marks of words, and a class: the places that are marked.
fn marked(line: &str) -> Vec<u32> {
    (0u32..).zip(line.split('\t').skip(1)).filter(|(_, mark)| *mark == "1").map(|(word, _)| word).collect()
}

/// Abstracts of Wikipedia with their topics; those without one are left out. Keywords are the words of the topic's name.
fn topics(folder: &Path) -> Result<TypedSet, Error> {
    #[derive(Deserialize)]
    struct Row {
        title: String,
        text: String,
        topic: String,
    }
    let path = folder.join("en.jsonl.zst");
    let mut rows = Vec::new();
    for line in unpacked(&path)?.lines() {
        let row: Row =
            serde_json::from_str(line).map_err(|source| Error::Json { name: path.display().to_string(), source })?;
        if row.topic != "Uncategorized" {
            rows.push(row);
        }
    }
    let names: BTreeSet<&str> = rows.iter().map(|row| row.topic.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let words = |name: &str| name.split(' ').filter(|word| *word != "and").map(str::to_owned).collect();
    let classes = names.iter().map(|name| NamedClass { name: (*name).to_owned(), keywords: words(name) }).collect();
    let place = |row: &Row| vec![names.binary_search(&row.topic.as_str()).unwrap_or_default() as u32];
    Ok(TypedSet {
        classes,
        texts: rows.iter().map(|row| format!("{}. {}", row.title, row.text).into()).collect(),
        gold: rows.iter().map(place).collect(),
        ..TypedSet::default()
    })
}

/// Entities of CoDEx-S (Safavi and Koutra 2020) with their types, several each, of which at least twenty entities are. Its
/// texts say nothing of an entity but the relations that touch it, the commonest first.
fn codex(folder: &Path) -> Result<TypedSet, Error> {
    const ORIGIN: &str = "github.com/tsafavi/codex, data";
    #[derive(Deserialize)]
    struct Named {
        label: String,
        #[serde(default)]
        description: String,
    }
    let json = |name: &str| -> Result<(String, String), Error> {
        let path = folder.join(name);
        Ok((path.display().to_string(), read(&path, ORIGIN)?))
    };
    let wrong = |name: &str| {
        let name = name.to_owned();
        move |source| Error::Json { name, source }
    };
    let (file, text) = json("CoDEx-common/types/entity2types.json")?;
    let types: BTreeMap<String, Vec<String>> = serde_json::from_str(&text).map_err(wrong(&file))?;
    let (file, text) = json("CoDEx-common/types/en/types.json")?;
    let type_names: BTreeMap<String, Named> = serde_json::from_str(&text).map_err(wrong(&file))?;
    let (file, text) = json("CoDEx-common/relations/en/relations.json")?;
    let relations: BTreeMap<String, Named> = serde_json::from_str(&text).map_err(wrong(&file))?;
    let path = folder.join("CoDEx-S/train.txt");
    let mut touched: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let mut links = Vec::new();
    for (number, line) in (1..).zip(read(&path, ORIGIN)?.lines()) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [head, relation, tail] = columns[..] else {
            return Err(malformed(&path, number, "a head, a relation and a tail are wanted, with tabs between"));
        };
        let label = relations.get(relation).map_or(relation, |named| named.label.as_str());
        let mut touch = |entity: &str, text: String| {
            *touched.entry(entity.to_owned()).or_default().entry(text).or_default() += 1;
        };
        touch(head, format!("has {label}"));
        touch(tail, format!("is {label} of"));
        links.push((head.to_owned(), tail.to_owned()));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entity in touched.keys() {
        types.get(entity).into_iter().flatten().for_each(|one| *counts.entry(one).or_default() += 1);
    }
    let kept: Vec<&str> = counts.into_iter().filter(|(_, count)| *count >= LEAST).map(|(name, _)| name).collect();
    let mut set = TypedSet { several: true, ..TypedSet::default() };
    for name in &kept {
        let named = type_names.get(*name);
        let description = named.map(|named| named.description.clone()).filter(|text| !text.is_empty());
        let name = named.map_or((*name).to_owned(), |named| named.label.clone());
        set.classes.push(NamedClass { name, keywords: description.into_iter().collect() });
    }
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    for (entity, texts) in &touched {
        let own = types.get(entity).into_iter().flatten().filter_map(|name| kept.binary_search(&name.as_str()).ok());
        let own: BTreeSet<u32> = own.map(|id| id as u32).collect();
        if own.is_empty() {
            continue;
        }
        let mut texts: Vec<(&String, &usize)> = texts.iter().collect();
        texts.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
        let texts: Vec<&str> = texts.into_iter().take(RELATIONS).map(|(text, _)| text.as_str()).collect();
        places.insert(entity, set.texts.len() as u32);
        set.texts.push(texts.join(", ").into());
        set.gold.push(own.into_iter().collect());
    }
    let known = links.iter().filter_map(|(one, other)| Some((*places.get(&**one)?, *places.get(&**other)?)));
    set.edges = undirected(known);
    Ok(set)
}

/// Edges without direction and loops, each once, sorted.
fn undirected(edges: impl Iterator<Item = (u32, u32)>) -> Vec<(u32, u32)> {
    let sorted: BTreeSet<(u32, u32)> =
        edges.filter(|(one, other)| one != other).map(|(one, other)| (one.min(other), one.max(other))).collect();
    sorted.into_iter().collect()
}

fn unpacked(path: &Path) -> Result<String, Error> {
    let file = std::fs::File::open(path).map_err(Error::read(path))?;
    utf8(path, zstd::decode_all(file).map_err(Error::read(path))?)
}

/// The records of a comma-separated file (RFC 4180) with the line each begins in: a quoted field may hold commas, line
/// ends, and quotes written twice.
pub(crate) fn records(text: &str) -> Vec<(usize, Vec<String>)> {
    let (mut found, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut line, mut begun) = (false, 1, 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                fields.push(std::mem::take(&mut field));
                found.push((begun, std::mem::take(&mut fields)));
                begun = line;
            }
            _ => field.push(letter),
        }
    }
    if !field.is_empty() || !fields.is_empty() {
        fields.push(field);
        found.push((begun, fields));
    }
    found.retain(|(_, fields)| fields.len() > 1 || !fields[0].is_empty());
    found
}

/// The rows of a matrix of f32 as numpy stores it (format 1.0, in C's order): numbers in a row, and all of them.
fn npy(path: &Path) -> Result<(usize, Vec<f32>), Error> {
    let bytes = kgloom_numerics::artifact::read(path)?;
    let wrong = || malformed(path, 1, "a matrix of little-endian f32 in numpy's format 1.0 is wanted, row by row");
    let length = bytes.get(8..10).ok_or_else(wrong)?;
    let begin = 10 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    let head = std::str::from_utf8(bytes.get(10..begin).ok_or_else(wrong)?).map_err(|_| wrong())?;
    let shape = head.split_once('(').and_then(|(_, rest)| rest.split_once(')')).ok_or_else(wrong)?.0;
    let shape: Vec<usize> = shape.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    let values: Vec<f32> =
        bytes[begin..].chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect();
    match shape[..] {
        [rows, width]
            if head.contains("'<f4'") && head.contains("'fortran_order': False") && rows * width == values.len() =>
        {
            Ok((width, values))
        }
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path, files: &[(&str, &[u8])]) {
        for (name, bytes) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    #[test]
    fn news_have_title_and_text_and_classes_their_keywords() {
        let root = tempfile::tempdir().unwrap();
        let labels = b"class_index;class_name;keywords\r\n1;World;War State\r\n2;Sports;Cup\r\n";
        let items = b"\"2\",\"A \"\"cup\"\"\",\"Won, at last.\"\n\"1\",\"Two\",\"lines\nhere\"\n";
        files(root.path(), &[("typing/agnews/labels.csv", labels), ("typing/agnews/test.csv", items)]);
        let set = load(root.path(), "agnews").unwrap();
        assert_eq!(set.classes[0], NamedClass { name: "World".into(), keywords: vec!["War".into(), "State".into()] });
        assert_eq!(&*set.texts[0], "A \"cup\" Won, at last.");
        assert_eq!((set.gold, set.several), (vec![vec![1], vec![0]], false));
        files(root.path(), &[("typing/agnews/test.csv", b"\"1\",\"a\",\"b\"\n\"9\",\"a\",\"b\"\n")]);
        let said = load(root.path(), "agnews").unwrap_err().to_string();
        assert!(said.contains("test.csv") && said.contains("line 2: no such class"), "{said}");
    }

    #[test]
    fn claims_have_several_classes_and_the_training_part_is_for_learning() {
        let root = tempfile::tempdir().unwrap();
        let (train, test) = (
            b",a,b,id,date,text,A01,B02\n0,1,2,3,d,\"one, two\",1,1\n",
            b",a,b,id,date,text,A01,B02\n0,1,2,3,d,three,0,1\n",
        );
        files(
            root.path(),
            &[("typing/patents/df_claim_cpc_train.csv", train), ("typing/patents/df_claim_cpc_test.csv", test)],
        );
        let set = load(root.path(), "patents").unwrap();
        assert_eq!((set.gold, set.learning, set.several), (vec![vec![0, 1], vec![1]], Some(vec![0]), true));
        assert_eq!(&*set.texts[0], "one, two");
        let short = b",a,b,id,date,text,A01,B02\n0,1\n";
        files(root.path(), &[("typing/patents/df_claim_cpc_test.csv", short)]);
        let said = load(root.path(), "patents").unwrap_err().to_string();
        assert!(said.contains("line 2: 2 columns"), "{said}");
    }

    #[test]
    fn entities_are_told_by_the_relations_that_touch_them() {
        let root = tempfile::tempdir().unwrap();
        let people: Vec<String> = (0..LEAST).map(|place| format!("\"Q{place}\": [\"T1\", \"T2\"]")).collect();
        let types = format!("{{{}}}", people.join(","));
        let links: String = (1..LEAST).map(|place| format!("Q{place}\tP1\tQ0\nQ{place}\tP2\tQ0\n")).collect();
        files(
            root.path(),
            &[
                ("linkpred/CoDEx-common/types/entity2types.json", types.as_bytes()),
                (
                    "linkpred/CoDEx-common/types/en/types.json",
                    br#"{"T1": {"label": "human", "description": "a person"}}"#,
                ),
                ("linkpred/CoDEx-common/relations/en/relations.json", br#"{"P1": {"label": "parent"}}"#),
                ("linkpred/CoDEx-S/train.txt", links.as_bytes()),
            ],
        );
        let set = load(root.path(), "codex-types").unwrap();
        assert_eq!((set.classes[0].name.as_str(), set.classes[1].name.as_str()), ("human", "T2"));
        assert_eq!((&*set.texts[0], &*set.texts[1]), ("is P2 of, is parent of", "has P2, has parent"));
        assert_eq!((set.edges.len(), set.gold[3].clone()), (LEAST - 1, vec![0, 1]));
    }

    #[test]
    fn a_missing_set_says_where_to_get_it_and_an_unknown_one_which_there_are() {
        let root = tempfile::tempdir().unwrap();
        let said = load(root.path(), "agnews").unwrap_err().to_string();
        assert!(said.contains("labels.csv") && said.contains("Lbl2Vec"), "{said}");
        assert!(load(root.path(), "news").unwrap_err().to_string().contains("agnews, patents"));
    }

    #[test]
    fn a_matrix_of_numpy_is_read_row_by_row() {
        let root = tempfile::tempdir().unwrap();
        let head = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n";
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((head.len() as u16).to_le_bytes());
        bytes.extend(head.as_bytes());
        bytes.extend([0.5f32, -1.0].into_iter().flat_map(f32::to_le_bytes));
        files(root.path(), &[("a.npy", &bytes), ("b.npy", &bytes[..bytes.len() - 1])]);
        assert_eq!(npy(&root.path().join("a.npy")).unwrap(), (2, vec![0.5, -1.0]));
        assert!(npy(&root.path().join("b.npy")).is_err());
    }
}
