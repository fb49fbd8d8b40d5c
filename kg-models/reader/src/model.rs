//! A reader's model: an encoder with its heads, and how it is made of files.
//!
//! In: files. Out: an extractor. Never: a text.

use super::backbone::{Backbone, json};
pub use super::config::{ExtractorConfig, FewLabels, LabelConfig, ReferenceConfig, RelationConfig, ZeroShotConfig};
use super::coreference::CoreferenceHead;
use super::ends;
use super::fields::Fields;
use super::label_model::{LabelSource, Prompted};
use super::layers::Parameters;
use super::layout::WINDOW_WORDS;
use super::mentions::MentionHead;
pub use super::mentions::{CLASS_IRIS, PROPERTY};
pub use super::model_files::ModelFiles;
use super::named_roles::NamedRoles;
use super::phrases::Phrases;
use super::references::ReferenceHead;
use super::relations::{LabelRows, RelationHead};
pub use super::score::score;
use super::vectors::VectorHead;
use crate::Error;
use crate::moment::DateOrder;
use crate::narrow::NarrowClasses;
use crate::wording::Wording;
use kgloom_numerics::artifact::{self, Weights};
use kgloom_numerics::matrix::Precision;
use kgloom_record::port::ModelId;
use kgloom_record::record::{Iri, Score};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The folder within a model's where the model lies that reads relations by labels before the text.
const LABELS: &str = "labels";

/// Reads texts with one model.
pub struct Extractor {
    pub(super) id: ModelId,
    pub(super) config: ExtractorConfig,
    pub(super) backbone: Arc<Backbone>,
    pub(super) mentions: MentionHead,
    pub(super) coreference: Option<CoreferenceHead>,
    pub(super) references: Option<ReferenceHead>,
    pub(super) relations: Option<RelationHead>,
    pub(super) vectors: VectorHead,
    /// Which of [`CLASSES`] each class of the mention head is.
    pub(super) classes: Vec<usize>,
    /// The relations of the head, then those that were taught, then those that labels tell.
    pub(super) relation_iris: Vec<Iri>,
    /// The latter two as pairs are compared with them.
    pub(super) labelled: Vec<LabelRows>,
    /// By relation of the head: those that an ontology declares under one of its other names, and whether the other way round.
    pub(super) synonyms: BTreeMap<usize, Vec<(usize, bool)>>,
    /// The ends of those that an ontology declares.
    pub(super) ends: ends::Declared,
    /// Those that lines of forms state.
    pub(super) fields: Fields,
    /// The words of those that labels tell.
    pub(super) wording: Wording,
    /// The model that reads relations by labels before the text, where it has one.
    pub(super) label_source: Option<LabelSource>,
    /// What it reads.
    pub(super) prompted: Option<Prompted>,
    /// The classes that an ontology declares below the six.
    pub(super) narrow: Option<NarrowClasses>,
    /// Phrases that state relations.
    pub(super) phrases: Phrases,
    /// Nouns that name who fills a role.
    pub(super) named_roles: NamedRoles,
    pub(super) thresholds: BTreeMap<Iri, Score>,
    balanced: Option<BTreeMap<Iri, Score>>,
    pub(super) date_order: DateOrder,
    /// The arithmetic of its encoders.
    pub(super) precision: Precision,
    /// Asked between steps of a reading: whether to break it off.
    pub(super) stop: fn() -> bool,
    /// How many words are read at a time.
    pub(super) window: usize,
    pools: Mutex<Vec<ThreadPool>>,
}

impl Extractor {
    /// A model directory: encoder files of a Hugging Face layout and the heads trained for it.
    ///
    /// # Errors
    /// When a file is missing or malformed; [`Error::NoHeads`] when there are no heads.
    pub fn load(folder: &Path) -> Result<Extractor, Error> {
        Extractor::load_with(folder, Precision::default())
    }

