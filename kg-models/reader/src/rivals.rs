//! What of the relations of a text cannot hold together, or is said of somebody else: a head that has a value in its own
//! sentence does not take its neighbour's; nobody is the father of his father; one date is not of a birth and a death;
//! "Vell's father was born in Turin" says nothing of Vell's birth; nobody is a brother where nothing is said of kin.
//!
//! In: the relations that a window's pairs were judged to have. Out: the same; of those that do not hold, why. Never: a
//! relation that was not there.

use super::dated::{self, Told};
use super::judged::{Judged, refuse};
use super::layout::TokenizedText;
use super::word_list::WordList;
use crate::mentions::PROPERTY;
use kgloom_record::record::{Factuality, Score};
use ontologies::{Iri, Ontology};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

/// The widest form of each of the program's relations, by property, and whether it is turned round in that: a mother is a parent,
/// and a child turned round. What holds both ways has none.
static WIDEST: LazyLock<BTreeMap<String, (String, bool)>> = LazyLock::new(|| {
    let ontology = Ontology::bundled();
    let property = |iri: &Iri| iri.as_str().strip_prefix(PROPERTY).unwrap_or(iri.as_str()).to_owned();
    let one_way = ontology.relations().filter(|relation| !relation.symmetric);
    let widest = one_way.map(|relation| {
        let (mut form, mut turned) = (relation, false);
        while let Some((broader, wider)) =
            form.broader.first().and_then(|broader| Some((broader, ontology.relation(&broader.relation)?)))
        {
            (form, turned) = (wider, turned != broader.turned);
        }
        // Of a relation and its inverse the lesser name stands for both.
        let told = match form.inverse.as_ref().filter(|inverse| **inverse < form.iri) {
            Some(inverse) => (property(inverse), !turned),
            None => (property(&form.iri), turned),
        };
        (property(&relation.iri), told)
    });
    widest.collect()
});
/// Relations of which a head has one tail.
const ONE_TAIL: [&str; 6] = ["P19", "P20", "P22", "P25", "P569", "P570"];
/// Two relations that one date does not tell of one head.
const CONTRARY: [(&str, &str); 3] = [("P569", "P570"), ("P571", "P576"), ("P580", "P582")];
/// When something came into being.
const BEGINNING: &str = "P571";
/// What is told of the subject of a sentence, and not of whose father, firm or dog that is.
const OF_THE_SUBJECT: [&str; 17] = [
    "P102", "P106", "P108", "P1196", "P140", "P159", "P19", "P20", "P27", "P39", "P569", "P570", "P571", "P576", "P69",
    "P740", "P937",
];
/// What is done to an organisation that has been founded.
static AFTER_THE_FOUNDING: WordList = WordList::new(
    "acquired bought closed dissolved joined left nationalised nationalized owned privatised privatized renamed rescued restructured
     revived sold sued visited",
);
/// What is told of the place itself, and not of what lies beside it.
const IN_A_PLACE: [&str; 6] = ["P131", "P159", "P19", "P20", "P276", "P551"];
const BESIDE: [&str; 7] = ["beyond", "between", "near", "off", "opposite", "outside", "nearby"];
const DIRECTIONS: [&str; 8] = ["north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"];
/// Who or what may be somebody's and have a life of its own.
static BELONGINGS: WordList = WordList::new("
    agent assistant aunt author boss boy brother brother-in-law captain career cat chairman chairwoman
    child children coach colleague cousin creator daughter daughter-in-law director dog doctor driver ex-husband ex-wife family father father-in-law fiancé fiancée founder founders friend girlfriend boyfriend
    granddaughter grandfather grandmother grandparents grandson great-grandfather great-grandmother half-brother half-sister horse
    head husband landlord lawyer leader maid manager mentor mother mother-in-law nephew neighbour neighbor niece nurse owner parents partner
    predecessor president pupil rival secretary servant sibling siblings sister sister-in-law son son-in-law stepbrother stepdaughter
    stepfather stepmother stepsister stepson student successor teacher tutor twin uncle widow widower wife
");
/// What makes of such a noun something that has no life: "its head office is in Lund".
const NOBODY: [&str; 5] = ["count", "office", "offices", "quarters", "tongue"];
/// Relations of kin, which what is said of somebody's father tells.
const OF_KIN: [&str; 6] = ["P1038", "P22", "P25", "P26", "P3373", "P40"];
/// Those of them that are not made by marriage.
const OF_BLOOD: [&str; 4] = ["P22", "P25", "P3373", "P40"];
/// Who is whose: from a child to a parent, and from a parent to a child, of people and of firms.
const UPWARDS: [&str; 4] = ["P127", "P22", "P25", "P749"];
const DOWNWARDS: [&str; 2] = ["P355", "P40"];
const PARENTS: [&str; 7] = ["company", "dad", "father", "mother", "mum", "owner", "parent"];
const CHILDREN: [&str; 6] = ["child", "daughter", "division", "son", "subsidiary", "unit"];
/// So many words lie between two names of which a noun between them says who is whose.
const LONGEST_TIE: usize = 9;
/// What is said of others than who stands after it.
const BUT: [&str; 2] = ["except", "unlike"];
/// Words without which a text tells of no brothers and sisters.
static KIN: WordList = WordList::new("
    aunt aunts brother brothers child children dad daughter daughters eldest elder family father half-brother half-sister kid
    kids mother mum orphan orphans parents sibling siblings sis sister sisters son sons stepbrother stepsister triplets twin twins
    uncle uncles younger youngest
");

/// Words besides with which it tells of parents and children; `born` is one before `to`.
static PARENTAGE: WordList = WordList::new("
    adopted baby bore boy descendant descendants fathered father-in-law girl granddaughter grandfather grandmother grandparents grandson
    heir heiress heirs inherited mama mom mother-in-law nephew niece née offspring orphaned papa parent son-in-law stepdaughter
    stepfather stepmother stepson
");

/// What a window's relations are judged by.
pub(super) struct Context<'a> {
    pub text: &'a str,
    pub tokenized: &'a TokenizedText,
    /// The property of each relation, where the model knows it.
    pub properties: &'a dyn Fn(usize) -> &'a str,
    /// Whether an entity is a value.
    pub is_value: &'a dyn Fn(usize) -> bool,
    /// How probable a relation must be to be taken in.
    pub needed: &'a dyn Fn(usize) -> Score,
}

/// Tells of each relation that is stated why it does not hold, if it does not.
pub(super) fn settle(judged: &mut [Judged], context: &Context<'_>) {
    for judged in judged.iter_mut().filter(|judged| judged.says == Factuality::Stated) {
        judged.says = context.alone(judged);
    }
    refuse(judged, Factuality::OfAnother, |all| context.of_neighbours(all));
    refuse(judged, Factuality::Contrary, |all| context.turned_round(all));
    refuse(judged, Factuality::Contrary, |all| context.contrary(all));
    refuse(judged, Factuality::Contrary, |all| context.begun_twice(all));
}

impl<'a> Context<'a> {
    /// The relation of a property, if the model knows it.
    pub(super) fn named(&self, property: &str) -> Option<usize> {
        let known = (0..).map_while(|relation| Some((self.properties)(relation)).filter(|known| !known.is_empty()));
        known.into_iter().position(|known| known == property)
    }

    fn sentence(&self, words: &Range<usize>) -> usize {
        self.tokenized.words[words.start].sentence
    }

    /// Whether a relation holds, whatever else is told.
    fn alone(&self, judged: &Judged) -> Factuality {
        match () {
            () if self.is_of_another(judged)
                || self.is_beside(judged)
                || self.is_excepted(judged)
                || self.was_there(judged) =>
            {
                Factuality::OfAnother
            }
            () if self.is_turned(judged) => Factuality::Contrary,
            () if !self.may_be_kin(judged) => Factuality::Untold,
            () if self.told(judged) == Told::Else => Factuality::OfAnotherTime,
            () => Factuality::Stated,
        }
    }

    /// What the sentence of its time tells of a relation that has one.
    fn told(&self, judged: &Judged) -> Told {
        dated::told((self.properties)(judged.relation), (self.text, self.tokenized), &judged.words[1])
    }

    fn is_apart(&self, judged: &Judged) -> bool {
        self.sentence(&judged.words[0]) != self.sentence(&judged.words[1])
    }

    fn form(&self, word: usize) -> &'a str {
        self.tokenized.form(self.text, word)
    }

    /// Relations over the end of a sentence whose tail is another head's there, and whose head has another tail of its own;
    /// of a value its being another's is enough, of a head that has one tail its having its own.
    fn of_neighbours(&self, all: &[&Judged]) -> BTreeSet<usize> {
        let mut within: BTreeMap<(usize, usize, usize), BTreeSet<usize>> = BTreeMap::new();
        for judged in all.iter().filter(|judged| !self.is_apart(judged)) {
            let [head, tail] = judged.ends;
            within.entry((0, judged.relation, head)).or_default().insert(tail);
            within.entry((1, judged.relation, tail)).or_default().insert(head);
        }
        let other = |side: usize, relation: usize, end: usize, than: usize| {
            within.get(&(side, relation, end)).is_some_and(|ends| ends.iter().any(|end| *end != than))
        };
        let lost = |judged: &Judged| {
            let [head, tail] = judged.ends;
            let (taken, own) = (other(1, judged.relation, tail, head), other(0, judged.relation, head, tail));
            let one = ONE_TAIL.contains(&(self.properties)(judged.relation));
            self.is_apart(judged) && (taken && (own || (self.is_value)(tail)) || one && own)
        };
        (0..all.len()).filter(|&place| lost(all[place])).collect()
    }

    /// Of two that say the contrary of the same pair, the less probable; of equals the later.
    fn turned_round(&self, all: &[&Judged]) -> BTreeSet<usize> {
        let mut best: BTreeMap<(&str, usize, usize), usize> = BTreeMap::new();
        let form = |judged: &Judged| -> Option<(&str, [usize; 2])> {
            let (widest, turned) = WIDEST.get((self.properties)(judged.relation))?;
            let [head, tail] = judged.ends;
            Some((widest, if *turned { [tail, head] } else { [head, tail] }))
        };
        for (place, judged) in all.iter().enumerate() {
            if let Some((property, [head, tail])) = form(judged) {
                let best = best.entry((property, head, tail)).or_insert(place);
                if all[*best].score < judged.score {
                    *best = place;
                }
            }
        }
        let lost = |place: &usize| {
            let Some((property, [head, tail])) = form(all[*place]) else { return false };
            let other = best.get(&(property, tail, head));
            let own = best[&(property, head, tail)];
            other.is_some_and(|&other| {
                let (mine, theirs) = (all[own].score, all[other].score);
                mine < theirs || mine == theirs && own > other
            })
        };
        (0..all.len()).filter(lost).collect()
    }

    /// Of two relations that one date does not tell of one head, the less probable; of equals the later.
    fn contrary(&self, all: &[&Judged]) -> BTreeSet<usize> {
        let mut lost = BTreeSet::new();
        for (one, other) in CONTRARY {
            let told = |property: &str| -> Vec<usize> {
                (0..all.len()).filter(|&place| (self.properties)(all[place].relation) == property).collect()
            };
            for &place in &told(one) {
                for &rival in told(other).iter().filter(|rival| all[**rival].ends == all[place].ends) {
                    lost.insert(if all[place].score < all[rival].score { place } else { rival });
                }
            }
        }
        lost
    }

    /// Of several years in which one thing began, those that no word tells, where words tell others; where none is told so, all
    /// but the surest.
    fn begun_twice(&self, all: &[&Judged]) -> BTreeSet<usize> {
        let begins = |place: &usize| {
            let judged = all[*place];
            (self.properties)(judged.relation) == BEGINNING && judged.score >= (self.needed)(judged.relation)
        };
        let mut years: BTreeMap<usize, Vec<(usize, &str)>> = BTreeMap::new();
        for place in (0..all.len()).filter(begins) {
            if let Some(year) = self.year(&all[place].words[1]) {
                years.entry(all[place].ends[0]).or_default().push((place, year));
            }
        }
        let mut lost = BTreeSet::new();
        for places in years.into_values() {
            let mut kept: Vec<&str> =
                places.iter().filter(|(place, _)| self.told(all[*place]) == Told::It).map(|(_, year)| *year).collect();
            if kept.is_empty() {
                let surest = places.iter().max_by_key(|(place, _)| (all[*place].score, Reverse(*place)));
                kept.extend(surest.map(|(_, year)| *year));
            }
            lost.extend(places.into_iter().filter(|(_, year)| !kept.contains(year)).map(|(place, _)| place));
        }
        lost
    }

    /// The year among some words.
    fn year(&self, words: &Range<usize>) -> Option<&'a str> {
        let digits = |form: &&str| form.len() == 4 && form.bytes().all(|byte| byte.is_ascii_digit());
        words.clone().map(|word| self.form(word)).find(digits)
    }

    /// Whether it is said of somebody who is the head's or the tail's, or whose the head is: "Vell's father was born", "founded by
    /// Vell's father", "the uncle of Vell, died".
    fn is_of_another(&self, judged: &Judged) -> bool {
        let property = (self.properties)(judged.relation);
        let [head, tail] = &judged.words;
        if property.is_empty() || self.is_apart(judged) {
            return false;
        }
        if !OF_KIN.contains(&property) && self.owns(tail, self.tokenized.words.len()) && tail.start > head.start {
            return true;
        }
        if !OF_THE_SUBJECT.contains(&property) || tail.start < head.end {
            return false;
        }
        let of = head.start >= 2 && self.form(head.start - 1) == "of" && self.belongs(head.start - 2);
        let goes_on = matches!(self.form(head.end + 1), "who" | "which" | "born" | "a" | "an" | "the");
        self.owns(head, tail.start) || of && self.form(head.end) == "," && !goes_on
    }

    fn belongs(&self, word: usize) -> bool {
        BELONGINGS.contains(self.form(word)) && !NOBODY.contains(&self.form(word + 1))
    }

    /// Where what somebody has is named, if a name or pronoun tells of having: after "Vell's", "Vell, whose" and "his".
    fn possession(&self, owner: &Range<usize>) -> Option<usize> {
        let apostrophe = |form: &str| matches!(form, "'" | "’" | "'s" | "’s");
        let last = self.form(owner.end - 1);
        if last == "s" && owner.len() > 1 && apostrophe(self.form(owner.end - 2)) {
            Some(owner.end)
        } else if apostrophe(self.form(owner.end)) {
            Some(owner.end + 1 + usize::from(self.form(owner.end + 1) == "s"))
        } else if self.form(owner.end) == "," && self.form(owner.end + 1) == "whose" {
            Some(owner.end + 2)
        } else {
            matches!(last.to_lowercase().as_str(), "his" | "her" | "their" | "its" | "whose").then_some(owner.end)
        }
    }

    /// Whether somebody of his own is named right after a name; an adjective or two may stand before it: "his elder brother".
    fn owns(&self, owner: &Range<usize>, until: usize) -> bool {
        self.possession(owner).is_some_and(|start| (start..(start + 3).min(until)).any(|word| self.belongs(word)))
    }

    /// Whether a noun between both names says that it is the other way round: "Vell is the father of Marta", "Vell's father, Odd".
    fn is_turned(&self, judged: &Judged) -> bool {
        let property = (self.properties)(judged.relation);
        let (up, down) = (UPWARDS.contains(&property), DOWNWARDS.contains(&property));
        let [head, tail] = &judged.words;
        let [left, right] = judged.in_order();
        let gap = left.end..right.start;
        if !(up || down) || self.is_apart(judged) || gap.is_empty() || gap.len() > LONGEST_TIE {
            return false;
        }
        let of = gap.clone().rev().take(3).find(|word| self.form(*word) == "of");
        let told = |mut places: Range<usize>, parent: bool| {
            let noun = |nouns: &[&str], word: usize| nouns.contains(&self.form(word));
            places.find_map(|word| match () {
                () if noun(&PARENTS, word) => Some(parent),
                () if noun(&CHILDREN, word) => Some(!parent),
                () => None,
            })
        };
        let tie = match (of, self.possession(left)) {
            (Some(of), _) => told(of.saturating_sub(2).max(gap.start)..of, true),
            (None, Some(start)) => told(start..(start + 3).min(right.start), false),
            (None, None) => None,
        };
        // Whether the name on the left is the parent's, and whether the relation says so.
        let says = (head.start <= tail.start) == down;
        tie.is_some_and(|left_is_parent| left_is_parent != says)
    }

    /// Whether one of both is named as one of whom it does not hold: "unlike Vell", "except for Vell".
    fn is_excepted(&self, judged: &Judged) -> bool {
        judged.words.iter().any(|words| {
            let back =
                |by: usize| words.start.checked_sub(by).map_or_else(String::new, |at| self.form(at).to_lowercase());
            let [one, two] = [back(1), back(2)];
            BUT.contains(&one.as_str()) || one == "for" && two == "except" || one == "than" && two == "other"
        })
    }

    /// Whether it tells of a place what is said of somewhere near it, or of one of two: "born near Turin", "in Turin or Rome".
    fn is_beside(&self, judged: &Judged) -> bool {
        if !IN_A_PLACE.contains(&(self.properties)(judged.relation)) {
            return false;
        }
        let tail = &judged.words[1];
        let back = |by: usize| tail.start.checked_sub(by).map_or("", |word| self.form(word));
        let (before, further) = if back(1) == "the" { (back(2), back(3)) } else { (back(1), back(2)) };
        let second =
            before == "and" && tail.start > 4 && (tail.start - 5..tail.start).any(|word| self.form(word) == "between");
        let towards = before == "of" && DIRECTIONS.contains(&further);
        let named = |word: usize| self.form(word).starts_with(char::is_uppercase);
        let either = before == "or" && tail.start > 1 && named(tail.start - 2)
            || self.form(tail.end) == "or" && named(tail.end + 1);
        BESIDE.contains(&before) || towards || either || second
    }

    /// Whether it makes a founder of somebody who did something to what was there: "she nationalised the railways".
    fn was_there(&self, judged: &Judged) -> bool {
        let back = |by: usize| judged.words[0].start.checked_sub(by).map_or("", |word| self.form(word));
        let verb = if back(1) == "the" { back(2) } else { back(1) };
        (self.properties)(judged.relation) == "P112" && AFTER_THE_FOUNDING.contains(verb)
    }

    /// Whether parents, children, brothers and sisters are told of where the text speaks of both.
    fn may_be_kin(&self, judged: &Judged) -> bool {
        if !OF_BLOOD.contains(&(self.properties)(judged.relation)) {
            return true;
        }
        let [one, other] = judged.words.each_ref().map(|words| self.sentence(words));
        let (first, last) = (one.min(other).saturating_sub(1), one.max(other) + 1);
        let start = self.tokenized.words.partition_point(|word| word.sentence < first);
        let end = self.tokenized.words.partition_point(|word| word.sentence <= last);
        let siblings = (self.properties)(judged.relation) == "P3373";
        (start..end).any(|word| {
            let form = self.form(word).to_lowercase();
            KIN.contains(&form)
                || !siblings && (PARENTAGE.contains(&form) || form == "born" && self.form(word + 1) == "to")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    /// What is said of some relations of a text: each a head, a property, a tail and a probability in hundredths.
    fn said(text: &str, told: &[(&str, &'static str, &str, u16)]) -> Vec<Factuality> {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mut names: Vec<&str> = Vec::new();
        let properties: Vec<&str> = told.iter().map(|told| told.1).collect();
        let words = |name: &str| {
            let at = text.find(name).expect("the text says it");
            tokenized.words_under(Span { start: at as u32, end: (at + name.len()) as u32 })
        };
        let mut entity = |name| {
            names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            })
        };
        let mut judged: Vec<Judged> = told
            .iter()
            .map(|&(head, property, tail, score)| Judged {
                ends: [entity(head), entity(tail)],
                words: [words(head), words(tail)],
                relation: properties.iter().position(|known| *known == property).unwrap(),
                score: Score::new(score * 100),
                says: Factuality::Stated,
            })
            .collect();
        let context = Context {
            text,
            tokenized: &tokenized,
            properties: &|relation| properties[relation],
            is_value: &|entity| names[entity].starts_with(char::is_numeric),
            needed: &|_| Score::HALF,
        };
        settle(&mut judged, &context);
        judged.iter().map(|judged| judged.says).collect()
    }

    /// Which of some relations of a text are left.
    fn check(text: &str, told: &[(&str, &'static str, &str, u16)], expected: &[usize]) {
        let says = said(text, told);
        let places: Vec<usize> = (0..says.len()).filter(|&place| says[place] == Factuality::Stated).collect();
        assert_eq!(places, expected, "{text}: {says:?}");
    }

    #[test]
    fn a_neighbour_keeps_what_is_his() {
        let text = "Norsea Oil was founded in 1950. Harbour Press was founded in 1960.";
        let years = [("Norsea", "P571", "1950", 90), ("Norsea", "P571", "1960", 80), ("Harbour", "P571", "1960", 70)];
        check(text, &years, &[0, 2]);
        let text = "Bergen is a city in Norway. Lund is a city in Sweden. It has trees.";
        let both = [("Bergen", "P17", "Norway", 90), ("Bergen", "P17", "Sweden", 95), ("Lund", "P17", "Sweden", 60)];
        check(text, &both, &[0, 2]);
        // Who has nothing of his own may have what is told of another as well.
        let text = "Bergen is a city. Lund lies in Sweden.";
        check(text, &[("Bergen", "P17", "Sweden", 95), ("Lund", "P17", "Sweden", 60)], &[0, 1]);
    }

    #[test]
    fn what_says_the_same_is_known_from_the_ontology() {
        let widest = |property: &str| WIDEST.get(property).cloned();
        for (one, other, turned) in
            [("P22", "P25", false), ("P22", "P40", true), ("P17", "P150", true), ("P674", "P1441", true)]
        {
            let (Some((left, a)), Some((right, b))) = (widest(one), widest(other)) else { panic!("{one} {other}") };
            assert_eq!((left, a != b), (right, turned), "{one} {other}");
        }
        assert!(["P26", "P3373", "P190"].into_iter().all(|mutual| widest(mutual).is_none()));
    }

    #[test]
    fn of_two_contrary_relations_one_is_told() {
        let text = "Lars Vell is the father of Marta Ekdal.";
        check(text, &[("Lars", "P22", "Marta", 60), ("Marta", "P22", "Lars", 80)], &[1]);
        check(text, &[("Lars", "P40", "Marta", 90), ("Lars", "P25", "Marta", 60)], &[0]);
        check(text, &[("Lars", "P26", "Marta", 60), ("Marta", "P26", "Lars", 80)], &[0, 1]);
        let text = "Lars Vell is the father of Marta Ekdal and likes Odd.";
        check(
            text,
            &[("Marta", "P40", "Lars", 90), ("Marta", "P22", "Lars", 60), ("Lars", "P40", "Marta", 55)],
            &[1, 2],
        );
        let text = "Lars Vell's elder daughter, Marta Ekdal, left.";
        check(text, &[("Lars Vell", "P22", "Marta", 90), ("Marta", "P22", "Lars Vell", 60)], &[1]);
        let text = "Shell is the parent company of Norsea.";
        check(text, &[("Shell", "P749", "Norsea", 90), ("Norsea", "P749", "Shell", 60)], &[1]);
        let text = "Shell is the parent company of Norsea, which Shell bought.";
        check(text, &[("Norsea", "P749", "Shell", 60), ("Norsea", "P355", "Shell", 50)], &[0]);
        let text = "Anna Vell was born on 3 May 1921. She died in Oslo.";
        check(text, &[("Anna", "P569", "3 May 1921", 90), ("Anna", "P570", "3 May 1921", 70)], &[0]);
    }

    #[test]
    fn what_is_said_of_a_father_is_not_said_of_his_son() {
        check("Odd Falk's father was born in Bergen.", &[("Odd Falk", "P19", "Bergen", 90)], &[]);
        check("Odd Falk, whose elder brother died in Oslo, left.", &[("Odd Falk", "P20", "Oslo", 90)], &[]);
        check("Karl, the uncle of Odd Falk, died in Oslo.", &[("Odd Falk", "P20", "Oslo", 90)], &[]);
        check("Karl is the son of Odd Falk, who died in Oslo.", &[("Odd Falk", "P20", "Oslo", 90)], &[0]);
        check("Odd Falk's birth in Bergen was easy.", &[("Odd Falk", "P19", "Bergen", 90)], &[0]);
        check("Odd Falk was born in Bergen to his father's joy.", &[("Odd Falk", "P19", "Bergen", 90)], &[0]);
        check("Odd Falk's father was Karl Falk.", &[("Odd Falk", "P22", "Karl Falk", 90)], &[0]);
        check("Norsea was founded by Odd Falk's father.", &[("Norsea", "P112", "Odd Falk", 90)], &[]);
        check("Norsea was founded by Odd Falk's firm.", &[("Norsea", "P112", "Odd Falk", 90)], &[0]);
        check("Odd Falk, unlike Tilda Renn, was born in Bergen.", &[("Tilda Renn", "P19", "Bergen", 90)], &[]);
    }

    #[test]
    fn who_did_something_to_what_was_there_has_not_founded_it() {
        for (verb, kept) in [("nationalised", 0), ("bought the", 0), ("founded", 1), ("set up the", 1)] {
            let text = format!("Vogel {verb} Northern Rail in 1948.");
            check(&text, &[("Northern Rail", "P112", "Vogel", 8_000)], &[0][..kept]);
        }
    }

    #[test]
    fn near_a_place_is_not_in_it() {
        for text in [
            "Odd Falk was born near Bergen.",
            "Odd Falk was born at sea off Bergen.",
            "Odd Falk was born in Bergen or Oslo.",
            "Odd Falk was born in Oslo or Bergen.",
            "Odd Falk was born ten miles north of Bergen.",
        ] {
            check(text, &[("Odd Falk", "P19", "Bergen", 90)], &[]);
        }
        check("Odd Falk was born in Bergen near Oslo.", &[("Odd Falk", "P19", "Bergen", 90)], &[0]);
        check("Odd Falk studied near Bergen.", &[("Odd Falk", "P69", "Bergen", 90)], &[0]);
    }

    #[test]
    fn nobody_is_a_brother_where_nothing_is_said_of_kin() {
        let told = [("Marta", "P3373", "Odd", 90)];
        check("Marta Ekdal was born in Gothenburg. Odd Falk was born in Bergen.", &told, &[]);
        check("Marta Ekdal was born in Gothenburg. Her brother Odd was born in Bergen.", &told, &[0]);
    }

    #[test]
    fn what_does_not_hold_says_why() {
        let said = |text: &str, told: (&str, &'static str, &str, u16)| said(text, &[told])[0];
        assert_eq!(
            said("Odd Falk's father was born in Bergen.", ("Odd Falk", "P19", "Bergen", 90)),
            Factuality::OfAnother
        );
        assert_eq!(
            said("Shell is the parent company of Norsea.", ("Shell", "P749", "Norsea", 90)),
            Factuality::Contrary
        );
        assert_eq!(said("Marta Ekdal met Odd Falk.", ("Marta", "P3373", "Odd", 90)), Factuality::Untold);
        assert_eq!(said("Norsea was sold in 1990.", ("Norsea", "P571", "1990", 90)), Factuality::OfAnotherTime);
    }

    #[test]
    fn of_several_beginnings_those_are_told_that_a_word_tells() {
        let text = "Norsea Oil (1990) makes oil. It began in 1950 and was founded anew in 1960. It grew in 1970.";
        let years = ["1990", "1950", "1960", "1970"].map(|year| ("Norsea Oil", "P571", year, 90));
        check(text, &years, &[1, 2]);
        let text = "Norsea Oil (1990) makes oil. Since 3 May 1950 it grows; a tower of 1950.";
        let years = [
            ("Norsea Oil", "P571", "1990", 70),
            ("Norsea Oil", "P571", "3 May 1950", 90),
            ("Norsea Oil", "P571", "1950", 60),
        ];
        check(text, &years, &[1, 2]);
        // What would not be taken in takes nothing away.
        let text = "Norsea Oil (1990) makes oil. It began in 1950.";
        check(text, &[("Norsea Oil", "P571", "1990", 90), ("Norsea Oil", "P571", "1950", 40)], &[0, 1]);
        check(text, &[("Norsea Oil", "P577", "1990", 90), ("Norsea Oil", "P577", "1950", 80)], &[0, 1]);
    }
}
