//! How a question is answered, by counts alone.
//!
//! In: how many rows there are, how many a filter lets through. Out: a plan. Never: a plan that depends on the history of an
//! index, or on a clock.

use serde::Serialize;
use std::fmt;

/// When an index scans, and how long its shortlists are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Up to so many rows are scanned exactly.
    pub exact: usize,
    /// The shortest shortlist.
    pub least: usize,
    /// A shortlist has a row for so many rows of the index, if that is more.
    pub every: usize,
    /// A shortlist has so many rows for each that is wanted, if that is more.
    pub each: usize,
    /// Looking up a key takes about as long as scanning so many rows.
    pub lookup: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { exact: 200_000, least: 300, every: 500, each: 30, lookup: 20 }
    }
}

/// How a question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Plan {
    /// The filter first, then an exact scan of the rows that it lets through, so many.
    FilterFirst(usize),
    /// An exact scan of all rows, so many; the filter was asked of those that would be found.
    ScanFirst(usize),
    /// A shortlist by codes, then exact scores of its rows.
    Shortlist {
        /// Rows of the index.
        rows: usize,
        /// Rows of the shortlist.
        length: usize,
    },
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Plan::FilterFirst(rows) => write!(f, "filter first, then an exact scan of {rows} rows"),
            Plan::ScanFirst(rows) => write!(f, "an exact scan of {rows} rows, the filter asked of those that are near"),
            Plan::Shortlist { rows, length } => {
                write!(f, "codes of {rows} rows, then exact scores of a shortlist of {length}")
            }
        }
    }
}

/// What a filter lets through at most, as a plan sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// It cannot be told without a test of each row; all rows are of this kind.
    Unknown,
    /// So many keys, each to be looked up.
    Keys(usize),
    /// So many rows.
    Rows(usize),
}

impl Limits {
    /// The plan for the best `most` of so many rows; `coded` tells whether there are codes.
    pub fn plan(&self, rows: usize, selected: Selected, most: usize, coded: bool) -> Plan {
        let scanned = |rows: usize| rows <= self.exact || !coded;
        match selected {
            Selected::Rows(count) if scanned(count) => Plan::FilterFirst(count),
            Selected::Keys(count) if scanned(count) && count.saturating_mul(self.lookup) <= rows => {
                Plan::FilterFirst(count)
            }
            _ if scanned(rows) => Plan::ScanFirst(rows),
            _ => {
                let length =
                    self.least.max(rows / self.every.max(1)).max(most.saturating_mul(self.each.max(1))).min(rows);
                Plan::Shortlist { rows, length }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_decide() {
        let limits = Limits::default();
        let plan = |rows, selected, coded| limits.plan(rows, selected, 10, coded);
        assert_eq!(plan(1_000, Selected::Unknown, true), Plan::ScanFirst(1_000));
        assert_eq!(plan(1_000, Selected::Keys(50), true), Plan::FilterFirst(50));
        assert_eq!(plan(1_000, Selected::Keys(51), true), Plan::ScanFirst(1_000));
        assert_eq!(plan(1_000, Selected::Rows(900), true), Plan::FilterFirst(900));
        assert_eq!(plan(200_001, Selected::Unknown, true), Plan::Shortlist { rows: 200_001, length: 400 });
        assert_eq!(plan(200_001, Selected::Unknown, false), Plan::ScanFirst(200_001));
        assert_eq!(plan(1_000_000, Selected::Keys(40_000), true), Plan::FilterFirst(40_000));
        assert_eq!(plan(1_000_000, Selected::Rows(300_000), true), Plan::Shortlist { rows: 1_000_000, length: 2_000 });
    }
}
