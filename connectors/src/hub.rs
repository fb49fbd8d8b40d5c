//! Encoders from the Hugging Face hub. In: a repository at a pinned revision. Out: a folder whose hashes are known.
//! Never: a file that is not safetensors, tokenizer or configuration; the network when the user said offline.

mod error;

pub use error::HubError;

use hf_hub::api::sync::{Api, ApiBuilder, ApiError, ApiRepo};
use hf_hub::{Repo, RepoType};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The files of a model; all of them are needed.
pub const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];
const MANIFEST: &str = "manifest.json";

/// An encoder that kgloom knows by its hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The repository, `organisation/name`.
    pub repository: &'static str,
    /// The pinned commit.
    pub revision: &'static str,
    /// SHA-256 of files, in hexadecimal; a file that is not listed is recorded at the first pull.
    pub sha256: &'static [(&'static str, &'static str)],
}

/// The encoders that may be named without a revision.
pub const KNOWN: [Known; 2] = [
    Known {
        repository: "sentence-transformers/all-MiniLM-L6-v2",
        revision: "c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
        sha256: &[
            ("config.json", "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
            ("tokenizer.json", "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
            ("model.safetensors", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
        ],
    },
    Known {
        repository: "intfloat/multilingual-e5-small",
        revision: "fd1525a9fd15316a2d503bf26ab031a61d056e98",
        sha256: &[("model.safetensors", "1a55775f53449dac10a2bcbc312469fac40b96d53198c407081a831f81c98477")],
    },
];

/// A repository at a revision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pinned {
    /// `organisation/name`.
    pub repository: String,
    /// A commit, tag or branch; only a commit stays what it is.
    pub revision: String,
}

impl Pinned {
    /// The name of its folder, `organisation--name@revision`.
    pub fn folder(&self) -> String {
        format!("{}@{}", self.repository.replace('/', "--"), self.revision)
    }

    /// The hash that kgloom knows for a file.
    fn known(&self, file: &str) -> Option<&'static str> {
        let known =
            KNOWN.iter().find(|known| known.repository == self.repository && known.revision == self.revision)?;
        known.sha256.iter().find(|(name, _)| *name == file).map(|(_, hash)| *hash)
    }
}

impl std::fmt::Display for Pinned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.repository, self.revision)
    }
}

impl FromStr for Pinned {
    type Err = HubError;

    fn from_str(text: &str) -> Result<Self, HubError> {
        let (repository, revision) = match text.split_once('@') {
            Some((repository, revision)) => (repository, Some(revision)),
            None => (text, None),
        };
        let parts: Vec<&str> = repository.split('/').collect();
        if parts.len() != 2 || !parts.iter().chain(&revision).all(|part| is_plain(part)) {
            return Err(HubError::Name(text.to_owned()));
        }
        let known = KNOWN.iter().find(|known| known.repository == repository).map(|known| known.revision);
        let revision = revision.or(known).ok_or_else(|| HubError::Unpinned(repository.to_owned()))?;
        Ok(Pinned { repository: repository.to_owned(), revision: revision.to_owned() })
    }
}

/// No separators, nothing that leads out of a folder.
fn is_plain(part: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !part.is_empty() && !part.starts_with('.') && part.chars().all(fits)
}

/// What was pulled: the hashes that later pulls and checks are held to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `organisation/name`.
    pub repository: String,
    /// The revision that was asked for.
    pub revision: String,
    /// SHA-256 by file, in hexadecimal.
    pub sha256: BTreeMap<String, String>,
}

/// A model of the folder, and whether it is what it was when it was pulled.
#[derive(Debug)]
pub struct Checked {
    /// The model's folder.
    pub folder: PathBuf,
    /// The model.
    pub model: Pinned,
    /// What is wrong with it, if anything.
    pub outcome: Result<(), HubError>,
}

/// A folder of models and the hub they come from.
#[derive(Clone, Debug)]
pub struct Hub {
    folder: PathBuf,
    endpoint: Option<String>,
    offline: bool,
}

