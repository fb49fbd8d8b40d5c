//! What was there before, pinned: the mean of normal items, their covariance, at most ten thousand of their rows. In: rows of
//! length 1, a seed; or a folder. Out: a reference with an id of its content. Never: a reference that changes as it judges.

use crate::depth::{by_mean, by_mean_within, mean_row};
use crate::nearest::nearest;
use crate::spectrum::dot;
use kgloom_numerics::Error;
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use kgloom_numerics::draw::draw;
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Rows that are kept at the most; of more, so many are drawn.
pub const MOST: usize = 10_000;
/// The neighbour whose distance tells how new an item is (Text-ADBench: k = 3).
pub const NEIGHBOURS: usize = 3;

const CARD: &str = "watch.json";
const WEIGHTS: &str = "watch.safetensors";
/// How far a row's length may be from 1.
const ROUGHLY: f64 = 1e-2;
/// Rows that are summed up in a step.
const STEP: usize = 1_024;

/// What is written beside the numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The encoder of all vectors, by its id.
    pub encoder: String,
    /// Numbers in a vector.
    pub width: usize,
    /// Items that mean and covariance are of.
    pub items: usize,
    /// Rows that are kept.
    pub kept: usize,
    /// How far the covariance is drawn towards equal variances, 0 to 1, where it must be inverted (Ledoit and Wolf 2004).
    pub shrinkage: f32,
}

/// A pinned reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// What it is.
    pub card: Card,
    /// The mean of all items, in numbers that f32 holds.
    pub mean: Vec<f64>,
    /// The covariance of all items: width × width.
    pub covariance: Vec<f32>,
    /// The rows that are kept.
    pub rows: TextVectors,
    /// The novelty of each kept row among the others, the least first.
    pub novelties: Vec<f32>,
}

impl Reference {
    /// A reference of normal items, in the order they lie; the seed draws those that are kept where there are more than
    /// [`MOST`].
    ///
    /// # Errors
    /// When there are fewer than four rows, or a row is not of length 1.
    pub fn of(rows: &TextVectors, encoder: &str, seed: u64) -> Result<Reference, Error> {
        let width = rows.width;
        let items = rows.values.len() / width.max(1);
        let wrong = |reason: String| Error::Data { name: "reference".to_owned(), reason };
        if items <= NEIGHBOURS {
            return Err(wrong(format!("{items} items; give at least {}", NEIGHBOURS + 1)));
        }
        let length = |row: &[f32]| row.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        let off = |row: &[f32]| !(1.0 - ROUGHLY..=1.0 + ROUGHLY).contains(&length(row));
        if let Some(place) = rows.values.chunks_exact(width).position(off) {
            let reason = "scale vectors to length 1, and leave out items without one";
            return Err(wrong(format!("row {place} is not of length 1; {reason}")));
        }
        let mean: Vec<f64> = mean_row(&rows.values, width).into_iter().map(|x| f64::from(x as f32)).collect();
        let (covariance, shrinkage) = spread(&rows.values, &mean);
        let rows = TextVectors { width, values: drawn(&rows.values, width, seed) };
        let alone = |place: usize| novelty(&rows.values, rows.row(place as u32), Some(place as u32));
        let kept = rows.values.len() / width;
        let mut novelties: Vec<f32> = (0..kept).into_par_iter().map(alone).collect();
        novelties.sort_by(f32::total_cmp);
        let card = Card { encoder: encoder.to_owned(), width, items, kept, shrinkage };
        Ok(Reference { card, mean, covariance, rows, novelties })
    }

    /// How new an item is: the distance to the third nearest row.
    pub fn novelty(&self, item: &[f32]) -> f32 {
        novelty(&self.rows.values, item, None)
    }

    /// The share of the reference's own rows, each among the others, that are less new than this: an item of the same stream
    /// is above .99 once in a hundred times.
    pub fn percentile(&self, novelty: f32) -> f32 {
        let below = self.novelties.partition_point(|own| *own < novelty);
        below as f32 / self.novelties.len().max(1) as f32
    }

    /// The depth of an item among those of the reference, by cosines: one product with the mean.
    pub fn depth(&self, item: &[f32]) -> f64 {
        by_mean(item, &self.mean)
    }

    /// The depths of the kept rows, each among the other items of the reference.
    pub fn depths(&self) -> Vec<f64> {
        let rows = self.rows.values.chunks_exact(self.card.width);
        rows.map(|row| by_mean_within(row, &self.mean, self.card.items)).collect()
    }

