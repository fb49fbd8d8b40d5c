//! What journals of earlier formats hold. In: values as they were written. Out: what they are called now.
//! Never: a write in an earlier format.

use kgloom_record::record::{Correction, Iri, Named};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What journals of format 1 hold in place of corrections.
#[derive(Serialize, Deserialize)]
pub(super) struct Override {
    pub class: Iri,
    pub name: Arc<str>,
    pub other: Arc<str>,
    pub same: bool,
}

impl From<Override> for Correction {
    fn from(Override { class, name, other, same }: Override) -> Correction {
        let (one, other) = (Named::anyone(class.clone(), name), Named::anyone(class, other));
        match same {
            true => Correction::Same { one, other },
            false => Correction::Different { one, other, document: None },
        }
    }
}
