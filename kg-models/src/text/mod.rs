//! Reading text, in the order of the flow: lines, blocks, sentences, layout, states, mentions, coreference, relations,
//! reading.
//!
//! In: a text. Out: a `Reading`. Never: state that outlives a call.

pub mod blocks;
pub mod bundled;
pub mod cast;
mod config;
pub mod coreference;
mod cues;
pub mod dates;
mod declared;
pub mod encoder;
mod entries;
pub mod extractor;
pub mod eye;
pub mod factuality;
mod forms;
pub mod fused;
mod given;
mod grammar;
pub mod labels;
pub mod layers;
pub mod layout;
mod lines;
pub mod literal;
pub mod mentions;
mod patterns;
mod plausible;
mod reading;
pub mod references;
pub mod relations;
pub mod sentence;
pub mod shape;
mod short_forms;
mod sight;
pub mod states;
mod times;
mod tokens;
mod types;
pub mod units;
pub mod vectors;

pub use dates::DateOrder;
pub use extractor::Extractor;
pub use given::{GivenEntity, GivenRelation};
