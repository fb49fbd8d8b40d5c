//! Relations that were taught by examples: an artifact over one model, and the model that reads with it.
//!
//! In: a folder, or what was learnt. Out: an extractor that reads these relations too, under an id that tells so. Never: what
//! was taught over another model.

use super::pair_space::PairSpace;
use super::relations::{EMBEDDING_WIDTH, LabelRows};
use super::teaching::Learnt;
use crate::Error;
use crate::model::{Extractor, score};
use candle_core::{Device, Tensor};
use kgloom_numerics::artifact::{Array, Storage};
use kgloom_numerics::model_folder::ModelFolder;
use kgloom_record::port::ModelId;
use kgloom_record::record::Iri;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How taught relations lie in a folder.
const FOLDER: ModelFolder = ModelFolder {
    name: "taught",
    card: "relations.json",
    weights: "relations.safetensors",
    indented: true,
    remedy: "`kgloom train relations` with the same examples makes it anew",
};

/// The probability from which a taught relation is taken.
const TAKEN: f32 = 0.5;

/// What was taught, as its card says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaughtCard {
    /// The model over which it was taught: [`Extractor::space`].
    pub reader: String,
    /// How many pairs of other texts and of the examples' own the examples were held against.
    pub background: usize,
    /// The relations, in the order of the rows.
    pub relations: Vec<TaughtRelation>,
}

/// A relation that was taught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaughtRelation {
    /// Its name.
    pub relation: Iri,
    /// By how many examples.
    pub examples: usize,
    /// How many of them are told by the others alone.
    pub found: usize,
    /// How many pairs of the background are told.
    pub told: usize,
}

/// Relations that were taught over one model.
#[derive(Clone, Debug, PartialEq)]
pub struct TaughtRelations {
    /// What they are.
    pub card: TaughtCard,
    space: PairSpace,
    /// Relations × [`EMBEDDING_WIDTH`].
    vectors: Vec<f32>,
    offsets: Vec<f32>,
}

impl TaughtRelations {
    /// What was learnt of relations, each by so many examples, over a model ([`Extractor::space`]) and against so many pairs.
    pub fn new(
        (reader, background): (String, usize),
        space: PairSpace,
        learnt: impl IntoIterator<Item = (Iri, usize, Learnt)>,
    ) -> TaughtRelations {
        let card = TaughtCard { reader, background, relations: Vec::new() };
        let mut taught = TaughtRelations { card, space, vectors: Vec::new(), offsets: Vec::new() };
        for (relation, examples, Learnt { vector, offset, found, told }) in learnt {
            taught.card.relations.push(TaughtRelation { relation, examples, found, told });
            taught.vectors.extend(vector);
            taught.offsets.push(offset);
        }
        taught
    }

    /// What lies in a folder.
    ///
    /// # Errors
    /// When a file cannot be read, or is damaged.
    pub fn read(folder: &Path) -> Result<(TaughtRelations, String), Error> {
        let files = FOLDER.read(folder)?;
        let card: TaughtCard = files.card()?;
        let (weights, count) = (files.weights()?, card.relations.len());
        let vectors = weights.array("vectors", &[count, EMBEDDING_WIDTH])?.values.clone();
        let offsets = weights.array("offsets", &[count])?.values.clone();
        let middle = weights.array("middle", &[EMBEDDING_WIDTH])?.values.clone();
        let turn = weights.array("turn", &[EMBEDDING_WIDTH, EMBEDDING_WIDTH])?.values.clone();
        Ok((TaughtRelations { card, space: PairSpace { middle, turn }, vectors, offsets }, files.id()))
    }

