//! What the words of a sentence say that somebody was: a professor at a university has not studied there, who carried the camera
//! has not directed, who is credited with a series is of its cast.
//!
//! In: a relation of a pair, the sentences of both. Out: whether the words tell another relation. Never: a verdict where no such
//! word stands. English.

use super::candidates::is_value;
use super::judged::Judged;
use super::layout::TokenizedText;
use super::mentions::CLASSES;
use super::word_list::WordList;
use std::ops::Range;

static TEACHES: WordList = WordList::new(
    "chancellor dean faculty fellow fellowship lecturer lectureship lectured lectures professor professorship professors rector reader taught
     teaches teaching tutor",
);
static STUDIES: WordList = WordList::new(
    "alumna alumnus attended attending ba bachelor bachelor's bsc degree degrees diploma doctorate educated education enrolled entered graduate
     graduated graduating graduation ma master master's masters mba msc phd school schooled student studied studies study studying
     thesis trained undergraduate",
);
static SEAT: WordList = WordList::new("capital capitals governed government seat");
static OPENS: WordList = WordList::new("closed inherited opened reopened visited");
static FOUNDS: WordList = WordList::new(
    "began brainchild built co-founded co-founder cofounded cofounder created established establishing formed found founded founder
     founders founding launched organised organized originated pioneered set start started",
);
static CAMERA: WordList = WordList::new(
    "animator assistant camera cameraman cinematographer cinematography choreographed choreographer costume costumes edited editor
     lighting photographed photographer photography stunts",
);
static RELEASE: WordList =
    WordList::new("aired charted distributed issued peaked premiered published released reissued screened sold");
static ORIGIN: WordList = WordList::new("filmed from made originated origin produced recorded written");
static SCREEN: WordList = WordList::new(
    "acted acting actor actress cast episode episodes film films movie movies role roles series sitcom sitcoms soap stage starred television
     theatre tv",
);
static MUSIC: WordList = WordList::new(
    "album albums band bands charts composed composer concert conducted ep lp lyrics music musical musician opera orchestra performed
     performs record recorded recording records sang single singles sing singer singing sings song songs soundtrack sung theme track tracks vocals
     voiced",
);
/// What is called after somebody, who has nothing to do with what is said of it.
static NAMESAKES: WordList = WordList::new(
    "award awards fellowship lecture lecturer lectures lectureship medal medallist memorial prize prizes scholarship trophy",
);
/// What stands with a bracket before another name of what was just named.
static ALSO_CALLED: WordList =
    WordList::new("aka also as alias born formerly known literally lit meaning nee née now or previously");
/// So many words stand between whose work it is and its title: "Ida Holm's second documentary "Tram 13"".
const LONGEST_TITLED: usize = 5;
/// A role is told at most so many words before where it was held.
const REACH: usize = 8;

/// The words of a window.
pub(super) struct Roles<'a> {
    pub text: &'a str,
    pub tokenized: &'a TokenizedText,
    /// The class of each entity.
    pub class: &'a dyn Fn(usize) -> usize,
}

impl<'a> Roles<'a> {
    /// Whether the words around both ends tell something else of them.
    pub(super) fn is_another(&self, property: &str, judged: &Judged) -> bool {
        let [_, tail] = &judged.words;
        let before = tail.start.saturating_sub(REACH).max(self.sentence(tail).start)..tail.start;
        let has = |list: &WordList, words: Range<usize>| words.into_iter().any(|word| self.is(list, word));
        match property {
            // "Its capital is Port Lomé; other large towns are Karst and Ubani."
            "P36" | "P1376" => {
                let place = if property == "P36" { tail } else { &judged.words[0] };
                let sentence = self.sentence(place);
                let seat = |words: Range<usize>| words.into_iter().any(|word| self.is(&SEAT, word));
                let from = sentence.clone().rev().find(|&word| word < place.start && self.form(word) == ";");
                let to = sentence.clone().find(|&word| word >= place.end && self.form(word) == ";");
                let clause = from.map_or(sentence.start, |word| word + 1)..to.unwrap_or(sentence.end);
                seat(sentence) && !seat(clause)
            }
            // "Mayor Odd Falk opened the warehouses of the Marrin Company."
            "P112" => {
                let said = self.told(judged);
                has(&OPENS, said.clone()) && !has(&FOUNDS, said)
            }
            "P69" => has(&TEACHES, before) && !has(&STUDIES, self.sentence(tail)),
            "P57" => {
                let said = self.told(judged);
                has(&CAMERA, said.clone())
                    && !self.is_of(judged)
                    && !said.into_iter().any(|word| self.form(word).to_lowercase().starts_with("direct"))
            }
            "P495" => {
                let at = tail.start - usize::from(tail.start > 0 && self.form(tail.start - 1) == "the");
                at > 0 && self.form(at - 1) == "in" && has(&RELEASE, before.clone()) && !has(&ORIGIN, before)
            }
            _ => false,
        }
    }

