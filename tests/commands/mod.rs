//! The program as users meet it. In: command lines. Out: what they print, write and return.
//! The reader is the toy; what the real one reads is tested where it lives.

mod assistants;
mod changes;
mod corrections;
mod damage;
mod elsewhere;
mod facts;
mod filter;
mod graphs;
mod links;
mod matching;
mod parts;
mod pins;
mod predictions;
mod questions;
mod reading;
mod searching;
mod serving;
mod settings;
mod sources;
mod stopping;
mod teaching;
mod typing;
mod unusual;
mod values;
mod watching;

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder to work in, with the program at hand.
pub struct Sandbox {
    folder: TempDir,
    toy: bool,
}

/// The folder of an encoder that is not the one of the reader: its trunk, without the head that tells its vectors.
pub fn trunk() -> &'static str {
    const FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/trunk");
    static COPIED: std::sync::Once = std::sync::Once::new();
    COPIED.call_once(|| {
        let from = concat!(env!("CARGO_MANIFEST_DIR"), "/kg-models/weights/default");
        std::fs::create_dir_all(FOLDER).expect("a folder");
        for file in ["config.json", "tokenizer.json", "model.safetensors"] {
            std::fs::copy(format!("{from}/{file}"), format!("{FOLDER}/{file}")).expect("a file");
        }
    });
    FOLDER
}

impl Sandbox {
    pub fn new() -> Sandbox {
        Sandbox { folder: tempfile::tempdir().expect("a temporary folder"), toy: true }
    }

    /// A folder to work in, with the model that is shipped.
    pub fn with_shipped_model() -> Sandbox {
        Sandbox { toy: false, ..Sandbox::new() }
    }

    /// A desk with files on it: path and text.
    pub fn with(files: &[(&str, &str)]) -> Sandbox {
        let sandbox = Sandbox::new();
        files.iter().for_each(|(path, text)| sandbox.write(path, text));
        sandbox
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("inside the sandbox")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kgloom"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KGLOOM_")) {
            command.env_remove(name);
        }
        if self.toy {
            command.env("KGLOOM_MODEL", "toy:rules");
        }
        command.args(arguments).current_dir(self.path());
        command
    }

    /// Runs a command; whatever its end.
    pub fn kgloom(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments).stdin(Stdio::null()).output().expect("the program runs"))
    }

    /// Runs a command with a text on its standard input.
    pub fn kgloom_with_input(&self, arguments: &[&str], input: &str) -> Outcome {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let mut stdin = child.stdin.take().expect("it is piped");
        stdin.write_all(input.as_bytes()).expect("it reads");
        drop(stdin);
        Outcome::of(child.wait_with_output().expect("it ends"))
    }

    /// Runs a command that must succeed, and gives what it printed.
    #[track_caller]
    pub fn done(&self, arguments: &[&str]) -> String {
        let said = self.kgloom(arguments);
        assert_eq!(said.code, 0, "kgloom {arguments:?}\n{}{}", said.out, said.err);
        said.out
    }

    /// Runs a command that must succeed, and gives the summary it ended with.
    #[track_caller]
    pub fn summary(&self, arguments: &[&str]) -> Value {
        let said = self.kgloom(arguments);
        assert_eq!(said.code, 0, "kgloom {arguments:?}\n{}{}", said.out, said.err);
        said.summary()
    }

    /// The rows of a query, as CSV without its head.
    #[track_caller]
    pub fn ask(&self, sparql: &str) -> Vec<String> {
        self.ask_with(sparql, &[])
    }

    /// The same, with further flags.
    pub fn ask_with(&self, sparql: &str, flags: &[&str]) -> Vec<String> {
        let answer = self.done(&[&["query", sparql, "--format", "csv"], flags].concat());
        answer.lines().skip(1).map(|line| line.trim_end().to_owned()).collect()
    }
}

/// How a command ended.
pub struct Outcome {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Outcome {
    fn of(output: Output) -> Outcome {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Outcome { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The event of that name on standard error.
    #[track_caller]
    pub fn summary(&self) -> Value {
        let events = self.err.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut done = events.filter(|event| event["event"] == "done");
        done.next().unwrap_or_else(|| panic!("no summary in:\n{}", self.err))
    }
}
