//! The predicates that are read, and the vocabularies that they come from. In: an IRI. Out: what it means here.
//! Never: a predicate that means two things.

pub(crate) const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
pub(crate) const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
pub(crate) const OWL: &str = "http://www.w3.org/2002/07/owl#";
pub(crate) const XSD: &str = "http://www.w3.org/2001/XMLSchema#";
pub(crate) const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
pub(crate) const SCHEMA: [&str; 2] = ["http://schema.org/", "https://schema.org/"];
const DCTERMS: &str = "http://purl.org/dc/terms/";
pub(crate) const KGLOOM: &str = "urn:kgloom:";

/// The classes of dates and numbers.
pub(crate) const VALUES: [&str; 2] = ["urn:kgloom:Time", "urn:kgloom:Quantity"];

/// What a predicate means to us: first of anything, then of a class, then of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Predicate {
    Type,
    Label,
    Comment,
    SubClassOf,
    DisjointWith,
    DocumentClass,
    Tag,
    Domain,
    DomainIncludes,
    Range,
    RangeIncludes,
    InverseOf,
    SubPropertyOf,
    /// `rdfs:subPropertyOf [ owl:inverseOf … ]`; the object is the relation in the brackets.
    SubPropertyOfInverse,
    Canonical,
    SeldomSeveral,
    Pattern,
    Along,
    AlternativeLabel,
    PreferredLabel,
    Definition,
    EquivalentClass,
    Imports,
    Example,
    Demonym,
    Other,
}

impl Predicate {
    pub(crate) fn of(iri: &str) -> Self {
        let known = [
            (RDF, "type", Predicate::Type),
            (RDFS, "label", Predicate::Label),
            (RDFS, "comment", Predicate::Comment),
            (RDFS, "subClassOf", Predicate::SubClassOf),
            (OWL, "disjointWith", Predicate::DisjointWith),
            (KGLOOM, "documentClass", Predicate::DocumentClass),
            (KGLOOM, "tag", Predicate::Tag),
            (RDFS, "domain", Predicate::Domain),
            (RDFS, "range", Predicate::Range),
            (SCHEMA[0], "domainIncludes", Predicate::DomainIncludes),
            (SCHEMA[1], "domainIncludes", Predicate::DomainIncludes),
            (SCHEMA[0], "rangeIncludes", Predicate::RangeIncludes),
            (SCHEMA[1], "rangeIncludes", Predicate::RangeIncludes),
            (OWL, "inverseOf", Predicate::InverseOf),
            (RDFS, "subPropertyOf", Predicate::SubPropertyOf),
            (KGLOOM, "canonical", Predicate::Canonical),
            (KGLOOM, "seldomSeveral", Predicate::SeldomSeveral),
            (KGLOOM, "pattern", Predicate::Pattern),
            (KGLOOM, "along", Predicate::Along),
            (SKOS, "altLabel", Predicate::AlternativeLabel),
            (SKOS, "prefLabel", Predicate::PreferredLabel),
            (SKOS, "definition", Predicate::Definition),
            (DCTERMS, "description", Predicate::Definition),
            (OWL, "equivalentClass", Predicate::EquivalentClass),
            (OWL, "imports", Predicate::Imports),
            (SKOS, "example", Predicate::Example),
            (KGLOOM, "demonym", Predicate::Demonym),
        ];
        let found = known.iter().find(|(start, end, _)| is(iri, &(*start, *end)));
        found.map_or(Predicate::Other, |(_, _, predicate)| *predicate)
    }
}

/// Whether an IRI is made of these two.
pub(crate) fn is(iri: &str, (start, end): &(&str, &str)) -> bool {
    iri.strip_prefix(start) == Some(end)
}
