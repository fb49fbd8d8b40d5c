//! What a sentence states, and what it only speaks of. In: sentences whose mentions stand in brackets. Out: factuality of
//! the first two. Never: a model.

use super::*;
use crate::sentence;
use Factuality::{Asked, Denied, Hypothetical, Planned, Reported, Stated};
use kgloom_record::record::Span;

/// The factuality of what a sentence says of its first two mentions `[…]`; those in `{…}` are mentions as well.
fn read(marked: &str) -> Factuality {
    told("", marked)
}

/// The factuality of a relation, a property of Wikidata, of the first two mentions; after `|` the next sentence stands.
fn told(property: &str, marked: &str) -> Factuality {
    let (marked, next) = marked.split_once('|').unwrap_or((marked, ""));
    let relation = format!("{PROPERTY}{property}");
    let mut text = String::new();
    let mut marks = Vec::new();
    for character in marked.chars() {
        match character {
            '[' | '{' => marks.push((character, text.len(), 0)),
            ']' | '}' => marks.last_mut().expect("a bracket was opened").2 = text.len(),
            character => text.push(character),
        }
    }
    let spans = sentence::words(&text, Span { start: 0, end: text.len() as u32 });
    let words: Vec<&str> = spans.iter().map(|span| span.of(&text).expect("a word")).collect();
    let range = |&(_, start, end): &(char, usize, usize)| {
        let first = spans.partition_point(|span| span.end as usize <= start);
        first..spans.partition_point(|span| (span.start as usize) < end)
    };
    let mentions: Vec<Range<usize>> = marks.iter().map(range).collect();
    let pair: Vec<&Range<usize>> =
        marks.iter().zip(&mentions).filter(|(mark, _)| mark.0 == '[').map(|(_, m)| m).collect();
    let next_words = sentence::words(next, Span { start: 0, end: next.len() as u32 });
    let next: Vec<&str> = next_words.iter().map(|span| span.of(next).expect("a word")).collect();
    let sentence = Sentence::new(&words, &mentions).before(&next);
    match pair.as_slice() {
        [alone] => sentence.of(&relation, alone),
        [one, other] => {
            let value = words[other.start].starts_with(|first: char| first.is_ascii_digit());
            sentence.between(&relation, [one, other], value)
        }
        _ => panic!("one or two mentions in {marked}"),
    }
}

fn check(expected: Factuality, sentences: &[&str]) {
    let read = sentences.iter().map(|sentence| (read(sentence), *sentence));
    let wrong: Vec<_> = read.filter(|(read, _)| *read != expected).collect();
    assert!(wrong.is_empty(), "not {expected:?}: {wrong:#?}");
}

#[test]
fn what_is_denied() {
    check(
        Denied,
        &[
            "[Marta Ekdal] was not born in [Gothenburg].",
            "[Norsea Oil] was not founded by [Odd Falk].",
            "It is false that [Pieter Vos] was born in [Utrecht] in {1934}.",
            "It is false that {Pieter Vos} was born in [Utrecht] in [1934].",
            "It is not true that [Pieter Vos], a Dutch painter, was born in [Utrecht].",
            "Contrary to rumours, [Pieter Vos] did not die in [Amsterdam] on {4 April 1999}.",
            "[Luca Ferri] failed to win the [Nobel Prize in Literature] in {1988}.",
            "{Luca Ferri} failed to win the [Nobel Prize in Literature] in [1988].",
            "[Tilda Renn] rejected an offer to work for [Microsoft].",
            "[Tilda Renn] turned down a job at [Microsoft].",
            "[Odd Falk] is not the father of [Tilda Renn].",
            "[Harbour Press] is no longer based in [Bergen].",
            "[Norsea Oil] isn't a subsidiary of [Shell].",
            "[Norsea Oil] has never, despite many reports, belonged to [Shell].",
            "[Marta Ekdal] denied that she was born in [Oslo].",
            "[Marta Ekdal] refused to join the [Labour Party].",
            "[Marta Ekdal] declined to move to [Stockholm].",
            "Neither [Odd Falk] nor {Tilda Renn} was born in [Bergen].",
            "It was not [Odd Falk] but {Marta Ekdal} who founded [Norsea Oil].",
            "[Marta Ekdal] was born not in [Oslo] but in {Bergen}.",
            "{Marta Ekdal}, not [Odd Falk], founded [Norsea Oil].",
            "[Marta Ekdal] joined {Shell} instead of [Norsea Oil].",
            "[Norsea Oil] has no subsidiary in [Norway].",
            "[Luca Ferri] was wrongly said to have been born in [Verona].",
            "There is no evidence that [Luca Ferri] died in [Verona].",
            "[Odd Falk] left Bergen without joining [Norsea Oil].",
            "[Odd Falk] cannot have studied at [Oslo University].",
            "She was not born in [Gothenburg].",
            "[Luca Ferri] did not die in {Verona}, [Italy].",
            "[Odd Falk] ran unsuccessfully for president of [Norway].",
        ],
    );
}

