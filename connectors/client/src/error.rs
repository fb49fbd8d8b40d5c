//! What can go wrong with a server. In: a failure. Out: a sentence. Never: the token.

use std::io;
use std::path::PathBuf;

/// Why a server did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// This is no address of a server.
    #[error("\"{0}\" is no address of a server; such a one is http://127.0.0.1:7878")]
    Address(String),
    /// What is asked does not fit an address.
    #[error(
        "what is asked is too long: {bytes} bytes as an address has them, and {most} is the most; ask it in fewer words"
    )]
    Long {
        /// How long the address would be.
        bytes: usize,
        /// The longest that one may be.
        most: usize,
    },
    /// The token cannot be sent in a header.
    #[error("the token holds characters that no token has")]
    Token,
    /// What stands in the state folder about its server cannot be read.
    #[error("cannot read {}", .path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The server answers, and refuses.
    #[error("{message}")]
    Refused {
        /// The status of HTTP.
        status: u16,
        /// What the server says.
        message: String,
        /// The line of the query at which it stopped, from 1.
        line: Option<u64>,
        /// The column, from 1.
        column: Option<u64>,
    },
    /// Nobody serves the state folder.
    #[error("nobody serves {} now; start `kgloom serve --state {}`, and ask again", .folder.display(), .folder.display())]
    NotServed {
        /// The folder.
        folder: PathBuf,
    },
    /// No server answers.
    #[error("nothing answers at {address}")]
    Unreachable {
        /// Where it was looked for.
        address: String,
        /// Why not.
        source: io::Error,
    },
    /// Whoever has a state folder open does not say whether he lives.
    #[error(
        "the server at {address} has the state folder, and has not answered for {seconds} s; ask again when it is less busy, or end it"
    )]
    Busy {
        /// Where it is.
        address: String,
        /// For how long it was waited.
        seconds: u64,
    },
    /// The connection ended before the answer did.
    #[error("the answer of {address} broke off")]
    Broken {
        /// Whose answer.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// An answer that kgloom does not give.
    #[error("what answers at {address} does not answer as kgloom does: {what}")]
    Strange {
        /// Whose answer.
        address: String,
        /// What is wrong with it.
        what: String,
    },
    /// The answer could not be handed on.
    #[error("cannot write the answer")]
    Output(#[source] io::Error),
    /// The connection to the assistant failed.
    #[error("the connection to the assistant failed: {0}")]
    Protocol(String),
}

impl Error {
    /// The status that the server refused with, if it did.
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}
