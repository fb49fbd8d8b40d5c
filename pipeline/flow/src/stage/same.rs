//! Whom the user says to be one, and whom to be two.
//!
//! In: corrections, the bearers of names, and who is claimed to be whom. Out: who is whom. Never: two joined by what documents claim whom
//! the user parts.

use super::rows::{Bearers, Key, Local, Node, sole};
use crate::stage::amend::key;
use crate::stage::corrections::names_of;
use crate::stage::joins::{components, recast};
use crate::stage::{By, Rows};
use kgloom_record::correction::Given;
use kgloom_record::record::{Correction, Iri, Named};
use kgloom_record::shared::Shared;

/// The bearers of the names that join and part, rows of tables left aside; `nodes` are all bearers, with those that a mark tells
/// apart, and `counts_as` the classes that names of other classes count as.
pub(crate) fn ends<'s>(
    given: Rows<'s, Given>,
    bearers: Bearers<'s>,
    (nodes, marked): (By<'s, Node, Shared<Local>>, Rows<'s, Node>),
    counts_as: Rows<'s, (Key, Iri)>,
) -> Rows<'s, (Named, Node)> {
    let names = given.flat_map(|given| match &given.correction {
        correction if correction.names().into_iter().any(Named::is_row) => Vec::new(),
        Correction::Same { .. } | Correction::Different { document: None, .. } => names_of(&given),
        _ => Vec::new(),
    });
    let anyone = names.filter(|named| named.places.is_empty()).map(|named| (key(&named), named));
    let anyone = recast(anyone, counts_as.clone()).map(|(key, named)| (named, sole(key)));
    // Who bears a name in full is among the bearers of its key.
    let placed = bearers
        .flat_map(|(id, (short, named))| (!short && !named.places.is_empty()).then(|| (key(&named), (id, named))));
    let placed = recast(placed, counts_as);
    let of_marked =
        placed.clone().join_map(marked, |key, placed, sense| ((key.clone(), sense.clone()), placed.clone()));
    let placed = placed.map(|(key, placed)| (sole(key), placed)).concat(of_marked);
    let placed = placed
        .arrange_by_key()
        .join_core(nodes, |node, (id, named), local| (local.bearer.id == *id).then(|| (named.clone(), node.clone())));
    anyone.concat(placed).distinct()
}

/// Names that are never one of the other, in both orders.
pub(crate) fn apart<'s>(given: Rows<'s, Given>, counts_as: Rows<'s, (Key, Iri)>) -> Rows<'s, (Key, Key)> {
    let pairs = given.flat_map(|given| match &given.correction {
        Correction::Different { one, other, document: None } => vec![(key(one), key(other)), (key(other), key(one))],
        _ => Vec::new(),
    });
    let turned = recast(pairs, counts_as.clone()).map(|(one, other)| (other, one));
    recast(turned, counts_as).distinct()
}

/// The least bearer of each group that claims of documents and the user's word join. Where claims join what is to be
/// different, the second of the two leaves with all whom the user says it is the same as, and what claims made of it
/// is undone.
pub(crate) fn join<'s>(
    claimed: Rows<'s, (Node, Node)>,
    given: Rows<'s, Given>,
    ends: Rows<'s, (Named, Node)>,
) -> Rows<'s, (Node, Node)> {
    let pairs = given.clone().flat_map(|given| match given.correction {
        Correction::Same { one, other } => Some((one, other)),
        _ => None,
    });
    let headed = pairs.join_map(ends.clone(), |_, other, node| (other.clone(), node.clone()));
    let told = headed.join_map(ends.clone(), |_, one, other| (one.clone(), other.clone())).distinct();
    let joined = components(claimed.clone().concat(told.clone()));

    let parted = given.flat_map(|given| match given.correction {
        Correction::Different { one, other, document: None } => Some((one, (other, given.company))),
        _ => None,
    });
    let parted =
        parted.join_map(ends.clone(), |_, (other, company), one| (other.clone(), (one.clone(), company.clone())));
    let parted =
        parted.join_map(ends.clone(), |_, (one, company), other| (one.clone(), (other.clone(), company.clone())));
    let parted =
        parted.join_map(joined.clone(), |_, (other, company), least| (other.clone(), (least.clone(), company.clone())));
    let still = parted
        .join_map(joined.clone(), |_, (one, company), other| (one == other).then(|| (one.clone(), company.clone())));
    let still = still.flat_map(|violated| violated);
    let wrong = still.clone().map(|(least, _)| least).distinct();
    let leaving = still.flat_map(|(_, company)| company).map(|named| (named, ())).distinct();
    let leaving = leaving.join_map(ends, |_, (), node| node.clone()).distinct();

    let again = joined.clone().map(|(node, least)| (least, node)).semijoin(wrong).map(|(_, node)| node);
    let left = claimed.semijoin(again.clone()).antijoin(leaving.clone()).map(|(one, other)| (other, one));
    let left = left.antijoin(leaving).concat(told.semijoin(again.clone()));
    joined.antijoin(again).concat(components(left))
}
