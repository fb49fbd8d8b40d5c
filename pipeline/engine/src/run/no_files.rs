//! What stands in place of a file where a document came from none. In: nothing. Out: names. Never: a name that a file may have.

/// What stands in place of a file for documents that were sent to a server.
pub const SENT: &str = "kgloom:http";
/// The same for documents that came from within the process.
pub const EMBEDDED: &str = "kgloom:embedded";
/// The same for standard input, and for the user's corrections.
pub(super) const NO_FILES: [&str; 4] = [SENT, EMBEDDED, "-", "corrections"];
