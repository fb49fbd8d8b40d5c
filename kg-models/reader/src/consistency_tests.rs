//! What is left of the relations that a text's pairs were judged to have.

use super::*;
use crate::bundled;
use crate::exclusive;
use crate::mentions::CLASSES;
use kgloom_record::record::{Score, Span};
use ontologies::{Iri, Ontology};
use std::collections::BTreeMap;
use std::ops::Range;

/// Head, property or name of a declared relation, tail.
type Triple<'a> = (&'a str, &'a str, &'a str);

/// Settles relations of things with these names, each at its last place in the text: those that are left, in their order.
fn left<'a>(text: &str, things: &[(&'a str, &str)], told: &[Triple<'a>]) -> Vec<(&'a str, String, &'a str)> {
    left_by(text, things, told, &Ontology::bundled())
}

fn left_by<'a>(
    text: &str,
    things: &[(&'a str, &str)],
    told: &[Triple<'a>],
    ontology: &Ontology,
) -> Vec<(&'a str, String, &'a str)> {
    let tokenized = bundled::backbone().unwrap().chunker.tokenize(text).unwrap();
    let words = |(start, _): (usize, &str), name: &str| {
        tokenized.words_under(Span { start: start as u32, end: (start + name.len()) as u32 })
    };
    let mentions = |name: &str| -> Vec<Range<usize>> { text.match_indices(name).map(|at| words(at, name)).collect() };
    let members: Vec<EntityCandidate> = things
        .iter()
        .map(|(name, class)| EntityCandidate {
            class: CLASSES.iter().position(|known| known == class).unwrap(),
            mentions: mentions(name),
        })
        .collect();
    let mut properties: Vec<&str> = told.iter().map(|told| told.1).chain(["P161"]).collect();
    properties.sort_by_key(|property| (!property.starts_with('P'), *property));
    properties.dedup();
    let known = properties.iter().filter(|property| property.starts_with('P')).count();
    let entity = |name: &str| things.iter().position(|thing| thing.0 == name).unwrap();
    let closest = |head: usize, tail: usize| -> [Range<usize>; 2] {
        let pairs =
            members[head].mentions.iter().flat_map(|one| members[tail].mentions.iter().map(move |other| (one, other)));
        let (one, other) = pairs.min_by_key(|(one, other)| one.start.abs_diff(other.start)).unwrap();
        [one.clone(), other.clone()]
    };
    let mut judged: Vec<Judged> = told
        .iter()
        .map(|(head, property, tail)| Judged {
            ends: [entity(head), entity(tail)],
            words: closest(entity(head), entity(tail)),
            relation: properties.iter().position(|known| known == property).unwrap(),
            score: Score::new(8_000),
            says: Factuality::Stated,
        })
        .collect();
    let own = |name: &&str| match name.starts_with('P') {
        true => Iri::new(*name),
        false => Iri::new(format!("http://example.org/{name}")),
    };
    let relations: Vec<Iri> = properties.iter().map(own).collect();
    let declared = ends::declared((&relations, known), &BTreeMap::new(), (&[], ontology));
    let context = Context {
        text,
        tokenized: &tokenized,
        properties: &|relation| properties.get(relation).filter(|name| name.starts_with('P')).copied().unwrap_or(""),
        is_value: &|entity| crate::candidates::is_value(members[entity].class),
        needed: &|_| Score::HALF,
    };
    let (words, stated) = (0..tokenized.words.len(), BTreeSet::new());
    let window = Window { words, members: &members, declared: &declared, called: &[], stated: &stated };
    settle(&mut judged, &window, &context);
    exclusive::settle(&mut judged, &window, &context);
    let kept = judged.iter().filter(|judged| judged.says == Factuality::Stated);
    kept.map(|judged| {
        let [head, tail] = judged.ends.map(|end| things[end].0);
        (head, properties[judged.relation].to_owned(), tail)
    })
    .collect()
}

fn check(text: &str, things: &[(&str, &str)], told: Triple<'_>, holds: bool) {
    let expected = if holds { vec![(told.0, told.1.to_owned(), told.2)] } else { vec![] };
    assert_eq!(left(text, things, &[told]), expected, "{text}");
}

#[test]
fn a_country_that_only_another_sentence_names_is_not_everybodys() {
    let story = "The club met in Oslo. They sang. They ate. They slept. ";
    let later = format!("{story}A magazine of Canada wrote of it, and one of Spain. Lund has trees.");
    check(&later, &[("Lund", "LOC"), ("Canada", "LOC"), ("Spain", "LOC")], ("Lund", "P17", "Canada"), false);
    let alone = format!("{story}All of Canada wrote of it. Lund has trees.");
    check(&alone, &[("Lund", "LOC"), ("Canada", "LOC")], ("Lund", "P17", "Canada"), true);
    let opening = format!("Lund is a town. It lies in Ontario. {story}Trains from Canada stop there. Lund has trees.");
    let places = [("Lund", "LOC"), ("Canada", "LOC"), ("Ontario", "LOC")];
    check(&opening, &places, ("Lund", "P17", "Canada"), true);
    let here = format!("{story}Lund lies in Canada.");
    check(&here, &[("Lund", "LOC"), ("Canada", "LOC")], ("Lund", "P17", "Canada"), true);
    let far = "Canada won. They sang. Odd Falk slept. They ate.";
    check(far, &[("Odd Falk", "PER"), ("Canada", "LOC")], ("Odd Falk", "P27", "Canada"), false);
}

#[test]
fn what_is_named_with_its_own_place_does_not_lie_in_another() {
    let text = "Born in London, England, he grew up in Radlett, Hertfordshire.";
    let places = [("Radlett", "LOC"), ("Hertfordshire", "LOC"), ("London", "LOC"), ("England", "LOC")];
    check(text, &places, ("Radlett", "P131", "London"), false);
    check(text, &places, ("Radlett", "P131", "Hertfordshire"), true);
    let text = "Lund, Canada, has a twin in Sweden.";
    let places = [("Lund", "LOC"), ("Canada", "LOC"), ("Sweden", "LOC")];
    check(text, &places, ("Lund", "P17", "Sweden"), false);
    check(text, &places, ("Lund", "P17", "Canada"), true);
}

#[test]
fn where_somebody_is_from_says_nothing_of_his_club_and_a_kind_has_no_country() {
    let people = [("Barcelona", "ORG"), ("Hungarian", "LOC"), ("Falk", "PER")];
    check(
        "Falk is a Hungarian football manager who coached Barcelona.",
        &people,
        ("Barcelona", "P17", "Hungarian"),
        false,
    );
    check("Falk is a Hungarian football manager who coached Barcelona.", &people, ("Falk", "P27", "Hungarian"), true);
    check("Barcelona is a Hungarian club.", &people[..2], ("Barcelona", "P17", "Hungarian"), true);
    check(
        "Critical care is taught in Canada.",
        &[("Critical care", "MISC"), ("Canada", "LOC")],
        ("Critical care", "P17", "Canada"),
        true,
    );
    check(
        "There critical care is taught in Canada.",
        &[("critical care", "MISC"), ("Canada", "LOC")],
        ("critical care", "P17", "Canada"),
        false,
    );
}

#[test]
fn what_contains_a_place_is_told_as_where_it_lies_and_a_country_in_a_name_is_its_own() {
    let text = "Falk (born 1950 in Hagen) is a former German footballer and coach for the German Football Association.";
    let things = [("Hagen", "LOC"), ("German", "LOC"), ("German Football Association", "ORG")];
    check(text, &things, ("German", "P150", "Hagen"), false);
    check(text, &things, ("German Football Association", "P17", "German"), true);
}

#[test]
fn nothing_crosses_an_enumeration() {
    let text =
        "Alvin Yeung of the Civic Party, Fernando Cheung of the Labour Party and Raymond Chan of People Power came.";
    let things = [
        ("Alvin Yeung", "PER"),
        ("Civic Party", "ORG"),
        ("Fernando Cheung", "PER"),
        ("Labour Party", "ORG"),
        ("Raymond Chan", "PER"),
        ("People Power", "ORG"),
    ];
    for (at, person) in [0, 2, 4].into_iter().enumerate() {
        for (place, party) in [1, 3, 5].into_iter().enumerate() {
            check(text, &things, (things[person].0, "P102", things[party].0), at == place);
        }
    }
    let text = "DAB's Ben Chan met the New People's Michael Tien.";
    let things = [("DAB", "ORG"), ("Ben Chan", "PER"), ("New People", "ORG"), ("Michael Tien", "PER")];
    check(text, &things, ("Michael Tien", "P102", "DAB"), false);
    check(text, &things, ("Ben Chan", "P102", "DAB"), true);
    let text = "Anna of Leeds married Tom of York.";
    let things = [("Anna", "PER"), ("Leeds", "LOC"), ("Tom", "PER"), ("York", "LOC")];
    check(text, &things, ("Anna", "P26", "Tom"), true);
    check(text, &things, ("Anna", "P551", "York"), false);
}

#[test]
fn the_words_say_who_somebody_was() {
    let school = [("Odd Falk", "PER"), ("University of Turin", "ORG")];
    for (text, holds) in [
        ("Odd Falk is professor of chemistry at the University of Turin.", false),
        ("Odd Falk studied with a professor at the University of Turin.", true),
        ("Odd Falk graduated from the University of Turin.", true),
    ] {
        check(text, &school, ("Odd Falk", "P69", "University of Turin"), holds);
    }
    let film = [("Odd Falk", "PER"), ("Salt Road", "MISC")];
    check("Odd Falk was the cinematographer of Salt Road.", &film, ("Salt Road", "P57", "Odd Falk"), false);
    check("Odd Falk, once a cinematographer, directed Salt Road.", &film, ("Salt Road", "P57", "Odd Falk"), true);
    let release = [("Salt Road", "MISC"), ("Japan", "LOC")];
    check("Salt Road was released on two labels in Japan.", &release, ("Salt Road", "P495", "Japan"), false);
    check("Salt Road was made in Japan.", &release, ("Salt Road", "P495", "Japan"), true);
    check(
        "Odd Falk is an Odd Falk lecturer.",
        &[("Odd Falk", "PER"), ("lecturer", "MISC")],
        ("Odd Falk", "P106", "lecturer"),
        false,
    );
}

#[test]
fn who_performs_a_series_is_of_its_cast_and_its_channel_did_not_make_it() {
    let things = [("Cold Feet", "MISC"), ("Ona Field", "PER"), ("FX", "ORG")];
    let performs = [("Cold Feet", "P175", "Ona Field")];
    let cast = vec![("Cold Feet", "P161".to_owned(), "Ona Field")];
    assert_eq!(left("Her television credits include Cold Feet; so Ona Field said.", &things[..2], &performs), cast);
    let kept = left("The song Cold Feet was sung by Ona Field.", &things[..2], &performs);
    assert_eq!(kept, [("Cold Feet", "P175".to_owned(), "Ona Field")]);
    let both = [("Cold Feet", "P272", "FX"), ("Cold Feet", "P449", "FX")];
    let kept = left("Ona Field was in the FX comedy series Cold Feet.", &things, &both);
    assert_eq!(kept, [("Cold Feet", "P449".to_owned(), "FX")]);
}

#[test]
fn another_name_in_a_bracket_is_no_other_thing() {
    let things = [("Glavnoye", "MISC"), ("The Main Thing", "MISC")];
    for text in ["Glavnoye (\"The Main Thing\") is an album.", "Glavnoye (now The Main Thing) is an album."] {
        check(text, &things, ("Glavnoye", "P361", "The Main Thing"), false);
    }
    check("Glavnoye (from The Main Thing) is a song.", &things, ("Glavnoye", "P361", "The Main Thing"), true);
    check("Odd Falk (born 1950) sings.", &[("Odd Falk", "PER"), ("1950", "TIME")], ("Odd Falk", "P569", "1950"), true);
}

#[test]
fn a_relation_of_ones_own_is_told_one_way_between_what_it_takes() {
    let own = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix kgloom: <urn:kgloom:> .
        ex:conductor a owl:ObjectProperty ; rdfs:label \"conductor\" ; rdfs:domain kgloom:Organization ; rdfs:range kgloom:Person .
        ex:insuredBy a owl:ObjectProperty ; rdfs:label \"insured by\" .
        ex:partner a owl:ObjectProperty, owl:SymmetricProperty ; rdfs:label \"partner\" .
        ex:length a owl:ObjectProperty ; rdfs:label \"length\" .";
    let ontology = Ontology::bundled().with_text("own.ttl", own).unwrap();
    let things = [
        ("Tarn Quartet", "ORG"),
        ("Lee Sorrell", "PER"),
        ("Vogt Mutual", "ORG"),
        ("1990", "TIME"),
        ("90 metres", "NUM"),
    ];
    let text = "The Tarn Quartet, led since 1990 by Lee Sorrell and Vogt Mutual, is 90 metres long.";
    let kept = |told: &[Triple<'static>]| left_by(text, &things, told, &ontology);
    let told = |head: &'static str, name: &str, tail: &'static str| (head, name.to_owned(), tail);
    assert_eq!(
        kept(&[("Lee Sorrell", "conductor", "Tarn Quartet")]),
        [told("Tarn Quartet", "conductor", "Lee Sorrell")]
    );
    let both = [("Tarn Quartet", "insuredBy", "Vogt Mutual"), ("Vogt Mutual", "insuredBy", "Tarn Quartet")];
    assert_eq!(kept(&both), [told("Tarn Quartet", "insuredBy", "Vogt Mutual")]);
    let both = [("Tarn Quartet", "partner", "Vogt Mutual"), ("Vogt Mutual", "partner", "Tarn Quartet")];
    assert_eq!(kept(&both).len(), 2);
    assert_eq!(kept(&[("Tarn Quartet", "insuredBy", "1990")]), []);
    assert_eq!(kept(&[("Tarn Quartet", "length", "90 metres")]), [told("Tarn Quartet", "length", "90 metres")]);
    // Conjuncts have nothing of each other.
    assert_eq!(kept(&[("Lee Sorrell", "insuredBy", "Vogt Mutual")]), []);
    assert_eq!(kept(&[("Lee Sorrell", "partner", "Vogt Mutual")]).len(), 1);
}

#[test]
fn two_things_are_told_one_relation_of_ones_own_and_an_amount_is_told_of_one_thing() {
    let own = "@prefix ex: <http://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        ex:impounds a owl:ObjectProperty . ex:hasReservoir a owl:ObjectProperty ; owl:inverseOf ex:reservoirOf .
        ex:reservoirOf a owl:ObjectProperty . ex:touches a owl:ObjectProperty . ex:impounds rdfs:subPropertyOf ex:touches .
        ex:area a owl:DatatypeProperty ; rdfs:range xsd:decimal . ex:gates a owl:DatatypeProperty ; rdfs:range xsd:integer .";
    let ontology = Ontology::bundled().with_text("own.ttl", own).unwrap();
    let (dam, river) = ("Tarn Dam", "Lessing");
    let things = [(dam, "LOC"), (river, "LOC"), ("2.7 hectares", "NUM"), ("1990", "TIME")];
    let text = "The Tarn Dam on the Lessing has a lake of 2.7 hectares since 1990.";
    let kept = |told: &[Triple<'static>]| left_by(text, &things, told, &ontology).into_iter().map(|kept| kept.1);
    let names = |told: &[Triple<'static>]| kept(told).collect::<Vec<_>>();
    assert_eq!(names(&[(dam, "impounds", river), (dam, "hasReservoir", river)]), ["impounds"]);
    assert_eq!(names(&[(dam, "impounds", river), (river, "hasReservoir", dam)]), ["impounds"]);
    // One says the other too.
    assert_eq!(names(&[(dam, "impounds", river), (dam, "touches", river)]), ["impounds", "touches"]);
    assert_eq!(names(&[(dam, "touches", river), (dam, "impounds", river)]), ["touches", "impounds"]);
    assert_eq!(names(&[(dam, "hasReservoir", river), (river, "reservoirOf", dam)]).len(), 2);
    assert_eq!(kept(&[(dam, "area", "2.7 hectares"), (river, "area", "2.7 hectares")]).len(), 1);
    assert_eq!(names(&[(dam, "gates", "2.7 hectares")]), [""; 0]);
    // A day may be told of several.
    assert_eq!(kept(&[(dam, "touches", "1990"), (river, "touches", "1990")]).len(), 2);
}

#[test]
fn a_head_office_is_nobody_and_a_work_told_as_somebodys_is_that_ones() {
    let bank = [("Tarn Bank", "ORG"), ("Oslo", "LOC")];
    for text in ["Tarn Bank, whose head office is in Oslo, closed.", "The Tarn Bank has its head office in Oslo."] {
        check(text, &bank, ("Tarn Bank", "P159", "Oslo"), true);
    }
    check("Tarn Bank, whose head lives in Oslo, closed.", &bank, ("Tarn Bank", "P159", "Oslo"), false);
    let film = [("Gold Fever", "MISC"), ("Ida Holm", "PER"), ("Odd Falk", "PER")];
    let text = "Odd Falk photographed some films, among them Ida Holm's \"Gold Fever\" (1961).";
    check(text, &film, ("Gold Fever", "P57", "Ida Holm"), true);
    check(text, &film, ("Gold Fever", "P57", "Odd Falk"), false);
    let text = "Odd Falk edited \"Gold Fever\" by Ida Holm.";
    check(text, &film, ("Gold Fever", "P57", "Ida Holm"), true);
}

#[test]
fn a_noun_before_a_name_is_said_of_that_name() {
    let text = "Teachers include the author Ida Holm, the painter Knut Berg and the physicist Lars Dahl.";
    let people = ["Ida Holm", "Knut Berg", "Lars Dahl"].map(|name| (name, "PER"));
    let nouns = ["author", "painter", "physicist"].map(|name| (name, "MISC"));
    let things = [people, nouns].concat();
    for (at, (person, _)) in people.iter().enumerate() {
        for (place, (noun, _)) in nouns.iter().enumerate() {
            check(text, &things, (person, "P106", noun), at == place);
        }
    }
    let text = "Present were Ruth Halden, Priya Raman and Samuel Ortiz (CFO).";
    let things = [("Ruth Halden", "PER"), ("Priya Raman", "PER"), ("Samuel Ortiz", "PER"), ("CFO", "MISC")];
    check(text, &things, ("Samuel Ortiz", "P39", "CFO"), true);
    check(text, &things, ("Priya Raman", "P39", "CFO"), false);
    let text = "The painters Knut Berg and Ida Holm met. Odd Falk is a painter.";
    let things = [("Knut Berg", "PER"), ("Ida Holm", "PER"), ("painters", "MISC")];
    check(text, &things, ("Ida Holm", "P106", "painters"), true);
}

#[test]
fn whom_somebody_married_are_not_married_to_each_other() {
    let text = "Oscar Lindt had three wives: Helga Brun, Maria Soto and Jane Cole.";
    let people = ["Oscar Lindt", "Helga Brun", "Maria Soto", "Jane Cole"].map(|name| (name, "PER"));
    let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
    let all: Vec<Triple<'_>> = pairs.map(|(one, other)| (people[one].0, "P26", people[other].0)).to_vec();
    let kept = left(text, &people, &all);
    assert_eq!(kept.iter().map(|told| told.0).collect::<Vec<_>>(), ["Oscar Lindt"; 3]);
    let couple = [("Julia Renn", "PER"), ("Max Orr", "PER")];
    check("Julia Renn and Max Orr were married in May.", &couple, ("Julia Renn", "P26", "Max Orr"), true);
}

#[test]
fn what_stands_on_a_line_with_somebody_is_not_said_of_who_stands_above() {
    let things =
        [("Lena Holt", "PER"), ("Ivo Renn", "PER"), ("3 May 1921", "TIME"), ("Bonn", "LOC"), ("9 June 1934", "TIME")];
    for text in [
        "Lena Holt and her pupils\n\nIvo Renn | 3 May 1921 | Bonn\n\nDied 9 June 1934",
        "Photo: Lena Holt\n\nIvo Renn, born 3 May 1921 in Bonn\n\nDied 9 June 1934",
    ] {
        check(text, &things, ("Lena Holt", "P569", "3 May 1921"), false);
        check(text, &things, ("Lena Holt", "P19", "Bonn"), false);
        check(text, &things, ("Ivo Renn", "P569", "3 May 1921"), true);
        // A line of its own goes with what stands above.
        check(text, &things, ("Ivo Renn", "P570", "9 June 1934"), true);
    }
    check("Lena Holt met Ivo Renn. She was born 3 May 1921.", &things[..3], ("Lena Holt", "P569", "3 May 1921"), true);
}

#[test]
fn nobody_is_a_mother_where_nothing_is_said_of_parents() {
    let people = [("Anna Keller", "PER"), ("Greta Weiss", "PER")];
    for (text, told) in [
        ("Anna Keller was born in Bonn. Greta Weiss teaches there.", false),
        ("Anna Keller was born to Greta Weiss in Bonn.", true),
        ("Anna Keller is the daughter of Greta Weiss.", true),
        ("Anna Keller, Greta Weiss", false),
    ] {
        check(text, &people, ("Anna Keller", "P25", "Greta Weiss"), told);
        check(text, &people, ("Greta Weiss", "P40", "Anna Keller"), told);
    }
}

#[test]
fn of_a_place_and_what_it_lies_in_the_place_is_meant() {
    let text = "Lumenta moved its headquarters to Portland, Oregon.";
    let things = [("Lumenta", "ORG"), ("Portland", "LOC"), ("Oregon", "LOC")];
    let kept = left(text, &things, &[("Lumenta", "P159", "Portland"), ("Lumenta", "P159", "Oregon")]);
    assert_eq!(kept.iter().map(|told| told.2).collect::<Vec<_>>(), ["Portland"]);
    let text = "Lumenta has offices in Portland and Oregon.";
    let kept = left(text, &things, &[("Lumenta", "P159", "Portland"), ("Lumenta", "P159", "Oregon")]);
    assert_eq!(kept.len(), 2);
}

#[test]
fn a_line_of_a_form_says_nothing_of_the_next() {
    let text = "Ann Lee\nClub: Velm Chess Club\nTrainer: Lars Enemark\nEmployer: Vell Works";
    let things = [("Ann Lee", "PER"), ("Velm Chess Club", "ORG"), ("Lars Enemark", "PER"), ("Vell Works", "ORG")];
    check(text, &things, ("Lars Enemark", "P463", "Velm Chess Club"), false);
    check(text, &things, ("Ann Lee", "P463", "Velm Chess Club"), true);
    let text = "Employee: Lars Enemark\nClub: Velm Chess Club\nEmployer: Vell Works";
    check(text, &things[1..], ("Lars Enemark", "P108", "Vell Works"), true);
}

#[test]
fn another_town_is_no_capital() {
    let text = "Its capital is Port Lom; other large towns are Karst and Ubani. Zandria is a republic.";
    let places = ["Zandria", "Port Lom", "Karst"].map(|name| (name, "LOC"));
    check(text, &places, ("Zandria", "P36", "Karst"), false);
    check(text, &places, ("Zandria", "P36", "Port Lom"), true);
}

#[test]
fn who_opened_something_of_a_firm_has_not_founded_it() {
    let things = [("Odd Falk", "PER"), ("Vell Works", "ORG")];
    let told = ("Vell Works", "P112", "Odd Falk");
    check("Mayor Odd Falk opened the warehouses of Vell Works to the homeless.", &things, told, false);
    check("Odd Falk opened the first shop and founded Vell Works.", &things, told, true);
    check("Odd Falk set up Vell Works.", &things, told, true);
}
