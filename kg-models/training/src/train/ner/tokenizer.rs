//! Trains a tokenizer on a corpus: three ways to cut words into pieces, over the same words.
//!
//! In: texts, a kind, a size. Out: the bytes of a `tokenizer.json`. Never: a piece across the border of a word, or a
//! folded case.

use kgloom_reader::Error;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::models::unigram::{Unigram, UnigramTrainer};
use tokenizers::models::wordpiece::{WordPiece, WordPieceTrainer};
use tokenizers::normalizers::unicode::NFKC;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{AddedToken, ModelWrapper, SplitDelimiterBehavior, Tokenizer};

/// How words are cut into pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenizerKind {
    /// Greedy longest match (Schuster and Nakajima 2012), as BERT does.
    WordPiece,
    /// Merges of frequent pairs (Sennrich et al. 2016).
    Bpe,
    /// The likeliest cut under a unigram model (Kudo 2018), as in SentencePiece.
    Unigram,
}

impl fmt::Display for TokenizerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TokenizerKind::WordPiece => "wordpiece",
            TokenizerKind::Bpe => "bpe",
            TokenizerKind::Unigram => "unigram",
        })
    }
}

impl FromStr for TokenizerKind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = [TokenizerKind::WordPiece, TokenizerKind::Bpe, TokenizerKind::Unigram];
        let found = known.into_iter().find(|kind| kind.to_string() == name);
        found.ok_or_else(|| format!("unknown tokenizer \"{name}\"; there are wordpiece, bpe and unigram"))
    }
}

const UNKNOWN: &str = "[UNK]";
const SPECIAL: [&str; 4] = ["[PAD]", UNKNOWN, "[CLS]", "[SEP]"];

/// What words are made of: everything else is a word of its own. `▁` stands for the space before a word.
const NO_WORD: &str = r"[^\p{L}\p{N}\p{M}▁]";

/// Trains a tokenizer of at most `size` pieces on texts. Normalisation is NFKC; the words are the same for all kinds.
///
/// # Errors
/// When the texts hold too little to train on.
pub fn train_tokenizer(kind: TokenizerKind, size: usize, texts: &[&str]) -> Result<Vec<u8>, Error> {
    let wrong = |reason: tokenizers::Error| Error::Tokenizer { name: kind.to_string(), reason: reason.to_string() };
    let built = |reason: String| wrong(reason.into());
    let special: Vec<AddedToken> = SPECIAL.iter().map(|token| AddedToken::from(*token, true)).collect();
    let (model, mut trainer): (ModelWrapper, TrainerWrapper) = match kind {
        TokenizerKind::WordPiece => {
            let model = WordPiece::builder().unk_token(UNKNOWN.to_owned()).continuing_subword_prefix(String::new());
            let trainer = WordPieceTrainer::builder().continuing_subword_prefix(String::new()).vocab_size(size);
            let trainer = trainer.show_progress(false).special_tokens(special).build();
            (model.build().map_err(wrong)?.into(), trainer.into())
        }
        TokenizerKind::Bpe => {
            let model = BPE::builder().unk_token(UNKNOWN.to_owned()).build().map_err(wrong)?;
            let trainer = BpeTrainer::builder().vocab_size(size).show_progress(false).special_tokens(special);
            (model.into(), trainer.build().into())
        }
        TokenizerKind::Unigram => {
            let trainer = UnigramTrainer::builder()
                .vocab_size(size as u32)
                .show_progress(false)
                .unk_token(Some(UNKNOWN.to_owned()))
                .special_tokens(special)
                .build()
                .map_err(|error| built(error.to_string()))?;
            (Unigram::default().into(), trainer.into())
        }
    };
    let mut tokenizer = Tokenizer::new(model);
    let symbols = Split::new(SplitPattern::Regex(NO_WORD.to_owned()), SplitDelimiterBehavior::Isolated, false);
    let words = [Metaspace::new('▁', PrependScheme::Always, true).into(), symbols.map_err(wrong)?.into()];
    tokenizer.with_normalizer(Some(NFKC)).map_err(wrong)?;
    tokenizer.with_pre_tokenizer(Some(Sequence::new(words.to_vec())));
    // On one thread, so that no sum depends on which was faster.
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    alone.install(|| tokenizer.train(&mut trainer, texts.iter()).map(|_| ())).map_err(wrong)?;
    let id = |token: &str| tokenizer.token_to_id(token).unwrap_or_default();
    let frame = TemplateProcessing::builder()
        .try_single("[CLS] $A [SEP]")
        .map_err(|error| wrong(error.into()))?
        .special_tokens(vec![("[CLS]", id("[CLS]")), ("[SEP]", id("[SEP]"))])
        .build()
        .map_err(|error| built(error.to_string()))?;
    tokenizer.with_post_processor(Some(frame));
    in_order(&tokenizer.to_string(false).map_err(wrong)?)
}

/// A unigram model with its pieces by falling probability, then by name: the trainer leaves equals in any order.
fn in_order(json: &str) -> Result<Vec<u8>, Error> {
    let named = |source| Error::Json { name: "tokenizer.json".to_owned(), source };
    let mut file: serde_json::Value = serde_json::from_str(json).map_err(named)?;
    if let Some(pieces) = file["model"]["vocab"].as_array_mut() {
        let rank = |piece: &serde_json::Value| {
            let (name, score) = (piece[0].as_str().unwrap_or_default(), piece[1].as_f64().unwrap_or_default());
            let special = SPECIAL.iter().position(|token| *token == name).unwrap_or(SPECIAL.len());
            (special, std::cmp::Reverse((score * 1e6).round() as i64), name.to_owned())
        };
        pieces.iter_mut().for_each(|piece| {
            let score = piece[1].as_f64().unwrap_or_default();
            piece[1] = ((score * 1e6).round() / 1e6).into();
        });
        pieces.sort_by_cached_key(rank);
    }
    serde_json::to_vec_pretty(&file).map_err(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_reader::layout::Chunker;

    #[test]
    fn every_kind_cuts_words_and_never_across_them() {
        let texts: Vec<String> =
            (0..200).map(|n| format!("Watu wa Kenya {n} wanaishi Nairobi, বাংলাদেশের রাজধানী ঢাকা।")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for kind in [TokenizerKind::WordPiece, TokenizerKind::Bpe, TokenizerKind::Unigram] {
            let bytes = train_tokenizer(kind, 120, &texts).unwrap();
            for _ in 0..3 {
                assert!(bytes == train_tokenizer(kind, 120, &texts).unwrap(), "{kind} differs from itself");
            }
            let tokenized = Chunker::new("test", &bytes).unwrap().tokenize("Watu wanaishi, ঢাকা 7?").unwrap();
            let words: Vec<&str> =
                tokenized.words.iter().filter_map(|word| word.span.of("Watu wanaishi, ঢাকা 7?")).collect();
            assert_eq!(words, ["Watu", "wanaishi", ",", "ঢাকা", "7", "?"], "{kind}");
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
    }
}
