//! Texts with one class each, as sets of text classification are handed around: posts of 20 Newsgroups, abstracts of
//! Ohsumed, news of R8. In: archives of a file a text, or lines of a class and a text. Out: [`Classed`]. Never: the header of
//! a post, which names its group, but for its subject.

use crate::Error;
use kgloom_numerics::artifact;
use kgloom_numerics::text_file::{malformed, read};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Where to get the sets.
const ORIGIN: &str = "github.com/yao8839836/text_gcn, data";
/// Bytes of a block of a tar archive.
const BLOCK: usize = 512;

/// The classes of Ohsumed (Joachims 1998) in the order of their folders C01 to C23: diseases as MeSH named them then.
const DISEASES: [&str; 23] = [
    "Bacterial Infections and Mycoses",
    "Virus Diseases",
    "Parasitic Diseases",
    "Neoplasms",
    "Musculoskeletal Diseases",
    "Digestive System Diseases",
    "Stomatognathic Diseases",
    "Respiratory Tract Diseases",
    "Otorhinolaryngologic Diseases",
    "Nervous System Diseases",
    "Eye Diseases",
    "Urologic and Male Genital Diseases",
    "Female Genital Diseases and Pregnancy Complications",
    "Cardiovascular Diseases",
    "Hemic and Lymphatic Diseases",
    "Neonatal Diseases and Abnormalities",
    "Skin and Connective Tissue Diseases",
    "Nutritional and Metabolic Diseases",
    "Endocrine Diseases",
    "Immunologic Diseases",
    "Disorders of Environmental Origin",
    "Animal Diseases",
    "Pathological Conditions, Signs and Symptoms",
];

/// Texts of which each is of one class.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Classed {
    /// The names of the classes, in words.
    pub classes: Vec<String>,
    /// By text: its class, the text, and whether it is for learning.
    pub texts: Vec<(u32, Arc<str>, bool)>,
}

/// 20 Newsgroups, parted by date: the subject and the body of each post. A class is called by its group's name.
///
/// # Errors
/// When the archive is missing or damaged.
pub(crate) fn newsgroups(folder: &Path) -> Result<Classed, Error> {
    let texts = archived(&folder.join("20news-bydate.tar.zst"), |part| part.ends_with("train"), post)?;
    Ok(texts.named(|group| group.replace('.', " ")))
}

/// Ohsumed, abstracts of MEDLINE of one class each.
///
/// # Errors
/// When the archive is missing or damaged, or has another class than the 23.
pub(crate) fn ohsumed(folder: &Path) -> Result<Classed, Error> {
    let file = folder.join("ohsumed_single_23.tar.zst");
    let texts =
        archived(&file, |part| part == "training", |text| text.split_whitespace().collect::<Vec<_>>().join(" "))?;
    let disease = |code: &str| code.strip_prefix('C').and_then(|number| number.parse::<usize>().ok());
    let known = |code: &String| disease(code).is_some_and(|number| (1..=DISEASES.len()).contains(&number));
    if let Some(other) = texts.classes.iter().find(|code| !known(code)) {
        return Err(malformed(&file, 1, format!("\"{other}\" is no class of Ohsumed; C01 to C23 are")));
    }
    Ok(texts.named(|code| DISEASES[disease(code).unwrap_or(1) - 1].to_owned()))
}

/// R8, the eight commonest classes of Reuters-21578: in lower case, and without marks of punctuation, as it is handed around.
///
/// # Errors
/// When a file is missing or malformed; the line is named.
pub(crate) fn r8(folder: &Path) -> Result<Classed, Error> {
    let mut rows = Vec::new();
    for (file, learning) in [("train.txt", true), ("test.txt", false)] {
        let path = folder.join(file);
        for (number, line) in (1..).zip(read(&path, ORIGIN)?.lines()) {
            let (class, text) =
                line.split_once('\t').ok_or_else(|| malformed(&path, number, "no tab between a class and its text"))?;
            rows.push((class.to_owned(), text.into(), learning));
        }
    }
    Ok(Classed::of(rows))
}

impl Classed {
    /// Texts with their classes by name; classes are sorted.
    fn of(rows: Vec<(String, Arc<str>, bool)>) -> Classed {
        let mut places: BTreeMap<String, u32> = rows.iter().map(|(class, ..)| (class.clone(), 0)).collect();
        places.values_mut().zip(0..).for_each(|(place, next)| *place = next);
        let texts = rows.into_iter().map(|(class, text, learning)| (places[&class], text, learning)).collect();
        Classed { classes: places.into_keys().collect(), texts }
    }

    fn named(self, name: impl Fn(&str) -> String) -> Classed {
        Classed { classes: self.classes.iter().map(|class| name(class)).collect(), texts: self.texts }
    }
}

