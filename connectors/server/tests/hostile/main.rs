//! What a server is asked by those who mean it no good, or who cannot do better. In: requests of all wrong kinds. Out: each is
//! refused in a sentence or ended in time, and the next good one is answered. Never: a process that ends, a thread that stays.

mod elsewhere;
mod queries;
mod readers;
mod requests;
#[path = "../support/mod.rs"]
mod support;

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use support::engine::Bare;
use support::http::Ask;
use support::{of_process, soon};

/// Threads that the tests themselves may start meanwhile.
const TOLERANCE: u64 = 3;

/// Does the work while no other test of this suite does; afterwards all threads that it started are gone.
fn alone(work: impl FnOnce()) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = of_process("Threads");
    work();
    let gone = soon(Duration::from_secs(10), || of_process("Threads") <= before.map(|before| before + TOLERANCE));
    assert!(gone, "{before:?} threads before, {:?} now", of_process("Threads"));
}

/// A graph in which most things can be multiplied.
fn world(size: usize) -> Arc<Bare> {
    let mut turtle = "@prefix x: <urn:x:> .\n".to_owned();
    for number in 0..size {
        let next = (number * 7 + 1) % size;
        let fact = format!("x:a{number} x:p x:a{next} ; x:l \"label number {number}\" ; x:k {} .", number % 100);
        writeln!(turtle, "{fact}").expect("memory");
    }
    Bare::turtle(&turtle)
}

/// The next good query is answered.
#[track_caller]
fn answers(at: SocketAddr) {
    let answer = Ask::query("SELECT (COUNT(*) AS ?n) { ?s <urn:x:k> 5 }").header("Accept", "text/csv").send(at);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.text().starts_with("n\r\n"), "{}", answer.text());
}
