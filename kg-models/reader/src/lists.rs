//! What belongs together in an enumeration: in "Alvin Yeung of the Civic Party and Raymond Chan of People Power" nothing joins
//! Yeung to People Power.
//!
//! In: the mentions of a window, a relation of two. Out: whether each of both is bound to another. Never: a binding by a comma.

use super::candidates::EntityCandidate;
use super::judged::Judged;
use super::layout::TokenizedText;
use std::collections::BTreeMap;
use std::ops::Range;

/// What binds a name to the one before it, if nothing else lies between but an article.
const BINDS: [&str; 9] = ["of", "from", "at", "in", "for", "with", "(", "s", "by"];

/// The mentions of a window in their order.
pub(super) struct Lists<'a> {
    text: &'a str,
    tokenized: &'a TokenizedText,
    members: &'a [EntityCandidate],
    /// The entity and the end of each mention, by its first word.
    mentions: BTreeMap<usize, (usize, usize)>,
}

impl<'a> Lists<'a> {
    /// The mentions of these entities.
    pub(super) fn new((text, tokenized): (&'a str, &'a TokenizedText), members: &'a [EntityCandidate]) -> Lists<'a> {
        let all = members
            .iter()
            .enumerate()
            .flat_map(|(entity, member)| member.mentions.iter().map(move |words| (entity, words)));
        let mentions = all.map(|(entity, words)| (words.start, (entity, words.end))).collect();
        Lists { text, tokenized, members, mentions }
    }

    /// Whether the head is bound to another of the tail's class and the tail to another of the head's, in one sentence.
    pub(super) fn are_apart(&self, judged: &Judged) -> bool {
        let [head, tail] = &judged.words;
        let sentence = |words: &Range<usize>| self.tokenized.words[words.start].sentence;
        if sentence(head) != sentence(tail) {
            return false;
        }
        let class = |entity: usize| self.members[entity].class;
        let [head_class, tail_class] = judged.ends.map(class);
        let other = |bound: Option<usize>, than: usize, of: usize| {
            bound.is_some_and(|bound| bound != than && class(bound) == of)
        };
        let [one, two] = judged.ends;
        other(self.bound_after(head), two, tail_class) && other(self.bound_before(tail), one, head_class)
            || other(self.bound_before(head), two, tail_class) && other(self.bound_after(tail), one, head_class)
    }

    fn form(&self, word: usize) -> String {
        self.tokenized.form(self.text, word).to_lowercase()
    }

    fn binds(&self, words: Range<usize>) -> bool {
        let forms: Vec<String> = words.map(|word| self.form(word)).collect();
        let plain: Vec<&str> =
            forms.iter().map(String::as_str).filter(|form| !["the", "'", "’"].contains(form)).collect();
        matches!(plain[..], [one] if BINDS.contains(&one))
    }

    /// What is bound to a name, right behind it.
    fn bound_after(&self, words: &Range<usize>) -> Option<usize> {
        let (&start, &(entity, _)) = self.mentions.range(words.end..).next()?;
        (start - words.end <= 3 && self.binds(words.end..start)).then_some(entity)
    }

    /// What a name is bound to, right before it.
    fn bound_before(&self, words: &Range<usize>) -> Option<usize> {
        let (_, &(entity, end)) = self.mentions.range(..words.start).next_back()?;
        (end <= words.start && words.start - end <= 3 && self.binds(end..words.start)).then_some(entity)
    }
}
