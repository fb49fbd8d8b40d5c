//! Which file uses which. In: the roots of crates. Out: the circles among their files. Never: tests, or the insides of
//! macros; what a file hands on from another is looked up where it is declared.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A file as a module: what it declares, what it imports, what it names.
#[derive(Default)]
struct Module {
    file: String,
    /// Its crate and its place there.
    place: Place,
    items: BTreeSet<String>,
    children: BTreeSet<String>,
    /// By the name that is used here: the path, and whether it hands on a child's name.
    imports: BTreeMap<String, Vec<String>>,
    /// Every path that its code names.
    paths: Vec<Vec<String>>,
}

/// A crate and the modules down to one of them.
type Place = Vec<String>;

/// The circles among the files of crates, given as name and root file. Each is a list of files.
pub fn circles(root: &Path, crates: &[(String, String)]) -> Vec<Vec<String>> {
    let mut modules = BTreeMap::new();
    for (name, file) in crates {
        load(root, vec![name.clone()], file, &mut modules);
    }
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for module in modules.values() {
        let to = module.paths.iter().filter_map(|path| target(&modules, module, path, 0));
        let to = to.filter(|file| *file != module.file).collect();
        arrows.insert(module.file.clone(), to);
    }
    strong(&arrows)
}

fn load(root: &Path, place: Place, file: &str, modules: &mut BTreeMap<Place, Module>) {
    let Ok(text) = fs::read_to_string(root.join(file)) else { return };
    let code = without_tests(&plain(&text));
    let mut module = Module { file: file.to_owned(), place: place.clone(), ..Module::default() };
    let mut below = Vec::new();
    for line in code.lines() {
        let Some((kind, name)) = declared(line) else { continue };
        if kind == "mod" && line.trim_end().ends_with(';') {
            below.push(name.clone());
            module.children.insert(name);
        } else if kind != "mod" {
            module.items.insert(name);
        }
    }
    let mut rest = String::new();
    for statement in code.split_inclusive(';') {
        let Some(at) = statement.rfind("use ").filter(|at| starts_statement(statement, *at)) else {
            rest.push_str(statement);
            continue;
        };
        let handed_on = statement[..at].trim_end().ends_with("pub") || statement[..at].trim_end().ends_with(')');
        rest.push_str(&statement[..at]);
        let mut leaves = Vec::new();
        expand(&[], statement[at + 4..].trim_end_matches(';'), &mut leaves);
        for (path, alias) in leaves {
            let window = handed_on && path.first().is_some_and(|first| module.children.contains(first));
            if !window && path.last().is_some_and(|last| last != "*") {
                module.paths.push(path.clone());
            }
            module.imports.insert(alias, path);
        }
    }
    // A visibility names a module, and uses nothing of it.
    module.paths.extend(named(&rest.replace("(in crate::", "(in ")));
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let inside = if ["lib", "mod", "main"].contains(&stem) { folder.to_owned() } else { folder.join(stem) };
    modules.insert(place.clone(), module);
    for name in below {
        let files = [inside.join(format!("{name}.rs")), inside.join(&name).join("mod.rs")];
        if let Some(found) = files.iter().find(|file| root.join(file).is_file()) {
            load(root, [place.as_slice(), &[name]].concat(), &found.to_string_lossy(), modules);
        }
    }
}

/// Code without comments and the insides of strings.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("//") {
            out.push('\n');
            continue;
        }
        let (mut quoted, mut before) = (false, ' ');
        for c in line.chars() {
            match c {
                '"' if before != '\\' && before != '\'' => quoted = !quoted,
                '/' if !quoted && before == '/' => {
                    out.pop();
                    break;
                }
                _ if !quoted => out.push(c),
                _ => {}
            }
            before = if c == '\\' && before == '\\' { ' ' } else { c };
        }
        out.push('\n');
    }
    out
}

/// Code up to its tests; modules of tests that are files of their own are left out.
fn without_tests(code: &str) -> String {
    let mut out = String::new();
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.starts_with("#[cfg(test)]") {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        while lines.peek().is_some_and(|next| next.trim_start().starts_with("#[")) {
            lines.next();
        }
        let next = lines.next().unwrap_or_default();
        if declared(next).is_some_and(|(kind, _)| kind == "mod") && next.trim_end().ends_with('{') {
            break;
        }
        if !next.trim_end().ends_with(';') {
            out.push_str(next);
            out.push('\n');
        }
    }
    out
}

/// The kind and name of what a line declares at the outermost level.
fn declared(line: &str) -> Option<(&str, String)> {
    let mut rest = line.strip_prefix("pub").unwrap_or(line);
    if let Some(inner) = rest.strip_prefix('(') {
        rest = &inner[inner.find(')')? + 1..];
    }
    if line.starts_with(' ') || line.starts_with("pubs") {
        return None;
    }
    let mut words = rest.split_whitespace().peekable();
    let kind = loop {
        let word = words.next()?;
        let next_is_fn = words.peek().is_some_and(|next| ["fn", "unsafe", "async"].contains(next));
        match word {
            "unsafe" | "async" => {}
            "const" if next_is_fn => {}
            "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "mod" => break word,
            _ => return None,
        }
    };
    let name: String = words.next()?.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some((kind, name))
}

fn starts_statement(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end();
    let before = before.strip_suffix("pub").unwrap_or(before).trim_end();
    let visible =
        before.rfind("pub(").filter(|start| before[*start..].ends_with(')') && !before[*start..].contains('\n'));
    let before = visible.map_or(before, |start| &before[..start]).trim_end();
    before.is_empty() || before.ends_with([';', '{', '}', ']', ')'])
}

