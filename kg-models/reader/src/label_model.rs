//! A model that reads relations by labels that stand before the text, and what it reads of an ontology.
//!
//! In: its files, an ontology. Out: relations of a window's entities. Never: a relation that the heads know by the name that the
//! bundled ontology gives it.

use super::backbone::{Backbone, json};
use super::labels::words;
use super::layers::Parameters;
use super::layout::TokenizedText;
use super::prompt::{PromptConfig, PromptHead, PromptedPair, label_pieces};
use super::relations::EntityCandidate;
use crate::Error;
use kgloom_numerics::artifact::{self, Weights};
use kgloom_numerics::matrix::Precision;
use ontologies::{Iri, Ontology, Relation};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// An ontology of more relations is not read so: a text is read once more for every sixteen.
pub const MOST_RELATIONS: usize = 64;
/// Other names of a relation that are read beside its label.
const MOST_NAMES: usize = 2;
/// What stands for an end that may be anything.
const ANYTHING: &str = "thing";

/// The model.
#[derive(Debug)]
pub struct LabelModel {
    /// Its name and the hash of its files.
    pub id: String,
    backbone: Backbone,
    head: PromptHead,
    threshold: f32,
}

impl LabelModel {
    /// A folder that `kgloom train labels` wrote, within that of a model whose tokenizer it has.
    ///
    /// # Errors
    /// When a file is missing or malformed, or the tokenizer is another.
    pub fn load(folder: &Path, precision: Precision) -> Result<LabelModel, Error> {
        let file = |name: &str| artifact::read(&folder.join(name));
        let [config, tokenizer, encoder, head, labels] =
            ["config.json", "tokenizer.json", "model.safetensors", "labels.safetensors", "labels.json"].map(file);
        let (config, tokenizer, encoder, head, labels) = (config?, tokenizer?, encoder?, head?, labels?);
        if folder
            .parent()
            .is_some_and(|model| artifact::read(&model.join("tokenizer.json")).is_ok_and(|own| own != tokenizer))
        {
            let reason = "it cuts word pieces otherwise than the model whose folder it is in".to_owned();
            return Err(Error::Unsupported { name: folder.join("tokenizer.json").display().to_string(), reason });
        }
        let PromptConfig { name, threshold } = json("labels.json", &labels)?;
        let precision_name = precision.to_string();
        let named: [(&str, &[u8]); 6] = [
            ("precision", precision_name.as_bytes()),
            ("config.json", &config),
            ("tokenizer.json", &tokenizer),
            ("model.safetensors", &encoder),
            ("labels.safetensors", &head),
            ("labels.json", &labels),
        ];
        let parameters = Parameters::from_weights(&Weights::parse("labels.safetensors", &head)?)?;
        Ok(LabelModel {
            id: artifact::model_id(&name, &named),
            backbone: Backbone::with_precision(&config, &tokenizer, &encoder, precision)?,
            head: PromptHead { parameters },
            threshold,
        })
    }
}

/// The relations of an ontology that a model reads by their labels.
#[derive(Clone, Debug)]
pub(super) struct Prompted {
    model: Arc<LabelModel>,
    /// Labels and other names, as word pieces.
    labels: Vec<Vec<u32>>,
    /// Of each the relation, and what turns the model's logit into that of its probability.
    relations: Vec<(usize, f32)>,
}

impl Prompted {
    /// Relations by number, each with the probability from which it is told.
    pub(super) fn new(
        model: Arc<LabelModel>,
        relations: &[(usize, &Relation, f32)],
        ontology: &Ontology,
    ) -> Result<(Prompted, String), Error> {
        let (mut labels, mut of, mut read) = (Vec::new(), Vec::new(), model.id.clone());
        for &(index, relation, needed) in relations {
            for phrase in phrases(relation, ontology) {
                labels.push(label_pieces(&model.backbone.chunker, &phrase)?);
                of.push((index, (needed / (1.0 - needed)).ln() - model.threshold));
                read.push_str(&format!("; {} {phrase}", relation.iri));
            }
        }
        Ok((Prompted { model, labels, relations: of }, read))
    }

    /// What is told of the entities of a window, each with its relation and probability, from a share of what is needed up.
    pub(super) fn read(
        &self,
        (tokenized, words, members): (&TokenizedText, Range<usize>, &[EntityCandidate]),
        stop: fn() -> bool,
    ) -> Result<impl Iterator<Item = (PromptedPair, usize, f32)>, Error> {
        let backbone = &self.model.backbone;
        // Whoever adds up what several texts say wants to hear of what one alone does not tell.
        let least = self.model.threshold - 2.0;
        let seen = (tokenized, words, members);
        let found = self.model.head.read((&backbone.chunker, &backbone.encoder), &self.labels, seen, (least, stop))?;
        Ok(found.into_iter().map(|pair| {
            let (relation, shift) = self.relations[pair.label];
            (pair, relation, 1.0 / (1.0 + (-pair.logit - shift).exp()))
        }))
    }
}

/// What a relation is called, between what its ends are called: "vet works at practice".
fn phrases(relation: &Relation, ontology: &Ontology) -> Vec<String> {
    let ends = [&relation.domain, &relation.range].map(|classes| match classes.iter().collect::<Vec<_>>()[..] {
        [class] => kind(class, ontology),
        _ => None,
    });
    let names = std::iter::once(&relation.label).chain(relation.alternatives.iter().take(MOST_NAMES));
    let phrase = |name: &String| {
        let name = words(name).to_lowercase();
        match &ends {
            [None, None] => name,
            [head, tail] => {
                let end = |end: &Option<String>| end.as_deref().unwrap_or(ANYTHING).to_owned();
                format!("{} {name} {}", end(head), end(tail))
            }
        }
    };
    names.map(phrase).collect()
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
                 @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
                 v:Vet a owl:Class ; rdfs:subClassOf kgloom:Person . v:AnimalClinic a owl:Class .
                 v:worksAt a owl:ObjectProperty ; rdfs:domain v:Vet ; rdfs:range v:AnimalClinic ; skos:altLabel \"has post at\" .
                 v:opened a owl:DatatypeProperty ; rdfs:domain v:AnimalClinic ; rdfs:range xsd:date .
                 v:near a owl:ObjectProperty .",
            )
            .unwrap();
        let phrases = |name: &str| {
            phrases(ontology.relation(&Iri::new(format!("http://vets.example/{name}"))).unwrap(), &ontology)
        };
        assert_eq!(phrases("worksAt"), ["vet works at animal clinic", "vet has post at animal clinic"]);
        assert_eq!(phrases("opened"), ["animal clinic opened date"]);
        assert_eq!(phrases("near"), ["near"]);
    }
}
