//! Things that texts give several names, such as countries.
//!
//! In: the ontology's individuals; a text's names for one of its entities. Out: which thing they name, if one of these.
//! Never: a choice between two that claim one name.

use crate::{definition, regions};
use kgloom_record::record::{Iri, Reading, Span};
use kgloom_record::{names, vocabulary};
use ontologies::Ontology;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A thing with several names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its class.
    pub class: Iri,
    /// What the graph calls it.
    pub label: Arc<str>,
}

/// How a word names a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// By a name of its own.
    Name,
    /// By an adjective, or a word for its people.
    Demonym,
}

/// What a text means by the names of one of its entities.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meant {
    /// A thing that the ontology knows.
    Known(Known),
    /// The language that goes by a demonym.
    Language(Arc<str>),
    /// Neither: what the names say.
    AsNamed,
}

/// All things with several names, by the key of each.
#[derive(Clone, Debug, Default)]
pub struct Gazetteer {
    forms: BTreeMap<Arc<str>, (Known, Form)>,
}

/// Words after a demonym that make a language of it.
const OF_A_LANGUAGE: [&str; 14] = [
    "alphabet",
    "dialect",
    "dialects",
    "dictionary",
    "edition",
    "grammar",
    "language",
    "languages",
    "lessons",
    "pronunciation",
    "spelling",
    "subtitles",
    "translation",
    "translations",
];
/// Words before a demonym that make a language of it.
const SPOKEN: [&str; 12] =
    ["fluent", "in", "into", "learn", "learned", "learnt", "read", "speak", "speaking", "speaks", "spoke", "spoken"];
/// Words that nothing before them describes.
const NOT_DESCRIBED: [&str; 34] = [
    "after", "also", "and", "are", "as", "at", "because", "but", "by", "during", "for", "from", "had", "has", "have",
    "he", "in", "is", "it", "of", "on", "or", "she", "that", "the", "they", "to", "was", "were", "when", "where",
    "which", "who", "with",
];

impl Gazetteer {
    /// The individuals of an ontology. A name comes before other names, and these before demonyms; a word that two
    /// things claim alike names neither.
    pub fn of(ontology: &Ontology) -> Gazetteer {
        let mut forms: BTreeMap<Arc<str>, (Known, Form)> = BTreeMap::new();
        for rank in 0..3 {
            let mut claims: BTreeMap<Arc<str>, Vec<Known>> = BTreeMap::new();
            for individual in ontology.individuals() {
                let known = Known { class: individual.class.clone(), label: names::display(&individual.label) };
                let words: Vec<&String> = match rank {
                    0 => vec![&individual.label],
                    1 => individual.alternatives.iter().collect(),
                    _ => individual.demonyms.iter().collect(),
                };
                for word in words {
                    let claimed = claims.entry(names::key(&names::display(word))).or_default();
                    if !claimed.contains(&known) {
                        claimed.push(known.clone());
                    }
                }
            }
            let form = if rank < 2 { Form::Name } else { Form::Demonym };
            for (word, mut claimed) in claims {
                if let (1, Some(known)) = (claimed.len(), claimed.pop()) {
                    forms.entry(word).or_insert((known, form));
                }
            }
        }
        Gazetteer { forms }
    }

    /// Whether a key is a name or demonym of anything here.
    pub fn has(&self, key: &str) -> bool {
        self.forms.contains_key(key)
    }

    /// The name in the graph of the country that a key names, and does not only describe.
    pub fn country(&self, key: &str) -> Option<&Arc<str>> {
        let (known, form) = self.forms.get(key)?;
        (*form == Form::Name && !definition::is_region(key)).then_some(&known.label)
    }

    /// The place that a key names and that others lie in, as [`regions`] has it.
    pub fn place(&self, key: &str) -> Option<Arc<str>> {
        regions::division(key).or_else(|| {
            let country = names::key(self.country(key)?);
            regions::division(&country).or_else(|| regions::country(&country))
        })
    }

    /// The country of which a key speaks, as [`regions`] has it: by its name, by an adjective, or by that of a part of it.
    pub fn land(&self, key: &str) -> Option<Arc<str>> {
        let around = self.place(key).or_else(|| {
            let (known, _) = self.forms.get(key)?;
            let country = names::key(&known.label);
            regions::division(&country).or_else(|| regions::country(&country))
        })?;
        Some(around.split_once('/').map_or_else(|| Arc::clone(&around), |(country, _)| country.into()))
    }

