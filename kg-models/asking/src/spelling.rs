//! Typing errors. In: two words. Out: whether one is the other, mistyped. Never: a short word, which is soon another.

use std::collections::BTreeSet;

/// Words that are near to those of phrases, and right as they are.
const RIGHT: &str = include_str!("words.txt");

/// Whether a word is right as it stands, though near to another.
pub(crate) fn is_right(word: &str) -> bool {
    RIGHT.lines().filter(|line| !line.starts_with('#')).any(|line| line.split(' ').any(|right| right == word))
}

/// How many letters must be added, left out, exchanged or swapped with their neighbour.
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && one[i - 1] == *b && other[j - 1] == *a {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or_default()
}

/// Whether a name may be another one, mistyped: word by word, and short words are as they are.
pub(crate) fn is_near(name: &str, other: &str) -> bool {
    let allowed = |length: usize| match length {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    let length = |one: &str, other: &str| one.chars().count().max(other.chars().count());
    let fits = |(one, other): (&str, &str)| one == other || distance(one, other) <= allowed(length(one, other));
    if name.split(' ').count() == other.split(' ').count() {
        return name.split(' ').zip(other.split(' ')).all(fits);
    }
    // A space too much or too little.
    length(name, other) > 8 && distance(name, other) <= 1
}

/// The words that this one may be a mistyped form of: those near to it that begin as it does for longest.
pub(crate) fn corrected<'a>(word: &str, vocabulary: &'a BTreeSet<String>) -> Vec<&'a str> {
    let length = word.chars().count();
    if length < 5 || word.chars().any(|c| c.is_numeric()) {
        return Vec::new();
    }
    let near =
        |known: &&String| known.chars().count().abs_diff(length) <= 1 && known.len() > 4 && distance(word, known) == 1;
    let shared = |known: &str| word.chars().zip(known.chars()).take_while(|(a, b)| a == b).count();
    let all: Vec<&str> = vocabulary.iter().filter(near).map(String::as_str).collect();
    let most = all.iter().map(|known| shared(known)).max().unwrap_or_default();
    all.into_iter().filter(|known| shared(known) == most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_error() {
        assert_eq!(distance("auhtor", "author"), 1);
        assert_eq!(distance("velmra", "velmora"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert!(is_near("deth on the ferry", "death on the ferry") && is_near("glassharbours", "glass harbours"));
        assert!(!is_near("law tide", "low tide") && !is_near("mara", "mira"));
        let words: BTreeSet<String> = ["author", "actor", "found"].map(str::to_owned).into();
        assert_eq!(corrected("autor", &words), ["author"], "and no actor");
        assert_eq!(corrected("foundd", &words), ["found"]);
        assert!(corrected("fond", &words).is_empty());
    }
}
