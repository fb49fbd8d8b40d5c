//! What an ontology declares and the heads do not know: relations and classes by their labels and comments (zero-shot), and
//! relations by phrases.
//!
//! In: an extractor, an ontology. Out: the extractor that reads it as well, under an id that tells so. Never: a change of
//! what was read without the ontology.

use super::ends;
use super::fields::Fields;
use super::fused;
use super::judged::Judged;
use super::label_model::{LabelModel, MOST_RELATIONS, Prompted};
use super::labels::{self, descriptions, words};
use super::named_roles::NamedRoles;
use super::phrases::{self, Phrases};
use super::relations::{LabelRows, embed_labels, embed_types, is_value};
use super::synonyms;
use crate::Error;
use crate::model::{CLASS_IRIS, Extractor, score};
use crate::narrow::NarrowClasses;
use candle_core::Tensor;
use kgloom_record::port::ModelId;
use kgloom_record::record::{Iri, Score};
use kgloom_record::vocabulary;
use ontologies::{Class, Ontology, Relation};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is read by its label: its name, and the texts that say what it is.
type Declared = (Iri, Vec<String>);

/// By relation of an ontology: those of the heads that it is another name of, and whether it runs the other way.
type Meant = BTreeMap<Iri, Vec<(usize, bool)>>;

impl Extractor {
    /// The same extractor, which also reads what an ontology declares and its heads do not know: relations and classes by
    /// their labels and comments, if it was trained with labels, and relations by the phrases that their patterns and names
    /// give. What it reads so is a part of its id.
    ///
    /// # Errors
    /// When a text cannot be tokenized, or tensor arithmetic fails.
    pub fn with_ontology(self, ontology: &Ontology) -> Result<Extractor, Error> {
        let meant = self.meant(ontology);
        let known = self.relation_iris.len();
        let read = self.with_relations(ontology, &meant)?.with_synonyms(meant).with_prompt(ontology, known)?;
        let read = read.with_classes(ontology)?;
        Ok(read.with_phrases(ontology)?.with_ends(ontology))
    }

    fn with_ends(mut self, ontology: &Ontology) -> Extractor {
        let narrow = self.narrow.as_ref().map_or(&[][..], |narrow| &narrow.iris);
        let relations = (self.relation_iris.as_slice(), self.config.relations.len());
        self.ends = ends::declared(relations, &self.synonyms, (narrow, ontology));
        self.fields = Fields::new(ontology, &self.relation_iris, &self.thresholds);
        if self.ends.is_empty() {
            return self;
        }
        let read = format!("{:?}", self.ends);
        self.reading("ends", &read)
    }

    /// The relations that the heads know under another name, by what an ontology calls them.
    fn meant(&self, ontology: &Ontology) -> Meant {
        let unknown = ontology.relations().filter(|relation| !self.relation_iris.contains(&relation.iri));
        let unknown: Vec<&Relation> = unknown.collect();
        if unknown.is_empty() {
            return Meant::new();
        }
        let known_names = synonyms::Names::new(ontology);
        let index = |property: &str| self.config.relations.iter().position(|relation| relation.property == property);
        let meant = unknown.into_iter().map(|relation| {
            let names = std::iter::once(&relation.label).chain(&relation.alternatives);
            let meant = names.flat_map(|name| known_names.meant(name));
            let mut known: Vec<_> = meant.filter_map(|meant| Some((index(meant.property)?, meant.inverse))).collect();
            known.sort_unstable();
            known.dedup();
            (relation.iri.clone(), known)
        });
        meant.filter(|(_, known)| !known.is_empty()).collect()
    }

    /// What was found of a relation as the ontology's own names tell it.
    pub(super) fn renamed(&self, judged: &Judged) -> impl Iterator<Item = Judged> {
        self.other_names(judged.relation).map(|(relation, inverse)| {
            let mut renamed = Judged { relation, ..judged.clone() };
            if inverse {
                renamed.ends.reverse();
                renamed.words.reverse();
            }
            renamed
        })
    }

    /// The ontology's relations that are other names of one, and whether each runs the other way.
    pub(super) fn other_names(&self, relation: usize) -> impl Iterator<Item = (usize, bool)> {
        self.synonyms.get(&relation).into_iter().flatten().copied()
    }

