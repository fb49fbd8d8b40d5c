//! What was there before, pinned: the mean of normal items, their covariance, at most ten thousand of their rows. In: rows of
//! length 1, a seed; or a folder. Out: a reference with an id of its content. Never: a reference that changes as it judges.

use crate::depth::{by_mean, by_mean_within, mean_row};
use crate::nearest::nearest;
use kgloom_numerics::Error;
use kgloom_numerics::artifact::{Array, Storage};
use kgloom_numerics::covariance::Covariance;
use kgloom_numerics::double::dot_of_singles;
use kgloom_numerics::draw::draw;
use kgloom_numerics::model_folder::{ModelFiles, ModelFolder};
use kgloom_numerics::vectors::TextVectors;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Rows that are kept at the most; of more, so many are drawn.
pub const MOST: usize = 10_000;
/// The neighbour whose distance tells how new an item is (Text-ADBench: k = 3).
pub const NEIGHBOURS: usize = 3;

const FOLDER: ModelFolder = ModelFolder {
    name: "watch",
    card: "watch.json",
    weights: "watch.safetensors",
    indented: true,
    remedy: "make the reference anew",
};
/// How far a row's length may be from 1.
const ROUGHLY: f64 = 1e-2;

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
    /// Items that lay farthest from the mean of all and were left out beforehand.
    #[serde(default)]
    pub left_out: usize,
    /// Rows that are kept.
    pub kept: usize,
    /// How far the covariance is drawn towards equal variances, 0 to 1, where it must be inverted (Ledoit and Wolf 2004).
    pub shrinkage: f32,
}

impl Card {
    /// Of the items that were left out, so many as go with the rows that are kept.
    fn left_kept(&self) -> usize {
        self.left_out * self.kept / self.items.max(1)
    }
}

/// What of many items makes a reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trim {
    /// The share of items that is left out, 0 to 1: those farthest from the mean of all.
    pub share: f64,
    /// Rows that are kept at the most.
    pub most: usize,
    /// Draws them where there are more.
    pub seed: u64,
}

/// How unusual an item is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The share of the reference's own rows that are less new: 0 to 1.
    pub novelty: f32,
    /// The depth among the items of the reference: 0 to 2.
    pub depth: f64,
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
    /// The depths of items that were left out, as many as go with the rows that are kept, the least first: they are of the
    /// stream all the same.
    pub left_depths: Vec<f32>,
}

impl Reference {
    /// A reference of normal items, in the order they lie; the seed draws those that are kept where there are more than
    /// [`MOST`].
    ///
    /// # Errors
    /// When there are fewer than four rows, or a row is not of length 1.
    pub fn of(rows: &TextVectors, encoder: &str, seed: u64) -> Result<Reference, Error> {
        Reference::trimmed(rows, encoder, Trim { share: 0.0, most: MOST, seed })
    }

    /// The same of items that may hold outliers: a share of them, those that lie farthest from the mean of all, is left out
    /// first, so that mean, covariance and rows are of the others alone.
    ///
    /// # Errors
    /// As [`Reference::of`], of the items that are left.
    pub fn trimmed(rows: &TextVectors, encoder: &str, trim: Trim) -> Result<Reference, Error> {
        let (rows, left) = without_farthest(rows, trim.share);
        let width = rows.width;
        let items = rows.values.len() / width.max(1);
        let wrong = |reason: String| Error::Data { name: "reference".to_owned(), reason };
        if items <= NEIGHBOURS {
            return Err(wrong(format!("{items} items; give at least {}", NEIGHBOURS + 1)));
        }
        let length = |row: &[f32]| dot_of_singles(row, row).sqrt();
        let off = |row: &[f32]| !(1.0 - ROUGHLY..=1.0 + ROUGHLY).contains(&length(row));
        if let Some(place) = rows.values.chunks_exact(width).position(off) {
            let reason = "scale vectors to length 1, and leave out items without one";
            return Err(wrong(format!("row {place} is not of length 1; {reason}")));
        }
        let mean: Vec<f64> = mean_row(&rows.values, width).into_iter().map(|x| f64::from(x as f32)).collect();
        let Covariance { matrix: covariance, shrinkage } = Covariance::of(&rows.values, &mean);
        let rows = TextVectors { width, values: drawn(&rows.values, width, (trim.most, trim.seed)) };
        let alone = |place: usize| novelty(&rows.values, rows.row(place as u32), Some(place as u32));
        let kept = rows.values.len() / width;
        let mut novelties: Vec<f32> = (0..kept).into_par_iter().map(alone).collect();
        novelties.sort_by(f32::total_cmp);
        let left_out = left.len() / width;
        let mut depths: Vec<f32> = left.chunks_exact(width).map(|row| by_mean(row, &mean) as f32).collect();
        depths.sort_by(f32::total_cmp);
        let card = Card { encoder: encoder.to_owned(), width, items, left_out, kept, shrinkage };
        let every = |place: usize| depths[place * left_out / card.left_kept()];
        let left_depths = (0..card.left_kept()).map(every).collect();
        Ok(Reference { card, mean, covariance, rows, novelties, left_depths })
    }

