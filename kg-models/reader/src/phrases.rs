//! The phrases that state relations: those that an ontology gives (`kgloom:pattern`), and those that follow from what a
//! relation is called, so that what is written in its own words is found without training: "exhibited at" is stated by
//! "X was exhibited at Y", "sponsor" by "Y, the sponsor of X".
//!
//! In: a relation with its label and other names. Out: phrases, found by their longest word. Never: a phrase of a name that has
//! no word of its own (`of`, `is in`). English; a label of another language gives phrases that no text has.

use super::ends::value_class;
use super::labels::words;
use kgloom_english::{Verb, presents};
use kgloom_record::record::Score;
use ontologies::{Ontology, Pattern, Relation};
use std::collections::{BTreeMap, BTreeSet};

/// The score, in ten-thousandths, of what is stated in a relation's own words: less than what its ontology says to be a
/// statement.
const BY_NAME: u16 = 9_000;

const PREPOSITIONS: &str = "of in at by to on for from with into over under near against as about after before during \
    through behind beside until since within across along around";
/// What says nothing by itself.
const EMPTY: &str = "is was are were be been being has have had having does did do a an the its it and or other related \
    relation same not";
const BE: [&str; 8] = ["is", "was", "are", "were", "has been", "have been", "had been", "remains"];
const ARTICLES: [&str; 4] = ["", "a ", "an ", "the "];
/// What stands before the day or the year of an event.
const WHEN: [&str; 3] = ["in", "on", "around"];

/// A phrase that states a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// Index among the relations that the extractor reads.
    pub(super) relation: usize,
    pub(super) pattern: Pattern,
    pub(super) score: Score,
    /// Where its tails are values: their class.
    pub(super) value: Option<usize>,
    /// Whether its tail must be a name: the phrase lacks the noun that says what it is.
    pub(super) named: bool,
}

/// All phrases of an extractor.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrases {
    all: Vec<Phrase>,
    /// The phrases by their longest word, which is seldom one that every sentence has.
    by_word: BTreeMap<String, Vec<usize>>,
}

impl Phrases {
    pub(super) fn new(all: Vec<Phrase>) -> Phrases {
        let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, phrase) in all.iter().enumerate() {
            let Pattern { before, between, after, .. } = &phrase.pattern;
            let words = between.iter().chain(before).chain(after);
            let longest =
                words.reduce(|one, other| if other.chars().count() > one.chars().count() { other } else { one });
            by_word.entry(longest.cloned().unwrap_or_default()).or_default().push(index);
        }
        Phrases { all, by_word }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Those that may stand in a sentence with these words, in their order.
    pub(super) fn heard<'a>(&'a self, words: &[String]) -> impl Iterator<Item = &'a Phrase> + use<'a> {
        let indices = words.iter().filter_map(|word| self.by_word.get(word)).flatten().copied();
        indices.collect::<BTreeSet<usize>>().into_iter().map(|index| &self.all[index])
    }
}

/// The phrases of one relation, by its index: those that its ontology gives; where it gives none and the relation is not
/// known otherwise, those of its names.
pub(super) fn of(relation: &Relation, ontology: &Ontology, index: usize, known: bool) -> Vec<Phrase> {
    let value = values_of(relation);
    let phrase =
        |pattern: &Pattern, score| Phrase { relation: index, pattern: pattern.clone(), score, value, named: false };
    if known || !relation.patterns.is_empty() {
        return relation.patterns.iter().map(|pattern| phrase(pattern, Score::ONE)).collect();
    }
    let names = std::iter::once(&relation.label).chain(&relation.alternatives);
    let patterns: BTreeSet<Pattern> =
        names.flat_map(|name| of_name(&words(name).to_lowercase(), value.is_some())).collect();
    let kinds = kinds(relation, ontology);
    let names = std::iter::once(&relation.label).chain(&relation.alternatives);
    let short = names.filter_map(|name| without_kind(&words(name).to_lowercase(), &kinds));
    let short: BTreeSet<Pattern> = short.flat_map(|name| of_name(&name, false)).collect();
    let named = |pattern: &Pattern| Phrase { named: true, ..phrase(pattern, Score::new(BY_NAME)) };
    let all = patterns.iter().map(|pattern| phrase(pattern, Score::new(BY_NAME)));
    all.chain(short.difference(&patterns).map(named)).collect()
}

