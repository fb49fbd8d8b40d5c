//! Phrases that state a relation, such as "X likes Y". In: the phrase. Out: its words around the two variables.
//! Never: a phrase without words between them.

/// A phrase that states a relation, its words in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    /// Whether the head, `X`, stands before the tail, `Y`.
    pub head_first: bool,
    /// What stands before both.
    pub before: Vec<String>,
    /// What stands between them; never empty.
    pub between: Vec<String>,
    /// What stands after both, without a full stop.
    pub after: Vec<String>,
}

impl Pattern {
    /// Reads a phrase; none unless it has X and Y once each, and words between them.
    pub fn parse(text: &str) -> Option<Pattern> {
        let words = words(text);
        let place = |variable: &str| {
            let mut places = words.iter().enumerate().filter(|(_, word)| **word == variable).map(|(place, _)| place);
            places.next().filter(|_| places.next().is_none())
        };
        let (head, tail) = (place("X")?, place("Y")?);
        let (first, last) = (head.min(tail), head.max(tail));
        let lower = |words: &[&str]| -> Vec<String> { words.iter().map(|word| word.to_lowercase()).collect() };
        let (before, between, mut after) =
            (lower(&words[..first]), lower(&words[first + 1..last]), lower(&words[last + 1..]));
        after.pop_if(|last| last == ".");
        (!between.is_empty()).then_some(Pattern { head_first: head < tail, before, between, after })
    }
}

/// Words as tokenizers of BERT's family part them: runs of letters and digits, and every other sign by itself.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first.is_alphanumeric() {
            true => rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_its_words_around_two_variables() {
        let pattern = Pattern::parse("the wife of Y, X's son.").unwrap();
        assert!(!pattern.head_first);
        assert_eq!((pattern.before.join(" "), pattern.between.join(" ")), ("the wife of".to_owned(), ",".to_owned()));
        assert_eq!(pattern.after, ["'", "s", "son"]);
        for wrong in ["X Y", "X likes", "X likes Y and Y", "x likes y", ""] {
            assert_eq!(Pattern::parse(wrong), None, "{wrong}");
        }
    }
}
