//! Turtle and TriG. In: quads, those of a graph side by side and in it those of a subject. Out: each name with its prefix, or
//! in full between `<` and `>`. Never: an escape within a name: it is allowed, and the most common readers stop at some.

use super::PREFIXES;
use super::prefixes::shorten;
use kgloom_record::vocabulary;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{GraphNameRef, LiteralRef, NamedNodeRef, NamedOrBlankNodeRef, QuadRef, TermRef};
use std::cmp::Reverse;
use std::io::{self, Write};

/// Writes quads; where all are of the default graph, it is Turtle.
pub(super) fn write<'a>(out: &mut dyn Write, quads: impl Iterator<Item = QuadRef<'a>>) -> io::Result<()> {
    let mut last: Option<QuadRef<'a>> = None;
    for quad in quads {
        let (relation, object) = (predicate(quad.predicate), term(quad.object));
        let inner = if quad.graph_name.is_default_graph() { "" } else { "\t" };
        match last {
            Some(last) if (last.graph_name, last.subject) == (quad.graph_name, quad.subject) => {
                if last.predicate == quad.predicate {
                    write!(out, " , {object}")?;
                } else {
                    write!(out, " ;\n{inner}\t{relation} {object}")?;
                }
            }
            _ => {
                match last {
                    None => prefixes(out)?,
                    Some(last) => end(out, last, last.graph_name != quad.graph_name)?,
                }
                if let Some(name) = opened(last, quad) {
                    writeln!(out, "{name} {{")?;
                }
                write!(out, "{inner}{} {relation} {object}", subject(quad.subject))?;
            }
        }
        last = Some(quad);
    }
    last.map_or(Ok(()), |last| end(out, last, true))
}

fn prefixes(out: &mut dyn Write) -> io::Result<()> {
    let mut prefixes = PREFIXES;
    prefixes.sort_by_key(|(_, space)| Reverse(space.len()));
    prefixes.iter().try_for_each(|(prefix, space)| writeln!(out, "@prefix {prefix}: <{space}> ."))
}

/// The end of a subject, and perhaps of its graph.
fn end(out: &mut dyn Write, last: QuadRef<'_>, graph: bool) -> io::Result<()> {
    writeln!(out, " .")?;
    if graph && !last.graph_name.is_default_graph() {
        writeln!(out, "}}")?;
    }
    Ok(())
}

/// The name of a graph that begins here.
fn opened(last: Option<QuadRef<'_>>, quad: QuadRef<'_>) -> Option<String> {
    let begins = last.is_none_or(|last| last.graph_name != quad.graph_name);
    match quad.graph_name {
        GraphNameRef::NamedNode(node) if begins => Some(shorten(node.as_str())),
        GraphNameRef::BlankNode(node) if begins => Some(node.to_string()),
        _ => None,
    }
}

fn subject(subject: NamedOrBlankNodeRef<'_>) -> String {
    term(subject.into())
}

fn predicate(node: NamedNodeRef<'_>) -> String {
    if node.as_str() == vocabulary::TYPE { "a".to_owned() } else { shorten(node.as_str()) }
}

fn term(of: TermRef<'_>) -> String {
    match of {
        TermRef::NamedNode(node) => shorten(node.as_str()),
        TermRef::BlankNode(node) => node.to_string(),
        TermRef::Literal(literal) => value(literal),
        TermRef::Triple(triple) => {
            let (of, object) = (triple.subject.as_ref(), triple.object.as_ref());
            format!("<<( {} {} {} )>>", subject(of), shorten(triple.predicate.as_str()), term(object))
        }
    }
}

fn value(literal: LiteralRef<'_>) -> String {
    let datatype = literal.datatype();
    if is_bare(literal.value(), datatype) {
        return literal.value().to_owned();
    }
    let whole = literal.to_string();
    match whole.strip_suffix(&format!("^^<{}>", datatype.as_str())) {
        Some(quoted) => format!("{quoted}^^{}", shorten(datatype.as_str())),
        None => whole,
    }
}

