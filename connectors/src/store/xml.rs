//! What XML allows. In: any text. Out: the same without the characters that no XML document may hold, not even escaped.
//! Never: a text that is changed where it need not be.

use oxigraph::model::{Literal, Term, Triple};
use std::borrow::Cow;

/// The text with U+FFFD for each character that XML 1.0 forbids.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(allowed) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if allowed(c) { c } else { '\u{FFFD}' }).collect())
}

/// The term with a clean text; names and blank nodes are clean as they are.
pub(super) fn clean_term(term: &Term) -> Cow<'_, Term> {
    match term {
        Term::Literal(literal) if !literal.value().chars().all(allowed) => {
            let value = clean(literal.value()).into_owned();
            Cow::Owned(match literal.language() {
                Some(language) => Literal::new_language_tagged_literal_unchecked(value, language).into(),
                None => Literal::new_typed_literal(value, literal.datatype()).into(),
            })
        }
        Term::Triple(triple) => {
            let object = clean_term(&triple.object).into_owned();
            Cow::Owned(Triple::new(triple.subject.clone(), triple.predicate.clone(), object).into())
        }
        _ => Cow::Borrowed(term),
    }
}

/// The production `Char` of XML 1.0.
fn allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
