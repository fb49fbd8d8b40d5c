//! A typer of things in a folder. In: what training found, or a folder; a profile. Out: classes with probabilities and what
//! speaks for them. Never: a typer whose answers change while its id does not.

use super::features::Features;
use super::signals::Signals;
use super::weights::SignalWeights;
use crate::Error;
use crate::prototypes::Prototypes;
use crate::regression::Regression;
use kgloom_numerics::artifact::{Array, Storage};
use kgloom_numerics::model_folder::{ModelFiles, ModelFolder};
use kgloom_numerics::vectors::TextVectors;
use kgloom_record::port::ClassJudgement;
use kgloom_record::profile::Profile;
use kgloom_record::record::{Iri, Score};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const FOLDER: ModelFolder = ModelFolder {
    name: "types",
    card: "things.json",
    weights: "things.safetensors",
    indented: true,
    remedy: "`kgloom train types` makes it anew",
};
/// The least probability that is told.
const FLOOR: f32 = 0.1;
/// The most classes that are told of one thing.
const MOST: usize = 4;

/// A class, and what is known of it beforehand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThingClass {
    /// Its IRI.
    pub name: Arc<str>,
    /// What people call it, in lower case: the label first.
    pub words: Vec<Arc<str>>,
    /// The classes above it and below it, by place.
    pub kin: Vec<u32>,
    /// Its own IRI and those of the classes below it.
    pub below: Vec<Arc<str>>,
    /// The relations that such things have, and whether as their head.
    pub relations: Vec<(String, bool)>,
    /// The things that are known to be of it, by IRI; sorted.
    pub examples: Vec<Arc<str>>,
}

impl ThingClass {
    /// Whether a noun is one of its words; plurals count.
    pub fn says(&self, noun: &str) -> bool {
        self.words.iter().any(|word| **word == *noun || noun.strip_suffix('s') == Some(&**word))
    }

    /// Whether what is of a class is of this one.
    pub fn covers(&self, class: &str) -> bool {
        self.below.iter().any(|below| **below == *class)
    }
}

/// What is written beside the weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThingCard {
    /// The encoder of the words, by its id: it has to be that of the graph's directions.
    pub encoder: String,
    /// The classes, in the order of their weights.
    pub classes: Vec<ThingClass>,
    /// By class of a thing: the classes that it may be of besides, by place.
    pub candidates: BTreeMap<String, Vec<u32>>,
    /// The nouns that are known, in the order of their rows; sorted.
    pub nouns: Vec<Arc<str>>,
    /// The relations of which it is known what has them, and at which end, in the order of their rows; sorted.
    pub sides: Vec<(String, bool)>,
    /// What the regression sees.
    pub features: Features,
    /// What signals mean where texts say what a thing is.
    pub weights: SignalWeights,
    /// What they mean in this graph where no text says so; none where too few things taught it.
    pub silent: Option<SignalWeights>,
    /// Things that prototypes and regression were learnt from, by class; the last are those of none.
    pub learnt_from: Vec<usize>,
}

/// Tells classes of things.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThingTyper {
    /// What it is.
    pub card: ThingCard,
    /// Nouns × classes: how near their meanings are.
    pub near: TextVectors,
    /// Ends of relations × classes, and none of them: how likely what stands there is of each.
    pub sides: TextVectors,
    /// A vector for each class.
    pub prototypes: Prototypes,
    /// From features to classes, and to none of them.
    pub regression: Regression,
}

impl ThingTyper {
    /// The classes that a thing may be of, by place.
    pub fn candidates(&self, profile: &Profile) -> &[u32] {
        self.card.candidates.get(&*profile.class).map_or(&[], Vec::as_slice)
    }

    /// What signals mean for a thing.
    fn weights(&self, profile: &Profile) -> &SignalWeights {
        self.card.silent.as_ref().filter(|_| profile.nouns.is_empty()).unwrap_or(&self.card.weights)
    }

    /// What a thing probably is, the likeliest first; `kept` is what holds a precision, in hundredths.
    pub fn tell(&self, profile: &Profile, precision: u8) -> Vec<ClassJudgement> {
        let weights = self.weights(profile);
        let threshold = weights.thresholds.get(&precision).copied().unwrap_or(f32::INFINITY);
        let candidates = self.candidates(profile);
        let signals = Signals::of(self, profile, candidates);
        let known = |class: u32| self.card.classes[class as usize].examples.binary_search(&profile.name).is_ok();
        let mut told: Vec<(f32, u32, &Signals)> = Vec::new();
        for (class, signals) in candidates.iter().zip(&signals) {
            let probability = if known(*class) { 1.0 } else { weights.probability(signals) };
            if probability >= FLOOR {
                told.push((probability, *class, signals));
            }
        }
        told.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        told.truncate(MOST);
        told.into_iter()
            .map(|(probability, class, signals)| {
                let told = &self.card.classes[class as usize];
                ClassJudgement {
                    class: Iri::new(Arc::clone(&told.name)),
                    probability: Score::new((probability * 10_000.0).round() as u16),
                    kept: known(class) || probability >= threshold,
                    evidence: self.in_words(told, signals, known(class)),
                }
            })
            .collect()
    }

