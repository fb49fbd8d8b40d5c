//! Sums of vectors that come and go. In: vectors of small whole numbers. Out: their sum, in the narrowest numbers that hold it, and how
//! near two of them are. Never: a float, or two forms of one sum.

use differential_dataflow::difference::{IsZero, Multiply, Semigroup};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A sum of vectors, in the narrowest whole numbers that hold it: one text is all that most entities have, and its vector is
/// shared with what was read. The empty sum is zero whatever the width.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Sum {
    Byte(Arc<[i8]>),
    Short(Box<[i16]>),
    Long(Box<[i32]>),
}

impl Sum {
    pub(crate) fn of(context: &Arc<[i8]>) -> Sum {
        Sum::Byte(Arc::clone(context))
    }

    /// The same numbers have one form.
    fn narrow(values: &[i32]) -> Sum {
        let bytes: Option<Arc<[i8]>> = values.iter().map(|x| i8::try_from(*x).ok()).collect();
        let shorts = || values.iter().map(|x| i16::try_from(*x).ok()).collect::<Option<_>>();
        bytes.map(Sum::Byte).or_else(|| shorts().map(Sum::Short)).unwrap_or_else(|| Sum::Long(values.into()))
    }

    /// The numbers.
    pub(crate) fn values(&self) -> Vec<i32> {
        match self {
            Sum::Byte(values) => values.iter().map(|x| i32::from(*x)).collect(),
            Sum::Short(values) => values.iter().map(|x| i32::from(*x)).collect(),
            Sum::Long(values) => values.to_vec(),
        }
    }
}

/// The product of two vectors, and the product of their squared lengths.
pub(crate) fn cosine<A: Copy, B: Copy>(one: &[A], other: &[B]) -> (i128, i128)
where
    i64: From<A> + From<B>,
{
    let (mut dot, mut squares, mut others) = (0i64, 0i64, 0i64);
    for (one, other) in one.iter().zip(other) {
        let (one, other) = (i64::from(*one), i64::from(*other));
        dot += one * other;
        squares += one * one;
        others += other * other;
    }
    (i128::from(dot), i128::from(squares) * i128::from(others))
}

/// Whether a cosine as [`cosine`] gives it is at least so many in a hundred: without a root.
pub(crate) fn is_near((dot, lengths): (i128, i128), needed: i128) -> bool {
    dot > 0 && dot * dot * 10_000 >= needed * needed * lengths
}

impl IsZero for Sum {
    fn is_zero(&self) -> bool {
        // What does not fit into bytes is not zero.
        matches!(self, Sum::Byte(values) if values.iter().all(|x| *x == 0))
    }
}

impl Semigroup for Sum {
    fn plus_equals(&mut self, other: &Sum) {
        let (mut sum, other) = (self.values(), other.values());
        sum.resize(sum.len().max(other.len()), 0);
        sum.iter_mut().zip(&other).for_each(|(sum, x)| *sum += x);
        *self = Sum::narrow(&sum);
    }
}

impl Multiply<isize> for Sum {
    type Output = Sum;

    fn multiply(self, times: &isize) -> Sum {
        match times {
            1 => self,
            _ => Sum::narrow(&self.values().into_iter().map(|x| x * *times as i32).collect::<Vec<_>>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Equal sums are equal values, whatever was added and taken away, and in which order.
        #[test]
        fn a_sum_has_one_form(vectors in prop::collection::vec(prop::collection::vec(any::<i8>(), 3), 1..300), more in 0usize..40) {
            let add = |sum: &mut Sum, vector: &[i8], times: isize| sum.plus_equals(&Sum::of(&vector.into()).multiply(&times));
            let (mut straight, mut back) = (Sum::of(&[0; 3].into()), Sum::of(&[].into()));
            vectors.iter().for_each(|vector| add(&mut straight, vector, 1));
            vectors.iter().take(more).for_each(|vector| add(&mut back, vector, 400));
            vectors.iter().rev().for_each(|vector| add(&mut back, vector, 1));
            vectors.iter().take(more).for_each(|vector| add(&mut back, vector, -400));
            prop_assert_eq!(&straight, &back);
            let wanted: Vec<i32> = (0..3).map(|at| vectors.iter().map(|vector| i32::from(vector[at])).sum()).collect();
            prop_assert_eq!(straight.values(), wanted);
            vectors.iter().for_each(|vector| add(&mut back, vector, -1));
            prop_assert!(back.is_zero());
        }
    }
}
