//! Mentions that a tagger finds in what is no prose: web addresses, mail addresses, handles. In: a text and its mentions. Out:
//! the mentions that are left, cut where one reaches into an address. Never: a name for who is reached there.

use super::layout::TokenizedText;
use super::mentions::MentionSpan;
use std::ops::Range;

/// The longest scheme, local part or host that is looked back for, in bytes.
const LONGEST: usize = 128;

/// Leaves out what stands in an address.
pub(super) fn leave_out(text: &str, tokenized: &TokenizedText, found: &mut Vec<MentionSpan>) {
    let (Some(first), Some(last)) = (found.first(), found.last()) else { return };
    let start = tokenized.words[first.words.start].span.start as usize;
    let end = tokenized.words[last.words.end - 1].span.end as usize;
    let after_space = |(at, space): (usize, char)| space.is_whitespace().then(|| at + space.len_utf8());
    let line = |at: usize| text[..at].char_indices().rev().find_map(after_space).unwrap_or(0);
    let addresses =
        addresses(text, line(start)..text[end..].find(char::is_whitespace).map_or(text.len(), |at| end + at));
    if addresses.is_empty() {
        return;
    }
    let inside = |word: usize| {
        let span = tokenized.words[word].span;
        let next = addresses.partition_point(|address| address.end <= span.start as usize);
        addresses.get(next).is_some_and(|address| address.start < span.end as usize)
    };
    for mention in found.iter_mut() {
        while !mention.words.is_empty() && inside(mention.words.end - 1) {
            mention.words.end -= 1;
        }
        while !mention.words.is_empty() && inside(mention.words.start) {
            mention.words.start += 1;
        }
    }
    found.retain(|mention| !mention.words.is_empty());
}

/// Where the addresses of a stretch of a text are, in order.
fn addresses(text: &str, stretch: Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, mark) in text[stretch.clone()].char_indices().map(|(at, mark)| (at + stretch.start, mark)) {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let address = match mark {
            ':' if text[at..].starts_with("://") => web(text, at, |c| c.is_ascii_alphanumeric() || "+-.".contains(c)),
            '.' if back(text, at, |c| c.is_ascii_alphabetic()).eq_ignore_ascii_case("www") => {
                web(text, at, |c| c.is_ascii_alphabetic())
            }
            '/' if is_host(back(text, at, is_of_host)) => web(text, at, is_of_host),
            '@' => mail_or_handle(text, at),
            _ => None,
        };
        found.extend(address);
    }
    found
}

/// The run of such characters that ends before a byte.
fn back(text: &str, at: usize, fits: fn(char) -> bool) -> &str {
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST));
    let lead = &text[from..at];
    &lead[lead.trim_end_matches(fits).len()..]
}

/// From the run before a mark to white space or what closes around an address.
fn web(text: &str, at: usize, fits: fn(char) -> bool) -> Option<Range<usize>> {
    let start = at - back(text, at, fits).len();
    let stops = |c: char| c.is_whitespace() || "<>\"”“»«|\\^`{}".contains(c);
    let rest = text[at..].split(stops).next().unwrap_or_default();
    let rest = rest.trim_end_matches(|c: char| ".,;:!?'’*_".contains(c));
    // A bracket around the address closes after it.
    let lone = |open: char, close: char| {
        let mut depth = 0i32;
        rest.find(move |c| {
            depth += i32::from(c == open) - i32::from(c == close);
            depth < 0
        })
    };
    let end = lone('(', ')').into_iter().chain(lone('[', ']')).min().unwrap_or(rest.len());
    (start < at && end > 1).then_some(start..at + end)
}

fn is_of_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '.'
}

/// `example.com`; neither `U.S.` nor `and`.
fn is_host(host: &str) -> bool {
    let (name, last) = host.rsplit_once('.').unwrap_or_default();
    name.len() > 1 && (2..=6).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// `marta@ekdal.se`, `@ekdal`, `@ekdal@social.example`.
fn mail_or_handle(text: &str, at: usize) -> Option<Range<usize>> {
    let local = back(text, at, |c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
    let rest = &text[at + 1..];
    let length = |part: &str, fits: fn(char) -> bool| part.len() - part.trim_start_matches(fits).len();
    let host = rest[..length(rest, is_of_host)].trim_end_matches(['.', '-']);
    if !local.is_empty() {
        return host.contains('.').then(|| at - local.len()..at + 1 + host.len());
    }
    let handle = length(rest, |c| c.is_alphanumeric() || c == '_' || c == '.' || c == '-');
    let handle = rest[..handle].trim_end_matches(['.', '-']).len();
    let apart = !text[..at].ends_with(char::is_alphanumeric);
    let host = rest[handle..].strip_prefix('@').unwrap_or_default();
    let host = host[..length(host, is_of_host)].trim_end_matches(['.', '-']);
    let away = if host.is_empty() { 0 } else { 1 + host.len() };
    (apart && rest.starts_with(|first: char| first.is_alphabetic() || first == '_'))
        .then_some(at..at + 1 + handle + away)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = addresses(text, 0..text.len()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn addresses_are_known() {
        check("Odd Falk (see https://example.com/wiki/Tilda_Renn) was born.", &["https://example.com/wiki/Tilda_Renn"]);
        check("[Tilda Renn](https://example.com/Oslo_(city)).", &["https://example.com/Oslo_(city)"]);
        check(
            "Write to marta@ekdal.se, or to Marta_Ekdal+x@mail.ekdal.co.uk.",
            &["marta@ekdal.se", "Marta_Ekdal+x@mail.ekdal.co.uk"],
        );
        check("Ask @Odd_Falk and @falk@social.example.", &["@Odd_Falk", "@falk@social.example"]);
        check("See www.Ekdal.se/Marta and example.org/Falk.", &["www.Ekdal.se/Marta", "example.org/Falk"]);
        check("<ftp://Falk.example/a>", &["ftp://Falk.example/a"]);
    }

    #[test]
    fn names_with_marks_are_none() {
        for text in [
            "Booking.com bought Amazon.com.",
            "The U.S./Canada border, AC/DC and and/or.",
            "St. Ives @ noon; a ratio of 3:4, at 10 @ 5 kr.",
            "Odd Falk: Oslo // Bergen",
            "Mr. Falk/Ms. Renn",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn what_stands_in_an_address_is_left_out() {
        let text = "Odd Falk (https://example.com/Tilda_Renn) met Ana Sobral @sobral.";
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mention = |name: &str| {
            let at = text.find(name).unwrap();
            let words = tokenized.words_under(Span { start: at as u32, end: (at + name.len()) as u32 });
            MentionSpan { words, class: 0, score: 1.0 }
        };
        let mut found = vec![mention("Odd Falk"), mention("Tilda_Renn"), mention("Ana Sobral @sobral")];
        leave_out(text, &tokenized, &mut found);
        assert_eq!(found, [mention("Odd Falk"), mention("Ana Sobral")]);
    }
}
