//! The shape of the code, as tests. In: the checkout. Out: a list of what is out of place. Never: a style that
//! rustfmt or clippy already holds.

use super::arrows;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Who may know whom: each crate with those that it may use. The program stands over all of them.
const ALLOWED: [(&str, &[&str]); 23] = [
    ("ontologies", &[]),
    ("kgloom-record", &["ontologies"]),
    ("kgloom-flow", &["ontologies", "kgloom-record"]),
    (
        "kgloom-engine",
        &[
            "ontologies",
            "kgloom-record",
            "kgloom-flow",
            "kgloom-numerics",
            "kgloom-reader",
            "kgloom-links",
            "kgloom-filter",
            "kgloom-typing",
            "kgloom-watch",
            "kgloom-matching",
            "connectors",
        ],
    ),
    ("kgloom-numerics", &[]),
    ("kgloom-weights", &[]),
    ("kgloom-english", &[]),
    ("kgloom-reader", &["ontologies", "kgloom-record", "kgloom-english", "kgloom-numerics", "kgloom-weights"]),
    ("kgloom-links", &["ontologies", "kgloom-record", "kgloom-numerics"]),
    ("kgloom-polynomials", &["kgloom-numerics"]),
    ("kgloom-filter", &["kgloom-record", "kgloom-numerics", "kgloom-links", "kgloom-polynomials", "kgloom-weights"]),
    ("kgloom-corpora", &["ontologies", "kgloom-record", "kgloom-numerics", "kgloom-reader"]),
    (
        "kgloom-training",
        &[
            "ontologies",
            "kgloom-record",
            "kgloom-flow",
            "kgloom-numerics",
            "kgloom-reader",
            "kgloom-links",
            "kgloom-filter",
            "kgloom-corpora",
            "kgloom-search",
        ],
    ),
    ("kgloom-search", &["kgloom-numerics"]),
    ("kgloom-typing", &["kgloom-record", "kgloom-numerics", "kgloom-polynomials"]),
    ("kgloom-watch", &["kgloom-numerics"]),
    ("kgloom-matching", &["kgloom-numerics", "kgloom-search"]),
    ("kgloom-encoders", &["kgloom-numerics", "kgloom-reader"]),
    (
        "kgloom-suite",
        &[
            "kgloom-corpora",
            "kgloom-encoders",
            "kgloom-links",
            "kgloom-numerics",
            "kgloom-reader",
            "kgloom-typing",
            "kgloom-watch",
        ],
    ),
    ("kgloom-asking", &["ontologies", "kgloom-record", "kgloom-english", "kgloom-numerics"]),
    ("connectors", &["ontologies", "kgloom-record"]),
    ("kgloom-server", &["kgloom-record", "connectors", "kgloom-client"]),
    ("kgloom-client", &[]),
];

/// Heavy crates, and whose they are. What a crate tests itself against is its own affair.
const HOMES: [(&str, &[&str]); 13] = [
    ("timely", &["kgloom-flow"]),
    ("differential", &["kgloom-flow"]),
    ("candle", &["kgloom-reader", "kgloom-training"]),
    ("tokenizers", &["kgloom-reader", "kgloom-training", "kgloom-encoders"]),
    ("gemm", &["kgloom-numerics"]),
    ("oxigraph", &["connectors"]),
    ("spar", &["connectors"]),
    ("fjall", &["connectors"]),
    ("hf-hub", &["connectors"]),
    ("axum", &["kgloom-server"]),
    ("hyper", &["kgloom-server"]),
    ("rmcp", &["kgloom-client"]),
    ("tokio", &["kgloom-server", "kgloom-client"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn manifest(folder: &str) -> toml::Table {
    read(&format!("{folder}/Cargo.toml")).parse().unwrap_or_else(|error| panic!("{folder}/Cargo.toml: {error}"))
}

/// A crate of the workspace.
struct Package {
    folder: String,
    name: String,
    manifest: toml::Table,
}

impl Package {
    fn dependencies(&self, table: &str) -> impl Iterator<Item = (&String, &toml::Value)> {
        self.manifest.get(table).and_then(|table| table.as_table()).into_iter().flatten()
    }

    /// Its first file.
    fn root(&self) -> String {
        let path = self.manifest.get("lib").and_then(|lib| lib.get("path")).and_then(|path| path.as_str());
        format!("{}/{}", self.folder, path.unwrap_or("src/lib.rs")).trim_start_matches("./").to_owned()
    }
}

fn packages() -> Vec<Package> {
    let workspace = manifest(".");
    let members = workspace["workspace"]["members"].as_array().expect("a workspace lists its members");
    let package = |folder: &str| {
        let manifest = manifest(folder);
        let name = manifest["package"]["name"].as_str().expect("a crate has a name").to_owned();
        Package { folder: folder.to_owned(), name, manifest }
    };
    members.iter().filter_map(|member| member.as_str()).map(package).collect()
}

/// Every file of ours with one of the endings, as paths from the root.
fn files(endings: &[&str]) -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') && name != ".ci"
                || ["target", "kgloom-state", "kgloom-demo", "node_modules", "dist"].contains(&name.as_str())
            {
                continue;
            }
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(&root(), &mut found);
    let mut paths: Vec<String> = found
        .iter()
        .filter_map(|path| path.strip_prefix(root()).ok()?.to_str().map(str::to_owned))
        .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
        .collect();
    paths.sort();
    paths
}

fn report(findings: Vec<String>) {
    assert!(findings.is_empty(), "out of place:\n  {}", findings.join("\n  "));
}

#[test]
fn arrows_point_down_only() {
    let allowed = BTreeMap::from(ALLOWED);
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| package.name != "kgloom") {
        let Some(below) = allowed.get(package.name.as_str()) else {
            findings.push(format!("tests/tidy.rs does not say whom {} may know", package.name));
            continue;
        };
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, _) in package.dependencies(table) {
                if ours.contains(name.as_str()) && !below.contains(&name.as_str()) {
                    findings.push(format!("{} may not know {name}", package.name));
                }
            }
        }
    }
    report(findings);
}

