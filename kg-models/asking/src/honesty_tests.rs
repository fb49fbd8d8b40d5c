//! What is owned up to, and what is told beside answers: unknown words, offices, places within places, kinds, namesakes.

use crate::tests::{World, check_over, said};
use crate::{Reply, answer};
use ontologies::Ontology;

const FACTS: &str = "
    person:Priya_Raman P39 miscellaneous:chief_executive_officer
    person:Priya_Raman P108 organization:Halden_Works
    person:Priya_Raman P19 location:Karst
    person:Ode_Lind P39 miscellaneous:treasurer
    person:Ode_Lind P463 organization:Halden_Works
    person:Ula_Berg P39 miscellaneous:chairman
    person:Ula_Berg P108 organization:Sarn_Bank
    person:Nils_Voss P39 miscellaneous:chief_executive_officer
    person:Nils_Voss P108 organization:Umel_Rail
    organization:Ash_Press P488 person:Tess_Moor
    organization:Halden_Works P159 location:Karst
    organization:Sarn_Bank P131 location:Karst
    organization:Karst_Academy P159 location:Karst
    organization:Umel_Rail P131 location:Umel
    location:Karst P131 location:Sarn_Province
    location:Mount_Garrow P131 location:Sarn_Province
    location:River_Sarn P131 location:Sarn_Province
    location:Sarn_Province P17 location:Corvania
    location:Corvania P131 location:Great_Island
    location:Corvania P36 location:Karst
    location:Old_Mill P131 location:Mill_Lane
    location:Mill_Lane P131 location:Karst
    location:Umel P131 location:Ostland
    location:Mount_Ost P131 location:Ostland
    location:Mount_Lorn P131 location:Great_Island
    person:Ruth_Ode P19 location:Karst
    person:Ruth_Ode P106 miscellaneous:painter
    person:Ivo_Sten P19 location:Corvania
    person:Ivo_Sten P551 location:Karst
    person:Mats_Oll P19 location:Umel
    person:Far_Off P19 location:Old_Mill
    miscellaneous:Red_Shore P123 organization:Ash_Press
    miscellaneous:Red_Shore P31 miscellaneous:novel
    miscellaneous:Flora_of_Sarn P123 organization:Ash_Press
    miscellaneous:The_Lantern P123 organization:Ash_Press
    miscellaneous:The_Lantern P31 miscellaneous:weekly_magazine
    organization:Corvanian_Academy_of_Sciences P159 location:Karst
    location:Karst_Palace P131 location:Sarn_Province
    miscellaneous:Grey_Gull P50 person:Mats_Oll
    miscellaneous:Papyra P178 organization:Umel_Rail
    miscellaneous:Papyra P571 1999
    person:Elena_Marwick P569 1921-03-12
    person:Elena_Marwick P106 miscellaneous:physicist
    person:Elena_Marwick~2 P569 1987-08-30
    person:Elena_Marwick~2 P106 miscellaneous:actress
    person:Elena_Marwick~3 P569 1955";

fn ask(question: &str) -> Reply {
    answer(&World::new(FACTS), &Ontology::bundled(), None, question)
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    check_over(FACTS, ask, cases);
}

/// Whether an identifier such as P169 stands in a text.
fn has_identifier(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| {
        word.strip_prefix('P').is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()))
    })
}

#[test]
fn a_noun_that_no_relation_fits_is_owned_up_to() {
    for (question, noun) in [
        ("What is the height of Mount Garrow?", "height"),
        ("What is the elevation of Mount Garrow?", "elevation"),
        ("Mount Garrow's height?", "height"),
        ("What is Mount Garrow's height?", "height"),
        ("What is the revenue of Halden Works?", "revenue"),
        ("What is the annual revenue of Halden Works?", "annual revenue"),
        ("What is the currency of Corvania?", "currency"),
        ("What is the motto of Corvania?", "motto"),
        ("Who is the secretary of Halden Works?", "secretary"),
        ("Who is the CFO of Halden Works?", "cfo"),
        ("Who is the goalkeeper of Umel Rail?", "goalkeeper"),
    ] {
        let reply = ask(question);
        assert_eq!(reply.why, Some(format!("I do not know what \"{noun}\" means here.")), "{question}: {reply:?}");
        assert!(reply.answers.is_empty() && reply.reading.is_empty(), "{question}: {reply:?}");
    }
}

