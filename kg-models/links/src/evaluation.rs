//! Models tested: by a protocol alone, or two of them together.
//!
//! In: a model, what is tested. Out: a report. Never: a protocol that does not fit the model.

use crate::Error;
use crate::data::protocol::Protocol;
use crate::models::model::{Model, View};
use crate::rank::ensemble::eval_ensemble;
use crate::rank::report::{LinkReport, eval_links};
use crate::text::projected::WithoutLoops;

/// Ranks links of a part of a set by a model that sees what the protocol shows.
///
/// # Errors
/// When the part is empty, the protocol does not fit the model, vectors of texts are missing, or a score is no number.
pub fn evaluate(model: &dyn Model, view: &View<'_>) -> Result<LinkReport, Error> {
    let View { set, protocol, part, .. } = *view;
    let unfit = |reason| Error::Unsupported { name: set.name.clone(), reason };
    model.protocols().choose(Some(protocol)).map_err(unfit)?;
    let (visible, asked) = (model.visible(view)?, view.shown_and_ranked()?.1);
    let scorer = model.scorer(view)?;
    let report = |scorer| eval_links(scorer, set, (protocol, part), Some(&asked));
    if protocol == Protocol::TextOnly {
        // The text that is nearest to an entity's is its own.
        let with_loops = Some(report(&*scorer)?.ranking.both);
        return Ok(LinkReport { with_loops, visible, ..report(&WithoutLoops::new(&*scorer, set))? });
    }
    Ok(LinkReport { visible, ..report(&*scorer)? })
}

/// Ranks links of a part of a set by two models together, which both see the training links; how much the second weighs
/// is chosen on validation. The views differ in the vectors of texts alone.
///
/// # Errors
/// As of [`evaluate`]; or when the validation part is empty.
pub fn evaluate_together(
    (first, view): (&dyn Model, &View<'_>),
    (second, beside): (&dyn Model, &View<'_>),
) -> Result<LinkReport, Error> {
    let View { set, protocol, part, seed, .. } = *view;
    for model in [first, second] {
        let unfit = |reason| Error::Unsupported { name: set.name.clone(), reason };
        model.protocols().choose_beside(Some(protocol)).map_err(unfit)?;
    }
    let visible = format!("{}; and {}", first.visible(view)?, second.visible(beside)?);
    let scorers = (first.scorer(view)?, second.scorer(beside)?);
    eval_ensemble((&*scorers.0, &*scorers.1), &visible, set, (protocol, part), seed)
}

#[cfg(test)]
#[path = "evaluation_tests.rs"]
mod tests;
