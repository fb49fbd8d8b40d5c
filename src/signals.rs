//! What the signs of a class are worth, learnt on a corpus whose writers said in words what things are. In: a corpus. Out: weights,
//! and how good they are on its test part. Never: a class of a user's; a thing that is tested where it was learnt from.

use crate::args::ReportFormat;
use crate::context::Context;
use crate::exit::{CliError, Exit};
use crate::typing::{Recorder, Source};
use crate::voice::{Measure, Progress};
use anyhow::{Context as _, Result};
use kgloom_corpora::written::{self, WrittenDocument};
use kgloom_corpora::{AnnotatedDocument, GoldRelation, Part, Tag};
use kgloom_engine::state::{encoder, reader};
use kgloom_flow::session::{Session, Settings};
use kgloom_flow::toy::Forgetful;
use kgloom_numerics::passes::dot;
use kgloom_numerics::vectors::Encode;
use kgloom_reader::model::PROPERTY;
use kgloom_record::neighbourhood::hash;
use kgloom_record::profile::Profile;
use kgloom_record::record::{Change, Document, DocumentId, Graph, Iri, Term};
use kgloom_record::vocabulary;
use kgloom_typing::things::{Kinds, Learnt, SignalWeights, Signals};
use ontologies::Ontology;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// A label, or the last word of labels, is a class where so many things are called so: as broad as those that people declare.
const THINGS: usize = 8;
/// Classes of one ontology, about as many as people declare.
const TOGETHER: usize = 40;
/// Words as near as this may mean the same.
const SAME: f32 = 0.5;
/// Labels that are kept of an end of a relation; and how many things it takes to know of it.
const KINDS: usize = 16;
const FEW: f32 = 5.0;
/// Documents read at a time.
const STEP: usize = 64;

/// Learns the weights, writes them, and tells how good they are.
pub fn learn(context: &Context, corpus: &Path, (out, format): (&Path, ReportFormat)) -> Result<Exit> {
    let documents = written::load(corpus, &Ontology::bundled())?;
    let labels = labels(&documents);
    if labels.len() < 2 {
        return Err(
            CliError::configuration(format!("\"{}\" says of too few things what they are", corpus.display())).into()
        );
    }
    let all: Vec<(&str, Tag)> = labels.into_iter().collect();
    let ontology = Arc::new(Ontology::bundled().with_text("classes of the corpus", &turtle(&all))?);
    let (profiles, named) = read(context, &ontology, &documents)?;
    let gold = gold(&documents, &named);
    let apart: BTreeSet<Arc<str>> =
        gold.iter().filter(|(_, (part, _))| *part != Part::Train).map(|(name, _)| Arc::clone(name)).collect();
    let encoder = encoder(&context.config)?;
    let kinds = kinds(&documents, &ontology);
    let mut judged: BTreeMap<(bool, bool), Vec<(Signals, bool)>> = BTreeMap::new();
    let meanings = meanings(&*encoder, all.iter().map(|(label, _)| label.to_lowercase()), gold.values())?;
    // Every so manieth label, so that each ontology has classes of all kinds.
    let ontologies = all.len().div_ceil(TOGETHER);
    for first in 0..ontologies {
        let some: Vec<(&str, Tag)> = all.iter().skip(first).step_by(ontologies).copied().collect();
        let ontology = Ontology::bundled().with_text("classes of the corpus", &turtle(&some))?;
        let learnt = Learnt { weights: SignalWeights::default(), kinds: kinds.clone() };
        let source = Source { ontology: &ontology, encoder: &*encoder, profiles: &profiles, texts: &[], learnt };
        let Some(typer) = source.things(&apart)? else { continue };
        for (name, (part, types)) in gold.iter().filter(|(_, (part, _))| *part != Part::Train) {
            let Some(profile) = profiles.get(name) else { continue };
            let candidates = typer.candidates(profile);
            let half = hash(name).is_multiple_of(2);
            for (class, signals) in candidates.iter().zip(typer.signals(profile, candidates)) {
                let label = &typer.card.classes[*class as usize].words[0];
                let Some(right) = is_right(label, types, &meanings) else { continue };
                judged.entry((*part == Part::Test, half)).or_default().push((signals, right));
            }
        }
    }
    let of = |test, half| judged.get(&(test, half)).map_or(&[][..], Vec::as_slice);
    let mut weights = SignalWeights::fit(of(false, true));
    weights.set_thresholds(of(false, false));
    kgloom_numerics::artifact::write_json(out, &Learnt { weights: weights.clone(), kinds })?;
    let test = [of(true, true), of(true, false)].concat();
    let at = |precision: u8| {
        let from = weights.thresholds.get(&precision)?;
        let told: Vec<bool> =
            test.iter().filter(|(signals, _)| weights.probability(signals) >= *from).map(|(_, right)| *right).collect();
        let right = told.iter().filter(|right| **right).count() as f64;
        let there = test.iter().filter(|(_, right)| *right).count() as f64;
        Some((precision, *from, right / told.len().max(1) as f64, right / there.max(1.0), told.len()))
    };
    let rows: Vec<_> = [60, 70, 80, 90].into_iter().filter_map(at).collect();
    match format {
        ReportFormat::Json => println!("{}", serde_json::json!({ "weights": weights, "test": rows })),
        ReportFormat::Table => {
            println!(
                "{} classes in {ontologies} ontologies, {} judgements of validation, {} of test",
                all.len(),
                of(false, true).len() + of(false, false).len(),
                test.len()
            );
            println!(
                "{:>10} {:>12} {:>14} {:>12} {:>8}",
                "precision", "from", "test precision", "test recall", "stated"
            );
            for (precision, from, right, recall, told) in rows {
                println!("{:>10.2} {from:>12.3} {right:>14.3} {recall:>12.3} {told:>8}", f64::from(precision) / 100.0);
            }
        }
    }
    Ok(Exit::Done)
}