    /// Whether a work is told as somebody's: "photographed Ida Holm's "Gold Fever"", "edited the documentary "Tram 13" by Ida Holm".
    fn is_of(&self, judged: &Judged) -> bool {
        let [work, person] = &judged.words;
        let apostrophe = |word: usize| matches!(self.form(word), "'" | "’" | "'s" | "’s");
        let owner = (person.end - 1).saturating_sub(1)..person.end + 1;
        let right_before = person.end <= work.start && work.start - person.end <= LONGEST_TITLED;
        let by = work.end < person.start
            && person.start - work.end <= 2
            && (work.end..person.start).any(|word| self.form(word) == "by");
        right_before && owner.into_iter().any(apostrophe) || by
    }

    /// Whether both ends are names of one thing, one in brackets behind the other: `The Main Thing ("Glavnoye")`, `Lund (now Falk)`.
    pub(super) fn are_one(&self, judged: &Judged) -> bool {
        if judged.ends.into_iter().any(|end| is_value((self.class)(end))) {
            return false;
        }
        let [left, right] = judged.in_order();
        let mut said = false;
        let mut gap = (left.end..right.start).map(|word| self.form(word));
        let opens = |form: Option<&str>| form == Some("(") || matches!(form, Some("\"" | "”" | "'" | "’"));
        let first = gap.next();
        let bracket = first == Some("(") || opens(first) && gap.next() == Some("(");
        let named = gap.all(|form| {
            let quote = matches!(form, "\"" | "“" | "'" | "‘" | ":" | ",");
            said |= quote || ALSO_CALLED.contains(&form.to_lowercase());
            quote || ALSO_CALLED.contains(&form.to_lowercase())
        });
        bracket && named && said
    }

    /// Whether an end is a part of the name of what is called after it: "a Gordon Hammes lecturer".
    pub(super) fn is_a_namesake(&self, judged: &Judged) -> bool {
        let person = |(end, words): (usize, &Range<usize>)| {
            CLASSES[(self.class)(end)] == "PER" && NAMESAKES.contains(&self.form(words.end).to_lowercase())
        };
        judged.ends.into_iter().zip(&judged.words).any(person)
    }

    /// Whether who is said to perform a work acts in it.
    pub(super) fn acts(&self, judged: &Judged) -> bool {
        let [head, tail] = judged.ends.map(|end| CLASSES[(self.class)(end)]);
        let sentences = judged.words.each_ref().map(|words| self.sentence(words));
        let has = |list: &WordList| sentences.iter().any(|sentence| sentence.clone().any(|word| self.is(list, word)));
        head == "MISC" && tail == "PER" && has(&SCREEN) && !has(&MUSIC)
    }

    /// The words of the sentences of both ends and what lies between them, if these are neighbours.
    fn told(&self, judged: &Judged) -> Range<usize> {
        let [head, tail] = judged.words.each_ref().map(|words| self.sentence(words));
        if head.start <= tail.start && head.end + 1 >= tail.start { head.start..tail.end.max(head.end) } else { head }
    }

    fn sentence(&self, words: &Range<usize>) -> Range<usize> {
        self.tokenized.words_in(self.tokenized.words[words.start].sentence)
    }

    fn form(&self, word: usize) -> &'a str {
        self.tokenized.form(self.text, word)
    }

    fn is(&self, list: &WordList, word: usize) -> bool {
        list.contains(&self.form(word).to_lowercase())
    }
}
