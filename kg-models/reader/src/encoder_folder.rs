//! The encoder of texts in a folder, plain or a reader's, or the one inside the program. In: a folder, which part. Out: the encoder, with
//! the head that belongs to it. Never: the states of a reader taken for vectors, which tuning has made of other use.

#[cfg(feature = "bundled")]
use crate::bundled;
use crate::model::ExtractorConfig;
use crate::text_encoder::{TextEncoder, hash, settings};
use crate::text_heads::{Cut, Head};
use kgloom_numerics::Error;
use kgloom_numerics::artifact::{self, Weights};
use std::path::Path;

/// What makes a folder that of a reader, and its vector head.
const EXTRACTOR: &str = "extractor.json";
const VECTORS: &str = "vectors.safetensors";

impl TextEncoder {
    /// Opens the encoder in a folder, with the head that lies beside it, if one does.
    ///
    /// # Errors
    /// When a file is missing or malformed.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        TextEncoder::open_part(folder, Cut::NONE)
    }

    /// Opens a part of the encoder in a folder: a layer's vectors are told by the head that
    /// [`HEAD`](crate::text_encoder::HEAD) has for it, and are else its plain mean; layers above are neither loaded nor run. Of
    /// fewer numbers the first are taken, of vectors that are turned before where there is a rotation. In the folder of a
    /// reader the encoder is the one that its texts are read with.
    ///
    /// # Errors
    /// When a file is missing or malformed, or there is no such layer, or there are not so many numbers.
    pub fn open_part(folder: &Path, cut: Cut) -> Result<Self, Error> {
        let extractor = folder.join(EXTRACTOR);
        if !extractor.exists() {
            return TextEncoder::open_plain(folder, cut);
        }
        let read = |file: &str| artifact::read(&folder.join(file));
        let [config, tokenizer, weights] = [read("config.json")?, read("tokenizer.json")?, read("model.safetensors")?];
        let vectors = folder.join(VECTORS).exists().then(|| read(VECTORS)).transpose()?;
        let head = (artifact::read(&extractor)?, vectors);
        let name = folder.display().to_string();
        TextEncoder::of_reader(&name, [&config, &tokenizer, &weights], (&head.0, head.1.as_deref()))?.part(cut, &name)
    }

    /// The encoder inside the program, with the head that tells what its vectors were before it was tuned.
    ///
    /// # Errors
    /// When its files are damaged, which no built program should show.
    #[cfg(feature = "bundled")]
    pub fn bundled() -> Result<Self, Error> {
        let files = bundled::files();
        let encoder: [&[u8]; 3] = [&files.config, &files.tokenizer, &files.encoder];
        TextEncoder::of_reader(BUNDLED, encoder, (&files.extractor, files.vectors.as_deref()))
    }

    /// A part of the encoder inside the program: the plain mean of a layer, the first numbers.
    ///
    /// # Errors
    /// When there is no such layer, or there are not so many numbers.
    #[cfg(feature = "bundled")]
    pub fn bundled_part(cut: Cut) -> Result<Self, Error> {
        TextEncoder::bundled()?.part(cut, BUNDLED)
    }

    /// A reader's encoder: configuration, tokenizer and weights; what the reader is, and its vector head, which an encoder that
    /// was never tuned lacks.
    fn of_reader(
        name: &str,
        [config, tokenizer, weights]: [&[u8]; 3],
        (extractor, vectors): (&[u8], Option<&[u8]>),
    ) -> Result<Self, Error> {
        let extractor: ExtractorConfig =
            serde_json::from_slice(extractor).map_err(|source| Error::Json { name: EXTRACTOR.to_owned(), source })?;
        if vectors.is_none() && extractor.vector_layers.len() != 1 {
            let reason = format!("without {VECTORS}, vectors are the means of one layer");
            return Err(Error::Unsupported { name: name.to_owned(), reason });
        }
        let hash = hash(&[config, tokenizer, weights], vectors);
        let config = settings(config)?;
        let last = config.num_hidden_layers;
        let head = |bytes| Head::parse(&Weights::parse(VECTORS, bytes)?, "vector", extractor.vector_layers, false);
        let head = vectors.map(head).transpose()?;
        TextEncoder::new(name, (config, hash), [tokenizer, weights], (head, last))
    }

    fn part(self, cut: Cut, name: &str) -> Result<Self, Error> {
        let part = if let Some(layer) = cut.layer { self.at_layer(layer)? } else { self };
        part.shortened(cut, None, name)
    }
}

/// How messages call it.
#[cfg(feature = "bundled")]
const BUNDLED: &str = "the bundled model";

#[cfg(all(test, feature = "bundled"))]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_readers_folder_tells_the_vectors_that_it_reads_with() {
        let folder = tempfile::tempdir().unwrap();
        let files = bundled::files();
        let vectors = files.vectors.as_deref().unwrap();
        let all: [(&str, &[u8]); 5] = [
            ("config.json", &files.config),
            ("tokenizer.json", &files.tokenizer),
            ("model.safetensors", &files.encoder),
            (EXTRACTOR, &files.extractor),
            (VECTORS, vectors),
        ];
        all.iter().for_each(|(name, bytes)| std::fs::write(folder.path().join(name), bytes).unwrap());
        let (inside, outside) = (TextEncoder::bundled().unwrap(), TextEncoder::open(folder.path()).unwrap());
        let texts: [Option<Arc<str>>; 2] = [Some("Ada sings in a choir.".into()), Some("The lake freezes.".into())];
        let read = |encoder: &TextEncoder| encoder.read(&texts, &|_, _| ()).unwrap();
        assert_eq!((inside.id(), read(&inside)), (outside.id(), read(&outside)));
        std::fs::remove_file(folder.path().join(VECTORS)).unwrap();
        assert!(TextEncoder::open(folder.path()).is_err(), "its head is gone");
    }
}
