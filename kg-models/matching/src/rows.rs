//! What is matched, and with what. In: texts by column; names, classes and text of things. Out: the same, as a search reads
//! it. Never: a file.

use std::sync::Arc;

/// A row of a table or a term of a vocabulary: the name of each column, and its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Names of columns with their texts; a text may be empty.
    pub columns: Vec<(Arc<str>, Arc<str>)>,
}

impl Row {
    /// A term: a row of one column without a name.
    pub fn term(text: &str) -> Self {
        Row { columns: vec![("".into(), text.into())] }
    }

    /// Its texts, those that are not empty.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }

    /// All its texts, as words are searched and an encoder reads them.
    pub fn text(&self) -> String {
        self.texts().collect::<Vec<_>>().join(" ")
    }
}

/// A thing that rows may mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thing {
    /// Its names, the preferred one first.
    pub names: Vec<Arc<str>>,
    /// The words of its classes.
    pub classes: Vec<Arc<str>>,
    /// What is said of it.
    pub text: Arc<str>,
}

impl Thing {
    /// All that is known of it: names, classes, text, as words are searched.
    pub fn words(&self) -> String {
        joined(self.names.iter().chain(&self.classes).chain([&self.text]))
    }

    /// What an encoder is to read of it: its first name, classes and text. Its other names are not in it, so that they can be
    /// asked for.
    pub fn told(&self) -> String {
        joined(self.names.iter().take(1).chain(&self.classes).chain([&self.text]))
    }
}

fn joined<'a>(texts: impl Iterator<Item = &'a Arc<str>>) -> String {
    texts.map(|text| text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_texts_leave_no_gap() {
        let row = Row { columns: vec![("a".into(), " x ".into()), ("b".into(), "".into()), ("c".into(), "y".into())] };
        assert_eq!(row.text(), "x y");
        let thing = Thing { names: vec!["A".into(), "B".into()], classes: vec!["c".into()], text: "".into() };
        assert_eq!((thing.words(), thing.told()), ("A B c".into(), "A c".into()));
    }
}
