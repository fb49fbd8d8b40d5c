//! Ranges of what a training file may say. In: a key, its value, what it may be. Out: nothing, or a message with all three.
//! Never: a value that a training would die of.

use crate::Error;
use std::fmt::Display;

/// A training file under check; its name begins every message.
pub struct Checked(pub &'static str);

/// The most numbers that a table may have: 8 GiB of them.
pub const MOST_NUMBERS: u128 = 1 << 31;

impl Checked {
    /// A whole number between two others, both allowed.
    pub fn whole(&self, key: &str, value: usize, (least, most): (usize, usize)) -> Result<(), Error> {
        self.unless((least..=most).contains(&value), key, value, &format!("from {least} to {most}"))
    }

    /// A number between two others, both allowed.
    pub fn number(&self, key: &str, value: f32, (least, most): (f32, f32)) -> Result<(), Error> {
        self.unless((least..=most).contains(&value), key, value, &format!("from {least} to {most}"))
    }

    /// A number above one and up to another.
    pub fn above(&self, key: &str, value: f32, (least, most): (f32, f32)) -> Result<(), Error> {
        self.unless(value > least && value <= most, key, value, &format!("above {least}, and up to {most}"))
    }

    /// A number from one and below another.
    pub fn below(&self, key: &str, value: f32, (least, most): (f32, f32)) -> Result<(), Error> {
        self.unless((least..most).contains(&value), key, value, &format!("from {least} to below {most}"))
    }

    fn unless(&self, fits: bool, key: &str, value: impl Display, range: &str) -> Result<(), Error> {
        if fits {
            return Ok(());
        }
        let (name, reason) = (format!("{}, {key} = {value}", self.0), format!("must be {range}"));
        Err(Error::Unsupported { name, reason })
    }
}

/// The most examples, epochs, checks and the like.
pub const MANY: usize = 1_000_000;
