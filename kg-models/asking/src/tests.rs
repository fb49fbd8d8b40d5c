//! What is said to questions about a small invented world.

use crate::{Graph, Reply, answer, examples, plain};
use kgloom_record::record::{Datatype, Iri, Literal, Term};
use ontologies::Ontology;
use std::collections::BTreeSet;

const FACTS: &str = "
    person:Mira_Tolan P106 miscellaneous:novelist
    person:Mira_Tolan P19 location:Estwick
    person:Mira_Tolan P569 1931-04-02
    person:Mira_Tolan P26 person:Jon_Hask
    person:Jon_Hask P26 person:Mira_Tolan
    person:Jon_Hask P19 location:Port_Amber
    person:Jon_Hask P108 organization:Estwick_University
    person:Lea_Tolan P25 person:Mira_Tolan
    person:Mira_Tolan P40 person:Lea_Tolan
    person:Lea_Tolan P69 organization:Estwick_University
    miscellaneous:The_Glass_Ferry P50 person:Mira_Tolan
    miscellaneous:Low_Tide P50 person:Mira_Tolan
    miscellaneous:Low_Tide P577 1960
    miscellaneous:Low_Tide P123 organization:Amber_Press
    miscellaneous:The_Glass_Ferry P57 person:Jon_Hask
    organization:Estwick_University P131 location:Estwick
    organization:Amber_Press P131 location:Estwick
    organization:Amber_Press P112 person:Paul_Quill
    organization:Amber_Press P571 1951
    location:Estwick P131 location:Varnia
    location:Port_Amber P131 location:Tarn
    location:Varnia P36 location:Estwick
    location:River_Amber P403 location:Long_Lake";

/// A world of facts, one a line; labels are the ends of names, as far as a `~` that tells bearers of one name apart.
pub(crate) struct World(Vec<(Iri, Iri, Term)>);

impl World {
    pub(crate) fn new(facts: &str) -> World {
        let fact = |line: &str| {
            let [subject, relation, object]: [&str; 3] = line.split_whitespace().collect::<Vec<_>>().try_into().ok()?;
            let name = |name: &str| Iri::new(format!("urn:kgloom:{name}"));
            let relation = match relation.contains(':') {
                true => relation.to_owned(),
                false => format!("http://www.wikidata.org/prop/direct/{relation}"),
            };
            let datatype = if object.len() == 4 { Datatype::Year } else { Datatype::Date };
            let object = match object.starts_with(|c: char| c.is_ascii_digit()) {
                true => Term::Literal(Literal { value: object.into(), datatype }),
                false => Term::Name(name(object)),
            };
            Some((name(subject), Iri::new(relation), object))
        };
        World(facts.lines().filter_map(fact).collect())
    }

    fn things(&self) -> BTreeSet<Iri> {
        let objects = self.0.iter().filter_map(|(_, _, o)| if let Term::Name(o) = o { Some(o.clone()) } else { None });
        self.0.iter().map(|(s, _, _)| s.clone()).chain(objects).collect()
    }

    fn of(&self, fits: impl Fn(&(Iri, Iri, Term)) -> bool) -> Vec<(Iri, Iri, Term)> {
        self.0.iter().filter(|fact| fits(fact)).cloned().collect()
    }
}

impl Graph for World {
    fn named(&self, name: &str) -> Vec<Iri> {
        self.things().into_iter().filter(|thing| plain(&self.label(thing)) == name).collect()
    }
    fn like(&self, name: &str) -> Vec<String> {
        let all = self.things().into_iter().map(|thing| plain(&self.label(&thing)));
        all.filter(|like| crate::spelling::distance(name, like) < 3).collect()
    }
    fn classes(&self, thing: &Iri) -> Vec<Iri> {
        let class = thing.as_str().split(':').nth(2).unwrap_or_default();
        vec![Iri::new(format!("urn:kgloom:{}{}", class[..1].to_uppercase(), &class[1..]))]
    }
    fn label(&self, thing: &Iri) -> String {
        let end = thing.as_str().rsplit(':').next().and_then(|end| end.split('~').next());
        end.unwrap_or_default().replace('_', " ")
    }
    fn names(&self, thing: &Iri) -> Vec<String> {
        vec![self.label(thing)]
    }
    fn of_subject(&self, subject: &Iri, relation: Option<&Iri>) -> Vec<(Iri, Iri, Term)> {
        self.of(|(s, r, _)| s == subject && relation.is_none_or(|relation| relation == r))
    }
    fn of_object(&self, object: &Iri, relation: Option<&Iri>) -> Vec<(Iri, Iri, Term)> {
        self.of(|(_, r, o)| *o == Term::Name(object.clone()) && relation.is_none_or(|relation| relation == r))
    }
    fn largest(&self, most: usize) -> Vec<Iri> {
        self.things().into_iter().take(most).collect()
    }
}

fn ask(question: &str) -> Reply {
    answer(&World::new(FACTS), &Ontology::bundled(), None, question)
}