#[test]
fn files_form_no_circle() {
    let crates: Vec<(String, String)> =
        packages().iter().map(|package| (package.name.replace('-', "_"), package.root())).collect();
    let circles = arrows::circles(&root(), &crates);
    report(circles.into_iter().map(|circle| format!("a circle: {}", circle.join(", "))).collect());
}

#[test]
fn heavy_crates_have_their_homes() {
    let mut findings = Vec::new();
    for package in packages() {
        for table in ["dependencies", "build-dependencies"] {
            for (name, _) in package.dependencies(table) {
                let homes = HOMES.iter().find(|(heavy, _)| name.starts_with(heavy)).map(|(_, homes)| *homes);
                if homes.is_some_and(|homes| !homes.contains(&package.name.as_str())) {
                    findings.push(format!("{} uses {name}, whose home is {homes:?}", package.name));
                }
            }
        }
    }
    report(findings);
}

#[test]
fn versions_live_in_the_workspace_and_promises_are_pinned() {
    let mut findings = Vec::new();
    for package in packages() {
        for (name, value) in package.dependencies("dependencies") {
            if value.get("workspace").is_none() {
                findings.push(format!("{}: {name} does not take its version from the workspace", package.name));
            }
        }
    }
    let workspace = manifest(".");
    let pinned = [
        "timely",
        "differential-dataflow",
        "candle-core",
        "candle-nn",
        "tokenizers",
        "oxigraph",
        "spareval",
        "spargebra",
    ];
    for name in pinned {
        let entry = &workspace["workspace"]["dependencies"][name];
        let version = entry.as_str().or_else(|| entry["version"].as_str()).unwrap_or_default();
        if !version.starts_with('=') {
            findings.push(format!("{name} is not pinned exactly: {version}"));
        }
    }
    report(findings);
}

#[test]
fn files_open_with_a_preface_and_fit_a_sitting() {
    let mut findings = Vec::new();
    for path in files(&[".rs"]) {
        let text = read(&path);
        if !text.starts_with("//!") {
            findings.push(format!("{path} does not open with a preface (//!)"));
        }
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().lines().count();
        if code > 400 && !path.ends_with("tests.rs") {
            findings.push(format!("{path} has {code} lines, tests not counted; 400 is the limit"));
        }
    }
    report(findings);
}

/// The files and folders that the tables of the drawing name. A bare name is in the folder that was named before it in
/// the same row; a folder stands for its `mod.rs`.
fn drawn(drawing: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for row in drawing.lines().filter(|line| line.starts_with('|')) {
        let mut folder = "";
        for name in row.split('`').skip(1).step_by(2) {
            let place = name.rfind('/').map(|at| &name[..=at]);
            folder = place.unwrap_or(folder);
            let path = if place.is_some() { name.to_owned() } else { format!("{folder}{name}") };
            found.insert(if path.ends_with('/') { format!("{path}mod.rs") } else { path });
        }
    }
    found
}