    /// How new an item is: the distance to the third nearest row.
    pub fn novelty(&self, item: &[f32]) -> f32 {
        novelty(&self.rows.values, item, None)
    }

    /// How unusual each of some items is (items × the reference's width, of length 1). An item that is one of the rows is
    /// judged among the others, so that what the reference is made of may be judged too.
    pub fn judge(&self, items: &[f32]) -> Vec<Judged> {
        let one = |item: &[f32]| {
            let near = nearest(&self.rows.values, item, NEIGHBOURS + 1, None);
            let own = near.iter().position(|near| self.rows.row(near.row) == item);
            let others = near.iter().enumerate().filter(|(place, _)| Some(*place) != own);
            let novelty = others.take(NEIGHBOURS).last().map_or(0.0, |(_, near)| near.distance);
            Judged { novelty: self.percentile(novelty), depth: self.depth(item) }
        };
        items.par_chunks_exact(self.card.width).map(one).collect()
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

    /// The depths of the kept rows, each among the other items of the reference, and of those that were left out.
    pub fn depths(&self) -> Vec<f64> {
        let rows = self.rows.values.chunks_exact(self.card.width);
        let rows = rows.map(|row| by_mean_within(row, &self.mean, self.card.items));
        rows.chain(self.left_depths.iter().map(|depth| f64::from(*depth))).collect()
    }

    fn files(&self) -> Result<ModelFiles<'static>, Error> {
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
            array("left_depths", &[self.left_depths.len()], &self.left_depths),
        ];
        FOLDER.pack(&self.card, &arrays)
    }

    /// The reference's name: a hash of its files and of the code's meaning.
    ///
    /// # Errors
    /// When its numbers do not fill their shapes.
    pub fn id(&self) -> Result<String, Error> {
        Ok(self.files()?.id())
    }

    /// Whether a folder holds one.
    pub fn lies_in(folder: &Path) -> bool {
        FOLDER.lies_in(folder)
    }

    /// The name of the reference in a folder, without its numbers being looked at.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn id_in(folder: &Path) -> Result<String, Error> {
        Ok(FOLDER.read(folder)?.id())
    }

    /// Writes the reference into a folder.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        self.files()?.write(folder)
    }

    /// Reads a reference that [`Reference::write`] wrote.
    ///
    /// # Errors
    /// When a file is missing or malformed, or its parts do not belong together.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let files = FOLDER.read(folder)?;
        let card: Card = files.card()?;
        let Card { width, kept, .. } = card;
        if width == 0 || kept <= NEIGHBOURS || kept > card.items {
            return Err(files.unfit(format_args!("{kept} rows of {width} numbers")));
        }
        let weights = files.weights()?;
        let array = |name: &str, shape: &[usize]| weights.array(name, shape).map(|array| array.values.clone());
        Ok(Reference {
            mean: array("mean", &[width])?.into_iter().map(f64::from).collect(),
            covariance: array("covariance", &[width, width])?,
            rows: TextVectors { width, values: array("rows", &[kept, width])? },
            novelties: array("novelties", &[kept])?,
            left_depths: array("left_depths", &[card.left_kept()])?,
            card,
        })
    }
}

fn novelty(rows: &[f32], item: &[f32], without: Option<u32>) -> f32 {
    nearest(rows, item, NEIGHBOURS, without).last().map_or(0.0, |near| near.distance)
}

/// The rows without a share of them, those that lie farthest from the mean of all, the earlier of two that lie equally far;
/// and these.
fn without_farthest(rows: &TextVectors, share: f64) -> (TextVectors, Vec<f32>) {
    let width = rows.width;
    let mean = mean_row(&rows.values, width);
    let depths: Vec<f64> = rows.values.chunks_exact(width.max(1)).map(|row| by_mean(row, &mean)).collect();
    let count = (depths.len() as f64 * share.clamp(0.0, 1.0)) as usize;
    let mut places: Vec<usize> = (0..depths.len()).collect();
    places.sort_by(|one, other| depths[*one].total_cmp(&depths[*other]));
    let mut kept = places.split_off(count);
    kept.sort_unstable();
    (TextVectors { width, values: taken(&rows.values, width, &kept) }, taken(&rows.values, width, &places))
}

/// The rows, or so many of them as are kept, in their order.
fn drawn(rows: &[f32], width: usize, (most, seed): (usize, u64)) -> Vec<f32> {
    let mut places: Vec<usize> = (0..rows.len() / width).collect();
    if places.len() > most {
        draw(seed, "watch reference", 0).shuffle(&mut places);
        places.truncate(most);
        places.sort_unstable();
    }
    taken(rows, width, &places)
}

fn taken(rows: &[f32], width: usize, places: &[usize]) -> Vec<f32> {
    places.iter().flat_map(|place| &rows[place * width..][..width]).copied().collect()
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
