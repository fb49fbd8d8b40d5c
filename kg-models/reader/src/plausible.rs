//! What names themselves say of who is who in a text, after the scorer has spoken.
//!
//! In: mentions, and an entity number for each. Out: entity numbers, with joins undone that no name bears out, and a
//! title joined to the name that opens the text under it. Never: a join of names that have nothing in common.

use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::namesakes::Namesakes;
use super::relations::is_value;
use super::short_forms;
use kgloom_record::record::Span;
use std::collections::BTreeMap;

/// Words that introduce another name of what was just named.
const CUES: [&str; 26] = [
    "abbreviated",
    "aka",
    "alias",
    "also",
    "born",
    "called",
    "dubbed",
    "formally",
    "formerly",
    "known",
    "name",
    "named",
    "nee",
    "nicknamed",
    "née",
    "officially",
    "or",
    "pseudonym",
    "renamed",
    "simply",
    "spelled",
    "spelt",
    "styled",
    "titled",
    "today",
    "transliterated",
];
/// At most this many words lie between a name and another that a cue introduces.
const CUE_REACH: usize = 7;
/// An entity is compared by so many of its spellings, so that the time is linear in the text.
const SPELLINGS: usize = 40;
/// Longer words are not compared letter by letter.
const LONGEST_WORD: usize = 40;
/// A line of more words is no title.
const TITLE_WORDS: usize = 16;

/// A mention by its words.
struct Named {
    class: &'static str,
    /// In lower case, without punctuation, a leading article and a possessive.
    words: Vec<String>,
    initials: String,
    /// First and last word in the tokenized text.
    place: (usize, usize),
    /// Whether another thing's name stands before an 's inside it.
    possesses: bool,
}

/// Entity numbers, by first mention, that the names bear out.
pub(super) fn split_implausible(
    text: &str,
    tokenized: &TokenizedText,
    found: &[MentionSpan],
    entities: &[u32],
) -> Vec<u32> {
    let named: Vec<Named> = found.iter().map(|found| Named::new(text, tokenized, found)).collect();
    let names: Vec<&[String]> = named.iter().map(|named| named.words.as_slice()).collect();
    let namesakes = Namesakes::new(text, tokenized, found, &names);
    let contested = short_forms::contested(text, tokenized, found);
    let are_two = |one: &Named, other: &Named| {
        let short = |named: &Named| matches!(named.words.as_slice(), [word] if contested.contains(word));
        let people = one.class == "PER" && other.class == "PER";
        people && namesakes.are_two(&one.words, &other.words)
            || one.class == other.class && (one.is_noun() || other.is_noun()) && !one.is_form_of(other)
            || (short(one) || short(other)) && one.words != other.words
    };
    let title = title(text, tokenized);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut parts: BTreeMap<u32, Vec<(usize, Vec<usize>)>> = BTreeMap::new();
    for (index, entity) in entities.iter().enumerate() {
        let fits = |(_, spellings): &(usize, Vec<usize>)| {
            let bears_out = |&member: &usize| bears_out(text, tokenized, (&named[member], &named[index]), title);
            let kin = |&member: &usize| are_kin(&named[member], &named[index]) && !bears_out(&member);
            let two = |&member: &usize| are_two(&named[member], &named[index]);
            is_value(found[index].class)
                || (spellings.iter().any(bears_out) && !spellings.iter().any(kin) && !spellings.iter().any(two))
        };
        let parts = parts.entry(*entity).or_default();
        let fitting = parts.iter().position(fits);
        let Some(mut part) = fitting.or((parts.len() == SPELLINGS).then_some(0)) else {
            parts.push((groups.len(), vec![index]));
            groups.push(vec![index]);
            continue;
        };
        // A name that is introduced as another of two is of both.
        let introduced = |(_, spellings): &(usize, Vec<usize>)| {
            spellings.iter().any(|&member| introduces(text, tokenized, (&named[member], &named[index]), title))
                && !spellings.iter().any(|&member| are_two(&named[member], &named[index]))
        };
        if let Some(other) = (0..parts.len()).find(|&other| other != part && introduced(&parts[other])) {
            let (gone, spellings) = parts[other].clone();
            let moved = std::mem::take(&mut groups[gone]);
            groups[parts[part].0].extend(moved);
            parts[part].1.extend(spellings);
            parts.remove(other);
            part -= usize::from(other < part);
        }
        let (group, spellings) = &mut parts[part];
        groups[*group].push(index);
        // Of each spelling the last mention, after which another name may be introduced.
        match spellings.iter().position(|&member| named[member].words == named[index].words) {
            Some(known) => spellings[known] = index,
            None if spellings.len() < SPELLINGS => spellings.push(index),
            None => {}
        }
    }
    if let Some((one, other)) = opening(text, tokenized, found, &named, title) {
        let of = |index: usize| groups.iter().position(|group| group.contains(&index));
        if let (Some(one), Some(other)) = (of(one), of(other))
            && one != other
        {
            let moved = std::mem::take(&mut groups[other]);
            groups[one].extend(moved);
        }
    }
    numbered(found.len(), &groups)
}

