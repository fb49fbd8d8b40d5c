//! `kgloom export`. In: a format. Out: the graph, its vectors or a picture, the same bytes for the same graph. Never: a file half-written.

use super::export_map::picture;
use crate::args::{Export, ExportVectors, ExportWhat};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::sets;
use anyhow::{Context as _, Result};
use connectors::Store;
use connectors::store::{ExportFormat, Exported, GraphChoice, NEO4J_FILES, Spoken};
use kgloom_engine::explain::spoken;
use kgloom_engine::state::{Folder, ontology, predictor};
use kgloom_links::LinkModel;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub fn run(context: Context, export: &Export) -> Result<Exit> {
    match &export.what {
        Some(ExportWhat::Vectors(wanted)) => return vectors(&context, wanted),
        Some(ExportWhat::Map(wanted)) => {
            let picture = picture(&context, wanted)?;
            match &wanted.output {
                Some(path) => to_file(path, |out| Ok(out.write_all(picture.as_bytes())?))?,
                None => io::stdout().lock().write_all(picture.as_bytes())?,
            }
            return Ok(Exit::Done);
        }
        None => {}
    }
    let (store, evidence) = if export.annotations {
        let folder = Folder::open_current(&context.config)?;
        let evidence = spoken(&folder, &*ontology(&context.config)?)?;
        (folder.store, Some(evidence))
    } else {
        (Folder::graph(&context.config)?, None)
    };
    let evidence = evidence.as_deref();
    let exported = match &export.output {
        Some(path) if export.format == ExportFormat::Neo4j => to_folder(&store, evidence, path)?,
        Some(path) => to_file(path, |out| to(&store, (export, evidence), out))?,
        None => to(&store, (export, evidence), std::io::stdout().lock())?,
    };
    if exported.left_out {
        context.voice.note("this format holds the default graph only; nq, trig, jsonld and csv hold all");
    }
    context.voice.detail(&format!("{} quads written", exported.quads));
    Ok(Exit::Done)
}

/// Writes the vectors of a model, or of the state folder's predictor.
fn vectors(context: &Context, wanted: &ExportVectors) -> Result<Exit> {
    let exported = match (&wanted.links, &wanted.data) {
        (Some(links), Some(data)) => {
            let set = sets::load(&context.config, data, None)?;
            match LinkModel::read(links, &set)? {
                LinkModel::Embeddings(tables) => tables.export(&set),
                _ => return Err(CliError::usage("only embeddings have vectors of their own; name such a model").into()),
            }
        }
        _ => {
            let folder = Folder::open_current(&context.config)?;
            let predictor = predictor(&context.config, ontology(&context.config)?)?;
            predictor.export(&folder.linked(predictor.graph())?)?
        }
    };
    let mut out = std::io::stdout().lock();
    for vectors in exported {
        for path in vectors.write(wanted.format, &wanted.out)? {
            writeln!(out, "{}  {} {} of {} numbers", path.display(), vectors.names.len(), vectors.kind, vectors.width)?;
        }
    }
    Ok(Exit::Done)
}

/// What is wanted, with the evidence for it.
type Wanted<'a> = (&'a Export, Option<&'a [Spoken]>);

fn to(store: &Store, (export, evidence): Wanted<'_>, out: impl Write) -> Result<Exported> {
    let graphs = if export.all_graphs { GraphChoice::All } else { GraphChoice::Default };
    let mut out = BufWriter::new(out);
    let exported = store.export_with(export.format, graphs, evidence, &mut out)?;
    out.flush()?;
    Ok(exported)
}

/// Writes beside the file first, so that what was there stays until all is written;
/// but a device or a pipe is written to as it is.
fn to_file<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<T>) -> Result<T> {
    let cannot = || format!("cannot write \"{}\"", path.display());
    if path.exists() && !path.is_file() {
        return write(&mut File::options().write(true).open(path).with_context(cannot)?);
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let mut file = File::create(&beside).with_context(cannot)?;
    let written = write(&mut file).inspect_err(|_| drop(std::fs::remove_file(&beside)))?;
    file.sync_all().with_context(cannot)?;
    std::fs::rename(&beside, path).with_context(cannot)?;
    Ok(written)
}

/// Writes the two files of Neo4j's importer; each appears when both are whole.
fn to_folder(store: &Store, evidence: Option<&[Spoken]>, path: &Path) -> Result<Exported> {
    let cannot = || format!("cannot write to \"{}\"", path.display());
    std::fs::create_dir_all(path).with_context(cannot)?;
    let names = NEO4J_FILES.map(|name| (path.join(format!("{name}.part")), path.join(name)));
    let create = |place: usize| -> Result<BufWriter<File>> {
        Ok(BufWriter::new(File::create(&names[place].0).with_context(cannot)?))
    };
    let (mut nodes, mut relationships) = (create(0)?, create(1)?);
    let exported = store.export_neo4j(evidence.unwrap_or_default(), [&mut nodes, &mut relationships])?;
    for file in [nodes, relationships] {
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .with_context(cannot)?;
    }
    for (part, whole) in &names {
        std::fs::rename(part, whole).with_context(cannot)?;
    }
    Ok(exported)
}