/// The answers as people read them, with a comma between them.
pub(crate) fn said(world: &World, reply: &Reply) -> String {
    let shown = |term: &Term| match term {
        Term::Name(thing) => world.label(thing),
        Term::Literal(literal) => literal.value.to_string(),
    };
    reply.answers.iter().map(shown).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    check_over(FACTS, ask, cases);
}

/// Asks each question, and holds the answers over a graph of these facts to what is expected.
#[track_caller]
pub(crate) fn check_over(facts: &str, ask: fn(&str) -> Reply, cases: &[(&str, &str)]) {
    for (question, answers) in cases {
        let reply = ask(question);
        assert_eq!(said(&World::new(facts), &reply), *answers, "{question}: {reply:?}");
        assert_eq!(reply.why.is_some(), reply.answers.is_empty(), "{question}");
    }
}

#[test]
fn a_plain_form_is_letters_and_digits() {
    assert_eq!(plain("The Cartographer's  Daughter (1979)"), "the cartographers daughter 1979");
    assert_eq!(plain("Sarn: Café – 2"), "sarn café 2");
    assert_eq!(plain("?!"), "");
    for apostrophe in ['\'', '\u{2019}', '\u{2018}', '`', '\u{B4}', '\u{2BC}'] {
        assert_eq!(plain(&format!("O{apostrophe}Ha\u{AD}ra")), "ohara");
    }
}

#[test]
fn active_and_passive_ask_the_same() {
    check(&[
        ("Who wrote Low Tide?", "Mira Tolan"),
        ("By whom was Low Tide written?", "Mira Tolan"),
        ("low tide was written by who", "Mira Tolan"),
        ("who is the author of low tide", "Mira Tolan"),
        ("Low Tide's author?", "Mira Tolan"),
        ("Can you tell me who wrote Low Tide, please?", "Mira Tolan"),
    ]);
}

#[test]
fn the_other_direction_is_told_by_grammar() {
    check(&[
        ("What did Mira Tolan write?", "Low Tide, The Glass Ferry"),
        ("List all books by Mira Tolan", "Low Tide, The Glass Ferry"),
        ("which books were written by Mira Tolan", "Low Tide, The Glass Ferry"),
        ("Who wrote Mira Tolan?", ""),
        ("What did Low Tide write?", ""),
        ("Who was born in Estwick?", "Mira Tolan"),
        ("Where was Estwick born?", ""),
        ("Whose mother is Mira Tolan?", "Lea Tolan"),
        ("Who is the mother of Mira Tolan?", ""),
    ]);
}

#[test]
fn the_question_word_tells_place_from_time() {
    check(&[
        ("Where was Mira Tolan born?", "Estwick"),
        ("When was Mira Tolan born?", "1931-04-02"),
        ("In what year did Low Tide come out?", "1960"),
        ("In which city was Jon Hask born?", "Port Amber"),
        ("Where does the River Amber flow?", "Long Lake"),
        ("When did Amber Press publish Low Tide?", "1960"),
    ]);
}

#[test]
fn a_question_may_take_two_steps() {
    check(&[
        ("Where was the author of Low Tide born?", "Estwick"),
        ("Who is the wife of the director of The Glass Ferry?", "Mira Tolan"),
        ("When was the publisher of Low Tide founded?", "1951"),
        ("Where was Mira Tolan's husband born?", "Port Amber"),
        ("Which books were written by people born in Estwick?", "Low Tide, The Glass Ferry"),
    ]);
}

#[test]
fn a_kind_lets_through_what_something_speaks_for() {
    check(&[
        ("Which universities are in Estwick?", "Estwick University"),
        ("Which novelists were born in Estwick?", "Mira Tolan"),
        ("Which painters were born in Estwick?", ""),
        ("people born in Port Amber", "Jon Hask"),
    ]);
}

#[test]
fn a_place_and_a_time_are_asked_for_together() {
    check(&[
        ("Who was born in Estwick in 1931?", "Mira Tolan"),
        ("Who was born in 1931 in Estwick?", "Mira Tolan"),
        ("Who was born in Estwick in 1932?", ""),
        ("Who was born in Port Amber in 1931?", ""),
        ("Which novelists were born in Estwick in April 1931?", "Mira Tolan"),
    ]);
    for question in
        ["Who was born in Ohio in 1950?", "Who founded Amber Press in 1951?", "Who was born in Estwick in 1950?"]
    {
        let told = format!("{:?}", ask(question));
        assert!(!told.contains("party") && !told.contains("only)"), "{question}: {told}");
    }
}

#[test]
fn no_is_said_where_something_else_is_known() {
    check(&[
        ("Did Mira Tolan write Low Tide?", "yes"),
        ("Did Jon Hask write Low Tide?", "no"),
        ("Is Estwick the capital of Varnia?", "yes"),
        ("Is Port Amber the capital of Varnia?", "no"),
        ("Was Mira Tolan born in Varnia?", "yes"),
        ("Was Mira Tolan born in Tarn?", "no"),
        ("Was Mira Tolan born in 1931?", "yes"),
        ("Was Mira Tolan born in 1932?", "no"),
        ("Is Jon Hask married?", "yes"),
        ("Is Lea Tolan married?", ""),
        ("Did Jon Hask study at Estwick University?", ""),
        ("Is Mira Tolan a novelist?", "yes"),
        ("Is Mira Tolan a pilot?", ""),
    ]);
}

