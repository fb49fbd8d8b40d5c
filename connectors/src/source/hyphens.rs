//! Words that the end of a line cuts. In: a text with its lines. Out: the same with such words whole, each on the line that
//! it begins on. Never: a word's own hyphen taken away, or a list of words taken for one.

use std::borrow::Cow;
use std::collections::HashSet;

/// Lines of text that was wrapped are about as long as each other, and so long in characters.
const LONG: std::ops::RangeInclusive<usize> = 25..=130;
/// So many lines show that a text was wrapped.
const ENOUGH: usize = 3;

/// A word that a line's end cuts: a line and the one behind it.
struct Cut<'a> {
    /// What stands before the hyphen, from the beginning of the word.
    first: &'a str,
    /// The letters that the next line begins with.
    second: &'a str,
    /// What follows them.
    after: Option<char>,
    /// Whether the hyphen is one that stands only where a word is cut.
    soft: bool,
}

/// What becomes of a cut.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    Apart,
    Whole,
    WithHyphen,
}

/// A text with cut words made whole. Without a word of its own that tells how, a word is made whole only where lines are
/// `wrapped`, or visibly so.
pub(super) fn joined(text: &str, wrapped: bool) -> Cow<'_, str> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut cuts: Vec<Option<Cut<'_>>> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let single = matches!(cuts.last(), Some(Some(_))) && !body(line).trim_end().contains(char::is_whitespace);
        cuts.push(lines.get(at + 1).filter(|_| !single).and_then(|next| cut(line, next)));
    }
    if cuts.iter().all(Option::is_none) {
        return Cow::Borrowed(text);
    }
    let words = Words::of(&lines, &cuts);
    let proven = |cut: &Cut<'_>| cut.soft || words.whole.contains(&*format!("{}{}", cut.first, cut.second));
    let wrapped = wrapped || is_wrapped(&lines) || cuts.iter().flatten().any(proven);
    let fates: Vec<Joined> =
        cuts.iter().map(|cut| cut.as_ref().map_or(Joined::Apart, |cut| words.fate(cut, wrapped))).collect();
    Cow::Owned(written(&lines, &fates))
}

fn written(lines: &[&str], fates: &[Joined]) -> String {
    let mut text = String::new();
    let mut before = Joined::Apart;
    for (at, (line, fate)) in lines.iter().zip(fates).enumerate() {
        let (mut line, end) = line.split_at(line.trim_end_matches(['\n', '\r']).len());
        if before != Joined::Apart {
            let body = body(line);
            let (word, rest) = body.split_at(body.find(char::is_whitespace).unwrap_or(body.len()));
            text.push_str(word);
            let front = &line[..line.len() - body.len()];
            line = rest.trim_start();
            if !line.is_empty() {
                let last = lines[at - 1];
                text.push_str(&last[last.trim_end_matches(['\n', '\r']).len()..]);
                text.push_str(front);
            }
        }
        before = *fate;
        match fate {
            Joined::Apart => text.extend([line, end]),
            Joined::Whole => text.push_str(line.trim_end().trim_end_matches(is_hyphen)),
            Joined::WithHyphen => text.push_str(line.trim_end()),
        }
    }
    text
}

fn cut<'a>(line: &'a str, next: &'a str) -> Option<Cut<'a>> {
    let line = line.trim_end();
    let hyphen = line.chars().next_back().filter(|c| is_hyphen(*c))?;
    let before = &line[..line.len() - hyphen.len_utf8()];
    let first = &before[before.trim_end_matches(|c: char| c.is_alphabetic() || is_hyphen(c)).len()..];
    if !before.ends_with(char::is_alphabetic) || line.starts_with('>') != next.starts_with('>') {
        return None;
    }
    let body = body(next);
    let end = body.find(|c: char| !c.is_alphabetic()).unwrap_or(body.len());
    let (second, after) = (&body[..end], body[end..].chars().next());
    (end > 0).then_some(Cut { first, second, after, soft: hyphen == '\u{AD}' })
}

/// A line without the space and the marks of quotation that it begins with.
fn body(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '>'])
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{AD}')
}

/// Whether lines end where they are full.
fn is_wrapped(lines: &[&str]) -> bool {
    let full = lines.windows(2).filter(|pair| pair.iter().all(|line| !line.trim().is_empty()));
    let lengths: Vec<usize> = full.map(|pair| pair[0].trim_end().chars().count()).collect();
    let longest = lengths.iter().copied().max().unwrap_or(0);
    let like = lengths.iter().filter(|length| **length * 4 >= longest * 3).count();
    lengths.len() >= ENOUGH && LONG.contains(&longest) && like * 5 >= lengths.len() * 4
}

/// The words of a text that no line's end cuts.
struct Words<'a> {
    whole: HashSet<&'a str>,
    hyphened: HashSet<&'a str>,
}

