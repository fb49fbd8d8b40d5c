//! What is said around a thing, as a direction in whole numbers. In: sums of vectors. Out: a direction, as numbers and as it is
//! written in the graph. Never: a float; two directions for one sum.

use crate::value::{Datatype, Literal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The largest number of a direction.
const LARGEST: i64 = 127;

/// A sum of vectors, so scaled that its largest number is 127 or -127, each rounded half up; none where all are zero.
pub fn direction(sum: &[i32]) -> Option<Vec<i8>> {
    let largest = sum.iter().map(|x| i64::from(x.unsigned_abs())).max().filter(|largest| *largest > 0)?;
    Some(sum.iter().map(|x| (2 * LARGEST * i64::from(*x) + largest).div_euclid(2 * largest) as i8).collect())
}

/// A direction as the graph holds it: its numbers as bytes, in base64.
pub fn written(direction: &[i8]) -> Literal {
    let bytes: Vec<u8> = direction.iter().map(|x| *x as u8).collect();
    Literal { value: STANDARD.encode(bytes).into(), datatype: Datatype::Bytes }
}

/// The direction that a text of [`written`] stands for; none where it is no such text.
pub fn read(value: &str) -> Option<Vec<i8>> {
    let bytes = STANDARD.decode(value).ok()?;
    Some(bytes.into_iter().map(|byte| byte as i8).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_is_that_of_the_sum_however_long_it_is() {
        assert_eq!(direction(&[3, -6, 0]), Some(vec![64, -127, 0]));
        assert_eq!(direction(&[3_000, -6_000, 0]), direction(&[3, -6, 0]));
        assert_eq!(direction(&[i32::MIN, i32::MAX]), Some(vec![-127, 127]));
        assert_eq!(direction(&[0, 0]), None);
        assert_eq!(direction(&[]), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let direction = vec![-127, -1, 0, 1, 127];
        let written = written(&direction);
        assert_eq!(read(&written.value), Some(direction));
        assert_eq!(read("not base64!"), None);
    }
}