    /// What speaks for a class, the strongest first.
    fn in_words(&self, class: &ThingClass, signals: &Signals, known: bool) -> Vec<Arc<str>> {
        let label = class.words.first().map_or(&*class.name, |label| label);
        let mut said: Vec<String> = Vec::new();
        if known {
            said.push(format!("the ontology names it as an example of \"{label}\""));
        }
        if let Some(noun) = &signals.said {
            if signals.noun > 0.0 || signals.noun_head > 0.0 {
                said.push(format!("a text says \"{noun}\""));
            } else if signals.noun_near >= 0.5 {
                said.push(format!("a text says \"{noun}\", which is near \"{label}\" ({:.2})", signals.noun_near));
            }
        }
        if signals.read >= 0.3 {
            said.push(format!("the model takes it for \"{label}\" where it reads of it ({:.2})", signals.read));
        }
        if signals.name > 0.0 {
            said.push("its name says so".to_owned());
        }
        if signals.relation > 0.0 {
            said.push(format!("it has a relation of \"{label}\""));
        } else if signals.related >= 0.3 {
            said.push(format!("what has its relations is often \"{label}\" ({:.2})", signals.related));
        }
        if signals.regression >= 0.3 {
            let share = signals.regression;
            said.push(format!("what is said around it is like what is said of others of \"{label}\" ({share:.2})"));
        }
        if said.is_empty() {
            said.push("several weak signs together".to_owned());
        }
        said.into_iter().map(Arc::from).collect()
    }

    fn files(&self) -> Result<ModelFiles<'static>, Error> {
        let rows = |name: &str, values: &[f32], width: usize| {
            let shape = vec![values.len() / width.max(1), width];
            (name.to_owned(), Array { shape, values: values.to_vec() }, Storage::Single)
        };
        let bias = Array { shape: vec![self.regression.bias.len()], values: self.regression.bias.clone() };
        let arrays = [
            rows("near", &self.near.values, self.card.classes.len()),
            rows("sides", &self.sides.values, self.card.classes.len() + 1),
            rows("prototypes", &self.prototypes.vectors.values, self.card.features.width),
            rows("regression", &self.regression.map, self.card.features.count()),
            ("bias".to_owned(), bias, Storage::Single),
        ];
        FOLDER.pack(&self.card, &arrays)
    }

    /// The typer's name: a hash of its files and of the code's meaning.
    ///
    /// # Errors
    /// When its numbers do not fill their shapes.
    pub fn id(&self) -> Result<String, Error> {
        Ok(self.files()?.id())
    }

    /// Whether one lies in a folder.
    pub fn lies_in(folder: &Path) -> bool {
        FOLDER.lies_in(folder)
    }

    /// Writes the typer into a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        self.files()?.write(folder)
    }

    /// Reads a typer that [`ThingTyper::write`] wrote.
    ///
    /// # Errors
    /// When a file is missing or malformed, or its parts do not belong together.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let files = FOLDER.read(folder)?;
        let card: ThingCard = files.card()?;
        let (count, width, features) = (card.classes.len(), card.features.width, card.features.count());
        let places = card.candidates.values().flatten().chain(card.classes.iter().flat_map(|class| &class.kin));
        if places.into_iter().any(|place| *place as usize >= count) {
            return Err(files.unfit(format_args!("a class is named that is not among the {count}")));
        }
        let weights = files.weights()?;
        let rows = |name: &str, rows: usize, width: usize| -> Result<TextVectors, Error> {
            Ok(TextVectors { width, values: weights.array(name, &[rows, width])?.values.clone() })
        };
        Ok(ThingTyper {
            near: rows("near", card.nouns.len(), count)?,
            sides: rows("sides", card.sides.len(), count + 1)?,
            prototypes: Prototypes { vectors: rows("prototypes", count, width)? },
            regression: Regression {
                width: features,
                map: rows("regression", count + 1, features)?.values,
                bias: weights.array("bias", &[count + 1])?.values.clone(),
            },
            card,
        })
    }
}
