//! A correction as somebody says it. In: names as they were typed. Out: a correction. Never: one that the ontology forbids.

use super::{Book, Meant, same};
use crate::classes::find_class;
use crate::error::Error;
use crate::terms;
use anyhow::Result;
use kgloom_flow::stage::corrections::value_classes;
use kgloom_record::correction::row_and_thing;
use kgloom_record::record::{Correction, Named, Object, Term};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};

/// What somebody says against texts, or beside them; names are labels, `CLASS:NAME`, IRIs or prefixed names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Said {
    /// A fact is not so.
    Reject {
        /// Who or what the fact is about.
        subject: String,
        /// The relation.
        relation: String,
        /// A name or a value.
        object: String,
        /// Only what this document says does not count.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<String>,
    },
    /// A fact is so.
    Assert {
        /// Who or what the fact is about.
        subject: String,
        /// The relation.
        relation: String,
        /// A name or a value.
        object: String,
        /// On whose word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
    },
    /// Two names are of one.
    Same {
        /// One name.
        one: String,
        /// The other.
        other: String,
    },
    /// Two names are of two.
    Different {
        /// One name.
        one: String,
        /// The other.
        other: String,
        /// Only within this document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<String>,
    },
    /// Somebody or something is of a class.
    Retype {
        /// The name.
        name: String,
        /// The class: label, short name or IRI.
        class: String,
    },
}

impl Said {
    /// The correction that is meant.
    pub fn meant(&self, book: &Book<'_>) -> Result<Correction> {
        match self {
            Said::Reject { subject, relation, object, document } => {
                reject(book, [subject, relation, object], document.as_deref())
            }
            Said::Assert { subject, relation, object, source } => {
                let (subject, relation) = (book.named(subject, Meant::OneOrNew)?, book.relation(relation)?);
                let object = book.object(&relation, object, Meant::OneOrNew)?;
                let source = source.as_deref().map(Into::into);
                let asserted = Correction::Assert { subject, relation, object, source };
                check(&asserted, book.ontology)?;
                Ok(asserted)
            }
            Said::Same { one, other } => {
                let (one, other) = pair(book, (one, other), Meant::One)?;
                Ok(same(one, other))
            }
            Said::Different { one, other, document } => {
                let (one, other) = pair(book, (one, other), Meant::Name)?;
                if document.is_some() && row_and_thing(&one, &other).is_some() {
                    return Err(Error::meaningless(
                        "what a row means does not depend on a document; leave --document out",
                    )
                    .into());
                }
                Ok(Correction::Different { one, other, document: book.document(document.as_deref())? })
            }
            Said::Retype { name, class } => retype(book, name, class),
        }
    }
}

fn reject(book: &Book<'_>, [subject, relation, object]: [&String; 3], document: Option<&str>) -> Result<Correction> {
    let stated = terms::find(
        &book.folder.store,
        book.ontology,
        &terms::Wanted {
            subject: Some(subject.clone()),
            relation: Some(relation.clone()),
            object: Some(object.clone()),
        },
    );
    let (subject, relation) = (book.named(subject, Meant::All)?, book.relation(relation)?);
    // A value that the graph holds is rejected as the graph writes it.
    let value = stated.unwrap_or_default().into_iter().find_map(|triple| match triple.object {
        Term::Literal(literal) => Some(Object::Value(literal)),
        Term::Name(_) => None,
    });
    let object = value.map_or_else(|| book.object(&relation, object, Meant::All), Ok)?;
    Ok(Correction::Reject { subject, relation, object, document: book.document(document)? })
}

fn retype(book: &Book<'_>, name: &str, class: &str) -> Result<Correction> {
    let name = book.named(name, Meant::All)?;
    let known = find_class(class, book.ontology).map_err(Error::refused)?;
    if ["Time", "Quantity"].map(vocabulary::own).contains(&known) {
        return Err(Error::refused(format!("what is of class \"{class}\" is a value, and has no name")).into());
    }
    if name.class == known {
        return Err(Error::refused(format!("{name} is of this class already")).into());
    }
    Ok(Correction::Retype { name, class: known })
}

fn pair(book: &Book<'_>, (one, other): (&str, &str), meant: Meant) -> Result<(Named, Named)> {
    let named = |text: &str| book.row(text).transpose().unwrap_or_else(|| book.named(text, meant));
    let (one, other) = (named(one)?, named(other)?);
    if one.is_row() && other.is_row() {
        return Err(Error::refused("both are rows: what is said is about a row and a thing of the graph").into());
    }
    if one.meets(&other) {
        return Err(Error::refused(format!("both are {one}: what is said is about two names")).into());
    }
    Ok((one, other))
}

/// What the ontology does not admit is not asserted.
fn check(asserted: &Correction, ontology: &Ontology) -> Result<()> {
    let Correction::Assert { subject, relation, object, .. } = asserted else { return Ok(()) };
    let classes = match object {
        Object::Name(named) if named.meets(subject) => {
            return Err(Error::refused("subject and object are the same").into());
        }
        Object::Name(named) => vec![named.class.clone()],
        Object::Value(literal) => value_classes(literal.datatype).iter().map(|class| vocabulary::own(class)).collect(),
    };
    let mut refused = None;
    for class in &classes {
        match ontology.admits(&subject.class, relation, class) {
            Ok(()) => return Ok(()),
            Err(violation) => refused = Some(violation),
        }
    }
    let violation = refused.map(|violation| violation.to_string()).unwrap_or_default();
    Err(Error::refused(format!("the ontology does not admit this: {violation}")).into())
}