    /// The class and name of one of a text's entities, by its most complete name.
    pub fn class_and_name(
        &self,
        read: (&str, &Reading),
        (entity, full): (u32, Arc<str>),
        ontology: &Ontology,
    ) -> (Iri, Arc<str>) {
        match self.meant(read, (entity, &full), ontology) {
            Meant::Known(known) => (known.class, known.label),
            Meant::Language(label) => (vocabulary::own("Miscellaneous"), label),
            Meant::AsNamed => (read.1.entities[entity as usize].class.clone(), full),
        }
    }

    /// What a text means by the most complete name of one of its entities.
    fn meant(&self, (text, reading): (&str, &Reading), (entity, full): (u32, &str), ontology: &Ontology) -> Meant {
        let key = names::key(full);
        let Some((known, form)) = self.forms.get(&key) else { return Meant::AsNamed };
        let class = &reading.entities[entity as usize].class;
        if ontology.are_disjoint(class, &known.class) {
            return Meant::AsNamed;
        }
        if *form == Form::Name {
            return Meant::Known(known.clone());
        }
        let spans = || reading.mentions.iter().filter(|mention| mention.entity == entity).map(|mention| mention.span);
        let end = end(reading, entity, ontology);
        if end == Some(End::Language) || (end.is_none() && spans().all(|span| speaks(text, span))) {
            return Meant::Language(format!("{full} language").into());
        }
        let people = key.strip_suffix('s').is_some_and(|one| self.has(one)) || key.ends_with("men");
        let describes = || !people && spans().any(|span| describes(text, span));
        if *class == known.class || end == Some(End::Place) || describes() {
            return Meant::Known(known.clone());
        }
        Meant::AsNamed
    }
}

/// What a relation takes its tail for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Place,
    Language,
}

/// What the surest relation that ends at an entity takes it for.
fn end(reading: &Reading, entity: u32, ontology: &Ontology) -> Option<End> {
    let ending = reading.relations.iter().filter(|relation| relation.tail == entity);
    let surest = ending.max_by_key(|relation| (relation.score, std::cmp::Reverse(&relation.relation)))?;
    let relation = ontology.relation(&surest.relation)?;
    if relation.label.split(|c: char| !c.is_alphanumeric()).any(|word| word == "language" || word == "languages") {
        return Some(End::Language);
    }
    let place = vocabulary::own("Location");
    (relation.range.len() == 1 && relation.range.contains(&place)).then_some(End::Place)
}

fn word_before(text: &str, span: Span) -> &str {
    let before = text.get(..span.start as usize).unwrap_or_default();
    before.trim_end_matches(' ').rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default()
}

fn word_after(text: &str, span: Span) -> &str {
    let after = text.get(span.end as usize..).unwrap_or_default();
    let after = after.strip_prefix([' ', '-']).unwrap_or_default();
    after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default()
}

/// Whether a mention says what comes after it, or what somebody is: `a German painter`, `she was German`.
fn describes(text: &str, span: Span) -> bool {
    let next = word_after(text, span);
    let lower = next.starts_with(char::is_lowercase);
    let is = ["is", "was", "are", "were"].contains(&word_before(text, span));
    (lower && !NOT_DESCRIBED.contains(&next) && !OF_A_LANGUAGE.contains(&next)) || (is && !lower)
}

