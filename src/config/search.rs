//! What questions of a search are read with. In: flags over a section of the file. Out: an encoder of the user's own, and how its
//! vectors and those of the graph meet. Never: a part of an encoder that nobody named.

use super::Error;
use super::file::{SearchSection, hundredths, word_or};
use crate::args::QuestionEncoder;
use kgloom_encoders::LEAST_RECALL;
use kgloom_reader::text_encoder::Cut;
use std::path::{Path, PathBuf};

/// The word for a bridge that kgloom fits itself.
const AUTO: &str = "auto";
/// The word for no bridge: the vectors are made anew.
const NONE: &str = "none";

/// What questions of a search are read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchEncoder {
    /// The folder of the encoder; none: the one of the model that read the texts.
    pub folder: Option<PathBuf>,
    /// Which part of it.
    pub cut: Cut,
    /// How its vectors and those of the graph meet.
    pub bridge: BridgeChoice,
    /// The least recall of a bridge, in hundredths.
    pub least_recall: u8,
}

/// How the vectors of a user's encoder and those of the graph meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BridgeChoice {
    /// Over a bridge that is fitted once, on the graph's own texts.
    #[default]
    Auto,
    /// Not at all: the encoder makes vectors of its own.
    Anew,
    /// Over the bridge in a file.
    File(PathBuf),
}

impl Default for SearchEncoder {
    fn default() -> SearchEncoder {
        let least_recall = (100.0 * LEAST_RECALL).round() as u8;
        SearchEncoder { folder: None, cut: Cut::NONE, bridge: BridgeChoice::Auto, least_recall }
    }
}

impl SearchEncoder {
    /// What the file says; its paths start at its folder.
    pub(super) fn of(section: SearchSection, from_file: impl Fn(PathBuf) -> PathBuf) -> Result<SearchEncoder, Error> {
        let usual = SearchEncoder::default();
        let cut = Cut { layer: section.layer, numbers: section.numbers };
        let folder = section.encoder.map(|folder| word_or(folder, &from_file));
        if folder.is_none() && cut != Cut::NONE {
            return Err(Error::value("search.layer", "and search.numbers are of an encoder that search.encoder names"));
        }
        let bridge = section.bridge.map_or(BridgeChoice::Auto, |bridge| named(&bridge, from_file));
        let least = section.least_recall.map(|least| hundredths("search.least_recall", least)).transpose()?;
        Ok(SearchEncoder { folder, cut, bridge, least_recall: least.unwrap_or(usual.least_recall) })
    }

    /// Lays flags over it. Another encoder is another one as a whole: no part of it is named by the file.
    pub(super) fn with(mut self, flags: &QuestionEncoder) -> Result<SearchEncoder, Error> {
        if let Some(folder) = &flags.encoder {
            (self.folder, self.cut) = (Some(folder.clone()), flags.part.cut());
        } else if flags.part.is_given() {
            self.cut = flags.part.cut();
        }
        if let Some(bridge) = &flags.bridge {
            self.bridge = named(bridge, |path| path);
        }
        if self.folder.is_none() && (self.cut != Cut::NONE || flags.bridge.is_some()) {
            return Err(Error::value("--layer", "--numbers and --bridge are of an encoder that --encoder names"));
        }
        Ok(self)
    }

    /// Whether the encoder makes vectors of its own of all things and documents.
    pub fn makes_anew(&self) -> bool {
        self.folder.is_some() && self.bridge == BridgeChoice::Anew
    }

    /// The least recall of a bridge.
    pub fn least_recall(&self) -> f64 {
        f64::from(self.least_recall) / 100.0
    }
}

/// A bridge, by the word or the path for it.
fn named(bridge: &Path, from_file: impl Fn(PathBuf) -> PathBuf) -> BridgeChoice {
    match bridge.to_str() {
        Some(AUTO) => BridgeChoice::Auto,
        Some(NONE) => BridgeChoice::Anew,
        _ => BridgeChoice::File(from_file(bridge.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::EncoderPart;

    fn part(layer: usize) -> EncoderPart {
        EncoderPart { layer: Some(layer), numbers: None }
    }

    #[test]
    fn flags_stand_over_the_file_and_name_an_encoder_as_a_whole() {
        let section = SearchSection {
            encoder: Some("mine".into()),
            layer: Some(3),
            numbers: Some(64),
            bridge: Some("none".into()),
            least_recall: Some(0.8),
        };
        let of_file = SearchEncoder::of(section, |path| Path::new("settings").join(path)).expect("valid");
        assert_eq!(of_file.folder.as_deref(), Some(Path::new("settings/mine")));
        assert_eq!((of_file.bridge.clone(), of_file.least_recall()), (BridgeChoice::Anew, 0.8));
        let flags = QuestionEncoder { encoder: Some("other".into()), ..QuestionEncoder::default() };
        let with = of_file.clone().with(&flags).expect("valid");
        assert_eq!((with.folder.as_deref(), with.cut), (Some(Path::new("other")), Cut::NONE));
        let flags =
            QuestionEncoder { part: part(2), bridge: Some("b.safetensors".into()), ..QuestionEncoder::default() };
        let with = of_file.with(&flags).expect("valid");
        assert_eq!((with.folder.as_deref(), with.cut), (Some(Path::new("settings/mine")), Cut::layer(Some(2))));
        assert_eq!(with.bridge, BridgeChoice::File("b.safetensors".into()));
    }

    #[test]
    fn a_part_or_a_bridge_of_no_encoder_is_refused() {
        let flags = [
            QuestionEncoder { part: part(2), ..QuestionEncoder::default() },
            QuestionEncoder { bridge: Some("none".into()), ..QuestionEncoder::default() },
        ];
        for flags in &flags {
            let error = SearchEncoder::default().with(flags).expect_err("no encoder");
            assert!(error.to_string().contains("that --encoder names"), "{error}");
        }
        let section = SearchSection { layer: Some(1), ..SearchSection::default() };
        assert!(SearchEncoder::of(section, |path| path).is_err());
    }
}