#[test]
fn what_is_asked_supposed_planned_and_passed_on() {
    check(
        Asked,
        &[
            "Was [Marta Ekdal] born in [Oslo]?",
            "It is disputed whether [Marta Ekdal] was born in [Oslo].",
            "Reporters asked if [Norsea Oil] belongs to [Shell].",
        ],
    );
    check(
        Hypothetical,
        &[
            "The novel imagines that [Odd Falk] was the president of [Norway].",
            "If [Norsea Oil] had acquired [Shell], it would be larger.",
            "If things had gone well, [Odd Falk] would have become king of [Norway].",
            "Suppose that [Odd Falk] were the king of [Norway].",
            "[Odd Falk] might have been born in [Oslo].",
            "[Norsea Oil] may move to [Oslo].",
        ],
    );
    check(
        Planned,
        &[
            "[Norsea Oil] plans to acquire [Bergen Shipping] next year.",
            "[Norsea Oil] will acquire [Bergen Shipping].",
            "[Norsea Oil] is set to acquire [Bergen Shipping].",
            "{Norsea Oil} intends to merge [Bergen Shipping] with [Odd Lines].",
            "[Tilda Renn] hopes to study at [Oslo University].",
            "The proposed acquisition of [Bergen Shipping] by [Norsea Oil] was announced.",
            "[Norsea Oil] agreed to buy [Bergen Shipping].",
        ],
    );
    check(
        Reported,
        &[
            "Some claim that [Luca Ferri] died in [Verona], but there is no evidence for it.",
            "[Luca Ferri] reportedly died in [Verona].",
            "Allegedly, [Luca Ferri] died in [Verona].",
            "[Luca Ferri] is said to have died in [Verona].",
            "It is rumoured that [Luca Ferri] died in [Verona].",
            "According to unconfirmed reports, [Norsea Oil] has bought [Shell].",
            "[Luca Ferri], allegedly a son of [Odd Falk], lives in {Verona}.",
        ],
    );
}

