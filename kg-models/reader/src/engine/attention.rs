//! Attention within one sequence. In: queries, keys and values side by side. Out: their mixture, head by head.
//! Never: another sequence's rows.

use kgloom_numerics::kernels::{single, softmax};

use kgloom_numerics::isa::Isa;
use kgloom_numerics::panels::{Rows, SinglePanels};
use kgloom_numerics::passes::Epilogue;

/// Memory for one head.
#[derive(Debug, Default)]
pub struct HeadWorkspace {
    keys: SinglePanels,
    values: SinglePanels,
    weights: Vec<f32>,
    mixture: Vec<f32>,
}

/// Mixes the values of one sequence: `mixed` is pieces × (queries, keys, values), each of the given width and made of
/// heads; `context` is pieces × width. Attention, heads × pieces × pieces, is added to `attention`.
pub fn attend(
    isa: Isa,
    (mixed, context): (&[f32], &mut [f32]),
    (width, head_width): (usize, usize),
    workspace: &mut HeadWorkspace,
    mut attention: Option<&mut Vec<f32>>,
) {
    let (count, step) = (context.len() / width, 3 * width);
    for start in (0..width).step_by(head_width) {
        workspace.keys.pack_columns(&mixed[width + start..], step, (head_width, count));
        workspace.values.pack_rows(&mixed[2 * width + start..], step, (count, head_width));
        let weights = take(&mut workspace.weights, count * count);
        let queries = Rows { values: &mixed[start..], stride: step, count };
        single(isa, queries, &workspace.keys, Epilogue::Plain, weights);
        softmax(isa, weights, count);
        let mixture = take(&mut workspace.mixture, count * head_width);
        let rows = Rows { values: weights, stride: count, count };
        single(isa, rows, &workspace.values, Epilogue::Plain, mixture);
        for (target, row) in context.chunks_exact_mut(width).zip(mixture.chunks_exact(head_width)) {
            target[start..start + head_width].copy_from_slice(row);
        }
        if let Some(attention) = attention.as_deref_mut() {
            attention.extend_from_slice(weights);
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
