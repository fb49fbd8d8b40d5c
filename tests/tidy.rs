//! The shape of the code, as tests. In: the checkout. Out: a list of what is out of place. Never: a style that
//! rustfmt or clippy already holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const PACKAGES: [&str; 5] = [".", "pipeline", "kg-models", "connectors", "ontologies"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn manifest(package: &str) -> toml::Table {
    read(&format!("{package}/Cargo.toml")).parse().unwrap_or_else(|error| panic!("{package}/Cargo.toml: {error}"))
}

fn dependencies(package: &str, table: &str) -> BTreeSet<String> {
    let manifest = manifest(package);
    manifest
        .get(table)
        .and_then(|table| table.as_table())
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

/// Every file of ours with one of the endings, as paths from the root.
fn files(endings: &[&str]) -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') && name != ".ci" || name == "target" || name == "kgloom-state" {
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
    let allowed = BTreeMap::from([
        (".", vec!["pipeline", "kg-models", "connectors", "ontologies"]),
        ("kg-models", vec!["pipeline", "ontologies"]),
        ("connectors", vec!["pipeline", "ontologies"]),
        ("pipeline", vec!["ontologies"]),
        ("ontologies", vec![]),
    ]);
    let mut findings = Vec::new();
    for package in PACKAGES {
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for name in dependencies(package, table) {
                if PACKAGES.contains(&name.as_str()) && !allowed[package].contains(&name.as_str()) {
                    findings.push(format!("{package} may not know {name}"));
                }
            }
        }
    }
    report(findings);
}

#[test]
fn heavy_crates_have_one_home() {
    let homes = [
        ("timely", "pipeline"),
        ("differential", "pipeline"),
        ("candle", "kg-models"),
        ("tokenizers", "kg-models"),
        ("gemm", "kg-models"),
        ("oxigraph", "connectors"),
        ("spar", "connectors"),
        ("fjall", "connectors"),
        ("hf-hub", "connectors"),
    ];
    let mut findings = Vec::new();
    for package in PACKAGES {
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for name in dependencies(package, table) {
                let home = homes.iter().find(|(heavy, _)| name.starts_with(heavy)).map(|(_, home)| *home);
                if home.is_some_and(|home| home != package) {
                    findings.push(format!("{package} uses {name}, whose home is {}", home.unwrap_or_default()));
                }
            }
        }
    }
    report(findings);
}

#[test]
fn versions_live_in_the_workspace_and_promises_are_pinned() {
    let mut findings = Vec::new();
    for package in PACKAGES {
        for (name, value) in manifest(package).get("dependencies").and_then(|d| d.as_table()).into_iter().flatten() {
            if value.get("workspace").is_none() {
                findings.push(format!("{package}: {name} does not take its version from the workspace"));
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

#[test]
fn the_drawing_names_every_room() {
    let drawing = read("docs/architecture.md");
    let mut findings = Vec::new();
    for path in files(&[".rs"]) {
        let parts: Vec<&str> = path.split('/').collect();
        let source = parts.contains(&"src") && !path.ends_with("tests.rs");
        let room = match parts.as_slice() {
            [.., folder, "mod.rs"] => format!("{folder}/"),
            [.., file] => (*file).to_owned(),
            [] => continue,
        };
        if source && !drawing.contains(&room) {
            findings.push(format!("docs/architecture.md does not name {path}"));
        }
    }
    for word in drawing.split(|c: char| c.is_whitespace() || "`|(),".contains(c)) {
        let path = word.trim_end_matches(['.', ':', ';']);
        let ours = PACKAGES[1..]
            .iter()
            .chain(&["src", "tests", "examples", "docs"])
            .any(|p| path.starts_with(&format!("{p}/")));
        if ours && !path.contains(['{', '*', '<', '…']) && !root().join(path).exists() {
            findings.push(format!("docs/architecture.md names {path}, which is not there"));
        }
    }
    report(findings);
}

/// The one home of unsafe code: kernels beside the safe reference that tests hold them to.
const KERNELS: &str = "kg-models/src/engine/kernels.rs";

#[test]
fn unsafe_stays_with_the_kernels_and_hashed_order_out() {
    let mut findings = Vec::new();
    for path in files(&[".rs"]) {
        let text = read(&path);
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for (number, line) in code.enumerate() {
            let unsafe_code = line.contains("unsafe {") || line.contains("unsafe fn") || line.contains("(unsafe_code)");
            if unsafe_code && path != KERNELS {
                findings.push(format!("{path}: unsafe, near line {}", number + 1));
            }
            let hashed = line.contains("HashMap<") || line.contains("HashSet<");
            if path.starts_with("pipeline/src") && hashed {
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
