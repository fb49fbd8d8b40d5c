//! Pages. In: all of a list or a text, a cursor, a size. Out: a part and the cursor of the next. Never: a part that is
//! asked for twice; a letter cut in two.

use crate::mcp::served::{Failure, Told};

/// The size that was asked for, within what may be.
pub(crate) fn size(asked: Option<usize>, usual: usize, most: usize) -> Told<usize> {
    match asked {
        Some(0) => Err(Failure(format!("limit is a number from 1 to {most}"))),
        asked => Ok(asked.unwrap_or(usual).min(most)),
    }
}

/// Where a page begins that is to lie within so much.
pub(crate) fn start_within(cursor: Option<&str>, all: usize) -> Told<usize> {
    let start = start(cursor)?;
    if start > 0 && start >= all {
        return Err(Failure(format!("\"{start}\" is no cursor that this tool gave: there is nothing from there on")));
    }
    Ok(start)
}

/// From where a page begins.
pub(crate) fn start(cursor: Option<&str>) -> Told<usize> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else { return Ok(0) };
    cursor.parse().map_err(|_| Failure(format!("\"{cursor}\" is no cursor that this tool gave")))
}

/// A page of a list, and whether there is more.
pub(crate) fn cut<T>(all: Vec<T>, start: usize, size: usize) -> (Vec<T>, bool) {
    let more = all.len() > start.saturating_add(size);
    (all.into_iter().skip(start).take(size).collect(), more)
}

/// The cursor of the page after this one.
pub(crate) fn next(more: bool, start: usize, size: usize) -> Option<String> {
    more.then(|| (start + size).to_string())
}

/// A page of a text of about so many bytes, and the cursor of the next; it ends with a line where one ends in its
/// second half.
pub(crate) fn text(all: &str, start: usize, size: usize) -> (String, Option<String>) {
    let start = floor(all, start);
    let end = floor(all, start.saturating_add(size));
    if end == all.len() {
        return (all[start..].to_owned(), None);
    }
    let line = all[start..end].rfind('\n').map(|at| start + at + 1).filter(|at| at - start > size / 2);
    let end = line.unwrap_or(end);
    (all[start..end].to_owned(), Some(end.to_string()))
}

/// The start of the letter that lies at a byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A text that fits a cell.
pub(crate) fn shortened(text: String, most: usize) -> String {
    if text.len() <= most { text } else { format!("{}…", &text[..floor(&text, most)]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_of_a_text_are_the_text() {
        let all = "Zeile eins äöü\nZeile zwei\n".repeat(40);
        let (mut read, mut at) = (String::new(), Some("0".to_owned()));
        let mut pages = 0;
        while let Some(cursor) = at {
            let (page, next) = text(&all, start(Some(&cursor)).unwrap(), 100);
            read.push_str(&page);
            at = next;
            pages += 1;
        }
        assert_eq!(read, all);
        assert!(pages > 5, "{pages}");
        assert_eq!(text("ab", 9, 5), (String::new(), None));
    }

    #[test]
    fn the_pages_of_a_list_are_the_list() {
        assert_eq!(cut(vec![1, 2, 3], 0, 2), (vec![1, 2], true));
        assert_eq!(cut(vec![1, 2, 3], 2, 2), (vec![3], false));
        assert_eq!(cut(vec![1], usize::MAX, 2), (vec![], false));
        assert_eq!(next(true, 2, 2), Some("4".to_owned()));
        assert!(start(Some("x")).is_err());
        assert!(start_within(Some("9"), 9).is_err() && start_within(Some("8"), 9).is_ok());
        assert_eq!(start_within(None, 0), Ok(0));
        assert_eq!(size(Some(0), 10, 50), Err(Failure("limit is a number from 1 to 50".to_owned())));
        assert_eq!((size(Some(999), 10, 50), size(None, 10, 50)), (Ok(50), Ok(10)));
        assert_eq!(shortened("äää".to_owned(), 3), "ä…");
    }
}
