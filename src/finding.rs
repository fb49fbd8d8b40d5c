//! Things by what they may be called. In: what somebody typed, everything that has a name. Out: the things that may be meant,
//! the likeliest first. Never: a thing without a name; an order that two runs could see differently.

use connectors::store::{Described, expand};
use kgloom_record::record::Iri;
use std::cmp::Reverse;
use std::collections::BTreeMap;

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

/// The things that may be meant. Things that are merely spelt alike are left out where something fits better.
pub fn find<'a>(described: &'a BTreeMap<Iri, Described>, typed: &str) -> Vec<Found<'a>> {
    let bare = typed.trim().trim_start_matches('<').trim_end_matches('>');
    let full = expand(bare);
    let wanted = plain(typed);
    let all = |fit: &dyn Fn(&str, bool) -> Option<Fit>| {
        let mut found: Vec<Found<'a>> = Vec::new();
        for (iri, thing) in described {
            let itself = iri.as_str() == bare || full.as_deref() == Some(iri.as_str());
            let labels = thing.labels.iter().map(|name| (name, false));
            let names = labels.chain(thing.aliases.iter().map(|name| (name, true)));
            let fits = names.filter_map(|(name, alias)| {
                let fit = if itself { Some(Fit::Iri) } else { fit(&plain(name), alias) };
                fit.map(|fit| (fit, name.as_str()))
            });
            if let Some((fit, name)) = fits.min() {
                found.push(Found { iri, name, fit, thing });
            }
        }
        found
    };
    let mut found = all(&|name, alias| fit(name, &wanted, alias));
    // Spelling is compared, which takes longest, where nothing fits.
    if found.is_empty() && !wanted.is_empty() {
        found = all(&|name, _| (strsim::jaro_winkler(name, &wanted) >= ALIKE).then_some(Fit::Alike));
    }
    found.sort_by_key(|one| (one.fit, Reverse(one.thing.facts), one.name, one.iri));
    found
}

fn fit(name: &str, wanted: &str, alias: bool) -> Option<Fit> {
    if wanted.is_empty() {
        return None;
    }
    if name == wanted {
        return Some(if alias { Fit::Alias } else { Fit::Name });
    }
    if name.starts_with(wanted) {
        return Some(Fit::Beginning);
    }
    let holds = |word: &str| name.split(' ').any(|other| other.starts_with(word));
    wanted.split(' ').all(holds).then_some(Fit::Words)
}

/// Letters and digits in lower case, words apart by one space; an apostrophe parts nothing.
fn plain(name: &str) -> String {
    let (mut plain, mut parted) = (String::with_capacity(name.len()), false);
    for letter in name.chars().filter(|c| !matches!(c, '\'' | '\u{2019}' | '\u{2BC}' | '\u{AD}')) {
        if !letter.is_alphanumeric() {
            parted = !plain.is_empty();
            continue;
        }
        if std::mem::take(&mut parted) {
            plain.push(' ');
        }
        plain.extend(letter.to_lowercase());
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

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
        check("person:Ada_Yonath", &[("Ada_Yonath", Fit::Iri)]);
        check("<urn:kgloom:location:Ada>", &[("Ada", Fit::Iri)]);
        check("Zebedee", &[]);
        check(" ", &[]);
    }
}
