//! Rows as columns to read. In: terms. Out: aligned text with short names. Never: a control character.

use super::shorten;
use oxigraph::model::Term;
use std::io::{self, Write};

/// Longer values are cut: a table is for reading, the other formats are for the rest.
const WIDEST: usize = 80;
/// Names are not, so that they can be asked for, unless no reader could: a wider column cannot be laid out.
const WIDEST_NAME: usize = u16::MAX as usize;

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
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(text, if matches!(term, Term::NamedNode(_)) { WIDEST_NAME } else { WIDEST })
}

/// The text, or its beginning where it has more characters than `widest`.
fn cut(text: String, widest: usize) -> String {
    match text.char_indices().nth(widest) {
        Some(_) => text.chars().take(widest - 1).chain(['…']).collect(),
        None => text,
    }
}

/// Writes the head, a rule and the rows, each column as wide as its widest cell.
pub(super) fn write(out: &mut dyn Write, head: Vec<String>, rows: &[Vec<String>]) -> io::Result<()> {
    let head: Vec<String> = head.into_iter().map(|name| cut(name, WIDEST_NAME)).collect();
    let mut widths = vec![0; head.len()];
    for row in std::iter::once(&head).chain(rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let rule = widths.iter().map(|width| "─".repeat(*width)).collect();
    for row in [&head, &rule].into_iter().chain(rows) {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::{BlankNode, Literal, NamedNode, Triple};

    /// What is printed of a column of one name and one cell.
    fn printed(head: &str, term: &Term) -> String {
        let mut out = Vec::new();
        write(&mut out, vec![head.to_owned(), "b".to_owned()], &[vec![cell(term), "x".to_owned()]]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_of_any_length_can_be_laid_out() {
        for length in [WIDEST, WIDEST_NAME - 2, WIDEST_NAME - 1, WIDEST_NAME, WIDEST_NAME + 1, 1_000_000] {
            let iri = format!("http://x/{}", "é".repeat(length - 9));
            let node = NamedNode::new_unchecked(&iri);
            let told = printed("a", &node.clone().into());
            let is_whole = told.contains(&iri);
            assert_eq!(is_whole, length + 2 <= WIDEST_NAME, "{length}");
            let told = printed(&"v".repeat(length), &Literal::from("short").into());
            assert!(told.lines().all(|line| line.chars().count() <= WIDEST_NAME + 3), "{length}");
            let triple = Triple::new(BlankNode::default(), node.clone(), node);
            assert_eq!(cell(&triple.into()).chars().count(), WIDEST);
        }
        assert_eq!(cell(&Literal::from("ü".repeat(80)).into()), "ü".repeat(80));
        assert_eq!(cell(&Literal::from("ü".repeat(81)).into()), format!("{}…", "ü".repeat(79)));
    }
}