/// The number of each mention's group, groups numbered by their first mentions.
pub(super) fn numbered(mentions: usize, groups: &[Vec<usize>]) -> Vec<u32> {
    let mut of = vec![usize::MAX; mentions];
    for (group, members) in groups.iter().enumerate() {
        members.iter().for_each(|&member| of[member] = group);
    }
    let mut numbers = vec![None; groups.len()];
    let mut next = 0;
    let number = |group: &usize| {
        *numbers[*group].get_or_insert_with(|| {
            next += 1;
            next - 1
        })
    };
    of.iter().map(number).collect()
}

/// Entity numbers by first mention.
pub(super) fn numbered_anew(entities: &[u32]) -> Vec<u32> {
    let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    entities.iter().enumerate().for_each(|(index, &entity)| groups.entry(entity).or_default().push(index));
    numbered(entities.len(), &groups.into_values().collect::<Vec<_>>())
}

impl Named {
    fn new(text: &str, tokenized: &TokenizedText, found: &MentionSpan) -> Named {
        let forms: Vec<&str> = tokenized.words[found.words.clone()].iter().map(|word| form(text, word.span)).collect();
        let is_word = |form: &&str| form.chars().any(char::is_alphanumeric);
        let possesses = forms.windows(3).any(|w| ["'", "’"].contains(&w[0]) && w[1] == "s" && is_word(&w[2]));
        let mut words: Vec<String> = forms.iter().copied().filter(is_word).map(str::to_lowercase).collect();
        if words.len() > 1 && words[0] == "the" {
            words.remove(0);
        }
        if words.len() > 1 && words.last().is_some_and(|last| last == "s") {
            words.pop();
        }
        let capital = |form: &&str| form.chars().next().filter(|c| c.is_uppercase() || c.is_numeric());
        Named {
            class: CLASSES[found.class],
            words,
            initials: forms.iter().filter_map(capital).flat_map(char::to_lowercase).collect(),
            place: (found.words.start, found.words.end),
            possesses,
        }
    }

    /// Whether it is a common noun, such as an occupation or a genre.
    fn is_noun(&self) -> bool {
        self.class == "MISC" && self.initials.is_empty()
    }

    /// Whether both have the same words, the last in singular or plural.
    fn is_form_of(&self, other: &Named) -> bool {
        let (one, two) = (self.words.join(" "), other.words.join(" "));
        one.trim_end_matches('s') == two.trim_end_matches('s')
    }

    fn has(&self, other: &Named) -> bool {
        other.words.iter().all(|word| self.words.contains(word))
    }

    fn is_short_for(&self, other: &Named) -> bool {
        let compact = self.words.concat();
        other.words.len() > 1 && compact.chars().count() > 1 && other.initials.contains(&compact)
    }
}

fn form(text: &str, span: Span) -> &str {
    span.of(text).unwrap_or_default()
}

/// Whether two mentions may name one thing: they share what matters of their names, one abbreviates the other, or the
/// text introduces one as a name of the other.
fn bears_out(text: &str, tokenized: &TokenizedText, (earlier, later): (&Named, &Named), title: usize) -> bool {
    if earlier.words == later.words || earlier.words.is_empty() || later.words.is_empty() {
        return true;
    }
    for (long, short) in [(earlier, later), (later, earlier)] {
        if long.has(short) {
            // A body is not the place in its name, nor what it belongs to.
            let place = short.class == "LOC" && ["ORG", "MISC", "PER"].contains(&long.class);
            return !(place || long.possesses && long.words.starts_with(&short.words));
        }
        if short.is_short_for(long) {
            return true;
        }
    }
    introduces(text, tokenized, (earlier, later), title) || alike(earlier, later)
}