/// The labels, and last words of labels, that several things have, with the class that most things of them are read as.
fn labels(documents: &[WrittenDocument]) -> BTreeMap<&str, Tag> {
    let mut counts: BTreeMap<&str, BTreeMap<Tag, usize>> = BTreeMap::new();
    for document in documents {
        let document = &document.document;
        for (entity, label) in &document.types {
            let class =
                document.mentions.iter().find(|mention| mention.entity == *entity).and_then(|mention| mention.class);
            for name in [Some(label.as_str()), label.rsplit_once(' ').map(|(_, last)| last)].into_iter().flatten() {
                if let Some(class) = class {
                    *counts.entry(name).or_default().entry(class).or_default() += 1;
                }
            }
        }
    }
    let enough = counts.into_iter().filter(|(_, counts)| counts.values().sum::<usize>() >= THINGS);
    enough
        .filter_map(|(label, counts)| {
            let (tag, _) = counts.into_iter().max_by_key(|(tag, count)| (*count, *tag))?;
            Some((label, tag))
        })
        .collect()
}

/// An ontology of labels.
fn turtle(labels: &[(&str, Tag)]) -> String {
    let mut turtle = String::from("@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n");
    for (label, tag) in labels {
        let name = label.replace('\\', "\\\\").replace('"', "\\\"");
        let iri = vocabulary::label_iri(label);
        let _ = writeln!(turtle, "<{iri}> rdfs:subClassOf <{}> ; rdfs:label \"{name}\" .", tag.class());
    }
    turtle
}

/// What a graph of all documents knows of its things, and the things by document and name.
type Known = (BTreeMap<Arc<str>, Profile>, BTreeMap<(DocumentId, Arc<str>), Arc<str>>);

fn read(context: &Context, ontology: &Arc<Ontology>, documents: &[WrittenDocument]) -> Result<Known> {
    let recorder = Arc::new(Recorder::default());
    let mut session = Session::start(Settings {
        reader: reader(&context.config, ontology)?,
        memory: Arc::new(Forgetful),
        ontology: Arc::clone(ontology),
        filter: None,
        typer: Some(recorder.clone()),
        workers: context.config.workers,
    });
    let mut progress = Progress::start(context.voice, "reading");
    let mut named = BTreeMap::new();
    for (step, some) in documents.chunks(STEP).enumerate() {
        let put = |document: &WrittenDocument| {
            let AnnotatedDocument { id, text, .. } = &document.document;
            Change::Put(Document { id: DocumentId::new(id.as_str()), text: text.as_str().into() })
        };
        let delta = session.step(some.iter().map(put).collect()).context("reading the corpus")?;
        for (quad, count) in delta.quads {
            let (Graph::Document(id), Term::Literal(name)) = (quad.graph, quad.triple.object) else { continue };
            if quad.triple.relation.as_str() != vocabulary::LABEL {
                continue;
            }
            let key = (id, name.value);
            if count > 0 {
                named.insert(key, quad.triple.subject.as_str().into());
            } else if named.get(&key).is_some_and(|known: &Arc<str>| **known == *quad.triple.subject.as_str()) {
                named.remove(&key);
            }
        }
        progress.show(&Measure { documents: ((step + 1) * STEP).min(documents.len()) as u64, ..Measure::default() });
    }
    progress.finish();
    drop(session);
    Ok((recorder.take(), named))
}

