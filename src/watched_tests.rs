//! Folders that go, come and are replaced while they are watched.
#![cfg(unix)]

use super::*;
use std::fs;
use std::os::unix::fs::symlink;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.0.path()).expect("it is there").join(name)
    }

    fn write(&self, name: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, name).expect("a file");
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).expect("renamed");
    }

    /// Puts a link in the place of another in one step.
    fn link(&self, to: &str, name: &str) {
        symlink(self.path(to), self.path(".link")).expect("a link");
        self.rename(".link", name);
    }

    fn watch(&self, inputs: &[&str]) -> Watched {
        let inputs: Vec<String> = inputs.iter().map(|name| self.path(name).display().to_string()).collect();
        Watched::start(&inputs, &[self.path("state")], Voice::new(true, 0)).expect("they are watched")
    }
}

/// Waits until something happens that is as it should be.
#[track_caller]
fn hears(watched: &mut Watched, what: impl Fn(&Changes) -> bool) -> Changes {
    let began = Instant::now();
    let mut other = 0;
    while began.elapsed() < Duration::from_secs(20) {
        match watched.soon() {
            Some(changes) if what(&changes) => return changes,
            Some(_) => other += 1,
            None => {}
        }
    }
    panic!("not heard, but {other} others");
}

#[track_caller]
fn hears_of(watched: &mut Watched, path: &Path) {
    hears(watched, |changes| matches!(changes, Changes::Paths(paths) if paths.contains(path)));
}

/// Waits until all is to be looked at, with so many inputs; says what was left.
#[track_caller]
fn hears_of_all(watched: &mut Watched, count: usize) -> Vec<PathBuf> {
    match hears(watched, |changes| matches!(changes, Changes::All { inputs, .. } if inputs.len() == count)) {
        Changes::All { left, .. } => left,
        Changes::Paths(_) => Vec::new(),
    }
}

/// All that is heard for so long.
fn heard(watched: &mut Watched, time: Duration) -> (BTreeSet<PathBuf>, usize) {
    let (began, mut all, mut looks) = (Instant::now(), BTreeSet::new(), 0);
    while began.elapsed() < time {
        match watched.soon() {
            Some(Changes::Paths(paths)) => all.extend(paths),
            Some(Changes::All { .. }) => looks += 1,
            None => {}
        }
    }
    (all, looks)
}

#[test]
fn a_folder_that_is_made_again_is_followed() {
    let again: [fn(&Folder); 4] = [
        |folder| fs::remove_dir_all(folder.path("up/in")).expect("removed"),
        |folder| folder.rename("up/in", "up/old"),
        |folder| folder.rename("up", "down"),
        |folder| fs::remove_dir_all(folder.path("up")).expect("removed"),
    ];
    for (at, goes) in again.iter().enumerate() {
        let folder = Folder::new();
        folder.write("up/in/a.txt");
        let mut watched = folder.watch(&["up/in"]);
        goes(&folder);
        folder.write("up/in/b.txt");
        hears_of_all(&mut watched, 1);
        // It may be looked at twice, where it went while it was looked at.
        heard(&mut watched, Duration::from_millis(1_500));
        folder.write("up/in/sub/c.txt");
        hears(&mut watched, |changes| matches!(changes, Changes::Paths(paths) if !paths.is_empty()));
        folder.write("up/in/sub/d.txt");
        hears_of(&mut watched, &folder.path("up/in/sub/d.txt"));
        assert!(watched.anew.is_none(), "{at}");
    }
}

#[test]
fn a_folder_that_is_away_for_long_is_waited_for_and_others_are_followed_meanwhile() {
    let folder = Folder::new();
    folder.write("in/a.txt");
    folder.write("in/sub/b.txt");
    folder.write("other/c.txt");
    // One of them lies in another.
    let mut watched = folder.watch(&["in", "in/sub", "other"]);
    folder.rename("in", "away");
    assert!(hears_of_all(&mut watched, 1).contains(&folder.path("in/sub")));
    folder.write("other/d.txt");
    hears_of(&mut watched, &folder.path("other/d.txt"));
    assert_eq!(heard(&mut watched, Duration::from_millis(2_500)), (BTreeSet::new(), 0), "nothing happens");
    folder.rename("away", "in");
    hears_of_all(&mut watched, 3);
    folder.rename("in/sub", "sub");
    folder.write("in/sub/e.txt");
    hears_of_all(&mut watched, 3);
    heard(&mut watched, Duration::from_millis(1_500));
    folder.write("in/sub/f.txt");
    hears_of(&mut watched, &folder.path("in/sub/f.txt"));
    folder.write("in/g.txt");
    hears_of(&mut watched, &folder.path("in/g.txt"));
}

