//! How names are compared. In: what a text says. Out: a display form and a key. Never: a decision about who is who.

use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// A name as it is shown: NFKC, single spaces, without quotes around it, `the` before it or a possessive after it.
pub(crate) fn display(surface: &str) -> Arc<str> {
    let normal: String = surface.nfkc().collect();
    let words: Vec<&str> = normal.split_whitespace().collect();
    let joined = words.join(" ");
    let mut name = joined.trim_matches(|c: char| "\"'“”‘’«».,;:".contains(c));
    for possessive in ["'s", "’s", " 's", " ’s"] {
        name = name.strip_suffix(possessive).unwrap_or(name);
    }
    // A capital "The" may belong to a title.
    let name = name.strip_prefix("the ").unwrap_or(name).trim();
    Arc::from(if name.is_empty() { joined.as_str() } else { name })
}

/// What two spellings of one name share.
pub(crate) fn key(display: &str) -> Arc<str> {
    let folded: String = display.to_lowercase();
    let folded = folded.strip_prefix("the ").unwrap_or(&folded);
    let plain: String = folded.chars().filter(|c| !"\"“”".contains(*c)).collect();
    Arc::from(plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The most complete of an entity's names: most words, then most often said, then first said.
pub(crate) fn most_complete(displays: &[Arc<str>]) -> Option<Arc<str>> {
    let said = |name: &Arc<str>| displays.iter().filter(|other| *other == name).count();
    let mut best: Option<&Arc<str>> = None;
    for name in displays {
        let rank = |name: &Arc<str>| (name.split(' ').count(), said(name));
        if best.is_none_or(|best| rank(name) > rank(best)) {
            best = Some(name);
        }
    }
    best.cloned()
}

/// Whether an alias can stand for its bearer outside the document that says so.
/// A lone surname or first name cannot.
pub(crate) fn travels(alias: &str, full: &str, person: bool) -> bool {
    let part_of_full = || full.split(' ').any(|word| word == alias);
    alias.chars().count() > 1 && !(person && !alias.contains(' ') && part_of_full())
}

/// Whether a name is a shorter form of another: it has no word that the other has not.
pub(crate) fn shortens(alias: &str, full: &str) -> bool {
    alias.split(' ').all(|word| full.split(' ').any(|other| other == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_and_compared() {
        for (surface, shown, compared) in [
            ("  the  United\nStates's", "United States", "united states"),
            ("“Hamlet”", "Hamlet", "hamlet"),
            ("The Salt Road", "The Salt Road", "salt road"),
            ("Wilfried \"Willi\" Schneider", "Wilfried \"Willi\" Schneider", "wilfried willi schneider"),
            ("ＵＮ", "UN", "un"),
        ] {
            assert_eq!(&*display(surface), shown, "{surface}");
            assert_eq!(&*key(&display(surface)), compared, "{surface}");
        }
    }

    #[test]
    fn the_most_complete_name_wins() {
        let names: Vec<Arc<str>> = ["Lincoln", "Abraham Lincoln", "Lincoln"].map(Arc::from).to_vec();
        assert_eq!(most_complete(&names).as_deref(), Some("Abraham Lincoln"));
        assert!(!travels("lincoln", "abraham lincoln", true));
        assert!(travels("corvania", "republic of corvania", false));
        assert!(travels("mark twain", "samuel clemens", true));
        assert!(shortens("corvania", "republic of corvania") && !shortens("pacific ocean", "atlantic ocean"));
    }
}
