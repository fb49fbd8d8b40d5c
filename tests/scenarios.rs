//! Histories in words, and what they change in the graph: the specification a newcomer reads.
//!
//! In: `tests/cases/*.txt`. Out: each step's difference. `REWRITE=1 cargo test scenarios` writes what is seen.

use datadriven::{TestCase, walk};
use kgloom_flow::session::{Session, Settings};
use kgloom_flow::toy::{Forgetful, ToyReader};
use kgloom_record::record::{
    Change, Correction, Datatype, Document, DocumentId, Graph, Iri, Literal, Named, Object, Quad, Refusal, Term,
};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::fmt::Write;
use std::sync::Arc;

#[test]
fn scenarios() {
    let ontology = Arc::new(Ontology::bundled());
    walk("tests/cases", |file| {
        let reader = Arc::new(ToyReader::default());
        let ontology = Arc::clone(&ontology);
        let mut session = Session::start(Settings {
            reader,
            memory: Arc::new(Forgetful),
            ontology,
            filter: None,
            typer: None,
            workers: 2,
        });
        file.run(|case| {
            let delta = session.step(vec![change(case)]).expect("the toy reader does not break");
            let mut lines: Vec<String> = delta.quads.iter().filter_map(line).collect();
            lines.sort_by(|a, b| a[2..].cmp(&b[2..]).then(a.cmp(b)));
            if lines.is_empty() { "nothing\n".to_owned() } else { lines.concat() }
        });
    });
}

fn change(case: &TestCase) -> Change {
    let id = || DocumentId::new(case.args.keys().next().cloned().unwrap_or_else(|| "doc".to_owned()));
    match case.directive.as_str() {
        "put" => Change::Put(Document { id: id(), text: case.input.trim_end().into() }),
        "delete" => Change::Delete(id()),
        "refuse" => Change::Refuse(id(), Refusal { reason: case.input.trim().into(), location: "".into() }),
        "corrections" => Change::Corrections(case.input.lines().map(correction).collect()),
        other => panic!("{other} is no directive: put, delete, refuse, corrections"),
    }
}

/// A kind, then its parts with ` | ` between them: `reject Person Ada Byron | P19 | Location London`, `assert …` alike,
/// `same Person Ada Byron | Person Ada Lovelace`, `different …` alike, `retype Person Ada Byron | Location`. A value is
/// told by its digits; a document after the last part.
fn correction(line: &str) -> Correction {
    let (kind, rest) = line.split_once(' ').expect("a kind, then its parts");
    let parts: Vec<&str> = rest.split(" | ").collect();
    let named = |text: &str| {
        let (class, name) = text.split_once(' ').expect("a class, then a name");
        Named::anyone(vocabulary::own(class), name)
    };
    let relation = |property: &str| Iri::new(format!("http://www.wikidata.org/prop/direct/{property}"));
    let object = |text: &str| match text.parse::<u32>() {
        Ok(_) => Object::Value(Literal { value: text.into(), datatype: Datatype::Year }),
        Err(_) => Object::Name(named(text)),
    };
    let document = |at: usize| parts.get(at).map(|id| DocumentId::new(*id));
    let [one, other] = [parts[0], parts[1]];
    match kind {
        "reject" => Correction::Reject {
            subject: named(one),
            relation: relation(other),
            object: object(parts[2]),
            document: document(3),
        },
        "assert" => {
            let (relation, object) = (relation(other), object(parts[2]));
            Correction::Assert { subject: named(one), relation, object, source: None }
        }
        "same" => Correction::Same { one: named(one), other: named(other) },
        "different" => Correction::Different { one: named(one), other: named(other), document: document(2) },
        "retype" => Correction::Retype { name: named(one), class: vocabulary::own(other) },
        other => panic!("{other} is no correction"),
    }
}

/// The default graph, what follows from it, and the rejections, shortened; the rest says the same by document.
fn line((quad, count): &(Quad, isize)) -> Option<String> {
    let mut text = String::from(if *count > 0 { "+ " } else { "- " });
    match &quad.graph {
        Graph::Default => {}
        Graph::Entailed => text.push_str("follows: "),
        Graph::Rejected if quad.triple.relation.as_str().ends_with(":reason") => text.push_str("rejected: "),
        _ => return None,
    }
    let short = |iri: &str| {
        let parts = [
            ("http://www.wikidata.org/prop/direct/", "wdt:"),
            (vocabulary::TYPE, "a"),
            (vocabulary::LABEL, "label"),
            (vocabulary::ALTERNATIVE_LABEL, "alias"),
            (vocabulary::NAMESPACE, ""),
        ];
        parts.iter().fold(iri.to_owned(), |text, (long, short)| text.replace(long, short))
    };
    let rejected = quad.graph == Graph::Rejected;
    let named = |iri: &str| if rejected { String::new() } else { short(iri) + " " };
    let (subject, relation) = (named(quad.triple.subject.as_str()), named(quad.triple.relation.as_str()));
    match &quad.triple.object {
        Term::Name(iri) => writeln!(text, "{subject}{relation}{}", short(iri.as_str())).ok()?,
        Term::Literal(literal) => writeln!(text, "{subject}{relation}\"{}\"", literal.value).ok()?,
    }
    Some(text)
}
