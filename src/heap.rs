//! What the C library is told. In: the start of the process; a thread that looks. Out: memory of its heap that goes back to the
//! system; a write that fails where a limit would end the process. Never: another setting than the environment's, where it has one.
//!
//! glibc keeps an arena for each thread, up to eight a core, and what a query took of one stays in it: ten thousand queries
//! that hit their limits left 400 MB behind (docs/benchmarks.md).
#![allow(unsafe_code)]

/// Arenas that all threads share.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ARENAS: libc::c_int = 2;

/// Says so to the C library, before threads are started, unless the environment does (`MALLOC_ARENA_MAX`). An early trim is
/// not asked for: it takes the library's own thresholds away, and reading texts a third more time.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn settle() {
    if std::env::var_os("MALLOC_ARENA_MAX").is_none() {
        // SAFETY: mallopt takes two numbers and holds the heap's own lock.
        unsafe { libc::mallopt(libc::M_ARENA_MAX, ARENAS) };
    }
}

/// From now on a file that would grow past its limit (`ulimit -f`) cannot be written, which is told, as a full disk is; without
/// that the system ends the process without a word.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn outlive_file_limit() {
    // SAFETY: no handler is installed; the signal is ignored from now on.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

/// Elsewhere the system has its way.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn outlive_file_limit() {}

/// How often is looked, and by which share of what was kept the process may grow before it gives back what is free.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SHARE: usize = 20;

/// Gives back what loading and queries took, whenever it may be much, until `stop`: for a process that stays.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn keep_low(stop: fn() -> bool) {
    let mut kept = 0;
    while !stop() {
        std::thread::sleep(LOOK);
        let Some(held) = resident() else { return };
        if held > kept + kept / SHARE {
            give_back();
            kept = resident().unwrap_or(held);
        }
    }
}

/// Resident pages of this process.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    pages.split(' ').nth(1)?.parse().ok()
}

/// Gives back all that is free, also within the heap.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn give_back() {
    // SAFETY: malloc_trim takes a number and holds the heap's own locks.
    unsafe { libc::malloc_trim(0) };
}

/// Other C libraries keep less.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn settle() {}

/// Other C libraries keep less.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn keep_low(_stop: fn() -> bool) {}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_between_what_is_used_goes_back() {
        // Pieces below the size that the C library maps one by one, with something in use after each.
        let pieces: Vec<(Vec<u8>, Box<u64>)> = (0..4_000).map(|number| (vec![1; 64 << 10], Box::new(number))).collect();
        let kept: Vec<Box<u64>> = pieces.into_iter().map(|(_, kept)| kept).collect();
        let before = resident().unwrap();
        give_back();
        let after = resident().unwrap();
        assert!(before > after + (64 << 20 >> 12), "{before} to {after}, with {} in use", kept.len());
    }
}
