//! Occupations that a sentence gives somebody: "X (born 1950) is an English cricketer and writer", "X, a poet, …", "the
//! painter X". A tagger that has learned from sets which mark names alone passes over such nouns.
//!
//! In: the words of a window, mentions. Out: the same mentions, and these nouns. Never: a relation; whether the noun is said
//! of the person is the relation head's to tell.

use super::layout::TokenizedText;
use super::mentions::{CLASSES, MentionSpan};
use super::predicate::{self, ARTICLES, Sentence, VERBS};
use super::word_list::WordList;
use std::ops::Range;

/// The last words of occupations.
static NOUNS: WordList = WordList::new(
    "
    abolitionist academic accordionist accountant activist actor actress actuary administrator admiral adventurer
    advocate agent agronomist aide alchemist all-rounder alpinist ambassador analyst anatomist animator announcer
    anthropologist antiquarian antiquary apothecary archaeologist archbishop architect archivist aristocrat arranger
    artist assassin astrologer astronaut astronomer astrophysicist athlete attorney author aviator aviatrix baker
    ballerina balloonist bandleader banjoist banker baritone barrister bassist bassoonist batsman biathlete
    bibliographer bibliophile biochemist biographer biologist biophysicist bishop blacksmith blogger bobsledder
    bodybuilder bodyguard bookbinder bookseller botanist boxer brewer broadcaster builder bureaucrat bushranger
    businessman businessperson businesswoman cabaretist calligrapher cameraman campaigner canoeist cardinal
    cardiologist caricaturist carpenter cartographer cartoonist catcher cellist ceramicist chancellor chaplain chef
    chemist choirmaster choreographer cinematographer clarinetist clarinettist clergyman climatologist climber coach
    collector colonist columnist comedian comedienne commentator composer conductor congressman congresswoman
    conservationist conservator constable consultant contralto copywriter cornerback correspondent cosmonaut
    costumier councillor courtier couturier cricketer criminologist critic cryptographer curator cyclist dancer
    decathlete defenceman defenseman demographer dentist dermatologist designer detective diarist dietitian diplomat
    director discus-thrower dissident distiller diver dramatist draughtsman drummer ecologist economist editor
    educationalist educationist educator egyptologist electrician embryologist emcee encyclopedist engineer engraver
    entertainer entomologist entrepreneur epidemiologist equestrian essayist ethnographer ethnologist
    ethnomusicologist evangelist executive explorer fabulist farmer feminist fencer fiddler filmmaker financier
    firefighter flautist flutist folklorist footballer forward fullback gamer gangster gardener genealogist
    geneticist geodesist geographer geologist geophysicist goalkeeper goaltender goldsmith golfer governor grocer
    guerrilla guitarist gunsmith gymnast gynaecologist hacker hagiographer halfback handballer harpist
    harpsichordist headmaster heptathlete hermit herpetologist high-jumper historian horseman horticulturalist
    horticulturist hotelier humorist hurdler hydrologist hymnist hymnodist ichthyologist illusionist illustrator
    impresario industrialist infielder interpreter inventor javelin-thrower jeweller jockey journalist judge judoka
    jumper jurist karateka kayaker keyboardist kickboxer landowner lawyer lecturer lexicographer librarian
    librettist linebacker lineman linguist lithographer lobbyist logician long-jumper luthier lyricist magician
    magnate manager marathoner martyr mathematician mechanic merchant metallurgist meteorologist microbiologist
    midfielder midwife mineralogist minister missionary mobster model monk motorcyclist mountaineer musician
    musicologist mycologist mystic naturalist navigator neurologist neuroscientist neurosurgeon newscaster
    newsreader ninja nobleman noblewoman novelist numismatist nun nurse nutritionist oarsman oboist obstetrician
    oceanographer officer oncologist ophthalmologist orator organist orientalist ornithologist orthodontist
    outfielder paddler paediatrician painter palaeontologist paleontologist pamphleteer paralympian parliamentarian
    pathologist pediatrician penologist pentathlete percussionist personality pharmacist pharmacologist
    philanthropist philatelist philologist philosopher photographer photojournalist physician physicist physiologist
    physiotherapist pianist pilot pioneer pitcher planner planter player playwright plumber podcaster poet poetess
    polemicist policeman policewoman politician polymath pornographer potter preacher presenter priest principal
    printer printmaker privateer producer professor programmer prosecutor psephologist psychiatrist psychoanalyst
    psychologist publicist publisher puppeteer quarterback rabbi racer radiologist rancher rapper realtor referee
    reformer reporter researcher restaurateur restorer revolutionary rower sailor samurai satirist saxophonist
    scholar schoolmaster schoolteacher scientist screenwriter scriptwriter sculptor sculptress seismologist senator
    servant settler sexologist shipbuilder shipwright shoemaker shortstop shot-putter silversmith singer
    singer-songwriter skater skier slaveholder snowboarder socialite sociologist soldier solicitor songwriter
    soprano speechwriter sportsman sportsperson sportswoman sprinter spy statesman stateswoman statistician
    steelmaker stockbroker stonemason strategist strongman stuntman stylist suffragette suffragist surfer surgeon
    surveyor swimmer swordsman synthesist tailor talmudist teacher technologist televangelist tenor theologian
    theorist therapist thrower toxicologist trade-unionist trader trainer translator triathlete trombonist
    troubadour trumpeter typographer ufologist umpire unionist urologist vaulter veterinarian vibraphonist violinist
    violist virologist vlogger vocalist volcanologist volleyballer walker warlord watchmaker weightlifter
    whistleblower wicket-keeper winger wrestler writer yachtsman youtuber zoologist
",
);
/// What may stand before the article.
const BEFORE_ARTICLE: [&str; 5] = ["also", "both", "formerly", "once", "then"];
/// Adjectives that are no part of an occupation's name.
const ADJECTIVES: [&str; 36] = [
    "accomplished",
    "amateur",
    "award-winning",
    "celebrated",
    "contemporary",
    "current",
    "distinguished",
    "early",
    "eminent",
    "famous",
    "first",
    "former",
    "great",
    "important",
    "independent",
    "influential",
    "late",
    "leading",
    "modern",
    "notable",
    "noted",
    "old",
    "pioneering",
    "popular",
    "prolific",
    "prominent",
    "professional",
    "renowned",
    "retired",
    "second",
    "self-taught",
    "sometime",
    "successful",
    "then",
    "well-known",
    "young",
];
/// What goes on after an occupation, so that another may follow.
const LINKS: [&str; 5] = [",", "and", "&", "or", "as"];
/// Words that end what somebody is.
const ENDS: [&str; 30] = [
    "active", "at", "best", "born", "by", "during", "for", "from", "had", "has", "he", "in", "known", "of", "on",
    "she", "since", "that", "to", "under", "until", "when", "where", "which", "while", "who", "whom", "whose", "with",
    "not",
];
/// So many words before an occupation are its own.
const LONGEST_MODIFIER: usize = 2;
/// So many words tell what somebody is.
const LONGEST: usize = 24;

