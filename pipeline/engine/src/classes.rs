//! Classes that users type. In: an IRI, prefixed name, label, short name or tag. Out: the class of the ontology.
//! Never: a class that the ontology lacks.

use crate::nearest::nearest;
use ontologies::{Class, Iri, Ontology};

/// The class that is meant, or what to say of one that nobody knows.
pub fn find_class(text: &str, ontology: &Ontology) -> Result<Iri, String> {
    let iri = Iri::new(connectors::store::expand(text).unwrap_or_else(|| text.to_owned()));
    let meant = |class: &&Class| {
        let local = class.iri.as_str().rsplit([':', '/', '#']).next();
        let names = [Some(class.label.as_str()), local, class.tag.as_deref()];
        names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(text))
    };
    if let Some(class) = ontology.class(&iri).or_else(|| ontology.classes().find(meant)) {
        return Ok(class.iri.clone());
    }
    let labels: Vec<&str> = ontology.classes().map(|class| class.label.as_str()).collect();
    Err(match nearest(text, &labels) {
        Some(near) => format!("unknown class \"{text}\"; did you mean \"{near}\"?"),
        None => format!("unknown class \"{text}\"; known: {}", labels.join(", ")),
    })
}