    fn with_synonyms(mut self, meant: Meant) -> Extractor {
        if meant.is_empty() || self.relations.is_none() {
            return self;
        }
        let read = format!("{meant:?}");
        for (iri, known) in meant {
            let thresholds = known.iter().map(|(known, _)| score(self.config.relations[*known].threshold));
            let threshold = thresholds.min().unwrap_or(Score::ONE);
            self.thresholds.insert(iri.clone(), threshold);
            for (known, inverse) in known {
                self.synonyms.entry(known).or_default().push((self.relation_iris.len(), inverse));
            }
            self.relation_iris.push(iri);
        }
        self.reading("synonyms", &read)
    }

    fn with_relations(mut self, ontology: &Ontology, meant: &Meant) -> Result<Extractor, Error> {
        let (Some(config), Some(head)) = (&self.config.zero_shot, &self.relations) else { return Ok(self) };
        let unknown = ontology
            .relations()
            .filter(|relation| !self.relation_iris.contains(&relation.iri) && !meant.contains_key(&relation.iri));
        let texts = |relation: &Relation| descriptions(&relation.label, &relation.comment, &relation.alternatives);
        let unknown: Vec<&Relation> = unknown.collect();
        for (place, relation) in unknown.iter().enumerate() {
            let names = std::iter::once(&relation.label).chain(&relation.alternatives);
            self.wording.add(self.relation_iris.len() + place, names.map(String::as_str));
        }
        let declared: Vec<Declared> = unknown.iter().map(|relation| (relation.iri.clone(), texts(relation))).collect();
        if declared.is_empty() {
            return Ok(self);
        }
        let embeddings = self.embedded(&declared, &|vectors| embed_labels(&head.parameters, vectors))?;
        let needed = config.needed(declared.len());
        let rows = LabelRows::told(&head.parameters, embeddings, (needed, config.slope))?;
        let (threshold, read) = (score(needed), format!("{declared:?}"));
        for (iri, _) in declared {
            self.thresholds.insert(iri.clone(), threshold);
            self.relation_iris.push(iri);
        }
        self.labelled.push(rows);
        Ok(self.reading("relations", &read))
    }

    /// The relations from a number on are read once more, by a model that is shown their labels together with the text.
    fn with_prompt(mut self, ontology: &Ontology, known: usize) -> Result<Extractor, Error> {
        let Some(source) = &self.label_source else { return Ok(self) };
        let declared = self.relation_iris.iter().enumerate().skip(known);
        let declared = declared.filter_map(|(index, iri)| {
            let needed = f32::from(self.thresholds.get(iri)?.ten_thousandths()) / 10_000.0;
            Some((index, ontology.relation(iri)?, needed))
        });
        let declared: Vec<(usize, &Relation, f32)> = declared.collect();
        if declared.is_empty() || declared.len() > MOST_RELATIONS {
            return Ok(self);
        }
        let model = Arc::new(LabelModel::load(source, self.precision)?);
        let (prompted, read) = Prompted::new(model, (&declared, self.config.floor), ontology)?;
        self.prompted = Some(prompted);
        Ok(self.reading("labels", &read))
    }

    /// Whether it was trained with labels, so that relations can be told by them, and taught.
    pub fn knows_labels(&self) -> bool {
        self.config.zero_shot.is_some() && self.relations.is_some()
    }

    /// Relations by their labels and comments in the space of labels: relations × [`super::relations::EMBEDDING_WIDTH`]; nothing where it was
    /// trained without labels.
    ///
    /// # Errors
    /// As [`Extractor::with_ontology`].
    pub fn labels_of(&self, relations: &[&Relation]) -> Result<Vec<f32>, Error> {
        let Some(head) = self.relations.as_ref().filter(|_| self.knows_labels()) else { return Ok(Vec::new()) };
        let texts = |relation: &&Relation| descriptions(&relation.label, &relation.comment, &relation.alternatives);
        let declared: Vec<Declared> =
            relations.iter().map(|relation| (relation.iri.clone(), texts(relation))).collect();
        Ok(fused::values(&self.embedded(&declared, &|vectors| embed_labels(&head.parameters, vectors))?)?)
    }