/// Adds the occupations that the sentences of a window give people.
pub(super) fn add(text: &str, tokenized: &TokenizedText, window: Range<usize>, found: &mut Vec<MentionSpan>) {
    let Some(class) = CLASSES.iter().position(|class| *class == "MISC") else { return };
    let mut added: Vec<MentionSpan> = Vec::new();
    for (first, sentence) in predicate::sentences((text, tokenized), &window, found) {
        let people = sentence.found.iter().filter(|found| CLASSES[found.class] == "PER");
        for person in people {
            let told = sentence.told_before(person.words.start, first);
            let told = told.into_iter().chain(sentence.told_after(person.words.end));
            added.extend(told.map(|words| MentionSpan { words, class, score: 1.0 }));
        }
    }
    predicate::insert(added, found);
}

/// Whether a word is the last of an occupation's name.
pub(super) fn is_one(word: &str) -> bool {
    NOUNS.contains(word)
}

impl<'a> Sentence<'a> {
    /// The occupation right before a name, in a sentence that begins with the word `first`.
    fn told_before(&self, name: usize, first: usize) -> Option<Range<usize>> {
        let noun = name.checked_sub(1).filter(|word| *word >= first)?;
        let free = |word: usize| self.mention(word).is_none();
        (free(noun) && NOUNS.contains(self.form(noun))).then(|| {
            let modifies = |word: &usize| *word >= first && free(*word) && self.is_modifier(*word);
            let own = (1..=LONGEST_MODIFIER).map_while(|back| noun.checked_sub(back).filter(modifies));
            own.last().unwrap_or(noun)..name
        })
    }

    /// The occupations that follow a name, by a verb or after a comma.
    fn told_after(&self, name: usize) -> Vec<Range<usize>> {
        self.said_of(name).map_or_else(Vec::new, |start| self.occupations(start))
    }

