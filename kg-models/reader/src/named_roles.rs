//! Who or what fills a role that a sentence names by a relation's noun without saying whose: "its owner, Ada Quill", "The
//! director was Odd Falk". Whose it is, is told by the pronoun, or by what was spoken of last.
//!
//! In: relations that are called by nouns, mentions. Out: pairs of them. Never: a noun with an `of`, which says whose it is.

use super::candidates::is_value;
use super::ends::admitted;
use super::layout::TokenizedText;
use super::mentions::MentionSpan;
use super::patterns::Stated;
use super::phrases::nouns;
use super::predicate::{self, Sentence};
use super::prompt::JoinedClasses;
use kgloom_record::record::Score;
use ontologies::{Ontology, Relation};
use std::collections::BTreeMap;
use std::ops::Range;

const POSSESSIVES: [&str; 4] = ["his", "her", "its", "their"];
const DEFINITE: [&str; 4] = ["the", "our", "your", "this"];
/// The score, in ten-thousandths, of what is told so: as of what a relation's own words state.
const SCORE: u16 = 9_000;
/// Sentences before this one in which what was spoken of last is looked for.
const BACK: usize = 3;

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Role {
    relation: usize,
    noun: Vec<String>,
    admits: JoinedClasses,
}

/// The roles that an ontology's relations name, by the first word of their nouns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NamedRoles(BTreeMap<String, Vec<Role>>);

