//! What a run did. In: its tally and the graph. Out: a few lines, or one JSON line. Never: a number not counted.

use crate::voice::{Voice, in_words};
use anyhow::Result;
use connectors::Store;
use kgloom_engine::run::Tally;
use kgloom_engine::state::Counters;
use serde::Serialize;
use std::time::Duration;

/// What a run did, and what the graph is now.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// What came and went.
    #[serde(flatten)]
    pub tally: Tally,
    /// Texts that the model read.
    pub asked: u64,
    /// Texts whose answer was remembered.
    pub recalled: u64,
    /// Entities of the graph.
    pub entities: u64,
    /// Facts of the graph.
    pub facts: u64,
    /// Relations in use.
    pub relations: u64,
    /// What is refused now: documents, texts and facts.
    pub rejections: u64,
    /// How long it took.
    pub seconds: f64,
}

impl Summary {
    /// Counts.
    pub fn of(store: &Store, counters: &Counters, tally: Tally, took: Duration) -> Result<Summary> {
        let counts = store.counts()?;
        Ok(Summary {
            tally,
            asked: counters.asked(),
            recalled: counters.recalled(),
            entities: counts.entities,
            facts: counts.facts,
            relations: counts.relations,
            rejections: counts.rejections.values().sum(),
            seconds: (took.as_secs_f64() * 1000.0).round() / 1000.0,
        })
    }

    /// Says it.
    pub fn say(&self, voice: Voice) -> Result<()> {
        let Tally { put, unchanged, refused, deleted, epochs } = self.tally;
        let text = format!(
            "documents   {put} put, {unchanged} unchanged, {refused} refused, {deleted} withdrawn, in {epochs} epoch{}\n\
             model       {} texts read, {} answers remembered\n\
             graph       {} entities, {} facts of {} relations, {} rejections\n\
             time        {}",
            if epochs == 1 { "" } else { "s" },
            self.asked,
            self.recalled,
            self.entities,
            self.facts,
            self.relations,
            self.rejections,
            in_words(Duration::from_secs_f64(self.seconds)),
        );
        voice.event("done", &text, serde_json::to_value(self)?);
        Ok(())
    }
}
