//! All smaller encoders of one: every layer with few and many numbers, from one pass over each text. In: an encoder, texts to
//! fit heads on. Out: encoders. Never: a text that is read once for each of them.

use crate::memory::Memory;
use kgloom_encoders::fit::Pairs;
use kgloom_encoders::heads::{Lesson, fit_means, rotation};
use kgloom_encoders::texts::{hash, part};
use kgloom_encoders::{Error, LinearMap};
use kgloom_numerics::vectors::Encode;
use kgloom_reader::text_encoder::TextEncoder;
use std::sync::Arc;

/// One text in so many is held back, as `kgloom train encoder` does.
const HELD: usize = 10;

/// The means of all layers' states of a text.
struct Means(TextEncoder);

impl Means {
    fn layers(&self) -> Vec<usize> {
        (0..=self.0.layers()).collect()
    }
}

impl Encode for Means {
    fn id(&self) -> String {
        self.0.id()
    }

    fn width(&self) -> usize {
        (self.0.layers() + 1) * self.0.hidden()
    }

    fn read(&self, texts: &[Option<Arc<str>>], on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<f32>, Error> {
        self.0.means(texts, &self.layers(), on_progress)
    }
}

/// The smaller encoders of one encoder, in single precision: those that [`kgloom_encoders::StudentTraining`] would write, but
/// that layer 0 is the mean of the embeddings with a head, and no table, and that matrices are not rounded to bytes.
pub struct Grid {
    means: Means,
    memory: Memory,
    /// By layer: the map from the means of the layers up to it to the teacher's vector.
    heads: Vec<LinearMap>,
    /// By number of numbers: what is done to that vector.
    answers: Vec<LinearMap>,
    made: String,
}

/// One of them: a layer, and so many numbers.
pub struct Cell<'a> {
    grid: &'a Grid,
    layer: usize,
    numbers: usize,
    map: LinearMap,
}

impl Grid {
    /// Fits a head for each layer of a teacher on texts, and the rotation by which the first numbers are the best ones; a
    /// tenth of the texts, drawn by the seed, chooses ridges. `numbers` are the widths that are wanted, none larger than the
    /// teacher's. `on_progress` hears how many texts are read.
    ///
    /// # Errors
    /// When a text does not tokenize, the texts are too few, or a width is wrong.
    pub fn fit(
        teacher: TextEncoder,
        texts: &[Arc<str>],
        (numbers, seed): (&[usize], u64),
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Grid, Error> {
        let (hidden, width) = (teacher.hidden(), teacher.width());
        if let Some(wrong) = numbers.iter().find(|numbers| !(1..=width).contains(*numbers)) {
            let reason = format!("vectors of {wrong} numbers are asked for; it has {width}");
            return Err(Error::Unsupported { name: teacher.id(), reason });
        }
        let (fitted, held) = part(texts, HELD, seed);
        let [lesson, checks] = [&fitted, &held].map(|texts| Lesson::read(&teacher, texts, on_progress));
        let (lesson, checks) = (lesson?, checks?);
        let means = Means(teacher);
        let [read, checked] = [&lesson, &checks].map(|lesson| means.read(&lesson.texts, on_progress));
        let (read, checked) = (read?, checked?);
        let head = |layer: usize| {
            let [read, checked] = [&read, &checked].map(|rows| first(rows, means.width(), (layer + 1) * hidden));
            let lesson = Pairs { from: &read, to: &lesson.vectors };
            Ok(fit_means(&means.0, layer, (lesson, Pairs { from: &checked, to: &checks.vectors }))?.map)
        };
        let heads = means.layers().into_iter().map(head).collect::<Result<_, Error>>()?;
        let turn = rotation(&means.0, &lesson);
        let answer = |&numbers: &usize| if numbers < width { turn.cut(numbers) } else { LinearMap::identity(width) };
        let (answers, made) = (numbers.iter().map(answer).collect(), format!("{seed} {}", hash(texts)));
        Ok(Grid { means, memory: Memory::default(), heads, answers, made })
    }

    /// All of them with their names, layer by layer.
    pub fn cells(&self) -> impl Iterator<Item = (String, Cell<'_>)> {
        let of = move |layer: usize| {
            self.answers.iter().map(move |answers| {
                let (map, numbers) = (self.heads[layer].then(answers), answers.outputs());
                (format!("layer {layer}, {numbers} numbers"), Cell { grid: self, layer, numbers, map })
            })
        };
        (0..self.heads.len()).flat_map(of)
    }
}

/// The first numbers of each row.
fn first(rows: &[f32], width: usize, numbers: usize) -> Vec<f32> {
    rows.chunks_exact(width).flat_map(|row| &row[..numbers]).copied().collect()
}

impl Encode for Cell<'_> {
    fn id(&self) -> String {
        let Cell { grid, layer, numbers, .. } = self;
        let made = format!("{} {layer} {numbers} {}", grid.means.id(), grid.made);
        blake3::hash(made.as_bytes()).to_hex()[..12].to_owned()
    }

    fn width(&self) -> usize {
        self.numbers
    }

    fn read(&self, texts: &[Option<Arc<str>>], on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<f32>, Error> {
        let Grid { means, memory, .. } = self.grid;
        let rows = memory.read(means, texts, on_progress)?;
        let mut vectors = self.map.apply_units(&first(&rows, means.width(), self.map.inputs));
        // No text has no vector, whatever the bias says.
        for (vector, _) in vectors.chunks_exact_mut(self.numbers).zip(texts).filter(|(_, text)| text.is_none()) {
            vector.fill(0.0);
        }
        Ok(vectors)
    }
}
