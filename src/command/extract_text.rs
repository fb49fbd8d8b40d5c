//! `kgloom extract-text`: what another kgloom starts for each document of other programs. In: the document on standard
//! input, and limits. Out: its text and what is left out of it, or the reason why there is none. Never: more memory than is allowed.

use crate::args::ExtractText;
use crate::exit::{CliError, Exit};
use anyhow::Result;
use connectors::source::{Extracted, Format, OfficeLimits, extract};
use std::io::{Read, Write};

pub fn run(wanted: &ExtractText) -> Result<Exit> {
    let format = Format::of_ending(&wanted.format);
    let format = format.ok_or_else(|| CliError::usage(format!("\"{}\" is no form that is read so", wanted.format)))?;
    let ExtractText { bytes, pages, steps, memory, .. } = *wanted;
    #[cfg(unix)]
    rlimit::setrlimit(rlimit::Resource::AS, memory << 20, memory << 20)?;
    let mut document = Vec::new();
    std::io::stdin().lock().take(bytes.saturating_add(1)).read_to_end(&mut document)?;
    match extract(format, document, &OfficeLimits { bytes, pages, steps, memory }) {
        Ok(Extracted { text, left_out }) => {
            std::io::stdout().lock().write_all(text.as_bytes())?;
            left_out.iter().try_for_each(|part| writeln!(std::io::stderr().lock(), "{}", part.line()))?;
            Ok(Exit::Done)
        }
        Err(reason) => {
            writeln!(std::io::stderr().lock(), "{reason}")?;
            Ok(Exit::Data)
        }
    }
}
