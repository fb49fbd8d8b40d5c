//! What a basis promises: closed forms, the same on a graph as in its spectrum, nothing beyond K steps.

use super::super::graph::WeightedEdge;
use super::*;
use kgloom_numerics::draw::draw;

const ORDER: usize = 10;

fn unit(basis: Basis, order: usize, k: usize) -> Polynomial {
    let mut coefficients = vec![0.0; order + 1];
    coefficients[k] = 1.0;
    Polynomial { basis, coefficients }
}

/// The gamma function at whole numbers.
fn factorial(n: usize) -> f64 {
    (1..=n).map(|i| i as f64).product()
}

/// Each polynomial as books define it, without a recurrence.
fn closed(basis: Basis, order: usize, k: usize, eigenvalue: f64) -> f64 {
    let x = 1.0 - eigenvalue;
    match basis {
        Basis::Gcn | Basis::Appnp | Basis::Gpr => x.powi(k as i32),
        Basis::Chebyshev => (k as f64 * (eigenvalue - 1.0).acos()).cos(),
        Basis::Bernstein => {
            let binomial = factorial(order) / (factorial(k) * factorial(order - k));
            binomial * (eigenvalue / 2.0).powi(k as i32) * (1.0 - eigenvalue / 2.0).powi((order - k) as i32)
        }
        Basis::Jacobi => {
            // Rodrigues' sum for a = b = 1.
            let binomial = |n: usize, k: usize| factorial(n) / (factorial(k) * factorial(n - k));
            let part = |s: usize| {
                binomial(k + 1, k - s)
                    * binomial(k + 1, s)
                    * ((x - 1.0) / 2.0).powi(s as i32)
                    * ((x + 1.0) / 2.0).powi((k - s) as i32)
            };
            (0..=k).map(part).sum()
        }
    }
}

#[test]
fn responses_equal_the_closed_forms() {
    for basis in Basis::ALL {
        for k in 0..=ORDER {
            for step in 0..=200 {
                let eigenvalue = f64::from(step) / 100.0;
                let (got, want) = (unit(basis, ORDER, k).response(eigenvalue), closed(basis, ORDER, k, eigenvalue));
                assert!((got - want).abs() < 1e-6, "{basis} {k} at {eigenvalue}: {got}, not {want}");
            }
        }
    }
}

#[test]
fn page_rank_is_a_geometric_series() {
    let (alpha, order) = (0.1, 10);
    let filter = Polynomial::with_alpha(Basis::Appnp, order, alpha);
    for step in 0..=200 {
        let walk = (1.0 - alpha) * (1.0 - f64::from(step) / 100.0);
        let last = walk.powi(order as i32);
        let want = alpha * (1.0 - last) / (1.0 - walk) + last;
        assert!((filter.response(f64::from(step) / 100.0) - want).abs() < 1e-6);
    }
}

#[test]
fn bernstein_with_equal_weights_passes_everything() {
    let filter = Polynomial::first(Basis::Bernstein, ORDER);
    let (graph, x) = sample(Normalisation::Symmetric);
    let same = filter.apply(&graph, &x, 3);
    assert!(same.iter().zip(&x).all(|(a, b)| (a - b).abs() < 1e-5));
}

/// A connected graph of 30 nodes with weights, and three numbers for each.
fn sample(normalisation: Normalisation) -> (Graph, Vec<f32>) {
    let mut random = draw(5, "test", 0);
    let ring = (0..30).map(|node| (node, (node + 1) % 30));
    let chords: Vec<(u32, u32)> = (0..40).map(|_| (random.below(30) as u32, random.below(30) as u32)).collect();
    let edges: Vec<WeightedEdge> =
        ring.chain(chords).map(|(one, other)| WeightedEdge { one, other, weight: 0.2 + random.unit() }).collect();
    (Graph::new(30, &edges, normalisation), random.normals(90, 1.0))
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations.
fn eigen(mut a: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut vectors = vec![0.0; n * n];
    (0..n).for_each(|i| vectors[i * n + i] = 1.0);
    for _ in 0..60 {
        for p in 0..n {
            for q in p + 1..n {
                if a[p * n + q].abs() < 1e-15 {
                    continue;
                }
                let angle = 0.5 * (2.0 * a[p * n + q]).atan2(a[q * n + q] - a[p * n + p]);
                let (sine, cosine) = angle.sin_cos();
                for k in 0..n {
                    let (x, y) = (a[k * n + p], a[k * n + q]);
                    (a[k * n + p], a[k * n + q]) = (cosine * x - sine * y, sine * x + cosine * y);
                }
                for k in 0..n {
                    let (x, y) = (a[p * n + k], a[q * n + k]);
                    (a[p * n + k], a[q * n + k]) = (cosine * x - sine * y, sine * x + cosine * y);
                    let (x, y) = (vectors[k * n + p], vectors[k * n + q]);
                    (vectors[k * n + p], vectors[k * n + q]) = (cosine * x - sine * y, sine * x + cosine * y);
                }
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), vectors)
}

#[test]
fn filtering_a_graph_is_filtering_its_spectrum() {
    for basis in Basis::ALL {
        let (graph, x) = sample(basis.normalisation());
        let n = graph.nodes();
        let mut laplacian = vec![0.0; n * n];
        for node in 0..n {
            laplacian[node * n + node] = 1.0;
            graph.row(node).for_each(|(other, value)| laplacian[node * n + other as usize] -= f64::from(value));
        }
        let (values, vectors) = eigen(laplacian, n);
        let mut random = draw(6, "test", 0);
        let coefficients = (0..=ORDER).map(|_| random.normal() * 0.3).collect();
        let filter = Polynomial { basis, coefficients };
        let got = filter.apply(&graph, &x, 3);
        for node in 0..n {
            for column in 0..3 {
                let want: f64 = (0..n)
                    .map(|e| {
                        let seen: f64 = (0..n).map(|i| vectors[i * n + e] * f64::from(x[i * 3 + column])).sum();
                        vectors[node * n + e] * filter.response(values[e]) * seen
                    })
                    .sum();
                let got = f64::from(got[node * 3 + column]);
                assert!((got - want).abs() < 1e-4, "{basis}: {got}, not {want}");
            }
        }
    }
}

#[test]
fn an_edge_is_felt_no_more_than_k_steps_away() {
    let chain: Vec<WeightedEdge> = (0..20).map(|i| WeightedEdge { one: i, other: i + 1, weight: 1.0 }).collect();
    let x = draw(7, "test", 0).normals(21, 1.0);
    for basis in Basis::ALL {
        let filter = Polynomial { basis, coefficients: vec![0.4, -0.3, 0.2, 0.1] };
        let of = |edges: &[WeightedEdge]| filter.apply(&Graph::new(21, edges, basis.normalisation()), &x, 1);
        let (whole, cut) = (of(&chain), of(&chain[..19]));
        // The edge between 19 and 20 goes; degrees change at 19, and by them the numbers of 18's row.
        let changed: Vec<usize> = (0..21).filter(|&i| whole[i].to_bits() != cut[i].to_bits()).collect();
        assert!(changed.iter().all(|node| *node >= 19 - 3), "{basis}: {changed:?}");
        assert!(changed.contains(&20), "{basis}");
    }
}
