//! `kgloom train relations`. In: an ontology, examples of its relations in marked texts or by corrections. Out: a folder by
//! which runs read these relations. Never: an example that the model cannot see, passed over without a word.

use super::corrected::{Corrected, corrected};
use super::demo::CORPUS;
use crate::args::{ReportFormat, TrainRelations};
use crate::context::Context;
use crate::exit::{CliError, Exit};
use anyhow::{Result, anyhow};
use kgloom_corpora::written::{self, ExampleDocument};
use kgloom_engine::state::{Folder, must_exist, ontology, untaught};
use kgloom_engine::terms::find_relations;
use kgloom_reader::{Extractor, Lesson, TaughtRelations, learn};
use kgloom_record::record::{Iri, Span};
use ontologies::{Ontology, Relation};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// By fewer examples nothing is taught: one alone cannot be held against another.
const LEAST: usize = 2;

pub fn run(context: &Context, wanted: &TrainRelations) -> Result<Exit> {
    let start = Instant::now();
    // Corrections name what the ontology of their state declares.
    let pinned = wanted.corrections.then(|| context.config.clone().pinned()).transpose()?;
    let config = pinned.as_ref().unwrap_or(&context.config);
    let ontology = ontology(config)?;
    let extractor = untaught(config)?;
    if !extractor.knows_labels() {
        let message = format!("{} was trained without labels, and cannot be taught relations", extractor.space());
        return Err(CliError::configuration(message).into());
    }
    let named = |name: &str| named(name, &ontology);
    let mut documents = Vec::new();
    for path in &wanted.examples {
        documents.extend(written::examples(path, &named)?);
    }
    let mut pairs = Pairs::default();
    if wanted.corrections {
        must_exist(config)?;
        let folder = Folder::open(config)?;
        folder.journal.check()?;
        let Corrected { documents: more, unseen } = corrected(&folder.journal, |relation| !extractor.knows(relation))?;
        documents.extend(more);
        pairs.unseen = unseen;
    }
    documents.iter().try_for_each(|document| pairs.add((&extractor, &ontology), document))?;
    pairs.unseen.iter().for_each(|unseen| context.voice.warn(unseen));
    let relations = pairs.relations(&ontology)?;
    for (name, bytes) in CORPUS {
        let text = std::str::from_utf8(bytes).ok().filter(|_| name.ends_with(".txt"));
        text.map_or(Ok(()), |text| pairs.read(&extractor, text).map(|_| ()))?;
    }
    let labels = extractor.labels_of(&relations)?;
    let lessons = relations.iter().zip(labels.chunks_exact(labels.len() / relations.len()));
    let lessons: Vec<Lesson> = lessons.map(|(relation, label)| pairs.lesson(&relation.iri, label)).collect();
    let (space, learnt) = learn(&pairs.places, &lessons)
        .ok_or_else(|| CliError::configuration("the pairs of these texts are too few to be told apart"))?;
    let counts = lessons.iter().map(|lesson| lesson.examples.len());
    let learnt = relations
        .iter()
        .zip(counts)
        .zip(learnt)
        .map(|((relation, count), learnt)| (relation.iri.clone(), count, learnt));
    let taught = TaughtRelations::new((extractor.space().to_owned(), pairs.count), space, learnt);
    let id = taught.write(&wanted.out)?;
    let seconds = start.elapsed().as_secs_f64();
    match wanted.format {
        ReportFormat::Json => println!(
            "{}",
            json!({ "id": id, "reader": taught.card.reader, "relations": taught.card.relations,
                "background": taught.card.background, "unseen": pairs.unseen.len(), "seconds": seconds })
        ),
        ReportFormat::Table => {
            for (relation, told) in relations.iter().zip(&taught.card.relations) {
                println!(
                    "{:32} {:3} examples, {} of them told by the others alone; {} of {} other pairs are told",
                    relation.label, told.examples, told.found, told.told, taught.card.background
                );
            }
            let out = wanted.out.display();
            println!("{id} after {seconds:.0} s; `kgloom run --relations {out}` reads by it");
        }
    }
    Ok(Exit::Done)
}