/// The texts of an archive whose paths end in a part, a class and a name; in order of their paths.
fn archived(path: &Path, learning: fn(&str) -> bool, text: fn(&str) -> String) -> Result<Classed, Error> {
    if !path.exists() {
        let reason = format!("not there; it comes from {ORIGIN}");
        return Err(Error::Data { name: path.display().to_string(), reason });
    }
    let bytes = zstd::decode_all(&*artifact::read(path)?).map_err(Error::read(path))?;
    let mut files = untar(&bytes).ok_or_else(|| malformed(path, 1, "no whole tar archive"))?;
    files.sort_unstable();
    let row = |(name, content): (String, &[u8])| {
        let mut parts = name.rsplit('/').skip(1);
        let (class, part) = (parts.next()?.to_owned(), parts.next()?);
        // Posts of their time are in Latin-1, of which each byte is a character.
        let content: String = match std::str::from_utf8(content) {
            Ok(content) => content.to_owned(),
            Err(_) => content.iter().map(|byte| char::from(*byte)).collect(),
        };
        Some((class, text(&content).into(), learning(part)))
    };
    let rows: Vec<_> = files.into_iter().filter_map(row).collect();
    if rows.is_empty() {
        return Err(malformed(path, 1, "no file in it lies in a folder of a class"));
    }
    Ok(Classed::of(rows))
}

/// The subject and the body of a post.
fn post(whole: &str) -> String {
    let (header, body) = whole.split_once("\n\n").unwrap_or(("", whole));
    let subject = header.lines().find_map(|line| line.strip_prefix("Subject:")).unwrap_or_default();
    format!("{}\n{}", subject.trim(), body.trim())
}

/// The files of a tar archive (POSIX ustar) with their paths; nothing where it is cut short or damaged.
fn untar(mut rest: &[u8]) -> Option<Vec<(String, &[u8])>> {
    let mut files = Vec::new();
    // An empty block is the end.
    while let Some(header) = rest.get(..BLOCK).filter(|header| header[0] != 0) {
        let text = |from: usize, to: usize| {
            let field = &header[from..to];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
            std::str::from_utf8(&field[..end]).ok()
        };
        let size = usize::from_str_radix(text(124, 136)?.trim(), 8).ok()?;
        let content = rest.get(BLOCK..BLOCK.checked_add(size)?)?;
        if matches!(header[156], 0 | b'0') {
            let folder = if &header[257..262] == b"ustar" { text(345, 500)? } else { "" };
            let between = if folder.is_empty() { "" } else { "/" };
            files.push((format!("{folder}{between}{}", text(0, 100)?), content));
        }
        rest = rest.get(BLOCK + size.next_multiple_of(BLOCK)..)?;
    }
    rest.first().map(|_| files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tar(files: &[(&str, &str)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, content) in files {
            let mut header = [0u8; BLOCK];
            header[..name.len()].copy_from_slice(name.as_bytes());
            header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
            header[156] = b'0';
            bytes.extend(header);
            bytes.extend(content.as_bytes());
            bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        }
        bytes.extend([0; 2 * BLOCK]);
        bytes
    }

    #[test]
    fn posts_keep_their_subject_and_lose_the_rest_of_their_header() {
        let folder = tempfile::tempdir().unwrap();
        let files = [
            ("20news-bydate-train/sci.med/2", "From: a@b\nSubject: Re: Eyes\nLines: 1\n\nThey twitch.\n\nOften.\n"),
            ("20news-bydate-test/rec.autos/1", "Subject: Cars\n\nRed.\n"),
        ];
        let write = |bytes: &[u8]| {
            std::fs::write(folder.path().join("20news-bydate.tar.zst"), zstd::encode_all(bytes, 1).unwrap()).unwrap();
        };
        write(&tar(&files));
        let found = newsgroups(folder.path()).unwrap();
        assert_eq!(found.classes, ["rec autos", "sci med"]);
        let wanted = [(0, "Cars\nRed.".into(), false), (1, "Re: Eyes\nThey twitch.\n\nOften.".into(), true)];
        assert_eq!(found.texts, wanted);
        write(&tar(&files)[..700]);
        assert!(newsgroups(folder.path()).unwrap_err().to_string().contains("no whole tar archive"));
    }

    #[test]
    fn diseases_are_called_as_mesh_calls_them() {
        let folder = tempfile::tempdir().unwrap();
        let write = |class: &str| {
            let path = format!("ohsumed_single_23/training/{class}/1");
            let bytes = zstd::encode_all(&*tar(&[(&path, "One.\n Two.\n")]), 1).unwrap();
            std::fs::write(folder.path().join("ohsumed_single_23.tar.zst"), bytes).unwrap();
        };
        write("C04");
        let found = ohsumed(folder.path()).unwrap();
        assert_eq!((found.classes, found.texts), (vec!["Neoplasms".to_owned()], vec![(0, "One. Two.".into(), true)]));
        write("C24");
        assert!(ohsumed(folder.path()).unwrap_err().to_string().contains("\"C24\" is no class"));
    }

    #[test]
    fn a_missing_archive_is_told_with_its_origin_and_a_line_without_a_tab_with_its_number() {
        let folder = tempfile::tempdir().unwrap();
        assert!(newsgroups(folder.path()).unwrap_err().to_string().contains("text_gcn"));
        std::fs::write(folder.path().join("train.txt"), "earn\tprofits rose\nship\n").unwrap();
        assert!(r8(folder.path()).unwrap_err().to_string().contains("line 2"));
    }
}
