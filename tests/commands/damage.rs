//! A state folder that was damaged, or a part of it lost: refused, repaired or equal, and never a shorter graph.

use super::{Outcome, Sandbox};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A state of six epochs, closed.
pub(super) fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    for (number, (name, place)) in
        [("Ada", "London"), ("Bela", "Pecs"), ("Cleo", "Nice"), ("Dora", "Graz"), ("Eva", "Bern"), ("Finn", "Cork")]
            .into_iter()
            .enumerate()
    {
        sandbox.write(&format!("texts/{number}.txt"), &format!("{name} Morgan was born in {place}."));
        sandbox.done(&["run", "texts"]);
    }
    sandbox
}

pub(super) fn export(sandbox: &Sandbox) -> String {
    sandbox.done(&["export", "--format", "nt"])
}

pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        match entry.path() {
            folder if folder.is_dir() => copy(&folder, &target),
            file => drop(fs::copy(file, target).expect("a file")),
        }
    }
}

pub(super) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            inner if inner.is_dir() => found.extend(files(&inner)),
            file => drop(found.insert(file.clone(), fs::read(file).expect("a file"))),
        }
    }
    found
}

/// Refused with 74, the journal left as it is and `kgloom` no bug; or the graph that it was.
fn refused_or_equal(sandbox: &Sandbox, said: &Outcome, whole: &str, told: &str) {
    match said.code {
        0 => {
            assert!(said.out.ends_with("equal\n"), "{told}: {}{}", said.out, said.err);
            assert!(export(sandbox) == whole, "{told}: another graph");
        }
        code => assert!(code == 74 || code == 1, "{told}: {code} {}{}", said.out, said.err),
    }
}

#[test]
fn each_file_of_a_state_may_be_lost_or_halved() {
    let sandbox = sandbox();
    let whole = export(&sandbox);
    let (state, sound) = (sandbox.path().join("kgloom-state"), sandbox.path().join("sound"));
    fs::rename(&state, &sound).expect("it is there");
    let all = files(&sound);
    assert!(all.len() > 8, "{:?}", all.keys());
    for (path, bytes) in &all {
        let path = path.strip_prefix(&sound).expect("inside");
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let harmless = ["LOG", "LOCK", "lock", "IDENTITY"].iter().any(|front| name.starts_with(front));
        if harmless || bytes.is_empty() {
            continue;
        }
        for halved in [false, true] {
            copy(&sound, &state);
            match halved {
                true => fs::write(state.join(path), &bytes[..bytes.len() / 2]).expect("a file"),
                false => fs::remove_file(state.join(path)).expect("a file"),
            }
            let told = format!("{} {}", path.display(), if halved { "halved" } else { "removed" });
            refused_or_equal(&sandbox, &sandbox.kgloom(&["verify"]), &whole, &told);
            fs::remove_dir_all(&state).expect("it is there");
        }
    }
}

#[test]
fn a_store_ahead_of_its_journal_is_refused_and_nothing_is_changed() {
    let sandbox = sandbox();
    let whole = export(&sandbox);
    let (journal, older) = (sandbox.path().join("kgloom-state/journal"), sandbox.path().join("older"));
    copy(&journal, &older);
    sandbox.done(&["delete", "texts/5.txt"]);
    sandbox.done(&["delete", "texts/4.txt"]);
    fs::remove_dir_all(&journal).expect("it is there");
    let said = sandbox.kgloom(&["status"]);
    assert!(said.code == 74 && said.err.contains("ends at epoch 0") && said.err.contains("epoch 8"), "{}", said.err);
    assert!(!journal.exists(), "no journal is made beside a graph that has lost its own");
    copy(&older, &journal);
    let before = files(&journal);
    for command in
        [&["status"][..], &["verify"], &["run", "texts"], &["put", "texts/1.txt"], &["delete", "texts/1.txt"]]
    {
        let said = sandbox.kgloom(command);
        assert_eq!(said.code, 74, "{command:?}: {}{}", said.out, said.err);
        assert!(said.err.contains("ends at epoch 6") && said.err.contains("epoch 8"), "{command:?}: {}", said.err);
    }
    let logs = |files: BTreeMap<PathBuf, Vec<u8>>| files.into_iter().filter(|(path, _)| path.ends_with("0.jnl"));
    assert!(logs(before).eq(logs(files(&journal))), "the journal is as it was");
    fs::remove_dir_all(sandbox.path().join("kgloom-state/store")).expect("it is there");
    assert!(export(&sandbox) == whole, "the older journal is whole in itself");
}