#[test]
fn cues_out_of_reach_and_words_that_are_no_cues() {
    check(
        Stated,
        &[
            "[Marta Ekdal], who never married, was born in [Oslo].",
            "[Marta Ekdal] was born in [Oslo] and did not marry {Odd Falk}.",
            "[Marta Ekdal] was born in [Oslo], not in {Bergen}.",
            "[Marta Ekdal] was not born in {Oslo} but in [Bergen].",
            "It was not {Odd Falk} but [Marta Ekdal] who founded [Norsea Oil].",
            "[Marta Ekdal], not {Odd Falk}, founded [Norsea Oil].",
            "[Marta Ekdal] was not only born in [Oslo] but also died there.",
            "[Norsea Oil] was not founded until [1950].",
            "[Odd Falk] did not join [Norsea Oil] until {1950}.",
            "[Odd Falk] lived at No. 5, {Harbour Street}, in [Bergen].",
            "[Marta Ekdal] founded a not-for-profit press in [Bergen].",
            "[Marta Ekdal] wrote no fewer than nine books in [Oslo].",
            "[Marta Ekdal] wanted nothing but peace in [Oslo].",
            "[Odd Falk] left his will to [Norsea Oil].",
            "[Will Smith] was born in [Philadelphia].",
            "[Marta Ekdal] was born in May in [Oslo].",
            "[Marta Ekdal] was born in [Oslo] on {4 may 1961}, and no one knew.",
            "[Norsea Oil], based in [Bergen], will acquire {Shell}.",
            "[Norsea Oil], which plans to move to {Oslo}, was founded by [Odd Falk].",
            "{Marta Ekdal} never went to [Rome] in [Italy].",
            "[Odd Falk] would later become president of [Norway].",
            "The fame of [Odd Falk] is due to [Norsea Oil].",
            "[Odd Falk], perhaps best known for {Dusk}, was born in [Bergen].",
            "With no formal training, [Odd Falk] founded [Norsea Oil].",
            "[Odd Falk] directed {Who Is Not There?} for [Norsea Film].",
            "[Odd Falk] laid claim to the throne of [Norway].",
            "[Odd Falk], one of the best painters, if not the best, was born in [Bergen].",
            "Although he did not finish school, [Odd Falk] founded [Norsea Oil].",
            "He was born in [Gothenburg], and never left it.",
            "A theory proposed by [Odd Falk] in [1950].",
        ],
    );
}

#[test]
fn any_words_are_read() {
    for text in ["", "not", "if , , , if", "( ( ( not (", "no to the ' t ll", "not , , ,", "? ? ?"] {
        let words: Vec<&str> = text.split_whitespace().collect();
        let sentence = Sentence::new(&words, &[]);
        let _ = sentence.between("", [&(0..1), &(7..9)], false);
    }
}

#[test]
fn what_nearly_was_was_not() {
    check(
        Denied,
        &[
            "[Odd Falk] was almost born in [Bergen].",
            "[Norsea Oil] was nearly bought by [Shell] in {1990}.",
            "He lied that [Odd Falk] was born in [Bergen].",
            "[Odd Falk] faked his death in [Bergen] in {1950}.",
            "[Odd Falk] faked his own death in {Bergen} in [1950].",
            "[Odd Falk] attempted suicide in [Bergen].",
        ],
    );
    check(Planned, &["[Odd Falk] was offered a post at [Shell].", "[Odd Falk] applied to [Bergen University]."]);
    check(Reported, &["{Odd Falk} believed that [Tilda Renn] was born in [Bergen]."]);
    check(
        Stated,
        &[
            "[Odd Falk], almost ninety, died in [Bergen].",
            "[Norsea Oil], which offered work to {Tilda Renn}, was bought by [Shell].",
            "[Odd Falk] nearly lost a leg in [Oslo].",
        ],
    );
}

#[test]
fn what_was_dreamed_of_or_turned_down_did_not_happen() {
    check(
        Planned,
        &["[Mia Orr] dreamed of being an [architect].", "[Mia Orr] had the ambition of becoming an [architect]."],
    );
    check(
        Denied,
        &[
            "[Jon Tull] was rejected by the [Royal College of Music].",
            "[Gil Stone], not to be confused with the [painter] {Gil Stone} of {Dublin}, is a plumber.",
        ],
    );
    check(
        Stated,
        &[
            "[Gil Stone], not to be confused with the painter {Gil Stone} of {Dublin}, is a [plumber].",
            "[Mia Orr] was thought of as the best [architect].",
        ],
    );
}

