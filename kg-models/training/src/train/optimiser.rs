//! AdamW (Loshchilov and Hutter 2019) over named parameters, with clipping, and checkpoints that hold all of its state.
//!
//! In: losses. Out: parameters. Never: a gradient from another step.

use candle_core::{Device, Tensor, Var};
use kgloom_numerics::artifact::{self, Array, Storage, Weights};
use kgloom_numerics::draw::Draw;
use kgloom_reader::layers::Parameters;
use kgloom_reader::{Error, fused};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

const DECAY: f32 = 0.01;
const CLIP: f32 = 1.0;
const MOMENTS: (f32, f32) = (0.9, 0.999);

/// The learning rate of parameters that were trained before, as a share of what new ones get.
pub const WARM_SHARE: f32 = 0.3;

/// The running average reaches back about this many steps.
const HORIZON: f32 = 250.0;

/// Gradients by parameter.
pub type Gradients = BTreeMap<String, Vec<f32>>;

/// Parameters in training.
#[derive(Debug, Default)]
pub struct Optimiser {
    variables: BTreeMap<String, Variable>,
    steps: u64,
}

#[derive(Debug)]
struct Variable {
    var: Var,
    moments: (Vec<f32>, Vec<f32>),
    average: Vec<f32>,
    /// Multiplies the learning rate.
    rate_factor: f32,
}

