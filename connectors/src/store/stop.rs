//! How a query is ended from outside. In: the time and the memory that it may take. Out: the thread that evaluates it unwinds.
//! Never: a thread that is killed, a lock while it evaluates, a stop within a stop.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// Steps of the evaluator between two looks at the flag.
const STEPS: u32 = 1024;
/// How often time and memory are looked at.
const TICK: Duration = Duration::from_millis(5);
/// What may be allocated between two looks, in bytes: the limit is called this much early.
const MARGIN: u64 = 64 << 20;
/// The longest text that a query may make, in bytes.
pub(super) const LONGEST: usize = 4 << 20;

/// Why a query is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// Its time is up.
    Time = 1,
    /// It takes more memory than it may.
    Memory,
    /// It makes a text longer than [`LONGEST`].
    Text,
    /// Nobody reads the answer any more.
    Gone,
}

/// How the work of a query ended before its time.
#[derive(Debug)]
pub(super) enum Ended {
    /// It was stopped.
    Stopped(Cause),
    /// It panicked, with this message.
    Panicked(String),
}

/// The flag of one query, and the clock that it is measured by.
#[derive(Debug)]
pub(super) struct Stop {
    start: Instant,
    cause: AtomicU8,
    /// Microseconds that were spent waiting for the reader, and since when it is waited for (0: it is not).
    waited: AtomicU64,
    waiting: AtomicU64,
    /// Bytes of the texts that the query made and that it may make.
    made: AtomicU64,
    most: u64,
}

impl Stop {
    /// The flag of a query that begins now and may hold `memory` bytes.
    pub(super) fn new(memory: Option<u64>) -> Arc<Stop> {
        Arc::new(Stop {
            start: Instant::now(),
            cause: AtomicU8::new(0),
            waited: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            made: AtomicU64::new(0),
            most: memory.unwrap_or(u64::MAX),
        })
    }

    /// Raises the flag; the first cause stays.
    pub(super) fn raise(&self, cause: Cause) {
        let _ = self.cause.compare_exchange(0, cause as u8, Relaxed, Relaxed);
    }

    /// Why the flag was raised, if it was.
    pub(super) fn cause(&self) -> Option<Cause> {
        let causes = [Cause::Time, Cause::Memory, Cause::Text, Cause::Gone];
        causes.into_iter().find(|cause| *cause as u8 == self.cause.load(Relaxed))
    }

    /// The time since the start, without what was spent waiting for the reader.
    fn spent(&self) -> Duration {
        let now = self.now();
        let waiting = match self.waiting.load(Relaxed) {
            0 => 0,
            since => now.saturating_sub(since),
        };
        Duration::from_micros(now.saturating_sub(self.waited.load(Relaxed) + waiting))
    }

    /// Does what waits for the reader; the clock of the query stands still meanwhile.
    pub(super) fn wait<T>(&self, work: impl FnOnce() -> T) -> T {
        let since = self.now();
        self.waiting.store(since, Relaxed);
        let done = work();
        self.waited.fetch_add(self.now() - since, Relaxed);
        self.waiting.store(0, Relaxed);
        done
    }

    /// Microseconds since the start, from 1.
    fn now(&self) -> u64 {
        self.start.elapsed().as_micros() as u64 + 1
    }

    /// Counts a text that the query made, and raises the flag where it is too much.
    pub(super) fn count(&self, bytes: usize) {
        if bytes > LONGEST {
            self.raise(Cause::Text);
        } else if self.made.fetch_add(bytes as u64, Relaxed) + bytes as u64 > self.most {
            self.raise(Cause::Memory);
        }
        if self.cause().is_some() {
            look();
        }
    }
}

struct Stopped;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Stop>>> = const { RefCell::new(None) };
    static LEFT: Cell<u32> = const { Cell::new(STEPS) };
}

/// Called at every step of the evaluator; unwinds once the flag of this thread's query is up.
#[inline]
pub(super) fn step() {
    match LEFT.get() {
        0 => look(),
        left => LEFT.set(left - 1),
    }
}

#[cold]
fn look() {
    LEFT.set(STEPS);
    let raised = CURRENT.with_borrow(|current| current.as_ref().is_some_and(|stop| stop.cause().is_some()));
    if raised && !thread::panicking() {
        resume_unwind(Box::new(Stopped));
    }
}

/// Does the work on this thread under the flag.
pub(super) fn under<T>(stop: &Arc<Stop>, work: impl FnOnce() -> T) -> Result<T, Ended> {
    CURRENT.set(Some(Arc::clone(stop)));
    let done = catch_unwind(AssertUnwindSafe(work));
    CURRENT.set(None);
    done.map_err(|payload| match (payload.is::<Stopped>(), stop.cause()) {
        (true, Some(cause)) => Ended::Stopped(cause),
        _ => Ended::Panicked(message(&*payload)),
    })
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

/// Raises the flag once the time is up or the process has grown by more than `memory` bytes since now. Dropping what
/// is given back ends the watch.
pub(super) fn watch(stop: &Arc<Stop>, timeout: Option<Duration>, memory: Option<u64>) -> Sender<()> {
    let (end, ended) = mpsc::channel();
    let stop = Arc::clone(stop);
    let most = memory.zip(resident()).map(|(memory, idle)| idle + memory - MARGIN.min(memory / 4));
    thread::spawn(move || {
        while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
            if timeout.is_some_and(|timeout| stop.spent() > timeout) {
                stop.raise(Cause::Time);
            }
            if most.is_some_and(|most| resident().is_some_and(|now| now > most)) {
                stop.raise(Cause::Memory);
            }
        }
    });
    end
}

/// The memory that the process holds, in bytes, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_cause_unwinds_the_work_and_nothing_else_does() {
        let stop = Stop::new(None);
        assert_eq!(under(&stop, || (0..5_000).for_each(|_| step())).ok(), Some(()));
        stop.raise(Cause::Memory);
        stop.raise(Cause::Time);
        let ended = under(&stop, || (0..5_000).for_each(|_| step()));
        assert!(matches!(ended, Err(Ended::Stopped(Cause::Memory))), "{ended:?}");
        (0..5_000).for_each(|_| step());
    }

    #[test]
    fn waiting_for_the_reader_is_no_time_of_the_query() {
        let stop = Stop::new(None);
        let watch = watch(&stop, Some(Duration::from_millis(60)), None);
        stop.wait(|| thread::sleep(Duration::from_millis(150)));
        assert_eq!(stop.cause(), None);
        thread::sleep(Duration::from_millis(150));
        assert_eq!(stop.cause(), Some(Cause::Time));
        drop(watch);
    }

    #[test]
    fn long_texts_and_many_texts_are_stopped() {
        let stop = Stop::new(Some(1_000));
        let ended = under(&stop, || [600, 300, 200].map(|bytes| stop.count(bytes)));
        assert!(matches!(ended, Err(Ended::Stopped(Cause::Memory))), "{ended:?}");
        let stop = Stop::new(None);
        let ended = under(&stop, || stop.count(LONGEST + 1));
        assert!(matches!(ended, Err(Ended::Stopped(Cause::Text))), "{ended:?}");
    }
}
