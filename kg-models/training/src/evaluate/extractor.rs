//! The extractor sits exams. In: documents with marked entities. Out: its proposals between them. Never: a look at the marked relations.

use super::EvaluatedReader;
use crate::evaluate::proposal::Proposal;
use kgloom_corpora::{AnnotatedDocument, Tag};
use kgloom_reader::mentions::STYLES;
use kgloom_reader::{Error, Extractor, GivenEntity, GivenRelation};
use kgloom_record::port::Failure;
use kgloom_record::record::{Iri, Score};
use std::collections::BTreeMap;

impl EvaluatedReader for Extractor {
    fn relations_given(&self, document: &AnnotatedDocument) -> Result<Vec<Proposal>, Failure> {
        let given: Vec<GivenEntity> = (0..document.entities)
            .map(|entity| GivenEntity {
                class: document.class_of(entity).map(Tag::iri),
                mentions: document.mentions_of(entity).map(|mention| mention.span).collect(),
            })
            .collect();
        let relations =
            self.relations_between(&document.text, &given).map_err(|error| Failure::Broken(Box::new(error)))?;
        let proposal = |relation: GivenRelation| Proposal {
            head: relation.head,
            relation: relation.relation,
            tail: relation.tail,
            score: relation.score,
        };
        Ok(relations.into_iter().map(proposal).collect())
    }

    fn balanced(&self) -> Option<&BTreeMap<Iri, Score>> {
        self.balanced_thresholds()
    }

    fn in_style_of(&self, set: &str) -> Result<Option<Box<dyn EvaluatedReader>>, Error> {
        match STYLES.iter().position(|style| *style == set) {
            None => Ok(None),
            Some(style) if style == self.config().style => Ok(None),
            Some(style) => Ok(self.in_style(style)?.map(|styled| Box::new(styled) as Box<dyn EvaluatedReader>)),
        }
    }
}
