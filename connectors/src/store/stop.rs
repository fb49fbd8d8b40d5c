//! How a query is ended from outside. In: the time and the memory that it may take. Out: the thread that evaluates it unwinds.
//! Never: a thread that is killed, a lock while it evaluates, a stop within a stop.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
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

/// A query whose time and memory are looked at, until this is dropped.
pub(super) struct Watch(Arc<Stop>);

/// Raises the flag once the time is up or the process has grown by more than `memory` bytes since now. One thread looks after
/// all queries; it begins with the first, and sleeps while there are none.
pub(super) fn watch(stop: &Arc<Stop>, timeout: Option<Duration>, memory: Option<u64>) -> io::Result<Watch> {
    let most = memory.zip(resident()).map(|(memory, idle)| idle + memory - MARGIN.min(memory / 4));
    let mut watched = watched();
    if !watched.begun {
        thread::Builder::new().name("limits of queries".to_owned()).spawn(look_after)?;
        watched.begun = true;
    }
    watched.queries.push(Limits { stop: Arc::clone(stop), timeout, most });
    if watched.asleep {
        watched.asleep = false;
        WOKEN.notify_one();
    }
    Ok(Watch(Arc::clone(stop)))
}

impl Drop for Watch {
    fn drop(&mut self) {
        watched().queries.retain(|query| !Arc::ptr_eq(&query.stop, &self.0));
    }
}

struct Limits {
    stop: Arc<Stop>,
    timeout: Option<Duration>,
    /// Bytes that the process may hold.
    most: Option<u64>,
}

/// All queries that are looked after, and what the thread does.
struct Watched {
    queries: Vec<Limits>,
    begun: bool,
    asleep: bool,
}

static WATCHED: Mutex<Watched> = Mutex::new(Watched { queries: Vec::new(), begun: false, asleep: false });
static WOKEN: Condvar = Condvar::new();

fn watched() -> MutexGuard<'static, Watched> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look_after() {
    loop {
        thread::sleep(TICK);
        let held = resident();
        let mut watched = watched();
        for Limits { stop, timeout, most } in &watched.queries {
            if timeout.is_some_and(|timeout| stop.spent() > timeout) {
                stop.raise(Cause::Time);
            }
            if most.zip(held).is_some_and(|(most, held)| held > most) {
                stop.raise(Cause::Memory);
            }
        }
        watched.asleep = watched.queries.is_empty();
        while watched.asleep {
            watched = WOKEN.wait(watched).unwrap_or_else(PoisonError::into_inner);
        }
    }
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
        let watch = watch(&stop, Some(Duration::from_millis(60)), None).expect("a thread");
        stop.wait(|| thread::sleep(Duration::from_millis(150)));
        assert_eq!(stop.cause(), None);
        thread::sleep(Duration::from_millis(150));
        assert_eq!(stop.cause(), Some(Cause::Time));
        drop(watch);
    }

    #[test]
    fn one_thread_looks_after_all_and_after_none_that_is_done() {
        for _ in 0..3 {
            let stops: Vec<_> = (0..20).map(|_| Stop::new(None)).collect();
            let times = [Some(Duration::from_millis(60)), None].into_iter().cycle();
            let begun = stops.iter().zip(times).map(|(stop, time)| watch(stop, time, None).expect("a thread"));
            let mut watches: Vec<_> = begun.collect();
            // The first ten are done before their time is up.
            watches.drain(..10);
            thread::sleep(Duration::from_millis(200));
            let causes: Vec<_> = stops.iter().map(|stop| stop.cause()).collect();
            let late = [Some(Cause::Time), None].into_iter().cycle().take(10);
            assert_eq!(causes, std::iter::repeat_n(None, 10).chain(late).collect::<Vec<_>>());
            // It sleeps by now, and is woken by the next round.
            drop(watches);
            thread::sleep(Duration::from_millis(20));
        }
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
