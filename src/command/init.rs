//! `kgloom init`. In: where. Out: a commented configuration file. Never: over a file that is there.

use crate::args::Init;
use crate::config::TEMPLATE;
use crate::exit::{CliError, Exit};
use crate::voice::Voice;
use anyhow::{Context, Result};
use std::fs::File;
use std::io::{ErrorKind, Write};

pub fn run(init: &Init, voice: Voice) -> Result<Exit> {
    let path = init.file.display();
    let mut file = match File::create_new(&init.file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(CliError::missing(format!("\"{path}\" is there already, and is left as it is")).into());
        }
        other => other.with_context(|| format!("cannot write \"{path}\""))?,
    };
    file.write_all(TEMPLATE.as_bytes()).with_context(|| format!("cannot write \"{path}\""))?;
    voice.note(&format!("wrote \"{path}\"; `kgloom validate` checks it, `kgloom run INPUT...` uses it"));
    Ok(Exit::Done)
}
