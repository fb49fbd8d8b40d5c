//! The state folder. In: a configuration. Out: the journal and the store that follows it. Never: a graph that is
//! not the one of the journal's documents.

pub mod beside;
mod components;
mod copies;
mod counted;
mod current;
mod derived;
mod folder;
mod live;
mod matched;
mod matching;
mod models;
mod pins;
mod predicted;
mod replay;
mod root;
mod row_words;
mod types;
mod wanted;
mod watched;
mod watched_graph;

pub use components::{Components, classifier};
pub use counted::Counters;
pub use folder::{Folder, must_exist};
pub use live::{Listener, Live, Told, going, keep_up};
pub use matched::{absorb as absorb_rows, linker, replaced, words_of};
pub use matching::{Matching, PinnedTables};
pub use models::{extractor, ontology, reader, untaught};
pub use pins::{lost_pins, pinned, pinned_to_ask};
pub use predicted::{Predicting, absorb, encoder, in_words, links_of, predictor};
pub use replay::{ENDED, Edited, quarantined, replay};
pub use types::Typing;
pub use watched::{LEAST_FACTS, Usual, Watching, unit};
pub use watched_graph::{WatchedGraph, ends};
