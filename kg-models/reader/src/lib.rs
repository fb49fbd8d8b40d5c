//! Reading text, in the order of the flow: lines, blocks, sentences, layout, states, mentions, coreference, relations,
//! reading.
//!
//! In: a text. Out: a `Reading`. Never: state that outlives a call.
#![cfg_attr(all(any(doc, doctest), feature = "bundled"), doc = include_str!("../README.md"))]

mod addresses;
pub mod backbone;
pub mod blocks;
#[cfg(feature = "bundled")]
pub mod bundled;
mod called;
pub mod candidates;
mod config;
pub mod coreference;
mod counted;
mod cues;
mod dated;
pub mod dates;
mod declared;
mod edges;
pub mod encoder;
mod encoder_folder;
pub mod engine;
mod entries;
mod error;
pub mod extractor;
pub mod factuality;
mod fiction;
mod forms;
pub mod fused;
mod genres;
mod given;
mod grammar;
mod hedges;
pub mod kinds;
pub mod labels;
pub mod layers;
pub mod layout;
mod lifespans;
mod lines;
pub mod literal;
pub mod mentions;
pub mod model;
pub mod model_files;
pub mod moment;
mod namesakes;
mod narrow;
mod occupations;
mod pair_space;
mod pairs;
mod patterns;
mod phrases;
mod plausible;
mod predicate;
mod reading;
pub mod references;
pub mod relations;
mod rivals;
mod score;
pub mod sentence;
pub mod shape;
mod short_forms;
pub mod states;
mod suffixes;
mod synonyms;
mod taught;
mod teaching;
pub mod text_encoder;
mod text_heads;
mod times;
mod titled;
mod tokens;
mod types;
pub mod units;
pub mod vectors;
mod window;
mod word_list;
mod wording;

pub use crate::engine::Engine;
pub use crate::moment::DateOrder;
pub use error::Error;
pub use given::{GivenEntity, GivenRelation};
pub use model::Extractor;
pub use pair_space::PairSpace;
pub use pairs::PairedText;
pub use taught::{TaughtCard, TaughtRelation, TaughtRelations};
pub use teaching::{Learnt, Lesson, learn};
