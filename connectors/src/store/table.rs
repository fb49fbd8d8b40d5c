//! Rows as columns to read. In: terms. Out: aligned text with short names. Never: a control character.

use super::shorten;
use oxigraph::model::Term;
use std::io::{self, Write};

/// Longer values are cut: a table is for reading, the other formats are for the rest. Names are not, so that they can be
/// asked for.
const WIDEST: usize = 80;

/// A term as a reader would write it.
pub(super) fn cell(term: &Term) -> String {
    let text = match term {
        Term::NamedNode(node) => shorten(node.as_str()),
        Term::Literal(literal) => match literal.language() {
            Some(language) => format!("{}@{language}", literal.value()),
            None => literal.value().to_owned(),
        },
        other => other.to_string(),
    };
    let mut text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > WIDEST && !matches!(term, Term::NamedNode(_)) {
        text = text.chars().take(WIDEST - 1).chain(['…']).collect();
    }
    text
}

/// Writes the head, a rule and the rows, each column as wide as its widest cell.
pub(super) fn write(out: &mut dyn Write, head: &Vec<String>, rows: &[Vec<String>]) -> io::Result<()> {
    let mut widths = vec![0; head.len()];
    for row in std::iter::once(head).chain(rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let rule = widths.iter().map(|width| "─".repeat(*width)).collect();
    for row in [head, &rule].into_iter().chain(rows) {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
