//! Titles before persons' names, and what they tell. In: names as they are compared. Out: the same without titles; who is called after
//! her husband. Never: how a name is written.

use crate::men::is_a_mans;

/// Titles before a person's name: they do not tell one bearer from another.
pub(crate) const TITLES: [&str; 36] = [
    "admiral",
    "brigadier",
    "capt",
    "captain",
    "chancellor",
    "chief",
    "coach",
    "col",
    "colonel",
    "councillor",
    "dame",
    "dr",
    "gen",
    "general",
    "gov",
    "governor",
    "judge",
    "justice",
    "lady",
    "lieutenant",
    "lord",
    "lt",
    "maj",
    "major",
    "mayor",
    "minister",
    "miss",
    "mr",
    "mrs",
    "ms",
    "president",
    "prof",
    "professor",
    "rev",
    "senator",
    "sir",
];

/// Titles before a full name by which a wife is called after her husband: `Mrs John Smith`, `Lady John Russell`.
const OF_WIVES: [&str; 2] = ["lady", "mrs"];

/// Without the titles before a person's name, where a full name is left. Those that make another's name a wife's stay.
pub(crate) fn untitled(key: &str) -> &str {
    let mut rest = key;
    while let Some((title, name)) = rest.split_once(' ')
        && TITLES.contains(&title)
        && name.contains(' ')
        && husband(rest).is_none()
    {
        rest = name;
    }
    rest
}

/// The name of the man after whom a key calls his wife.
fn husband(key: &str) -> Option<&str> {
    let (_, name) = key.split_once(' ').filter(|(title, _)| OF_WIVES.contains(title))?;
    let name = untitled(name);
    name.split_once(' ').filter(|(first, _)| is_a_mans(first)).map(|_| name)
}

/// Whether one of two keys of persons calls a wife after the other.
pub fn is_wife_of(one: &str, other: &str) -> bool {
    let is_wife = |one: &str, other: &str| husband(untitled(one)).is_some_and(|name| name == untitled(other));
    is_wife(one, other) || is_wife(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{display, key, key_of, travels};

    #[test]
    fn titles_go_where_a_full_name_is_left() {
        assert_eq!(untitled("minister ingrid solvang"), "ingrid solvang");
        assert_eq!(untitled("lord byron"), "lord byron");
    }

    #[test]
    fn a_wife_who_is_called_after_her_husband_is_not_he() {
        let same = |one: &str, other: &str| key_of(&display(one), true) == key_of(&display(other), true);
        for (wife, husband) in [
            ("Mrs Odd Falk", "Odd Falk"),
            ("Mrs. Odd Falk", "Mr Odd Falk"),
            ("Dr Mrs Odd Falk", "Odd Falk"),
            ("Mrs Dr Odd Falk", "Dr Odd Falk"),
            ("Lady John Vell", "Lord John Vell"),
            ("Mrs Jørgen A. Berg", "Jørgen A. Berg"),
        ] {
            assert!(!same(wife, husband), "{wife}, {husband}");
            assert!(is_wife_of(&key(&display(wife)), &key(&display(husband))), "{wife}, {husband}");
        }
        for (one, other) in [
            ("Mrs Ada Quill", "Ada Quill"),
            ("Mr Odd Falk", "Odd Falk"),
            ("Mrs. Odd Falk", "Mrs Odd Falk"),
            ("Lady Ada Quill", "Ada Quill"),
            ("Mrs Jean Vell", "Jean Vell"),
            ("Captain Odd Falk", "Sir Odd Falk"),
            ("Mrs J. R. Halvorsen", "J.R. Halvorsen"),
        ] {
            assert!(same(one, other), "{one}, {other}");
            assert!(!is_wife_of(&key(&display(one)), &key(&display(other))), "{one}, {other}");
        }
        assert!(!is_wife_of("mrs falk", "odd falk") && !is_wife_of("mrs odd falk", "karl falk"));
        assert!(!travels("mrs thatcher", "margaret thatcher", true), "it is hers in one text alone, as before");
    }
}
