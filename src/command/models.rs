//! `kgloom models`. In: a name. Out: what is known, downloaded or checked. Never: the network but for `pull`.

use crate::args::Models;
use crate::context::Context;
use crate::exit::Exit;
use anyhow::Result;
use connectors::Hub;
use connectors::hub::{Checked, KNOWN, Pinned};
use std::io::{self, Write};

pub fn run(context: Context, models: &Models) -> Result<Exit> {
    let hub = Hub::from_environment(&context.config.models);
    let mut out = io::stdout().lock();
    match models {
        Models::List => list(&mut out, &hub),
        Models::Pull { name } => {
            let model: Pinned = name.parse()?;
            context.voice.note(&format!("pulling {model}"));
            let folder = hub.pull(&model)?;
            writeln!(out, "{}", folder.display())?;
            Ok(Exit::Done)
        }
        Models::Verify => verify(&mut out, hub.verify()?),
        Models::Compare(wanted) => {
            // The comparison writes for itself.
            drop(out);
            super::encoder::compare_encoders(&context, wanted)
        }
    }
}

fn list(out: &mut impl Write, hub: &Hub) -> Result<Exit> {
    writeln!(out, "bundled  the reader inside kgloom; `kgloom validate` shows its id")?;
    let here = hub.list()?;
    for (folder, manifest) in &here {
        writeln!(out, "here     {}@{}  {}", manifest.repository, manifest.revision, folder.display())?;
    }
    for known in &KNOWN {
        if !here.iter().any(|(_, manifest)| manifest.repository == known.repository) {
            writeln!(out, "known    {}@{}", known.repository, known.revision)?;
        }
    }
    Ok(Exit::Done)
}

fn verify(out: &mut impl Write, checked: Vec<Checked>) -> Result<Exit> {
    let mut exit = Exit::Done;
    for Checked { folder, model, outcome } in checked {
        match outcome {
            Ok(()) => writeln!(out, "ok     {model}  {}", folder.display())?,
            Err(error) => {
                exit = Exit::Different;
                writeln!(out, "wrong  {model}  {:#}", anyhow::Error::from(error))?;
            }
        }
    }
    Ok(exit)
}