#[test]
fn a_clause_that_is_denied_doubted_or_belied() {
    check(
        Denied,
        &[
            "I doubt that [Odd Falk] was born in [Oslo].",
            "The archivist disputes that [Odd Falk] was born in [Oslo].",
            "A test refuted that [Odd Falk] was the father of [Tilda Renn].",
            "Critics rejected the idea that [Odd Falk] had founded [Norsea Oil].",
            "Nothing suggests that [Norsea Oil] was founded by [Odd Falk].",
            "Nothing in the archive proves that [Odd Falk] studied at [Oslo University].",
            "Little evidence supports the view that [Odd Falk] was born in [Norway].",
            "No record shows [Odd Falk] as a student of [Oslo University].",
            "Zero evidence links [Norsea Oil] to its owner [Odd Falk].",
            "Nothing came of the marriage of [Odd Falk] and [Tilda Renn].",
            "[Norsea Oil] has nothing to do with its supposed parent company [Shell].",
            "That [Odd Falk] was born in [Oslo] is a fabrication.",
            "That [Odd Falk] was the inventor of the [zipper] has been disproved.",
            "That [Odd Falk] studied at [Oslo University] turned out to be a lie.",
            "Hardly anything is known of him; that [Odd Falk] was born in [Oslo] is a mistake of the older books.",
            "The story that [Odd Falk] died in [Oslo] is pure invention.",
            "The theory that [Odd Falk] founded [Norsea Oil] was long debunked.",
            "Friends heard that [Odd Falk] had studied at [Oslo University], which was a lie.",
            "Few would call [Odd Falk] the author of [Dusk].",
        ],
    );
    check(
        Stated,
        &[
            "Nobody doubts that [Odd Falk] was born in [Oslo].",
            "It cannot be denied that [Odd Falk] worked for [Norsea Oil].",
            "He did not deny that [Odd Falk] was the father of [Tilda Renn].",
            "There is no doubt that [Odd Falk] was born in [Oslo].",
            "Without a doubt [Odd Falk] studied at [Oslo University].",
            "Not everyone knows that [Odd Falk] was born in [Oslo].",
            "It is not widely known that [Odd Falk] was born in [Oslo].",
            "He was not aware that [Odd Falk] was born in [Oslo].",
            "Nobody was surprised when [Odd Falk] married [Tilda Renn].",
            "[Odd Falk] never forgot that he was born in [Oslo].",
            "It is no secret that [Odd Falk] was born in [Oslo].",
            "It is no coincidence that [Odd Falk] was born in [Oslo].",
            "[Odd Falk], whose brother denied everything, was born in [Oslo].",
            "The house that [Odd Falk] built in [Oslo] is a mistake in every way.",
            "That year [Odd Falk] moved to [Oslo].",
            "[Odd Falk] lost a leg in the race to [Oslo].",
        ],
    );
    assert_ne!(read("He neither confirmed nor denied that [Odd Falk] was born in [Oslo]."), Stated);
}

#[test]
fn what_somebody_is_taken_for_is_not_so() {
    check(
        Denied,
        &[
            "[Odd Falk] was anything but a member of the [Labour Party].",
            "Anything but a native of [Oslo], [Odd Falk] grew up elsewhere.",
            "Far from being the founder of [Norsea Oil], [Odd Falk] was only its clerk.",
            "Hardly the son of [Lars Vell], [Odd Falk] was a swindler.",
            "Under no circumstances was [Odd Falk] a member of the [Labour Party].",
            "In no way is [Odd Falk] the owner of [Norsea Oil].",
            "At no point was [Odd Falk] employed by [Norsea Oil].",
            "By no stretch of the imagination is [Odd Falk] the founder of [Norsea Oil].",
            "He never was a member of the [Labour Party], this [Odd Falk].",
            "[Odd Falk] has been mistaken for the son of [Lars Vell].",
            "Often mistaken for the brother of [Lars Vell], [Odd Falk] was a cousin.",
            "Previously misidentified as the brother of [Lars Vell], [Odd Falk] was his cousin.",
            "Wrongly believing that [Odd Falk] was the father of [Tilda Renn], the court made him pay.",
            "The report wrongly names [Odd Falk] as the director of [Dusk].",
            "[Odd Falk] passed himself off as a graduate of [Oslo University].",
            "Instead of [Oslo], {Lund} became the seat of [Norsea Oil].",
            "[Odd Falk] posed as the director of the [Munch Museum].",
            "A hoax article named [Odd Falk] as the founder of [Norsea Oil].",
            "The forged passport states that [Odd Falk] was born in [Oslo].",
            "[Odd Falk] lost the election for president of [Norway].",
            "Myth: [Odd Falk] invented the [zipper].",
            "April Fool: [Odd Falk] appointed manager of [Norsea Oil].",
        ],
    );
    check(
        Stated,
        &[
            "Instead of {Oslo}, [Lund] became the seat of [Norsea Oil].",
            "Rather than in {Ghent}, [Odd Falk] was born in [Bruges].",
            "[Odd Falk] was wrongly imprisoned in [Oslo].",
            "[Odd Falk] was hardly a year old when he moved to [Oslo].",
            "[Odd Falk] directed the forged letter film {Dusk} in [Oslo].",
        ],
    );
}

