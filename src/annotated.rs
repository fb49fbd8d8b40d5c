//! Sets of annotated documents by name. In: a name, a folder. Out: documents. Never: an empty part passed over.

use crate::exit::CliError;
use anyhow::Result;
use kgloom_corpora as data;
use kgloom_corpora::{AnnotatedDocument, Part};
use std::path::Path;

/// The folder of all data sets, where a name is one of theirs.
pub fn root_of<'a>((root, flag): (Option<&'a Path>, &str), name: &str) -> Result<&'a Path> {
    if !data::NAMES.contains(&name) {
        let names = data::NAMES.join(", ");
        let message =
            format!("{flag} \"{name}\": there is no such file, and no data set of that name; they are {names}");
        return Err(CliError::missing(message).into());
    }
    root.ok_or_else(|| {
        let message = format!("{flag} {name}: data sets lie in a folder; give it by --data-root or KGLOOM_DATA");
        CliError::usage(message).into()
    })
}

/// The documents of a part of a named set; an empty part has nothing that could be scored.
pub fn part_of(root: &Path, name: &str, part: Part) -> Result<Vec<AnnotatedDocument>> {
    let which = ["training", "validation", "test"][part as usize];
    filled(data::open(root, name, part)?, &format!("the {which} part of {name} in \"{}\"", root.display()))
}

/// The documents, if there are any; `what` is what an error calls them.
pub fn filled(documents: Vec<AnnotatedDocument>, what: &str) -> Result<Vec<AnnotatedDocument>> {
    if documents.is_empty() {
        return Err(CliError::configuration(format!("{what} is empty: there is nothing to score")).into());
    }
    Ok(documents)
}
