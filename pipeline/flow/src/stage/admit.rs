//! Admitted facts: with enough support, and within the ontology.
//!
//! In: candidate facts. Out: triples with the documents that state them, and rejections. Never: a verdict that
//! outlives its evidence.

use super::rows::Stated;
use crate::rejection::{Rejection, Stage};
use crate::stage::arranged::{by_key, reduced};
use crate::stage::rows::{Asserted, Fact, Grounds, Tail};
use crate::stage::{Rows, Verdict};
use kgloom_record::record::{
    ContentHash, Datatype, DocumentEvidence, DocumentId, Evidence, Factuality, Iri, Literal, Refusal, Score, Term,
    Triple,
};
use kgloom_record::shared::Shared;
use kgloom_record::vocabulary;
use ontologies::Ontology;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a fact must meet.
#[derive(Clone)]
pub(crate) struct Rules {
    /// Classes and relations.
    pub ontology: Arc<Ontology>,
    /// The support a fact needs, by relation; none where a filter judges after this.
    pub thresholds: Option<Arc<BTreeMap<Iri, Score>>>,
}

impl Rules {
    /// The support that a fact of a relation needs; as likely as not, where the model names no threshold.
    fn needed(&self, relation: &Iri) -> Score {
        let named = |thresholds: &Arc<BTreeMap<Iri, Score>>| thresholds.get(relation).copied().unwrap_or(Score::HALF);
        self.thresholds.as_ref().map_or(Score::default(), named)
    }
}

/// Facts to triples: ontology first, then support over all documents.
pub(crate) fn admit<'s>(facts: Rows<'s, Fact>, rules: &Rules) -> Verdict<'s, (Stated, Evidence)> {
    let ontology = Arc::clone(&rules.ontology);
    let checked = facts.map(move |fact| {
        let breach = breach(&fact, &ontology);
        (fact.triple(), fact.document, fact.grounds, breach)
    });
    let breaches = checked.clone().flat_map(|(triple, document, _, breach)| Some(rejection(triple, document, breach?)));
    let sound = checked
        .flat_map(|(triple, document, grounds, breach)| breach.is_none().then_some((triple, (document, grounds))));

    let (kept, thin) = support(sound, rules);
    Verdict { kept, rejected: breaches.concat(thin) }
}

fn breach(fact: &Fact, ontology: &Ontology) -> Option<Arc<str>> {
    if let Some(unstated) = unstated(fact.grounds.factuality) {
        return Some(unstated.into());
    }
    if matches!(&fact.tail, Tail::Entity(tail) if tail.iri == fact.head.iri) {
        return Some("head and tail are the same entity".into());
    }
    let verdict = ontology.admits(&fact.head.class, &fact.relation, fact.tail.class());
    let time = |class: &Iri| *class == vocabulary::own("Time");
    let timed = ontology
        .relation(&fact.relation)
        .is_some_and(|relation| !relation.range.is_empty() && relation.range.iter().all(time));
    let violation = || verdict.err().map(|violation| violation.to_string().into());
    match &fact.tail {
        Tail::Value(value) if timed && tells_no_year(&value.0) => Some("no year is told".into()),
        _ => violation(),
    }
}

/// Why what a text speaks of is not what it states.
fn unstated(factuality: Factuality) -> Option<&'static str> {
    Some(match factuality {
        Factuality::Stated => return None,
        Factuality::Denied => "the text denies it",
        Factuality::Asked => "the text asks whether it is so",
        Factuality::Hypothetical => "the text only supposes it",
        Factuality::Planned => "the text only tells of a plan",
        Factuality::Reported => "the text only passes it on",
        Factuality::Fictional => "the text tells it within a story",
        Factuality::OfAnother => "the text says it of another",
        Factuality::Contrary => "the text rather says the contrary",
        Factuality::OfAnotherTime => "the text tells this time of something else",
        Factuality::Untold => "no word of the text says it",
    })
}

/// Whether a time that is only known as written (`before 1850`) leaves the year open (`March 9`): it is the time of no
/// event, since there are as many as years.
fn tells_no_year(value: &Literal) -> bool {
    let written = value.value.to_lowercase();
    let mut numbers = written.split(|character: char| !character.is_ascii_digit());
    let words = || written.split(|character: char| !character.is_alphabetic());
    let age = || words().any(|word| matches!(word, "century" | "centuries" | "bc" | "bce" | "ad" | "ce"));
    value.datatype == Datatype::String && !numbers.any(|digits| digits.len() >= 3) && !age()
}

/// A document that states a triple, and what speaks for the triple there.
type Said = (DocumentId, Shared<Grounds>);

