//! What the lines of forms, credits and data sheets state: "Date of birth: 3 June 1971", "Directed by Hilda Moran" under a title.
//!
//! In: the lines of a window, its mentions, the names of relations. Out: the same mentions, with a title that only its fields show,
//! and what the fields state of it. Never: a line that goes on as a sentence does; a field whose value is no mention of a class
//! that the relation takes.

use super::candidates::is_value;
use super::ends::admitted;
use super::labels::words;
use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::patterns::Stated;
use super::predicate;
use super::prompt::JoinedClasses;
use super::synonyms;
use crate::mentions::PROPERTY;
use kgloom_record::record::Score;
use ontologies::{Iri, Ontology};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The score, in ten-thousandths, of what a field states.
const BY_FIELD: u16 = 9_000;
/// A field's name has at most so many words.
const LONGEST_NAME: usize = 5;
/// A title has at most so many words.
const LONGEST_TITLE: usize = 10;
/// What such a line says in letters and lists of other things.
const OF_OTHER_FORMS: [&str; 20] = [
    "about", "contains", "date", "began", "begins", "ended", "ends", "end", "from", "head", "includes", "label",
    "leader", "place", "post", "range", "start", "starts", "subject", "topic",
];
/// Fields that say what all others are of.
const OF_ALL: [&str; 8] = ["album", "book", "film", "full name", "game", "name", "product", "title"];

/// A relation that a field may state.
#[derive(Clone, Debug)]
struct Field {
    /// Index among the relations that the extractor reads.
    relation: usize,
    /// Whether the value is the head.
    inverse: bool,
    /// How sure it is of what a field states.
    score: Score,
    /// Which of the six classes may stand on either side.
    admitted: JoinedClasses,
}

impl Field {
    /// Head and tail, of what the field is of and its value.
    fn ends<T>(&self, title: T, value: T) -> [T; 2] {
        if self.inverse { [value, title] } else { [title, value] }
    }
}

/// The relations that fields may state, by the plain words of their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    named: BTreeMap<Vec<String>, Vec<Field>>,
    /// The plain words of what the ontology's own classes are called: "Winery: Tenuta Balvano" says what a form is of.
    classes: BTreeSet<Vec<String>>,
}

impl Fields {
    /// Those of an ontology, by what its relations are called, there and elsewhere; what a field states is a fact, however
    /// sure the relation has to be otherwise.
    pub(super) fn new(ontology: &Ontology, relations: &[Iri], needed: &BTreeMap<Iri, Score>) -> Fields {
        let mut named: BTreeMap<Vec<String>, Vec<Field>> = BTreeMap::new();
        for (relation, iri) in relations.iter().enumerate() {
            let Some(declared) = ontology.relation(iri) else { continue };
            let admitted = admitted(declared, ontology);
            let score = Score::new(BY_FIELD).max(needed.get(iri).copied().unwrap_or_default());
            let own = std::iter::once(&declared.label).chain(&declared.alternatives).map(|name| (name.as_str(), false));
            let others = iri.as_str().strip_prefix(PROPERTY).into_iter().flat_map(synonyms::names_of);
            for (name, inverse) in own.chain(others) {
                let told = named.entry(synonyms::plain(name)).or_default();
                if told.iter().all(|field| field.relation != relation) {
                    told.push(Field { relation, inverse, score, admitted });
                }
            }
        }
        named.retain(|name, _| !matches!(&name[..], [one] if OF_OTHER_FORMS.contains(&one.as_str())));
        let own = ontology.classes().filter(|class| class.tag.is_none() && !class.of_documents);
        let names = own.flat_map(|class| std::iter::once(&class.label).chain(&class.alternatives));
        let classes =
            names.map(|name| synonyms::plain(&words(name))).filter(|name| !named.contains_key(name)).collect();
        Fields { named, classes }
    }

