//! What users rely on when a text is read. In: the model inside the program. Out: readings. Never: data from outside.

use kgloom_reader::{Error, Extractor, GivenEntity};
use kgloom_record::port::{Failure, Reader};
use kgloom_record::record::{Factuality, Iri, LocalRelation, Reading, Span};
use std::sync::LazyLock;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::bundled().expect("the bundled model loads"));

const TEXTS: [&str; 8] = [
    "Marie Curie was born in Warsaw on 7 November 1867. Curie later moved to Paris, where she worked with Pierre Curie.",
    "",
    "   \n\t ",
    "?!… — ( ) “”",
    "Ünïcödé Straße 東京タワー ড় \u{200b}\u{feff} 👩‍🔬 e\u{301}t\u{e9}.",
    "The BBC (British Broadcasting Corporation) is based in London. The BBC was founded on 18 October 1922.",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "In 1999 the film was directed by Jane Doe, and 12,000 people in Norway saw it.",
];

fn read(text: &str) -> Reading {
    EXTRACTOR.read(text).expect("short texts are read")
}

fn check(text: &str) {
    let reading = read(text);
    assert!(reading.mentions.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{text}: overlap");
    for mention in &reading.mentions {
        assert!(mention.span.of(text).is_some_and(|surface| !surface.is_empty()), "{text}: {:?}", mention.span);
        assert!((mention.entity as usize) < reading.entities.len());
    }
    for index in 0..reading.entities.len() {
        assert!(
            reading.mentions.iter().any(|mention| mention.entity as usize == index),
            "{text}: entity without mention"
        );
    }
    assert!(reading.relations.windows(2).all(|pair| pair[0] < pair[1]), "{text}: relations not sorted");
    for relation in &reading.relations {
        assert_ne!(relation.head, relation.tail, "{text}: a relation to itself");
        assert_eq!(reading.mentions[relation.head_mention as usize].entity, relation.head);
        assert_eq!(reading.mentions[relation.tail_mention as usize].entity, relation.tail);
        assert!(EXTRACTOR.thresholds().contains_key(&relation.relation));
    }
    for entity in &reading.entities {
        let value = ["urn:kgloom:Time", "urn:kgloom:Quantity"].contains(&entity.class.as_str());
        assert_eq!(entity.literal.is_some(), value, "{text}: {entity:?}");
        let length: f64 = entity.context.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>().sqrt();
        assert!(entity.context.len() == 384 && (length - 127.0).abs() < 12.0, "{text}: context of length {length}");
    }
}

/// Spaces and marks that stand anywhere in what people bring.
const ODD: [&str; 40] = [
    "\u{a0}",
    "\u{2003}",
    "\u{3000}",
    "\u{2028}",
    "\u{200b}",
    "\u{202f}",
    "\u{85}",
    "\n",
    "é",
    "ß",
    "😀",
    "\u{301}",
    "ע",
    "中",
    "’",
    "’s",
    "“",
    "”",
    "…",
    "—",
    "–",
    "¹",
    "½",
    "ﬁ",
    "\u{200d}",
    "\u{feff}",
    "@",
    "://",
    "www.",
    "/",
    "%",
    ", Inc.",
    " Jr.",
    "İ",
    "Mr ",
    " or ",
    "1948/49",
    "c. ",
    "€3m–€4m",
    "-\n",
];
const SENTENCES: &str = "Mrs Odd Falk (see https://example.com/Tilda_Renn, marta@ekdal.se) was a Danish painter and poet, born near Bergen or \
                         Oslo on 3 May 1921. Norsea Oil, Inc. paid £3m–£4m in 1948/49 – 2010 at 1850 metres. The Red Gate is a 1962 \
                         British crime film. Odd Falk's father, Lars Falk, Jr., reigned 1901–1920; @falk of the Norsea Oil Company \
                         (NOC) never met Lars Falk, Sr.";

#[test]
fn texts_with_odd_spaces_and_marks_are_read() {
    let mut state = 7u64;
    let mut draw = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % most
    };
    for _ in 0..120 {
        let mut characters: Vec<String> = SENTENCES.chars().map(String::from).collect();
        for _ in 0..30 {
            let (place, odd) = (draw(characters.len()), ODD[draw(ODD.len())]);
            match draw(3) {
                0 => drop(characters.remove(place)),
                1 => characters.insert(place, odd.to_owned()),
                _ if characters[place] == " " => characters[place] = odd.to_owned(),
                _ => {}
            }
        }
        check(&characters.concat());
    }
    for odd in ODD {
        check(&SENTENCES.replace(' ', odd));
    }
}

