//! The extractor: one pass over a text, all heads on the same states.
//!
//! In: a text. Out: a `Reading`, a function of the text and the model id alone. Never: more than one thread in a call.

#[cfg(feature = "bundled")]
use super::bundled;
#[cfg(feature = "bundled")]
use super::label_model::LabelSource;
use super::model::Extractor;
use super::reading;
use crate::Error;
#[cfg(feature = "bundled")]
use kgloom_numerics::matrix::Precision;
use kgloom_record::port::{Failure, ModelId, Reader};
use kgloom_record::record::{Iri, Reading, Refusal, Score, Span};
use std::collections::BTreeMap;

/// Texts of more bytes are refused.
pub const LONGEST_TEXT: usize = 1 << 20;

impl Extractor {
    /// The model inside the program.
    ///
    /// # Errors
    /// When its files are damaged, which no built program should show.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Result<Extractor, Error> {
        Extractor::bundled_with(Precision::default())
    }

    /// The model inside the program, with the arithmetic of a precision.
    ///
    /// # Errors
    /// As [`Extractor::bundled`].
    #[cfg(feature = "bundled")]
    pub fn bundled_with(precision: Precision) -> Result<Extractor, Error> {
        let mut extractor = Extractor::from_files(&bundled::files(), precision)?;
        extractor.label_source = Some(LabelSource::Bundled(bundled::label_files));
        Ok(extractor)
    }

    /// Reads a text whose names are given, each with the index of its class in [`super::mentions::CLASSES`]; times and
    /// quantities are found by the model. None may overlap.
    ///
    /// # Errors
    /// When the text cannot be tokenized, or tensor arithmetic fails.
    pub fn read_marked(&self, text: &str, names: &[(Span, usize)]) -> Result<Reading, Error> {
        self.alone(|| reading::read(self, text, Some(names)))
    }
}

impl Reader for Extractor {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn read(&self, text: &str) -> Result<Reading, Failure> {
        if text.len() > LONGEST_TEXT {
            let reason = format!("text of {} bytes; at most {LONGEST_TEXT} are read", text.len());
            return Err(Failure::Refused(Refusal { reason: reason.into(), location: "".into() }));
        }
        self.alone(|| reading::read(self, text, None)).map_err(|error| match error {
            Error::Tokenizer { reason, .. } => Failure::Refused(Refusal {
                reason: format!("cannot be tokenized: {reason}").into(),
                location: "".into(),
            }),
            error => Failure::Broken(Box::new(error)),
        })
    }

    fn thresholds(&self) -> &BTreeMap<Iri, Score> {
        &self.thresholds
    }
}
