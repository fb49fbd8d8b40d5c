//! What other columns of a row may name. In: their texts. Out: pieces of them, with the keys that things are found by. Never: a
//! thing.

use crate::table::TableRow;
use crate::title::{Title, words};
use crate::words::sound;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most words of a name within a text.
const WORDS: usize = 4;
/// Letters of a sound by which a whole text is found.
const HEARD: usize = 4;

/// A piece of a column's text that may name something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mention {
    /// The place of the column.
    pub column: usize,
    /// The piece.
    pub text: Arc<str>,
    /// What a thing of this name is found by.
    pub keys: BTreeSet<String>,
}

/// The pieces of a row's columns: whole texts and their parts between commas, and words in a row with capitals at both ends.
pub(crate) fn mentions(row: &TableRow) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for (column, (_, text)) in row.columns.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for part in text.split([',', ';', '/']).map(str::trim).filter(|part| !part.is_empty()) {
            let title = Title::new(part);
            let mut keys: BTreeSet<String> = title.closed.iter().map(|letters| format!("={letters}")).collect();
            keys.extend(title.closed.iter().map(|letters| format!("^{letters}")));
            keys.extend(title.initials.iter().map(|letters| format!("={letters}")));
            let heard = title.closed.iter().map(|letters| sound(letters)).filter(|sound| sound.len() >= HEARD);
            keys.extend(heard.map(|sound| format!("~{sound}")));
            if seen.insert(part.to_owned()) {
                found.push(Mention { column, text: part.into(), keys });
            }
            let all = words(part);
            for (first, word) in all.iter().enumerate().filter(|(_, word)| word.weighty) {
                for end in first + 1..=all.len().min(first + WORDS) {
                    let piece = &all[first..end];
                    let written: Vec<&str> = piece.iter().map(|word| word.letters.as_str()).collect();
                    let whole = piece.len() == all.len();
                    let said = written.join(" ");
                    if whole
                        || !piece[piece.len() - 1].weighty
                        || word.letters.chars().count() < 2
                        || !seen.insert(said)
                    {
                        continue;
                    }
                    let text = between(part, &piece[0].letters, piece.len()).unwrap_or_else(|| written.join(" "));
                    found.push(Mention {
                        column,
                        text: text.into(),
                        keys: BTreeSet::from([format!("={}", written.concat())]),
                    });
                }
            }
        }
    }
    found
}

/// So many words of a text from one on, as they are written; none where its words are not parted by spaces.
fn between(text: &str, first: &str, count: usize) -> Option<String> {
    let written: Vec<&str> = text.split_whitespace().collect();
    let start = written.iter().position(|word| words(word).first().is_some_and(|word| word.letters == first))?;
    let piece = written.get(start..start + count)?;
    let bare = piece.join(" ");
    Some(bare.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_things_by_parts_and_by_words_with_capitals() {
        let row = TableRow {
            columns: vec![
                ("country".into(), "US/Canada".into()),
                ("note".into(), "drains Lake Baikal, Irkutsk".into()),
            ],
            ..TableRow::default()
        };
        let found = mentions(&row);
        let texts: Vec<&str> = found.iter().map(|mention| &*mention.text).collect();
        assert_eq!(texts, ["US", "Canada", "drains Lake Baikal", "Lake", "Lake Baikal", "Baikal", "Irkutsk"]);
        assert!(
            found[0].keys.contains("=us") && found[0].keys.contains("^us") && found[4].keys.contains("=lakebaikal")
        );
    }
}
