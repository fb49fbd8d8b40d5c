//! Classes of one's own for the things of a graph: what speaks for each, learnt from what the graph says, without examples too.
//!
//! In: profiles of things, classes with the words for them. Out: a typer that a graph asks. Never: a text; an answer that hangs
//! on anything but the profile and what was pinned.
//!
//! ```text
//! words of classes, profiles ─▶ train ─▶ ThingTyper ◀── SignalWeights, learnt once on the written corpus
//! profile ─▶ features ─▶ signals ─▶ probability
//! ```

mod features;
mod model;
mod signals;
mod telling;
mod train;
mod weights;

pub use features::{Features, direction, words_of};
pub use model::{ThingCard, ThingClass, ThingTyper};
pub use signals::{SIGNALS, Signals};
pub use train::{ReadWords, ThingLesson, train_things};
pub use weights::{Kinds, Learnt, SignalWeights};