#[test]
fn readings_are_well_formed_for_any_text() {
    TEXTS.into_iter().for_each(check);
    check(&TEXTS.join("\n"));
    check(&TEXTS[0].repeat(40));
}

#[test]
fn names_places_dates_and_who_is_who_are_found() {
    let text = TEXTS[0];
    let reading = read(text);
    let entity = |surface: &str| {
        let at = text.find(surface).expect("the name is in the text") as u32;
        let mention = reading.mentions.iter().find(|mention| mention.span.start == at);
        mention.unwrap_or_else(|| panic!("\"{surface}\" not found in {reading:?}")).entity
    };
    let class = |entity: u32| reading.entities[entity as usize].class.as_str();
    assert_eq!(class(entity("Marie Curie")), "urn:kgloom:Person");
    assert_eq!(class(entity("Warsaw")), "urn:kgloom:Location");
    assert_eq!(entity("Curie later"), entity("Marie Curie"));
    assert_ne!(entity("Pierre Curie"), entity("Marie Curie"));
    let date = &reading.entities[entity("7 November 1867") as usize];
    assert_eq!(date.literal.as_ref().map(|literal| &*literal.value), Some("1867-11-07"));
    assert!(reading.entities[0].defined);
}

#[test]
fn an_acronym_and_another_name_are_the_same_entity() {
    let reading = read(TEXTS[5]);
    let bbc: Vec<u32> = reading
        .mentions
        .iter()
        .filter(|mention| {
            ["BBC", "British Broadcasting Corporation"].contains(&mention.span.of(TEXTS[5]).unwrap_or_default())
        })
        .map(|mention| mention.entity)
        .collect();
    assert_eq!(bbc, [0, 0, 0], "{reading:?}");
}

#[test]
fn relations_of_given_entities_are_named_by_their_places() {
    let text = "Paris is the capital of France. It was visited by Ada Lovelace.";
    let given = |surface: &str, class: Option<&str>| {
        let start = text.find(surface).expect("it is in the text") as u32;
        let span = Span { start, end: start + surface.len() as u32 };
        GivenEntity { class: class.map(Iri::new), mentions: vec![span] }
    };
    let nowhere = GivenEntity { class: None, mentions: Vec::new() };
    let entities = [given("France", Some("urn:kgloom:Location")), nowhere, given("Paris", None)];
    let relations = EXTRACTOR.relations_between(text, &entities).unwrap();
    let country = relations.iter().find(|relation| relation.relation.as_str().ends_with("/P17")).expect("a country");
    assert_eq!((country.head, country.tail), (2, 0));
    assert!(relations.iter().all(|relation| relation.head != 1 && relation.tail != 1));
}

#[test]
fn an_answer_does_not_depend_on_what_runs_beside_it() {
    let alone: Vec<Reading> = TEXTS.iter().map(|text| read(text)).collect();
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let alone = &alone;
            scope.spawn(move || {
                for index in 0..TEXTS.len() {
                    let index = (index + 2 * worker) % TEXTS.len();
                    assert_eq!(read(TEXTS[index]), alone[index], "{}", TEXTS[index]);
                }
            });
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_model_call_starts_no_threads_of_candle() {
    read(&TEXTS[0].repeat(20));
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        let name = std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default();
        assert!(!name.starts_with("candle"), "thread {name}");
    }
}

#[test]
fn a_text_beyond_the_limit_is_refused() {
    let text = "A ".repeat(kgloom_reader::extractor::LONGEST_TEXT);
    assert!(matches!(EXTRACTOR.read(&text), Err(Failure::Refused(refusal)) if refusal.reason.contains("bytes")));
}

#[test]
fn an_encoder_without_heads_says_how_to_train_them() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.json"), "{}").unwrap();
    let error = Extractor::load(folder.path()).err().expect("there are no heads");
    assert!(matches!(error, Error::NoHeads { .. }));
    assert!(error.to_string().contains("kgloom train extractor --encoder"), "{error}");
}