/// The paths of a tree of imports, each with the name that it has here.
fn expand(prefix: &[String], tree: &str, leaves: &mut Vec<(Vec<String>, String)>) {
    let (mut depth, mut start) = (0usize, 0);
    let mut parts = Vec::new();
    for (at, c) in tree.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&tree[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tree[start..]);
    for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
        let segments = |text: &str| -> Vec<String> {
            text.split("::").map(|segment| segment.trim().to_owned()).filter(|segment| !segment.is_empty()).collect()
        };
        if let Some(open) = part.find('{') {
            let inner = part[open + 1..].trim_end().strip_suffix('}').unwrap_or(&part[open + 1..]);
            expand(&[prefix, &segments(&part[..open])].concat(), inner, leaves);
            continue;
        }
        let (path, alias) = part.split_once(" as ").map_or((part, None), |(path, alias)| (path, Some(alias.trim())));
        let mut path = [prefix, &segments(path)].concat();
        if path.last().is_some_and(|last| last == "self") && !prefix.is_empty() {
            path.pop();
        }
        let Some(last) = path.last().cloned() else { continue };
        leaves.push((path, alias.map_or(last, str::to_owned)));
    }
}

/// Every path of two names and more.
fn named(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let (mut word, mut colons, mut within) = (String::new(), 0, false);
    for c in code.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' {
            if word.is_empty() && colons != 2 {
                path.clear();
                within = c.is_alphabetic() || c == '_';
            }
            colons = 0;
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            path.push(std::mem::take(&mut word));
        }
        if c == ':' {
            colons += 1;
            continue;
        }
        if within && path.len() > 1 {
            found.push(path.clone());
        }
        path.clear();
        colons = 0;
        within = c != '.';
    }
    found
}

/// The file in which what a path names is declared, if it is one of ours.
fn target(modules: &BTreeMap<Place, Module>, from: &Module, path: &[String], depth: usize) -> Option<String> {
    let first = path.first()?.as_str();
    let mut place = from.place.clone();
    let mut rest = path;
    match first {
        "crate" => place.truncate(1),
        "self" | "super" => {}
        _ if from.children.contains(first) => {}
        _ if modules.contains_key(&vec![first.to_owned()]) && !from.imports.contains_key(first) => {
            place = vec![first.to_owned()];
        }
        // A name that was imported: what stands behind it.
        _ => {
            let import = from.imports.get(first).filter(|import| import.as_slice() != path && depth < 8)?;
            let longer = [import.as_slice(), &path[1..]].concat();
            return target(modules, from, &longer, depth + 1);
        }
    }
    while let Some(word) = rest.first().map(String::as_str).filter(|word| ["crate", "self", "super"].contains(word)) {
        if word == "super" {
            place.pop();
        }
        rest = &rest[1..];
    }
    if place == from.place || modules.contains_key(&place) {
        let skip = usize::from(rest.first().is_some_and(|first| place.len() == 1 && *first == place[0]));
        rest = &rest[skip..];
    }
    let mut module = modules.get(&place)?;
    while let Some((word, after)) = rest.split_first() {
        if module.children.contains(word) {
            place.push(word.clone());
            let Some(child) = modules.get(&place) else { return Some(module.file.clone()) };
            (module, rest) = (child, after);
            continue;
        }
        if !module.items.contains(word)
            && depth < 8
            && let Some(import) = module.imports.get(word)
        {
            return target(modules, module, &[import.as_slice(), after].concat(), depth + 1);
        }
        break;
    }
    Some(module.file.clone())
}

/// The sets of files that reach each other (Tarjan 1972).
fn strong(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<Vec<String>> {
    struct Search<'a> {
        arrows: &'a BTreeMap<String, BTreeSet<String>>,
        seen: BTreeMap<&'a str, (usize, usize)>,
        open: Vec<&'a str>,
        found: Vec<Vec<String>>,
    }
    impl<'a> Search<'a> {
        fn visit(&mut self, file: &'a str) -> usize {
            let number = self.seen.len();
            self.seen.insert(file, (number, number));
            self.open.push(file);
            let mut low = number;
            for next in self.arrows.get(file).into_iter().flatten() {
                match self.seen.get(next.as_str()) {
                    None => low = low.min(self.visit(next)),
                    Some((other, _)) if self.open.contains(&next.as_str()) => low = low.min(*other),
                    Some(_) => {}
                }
            }
            if low == number {
                let at = self.open.iter().position(|open| *open == file).unwrap_or_default();
                let circle: Vec<String> = self.open.split_off(at).into_iter().map(str::to_owned).collect();
                if circle.len() > 1 {
                    self.found.push(circle);
                }
            }
            low
        }
    }
    let mut search = Search { arrows, seen: BTreeMap::new(), open: Vec::new(), found: Vec::new() };
    for file in arrows.keys() {
        if !search.seen.contains_key(file.as_str()) {
            search.visit(file);
        }
    }
    search.found
}

#[test]
fn a_circle_is_found_through_what_is_handed_on() {
    let folder = tempfile_or(std::env::temp_dir().join("kgloom-arrows"));
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file is written");
    write("lib.rs", "mod a;\nmod b;\nmod c;\npub use a::A;\n");
    write("a.rs", "use crate::b::B;\npub struct A(B);\n");
    write("b.rs", "use crate::A;\npub struct B;\nfn f(_: A) {}\n");
    write("c.rs", "use super::a;\npub fn g() -> a::A { loop {} }\n#[cfg(test)]\nmod tests {\n    use crate::A;\n}\n");
    let found = circles(&folder, &[("x".to_owned(), "lib.rs".to_owned())]);
    assert_eq!(found, [["a.rs", "b.rs"]]);
}

#[cfg(test)]
fn tempfile_or(folder: PathBuf) -> PathBuf {
    fs::create_dir_all(&folder).expect("a folder is made");
    folder
}
