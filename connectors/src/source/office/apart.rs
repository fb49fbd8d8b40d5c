//! A process for each document of another program. In: its bytes. Out: what the process read, or why it did not.
//! Never: this process ended by a file, or held up by one when somebody asks to stop.

use crate::patience::opened_patiently;
use crate::source::office::archive::NO_ARCHIVE;
use crate::source::office::extracted::{Extracted, LeftOut};
use crate::source::office::limits::Format;
use crate::source::options::{SourceOptions, Stop};
use crate::source::wrong::Wrong;
use crate::source::{broken, wrong};
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// Between two looks at whether the process has ended or is to be.
const LOOK: Duration = Duration::from_millis(5);

/// The text of a document, and what of it was left out. An error is one of reading: somebody asked to stop.
pub(in crate::source) fn read(
    source: impl Read,
    format: Format,
    options: &SourceOptions,
    stop: Stop,
) -> io::Result<Result<Extracted, Wrong>> {
    let mut bytes = Vec::new();
    source.take(options.office.bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    let told = match &options.extractor {
        Some(program) => {
            let limits = &options.office;
            let mut command = Command::new(program);
            command.arg("extract-text").arg(format.ending());
            for limit in [limits.bytes, limits.pages, limits.steps, limits.memory] {
                command.arg(limit.to_string());
            }
            run(&mut command, bytes, options.max_document_bytes, stop)?
        }
        None => Err("not read here".to_owned()),
    };
    Ok(told.and_then(|told| wrong::check(&told.text, options).map(|()| told).map_err(|wrong| wrong.reason)).map_err(
        |reason| {
            let remedy = match reason.starts_with(NO_ARCHIVE) {
                true => "it is damaged, or another kind of file under this name",
                false => format.remedy(),
            };
            Wrong::new(format!("{reason}; {remedy}"))
        },
    ))
}

/// What the process wrote, or why it failed, in its own words.
fn run(command: &mut Command, bytes: Vec<u8>, most: u64, stop: Stop) -> io::Result<Result<Extracted, String>> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = opened_patiently(|| command.spawn())?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // A process that ends early does not read all; its end tells why.
    let feed = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&bytes).is_ok()));
    let text = thread::spawn(move || all_of(stdout, most.saturating_add(1)));
    let words = thread::spawn(move || all_of(stderr, 64 << 10));
    let ended = wait(&mut child, stop);
    let (_, text, words) = (feed.join(), text.join().unwrap_or_default(), words.join().unwrap_or_default());
    let status = ended?;
    let words = String::from_utf8_lossy(&words);
    if status.success() {
        let left_out = words.lines().filter_map(LeftOut::of_line).collect();
        let text = String::from_utf8(text).map_err(|_| "what was read of it is not UTF-8".to_owned());
        return Ok(text.map(|text| Extracted { text, left_out }));
    }
    Ok(Err(match (status.code(), words.lines().last()) {
        (Some(65), Some(reason)) => reason.to_owned(),
        _ => "it broke the process that reads it; it may take more than limits.max_memory_mb".to_owned(),
    }))
}

/// All that comes, as far as it is wanted; the rest is read too, so that nobody waits to write it.
fn all_of(source: Option<impl Read>, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut source) = source {
        let read = source.by_ref().take(most).read_to_end(&mut bytes);
        let _rest = read.and_then(|_| io::copy(&mut source, &mut io::sink()));
    }
    bytes
}

fn wait(child: &mut Child, stop: Stop) -> io::Result<std::process::ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if stop() {
            child.kill()?;
            child.wait()?;
            return Err(broken::stopped());
        }
        thread::sleep(LOOK);
    }
}