    /// The field that a line is, if it is one: its name, and where its value begins.
    fn of(&self, line: &Range<usize>, form: &impl Fn(usize) -> String) -> Option<(Name<'_>, usize)> {
        let first = line.clone().find(|&word| form(word).starts_with(char::is_alphanumeric))?;
        let until = line.end.min(first + LONGEST_NAME + 1);
        let name = |end: usize| synonyms::plain(&(first..end).map(form).collect::<Vec<_>>().join(" "));
        let told = |end: usize| {
            let name = name(end);
            match self.named.get(&name) {
                Some(fields) => Some(Name::Relation(fields)),
                None => {
                    (OF_ALL.contains(&name.join(" ").as_str()) || self.classes.contains(&name)).then_some(Name::OfAll)
                }
            }
        };
        if let Some(colon) = (first + 1..until).find(|&word| form(word) == ":") {
            return Some((told(colon)?, colon + 1));
        }
        let by = (first + 1..until).find(|&word| form(word) == "by")?;
        Some((told(by + 1)?, by + 1))
    }
}

/// What a field's name says.
enum Name<'a> {
    /// These relations.
    Relation(&'a [Field]),
    /// What all other fields are of.
    OfAll,
}

/// Finds what the fields of a window state. The text's first line, if it is no mention and has fields, is added to the mentions.
pub(super) fn find(
    fields: &Fields,
    (text, tokenized): (&str, &TokenizedText),
    window: Range<usize>,
    found: &mut Vec<MentionSpan>,
) -> Vec<Stated> {
    let form = |word: usize| tokenized.words[word].span.of(text).unwrap_or_default().to_lowercase();
    let (mut stated, mut titles) = (Vec::new(), Vec::<MentionSpan>::new());
    let mut claimed = None;
    for line in lines((text, tokenized), window) {
        let Some((name, start)) = fields.of(&line, &form) else {
            let whole = |found: &&MentionSpan| found.words == trimmed(&line, &form) && !is_value(found.class);
            if let Some(title) = found.iter().find(whole) {
                // A heading that is no name says what kind of form it is.
                titles.retain(|title| claimed.as_ref() != Some(title));
                titles.push(title.clone());
            } else if line.start == 0 && is_heading(text, tokenized, &line) {
                let title = MentionSpan { words: trimmed(&line, &form), class: CLASSES.len() - 1, score: 1.0 };
                titles.extend(Some(title.clone()).filter(|title| !title.words.is_empty()));
                claimed = Some(title);
            }
            continue;
        };
        let values = values(start..line.end, found, &form);
        let relations = match name {
            Name::Relation(fields) => fields,
            Name::OfAll => {
                titles.retain(|title| claimed.as_ref() != Some(title));
                titles.extend(values.into_iter().take(1));
                continue;
            }
        };
        for field in relations {
            for value in &values {
                let fitting = |title: &&MentionSpan| {
                    let [head, tail] = field.ends(title.class, value.class);
                    !is_value(head) && field.admitted[head][tail] && title.words != value.words
                };
                let Some(title) = titles.iter().rev().find(fitting) else { continue };
                let [head, tail] = field.ends(title.words.clone(), value.words.clone());
                stated.push(Stated { relation: field.relation, score: field.score, head, tail });
            }
        }
    }
    if let Some(title) =
        claimed.filter(|title| stated.iter().any(|told| [&told.head, &told.tail].contains(&&title.words)))
    {
        let apart = |found: &MentionSpan| found.words.end <= title.words.start || title.words.end <= found.words.start;
        found.retain(|found| apart(found) || found.words == title.words);
        predicate::insert(vec![title], found);
    }
    let known = |words: &Range<usize>| found.iter().any(|found| found.words == *words);
    stated.retain(|told| known(&told.head) && known(&told.tail));
    stated
}

/// The lines of a form, each by its own field: a value of one is no end of what another states. What a form is of stands in its
/// first line or above it.
#[derive(Clone, Debug, Default)]
pub(super) struct FormLines {
    /// By form: its lines with a field, but for the one that may say what it is of.
    forms: Vec<Vec<Range<usize>>>,
}

