//! What a user says against texts, or beside them: a fact that is wrong or missing, names that are one or are not, a
//! class. In: nothing. Out: plain data with a name of its own, and what of it contradicts what. Never: an entity's
//! IRI; that follows from the texts, and a correction outlives them.

use crate::value::{CorrectionId, DocumentId, Literal, Span};
use crate::{names, vocabulary};
use ontologies::{Iri, Ontology};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// Where somebody is mentioned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The document.
    pub document: DocumentId,
    /// The mention; where the text has changed under it, the document alone counts.
    pub span: Span,
}

/// Whom a correction is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Named {
    /// The class.
    pub class: Iri,
    /// The name.
    pub name: Arc<str>,
    /// Where several bear the name: mentions of the one that is meant. Empty: whoever bears it.
    pub places: Vec<Place>,
}

impl Named {
    /// Whoever bears the name.
    pub fn anyone(class: Iri, name: impl Into<Arc<str>>) -> Named {
        Named { class, name: name.into(), places: Vec::new() }
    }

    /// A row of a table that is matched with the graph.
    pub fn row(iri: impl Into<Arc<str>>) -> Named {
        Named::anyone(Iri::new(vocabulary::ROW_CLASS), iri)
    }

    /// Whether it is a row of a table, named by its IRI, and nothing that documents speak of.
    pub fn is_row(&self) -> bool {
        self.class.as_str() == vocabulary::ROW_CLASS
    }

    /// The name as it is compared.
    pub fn compared(&self) -> Arc<str> {
        if self.is_row() {
            return Arc::clone(&self.name);
        }
        names::key_of(&names::display(&self.name), self.class.as_str() == vocabulary::PERSON)
    }

    /// Whether both may mean the same bearer of one name.
    pub fn meets(&self, other: &Named) -> bool {
        let shared = || self.places.iter().any(|place| other.places.iter().any(|at| at.document == place.document));
        let open = self.places.is_empty() || other.places.is_empty();
        self.class == other.class && self.compared() == other.compared() && (open || shared())
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = self.class.as_str().rsplit([':', '/', '#']).next().unwrap_or_default();
        write!(f, "{class} \"{}\"", self.name)?;
        match self.places.first() {
            Some(place) => write!(f, " of \"{}\"", place.document),
            None => Ok(()),
        }
    }
}

/// What a corrected fact says of its subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Object {
    /// A named thing.
    Name(Named),
    /// A value.
    Value(Literal),
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::Name(named) => write!(f, "{named}"),
            Object::Value(literal) => write!(f, "\"{}\"", literal.value),
        }
    }
}

/// A user's word; it overrules what documents suggest. New kinds come last: the journal keeps these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Correction {
    /// The fact is not so.
    Reject {
        /// Who or what it is about.
        subject: Named,
        /// The relation.
        relation: Iri,
        /// What it says.
        object: Object,
        /// The one document whose word does not count; none: no document's does.
        document: Option<DocumentId>,
    },
    /// The fact is so, whatever documents say.
    Assert {
        /// Who or what it is about.
        subject: Named,
        /// The relation.
        relation: Iri,
        /// What it says.
        object: Object,
        /// On whose word.
        source: Option<Arc<str>>,
    },
    /// Both names are of one.
    Same {
        /// One name.
        one: Named,
        /// The other.
        other: Named,
    },
    /// The names are of two.
    Different {
        /// One name.
        one: Named,
        /// The other: where both were taken for one, it is this that leaves.
        other: Named,
        /// The one document within whose text they are; none: everywhere.
        document: Option<DocumentId>,
    },
    /// What readers take to be of one class is of another.
    Retype {
        /// The name, with the class that readers give it.
        name: Named,
        /// The class that it is of.
        class: Iri,
    },
}

impl Correction {
    /// What it is called.
    pub fn id(&self) -> CorrectionId {
        let mut hash = blake3::Hasher::new();
        let mut part = |text: &str| {
            hash.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
        };
        part(self.kind());
        let mut names = self.names();
        if matches!(self, Correction::Same { .. }) {
            names.sort();
        }
        for name in names {
            part(name.class.as_str());
            part(&name.name);
            for Place { document, span } in &name.places {
                part(document.as_str());
                part(&format!("{}..{}", span.start, span.end));
            }
            part("");
        }
        match self {
            Correction::Reject { relation, object, .. } | Correction::Assert { relation, object, .. } => {
                part(relation.as_str());
                if let Object::Value(literal) = object {
                    part(&literal.value);
                    part(literal.datatype.iri());
                }
            }
            Correction::Retype { class, .. } => part(class.as_str()),
            Correction::Same { .. } | Correction::Different { .. } => {}
        }
        part(self.document().map_or("", DocumentId::as_str));
        part(self.source().unwrap_or_default());
        CorrectionId::new(&hash.finalize().to_hex()[..12])
    }