/// Whether the later name is given as another of the earlier: in a bracket after it, or after a word such as `formerly`.
/// A bracket of a title tells its bearer from others (`Fort Hill District (Northford, Ohio)`), and so does one with a
/// place and the region that it lies in.
fn introduces(text: &str, tokenized: &TokenizedText, (earlier, later): (&Named, &Named), title: usize) -> bool {
    let word = |index: usize| tokenized.words.get(index).map_or("", |word| form(text, word.span));
    let between = earlier.place.1..later.place.0;
    if later.place.0 < earlier.place.1 || between.len() > CUE_REACH {
        return false;
    }
    if between.len() == 1 && word(between.start) == "(" {
        // Who plays whom: "Elizabeth I (Anne-Marie Duff)". Another name of a person has a word that says so.
        if earlier.class == "PER" && later.class == "PER" {
            return false;
        }
        let region = word(later.place.1) == "," || (later.place.0..later.place.1).any(|index| word(index) == ",");
        return !region && later.place.0 >= title;
    }
    between.clone().any(|index| CUES.contains(&word(index).to_lowercase().as_str()))
}

/// Whether names that are not part of each other still look like one: spelled nearly alike, or of the same words for the
/// greater part. Two people of one family are two.
fn alike(one: &Named, other: &Named) -> bool {
    let lacking = |a: &Named, b: &Named| -> Vec<String> {
        a.words.iter().filter(|word| !b.words.contains(word)).cloned().collect()
    };
    let (left, right) = (lacking(one, other), lacking(other, one));
    let near = |word: &String| right.iter().any(|other| near(word, other));
    let shared = one.words.len() - left.len();
    let similar = left.iter().filter(|word| near(word)).count();
    if shared == 0 {
        return similar == left.len().max(right.len());
    }
    let person = one.class == "PER" && other.class == "PER";
    if person { similar > 0 } else { similar > 0 || shared * 2 > one.words.len().min(other.words.len()) }
}

/// Whether one word is the beginning of the other, or no more than a third of its letters differ.
fn near(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|word| word.chars().collect::<Vec<_>>());
    let long = one.len().max(other.len());
    let common = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    common == one.len().min(other.len()) || (long <= LONGEST_WORD && 3 * edits(&one, &other) <= long)
}

/// Whether two full names are of two people of one family, though a lone surname may stand for either.
fn are_kin(one: &Named, other: &Named) -> bool {
    let full = |named: &Named| named.class == "PER" && named.words.len() > 1;
    let (Some(first), Some(second)) = (one.words.first(), other.words.first()) else { return false };
    full(one) && full(other) && one.words.last() == other.words.last() && !near(first, second)
}

/// How many letters must be put, dropped or exchanged to make one word the other.
fn edits(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, a) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], above + 1);
        for (at, b) in other.iter().enumerate() {
            let exchanged = diagonal + usize::from(a != b);
            diagonal = row[at + 1];
            row[at + 1] = exchanged.min(diagonal + 1).min(row[at] + 1);
        }
    }
    row[other.len()]
}

/// How many words the title of a text has: a first line without a full stop that stands alone. None: 0.
fn title(text: &str, tokenized: &TokenizedText) -> usize {
    let trimmed = text.trim_start();
    let line = trimmed.lines().next().unwrap_or_default();
    let end = text.len() - trimmed.len() + line.len();
    let more = !text[end..].trim().is_empty();
    let words = tokenized.words.partition_point(|word| word.span.end as usize <= end);
    let ends = line.trim_end().ends_with(['.', '!', '?', ':', ',', ';']);
    if more && !ends && words <= TITLE_WORDS { words } else { 0 }
}

