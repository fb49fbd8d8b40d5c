//! Why a fact is there, whichever way it is. In: names as they were typed. Out: sentences that state it, rules that it follows by, or
//! what speaks for a prediction. Never: nothing, without a word on why.

use super::{Explanation, derive, explain};
use crate::error::Error;
use crate::likely::PredictedLink;
use crate::state::Folder;
use crate::terms::{self, Wanted};
use anyhow::Result;
use kgloom_record::port::ModelId;
use kgloom_record::record::Triple;
use ontologies::Ontology;
use serde::{Deserialize, Serialize};

/// Why a fact is there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Why {
    /// Documents state it, or corrections assert it.
    Stated(Box<Explanation>),
    /// It follows from facts that are stated.
    Follows {
        /// The fact.
        triple: Triple,
        /// The rules, as Turtle names them, in the order in which they are applied.
        rules: Vec<String>,
        /// The stated facts.
        facts: Vec<Explanation>,
    },
    /// Nothing states it; a model holds it probable.
    Predicted(PredictedLink),
}

/// Why facts are there that names may mean, at most so many of them: those that are stated; for want of them those that follow; for
/// want of both those that are predicted.
///
/// # Errors
/// Where a name means nothing, and where the graph does not hold the fact; the sentence says why, where it was refused.
pub fn why(folder: &Folder, how: (&ModelId, &Ontology), wanted: &Wanted, most: usize) -> Result<Vec<Why>> {
    let (store, ontology) = (&folder.store, how.1);
    let explained = |triple: &Triple| explain(folder, how, triple, &[]);
    let mut found = Vec::new();
    for triple in terms::find(store, ontology, wanted)?.iter().take(most) {
        found.push(Why::Stated(Box::new(explained(triple)?)));
    }
    if found.is_empty() {
        for triple in terms::find_entailed(store, ontology, wanted)?.iter().take(most) {
            let Some(derived) = derive(store, ontology, triple)? else { continue };
            let facts = derived.facts.iter().map(explained).collect::<Result<_>>()?;
            found.push(Why::Follows { triple: derived.triple, rules: derived.rules, facts });
        }
    }
    if found.is_empty() {
        let predicted = terms::find_predicted(store, ontology, wanted)?;
        found.extend(predicted.into_iter().take(most).map(Why::Predicted));
    }
    if found.is_empty() {
        let refused = terms::find_refused(store, ontology, wanted)?;
        let told = refused.first().map(|fact| format!("documents say this, and it was refused: {}", fact.reason));
        return Err(Error::nothing(told.unwrap_or_else(|| "the graph does not hold this fact".to_owned())).into());
    }
    Ok(found)
}
