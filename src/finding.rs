//! Things by what they may be called. In: what somebody typed, everything that has a name. Out: the things that may be meant,
//! the likeliest first. Never: a thing without a name; an order that two runs could see differently.

use connectors::store::{Described, expand};
use kgloom_asking::plain;
use kgloom_record::record::Iri;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

/// Names at least so alike are shown where nothing better is (Jaro and Winkler).
const ALIKE: f64 = 0.88;

/// How a name fits what was typed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is the IRI.
    Iri,
    /// It is the name.
    Name,
    /// It is another name.
    Alias,
    /// A name begins so.
    Beginning,
    /// A name holds words that begin so.
    Words,
    /// A name is spelt much like it.
    Alike,
}

impl Fit {
    /// The fit in a word.
    pub fn word(self) -> &'static str {
        match self {
            Fit::Iri => "IRI",
            Fit::Name => "name",
            Fit::Alias => "alias",
            Fit::Beginning => "beginning",
            Fit::Words => "words",
            Fit::Alike => "alike",
        }
    }
}

/// A thing that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Its IRI.
    pub iri: &'a Iri,
    /// The name that fits.
    pub name: &'a str,
    /// How it fits.
    pub fit: Fit,
    /// The thing.
    pub thing: &'a Described,
}

/// Names in plain form (see [`kgloom_asking::plain`]), each with the things that bear it.
pub type Names = BTreeMap<String, BTreeMap<Iri, u64>>;

/// All things that may be meant, the likeliest first. Things that are merely spelt alike are left out where something fits better.
pub fn find<'a>(described: &'a BTreeMap<Iri, Described>, typed: &str) -> Vec<Found<'a>> {
    let mut names = Names::new();
    for (iri, thing) in described {
        for name in thing.labels.iter().chain(&thing.aliases) {
            *names.entry(plain(name)).or_default().entry(iri.clone()).or_default() += 1;
        }
    }
    likeliest((described, &names), typed, &|_| true, usize::MAX)
}

/// The likeliest `most` of the things that may be meant and that fit otherwise; `names` are all names of all things. Worse fits are
/// not looked for where better ones are enough.
pub fn likeliest<'a>(
    (described, names): (&'a BTreeMap<Iri, Described>, &Names),
    typed: &str,
    fits: &dyn Fn(&Described) -> bool,
    most: usize,
) -> Vec<Found<'a>> {
    let mut gathered = Gathered { described, fits, most, found: Vec::new(), known: HashSet::new() };
    let bare = typed.trim().trim_start_matches('<').trim_end_matches('>');
    let itself: Vec<Iri> = [Some(bare.to_owned()), expand(bare)].into_iter().flatten().map(Iri::new).collect();
    gathered.take(itself.iter(), Fit::Iri, |_| true);
    let wanted = plain(typed);
    if wanted.is_empty() {
        return gathered.found;
    }
    let is_it = |name: &str| name == wanted;
    gathered.take(names.get(&wanted).into_iter().flat_map(BTreeMap::keys), Fit::Name, is_it);
    gathered.take(names.get(&wanted).into_iter().flat_map(BTreeMap::keys), Fit::Alias, is_it);
    let begins = |name: &str| name.starts_with(&wanted);
    let beginning = names.range(wanted.clone()..).take_while(|(name, _)| begins(name));
    gathered.take(beginning.flat_map(|(_, bearers)| bearers.keys()), Fit::Beginning, begins);
    let words: Vec<&str> = wanted.split(' ').collect();
    let holds = |name: &str| words.iter().all(|word| name.split(' ').any(|other| other.starts_with(word)));
    let holding = names.iter().filter(|(name, _)| holds(name));
    gathered.take(holding.flat_map(|(_, bearers)| bearers.keys()), Fit::Words, holds);
    // Spelling is compared, which takes longest, where nothing fits.
    if gathered.found.is_empty() {
        let spelling = Spelling::of(&wanted);
        let is_like = |name: &str| spelling.is_like(name);
        let alike = names.iter().filter(|(name, _)| is_like(name));
        gathered.take(alike.flat_map(|(_, bearers)| bearers.keys()), Fit::Alike, is_like);
    }
    gathered.found
}

/// What was found so far, the better fits first.
struct Gathered<'a, 'f> {
    described: &'a BTreeMap<Iri, Described>,
    fits: &'f dyn Fn(&Described) -> bool,
    most: usize,
    found: Vec<Found<'a>>,
    known: HashSet<&'a Iri>,
}