#[test]
fn a_model_directory_is_the_same_model_and_a_changed_file_is_another() {
    let folder = tempfile::tempdir().unwrap();
    let files = kgloom_reader::bundled::files();
    let all = [
        ("config.json", &files.config),
        ("tokenizer.json", &files.tokenizer),
        ("model.safetensors", &files.encoder),
        ("extractor.json", &files.extractor),
        ("mentions.safetensors", &files.mentions),
        ("coreference.safetensors", files.coreference.as_ref().expect("the model has all heads")),
        ("references.safetensors", files.references.as_ref().expect("the model has all heads")),
        ("relations.safetensors", files.relations.as_ref().expect("the model has all heads")),
        ("vectors.safetensors", files.vectors.as_ref().expect("the model has all heads")),
    ];
    for (name, bytes) in all {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let loaded = Extractor::load(folder.path()).unwrap();
    assert_eq!(loaded.id(), EXTRACTOR.id());
    assert_eq!(loaded.read(TEXTS[0]).unwrap(), read(TEXTS[0]));

    let mut config = files.extractor.to_vec();
    config.push(b'\n');
    std::fs::write(folder.path().join("extractor.json"), config).unwrap();
    assert_ne!(Extractor::load(folder.path()).unwrap().id(), EXTRACTOR.id());
}

/// What a reading states, as (head, property, tail).
fn facts<'a>(text: &'a str, reading: &Reading) -> Vec<(&'a str, String, &'a str)> {
    let surface = |mention: u32| reading.mentions[mention as usize].span.of(text).expect("a span of the text");
    let property = |iri: &Iri| iri.as_str().rsplit('/').next().unwrap_or_default().to_owned();
    let fact = |r: &LocalRelation| (surface(r.head_mention), property(&r.relation), surface(r.tail_mention));
    reading.relations.iter().filter(|r| r.factuality == Factuality::Stated).map(fact).collect()
}

#[test]
fn entries_of_a_list_are_neither_related_nor_one_whatever_the_list_looks_like() {
    let people = [
        "Marta Ekdal, chemist, Gothenburg, 3 May 1921",
        "Pieter Vos, painter, Utrecht, 9 June 1934",
        "Ana Sobral, engineer, Coimbra, 21 July 1948",
    ];
    let firms = [
        "Norsea Oil, an energy company based in Bergen",
        "Harbour Press, a publishing house based in Lisbon",
        "Vega Motors, a maker of lorries based in Turin",
    ];
    for entries in [people, firms] {
        for (mark, end) in [("- ", "\n"), ("", "\n"), ("", "\n\n"), ("• ", "\n"), ("* ", "\n\n")] {
            let text = entries.map(|entry| format!("{mark}{entry}")).join(end);
            let reading = read(&text);
            let entry = |span: Span| text[..span.start as usize].matches(end).count();
            let place = |mention: u32| entry(reading.mentions[mention as usize].span);
            for relation in &reading.relations {
                let (head, tail) = (place(relation.head_mention), place(relation.tail_mention));
                assert_eq!(head, tail, "{text}: {:?}", facts(&text, &reading));
            }
            for one in &reading.mentions {
                for other in reading.mentions.iter().filter(|other| other.entity == one.entity) {
                    assert_eq!(entry(one.span), entry(other.span), "{text}");
                }
            }
            for (index, written) in entries.iter().enumerate() {
                let (name, _) = written.split_once(", ").expect("a name");
                let is_name =
                    |m: &&kgloom_record::record::Mention| m.span.of(&text) == Some(name) && entry(m.span) == index;
                assert!(reading.mentions.iter().any(|mention| is_name(&mention)), "{text}: {name} is not found");
            }
        }
    }
}

#[test]
fn a_heading_speaks_for_its_section() {
    let text = "## The early life and education of Marta Ekdal\nPieter Vos wrote the biography in Utrecht. Marta Ekdal was \
                born in Gothenburg on 3 May 1921.\n## The later years and the death of Marta Ekdal\nShe died in Malmo on 4 \
                April 1999.\n";
    let reading = read(text);
    let facts = facts(text, &reading);
    let has = |head: &str, property: &str, tail: &str| facts.contains(&(head, property.to_owned(), tail));
    assert!(has("Marta Ekdal", "P569", "3 May 1921"), "{facts:?}");
    assert!(has("Marta Ekdal", "P570", "4 April 1999"), "{facts:?}");
    // Of those that are read as born on a day the surest is heard.
    let surface = |mention: u32| reading.mentions[mention as usize].span.of(text).unwrap_or_default();
    let surest = |property: &str, tail: &str| {
        let of = |r: &&LocalRelation| r.relation.as_str().ends_with(property) && surface(r.tail_mention) == tail;
        let stated = reading.relations.iter().filter(|r| r.factuality == Factuality::Stated);
        let relation = stated.filter(of).max_by_key(|r| r.score);
        relation.map(|relation| surface(relation.head_mention))
    };
    assert_eq!(surest("/P569", "3 May 1921"), Some("Marta Ekdal"), "{facts:?}");
    assert_eq!(surest("/P570", "4 April 1999"), Some("Marta Ekdal"), "{facts:?}");
    let marta: Vec<u32> = reading
        .mentions
        .iter()
        .filter(|mention| mention.span.of(text) == Some("Marta Ekdal"))
        .map(|mention| mention.entity)
        .collect();
    assert!(marta.len() == 3 && marta.iter().all(|entity| *entity == marta[0]), "{marta:?}");
}