impl Hub {
    /// A folder of models, the hub's address where it is not the usual one, and whether the network is off limits.
    pub fn new(folder: impl Into<PathBuf>, endpoint: Option<&str>, offline: bool) -> Hub {
        let endpoint = endpoint.map(|endpoint| endpoint.trim_end_matches('/').to_owned());
        Hub { folder: folder.into(), endpoint, offline }
    }

    /// The same by the user's environment: `HF_ENDPOINT` and `HF_HUB_OFFLINE`. To be called once, at the edge.
    pub fn from_environment(folder: impl Into<PathBuf>) -> Hub {
        let endpoint = std::env::var("HF_ENDPOINT").ok().filter(|endpoint| !endpoint.is_empty());
        let offline = std::env::var("HF_HUB_OFFLINE").unwrap_or_default();
        let offline = !matches!(offline.to_lowercase().as_str(), "" | "0" | "false" | "no" | "off");
        Hub::new(folder, endpoint.as_deref(), offline)
    }

    /// The models that were pulled, by folder.
    pub fn list(&self) -> Result<Vec<(PathBuf, Manifest)>, HubError> {
        let mut found = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
            entries => entries.map_err(at(&self.folder))?,
        };
        for entry in entries {
            let folder = entry.map_err(at(&self.folder))?.path();
            if folder.join(MANIFEST).is_file() {
                let manifest = read_manifest(&folder)?;
                found.push((folder, manifest));
            }
        }
        found.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(found)
    }

    /// Hashes every file of every model again.
    pub fn verify(&self) -> Result<Vec<Checked>, HubError> {
        let check = |(folder, manifest): (PathBuf, Manifest)| {
            let model = Pinned { repository: manifest.repository.clone(), revision: manifest.revision.clone() };
            Checked { outcome: check(&folder, &model, &manifest.sha256), folder, model }
        };
        Ok(self.list()?.into_iter().map(check).collect())
    }

    /// The folder of a model; it is downloaded if it is not there, and its hashes are checked either way.
    pub fn pull(&self, model: &Pinned) -> Result<PathBuf, HubError> {
        let folder = self.folder.join(model.folder());
        if folder.join(MANIFEST).is_file() {
            check(&folder, model, &read_manifest(&folder)?.sha256)?;
            return Ok(folder);
        }
        if self.offline {
            return Err(HubError::Offline { model: model.to_string(), folder: self.folder.clone() });
        }
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let base = self.folder.canonicalize().map_err(at(&self.folder))?;
        let downloads = base.join(".downloads").join(model.folder());
        let unfinished = base.join(format!(".{}.part", model.folder()));
        let api = self.api(&downloads).map_err(|error| self.network(model, "the repository", error))?;
        let repository = Repo::with_revision(model.repository.clone(), RepoType::Model, model.revision.clone());
        let source = api.repo(repository);
        self.check_listing(model, &source)?;
        fs::create_dir_all(&unfinished).map_err(at(&unfinished))?;
        let mut sha256 = BTreeMap::new();
        for file in FILES {
            let hash = self.fetch(model, (&api, &source), file, &unfinished)?;
            sha256.insert(file.to_owned(), hash);
        }
        let manifest = Manifest { repository: model.repository.clone(), revision: model.revision.clone(), sha256 };
        let text = serde_json::to_string_pretty(&manifest).expect("names and hashes always encode");
        fs::write(unfinished.join(MANIFEST), text + "\n").map_err(at(&unfinished))?;
        fs::rename(&unfinished, &folder).map_err(at(&folder))?;
        fs::remove_dir_all(&downloads).map_err(at(&downloads))?;
        Ok(folder)
    }

    fn api(&self, downloads: &Path) -> Result<Api, ApiError> {
        let mut builder = ApiBuilder::new().with_cache_dir(downloads.to_owned());
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint.clone());
        }
        builder.with_token(None).with_progress(false).with_retries(2).build()
    }

    /// Refuses what has no safetensors before anything is downloaded.
    fn check_listing(&self, model: &Pinned, source: &ApiRepo) -> Result<(), HubError> {
        let listing = source.info().map_err(|error| self.network(model, "the list of files", error))?;
        let names: Vec<&str> = listing.siblings.iter().map(|file| file.rfilename.as_str()).collect();
        let pickled = |name: &&str| [".bin", ".pt", ".pth", ".pkl", ".ckpt"].iter().any(|end| name.ends_with(end));
        if !names.contains(&"model.safetensors") {
            let found: Vec<&str> = names.iter().copied().filter(pickled).collect();
            if !found.is_empty() {
                return Err(HubError::Pickle { model: model.to_string(), found: found.join(", ") });
            }
        }
        match FILES.into_iter().find(|file| !names.contains(file)) {
            Some(file) => Err(HubError::Missing { model: model.to_string(), file }),
            None => Ok(()),
        }
    }

    /// Downloads a file into the folder and gives its hash, which has been checked as far as anything is known.
    fn fetch(
        &self,
        model: &Pinned,
        (api, source): (&Api, &ApiRepo),
        file: &str,
        folder: &Path,
    ) -> Result<String, HubError> {
        let facts = api.metadata(&source.url(file)).map_err(|error| self.network(model, file, error))?;
        let path = source.download(file).map_err(|error| self.network(model, file, error))?;
        let (found, expected) = (fs::metadata(&path).map_err(at(&path))?.len(), facts.size() as u64);
        if found != expected {
            fs::remove_file(path.canonicalize().map_err(at(&path))?).map_err(at(&path))?;
            return Err(HubError::CutShort { model: model.to_string(), file: file.to_owned(), expected, found });
        }
        let hash = hash_file(&path)?;
        // The hub names large files by their SHA-256.
        let named = Some(facts.etag()).filter(|tag| tag.len() == 64);
        for expected in [model.known(file), named].into_iter().flatten() {
            compare(model, file, expected, &hash)?;
        }
        let target = folder.join(file);
        fs::copy(&path, &target).map_err(at(&target))?;
        Ok(hash)
    }

    fn network(&self, model: &Pinned, what: &str, error: ApiError) -> HubError {
        let (model, what) = (model.to_string(), what.to_owned());
        let endpoint = self.endpoint.clone().unwrap_or_else(|| "the hub".to_owned());
        HubError::Network { model, what, endpoint, source: Box::new(error) }
    }
}