impl<'a> Gathered<'a, '_> {
    /// Takes what is not found yet of things that fit so, by a name that `is_it`: the likeliest first, as many as are still wanted.
    fn take<'n>(&mut self, things: impl Iterator<Item = &'n Iri>, fit: Fit, is_it: impl Fn(&str) -> bool) {
        let left = self.most.saturating_sub(self.found.len());
        if left == 0 {
            return;
        }
        let named = |thing: &'a Described| {
            let aliases = if fit == Fit::Name { &[] } else { thing.aliases.as_slice() };
            thing.labels.iter().chain(aliases).filter(|name| is_it(&plain(name))).min()
        };
        let (described, mut new) = (self.described, Vec::new());
        for (iri, thing) in things.filter_map(|iri| described.get_key_value(iri)) {
            // Who has a name as an alias only is not known by it yet.
            let is_new = (self.fits)(thing) && (fit != Fit::Name || named(thing).is_some()) && self.known.insert(iri);
            new.extend(is_new.then_some((iri, thing)));
        }
        // All may be many; those of which least is said need no look at their names.
        if new.len() > left {
            let (_, (_, last), _) = new.select_nth_unstable_by_key(left - 1, |(_, thing)| Reverse(thing.facts));
            let least = last.facts;
            new.retain(|(_, thing)| thing.facts >= least);
        }
        let found = new.into_iter().filter_map(|(iri, thing)| Some(Found { iri, name: named(thing)?, fit, thing }));
        let mut found: Vec<Found<'a>> = found.collect();
        found.sort_by_key(|one| (Reverse(one.thing.facts), one.name, one.iri));
        found.truncate(left);
        self.found.append(&mut found);
    }
}

/// How a name is spelt, to compare others with it.
struct Spelling<'w> {
    wanted: &'w str,
    length: usize,
    /// How often it has each letter of ASCII.
    letters: [u16; 128],
}

