//! Who is mentioned beside whom: a graph of typed co-mentions, as BanglaAutoKG begins with one, for languages in which no
//! relations are read.
//!
//! In: texts as sentences, a model that finds mentions, an encoder. Out: a snapshot: named things, an edge for each two that
//! share a sentence (weight 1) or a text (weight ½), typed by their classes. Never: an edge of the flow; these stand here
//! alone.

use kgloom_filter::snapshot::{PLAIN, Snapshot};
use kgloom_links::Link;
use kgloom_reader::text_encoder::TextEncoder;
use kgloom_reader::{Error, Extractor};
use kgloom_record::port::{Failure, Reader};
use kgloom_record::record::{Evidence, Iri, Score};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Classes that say nothing together: two times, two numbers, a time and a number.
const VALUES: [&str; 2] = ["Time", "Quantity"];
/// Sentences that tell what a thing is, at most.
const TELLING: usize = 4;

/// A named thing: its name and class.
type Thing = (Arc<str>, Arc<str>);

/// The co-mentions of texts. `on_progress` hears how many texts are done.
///
/// # Errors
/// When the model or the encoder breaks, or nothing is mentioned beside anything.
pub fn comentions(
    texts: &[Vec<String>],
    (extractor, encoder): (&Extractor, &TextEncoder),
    on_progress: &mut dyn FnMut(usize),
) -> Result<Snapshot, Error> {
    let mut edges: BTreeMap<(Thing, Thing), Evidence> = BTreeMap::new();
    let mut sentences: BTreeMap<Thing, Vec<&str>> = BTreeMap::new();
    for (count, text) in texts.iter().enumerate() {
        let mut together: BTreeMap<(Thing, Thing), Score> = BTreeMap::new();
        let mut before: BTreeSet<Thing> = BTreeSet::new();
        for sentence in text {
            let here = mentioned(extractor, sentence)?;
            for thing in &here {
                sentences.entry(thing.clone()).or_default().push(sentence);
            }
            for (others, weight) in [(&here, Score::ONE), (&before, Score::HALF)] {
                for (one, other) in here.iter().flat_map(|one| others.iter().map(move |other| (one, other))) {
                    let pair = if one < other { (one.clone(), other.clone()) } else { (other.clone(), one.clone()) };
                    if one != other && suit(&one.1, &other.1) {
                        let known = together.entry(pair).or_default();
                        *known = weight.max(*known);
                    }
                }
            }
            before.extend(here);
        }
        for (pair, weight) in together {
            let known = edges.entry(pair).or_insert(Evidence { support: Score::default(), documents: 0, ..PLAIN });
            known.support = known.support.or(weight);
            known.documents += 1;
        }
        on_progress(count + 1);
    }
    if edges.is_empty() {
        let reason = "the model finds no two names in one text".to_owned();
        return Err(Error::Data { name: "co-mentions".to_owned(), reason });
    }
    snapshot(&edges, &sentences, encoder)
}

fn mentioned(extractor: &Extractor, sentence: &str) -> Result<BTreeSet<Thing>, Error> {
    let reading = match extractor.read(sentence) {
        Ok(reading) => reading,
        Err(Failure::Refused(_)) => return Ok(BTreeSet::new()),
        Err(Failure::Broken(source)) => {
            return Err(Error::Data { name: "the model".to_owned(), reason: source.to_string() });
        }
    };
    let thing = |mention: &kgloom_record::record::Mention| {
        let class = reading.entities[mention.entity as usize].class.as_str();
        let name = mention.span.of(sentence).unwrap_or_default();
        let name: Vec<&str> = name.split_whitespace().collect();
        (Arc::from(name.join(" ")), Arc::from(class.rsplit(':').next().unwrap_or(class)))
    };
    Ok(reading.mentions.iter().map(thing).collect())
}

fn suit(one: &str, other: &str) -> bool {
    !(VALUES.contains(&one) && VALUES.contains(&other))
}

fn snapshot(
    edges: &BTreeMap<(Thing, Thing), Evidence>,
    sentences: &BTreeMap<Thing, Vec<&str>>,
    encoder: &TextEncoder,
) -> Result<Snapshot, Error> {
    let called = |(name, class): &Thing| -> Arc<str> { format!("{name} ({class})").into() };
    let things: BTreeSet<&Thing> = edges.keys().flat_map(|(one, other)| [one, other]).collect();
    let mut things: Vec<(Arc<str>, &Thing)> = things.into_iter().map(|thing| (called(thing), thing)).collect();
    things.sort();
    let relation = |(one, other): &(Thing, Thing)| -> Arc<str> { format!("{} with {}", one.1, other.1).into() };
    let relations: BTreeSet<Arc<str>> = edges.keys().map(relation).collect();
    let relations: Vec<Arc<str>> = relations.into_iter().collect();
    let place = |thing: &Thing| things.binary_search(&(called(thing), thing)).unwrap_or_default() as u32;
    let link = |(pair, evidence): (&(Thing, Thing), &Evidence)| {
        let relation = relations.binary_search(&relation(pair)).unwrap_or_default() as u32;
        (Link { head: place(&pair.0), relation, tail: place(&pair.1) }, *evidence)
    };
    let texts: Vec<Option<Arc<str>>> = (things.iter())
        .map(|(_, thing)| {
            let said = sentences.get(*thing).into_iter().flatten().take(TELLING).copied().collect::<Vec<&str>>();
            Some(format!("{}: {}", thing.0, said.join(" ")).into())
        })
        .collect();
    let class = |(_, thing): &(Arc<str>, &Thing)| Some(Iri::new(Arc::clone(&thing.1)));
    let plain = Snapshot {
        classes: things.iter().map(class).collect(),
        vectors: encoder.read(&texts, &|_, _| ())?,
        width: encoder.width(),
        entities: things.iter().map(|(name, _)| Arc::clone(name)).collect(),
        relations: relations.clone(),
        edges: Vec::new(),
    };
    Ok(plain.with(edges.iter().map(link)))
}
