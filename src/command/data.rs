//! `kgloom data`. In: links. Out: counts, or parts. Never: a model.

use super::Context;
use super::eval::write;
use crate::args::{Data, Split};
use crate::exit::Exit;
use anyhow::Result;
use kg_models::data;
use kg_models::links::{Held, LinkStats, split};

pub fn run(context: Context, wanted: &Data) -> Result<Exit> {
    match wanted {
        Data::Stats { data, format } => {
            let stats = LinkStats::of(&data::links::load(data)?);
            write(*format, &stats, &stats.table())?;
        }
        Data::Split(wanted) => cut(&context, wanted)?,
    }
    Ok(Exit::Done)
}

fn cut(context: &Context, wanted: &Split) -> Result<()> {
    let held = if wanted.inductive { Held::Entities } else { Held::Links };
    let set = split(&data::links::load(&wanted.data)?, held, wanted.share, wanted.seed)?;
    data::links::write(&set, &wanted.out)?;
    let [train, validation, test] = [&set.train, &set.validation, &set.test].map(Vec::len);
    let out = wanted.out.display();
    context.voice.note(&format!("wrote \"{out}\": {train} links to train, {validation} to validate, {test} to test"));
    Ok(())
}
