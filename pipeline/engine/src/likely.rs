//! A link that a graph beside the stated one holds, with how probable it is and why. In: quads. Out: plain data. Never: a judgement.

use kgloom_record::record::{Literal, Quad, Term, Triple};
use kgloom_record::vocabulary;
use serde::{Deserialize, Serialize};

/// A link that is predicted, or a class that something probably is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictedLink {
    /// The link.
    pub triple: Triple,
    /// Its probability.
    pub probability: f64,
    /// The predictor.
    pub model: String,
    /// What speaks for it.
    pub evidence: Vec<String>,
}

impl PredictedLink {
    /// A link with what a graph says of it.
    pub fn of(triple: &Triple, quads: &[Quad]) -> PredictedLink {
        let own = vocabulary::prediction_iri(triple);
        let details = quads.iter().map(|quad| &quad.triple).filter(|detail| detail.subject == own);
        let mut link =
            PredictedLink { triple: triple.clone(), probability: 0.0, model: String::new(), evidence: Vec::new() };
        for detail in details {
            let Term::Literal(Literal { value, .. }) = &detail.object else { continue };
            match detail.relation.as_str().strip_prefix(vocabulary::NAMESPACE) {
                Some("probability") => link.probability = value.parse().unwrap_or_default(),
                Some("model") => link.model = value.to_string(),
                Some("evidence") => link.evidence.push(value.to_string()),
                _ => {}
            }
        }
        link.evidence.sort();
        link
    }
}
