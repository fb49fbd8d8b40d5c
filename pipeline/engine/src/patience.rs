//! Work that wants an open file where the process has all that it may. In: work that is due. Out: what it gives, once somebody else
//! has closed one. Never: another error waited for; a wait that outlasts a wish to stop.

use crate::interrupt;
use connectors::wants_files;
use kgloom_record::port::Broken;
use std::fmt::Display;
use std::thread::sleep;
use std::time::Duration;

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// Errors that may say that too many files are open.
pub(crate) trait Passes: Display {
    /// Whether they do: nothing is wrong with what was to be done, and it can be done later.
    fn passes(&self) -> bool;
}

impl Passes for connectors::Error {
    fn passes(&self) -> bool {
        self.wants_files()
    }
}

impl Passes for Broken {
    fn passes(&self) -> bool {
        self.downcast_ref().is_some_and(connectors::Error::wants_files)
    }
}

impl Passes for anyhow::Error {
    fn passes(&self) -> bool {
        self.chain().any(|cause| {
            cause.downcast_ref().is_some_and(connectors::Error::wants_files)
                || cause.downcast_ref().is_some_and(wants_files)
        })
    }
}

/// Does what must be done and may be done twice, until it fails for another reason than a want of files, or somebody asks to stop.
pub(crate) fn until_done<T, E: Passes>(mut work: impl FnMut() -> Result<T, E>) -> Result<T, E> {
    let mut said = false;
    loop {
        match work() {
            Err(error) if error.passes() && !interrupt::signalled() => {
                if !std::mem::replace(&mut said, true) {
                    tracing::warn!("{error}; it is tried again until it can be done");
                }
                sleep(PAUSE);
            }
            done => return done,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use anyhow::Context;
    use std::io;

    #[test]
    fn a_want_of_files_passes_and_damage_does_not() {
        let too_many = || Err::<(), _>(io::Error::from_raw_os_error(24)).context("cannot read").unwrap_err();
        assert!(too_many().passes());
        let file = connectors::Error::Damaged { path: "state".into(), what: "no sense".into(), remedy: "mend it" };
        let gone = anyhow::Error::from(io::Error::from(io::ErrorKind::NotFound));
        assert!(!file.passes() && !gone.passes() && !anyhow::Error::from(file).passes());
        let mut tries = 0;
        let third = until_done(|| {
            tries += 1;
            if tries < 3 { Err(too_many()) } else { Ok(tries) }
        });
        assert_eq!(third.unwrap(), 3);
    }
}
