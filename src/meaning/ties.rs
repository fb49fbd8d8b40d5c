//! Equal scores in an order that a reader understands. In: a way to the best so many. Out: as many as are wanted, of equals those
//! first whose names come first. Never: an order by chance of how things are numbered; a place before a better score.

use anyhow::Result;
use connectors::Store;
use kgloom_record::record::{Iri, Term};
use kgloom_record::vocabulary;
use std::collections::BTreeMap;

/// The most that are looked at where many are equal at the end of a list; as many as words and meaning rank together.
const MOST: usize = 1_000;

/// What has a score.
pub(super) trait Scored {
    fn iri(&self) -> &Iri;
    fn score(&self) -> f64;
}

impl Scored for (Iri, f64) {
    fn iri(&self) -> &Iri {
        &self.0
    }

    fn score(&self) -> f64 {
        self.1
    }
}

/// The best `wanted` of what `fetch` gives, which is so many of the best: of those that are equal to the last one, the first by name.
pub(super) fn best<F, H: Scored>(
    wanted: usize,
    mut fetch: impl FnMut(usize) -> Result<F>,
    hits: fn(&mut F) -> &mut Vec<H>,
    name: impl Fn(&Iri) -> Result<String>,
) -> Result<F> {
    let mut most = if wanted < MOST { wanted + 1 } else { wanted };
    let mut found = loop {
        let mut found = fetch(most)?;
        let all = hits(&mut found);
        let last = wanted.checked_sub(1).and_then(|last| all.get(last));
        let cuts_equals = most > wanted && all.len() == most && last.map(H::score) == all.last().map(H::score);
        if !cuts_equals || most >= MOST {
            break found;
        }
        most = most.saturating_mul(4).min(MOST);
    };
    by_name(hits(&mut found), name)?;
    hits(&mut found).truncate(wanted);
    Ok(found)
}

/// Puts neighbours of equal score in the order of their names, without regard to case, then of their IRIs.
pub(super) fn by_name<H: Scored>(hits: &mut [H], name: impl Fn(&Iri) -> Result<String>) -> Result<()> {
    for equals in hits.chunk_by_mut(|one, other| one.score() == other.score()).filter(|equals| equals.len() > 1) {
        let names = equals.iter().map(|hit| Ok((hit.iri().clone(), name(hit.iri())?)));
        let names: BTreeMap<Iri, String> = names.collect::<Result<_>>()?;
        equals.sort_by_cached_key(|hit| {
            let name = names.get(hit.iri()).map(String::as_str).unwrap_or_default();
            (name.to_lowercase(), name.to_owned(), hit.iri().clone())
        });
    }
    Ok(())
}

/// What a thing or a document is called in a list.
pub(super) fn name(store: &Store, iri: &Iri) -> Result<String> {
    if let Some(id) = vocabulary::document_id(iri.as_str()) {
        return Ok(id.to_string());
    }
    let labels = store.told_with((Some(iri), None), Some(&Iri::new(vocabulary::LABEL)))?;
    let label = labels.into_iter().find_map(|triple| match triple.object {
        Term::Literal(label) => Some(label.value.to_string()),
        Term::Name(_) => None,
    });
    Ok(label.unwrap_or_else(|| iri.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By IRI, name and score; the better ones first, equals by IRI, as an index gives them.
    fn all() -> Vec<(Iri, f64)> {
        let scores = [("urn:a", 3.0), ("urn:b", 2.0), ("urn:c", 2.0), ("urn:d", 2.0), ("urn:e", 2.0), ("urn:f", 1.0)];
        scores.map(|(iri, score)| (Iri::new(iri), score)).to_vec()
    }

    fn named(iri: &Iri) -> Result<String> {
        let names = [("urn:a", "Zoe"), ("urn:b", "Ida"), ("urn:c", "ada"), ("urn:d", "Ida"), ("urn:e", "Bela")];
        Ok(names.iter().find(|(known, _)| *known == iri.as_str()).map_or("Fay", |(_, name)| name).to_owned())
    }

    #[test]
    fn equals_are_in_the_order_of_names_also_where_the_list_ends_among_them() {
        let wanted = ["urn:a", "urn:c", "urn:e", "urn:b", "urn:d", "urn:f"];
        for most in 0..8 {
            let mut asked = Vec::new();
            let fetch = |most| {
                asked.push(most);
                Ok(all().into_iter().take(most).collect::<Vec<_>>())
            };
            let found = best(most, fetch, |found| found, named).unwrap();
            let found: Vec<&str> = found.iter().map(|(iri, _)| iri.as_str()).collect();
            assert_eq!(found, wanted[..most.min(6)]);
            assert!(asked.len() <= 2 && asked[0] == most + 1, "{asked:?}: no more than it takes");
        }
    }

    #[test]
    fn a_better_score_comes_first_whatever_its_name() {
        let mut hits = vec![(Iri::new("urn:a"), 2.0), (Iri::new("urn:c"), 1.999_999_9)];
        by_name(&mut hits, named).unwrap();
        assert_eq!(hits[0].0, Iri::new("urn:a"));
    }
}
