//! Rows by key recast and joined. In: keyed rows, pointers. Out: rows under other keys, who is joined with whom.
//! Never: what keys mean.

use crate::stage::arranged::by_key;
use crate::stage::rows::{Key, Node};
use crate::stage::{By, Rows};
use differential_dataflow::ExchangeData;
use differential_dataflow::operators::iterate::Iterate;
use kgloom_record::record::Iri;

/// Rows by key, with the classes that their keys count as; most count as what they are.
pub(crate) fn recast<'s, D: ExchangeData>(
    rows: Rows<'s, (Key, D)>,
    counts_as: Rows<'s, (Key, Iri)>,
) -> Rows<'s, (Key, D)> {
    let held = by_key(rows.clone(), "to recast");
    recast_held((rows, held), counts_as)
}

/// The same, of rows that are held already.
pub(crate) fn recast_held<'s, D: ExchangeData>(
    (rows, held): (Rows<'s, (Key, D)>, By<'s, Key, D>),
    counts_as: Rows<'s, (Key, Iri)>,
) -> Rows<'s, (Key, D)> {
    let counts_as = by_key(counts_as, "counts as");
    let others = held.join_core(counts_as, |key, data, class| Some((key.clone(), data.clone(), class.clone())));
    let gone = others.clone().map(|(key, data, _)| (key, data)).negate();
    rows.concatenate([gone, others.map(|(key, data, class)| (Key { class, name: key.name }, data))])
}

/// The least node of each group of nodes that pointers join: least label, propagated until nothing changes.
pub(crate) fn components(pointers: Rows<'_, (Node, Node)>) -> Rows<'_, (Node, Node)> {
    let edges = pointers.flat_map(|(one, other)| [(one.clone(), other.clone()), (other, one)]).distinct();
    let nodes = edges.clone().map(|(node, _)| (node.clone(), node)).distinct();
    nodes.clone().iterate(|scope, labels| {
        let edges = edges.enter(scope);
        let nodes = nodes.enter(scope);
        labels
            .join_map(edges, |_, label, neighbour| (neighbour.clone(), label.clone()))
            .concat(nodes)
            .reduce(|_, labels, output| output.push((labels[0].0.clone(), 1)))
    })
}