/// The relation that a name means.
fn named(name: &str, ontology: &Ontology) -> Result<Iri, String> {
    match &find_relations(ontology, name)
        .map_err(|error| format!("{error}; the ontology must declare it (--ontology)"))?[..]
    {
        [relation] => Ok(relation.clone()),
        several => {
            let several: Vec<&str> = several.iter().map(Iri::as_str).collect();
            Err(format!("\"{name}\" may mean {}; give the IRI", several.join(" or ")))
        }
    }
}

/// The pairs of all texts, and which of them are examples.
#[derive(Default)]
struct Pairs {
    /// How many there are.
    count: usize,
    /// Where they stand.
    places: Vec<f32>,
    /// By relation: pairs that are examples, and pairs that may be.
    examples: BTreeMap<Iri, (BTreeSet<usize>, BTreeSet<usize>)>,
    /// Examples that the model does not see, in words.
    unseen: Vec<String>,
}

impl Pairs {
    /// Takes in a text; gives the number of its first pair, and what it has.
    fn read(&mut self, extractor: &Extractor, text: &str) -> Result<(usize, kgloom_reader::PairedText)> {
        let (first, mut paired) = (self.count, extractor.pairs(text)?);
        self.places.append(&mut paired.places);
        self.count += paired.ends.len();
        Ok((first, paired))
    }

    fn add(&mut self, (extractor, ontology): (&Extractor, &Ontology), document: &ExampleDocument) -> Result<()> {
        let (first, paired) = self.read(extractor, &document.text)?;
        for fact in document.facts.iter().filter(|fact| !extractor.knows(&fact.relation)) {
            let (examples, unsure) = self.examples.entry(fact.relation.clone()).or_default();
            let [head, tail] = &fact.ends;
            if let [pair, others @ ..] = &paired.between(head, tail)[..] {
                examples.insert(first + pair);
                unsure.extend(others.iter().map(|other| first + other));
                if ontology.is_symmetric(&fact.relation) {
                    unsure.extend(paired.between(tail, head).iter().map(|turned| first + turned));
                }
                continue;
            }
            let called = |spans: &[Span]| spans.first().and_then(|span| span.of(&document.text)).unwrap_or_default();
            let blind: Vec<String> = fact
                .ends
                .iter()
                .filter(|spans| paired.named(spans).is_empty())
                .map(|spans| format!("\"{}\"", called(spans)))
                .collect();
            let why = match blind.is_empty() {
                true => format!("\"{}\" and \"{}\" are no pair to it", called(head), called(tail)),
                false => format!("it finds no name at {}", blind.join(" and ")),
            };
            self.unseen
                .push(format!("an example of {} in {} is not seen by the model: {why}", fact.relation, document.id));
        }
        Ok(())
    }

    /// The relations that are taught, by name.
    fn relations<'o>(&self, ontology: &'o Ontology) -> Result<Vec<&'o Relation>> {
        if self.examples.is_empty() {
            let message = "no example of a relation that the model does not know yet; \"relations\" of a document has them, and so has \
                 `kgloom assert` with --corrections";
            return Err(CliError::configuration(message).into());
        }
        let few: Vec<String> = self
            .examples
            .iter()
            .filter(|(_, (examples, _))| examples.len() < LEAST)
            .map(|(relation, (examples, _))| format!("{relation} has {}", examples.len()))
            .collect();
        if !few.is_empty() {
            let message =
                format!("each relation needs {LEAST} examples that the model sees, better 5: {}", few.join(", "));
            return Err(CliError::configuration(message).into());
        }
        let declared = |relation| ontology.relation(relation).ok_or_else(|| anyhow!("{relation} is not declared"));
        self.examples.keys().map(declared).collect()
    }

    fn lesson(&self, relation: &Iri, label: &[f32]) -> Lesson {
        let (examples, unsure) = &self.examples[relation];
        let unsure = unsure.difference(examples).copied().collect();
        Lesson { label: label.to_vec(), examples: examples.iter().copied().collect(), unsure }
    }
}
