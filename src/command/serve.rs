//! `kgloom serve`. In: a state folder, perhaps files. Out: a graph over HTTP, until somebody asks to stop. Never: an address that
//! others reach without a token of the user's own.

use crate::args::Serve;
use crate::context::Context;
use crate::engine::{Address, Engine, token};
use crate::exit::{CliError, Exit};
use crate::heap;
use crate::interrupt;
use crate::watched::{Changes, Watched};
use anyhow::{Context as _, Result};
use kgloom_server::{Server, Settings};
use serde_json::json;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The fewest bytes of a token that somebody chose.
const SHORTEST: usize = 16;

pub fn run(context: Context, serve: &Serve) -> Result<Exit> {
    let config = context.config.with_input(&serve.input)?.with_limits(serve.timeout_s, serve.query_memory)?;
    let config = config.with_question_encoder(&serve.question)?;
    let voice = context.voice;
    if let Some(missing) = serve.inputs.iter().find(|input| !Path::new(input.as_str()).exists()) {
        return Err(CliError::missing(format!("\"{missing}\" is not there, and cannot be read")).into());
    }
    if !serve.bind.ip().is_loopback() && serve.token_file.is_none() && !serve.read_only {
        let message = format!(
            "others reach {}; name a token of your own with --token-file FILE, or serve --read-only",
            serve.bind
        );
        return Err(CliError::configuration(message).into());
    }
    let secret = match (&serve.token_file, serve.read_only) {
        (_, true) => None,
        (Some(path), _) => Some(chosen(path)?),
        (None, _) => Some(token()?),
    };
    let settings = Settings {
        timeout: config.query_timeout,
        memory: config.query_memory,
        queries: serve.queries as usize,
        queue: serve.queue as usize,
        most_body: (serve.max_body as usize) << 20,
        most_answer: u64::from(serve.max_response) << 20,
        hosts: serve.allow_host.iter().map(|host| host.to_ascii_lowercase()).collect(),
        origins: serve.cors.clone(),
        union_default_graph: serve.union_default_graph,
        stall_time: Duration::from_secs(u64::from(serve.stall_time)),
        shutdown: Duration::from_secs(u64::from(serve.shutdown_s)),
        log: serve.log.clone(),
        folder: Some(config.state.join("subscriptions")),
        ..Settings::new(serve.bind, secret.clone())
    };
    interrupt::install_to_stay(voice);
    if serve.until_input_ends {
        std::thread::Builder::new().name("input".to_owned()).spawn(|| {
            // What comes is nobody's; where it cannot be read, nobody holds it either.
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            interrupt::stop();
        })?;
    }
    // From before the first look on, so that nothing is missed in between.
    let apart = [config.state.clone(), config.models.clone()];
    let watched = if serve.watch { Some(Watched::start(&serve.inputs, &apart, voice)?) } else { None };
    let engine = Arc::new(Engine::start(&config, &serve.inputs, voice)?);
    let server = Server::bind(Arc::clone(&engine) as Arc<_>, settings)
        .with_context(|| format!("cannot listen on {}; --bind names another address", serve.bind))?;
    let at = server.address();
    let address = Address::new(&config.state, at, secret.as_deref(), engine.root());
    let _written = address.write()?;
    let page = address.page();
    let fields = json!({ "address": address.url(), "page": page });
    voice.event("serving", &format!("serving \"{}\" at {page}\nCtrl-C ends it", config.state.display()), fields);
    if let Some(mut watched) = watched {
        let engine = Arc::clone(&engine);
        std::thread::Builder::new().name("files".to_owned()).spawn(move || {
            while !interrupt::signalled() {
                match watched.soon() {
                    Some(Changes::Paths(paths)) => engine.changed(paths),
                    Some(Changes::All { inputs, left }) => engine.look_at(&inputs, &left),
                    None => {}
                }
            }
        })?;
    }
    std::thread::Builder::new().name("heap".to_owned()).spawn(|| heap::keep_low(interrupt::signalled))?;
    interrupt::is_seen_to();
    server.run(interrupt::signalled)?;
    engine.stop()?;
    voice.note("stopped; what was answered is in the state folder");
    Ok(Exit::Done)
}

/// The token of a file.
fn chosen(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read \"{}\"", path.display()))?;
    let token = text.trim();
    match token.len() >= SHORTEST && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(token.to_owned()),
        false => {
            let message = format!("\"{}\" holds no token: {SHORTEST} letters and digits or more", path.display());
            Err(CliError::configuration(message).into())
        }
    }
}
