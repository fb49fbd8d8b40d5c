//! Why the graph filter believes a fact, or does not. In: facts, as rejections write them. Out: how probable each is, and how
//! much each edge around it says for it or against it. Never: a write; the graph is built anew from the journal, and the
//! filter is listened to.

use crate::settings::Settings;
use crate::state::{Components, Folder, Live, classifier};
use anyhow::Result;
use kgloom_filter::TripleClassifier;
use kgloom_record::neighbourhood::{AggregatedEdge, Neighbourhood, Numbers, ONE};
use kgloom_record::port::{Filter, Judgement, ModelId};
use kgloom_record::record::{Evidence, Score, Triple};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Edges that are told for, and as many against.
const TOLD: usize = 5;

/// What the filter holds of a fact.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Belief {
    /// The filter, with the precision that it keeps.
    pub filter: String,
    /// How probable the fact is.
    pub probability: Score,
    /// From where on it is kept.
    pub needed: Score,
    /// Whether it is.
    pub kept: bool,
    /// How probable it would be by its documents alone, with nothing around it.
    pub alone: Score,
    /// What its documents say.
    pub evidence: Evidence,
    /// Edges around it, the strongest first.
    pub spoken: Vec<Spoken>,
}

/// An edge near a fact, and what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spoken {
    /// The edge's head, as an IRI.
    pub head: String,
    /// Its relation.
    pub relation: String,
    /// Its tail; a value in quotes.
    pub tail: String,
    /// By how much the log odds of the fact are greater for it; below nothing it speaks against.
    pub log_odds: f64,
}

/// What was asked about a fact.
type Recorded = BTreeMap<Triple, (Evidence, [Neighbourhood; 2])>;

/// A filter that is listened to.
struct RecordingFilter {
    classifier: Arc<TripleClassifier>,
    wanted: BTreeSet<String>,
    recorded: Mutex<Recorded>,
}

impl Filter for RecordingFilter {
    fn id(&self) -> &ModelId {
        self.classifier.id()
    }

    fn text(&self, context: &[i8]) -> Numbers {
        self.classifier.text(context)
    }

    fn judge(&self, triple: &Triple, evidence: &Evidence, ends: [&Neighbourhood; 2]) -> Judgement {
        if self.wanted.contains(&triple.to_string()) {
            let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
            recorded.insert(triple.clone(), (*evidence, ends.map(Neighbourhood::clone)));
        }
        self.classifier.judge(triple, evidence, ends)
    }
}

/// Builds the graph anew, and hears what the filter is asked about the wanted facts; nothing where no filter is on. The
/// folder comes back.
pub fn listen(
    config: &Settings,
    folder: Folder,
    wanted: BTreeSet<String>,
) -> Result<(Folder, BTreeMap<Triple, Belief>)> {
    let components = Components::for_folder(config, &folder)?;
    let Some(classifier) = classifier(config, components.reader.id())?.map(Arc::new) else {
        return Ok((folder, BTreeMap::new()));
    };
    let recorder =
        Arc::new(RecordingFilter { classifier: Arc::clone(&classifier), wanted, recorded: Mutex::default() });
    let filter = Some(Arc::clone(&recorder) as Arc<dyn Filter>);
    let live = Live::start_with(config, folder, Components { filter, ..components })?;
    let recorded = std::mem::take(&mut *recorder.recorded.lock().unwrap_or_else(PoisonError::into_inner));
    let told = recorded.into_iter().map(|(triple, (evidence, ends))| {
        let belief = belief(&classifier, (&triple, &evidence), ends.each_ref());
        (triple, belief)
    });
    Ok((live.folder, told.collect()))
}

fn belief(
    classifier: &TripleClassifier,
    (triple, evidence): (&Triple, &Evidence),
    ends: [&Neighbourhood; 2],
) -> Belief {
    let (logit, needed) = classifier.logit(triple, evidence, ends, &[]);
    let bare = ends.map(|view| Neighbourhood::new(view.name.clone(), view.class.clone(), view.own.clone(), []));
    let (alone, _) = classifier.logit(triple, evidence, bare.each_ref(), &[]);
    let mut spoken: BTreeMap<u64, Spoken> = BTreeMap::new();
    for view in ends {
        for AggregatedEdge { near, .. } in &view.seen {
            let (without, _) = classifier.logit(triple, evidence, ends, &[near.key]);
            let (here, there) = (view.name.as_str(), near.other.as_str());
            let (head, tail) = if near.forward { (here, there) } else { (there, here) };
            // The fact itself is held out already, and so changes nothing.
            if logit != without {
                let log_odds = (logit - without) as f64 / f64::from(ONE);
                let [head, relation, tail] = [head, near.relation.as_str(), tail].map(str::to_owned);
                spoken.insert(near.key, Spoken { head, relation, tail, log_odds });
            }
        }
    }
    let mut spoken: Vec<Spoken> = spoken.into_values().collect();
    spoken.sort_by(|one, other| other.log_odds.total_cmp(&one.log_odds));
    if spoken.len() > 2 * TOLD {
        spoken.drain(TOLD..spoken.len() - TOLD);
    }
    Belief {
        filter: classifier.id().to_string(),
        probability: classifier.probability(logit),
        needed: classifier.probability(needed),
        kept: logit >= needed,
        alone: classifier.probability(alone),
        evidence: *evidence,
        spoken,
    }
}
