//! How well scores tell anomalies from normal items. In: scores of both, higher meaning odder. Out: areas under curves.
//! Never: a threshold.

/// The area under the ROC curve: the chance that an anomaly scores above a normal item, a tie being half of one; ½ where
/// there is none of either.
pub fn area_under_roc(normal: &[f32], anomalies: &[f32]) -> f64 {
    if normal.is_empty() || anomalies.is_empty() {
        return 0.5;
    }
    let mut below = normal.to_vec();
    below.sort_by(f32::total_cmp);
    let wins = |score: &f32| {
        let (less, up_to) = (below.partition_point(|x| x < score), below.partition_point(|x| x <= score));
        (less + up_to) as f64 / 2.0
    };
    anomalies.iter().map(wins).sum::<f64>() / (normal.len() as f64 * anomalies.len() as f64)
}

/// The area under the curve of precision over recall, as average precision counts it: the precision at each score, weighted
/// by the recall that it adds; 0 where there is no anomaly.
pub fn area_under_precision(normal: &[f32], anomalies: &[f32]) -> f64 {
    let marked = normal.iter().map(|score| (*score, false)).chain(anomalies.iter().map(|score| (*score, true)));
    let mut ranked: Vec<(f32, bool)> = marked.collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut told, mut right, mut area) = (0usize, 0usize, 0.0);
    for equal in ranked.chunk_by(|one, other| one.0 == other.0) {
        let added = equal.iter().filter(|(_, odd)| *odd).count();
        told += equal.len();
        right += added;
        area += added as f64 * right as f64 / told as f64;
    }
    area / anomalies.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_areas_are_those_of_the_definitions() {
        // By hand: 8 pairs, of which 6 are won and one is tied.
        let (normal, odd) = ([0.1, 0.4, 0.35, 0.6], [0.4, 0.8]);
        assert!((area_under_roc(&normal, &odd) - 6.5 / 8.0).abs() < 1e-12);
        // Precision 1 at .8, then 2 of 4 at .4.
        assert!((area_under_precision(&normal, &odd) - 0.5 * (1.0 + 0.5)).abs() < 1e-12);
        assert_eq!((area_under_roc(&[0.1], &[0.9]), area_under_precision(&[0.1], &[0.9])), (1.0, 1.0));
        assert_eq!((area_under_roc(&[0.5; 3], &[0.5; 2]), area_under_roc(&[], &[1.0])), (0.5, 0.5));
        assert_eq!(area_under_precision(&[0.5], &[]), 0.0);
    }
}
