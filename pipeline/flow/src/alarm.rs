//! Threads that wait for one another, told when one of them panics. In: a panic. Out: the word of it, and nobody who waits for ever.
//! Never: the end of the process.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// Rung by the first of some threads that panics.
#[derive(Default)]
pub(crate) struct Alarm {
    rung: AtomicBool,
    reason: Mutex<Option<String>>,
    threads: Mutex<Vec<Thread>>,
}

impl Alarm {
    /// Wakes this thread when it rings, wherever it is parked.
    pub(crate) fn hear(&self) {
        held(&self.threads).push(thread::current());
    }

    /// Does work; where it panics, the alarm rings. What the work had in hand is to be dropped then, and nothing else.
    pub(crate) fn guard<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        catch_unwind(AssertUnwindSafe(work)).map_err(|panic| self.ring(&*panic)).ok()
    }

    /// Whether a thread has panicked.
    pub(crate) fn is_rung(&self) -> bool {
        self.rung.load(Ordering::SeqCst)
    }

    /// What the first that panicked said.
    pub(crate) fn reason(&self) -> Option<String> {
        held(&self.reason).clone()
    }

    fn ring(&self, panic: &(dyn Any + Send)) {
        let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
        let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
        held(&self.reason).get_or_insert_with(|| words.unwrap_or_else(|| "it does not say why".to_owned()));
        self.rung.store(true, Ordering::SeqCst);
        // Whoever begins to listen only now looks before it waits.
        held(&self.threads).iter().for_each(Thread::unpark);
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
