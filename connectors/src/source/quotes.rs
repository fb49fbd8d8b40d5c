//! Quotes of a table that do not pair. In: the bytes of one row, as they stand in a file. Out: what is wrong with its quotes,
//! and on which lines. Never: a row that is mended.

/// How a table's cells are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// What stands between them.
    pub delimiter: u8,
    /// Whether quotes around a cell are signs of its own, as between tabs.
    pub tabs: bool,
}

/// A quote that is not closed where its cell ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line that it stands on.
    pub opened: u64,
    /// The row's first and last lines.
    pub lines: (u64, u64),
    /// Whether the file ends within the cell.
    pub cut: bool,
}

impl Fault {
    /// The same in words.
    pub fn told(&self) -> String {
        let Fault { opened, lines: (first, last), cut } = *self;
        if cut {
            return format!("a quote on line {opened} is not closed: the file is cut short, or the quote is missing");
        }
        format!(
            "a quote on line {opened} is not closed where its cell ends, or one within the cell is not written twice: \
             lines {first} to {last} run together"
        )
    }
}

/// Where in a row the reading is.
enum Within {
    Start,
    Plain,
    Quoted,
    /// Behind a quote that closes the cell, or is the first of two that stand for one.
    Closed,
    /// Behind a quoted cell of several lines, at blanks.
    Behind,
}

/// Whether the quotes of a row, the bytes from the end of the row before it on, do not pair. `line` is that of its first
/// byte. A cell of one line may have anything behind its quotes, as many programs write it; one of several lines that has
/// took the lines of other rows along.
pub(crate) fn fault(row: &[u8], form: Form, line: u64) -> Option<Fault> {
    let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let start = first_line(row, line);
    let last = line + lines(row.trim_ascii_end());
    if form.tabs {
        return is_torn(row, form.delimiter).then_some(Fault { opened: last, lines: (start, last), cut: true });
    }
    let (mut within, mut opened) = (Within::Start, 0);
    for (at, &byte) in row.iter().enumerate().skip(blank(row)) {
        within = match within {
            Within::Quoted if byte == b'"' => Within::Closed,
            Within::Quoted => Within::Quoted,
            Within::Closed if byte == b'"' => Within::Quoted,
            _ if byte == form.delimiter || matches!(byte, b'\n' | b'\r') => Within::Start,
            Within::Start if byte == b'"' => {
                opened = at;
                Within::Quoted
            }
            Within::Closed if !row[opened..at].contains(&b'\n') => Within::Plain,
            Within::Closed | Within::Behind if matches!(byte, b' ' | b'\t') => Within::Behind,
            Within::Closed | Within::Behind => {
                let opened = line + lines(&row[..opened]);
                return Some(Fault { opened, lines: (start, last), cut: false });
            }
            Within::Start | Within::Plain => Within::Plain,
        };
    }
    let opened = line + lines(&row[..opened]);
    matches!(within, Within::Quoted).then_some(Fault { opened, lines: (start, last), cut: true })
}

/// The line that a row begins on: empty lines, and the second half of a line end, stand before it.
pub(crate) fn first_line(row: &[u8], line: u64) -> u64 {
    line + row[..blank(row)].iter().filter(|byte| **byte == b'\n').count() as u64
}

/// How many bytes before a row are line ends.
fn blank(row: &[u8]) -> usize {
    row.iter().position(|byte| !matches!(byte, b'\n' | b'\r')).unwrap_or(row.len())
}

/// Whether a file ends within the last cell of a row, which begins with a quote as some programs put them between tabs.
fn is_torn(row: &[u8], delimiter: u8) -> bool {
    let cell = row.rsplit(|byte| *byte == delimiter).next().unwrap_or_default();
    let quotes = cell.iter().filter(|byte| **byte == b'"').count();
    !row.ends_with(b"\n") && !row.ends_with(b"\r") && cell.starts_with(b"\"") && quotes % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_pair_are_let_be() {
        for row in [
            "",
            "a,b\n",
            "a,\"b\"\r",
            "\n\n\"a \"\"b\"\"\",\"\"\n",
            "a,\"b\nc, \"\"d\"\"\"  ,e\n",
            "a,\"b\nc\"",
            "a,\"b\" and \"c\"\n",
            "a,5\" of\n",
            "a,\"b\n\" , \"c\" d\n",
        ] {
            assert_eq!(fault(row.as_bytes(), Form { delimiter: b',', tabs: false }, 1), None, "{row:?}");
        }
        for row in ["a\t\"b\" c", "a\t\"b\"", "a\t\"b\n", "a\t5\" of", "\"a\tb"] {
            assert_eq!(fault(row.as_bytes(), Form { delimiter: b'\t', tabs: true }, 1), None, "{row:?}");
        }
    }

    #[test]
    fn quotes_that_do_not_pair_are_found_with_their_lines() {
        for (row, opened, lines, cut) in [
            ("a,\"b", 4, (4, 4), true),
            ("\n\na,\"b\nc,d\n", 6, (6, 7), true),
            ("a,\"b\nc\",\"d\"\"\ne", 5, (4, 6), true),
            ("a,\"b\nc,\"d\"\n", 4, (4, 5), false),
            ("a,\"b\nc\"  d\n", 4, (4, 5), false),
            ("a,\"b\nc,\"\"\nd,\"e\"\n", 4, (4, 6), false),
            ("\"b\nc\",\"d\ne\",\"f\ng,\"h\"\r", 6, (4, 7), false),
        ] {
            let told = fault(row.as_bytes(), Form { delimiter: b',', tabs: false }, 4);
            assert_eq!(told, Some(Fault { opened, lines, cut }), "{row:?}");
        }
        let told = fault(b"a\t\"b", Form { delimiter: b'\t', tabs: true }, 2);
        assert_eq!(told, Some(Fault { opened: 2, lines: (2, 2), cut: true }));
    }
}
