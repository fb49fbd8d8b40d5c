//! An encoder as a table: a vector for each word piece, and a text is the mean of its pieces'. No transformer is run.
//!
//! In: a teacher, texts; later a folder. Out: the table; vectors. Never: a number that depends on the order of the pieces.

use crate::fit::{Pairs, ridge};
use crate::heads::Lesson;
use crate::linear_map::{LinearMap, ROTATION};
use crate::word_pieces::WordPieces;
use kgloom_numerics::Error;
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use kgloom_numerics::passes::unit;
use kgloom_numerics::vectors::Encode;
use kgloom_reader::text_encoder::{NUMBERS, TextEncoder};
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The file of the table, `table` (pieces × numbers); a folder that has it is a static encoder.
pub const TABLE: &str = "table.safetensors";

/// Pieces of a text that are read, as many as a transformer is given beside the marks of its ends.
const MOST_PIECES: usize = 126;
/// Texts that one thread reads in a row.
const TOGETHER: usize = 256;
/// How rare a piece must be to count in full: `a / (a + p)` is the weight of a piece of probability p (Arora et al. 2017;
/// model2vec weighs so too, by ranks).
const RARE: f64 = 1e-3;

/// A static encoder.
pub struct StaticTable {
    pieces: WordPieces,
    /// Pieces × width.
    rows: Vec<f32>,
    width: usize,
    id: String,
}

/// A fitted table, and what was seen of it on texts kept back.
#[derive(Clone, Debug)]
pub struct FittedTable {
    /// Pieces × the teacher's width.
    pub rows: Vec<f32>,
    /// The share of the mean diagonal that the ridge added to it.
    pub ridge: f64,
    /// The mean cosine with the teacher's vectors of texts kept back.
    pub cosine: f64,
}

/// Fits a table to a teacher's vectors: each piece is what the teacher's embeddings and last layer make of it by itself,
/// weighed by how rare it is in the lesson; a ridge regression takes the means of a text's pieces to the teacher's vector of
/// the text. The map is linear, so it goes into the table.
///
/// # Errors
/// When a text does not tokenize, or the texts are too few.
pub fn fit(
    teacher: &TextEncoder,
    tokenizer: &[u8],
    (lesson, checks): (&Lesson, &Lesson),
) -> Result<FittedTable, Error> {
    let layers = [0, teacher.layers()];
    let pieces = WordPieces::new(tokenizer)?;
    let mut features = teacher.pieces_alone(&layers)?;
    let inputs = layers.len() * teacher.hidden();
    let count = features.len() / inputs;
    let read =
        |lesson: &Lesson| pieces.of(lesson.texts.iter().map(|text| text.as_deref().unwrap_or_default()), MOST_PIECES);
    let (read_lesson, read_checks) = (read(lesson)?, read(checks)?);
    let weights = rarity(&read_lesson, count);
    for (row, weight) in features.chunks_exact_mut(inputs).zip(&weights) {
        row.iter_mut().for_each(|x| *x *= *weight);
    }
    let means = |texts: &[Vec<u32>]| -> Vec<f32> {
        let rows: Vec<Vec<f32>> = texts.par_iter().map(|ids| mean(ids, &features, inputs)).collect();
        rows.concat()
    };
    let (from, checked) = (means(&read_lesson), means(&read_checks));
    let fitted = ridge(
        (inputs, teacher.width()),
        Pairs { from: &from, to: &lesson.vectors },
        Pairs { from: &checked, to: &checks.vectors },
    )?;
    Ok(FittedTable { rows: fitted.map.apply(&features), ridge: fitted.ridge, cosine: fitted.cosine })
}

/// The weight of each piece, by how often it comes in texts.
fn rarity(texts: &[Vec<u32>], pieces: usize) -> Vec<f32> {
    // Each piece is counted once more than it was seen, so that what never came is rare, not impossible.
    let mut counts = vec![1f64; pieces];
    for id in texts.iter().flatten().filter(|id| (**id as usize) < pieces) {
        counts[*id as usize] += 1.0;
    }
    let all: f64 = counts.iter().sum();
    counts.into_iter().map(|count| (RARE / (RARE + count / all)) as f32).collect()
}

/// The mean of the rows of some pieces; zeros where there are none.
fn mean(ids: &[u32], rows: &[f32], width: usize) -> Vec<f32> {
    let mut mean = vec![0f32; width];
    let mut count = 0u32;
    for row in ids.iter().filter_map(|&id| rows.get(id as usize * width..(id as usize + 1) * width)) {
        mean.iter_mut().zip(row).for_each(|(to, x)| *to += x);
        count += 1;
    }
    let count = count.max(1) as f32;
    mean.iter_mut().for_each(|x| *x /= count);
    mean
}

/// Writes a table, turned and cut by a map, one byte a number; and the rotation by which the first of its numbers are the best
/// ones, where the map leaves them as they are.
///
/// # Errors
/// When the file cannot be written.
pub fn write(
    table: &FittedTable,
    (map, rotation): (&LinearMap, Option<&LinearMap>),
    folder: &Path,
) -> Result<(), Error> {
    let values = map.apply(&table.rows);
    let shape = vec![values.len() / map.outputs(), map.outputs()];
    let array = ("table".to_owned(), Array { shape, values }, Storage::Byte);
    let turn = rotation.map(|rotation| rotation.arrays(ROTATION));
    let arrays: Vec<_> = [array].into_iter().chain(turn.into_iter().flatten()).collect();
    artifact::write(&folder.join(TABLE), &artifact::serialize(&arrays)?)
}

