//! Heads that tell an encoder's own vectors from a lower layer, and from few numbers (2D Matryoshka, in closed form).
//!
//! In: a teacher, texts. Out: a map from the means of the layers up to one to the teacher's vectors, and a rotation by which
//! any first part of the numbers is a good one. Never: a gradient.

use crate::fit::{Fitted, Pairs, ridge};
use crate::linear_map::{LinearMap, Moments};
use crate::neighbours::mean_cosine;
use crate::rotation::principal;
use crate::texts::{given, with_sentences};
use kgloom_numerics::Error;
use kgloom_numerics::double::dot_of_singles;
use kgloom_reader::text_encoder::TextEncoder;
use std::sync::Arc;

/// Texts with the teacher's vectors of them.
pub struct Lesson {
    /// What is read: texts, and their sentences by themselves.
    pub texts: Vec<Option<Arc<str>>>,
    /// Texts × width, of length 1.
    pub vectors: Vec<f32>,
}

impl Lesson {
    /// Has the teacher read texts, and the sentences of each by themselves, so that a head meets texts of every length.
    /// `on_progress` hears how many are done.
    ///
    /// # Errors
    /// When a text does not tokenize.
    pub fn read(
        teacher: &TextEncoder,
        texts: &[Arc<str>],
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Lesson, Error> {
        let texts = given(&with_sentences(texts));
        let vectors = teacher.read(&texts, on_progress)?;
        Ok(Lesson { texts, vectors })
    }
}

/// Fits the heads of all layers up to one (0 is the embeddings), from one pass over each text: of each a ridge regression to the
/// teacher's vector (Li et al. 2024 learn the like by gradients) from the means of the states of this layer and of all below it,
/// which are run for it anyway; on one lesson, checked on another. Where the layer's mean as it is comes nearer, as that of the
/// teacher's own last layer does, it is left as it is but for its length, with a ridge of 0.
///
/// # Errors
/// When a text does not tokenize, there is no such layer, or the texts are too few.
pub fn fit(
    teacher: &TextEncoder,
    last: usize,
    (lesson, checks): (&Lesson, &Lesson),
    on_progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Fitted>, Error> {
    let (layers, width): (Vec<usize>, _) = ((0..=last).collect(), (last + 1) * teacher.hidden());
    let read = teacher.means(&lesson.texts, &layers, on_progress)?;
    let checked = teacher.means(&checks.texts, &layers, &|_, _| ())?;
    let head = |&layer: &usize| {
        let inputs = (layer + 1) * teacher.hidden();
        let [read, checked] = [&read, &checked].map(|rows| first(rows, width, inputs));
        let (lesson, checks) =
            (Pairs { from: &read, to: &lesson.vectors }, Pairs { from: &checked, to: &checks.vectors });
        fit_means(teacher, layer, (lesson, checks))
    };
    layers.iter().map(head).collect()
}

/// The first numbers of each row.
fn first(rows: &[f32], width: usize, numbers: usize) -> Vec<f32> {
    rows.chunks_exact(width).flat_map(|row| &row[..numbers]).copied().collect()
}

/// The head of one layer, where the means of the layers up to it (texts × (layers · hidden size)) were read before.
///
/// # Errors
/// When the texts are too few.
pub fn fit_means(
    teacher: &TextEncoder,
    layer: usize,
    (lesson, checks): (Pairs<'_>, Pairs<'_>),
) -> Result<Fitted, Error> {
    let (inputs, width) = ((layer + 1) * teacher.hidden(), teacher.width());
    let fitted = ridge((inputs, width), lesson, checks)?;
    if teacher.hidden() == width {
        let mut map = LinearMap::last(inputs, width);
        let scale = scale(&map.apply(lesson.from), lesson.to);
        map.matrix.iter_mut().for_each(|x| *x *= scale);
        let cosine = mean_cosine(&map.apply_units(checks.from), checks.to, width);
        if cosine > fitted.cosine {
            return Ok(Fitted { map, ridge: 0.0, cosine });
        }
    }
    Ok(fitted)
}

/// By how much rows must be multiplied to come nearest to others.
fn scale(from: &[f32], to: &[f32]) -> f32 {
    (dot_of_singles(from, to) / dot_of_singles(from, from).max(f64::MIN_POSITIVE)) as f32
}

/// The rotation of a teacher's vectors, around their mean, by which their first numbers matter most: the same for every layer's
/// head, so that vectors of any layer and of equally many numbers share a space.
pub fn rotation(teacher: &TextEncoder, lesson: &Lesson) -> LinearMap {
    let rows = (lesson.vectors.as_slice(), teacher.width());
    principal(&Moments::of(rows, rows))
}
