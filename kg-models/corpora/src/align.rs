//! From label triples to annotated sentences. In: Text2KGBench sentences. Out: documents with spans.
//! Never: an end that is not in the sentence; such triples are counted and left out.

use super::locate::{Place, fold};
use super::text2kgbench::{Aligned, Benchmark, LabelTriple, Ontology, Relation, Sentence};
use super::{AnnotatedDocument, Annotation, GoldMention, GoldRelation, Tag};
use kgloom_record::record::Span;
use std::collections::{BTreeMap, BTreeSet};

impl Benchmark {
    /// Documents for training: labels are looked for in their sentence; a triple of which an end is
    /// not there, or whose relation its ontology does not have, is left out and counted. Triples of one
    /// sentence, also under several ontologies, come together.
    pub fn align(&self) -> Aligned {
        let mut groups: Vec<Vec<&Sentence>> = Vec::new();
        let mut place: BTreeMap<&str, usize> = BTreeMap::new();
        for sentence in &self.sentences {
            let index = *place.entry(&sentence.text).or_insert(groups.len());
            if index == groups.len() {
                groups.push(Vec::new());
            }
            groups[index].push(sentence);
        }
        let mut aligned = Aligned::default();
        for group in groups {
            self.align_group(&group, &mut aligned);
        }
        aligned
    }

    fn align_group(&self, group: &[&Sentence], aligned: &mut Aligned) {
        let place = Place::new(&group[0].text);
        let triples = || {
            group.iter().flat_map(|&sentence| {
                let ontology = &self.ontologies[sentence.ontology];
                sentence.triples.iter().map(move |triple| (ontology, triple))
            })
        };
        let found = locate(&place, triples().flat_map(|(_, triple)| [&triple.subject, &triple.object]));
        let mut document = self.blank(group);
        let mut ends = Ends::default();
        for (ontology, triple) in triples() {
            match ends.relation(ontology, triple, &found) {
                Some(relation) => document.relations.push(relation),
                None => aligned.skipped += 1,
            }
        }
        aligned.kept += document.relations.len();
        document.entities = ends.0.len();
        for (end, (entity, class)) in ends.0 {
            let mention = |&span: &Span| GoldMention { span, class, entity };
            document.mentions.extend(found[&end].iter().map(mention));
        }
        document.normalise();
        aligned.documents.push(document);
    }

    /// The sentence as a document without marks.
    fn blank(&self, group: &[&Sentence]) -> AnnotatedDocument {
        let relations: BTreeSet<String> = group
            .iter()
            .flat_map(|sentence| self.ontologies[sentence.ontology].relations.iter())
            .map(|relation| relation.property.clone())
            .collect();
        let annotation = Annotation {
            classes: Vec::new(),
            complete: false,
            coreference: false,
            relations: relations.into_iter().collect(),
        };
        let Sentence { id, text, .. } = group[0];
        let whole = Span { start: 0, end: text.len() as u32 };
        AnnotatedDocument::new(id.clone(), text.clone(), vec![whole], annotation)
    }
}

/// Entities by folded label, with their number and class.
#[derive(Default)]
struct Ends(BTreeMap<String, (usize, Option<Tag>)>);

impl Ends {
    /// The triple as a relation, where both ends are found and differ.
    fn relation(
        &mut self,
        ontology: &Ontology,
        triple: &LabelTriple,
        found: &BTreeMap<String, Vec<Span>>,
    ) -> Option<GoldRelation> {
        let relation = ontology.relation(&triple.relation)?;
        let (subject, object) = (fold(&triple.subject), fold(&triple.object));
        if subject == object || !found.contains_key(&subject) || !found.contains_key(&object) {
            return None;
        }
        let head = self.number(subject, class_of(ontology.concept(&relation.domain)));
        let tail = self.number(object, range_class(relation, ontology));
        Some(GoldRelation { head, relation: relation.property.clone(), tail, evidence: vec![0] })
    }

    fn number(&mut self, label: String, class: Option<Tag>) -> usize {
        let next = self.0.len();
        let entity = self.0.entry(label).or_insert((next, None));
        entity.1 = entity.1.or(class);
        entity.0
    }
}

/// The spans of labels, by folded label. Longer labels take their place first; none overlap.
fn locate<'l>(place: &Place, labels: impl Iterator<Item = &'l String>) -> BTreeMap<String, Vec<Span>> {
    let mut labels: Vec<&str> = labels.map(String::as_str).collect();
    labels.sort_by_key(|label| (std::cmp::Reverse(label.len()), *label));
    let mut found: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for label in labels {
        let key = fold(label);
        if found.contains_key(&key) {
            continue;
        }
        let free =
            |span: &Span| found.values().flatten().all(|other| other.end <= span.start || span.end <= other.start);
        let spans: Vec<Span> = place.find(label).into_iter().filter(free).collect();
        if !spans.is_empty() {
            found.insert(key, spans);
        }
    }
    found
}

fn range_class(relation: &Relation, ontology: &Ontology) -> Option<Tag> {
    match relation.property.as_str() {
        "P577" | "P571" | "P580" | "P622" => Some(Tag::Time),
        "P2130" => Some(Tag::Quantity),
        "P264" | "P178" => Some(Tag::Organization),
        "P159" | "P291" => Some(Tag::Location),
        "P106" | "P39" | "P171" => None, // occupations, posts and taxa: common nouns
        _ => class_of(ontology.concept(&relation.range)),
    }
}

/// The class of a concept whose instances have names; `None` for kinds, genres, ranks and the like.
fn class_of(concept: &str) -> Option<Tag> {
    Some(match concept {
        "human" | "person" | "athlete" | "film character" | "fictional character" => Tag::Person,
        "film production company"
        | "film organization"
        | "professional sports league"
        | "sports club"
        | "sports organization"
        | "team"
        | "publisher"
        | "organization"
        | "armed organization"
        | "military unit"
        | "command"
        | "political party"
        | "Q623109" => Tag::Organization,
        "city"
        | "country"
        | "territory"
        | "geographic region"
        | "geographical feature"
        | "observatory"
        | "mountain"
        | "mountain range"
        | "watercourse"
        | "body of water"
        | "reservoir"
        | "dam"
        | "drainage basin"
        | "association football venue" => Tag::Location,
        "film" | "film award" | "award" | "written work" | "album" | "musical work" | "book" | "literary work"
        | "trade magazine" | "language" | "sports season" | "sports competition" | "festival" | "literature"
        | "military vehicle" | "software" | "application" | "operating system" | "computer model" | "asteroid"
        | "spiral galaxy" | "constellation" | "Spacecraft" | "spaceflight" | "Public election" | "cycling race"
        | "Q47461344" | "Q500834" => Tag::Miscellaneous,
        _ => return None,
    })
}