fn support<'s>(sound: Rows<'s, (Triple, Said)>, rules: &Rules) -> (Rows<'s, (Stated, Evidence)>, Rows<'s, Rejection>) {
    let weighed = reduced(by_key(sound, "what speaks for facts"), "support", |_, said: &[(&Said, isize)], output| {
        // A text is one witness, however often it says so and under however many ids it stands.
        let mut best: BTreeMap<&ContentHash, DocumentEvidence> = BTreeMap::new();
        for ((_, grounds), _) in said {
            let Grounds { content, evidence, .. } = &**grounds;
            best.entry(&**content).and_modify(|best| *best = (*best).max(*evidence)).or_insert(*evidence);
        }
        let evidence = Evidence {
            support: best.values().fold(Score::default(), |sum, grounds| sum.or(grounds.score)),
            documents: best.len() as u32,
            best: best.values().copied().max().unwrap_or_default(),
        };
        let documents: BTreeSet<&DocumentId> = said.iter().map(|((document, _), _)| document).collect();
        for document in documents {
            output.push(((evidence, document.clone()), 1));
        }
    });
    let weighed = weighed.as_collection(|triple, told| (triple.clone(), told.clone()));
    let rule = rules.clone();
    let thin = weighed.clone().flat_map(move |(triple, (evidence, document))| {
        let (all, needed) = (evidence.support, rule.needed(&triple.relation));
        (all < needed).then(|| rejection(triple, document, format!("support {all} is below {needed}").into()))
    });
    let rules = rules.clone();
    let supported = weighed.flat_map(move |(triple, (evidence, document))| {
        let enough = evidence.support >= rules.needed(&triple.relation);
        enough.then_some((Stated { triple, document }, evidence))
    });
    (supported, thin)
}

/// From this support on what seldom has several values may have another beside its best.
const SURE_OF_ANOTHER: u16 = 9_000;

/// A relation that can have one value has the one that the user asserts, else the best supported one; ties go to the
/// lesser value. One that seldom has several has another where that is [`SURE_OF_ANOTHER`].
pub(crate) fn resolve_conflicts<'s>(
    believed: Rows<'s, (Stated, Evidence)>,
    asserted: Rows<'s, Asserted>,
    rules: &Rules,
) -> Verdict<'s, Stated> {
    let ontology = Arc::clone(&rules.ontology);
    let single = move |triple: &Triple| {
        ontology.relation(&triple.relation).is_some_and(|relation| relation.functional || relation.seldom_several)
    };
    let ontology = Arc::clone(&rules.ontology);
    let strict = move |relation: &Iri| ontology.relation(relation).is_some_and(|relation| relation.functional);
    let also = single.clone();
    let free = believed.clone().flat_map(move |(stated, _)| (!also(&stated.triple)).then_some(stated));

    let also = single.clone();
    let rivals = believed.filter(move |(stated, _)| single(&stated.triple));
    let rivals = rivals.map(|(Stated { triple, document }, evidence)| {
        ((triple.subject, triple.relation), (Some(Reverse(evidence.support)), triple.object, Some(document)))
    });
    let asserted = asserted.filter(move |asserted| also(&asserted.triple));
    let told = asserted.map(|Asserted { triple, .. }| ((triple.subject, triple.relation), (None, triple.object, None)));
    let judged = reduced(
        by_key(rivals.concat(told), "values"),
        "one value",
        move |(_, relation), values: &[(&Rival, isize)], output| {
            let (rank, best, _) = values[0].0;
            let strict = strict(relation);
            for ((support, object, document), _) in values {
                let Some(document) = document else { continue };
                let sure =
                    !strict && support.is_some_and(|Reverse(support)| support.ten_thousandths() >= SURE_OF_ANOTHER);
                let outdone = (!sure && !agree(object, best)).then(|| Shared::new((rank.is_none(), best.clone())));
                output.push(((object.clone(), document.clone(), outdone), 1));
            }
        },
    );
    let judged = judged.as_collection(|at, told| (at.clone(), told.clone()));
    let kept = judged.clone().flat_map(|((subject, relation), (object, document, outdone))| match outdone {
        None => Some(Stated { triple: Triple { subject, relation, object }, document }),
        Some(_) => None,
    });
    let rejected = judged.flat_map(|((subject, relation), (object, document, outdone))| {
        let outdone = outdone?;
        let (asserted, best) = &*outdone;
        let told = if *asserted { "a correction asserts another value" } else { "another value is better supported" };
        Some(rejection(Triple { subject, relation, object }, document, format!("{told}: {best}").into()))
    });
    Verdict { kept: free.concat(kept), rejected }
}

/// A value: how well it is supported, the object, and the document; an asserted one stands before all others.
type Rival = (Option<Reverse<Score>>, Term, Option<DocumentId>);

/// A year agrees with a day in it.
fn agree(one: &Term, other: &Term) -> bool {
    match (one, other) {
        (Term::Literal(one), Term::Literal(other)) => one.agrees_with(other),
        _ => one == other,
    }
}

fn rejection(triple: Triple, document: DocumentId, reason: Arc<str>) -> Rejection {
    let refusal = Refusal { reason, location: "".into() };
    Rejection { stage: Stage::Admit, document, record: triple.to_string().into(), refusal, probability: None }
}
