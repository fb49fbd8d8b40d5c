//! Names that users type. In: IRIs, prefixed names, labels, values. Out: triples of the graph that may be meant.
//! Never: a triple that the graph does not hold.

use crate::classes::find_class;
use crate::error::Error;
use crate::likely::PredictedLink;
use crate::nearest::nearest;
use anyhow::{Context, Result};
use connectors::Store;
use connectors::store::{QueryOptions, ResultFormat, shorten};
use kgloom_record::record::{Datatype, DocumentId, Iri, Literal, Term, Triple};
use kgloom_record::vocabulary;
use ontologies::{Ontology, Relation};
use serde_json::Value;
use std::collections::BTreeMap;

/// Rows of an answer: variable to term, as SPARQL JSON has them.
pub type Rows = Vec<BTreeMap<String, Value>>;

/// What is known of a triple when the user left some of it out.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// What was typed for the subject.
    pub subject: Option<String>,
    /// What was typed for the relation.
    pub relation: Option<String>,
    /// What was typed for the object.
    pub object: Option<String>,
}

/// The triples of the default graph that fit what was typed, sorted.
///
/// Fails, with what comes nearest, where a name means nothing.
pub fn find(store: &Store, ontology: &Ontology, wanted: &Wanted) -> Result<Vec<Triple>> {
    find_in(store, ontology, wanted, facts_of)
}

/// The triples that fit what was typed and follow from what is stated, sorted.
pub fn find_entailed(store: &Store, ontology: &Ontology, wanted: &Wanted) -> Result<Vec<Triple>> {
    if wanted.relation.as_deref().is_some_and(names_type) {
        return Ok(Vec::new());
    }
    find_in(store, ontology, wanted, entailed_of)
}

/// What a graph says of an entity.
type SaidOf = fn(&Store, &Iri) -> Result<Vec<(Iri, Term)>>;

fn find_in(store: &Store, ontology: &Ontology, wanted: &Wanted, said_of: SaidOf) -> Result<Vec<Triple>> {
    let Some(subject) = &wanted.subject else { return Ok(Vec::new()) };
    let mut subjects = store.find_entity(subject)?;
    let document = Iri::new(vocabulary::document_iri(&DocumentId::new(subject.as_str())));
    if subjects.is_empty() && !store.typed_of(&document)?.is_empty() {
        subjects.push(document);
    }
    if subjects.is_empty() {
        return Err(unknown_entity(store, subject)?.into());
    }
    if wanted.relation.as_deref().is_some_and(names_type) {
        let class =
            wanted.object.as_ref().map(|class| find_class(class, ontology).map_err(Error::nothing)).transpose()?;
        let objects = class.map(|class| (vec![class], ""));
        return fitting((store, types_of), &subjects, (None, objects.as_ref()));
    }
    let relations = wanted.relation.as_ref().map(|relation| find_relations(ontology, relation)).transpose()?;
    let mut objects = match &wanted.object {
        None => None,
        Some(object) => Some((store.find_entity(object)?, object.trim())),
    };
    let triples = fitting((store, said_of), &subjects, (relations.as_deref(), objects.as_ref()))?;
    if !triples.is_empty() {
        return Ok(triples);
    }
    // What is said of nobody with that label may be said of somebody who is called so as well.
    subjects.extend(store.find_alias(subject)?);
    if let Some((names, text)) = &mut objects {
        names.extend(store.find_alias(text)?);
    }
    fitting((store, said_of), &subjects, (relations.as_deref(), objects.as_ref()))
}

/// The things that an object may be, and the value.
type Objects<'a> = (Vec<Iri>, &'a str);

/// The triples of these subjects with one of the relations and one of the objects, names or a value; sorted.
fn fitting(
    (store, said_of): (&Store, SaidOf),
    subjects: &[Iri],
    (relations, objects): (Option<&[Iri]>, Option<&Objects<'_>>),
) -> Result<Vec<Triple>> {
    let mut triples = Vec::new();
    for subject in subjects {
        for (relation, object) in said_of(store, subject)? {
            let fits = relations.is_none_or(|relations| relations.contains(&relation))
                && objects.is_none_or(|(names, text)| match &object {
                    Term::Name(iri) => names.contains(iri),
                    Term::Literal(literal) => &*literal.value == *text,
                });
            if fits {
                triples.push(Triple { subject: subject.clone(), relation, object });
            }
        }
    }
    triples.sort();
    triples.dedup();
    Ok(triples)
}

/// A fact that documents say and that was refused or cut, as it is written in its rejection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedFact {
    /// The fact.
    pub record: String,
    /// Why.
    pub reason: String,
    /// Its probability, where the graph filter cut it.
    pub probability: Option<String>,
    /// The documents that say it.
    pub documents: Vec<DocumentId>,
}

