//! What of the relations of a text cannot hold together, or is said of somebody else: a head that has a value in its own
//! sentence does not take its neighbour's; nobody is the father of his father; one date is not of a birth and a death;
//! "Vell's father was born in Turin" says nothing of Vell's birth; nobody is a brother where nothing is said of kin.
//!
//! In: the relations that a window's pairs were judged to have. Out: those that are left. Never: a relation that was not
//! there.

use super::layout::TokenizedText;
use kgloom_record::record::Score;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A relation that a pair was judged to have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judged {
    /// Head and tail, entities of the window.
    pub ends: [usize; 2],
    /// The words by which it is told: the mentions of both, or pronouns for them, that stand closest to each other.
    pub words: [Range<usize>; 2],
    /// An index into the relations of the model.
    pub relation: usize,
    /// How probable it is.
    pub score: Score,
}

/// Relations that hold both ways.
const MUTUAL: [&str; 3] = ["P190", "P26", "P3373"];
/// Relations that turn the other way round what another says.
const TURNED: [(&str, &str); 11] = [
    ("P1376", "P36"),
    ("P1366", "P1365"),
    ("P150", "P131"),
    ("P156", "P155"),
    ("P1441", "P674"),
    ("P355", "P749"),
    ("P40", "P22"),
    ("P403", "P974"),
    ("P4969", "P144"),
    ("P527", "P361"),
    ("P710", "P1344"),
];
/// Relations that say of the same ends what another says: a mother is a parent as a father is.
const ALIKE: [(&str, &str); 2] = [("P17", "P131"), ("P25", "P22")];
/// Relations of which a head has one tail.
const ONE_TAIL: [&str; 6] = ["P19", "P20", "P22", "P25", "P569", "P570"];
/// Two relations that one date does not tell of one head.
const CONTRARY: [(&str, &str); 3] = [("P569", "P570"), ("P571", "P576"), ("P580", "P582")];
/// What is told of the subject of a sentence, and not of whose father, firm or dog that is.
const OF_THE_SUBJECT: [&str; 16] = [
    "P102", "P106", "P108", "P1196", "P140", "P159", "P19", "P20", "P27", "P39", "P569", "P570", "P571", "P576", "P69",
    "P937",
];
/// What is told of the place itself, and not of what lies beside it.
const IN_A_PLACE: [&str; 6] = ["P131", "P159", "P19", "P20", "P276", "P551"];
const BESIDE: [&str; 7] = ["beyond", "between", "near", "off", "opposite", "outside", "nearby"];
const DIRECTIONS: [&str; 8] = ["north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"];
/// Who or what may be somebody's and have a life of its own.
const BELONGINGS: &str = "
    agent assistant aunt boss boy brother brother-in-law cat child children colleague cousin coach daughter daughter-in-law
    dog doctor driver ex-husband ex-wife family father father-in-law fiancé fiancée friend girlfriend boyfriend
    granddaughter grandfather grandmother grandparents grandson great-grandfather great-grandmother half-brother half-sister horse
    husband landlord lawyer maid manager mentor mother mother-in-law nephew neighbour neighbor niece nurse parents partner
    predecessor pupil rival secretary servant sibling siblings sister sister-in-law son son-in-law stepbrother stepdaughter
    stepfather stepmother stepsister stepson student successor teacher tutor twin uncle widow widower wife
";
/// Words without which a text tells of no brothers and sisters.
const KIN: &str = "
    aunt aunts brother brothers child children dad daughter daughters eldest elder family father half-brother half-sister kid
    kids mother mum orphan orphans parents sibling siblings sis sister sisters son sons stepbrother stepsister triplets twin twins
    uncle uncles younger youngest
";

/// What a window's relations are judged by.
pub(super) struct Context<'a> {
    pub text: &'a str,
    pub tokenized: &'a TokenizedText,
    /// The property of each relation, where the model knows it.
    pub properties: &'a dyn Fn(usize) -> &'a str,
    /// Whether an entity is a value.
    pub is_value: &'a dyn Fn(usize) -> bool,
}

/// The relations that are left, in their order.
pub(super) fn settle(judged: Vec<Judged>, context: &Context<'_>) -> Vec<Judged> {
    let holds =
        |judged: &Judged| !context.is_of_another(judged) && !context.is_beside(judged) && context.may_be_kin(judged);
    let mut kept: Vec<Judged> = judged.into_iter().filter(holds).collect();
    drop_where(&mut kept, |all| context.of_neighbours(all));
    drop_where(&mut kept, |all| context.turned_round(all));
    drop_where(&mut kept, |all| context.contrary(all));
    kept
}

fn drop_where(judged: &mut Vec<Judged>, losers: impl Fn(&[Judged]) -> BTreeSet<usize>) {
    let losers = losers(judged);
    let mut place = 0;
    judged.retain(|_| {
        place += 1;
        !losers.contains(&(place - 1))
    });
}

impl<'a> Context<'a> {
    fn sentence(&self, words: &Range<usize>) -> usize {
        self.tokenized.words[words.start].sentence
    }

    fn is_apart(&self, judged: &Judged) -> bool {
        self.sentence(&judged.words[0]) != self.sentence(&judged.words[1])
    }

