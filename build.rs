//! The sample corpus as a list of files, for `kgloom demo`. In: `examples/corpus`. Out: Rust that embeds it. Never: a file of another
//! folder.

use std::fmt::Write;
use std::path::Path;

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo says where the crate is");
    let out = std::env::var("OUT_DIR").expect("cargo says where to write");
    let corpus = Path::new(&root).join("examples/corpus");
    println!("cargo::rerun-if-changed={}", corpus.display());
    let mut files = Vec::new();
    walk(&corpus, &mut files);
    files.sort();
    let mut text = String::from("&[\n");
    for path in &files {
        let name = path.strip_prefix(&corpus).expect("it lies within").to_string_lossy().replace('\\', "/");
        writeln!(text, "    ({name:?}, include_bytes!({path:?})),").expect("a text grows");
    }
    text.push(']');
    std::fs::write(Path::new(&out).join("corpus.rs"), text).expect("the folder can be written");
}

fn walk(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the sample corpus is there").flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}
