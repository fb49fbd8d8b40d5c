//! Verbs. In: words. Out: the things of which a verb phrase holds ("was born in X"), or that a clause lacks ("did X write").
//! Never: a verb with its ends exchanged: what stands before and after it, its voice and "by" tell which is which.

use crate::dates;
use crate::lexicon::{End, Hop, PREPOSITIONS, Verb};
use crate::parse::{Grammar, Voice, kept};
use crate::reading::{Meaning, Parse};
use kgloom_english::stems;
use kgloom_record::record::Iri;
use std::collections::BTreeMap;

pub(crate) const BE: [&str; 5] = ["is", "are", "was", "were", "be"];
pub(crate) const DO: [&str; 3] = ["did", "does", "do"];
pub(crate) const HAVE: [&str; 3] = ["has", "have", "had"];
/// What stands before places and times.
const AT: [&str; 4] = ["in", "at", "on", "near"];
/// Words inside a verb phrase that change nothing that the graph knows.
const ADVERBS: [&str; 14] = [
    "also", "ever", "been", "being", "once", "exactly", "actually", "then", "mainly", "mostly", "still", "both",
    "together", "get",
];

impl Grammar<'_> {
    /// The things of which a verb phrase holds.
    pub(crate) fn verb_phrase(&self, start: usize, end: usize, voice: Voice) -> Vec<Parse> {
        let mut found = self.simple_verb_phrase(start, end, voice);
        for middle in start + 1..end.saturating_sub(1) {
            if self.is(middle, &["and"]) {
                for one in self.simple_verb_phrase(start, middle, voice) {
                    let others = self.simple_verb_phrase(middle + 1, end, voice);
                    let full = self.simple_verb_phrase(middle + 1, end, Voice::Full);
                    found.extend(others.into_iter().chain(full).map(|other| Parse {
                        cost: one.cost + other.cost,
                        meaning: Meaning::Both(Box::new(one.meaning.clone()), Box::new(other.meaning)),
                    }));
                }
            }
        }
        found.extend(self.place_and_time(start, end, voice));
        kept(found)
    }

    /// "born in X in 1950", "born in 1950 in X": the same verb with two objects, one of which is a date.
    fn place_and_time(&self, start: usize, end: usize, voice: Voice) -> Vec<Parse> {
        let is_date = |from: usize, to: usize| from < to && dates::date(&self.words[from..to]).is_some();
        let mut found = Vec::new();
        for second in start + 3..end.saturating_sub(1) {
            let after_date = || (start + 2..second).any(|first| self.is(first - 1, &AT) && is_date(first, second));
            if !self.is(second, &AT) || is_date(second + 1, end) == after_date() {
                continue;
            }
            let others = self.with_objects(start, end, voice, Some(second));
            for one in self.simple_verb_phrase(start, second, voice) {
                found.extend(others.iter().map(|other| Parse {
                    cost: one.cost + other.cost,
                    meaning: Meaning::Both(Box::new(one.meaning.clone()), Box::new(other.meaning.clone())),
                }));
            }
        }
        found
    }

    fn simple_verb_phrase(&self, start: usize, end: usize, voice: Voice) -> Vec<Parse> {
        self.with_objects(start, end, voice, None)
    }

    /// The things of which a verb holds with what stands after it, or after its second preposition, where that is named.
    fn with_objects(&self, start: usize, end: usize, voice: Voice, second: Option<usize>) -> Vec<Parse> {
        let (place, be) = self.auxiliaries(start, end, voice == Voice::Be, voice == Voice::Full);
        let reduced = voice == Voice::Reduced;
        let mut ends: BTreeMap<(usize, bool), Vec<Hop>> = BTreeMap::new();
        for verb in &self.lexicon.verbs {
            let Some(after) = self.verb_words(&verb.words, place, end) else { continue };
            let hop = |asked| Hop { weak: verb.weak, relation: verb.relation.clone(), asked };
            let vague = verb.words.is_empty();
            let mut add = |object: usize, asked: End| {
                if object < end {
                    ends.entry((object, vague)).or_default().push(hop(asked));
                }
            };
            if let Some(second) = second {
                let fits = !vague && after < second && self.is(after, &AT) && self.preposition(verb, second, end);
                if fits && (verb.be == be || reduced) {
                    add(second + 1, verb.subject);
                }
            } else if !verb.prepositions.is_empty() {
                if (verb.be == be || reduced) && self.preposition(verb, after, end) {
                    add(after + 1, verb.subject);
                }
                // "was awarded the prize", "works": said without the preposition by nobody.
            } else if verb.be {
                if be || reduced && !vague {
                    add(after, verb.subject);
                }
            } else {
                let going = reduced && self.words.get(place).is_some_and(|word| word.plain.ends_with("ing"));
                if !be && !reduced || going {
                    add(after, verb.subject);
                }
                if (be || reduced) && self.is_participle(place) && self.is(after, &["by"]) {
                    add(after + 1, verb.subject.other());
                }
            }
        }
        let mut found = Vec::new();
        for ((object, vague), hops) in ends {
            for of in self.noun_phrase(object, end, false) {
                let mut hops = hops.clone();
                if matches!(of.meaning, Meaning::Moment(_)) {
                    hops.retain(|hop| self.takes_dates(hop, vague));
                }
                if !hops.is_empty() {
                    found.push(Parse { cost: of.cost, meaning: Meaning::step(hops, true, of.meaning) });
                }
            }
        }
        if !be && second.is_none() && matches!(voice, Voice::Full | Voice::Do) {
            found.extend(self.running(place, || self.noun_phrase(place + 1, end, false)));
        }
        if be && second.is_none() && voice == Voice::Full {
            found.extend(self.noun_phrase(place, end, false).into_iter().filter(|parse| !parse.meaning.is_bare()));
        }
        found
    }

    /// Whether a date may stand where a hop starts; where the ontology does not say so, only after a verb that says more than "is".
    fn takes_dates(&self, hop: &Hop, vague: bool) -> bool {
        let Some(relation) = self.ontology.relation(&hop.relation) else { return !vague };
        let starts = if hop.asked == End::Head { &relation.range } else { &relation.domain };
        let time = kgloom_record::vocabulary::own("Time");
        let is_date = |class: &Iri| {
            class.as_str().starts_with("http://www.w3.org/2001/XMLSchema#") || self.ontology.is_kind_of(class, &time)
        };
        starts.is_empty() && !vague || starts.iter().any(is_date)
    }

    /// Where the words after auxiliaries begin, and whether one of those is a form of "to be".
    fn auxiliaries(&self, start: usize, end: usize, mut be: bool, takes: bool) -> (usize, bool) {
        let mut place = start;
        while place < end {
            if takes && self.is(place, &BE) {
                be = true;
            } else if takes
                && place == start
                && self.is(place, &HAVE)
                && place + 1 < end
                && self.is_participle(place + 1)
            {
                be |= self.is(place + 1, &["been"]);
            } else if !self.is(place, &ADVERBS) {
                break;
            }
            place += 1;
        }
        (place, be)
    }

    /// Whether a word may be a participle: no base form of a verb.
    fn is_participle(&self, place: usize) -> bool {
        let Some(word) = self.words.get(place) else { return false };
        let unchanged = ["set", "put", "shot", "cut", "read", "built", "run", "won", "led", "held", "sung", "found"];
        stems(&word.plain).len() > 1 && !word.plain.ends_with("ing")
            || word.is(&unchanged)
            || word.plain.ends_with("en")
    }

    /// The place after the words of a verb, if they stand here; articles between them are passed over.
    fn verb_words(&self, words: &[String], mut place: usize, end: usize) -> Option<usize> {
        for known in words {
            if place < end && self.is(place, &["the", "a", "an"]) && !["the", "a"].contains(&known.as_str()) {
                place += 1;
            }
            if place >= end || !self.fits(place, known) {
                return None;
            }
            place += 1;
            while place < end && self.is(place, &["also", "together", "originally"]) {
                place += 1;
            }
        }
        Some(place)
    }

    /// Whether the word at a place is an inflection of a verb, or its base form where the phrase has the participle.
    fn fits(&self, place: usize, known: &str) -> bool {
        let word = &self.words[place];
        word.of(known) || known.ends_with("ed") && stems(known).contains(&word.plain)
    }

    fn preposition(&self, verb: &Verb, place: usize, end: usize) -> bool {
        place < end && verb.prepositions.iter().any(|known| self.words[place].plain == *known)
    }

    /// What a clause lacks: "did X write", "was X born in", "X wrote"; `lead` is a preposition that stands before the question
    /// word, `asks` a question word that stands for place or time.
    pub(crate) fn clause(&self, start: usize, end: usize, lead: Option<&str>, asks: Option<&str>) -> Vec<Parse> {
        let inverted = [BE.as_slice(), &DO, &HAVE].iter().any(|auxiliary| self.is(start, auxiliary));
        // "where can X be found" asks where it is.
        if self.is(start, &["can"]) && self.is(end.saturating_sub(2), &["be"]) && self.is(end - 1, &["found", "seen"]) {
            let hops = asks.map(|asks| self.asked_by(asks, end, end, true)).unwrap_or_default();
            let subjects = if hops.is_empty() { Vec::new() } else { self.noun_phrase(start + 1, end - 2, false) };
            let step = |set: Parse| Parse { cost: set.cost, meaning: Meaning::step(hops.clone(), false, set.meaning) };
            return subjects.into_iter().map(step).collect();
        }
        let mut found = Vec::new();
        let first = start + usize::from(inverted);
        for middle in first + 1..=end {
            let subjects = self.noun_phrase(first, middle, false);
            if subjects.is_empty() {
                continue;
            }
            let (place, be) = match inverted {
                true => {
                    let (place, inner) = self.auxiliaries(middle, end, false, false);
                    let been = self.is(start, &HAVE) && self.is(middle, &["been"]);
                    (place, self.is(start, &BE) || inner || been)
                }
                false => self.auxiliaries(middle, end, false, true),
            };
            if let Some(asks) = asks.filter(|_| self.is(start, &DO)) {
                found.extend(self.done(asks, place, end));
            }
            let hops = match asks {
                Some(asks) => self.asked_by(asks, place, end, be),
                None => self.lacking(place, end, be, lead),
            };
            if hops.is_empty() {
                continue;
            }
            // Where the headquarters of somebody are is told by what they are.
            let vague = place == end || place + 1 == end && be && self.is(place, &PREPOSITIONS);
            for subject in subjects {
                let cost = subject.cost + if vague && !subject.meaning.is_bare() { 2 } else { 0 };
                found.push(Parse { cost, meaning: Meaning::step(hops.clone(), asks.is_none(), subject.meaning) });
            }
        }
        kept(found)
    }

    /// "did X publish Y", of which "when" asks when Y was published.
    fn done(&self, asks: &str, place: usize, end: usize) -> Vec<Parse> {
        let mut ends: BTreeMap<usize, Vec<Hop>> = BTreeMap::new();
        for adverb in self.lexicon.adverbs.iter().filter(|adverb| adverb.asks == asks && adverb.be) {
            if let Some(after) =
                self.verb_words(&adverb.words, place, end).filter(|after| place < *after && *after < end)
            {
                let hop = Hop { weak: adverb.weak, relation: adverb.relation.clone(), asked: adverb.subject.other() };
                ends.entry(after).or_default().push(hop);
            }
        }
        let mut found = Vec::new();
        for (object, hops) in ends {
            for of in self.noun_phrase(object, end, false) {
                found.push(Parse { cost: of.cost + 1, meaning: Meaning::step(hops.clone(), false, of.meaning) });
            }
        }
        found
    }

    /// The relations of which the words here lack the object.
    fn lacking(&self, place: usize, end: usize, be: bool, lead: Option<&str>) -> Vec<Hop> {
        let mut hops = Vec::new();
        for verb in &self.lexicon.verbs {
            let Some(after) = self.verb_words(&verb.words, place, end) else { continue };
            let hop = |asked| Hop { weak: verb.weak, relation: verb.relation.clone(), asked };
            let led = lead.is_some_and(|lead| verb.prepositions.iter().any(|known| known == lead));
            let trailing = after + 1 == end && self.preposition(verb, after, end);
            if !verb.prepositions.is_empty() {
                if verb.be == be && (led && after == end || trailing && lead.is_none()) {
                    hops.push(hop(verb.subject.other()));
                }
                continue;
            }
            let by =
                lead == Some("by") && after == end || lead.is_none() && after + 1 == end && self.is(after, &["by"]);
            if verb.be == be && after == end && lead.is_none() && (!verb.words.is_empty() || !be) {
                hops.push(hop(verb.subject.other()));
            }
            if !verb.be && be && by {
                hops.push(hop(verb.subject));
            }
        }
        hops
    }

    /// The relations that a question word asks for with these words.
    fn asked_by(&self, asks: &str, place: usize, end: usize, be: bool) -> Vec<Hop> {
        let mut hops = Vec::new();
        for adverb in self.lexicon.adverbs.iter().filter(|adverb| adverb.asks == asks && adverb.be == be) {
            let Some(mut after) = self.verb_words(&adverb.words, place, end) else { continue };
            let trailing: &[&str] = if asks == "where" { &["at", "in", "from", "to"] } else { &["on", "in"] };
            if after + 1 == end && self.is(after, trailing) {
                after += 1;
            }
            if after == end {
                hops.push(Hop { weak: adverb.weak, relation: adverb.relation.clone(), asked: adverb.subject.other() });
            }
        }
        if hops.is_empty() {
            hops = self.told_by_range(asks, place, end, be);
        }
        hops
    }

    /// The relations that must have a tail for the words here to be true: "married".
    pub(crate) fn existing(&self, place: usize, end: usize, be: bool) -> Vec<Hop> {
        let fits = |verb: &&Verb| verb.be && be && verb.words.iter().any(|word| word != "a");
        let here = |verb: &&Verb| self.verb_words(&verb.words, place, end) == Some(end);
        let hop = |verb: &Verb| Hop { weak: verb.weak, relation: verb.relation.clone(), asked: verb.subject.other() };
        self.lexicon.verbs.iter().filter(fits).filter(here).map(hop).collect()
    }

    /// A verb that has places or times after a preposition is one that where or when asks for, too.
    fn told_by_range(&self, asks: &str, place: usize, end: usize, be: bool) -> Vec<Hop> {
        let (class, usual): (&str, &[&str]) = match asks {
            "where" => ("Location", &["in", "at", "on", "near"]),
            "when" => ("Time", &["in", "on", "at"]),
            _ => return Vec::new(),
        };
        let class = kgloom_record::vocabulary::own(class);
        let fits = |verb: &&Verb| {
            let relation = self.ontology.relation(&verb.relation);
            let range = relation.is_some_and(|relation| {
                let asked = if verb.subject == End::Head { &relation.range } else { &relation.domain };
                !asked.is_empty() && asked.iter().any(|one| self.ontology.is_kind_of(one, &class))
            });
            range
                && verb.be == be
                && !verb.words.is_empty()
                && verb.prepositions.iter().any(|p| usual.contains(&p.as_str()))
        };
        let here = |verb: &&Verb| self.verb_words(&verb.words, place, end) == Some(end);
        let hop = |verb: &Verb| Hop { weak: true, relation: verb.relation.clone(), asked: verb.subject.other() };
        self.lexicon.verbs.iter().filter(fits).filter(here).map(hop).collect()
    }
}