impl StaticTable {
    /// Opens the table in a folder.
    ///
    /// # Errors
    /// When a file is missing or malformed.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let tokenizer = artifact::read(&folder.join("tokenizer.json"))?;
        let bytes = artifact::read(&folder.join(TABLE))?;
        let mut hasher = blake3::Hasher::new();
        for part in [artifact::CODE_VERSION.as_bytes(), &tokenizer, &bytes, &MOST_PIECES.to_le_bytes()] {
            hasher.update(blake3::hash(part).as_bytes());
        }
        let weights = Weights::parse(&folder.join(TABLE).display().to_string(), &bytes)?;
        let (array, pieces) = (weights.any("table")?, WordPieces::new(&tokenizer)?);
        let &[rows, width] = array.shape.as_slice() else {
            let reason = format!("its table has shape {:?}; pieces × numbers is wanted", array.shape);
            return Err(Error::Unsupported { name: folder.display().to_string(), reason });
        };
        if rows < pieces.vocabulary() || width == 0 {
            let reason = format!("its table has {rows} rows, its tokenizer {} pieces", pieces.vocabulary());
            return Err(Error::Unsupported { name: folder.display().to_string(), reason });
        }
        let id = hasher.finalize().to_hex()[..12].to_owned();
        Ok(StaticTable { pieces, rows: array.values.clone(), width, id })
    }

    /// The same with its rows turned and cut by a map to fewer numbers.
    pub(crate) fn cut(self, map: &LinearMap) -> Self {
        let (rows, width) = (map.apply(&self.rows), map.outputs());
        StaticTable { rows, width, id: format!("{}{NUMBERS}{width}", self.id), ..self }
    }
}

impl Encode for StaticTable {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn width(&self) -> usize {
        self.width
    }

    fn read(&self, texts: &[Option<Arc<str>>], on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<f32>, Error> {
        let done = AtomicUsize::new(0);
        let part = |part: &[Option<Arc<str>>]| -> Result<Vec<f32>, Error> {
            let ids = self.pieces.of(part.iter().map(|text| text.as_deref().unwrap_or_default()), MOST_PIECES)?;
            let mut rows = Vec::with_capacity(part.len() * self.width);
            for ids in &ids {
                let mut row = mean(ids, &self.rows, self.width);
                unit(&mut row);
                rows.extend(row);
            }
            on_progress(done.fetch_add(part.len(), Ordering::Relaxed) + part.len(), texts.len());
            Ok(rows)
        };
        let parts: Vec<Vec<f32>> = texts.par_chunks(TOGETHER).map(part).collect::<Result<_, _>>()?;
        Ok(parts.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{small, texts};

    #[test]
    fn rare_pieces_count_more_and_unseen_ones_most() {
        let weights = rarity(&[vec![0, 0, 0, 1], vec![0, 1, 9]], 3);
        assert!(weights[2] > weights[1] && weights[1] > weights[0] && weights[0] > 0.0, "{weights:?}");
    }

    #[test]
    fn a_table_says_what_its_map_says_of_the_mean_of_pieces() {
        let folder = tempfile::tempdir().unwrap();
        small::encoder(folder.path(), 1);
        let teacher = TextEncoder::open(folder.path()).unwrap();
        let (fitted, held) = texts::part(&small::texts(400), 10, 1);
        let read = |texts: &[Arc<str>]| Lesson::read(&teacher, texts, &|_, _| ()).unwrap();
        let (lesson, checks) = (read(&fitted), read(&held));
        let table = fit(&teacher, &small::tokenizer(), (&lesson, &checks)).unwrap();
        assert!(table.cosine > 0.8, "a random encoder's vectors are mostly told by the words: {}", table.cosine);

        let whole = LinearMap::identity(teacher.width());
        write(&table, (&whole, None), folder.path()).unwrap();
        let opened = StaticTable::open(folder.path()).unwrap();
        let vectors = opened.read(&checks.texts, &|_, _| ()).unwrap();
        let cosine = crate::neighbours::mean_cosine(&vectors, &checks.vectors, opened.width());
        assert!((cosine - table.cosine).abs() < 0.02, "{cosine} {}", table.cosine);

        // The order of words is nothing, no text is no vector, and company changes no number.
        let read = |texts: &[Option<Arc<str>>]| opened.read(texts, &|_, _| ()).unwrap();
        assert_eq!(read(&[Some("ada sings".into())]), read(&[Some("sings ada".into())]));
        assert_eq!(read(&[None, Some("".into())]), vec![0.0; 2 * opened.width()]);
        assert_eq!(read(&checks.texts[3..4]), vectors[3 * opened.width()..][..opened.width()]);

        // The same table under another cut is another encoder.
        let id = opened.id();
        write(&table, (&whole.cut(8), None), folder.path()).unwrap();
        let cut = StaticTable::open(folder.path()).unwrap();
        assert!(cut.width() == 8 && cut.id() != id);
    }

    #[test]
    fn a_table_of_too_few_pieces_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tokenizer.json"), small::tokenizer()).unwrap();
        let table = FittedTable { rows: vec![0.5; 8], ridge: 0.0, cosine: 0.0 };
        write(&table, (&LinearMap::identity(4), None), folder.path()).unwrap();
        let error = StaticTable::open(folder.path()).err().unwrap();
        assert!(error.to_string().contains("2 rows"), "{error}");
    }
}
