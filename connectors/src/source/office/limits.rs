//! Documents of other programs by kind, and what bounds their reading. In: names. Out: kinds, bounds. Never: a document.

/// What bounds the reading of one such document. All is counted, so that a slow machine reads the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfficeLimits {
    /// The largest file, and the most that is taken out of one, in bytes.
    pub bytes: u64,
    /// The most pages.
    pub pages: u64,
    /// The most tokens of markup, or signs of a page.
    pub steps: u64,
    /// The memory of the process that reads it, in MiB.
    pub memory: u64,
}

impl Default for OfficeLimits {
    fn default() -> Self {
        OfficeLimits { bytes: 64 << 20, pages: 2_000, steps: 20_000_000, memory: 1024 }
    }
}

/// The forms that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.docx`
    Word,
    /// `.odt`
    OpenDocument,
    /// `.epub`
    Epub,
    /// `.eml`
    Mail,
    /// `.pdf`
    Pdf,
}

impl Format {
    pub(super) const ALL: [Format; 5] = [Format::Word, Format::OpenDocument, Format::Epub, Format::Mail, Format::Pdf];

    /// The end of the names of such files.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Word => "docx",
            Format::OpenDocument => "odt",
            Format::Epub => "epub",
            Format::Mail => "eml",
            Format::Pdf => "pdf",
        }
    }

    /// The format of files whose names end so.
    pub fn of_ending(ending: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.ending() == ending)
    }

    /// What makes a text of such a file where it cannot be read here.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Format::Word | Format::OpenDocument | Format::Epub => "`pandoc FILE -o FILE.md` makes Markdown of it",
            Format::Mail => "save its text",
            Format::Pdf => "`pdftotext FILE` makes a text of it",
        }
    }
}
