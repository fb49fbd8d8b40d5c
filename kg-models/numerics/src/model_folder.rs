//! A model in a folder: a card in JSON that says what it is, weights in safetensors, and a name that is a hash of both.
//!
//! In: a card and arrays, or a folder. Out: both files, and what they say. Never: damage that is told without the file and the
//! remedy, or a model whose files change while its name does not.

use crate::Error;
use crate::artifact::{self, Array, Storage, Weights};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::fmt;
use std::path::Path;

/// How models of one kind lie in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelFolder {
    /// What the name of a model begins with: `types` of `types@0123456789ab`.
    pub name: &'static str,
    /// The file of the card.
    pub card: &'static str,
    /// The file of the weights.
    pub weights: &'static str,
    /// Whether the card is indented, for people.
    pub indented: bool,
    /// What mends a damaged model, as the end of a message: "train it anew".
    pub remedy: &'static str,
}

/// The two files of a model.
#[derive(Clone, Debug)]
pub struct ModelFiles<'a> {
    folder: ModelFolder,
    /// What errors call them: paths where they were read.
    names: [String; 2],
    card: Cow<'a, [u8]>,
    weights: Cow<'a, [u8]>,
}

impl ModelFolder {
    /// The files of a model that is in memory.
    ///
    /// # Errors
    /// When the card cannot be said in JSON, or the numbers of an array do not fill its shape.
    pub fn pack(
        self,
        card: &impl Serialize,
        arrays: &[(String, Array, Storage)],
    ) -> Result<ModelFiles<'static>, Error> {
        let json = if self.indented { serde_json::to_vec_pretty } else { serde_json::to_vec };
        let card = json(card).map_err(|source| Error::Json { name: self.card.to_owned(), source })?;
        let weights = artifact::serialize(arrays)?;
        let names = [self.card, self.weights].map(str::to_owned);
        Ok(ModelFiles { folder: self, names, card: Cow::Owned(card), weights: Cow::Owned(weights) })
    }

    /// The files of a model that lies inside the program.
    pub fn embedded<'a>(self, card: &'a [u8], weights: &'a [u8]) -> ModelFiles<'a> {
        let names = [self.card, self.weights].map(str::to_owned);
        ModelFiles { folder: self, names, card: Cow::Borrowed(card), weights: Cow::Borrowed(weights) }
    }

    /// The files in a folder.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn read(self, folder: &Path) -> Result<ModelFiles<'static>, Error> {
        let [card, weights] = [self.card, self.weights].map(|name| folder.join(name));
        Ok(ModelFiles {
            folder: self,
            names: [&card, &weights].map(|path| path.display().to_string()),
            card: Cow::Owned(artifact::read(&card)?),
            weights: Cow::Owned(artifact::read(&weights)?),
        })
    }

    /// Whether a model of this kind is in a folder.
    pub fn lies_in(self, folder: &Path) -> bool {
        folder.join(self.card).is_file()
    }
}

impl ModelFiles<'_> {
    /// The model's name: what its kind is called, and a hash of both files and of the code's meaning.
    pub fn id(&self) -> String {
        let ModelFolder { name, card, weights, .. } = self.folder;
        artifact::model_id(name, &[(card, &self.card), (weights, &self.weights)])
    }

    /// Writes both into a folder, the card last: where there is a card, the model is whole.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        artifact::write(&folder.join(self.folder.weights), &self.weights)?;
        artifact::write(&folder.join(self.folder.card), &self.card)
    }

    /// What the card says.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn card<C: DeserializeOwned>(&self) -> Result<C, Error> {
        serde_json::from_slice(&self.card).map_err(|error| self.damaged(&self.names[0], &error))
    }

    /// The weights; arrays that are missing or of another shape are told with the remedy too.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn weights(&self) -> Result<Weights, Error> {
        let name = &self.names[1];
        match Weights::parse(name, &self.weights) {
            Ok(weights) => Ok(weights.with_remedy(self.folder.remedy)),
            Err(Error::Weights { source, .. }) => Err(self.damaged(name, &source)),
            Err(error) => Err(error),
        }
    }

    /// The error of a model that cannot be used as it is: its card's file, why, and the remedy.
    pub fn unfit(&self, reason: impl fmt::Display) -> Error {
        self.error(&self.names[0], reason)
    }

    fn damaged(&self, name: &str, cause: &dyn std::error::Error) -> Error {
        self.error(name, format_args!("it is damaged: {cause}"))
    }

    fn error(&self, name: &str, reason: impl fmt::Display) -> Error {
        Error::Unsupported { name: name.to_owned(), reason: format!("{reason}; {}", self.folder.remedy) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOYS: ModelFolder = ModelFolder {
        name: "toys",
        card: "toy.json",
        weights: "toy.safetensors",
        indented: true,
        remedy: "make it anew",
    };

    fn packed(card: &str) -> ModelFiles<'static> {
        let array = Array { shape: vec![2], values: vec![0.5, -1.0] };
        TOYS.pack(&card, &[("numbers".to_owned(), array, Storage::Single)]).unwrap()
    }

    #[test]
    fn what_is_written_is_read_under_the_same_name() {
        let folder = tempfile::tempdir().unwrap();
        let files = packed("a card");
        assert!(!TOYS.lies_in(folder.path()));
        files.write(folder.path()).unwrap();
        let read = TOYS.read(folder.path()).unwrap();
        assert!(TOYS.lies_in(folder.path()) && read.id() == files.id() && files.id().starts_with("toys@"));
        assert_eq!(read.card::<String>().unwrap(), "a card");
        assert_eq!(read.weights().unwrap().array("numbers", &[2]).unwrap().values, [0.5, -1.0]);
        assert_ne!(packed("another").id(), files.id());
        // A model inside the program is the same model.
        let [card, weights] = [TOYS.card, TOYS.weights].map(|file| artifact::read(&folder.path().join(file)).unwrap());
        assert_eq!(TOYS.embedded(&card, &weights).id(), files.id());
    }

    #[test]
    fn damage_is_told_with_the_file_and_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let says = |error: Error, file: &str, reason: &str| {
            let said = error.to_string();
            assert!(said.contains(file) && said.contains(reason) && said.ends_with("; make it anew"), "{said}");
        };
        packed("a card").write(folder.path()).unwrap();
        let files = TOYS.read(folder.path()).unwrap();
        says(files.card::<u32>().unwrap_err(), "toy.json", "invalid type");
        says(files.weights().unwrap().array("numbers", &[3]).unwrap_err(), "toy.safetensors", "has shape [2]");
        says(files.weights().unwrap().any("others").unwrap_err(), "toy.safetensors", "missing");
        says(files.unfit("it is odd"), "toy.json", "it is odd");
        std::fs::write(folder.path().join("toy.safetensors"), b"pickle").unwrap();
        says(TOYS.read(folder.path()).unwrap().weights().unwrap_err(), "toy.safetensors", "it is damaged");
        std::fs::remove_file(folder.path().join("toy.safetensors")).unwrap();
        assert!(matches!(TOYS.read(folder.path()), Err(Error::Read { .. })));
    }
}