#[test]
fn a_relation_that_is_nowhere_is_told_by_a_word() {
    for (question, word) in [
        ("Who is the CEO of Karst Academy?", "the chief executive of Karst Academy"),
        ("Who is the boss of Sarn Bank?", "the chief executive of Sarn Bank"),
        ("What is the population of Karst?", "the population of Karst"),
        ("What is the area of Karst?", "the area of Karst"),
        ("How many people live in Karst?", ""),
        ("Who is the chairman of Karst Academy?", "the chairperson of Karst Academy"),
        ("Who runs Karst Academy?", "Karst Academy"),
        ("Who is the treasurer of Sarn Bank?", "treasurer as position held"),
    ] {
        let reply = ask(question);
        let why = reply.why.clone().unwrap_or_default();
        assert!(why.contains(word) && !has_identifier(&why), "{question}: {reply:?}");
        assert!(reply.answers.is_empty() && !has_identifier(&reply.reading), "{question}: {reply:?}");
    }
}

#[test]
fn an_office_is_found_by_the_position_and_the_body() {
    check(&[
        ("Who is the CEO of Halden Works?", "Priya Raman"),
        ("Who is the chief executive officer of Halden Works?", "Priya Raman"),
        ("Who is Umel Rail's CEO?", "Nils Voss"),
        ("Who runs Halden Works?", "Priya Raman"),
        ("Who leads Umel Rail?", "Nils Voss"),
        ("Who is the treasurer of Halden Works?", "Ode Lind"),
        ("Who is the chairman of Sarn Bank?", "Ula Berg"),
        ("Who is the chairperson of Sarn Bank?", "Ula Berg"),
        ("Where was the CEO of Halden Works born?", "Karst"),
        ("Is Priya Raman the CEO of Halden Works?", "yes"),
        // A relation of its own is sooner meant.
        ("Who is the chairman of Ash Press?", "Tess Moor"),
        ("Who runs Ash Press?", "Tess Moor"),
        // Nobody is taken for who holds the office elsewhere.
        ("Who is the CEO of Sarn Bank?", ""),
        ("Who runs Sarn Bank?", ""),
    ]);
    let query = "SELECT DISTINCT ?answer ?label WHERE {\n  ?answer wdt:P39 miscellaneous:chief_executive_officer .\n";
    let sparql = ask("Who is the CEO of Halden Works?").sparql.unwrap();
    assert!(sparql.starts_with(query) && sparql.contains("wdt:P108"), "{sparql}");
}

#[test]
fn a_place_has_what_is_in_the_places_inside_it() {
    check(&[
        ("Who was born in Corvania?", "Ivo Sten, Priya Raman, Ruth Ode"),
        ("Who was born in Sarn Province?", "Far Off, Priya Raman, Ruth Ode"),
        ("Who was born in Karst?", "Far Off, Priya Raman, Ruth Ode"),
        ("Who was born in Ostland?", "Mats Oll"),
        ("Who lives in Corvania?", "Ivo Sten"),
        ("Which painters were born in Corvania?", "Ruth Ode"),
        ("How many people were born in Corvania?", "3"),
        ("Was Ruth Ode born in Corvania?", "yes"),
        ("Which academies are in Corvania?", "Corvanian Academy of Sciences, Karst Academy"),
        ("Which books were written by people born in Ostland?", "Grey Gull"),
        // Nothing is said of the whole that holds of a part, and nothing lies in what is no place.
        ("What is the capital of Sarn Province?", ""),
        ("Who was born in Umel Rail?", ""),
        ("Which painters were born in Ostland?", ""),
        ("Which bridges are in Corvania?", ""),
        ("Which universities are in Ostland?", ""),
        ("Was Ruth Ode born in Ostland?", "no"),
    ]);
    let reply = ask("Who was born in Corvania?");
    assert_eq!(reply.reading, "what has Corvania or a place in it as place of birth");
    assert!(reply.sparql.is_some_and(|query| query.contains("?x1 (wdt:P131|wdt:P17)?/(wdt:P131|wdt:P17)?/")));
    assert!(!ask("Who was born in Umel?").sparql.unwrap().contains("P131"), "nothing more is told by a place inside");
}