    /// The occupations that a phrase with an article names.
    fn occupations(&self, start: usize) -> Vec<Range<usize>> {
        let mut told = Vec::new();
        let before = (start..self.end).take_while(|word| BEFORE_ARTICLE.contains(&self.form(*word))).count();
        let article = start + before;
        if !ARTICLES.contains(&self.form(article)) {
            return told;
        }
        let (mut word, mut first) = (article + 1, None);
        while word < self.end.min(article + LONGEST) {
            let form = self.form(word);
            if let Some(mention) = self.mention(word) {
                if CLASSES[mention.class] == "PER" {
                    break;
                }
                (word, first) = (mention.words.end, None);
                continue;
            }
            if LINKS.contains(&form) || ARTICLES.contains(&form) {
                first = None;
            } else if ENDS.contains(&form) || !form.starts_with(char::is_alphabetic) && !matches!(form, "-" | "/") {
                break;
            } else if NOUNS.contains(form) && !self.goes_on(word) {
                let own = first.unwrap_or(word).max(word.saturating_sub(2 * LONGEST_MODIFIER));
                told.push(own..word + 1);
                first = None;
            } else if self.is_modifier(word) {
                first = first.or(Some(word));
            } else if form != "-" {
                first = None;
            }
            word += 1;
        }
        told
    }

    /// Whether another occupation's name follows at once, of which this is a part ("singer-songwriter", "film director").
    fn goes_on(&self, word: usize) -> bool {
        let next = if self.form(word + 1) == "-" { word + 2 } else { word + 1 };
        self.mention(next).is_none() && NOUNS.contains(self.form(next))
    }

    /// Whether a word before an occupation is a part of its name.
    fn is_modifier(&self, word: usize) -> bool {
        let form = self.form(word);
        let small = form.chars().all(|c| c.is_lowercase() || c == '-');
        let other = [&ADJECTIVES[..], &ARTICLES, &ENDS, &LINKS, &VERBS, &BEFORE_ARTICLE]
            .iter()
            .any(|words| words.contains(&form));
        small && !other && form.chars().any(char::is_alphabetic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;
    use kgloom_record::record::Span;

    /// The nouns that are found beside the mentions of a text.
    fn check(text: &str, mentions: &[(&str, &str)], expected: &[&str]) {
        let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
        let mut found: Vec<MentionSpan> = mentions
            .iter()
            .map(|(name, class)| {
                let at = text.find(name).expect("the text says it");
                let words = tokenized.words_under(Span { start: at as u32, end: (at + name.len()) as u32 });
                MentionSpan { words, class: CLASSES.iter().position(|known| known == class).unwrap(), score: 1.0 }
            })
            .collect();
        let known = found.clone();
        add(text, &tokenized, 0..tokenized.words.len(), &mut found);
        assert!(found.is_sorted_by_key(|found| found.words.start));
        let surface = |found: &MentionSpan| {
            let [first, last] = [found.words.start, found.words.end - 1].map(|word| tokenized.words[word].span);
            text[first.start as usize..last.end as usize].to_owned()
        };
        let new: Vec<String> =
            found.iter().filter(|found| !known.iter().any(|k| k.words == found.words)).map(surface).collect();
        assert_eq!(new, expected, "{text}");
    }

    const ANN: (&str, &str) = ("Ann Rowe", "PER");

    #[test]
    fn what_somebody_is_said_to_be_is_a_mention() {
        check(
            "Ann Rowe (born 1 May 1950) was an English cricketer who played.",
            &[ANN, ("English", "LOC")],
            &["cricketer"],
        );
        check(
            "Ann Rowe is an American jazz saxophonist and composer.",
            &[ANN, ("American", "LOC")],
            &["jazz saxophonist", "composer"],
        );
        check(
            "Ann Rowe was a painter, sculptor and noted poet from Ohio.",
            &[ANN, ("Ohio", "LOC")],
            &["painter", "sculptor", "poet"],
        );
        check("Ann Rowe is a Danish singer-songwriter.", &[ANN, ("Danish", "LOC")], &["singer-songwriter"]);
        check("Ann Rowe, a British novelist, left.", &[ANN, ("British", "LOC")], &["novelist"]);
        check("The song of Irish singer Ann Rowe is old.", &[ANN, ("Irish", "LOC")], &["singer"]);
        check(
            "Ann Rowe, also known as Bell, was a Labour politician.",
            &[ANN, ("Bell", "PER"), ("Labour", "ORG")],
            &["politician"],
        );
    }

    #[test]
    fn what_somebody_is_not_said_to_be_is_none() {
        check("Ann Rowe met a painter.", &[ANN], &[]);
        check("Ann Rowe was not a painter.", &[ANN], &[]);
        check("Ann Rowe, whose father was a painter, sang.", &[ANN], &[]);
        check("Ann Rowe was the daughter of a painter.", &[ANN], &[]);
        check("Ann Rowe was a native of Ohio.", &[ANN, ("Ohio", "LOC")], &[]);
        check("The bridge was a painter's dream.", &[], &[]);
    }
}
