//! One layer of an encoder. In: states. Out: the next states, in their place. Never: more memory than one block of rows
//! needs for the wide half.

use super::attention::{attend, take};
use super::pass::{EncoderOutput, Workspace};
use super::source::Source;
use crate::encoder::EncoderConfig;
use kgloom_numerics::Error;
use kgloom_numerics::isa::Isa;
use kgloom_numerics::kernels::add_and_normalise;
use kgloom_numerics::matrix::{Matrix, Precision};
use kgloom_numerics::passes::Norm;

/// Rows that go through the wide half together, so that it stays in the cache.
const BLOCK: usize = 48;

/// One layer, packed.
#[derive(Debug)]
pub struct Layer {
    heads: usize,
    mix: Matrix,
    output: Matrix,
    attention_norm: Norm,
    up: Matrix,
    down: Matrix,
    norm: Norm,
}

impl Layer {
    /// Packs the layer of this index. Queries, keys and values are one product, queries scaled beforehand.
    ///
    /// # Errors
    /// When a tensor is missing or misshapen.
    pub(super) fn new(
        source: &Source<'_>,
        config: &EncoderConfig,
        index: usize,
        precision: Precision,
    ) -> Result<Self, Error> {
        let (width, inner) = (config.hidden_size, config.intermediate_size);
        let name = |part: &str| format!("encoder.layer.{index}.{part}");
        let scale = 1.0 / ((width / config.num_attention_heads) as f32).sqrt();
        let (mut weights, mut bias) = source.linear(&name("attention.self.query"), width, width)?;
        weights.iter_mut().chain(&mut bias).for_each(|x| *x *= scale);
        for part in ["attention.self.key", "attention.self.value"] {
            let (more, more_bias) = source.linear(&name(part), width, width)?;
            weights.extend(more);
            bias.extend(more_bias);
        }
        let matrix = |part: &str, inputs, outputs| {
            let (weights, bias) = source.linear(&name(part), inputs, outputs)?;
            Ok::<_, Error>(Matrix::new(&weights, bias, precision))
        };
        Ok(Layer {
            heads: config.num_attention_heads,
            mix: Matrix::new(&weights, bias, precision),
            output: matrix("attention.output.dense", width, width)?,
            attention_norm: source.norm(&name("attention.output.LayerNorm"))?,
            up: matrix("intermediate.dense", width, inner)?,
            down: matrix("output.dense", inner, width)?,
            norm: source.norm(&name("output.LayerNorm"))?,
        })
    }

    /// Replaces the states of sequences of these lengths by the next ones; attention goes to the traces, if any.
    pub(super) fn run(
        &self,
        isa: Isa,
        lengths: &[usize],
        workspace: &mut Workspace,
        mut outputs: Option<&mut [EncoderOutput]>,
    ) {
        let Workspace { states, mixed, context, attended, inner, bytes, head } = workspace;
        let width = self.norm.gain.len();
        let pieces = states.len() / width;
        let mixed = take(mixed, pieces * 3 * width);
        self.mix.multiply(isa, states, false, bytes, mixed);

        let context = take(context, states.len());
        let mut start = 0;
        for (index, &length) in lengths.iter().enumerate() {
            let mixed = &mixed[start * 3 * width..(start + length) * 3 * width];
            let context = &mut context[start * width..(start + length) * width];
            let attention = outputs.as_deref_mut().map(|outputs| &mut outputs[index].attention);
            attend(isa, (mixed, context), (width, width / self.heads), head, attention);
            start += length;
        }

        let attended = take(attended, states.len());
        self.output.multiply(isa, context, false, bytes, attended);
        add_and_normalise(isa, attended, states, &self.attention_norm);
        let inner = take(inner, BLOCK.min(pieces) * self.up.outputs());
        for (attended, states) in attended.chunks(BLOCK * width).zip(states.chunks_mut(BLOCK * width)) {
            let inner = &mut inner[..attended.len() / width * self.up.outputs()];
            self.up.multiply(isa, attended, true, bytes, inner);
            self.down.multiply(isa, inner, false, bytes, states);
            add_and_normalise(isa, states, attended, &self.norm);
        }
    }
}
