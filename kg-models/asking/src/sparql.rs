//! The query that gives the same answers. In: a way that was found. Out: SPARQL with the prefixes that the store knows.
//! Never: a name that could not stand so in a query.

use crate::kinds::turned;
use crate::lexicon::{End, Hop};
use crate::reading::hop;
use crate::resolve::{Filter, Resolved};
use crate::whether::Proof;
use crate::within::{AROUND, STEPS, is_somewhere};
use kgloom_record::record::Iri;
use ontologies::Ontology;

const PREFIXES: [(&str, &str); 7] = [
    ("wdt", "http://www.wikidata.org/prop/direct/"),
    ("person", "urn:kgloom:person:"),
    ("organization", "urn:kgloom:organization:"),
    ("location", "urn:kgloom:location:"),
    ("miscellaneous", "urn:kgloom:miscellaneous:"),
    ("doc", "urn:kgloom:document:"),
    ("kgloom", "urn:kgloom:"),
];

/// Writes a query line by line.
pub(crate) struct Writer<'a> {
    ontology: &'a Ontology,
    lines: Vec<String>,
    variables: usize,
}

impl<'a> Writer<'a> {
    /// The members of a set, with labels where they have one.
    pub(crate) fn select(ontology: &'a Ontology, way: &Resolved) -> String {
        let body = Writer::body(ontology, |writer| writer.write(way, "?answer"));
        format!("SELECT DISTINCT ?answer ?label WHERE {{\n{body}  OPTIONAL {{ ?answer rdfs:label ?label }}\n}}")
    }

    /// The number of members of a set.
    pub(crate) fn count(ontology: &'a Ontology, way: &Resolved) -> String {
        let body = Writer::body(ontology, |writer| writer.write(way, "?answer"));
        format!("SELECT (COUNT(DISTINCT ?answer) AS ?count) WHERE {{\n{body}}}")
    }

    /// Whether a set has a member.
    pub(crate) fn exists(ontology: &'a Ontology, way: &Resolved) -> String {
        format!("ASK {{\n{}}}", Writer::body(ontology, |writer| writer.write(way, "?answer")))
    }

    /// What shows that something is so or not.
    pub(crate) fn proof(ontology: &'a Ontology, proof: &Proof) -> String {
        let body = match proof {
            Proof::Member(things, set) => Writer::body(ontology, |writer| {
                let target = writer.named(things);
                writer.write(set, &target);
            }),
            Proof::Inside(things, relation, of) => Writer::body(ontology, |writer| {
                let target = writer.named(things);
                let place = writer.variable();
                let step = Hop { weak: false, relation: relation.clone(), asked: End::Tail };
                writer.step(&[step], &target, &place);
                let object = writer.ends(of);
                let outer = ["P131", "P17"].map(|end| hop(end, End::Tail));
                writer.step(&outer, &place, &object);
            }),
            Proof::Begins(things, relation, date) => Writer::body(ontology, |writer| {
                let target = writer.named(things);
                let step = Hop { weak: false, relation: relation.clone(), asked: End::Tail };
                writer.step(&[step], &target, "?date");
                writer.lines.push(format!("FILTER(STRSTARTS(STR(?date), \"{date}\"))"));
            }),
        };
        format!("ASK {{\n{body}}}")
    }

