//! What XML allows. In: any text. Out: the same without the characters that no XML document may hold, not even escaped, and
//! with those that readers would take for others escaped. Never: a text that is changed where it need not be.

use oxigraph::model::{Literal, Term, Triple};
use std::borrow::Cow;
use std::io::{self, Write};

/// The text with U+FFFD for each character that XML 1.0 forbids.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(allowed) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if allowed(c) { c } else { '\u{FFFD}' }).collect())
}

/// Where XML is written to. Carriage returns go through escaped: of one that stands as it is, XML's readers make a line feed.
/// No writer puts one anywhere but into a text.
pub(super) struct Escaped<'a>(pub(super) &'a mut dyn Write);

impl Write for Escaped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        for (place, part) in bytes.split(|byte| *byte == b'\r').enumerate() {
            if place > 0 {
                self.0.write_all(b"&#13;")?;
            }
            self.0.write_all(part)?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
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

/// Whether an XML name without a colon may begin so (`NCName`).
pub(super) fn is_name_start(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '_' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

/// Whether it may stand within such a name.
pub(super) fn is_name_character(c: char) -> bool {
    is_name_start(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The production `Char` of XML 1.0.
fn allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}
