//! What a regression sees of a profile: directions, relations, words of the name. In: a profile. Out: numbers. Never: a noun,
//! which would tell what it is to be told by.

use kgloom_numerics::passes::unit;
use kgloom_record::profile::Profile;
use serde::{Deserialize, Serialize};

/// Places for words of names.
const NAMES: usize = 256;
/// How much a relation counts beside a direction, and a word of the name.
const SHARE: f32 = 0.5;

/// How profiles become rows of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Features {
    /// Numbers in a direction.
    pub width: usize,
    /// The relations that were there, with whether the thing is the head; sorted.
    pub relations: Vec<(String, bool)>,
}

impl Features {
    /// Numbers in a row: the own direction, that of what is linked with it, relations, words of the name.
    pub fn count(&self) -> usize {
        2 * self.width + self.relations.len() + NAMES
    }

    /// A profile as a row.
    pub fn row(&self, profile: &Profile) -> Vec<f32> {
        let mut row = Vec::with_capacity(self.count());
        row.extend(direction(&profile.own, self.width));
        row.extend(direction(&profile.once, self.width));
        let mut rest = vec![0f32; self.relations.len() + NAMES];
        for (relation, head) in &profile.relations {
            let known = |(name, first): &(String, bool)| (name.as_str(), *first).cmp(&(relation.as_str(), *head));
            if let Ok(place) = self.relations.binary_search_by(known) {
                rest[place] = SHARE;
            }
        }
        let words = words_of(&profile.label);
        for word in words.first().into_iter().chain(words.last()) {
            let hash = blake3::hash(word.as_bytes());
            rest[self.relations.len() + usize::from(hash.as_bytes()[0]) % NAMES] = SHARE;
        }
        row.extend(rest);
        row
    }
}

/// A direction as a vector of length 1; zeros where there is none.
pub fn direction(direction: &[i8], width: usize) -> Vec<f32> {
    let mut row = vec![0f32; width];
    row.iter_mut().zip(direction).for_each(|(row, x)| *row = f32::from(*x));
    unit(&mut row);
    row
}

/// The words of a name, in lower case.
pub fn words_of(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_directions_relations_and_words_of_the_name() {
        let features = Features { width: 2, relations: vec![("a".into(), false), ("a".into(), true)] };
        let profile = Profile {
            label: "River Aldwen".into(),
            own: vec![0, 127].into(),
            relations: vec![(kgloom_record::record::Iri::new("a"), true), (kgloom_record::record::Iri::new("b"), true)],
            ..Profile::default()
        };
        let row = features.row(&profile);
        assert_eq!((row.len(), &row[..6]), (features.count(), &[0.0, 1.0, 0.0, 0.0, 0.0, SHARE][..]));
        assert_eq!(row[6..].iter().filter(|x| **x == SHARE).count(), 2);
        assert_eq!(words_of("Trinity College, Dublin"), ["trinity", "college", "dublin"]);
    }
}