    /// Writes it to a folder, and says its id.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<String, Error> {
        let count = self.offsets.len();
        let array = |name: &str, shape, values: &[f32]| {
            (name.to_owned(), Array { shape, values: values.to_vec() }, Storage::Single)
        };
        let arrays = [
            array("middle", vec![EMBEDDING_WIDTH], &self.space.middle),
            array("turn", vec![EMBEDDING_WIDTH, EMBEDDING_WIDTH], &self.space.turn),
            array("vectors", vec![count, EMBEDDING_WIDTH], &self.vectors),
            array("offsets", vec![count], &self.offsets),
        ];
        let files = FOLDER.pack(&self.card, &arrays)?;
        files.write(folder)?;
        Ok(files.id())
    }
}

impl Extractor {
    /// What its pairs are placed by: its name without what an ontology has it read besides.
    pub fn space(&self) -> &str {
        self.id.0.split(", ").next().unwrap_or_default()
    }

    /// Whether it knows a relation by training, so that nobody has to teach it.
    pub fn knows(&self, relation: &Iri) -> bool {
        self.relation_iris[..self.config.relations.len()].contains(relation)
    }

    /// The same extractor, which also reads the relations that lie in a folder, as they were taught; the rest of the ontology,
    /// which declares them, comes after them. They are a part of its id.
    ///
    /// # Errors
    /// When the folder cannot be read; [`Error::Unsupported`] when they were taught over another model, one of them is read
    /// by the model itself, or the ontology lacks it.
    pub fn with_taught(mut self, folder: &Path, ontology: &Ontology) -> Result<Extractor, Error> {
        let (taught, id) = TaughtRelations::read(folder)?;
        let unfit = |reason: String| Error::Unsupported { name: folder.display().to_string(), reason };
        if taught.card.reader != self.space() {
            let (made_for, reads) = (&taught.card.reader, self.space());
            let reason = format!(
                "its relations were taught over {made_for}, and {reads} reads now; {}, and `--relations off` does without",
                FOLDER.remedy
            );
            return Err(unfit(reason));
        }
        let count = taught.offsets.len();
        for TaughtRelation { relation, .. } in &taught.card.relations {
            if self.relation_iris.contains(relation) {
                return Err(unfit(format!("the model reads {relation} by itself")));
            }
            if ontology.relation(relation).is_none() {
                let reason = format!("the ontology does not declare {relation}; name the file that does by --ontology");
                return Err(unfit(reason));
            }
            self.thresholds.insert(relation.clone(), score(TAKEN));
            self.relation_iris.push(relation.clone());
        }
        self.labelled.push(LabelRows {
            space: Some(taught.space),
            vectors: Tensor::from_vec(taught.vectors, (count, EMBEDDING_WIDTH), &Device::Cpu)?,
            offsets: Tensor::from_vec(taught.offsets, count, &Device::Cpu)?,
            cuts: vec![(TAKEN, 1.0); count],
        });
        self.id = ModelId(format!("{}, {id}", self.id).into());
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taught() -> TaughtRelations {
        let learnt = Learnt { vector: vec![0.25; EMBEDDING_WIDTH], offset: -3.0, found: 4, told: 2 };
        let space =
            PairSpace { middle: vec![0.5; EMBEDDING_WIDTH], turn: vec![0.125; EMBEDDING_WIDTH * EMBEDDING_WIDTH] };
        TaughtRelations::new(("a-model@1".to_owned(), 900), space, [(Iri::new("http://example.org/at"), 5, learnt)])
    }

    #[test]
    fn what_is_written_is_read_under_its_id_and_damage_is_told_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let id = taught().write(folder.path()).unwrap();
        assert_eq!(TaughtRelations::read(folder.path()).unwrap(), (taught(), id.clone()));
        assert!(id.starts_with("taught@"));
        let card = folder.path().join("relations.json");
        let other = std::fs::read_to_string(&card).unwrap().replace("\"found\": 4", "\"found\": 3");
        std::fs::write(&card, other).unwrap();
        assert_ne!(TaughtRelations::read(folder.path()).unwrap().1, id);
        std::fs::write(&card, "{").unwrap();
        let said = TaughtRelations::read(folder.path()).unwrap_err().to_string();
        assert!(said.contains("relations.json") && said.contains("train relations"), "{said}");
    }
}