    fn with_classes(mut self, ontology: &Ontology) -> Result<Extractor, Error> {
        let (Some(config), Some(head)) = (&self.config.types, &self.relations) else { return Ok(self) };
        let fits = |class: &Class| -> [bool; CLASS_IRIS.len()] {
            std::array::from_fn(|own| {
                let own_iri = Iri::new(CLASS_IRIS[own]);
                let narrower = !ontology.is_kind_of(&own_iri, &class.iri);
                !is_value(own) && narrower && ontology.may_be(&own_iri, &class.iri)
            })
        };
        let offered = ontology
            .classes()
            .filter(|class| class.tag.is_none() && !class.of_documents)
            .map(|class| (class, fits(class)));
        let (classes, fits): (Vec<&Class>, Vec<_>) = offered.filter(|(_, fits)| fits.contains(&true)).unzip();
        let texts = |class: &Class| descriptions(&class.label, &class.comment, &class.alternatives);
        let names = |class: &&Class| -> Vec<Vec<String>> {
            let names = std::iter::once(&class.label).chain(&class.alternatives);
            names.map(|name| words(name).to_lowercase().split_whitespace().map(str::to_owned).collect()).collect()
        };
        let names = classes.iter().map(names).collect();
        let declared: Vec<Declared> = classes.into_iter().map(|class| (class.iri.clone(), texts(class))).collect();
        if declared.is_empty() {
            return Ok(self);
        }
        let embeddings = self.embedded(&declared, &|vectors| embed_types(&head.parameters, vectors))?;
        let (threshold, read) = (score(config.threshold), format!("{declared:?} {fits:?}"));
        let iris = declared.into_iter().map(|(iri, _)| iri).collect();
        self.narrow = Some(NarrowClasses { iris, fits, names, embeddings });
        self.thresholds.insert(Iri::new(vocabulary::TYPE), threshold);
        Ok(self.reading("types", &read))
    }

    /// Labels as the head compares them with what it reads: declared × width.
    fn embedded(&self, declared: &[Declared], embed: &Embed<'_>) -> Result<Tensor, Error> {
        self.alone(|| {
            let label = |(_, texts): &Declared| -> Result<Tensor, Error> {
                Ok(embed(&labels::vectors(&self.backbone, &self.vectors, texts)?)?.mean(0)?)
            };
            Ok(Tensor::stack(&declared.iter().map(label).collect::<Result<Vec<Tensor>, Error>>()?, 0)?)
        })
    }

    fn with_phrases(mut self, ontology: &Ontology) -> Result<Extractor, Error> {
        let mut all = Vec::new();
        for relation in ontology.relations() {
            let known = self.relation_iris.iter().position(|iri| *iri == relation.iri);
            let index = known.unwrap_or(self.relation_iris.len());
            let mut phrases = phrases::of(relation, ontology, index, index < self.config.relations.len());
            let Some(least) = phrases.iter().map(|phrase| phrase.score).min() else { continue };
            if known.is_none() {
                self.relation_iris.push(relation.iri.clone());
            }
            // What is said in so many words is a fact, however sure a label has to be.
            let needed = *self.thresholds.entry(relation.iri.clone()).or_insert(least);
            phrases.iter_mut().for_each(|phrase| phrase.score = phrase.score.max(needed));
            all.extend(phrases);
        }
        if all.is_empty() {
            return Ok(self);
        }
        let named = self.relation_iris.iter().enumerate().skip(self.config.relations.len());
        let named = named.filter_map(|(index, iri)| Some((index, ontology.relation(iri)?)));
        let named: Vec<(usize, &Relation)> = named.filter(|(_, relation)| relation.patterns.is_empty()).collect();
        self.named_roles = NamedRoles::new(&named, ontology);
        let read = format!("{all:?} {:?} {:?}", self.relation_iris, self.named_roles);
        self.phrases = Phrases::new(all);
        Ok(self.reading("phrases", &read))
    }

    /// The same extractor under an id that tells what else it reads.
    fn reading(mut self, what: &str, read: &str) -> Extractor {
        self.id = ModelId(format!("{}, {what} {}", self.id, &blake3::hash(read.as_bytes()).to_hex()[..12]).into());
        self
    }
}

/// Vectors of texts in the space that something is compared in.
type Embed<'a> = dyn Fn(&Tensor) -> candle_core::Result<Tensor> + Sync + 'a;
