//! What queries ask of a graph's meaning. In: terms. Out: what is like them, what is likely. Never: an error: who does not know
//! gives no answer, and says why once where somebody listens.

use super::Meaning;
use super::catalogue::Catalogue;
use super::search::{By, Search, Target};
use super::ties;
use anyhow::Result;
use connectors::store::{Models, Ranked};
use kgloom_links::Side;
use kgloom_record::record::{Iri, Term};
use kgloom_record::vocabulary;
use kgloom_search::{Filter, Question};

impl Models for Meaning {
    fn similarity(&self, one: &Term, other: &Term) -> Option<f64> {
        let [one, other] = [self.direction(one)?, self.direction(other)?];
        Some(one.direction().iter().zip(other.direction()).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum())
    }

    fn ranked(&self, question: &Ranked, most: usize) -> Vec<(Iri, f64)> {
        self.answers(question, most).unwrap_or_default()
    }

    fn probability(&self, head: &Iri, relation: &Iri, tail: &Iri) -> Option<f64> {
        self.link(head, relation, tail).map(|(probability, _)| probability)
    }

    fn evidence(&self, head: &Iri, relation: &Iri, tail: &Iri) -> Option<String> {
        self.link(head, relation, tail).map(|(_, why)| why).filter(|why| !why.is_empty())
    }
}

impl Meaning {
    fn answers(&self, question: &Ranked, most: usize) -> Result<Vec<(Iri, f64)>> {
        let likely = |known: &Iri, side, relation: &Iri| {
            let linked = self.linked()?;
            linked.as_ref().map_or_else(|| Ok(Vec::new()), |linked| linked.likely((known, side), relation, most))
        };
        match question {
            Ranked::Tails(head, relation) => likely(head, Side::Tail, relation),
            Ranked::Heads(relation, tail) => likely(tail, Side::Head, relation),
            Ranked::Nearest(to, class) => self.nearest(to, class.as_ref(), most),
            Ranked::Text(text, class) => {
                let target = Target::Things { class: class.clone(), within: None };
                let search = Search { most, ..Search::new(text, target) };
                let found = self.search(&search)?;
                Ok(found.hits.into_iter().map(|hit| (hit.iri, hit.score)).collect())
            }
            Ranked::Document(text) => {
                // By meaning alone, so that the answer is the same where the texts are not at hand.
                let search = Search { most, by: By::Vectors, ..Search::new(text, Target::Documents) };
                let found = self.search(&search)?;
                Ok(found.hits.into_iter().map(|hit| (hit.iri, hit.score)).collect())
            }
        }
    }

    /// The things, or the documents for a document, that are said to be like one; itself apart.
    fn nearest(&self, to: &Term, class: Option<&Iri>, most: usize) -> Result<Vec<(Iri, f64)>> {
        let Some(question) = self.direction(to) else { return Ok(Vec::new()) };
        let catalogue = self.catalogue()?;
        let Some(catalogue) = catalogue.as_ref() else { return Ok(Vec::new()) };
        let of_class = class.map(|class| catalogue.of_class(class, &self.ontology));
        let filter = of_class.as_ref().map_or(Filter::All, Filter::Keys);
        let (is_document, own) = match to {
            Term::Name(name) => (vocabulary::document_id(name.as_str()).is_some(), Some(name)),
            Term::Literal(_) => (false, None),
        };
        let shelf = if is_document { &catalogue.documents } else { &catalogue.things };
        let Some(rows) = &shelf.rows else { return Ok(Vec::new()) };
        let others = |most: usize| {
            let found = rows.nearest(&question, most + 1, &filter)?;
            let others = found.hits.into_iter().filter(|hit| Some(&hit.key) != own);
            Ok(others.take(most).map(|hit| (hit.key, f64::from(hit.score))).collect::<Vec<_>>())
        };
        let store = self.store()?;
        ties::best(most, others, |found| found, |iri| ties::name(&store, iri))
    }

    /// Where a thing, a document or a text lies.
    fn direction(&self, of: &Term) -> Option<Question> {
        match of {
            Term::Literal(text) => self.question(&text.value).ok(),
            Term::Name(name) => {
                let catalogue = self.catalogue().ok()?;
                let row = |catalogue: &Catalogue| {
                    let shelves = [&catalogue.things, &catalogue.documents];
                    let found = shelves.into_iter().find_map(|shelf| {
                        let vectors = shelf.rows.as_ref()?.vectors();
                        Some(vectors.direction(vectors.number(name)?))
                    });
                    found.map(|numbers| Question::new(&numbers))
                };
                row(catalogue.as_ref()?)
            }
        }
    }

    fn link(&self, head: &Iri, relation: &Iri, tail: &Iri) -> Option<(f64, String)> {
        let linked = self.linked().ok()?;
        linked.as_ref()?.link(head, relation, tail).ok().flatten()
    }
}
