//! Work that wants an open file where the process has all that it may. In: the work. Out: what it gives once somebody else has closed
//! one, or the last error. Never: another error waited for; work repeated that was done.

use crate::error::{Error, wants_files};
use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long it is waited at the most, and between two tries at first and later.
const LONGEST: Duration = Duration::from_secs(5);
const FIRST: Duration = Duration::from_millis(10);
const LATER: Duration = Duration::from_millis(250);

/// Does what may be done twice, and again while it is for want of open files that it fails.
pub(crate) fn patiently<T>(work: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    while_it(Error::wants_files, work)
}

/// The same where the system is asked.
pub(crate) fn opened_patiently<T>(open: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    while_it(wants_files, open)
}

fn while_it<T, E>(passes: impl Fn(&E) -> bool, mut work: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let (began, mut pause) = (Instant::now(), FIRST);
    loop {
        match work() {
            Err(error) if passes(&error) && began.elapsed() < LONGEST => sleep(pause),
            done => return done,
        }
        pause = (pause * 2).min(LATER);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn too_many() -> io::Error {
        io::Error::from_raw_os_error(24)
    }

    #[test]
    fn what_fails_for_want_of_files_is_tried_again_and_nothing_else_is() {
        let mut tries = 0;
        let mut third = || {
            tries += 1;
            if tries < 3 { Err(too_many()) } else { Ok(tries) }
        };
        assert_eq!(opened_patiently(&mut third).unwrap(), 3);
        for kind in [io::ErrorKind::NotFound, io::ErrorKind::InvalidData, io::ErrorKind::StorageFull] {
            let mut tries = 0;
            let failed = opened_patiently(|| -> io::Result<()> {
                tries += 1;
                Err(kind.into())
            });
            assert_eq!((failed.unwrap_err().kind(), tries), (kind, 1));
        }
        let mut tries = 0;
        let damaged = patiently(|| -> Result<(), Error> {
            tries += 1;
            Err(Error::Damaged { path: "state".into(), what: "no sense".into(), remedy: "mend it" })
        });
        assert!(matches!(damaged, Err(Error::Damaged { .. })) && tries == 1, "damage is never tried again");
    }

    #[test]
    fn it_ends_where_files_are_wanting_for_long() {
        let began = Instant::now();
        let failed = opened_patiently(|| -> io::Result<()> { Err(too_many()) });
        assert!(wants_files(&failed.unwrap_err()) && began.elapsed() >= LONGEST);
    }
}