/// Whether a value can stand without quotes.
fn is_bare(value: &str, datatype: NamedNodeRef<'_>) -> bool {
    let unsigned = |value: &str| value.strip_prefix(['+', '-']).unwrap_or(value).to_owned();
    let digits = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
    let whole = |value: &str| !value.is_empty() && digits(value);
    match datatype {
        xsd::BOOLEAN => matches!(value, "true" | "false"),
        xsd::INTEGER => whole(&unsigned(value)),
        xsd::DECIMAL => unsigned(value).split_once('.').is_some_and(|(front, back)| digits(front) && whole(back)),
        xsd::DOUBLE => unsigned(value).split_once(['e', 'E']).is_some_and(|(number, exponent)| {
            let (front, back) = number.split_once('.').unwrap_or((number, ""));
            digits(front) && digits(back) && !(front.is_empty() && back.is_empty()) && whole(&unsigned(exponent))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::io::{RdfFormat, RdfParser};
    use oxigraph::model::{BlankNode, Literal, NamedNode, Quad, Term, Triple};

    fn written(quads: &[Quad]) -> String {
        let mut out = Vec::new();
        write(&mut out, quads.iter().map(Quad::as_ref)).unwrap();
        let text = String::from_utf8(out).unwrap();
        let again = RdfParser::from_format(RdfFormat::TriG).for_slice(text.as_bytes());
        assert_eq!(again.collect::<Result<Vec<Quad>, _>>().unwrap(), quads, "{text}");
        text
    }

    fn named(name: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("urn:kgloom:{name}"))
    }

    #[test]
    fn names_that_readers_stop_at_are_written_in_full() {
        let relation = named("locatedIn");
        let of = |name: &str, graph: &str| Quad::new(named(name), relation.clone(), named(name), named(graph));
        for name in [
            "organization:Norsea_Oil_Ltd.",
            "person:John_Hale_Jr.",
            "location:D.C.",
            "person:A_(b)",
            "document:a/b",
            "",
        ] {
            let text = written(&[of(name, name)]);
            assert!(text.contains(&format!("<urn:kgloom:{name}> kgloom:locatedIn <urn:kgloom:{name}>")), "{text}");
            assert!(text.contains(&format!("\n<urn:kgloom:{name}> {{\n")) && !text.contains('\\'), "{text}");
        }
        for name in ["person:J._R._Hale", "location:St._Ives", "person:Ada-Maria", "person:আনন্দ_কুমার", "person:1st"]
        {
            let text = written(&[of(name, "a")]);
            assert!(text.contains(&format!("\t{name} kgloom:locatedIn {name} .")), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let default = oxigraph::model::GraphName::DefaultGraph;
        let (ada, eve) = (named("person:Ada"), BlankNode::new_unchecked("eve"));
        let kind = NamedNode::new_unchecked(vocabulary::TYPE);
        let typed = |value: &str, datatype: NamedNodeRef<'_>| Literal::new_typed_literal(value, datatype);
        let triple = Triple::new(ada.clone(), kind.clone(), typed("2", xsd::INTEGER));
        let values: [Term; 12] = [
            named("Person").into(),
            Literal::new_simple_literal("a \"b\"\n\\c^^<http://www.w3.org/2001/XMLSchema#string>").into(),
            Literal::new_language_tagged_literal_unchecked("hej", "sv").into(),
            typed("-12", xsd::INTEGER).into(),
            typed("1.", xsd::DECIMAL).into(),
            typed("-.5", xsd::DECIMAL).into(),
            typed("1.5E-3", xsd::DOUBLE).into(),
            typed("INF", xsd::DOUBLE).into(),
            typed("true", xsd::BOOLEAN).into(),
            typed("1815-12-10", xsd::DATE).into(),
            eve.clone().into(),
            triple.into(),
        ];
        let mut quads = vec![Quad::new(ada.clone(), kind.clone(), named("Person"), default.clone())];
        quads.extend(values.iter().map(|value| Quad::new(ada.clone(), named("p"), value.clone(), default.clone())));
        quads.push(Quad::new(eve.clone(), kind.clone(), named("Person"), default));
        quads.push(Quad::new(ada.clone(), kind.clone(), named("Person"), named("one")));
        quads.push(Quad::new(ada.clone(), named("p"), named("x"), named("one")));
        quads.push(Quad::new(named("x"), named("p"), named("x"), named("one")));
        quads.push(Quad::new(named("x"), named("p"), named("x"), named("two")));
        let text = written(&quads);
        for part in [" -12 ,", " 1.5E-3 ,", "\"1.\"^^xsd:decimal", "\"INF\"^^xsd:double", "\"1815-12-10\"^^xsd:date"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(written(&[]), "");
    }
}
