//! References such as `&amp;`. In: a text in which some were left. Out: the text with each resolved once.
//! Never: a second time, so that what was written about a reference stays one.

use html5ever::data::NAMED_ENTITIES;
use std::borrow::Cow;

/// The longest name of a reference, with room for numbers.
const LONGEST: usize = 40;

/// The text with references resolved; what is none stays as it is.
pub(super) fn resolved(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        whole.push_str(before);
        rest = match reference(after) {
            Some((characters, length)) => {
                whole.extend(characters.into_iter().flatten());
                &after[length..]
            }
            None => {
                whole.push('&');
                after
            }
        };
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}

/// What stands behind an ampersand, if it is a reference, and its length.
fn reference(text: &str) -> Option<([Option<char>; 2], usize)> {
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')? + 1;
    let name = &text[..end];
    if let Some(number) = name.strip_prefix('#') {
        let number = number.trim_end_matches(';');
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let code = match hexadecimal {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        let character = char::from_u32(code.ok()?).filter(|character| *character != '\0')?;
        return Some(([Some(character), None], end));
    }
    let (first, second) = NAMED_ENTITIES.get(name).copied().filter(|(first, _)| *first != 0)?;
    let second = char::from_u32(second).filter(|character| *character != '\0');
    Some(([char::from_u32(first), second], end))
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn each_reference_is_resolved_once() {
        for (text, expected) in [
            ("Barnes &amp; Noble, AT&amp;T", "Barnes & Noble, AT&T"),
            ("&amp;lt; &lt;b&gt; &quot;&#39;&#x41;", "&lt; <b> \"'A"),
            ("R&D; AT&T; &; &unheard; &#0; &amp", "R&D; AT&T; &; &unheard; &#0; &amp"),
            ("na&iuml;ve&nbsp;caf&eacute;", "naïve\u{A0}café"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(resolved(text), expected);
        }
    }
}
