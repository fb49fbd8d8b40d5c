//! `kgloom eval match`. In: claims with facts and an encoder, or names in languages. Out: how high right facts stand, how well
//! names are known. Never: a choice made on what is tested.

use super::eval_match;
use crate::args::EvalMatch;
use crate::context::Context;
use crate::encoders::any;
use crate::exit::{CliError, Exit};
use crate::report::write;
use crate::voice::progress_printer::{ProgressPrinter, progress};
use anyhow::Result;
use kgloom_corpora::matching::{self, ClaimSet, JudgedNames, MatchSet, NameSet};
use kgloom_matching::{ClaimItems, GoldNames, LanguageNames, ScoredName, TextVectors, eval_claims, eval_names};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub fn eval(context: &Context, wanted: &EvalMatch) -> Result<Exit> {
    let set = match (&wanted.set, &wanted.gold) {
        (Some(set), _) => set,
        (None, Some(gold)) => return eval_match::eval(context, wanted, gold),
        (None, None) => return Err(CliError::usage("--set names a set, --gold a column of a table").into()),
    };
    match matching::load(&wanted.data, set)? {
        MatchSet::Claims(set) => {
            let encoder = any(wanted.encoder.as_deref(), wanted.part.cut())?;
            let (printer, start) = (Mutex::new(ProgressPrinter::new(context.voice)), Instant::now());
            let tell = |step: usize, steps: usize| {
                let shown = progress("texts", step, steps, start);
                printer.lock().unwrap_or_else(PoisonError::into_inner).show(&shown);
            };
            let read = |texts: &[Arc<str>]| -> Result<TextVectors> {
                let texts: Vec<Option<Arc<str>>> = texts.iter().cloned().map(Some).collect();
                Ok(TextVectors { width: encoder.width(), values: encoder.read(&texts, &tell)? })
            };
            let (of_claims, of_facts) = (read(&set.claims)?, read(&set.facts)?);
            printer.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
            let report = eval_claims(&in_numbers(set, encoder.id(), of_claims, of_facts))?;
            write(wanted.format, &report, &report.table())?;
        }
        MatchSet::Names(_) if wanted.encoder.is_some() || wanted.part.is_given() => {
            return Err(CliError::usage(format!("{set} reads no vectors: take --encoder away")).into());
        }
        MatchSet::Names(languages) => {
            let languages: Vec<LanguageNames> = languages.into_iter().map(judged).collect();
            let report = eval_names(&languages);
            write(wanted.format, &report, &report.table())?;
        }
    }
    Ok(Exit::Done)
}

/// The set with vectors for texts.
fn in_numbers(set: ClaimSet, encoder: String, of_claims: TextVectors, of_facts: TextVectors) -> ClaimItems {
    let ClaimSet { name, claims, facts, right, parts } = set;
    ClaimItems { name, encoder, claims, facts, right, parts, of_claims, of_facts }
}

/// The names of a language, as they are judged.
fn judged(set: NameSet) -> LanguageNames {
    let gold = |JudgedNames { correct, incorrect }| GoldNames { correct, incorrect };
    let gold = set.gold.into_iter().map(|(id, names)| (id, gold(names))).collect();
    let scored = |names: Vec<(u32, Arc<str>)>| {
        names.into_iter().map(|(votes, text)| ScoredName { text, votes }).collect::<Vec<_>>()
    };
    let agreed = set.agreed.into_iter().map(|(id, names)| (id, scored(names))).collect();
    LanguageNames { language: set.language, gold, agreed, wikidata: set.wikidata }
}