#[test]
fn things_are_counted() {
    check(&[
        ("How many books did Mira Tolan write?", "2"),
        ("How many children does Mira Tolan have?", "1"),
        ("How many children does Jon Hask have?", ""),
        ("How many people live in Estwick?", ""),
    ]);
}

#[test]
fn a_wrong_letter_is_forgiven_where_the_word_is_no_other() {
    check(&[
        ("where was mira tollan born", "Estwick"),
        ("Who is the auther of Low Tide?", "Mira Tolan"),
        ("Who wrote Law Tide?", ""),
        ("Wher was Jon Hask born", "Port Amber"),
    ]);
}

/// "in" means dozens of relations: none of them is told as if it had been asked for, and one that was asked for is.
#[test]
fn what_is_not_known_is_said_as_it_was_asked() {
    for (question, said) in [
        ("Which bridges are in Varnia?", "what has to do with Varnia"),
        ("Which bridges are in Port Amber?", "what has to do with Port Amber"),
        ("Who founded Estwick University?", "founded by"),
        ("Where did Mira Tolan die?", "the place of death of Mira Tolan"),
    ] {
        let why = ask(question).why.unwrap_or_default();
        assert!(why.contains(said), "{question}: {why}");
    }
}

#[test]
fn what_is_left_over_is_not_passed_over() {
    for question in [
        "What is Mira Tolan's favourite colour?",
        "Who is the second wife of Jon Hask?",
        "What did Mira Tolan write before 1959?",
        "Who did not write Low Tide?",
        "Which is the longest book by Mira Tolan?",
        "Who wrote The Great Gatsby?",
        "Who translated Low Tide?",
        "Why did Mira Tolan write Low Tide?",
        "How are you?",
        "Mira Tolan",
        "",
    ] {
        let reply = ask(question);
        assert!(reply.answers.is_empty() && reply.why.is_some(), "{question}: {reply:?}");
    }
}

#[test]
fn a_query_has_the_names_that_the_store_knows() {
    let reply = ask("Where was the author of Low Tide born?");
    let query = "SELECT DISTINCT ?answer ?label WHERE {\n  miscellaneous:Low_Tide wdt:P50 ?x1 .\n  ?x1 wdt:P19 ?answer .\n  \
        OPTIONAL { ?answer rdfs:label ?label }\n}";
    assert_eq!(reply.sparql.as_deref(), Some(query));
    assert_eq!(reply.reading, "the place of birth of the author of Low Tide");
}

#[test]
fn an_ontology_of_ones_own_brings_its_words() {
    let turtle =
        "@prefix my: <urn:my:> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix kgloom: <urn:kgloom:> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        my:a a owl:ObjectProperty ; rdfs:label \"reviewed by\"@en .
        my:b a owl:ObjectProperty ; rdfs:label \"exhibited at\"@en .
        my:c a owl:ObjectProperty ; rdfs:label \"house style\"@en ; skos:altLabel \"look\"@en .
        my:d a owl:ObjectProperty ; rdfs:label \"admires\"@en ; kgloom:pattern \"X looks up to Y\"@en .
        my:e a owl:ObjectProperty ; rdfs:label \"rival of\"@en .";
    let ontology = Ontology::bundled().with_text("my.ttl", turtle).unwrap();
    let world = World::new(
        "miscellaneous:Low_Tide urn:my:a person:Ann_Lee
        miscellaneous:Red_Door urn:my:b organization:Long_Gallery
        organization:Long_Gallery urn:my:c miscellaneous:brutalism
        person:Ann_Lee urn:my:d person:Bo_Dahl
        person:Ann_Lee urn:my:e person:Cy_Moor",
    );
    for (question, answers) in [
        ("Who reviewed Low Tide?", "Ann Lee"),
        ("What was reviewed by Ann Lee?", "Low Tide"),
        ("Where was Red Door exhibited at?", ""),
        ("What is Red Door exhibited at?", "Long Gallery"),
        ("What was exhibited at the Long Gallery?", "Red Door"),
        ("What is the house style of the Long Gallery?", "brutalism"),
        ("Long Gallery's look?", "brutalism"),
        ("Who admires Bo Dahl?", "Ann Lee"),
        ("Whom does Ann Lee admire?", "Bo Dahl"),
        ("Who does Ann Lee look up to?", "Bo Dahl"),
        ("Who is a rival of Cy Moor?", "Ann Lee"),
        ("Who is Cy Moor's rival?", "Ann Lee"),
    ] {
        assert_eq!(said(&world, &answer(&world, &ontology, None, question)), answers, "{question}");
    }
}

#[test]
fn example_questions_have_answers() {
    let (world, ontology) = (World::new(FACTS), Ontology::bundled());
    let all = examples(&world, &ontology, 8);
    assert_eq!(all.len(), 8, "{all:?}");
    assert!(all.iter().all(|question| answer(&world, &ontology, None, question).why.is_none()));
    assert_eq!(all, examples(&world, &ontology, 8));
}