/// The predicted links that fit what was typed, sorted; relation and object may be left out. With `rdf:type` the classes of
/// one's own that a thing or a document probably is of.
pub fn find_predicted(store: &Store, ontology: &Ontology, wanted: &Wanted) -> Result<Vec<PredictedLink>> {
    let Some(subject) = &wanted.subject else { return Ok(Vec::new()) };
    let of_class = wanted.relation.as_deref().is_some_and(names_type);
    let (relations, objects) = if of_class {
        let class = wanted.object.as_ref().map(|class| find_class(class, ontology).map_err(Error::nothing));
        (Some(vec![Iri::new(vocabulary::TYPE)]), class.transpose()?.map(|class| vec![class]))
    } else {
        let relations = wanted.relation.as_ref().map(|relation| find_relations(ontology, relation)).transpose()?;
        (relations, wanted.object.as_ref().map(|object| store.find_entity(object)).transpose()?)
    };
    let mut subjects = store.find_entity(subject)?;
    if of_class && subjects.is_empty() {
        subjects.push(Iri::new(vocabulary::document_iri(&DocumentId::new(subject.as_str()))));
    }
    let mut found = Vec::new();
    for subject in subjects {
        let quads = if of_class { store.typed_of(&subject)? } else { store.predicted_of(&subject)? };
        let triples = quads.iter().map(|quad| &quad.triple).filter(|triple| triple.subject == subject);
        let fits = |triple: &&Triple| {
            let Term::Name(object) = &triple.object else { return false };
            relations.as_ref().is_none_or(|relations| relations.contains(&triple.relation))
                && objects.as_ref().is_none_or(|objects| objects.contains(object))
        };
        found.extend(triples.filter(fits).map(|triple| PredictedLink::of(triple, &quads)));
    }
    found.sort_by(|one, other| one.triple.cmp(&other.triple));
    Ok(found)
}

/// The facts that fit what was typed and that documents say, but that the graph does not hold, sorted.
pub fn find_refused(store: &Store, ontology: &Ontology, wanted: &Wanted) -> Result<Vec<RefusedFact>> {
    let (Some(subject), Some(relation), Some(object)) = (&wanted.subject, &wanted.relation, &wanted.object) else {
        return Ok(Vec::new());
    };
    let (relations, names) = match names_type(relation) {
        true => (vec![Iri::new(vocabulary::TYPE)], vec![find_class(object, ontology).map_err(Error::nothing)?]),
        false => (find_relations(ontology, relation)?, store.find_entity(object)?),
    };
    // A literal is told with its type.
    let value = format!("\"{}\"", object.trim());
    let is_object = |told: &str| {
        names.iter().any(|iri| told == format!("<{iri}>"))
            || told.strip_prefix(&value).is_some_and(|rest| rest.is_empty() || rest.starts_with("^^"))
    };
    let mut refused: BTreeMap<String, RefusedFact> = BTreeMap::new();
    for subject in store.find_entity(subject)? {
        let rows = ask(
            store,
            &format!(
                "SELECT ?record ?document ?reason ?probability {{ GRAPH kgloom:rejected {{ ?r kgloom:record ?record ; \
                 kgloom:document ?document ; kgloom:reason ?reason OPTIONAL {{ ?r kgloom:probability ?probability }} \
                 FILTER(STRSTARTS(?record, \"<{subject}> \")) }} }}"
            ),
        )?;
        let starts: Vec<String> = relations.iter().map(|relation| format!("<{subject}> <{relation}> ")).collect();
        for row in rows {
            let text = |name: &str| row.get(name).and_then(|term| term["value"].as_str());
            let (Some(record), Some(document), Some(reason)) = (text("record"), text("document"), text("reason"))
            else {
                continue;
            };
            if starts.iter().any(|start| record.strip_prefix(start.as_str()).is_some_and(is_object)) {
                let known = refused.entry(record.to_owned()).or_insert_with(|| RefusedFact {
                    record: record.to_owned(),
                    reason: reason.to_owned(),
                    probability: text("probability").map(str::to_owned),
                    documents: Vec::new(),
                });
                known.documents.extend(vocabulary::document_id(document));
            }
        }
    }
    Ok(refused.into_values().collect())
}