    /// A model directory, with the arithmetic of a precision.
    ///
    /// # Errors
    /// As [`Extractor::load`].
    pub fn load_with(folder: &Path, precision: Precision) -> Result<Extractor, Error> {
        let file = |name: &str| artifact::read(&folder.join(name)).map(Cow::Owned);
        let head = |name: &str| folder.join(name).exists().then(|| file(name)).transpose();
        let config = file("config.json")?;
        if !folder.join("extractor.json").exists() {
            return Err(Error::NoHeads { path: folder.to_owned() });
        }
        let files = ModelFiles {
            config,
            tokenizer: file("tokenizer.json")?,
            encoder: file("model.safetensors")?,
            extractor: file("extractor.json")?,
            mentions: file("mentions.safetensors")?,
            coreference: head("coreference.safetensors")?,
            references: head("references.safetensors")?,
            relations: head("relations.safetensors")?,
            vectors: head("vectors.safetensors")?,
        };
        let mut extractor = Extractor::from_files(&files, precision)?;
        let labels = Some(folder.join(LABELS)).filter(|labels| labels.join("labels.json").exists());
        extractor.label_source = labels.map(LabelSource::Folder);
        Ok(extractor)
    }

    /// Builds an extractor from the bytes of its files. The precision is part of the model's id, since it changes
    /// answers; the instruction set is not, since it changes none.
    ///
    /// # Errors
    /// When one of them is malformed.
    pub fn from_files(files: &ModelFiles<'_>, precision: Precision) -> Result<Extractor, Error> {
        let config: ExtractorConfig = json("extractor.json", &files.extractor)?;
        let head = |name: &str, bytes: &[u8]| Parameters::from_weights(&Weights::parse(name, bytes)?);
        let precision_name = precision.to_string();
        let mut named: Vec<(&str, &[u8])> = vec![
            ("precision", precision_name.as_bytes()),
            ("config.json", &files.config),
            ("tokenizer.json", &files.tokenizer),
            ("model.safetensors", &files.encoder),
            ("extractor.json", &files.extractor),
            ("mentions.safetensors", &files.mentions),
        ];
        let optional = [
            ("coreference.safetensors", &files.coreference),
            ("references.safetensors", &files.references),
            ("relations.safetensors", &files.relations),
            ("vectors.safetensors", &files.vectors),
        ];
        named.extend(optional.iter().filter_map(|(name, bytes)| Some((*name, bytes.as_deref()?))));
        let optional = |name: &str, bytes: &Option<Cow<'_, [u8]>>| bytes.as_deref().map(|b| head(name, b)).transpose();
        if !config.relations.is_empty() && files.relations.is_none() {
            let reason = "extractor.json has relations, and the model has no relations.safetensors".to_owned();
            return Err(Error::Data { name: config.name, reason });
        }
        if files.vectors.is_none() && config.vector_layers.len() != 1 {
            let reason = "without vectors.safetensors, sentence vectors are the means of one layer".to_owned();
            return Err(Error::Data { name: config.name, reason });
        }
        let classes = config.classes()?;
        let relation_iris: Vec<Iri> =
            config.relations.iter().map(|relation| Iri::new(format!("{PROPERTY}{}", relation.property))).collect();
        let thresholds = config.relations.iter().map(|relation| score(relation.threshold));
        let balanced = config.relations.iter().map(|relation| relation.balanced.map(score));
        Ok(Extractor {
            id: ModelId(artifact::model_id(&config.name, &named).into()),
            backbone: Arc::new(Backbone::with_precision(&files.config, &files.tokenizer, &files.encoder, precision)?),
            mentions: MentionHead::new(head("mentions.safetensors", &files.mentions)?)?,
            coreference: optional("coreference.safetensors", &files.coreference)?
                .map(|parameters| CoreferenceHead { parameters, threshold: config.coreference_threshold }),
            references: optional("references.safetensors", &files.references)?.zip(config.references.clone()).map(
                |(parameters, ReferenceConfig { layer, threshold })| ReferenceHead { parameters, layer, threshold },
            ),
            relations: optional("relations.safetensors", &files.relations)?
                .map(|parameters| RelationHead { parameters }),
            classes,
            vectors: VectorHead {
                layers: config.vector_layers.clone(),
                parameters: optional("vectors.safetensors", &files.vectors)?,
            },
            thresholds: relation_iris.iter().cloned().zip(thresholds).collect(),
            balanced: relation_iris.iter().cloned().zip(balanced).map(|(iri, score)| Some((iri, score?))).collect(),
            relation_iris,
            labelled: Vec::new(),
            label_source: None,
            prompted: None,
            precision,
            narrow: None,
            phrases: Phrases::default(),
            named_roles: NamedRoles::default(),
            ends: ends::Declared::new(),
            fields: Fields::default(),
            wording: Wording::default(),
            synonyms: BTreeMap::new(),
            config,
            date_order: DateOrder::default(),
            stop: || false,
            window: WINDOW_WORDS,
            pools: Mutex::default(),
        })
    }

