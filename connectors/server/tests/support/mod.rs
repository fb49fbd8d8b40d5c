//! What the suites share. In: a store. Out: a server on a socket of its own, and a client that sees every byte. Never: a fixed
//! port; a server that outlives its test.

#![allow(dead_code, reason = "each suite uses its part")]

pub mod engine;
pub mod http;

use engine::Bare;
use kgloom_server::{Server, Settings};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What lets a request of the suites write.
pub const TOKEN: &str = "the token of the suites";

/// Servers at once.
const MOST: usize = 8;
static ASKED: [AtomicBool; MOST] = [const { AtomicBool::new(false) }; MOST];
static TAKEN: [AtomicBool; MOST] = [const { AtomicBool::new(false) }; MOST];

fn asked<const PLACE: usize>() -> bool {
    ASKED[PLACE].load(Ordering::SeqCst)
}

/// Whether the server at a place is to stop: a server takes no closure.
const STOPS: [fn() -> bool; MOST] =
    [asked::<0>, asked::<1>, asked::<2>, asked::<3>, asked::<4>, asked::<5>, asked::<6>, asked::<7>];

/// A server that runs.
pub struct Served {
    pub at: SocketAddr,
    place: usize,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Served {
    /// One with the usual settings.
    pub fn usual(engine: &Arc<Bare>) -> Served {
        Served::with(engine, |_| {})
    }

    /// One with settings that are set.
    pub fn with(engine: &Arc<Bare>, set: impl FnOnce(&mut Settings)) -> Served {
        let mut settings = Settings::new((Ipv4Addr::LOCALHOST, 0).into(), Some(TOKEN.to_owned()));
        settings.shutdown = Duration::from_secs(2);
        set(&mut settings);
        let place = (0..MOST).find(|place| !TAKEN[*place].swap(true, Ordering::SeqCst));
        let place = place.expect("a place for one more server");
        ASKED[place].store(false, Ordering::SeqCst);
        let server = Server::bind(Arc::clone(engine) as Arc<_>, settings).expect("a free port");
        let at = server.address();
        let thread = std::thread::spawn(move || server.run(STOPS[place]));
        Served { at, place, thread: Some(thread) }
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        ASKED[self.place].store(true, Ordering::SeqCst);
        let ended = thread.join();
        TAKEN[self.place].store(false, Ordering::SeqCst);
        if !std::thread::panicking() {
            ended.expect("the server does not panic").expect("the server ends well");
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits until it is so; says whether it came to be in time.
pub fn soon(within: Duration, mut so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if so() {
            return true;
        }
        if start.elapsed() > within {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A number of this process as the system tells it: `Threads`, or `VmRSS` in kB. None where it does not tell.
pub fn of_process(what: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}