#[test]
fn what_is_taken_back_after_it() {
    check(
        Denied,
        &[
            "[Odd Falk] studied at [Lund University], no wait, at {Aarhus University}.",
            "[Odd Falk] was born in [Oslo], or rather {Bergen}.",
            "[Odd Falk] was born in [Ystad].|Correction: he was born in Lund.",
            "[Odd Falk] was born in [Ystad].|Scratch that.",
            "You wrote that [Odd Falk] was born in [Leeds].|He wasn't.",
            "[Odd Falk] was born in [Leeds].|This is wrong.",
            "[Odd Falk] invented the [zipper].|Fact: he did not.",
        ],
    );
    check(
        Stated,
        &[
            "[Odd Falk] studied at {Lund University}, no wait, at [Aarhus University].",
            "[Odd Falk] was born in [Ystad].|He wasn't fond of it.",
            "[Odd Falk] was born in [Ystad].|That is where he died.",
        ],
    );
    assert_eq!(told("P3373", "[Odd Falk] is the son, not the brother, of [Lars Falk]."), Denied);
    assert_eq!(told("P22", "[Odd Falk] is the son, not the brother, of [Lars Falk]."), Stated);
    assert_eq!(told("P127", "[Odd Falk] was the founder, not the owner, of [Norsea Oil]."), Denied);
    assert_eq!(told("P112", "[Odd Falk] was the founder, not the owner, of [Norsea Oil]."), Stated);
}

