//! How tasks agree on which encoder is the better one, and the fewest that rank encoders as all do. In: scores by encoder and
//! task. Out: rank correlations, tasks. Never: a score that is compared with one of another task, since ranks alone count.

use kgloom_encoders::similarity::{ranks, spearman};

/// How high each encoder stands by some tasks, given as places: the mean of its ranks, 1 for the worst of all (Borda's count,
/// by which MMTEB ranks). `scores` has a row for each encoder and a column for each task.
pub fn standing(scores: &[Vec<f64>], tasks: &[usize]) -> Vec<f64> {
    let mut sums = vec![0.0; scores.len()];
    for &task in tasks {
        let column: Vec<f64> = scores.iter().map(|row| row[task]).collect();
        sums.iter_mut().zip(ranks(&column)).for_each(|(sum, rank)| *sum += rank);
    }
    sums.iter_mut().for_each(|sum| *sum /= tasks.len().max(1) as f64);
    sums
}

/// Spearman's ρ of how encoders stand by some tasks and by all.
pub fn agreement(scores: &[Vec<f64>], tasks: &[usize]) -> f64 {
    spearman(&standing(scores, tasks), &standing(scores, &all(scores)))
}

/// Spearman's ρ of how encoders stand by one task and by all others.
pub fn with_others(scores: &[Vec<f64>], task: usize) -> f64 {
    let others: Vec<usize> = all(scores).into_iter().filter(|other| *other != task).collect();
    spearman(&standing(scores, &[task]), &standing(scores, &others))
}

/// The fewest of some tasks by whose mean rank encoders stand as by that of all tasks, with a rank correlation of at least
/// `least`: greedily, each time the one that brings the two nearest together, the first of equally good ones. The order is
/// that in which they were taken; where not even all of these tasks would do, it is all of them.
pub fn choose(scores: &[Vec<f64>], among: &[usize], least: f64) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < among.len() && (chosen.is_empty() || agreement(scores, &chosen) < least) {
        let with = |task: usize| {
            let tasks: Vec<usize> = chosen.iter().copied().chain([task]).collect();
            (task, agreement(scores, &tasks))
        };
        let open = among.iter().copied().filter(|task| !chosen.contains(task)).map(with);
        chosen.extend(open.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(task, _)| task));
    }
    chosen
}

/// The places of all tasks.
fn all(scores: &[Vec<f64>]) -> Vec<usize> {
    (0..scores.first().map_or(0, Vec::len)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six encoders. The first task goes with the second but for one exchange; the third knows what both do not.
    fn scores() -> Vec<Vec<f64>> {
        let columns = [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2.0, 1.0, 3.0, 4.0, 5.0, 6.0], [6.0, 1.0, 2.0, 3.0, 4.0, 5.0]];
        (0..6).map(|encoder| columns.iter().map(|column| column[encoder]).collect()).collect()
    }

    #[test]
    fn standing_is_the_mean_of_ranks() {
        assert_eq!(standing(&scores(), &[0, 2]), [3.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
        assert!((agreement(&scores(), &[0, 1, 2]) - 1.0).abs() < 1e-12);
        assert!(with_others(&scores(), 0) > with_others(&scores(), 2));
    }

    #[test]
    fn the_fewest_tasks_are_chosen_that_do() {
        let scores = scores();
        let few = choose(&scores, &[0, 1, 2], 0.7);
        assert!(few.len() == 1 && agreement(&scores, &few) >= 0.7, "{few:?}");
        let more = choose(&scores, &[0, 1, 2], 0.99);
        assert!(more.len() > 1 && agreement(&scores, &more) >= 0.99, "{more:?}");
        // What cannot be had takes all of them; of none, none.
        assert_eq!(choose(&scores, &[2, 1], 1.1).len(), 2);
        assert!(choose(&scores, &[], 0.9).is_empty() && choose(&[], &[], 0.9).is_empty());
    }

    #[test]
    fn scores_of_other_sizes_rank_the_same() {
        let scaled: Vec<Vec<f64>> =
            scores().into_iter().map(|row| vec![row[0] * 1e3, row[1].exp(), row[2] - 7.0]).collect();
        assert_eq!(choose(&scaled, &[0, 1, 2], 0.99), choose(&scores(), &[0, 1, 2], 0.99));
    }
}
