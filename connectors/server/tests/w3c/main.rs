//! The suites of the W3C over real sockets. In: their manifests (github.com/w3c/rdf-tests). Out: what passes, what does not, and
//! why. Never: a test that is left out without being counted.

mod archive;
mod manifest;
mod outcome;
mod protocol;
mod queries;
#[path = "../support/mod.rs"]
mod support;