impl FormLines {
    /// Those of some words of a text.
    pub(super) fn new((text, tokenized): (&str, &TokenizedText), window: Range<usize>) -> FormLines {
        let form = |word: usize| tokenized.words[word].span.of(text).unwrap_or_default();
        let has_field = |line: &Range<usize>| {
            let until = line.end.min(line.start + LONGEST_NAME + 1);
            (line.start + 1..until).any(|word| form(word) == ":" && word + 1 < line.end)
        };
        let (mut forms, mut run, mut titled) = (Vec::new(), Vec::new(), false);
        let mut ends = |run: &mut Vec<Range<usize>>, titled: bool| {
            let of_itself = usize::from(!titled);
            if run.len() > 1 + of_itself {
                forms.push(run.split_off(of_itself));
            }
            run.clear();
        };
        for line in lines((text, tokenized), window) {
            if has_field(&line) {
                run.push(line);
                continue;
            }
            ends(&mut run, titled);
            titled = is_heading(text, tokenized, &line);
        }
        ends(&mut run, titled);
        FormLines { forms }
    }

    /// Whether two mentions stand in two lines of one form, of which neither says what it is of.
    pub(super) fn are_apart(&self, [one, other]: [&Range<usize>; 2]) -> bool {
        let line =
            |form: &[Range<usize>], words: &Range<usize>| form.iter().position(|line| line.contains(&words.start));
        let apart =
            |form: &Vec<Range<usize>>| line(form, one).zip(line(form, other)).is_some_and(|(one, other)| one != other);
        self.forms.iter().any(apart)
    }
}

/// The words of each line of a window.
fn lines((text, tokenized): (&str, &TokenizedText), window: Range<usize>) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    for word in window {
        let breaks = || {
            let [before, here] = [word - 1, word].map(|word| tokenized.words[word].span);
            text.get(before.end as usize..here.start as usize).is_some_and(|between| between.contains('\n'))
        };
        match lines.last_mut() {
            Some(line) if !breaks() => line.end = word + 1,
            _ => lines.push(word..word + 1),
        }
    }
    lines
}

/// The words of a line without the marks around them.
fn trimmed(line: &Range<usize>, form: &impl Fn(usize) -> String) -> Range<usize> {
    let tells = |word: &usize| form(*word).starts_with(char::is_alphanumeric);
    let Some(start) = line.clone().find(tells) else { return line.start..line.start };
    start..line.clone().rev().find(tells).unwrap_or(start) + 1
}

/// Whether a line is written as a heading is: short, without a verb's full stop, its first and last word with a capital.
fn is_heading(text: &str, tokenized: &TokenizedText, line: &Range<usize>) -> bool {
    let form = |word: usize| tokenized.words[word].span.of(text).unwrap_or_default();
    let capital = |word: usize| form(word).starts_with(|c: char| c.is_uppercase() || c.is_numeric());
    line.len() <= LONGEST_TITLE && capital(line.start) && capital(line.end - 1)
}

