//! `kgloom demo`. In: the sample corpus, which is inside the program. Out: a folder with its texts, and their graph served with a
//! page. Never: a file overwritten.

use crate::args::{Demo, Serve};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use anyhow::{Context as _, Result};
use clap::Parser;
use std::path::Path;

/// The texts: their paths, and what is in them.
pub(super) const CORPUS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/corpus.rs"));

pub fn run(mut context: Context, demo: &Demo) -> Result<Exit> {
    let texts = demo.folder.join("texts");
    let is_ours = texts.join("organizations/lumenta.txt").is_file();
    if !is_ours {
        let occupied = std::fs::read_dir(&demo.folder).is_ok_and(|mut entries| entries.next().is_some());
        if occupied {
            let folder = demo.folder.display();
            let message = format!("\"{folder}\" holds something else already; `kgloom demo FOLDER` names another");
            return Err(CliError::usage(message).into());
        }
        for (name, bytes) in CORPUS {
            let path = texts.join(name);
            let folder = path.parent().unwrap_or(Path::new(""));
            let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, bytes));
            written.with_context(|| format!("cannot write \"{}\"", path.display()))?;
        }
        let count = CORPUS.len();
        context.voice.note(&format!(
            "{count} files of an invented country are in \"{}\"; change them while it runs",
            texts.display()
        ));
    }
    std::env::set_current_dir(&demo.folder).with_context(|| format!("cannot enter \"{}\"", demo.folder.display()))?;
    context.config.state = crate::config::STATE.into();
    let bind = demo.bind.to_string();
    let typed = ["serve", "texts", "--watch", "--bind", &bind];
    super::serve::run(context, &Typed::parse_from(typed).serve)
}

/// The flags of `kgloom serve`, as if they were typed.
#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    serve: Serve,
}
