//! Whole-system tests, one binary: linking is the slow part. In: the program, its library and the sample corpus.
//! Out: what users rely on.

mod arrows;
mod bad_input;
mod commands;
mod crash;
mod identity;
mod own_ontology;
mod scenarios;
mod shipped;
mod tidy;
