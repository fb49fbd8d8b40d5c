//! The edge filter in a folder: weights, how edges are held out, what a logit means; named by a hash of its files.
//!
//! In: a folder, or what training found. Out: logits, probabilities, what is kept. Never: a filter whose answers change
//! while its id does not.

use super::leave_one_out::LeaveOneOutViews;
use super::measure::Isotonic;
use super::principal_components::PrincipalComponents;
use super::rule_statistics::RuleStatistics;
use super::scorer::{NAMES, ScorerParameters, shapes};
use super::snapshot::Snapshot;
use crate::Error;
use kgloom_links::Link;
use kgloom_numerics::artifact::{Array, Storage};
use kgloom_numerics::model_folder::{ModelFiles, ModelFolder};
use kgloom_record::neighbourhood::TEXT;
use kgloom_record::port::ModelId;
use kgloom_record::record::Evidence;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

const FOLDER: ModelFolder = ModelFolder {
    name: "filter",
    card: "filter.json",
    weights: "filter.safetensors",
    indented: true,
    remedy: "`kgloom train filter` makes it anew",
};

/// What is written beside the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The graph that was learned from.
    pub data: String,
    /// The encoder of the texts, by its id.
    pub encoder: String,
    /// Numbers in a vector of the encoder.
    pub width: usize,
    /// False edges for each true one that probabilities and thresholds reckon with.
    pub noise: f64,
    /// The relations, in the order of their weights.
    pub relations: Vec<String>,
    /// The precision that is kept where none is asked for, in hundredths.
    pub usual: u8,
    /// What is known of relations beforehand.
    #[serde(rename = "lore")]
    pub rule_statistics: RuleStatistics,
    /// What a logit means.
    pub probabilities: Isotonic,
    /// By precision in hundredths: the logit from which on an edge is kept, a relation each, then that of all together.
    pub thresholds: BTreeMap<u8, Vec<i64>>,
}

/// A trained filter.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphFilter {
    /// What it is.
    pub card: Card,
    /// What texts become.
    pub principal_components: PrincipalComponents,
    /// The weights.
    pub parameters: ScorerParameters<i32>,
}

impl GraphFilter {
    /// A snapshot smoothed for this filter.
    ///
    /// # Errors
    /// When its vectors are not as long as the encoder's.
    pub fn leave_one_out<'a>(&self, snapshot: &'a Snapshot) -> Result<LeaveOneOutViews<'a>, Error> {
        if snapshot.width != self.card.width {
            let reason = format!("it was made for vectors of {} numbers, not {}", self.card.width, snapshot.width);
            return Err(Error::Unsupported { name: FOLDER.card.to_owned(), reason });
        }
        Ok(LeaveOneOutViews::new(snapshot, &self.principal_components.quantise(&snapshot.vectors)))
    }

    /// By relation of a snapshot: its place among the filter's.
    pub fn places(&self, snapshot: &Snapshot) -> Vec<Option<usize>> {
        let place = |name: &std::sync::Arc<str>| self.card.relations.iter().position(|known| **known == **name);
        snapshot.relations.iter().map(place).collect()
    }

    /// The logit that an edge is true, times 1024. `places` are those of the snapshot.
    pub fn logit(
        &self,
        held: &LeaveOneOutViews<'_>,
        places: &[Option<usize>],
        (link, evidence): (Link, Evidence),
    ) -> i64 {
        self.parameters
            .logit(&held.features(link, &evidence, &self.card.rule_statistics), places[link.relation as usize])
    }

    /// The logit from which on edges of a relation are kept for a precision in hundredths.
    ///
    /// # Errors
    /// When no thresholds were chosen for that precision.
    pub fn threshold(&self, precision: u8, place: Option<usize>) -> Result<i64, Error> {
        let Some(list) = self.card.thresholds.get(&precision) else {
            let known: Vec<String> = self.card.thresholds.keys().map(|precision| format!("0.{precision}")).collect();
            let reason = format!("no thresholds for precision 0.{precision}; there are {}", known.join(", "));
            return Err(Error::Unsupported { name: FOLDER.card.to_owned(), reason });
        };
        let place = place.unwrap_or(list.len().saturating_sub(1));
        Ok(list.get(place).copied().unwrap_or(i64::MAX))
    }

    fn files(&self) -> Result<ModelFiles<'static>, Error> {
        // Whole numbers below 2^24 are themselves as f32.
        let array = |name: &str, values: &[i32], shape: [usize; 2]| {
            let values = values.iter().map(|x| *x as f32).collect();
            (name.to_owned(), Array { shape: shape.to_vec(), values }, Storage::Single)
        };
        let mut arrays = vec![
            array("mean", &self.principal_components.mean, [1, self.card.width]),
            array("directions", &self.principal_components.directions, [TEXT, self.card.width]),
        ];
        for ((name, part), shape) in NAMES.into_iter().zip(self.parameters.all()).zip(shapes(self.card.relations.len()))
        {
            arrays.push(array(name, part, shape));
        }
        FOLDER.pack(&self.card, &arrays)
    }

    /// The filter's name: a hash of its files and of the code's meaning.
    ///
    /// # Errors
    /// When its numbers do not fill their shapes.
    pub fn id(&self) -> Result<ModelId, Error> {
        Ok(ModelId(self.files()?.id().into()))
    }

    /// Writes the filter into a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        self.files()?.write(folder)
    }

    /// The filter inside the program, for the model inside it.
    ///
    /// # Errors
    /// When its files are damaged, which no built program should show.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Result<Self, Error> {
        GraphFilter::parse(&FOLDER.embedded(kgloom_weights::filter::CARD, kgloom_weights::filter::WEIGHTS))
    }

    /// Reads a filter that [`GraphFilter::write`] wrote.
    ///
    /// # Errors
    /// When a file is missing or malformed.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        GraphFilter::parse(&FOLDER.read(folder)?)
    }

    fn parse(files: &ModelFiles<'_>) -> Result<Self, Error> {
        let (card, weights): (Card, _) = (files.card()?, files.weights()?);
        let whole = |name: &str, shape: [usize; 2]| -> Result<Vec<i32>, Error> {
            Ok(weights.array(name, &shape)?.values.iter().map(|x| *x as i32).collect())
        };
        let principal_components = PrincipalComponents {
            width: card.width,
            mean: whole("mean", [1, card.width])?,
            directions: whole("directions", [TEXT, card.width])?,
        };
        let mut parameters = Vec::new();
        for (name, shape) in NAMES.into_iter().zip(shapes(card.relations.len())) {
            parameters.push(whole(name, shape)?);
        }
        let parameters: [Vec<i32>; 8] = parameters.try_into().unwrap_or_default();
        Ok(GraphFilter { card, principal_components, parameters: ScorerParameters::from_all(parameters) })
    }
}
