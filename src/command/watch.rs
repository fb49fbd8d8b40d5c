//! `kgloom watch`. In: files and folders, and what happens to them. Out: a graph that follows. Never: the end of it by a file
//! that cannot be read; a look at files that nobody touched.

use crate::args::Watch;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::interrupt;
use crate::watched::{Changes, Watched};
use anyhow::Result;
use kgloom_engine::run::Following;
use kgloom_engine::state::{Components, Folder, Live};
use std::path::Path;

pub fn run(context: Context, watch: &Watch) -> Result<Exit> {
    let config = context.config.with_input(&watch.input)?;
    if let Some(missing) = watch.inputs.iter().find(|input| !Path::new(input.as_str()).exists()) {
        return Err(CliError::missing(format!("\"{missing}\" is not there, and cannot be watched")).into());
    }
    interrupt::install_to_stay(context.voice);
    let folder = Folder::open(&config)?;
    let root = folder.root(&config)?;
    let components = Components::for_folder(&config, &folder)?;
    // From before the first look on, so that nothing is missed in between.
    let mut watched = Watched::start(&watch.inputs, &root.apart, context.voice)?;

    let mut live = Live::start_with(&config, folder, components)?;
    let mut following = Following::new(&live, &config, root)?;
    following.begin(&mut live, &watch.inputs, &[])?;
    context.voice.note("following the files; Ctrl-C ends it");
    while !interrupt::asked() {
        match watched.soon() {
            Some(Changes::Paths(paths)) => following.changed(&mut live, &paths)?,
            Some(Changes::All { inputs, left }) => following.begin(&mut live, &inputs, &left)?,
            None => {}
        }
    }
    Ok(Exit::Done)
}
