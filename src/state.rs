//! The state folder. In: a configuration. Out: the journal and the store that follows it. Never: a graph that is
//! not the one of the journal's documents.

mod components;
mod counted;
mod current;
mod folder;
mod live;
mod models;
mod pins;
mod predicted;
mod replay;
mod root;

pub use components::{Components, classifier};
pub use counted::Counters;
pub use folder::{Folder, must_exist};
pub use live::{Listener, Live, Told, keep_up};
pub use models::{extractor, ontology, reader};
pub use pins::pinned;
pub use predicted::{Predicted, Predicting, absorb, encoder, in_words, links_of, predictor};
pub use replay::{Edited, quarantined, replay};