    /// The same extractor, which breaks a reading off once `stop` says so: it is asked every few chunks.
    #[must_use]
    pub fn until(mut self, stop: fn() -> bool) -> Extractor {
        self.stop = stop;
        self
    }

    /// How its heads sit on its encoder.
    pub fn config(&self) -> &ExtractorConfig {
        &self.config
    }

    /// The thresholds that are best for F1 on validation, where the model has them; reading does not use them.
    pub fn balanced_thresholds(&self) -> Option<&BTreeMap<Iri, Score>> {
        self.balanced.as_ref()
    }

    /// The same extractor, finding mentions in another of the annotation styles it was trained in
    /// ([`super::mentions::STYLES`]); `None` if it was not trained in that one.
    ///
    /// # Errors
    /// When the mention head has no table of styles.
    pub fn in_style(&self, style: usize) -> Result<Option<Extractor>, Error> {
        if style >= self.mentions.styles()? {
            return Ok(None);
        }
        // What a set marks beyond what its texts say is no mistake there.
        let apart = if style == self.config.style { self.config.apart } else { 0.0 };
        Ok(Some(Extractor {
            id: ModelId(format!("{} in style {style}", self.id).into()),
            config: ExtractorConfig { style, apart, ..self.config.clone() },
            backbone: Arc::clone(&self.backbone),
            mentions: self.mentions.clone(),
            coreference: self.coreference.clone(),
            references: self.references.clone(),
            relations: self.relations.clone(),
            vectors: self.vectors.clone(),
            classes: self.classes.clone(),
            relation_iris: self.relation_iris.clone(),
            labelled: self.labelled.clone(),
            label_source: self.label_source.clone(),
            prompted: self.prompted.clone(),
            precision: self.precision,
            narrow: self.narrow.clone(),
            phrases: self.phrases.clone(),
            named_roles: self.named_roles.clone(),
            ends: self.ends.clone(),
            fields: self.fields.clone(),
            wording: self.wording.clone(),
            synonyms: self.synonyms.clone(),
            thresholds: self.thresholds.clone(),
            balanced: self.balanced.clone(),
            date_order: self.date_order,
            stop: self.stop,
            window: self.window,
            pools: Mutex::default(),
        }))
    }

    /// The same extractor, told which of day and month comes first in dates that are all numbers. A part of its id, since
    /// it changes answers.
    pub fn with_date_order(mut self, order: DateOrder) -> Extractor {
        if order != self.date_order {
            self.id = ModelId(format!("{}, dates {order}", self.id).into());
            self.date_order = order;
        }
        self
    }

    /// Runs a call in a pool of one thread, so that no tensor operation spreads over the machine.
    pub(super) fn alone<T: Send>(&self, call: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
        let kept = self.pools.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let pool = match kept {
            Some(pool) => pool,
            None => ThreadPoolBuilder::new().num_threads(1).build()?,
        };
        let answer = pool.install(call);
        self.pools.lock().unwrap_or_else(PoisonError::into_inner).push(pool);
        answer
    }

    /// The relation of an output of the head.
    pub(super) fn relation(&self, index: usize) -> &Iri {
        &self.relation_iris[index]
    }
}