/// The mentions that are a field's value: the first, right at its beginning, and those that are enumerated with it; none where the
/// line goes on otherwise. Of places the first lies in the others.
fn values(value: Range<usize>, found: &[MentionSpan], form: &impl Fn(usize) -> String) -> Vec<MentionSpan> {
    let joins = |word: usize| matches!(form(word).as_str(), "," | "and" | "&" | "/" | ";");
    let mut values: Vec<MentionSpan> = Vec::new();
    let mut at = value.start;
    loop {
        let next = |found: &&MentionSpan| found.words.start >= at && found.words.end <= value.end;
        let lead = |word: usize| matches!(form(word).as_str(), "the" | "a" | "an" | "\"" | "“" | "‘");
        let Some(mention) = found.iter().find(next).filter(|found| (at..found.words.start).all(lead)) else { break };
        at = mention.words.end;
        let place = CLASSES[mention.class] == "LOC" && !values.is_empty();
        if !place && values.first().is_none_or(|first| first.class == mention.class) {
            values.push(mention.clone());
        }
        let joined = (at..value.end).take_while(|word| joins(*word)).count();
        at += joined;
        if joined == 0 {
            break;
        }
    }
    let over = at >= value.end || matches!(form(at).as_str(), "(" | "." | "|" | "”" | "\"" | "[");
    if over { values } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    /// What the fields of a text state, by property, of things of these classes.
    fn stated(text: &str, things: &[(&str, &str)]) -> Vec<(String, String, String)> {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let ontology = Ontology::bundled();
        let relations: Vec<Iri> = ontology.relations().map(|relation| relation.iri.clone()).collect();
        let fields = Fields::new(&ontology, &relations, &BTreeMap::new());
        let mut found: Vec<MentionSpan> = things
            .iter()
            .map(|(name, class)| {
                let start = text.find(name).unwrap() as u32;
                let words = tokenized.words_under(Span { start, end: start + name.len() as u32 });
                MentionSpan { words, class: CLASSES.iter().position(|known| known == class).unwrap(), score: 1.0 }
            })
            .collect();
        let all = find(&fields, (text, &tokenized), 0..tokenized.words.len(), &mut found);
        let form = |words: &Range<usize>| {
            let [first, last] = [words.start, words.end - 1].map(|word| tokenized.words[word].span);
            text[first.start as usize..last.end as usize].to_owned()
        };
        let property = |relation: usize| relations[relation].as_str().rsplit('/').next().unwrap().to_owned();
        all.iter().map(|told| (form(&told.head), property(told.relation), form(&told.tail))).collect()
    }

    fn check(text: &str, things: &[(&str, &str)], expected: &[(&str, &str, &str)]) {
        let told = stated(text, things);
        let told: Vec<(&str, &str, &str)> =
            told.iter().map(|(head, property, tail)| (head.as_str(), property.as_str(), tail.as_str())).collect();
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn a_form_is_of_whom_it_names() {
        let text = "CURRICULUM VITAE\n\nName: Tomasz Wierzba\nDate of birth: 3 June 1971\nPlace of birth: Poznan, Poland\nSpouse: Ewa Kern\nLanguages: Polish";
        let things = [
            ("Tomasz Wierzba", "PER"),
            ("3 June 1971", "TIME"),
            ("Poznan", "LOC"),
            ("Poland", "LOC"),
            ("Ewa Kern", "PER"),
        ];
        let who = "Tomasz Wierzba";
        check(text, &things, &[(who, "P569", "3 June 1971"), (who, "P19", "Poznan"), (who, "P26", "Ewa Kern")]);
    }

    #[test]
    fn credits_are_of_the_title_above_them() {
        let text = "The Kettle House\nA play in three acts\nDirected by Hilda Moran\nMusic: Odd Falk and Ona Field\n";
        let things = [("Hilda Moran", "PER"), ("Odd Falk", "PER"), ("Ona Field", "PER")];
        let title = "The Kettle House";
        check(text, &things, &[(title, "P57", "Hilda Moran"), (title, "P86", "Odd Falk"), (title, "P86", "Ona Field")]);
    }

    #[test]
    fn what_goes_on_as_a_sentence_or_has_no_subject_is_no_field() {
        let things = [("Hilda Moran", "PER"), ("Odd Falk", "PER")];
        for text in [
            "Odd Falk\nDirector: Hilda Moran said no.",
            "Director: Hilda Moran\nOdd Falk came.",
            "Odd Falk was here.\nMother: Hilda Moran",
            "Odd Falk\nSubject: Hilda Moran",
        ] {
            check(text, &things, &[]);
        }
        check("Odd Falk\nMother: Hilda Moran", &things, &[("Odd Falk", "P25", "Hilda Moran")]);
    }
}