impl<'a> Words<'a> {
    fn of(lines: &[&'a str], cuts: &[Option<Cut<'a>>]) -> Words<'a> {
        let mut words = Words { whole: HashSet::new(), hyphened: HashSet::new() };
        let mut second = 0;
        for (line, cut) in lines.iter().zip(cuts) {
            let mut rest = &body(line)[second..];
            second = 0;
            if let Some(cut) = cut {
                rest = rest.trim_end().trim_end_matches(is_hyphen);
                rest = rest.strip_suffix(cut.first).unwrap_or(rest);
                second = cut.second.len();
            }
            for word in rest.split(|c: char| !c.is_alphabetic() && c != '-') {
                let word = word.trim_matches('-');
                if word.contains('-') {
                    words.hyphened.insert(word);
                } else {
                    words.whole.insert(word);
                }
            }
        }
        words
    }

    fn fate(&self, cut: &Cut<'_>, wrapped: bool) -> Joined {
        let Cut { first, second, after, soft } = *cut;
        let known = || first.chars().count() >= NAME || self.whole.contains(first);
        let own = || {
            first.contains(is_hyphen)
                || after.is_some_and(is_hyphen)
                || first.chars().all(char::is_uppercase)
                || BEFORE.contains(&&*first.to_lowercase())
                || first.starts_with(char::is_uppercase) && BEHIND.contains(&second) && known()
        };
        if soft || self.whole.contains(&*format!("{first}{second}")) {
            Joined::Whole
        } else if self.hyphened.contains(&*format!("{first}-{second}")) {
            Joined::WithHyphen
        } else if !wrapped || !second.starts_with(char::is_lowercase) || LISTED.contains(&second) {
            Joined::Apart
        } else if own() {
            Joined::WithHyphen
        } else {
            Joined::Whole
        }
    }
}

/// What stands behind the hyphen of a word that is to be supplied: `pre- and post-war`.
const LISTED: [&str; 12] = ["and", "or", "to", "nor", "but", "und", "oder", "bis", "et", "ou", "y", "och"];

/// What commonly stands before a hyphen, and is seldom the beginning of a word without one.
const BEFORE: [&str; 23] = [
    "well",
    "self",
    "non",
    "semi",
    "half",
    "anti",
    "vice",
    "anglo",
    "franco",
    "quasi",
    "pseudo",
    "neo",
    "socio",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "editor",
    "commander",
];

/// What commonly stands behind a name and a hyphen.
const BEHIND: [&str; 38] = [
    "based",
    "born",
    "led",
    "owned",
    "funded",
    "backed",
    "trained",
    "educated",
    "style",
    "bred",
    "speaking",
    "language",
    "like",
    "era",
    "wide",
    "made",
    "occupied",
    "controlled",
    "elect",
    "designate",
    "turned",
    "dominated",
    "affiliated",
    "listed",
    "raised",
    "century",
    "year",
    "old",
    "winning",
    "long",
    "in",
    "upon",
    "by",
    "sur",
    "east",
    "west",
    "eastern",
    "western",
];
/// So many letters of a name are no syllable.
const NAME: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_made_whole_as_it_stands_elsewhere() {
        for (text, expected) in [
            ("born in Gothen-\nburg. She left Gothenburg.", "born in Gothenburg.\nShe left Gothenburg."),
            ("born in Gothen- \r\n burg. Gothenburg", "born in Gothenburg.\r\n Gothenburg"),
            ("> in Gothen-\n> burg. Gothenburg", "> in Gothenburg.\n> Gothenburg"),
            ("in Gothen-\nburg\nGothenburg", "in Gothenburg\nGothenburg"),
            ("Rolls-\nRoyce makes. Rolls-Royce", "Rolls-Royce\nmakes. Rolls-Royce"),
            ("a well-\nknown man, well-known", "a well-known\nman, well-known"),
            ("Gothen\u{AD}\nburg was", "Gothenburg\nwas"),
            ("Gothen-\nburg, the Nor-\nsea in Gothenburg", "Gothenburg,\nthe Norsea\nin Gothenburg"),
        ] {
            assert_eq!(joined(text, false), expected);
        }
    }

    #[test]
    fn what_nothing_tells_of_stays_as_it_is() {
        for text in ["born in Gothen-\nburg.", "Falk -\nborn in", "pages 3-\n5 of", "- a\n- b", "Jean-\nPaul", "x-", ""]
        {
            assert_eq!(joined(text, false), text);
        }
    }

    #[test]
    fn wrapped_lines_are_cut_and_words_keep_their_hyphens() {
        let wrapped = |line: &str| {
            let text = format!(
                "Marta Ekdal was born in the town of\nBergen and lived in the port of {line} and so on till she was older."
            );
            joined(&format!("{text}\nShe was a chemist of the old school\nwho worked.\n"), false).into_owned()
        };
        for (line, expected) in [
            ("Gothen-\nburg", "Gothenburg\nand"),
            ("Bergen-\nbased", "Bergen-based\nand"),
            ("Lund-\nborn", "Lund-born\nand"),
            ("well-\nknown", "well-known\nand"),
            ("inter-\nnational", "international\nand"),
            ("be-\nlong", "belong\nand"),
            ("mother-in-\nlaw", "mother-in-law\nand"),
            ("Stratford-\nupon-Avon", "Stratford-upon-Avon\nand"),
            ("NATO-\nled", "NATO-led\nand"),
            ("pre-\nand post-war", "pre-\nand post-war and"),
            ("Jean-\nPaul", "Jean-\nPaul and"),
        ] {
            let text = wrapped(line);
            assert!(text.contains(expected), "{line:?}: {text}");
        }
    }
}