impl Optimiser {
    /// Adds a parameter with its first values.
    ///
    /// # Errors
    /// When the values do not fill the shape.
    pub fn add(&mut self, name: &str, shape: &[usize], values: Vec<f32>) -> Result<(), Error> {
        let zeros = vec![0.0; values.len()];
        let average = values.clone();
        let var = Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu)?)?;
        self.variables
            .insert(name.to_owned(), Variable { var, moments: (zeros.clone(), zeros), average, rate_factor: 1.0 });
        Ok(())
    }

    /// A product's matrix, drawn with Glorot's variance, and a zero bias.
    ///
    /// # Errors
    /// When a tensor cannot be made.
    pub fn linear(&mut self, name: &str, (inputs, outputs): (usize, usize), draw: &mut Draw) -> Result<(), Error> {
        self.matrix(&format!("{name}.matrix"), (inputs, outputs), draw)?;
        self.add(&format!("{name}.bias"), &[outputs], vec![0.0; outputs])
    }

    /// A matrix drawn with Glorot's variance.
    ///
    /// # Errors
    /// When a tensor cannot be made.
    pub fn matrix(&mut self, name: &str, (inputs, outputs): (usize, usize), draw: &mut Draw) -> Result<(), Error> {
        let deviation = (2.0 / (inputs + outputs) as f32).sqrt();
        self.add(name, &[inputs, outputs], draw.normals(inputs * outputs, deviation))
    }

    /// A normalisation's gain and shift.
    ///
    /// # Errors
    /// When a tensor cannot be made.
    pub fn norm(&mut self, name: &str, width: usize) -> Result<(), Error> {
        self.add(&format!("{name}.gain"), &[width], vec![1.0; width])?;
        self.add(&format!("{name}.shift"), &[width], vec![0.0; width])
    }

    /// The parameters as they are, for a forward pass with gradients.
    pub fn parameters(&self) -> Parameters {
        let tensor = |(name, variable): (&String, &Variable)| (name.clone(), variable.var.as_tensor().clone());
        Parameters(self.variables.iter().map(tensor).collect())
    }

    /// The running average of the parameters over the last steps, which is what is validated and shipped.
    ///
    /// # Errors
    /// When a tensor cannot be made.
    pub fn averaged(&self) -> Result<Parameters, Error> {
        let tensors = self
            .variables
            .iter()
            .map(|(name, variable)| {
                let tensor = Tensor::from_slice(&variable.average, variable.var.dims(), &Device::Cpu)?;
                Ok((name.clone(), tensor))
            })
            .collect::<Result<_, Error>>()?;
        Ok(Parameters(tensors))
    }

    /// Takes over another optimiser's parameters.
    pub fn absorb(&mut self, other: Optimiser) {
        self.variables.extend(other.variables);
    }

    /// Multiplies the learning rate of the parameters whose names begin so.
    pub fn scale_rate(&mut self, prefix: &str, rate_factor: f32) {
        let slow = |(name, variable): (&String, &mut Variable)| {
            if name.starts_with(prefix) {
                variable.rate_factor = rate_factor;
            }
        };
        self.variables.iter_mut().for_each(slow);
    }

    /// Starts from values found elsewhere, for the parameters that have the same name there.
    ///
    /// # Errors
    /// When a shape differs.
    pub fn adopt(&mut self, other: &Parameters) -> Result<(), Error> {
        for (name, variable) in &mut self.variables {
            if let Some(tensor) = other.0.get(name) {
                variable.average = tensor.flatten_all()?.to_vec1()?;
                variable.var.set(&tensor.copy()?)?;
            }
        }
        Ok(())
    }

    /// The gradients of a loss.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn gradients(&self, loss: &Tensor) -> Result<Gradients, Error> {
        let store = loss.backward()?;
        let mut found = Gradients::new();
        for (name, variable) in &self.variables {
            if let Some(gradient) = store.get(variable.var.as_tensor()) {
                found.insert(name.clone(), gradient.flatten_all()?.to_vec1()?);
            }
        }
        Ok(found)
    }

    /// Takes one step down the gradient of `loss` at this learning rate.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn step(&mut self, loss: &Tensor, rate: f32) -> Result<(), Error> {
        let gradients = self.gradients(loss)?;
        self.apply(&gradients, rate)
    }

    /// Takes one step down these gradients, shortened where they are long together.
    ///
    /// # Errors
    /// When tensor arithmetic fails.
    pub fn apply(&mut self, gradients: &Gradients, rate: f32) -> Result<(), Error> {
        let squares = |values: &Vec<f32>| values.iter().map(|x| f64::from(x * x)).sum::<f64>();
        let square: f64 = gradients.values().map(squares).sum();
        let scale = (f64::from(CLIP) / square.sqrt().max(f64::from(CLIP))) as f32;
        self.steps += 1;
        let steps = self.steps;
        self.variables.par_iter_mut().try_for_each(|(name, variable)| match gradients.get(name) {
            Some(gradient) => variable.update(gradient, scale, (steps, rate * variable.rate_factor)),
            None => Ok(()),
        })
    }

    /// Parameters, moments, averages and the number of steps, to be stored.
    ///
    /// # Errors
    /// When a tensor cannot be read.
    pub fn arrays(&self) -> Result<Vec<(String, Array, Storage)>, Error> {
        let mut arrays = vec![single("steps", vec![1], vec![self.steps as f32])];
        for (name, variable) in &self.variables {
            let shape = variable.var.dims().to_vec();
            arrays.push(single(&format!("0.{name}"), shape.clone(), variable.var.flatten_all()?.to_vec1()?));
            arrays.push(single(&format!("1.{name}"), shape.clone(), variable.moments.0.clone()));
            arrays.push(single(&format!("2.{name}"), shape.clone(), variable.moments.1.clone()));
            arrays.push(single(&format!("3.{name}"), shape, variable.average.clone()));
        }
        Ok(arrays)
    }

    /// Writes [`Optimiser::arrays`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        Ok(artifact::write(path, &artifact::serialize(&self.arrays()?)?)?)
    }

    /// Goes on from what [`Optimiser::save`] wrote for the same parameters.
    ///
    /// # Errors
    /// When the file is missing, or was written for other parameters.
    pub fn restore(&mut self, path: &Path) -> Result<(), Error> {
        self.take_back(&Weights::read(path)?)
    }

    /// Goes on from the [`Optimiser::arrays`] of the same parameters.
    ///
    /// # Errors
    /// When they are of other parameters.
    pub fn take_back(&mut self, weights: &Weights) -> Result<(), Error> {
        self.steps = weights.any("steps")?.values[0] as u64;
        for (name, variable) in &mut self.variables {
            let shape = variable.var.dims().to_vec();
            let part = |part: usize| Ok::<_, Error>(weights.array(&format!("{part}.{name}"), &shape)?.values.clone());
            variable.var.set(&Tensor::from_vec(part(0)?, shape.as_slice(), &Device::Cpu)?)?;
            variable.moments = (part(1)?, part(2)?);
            variable.average = part(3)?;
        }
        Ok(())
    }
}

fn single(name: &str, shape: Vec<usize>, values: Vec<f32>) -> (String, Array, Storage) {
    (name.to_owned(), Array { shape, values }, Storage::Single)
}