#[test]
fn a_link_that_is_switched_is_followed_and_what_it_led_to_is_left() {
    let folder = Folder::new();
    for name in ["one/a.txt", "two/a.txt", "in/b.txt"] {
        folder.write(name);
    }
    folder.link("one", "now");
    folder.link("one", "in/linked");
    folder.link("in", "in/round");
    let mut watched = folder.watch(&["now", "in"]);
    folder.write("one/c.txt");
    hears(
        &mut watched,
        |changes| matches!(changes, Changes::Paths(paths) if paths.iter().any(|path| path.ends_with("c.txt"))),
    );
    folder.link("two", "now");
    assert_eq!(hears_of_all(&mut watched, 2), [""; 0].map(PathBuf::from), "the other link leads there still");
    folder.link("two", "in/linked");
    assert_eq!(hears_of_all(&mut watched, 2), [folder.path("one")]);
    folder.write("two/d.txt");
    hears(
        &mut watched,
        |changes| matches!(changes, Changes::Paths(paths) if paths.iter().any(|path| path.ends_with("d.txt"))),
    );
    fs::remove_file(folder.path("in/linked")).expect("removed");
    hears_of_all(&mut watched, 2);
    heard(&mut watched, Duration::from_millis(1_500));
    folder.write("two/e.txt");
    hears_of(&mut watched, &folder.path("two/e.txt"));
}

#[test]
fn a_link_within_a_folder_is_followed_from_when_it_leads_somewhere() {
    let folder = Folder::new();
    folder.write("in/b.txt");
    let mut watched = folder.watch(&["in"]);
    folder.link("far", "in/linked");
    hears_of_all(&mut watched, 1);
    folder.write("far/a.txt");
    hears_of_all(&mut watched, 1);
    folder.write("far/c.txt");
    hears_of(&mut watched, &folder.path("in/linked/c.txt"));
    // A hidden link through which files are links, as containers are given their files.
    folder.write(".first/x.txt");
    folder.write(".second/x.txt");
    folder.link(".first", "in/..data");
    hears_of_all(&mut watched, 1);
    folder.link(".second", "in/..data");
    hears_of_all(&mut watched, 1);
}

#[test]
fn files_that_are_saved_in_other_ways_are_no_other_folders() {
    let folder = Folder::new();
    folder.write("in/a.txt");
    folder.write("in/deep/b.txt");
    folder.write("alone/c.txt");
    // The folder of a single file does not keep the one around it from being followed.
    let mut watched = folder.watch(&["in", "in/deep/b.txt", "alone/c.txt"]);
    for name in ["in/a.txt", "in/deep/b.txt", "alone/c.txt"] {
        folder.write("state/new");
        folder.rename("state/new", name);
        hears_of(&mut watched, &folder.path(name));
    }
    folder.write("in/deep/new/d.txt");
    hears_of(&mut watched, &folder.path("in/deep/new"));
    heard(&mut watched, Duration::from_millis(300));
    folder.write("in/deep/new/e.txt");
    hears_of(&mut watched, &folder.path("in/deep/new/e.txt"));
    assert!(watched.anew.is_none());
    fs::remove_file(folder.path("alone/c.txt")).expect("removed");
    hears_of(&mut watched, &folder.path("alone/c.txt"));
}

#[test]
fn what_is_hidden_or_beside_is_not_heard_of() {
    let folder = Folder::new();
    folder.write("in/a.txt");
    folder.write("alone/c.txt");
    folder.write(".notes/n.txt");
    let mut watched = folder.watch(&["in", "alone/c.txt", ".notes"]);
    for name in ["in/.a.txt.swp", "in/.git/index", "in/sub/.x", "alone/d.txt", "state/x", "in/.git/sub/y"] {
        folder.write(name);
    }
    symlink("nowhere", folder.path("in/.#a.txt")).expect("a link");
    let (paths, looks) = heard(&mut watched, Duration::from_millis(1_500));
    assert_eq!((paths, looks), (BTreeSet::from([folder.path("in/sub")]), 0));
    folder.rename("in/.git", "in/git");
    hears_of(&mut watched, &folder.path("in/git"));
    folder.write(".notes/m.txt");
    hears_of(&mut watched, &folder.path(".notes/m.txt"));
}
