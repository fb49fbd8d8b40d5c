//! Attention within one sequence. In: queries, keys and values side by side. Out: their mixture, head by head.
//! Never: another sequence's rows.

use kgloom_numerics::kernels::{single, softmax};

use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::Finish;
use kgloom_numerics::path::Path;

/// Memory for one head.
#[derive(Debug, Default)]
pub struct HeadRoom {
    keys: SinglePanels,
    values: SinglePanels,
    weights: Vec<f32>,
    mixture: Vec<f32>,
}

/// Mixes the values of one sequence: `mixed` is pieces × (queries, keys, values), each of the given width and made of
/// heads; `context` is pieces × width. Attention, heads × pieces × pieces, is added to `kept`.
pub fn attend(
    path: Path,
    (mixed, context): (&[f32], &mut [f32]),
    (width, head_width): (usize, usize),
    room: &mut HeadRoom,
    mut kept: Option<&mut Vec<f32>>,
) {
    let (count, step) = (context.len() / width, 3 * width);
    for start in (0..width).step_by(head_width) {
        room.keys.pack_columns(&mixed[width + start..], step, (head_width, count));
        room.values.pack_rows(&mixed[2 * width + start..], step, (count, head_width));
        let weights = take(&mut room.weights, count * count);
        let queries = Rows { values: &mixed[start..], stride: step, count };
        single(path, queries, &room.keys, Finish::Plain, weights);
        softmax(path, weights, count);
        let mixture = take(&mut room.mixture, count * head_width);
        let rows = Rows { values: weights, stride: count, count };
        single(path, rows, &room.values, Finish::Plain, mixture);
        for (target, row) in context.chunks_exact_mut(width).zip(mixture.chunks_exact(head_width)) {
            target[start..start + head_width].copy_from_slice(row);
        }
        if let Some(kept) = kept.as_deref_mut() {
            kept.extend_from_slice(weights);
        }
    }
}

/// So many numbers of a vector that only grows; what they hold is overwritten.
pub(super) fn take(vector: &mut Vec<f32>, count: usize) -> &mut [f32] {
    if vector.len() < count {
        vector.resize(count, 0.0);
    }
    &mut vector[..count]
}
