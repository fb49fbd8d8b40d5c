//! `kgloom eval types`. In: a set of items with classes, an encoder. Out: how well the classes are told, without examples,
//! with few, with many. Never: a choice made on what is tested.

use crate::args::EvalTypes;
use crate::context::Context;
use crate::encoders::any;
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::Result;
use kgloom_corpora::typing::{self, TypedSet};
use kgloom_typing::{Class, Examples, TextVectors, TypedItems, Word, eval_types};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub fn eval(context: &Context, wanted: &EvalTypes) -> Result<Exit> {
    let set = typing::load(&wanted.data, &wanted.set)?;
    if wanted.published && set.published.is_none() {
        return Err(
            CliError::usage(format!("no vectors are published with {}: take --published away", set.name)).into()
        );
    }
    let encoder = any(wanted.encoder.as_deref(), wanted.part.cut())?;
    let (printer, start) = (Mutex::new(ProgressPrinter::new(context.voice)), Instant::now());
    let tell = |step: usize, steps: usize| {
        printer.lock().unwrap_or_else(PoisonError::into_inner).show(&progress("texts", step, steps, start));
    };
    let read = |texts: &[Arc<str>]| -> Result<TextVectors> {
        let texts: Vec<Option<Arc<str>>> = texts.iter().cloned().map(Some).collect();
        Ok(TextVectors { width: encoder.width(), values: encoder.read(&texts, &tell)? })
    };
    let items = in_numbers(set, encoder.id(), wanted.published, &read)?;
    printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
    let report = eval_types(&items, wanted.examples, (usize::from(wanted.draws), wanted.seed))?;
    write(wanted.format, &report, &report.table())?;
    Ok(Exit::Done)
}

/// The set with vectors for texts.
fn in_numbers(
    set: TypedSet,
    encoder: String,
    published: bool,
    read: &dyn Fn(&[Arc<str>]) -> Result<TextVectors>,
) -> Result<TypedItems> {
    let mut words: Vec<Arc<str>> = Vec::new();
    for class in &set.classes {
        words.push(class.name.as_str().into());
        words.extend(class.keywords.iter().map(|word| Arc::from(word.as_str())));
    }
    let vectors = read(&words)?;
    let mut words = words.into_iter().zip(vectors.values.chunks_exact(vectors.width));
    let mut next = || words.next().map(|(text, vector)| Word { text, vector: vector.to_vec() });
    let mut classes = Vec::new();
    for class in &set.classes {
        let Some(label) = next() else { break };
        let keywords = class.keywords.iter().filter_map(|_| next()).collect();
        classes.push(Class { name: Arc::clone(&label.text), label, keywords });
    }
    let of_published = set.published.filter(|_| published);
    let (vectors, written, written_classes) = match of_published {
        Some(own) => {
            let rows = |values: Vec<f32>| TextVectors { width: own.width, values };
            (rows(own.items), rows(own.written), own.written_classes)
        }
        None => {
            let (of_written, texts): (Vec<u32>, Vec<Arc<str>>) = set.written.into_iter().unzip();
            (read(&set.texts)?, read(&texts)?, of_written)
        }
    };
    Ok(TypedItems {
        name: set.name,
        encoder,
        classes,
        several: set.several,
        vectors,
        gold: set.gold,
        learning: set.learning,
        edges: set.edges,
        words: set.words,
        answers: set.answers,
        written: Examples {
            names: (0..written_classes.len()).map(|place| Arc::from(format!("written {place}"))).collect(),
            vectors: written,
            classes: written_classes.into_iter().map(|class| vec![class]).collect(),
        },
    })
}
