//! Vectors for other programs. In: names with a row of numbers each. Out: files that NumPy, safetensors and Parquet
//! readers open. Never: a number that is not the model's.

use crate::Error;
use kgloom_numerics::artifact::{self, Array, Storage};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What stands before the name of a relation whose row is for questions read backwards.
pub const INVERSE: &str = "inverse of ";
/// What stands before a name that is no IRI.
const NAMED: &str = "urn:kgloom:name:";

/// Names, each with a row of as many numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedVectors {
    /// What they are of: `entities`, `relations`.
    pub kind: &'static str,
    /// One a row.
    pub names: Vec<Arc<str>>,
    /// Numbers in a row.
    pub width: usize,
    /// Names × width.
    pub values: Vec<f32>,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorFormat {
    /// NumPy's, with the names in a text file beside it.
    Npy,
    /// safetensors, with the names in a text file beside it.
    Safetensors,
    /// Apache Parquet: a column of names, a column of lists.
    Parquet,
    /// N-Quads of the graph `urn:kgloom:vectors`.
    Quads,
}

impl std::str::FromStr for VectorFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "npy" => Ok(VectorFormat::Npy),
            "safetensors" => Ok(VectorFormat::Safetensors),
            "parquet" => Ok(VectorFormat::Parquet),
            "nq" => Ok(VectorFormat::Quads),
            _ => Err(format!("\"{text}\" is no format of vectors; known: npy, safetensors, parquet, nq")),
        }
    }
}

impl NamedVectors {
    /// Writes the files of a format into a folder; tells which.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, format: VectorFormat, folder: &Path) -> Result<Vec<PathBuf>, Error> {
        let file = |ending: &str| folder.join(format!("{}.{ending}", self.kind));
        let names =
            || (file("txt"), self.names.iter().flat_map(|name| [&**name, "\n"]).collect::<String>().into_bytes());
        let files = match format {
            VectorFormat::Npy => vec![(file("npy"), self.npy()), names()],
            VectorFormat::Safetensors => {
                let array = Array { shape: vec![self.names.len(), self.width], values: self.values.clone() };
                let bytes = artifact::serialize(&[(self.kind.to_owned(), array, Storage::Single)])?;
                vec![(file("safetensors"), bytes), names()]
            }
            VectorFormat::Parquet => vec![(file("parquet"), self.parquet()?)],
            VectorFormat::Quads => vec![(file("nq"), self.quads())],
        };
        files.iter().try_for_each(|(path, bytes)| artifact::write(path, bytes))?;
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }

    fn rows(&self) -> impl Iterator<Item = (&Arc<str>, &[f32])> {
        self.names.iter().zip(self.values.chunks_exact(self.width))
    }

    /// NumPy's format, version 1.0: little-endian f32, row by row.
    fn npy(&self) -> Vec<u8> {
        let shape = format!("({}, {})", self.names.len(), self.width);
        let mut head = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
        // Magic, version and length are ten bytes; the whole head is a multiple of 64 and ends with a line break.
        while !(10 + head.len() + 1).is_multiple_of(64) {
            head.push(' ');
        }
        head.push('\n');
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((head.len() as u16).to_le_bytes());
        bytes.extend(head.into_bytes());
        bytes.extend(self.values.iter().flat_map(|x| x.to_le_bytes()));
        bytes
    }

    fn parquet(&self) -> Result<Vec<u8>, Error> {
        let failed = |error: parquet::errors::ParquetError| Error::Unsupported {
            name: format!("Parquet of {}", self.kind),
            reason: error.to_string(),
        };
        let schema = "message vectors {
            REQUIRED BYTE_ARRAY name (UTF8);
            REQUIRED group vector (LIST) { REPEATED group list { REQUIRED FLOAT element; } }
        }";
        let schema = Arc::new(parse_message_type(schema).map_err(failed)?);
        let properties = Arc::new(WriterProperties::builder().build());
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).map_err(failed)?;
        let mut group = writer.next_row_group().map_err(failed)?;
        if let Some(mut column) = group.next_column().map_err(failed)? {
            let names: Vec<ByteArray> = self.names.iter().map(|name| ByteArray::from(&**name)).collect();
            column.typed::<ByteArrayType>().write_batch(&names, None, None).map_err(failed)?;
            column.close().map_err(failed)?;
        }
        if let Some(mut column) = group.next_column().map_err(failed)? {
            // A row's first number begins a list, the others go on with it.
            let repeated: Vec<i16> =
                (0..self.values.len()).map(|at| i16::from(!at.is_multiple_of(self.width))).collect();
            let there = vec![1i16; self.values.len()];
            let written = column.typed::<FloatType>().write_batch(&self.values, Some(&there), Some(&repeated));
            written.map_err(failed)?;
            column.close().map_err(failed)?;
        }
        group.close().map_err(failed)?;
        writer.close().map_err(failed)?;
        Ok(bytes)
    }

    fn quads(&self) -> Vec<u8> {
        let mut out = String::new();
        for (name, row) in self.rows() {
            let subject = match name.strip_prefix(INVERSE) {
                Some(relation) => format!("urn:kgloom:inverse:{}", encoded(&iri(relation))),
                None => iri(name),
            };
            let numbers: Vec<String> = row.iter().map(f32::to_string).collect();
            let numbers = numbers.join(" ");
            out +=
                &format!("<{subject}> <urn:kgloom:vector> \"{numbers}\"^^<urn:kgloom:Vector> <urn:kgloom:vectors> .\n");
        }
        out.into_bytes()
    }
}

