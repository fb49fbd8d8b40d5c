//! What a restart, a second process and damage do to a journal.

use super::*;
use crate::incoming::MAX_ID_BYTES;
use crate::journal::live::Live;
use crate::journal::seal::numbered;
use kgloom_record::port::Memory;
use kgloom_record::record::{Change, Document, Iri, LocalEntity, Mention, Named, Reading, Refusal, Score, Span};

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
    let entity =
        LocalEntity { class, literal: None, defined: true, types: Vec::new(), context: vec![seed as i8; 384].into() };
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

/// Twelve epochs of documents, answers between them, with a part in tables and the rest in logs.
fn grown(path: &Path) -> Vec<(String, Live)> {
    let model = ModelId("model".into());
    let journal = Journal::open(path).unwrap();
    for epoch in 1..=12u32 {
        let content = ContentHash::of(&format!("text {epoch}"));
        journal.memory(&model).remember(&content, &Ok(reading(epoch))).unwrap();
        let changes = [put(&format!("doc {epoch}"), &format!("text {epoch} ").repeat(90)), refuse("no", "not UTF-8")];
        journal.append(u64::from(epoch), &changes).unwrap();
        if epoch == 5 {
            for space in [&journal.documents, &journal.readings, &journal.meta] {
                space.rotate_memtable_and_wait().unwrap();
            }
        }
    }
    live(&journal)
}

/// What a damaged journal may be: refused, with its folder's name, or all that it was.
fn refused_or_whole(path: &Path, whole: &[(String, Live)], told: &str) {
    let before = bytes_of(path);
    let all = |journal: Journal| {
        journal.check()?;
        Ok((journal.epoch(), journal.live().collect::<Result<Vec<_>, _>>()?))
    };
    match Journal::open(path).and_then(all) {
        Ok((epoch, found)) => {
            let found: Vec<_> = found.into_iter().map(|(id, live)| (id.to_string(), live)).collect();
            assert!(epoch == 12 && found == whole, "{told}: epoch {epoch}, {} of {} ids", found.len(), whole.len());
        }
        Err(error) => {
            assert!(error.to_string().contains(path.to_str().unwrap()), "{told}: {error}");
            assert!(matches!(error, Error::Damaged { .. } | Error::NewerFormat { .. }), "{told}: {error}");
            let cut = |(file, bytes): (&PathBuf, &Vec<u8>)| {
                let log = file.extension().is_some_and(|ending| ending == "jnl");
                log && std::fs::read(path.join(file)).unwrap() != *bytes
            };
            assert!(!before.iter().any(cut), "{told}: a log was cut although the journal was refused");
        }
    }
}

fn bytes_of(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = Vec::new();
    list(path, path, &mut files);
    files.into_iter().map(|file| (file.clone(), std::fs::read(path.join(file)).unwrap())).collect()
}

/// Numbers that look drawn, and are the same each time.
fn draw(seed: &mut u64, below: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    ((*seed >> 33) as usize) % below
}

/// `KGLOOM_FLIPS=200` looks longer.
#[test]
fn a_damaged_journal_is_never_taken_for_a_shorter_one() {
    let flips = std::env::var("KGLOOM_FLIPS").ok().and_then(|flips| flips.parse().ok()).unwrap_or(8);
    let folder = tempfile::tempdir().unwrap();
    let (sound, copy) = (folder.path().join("sound"), folder.path().join("copy"));
    let whole = grown(&sound);
    drop(Journal::open(&sound).unwrap());
    let files = bytes_of(&sound);
    assert!(files.len() > 10, "{:?}", files.keys());
    let mut seed = 7;
    for (file, bytes) in &files {
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let trial = |told: &str, victim: Option<Vec<u8>>| {
            copy_folder(&sound, &copy);
            match victim {
                Some(bytes) => std::fs::write(copy.join(file), bytes).unwrap(),
                None => std::fs::remove_file(copy.join(file)).unwrap(),
            }
            refused_or_whole(&copy, &whole, &format!("{file:?} {told}"));
            std::fs::remove_dir_all(&copy).unwrap();
        };
        trial("removed", None);
        trial("halved", Some(bytes[..used / 2].to_vec()));
        trial("emptied", Some(Vec::new()));
        trial("cut by a byte", Some(bytes[..used.saturating_sub(1)].to_vec()));
        trial("garbled", Some(bytes.iter().map(|byte| byte ^ 0x5A).collect()));
        for _ in 0..if used > 0 { flips } else { 0 } {
            let (place, bit) = (draw(&mut seed, used), draw(&mut seed, 8));
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << bit;
            trial(&format!("bit {bit} of byte {place} flipped"), Some(flipped));
        }
    }
}

