//! Nouns: those that name an end of a relation, and those that name a kind. In: words of a question. Out: relations, or yes.
//! Never: a guess from a part of the words.

use crate::broad::{BROAD, KINDS, SETTLEMENTS};
use crate::lexicon::Hop;
use crate::names::is_function;
use crate::parse::Grammar;
use crate::resolve::Resolver;
use crate::text::Word;
use kgloom_record::record::Iri;

impl Grammar<'_> {
    /// The relations whose one end these words name, with that end.
    pub(crate) fn noun_hops(&self, start: usize, end: usize, bare: bool) -> Vec<Hop> {
        let Some((last, before)) = self.words.get(start..end).and_then(|words| words.split_last()) else {
            return Vec::new();
        };
        if before.first().is_some_and(|first| first.is(&["the", "a", "an", "all", "any"])) {
            return self.noun_hops(start + 1, end, bare);
        }
        let stems = if bare { &last.bare_stems } else { &last.stems };
        let fits = |words: &[String]| {
            words.len() == before.len() + 1
                && before.iter().zip(words).all(|(word, known)| word.plain == *known || word.of(known))
        };
        let nouns = self.lexicon.nouns_ending(stems).filter(|noun| fits(&noun.words));
        nouns.map(|noun| noun.hop.clone()).collect()
    }

    /// Whether these words may name a kind: no word among them that says nothing, and none that belongs to a name alone.
    pub(crate) fn is_kind(&self, start: usize, end: usize) -> bool {
        let words = &self.words[start..end];
        let broad = words.len() == 1 && BROAD.iter().any(|(noun, _)| words[0].of(noun));
        let plain =
            |word: &Word| !is_function(word) && !word.possessive && !word.plain.ends_with(|c: char| c.is_ascii_digit());
        broad || (1..=3).contains(&words.len()) && words.iter().all(plain)
    }

    /// Whether these words are known to name a kind.
    pub(crate) fn is_kind_word(&self, start: usize, end: usize) -> bool {
        let words = &self.words[start..end];
        let single = words.len() == 1;
        let known = |word: &Word| KINDS.iter().chain(&SETTLEMENTS).any(|kind| word.of(kind));
        let named = || crate::names::of_noun(self.graph, words).is_some();
        single && known(&words[0])
            || !self.noun_hops(start, end, false).is_empty()
            || words.iter().all(|word| !word.capital && !is_function(word)) && named()
    }

    /// Whether the graph tells that a thing is what these words name: by its kind, or as the end of a relation.
    pub(crate) fn is_of_kind(&self, thing: &Iri, start: usize, end: usize) -> bool {
        let resolver = Resolver::new(self.graph, self.ontology, self.lexicon);
        let noun: Vec<String> = self.words[start..end].iter().map(|word| word.plain.clone()).collect();
        let stands = |hop: &Hop| !resolver.reached(thing, &Hop { asked: hop.asked.other(), ..hop.clone() }).is_empty();
        !resolver.kinds_of(thing, &noun).is_empty() || self.noun_hops(start, end, false).iter().any(stands)
    }
}
