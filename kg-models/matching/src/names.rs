//! Names of a thing by agreement of several sources. In: labels of sources, in languages. Out: names, how many bear each out,
//! which are doubtful. Never: a source that is trusted beyond its votes.

use crate::forms::letters;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A label that a source gives a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Who gives it.
    pub source: Arc<str>,
    /// Its language (BCP 47).
    pub language: Arc<str>,
    /// The label.
    pub text: Arc<str>,
    /// Whether the source prefers it.
    pub preferred: bool,
    /// How many voices the source has for it: 1 for a plain one, more for one that has counted agreement itself or is
    /// curated.
    pub votes: u32,
}

impl Label {
    /// A label with one vote, not preferred.
    pub fn new(source: &str, language: &str, text: &str) -> Self {
        Label { source: source.into(), language: language.into(), text: text.into(), preferred: false, votes: 1 }
    }
}

/// A name that labels agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FusedName {
    /// The spelling that has most votes.
    pub text: Arc<str>,
    /// Votes for it.
    pub agreement: u32,
    /// Whether it is the preferred name: of those that are not doubtful the one that is preferred with most votes.
    pub preferred: bool,
    /// Whether too few bear it out: probably wrong.
    pub doubtful: bool,
    /// Who gives it, sorted.
    pub sources: Vec<Arc<str>>,
}

/// Of one form: by voice the most votes; by spelling all votes; votes of those that prefer it; whether it is of the language.
#[derive(Default)]
struct Form<'a> {
    voices: BTreeMap<(&'a str, &'a str), u32>,
    spellings: BTreeMap<&'a Arc<str>, u32>,
    preferred: u32,
    sources: BTreeSet<&'a Arc<str>>,
}

/// The names of one thing in a language, by agreement (M-NTA, Conia et al. 2023), those that most bear out first, ties by
/// form. Labels agree where [`letters`] of them are equal. A voice is a source in a language, so that a name that is written
/// alike in other languages is borne out by them; names that stand in other languages alone are left out. What has fewer
/// than `least` votes is doubtful; M-NTA takes 2 to find names, 1 to find wrong ones.
pub fn fuse(labels: &[Label], language: &str, least: u32) -> Vec<FusedName> {
    let mut forms: BTreeMap<String, Form> = BTreeMap::new();
    for label in labels.iter().filter(|label| &*label.language == language) {
        let form = forms.entry(letters(&label.text)).or_default();
        *form.spellings.entry(&label.text).or_default() += label.votes;
        form.preferred += if label.preferred { label.votes } else { 0 };
    }
    forms.remove("");
    for label in labels {
        if let Some(form) = forms.get_mut(&letters(&label.text)) {
            let votes = form.voices.entry((&label.source, &label.language)).or_default();
            *votes = label.votes.max(*votes);
            form.sources.insert(&label.source);
        }
    }
    let mut names: Vec<(FusedName, u32)> = forms.values().filter_map(|form| form.name(least)).collect();
    // Stable: ties stay in the order of forms.
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.agreement));
    let sure = names.iter().enumerate().filter(|(_, (name, _))| !name.doubtful);
    let best =
        sure.max_by_key(|(place, (_, preferred))| (*preferred, std::cmp::Reverse(*place))).map(|(place, _)| place);
    if let Some(place) = best {
        names[place].0.preferred = true;
    }
    names.into_iter().map(|(name, _)| name).collect()
}

impl Form<'_> {
    fn name(&self, least: u32) -> Option<(FusedName, u32)> {
        let most = self.spellings.values().max()?;
        let (text, _) = self.spellings.iter().find(|(_, votes)| *votes == most)?;
        let agreement = self.voices.values().sum();
        let sources = self.sources.iter().map(|source| Arc::clone(source)).collect();
        let text = Arc::clone(text);
        Some((FusedName { text, agreement, preferred: false, doubtful: agreement < least, sources }, self.preferred))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(source: &str, language: &str, text: &str) -> Label {
        Label { preferred: true, ..Label::new(source, language, text) }
    }

    #[test]
    fn names_that_sources_share_are_believed_and_others_are_doubtful() {
        let labels = [
            preferred("a", "es", "Rick Beato"),
            Label::new("b", "es", "rick beato"),
            Label::new("b", "es", "Rick Beato"),
            Label::new("c", "es", "Ricardo Beato"),
            Label::new("c", "de", "Richard"),
        ];
        let names = fuse(&labels, "es", 2);
        assert_eq!(names.len(), 2);
        assert_eq!((&*names[0].text, names[0].agreement, names[0].preferred), ("Rick Beato", 2, true));
        assert_eq!(names[0].sources.iter().map(|one| &**one).collect::<Vec<_>>(), ["a", "b"]);
        assert!(names[1].doubtful && !names[1].preferred && !names[0].doubtful);
    }

    #[test]
    fn other_languages_bear_out_and_add_nothing_of_their_own() {
        let labels =
            [Label::new("a", "de", "Oslo"), Label::new("a", "no", "Oslo"), Label::new("a", "no", "Kristiania")];
        let names = fuse(&labels, "de", 2);
        assert_eq!(names.iter().map(|name| (&*name.text, name.agreement)).collect::<Vec<_>>(), [("Oslo", 2)]);
    }

    #[test]
    fn the_order_of_labels_does_not_matter_and_curated_ones_stand_alone() {
        let curated = Label { votes: 2, ..preferred("w", "en", "B") };
        let labels = vec![Label::new("x", "en", "A"), curated, Label::new("y", "en", "A"), Label::new("y", "en", "!")];
        let names = fuse(&labels, "en", 2);
        assert_eq!(
            names.iter().map(|name| (&*name.text, name.preferred)).collect::<Vec<_>>(),
            [("A", false), ("B", true)]
        );
        assert_eq!(fuse(&labels.into_iter().rev().collect::<Vec<_>>(), "en", 2), names);
    }
}