/// Whatever a kill or a power cut leaves: logs at any length behind what was synced, with anything there, a seal that is
/// one epoch behind, tables that were just written, logs that have just gone.
#[test]
fn what_a_kill_leaves_is_never_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("journal"), folder.path().join("copy"));
    let model = ModelId("model".into());
    let journal = Journal::open(&path).unwrap();
    let (mut seed, mut older) = (3, None::<Vec<u8>>);
    for epoch in 1..=9u32 {
        journal
            .append(u64::from(epoch), &[put(&format!("doc {epoch}"), &"word ".repeat(99)), delete("doc 3")])
            .unwrap();
        let synced = Seal::read(&path).unwrap().expect("each epoch is sealed");
        let content = ContentHash::of(&format!("text {epoch}"));
        journal.memory(&model).remember(&content, &Ok(reading(epoch))).unwrap();
        let spaces = [&journal.documents, &journal.readings, &journal.meta];
        match epoch {
            4 => spaces[0].rotate_memtable_and_wait().unwrap(),
            6 => spaces.iter().for_each(|space| space.rotate_memtable_and_wait().unwrap()),
            _ => {}
        }
        let expected = live(&journal);
        for trial in 0..6 {
            copy_folder(&path, &copy);
            let (&last, log) =
                seal::numbered(&copy).unwrap().iter().next_back().map(|(n, log)| (n, log.clone())).unwrap();
            let front = synced.front(last).unwrap_or(0) as usize;
            let mut bytes = std::fs::read(&log).unwrap();
            let tail = front + draw(&mut seed, 400);
            match trial {
                0 => {}
                1 => bytes.truncate(front),
                2 => bytes.truncate(tail),
                3 => bytes[tail..].fill(0),
                4 => bytes[front..tail].iter_mut().for_each(|byte| *byte = draw(&mut seed, 256) as u8),
                _ => std::fs::write(copy.join("seal.kgloom"), older.iter().flatten().copied().collect::<Vec<_>>())
                    .unwrap(),
            }
            // What was moved into tables is synced there, and the log behind it may be anything.
            std::fs::write(&log, bytes).unwrap();
            std::fs::write(copy.join("seal.kgloom.part"), b"{\"census\"").unwrap();
            let survivor = Journal::open(&copy).unwrap_or_else(|error| panic!("epoch {epoch}, trial {trial}: {error}"));
            survivor.check().unwrap();
            assert_eq!((survivor.epoch(), live(&survivor)), (u64::from(epoch), expected.clone()), "trial {trial}");
            survivor.append(u64::from(epoch) + 1, &[put("more", "text")]).unwrap();
            drop(survivor);
            Journal::open(&copy).unwrap().check().unwrap();
            std::fs::remove_dir_all(&copy).unwrap();
        }
        older = Some(std::fs::read(path.join("seal.kgloom")).unwrap());
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

/// Which files there are, how long, and when each was last written; `None` for one that goes meanwhile.
fn stamps(path: &Path) -> Vec<(PathBuf, Option<(u64, std::time::SystemTime)>)> {
    let mut files = Vec::new();
    list(path, path, &mut files);
    let stamp = |file: &PathBuf| {
        let metadata = std::fs::metadata(path.join(file)).ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    };
    files.into_iter().map(|file| (file.clone(), stamp(&file))).collect()
}

/// Copies a folder, logs without the most of the room that is kept free in them.
/// A kill stops everything at once, and a copy takes a while, in which the library's own threads go on tidying: it is made
/// again until none did.
fn copy_folder(from: &Path, to: &Path) {
    let files = loop {
        let before = stamps(from);
        let read = |(file, _): &(PathBuf, _)| Some((file.clone(), std::fs::read(from.join(file)).ok()?));
        let files: Option<Vec<(PathBuf, Vec<u8>)>> = before.iter().map(read).collect();
        match files {
            Some(files) if stamps(from) == before => break files,
            _ => std::thread::sleep(std::time::Duration::from_millis(20)),
        }
    };
    for (file, mut bytes) in files {
        if file.extension().is_some_and(|ending| ending == "jnl") {
            let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            bytes.truncate(used + 4096);
        }
        let copy = to.join(file);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::write(copy, bytes).unwrap();
    }
}

#[test]
fn files_that_are_missing_or_strange_are_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let (sound, copy) = (folder.path().join("sound"), folder.path().join("copy"));
    let whole = grown(&sound);
    let told = |change: &dyn Fn(&Path)| {
        copy_folder(&sound, &copy);
        change(&copy);
        let error = Journal::open(&copy).err().map(|error| error.to_string());
        std::fs::remove_dir_all(&copy).unwrap();
        error
    };
    for strange in ["0 (1).jnl", "1.conflict.JNL", "keyspaces/2 (1)/x", "keyspaces/1/tables/7 (1)"] {
        let error = told(&|copy| {
            std::fs::create_dir_all(copy.join(strange).parent().unwrap()).unwrap();
            std::fs::write(copy.join(strange), "").unwrap();
        });
        let name = strange.trim_end_matches("/x");
        assert!(
            error.as_ref().is_some_and(|error| error.contains(&format!("\"{name}\" is no file"))),
            "{strange}: {error:?}"
        );
    }
    for harmless in ["seal (1).kgloom", "keyspaces/1/tables/.DS_Store", "note.txt"] {
        assert_eq!(told(&|copy| std::fs::write(copy.join(harmless), "").unwrap()), None, "{harmless}");
    }
    let spaces = ["0", "1", "2", "3"].map(|space| sound.join("keyspaces").join(space));
    for space in spaces.iter().filter(|space| space.join("current").exists()) {
        let newest = u64::from_le_bytes(*std::fs::read(space.join("current")).unwrap().first_chunk().unwrap());
        let list = space.join(format!("v{newest}"));
        let list = list.strip_prefix(&sound).unwrap();
        let error = told(&|copy| std::fs::remove_file(copy.join(list)).unwrap());
        let expected = format!("\"{}\" is missing", list.display());
        assert!(error.as_ref().is_some_and(|error| error.contains(&expected)), "{expected}: {error:?}");
    }
    copy_folder(&sound, &copy);
    std::fs::remove_file(copy.join("lock")).unwrap();
    assert_eq!(live(&Journal::open(&copy).unwrap()), whole, "an empty file is made again");
}

