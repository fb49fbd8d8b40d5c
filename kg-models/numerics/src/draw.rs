//! The only random numbers in the house. In: a seed, a purpose, an index. Out: a generator that these three determine.
//! Never: the operating system's entropy.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of random numbers.
pub struct Draw(ChaCha8Rng);

/// The stream for one purpose: equal arguments give equal streams, different ones unrelated streams.
pub fn draw(seed: u64, purpose: &str, index: u64) -> Draw {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    hasher.update(&index.to_le_bytes());
    hasher.update(purpose.as_bytes());
    Draw(ChaCha8Rng::from_seed(*hasher.finalize().as_bytes()))
}

impl Draw {
    /// Uniform in `[0, 1)`.
    #[inline]
    pub fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1u32 << 24) as f32
    }

    /// Uniform in `0..bound`; `bound` must not be 0.
    #[inline]
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.0.next_u64()) * bound as u128) >> 64) as usize
    }

    /// From the standard normal distribution, by Box and Muller's transform.
    #[inline]
    pub fn normal(&mut self) -> f32 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f32::consts::TAU * self.unit()).cos()
    }

    /// Puts the items in a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// `count` uniform bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// `count` normal numbers with the given standard deviation.
    pub fn normals(&mut self, count: usize, deviation: f32) -> Vec<f32> {
        (0..count).map(|_| self.normal() * deviation).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_depend_on_all_three_arguments() {
        let first = draw(1, "weights", 0).normals(4, 1.0);
        assert_eq!(first, draw(1, "weights", 0).normals(4, 1.0));
        assert_ne!(first, draw(2, "weights", 0).normals(4, 1.0));
        assert_ne!(first, draw(1, "order", 0).normals(4, 1.0));
        assert_ne!(first, draw(1, "weights", 1).normals(4, 1.0));
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let numbers = draw(7, "test", 0).normals(20_000, 1.0);
        let mean = numbers.iter().sum::<f32>() / 20_000.0;
        let variance = numbers.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
    }

    #[test]
    fn shuffling_keeps_the_items() {
        let mut items: Vec<usize> = (0..100).collect();
        draw(3, "order", 0).shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