/// The mention that a title is, and the one that opens the text under it and says who or what that is.
fn opening(
    text: &str,
    tokenized: &TokenizedText,
    found: &[MentionSpan],
    named: &[Named],
    title: usize,
) -> Option<(usize, usize)> {
    let word = |index: usize| tokenized.words.get(index).map_or("", |word| form(text, word.span));
    let first = found.first().filter(|first| !is_value(first.class) && first.words.end <= title)?;
    let article = |index: usize| ["the", "a", "an"].contains(&word(index).to_lowercase().as_str());
    let whole = first.words.start == 0 || (first.words.start == 1 && article(0));
    let qualified = first.words.end == title || ["(", ","].contains(&word(first.words.end));
    let index = found.iter().position(|found| found.words.start >= title)?;
    let second = &found[index];
    // Titles, articles and quotes may stand before the name.
    let lead = second.words.start - title;
    let opens = lead == 0 || (lead <= 2 && (title..second.words.start).all(|at| !word(at).contains(char::is_numeric)));
    let next = word(second.words.end);
    let defines = ["(", ",", "is", "was", "are", "were", "\"", "“"].contains(&next);
    let (one, other) = (&named[0], &named[index]);
    let shares = one.words.iter().any(|word| word.chars().count() > 1 && other.words.contains(word));
    let ends = one.words.last() == other.words.last() || one.words.first() == other.words.first();
    let kin = shares && (one.has(other) || other.has(one) || ends);
    (whole && qualified && opens && defines && kin && !is_value(second.class)).then_some((0, index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use crate::layout::Chunker;

    /// The names of a text after all were taken for one entity, as they are grouped.
    fn check(text: &str, names: &[(&str, &str)], start: &[u32], expected: &[u32]) {
        let tokenized = Chunker::new("tokenizer.json", &bundled::files().tokenizer).unwrap().tokenize(text).unwrap();
        let mut from = 0;
        let found: Vec<MentionSpan> = names
            .iter()
            .map(|(name, class)| {
                let at = from + text[from..].find(name).expect("the text says it");
                from = at + name.len();
                let words = tokenized.words_under(Span { start: at as u32, end: from as u32 });
                let class = CLASSES.iter().position(|known| known == class).expect("a class");
                MentionSpan { words, class, score: 1.0 }
            })
            .collect();
        assert_eq!(split_implausible(text, &tokenized, &found, start), expected, "{text}");
    }

    #[test]
    fn a_title_and_the_name_that_opens_the_text_are_one() {
        let per = |names: &[&'static str]| names.iter().map(|name| (*name, "PER")).collect::<Vec<_>>();
        let two = per(&["Liv Marker", "Liv Rundal Marker"]);
        check("Liv Marker\n\nLiv Rundal Marker (born 1 July 1977) is an actress.", &two, &[0, 1], &[0, 0]);
        check("Liv Marker\n\nLiv Rundal Marker met them.", &two, &[0, 1], &[0, 1]);
        check("Liv Marker (actress)\n\nDr. Liv Rundal Marker is an actress.", &two, &[0, 1], &[0, 0]);
        check("Liv Marker\n\nOlav Stein is a painter.", &per(&["Liv Marker", "Olav Stein"]), &[0, 1], &[0, 1]);
        check("Liv Marker won. Liv Rundal Marker (born 1977) lost.", &two, &[0, 1], &[0, 1]);
    }

    /// The same where all names are people's.
    fn people(text: &str, names: &[&str], expected: &[u32]) {
        let names: Vec<(&str, &str)> = names.iter().map(|name| (*name, "PER")).collect();
        check(text, &names, &vec![0; names.len()], expected);
    }

    #[test]
    fn full_names_that_tell_two_people_are_two() {
        let fox = ["Michael J. Fox", "Michael A. Fox", "Fox"];
        people("Michael J. Fox left. Michael A. Fox died. Fox slept.", &fox, &[0, 1, 0]);
        let fox = ["Michael J. Fox", "Michael Fox", "Michael A. Fox"];
        people("Michael J. Fox left. Michael Fox met Michael A. Fox.", &fox, &[0, 1, 2]);
        let ekdal = ["Marta Ekdal, Jr", "Marta Ekdal, Sr", "Marta Ekdal, Jr"];
        people("Marta Ekdal, Jr. met Marta Ekdal, Sr. and left. Marta Ekdal, Jr. died.", &ekdal, &[0, 1, 0]);
        let hale = ["John Hale Jr", "John Hale Sr"];
        people("John Hale Jr. left. His father, John Hale Sr., died.", &hale, &[0, 1]);
        let bush = ["George Bush", "George W. Bush", "Bush"];
        people("George Bush came. George W. Bush, his son, left. Bush died.", &bush, &[0, 1, 0]);
        people("George W. Bush, son of George Bush, left.", &["George W. Bush", "George Bush"], &[0, 1]);
        people("Her uncle Odd Falk met Odd Falk Berg.", &["Odd Falk", "Odd Falk Berg"], &[0, 0]);
        let luther = [("Martin Luther King", "PER"), ("Atlanta", "LOC"), ("Martin Luther", "PER"), ("Eisleben", "LOC")];
        let text = "Martin Luther King was born in Atlanta. Martin Luther was born in Eisleben.";
        check(text, &luther, &[0, 1, 0, 2], &[0, 1, 2, 3]);
    }

    #[test]
    fn a_person_called_by_more_or_less_of_a_name_is_one() {
        people("Michael J. Fox left. Michael Fox died.", &["Michael J. Fox", "Michael Fox"], &[0, 0]);
        people("Michael J. Fox left. Michael John Fox died.", &["Michael J. Fox", "Michael John Fox"], &[0, 0]);
        people("Karl Berg, Jr. left. Karl Berg died.", &["Karl Berg, Jr", "Karl Berg"], &[0, 0]);
        people("George Bush left his son. George W. Bush slept.", &["George Bush", "George W. Bush"], &[0, 0]);
        let text = "Odd Falk was born in 1921 in Bergen. Odd K. Falk (born 3 May 1921) is a painter.";
        let names =
            [("Odd Falk", "PER"), ("1921", "TIME"), ("Bergen", "LOC"), ("Odd K. Falk", "PER"), ("3 May 1921", "TIME")];
        check(text, &names, &[0, 1, 2, 0, 3], &[0, 1, 2, 0, 3]);
    }

    #[test]
    fn a_short_form_of_two_names_joins_nobody() {
        let text = "The Bank of Norsea (BN) grew. Barents Navigation (BN) sank. BN is rich.";
        let names =
            [("Bank of Norsea", "ORG"), ("BN", "ORG"), ("Barents Navigation", "ORG"), ("BN", "ORG"), ("BN", "ORG")];
        check(text, &names, &[0; 5], &[0, 1, 2, 1, 1]);
        let text = "The Bank of Norsea (BN) grew. The Bank of Norsea (BN) sank. BN is rich.";
        let names = [("Bank of Norsea", "ORG"), ("BN", "ORG"), ("Bank of Norsea", "ORG"), ("BN", "ORG"), ("BN", "ORG")];
        check(text, &names, &[0; 5], &[0; 5]);
    }

    #[test]
    fn a_bracket_of_a_title_is_no_name() {
        let names = [("Fort Hill District", "LOC"), ("Northford, Ohio", "LOC"), ("Fort Hill District", "LOC")];
        let text = "Fort Hill District (Northford, Ohio)\n\nFort Hill District is a district.";
        check(text, &names, &[0, 0, 0], &[0, 1, 0]);
        let names = [("Danvik", "LOC"), ("Danzenberg", "LOC")];
        check("They left Danvik (Obermark, Vell).", &[("Danvik", "LOC"), ("Obermark, Vell", "LOC")], &[0, 0], &[0, 1]);
        check("They left Tornau (Obermark) in May.", &[("Tornau", "LOC"), ("Obermark", "LOC")], &[0, 0], &[0, 0]);
        check("Danvik, later called Danzenberg, burnt.", &names, &[0, 0], &[0, 0]);
        let stage = [("Iris Vale", "PER"), ("Irma Kolb", "PER"), ("Iris Vale", "PER"), ("Irma Kolb", "PER")];
        let text = "Iris Vale sang. Irma Kolb, known as Iris Vale, wrote. Irma Kolb died.";
        check(text, &stage, &[0, 0, 0, 0], &[0, 0, 0, 0]);
    }

    #[test]
    fn names_without_anything_in_common_are_two() {
        check("Cooper met Ferguson.", &[("Cooper", "PER"), ("Ferguson", "PER")], &[0, 0], &[0, 1]);
        check("Marta Ekdal met Johan Ekdal.", &[("Marta Ekdal", "PER"), ("Johan Ekdal", "PER")], &[0, 0], &[0, 1]);
        check("Marta Ekdal left. M. Ekdal died.", &[("Marta Ekdal", "PER"), ("M. Ekdal", "PER")], &[0, 0], &[0, 0]);
        check("Marta Ekdal left. Ekdal died.", &[("Marta Ekdal", "PER"), ("Ekdal", "PER")], &[0, 0], &[0, 0]);
        let body = [("United States Air Force", "ORG"), ("United States", "LOC"), ("USAF", "ORG")];
        check("The United States Air Force of the United States, the USAF.", &body, &[0, 0, 0], &[0, 1, 0]);
        check("Bashour met Bachour.", &[("Bashour", "PER"), ("Bachour", "PER")], &[0, 0], &[0, 0]);
        check("Maria Stone met Marian Hale.", &[("Maria Stone", "PER"), ("Marian Hale", "PER")], &[0, 0], &[0, 1]);
        let family = [("Johan Ekdal", "PER"), ("Ekdal", "PER"), ("Lars Ekdal", "PER"), ("Ekdal", "PER")];
        check("Johan Ekdal left. Ekdal met Lars Ekdal. Ekdal died.", &family, &[0, 0, 0, 0], &[0, 0, 1, 0]);
        let role = [("Elizabeth I", "PER"), ("Anne Duffield", "PER")];
        check("Elizabeth I (Anne Duffield) reigns.", &role, &[0, 0], &[0, 1]);
        check("Anne Duffield (born Elizabeth I) reigns.", &[role[1], role[0]], &[0, 0], &[0, 0]);
        check("Knolles or Knollys", &[("Knolles", "MISC"), ("Knollys", "MISC")], &[0, 0], &[0, 0]);
    }
}
