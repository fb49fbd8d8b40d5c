//! Where a label stands in a sentence. In: a text and the label of an entity in a knowledge graph. Out: spans.
//! Never: a guess; a label whose words do not stand there is not found.

use kgloom_reader::moment::MONTHS;
use kgloom_reader::sentence::words;
use kgloom_record::record::Span;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, made alike for comparison.
pub(super) struct Place {
    spans: Vec<Span>,
    folded: Vec<String>,
}

impl Place {
    pub(super) fn new(text: &str) -> Self {
        let whole = Span { start: 0, end: text.len() as u32 };
        let spans = words(text, whole);
        let folded = spans.iter().map(|span| fold(span.of(text).unwrap_or_default())).collect();
        Place { spans, folded }
    }

    /// Every stretch that reads as the label: the same words but for case, accents and spaces; failing
    /// that, the label without its bracketed end; a date (`01 January 2010`) also in other forms, down to its year.
    pub(super) fn find(&self, label: &str) -> Vec<Span> {
        let forms = forms(&split(label));
        forms.iter().map(|form| self.occurrences(form)).find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn occurrences(&self, form: &[String]) -> Vec<Span> {
        let mut found = Vec::new();
        let mut at = 0;
        while !form.is_empty() && at + form.len() <= self.folded.len() {
            if self.folded[at..at + form.len()] == *form {
                found.push(Span { start: self.spans[at].start, end: self.spans[at + form.len() - 1].end });
                at += form.len();
            } else {
                at += 1;
            }
        }
        found
    }
}

/// Lower case, without accents, in compatibility form.
pub(super) fn fold(word: &str) -> String {
    word.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase).collect()
}

fn split(label: &str) -> Vec<String> {
    let whole = Span { start: 0, end: label.len() as u32 };
    words(label, whole).into_iter().map(|span| fold(span.of(label).unwrap_or_default())).collect()
}

fn forms(words: &[String]) -> Vec<Vec<String>> {
    let mut forms = vec![words.to_vec()];
    let bracket = words.iter().position(|word| word == "(");
    if let (Some(at), Some(")")) = (bracket, words.last().map(String::as_str)) {
        forms.push(words[..at].to_vec());
    }
    if let [day, month, year] = words
        && day.parse().is_ok_and(|day: u8| (1..=31).contains(&day))
        && MONTHS.contains(&month.as_str())
    {
        let plain = day.trim_start_matches('0');
        let form = |text: &str| text.split(' ').map(str::to_owned).collect();
        forms.extend([
            form(&format!("{plain} {month} {year}")),
            form(&format!("{month} {plain} , {year}")),
            form(&format!("{month} {plain} {year}")),
            form(&format!("{month} {year}")),
            form(year),
        ]);
    }
    forms
}

/// UTF-8 that was read as Latin-1 and written as UTF-8 again, such as `Å«` for `ū`, put right.
pub(super) fn repair(text: &str) -> String {
    let mut repaired = String::with_capacity(text.len());
    let mut run = Vec::new();
    for character in text.chars().map(Some).chain([None]) {
        match character {
            Some(character @ '\u{80}'..='\u{ff}') => run.push(character as u8),
            other => {
                match std::str::from_utf8(&run) {
                    Ok(read) => repaired.push_str(read),
                    Err(_) => repaired.extend(run.iter().map(|&byte| char::from(byte))),
                }
                run.clear();
                repaired.extend(other);
            }
        }
    }
    repaired
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, label: &str, expected: &[&str]) {
        let found: Vec<&str> = Place::new(text).find(label).iter().map(|s| s.of(text).unwrap()).collect();
        assert_eq!(found, expected, "{label}");
    }

    #[test]
    fn labels_are_found_as_they_are_spelt_in_prose() {
        check(
            "Bleach: Hell Verse (2010) is a film; Bleach: Hell Verse.",
            "Bleach : Hell Verse",
            &["Bleach: Hell Verse", "Bleach: Hell Verse"],
        );
        check("The Fly is a film.", "The Fly (1986 film)", &["The Fly"]);
        check("a song by Beyonce", "Beyoncé", &["Beyonce"]);
        check("African Americans", "American", &[]);
        check("nothing", "", &[]);
    }

    #[test]
    fn dates_are_found_in_other_forms() {
        check("It came out on May 7, 1985.", "07 May 1985", &["May 7, 1985"]);
        check("It came out on 7 May 1985.", "07 May 1985", &["7 May 1985"]);
        check("It came out in May 1985.", "07 May 1985", &["May 1985"]);
        check("Bleach is a 2010 film.", "01 January 2010", &["2010"]);
    }

    #[test]
    fn text_read_in_the_wrong_encoding_is_put_right() {
        assert_eq!(repair("Bur\u{c4}\u{ab}chi café Â x"), "Burīchi café Â x");
    }
}
