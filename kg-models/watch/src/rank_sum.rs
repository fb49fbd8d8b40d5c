//! Whether one sample lies above another (Wilcoxon 1945; Mann and Whitney 1947). In: two samples. Out: probabilities without
//! a difference. Never: an approximation where few numbers allow to count.

/// Numbers of both samples together up to which all orders are counted.
const COUNTED: usize = 50;

/// What the ranks of two samples say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankSum {
    /// Pairs in which the number of the first sample is the greater one, a tie being half of one (Mann and Whitney's U).
    pub wins: f64,
    /// The probability of so many wins or more, were both samples drawn alike.
    pub greater: f64,
    /// The probability of a number of wins that is as far from half of the pairs, to either side, were they drawn alike.
    pub differ: f64,
    /// Whether all orders were counted; else the probabilities are those of the normal distribution.
    pub exact: bool,
}

/// Compares two samples by ranks. With up to fifty numbers together all ways to deal them out are counted, given their ties;
/// with more, the normal distribution stands for them, its variance corrected for ties. A sample that is empty differs from
/// none: its probabilities are 1.
pub fn rank_sum(first: &[f64], second: &[f64]) -> RankSum {
    let (count, others) = (first.len(), second.len());
    if count == 0 || others == 0 {
        return RankSum { wins: 0.0, greater: 1.0, differ: 1.0, exact: true };
    }
    let all = count + others;
    let mut marked: Vec<(f64, bool)> = first.iter().map(|x| (*x, true)).collect();
    marked.extend(second.iter().map(|x| (*x, false)));
    marked.sort_by(|one, other| one.0.total_cmp(&other.0));
    // Twice the mean rank of those that are equal, which is a whole number.
    let (mut doubled, mut sum, mut ties) = (Vec::with_capacity(all), 0usize, 0.0);
    for equal in marked.chunk_by(|one, other| one.0 == other.0) {
        let rank = 2 * doubled.len() + equal.len() + 1;
        sum += rank * equal.iter().filter(|(_, own)| *own).count();
        ties += (equal.len() as f64).powi(3) - equal.len() as f64;
        doubled.resize(doubled.len() + equal.len(), rank);
    }
    let wins = sum as f64 / 2.0 - (count * (count + 1)) as f64 / 2.0;
    if all <= COUNTED {
        let (greater, less) = counted(&doubled, count, sum);
        return RankSum { wins, greater, differ: (2.0 * greater.min(less)).min(1.0), exact: true };
    }
    let (m, n, whole) = (count as f64, others as f64, all as f64);
    let variance = m * n / 12.0 * (whole + 1.0 - ties / (whole * (whole - 1.0)));
    let z = if variance > 0.0 { (wins - m * n / 2.0) / variance.sqrt() } else { 0.0 };
    RankSum { wins, greater: above(z), differ: (2.0 * above(z.abs())).min(1.0), exact: false }
}

/// Of all ways to choose `count` of the ranks: the shares whose sum is at least, and at most, this one.
fn counted(ranks: &[usize], count: usize, sum: usize) -> (f64, f64) {
    let most: usize = ranks.iter().sum();
    let mut ways = vec![vec![0f64; most + 1]; count + 1];
    ways[0][0] = 1.0;
    for &rank in ranks {
        for chosen in (0..count).rev() {
            for total in (0..=most - rank).rev() {
                let more = ways[chosen][total];
                ways[chosen + 1][total + rank] += more;
            }
        }
    }
    let own = &ways[count];
    let all: f64 = own.iter().sum();
    (own[sum..].iter().sum::<f64>() / all, own[..=sum].iter().sum::<f64>() / all)
}

/// The chance that a number from the standard normal distribution is above this one, to about twelve digits.
pub fn above(z: f64) -> f64 {
    /// From here on the fraction settles sooner than the series.
    const FAR: f64 = 3.0;
    let density = (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt();
    if z < -FAR {
        1.0 - above(-z)
    } else if z > FAR {
        // Laplace's continued fraction.
        density / (1..=100).rev().fold(z, |rest, step| z + f64::from(step) / rest)
    } else {
        // z + z³/3 + z⁵/(3·5) + …
        let (mut term, mut sum) = (z, z);
        for step in 1..=60 {
            term *= z * z / f64::from(2 * step + 1);
            sum += term;
        }
        0.5 - density * sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    #[test]
    fn the_normal_tail_is_that_of_tables() {
        for (z, want) in [(0.0, 0.5), (1.0, 0.158_655_253_931_457), (-2.0, 0.977_249_868_051_821)] {
            assert!((above(z) - want).abs() < 1e-13, "{z} {}", above(z));
        }
        for (z, want) in [(3.5, 2.326_290_790_355_25e-4), (6.0, 9.865_876_450_376_95e-10)] {
            assert!((above(z) / want - 1.0).abs() < 1e-10, "{z} {}", above(z));
        }
    }

    /// `scipy.stats.mannwhitneyu(…, method="exact")` of SciPy 1.17.1.
    #[test]
    fn few_numbers_are_counted() {
        let found = rank_sum(&[1.5, 2.1, 2.6, 3.2, 4.0, 4.5, 6.0], &[2.0, 0.5, 1.0, 3.25, 1.75]);
        assert!(found.exact && found.wins == 29.0, "{found:?}");
        assert!((found.greater - 0.036616161616161616).abs() < 1e-14, "{found:?}");
        assert!((found.differ - 0.07323232323232323).abs() < 1e-14, "{found:?}");
    }

    #[test]
    fn ties_are_dealt_out_too() {
        // Of the six ways to choose two of 1, 1, 1, 2, three have the 2.
        let found = rank_sum(&[1.0, 2.0], &[1.0, 1.0]);
        assert_eq!((found.wins, found.greater, found.differ), (3.0, 0.5, 1.0));
        assert_eq!(rank_sum(&[1.0; 3], &[1.0; 4]).differ, 1.0);
        assert_eq!(rank_sum(&[], &[1.0]).greater, 1.0);
    }

    /// `scipy.stats.mannwhitneyu(…, method="asymptotic", use_continuity=False)` of SciPy 1.17.1, which is `ranksums` but for
    /// ties.
    #[test]
    fn many_numbers_follow_the_normal_distribution() {
        let tenfold = |numbers: &[f64]| -> Vec<f64> { (0..10).flat_map(|_| numbers.to_vec()).collect() };
        let found = rank_sum(&tenfold(&[1.5, 2.0, 2.0, 3.25, 4.0, 4.5, 6.0]), &tenfold(&[2.0, 0.5, 1.0, 3.25, 1.75]));
        assert!(!found.exact && found.wins == 2850.0, "{found:?}");
        assert!((found.greater / 1.536_241_065_194_933e-9 - 1.0).abs() < 1e-9, "{found:?}");
        // Where both ways apply, they agree.
        let mut draw = draw(1, "ranks", 0);
        let numbers: Vec<f64> = (0..52).map(|_| f64::from(draw.normal())).collect();
        let (many, few) = (rank_sum(&numbers[..26], &numbers[26..]), rank_sum(&numbers[..25], &numbers[26..51]));
        assert!(few.exact && !many.exact && (many.differ - few.differ).abs() < 0.2, "{many:?} {few:?}");
    }
}
