//! A model that reads relations by labels that stand before the text, and what it reads of an ontology.
//!
//! In: its files, an ontology. Out: relations of a window's entities. Never: a relation that the heads know by the name that the
//! bundled ontology gives it.

use super::backbone::{Backbone, json};
use super::ends::Ends;
use super::labels::words;
use super::layers::Parameters;
use super::layout::TokenizedText;
use super::prompt::{AskedLabel, PromptConfig, PromptHead, PromptedPair, label_pieces};
use super::relations::EntityCandidate;
use crate::Error;
use kgloom_numerics::artifact::{self, Weights};
use kgloom_numerics::matrix::Precision;
use ontologies::{Iri, Ontology, Relation};
use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// An ontology of more relations is not read so: each of them makes the passages longer.
pub(super) const MOST_RELATIONS: usize = 64;
/// What stands for an end that may be anything.
const ANYTHING: &str = "thing";

/// The files of such a model.
pub(crate) struct LabelModelFiles<'a> {
    /// `config.json` of its encoder.
    pub(crate) config: Cow<'a, [u8]>,
    /// `tokenizer.json`: that of the model that it stands beside.
    pub(crate) tokenizer: Cow<'a, [u8]>,
    /// `model.safetensors`: its encoder.
    pub(crate) encoder: Cow<'a, [u8]>,
    /// `labels.safetensors`: its head.
    pub(crate) head: Cow<'a, [u8]>,
    /// `labels.json`: how sure it has to be.
    pub(crate) labels: Cow<'a, [u8]>,
}

/// Where its files are.
#[derive(Clone, Debug)]
pub(super) enum LabelSource {
    /// Inside the program.
    Bundled(fn() -> LabelModelFiles<'static>),
    /// In a folder that `kgloom train labels` wrote, within that of a model.
    Folder(PathBuf),
}

impl LabelSource {
    fn files(&self) -> Result<LabelModelFiles<'static>, Error> {
        let folder = match self {
            LabelSource::Bundled(files) => return Ok(files()),
            LabelSource::Folder(folder) => folder,
        };
        let file = |name: &str| artifact::read(&folder.join(name)).map(Cow::Owned);
        let tokenizer: Cow<'_, [u8]> = file("tokenizer.json")?;
        let beside = folder.parent().map(|model| artifact::read(&model.join("tokenizer.json")));
        if beside.is_some_and(|own| own.is_ok_and(|own| own != *tokenizer)) {
            let reason = "it cuts word pieces otherwise than the model whose folder it is in".to_owned();
            return Err(Error::Unsupported { name: folder.join("tokenizer.json").display().to_string(), reason });
        }
        Ok(LabelModelFiles {
            config: file("config.json")?,
            tokenizer,
            encoder: file("model.safetensors")?,
            head: file("labels.safetensors")?,
            labels: file("labels.json")?,
        })
    }
}

/// The model.
#[derive(Debug)]
pub(super) struct LabelModel {
    /// Its name and the hash of its files.
    id: String,
    backbone: Backbone,
    head: PromptHead,
    config: PromptConfig,
}

impl LabelModel {
    /// Reads its files.
    ///
    /// # Errors
    /// When a file is missing or malformed, or the tokenizer is another than that of the model that it stands beside.
    pub(super) fn load(source: &LabelSource, precision: Precision) -> Result<LabelModel, Error> {
        let files = source.files()?;
        let config: PromptConfig = json("labels.json", &files.labels)?;
        let precision_name = precision.to_string();
        let named: [(&str, &[u8]); 6] = [
            ("precision", precision_name.as_bytes()),
            ("config.json", &files.config),
            ("tokenizer.json", &files.tokenizer),
            ("model.safetensors", &files.encoder),
            ("labels.safetensors", &files.head),
            ("labels.json", &files.labels),
        ];
        let parameters = Parameters::from_weights(&Weights::parse("labels.safetensors", &files.head)?)?;
        Ok(LabelModel {
            id: artifact::model_id(&config.name, &named),
            backbone: Backbone::with_precision(&files.config, &files.tokenizer, &files.encoder, precision)?,
            head: PromptHead { parameters },
            config,
        })
    }
}

