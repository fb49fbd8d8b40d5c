//! The commands, one file each. In: typed arguments. Out: an exit code. Never: logic that two of them need.

mod anomalies;
mod ask;
mod backup;
mod classes;
mod correct;
mod corrected;
mod corrections;
mod data;
mod delete;
mod demo;
mod encoder;
mod eval;
mod eval_match;
mod eval_search;
mod explain;
mod export;
mod export_map;
mod extract_text;
mod filter;
mod find;
mod init;
mod links;
mod match_names;
mod match_table;
mod matching;
mod mcp;
mod models;
mod predict;
mod put;
mod query;
mod read;
mod repair;
mod retry;
mod run;
mod search;
mod serve;
mod status;
mod status_memory;
mod suite;
mod train;
mod train_links;
mod train_relations;
mod train_types;
mod train_watch;
mod types;
mod unusual;
mod validate;
mod verify;
mod watch;

use crate::args::{Arguments, Command};
use crate::context::Context;
use crate::exit::Exit;
use crate::voice::{Voice, hear};
use anyhow::Result;
use clap::CommandFactory;
use std::io::Write;

/// Does what was typed.
pub fn run(arguments: Arguments) -> Result<Exit> {
    let common = arguments.common;
    hear(Voice::new(common.quiet, common.verbose));
    match arguments.command {
        Command::Init(init) => init::run(&init, Voice::new(common.quiet, common.verbose)),
        Command::ExtractText(wanted) => extract_text::run(&wanted),
        Command::Completions(wanted) => completions(wanted.shell),
        Command::Validate(validate) => validate::run(&common, &validate),
        command => run_configured(Context::read(&common)?, command),
    }
}

fn run_configured(context: Context, command: Command) -> Result<Exit> {
    match command {
        Command::Run(run) => run::run(context.pinned()?, &run),
        Command::Read(wanted) => read::run(context.pinned()?, &wanted),
        Command::Watch(watch) => watch::run(context.pinned()?, &watch),
        Command::Demo(demo) => demo::run(context, &demo),
        Command::Serve(serve) => serve::run(context.pinned()?, &serve),
        Command::Mcp(wanted) if wanted.allow_writes => mcp::run(context.pinned()?, &wanted),
        Command::Mcp(wanted) => mcp::run(context.pinned_to_ask()?, &wanted),
        Command::Put(put) => put::run(context.pinned()?, &put),
        Command::Delete(delete) => delete::run(context.pinned()?, &delete),
        Command::Correct(wanted) => correct::run(context.pinned_to_ask()?, &wanted),
        Command::Status(status) => status::run(context.pinned_to_ask()?, &status),
        Command::Ask(wanted) => ask::run(context.pinned_to_ask()?, &wanted),
        Command::Search(wanted) => search::run(context.pinned_to_ask()?, &wanted),
        Command::Query(query) => query::run(context.pinned_to_ask()?, &query),
        Command::Explain(explain) => explain::run(context.pinned_to_ask()?, &explain),
        Command::Lookup(wanted) => find::run(context.pinned_to_ask()?, &wanted),
        Command::Verify(verify) => verify::run(context.pinned_to_ask()?, &verify),
        Command::Predict(predict) => predict::run(context.pinned_to_ask()?, &predict),
        Command::Match(wanted) => match_table::run(context.pinned()?, &wanted),
        Command::Unusual(wanted) => unusual::run(context.pinned_to_ask()?, &wanted),
        Command::Export(export) => export::run(context.pinned_to_ask()?, &export),
        Command::Models(models) => models::run(context, &models),
        Command::Train(train) => train::run(context, &train),
        Command::Eval(eval) => eval::run(context, &eval),
        Command::Data(data) => data::run(context, &data),
        Command::Backup(backup) => backup::run(context.pinned_to_ask()?, &backup),
        Command::Repair => repair::run(context.pinned_to_ask()?),
        Command::Retry(retry) => retry::run(context.pinned()?, &retry),
        Command::Filter(filter) => filter::run(&context, &filter),
        Command::Init(_) | Command::Completions(_) | Command::Validate(_) | Command::ExtractText(_) => {
            unreachable!("done above")
        }
    }
}

fn completions(shell: clap_complete::Shell) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "kgloom", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Exit::Done)
}
