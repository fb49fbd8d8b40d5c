//! How reading breaks off. In: errors of the world. Out: refusals, with a place. Never: a panic.

use kgloom_record::record::Refusal;
use std::{fmt, io};

/// The reason and place of whatever made a stream break off.
pub(super) fn refusal(error: &io::Error, container: &str) -> Refusal {
    let told = error.get_ref().and_then(|inner| inner.downcast_ref::<BrokenOff>());
    let reason = match (told, error.kind()) {
        (Some(BrokenOff(reason)), _) => reason.clone(),
        (None, io::ErrorKind::NotFound) => "no such file or folder".to_owned(),
        (None, io::ErrorKind::PermissionDenied) => "no permission to read it".to_owned(),
        (None, _) => format!("cannot be read: {error}"),
    };
    Refusal { reason: reason.into(), location: container.into() }
}

/// A reason that travels as an error of reading.
#[derive(Debug)]
pub(super) struct BrokenOff(pub String);

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BrokenOff {}

/// Somebody asked to stop.
pub(super) fn stopped() -> io::Error {
    broken_off("the reading was stopped".to_owned())
}

/// What was read broke off before its end.
pub(super) fn broken_off(reason: String) -> io::Error {
    io::Error::other(BrokenOff(reason))
}