/// What the classes of a relation's tails are called, where they are the ontology's own.
fn kinds(relation: &Relation, ontology: &Ontology) -> BTreeSet<String> {
    let classes = relation.range.iter().filter_map(|iri| ontology.class(iri)).filter(|class| class.tag.is_none());
    let names = classes.flat_map(|class| std::iter::once(&class.label).chain(&class.alternatives));
    names.flat_map(|name| words(name).to_lowercase().split_whitespace().map(str::to_owned).next_back()).collect()
}

/// What is left of a name that ends with what its tails are: `won` of "won tournament", `member of` of "member of club"; only
/// of what is said with a verb or a preposition.
fn without_kind(name: &str, kinds: &BTreeSet<String>) -> Option<String> {
    let (rest, kind) = name.rsplit_once(' ')?;
    let rest = rest.strip_prefix("has ").unwrap_or(rest);
    let told = kinds.contains(kind) || kind.strip_suffix('s').is_some_and(|kind| kinds.contains(kind));
    let (first, last) = (rest.split(' ').next()?, rest.split(' ').next_back()?);
    let preposition = PREPOSITIONS.split_whitespace().any(|preposition| preposition == last);
    let verb = Verb::of_present(first).is_some() || Verb::of_past(first).is_some();
    (told && (preposition && first != last || verb && first == last)).then(|| rest.to_owned())
}

/// Of a relation whose tails are values, the class of these: dates or numbers.
fn values_of(relation: &Relation) -> Option<usize> {
    let classes: Option<Vec<usize>> = relation.range.iter().map(value_class).collect();
    classes?.last().copied()
}

/// The phrases that state a relation of this name; `value` tells that its tails are dates or numbers.
fn of_name(name: &str, value: bool) -> Vec<Pattern> {
    let words: Vec<&str> = name.split_whitespace().collect();
    if !words.iter().any(|word| says_something(word)) {
        return Vec::new();
    }
    let phrases = match &words[..] {
        ["has" | "have" | "had", "a" | "an" | "the", rest @ ..] | ["has" | "have" | "had", rest @ ..] => {
            of_noun(&rest.join(" "), value)
        }
        ["is" | "was" | "are" | "were", rest @ ..] => of_predicate(rest, value),
        rest => of_predicate(rest, value),
    };
    phrases.iter().filter_map(|phrase| Pattern::parse(phrase)).collect()
}

/// The nouns by which a relation is called: `owner`, `station manager`, without "has a"; none of verbs, nor of what a preposition
/// ends.
pub(super) fn nouns(relation: &Relation) -> Vec<String> {
    let names = std::iter::once(&relation.label).chain(&relation.alternatives);
    let noun = |name: &String| {
        let name = words(name).to_lowercase();
        let bare = ["has ", "have ", "had "].iter().find_map(|having| name.strip_prefix(having)).unwrap_or(&name);
        let bare = ["a ", "an ", "the "].iter().find_map(|article| bare.strip_prefix(article)).unwrap_or(bare);
        let (first, last) = (bare.split(' ').next()?, bare.split(' ').next_back()?);
        let mut prepositions = PREPOSITIONS.split_whitespace();
        let verb = bare == name && (Verb::of_past(first).is_some() || first == "is" || first == "was");
        let is_noun =
            says_something(last) && !prepositions.any(|preposition| bare.split(' ').any(|word| word == preposition));
        (is_noun && !verb).then(|| bare.to_owned())
    };
    names.filter_map(noun).collect()
}

/// Whether a word of a name, in lower case, says something by itself.
pub(super) fn says_something(word: &str) -> bool {
    let mut empty = EMPTY.split_whitespace().chain(PREPOSITIONS.split_whitespace());
    !word.is_empty() && !empty.any(|empty| empty == word)
}