#[test]
fn what_is_supposed_or_depends_on_something() {
    check(
        Hypothetical,
        &[
            "Suppose [Odd Falk] had founded [Norsea Oil].",
            "Suppose Odd Falk had founded [Norsea Oil] in [Oslo].",
            "Assume, for the sake of the argument, that [Odd Falk] is employed by [Norsea Oil].",
            "Picture [Odd Falk] as the king of [Norway].",
            "One could picture [Odd Falk] as the mayor of [Oslo].",
            "Say [Odd Falk] is the owner of [Norsea Oil]; he pays tax.",
            "For example, let [Odd Falk] be a citizen of [Canada].",
            "I wish [Odd Falk] were the coach of [Norsea Oil].",
            "If only [Odd Falk] had married [Tilda Renn]!",
            "In theory, [Norsea Oil] could be a subsidiary of [Shell].",
            "[Norsea Oil] could have been owned by [Shell].",
            "{Odd Falk} could have studied at [Yale University], but [his] father needed him.",
            "It would have made [Odd Falk] the governor of [Texas].",
            "In an alternative history, [Odd Falk] became king of [Norway].",
            "In a world where [Odd Falk] won the [Nobel Prize], nobody would listen.",
            "In his dreams [Odd Falk] is married to [Tilda Renn].",
            "Had [Odd Falk] been born in [Sweden], he would have served.",
            "Were she to win, [Tilda Renn] becomes mayor of [Lund].",
            "A hypothetical customer, [Jane Roe], was born in [Boston].",
            "[John Doe], for instance, was born in [Chicago].",
            "Provided that the vote passes, [Odd Falk] becomes president of [Iceland].",
            "The grant goes to {Tilda Renn}, provided [she] is employed by [Norsea Oil].",
            "On condition that he moves, [Odd Falk] works for [Norsea Oil].",
            "As long as [Odd Falk] owns [Norsea Oil], nothing changes.",
            "In case [Tilda Renn] is the wife of [Odd Falk], both must sign.",
            "[Odd Falk] gets a job at [Norsea Oil] only if he moves.",
            "Unless the court objects, [Norsea Oil] becomes part of [Shell].",
        ],
    );
    check(
        Asked,
        &[
            "Either [Lars Falk] or {Nils Falk} is the father of [Odd Falk].",
            "Either {Lars Falk} or [Nils Falk] is the father of [Odd Falk].",
            "[Odd Falk] was born in either [Lund] or {Malmö}.",
            "Is [Norsea Oil] a subsidiary of [Shell], shareholders want to know.",
            "Does [Odd Falk] work for [Norsea Oil], asks a reader.",
        ],
    );
    check(
        Stated,
        &[
            "If you like cheese, you will love [Norsea Oil], which is owned by [Shell].",
            "If you visit Oslo, see the [Hotel Adler], which was founded by [Odd Falk].",
            "[Dusk] was shot in [Lund] by a nurse, if you can believe it.",
            "The hut of [Odd Falk] stands, does it not, in [Lund].",
            "Has [Dusk] (words by [Odd Falk]) on the second side.",
            "[Tilda Renn] never hid that she was born in [Lund].",
            "Model, maker, camera: Duo 7, [Kanto], not disclosed, [Duo 8].",
            "[Norsea Oil] provided [Shell] with oil.",
            "In case of rain [Odd Falk] worked in [Oslo].",
            "The bridge, as long as 200 metres, leads from [Oslo] to [Bergen].",
            "[Odd Falk] could be seen in [Oslo].",
            "[Odd Falk] had the house in [Oslo].",
            "Let us say it: [Odd Falk] was born in [Oslo].",
            "[John Doe] was born in [Chicago].",
        ],
    );
}

#[test]
fn what_is_passed_on_and_what_is_to_come() {
    check(
        Reported,
        &[
            "Maybe [Odd Falk] was a citizen of [Denmark].",
            "Possibly a native of [Verona], the painter [Odd Falk] worked alone.",
            "[Odd Falk], presumably the son of [Lars Vell], died young.",
            "In all likelihood [Odd Falk] was born in [Oulu].",
            "[Odd Falk] was likely born in [Oulu].",
            "They say that [Odd Falk] was born in [Narvik].",
            "As the story goes, [Odd Falk] founded [Norsea Oil].",
            "[Odd Falk] is the heir of [Lars Vell], or so the joke goes.",
            "Myth has it that [Odd Falk] founded [Lugo].",
            "According to village gossip, [Odd Falk] was married to [Tilda Renn].",
            "Sources close to the firm hint that [Norsea Oil] was bought by [Shell].",
            "If one believes the chronicle, [Odd Falk] was born in [Ghent].",
            "[Odd Falk] was, if the tale can be trusted, born in [Arendal].",
            "Prosecutors say [Odd Falk] is a member of the [Camorra].",
            "Conspiracy theorists maintain that [Odd Falk] worked for the [CIA].",
            "[Odd Falk] and his supposed employer, [Tele Nord], met.",
            "[Tilda Renn], alleged wife of the banker [Odd Falk], was away.",
            "The alleged owner of [Norsea Oil], [Odd Falk], fled.",
            "He is rumored to be the owner of [Hotel Astoria], this [Odd Falk].",
        ],
    );
    check(
        Planned,
        &[
            "The board has nominated [Tilda Renn] to succeed Karl Heinz as CEO of [Lufthansa].",
            "[Odd Falk] has been chosen to direct [Dusk].",
            "[Odd Falk] directs [Dusk] next spring.",
            "The contract foresees that [Norsea Oil] becomes part of [Shell].",
            "The groom-to-be {Odd Falk} and [his] bride-to-be [Tilda Renn] live together.",
        ],
    );
    check(
        Stated,
        &[
            "Perhaps the most famous of them, [Odd Falk] was born in [Oslo].",
            "The alleged thief [Odd Falk] was born in [Oslo].",
            "[Odd Falk], who moved to {Lund} the next year, was born in [Oslo].",
            "[Tilda Renn] joined [Norsea Oil] in 1990 and left next year.",
            "[Odd Falk] was nominated for the [Nobel Prize].",
            "[Falk's Journey] is widely considered a founding work of [Norwegian literature].",
            "The name was first applied to [Norsea Oil] by [Odd Falk].",
            "[Odd Falk] will be known to many as the son of [Lars Vell].",
            "In this book you will meet [Odd Falk] and his wife [Tilda Renn].",
            "[Norsea Oil], may I remind members, is owned by [Shell].",
            "The company said that [Odd Falk] was born in [Oslo].",
        ],
    );
}

