//! Text from tokens. In: the tokens of a set. Out: text as people write it, with the span of every token.
//! Never: a changed token, or two words glued into one.

use kgloom_record::record::Span;

/// A text put together from tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assembled {
    /// The text: tokens, with spaces where people put them.
    pub text: String,
    /// The span of each sentence that has a visible token.
    pub sentences: Vec<Span>,
    /// The span of each token of each sentence given; empty for a token of white space.
    pub tokens: Vec<Vec<Span>>,
}

impl Assembled {
    /// The stretch from one token of a sentence to another, the last one excluded; `None` if nothing visible is in it.
    pub fn stretch(&self, sentence: usize, tokens: std::ops::Range<usize>) -> Option<Span> {
        let tokens = self.tokens.get(sentence)?.get(tokens)?;
        let mut visible = tokens.iter().filter(|token| token.start < token.end);
        let first = visible.next()?;
        let last = visible.next_back().unwrap_or(first);
        Some(Span { start: first.start, end: last.end })
    }
}

/// Joins the tokens of sentences by single spaces, but none before a comma, after an opening
/// bracket, or inside quotation marks; sentences are parted by one space.
///
/// Only punctuation is ever joined to a neighbour, so that a token still begins and ends with a word.
pub fn assemble<T: AsRef<str>>(sentences: &[Vec<T>]) -> Assembled {
    let mut assembled = Assembled::default();
    for sentence in sentences {
        if !assembled.text.is_empty() {
            assembled.text.push(' ');
        }
        let tokens = append(&mut assembled.text, sentence);
        let visible = || tokens.iter().filter(|token| token.start < token.end);
        if let (Some(first), Some(last)) = (visible().next(), visible().next_back()) {
            assembled.sentences.push(Span { start: first.start, end: last.end });
        } else {
            assembled.text.pop();
        }
        assembled.tokens.push(tokens);
    }
    assembled
}

fn append<T: AsRef<str>>(text: &mut String, sentence: &[T]) -> Vec<Span> {
    let mut spans = Vec::with_capacity(sentence.len());
    let mut quotes = Quotes::default();
    let mut glue = true;
    for token in sentence {
        let token = token.as_ref().trim();
        if token.is_empty() {
            let here = offset(text);
            spans.push(Span { start: here, end: here });
            continue;
        }
        let (joins_left, joins_right) = quotes.joins(token);
        if !glue && !joins_left {
            text.push(' ');
        }
        let start = offset(text);
        text.push_str(token);
        spans.push(Span { start, end: offset(text) });
        glue = joins_right;
    }
    spans
}

fn offset(text: &str) -> u32 {
    u32::try_from(text.len()).expect("no annotated document has 4 GiB")
}

/// Whether a double or single straight quotation mark is open.
#[derive(Default)]
struct Quotes {
    double: bool,
    single: bool,
}

impl Quotes {
    /// Whether a token stands without a space after what precedes it, and before what follows.
    fn joins(&mut self, token: &str) -> (bool, bool) {
        match token {
            "\"" => opposite(&mut self.double),
            "'" => opposite(&mut self.single),
            "," | "." | ";" | ":" | "!" | "?" | "%" | ")" | "]" | "}" | "”" | "’" | "»" | "''" | "..." | "…" | "。"
            | "、" | "।" => (true, false),
            "(" | "[" | "{" | "“" | "‘" | "«" | "``" | "$" | "£" | "€" | "#" | "¿" | "¡" => (false, true),
            _ => (is_clitic(token), false),
        }
    }
}

fn opposite(open: &mut bool) -> (bool, bool) {
    *open = !*open;
    (!*open, *open)
}

/// `'s`, `’ll` and the like.
fn is_clitic(token: &str) -> bool {
    token.strip_prefix(['\'', '’']).is_some_and(|rest| matches!(rest, "s" | "S" | "ll" | "re" | "ve" | "d" | "m" | "t"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_reader::sentence::words;

    fn text(sentence: &str) -> String {
        assemble(&[sentence.split(' ').collect::<Vec<_>>()]).text
    }

    #[test]
    fn punctuation_stands_where_people_put_it() {
        assert_eq!(
            text("Wilfried \" Willi \" Schneider ( born 13 March ) , of St. Ives ."),
            "Wilfried \"Willi\" Schneider (born 13 March), of St. Ives."
        );
        assert_eq!(text("Ada 's ' Notes ' : 3 % of 1997 - 8"), "Ada's 'Notes': 3% of 1997 - 8");
    }

    #[test]
    fn spans_hold_the_tokens() {
        let sentences = vec![vec!["Ada", "\u{a0}", "(", "Lovelace", ")"], vec!["\u{a0}"], vec!["She", "wrote", "."]];
        let assembled = assemble(&sentences);
        assert_eq!(assembled.text, "Ada (Lovelace) She wrote.");
        assert_eq!(assembled.sentences.len(), 2);
        for (spans, tokens) in assembled.tokens.iter().zip(&sentences) {
            for (span, token) in spans.iter().zip(tokens) {
                assert_eq!(span.of(&assembled.text), Some(token.trim()));
            }
        }
        assert_eq!(assembled.stretch(0, 0..2).and_then(|s| s.of(&assembled.text)), Some("Ada"));
        assert_eq!(assembled.stretch(1, 0..1), None);
        assert_eq!(assembled.stretch(0, 4..9), None);
    }

    #[test]
    fn tokens_begin_and_end_with_words() {
        let assembled =
            assemble(&[vec!["50", "mph", "'s", "n't", "U.S.", "$", "3", "''", "Rock", "\"", "n", "\"", "Roll"]]);
        let words = words(&assembled.text, assembled.sentences[0]);
        for token in &assembled.tokens[0] {
            assert!(words.iter().any(|word| word.start == token.start), "{token:?}");
            assert!(words.iter().any(|word| word.end == token.end), "{token:?}");
        }
    }
}
