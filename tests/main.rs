//! Whole-system tests, one binary: linking is the slow part. In: the program, its library and the sample corpus.
//! Out: what users rely on.

mod bad_input;
mod commands;
mod crash;
mod identity;
mod scenarios;
mod shipped;
mod tidy;