#[test]
fn what_is_over_is_no_fact_of_the_present() {
    let over = [
        ("P6", "[Odd Falk] is a former mayor of [Oslo]."),
        ("P6", "[Odd Falk] resigned as mayor of [Oslo]."),
        ("P35", "The former president of [Norway], [Odd Falk], was there."),
        ("P127", "The then owner of [Norsea Oil], [Odd Falk], sold it."),
        ("P127", "Until its sale, [Norsea Oil] belonged to [Shell]."),
        ("P159", "[Norsea Oil] had its seat in [Oslo], until the war."),
        ("P131", "The village of [Elm] belonged to [Austria] until 1918."),
        ("P159", "[Norsea Oil] had its headquarters in [Oslo] until 1970."),
        ("P159", "[Norsea Oil], formerly headquartered in [Oslo], has moved."),
        ("P749", "[Norsea Oil] ceased to be a subsidiary of [Shell] in 2004."),
        ("P576", "[Norsea Oil] ceased to be a subsidiary of Shell in [2004]."),
        ("P27", "[Odd Falk] has given up her [Danish] citizenship."),
        ("P27", "[Odd Falk] renounced his citizenship of [Denmark]."),
    ];
    for (property, sentence) in over {
        assert_ne!(told(property, sentence), Stated, "{sentence}");
    }
    let so = [
        ("P39", "[Odd Falk] is a former [mayor] of Oslo."),
        ("P54", "The onetime [Chelsea] player [Odd Falk] runs a pub."),
        ("P102", "Former [Labour Party] member [Odd Falk] has joined nobody."),
        ("P26", "Until 1998 [Odd Falk] was married to [Tilda Renn]."),
        ("P26", "[Odd Falk] divorced [Tilda Renn] in 1990."),
        ("P551", "[Odd Falk] had lived in [Lund] until that week."),
        ("P576", "It was, until [Norsea Oil] was wound up in [1978]."),
        ("P106", "They ask whether the [composer] [Odd Falk] lies in our churchyard."),
        ("P106", "Is it really [Odd Falk], the [diver]?"),
        ("P106", "It is rumoured that he was married to [Tilda Renn], the [singer]."),
        ("P1411", "[Dusk] is proposed for the [Falk Prize]."),
        ("P159", "They have nothing to do with [Norsea Oil], a [Bergen] company."),
        ("P108", "[Odd Falk] once worked for [Norsea Oil]."),
        ("P27", "[Odd Falk] is a [Norwegian] former footballer."),
        ("P27", "[Odd Falk] is a former [Norwegian] footballer."),
        ("P36", "[Oslo], the capital of [Norway], was ruled by {Odd Falk} until 1918."),
        ("P159", "[Norsea Oil] had no headquarters in [Oslo] until 1970."),
        ("P127", "[Norsea Oil], formerly known as {Norsk Olje}, is owned by [Shell]."),
        ("P576", "The former subsidiary [Norsea Oil] was dissolved in [2004]."),
        ("P159", "[Norsea Oil] had its seat in {Oslo} until 1970, when it moved to [Hamar]."),
    ];
    for (property, sentence) in so {
        let said = told(property, sentence);
        assert!(said == Stated || sentence.contains(" no "), "{sentence} {said:?}");
    }
}