    fn files(&self) -> Result<[(&'static str, Vec<u8>); 2], Error> {
        let failed = |source| Error::Json { name: CARD.to_owned(), source };
        let card = serde_json::to_vec_pretty(&self.card).map_err(failed)?;
        let Card { width, kept, .. } = self.card;
        let array = |name: &str, shape: &[usize], values: &[f32]| {
            (name.to_owned(), Array { shape: shape.to_vec(), values: values.to_vec() }, Storage::Single)
        };
        let mean: Vec<f32> = self.mean.iter().map(|x| *x as f32).collect();
        let arrays = [
            array("mean", &[width], &mean),
            array("covariance", &[width, width], &self.covariance),
            array("rows", &[kept, width], &self.rows.values),
            array("novelties", &[kept], &self.novelties),
        ];
        Ok([(CARD, card), (WEIGHTS, artifact::serialize(&arrays)?)])
    }

    /// The reference's name: a hash of its files and of the code's meaning.
    ///
    /// # Errors
    /// When its numbers do not fill their shapes.
    pub fn id(&self) -> Result<String, Error> {
        let files = self.files()?;
        Ok(artifact::model_id("watch", &files.each_ref().map(|(name, bytes)| (*name, bytes.as_slice()))))
    }

    /// Writes the reference into a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        self.files()?.iter().try_for_each(|(name, bytes)| artifact::write(&folder.join(name), bytes))
    }

    /// Reads a reference that [`Reference::write`] wrote.
    ///
    /// # Errors
    /// When a file is missing or malformed, or its parts do not belong together.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let [card_path, weights_path] = [CARD, WEIGHTS].map(|name| folder.join(name));
        let name = card_path.display().to_string();
        let card: Card = serde_json::from_slice(&artifact::read(&card_path)?)
            .map_err(|source| Error::Json { name: name.clone(), source })?;
        let Card { width, kept, .. } = card;
        if width == 0 || kept <= NEIGHBOURS {
            let reason = format!("{kept} rows of {width} numbers; make the reference anew");
            return Err(Error::Data { name, reason });
        }
        let weights = Weights::parse(&weights_path.display().to_string(), &artifact::read(&weights_path)?)?;
        let array = |name: &str, shape: &[usize]| weights.array(name, shape).map(|array| array.values.clone());
        Ok(Reference {
            mean: array("mean", &[width])?.into_iter().map(f64::from).collect(),
            covariance: array("covariance", &[width, width])?,
            rows: TextVectors { width, values: array("rows", &[kept, width])? },
            novelties: array("novelties", &[kept])?,
            card,
        })
    }
}

fn novelty(rows: &[f32], item: &[f32], without: Option<u32>) -> f32 {
    nearest(rows, item, NEIGHBOURS, without).last().map_or(0.0, |near| near.distance)
}

/// The rows, or so many of them as are kept, in their order.
fn drawn(rows: &[f32], width: usize, seed: u64) -> Vec<f32> {
    let mut places: Vec<usize> = (0..rows.len() / width).collect();
    if places.len() > MOST {
        draw(seed, "watch reference", 0).shuffle(&mut places);
        places.truncate(MOST);
        places.sort_unstable();
    }
    places.into_iter().flat_map(|place| &rows[place * width..][..width]).copied().collect()
}

/// The covariance of rows around their mean, and how far it is to be shrunk: what sampling alone adds to its squares, over
/// how far it is from equal variances (Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance
/// matrices", 2004).
fn spread(rows: &[f32], mean: &[f64]) -> (Vec<f32>, f32) {
    let (width, count) = (mean.len(), (rows.len() / mean.len()) as f64);
    let (mut sums, mut fourth) = (vec![0f64; width * width], 0.0);
    for step in rows.chunks(STEP * width) {
        let column = |i: usize| step.chunks_exact(width).map(|row| f64::from(row[i]) - mean[i]).collect();
        let columns: Vec<Vec<f64>> = (0..width).map(column).collect();
        sums.par_chunks_exact_mut(width).enumerate().for_each(|(i, sums)| {
            sums.iter_mut().zip(&columns).for_each(|(sum, other)| *sum += dot(&columns[i], other));
        });
        let square = |place: usize| columns.iter().map(|column| column[place].powi(2)).sum::<f64>();
        fourth += (0..step.len() / width).map(|place| square(place).powi(2)).sum::<f64>();
    }
    sums.iter_mut().for_each(|sum| *sum /= count);
    let trace: f64 = (0..width).map(|i| sums[i * width + i]).sum();
    let squares = dot(&sums, &sums);
    let from_equal = squares - trace * trace / width as f64;
    let by_sampling = (fourth / count - squares) / count;
    let shrinkage = if from_equal > 0.0 { (by_sampling / from_equal).clamp(0.0, 1.0) } else { 1.0 };
    (sums.into_iter().map(|sum| sum as f32).collect(), shrinkage as f32)
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