#[test]
fn a_store_of_another_state_is_refused_and_an_unnamed_one_is_taken() {
    let (one, other) = (Sandbox::new(), Sandbox::new());
    for (sandbox, text) in [(&one, "Ada Morgan was born in London."), (&other, "Bela Morgan was born in Pecs.")] {
        sandbox.write("texts/a.txt", text);
        sandbox.done(&["run", "texts"]);
    }
    let whole = export(&one);
    let part = |sandbox: &Sandbox, part: &str| sandbox.path().join("kgloom-state").join(part);
    let own = one.path().join("own");
    fs::rename(part(&one, "store"), &own).expect("it is there");
    copy(&part(&other, "store"), &part(&one, "store"));
    let before = files(&part(&one, "store"));
    for command in [&["query", "SELECT * { ?s ?p ?o }"][..], &["status"], &["verify"], &["run", "texts"], &["repair"]] {
        let said = one.kgloom(command);
        assert_eq!(said.code, 74, "{command:?}: {}{}", said.out, said.err);
        let told = said.err.contains("is not that of the journal beside it") && said.err.contains("move \"");
        assert!(told, "{command:?}: {}", said.err);
    }
    assert!(files(&part(&one, "store")) == before, "nothing was changed");
    // What the sentence says to do helps: without the other's graph it is made of the journal again.
    fs::rename(part(&one, "store"), one.path().join("moved")).expect("it is there");
    assert!(export(&one) == whole);
    // The same documents in the same number of epochs make the same graph, whichever folder they lie in.
    fs::remove_dir_all(part(&one, "store")).expect("it is there");
    copy(&own, &part(&one, "store"));
    assert!(export(&one) == whole && one.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn a_document_that_cannot_be_read_is_deleted_without_reading() {
    let sandbox = sandbox();
    // Whoever holds the lock has the journal: nothing was loaded before the answer.
    let said = sandbox.kgloom(&["delete", "texts/9.txt"]);
    assert_eq!(said.code, 1);
    assert_eq!((&said.summary()["recalled"], &said.summary()["epochs"]), (&0.into(), &0.into()));
    let gone = sandbox.summary(&["delete", "texts/0.txt"]);
    assert_eq!((&gone["deleted"], &gone["recalled"], &gone["asked"]), (&1.into(), &6.into(), &0.into()));
    let put = sandbox.summary(&["put", "texts/0.txt", "texts/1.txt"]);
    assert_eq!((&put["put"], &put["unchanged"], &put["asked"]), (&1.into(), &1.into(), &0.into()));
    assert_eq!(sandbox.summary(&["put", "texts/0.txt"])["recalled"], 0, "nothing is loaded for what is so already");
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn a_forgotten_flag_changes_nothing_and_a_changed_one_is_asked_for() {
    let sandbox = sandbox();
    let whole = export(&sandbox);
    // Without KGLOOM_MODEL the state itself says which model reads.
    let without = |arguments: &[&str]| sandbox.command(arguments).env_remove("KGLOOM_MODEL").output().expect("it runs");
    let gone = without(&["delete", "texts/5.txt"]);
    assert!(gone.status.success(), "{}", String::from_utf8_lossy(&gone.stderr));
    assert!(without(&["put", "texts/5.txt"]).status.success());
    assert!(export(&sandbox) == whole, "read by the model that the state was made with");
    let typed = without(&["delete", "TYPO"]);
    assert!(typed.status.code() == Some(1) && export(&sandbox) == whole);
    let other = without(&["delete", "texts/5.txt", "--model", "bundled"]);
    let err = String::from_utf8_lossy(&other.stderr).into_owned();
    assert!(other.status.code() == Some(78) && err.contains("toy@") && err.contains("run --rebuild"), "{err}");
    assert!(export(&sandbox) == whole);
    // Where what was pinned is lost, the store says what it was made with.
    fs::remove_file(sandbox.path().join("kgloom-state/pinned.json")).expect("it is there");
    let lost = without(&["delete", "texts/5.txt"]);
    let err = String::from_utf8_lossy(&lost.stderr).into_owned();
    assert!(lost.status.code() == Some(78) && err.contains("toy@"), "{err}");
    assert!(export(&sandbox) == whole);
    sandbox.done(&["run", "texts"]);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn a_backup_is_a_state_of_its_own_and_repairs_what_was_lost() {
    let sandbox = sandbox();
    let whole = export(&sandbox);
    let said = sandbox.done(&["backup", "copy"]);
    assert!(said.contains("epoch 6, 6 documents, 0 refused, 6 answers"), "{said}");
    assert_eq!(sandbox.kgloom(&["backup", "copy"]).code, 2, "what is there is not written over");
    assert!(sandbox.done(&["verify", "--state", "copy"]).ends_with("equal\n"));
    fs::remove_dir_all(sandbox.path().join("kgloom-state")).expect("it is there");
    fs::rename(sandbox.path().join("copy"), sandbox.path().join("kgloom-state")).expect("it is there");
    assert!(export(&sandbox) == whole);
}

#[test]
fn a_damaged_journal_can_be_asked_past_and_repaired() {
    let sandbox = sandbox();
    let whole = export(&sandbox);
    let log = sandbox.path().join("kgloom-state/journal/0.jnl");
    let bytes = fs::read(&log).expect("a log");
    let used = bytes.iter().rposition(|byte| *byte != 0).expect("it is not empty");
    // The text of one document, which the log holds once.
    let at = bytes.windows(11).position(|part| part == b"Cleo Morgan").expect("the text");
    let mut flipped = bytes[..=used].to_vec();
    flipped[at] ^= 1;
    fs::write(&log, &flipped).expect("a file");
    let query = sandbox.kgloom(&["query", "SELECT ?s { ?s wdt:P19 ?o }", "--format", "csv"]);
    assert!(query.code == 0 && query.out.lines().count() == 7, "the graph is whole: {}", query.err);
    assert!(export(&sandbox) == whole);
    assert_eq!(sandbox.kgloom(&["status"]).code, 74);
    assert_eq!(sandbox.kgloom(&["run", "texts"]).code, 74);
    assert_eq!(sandbox.kgloom(&["backup", "copy"]).code, 74, "damage is not copied");
    assert!(fs::read(&log).expect("a log") == flipped, "nothing was changed");
    let said = sandbox.kgloom(&["repair"]);
    assert!(said.code == 1 && said.out.contains("saved    5 of 6 documents"), "{}{}", said.out, said.err);
    assert!(said.out.contains("lost     texts/2.txt"), "{}", said.out);
    assert!(fs::read(sandbox.path().join("kgloom-state/journal.damaged/0.jnl")).expect("kept") == flipped);
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
    assert_eq!(sandbox.ask("SELECT ?s { ?s wdt:P19 ?o }").len(), 5);
    sandbox.done(&["run", "texts"]);
    assert!(export(&sandbox) == whole, "the inputs bring back what was lost");
    assert!(sandbox.done(&["repair"]).contains("journal  whole: 6 documents"), "what is whole is left");
    for (path, bytes) in files(&sandbox.path().join("kgloom-state/store")) {
        fs::write(path, &bytes[..bytes.len() / 2]).expect("a file");
    }
    assert_eq!(sandbox.kgloom(&["query", "ASK { ?s wdt:P19 ?o }"]).code, 74);
    assert_eq!(sandbox.kgloom(&["repair"]).code, 0);
    assert!(export(&sandbox) == whole && sandbox.path().join("kgloom-state/store.damaged").is_dir());
}

#[test]
fn a_text_whose_reading_ends_the_process_is_set_aside_until_it_is_retried() {
    let sandbox = sandbox();
    sandbox.write("texts/deadly.txt", "Gus Morgan was born in Oslo.");
    let deaths = |count: u32| {
        let journal = connectors::Journal::open(sandbox.path().join("kgloom-state/journal")).expect("a journal");
        let model = kgloom_flow::toy::ToyReader::default();
        let memory = journal.memory(kgloom_record::port::Reader::id(&model));
        let text = "Gus Morgan was born in Oslo.";
        (0..count).for_each(|_| memory.begins(&kgloom_record::record::ContentHash::of(text)).expect("a mark"));
        let document = kgloom_record::record::Document {
            id: kgloom_record::record::DocumentId::new("texts/deadly.txt"),
            text: text.into(),
        };
        let change = kgloom_record::record::Change::Put(document);
        let incoming = connectors::Incoming { change, container: "texts/deadly.txt".into() };
        journal.append(journal.epoch() + 1, &[incoming]).expect("an epoch");
    };
    deaths(4);
    let said = sandbox.kgloom(&["status"]);
    assert!(said.code == 0 && said.out.contains("quarantine  1: texts/deadly.txt"), "{}{}", said.out, said.err);
    assert!(said.err.contains("kgloom retry"), "{}", said.err);
    let rows = sandbox.ask("SELECT ?r { GRAPH kgloom:rejected { ?x kgloom:reason ?r } }");
    assert_eq!(rows, ["reading it ended the process"]);
    let verified = sandbox.done(&["verify"]);
    assert!(verified.contains("1 documents in quarantine") && verified.ends_with("equal\n"), "{verified}");
    assert_eq!(sandbox.kgloom(&["retry", "texts/0.txt"]).code, 1, "it is not in quarantine");
    sandbox.done(&["retry", "texts/deadly.txt"]);
    assert_eq!(sandbox.ask("SELECT ?s { ?s wdt:P19 ?o }").len(), 7);
    assert!(!sandbox.done(&["status"]).contains("quarantine"));
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"));
}

#[test]
fn one_death_is_anybodys_and_the_text_is_read_again() {
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    sandbox.done(&["run", "a.txt"]);
    {
        let journal = connectors::Journal::open(sandbox.path().join("kgloom-state/journal")).expect("a journal");
        let model = kgloom_flow::toy::ToyReader::default();
        let memory = journal.memory(kgloom_record::port::Reader::id(&model));
        memory.begins(&kgloom_record::record::ContentHash::of("Bela Morgan was born in Pecs.")).expect("a mark");
    }
    sandbox.write("b.txt", "Bela Morgan was born in Pecs.");
    let run = sandbox.summary(&["run", "b.txt"]);
    assert_eq!((&run["put"], &run["asked"]), (&1.into(), &1.into()));
    assert_eq!(sandbox.ask("SELECT ?s { ?s wdt:P19 ?o }").len(), 2);
}

#[cfg(unix)]
#[test]
fn a_state_folder_may_have_any_name() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::with(&[("a.txt", "Ada Morgan was born in London.")]);
    let name = std::ffi::OsStr::from_bytes(b"st\xffte");
    for arguments in [&["run", "a.txt"][..], &["query", "ASK { ?s wdt:P19 ?o }"], &["verify"]] {
        let said = sandbox.command(arguments).arg("--state").arg(name).output().expect("it runs");
        assert!(said.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said.stderr));
    }
}

#[test]
fn an_emptied_journal_beside_a_store_stays_empty() {
    let sandbox = sandbox();
    let whole = export(&sandbox);
    let journal = sandbox.path().join("kgloom-state/journal");
    fs::remove_dir_all(&journal).expect("it is there");
    fs::create_dir(&journal).expect("a folder");
    for command in [&["status"][..], &["verify"], &["put", "texts/1.txt"], &["run", "texts"], &["repair"]] {
        let said = sandbox.kgloom(command);
        assert!(said.code == 74 && said.err.contains("nothing was changed"), "{command:?}: {}{}", said.out, said.err);
        assert_eq!(files(&journal), BTreeMap::new(), "{command:?}");
    }
    assert!(export(&sandbox) == whole);
}

#[cfg(unix)]
#[test]
fn what_is_lost_is_in_the_exit_code_though_nobody_listens() {
    let sandbox = sandbox();
    let log = sandbox.path().join("kgloom-state/journal/0.jnl");
    let mut bytes = fs::read(&log).expect("a log");
    let at = bytes.windows(11).position(|part| part == b"Cleo Morgan").expect("the text");
    bytes[at] ^= 1;
    fs::write(&log, &bytes).expect("a file");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let said = sandbox.command(&["repair"]).stdout(writer).status().expect("it runs");
    assert_eq!(said.code(), Some(1));
    assert!(sandbox.done(&["verify"]).ends_with("equal\n"), "and all was done");
    assert!(!sandbox.done(&["repair"]).contains("lost"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_the_size_of_files_is_told() {
    let sandbox = sandbox();
    let whole = export(&sandbox);
    let text: String = (0..2_000).map(|number| format!("Ada{number} Morgan was born in London. ")).collect();
    sandbox.write("more/long.txt", &text);
    let program = sandbox.command(&[]);
    let limited = |arguments: &str| {
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(format!("ulimit -f 60; exec \"$0\" {arguments}")).arg(program.get_program());
        shell.current_dir(sandbox.path()).env("KGLOOM_MODEL", "toy:rules").env("KGLOOM_WORKERS", "1");
        let said = shell.output().expect("it runs");
        (said.status.code(), String::from_utf8_lossy(&said.stderr).into_owned())
    };
    let (code, err) = limited("run more");
    assert!(code == Some(74) && err.contains("File too large") && !err.contains("Fjall"), "{code:?} {err}");
    let (code, err) = limited("verify");
    assert!([Some(0), Some(74)].contains(&code) && !err.contains("Fjall"), "{code:?} {err}");
    sandbox.done(&["run", "more"]);
    sandbox.done(&["delete", "more/long.txt"]);
    assert!(export(&sandbox) == whole && sandbox.done(&["verify"]).ends_with("equal\n"));
}
