//! What is told of a standing query, and where it stands among all that is told. In: epochs. Out: ids in their order. Never: two
//! that bear one id.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::{self, Display};
use std::num::ParseIntError;
use std::str::FromStr;

/// Where something that is told stands: its epoch, and its place within the epoch, from 0. What is predicted follows an epoch, so
/// that one epoch may be told in parts. An event bears it as its id, `EPOCH.PART`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    pub epoch: u64,
    pub part: u64,
}

impl Place {
    /// Where what is told next stands, if it is of this epoch.
    pub(crate) fn next(self, epoch: u64) -> Place {
        if epoch > self.epoch { Place { epoch, part: 0 } } else { Place { part: self.part + 1, ..self } }
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.part)
    }
}

/// `EPOCH`, as ids once were, is the first part of that epoch.
impl FromStr for Place {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Place, ParseIntError> {
        let (epoch, part) = text.split_once('.').unwrap_or((text, "0"));
        Ok(Place { epoch: epoch.parse()?, part: part.parse()? })
    }
}

/// What is told, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    #[serde(rename = "to")]
    epoch: u64,
    #[serde(default)]
    part: u64,
    #[serde(flatten)]
    pub news: News,
}

/// What there is to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum News {
    /// Rows that came and went since the answer of an epoch.
    Change { from: u64, vars: Vec<String>, added: Vec<Value>, removed: Vec<Value> },
    /// The query is not answered any more.
    Failed { reason: String },
    /// All rows of the last answer; nothing that was told before it counts.
    #[serde(skip)]
    Snapshot { of: u64, vars: Vec<String>, added: Vec<Value> },
}

impl Told {
    pub(crate) fn new(place: Place, news: News) -> Told {
        Told { epoch: place.epoch, part: place.part, news }
    }

    pub(crate) fn place(&self) -> Place {
        Place { epoch: self.epoch, part: self.part }
    }

    /// The name of its event.
    pub(crate) fn name(&self) -> &'static str {
        match self.news {
            News::Change { .. } => "change",
            News::Failed { .. } => "failed",
            News::Snapshot { .. } => "snapshot",
        }
    }

    /// What its event holds.
    pub(crate) fn data(&self) -> Value {
        let to = self.epoch;
        match &self.news {
            News::Change { from, vars, added, removed } => {
                json!({ "from": from, "to": to, "vars": vars, "added": added, "removed": removed })
            }
            News::Failed { reason } => json!({ "epoch": to, "reason": reason }),
            News::Snapshot { of, vars, added } => {
                json!({ "from": of, "to": of, "vars": vars, "added": added, "removed": [] })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_follow_each_other_and_are_written_as_they_are_read() {
        let first = Place::default().next(7);
        let second = first.next(7);
        assert_eq!([first, second, second.next(9)].map(|place| place.to_string()), ["7.0", "7.1", "9.0"]);
        assert!(first < second && second < second.next(8));
        for place in [first, second] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        assert_eq!("7".parse(), Ok(first));
        for odd in ["", ".", "7.", ".1", "-1", "7.-1", "7.1.0", "yesterday"] {
            assert!(odd.parse::<Place>().is_err(), "{odd}");
        }
    }

    /// As files were written before epochs had parts.
    #[test]
    fn an_older_file_is_understood() {
        let old = json!({"from": 6, "to": 7, "vars": ["who"], "added": [{"who": 1}], "removed": []});
        let told: Told = serde_json::from_value(old.clone()).expect("a change");
        assert_eq!((told.place().to_string(), told.name(), told.data()), ("7.0".to_owned(), "change", old));
        let failed = Told::new(Place { epoch: 8, part: 2 }, News::Failed { reason: "time".to_owned() });
        let written = serde_json::to_string(&failed).expect("JSON");
        assert_eq!(serde_json::from_str::<Told>(&written).expect("the same"), failed);
        assert_eq!(failed.data(), json!({"epoch": 8, "reason": "time"}));
    }
}
