//! What a restart, a second process and damage do to a journal.

use super::*;
use pipeline::record::{Document, Iri, LocalEntity, Mention, Named, Reading, Score, Span};

fn put(id: &str, text: &str) -> Incoming {
    let change = Change::Put(Document { id: DocumentId::new(id), text: text.into() });
    Incoming { change, container: "corpus.jsonl".into() }
}

fn delete(id: &str) -> Incoming {
    Incoming { change: Change::Delete(DocumentId::new(id)), container: "".into() }
}

fn refuse(id: &str, reason: &str) -> Incoming {
    let refusal = Refusal { reason: reason.into(), location: "line 3".into() };
    Incoming { change: Change::Refuse(DocumentId::new(id), refusal), container: "corpus.jsonl".into() }
}

fn live(journal: &Journal) -> Vec<(String, Live)> {
    journal.live().map(|entry| entry.map(|(id, live)| (id.to_string(), live))).collect::<Result<_, _>>().unwrap()
}

fn text(text: &str) -> Live {
    Live::Text { container: "corpus.jsonl".into(), content: ContentHash::of(text), text: text.into() }
}

fn reading(seed: u32) -> Reading {
    let class = Iri::new("urn:kgloom:Person");
    let entity = LocalEntity { class, literal: None, defined: true, context: vec![seed as i8; 384].into() };
    let span = Span { start: seed, end: seed + 7 };
    let mentions = (0..40).map(|_| Mention { span, score: Score::new(9_000), entity: 0 }).collect();
    Reading { sentences: vec![span], mentions, entities: vec![entity], relations: Vec::new() }
}

#[test]
fn a_reopened_journal_gives_what_was_appended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let long = "Ada Lovelace wrote the first program. ".repeat(200);
    let named = |name: &str| Named::anyone(Iri::new("urn:kgloom:Person"), name);
    let (one, other) = (named("Ada"), named("Eve"));
    let corrections = vec![Correction::Different { one, other, document: None }];
    {
        let journal = Journal::open(&path).unwrap();
        assert_eq!(journal.epoch(), 0);
        journal.append(1, &[put("b", "second"), put("a", &long), refuse("c", "not UTF-8"), put("d", "gone")]).unwrap();
        let change = Incoming { change: Change::Corrections(corrections.clone()), container: "".into() };
        journal.append(2, &[delete("d"), put("b", "edited"), change]).unwrap();
    }
    let journal = Journal::open(&path).unwrap();
    assert_eq!(journal.epoch(), 2);
    let refusal = Refusal { reason: "not UTF-8".into(), location: "line 3".into() };
    let refused = Live::Refused { container: "corpus.jsonl".into(), refusal };
    let expected = [("a", text(&long)), ("b", text("edited")), ("c", refused)];
    assert_eq!(live(&journal), expected.map(|(id, live)| (id.to_owned(), live)));
    assert_eq!(journal.lookup(&DocumentId::new("b")).unwrap(), Some(text("edited")));
    assert_eq!(journal.lookup(&DocumentId::new("d")).unwrap(), None);
    assert_eq!(journal.lookup(&DocumentId::new("")).unwrap(), None);
    assert_eq!(journal.corrections().unwrap(), BTreeSet::from_iter(corrections));
    assert_eq!(journal.counts().unwrap(), JournalCounts { documents: 2, refused: 1, answers: 0 });
}

#[test]
fn overrides_of_an_earlier_format_are_corrections() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    let class = Iri::new("urn:kgloom:Person");
    let old = |same| Override { class: class.clone(), name: "Ada".into(), other: "Eve".into(), same };
    journal.meta.insert("overrides", pack(&vec![old(true), old(false)])).unwrap();
    let (one, other) = (Named::anyone(class.clone(), "Ada"), Named::anyone(class.clone(), "Eve"));
    let same = Correction::Same { one: one.clone(), other: other.clone() };
    let different = Correction::Different { one, other, document: None };
    assert_eq!(journal.corrections().unwrap(), BTreeSet::from([same.clone(), different]));
    let only = Incoming { change: Change::Corrections(vec![same.clone()]), container: "".into() };
    journal.append(1, &[only]).unwrap();
    assert_eq!(journal.corrections().unwrap(), BTreeSet::from([same]), "what is written now stands");
    assert_eq!(journal.stored("format").unwrap(), Some(FORMAT), "and an earlier version does not open it");
}

#[test]
fn an_import_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let content = ContentHash::of("[[same]]");
    Journal::open(folder.path()).unwrap().remember_import(content).unwrap();
    assert_eq!(Journal::open(folder.path()).unwrap().imported().unwrap(), BTreeSet::from([content]));
}

#[test]
fn the_last_change_of_an_id_in_an_epoch_counts() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    journal.append(1, &[put("a", "one"), delete("a"), put("a", "two"), put("b", "one"), delete("b")]).unwrap();
    assert_eq!(live(&journal), [("a".to_owned(), text("two"))]);
}

#[test]
fn two_journals_cannot_open_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = Journal::open(folder.path()).unwrap();
    let error = Journal::open(folder.path()).err().unwrap();
    assert!(matches!(&error, Error::InUse { path } if path == folder.path()), "{error}");
    assert!(error.is_transient());
    assert!(error.to_string().contains("is in use by another kgloom process"), "{error}");
    drop(first);
    Journal::open(folder.path()).unwrap();
}

#[test]
fn a_newer_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    {
        let journal = Journal::open(folder.path()).unwrap();
        journal.meta.insert("format", pack(&(FORMAT + 1))).unwrap();
    }
    let error = Journal::open(folder.path()).err().unwrap();
    assert!(matches!(error, Error::NewerFormat { found, known: FORMAT, .. } if found == FORMAT + 1), "{error}");
}