    fn form(&self, word: usize) -> &'a str {
        self.tokenized.words.get(word).and_then(|word| word.span.of(self.text)).unwrap_or_default()
    }

    /// Relations over the end of a sentence whose tail is another head's there, and whose head has another tail of its own;
    /// of a value its being another's is enough, of a head that has one tail its having its own.
    fn of_neighbours(&self, all: &[Judged]) -> BTreeSet<usize> {
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
        (0..all.len()).filter(|&place| lost(&all[place])).collect()
    }

    /// Of two that say the contrary of the same pair, the less probable; of equals the later.
    fn turned_round(&self, all: &[Judged]) -> BTreeSet<usize> {
        let mut best: BTreeMap<(&str, usize, usize), usize> = BTreeMap::new();
        let form = |judged: &Judged| -> Option<(&str, [usize; 2])> {
            let property = (self.properties)(judged.relation);
            if property.is_empty() || MUTUAL.contains(&property) {
                return None;
            }
            let [head, tail] = judged.ends;
            let [turned, alike] = [&TURNED[..], &ALIKE].map(|forms| forms.iter().find(|(from, _)| *from == property));
            Some(match (turned, alike) {
                (Some((_, to)), _) => (to, [tail, head]),
                (None, Some((_, to))) => (to, [head, tail]),
                (None, None) => (property, [head, tail]),
            })
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
            let Some((property, [head, tail])) = form(&all[*place]) else { return false };
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
    fn contrary(&self, all: &[Judged]) -> BTreeSet<usize> {
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

    /// Whether it is said of somebody who is the head's, or whose the head is: "Vell's father was born", "the uncle of Vell, died".
    fn is_of_another(&self, judged: &Judged) -> bool {
        let [head, tail] = &judged.words;
        if !OF_THE_SUBJECT.contains(&(self.properties)(judged.relation))
            || self.is_apart(judged)
            || tail.start < head.end
        {
            return false;
        }
        let belongs = |word: usize| words_of(BELONGINGS).any(|belonging| belonging == self.form(word));
        let last = self.form(head.end - 1);
        let mut after = head.end;
        let apostrophe = |form: &str| matches!(form, "'" | "’" | "'s" | "’s");
        let possessive = if last == "s" && head.len() > 1 && apostrophe(self.form(head.end - 2)) || last.ends_with("'s")
        {
            true
        } else if apostrophe(self.form(after)) {
            after += 1 + usize::from(self.form(after + 1) == "s");
            true
        } else if self.form(after) == "," && self.form(after + 1) == "whose" {
            after += 2;
            true
        } else {
            matches!(last.to_lowercase().as_str(), "his" | "her" | "their" | "its" | "whose")
        };
        // An adjective or two may stand before it: "his elder brother".
        let theirs = possessive && (after..(after + 3).min(tail.start)).any(belongs);
        let of = head.start >= 2 && self.form(head.start - 1) == "of" && belongs(head.start - 2);
        let goes_on = matches!(self.form(head.end + 1), "who" | "which" | "born" | "a" | "an" | "the");
        let apposed = of && self.form(head.end) == "," && !goes_on;
        theirs || apposed
    }

    /// Whether it tells of a place what is said of somewhere near it, or of one of two: "born near Turin", "in Turin or Rome".
    fn is_beside(&self, judged: &Judged) -> bool {
        if !IN_A_PLACE.contains(&(self.properties)(judged.relation)) {
            return false;
        }
        let tail = &judged.words[1];
        let back = |by: usize| tail.start.checked_sub(by).map_or("", |word| self.form(word));
        let (before, further) = if back(1) == "the" { (back(2), back(3)) } else { (back(1), back(2)) };
        let towards = before == "of" && DIRECTIONS.contains(&further);
        let named = |word: usize| self.form(word).starts_with(char::is_uppercase);
        let either = before == "or" && tail.start > 1 && named(tail.start - 2)
            || self.form(tail.end) == "or" && named(tail.end + 1);
        BESIDE.contains(&before) || towards || either
    }

    /// Whether brothers and sisters are told of where the text speaks of both.
    fn may_be_kin(&self, judged: &Judged) -> bool {
        if (self.properties)(judged.relation) != "P3373" {
            return true;
        }
        let [one, other] = judged.words.each_ref().map(|words| self.sentence(words));
        let (first, last) = (one.min(other).saturating_sub(1), one.max(other) + 1);
        let start = self.tokenized.words.partition_point(|word| word.sentence < first);
        let end = self.tokenized.words.partition_point(|word| word.sentence <= last);
        (start..end).any(|word| {
            let form = self.form(word).to_lowercase();
            words_of(KIN).any(|kin| kin == form)
        })
    }
}

fn words_of(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    /// Which of some relations of a text are left: each a head, a property, a tail and a probability in hundredths.
    fn check(text: &str, told: &[(&str, &'static str, &str, u16)], expected: &[usize]) {
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
        let judged: Vec<Judged> = told
            .iter()
            .map(|&(head, property, tail, score)| Judged {
                ends: [entity(head), entity(tail)],
                words: [words(head), words(tail)],
                relation: properties.iter().position(|known| *known == property).unwrap(),
                score: Score::new(score * 100),
            })
            .collect();
        let context = Context {
            text,
            tokenized: &tokenized,
            properties: &|relation| properties[relation],
            is_value: &|entity| names[entity].starts_with(char::is_numeric),
        };
        let left = settle(judged.clone(), &context);
        let places: Vec<usize> =
            left.iter().map(|left| judged.iter().position(|judged| judged == left).unwrap()).collect();
        assert_eq!(places, expected, "{text}");
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
    fn of_two_contrary_relations_one_is_told() {
        let text = "Lars Vell is the father of Marta Ekdal.";
        check(text, &[("Lars", "P22", "Marta", 60), ("Marta", "P22", "Lars", 80)], &[1]);
        check(text, &[("Lars", "P40", "Marta", 90), ("Lars", "P25", "Marta", 60)], &[0]);
        check(text, &[("Lars", "P26", "Marta", 60), ("Marta", "P26", "Lars", 80)], &[0, 1]);
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
}