#[test]
fn the_drawing_names_every_room() {
    let drawing = read("docs/architecture.md");
    let drawn = drawn(&drawing);
    let mut findings = Vec::new();
    for path in files(&[".rs"]) {
        let source = path.split('/').any(|part| part == "src") || path.ends_with("/lib.rs");
        if source && !path.ends_with("tests.rs") && !drawn.contains(&path) {
            findings.push(format!("docs/architecture.md does not name {path}"));
        }
    }
    for path in drawn.iter().filter(|path| path.ends_with(".rs") && path.contains('/')) {
        if !root().join(path).exists() && !path.ends_with("/mod.rs") {
            findings.push(format!("docs/architecture.md names {path}, which is not there"));
        }
    }
    let folders: Vec<String> = packages().into_iter().map(|package| package.folder).collect();
    for word in drawing.split(|c: char| c.is_whitespace() || "`|(),".contains(c)) {
        let path = word.trim_end_matches(['.', ':', ';']);
        let mut starts = folders.iter().map(String::as_str).chain(["src", "tests", "examples", "docs"]);
        let ours = starts.any(|start| path.starts_with(&format!("{start}/")));
        if ours && !path.contains(['{', '*', '<', '…']) && !root().join(path).exists() {
            findings.push(format!("docs/architecture.md names {path}, which is not there"));
        }
    }
    report(findings);
}

/// The homes of unsafe code: kernels beside the safe reference that tests hold them to, and three calls of the C library.
const UNSAFE: [&str; 2] = ["kg-models/numerics/src/kernels.rs", "src/heap.rs"];

#[test]
fn unsafe_stays_at_home_and_hashed_order_out() {
    let mut findings = Vec::new();
    for path in files(&[".rs"]) {
        let text = read(&path);
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for (number, line) in code.enumerate() {
            let unsafe_code = line.contains("unsafe {") || line.contains("unsafe fn") || line.contains("(unsafe_code)");
            if unsafe_code && !UNSAFE.contains(&path.as_str()) {
                findings.push(format!("{path}: unsafe, near line {}", number + 1));
            }
            let hashed = line.contains("HashMap<") || line.contains("HashSet<");
            if path.starts_with("pipeline/") && hashed {
                findings.push(format!("{path}: hashed order, near line {}", number + 1));
            }
        }
    }
    report(findings.into_iter().filter(|finding| !finding.starts_with("tests/tidy.rs")).collect());
}

#[test]
fn nothing_names_a_machine_or_a_registry() {
    let endings = [".rs", ".md", ".toml", ".ttl", ".txt", ".tsv", ".rq", "Makefile", "run", ".json", ".html"];
    let machine = ["/ro", "ot/"].concat();
    let home = ["/ho", "me/"].concat();
    let hosts = ["crates", "pypi", "npmjs", "debian"];
    let mut findings = Vec::new();
    for path in files(&endings) {
        if path == "Cargo.lock" {
            continue;
        }
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            let address = hosts.iter().any(|host| {
                line.match_indices("://").any(|(at, _)| {
                    let rest = &line[at + 3..];
                    rest.split(['/', ' ', '"', ')']).next().unwrap_or_default().contains(host)
                })
            });
            if address || line.contains(&machine) || line.contains(&home) {
                findings.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    report(findings);
}

#[test]
fn shipped_models_are_small_and_have_cards() {
    let mut findings = Vec::new();
    let weights = root().join("kg-models/weights");
    for model in fs::read_dir(&weights).expect("kg-models/weights holds the default model").flatten() {
        if !model.path().is_dir() {
            continue;
        }
        let sizes = fs::read_dir(model.path()).expect("a model is a folder").flatten();
        let size: u64 = sizes.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum();
        if size > 30_000_000 {
            findings.push(format!("{} weighs {size} bytes; 30 MB is the limit", model.path().display()));
        }
        if !model.path().join("MODEL_CARD.md").exists() {
            findings.push(format!("{} has no MODEL_CARD.md", model.path().display()));
        }
    }
    report(findings);
}

#[test]
fn examples_are_listed_and_the_two_commands_stand_in_the_readme() {
    let readme = read("README.md");
    let mut findings = Vec::new();
    for command in ["make demo", "make test"] {
        if !readme.contains(command) {
            findings.push(format!("README.md does not give `{command}`"));
        }
    }
    for path in files(&[".rs"]).iter().filter(|path| path.starts_with("examples/")) {
        if !readme.contains(path.as_str()) {
            findings.push(format!("README.md does not list {path}"));
        }
    }
    report(findings);
}