/// What the writers say that things are, by the graph's names: of a thing of several documents what all say.
fn gold(
    documents: &[WrittenDocument],
    named: &BTreeMap<(DocumentId, Arc<str>), Arc<str>>,
) -> BTreeMap<Arc<str>, (Part, BTreeSet<String>)> {
    let mut gold: BTreeMap<Arc<str>, (Part, BTreeSet<String>)> = BTreeMap::new();
    for written in documents {
        let document = &written.document;
        for (entity, label) in &document.types {
            let own = document.mentions.iter().filter(|mention| mention.entity == *entity);
            let thing = own
                .filter_map(|mention| mention.span.of(&document.text))
                .find_map(|surface| named.get(&(DocumentId::new(document.id.as_str()), surface.into())));
            if let Some(thing) = thing {
                let known = gold.entry(Arc::clone(thing)).or_insert_with(|| (written.part(), BTreeSet::new()));
                known.1.insert(label.to_lowercase());
            }
        }
    }
    gold
}

/// What the writers of the training part call heads and tails of each relation, in the form in which the graph states it: the
/// commonest, with their shares.
fn kinds(documents: &[WrittenDocument], ontology: &Ontology) -> Kinds {
    let mut counts: BTreeMap<String, [BTreeMap<String, f32>; 2]> = BTreeMap::new();
    for written in documents.iter().filter(|written| written.part() == Part::Train) {
        let document = &written.document;
        for GoldRelation { head, relation, tail, .. } in &document.relations {
            let form = ontology.stated_form(&Iri::new(format!("{PROPERTY}{relation}")));
            let ends = if form.turned { [tail, head] } else { [head, tail] };
            let own = counts.entry(form.relation.as_str().to_owned()).or_default();
            for (end, counts) in ends.into_iter().zip(own) {
                if let Some(label) = document.types.get(end) {
                    *counts.entry(label.to_lowercase()).or_default() += 1.0;
                }
            }
        }
    }
    for end in counts.values_mut().flatten() {
        let mut order: Vec<(String, f32)> = std::mem::take(end).into_iter().collect();
        order.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        order.truncate(KINDS);
        let all: f32 = order.iter().map(|(_, count)| count).sum();
        // Of few things nothing is known.
        if all >= FEW {
            let share = |count: f32| (1_000.0 * count / all).round() / 1_000.0;
            end.extend(order.into_iter().map(|(label, count)| (label, share(count))));
        }
    }
    counts
}

/// What words mean, as vectors of length 1.
type Meanings = BTreeMap<String, Vec<f32>>;

fn meanings<'a>(
    encoder: &dyn Encode,
    labels: impl Iterator<Item = String>,
    gold: impl Iterator<Item = &'a (Part, BTreeSet<String>)>,
) -> Result<Meanings> {
    let words: BTreeSet<String> = labels.chain(gold.flat_map(|(_, types)| types.iter().cloned())).collect();
    let texts: Vec<Option<Arc<str>>> = words.iter().map(|word| Some(Arc::from(word.as_str()))).collect();
    let values = encoder.read(&texts, &|_, _| {})?;
    Ok(words.into_iter().zip(values.chunks_exact(encoder.width()).map(<[f32]>::to_vec)).collect())
}

/// Whether a class is right of what a writer calls so. Nobody can say of a class that means about the same, or that ends in the
/// same word: "athlete" of a "sprinter", "tennis player" of a "chess player".
fn is_right(class: &str, types: &BTreeSet<String>, meanings: &Meanings) -> Option<bool> {
    if types.contains(class) || types.iter().any(|own| own.ends_with(&format!(" {class}"))) {
        return Some(true);
    }
    let last = |text: &str| text.rsplit(' ').next().unwrap_or_default().to_owned();
    let means = |own: &String| match (meanings.get(own), meanings.get(class)) {
        (Some(one), Some(other)) => dot(one, other) >= SAME,
        _ => false,
    };
    (!types.iter().any(|own| last(own) == last(class) || means(own))).then_some(false)
}
