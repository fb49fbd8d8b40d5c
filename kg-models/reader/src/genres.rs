//! Genres that a sentence gives a work or those who play: "X is a 1962 British crime film", "X are an American rock band".
//!
//! In: the words of a window, mentions. Out: the same mentions, and these words. Never: a relation; whether the genre is the
//! work's is the relation head's to tell.

use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::predicate::{self, ARTICLES, Sentence};
use super::word_list::WordList;
use std::ops::Range;

/// Words that name a genre by themselves, of music first.
static ALONE: WordList = WordList::new("
    a-cappella ambient bebop bluegrass blues bossa-nova britpop calypso celtic cumbia dancehall disco drum-and-bass dub dubstep
    electro electronica electropop emo eurodance fado flamenco folk funk fusion gospel grime grindcore grunge hardcore hip-hop house
    indie industrial jazz krautrock metal metalcore motown new-wave pop pop-punk post-punk post-rock power-pop progressive-rock
    psychedelic punk ragtime rap reggae reggaeton rock rockabilly salsa samba shoegaze ska soul swing synth-pop synthpop tango
    techno thrash trance trip-hop world
");
/// Words that name a genre with what they stand before: a crime film.
static WITH_KIND: WordList = WordList::new("
    absurdist action adventure animated anthology autobiographical biographical biopic cabaret chamber children's coming-of-age
    comedy comedy-drama crime cyberpunk detective disaster documentary drama dystopian epic erotic espionage fantasy farce
    fighting gangster ghost gothic historical horror martial-arts melodrama murder musical mystery noir period philosophical platform
    political psychological puzzle racing reality road role-playing romance romantic samurai satirical science-fiction sci-fi shooter
    silent simulation slapstick slasher sports spy strategy superhero supernatural survival suspense sword-and-sorcery thriller
    utopian vampire war western whodunit zombie
");
/// Genres of two words that stand alone.
const PAIRS: [(&str, &str); 14] = [
    ("acid", "jazz"),
    ("alternative", "rock"),
    ("black", "metal"),
    ("country", "music"),
    ("death", "metal"),
    ("folk", "rock"),
    ("hard", "rock"),
    ("heavy", "metal"),
    ("hip", "hop"),
    ("indie", "rock"),
    ("new", "wave"),
    ("progressive", "rock"),
    ("punk", "rock"),
    ("soft", "rock"),
];
/// What has a genre.
static KINDS: WordList = WordList::new("
    album anime ballad band book cartoon choir comic compilation duo ensemble ep festival film franchise game group label magazine manga
    miniseries movie musician musical novel novella opera orchestra play podcast quartet quintet record sequel serial series show
    single singer song soundtrack story trilogy trio
");
/// Kinds that are genres where no other is told.
const GENRES_THEMSELVES: [&str; 4] = ["musical", "novel", "novella", "opera"];
/// What may stand between the genre and what has it.
const BETWEEN: [&str; 8] = ["short", "stage", "television", "tv", "feature", "video", "computer", "studio"];
/// So many words lie between the article and the kind.
const LONGEST: usize = 10;

/// Adds the genres that the sentences of a window give works, bands and the like.
pub(super) fn add(text: &str, tokenized: &TokenizedText, window: Range<usize>, found: &mut Vec<MentionSpan>) {
    let Some(class) = CLASSES.iter().position(|class| *class == "MISC") else { return };
    let mut added: Vec<MentionSpan> = Vec::new();
    for (_, sentence) in predicate::sentences((text, tokenized), &window, found) {
        let named = sentence.found.iter().filter(|found| matches!(CLASSES[found.class], "MISC" | "ORG" | "PER"));
        for name in named {
            let told = sentence.said_of(name.words.end).map_or_else(Vec::new, |start| genres(&sentence, start));
            added.extend(told.into_iter().map(|words| MentionSpan { words, class, score: 1.0 }));
        }
    }
    predicate::insert(added, found);
}

/// The genres of a phrase with an article: the words before the first kind that stand in no mention.
fn genres(sentence: &Sentence<'_>, start: usize) -> Vec<Range<usize>> {
    let mut told = Vec::new();
    if !ARTICLES.contains(&sentence.form(start)) {
        return told;
    }
    let lower = |word: usize| sentence.form(word).to_lowercase();
    let free = |word: usize| word < sentence.end && sentence.mention(word).is_none();
    let Some(kind) = (start + 1..start + 1 + LONGEST).find(|&word| free(word) && KINDS.contains(&lower(word))) else {
        return told;
    };
    // Nothing but adjectives and names lies before it.
    if (start + 1..kind)
        .any(|word| free(word) && matches!(&*lower(word), "of" | "by" | "in" | "for" | "who" | "that" | "." | "("))
    {
        return told;
    }
    let mut word = start + 1;
    while word < kind {
        let (one, two) = (lower(word), lower(word + 1));
        if !free(word) {
            word += 1;
        } else if word + 1 < kind && free(word + 1) && PAIRS.contains(&(one.as_str(), two.as_str())) {
            told.push(word..word + 2);
            word += 2;
        } else if ALONE.contains(&one) {
            told.push(word..word + 1);
            word += 1;
        } else if WITH_KIND.contains(&one) {
            let close = (word + 1..kind)
                .all(|next| BETWEEN.contains(&lower(next).as_str()) || WITH_KIND.contains(&lower(next)));
            if close {
                told.push(word..kind + 1);
                break;
            }
            told.push(word..word + 1);
            word += 1;
        } else {
            word += 1;
        }
    }
    if told.is_empty() && GENRES_THEMSELVES.contains(&lower(kind).as_str()) {
        told.push(kind..kind + 1);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    /// The genres that are found beside the mentions of a text.
    fn check(text: &str, mentions: &[(&str, &str)], expected: &[&str]) {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mention = |(name, class): &(&str, &str)| {
            let at = text.find(name).expect("the text says it");
            let words = tokenized.words_under(Span { start: at as u32, end: (at + name.len()) as u32 });
            MentionSpan { words, class: CLASSES.iter().position(|known| known == class).unwrap(), score: 1.0 }
        };
        let known: Vec<MentionSpan> = mentions.iter().map(mention).collect();
        let mut found = known.clone();
        add(text, &tokenized, 0..tokenized.words.len(), &mut found);
        let new = found.iter().filter(|found| !known.iter().any(|known| known.words == found.words));
        let surface = |found: &MentionSpan| {
            let [first, last] = [found.words.start, found.words.end - 1].map(|word| tokenized.words[word].span);
            text[first.start as usize..last.end as usize].to_owned()
        };
        assert_eq!(new.map(surface).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn the_genre_of_a_work_is_a_mention() {
        let film = ("Red Gate", "MISC");
        check("Red Gate is a 1962 British crime film.", &[film, ("1962", "TIME"), ("British", "LOC")], &["crime film"]);
        check("Red Gate is a romantic comedy film.", &[film], &["romantic comedy film"]);
        check("Red Gate is a historical novel by Ann.", &[film], &["historical novel"]);
        check("Red Gate are an American hard rock band.", &[("Red Gate", "ORG"), ("American", "LOC")], &["hard rock"]);
        check("Red Gate is the second album of a jazz trio.", &[film], &[]);
        check("Red Gate, a pop song, is long.", &[film], &["pop"]);
        check("Red Gate is a 1954 novel by Ann.", &[film, ("1954", "TIME")], &["novel"]);
    }

    #[test]
    fn what_has_no_genre_gets_none() {
        check("Red Gate is a rock in the sea.", &[("Red Gate", "LOC")], &[]);
        check("Red Gate is a house in Turin.", &[("Red Gate", "MISC")], &[]);
        check("Red Gate is a song by the war veteran.", &[("Red Gate", "MISC")], &[]);
    }
}
