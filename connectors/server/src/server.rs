//! A server from its start to its end. In: an engine and settings. Out: answers, until somebody asks to stop. Never: a thread that
//! outlives it.

use crate::engine::{Engine, Epoch};
use crate::listen;
use crate::metrics::Metrics;
use crate::room::{self, Room, Size};
use crate::settings::Settings;
use crate::shared::Shared;
use crate::slots::Slots;
use crate::standing::Subscriptions;
use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use tokio::sync::{broadcast, watch};

/// Epochs that a slow listener may be behind.
const BEHIND: usize = 256;
/// Threads that wait for the engine.
const WAITING: usize = 64;
/// Of these, such as wait for a write; and how many may wait for one of them. Calls of assistants take some too (`mcp.rs`).
const WRITES: usize = 32;
const WAITING_WRITES: usize = 1_024;

/// A server that is bound to its address, and answers nothing yet.
pub struct Server {
    listener: TcpListener,
    shared: Arc<Shared>,
    woken: Receiver<Arc<Epoch>>,
}

impl Server {
    /// Binds the address of the settings; port 0 is any that is free.
    ///
    /// # Errors
    /// Fails where the address is taken, or the log cannot be written.
    pub fn bind(engine: Arc<dyn Engine>, mut settings: Settings) -> io::Result<Server> {
        let listener = listen::bind(settings.bind)?;
        settings.bind = listener.local_addr()?;
        let log = settings.log.as_ref().map(|path| File::options().create(true).append(true).open(path)).transpose()?;
        let (subscriptions, woken) = Subscriptions::open(settings.folder.clone(), settings.timeout, settings.memory);
        let connections = Size::of_connections(settings.connections, room::open_files());
        let streams = Size::of_streams(settings.streams, settings.streams_of_one, connections);
        let shared = Arc::new(Shared {
            slots: Slots::new(settings.queries, settings.queue),
            writes: Slots::new(WRITES, WAITING_WRITES),
            connections: Room::new(connections),
            streams: Room::new(streams),
            metrics: Metrics::new(),
            epochs: broadcast::channel(BEHIND).0,
            subscriptions,
            stopping: watch::channel(false).0,
            requests: AtomicU64::new(1),
            log: log.map(Mutex::new),
            engine,
            settings,
        });
        let told = Arc::downgrade(&shared);
        shared.engine.listen(Box::new(move |epoch| {
            let Some(shared) = told.upgrade() else { return };
            shared.metrics.epoch(&epoch);
            let epoch = Arc::new(epoch);
            shared.subscriptions.epoch(Arc::clone(&epoch));
            // Where nobody listens nobody is told.
            let _ = shared.epochs.send(epoch);
        }));
        Ok(Server { listener, shared, woken })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.settings.bind
    }

    /// Answers until `stop` says so; then takes no more, and lets what is under way end.
    ///
    /// # Errors
    /// Fails where the system gives no threads.
    pub fn run(self, stop: fn() -> bool) -> io::Result<()> {
        let Server { listener, shared, woken } = self;
        let follower = Arc::downgrade(&shared);
        std::thread::Builder::new().name("standing queries".to_owned()).spawn(move || {
            while let Some(shared) = follower.upgrade() {
                if !shared.subscriptions.follow(&*shared.engine, &woken) {
                    return;
                }
            }
        })?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(WAITING)
            .enable_io()
            .enable_time()
            .build()?;
        let served = runtime.block_on(listen::serve(listener, shared, stop));
        runtime.shutdown_background();
        served
    }
}