/// Whether a mention is of a language: `written in German`, `the German language`.
fn speaks(text: &str, span: Span) -> bool {
    let spoken = SPOKEN.contains(&word_before(text, span)) && !describes(text, span);
    spoken || OF_A_LANGUAGE.contains(&word_after(text, span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::{LocalEntity, Mention, Score};

    fn meant(text: &str, word: &str, class: &str) -> Meant {
        let ontology = Ontology::bundled();
        let start = text.find(word).expect("the text says it") as u32;
        let span = Span { start, end: start + word.len() as u32 };
        let entity = LocalEntity {
            class: vocabulary::own(class),
            literal: None,
            defined: false,
            types: Vec::new(),
            context: [].into(),
        };
        let mentions = vec![Mention { span, score: Score::ONE, entity: 0 }];
        let reading = Reading { mentions, entities: vec![entity], ..Reading::default() };
        Gazetteer::of(&ontology).meant((text, &reading), (0, &names::display(word)), &ontology)
    }

    fn check(text: &str, word: &str, class: &str, label: Option<&str>) {
        let found = match meant(text, word, class) {
            Meant::Known(known) => Some(known.label.to_string()),
            Meant::Language(label) => Some(label.to_string()),
            Meant::AsNamed => None,
        };
        assert_eq!(found.as_deref(), label, "{word} ({class}) in {text:?}");
    }

    #[test]
    fn a_country_is_one_however_it_is_named() {
        check("She is an Australian painter.", "Australian", "Location", Some("Australia"));
        check("She is an Australian painter.", "Australian", "Miscellaneous", Some("Australia"));
        check("She was Danish.", "Danish", "Miscellaneous", Some("Denmark"));
        check("The U.S. navy sailed.", "U.S.", "Location", Some("United States"));
        check("He left Holland.", "Holland", "Location", Some("Netherlands"));
        check("A Soviet-built dam", "Soviet", "Location", Some("Soviet Union"));
        check("Norway beat Sweden.", "Norway", "Organization", Some("Norway"));
        check("CÔTE D’IVOIRE won.", "CÔTE D’IVOIRE", "Location", Some("Ivory Coast"));
    }

    #[test]
    fn people_and_languages_are_not_countries() {
        check("Jordan scored twice.", "Jordan", "Person", None);
        check("It was written in German.", "German", "Miscellaneous", Some("German language"));
        check("the German language", "German", "Location", Some("German language"));
        check("He speaks French and sings.", "French", "Miscellaneous", Some("French language"));
        check("The Germans withdrew.", "Germans", "Miscellaneous", None);
        check("Brennholt is a town.", "Brennholt", "Location", None);
    }

    #[test]
    fn what_places_lie_in_goes_by_any_name_of_its_own() {
        let gazetteer = Gazetteer::of(&Ontology::bundled());
        for (name, place) in [
            ("U.S.", Some("united states")),
            ("Nebraska", Some("united states/nebraska")),
            ("Great Britain", Some("united kingdom")),
            ("Scotland", Some("united kingdom/scotland")),
            ("Québec", Some("canada/quebec")),
            ("Quebec", Some("canada/quebec")),
            ("Georgia", None),
            ("Soviet Union", None),
            ("Swedish", None),
            ("Europe", None),
        ] {
            assert_eq!(gazetteer.place(&names::key(name)).as_deref(), place, "{name}");
        }
        // What a table calls otherwise than the ontology does would never be found.
        let label = |individual: &ontologies::Individual| names::key(&names::display(&individual.label));
        let ontology = Ontology::bundled();
        let found = ontology.individuals().filter_map(|individual| regions::country(&label(individual))).count();
        assert_eq!(found, regions::countries().count());
    }

    #[test]
    fn a_word_that_two_claim_names_neither() {
        let turtle = "@prefix ex: <http://example.org/> . @prefix kgloom: <urn:kgloom:> . \
            @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . \
            kgloom:Location a owl:Class . \
            ex:a a kgloom:Location ; rdfs:label \"East Vell\" ; kgloom:demonym \"Vellish\", \"East Vellish\" . \
            ex:b a kgloom:Location ; rdfs:label \"West Vell\" ; kgloom:demonym \"Vellish\" .";
        let gazetteer = Gazetteer::of(&Ontology::read("mine.ttl", turtle).unwrap());
        assert!(!gazetteer.has("vellish") && gazetteer.has("east vellish"));
        assert_eq!(gazetteer.forms.get("west vell").map(|(known, _)| &*known.label), Some("West Vell"));
    }

    #[test]
    fn the_bundled_table_names_each_thing_once() {
        let ontology = Ontology::bundled();
        let gazetteer = Gazetteer::of(&ontology);
        assert!(ontology.individuals().count() > 200);
        for individual in ontology.individuals() {
            for word in std::iter::once(&individual.label).chain(&individual.alternatives).chain(&individual.demonyms) {
                let found = gazetteer.forms.get(&names::key(&names::display(word)));
                assert_eq!(found.map(|(known, _)| &*known.label), Some(&*individual.label), "{word}");
            }
        }
    }
}