/// What is saved of a journal to which something was done: documents, answers, and whether it is as it last was.
fn saved(sound: &Path, damage: &dyn Fn(&Path)) -> (Vec<(String, Live)>, usize, bool) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("journal");
    copy_folder(sound, &copy);
    damage(&copy);
    let salvage = Salvage::read(&copy).unwrap();
    let (answers, epoch) = (salvage.answers(), salvage.epoch + 1);
    let (_, as_last) = salvage.write(&copy, epoch).unwrap();
    let journal = Journal::open(&copy).unwrap();
    journal.check().unwrap();
    (live(&journal), answers, as_last)
}

#[test]
fn a_space_that_is_lost_does_not_take_the_others_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound");
    grown(&sound);
    let whole = {
        let journal = Journal::open(&sound).unwrap();
        let named = |name: &str| Named::anyone(Iri::new("urn:kgloom:Person"), name);
        let correction = Correction::Different { one: named("Ada"), other: named("Eve"), document: None };
        let change = Change::Corrections(vec![correction]);
        journal.append(13, &[Incoming { change, container: "".into() }, put("doc 1", "anew")]).unwrap();
        live(&journal)
    };
    assert_eq!(whole.len(), 13);
    let damage = |space: &str, (part, without_logs): (&str, bool)| {
        saved(&sound, &|copy: &Path| {
            let gone = copy.join("keyspaces").join(space).join(part);
            if gone.is_dir() { std::fs::remove_dir_all(gone) } else { std::fs::remove_file(gone) }.unwrap();
            if without_logs {
                numbered(copy).unwrap().values().for_each(|log| std::fs::write(log, "").unwrap());
            }
        })
    };
    // Beside, what the tables hold of the first five epochs, and no log.
    for (space, part, expected) in
        [("0", "current", (6, 5)), ("1", "", (0, 5)), ("2", "current", (6, 0)), ("3", "", (6, 5))]
    {
        assert!(damage(space, (part, false)) == (whole.clone(), 12, true), "the logs hold all, {space}");
        let (documents, answers, as_last) = damage(space, (part, true));
        assert_eq!((documents.len(), answers, as_last), (expected.0, expected.1, false), "{space}");
    }
    let all = saved(&sound, &|copy| std::fs::remove_dir_all(copy.join("keyspaces")).unwrap());
    assert!(all == (whole, 12, true), "the logs hold all");
}

#[test]
fn a_deleted_document_does_not_come_back_out_of_the_logs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    {
        let journal = Journal::open(&path).unwrap();
        journal.append(1, &[put("a", "one"), put("b", "two")]).unwrap();
        journal.append(2, &[delete("a"), put("b", "three")]).unwrap();
    }
    for space in ["0", "1", "2", "3"] {
        let current = |copy: &Path| std::fs::remove_file(copy.join("keyspaces").join(space).join("current")).unwrap();
        assert_eq!(saved(&path, &current), (vec![("b".to_owned(), text("three"))], 0, true), "{space}");
    }
}

#[test]
fn a_folder_that_was_emptied_holds_no_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    assert!(!is_there(&path), "it is not there");
    std::fs::create_dir(&path).unwrap();
    assert!(!is_there(&path), "it is empty");
    drop(lock(&path).unwrap());
    std::fs::write(path.join("0.jnl"), "").unwrap();
    assert!(!is_there(&path), "somebody began to make one");
    let salvage = Salvage::read(&path).unwrap();
    assert_eq!((salvage.live.len(), salvage.epoch), (0, 0));
    drop(Journal::open(&path).unwrap());
    assert!(is_there(&path));
    for (part, _) in bytes_of(&path).iter().filter(|(part, _)| part.ends_with("version")) {
        std::fs::remove_file(path.join(part)).unwrap();
    }
    assert!(is_there(&path), "a part of it is lost");
}