    /// The word for its kind, which is also the command that gives it.
    pub fn kind(&self) -> &'static str {
        match self {
            Correction::Reject { .. } => "reject",
            Correction::Assert { .. } => "assert",
            Correction::Same { .. } => "same",
            Correction::Different { .. } => "different",
            Correction::Retype { .. } => "retype",
        }
    }

    /// Whom it is about, in the order that they were named.
    pub fn names(&self) -> Vec<&Named> {
        match self {
            Correction::Reject { subject, object, .. } | Correction::Assert { subject, object, .. } => match object {
                Object::Name(object) => vec![subject, object],
                Object::Value(_) => vec![subject],
            },
            Correction::Same { one, other } | Correction::Different { one, other, .. } => vec![one, other],
            Correction::Retype { name, .. } => vec![name],
        }
    }

    /// The one document that it is for.
    pub fn document(&self) -> Option<&DocumentId> {
        match self {
            Correction::Reject { document, .. } | Correction::Different { document, .. } => document.as_ref(),
            _ => None,
        }
    }

    /// On whose word it is given.
    pub fn source(&self) -> Option<&str> {
        match self {
            Correction::Assert { source, .. } => source.as_deref(),
            _ => None,
        }
    }

    fn names_mut(&mut self) -> Vec<&mut Named> {
        match self {
            Correction::Reject { subject, object, .. } | Correction::Assert { subject, object, .. } => match object {
                Object::Name(object) => vec![subject, object],
                Object::Value(_) => vec![subject],
            },
            Correction::Same { one, other } | Correction::Different { one, other, .. } => vec![one, other],
            // Retyping speaks of what readers said, not of what became of it.
            Correction::Retype { .. } => Vec::new(),
        }
    }

    /// Subject, relation and object of a fact that is corrected in all documents.
    pub(crate) fn fact(&self) -> Option<(&Named, &Iri, &Object)> {
        match self {
            Correction::Reject { subject, relation, object, document: None }
            | Correction::Assert { subject, relation, object, .. } => Some((subject, relation, object)),
            _ => None,
        }
    }
}

impl fmt::Display for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        match self {
            Correction::Reject { subject, relation, object, .. }
            | Correction::Assert { subject, relation, object, .. } => {
                let relation = relation.as_str().rsplit([':', '/', '#']).next().unwrap_or_default();
                write!(f, "{kind} {subject} {relation} {object}")?;
            }
            Correction::Same { one, other } | Correction::Different { one, other, .. } => {
                write!(f, "{kind} {one} {other}")?;
            }
            Correction::Retype { name, class } => {
                write!(f, "{kind} {name} {}", class.as_str().rsplit([':', '/', '#']).next().unwrap_or_default())?;
            }
        }
        match self.document() {
            Some(document) => write!(f, " in \"{document}\""),
            None => Ok(()),
        }
    }
}

/// The row and the thing that a correction is about, where it is about such.
pub fn row_and_thing<'a>(one: &'a Named, other: &'a Named) -> Option<(&'a Named, &'a Named)> {
    match (one.is_row(), other.is_row()) {
        (true, false) => Some((one, other)),
        (false, true) => Some((other, one)),
        _ => None,
    }
}

/// A correction as the dataflow takes it: with the names that its ends have after all retyping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Given {
    /// What the correction is called.
    pub id: CorrectionId,
    /// What it says.
    pub correction: Correction,
    /// Of two that are different: who is the same as the second, by other corrections.
    pub company: Vec<Named>,
}

/// Corrections as the dataflow takes them: a function of the set, in no order.
pub fn given(corrections: &BTreeSet<Correction>) -> BTreeSet<Given> {
    let renamed = renamed(corrections);
    let known: Vec<&Correction> = renamed.iter().map(|(_, correction)| correction).collect();
    let give = |(original, correction): &(&Correction, Correction)| {
        let company = match correction {
            Correction::Different { other, document: None, .. } => together(&known, other),
            _ => Vec::new(),
        };
        Given { id: original.id(), correction: correction.clone(), company }
    };
    renamed.iter().map(give).collect()
}

/// A name, and the class that it is given.
type Retyped<'a> = (&'a Named, &'a Iri);

/// Each correction beside itself with the classes that its names have after all retyping.
pub(crate) fn renamed(corrections: &BTreeSet<Correction>) -> Vec<(&Correction, Correction)> {
    let mut retyped: BTreeMap<(Iri, Arc<str>), Vec<Retyped>> = BTreeMap::new();
    for correction in corrections {
        if let Correction::Retype { name, class } = correction {
            retyped.entry((name.class.clone(), name.compared())).or_default().push((name, class));
        }
    }
    let rename = |original| {
        let mut correction = Correction::clone(original);
        for named in correction.names_mut() {
            let known = retyped.get(&(named.class.clone(), named.compared())).into_iter().flatten();
            // What is said of one bearer of a name is not said of all.
            let mut meant = known.filter(|(name, _)| name.places.is_empty() || !named.places.is_empty());
            if let Some((_, class)) = meant.find(|(name, _)| name.meets(named)) {
                named.class = Iri::clone(class);
            }
        }
        (original, correction)
    };
    corrections.iter().map(rename).collect()
}

/// Everybody who is the same as one, itself among them.
pub(crate) fn together(corrections: &[&Correction], one: &Named) -> Vec<Named> {
    let mut all = vec![one.clone()];
    let mut next = 0;
    while let Some(known) = all.get(next).cloned() {
        next += 1;
        for correction in corrections {
            let Correction::Same { one, other } = correction else { continue };
            for (one, other) in [(one, other), (other, one)] {
                if one.meets(&known) && !all.contains(other) {
                    all.push(other.clone());
                }
            }
        }
    }
    all.sort();
    all
}

/// The relation that says the same from tail to head.
pub fn turned(relation: &Iri, ontology: &Ontology) -> Option<Iri> {
    let known = ontology.relation(relation)?;
    known.inverse.clone().or_else(|| known.symmetric.then(|| relation.clone()))
}

#[cfg(test)]
#[path = "correction_tests.rs"]
mod tests;
