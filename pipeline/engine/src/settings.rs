//! What an engine is opened with. In: what whoever embeds it decides. Out: one value that says everything. Never: a file, a flag or
//! a variable read.

use connectors::source::SourceOptions;
use kgloom_numerics::matrix::Precision;
use kgloom_reader::DateOrder;
use std::path::PathBuf;

/// Which model reads the texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Model {
    /// The one inside the program.
    #[default]
    Bundled,
    /// The one in a folder.
    Folder(PathBuf),
    /// Rules, for tests only.
    Toy,
}

/// Which graph filter believes what was read, or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FilterChoice {
    /// The one inside the program, where it was made for the model that reads.
    Default,
    /// The one in a folder.
    Folder(PathBuf),
    /// None: what has enough support is believed.
    #[default]
    Off,
}

/// What was named; a folder that has a graph has its own word on the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The model.
    pub model: bool,
    /// The arithmetic of its encoder.
    pub precision: bool,
    /// Which of day and month comes first.
    pub date_order: bool,
    /// Relations that were taught.
    pub relations: bool,
    /// The filter.
    pub filter: bool,
    /// Its precision.
    pub keep_precision: bool,
    /// Files of the ontology.
    pub ontology: bool,
}

/// What an engine is opened with. [`Settings::new`] has what is usual; the fields change it, and [`Settings::with_model`] and its
/// siblings say besides that something was named, so that a folder whose graph was made otherwise is not opened with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The folder of journal and graph; it is made where there is none.
    pub state: PathBuf,
    /// Worker threads; the graph does not depend on them.
    pub workers: usize,
    /// Which model reads the texts.
    pub model: Model,
    /// The arithmetic of its encoder.
    pub precision: Precision,
    /// Which of day and month comes first in dates that are all numbers.
    pub date_order: DateOrder,
    /// The folder of relations that were taught by examples, if any are read.
    pub relations: Option<PathBuf>,
    /// Which filter believes what was read.
    pub filter: FilterChoice,
    /// The precision that it is to keep, in hundredths.
    pub keep_precision: Option<u8>,
    /// The folder of downloaded encoders, which is no input.
    pub models: PathBuf,
    /// What of all this was named, and what is only usual.
    pub given: Given,
    /// Turtle files that extend the bundled ontology, in order.
    pub ontology: Vec<PathBuf>,
    /// How files are read, and what bounds them.
    pub source: SourceOptions,
    /// Documents that enter the graph together where files are read.
    pub epoch_documents: usize,
}

impl Settings {
    /// The folder of downloaded encoders, unless said otherwise.
    pub const MODELS: &'static str = "kgloom-models";
    /// Documents that enter the graph together, unless said otherwise.
    pub const EPOCH_DOCUMENTS: usize = 256;

    /// What is usual, for a folder: the bundled model and ontology, no filter, a worker for each core.
    pub fn new(state: impl Into<PathBuf>) -> Settings {
        Settings {
            state: state.into(),
            workers: std::thread::available_parallelism().map_or(1, usize::from),
            model: Model::default(),
            precision: Precision::default(),
            date_order: DateOrder::default(),
            relations: None,
            filter: FilterChoice::default(),
            keep_precision: None,
            models: Settings::MODELS.into(),
            given: Given::default(),
            ontology: Vec::new(),
            source: SourceOptions::default(),
            epoch_documents: Settings::EPOCH_DOCUMENTS,
        }
    }

    /// With this model.
    #[must_use]
    pub fn with_model(mut self, model: Model) -> Settings {
        (self.model, self.given.model) = (model, true);
        self
    }

    /// With this filter.
    #[must_use]
    pub fn with_filter(mut self, filter: FilterChoice) -> Settings {
        (self.filter, self.given.filter) = (filter, true);
        self
    }

    /// With these files over the bundled ontology.
    #[must_use]
    pub fn with_ontology(mut self, files: Vec<PathBuf>) -> Settings {
        (self.ontology, self.given.ontology) = (files, true);
        self
    }
}
