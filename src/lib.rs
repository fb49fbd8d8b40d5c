//! The program's parts, so that tests can call them. In: arguments. Out: an exit code.
//! Never: knowledge that a package below owns.
#![cfg_attr(any(doc, doctest), doc = include_str!("../README.md"))]

mod annotated;
pub mod args;
pub mod command;
pub mod config;
pub mod context;
pub mod encoders;
pub mod engine;
pub mod exit;
pub mod finding;
mod heap;
pub mod interrupt;
pub mod meaning;
pub mod report;
pub mod scatter;
pub mod served;
pub mod sets;
pub mod signals;
pub mod summary;
pub mod tables;
pub mod typing;
pub mod voice;
pub mod watched;

use clap::Parser;
use connectors::store::QUERY_THREAD;
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the journal's library has stopped at damage once.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Runs the program with the process's own arguments.
pub fn main() -> ExitCode {
    heap::settle();
    heap::outlive_file_limit();
    end_on_panic();
    let arguments = args::Arguments::parse();
    match command::run(arguments) {
        Ok(exit) => exit.into(),
        Err(error) if exit::is_broken_pipe(&error) => exit::Exit::Done.into(),
        Err(error) => {
            let exit = exit::of(&error);
            // What was under way when somebody asked to stop is no matter.
            let said = match exit {
                exit::Exit::Interrupted => exit::CliError::interrupted().to_string(),
                _ => format!("{error:#}"),
            };
            let _ = writeln!(std::io::stderr(), "error: {said}");
            exit.into()
        }
    }
}

/// A panic ends the whole process, and running again resumes; who embeds the engine is told of it as an error.
fn end_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // There a panic is an answer that cannot be given, or damage, and is told as such.
        if std::thread::current().name() == Some(QUERY_THREAD) {
            return;
        }
        if connectors::journal::is_opening() {
            // What the library drops while it goes down may stop a second time, which nothing can catch.
            if STOPPED.swap(true, Ordering::Relaxed) {
                eprintln!("error: the journal is damaged; {}", connectors::journal::REMEDY);
                std::process::exit(exit::Exit::InputOutput.code());
            }
            return;
        }
        report(panic);
        eprintln!("error: this is a bug in kgloom; what was written is safe, and running again resumes");
        std::process::exit(exit::Exit::Bug.code());
    }));
}