/// A name as an IRI: itself where it is one, else under a prefix, with all percent-encoded that is no letter, digit or one
/// of `-._~`.
fn iri(name: &str) -> String {
    let (scheme, rest) = name.split_once(':').unwrap_or_default();
    let begins = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    // What N-Triples allows between `<` and `>`.
    let whole = |c: char| c > ' ' && !c.is_control() && !"<>[]\"{}|^`\\".contains(c);
    let one_fragment = name.matches('#').count() <= 1;
    if begins
        && scheme.chars().all(plain)
        && !rest.is_empty()
        && name.chars().all(whole)
        && one_fragment
        && escapes_are_whole(name)
    {
        return name.to_owned();
    }
    format!("{NAMED}{}", encoded(name))
}

/// Whether two hexadecimal digits follow every percent sign.
fn escapes_are_whole(name: &str) -> bool {
    name.split('%').skip(1).all(|after| after.len() > 1 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    fn sample() -> NamedVectors {
        let names = ["urn:a", "urn:b", "c"].map(Arc::from).to_vec();
        NamedVectors { kind: "entities", names, width: 2, values: vec![1.0, -0.5, 0.25, 3.0, 0.0, 1e-7] }
    }

    #[test]
    fn every_format_holds_names_and_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let write = |format| sample().write(format, folder.path()).unwrap();
        let read = |path: &PathBuf| std::fs::read(path).unwrap();
        let [npy, names] = &write(VectorFormat::Npy)[..] else { panic!("two files") };
        let bytes = read(npy);
        assert!(bytes.starts_with(b"\x93NUMPY\x01\x00") && (bytes.len() - 24).is_multiple_of(64));
        assert_eq!(bytes[bytes.len() - 24..][..4], 1f32.to_le_bytes());
        assert_eq!(read(names), b"urn:a\nurn:b\nc\n");
        let file = &write(VectorFormat::Safetensors)[0];
        let weights = artifact::Weights::parse("file", &read(file)).unwrap();
        assert_eq!(weights.array("entities", &[3, 2]).unwrap().values, sample().values);
        let file = &write(VectorFormat::Parquet)[0];
        let reader = SerializedFileReader::new(std::fs::File::open(file).unwrap()).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!((rows.len(), rows[1].get_string(0).unwrap().as_str()), (3, "urn:b"));
        assert_eq!(rows[1].get_list(1).unwrap().elements().len(), 2);
        let text = String::from_utf8(read(&write(VectorFormat::Quads)[0])).unwrap();
        let line = "<urn:a> <urn:kgloom:vector> \"1 -0.5\"^^<urn:kgloom:Vector> <urn:kgloom:vectors> .";
        assert_eq!(text.lines().next(), Some(line));
    }

    #[test]
    fn every_name_is_a_valid_iri_of_its_own() {
        for (name, expected) in [
            ("http://a.b/c", "http://a.b/c"),
            ("Node 000", "urn:kgloom:name:Node%20000"),
            ("parent of", "urn:kgloom:name:parent%20of"),
            ("a: b", "urn:kgloom:name:a%3A%20b"),
            ("/m/01", "urn:kgloom:name:%2Fm%2F01"),
            ("<x>", "urn:kgloom:name:%3Cx%3E"),
            ("_:b0", "urn:kgloom:name:_%3Ab0"),
            ("urn:x%2", "urn:kgloom:name:urn%3Ax%252"),
            ("é", "urn:kgloom:name:%C3%A9"),
            ("9:5", "urn:kgloom:name:9%3A5"),
        ] {
            assert_eq!(iri(name), expected);
        }
        let names = ["parent of", "inverse of parent of"].map(Arc::from).to_vec();
        let vectors = NamedVectors { kind: "relations", names, width: 1, values: vec![1.0, 2.0] };
        let text = String::from_utf8(vectors.quads()).unwrap();
        let second = "<urn:kgloom:inverse:urn%3Akgloom%3Aname%3Aparent%2520of> <urn:kgloom:vector> \"2\"";
        assert!(text.lines().nth(1).unwrap().starts_with(second), "{text}");
    }
}