impl Variable {
    fn update(&mut self, gradient: &[f32], scale: f32, (steps, rate): (u64, f32)) -> Result<(), Error> {
        let mut values: Vec<f32> = self.var.flatten_all()?.to_vec1()?;
        let correction = |moment: f32| 1.0 - moment.powi(steps.min(100_000) as i32);
        let (first, second) = (correction(MOMENTS.0), correction(MOMENTS.1));
        let decay = if self.var.rank() > 1 { 1.0 - rate * DECAY } else { 1.0 };
        let keep = 1.0 - 1.0 / (steps as f32 + 1.0).min(HORIZON);
        let moments = self.moments.0.iter_mut().zip(&mut self.moments.1);
        let numbers = values.iter_mut().zip(&mut self.average).zip(moments).zip(gradient);
        for (((value, average), (m, v)), g) in numbers {
            let g = g * scale;
            *m = MOMENTS.0 * *m + (1.0 - MOMENTS.0) * g;
            *v = MOMENTS.1 * *v + (1.0 - MOMENTS.1) * g * g;
            *value = *value * decay - rate * (*m / first) / ((*v / second).sqrt() + 1e-8);
            *average = keep * *average + (1.0 - keep) * *value;
        }
        let shape = self.var.dims().to_vec();
        self.var.set(&Tensor::from_vec(values, shape, &Device::Cpu)?)?;
        Ok(())
    }
}

/// The learning rate at a step: a short warm-up, then down to a tenth along a cosine.
pub fn rate(peak: f32, step: usize, steps: usize) -> f32 {
    let warm = (steps / 20).max(1);
    if step < warm {
        return peak * (step + 1) as f32 / warm as f32;
    }
    let share = (step - warm) as f32 / (steps - warm).max(1) as f32;
    peak * (0.1 + 0.45 * (1.0 + (share.min(1.0) * std::f32::consts::PI).cos()))
}

/// Zeroes each number with the given probability and scales the others up.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn drop(tensor: Tensor, probability: f32, draw: &mut Draw) -> candle_core::Result<Tensor> {
    let scale = 1.0 / (1.0 - probability);
    let limit = (probability * 256.0) as u8;
    let factors = draw.bytes(tensor.elem_count());
    fused::scale(&tensor, factors.into_iter().map(|byte| if byte < limit { 0.0 } else { scale }).collect())
}

/// The slope and the value of the binary cross-entropy of a logit; `gold` is 1 or 0.
pub fn cross_entropy(logit: f32, gold: f32) -> (f32, f32) {
    let probability = 1.0 / (1.0 + (-logit).exp());
    (probability - gold, logit.max(0.0) - logit * gold + (-logit.abs()).exp().ln_1p())
}

/// Adds gradients in the order of their names.
pub fn add(sum: &mut Gradients, gradients: Gradients, share: f32) {
    for (name, gradient) in gradients {
        let total = sum.entry(name).or_insert_with(|| vec![0.0; gradient.len()]);
        total.iter_mut().zip(gradient).for_each(|(t, g)| *t += g * share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quadratic(optimiser: &Optimiser) -> Tensor {
        let x = optimiser.parameters().tensor("x").unwrap().clone();
        (x - 3.0).unwrap().sqr().unwrap().sum_all().unwrap()
    }

    #[test]
    fn it_goes_down_and_resumes_to_the_same_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("checkpoint.safetensors");
        let fresh = || {
            let mut optimiser = Optimiser::default();
            optimiser.add("x", &[2], vec![0.0, 10.0]).unwrap();
            optimiser
        };
        let mut one = fresh();
        for step in 0..200 {
            if step == 100 {
                one.save(&file).unwrap();
            }
            one.step(&quadratic(&one), 0.1).unwrap();
        }
        let mut other = fresh();
        other.restore(&file).unwrap();
        for _ in 100..200 {
            other.step(&quadratic(&other), 0.1).unwrap();
        }
        let numbers = |optimiser: &Optimiser| optimiser.parameters().tensor("x").unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(numbers(&one), numbers(&other));
        assert!(numbers(&one).iter().all(|x| (x - 3.0).abs() < 0.2), "{:?}", numbers(&one));
    }

    #[test]
    fn the_rate_warms_up_and_cools_down() {
        assert!(rate(1.0, 0, 100) < 0.5);
        assert!((rate(1.0, 5, 100) - 1.0).abs() < 0.01);
        assert!((rate(1.0, 100, 100) - 0.1).abs() < 0.01);
    }
}
