//! `kgloom mcp`. In: requests of an assistant on standard input. Out: answers on standard output. Never: anything else there; a
//! change of the graph that was not allowed.

use crate::args::Mcp;
use crate::context::Context;
use crate::engine::Engine;
use crate::exit::Exit;
use crate::served;
use anyhow::Result;
use kgloom_client::{Client, mcp};
use kgloom_engine::state::must_exist;
use kgloom_server::{Server, Settings};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the assistant has ended.
static ENDED: AtomicBool = AtomicBool::new(false);

pub fn run(context: Context, wanted: &Mcp) -> Result<Exit> {
    if let Some(url) = &wanted.url {
        let client = Client::at(url, wanted.token.clone())?;
        mcp::serve_stdio(client, wanted.allow_writes)?;
        return Ok(Exit::Done);
    }
    if served::client(&context.config)?.is_some() {
        // Whoever serves the folder later is found as well.
        mcp::serve_stdio(mcp::Graph::Of(context.config.state.clone()), wanted.allow_writes)?;
        return Ok(Exit::Done);
    }
    // A name that was mistyped must not become an empty graph.
    must_exist(&context.config)?;
    // Nobody serves the state folder: this process does, to itself.
    let token = wanted.allow_writes.then(crate::engine::token).transpose()?;
    let engine = Arc::new(Engine::start(&context.config, &[], context.voice)?);
    let settings = Settings {
        timeout: context.config.query_timeout,
        memory: context.config.query_memory,
        folder: Some(context.config.state.join("subscriptions")),
        ..Settings::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), token.clone())
    };
    let server = Server::bind(Arc::clone(&engine) as Arc<_>, settings)?;
    let client = Client::at(&format!("http://{}", server.address()), token)?;
    let serving = std::thread::Builder::new().name("server".to_owned()).spawn(move || server.run(is_ended))?;
    let done = mcp::serve_stdio(client, wanted.allow_writes);
    ENDED.store(true, Ordering::SeqCst);
    let served = serving.join();
    engine.stop()?;
    done?;
    match served {
        Ok(served) => served?,
        Err(panic) => std::panic::resume_unwind(panic),
    }
    Ok(Exit::Done)
}

fn is_ended() -> bool {
    ENDED.load(Ordering::SeqCst)
}
