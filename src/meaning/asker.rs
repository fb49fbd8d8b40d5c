//! What reads questions: the encoder of the model that read the texts, or one of the user's own. In: a configuration, a graph, its
//! texts. Out: an encoder whose vectors the graph's vectors answer, and how they meet. Never: vectors of two encoders compared
//! as if they were one's; a bridge below the recall that is asked for.

use super::texts::Texts;
use crate::config::{BridgeChoice, SearchEncoder};
use crate::encoders::any;
use crate::exit::CliError;
use anyhow::{Context, Result};
use connectors::{Journal, Live, Store};
use kgloom_encoders::texts::hash;
use kgloom_encoders::{BridgeCard, Bridged, KeptBridge, compare};
use kgloom_numerics::draw::draw;
use kgloom_numerics::vectors::Encode;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Texts that a bridge is fitted and measured on, at most: both encoders read each of them, and more help little.
const MOST: usize = 6_000;
/// Draws those texts, and which are held back.
const SEED: u64 = 1;

/// What reads questions.
pub(super) struct Asker {
    pub encoder: Arc<dyn Encode>,
    pub with: AskedWith,
}

/// What questions were read with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AskedWith {
    /// The encoder's id.
    pub id: String,
    /// The bridge to the graph's own vectors, where they are another encoder's.
    pub bridge: Option<BridgeCard>,
    /// Whether the vectors that answer were made anew by this encoder.
    pub anew: bool,
}

/// What gives the encoder of the graph's own vectors.
type Own<'a> = &'a dyn Fn() -> Result<Arc<dyn Encode>>;

impl Asker {
    /// Opens what the configuration names for a graph, whose own vectors another encoder made.
    pub fn open(search: &SearchEncoder, (store, texts): (&Store, &Texts), own: Own<'_>) -> Result<Asker> {
        let plain = |encoder: Arc<dyn Encode>, anew| {
            let with = AskedWith { id: encoder.id(), bridge: None, anew };
            Asker { encoder, with }
        };
        let Some(folder) = &search.folder else { return Ok(plain(own()?, false)) };
        let encoder = any(Some(folder), search.cut).context("the encoder of questions cannot be opened")?;
        let id = encoder.id();
        let kept = match &search.bridge {
            BridgeChoice::Anew => return Ok(plain(Arc::from(encoder), true)),
            BridgeChoice::File(file) => {
                let missing = || CliError::configuration(format!("there is no bridge in \"{}\"", file.display()));
                Some((KeptBridge::read(file)?.ok_or_else(missing)?, own()?.id()))
            }
            BridgeChoice::Auto => fitted(&*encoder, (store, texts), own, search.least_recall())?,
        };
        // Where both are one encoder, nothing lies between them.
        let Some((bridge, old)) = kept else { return Ok(plain(Arc::from(encoder), false)) };
        let card = bridge.card.clone();
        let bridged = over(bridge, encoder, (&old, search))?;
        Ok(Asker { encoder: Arc::new(bridged), with: AskedWith { id, bridge: card, anew: false } })
    }
}

/// Puts a bridge behind the encoder, or says what to do where it is refused.
fn over(bridge: KeptBridge, encoder: Box<dyn Encode>, (old, search): (&str, &SearchEncoder)) -> Result<Bridged> {
    bridge.behind(encoder, Some(old), search.least_recall()).map_err(|error| {
        let message = format!(
            "{error}; `bridge = \"none\"` (--bridge none) has this encoder make vectors of its own, and a lower \
             `least_recall` takes the bridge as it is"
        );
        CliError::configuration(message).into()
    })
}

/// The bridge that is kept beside the graph, with the id of the encoder it leads to; made where there is none between these
/// encoders. None where both are one.
fn fitted(
    new: &dyn Encode,
    (store, texts): (&Store, &Texts),
    own: Own<'_>,
    least: f64,
) -> Result<Option<(KeptBridge, String)>> {
    let (file, reader) = (texts.file("bridge.safetensors"), store.meta("model")?);
    // What is damaged is as good as lost.
    let kept = KeptBridge::read(&file).ok().flatten();
    let of_these = kept.filter(|kept| {
        let told = |card: &BridgeCard| kept.map.is_some() || card.recall < least;
        kept.card.as_ref().is_some_and(|card| card.new == new.id() && card.reader == reader && told(card))
    });
    if let Some(KeptBridge { card: Some(card), map }) = of_these {
        let old = card.old.clone();
        return Ok(Some((KeptBridge { card: Some(card), map }, old)));
    }
    let old = own()?;
    if old.id() == new.id() {
        return Ok(None);
    }
    let drawn = drawn(&*texts.journal("to fit a bridge between two encoders, once")?)?;
    let found = texts.shown("texts for a bridge", |tell| compare((&*old, new), &drawn, (least, SEED), tell));
    let found = found.map_err(|error| {
        let remedy = "`bridge = \"none\"` (--bridge none) has the encoder make vectors of its own";
        CliError::configuration(format!("no bridge can be fitted on the graph's texts: {error}; {remedy}"))
    })?;
    let mut bridge = KeptBridge::of(&found, (&old.id(), &new.id()), hash(&drawn));
    if let Some(card) = &mut bridge.card {
        card.reader = reader;
    }
    texts.keep(&file, bridge.write(&file));
    Ok(Some((bridge, old.id())))
}

/// Texts of a journal, drawn where there are many; in the order of their ids.
fn drawn(journal: &Journal) -> Result<Vec<Arc<str>>> {
    let texts = || {
        journal.live().filter_map(|entry| match entry {
            Ok((_, Live::Text { text, .. })) => Some(Ok(text)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
    };
    // All texts of an encyclopedia are more than memory holds: which ones are wanted is drawn by their places.
    let mut places: Vec<usize> = (0..texts().count()).collect();
    draw(SEED, "texts for a bridge", 0).shuffle(&mut places);
    places.truncate(MOST);
    let places: BTreeSet<usize> = places.into_iter().collect();
    let wanted = texts().enumerate().filter(|(place, _)| places.contains(place));
    Ok(wanted.map(|(_, text)| text).collect::<Result<_, _>>()?)
}