fn check(folder: &Path, model: &Pinned, sha256: &BTreeMap<String, String>) -> Result<(), HubError> {
    for file in FILES {
        let path = folder.join(file);
        let recorded = sha256.get(file).map(String::as_str);
        if recorded.is_none() || !path.is_file() {
            return Err(HubError::Missing { model: model.to_string(), file });
        }
        let found = hash_file(&path)?;
        for expected in [recorded, model.known(file)].into_iter().flatten() {
            compare(model, file, expected, &found)?;
        }
    }
    Ok(())
}

fn compare(model: &Pinned, file: &str, expected: &str, found: &str) -> Result<(), HubError> {
    if expected.eq_ignore_ascii_case(found) {
        return Ok(());
    }
    let (expected, found) = (expected.to_owned(), found.to_owned());
    Err(HubError::Changed { model: model.to_string(), file: file.to_owned(), expected, found })
}

fn read_manifest(folder: &Path) -> Result<Manifest, HubError> {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).map_err(at(&path))?;
    serde_json::from_str(&text).map_err(|source| HubError::Manifest { path, source })
}

fn hash_file(path: &Path) -> Result<String, HubError> {
    let mut file = File::open(path).map_err(at(path))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).map_err(at(path))? {
            0 => break,
            length => hasher.update(&buffer[..length]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn at(path: &Path) -> impl Fn(io::Error) -> HubError + use<> {
    let path = path.to_owned();
    move |source| HubError::File { path: path.clone(), source }
}

#[cfg(test)]
mod tests;