/// The relations of an ontology that a model reads by their labels.
#[derive(Clone, Debug)]
pub(super) struct Prompted {
    model: Arc<LabelModel>,
    labels: Vec<AskedLabel>,
    /// Of each the relation, and what turns the model's logit into that of its probability.
    relations: Vec<(usize, f32)>,
    /// What has a lower logit is not told, not even as a doubt.
    least: f32,
}

impl Prompted {
    /// Relations by number, each with the probability from which it is told; and the share of it that a doubt has.
    pub(super) fn new(
        model: Arc<LabelModel>,
        (relations, floor): (&[(usize, &Relation, f32)], f32),
        ontology: &Ontology,
    ) -> Result<(Prompted, String), Error> {
        let threshold = model.config.threshold(relations.len());
        let mut prompted = Prompted { labels: Vec::new(), relations: Vec::new(), least: f32::MAX, model };
        let mut read = prompted.model.id.clone();
        for &(index, relation, needed) in relations {
            let phrase = phrase(relation, ontology);
            let shift = odds(needed) - threshold;
            let pieces = label_pieces(&prompted.model.backbone.chunker, &phrase)?;
            prompted.labels.push(AskedLabel { pieces, joins: Ends::of(relation, ontology).fits });
            prompted.relations.push((index, shift));
            prompted.least = prompted.least.min(odds(needed * floor) - shift);
            read.push_str(&format!("; {} {phrase}", relation.iri));
        }
        Ok((prompted, read))
    }

    /// What is told of the entities of a window, each with its relation and probability, doubts among them.
    pub(super) fn read(
        &self,
        seen: (&TokenizedText, Range<usize>, &[EntityCandidate]),
        stop: fn() -> bool,
    ) -> Result<impl Iterator<Item = (PromptedPair, usize, f32)>, Error> {
        let LabelModel { backbone, head, .. } = &*self.model;
        let found = head.read((&backbone.chunker, &backbone.encoder), &self.labels, seen, (self.least, stop))?;
        Ok(found.into_iter().map(|pair| {
            let (relation, shift) = self.relations[pair.label];
            (pair, relation, 1.0 / (1.0 + (-pair.logit - shift).exp()))
        }))
    }
}

fn odds(probability: f32) -> f32 {
    (probability / (1.0 - probability)).ln()
}

/// What a relation is called, between what its ends are called: "vet works at practice".
fn phrase(relation: &Relation, ontology: &Ontology) -> String {
    let ends = [&relation.domain, &relation.range].map(|classes| match classes.iter().collect::<Vec<_>>()[..] {
        [class] => kind(class, ontology),
        _ => None,
    });
    let name = words(&relation.label).to_lowercase();
    match ends {
        [None, None] => name,
        ends => {
            let [head, tail] = ends.map(|end| end.unwrap_or_else(|| ANYTHING.to_owned()));
            format!("{head} {name} {tail}")
        }
    }
}

/// What things of a class are called.
fn kind(class: &Iri, ontology: &Ontology) -> Option<String> {
    let label = words(&ontology.class(class)?.label).to_lowercase();
    Some(match label.as_str() {
        "time" => "date".to_owned(),
        "quantity" => "number".to_owned(),
        "miscellaneous" => ANYTHING.to_owned(),
        _ => label,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stands_between_what_its_ends_are_called() {
        let ontology = Ontology::bundled()
            .with_text(
                "vets.ttl",
                "@prefix v: <http://vets.example/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
                 @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix kgloom: <urn:kgloom:> .
                 @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
                 v:Vet a owl:Class ; rdfs:subClassOf kgloom:Person . v:AnimalClinic a owl:Class .
                 v:worksAt a owl:ObjectProperty ; rdfs:domain v:Vet ; rdfs:range v:AnimalClinic .
                 v:opened a owl:DatatypeProperty ; rdfs:domain v:AnimalClinic ; rdfs:range xsd:date .
                 v:near a owl:ObjectProperty .",
            )
            .unwrap();
        let phrase = |name: &str| {
            phrase(ontology.relation(&Iri::new(format!("http://vets.example/{name}"))).unwrap(), &ontology)
        };
        assert_eq!(phrase("worksAt"), "vet works at animal clinic");
        assert_eq!(phrase("opened"), "animal clinic opened date");
        assert_eq!(phrase("near"), "near");
    }
}
