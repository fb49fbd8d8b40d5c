//! Reading text, in the order of the flow: layout, states, mentions, coreference, relations, reading.
//!
//! In: a text. Out: a `Reading`. Never: state that outlives a call.

pub mod bundled;
mod config;
pub mod coreference;
pub mod encoder;
pub mod extractor;
pub mod eye;
pub mod fused;
pub mod layers;
pub mod layout;
pub mod literal;
pub mod mentions;
mod plausible;
mod reading;
pub mod relations;
pub mod sentence;
pub mod shape;
pub mod states;
pub mod vectors;

pub use extractor::{Extractor, GivenEntity, GivenRelation};