/// What the graph says of an entity, but for its class and names.
fn facts_of(store: &Store, subject: &Iri) -> Result<Vec<(Iri, Term)>> {
    said(store, &format!("<{subject}> ?p ?o FILTER(?p NOT IN (rdf:type, rdfs:label, skos:altLabel))"))
}

/// Whether a user means `rdf:type`.
fn names_type(relation: &str) -> bool {
    let plain = relation.trim().trim_matches(['<', '>']);
    ["a", "type", "rdf:type", vocabulary::TYPE].contains(&plain)
}

/// The classes of an entity.
fn types_of(store: &Store, subject: &Iri) -> Result<Vec<(Iri, Term)>> {
    said(store, &format!("<{subject}> ?p ?o FILTER(?p = rdf:type)"))
}

/// What follows of an entity from what the graph says.
fn entailed_of(store: &Store, subject: &Iri) -> Result<Vec<(Iri, Term)>> {
    said(store, &format!("GRAPH kgloom:entailed {{ <{subject}> ?p ?o }}"))
}

fn said(store: &Store, pattern: &str) -> Result<Vec<(Iri, Term)>> {
    let rows = ask(store, &format!("SELECT ?p ?o {{ {pattern} }}"))?;
    Ok(rows.iter().filter_map(|row| Some((Iri::new(row["p"]["value"].as_str()?), term(row.get("o")?)?))).collect())
}

/// The entities that the graph says most of, for who does not know where to begin.
pub fn most_described(store: &Store, limit: usize) -> Result<Vec<String>> {
    let rows = ask(
        store,
        &format!(
            "SELECT ?label (COUNT(*) AS ?n) {{ ?s rdfs:label ?label ; ?p ?o FILTER(?p NOT IN (rdf:type, rdfs:label, skos:altLabel)) }} \
         GROUP BY ?label ORDER BY DESC(?n) ?label LIMIT {limit}"
        ),
    )?;
    Ok(rows.iter().filter_map(|row| Some(row.get("label")?["value"].as_str()?.to_owned())).collect())
}

/// The entity's label, or its short name.
pub fn label(store: &Store, iri: &Iri) -> Result<String> {
    let rows = ask(store, &format!("SELECT ?label {{ <{iri}> rdfs:label ?label }} ORDER BY ?label LIMIT 1"))?;
    let label = rows.first().and_then(|row| row.get("label")?["value"].as_str());
    Ok(label.map_or_else(|| shorten(iri.as_str()), str::to_owned))
}

/// The class that an entity is named by; what texts tell beside it is narrower.
pub fn class(store: &Store, iri: &Iri) -> Result<Iri> {
    let classes = types_of(store, iri)?.into_iter().filter_map(|(_, class)| match class {
        Term::Name(class) => Some(class),
        Term::Literal(_) => None,
    });
    let mut classes: Vec<Iri> = classes.collect();
    let names = |class: &Iri| iri.as_str().starts_with(vocabulary::entity_iri(class, "", None).as_str());
    classes.sort_by_key(|class| !names(class));
    classes.into_iter().next().ok_or_else(|| Error::nothing(format!("\"{iri}\" is no entity of the graph")).into())
}

/// Whether the graph says anything of an entity, as subject or object, but for its class and names.
pub fn has_facts(store: &Store, iri: &Iri) -> Result<bool> {
    let of = "FILTER(?p NOT IN (rdf:type, rdfs:label, skos:altLabel))";
    let rows = ask(store, &format!("SELECT ?p {{ {{ <{iri}> ?p ?o {of} }} UNION {{ ?s ?p <{iri}> }} }} LIMIT 1"))?;
    Ok(!rows.is_empty())
}

/// All names of an entity.
pub fn names(store: &Store, iri: &Iri) -> Result<Vec<String>> {
    let rows =
        ask(store, &format!("SELECT DISTINCT ?name {{ <{iri}> rdfs:label|skos:altLabel ?name }} ORDER BY ?name"))?;
    Ok(rows.iter().filter_map(|row| Some(row.get("name")?["value"].as_str()?.to_owned())).collect())
}

/// The relations that a user may mean.
///
/// Fails, with what comes nearest, where there is none.
pub fn find_relations(ontology: &Ontology, text: &str) -> Result<Vec<Iri>> {
    let found = ontology.find_relation(text);
    if !found.is_empty() {
        return Ok(found.iter().map(|relation| relation.iri.clone()).collect());
    }
    let hint = like_relation(ontology, text).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Err(Error::nothing(format!("there is no relation \"{text}\"{hint}")).into())
}