fn of_predicate(words: &[&str], value: bool) -> Vec<String> {
    let Some((first, rest)) = words.split_first() else { return Vec::new() };
    let name = words.join(" ");
    let (present, past) = (Verb::of_present(first), Verb::of_past(first));
    let rest = rest.join(" ");
    let with = |form: &str| format!("{form} {rest}").trim_end().to_owned();
    if PREPOSITIONS.split_whitespace().any(|preposition| words.last() == Some(&preposition)) {
        let mut phrases = copular(&name);
        if let Some(event) = WHEN.iter().find_map(|when| name.strip_suffix(when)).filter(|_| value) {
            phrases.extend(WHEN.iter().flat_map(|when| copular(&format!("{event}{when}"))));
        }
        // `imported by`: what is said of the tail in the active voice.
        if let (Some(verb), [_, "by"]) = (&past, words) {
            let presents = presents(first);
            let active = presents.iter().chain([&verb.present, &verb.past]).collect::<BTreeSet<_>>();
            phrases.extend(
                active
                    .into_iter()
                    .filter(|form| *form != first || verb.past == *first)
                    .map(|form| format!("Y {form} X")),
            );
        }
        // `belongs to`, `wrote for`: what is said in one tense is said in others.
        if let Some(verb) = present.or(past.filter(|verb| verb.participle != *first)) {
            phrases.extend([&verb.present, &verb.base, &verb.past].map(|form| format!("X {} Y", with(form))));
        }
        return phrases;
    }
    let mut phrases = Vec::new();
    if let Some(verb) = present.as_ref().or(past.as_ref()) {
        phrases.extend([&verb.present, &verb.base, &verb.past].map(|form| format!("X {} Y", with(form))));
        let participle = with(&verb.participle);
        if value {
            phrases.extend(WHEN.iter().flat_map(|when| copular(&format!("{participle} {when}"))));
        } else {
            let passive = [String::new(), ", ".to_owned()].into_iter().chain(BE.iter().map(|be| format!("{be} ")));
            phrases.extend(passive.map(|before| format!("Y {before}{participle} by X")));
        }
    }
    if past.is_none() {
        phrases.extend(of_noun(&name, value));
    }
    phrases
}

/// `X was exhibited at Y`, `X, a member of Y`.
fn copular(name: &str) -> Vec<String> {
    let mut phrases = vec![format!("X {name} Y")];
    for article in ARTICLES {
        phrases.push(format!("X , {article}{name} Y"));
        phrases.extend(BE.iter().map(|be| format!("X {be} {article}{name} Y")));
    }
    phrases
}

