//! The default graph for Neo4j's importer (`neo4j-admin database import`). In: sorted quads, labels, evidence. Out: two CSV files,
//! things with their values and facts between things. Never: a value that its reader would cut in two.

use super::evidence::ByFact;
use crate::store::plain::{label, plain, quote};
use kgloom_record::vocabulary;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Quad as RdfQuad, Term};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// What parts the values of one field, by the importer's default.
const BETWEEN: char = ';';

/// The files that an export writes.
pub const FILES: [&str; 2] = ["nodes.csv", "relationships.csv"];

/// A thing with all that is said of it alone.
#[derive(Default)]
struct Node {
    labels: Vec<String>,
    aliases: Vec<String>,
    classes: Vec<String>,
    values: BTreeMap<String, Vec<String>>,
}

/// Writes nodes, then relationships.
pub(super) fn write(
    [nodes, relationships]: [&mut dyn Write; 2],
    quads: &[RdfQuad],
    names: &BTreeMap<String, String>,
    evidence: &ByFact<'_>,
) -> io::Result<()> {
    let columns = columns(quads, names);
    write_nodes(nodes, &collect(quads), &columns)?;
    writeln!(relationships, ":START_ID,:END_ID,:TYPE,iri,label,score:double,documents:string[],sentences:string[]")?;
    for quad in quads {
        let Term::NamedNode(object) = &quad.object else { continue };
        if quad.predicate.as_str() == vocabulary::TYPE {
            continue;
        }
        let relation = quad.predicate.as_str();
        let label = label(names, relation);
        let spoken = evidence.of(quad);
        // Scores have one number of places, so that their order is that of their texts.
        let score = spoken.iter().map(|one| one.score.as_str()).max().unwrap_or_default().to_owned();
        let documents: BTreeSet<&str> = spoken.iter().map(|one| one.document.as_str()).collect();
        let fields = [
            plain(quad.subject.as_ref().into()),
            object.as_str().to_owned(),
            identifier(&label).to_uppercase(),
            relation.to_owned(),
            label,
            score,
            together(documents.into_iter()),
            together(spoken.iter().map(|one| one.sentence.as_str())),
        ];
        writeln!(relationships, "{}", fields.map(|field| quote(&field)).join(","))?;
    }
    Ok(())
}

fn write_nodes(
    out: &mut dyn Write,
    nodes: &BTreeMap<String, Node>,
    columns: &BTreeMap<String, (String, &'static str)>,
) -> io::Result<()> {
    let properties = columns.values().map(|(name, kind)| format!("{name}:{kind}[]"));
    let head: Vec<String> =
        ["iri:ID", "label", "aliases:string[]"].map(str::to_owned).into_iter().chain(properties).collect();
    writeln!(out, "{},:LABEL", head.join(","))?;
    for (iri, node) in nodes {
        let label = node.labels.first().cloned().unwrap_or_else(|| iri.clone());
        let mut fields = vec![iri.clone(), label, together(node.aliases.iter().map(String::as_str))];
        for relation in columns.keys() {
            fields.push(together(node.values.get(relation).into_iter().flatten().map(String::as_str)));
        }
        fields.push(together(node.classes.iter().map(String::as_str)));
        writeln!(out, "{}", fields.iter().map(|field| quote(field)).collect::<Vec<_>>().join(","))?;
    }
    Ok(())
}

/// A property's name and type for each relation whose tails are values.
fn columns(quads: &[RdfQuad], names: &BTreeMap<String, String>) -> BTreeMap<String, (String, &'static str)> {
    let mut kinds: BTreeMap<&str, &'static str> = BTreeMap::new();
    for quad in quads {
        if let (Term::Literal(literal), false) = (&quad.object, is_name(quad)) {
            let kind = match literal.datatype() {
                xsd::INTEGER => "long",
                xsd::DECIMAL => "double",
                _ => "string",
            };
            kinds
                .entry(quad.predicate.as_str())
                .and_modify(|known| *known = if *known == kind { kind } else { "string" })
                .or_insert(kind);
        }
    }
    let mut taken: BTreeSet<String> = ["iri", "label", "aliases"].map(str::to_owned).into();
    let mut columns = BTreeMap::new();
    for (relation, kind) in kinds {
        let mut name = identifier(&label(names, relation)).to_lowercase();
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        columns.insert(relation.to_owned(), (name, kind));
    }
    columns
}

fn collect(quads: &[RdfQuad]) -> BTreeMap<String, Node> {
    let mut nodes: BTreeMap<String, Node> = BTreeMap::new();
    for quad in quads {
        let node = nodes.entry(plain(quad.subject.as_ref().into())).or_default();
        match (quad.predicate.as_str(), &quad.object) {
            (vocabulary::TYPE, class) => {
                let class = plain(class.as_ref());
                node.classes.push(class.rsplit([':', '/', '#']).next().unwrap_or(&class).to_owned());
            }
            (vocabulary::LABEL, Term::Literal(label)) => node.labels.push(label.value().to_owned()),
            (vocabulary::ALTERNATIVE_LABEL, Term::Literal(alias)) => node.aliases.push(alias.value().to_owned()),
            (relation, Term::Literal(value)) => {
                node.values.entry(relation.to_owned()).or_default().push(value.value().to_owned());
            }
            (_, object) => drop(nodes.entry(plain(object.as_ref())).or_default()),
        }
    }
    nodes
}

fn is_name(quad: &RdfQuad) -> bool {
    [vocabulary::LABEL, vocabulary::ALTERNATIVE_LABEL].contains(&quad.predicate.as_str())
}

/// Several values in one field; what parts them stands in none.
fn together<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.map(|value| value.replace(BETWEEN, ",")).collect::<Vec<_>>().join(&BETWEEN.to_string())
}

/// Letters, digits and low lines.
fn identifier(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}
