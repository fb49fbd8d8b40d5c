//! Answers that were given elsewhere, as a journal takes them.

use super::*;
use kgloom_record::record::{Reading, Refusal, Span};

fn model() -> ModelId {
    ModelId("reader@1".into())
}

fn answer(seed: u32) -> Answer {
    match seed % 5 {
        0 => Err(Refusal { reason: "too long".into(), location: "".into() }),
        _ => {
            let sentences = (0..200).map(|at| Span { start: at, end: at + seed }).collect();
            Ok(Reading { sentences, ..Reading::default() })
        }
    }
}

fn content(seed: u32) -> ContentHash {
    ContentHash::of(&format!("text {seed}"))
}

fn write(path: &Path, seeds: impl IntoIterator<Item = u32>) {
    let file = CarriedAnswers::open(path, &model()).unwrap();
    for seed in seeds {
        if !file.knows(&content(seed)) {
            file.remember(&content(seed), &answer(seed)).unwrap();
        }
    }
    file.sync().unwrap();
}

#[test]
fn what_is_carried_is_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.answers");
    write(&path, 0..10);
    write(&path, 5..20);
    let journal = Journal::open(folder.path().join("journal")).unwrap();
    assert_eq!(journal.take_answers(&path, &model()).unwrap(), (20, false));
    assert_eq!(journal.take_answers(&path, &model()).unwrap(), (0, false));
    for seed in 0..20 {
        assert_eq!(journal.reading(&model(), &content(seed)).unwrap(), Some(answer(seed)));
    }
    assert_eq!(journal.reading(&model(), &content(20)).unwrap(), None);
}

#[test]
fn a_file_that_was_cut_off_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.answers");
    write(&path, 0..3);
    let whole = std::fs::read(&path).unwrap();
    let head = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for end in (1..whole.len()).step_by(17) {
        std::fs::write(&path, &whole[..end]).unwrap();
        write(&path, 0..3);
        assert_eq!(std::fs::read(&path).unwrap(), whole, "cut at {end}");
    }
    for end in [head, head + 10, whole.len() - 1] {
        std::fs::write(&path, &whole[..end]).unwrap();
        let journal = Journal::open(folder.path().join(format!("journal {end}"))).unwrap();
        let (new, is_cut) = journal.take_answers(&path, &model()).unwrap();
        assert_eq!((new, is_cut), (if end > head + 10 { 2 } else { 0 }, end != head), "cut at {end}");
    }
}

#[test]
fn what_was_damaged_or_is_of_another_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.answers");
    write(&path, 0..3);
    let journal = Journal::open(folder.path().join("journal")).unwrap();
    let other = journal.take_answers(&path, &ModelId("reader@2".into())).unwrap_err().to_string();
    assert!(other.contains("reader@1") && other.contains("reader@2"), "{other}");
    let whole = std::fs::read(&path).unwrap();
    let notes = folder.path().join("notes.txt");
    std::fs::write(&notes, "notes of mine").unwrap();
    assert!(CarriedAnswers::open(&notes, &model()).is_err());
    assert_eq!(std::fs::read(&notes).unwrap(), b"notes of mine");
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&path, &bytes).unwrap();
        assert!(journal.take_answers(&path, &model()).is_err(), "a bit of byte {at} is not missed");
        assert!(CarriedAnswers::open(&path, &model()).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "nothing is changed");
    }
}
