//! Which encoder, and which part of one, a command uses. In: arguments. Out: a folder, a layer, numbers. Never: an encoder.

use clap::{Args, ValueHint};
use kgloom_reader::text_encoder::Cut;
use std::path::PathBuf;

/// Which part of an encoder is used.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct EncoderPart {
    /// Take the vectors of this layer, 0 being the embeddings: by the head that a student of `train encoder` has for it, else its
    /// plain mean; layers above are not run
    #[arg(long, value_name = "K")]
    pub layer: Option<usize>,
    /// Take so many numbers of each vector, the first; those of a student are turned before, so that these are the best ones
    #[arg(long, value_name = "M")]
    pub numbers: Option<usize>,
}

impl EncoderPart {
    /// The part.
    pub fn cut(self) -> Cut {
        Cut { layer: self.layer, numbers: self.numbers }
    }

    /// Whether one was named.
    pub fn is_given(self) -> bool {
        self.cut() != Cut::NONE
    }
}

/// What questions of a search are read with.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Encoder of questions")]
pub struct QuestionEncoder {
    /// Folder of an encoder of your own that questions are read with: as published, or made by `kgloom train encoder` [default:
    /// the one of the model that read the texts]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub encoder: Option<PathBuf>,
    /// Which part of it.
    #[command(flatten)]
    pub part: EncoderPart,
    /// How its vectors and those of the graph meet: auto, over a bridge that is fitted once on the graph's texts; none, it makes
    /// vectors of its own, once; or the file of a bridge [default: auto]
    #[arg(long, value_name = "auto|none|FILE", value_hint = ValueHint::FilePath)]
    pub bridge: Option<PathBuf>,
}

impl QuestionEncoder {
    /// Whether anything was named.
    pub fn is_given(&self) -> bool {
        self.encoder.is_some() || self.part.is_given() || self.bridge.is_some()
    }
}
