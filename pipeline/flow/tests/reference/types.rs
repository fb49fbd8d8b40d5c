//! What things are, below the class that names them.
//!
//! In: pages, who is who, the ontology, and the support that a class needs. Out: the narrower classes that texts tell,
//! with the texts that tell them; refused are those that the thing cannot be of. Never: support that is summed up: of
//! all texts the surest decides.

use super::Quads;
use super::pages::Page;
use super::who::Who;
use kgloom_record::record::{DocumentId, Graph, Iri, Refusal, Score, Term, Triple};
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Who is told to be something: the name in the graph, and the class.
type Thing<'a> = (&'a Iri, &'a Iri);

/// The classes that texts tell, each with those texts and how surely each of them tells it.
type Classes<'a> = BTreeMap<&'a Iri, BTreeMap<&'a DocumentId, Score>>;

/// Writes what things are, and refuses what they cannot be.
pub(super) fn tell(pages: &[Page], who: &Who, (ontology, needed): (&Ontology, Score), quads: &mut Quads) {
    for ((name, own), classes) in told(pages, who, ontology) {
        let support = |class: &Iri| classes[class].values().max().copied().unwrap_or_default();
        let mut order: Vec<&Iri> = classes.keys().copied().collect();
        order.sort_by_key(|class| (Reverse(support(class)), *class));
        // What is surer is heard before; of equals the lesser name.
        let mut heard = vec![own];
        for class in order {
            let object = Term::Name(class.clone());
            let triple = Triple { subject: name.clone(), relation: Iri::new(vocabulary::TYPE), object };
            let against = against(class, support(class), &heard, (ontology, needed));
            for document in classes[class].keys().copied() {
                match &against {
                    Some(reason) => {
                        let refusal = Refusal { reason: reason.as_str().into(), location: "".into() };
                        quads.refuse("admit", document, &triple.to_string(), &refusal);
                    }
                    None => {
                        quads.insert(Graph::Default, triple.clone());
                        quads.insert(Graph::Document(document.clone()), triple.clone());
                    }
                }
            }
            if against.is_none() {
                heard.push(class);
            }
        }
    }
}

/// What texts tell of things: with a class all those that it is a kind of, but for what the thing's own class says
/// already.
fn told<'a>(pages: &'a [Page], who: &'a Who, ontology: &'a Ontology) -> BTreeMap<Thing<'a>, Classes<'a>> {
    let mut told: BTreeMap<Thing, Classes> = BTreeMap::new();
    for page in pages {
        for (place, local) in (0u32..).zip(&page.reading.entities).filter(|(_, local)| local.literal.is_none()) {
            let thing = who.of(&(page.document.clone(), place));
            for said in &local.types {
                let kinds = ontology.classes().map(|class| &class.iri);
                let news = |class: &&Iri| !ontology.is_kind_of(&thing.class, class);
                for class in kinds.filter(|class| ontology.is_kind_of(&said.class, class)).filter(news) {
                    let texts = told.entry((&thing.iri, &thing.class)).or_default().entry(class).or_default();
                    let surest = texts.entry(page.document).or_default();
                    *surest = said.score.max(*surest);
                }
            }
        }
    }
    told
}

/// Why something is not of a class: its own, the first of those heard, says no, or too little speaks for it.
fn against(class: &Iri, support: Score, heard: &[&Iri], (ontology, needed): (&Ontology, Score)) -> Option<String> {
    let label = |class: &Iri| match ontology.class(class) {
        Some(known) => known.label.clone(),
        None => class.to_string(),
    };
    let own = heard[0];
    if !ontology.may_be(own, class) {
        return Some(format!("\"{}\" is no kind of {}", label(class), label(own)));
    }
    if support < needed {
        return Some(format!("support {support} is below {needed}"));
    }
    let rival = heard.iter().find(|rival| ontology.are_disjoint(rival, class))?;
    Some(format!("it is of \"{}\", which nothing of \"{}\" is", label(rival), label(class)))
}
