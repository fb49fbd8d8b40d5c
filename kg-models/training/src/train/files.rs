//! The files of an encoder that heads are put on. In: a folder, or the one inside the program. Out: its bytes, and a name
//! for them. Never: a file of the heads.

use kgloom_numerics::artifact::{self, Weights};
use kgloom_reader::backbone::{Backbone, json};
use kgloom_reader::encoder::EncoderConfig;
use kgloom_reader::layers::Parameters;
use kgloom_reader::model::ExtractorConfig;
use kgloom_reader::vectors::VectorHead;
use kgloom_reader::{Error, bundled};
use std::borrow::Cow;
use std::path::Path;

/// The meaning of the code between an encoder's files and cached states.
const STATES_VERSION: &[u8] = b"kgloom-reader-5";

/// The file of the vector head, and the one that says which layers it reads.
const VECTORS: &str = "vectors.safetensors";
const EXTRACTOR: &str = "extractor.json";

/// The files of an encoder.
pub struct EncoderFiles {
    pub config: Cow<'static, [u8]>,
    pub tokenizer: Cow<'static, [u8]>,
    pub weights: Cow<'static, [u8]>,
    /// The head that tells its sentence vectors, if it was tuned,
    pub vectors: Option<Cow<'static, [u8]>>,
    /// and the layers that it reads.
    pub vector_layers: Vec<usize>,
}

impl EncoderFiles {
    pub fn open(folder: Option<&Path>) -> Result<Self, Error> {
        let Some(folder) = folder else {
            let files = bundled::files();
            let extractor: ExtractorConfig = json(EXTRACTOR, &files.extractor)?;
            return Ok(EncoderFiles {
                vector_layers: extractor.vector_layers,
                config: files.config,
                tokenizer: files.tokenizer,
                weights: files.encoder,
                vectors: files.vectors,
            });
        };
        let file = |name: &str| artifact::read(&folder.join(name)).map(Cow::Owned);
        let tuned = folder.join(VECTORS).exists();
        let extractor = tuned.then(|| json::<ExtractorConfig>(EXTRACTOR, &artifact::read(&folder.join(EXTRACTOR))?));
        Ok(EncoderFiles {
            vector_layers: extractor.transpose()?.map_or_else(Vec::new, |extractor| extractor.vector_layers),
            config: file("config.json")?,
            tokenizer: file("tokenizer.json")?,
            weights: file("model.safetensors")?,
            vectors: tuned.then(|| file(VECTORS)).transpose()?,
        })
    }

    pub fn backbone(&self) -> Result<Backbone, Error> {
        Backbone::new(&self.config, &self.tokenizer, &self.weights)
    }

    /// What tells its sentence vectors: its head if it was tuned, else the mean of its last layer.
    pub fn vector_head(&self) -> Result<VectorHead, Error> {
        let parse = |bytes: &Cow<'static, [u8]>| Parameters::from_weights(&Weights::parse(VECTORS, bytes)?);
        let parameters = self.vectors.as_ref().map(parse).transpose()?;
        let config: EncoderConfig = json("config.json", &self.config)?;
        let layers = if parameters.is_some() { self.vector_layers.clone() } else { vec![config.num_hidden_layers] };
        Ok(VectorHead { layers, parameters })
    }

    pub fn key(&self) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        for part in [&self.config, &self.tokenizer, &self.weights].into_iter().chain(&self.vectors) {
            hasher.update(blake3::hash(part).as_bytes());
        }
        hasher.update(STATES_VERSION);
        hasher.finalize()
    }

    pub fn write(&self, out: &Path) -> Result<(), Error> {
        artifact::write(&out.join("config.json"), &self.config)?;
        artifact::write(&out.join("tokenizer.json"), &self.tokenizer)?;
        if let Some(vectors) = &self.vectors {
            artifact::write(&out.join(VECTORS), vectors)?;
        }
        Ok(artifact::write(&out.join("model.safetensors"), &self.weights)?)
    }
}

/// The heads of a model that knows the same relations, which training may begin with.
pub fn known_heads(folder: &Path, space: &[String]) -> Result<Option<Parameters>, Error> {
    let file = folder.join(EXTRACTOR);
    if !file.exists() {
        return Ok(None);
    }
    let config: ExtractorConfig = json(EXTRACTOR, &artifact::read(&file)?)?;
    if !config.relations.iter().map(|relation| &relation.property).eq(space) {
        return Ok(None);
    }
    let mut heads = Parameters::default();
    for name in ["mentions.safetensors", "relations.safetensors"] {
        heads.0.extend(Parameters::from_weights(&Weights::parse(name, &artifact::read(&folder.join(name))?)?)?.0);
    }
    Ok(Some(heads))
}