/// What to say of a property that a query names and that nothing is said with; nothing where the ontology knows it.
pub fn unknown_property(ontology: &Ontology, property: &Iri) -> Option<String> {
    if ontology.relation(property).is_some() {
        return None;
    }
    let short = shorten(property.as_str());
    let hint = like_relation(ontology, &short)
        .map_or_else(|| "`kgloom relations` lists what there is".to_owned(), |near| format!("did you mean {near}?"));
    Some(format!("nothing is said with {short}; {hint}"))
}

/// The relation that comes nearest to a label, a prefixed name or an IRI.
fn like_relation(ontology: &Ontology, text: &str) -> Option<String> {
    let end = local(text.trim_matches(['<', '>']));
    let words: String = end.chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c }).collect();
    let shown = |relation: &Relation| format!("{} (\"{}\")", shorten(relation.iri.as_str()), relation.label);
    if let [relation] = ontology.find_relation(&words)[..] {
        return Some(shown(relation));
    }
    // A number is meant as one, and so is what is spelt like the names of names; all else may be a label.
    let technical = NAMES.iter().any(|name| text.split(':').next() == name.split(':').next());
    let by_label = || {
        let labels: Vec<&str> = ontology.relations().map(|relation| relation.label.as_str()).collect();
        let near = nearest(&words, &labels)?;
        ontology.relations().find(|relation| relation.label == near).map(shown)
    };
    let by_end = || {
        let all = ontology.relations().map(|relation| (local(relation.iri.as_str()), shown(relation)));
        let all: Vec<_> = all.chain(NAMES.iter().map(|name| (local(name), (*name).to_owned()))).collect();
        let ends: Vec<&str> = all.iter().map(|(end, _)| *end).collect();
        let near = nearest(end, &ends)?;
        all.iter().find(|(end, _)| *end == near).map(|(_, shown)| shown.clone())
    };
    if technical || end.chars().any(|c| c.is_ascii_digit()) {
        by_end().or_else(by_label)
    } else {
        by_label().or_else(by_end)
    }
}

/// The end of a name, after what parts it.
fn local(name: &str) -> &str {
    name.rsplit([':', '/', '#']).next().unwrap_or(name)
}

/// What names and classes are said with.
const NAMES: [&str; 3] = ["rdfs:label", "skos:altLabel", "rdf:type"];

/// What to say of a name that the graph does not have: what comes nearest.
pub fn unknown_entity(store: &Store, text: &str) -> Result<Error> {
    let rows = ask(store, "SELECT DISTINCT ?label { ?s rdfs:label|skos:altLabel ?label }")?;
    let labels: Vec<&str> = rows.iter().filter_map(|row| row.get("label")?["value"].as_str()).collect();
    let hint = match nearest(text, &labels) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None => format!("; the graph speaks most of: {}", most_described(store, 8)?.join(", ")),
    };
    Ok(Error::nothing(format!("the graph has no \"{text}\"{hint}")))
}

/// The rows of a query, each variable with its term as SPARQL's JSON has it.
pub fn ask(store: &Store, sparql: &str) -> Result<Rows> {
    let mut answer = Vec::new();
    store.query(sparql, &QueryOptions::default(), ResultFormat::Json, &mut answer)?;
    let mut answer: Value = serde_json::from_slice(&answer).context("the answer is not JSON")?;
    serde_json::from_value(answer["results"]["bindings"].take()).context("the answer has no rows")
}

/// A term of such a row.
pub fn term(value: &Value) -> Option<Term> {
    let text = value["value"].as_str()?;
    if value["type"] == "uri" {
        return Some(Term::Name(Iri::new(text)));
    }
    let named = value.get("datatype").and_then(Value::as_str);
    let datatype = Datatype::ALL.into_iter().find(|datatype| named == Some(datatype.iri()));
    let datatype = datatype.unwrap_or(Datatype::String);
    Some(Term::Literal(Literal { value: text.into(), datatype }))
}

/// A triple as a person reads it.
pub fn written(triple: &Triple, ontology: &Ontology) -> String {
    let relation = match ontology.relation(&triple.relation) {
        Some(known) => format!("{} ({})", shorten(triple.relation.as_str()), known.label),
        None => shorten(triple.relation.as_str()),
    };
    format!("{}  {relation}  {}", shorten(triple.subject.as_str()), written_term(&triple.object))
}

/// An object as a person reads it.
pub fn written_term(term: &Term) -> String {
    match term {
        Term::Name(iri) => shorten(iri.as_str()),
        Term::Literal(literal) => format!("\"{}\"", literal.value),
    }
}
