//! What a graph asks for classes of one's own: a typer of its things and one of its documents, in a folder. In: a folder, a
//! precision. Out: classes. Never: a class that is stated below the precision.

use crate::Error;
use crate::model::Typer;
use crate::things::{ThingTyper, direction};
use kgloom_record::port::{self, ClassJudgement, ModelId};
use kgloom_record::profile::Profile;
use kgloom_record::record::{Iri, Score};
use kgloom_record::vocabulary;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most topics that are told of one document.
const TOPICS: usize = 3;
/// The least probability of a topic that is told.
const FLOOR: f32 = 0.1;

/// Tells classes of things and topics of documents.
#[derive(Clone, Debug)]
pub struct GraphTyper {
    id: ModelId,
    things: Option<ThingTyper>,
    precision: u8,
    topics: Option<(Typer, Option<f32>)>,
}

impl GraphTyper {
    /// Of typers of things and of documents; classes are stated from this precision on, in hundredths. Topics are stated only
    /// where examples have shown from which probability on it holds.
    ///
    /// # Errors
    /// When a typer is damaged, or it is not known how to hold the precision.
    pub fn new(things: Option<ThingTyper>, topics: Option<Typer>, precision: u8) -> Result<Self, Error> {
        let mut names = Vec::new();
        if let Some(things) = &things {
            names.push(things.id()?);
        }
        if let Some(topics) = &topics {
            names.push(topics.id()?);
        }
        let id = ModelId(format!("{} at 0.{precision:02}", names.join(" and ")).into());
        if let Some(things) = &things {
            things.card.weights.threshold(precision)?;
        }
        let topics = topics.map(|topics| {
            let threshold = topics.threshold(precision).ok();
            (topics, threshold)
        });
        Ok(GraphTyper { id, things, precision, topics })
    }

    /// Where topics lie in a folder of classes.
    pub fn topics_in(folder: &Path) -> PathBuf {
        folder.join("topics")
    }

    /// Reads what lies in a folder.
    ///
    /// # Errors
    /// When there is nothing, or it is damaged.
    pub fn read(folder: &Path, precision: u8) -> Result<Self, Error> {
        let things = ThingTyper::lies_in(folder).then(|| ThingTyper::read(folder)).transpose()?;
        let topics = GraphTyper::topics_in(folder);
        let topics = Typer::lies_in(&topics).then(|| Typer::read(&topics)).transpose()?;
        if things.is_none() && topics.is_none() {
            let reason = "no typer lies there; `kgloom train types` makes one".to_owned();
            return Err(Error::Unsupported { name: folder.display().to_string(), reason });
        }
        GraphTyper::new(things, topics, precision)
    }
}

impl port::Typer for GraphTyper {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn tell(&self, profile: &Profile) -> Vec<ClassJudgement> {
        match (&self.things, &self.topics) {
            (_, Some((typer, threshold))) if &*profile.class == vocabulary::DOCUMENT_CLASS => {
                topics(typer, *threshold, profile)
            }
            (Some(typer), _) => typer.tell(profile, self.precision),
            _ => Vec::new(),
        }
    }
}

fn topics(typer: &Typer, threshold: Option<f32>, profile: &Profile) -> Vec<ClassJudgement> {
    if profile.own.len() != typer.card.width {
        return Vec::new();
    }
    let item = direction(&profile.own, typer.card.width);
    let told = typer.tell(&item, TOPICS).into_iter().filter(|told| told.probability >= FLOOR);
    told.map(|told| {
        let class = &typer.card.classes[told.class as usize];
        let (word, near) = &told.evidence.word;
        let mut evidence = vec![Arc::from(format!("it is near \"{word}\" ({near:.2})"))];
        let neighbours = told.evidence.neighbours.iter().take(3);
        evidence.extend(neighbours.map(|near| {
            let example = &typer.card.examples[near.place as usize].name;
            Arc::from(format!("it is like the example \"{example}\" ({:.2})", near.similarity))
        }));
        ClassJudgement {
            class: Iri::new(Arc::clone(&class.name)),
            probability: Score::new((told.probability * 10_000.0).round() as u16),
            kept: threshold.is_some_and(|threshold| told.probability >= threshold),
            evidence,
        }
    })
    .collect()
}