impl NamedRoles {
    /// Those of relations by their index.
    pub(super) fn new(relations: &[(usize, &Relation)], ontology: &Ontology) -> NamedRoles {
        let mut roles: BTreeMap<String, Vec<Role>> = BTreeMap::new();
        for (relation, declared) in relations {
            for noun in nouns(declared) {
                let noun: Vec<String> = noun.split(' ').map(str::to_owned).collect();
                let role = Role { relation: *relation, noun, admits: admitted(declared, ontology) };
                roles.entry(role.noun[0].clone()).or_default().push(role);
            }
        }
        NamedRoles(roles)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What the sentences of a window say of roles.
pub(super) fn find(
    roles: &NamedRoles,
    (text, tokenized): (&str, &TokenizedText),
    window: Range<usize>,
    found: &[MentionSpan],
) -> Vec<Stated> {
    let mut stated = Vec::new();
    if roles.is_empty() {
        return stated;
    }
    let sentences = predicate::sentences((text, tokenized), &window, found);
    for (place, (start, sentence)) in sentences.iter().enumerate() {
        for at in start + 1..sentence.end {
            for role in roles.0.get(&sentence.form(at).to_lowercase()).into_iter().flatten() {
                let Some((owner, tail)) = filled(sentence, role, (*start, at)) else { continue };
                let head = match owner {
                    Owner::Pronoun(word) => Some(word..word + 1),
                    Owner::Topic => topic(&sentences[..=place], (tokenized, role), (at, tail)),
                };
                let tail = tail.words.clone();
                stated.extend(head.map(|head| Stated {
                    relation: role.relation,
                    score: Score::new(SCORE),
                    head,
                    tail,
                }));
            }
        }
    }
    stated
}

/// Whose a role is.
enum Owner {
    /// His or hers: the pronoun.
    Pronoun(usize),
    /// Of what was spoken of last.
    Topic,
}

/// Who fills a role whose noun begins at a word, and how it is told whose it is.
fn filled<'a>(sentence: &Sentence<'a>, role: &Role, (start, at): (usize, usize)) -> Option<(Owner, &'a MentionSpan)> {
    let end = at + role.noun.len();
    let is_noun = || role.noun.iter().zip(at..end).all(|(word, place)| *word == sentence.form(place).to_lowercase());
    if !is_noun() || sentence.mention(at).is_some_and(|mention| mention.words.start < at || mention.words.end > end) {
        return None;
    }
    let lower = |word: usize| sentence.form(word).to_lowercase();
    let owner = |word: usize| {
        let form = lower(word);
        let pronoun = POSSESSIVES.contains(&form.as_str()).then_some(Owner::Pronoun(word));
        pronoun.or_else(|| DEFINITE.contains(&form.as_str()).then_some(Owner::Topic))
    };
    // One word may lie between: "the present owner".
    let small = |word: usize| sentence.form(word).chars().all(char::is_lowercase);
    let near = owner(at - 1);
    let owner = near.or_else(|| (at >= start + 2 && small(at - 1)).then(|| owner(at - 2)).flatten())?;
    let after = sentence.form(end);
    let (next, apposed) = match after {
        "," => (end + 1, true),
        "is" | "was" => (end + 1, false),
        _ => (end, false),
    };
    let named = |start: usize| sentence.found.iter().find(|mention| mention.words.start == start);
    let tail = named(next)?;
    let closed = ["", ",", ".", ";", ")", "!", "?", "who", "and"].contains(&sentence.form(tail.words.end));
    let own = sentence.form(tail.words.end) == "\u{27}" || sentence.form(tail.words.end) == "’";
    (!own && (!apposed || closed) && !is_value(tail.class)).then_some((owner, tail))
}

/// What was spoken of last and may have the role: what this sentence begins with, or one before it.
fn topic(
    sentences: &[(usize, Sentence<'_>)],
    (tokenized, role): (&TokenizedText, &Role),
    (at, tail): (usize, &MentionSpan),
) -> Option<Range<usize>> {
    let part = tokenized.part_of(at);
    let fits = |mention: &&MentionSpan| {
        let near = part.is_near(tokenized.part_of(mention.words.start));
        near && !is_value(mention.class) && mention.words.end <= at && role.admits[mention.class][tail.class]
    };
    let first =
        |(_, sentence): &(usize, Sentence<'_>)| sentence.found.iter().find(fits).map(|mention| mention.words.clone());
    sentences.iter().rev().take(BACK + 1).find_map(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use crate::mentions::CLASSES;
    use kgloom_record::record::Span;

    const ONTOLOGY: &str = "@prefix v: <http://v.example/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix kgloom: <urn:kgloom:> .
        v:Vessel a owl:Class ; rdfs:subClassOf kgloom:Miscellaneous .
        v:owner a owl:ObjectProperty ; rdfs:label \"has owner\" ; rdfs:domain v:Vessel .
        v:master a owl:ObjectProperty ; rdfs:label \"ship\u{27}s master\" ; rdfs:domain v:Vessel ; rdfs:range kgloom:Person .";

    /// Heads and tails that a text tells.
    fn told(text: &str, names: &[(&str, &str)]) -> Vec<(String, String)> {
        let ontology = Ontology::bundled().with_text("v.ttl", ONTOLOGY).unwrap();
        let owner = ontology.relation(&ontologies::Iri::new("http://v.example/owner")).unwrap();
        let roles = NamedRoles::new(&[(0, owner)], &ontology);
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mention = |(name, class): &(&str, &str)| {
            let class = CLASSES.iter().position(|known| known == class).unwrap();
            text.match_indices(name)
                .map(|(at, name)| {
                    let words = tokenized.words_under(Span { start: at as u32, end: (at + name.len()) as u32 });
                    MentionSpan { words, class, score: 1.0 }
                })
                .collect::<Vec<_>>()
        };
        let mut found: Vec<MentionSpan> = names.iter().flat_map(mention).collect();
        found.sort_by_key(|found| found.words.start);
        let form = |words: &Range<usize>| {
            let forms = words.clone().map(|word| tokenized.form(text, word));
            forms.collect::<Vec<_>>().join(" ")
        };
        let all = find(&roles, (text, &tokenized), 0..tokenized.words.len(), &found);
        all.iter().map(|stated| (form(&stated.head), form(&stated.tail))).collect()
    }

    #[test]
    fn a_role_is_of_what_was_spoken_of() {
        let names = [("Havørn", "MISC"), ("Ada Quill", "PER"), ("Holm", "LOC")];
        let check = |text: &str, head: &str| {
            assert_eq!(told(text, &names), [(head.to_owned(), "Ada Quill".to_owned())], "{text}");
        };
        check("Havørn lies at Holm. The owner is Ada Quill.", "Havørn");
        check("Havørn lies at Holm. Her owner, Ada Quill, was not there.", "Her");
        check("Havørn lies at Holm, and the present owner, Ada Quill, was not there.", "Havørn");
        check("Havørn lies at Holm. We met the owner Ada Quill.", "Havørn");
    }

    #[test]
    fn what_says_whose_it_is_or_names_nobody_is_left_alone() {
        let names = [("Havørn", "MISC"), ("Ada Quill", "PER"), ("Holm", "LOC")];
        for text in [
            "Havørn lies at Holm. The owner of the quay is Ada Quill.",
            "Havørn lies at Holm. An owner, Ada Quill, was there.",
            "Havørn lies at Holm. In front of the owner, Ada Quill fell.",
            "Havørn lies at Holm. The owner was seen by Ada Quill.",
            "The owner is Ada Quill.",
        ] {
            assert!(told(text, &names).is_empty(), "{text}: {:?}", told(text, &names));
        }
    }
}