    fn body(ontology: &'a Ontology, write: impl FnOnce(&mut Writer<'a>)) -> String {
        let mut writer = Writer { ontology, lines: Vec::new(), variables: 0 };
        write(&mut writer);
        writer.lines.iter().map(|line| format!("  {line}\n")).collect()
    }

    fn variable(&mut self) -> String {
        self.variables += 1;
        format!("?x{}", self.variables)
    }

    /// Says that `target` is in the set.
    fn write(&mut self, way: &Resolved, target: &str) {
        match way {
            Resolved::Things(things) => {
                let all: Vec<String> = things.iter().map(shorten).collect();
                self.lines.push(format!("VALUES {target} {{ {} }}", all.join(" ")));
            }
            Resolved::Moment(_) | Resolved::All(_) => {}
            Resolved::Step { hops, of, .. } if matches!(**of, Resolved::Moment(_)) => {
                let Resolved::Moment(date) = &**of else { return };
                let tails: Vec<Hop> = hops.iter().map(|hop| Hop { asked: End::Tail, ..hop.clone() }).collect();
                self.step(&tails, target, "?date");
                self.lines.push(format!("FILTER(STRSTARTS(STR(?date), \"{date}\"))"));
            }
            Resolved::Step { hops, of, within, .. } => {
                let start = self.ends(of);
                if *within { self.inside(hops, &start, target) } else { self.step(hops, &start, target) }
            }
            Resolved::Kind { filter, of, .. } => {
                self.write(of, target);
                self.filter(filter, target);
            }
            Resolved::Both { one, other, .. } => {
                self.write(one, target);
                self.write(other, target);
            }
        }
    }

    /// What stands for a set: its only member, or a variable of which the lines before say what it is.
    fn ends(&mut self, way: &Resolved) -> String {
        if let Resolved::Things(things) = way {
            return self.named(things);
        }
        let variable = self.variable();
        self.write(way, &variable);
        variable
    }

    fn named(&mut self, things: &[Iri]) -> String {
        if let [only] = things {
            return shorten(only);
        }
        let variable = self.variable();
        self.write(&Resolved::Things(things.to_vec()), &variable);
        variable
    }

    fn step(&mut self, hops: &[Hop], start: &str, target: &str) {
        let line = self.triples(hops, start, target);
        self.lines.push(line);
    }

    /// A step from a place or from what lies in it, by a path of bounded length.
    fn inside(&mut self, hops: &[Hop], start: &str, target: &str) {
        let (somewhere, other): (Vec<Hop>, Vec<Hop>) = hops.iter().cloned().partition(is_somewhere);
        let place = self.variable();
        let around = AROUND.map(|end| shorten(&hop(end, End::Tail).relation)).join("|");
        let path = vec![format!("({around})?"); STEPS].join("/");
        // What follows from others is told step by step, and for countries at once.
        let lies =
            format!("{{ {place} {path} {start} }} UNION {{ GRAPH kgloom:entailed {{ {place} {around} {start} }} }}");
        let leads = self.triples(&somewhere, &place, target);
        if other.is_empty() {
            self.lines.extend([lies, leads]);
        } else {
            let others = self.triples(&other, start, target);
            self.lines.push(format!("{{ {others} }} UNION {{ {lies} {leads} }}"));
        }
    }

    /// The pattern of some hops, also among what follows from others where it may.
    fn triples(&self, hops: &[Hop], start: &str, target: &str) -> String {
        let triple = match hops {
            [hop] if hop.asked == End::Head => format!("{target} {} {start}", shorten(&hop.relation)),
            hops => {
                let part = |hop: &Hop| match hop.asked {
                    End::Tail => shorten(&hop.relation),
                    End::Head => format!("^{}", shorten(&hop.relation)),
                };
                let path: Vec<String> = hops.iter().map(part).collect();
                format!("{start} {} {target}", path.join("|"))
            }
        };
        match hops.iter().any(|hop| self.may_follow(&hop.relation)) {
            true => format!("{{ {triple} }} UNION {{ GRAPH kgloom:entailed {{ {triple} }} }}"),
            false => format!("{triple} ."),
        }
    }

    /// Whether facts of a relation may follow from others.
    fn may_follow(&self, relation: &Iri) -> bool {
        let from = |other: &ontologies::Relation| {
            self.ontology.consequences(&other.iri).iter().any(|consequence| consequence.form.relation == *relation)
        };
        self.ontology.relation(relation).is_some_and(|relation| relation.along.is_some())
            || self.ontology.relations().any(from)
    }

    fn filter(&mut self, filter: &Filter, target: &str) {
        match filter {
            Filter::None => {}
            Filter::Among(things) => self.write(&Resolved::Things(things.clone()), target),
            Filter::Classes(classes) => match classes.as_slice() {
                [class] => self.lines.push(format!("{target} a {} .", shorten(class))),
                classes => {
                    let variable = self.variable();
                    self.write(&Resolved::Things(classes.to_vec()), &variable);
                    self.lines.push(format!("{target} a {variable} ."));
                }
            },
            Filter::Told { kinds, ends, word } => {
                let mut ways = Vec::new();
                let kinds: Vec<String> = kinds.iter().map(shorten).collect();
                if !kinds.is_empty() {
                    let (path, kinds) = ("wdt:P31|wdt:P106|wdt:P39|wdt:P136", kinds.join(" "));
                    ways.push(format!("{target} {path} ?kind VALUES ?kind {{ {kinds} }}"));
                }
                let ends: Vec<Hop> = ends.iter().map(turned).collect();
                if !ends.is_empty() {
                    ways.push(self.triples(&ends, target, "?end"));
                }
                ways.extend(word.as_ref().map(|word| {
                    format!(
                        "{target} rdfs:label ?name FILTER(CONTAINS(LCASE(?name), \"{word}\") && CONTAINS(?name, \" \"))"
                    )
                }));
                match ways.as_slice() {
                    [way] => self.lines.push(way.clone()),
                    ways => self.lines.push(format!("{{ {} }}", ways.join(" } UNION { "))),
                }
            }
        }
    }
}

/// A name as a query may have it: with a prefix where one fits.
pub(crate) fn shorten(iri: &Iri) -> String {
    let iri = iri.as_str();
    let prefixed = PREFIXES.iter().find_map(|(prefix, space)| Some((prefix, iri.strip_prefix(space)?)));
    match prefixed.filter(|(_, rest)| is_local(rest)) {
        Some((prefix, rest)) => format!("{prefix}:{rest}"),
        None => format!("<{iri}>"),
    }
}

/// Whether a text can follow a prefix as it is, in the letters that all alphabets of the Basic Plane share.
fn is_local(text: &str) -> bool {
    let letter = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '_' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}'
                | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{10000}'..='\u{EFFFF}')
    };
    let first = text.chars().next().is_some_and(letter);
    first && text.chars().all(|c| letter(c) || c == '-' || c == '.') && !text.ends_with('.')
}