impl Spelling<'_> {
    fn of(wanted: &str) -> Spelling<'_> {
        let mut letters = [0_u16; 128];
        for letter in wanted.bytes().filter(u8::is_ascii) {
            letters[usize::from(letter)] = letters[usize::from(letter)].saturating_add(1);
        }
        Spelling { wanted, length: wanted.chars().count(), letters }
    }

    /// Whether another name is spelt much like it. Most are not by the letters that they share, which bound the measure from above
    /// and are soon counted.
    fn is_like(&self, name: &str) -> bool {
        let (mut left, mut shared, mut length) = (self.letters, 0, 0);
        for letter in name.chars() {
            length += 1;
            match left.get_mut(letter as usize) {
                None => shared += 1,
                Some(0) => {}
                Some(count) => {
                    *count -= 1;
                    shared += 1;
                }
            }
        }
        let begin = self.wanted.chars().zip(name.chars()).take(4).take_while(|(one, other)| one == other).count();
        let share = |of: usize| shared.min(of) as f64 / of.max(1) as f64;
        let jaro = (share(self.length) + share(length) + 1.0) / 3.0;
        let most = jaro + 0.1 * begin as f64 * (1.0 - jaro);
        most + 1e-9 >= ALIKE && strsim::jaro_winkler(name, self.wanted) >= ALIKE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn world() -> BTreeMap<Iri, Described> {
        let thing = |name: &str, label: &str, aliases: &[&str], facts| {
            let aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
            (
                Iri::new(format!("urn:kgloom:{name}")),
                Described { labels: vec![label.to_owned()], aliases, facts, ..Described::default() },
            )
        };
        BTreeMap::from([
            thing("person:Ada_Lovelace", "Ada Lovelace", &["Countess of Lovelace"], 7),
            thing("person:Ada_Yonath", "Ada Yonath", &[], 3),
            thing("location:Ada", "Ada", &[], 1),
            thing("person:O_Hara", "Marta O\u{2019}Hara", &[], 2),
            thing("person:D_Arcy", "Elsa D\u{2018}Ar\u{AD}cy", &[], 2),
        ])
    }

    #[track_caller]
    fn check(typed: &str, expected: &[(&str, Fit)]) {
        let world = world();
        let found: Vec<_> = find(&world, typed)
            .iter()
            .map(|found| (found.iri.as_str().rsplit(':').next().unwrap().to_owned(), found.fit))
            .collect();
        let expected: Vec<_> = expected.iter().map(|(name, fit)| ((*name).to_owned(), *fit)).collect();
        assert_eq!(found, expected, "{typed}");
    }

    #[test]
    fn the_likeliest_come_first() {
        check("ada", &[("Ada", Fit::Name), ("Ada_Lovelace", Fit::Beginning), ("Ada_Yonath", Fit::Beginning)]);
        check("COUNTESS of lovelace", &[("Ada_Lovelace", Fit::Alias)]);
        check("lovelace", &[("Ada_Lovelace", Fit::Words)]);
        check("Ada Lovelase", &[("Ada_Lovelace", Fit::Alike)]);
        check("Marta O'Hara", &[("O_Hara", Fit::Name)]);
        check("elsa d`arcy", &[("D_Arcy", Fit::Name)]);
        check("person:Ada_Yonath", &[("Ada_Yonath", Fit::Iri)]);
        check("<urn:kgloom:location:Ada>", &[("Ada", Fit::Iri)]);
        check("Zebedee", &[]);
        check(" ", &[]);
    }

    /// The same by looking at every name of every thing.
    fn looked_for<'a>(
        described: &'a BTreeMap<Iri, Described>,
        typed: &str,
        fits: &dyn Fn(&Described) -> bool,
    ) -> Vec<Found<'a>> {
        let (full, wanted) = (expand(typed), plain(typed));
        let named = |name: &str, alias| match name {
            _ if wanted.is_empty() => None,
            name if name == wanted => Some(if alias { Fit::Alias } else { Fit::Name }),
            name if name.starts_with(&wanted) => Some(Fit::Beginning),
            name => {
                let holds = |word: &str| name.split(' ').any(|other| other.starts_with(word));
                wanted.split(' ').all(holds).then_some(Fit::Words)
            }
        };
        let all = |how: &dyn Fn(&str, bool) -> Option<Fit>| {
            let things = described.iter().filter(|(_, thing)| fits(thing)).filter_map(|(iri, thing)| {
                let itself = iri.as_str() == typed || full.as_deref() == Some(iri.as_str());
                let names = thing.labels.iter().map(|name| (name, false));
                let names = names.chain(thing.aliases.iter().map(|name| (name, true)));
                let how = |name: &str, alias| if itself { Some(Fit::Iri) } else { how(&plain(name), alias) };
                let (fit, name) = names.filter_map(|(name, alias)| Some((how(name, alias)?, name.as_str()))).min()?;
                Some(Found { iri, name, fit, thing })
            });
            things.collect::<Vec<_>>()
        };
        let mut found = all(&named);
        if found.is_empty() && !wanted.is_empty() {
            found = all(&|name, _| (strsim::jaro_winkler(name, &wanted) >= ALIKE).then_some(Fit::Alike));
        }
        found.sort_by_key(|one| (one.fit, Reverse(one.thing.facts), one.name, one.iri));
        found
    }

    proptest! {
        #[test]
        fn what_is_found_is_the_beginning_of_what_looking_at_every_name_finds(
            things in prop::collection::vec(
                (prop::collection::vec("[abAB]{1,3}( [abé']{1,4}){0,2}", 0..3), "[ab]{1,6}", 0u64..4), 0..12,
            ),
            typed in "[abA]{0,5}( [abé]{1,3})?", most in 0usize..8,
        ) {
            let thing = |(at, (names, alias, facts)): (usize, &(Vec<String>, String, u64))| {
                let (labels, aliases) = (names.clone(), vec![alias.clone()]);
                (Iri::new(format!("urn:x:{at}")), Described { labels, aliases, facts: *facts, ..Described::default() })
            };
            let described: BTreeMap<Iri, Described> = things.iter().enumerate().map(thing).collect();
            let all = looked_for(&described, &typed, &|_| true);
            prop_assert_eq!(find(&described, &typed), all);
            let names = {
                let mut names = Names::new();
                for (iri, thing) in &described {
                    for name in thing.labels.iter().chain(&thing.aliases) {
                        names.entry(plain(name)).or_default().insert(iri.clone(), 1);
                    }
                }
                names
            };
            let fits = |thing: &Described| thing.facts != 1;
            let mut some = looked_for(&described, &typed, &fits);
            some.truncate(most);
            prop_assert_eq!(likeliest((&described, &names), &typed, &fits, most), some);
        }

        #[test]
        fn no_name_is_passed_over_that_is_spelt_alike(one in "[a-dé ]{1,12}", other in "[a-dé ]{1,12}") {
            prop_assert_eq!(Spelling::of(&one).is_like(&other), strsim::jaro_winkler(&other, &one) >= ALIKE);
        }
    }
}
