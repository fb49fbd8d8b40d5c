//! What was read of a document, and what of it was not. In: a text, and parts that cannot be read. Out: the same as lines
//! that go from one process to another. Never: a line that is two.

/// What was read of a document of another program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// Its text with its layout.
    pub text: String,
    /// Parts of it that could not be read.
    pub left_out: Vec<LeftOut>,
}

/// A part of a document that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub part: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What such a line begins with; libraries write lines of their own beside it.
const MARK: &str = "left out";

impl LeftOut {
    pub(super) fn new(part: &str, reason: &str) -> LeftOut {
        let one_line = |text: &str| text.replace(char::is_control, " ");
        LeftOut { part: one_line(part), reason: one_line(reason) }
    }

    /// The same as a line, without its end.
    pub fn line(&self) -> String {
        format!("{MARK}\t{}\t{}", self.part, self.reason)
    }

    /// What a line says, if it is one of these.
    pub(super) fn of_line(line: &str) -> Option<LeftOut> {
        let (part, reason) = line.strip_prefix(MARK)?.strip_prefix('\t')?.split_once('\t')?;
        Some(LeftOut::new(part, reason))
    }
}
