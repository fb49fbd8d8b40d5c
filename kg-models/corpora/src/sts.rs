//! Pairs of texts with how alike people found them (STS benchmark, Cer et al. 2017). In: a CSV file of two texts and a
//! number, without a heading. Out: pairs. Never: a pair without a number.

use crate::Error;
use kgloom_numerics::text_file::{malformed, read};
use std::path::Path;
use std::sync::Arc;

/// Where to get the set.
const ORIGIN: &str = "github.com/PhilipMay/stsb-multi-mt";

/// Two texts, and how alike people found them.
#[derive(Clone, Debug, PartialEq)]
pub struct SentencePair {
    /// The first text.
    pub first: Arc<str>,
    /// The second text.
    pub second: Arc<str>,
    /// From 0, unlike, to 5, the same.
    pub similarity: f64,
}

/// Reads the pairs of a file. A field in quotes may hold commas, lines, and quotes that are doubled.
///
/// # Errors
/// When the file is missing or malformed, with the line; when it holds no pair.
pub fn load(path: &Path) -> Result<Vec<SentencePair>, Error> {
    let text = read(path, ORIGIN)?;
    let mut pairs = Vec::new();
    let mut rest = text.as_str();
    let mut line = 1;
    while !rest.is_empty() {
        let (fields, length) = row(rest).ok_or_else(|| malformed(path, line, "a quote is never closed"))?;
        match fields.as_slice() {
            [] => {}
            [first, second, number] => {
                let similarity = number.trim().parse().ok().filter(|number: &f64| number.is_finite());
                let similarity = similarity.ok_or_else(|| {
                    malformed(path, line, format!("\"{number}\" is no number; how alike, 0 to 5, is wanted"))
                })?;
                pairs.push(SentencePair { first: first.as_str().into(), second: second.as_str().into(), similarity });
            }
            _ => {
                let reason = format!("{} columns; two texts and a number are wanted", fields.len());
                return Err(malformed(path, line, reason));
            }
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    if pairs.is_empty() {
        return Err(malformed(path, 1, "no pair is there"));
    }
    Ok(pairs)
}

/// The fields of the first row, none where it is empty, and its length with its line end; nothing where a quote stays open.
fn row(text: &str) -> Option<(Vec<String>, usize)> {
    let (mut fields, mut field, mut quoted, mut wrote) = (Vec::new(), String::new(), false, false);
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' if quoted && characters.peek().is_some_and(|(_, next)| *next == '"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => (quoted, wrote) = (!quoted, true),
            ',' if !quoted => {
                fields.push(std::mem::take(&mut field));
                wrote = true;
            }
            '\n' if !quoted => {
                if wrote {
                    fields.push(field.trim_end_matches('\r').to_owned());
                }
                return Some((fields, at + 1));
            }
            other => {
                field.push(other);
                wrote |= other != '\r';
            }
        }
    }
    if wrote {
        fields.push(field);
    }
    (!quoted).then_some((fields, text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(text: &str) -> Result<Vec<SentencePair>, Error> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        load(file.path())
    }

    #[test]
    fn quotes_hold_commas_lines_and_quotes() {
        let pairs = loaded("A girl.,\"One, \"\"two\"\"\nthree\",2.5\r\n\nB 5\" long,\"\",0\n").unwrap();
        let of = |pair: &SentencePair| (pair.first.to_string(), pair.second.to_string(), pair.similarity);
        assert_eq!(of(&pairs[0]), ("A girl.".into(), "One, \"two\"\nthree".into(), 2.5));
        assert_eq!(of(&pairs[1]), ("B 5\" long".into(), String::new(), 0.0));
        assert_eq!(pairs.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, said) in [
            ("a,b,1\nc,d,high\n", "line 2: \"high\" is no number"),
            ("a,\"b\nc\",1\nd,e\n", "line 3: 2 columns"),
            ("a,\"b,1\n", "line 1: a quote"),
            ("\n", "no pair"),
        ] {
            let error = loaded(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