#[test]
fn a_word_of_a_kind_is_heeded_or_it_is_said_that_it_was_not() {
    for (question, answers, note) in [
        (
            "Which novels were published by Ash Press?",
            "Flora of Sarn, Red Shore",
            "\"novels\" could not be heeded for all: the graph does not tell the kind of Flora of Sarn",
        ),
        (
            "Which novels did Mats Oll write?",
            "Grey Gull",
            "\"novels\" could not be heeded: the graph does not tell the kind of these",
        ),
        ("Which towns are in Sarn Province?", "Karst, Old Mill", "\"towns\" could not be heeded"),
        ("Which towns are in Great Island?", "Karst", "\"towns\" could not be heeded"),
        ("Which companies are in Corvania?", "Halden Works", "\"companies\" could not be heeded"),
        ("Which companies are in Ostland?", "Umel Rail", "\"companies\" could not be heeded"),
        ("In which city was Mats Oll born?", "Umel", "\"city\" could not be heeded"),
    ] {
        let reply = ask(question);
        if !answers.is_empty() {
            assert_eq!(said(&World::new(FACTS), &reply), answers, "{question}: {reply:?}");
        }
        assert!(reply.notes.iter().any(|told| told.contains(note)), "{question}: {reply:?}");
    }
    // What the graph tells, or a relation's own name, needs no note.
    for (question, answers) in [
        ("Which magazines were published by Ash Press?", "Flora of Sarn, The Lantern"),
        ("Which books did Mats Oll write?", "Grey Gull"),
        ("Which painters were born in Karst?", "Ruth Ode"),
        ("Which academies are in Karst?", "Corvanian Academy of Sciences, Karst Academy"),
        ("Which operas were published by Ash Press?", ""),
        ("Which rivers are in Ostland?", ""),
    ] {
        let reply = ask(question);
        assert_eq!(said(&World::new(FACTS), &reply), answers, "{question}: {reply:?}");
        assert_eq!(reply.notes.is_empty(), !question.contains("magazines"), "{question}: {reply:?}");
    }
}

#[test]
fn several_of_one_name_are_told_apart() {
    let reply = ask("When was Elena Marwick born?");
    assert_eq!(said(&World::new(FACTS), &reply), "1921-03-12, 1955, 1987-08-30");
    let note = &reply.notes[0];
    assert!(note.starts_with("three are called \"Elena Marwick\""), "{note}");
    for of_one in ["person:Elena_Marwick has 1921-03-12", "Elena_Marwick~2> has 1987-08-30"] {
        assert!(note.contains(of_one), "{note}");
    }
    let reply = ask("Who is Elena Marwick?");
    assert!(reply.notes[0].starts_with("two are called \"Elena Marwick\""), "{reply:?}");
    let reply = ask("Was Elena Marwick born in 1955?");
    assert!(reply.notes[0].starts_with("three are called \"Elena Marwick\""), "{reply:?}");
    for question in ["When was the physicist Elena Marwick born?", "Where was Ruth Ode born?", "Who runs Halden Works?"]
    {
        assert!(ask(question).notes.is_empty(), "{question}: {:?}", ask(question));
    }
}

#[test]
fn of_a_thing_of_no_told_kind_it_is_said_what_is_known() {
    let why = ask("What is Papyra?").why.unwrap_or_default();
    assert!(why.contains("of Papyra it knows: ") && why.contains("developer") && why.contains("inception"), "{why}");
    let why = ask("What is Old Mill?").why.unwrap_or_default();
    assert!(why.starts_with("I do not know") && !has_identifier(&why), "{why}");
}
