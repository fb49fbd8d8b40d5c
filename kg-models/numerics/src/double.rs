//! Products of rows in f64: dot products, lengths, sums. In: rows. Out: numbers, each by one fixed order of additions. Never:
//! an order that depends on the machine.

/// Chains of additions that run side by side.
const LANES: usize = 8;

/// The product of two rows, in one chain of additions; of rows that differ in length, the shorter says how many numbers
/// count.
#[inline]
pub fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(x, y)| x * y).sum()
}

/// The product of two rows, in eight chains of additions, which vector units run side by side: for loops that are mostly
/// products. It may differ from [`dot`] in its last bits. Of rows that differ in length, the shorter says how many numbers
/// count.
#[inline]
pub fn dot_in_lanes(one: &[f64], other: &[f64]) -> f64 {
    let count = one.len().min(other.len());
    let ((ones, one), (others, other)) = (one[..count].as_chunks::<LANES>(), other[..count].as_chunks::<LANES>());
    let mut lanes = [0.0; LANES];
    for (x, y) in ones.iter().zip(others) {
        (0..LANES).for_each(|lane| lanes[lane] += x[lane] * y[lane]);
    }
    lanes.iter().sum::<f64>() + dot(one, other)
}

/// The product of two rows of f32, summed in f64, in one chain of additions.
#[inline]
pub fn dot_of_singles(one: &[f32], other: &[f32]) -> f64 {
    one.iter().zip(other).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
}

/// The length of a row: the root of the sum of its squares.
#[inline]
pub fn length(row: &[f64]) -> f64 {
    dot(row, row).sqrt()
}

/// Adds to each number of a row so many times the number of another at the same place.
#[inline]
pub fn add(to: &mut [f64], from: &[f64], times: f64) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += times * from);
}

/// A row of f32 as f64 of length 1; zeros stay.
pub fn unit(row: &[f32]) -> Vec<f64> {
    let length = dot_of_singles(row, row).sqrt();
    let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
    row.iter().map(|x| f64::from(*x) * scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_agree_whatever_the_number_of_chains() {
        for count in [0, 1, 7, 8, 9, 50] {
            let (one, other): (Vec<f64>, Vec<f64>) =
                (0..count).map(|x| (f64::from(x) - 3.0, 0.5 * f64::from(x * x % 7))).unzip();
            let product = dot(&one, &other);
            assert_eq!(dot_in_lanes(&one, &other), product);
            let [one, other] = [one, other].map(|row| row.iter().map(|x| *x as f32).collect::<Vec<f32>>());
            assert_eq!(dot_of_singles(&one, &other), product);
        }
        // The shorter row says how many count, in chains too.
        let long: Vec<f64> = (0..20).map(f64::from).collect();
        assert_eq!((dot(&long[..11], &long), dot_in_lanes(&long, &long[..11])), (385.0, 385.0));
    }

    #[test]
    fn rows_are_added_and_scaled_to_length_one() {
        let mut row = [1.0, 2.0];
        add(&mut row, &[10.0, -4.0], 0.5);
        assert_eq!(row, [6.0, 0.0]);
        assert_eq!(
            (length(&[3.0, 4.0]), unit(&[3.0, 4.0]), unit(&[0.0; 2])),
            (5.0, vec![0.6000000000000001, 0.8], vec![0.0; 2])
        );
    }
}