#[test]
fn an_epoch_never_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    journal.append(5, &[put("a", "text")]).unwrap();
    assert!(matches!(journal.append(4, &[delete("a")]), Err(Error::OldEpoch { epoch: 4, last: 5, .. })));
    assert_eq!(live(&journal).len(), 1);
}

#[test]
fn ids_that_no_journal_holds_are_errors_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    for id in [String::new(), "x".repeat(MAX_ID_BYTES + 1)] {
        assert!(matches!(journal.append(1, &[put("a", "text"), put(&id, "text")]), Err(Error::IdLength { .. })));
    }
    assert_eq!((journal.epoch(), live(&journal).len()), (0, 0));
}

#[test]
fn answers_are_kept_by_model_and_content() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (ModelId("one".into()), ModelId("other".into()));
    let refused = Err(Refusal { reason: "too many words".into(), location: "".into() });
    {
        let journal = Journal::open(folder.path()).unwrap();
        journal.memory(&one).remember(&ContentHash::of("a"), &Ok(reading(1))).unwrap();
        journal.memory(&one).remember(&ContentHash::of("b"), &refused).unwrap();
        journal.memory(&other).remember(&ContentHash::of("a"), &Ok(reading(2))).unwrap();
    }
    let journal = Journal::open(folder.path()).unwrap();
    assert_eq!(journal.memory(&one).recall(&ContentHash::of("a")).unwrap(), Some(Ok(reading(1))));
    assert_eq!(journal.reading(&one, &ContentHash::of("b")).unwrap(), Some(refused));
    assert_eq!(journal.reading(&other, &ContentHash::of("a")).unwrap(), Some(Ok(reading(2))));
    assert_eq!(journal.reading(&other, &ContentHash::of("b")).unwrap(), None);
    assert_eq!((journal.answers(&one).unwrap(), journal.answers(&other).unwrap()), (2, 1));
    assert_eq!(journal.counts().unwrap().answers, 3);
}

#[test]
fn several_threads_remember_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(folder.path()).unwrap();
    let model = ModelId("model".into());
    std::thread::scope(|scope| {
        for worker in 0..4u32 {
            let memory = journal.memory(&model);
            scope.spawn(move || {
                for number in 0..100 {
                    let content = ContentHash::of(&format!("{worker} {number}"));
                    memory.remember(&content, &Ok(reading(number))).unwrap();
                    assert_eq!(memory.recall(&content).unwrap(), Some(Ok(reading(number))));
                }
            });
        }
        journal.append(1, &[put("a", "text")]).unwrap();
    });
    assert_eq!(journal.answers(&model).unwrap(), 400);
}

/// A copy of the folder at a moment is what a killed process would leave: nothing is flushed on its behalf.
#[test]
fn what_was_written_before_a_kill_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let model = ModelId("model".into());
    let journal = Journal::open(folder.path().join("journal")).unwrap();
    for epoch in 1..=20u32 {
        let content = ContentHash::of(&format!("text {epoch}"));
        journal.memory(&model).remember(&content, &Ok(reading(epoch))).unwrap();
        if epoch.is_multiple_of(2) {
            journal.append(u64::from(epoch), &[put(&format!("doc {epoch}"), "text")]).unwrap();
        }
        let copy = folder.path().join(format!("copy {epoch}"));
        copy_folder(&folder.path().join("journal"), &copy);
        let survivor = Journal::open(&copy).unwrap();
        assert_eq!(survivor.epoch(), u64::from(epoch / 2 * 2));
        assert_eq!(survivor.answers(&model).unwrap(), u64::from(epoch));
        assert_eq!(live(&survivor).len(), epoch as usize / 2);
        drop(survivor);
        std::fs::remove_dir_all(&copy).unwrap();
    }
}

#[test]
fn damage_is_an_error_that_names_the_folder_or_is_healed() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    {
        let journal = Journal::open(&whole).unwrap();
        for epoch in 1..=10 {
            journal.append(epoch, &[put(&format!("doc {epoch}"), &"text ".repeat(500))]).unwrap();
        }
    }
    let mut files = Vec::new();
    list(&whole, &whole, &mut files);
    assert!(files.len() > 5, "{files:?}");
    for (number, file) in files.iter().enumerate() {
        for damage in ["remove", "cut", "garble"] {
            let copy = folder.path().join(format!("{number} {damage}"));
            copy_folder(&whole, &copy);
            let victim = copy.join(file);
            let bytes = std::fs::read(&victim).unwrap();
            match damage {
                "remove" => std::fs::remove_file(&victim).unwrap(),
                "cut" => std::fs::write(&victim, &bytes[..bytes.len() / 2]).unwrap(),
                _ => std::fs::write(&victim, bytes.iter().map(|byte| byte ^ 0x5A).collect::<Vec<_>>()).unwrap(),
            }
            // Whatever happens, it does not panic, and an error names the folder.
            let outcome = Journal::open(&copy).and_then(|journal| journal.live().collect::<Result<Vec<_>, _>>());
            if let Err(error) = outcome {
                assert!(error.to_string().contains(copy.to_str().unwrap()), "{file:?} {damage}: {error}");
            }
            std::fs::remove_dir_all(&copy).unwrap();
        }
    }
}

fn list(base: &Path, folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            list(base, &path, files);
        } else {
            files.push(path.strip_prefix(base).unwrap().to_owned());
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    let mut files = Vec::new();
    list(from, from, &mut files);
    for file in files {
        std::fs::create_dir_all(to.join(&file).parent().unwrap()).unwrap();
        std::fs::copy(from.join(&file), to.join(&file)).unwrap();
    }
}
