//! The centre: nouns, ports, stages and the session that runs them.

pub mod port;
pub mod record;
pub mod vocabulary;