/// `Y is the sponsor of X`, `X's height is Y`.
fn of_noun(name: &str, value: bool) -> Vec<String> {
    let mut phrases = Vec::new();
    for apostrophe in ["'", "’"] {
        phrases.extend(["", " ,", " is", " was", " :"].map(|then| format!("X {apostrophe}s {name}{then} Y")));
    }
    phrases.extend(["is", "was", "are", "were"].map(|be| format!("X , whose {name} {be} Y")));
    phrases.push(format!("X ( {name} : Y"));
    for preposition in ["of", "for"] {
        for be in ["is", "was"] {
            phrases.push(format!("the {name} {preposition} X {be} Y"));
        }
    }
    if value {
        for having in ["has", "had", "with", ", with"] {
            phrases.extend(["a", "an"].map(|article| format!("X {having} {article} {name} of Y")));
        }
        // "a number of hives" is how many hives there are, and so are "hives".
        let counted = name.strip_prefix("number of ").map(str::to_owned);
        let counted = counted.or_else(|| Some(format!("{}s", name.strip_suffix(" count")?)));
        let plural = || Some(name.to_owned()).filter(|name| name.ends_with('s') && !name.ends_with("ss"));
        if let Some(counted) = counted.or_else(plural).filter(|counted| !counted.contains(' ')) {
            let having = ["has", "have", "had", "with", ", with", ", which has", ", which have", ", which had"];
            phrases.extend(having.map(|having| format!("X {having} Y {counted}")));
        }
        return phrases;
    }
    for having in ["has a", "has an", "had a", "had an", "has a new", "has as its", "names as its", "chose as its"] {
        phrases.extend([" ,", ""].map(|then| format!("X {having} {name}{then} Y")));
    }
    for article in ARTICLES {
        for preposition in ["of", "for"] {
            phrases.push(format!("Y , {article}{name} {preposition} X"));
            phrases.extend(["became", "as"].map(|be| format!("Y {be} {article}{name} {preposition} X")));
            phrases.extend(BE.iter().map(|be| format!("Y {be} {article}{name} {preposition} X")));
        }
    }
    phrases
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(name: &str, value: bool, phrase: &str) -> bool {
        of_name(name, value).contains(&Pattern::parse(phrase).unwrap())
    }

    #[test]
    fn a_name_is_said_as_a_verb_a_participle_or_a_noun() {
        for (name, phrase) in [
            ("likes", "X liked Y"),
            ("likes", "Y are liked by X"),
            ("exhibited at", "X was exhibited at Y"),
            ("exhibited at", "X exhibited at Y"),
            ("belongs to", "X belonged to Y"),
            ("written by", "X was written by Y"),
            ("wrote for", "X writes for Y"),
            ("acquired", "Y was acquired by X"),
            ("is part of", "X , a part of Y"),
            ("member of", "X is a member of Y"),
            ("sponsor", "Y , the sponsor of X"),
            ("has sponsor", "X's sponsor is Y"),
            ("principal investigator", "Y is the principal investigator of X"),
            ("runs", "Y is run by X"),
            ("imported by", "Y imports X"),
            ("imported by", "Y imported X"),
            ("managed by", "Y manages X"),
            ("written by", "Y wrote X"),
        ] {
            assert!(states(name, false, phrase), "{name}: {phrase}");
        }
        assert!(states("acquired", true, "X was acquired in Y") && !states("acquired", true, "Y was acquired by X"));
        assert!(states("height", true, "X has a height of Y") && !states("height", true, "Y is the height of X"));
        assert!(states("number of hives", true, "X has Y hives") && states("has pupil count", true, "X had Y pupils"));
    }

    #[test]
    fn what_does_not_say_it_is_no_phrase_of_it() {
        for (name, phrase) in [
            ("written by", "X write by Y"),
            ("written by", "Y written X"),
            ("exhibited at", "Y exhibited X"),
            ("exhibited at", "Y was exhibited at X"),
            ("sponsor", "X is the sponsor of Y"),
            ("sponsor", "X sponsor Y"),
            ("likes", "Y likes X"),
        ] {
            assert!(!states(name, false, phrase), "{name}: {phrase}");
        }
        for empty in ["of", "is in", "has", "related to", "", "same as"] {
            assert_eq!(of_name(empty, false), [], "{empty}");
        }
    }

    #[test]
    fn a_name_may_end_with_what_its_tails_are() {
        let kinds = BTreeSet::from(["tournament", "club", "winery"].map(str::to_owned));
        for (name, short) in [
            ("won tournament", Some("won")),
            ("member of club", Some("member of")),
            ("produces wineries", None),
            ("plays for clubs", Some("plays for")),
            ("home club", None),
            ("of club", None),
            ("won prize", None),
        ] {
            assert_eq!(without_kind(name, &kinds).as_deref(), short, "{name}");
        }
    }

    #[test]
    fn phrases_are_found_by_the_words_of_a_sentence() {
        let phrase = |relation, text| Phrase {
            relation,
            pattern: Pattern::parse(text).unwrap(),
            score: Score::ONE,
            value: None,
            named: false,
        };
        let phrases =
            Phrases::new(vec![phrase(0, "X likes Y"), phrase(1, "X was built by Y"), phrase(2, "X likes to eat Y")]);
        let words = ["ada", "likes", "tea"].map(str::to_owned);
        assert_eq!(phrases.heard(&words).map(|phrase| phrase.relation).collect::<Vec<_>>(), [0, 2]);
    }
}
