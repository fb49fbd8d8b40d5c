//! Polynomials of the normalised adjacency matrix: one module, several bases.
//!
//! In: a graph with its `Â = I − L`, numbers of nodes, coefficients. Out: `Σ θ_k P_k(L) x`, the parts `P_k(L) x`, and the
//! spectral response `g(λ) = Σ θ_k P_k(λ)`. Never: an eigendecomposition; a term takes one or a few sparse products.

use super::graph::{Graph, Normalisation};
use kgloom_numerics::passes::add;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The share of a walk that jumps home at each step, where none is asked for.
const ALPHA: f64 = 0.1;
/// Both exponents of the weight `(1 − x)^a (1 + x)^b` under which Jacobi's polynomials are orthogonal.
const JACOBI: (f64, f64) = (1.0, 1.0);

/// The polynomials that a filter is a sum of, in λ, an eigenvalue of L between 0 and 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// `(1 − λ)^k`, of which only the last counts, over self loops (GCN without layers: Kipf and Welling 2017, Wu et al.
    /// 2019).
    Gcn,
    /// `(1 − λ)^k` by the weights of personalised PageRank (APPNP, Klicpera et al. 2019).
    Appnp,
    /// `(1 − λ)^k` by weights that are learned, of either sign (GPR-GNN, Chien et al. 2021).
    Gpr,
    /// Chebyshev's polynomials of the first kind at `λ − 1` (Defferrard et al. 2016).
    Chebyshev,
    /// Bernstein's polynomials on [0, 2], by weights that are not negative (BernNet, He et al. 2021).
    Bernstein,
    /// Jacobi's polynomials at `1 − λ` (JacobiConv, Wang and Zhang 2022).
    Jacobi,
}

impl Basis {
    /// All of them.
    pub const ALL: [Basis; 6] =
        [Basis::Gcn, Basis::Appnp, Basis::Gpr, Basis::Chebyshev, Basis::Bernstein, Basis::Jacobi];

    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Gcn => "gcn",
            Basis::Appnp => "appnp",
            Basis::Gpr => "gpr",
            Basis::Chebyshev => "chebyshev",
            Basis::Bernstein => "bernstein",
            Basis::Jacobi => "jacobi",
        }
    }

    /// The order that is usual for it.
    pub fn usual_order(self) -> usize {
        if self == Basis::Gcn { 2 } else { 10 }
    }

    /// How the graph is scaled for it.
    pub fn normalisation(self) -> Normalisation {
        match self {
            Basis::Gcn | Basis::Appnp | Basis::Gpr => Normalisation::SelfLoops,
            Basis::Chebyshev | Basis::Bernstein | Basis::Jacobi => Normalisation::Symmetric,
        }
    }

    /// Whether its coefficients are learned.
    pub fn learns(self) -> bool {
        !matches!(self, Basis::Gcn | Basis::Appnp)
    }

    /// The parts `P_0 x … P_order x`.
    fn terms<S: Space>(self, order: usize, space: &S, x: S::Item) -> Vec<S::Item> {
        match self {
            Basis::Gcn | Basis::Appnp | Basis::Gpr => powers(order, x, |last| space.shift(last)),
            Basis::Chebyshev => {
                // At λ − 1 = −(1 − λ): the matrix is −Â.
                let mut terms = vec![x];
                for k in 1..=order {
                    let shifted = space.shift(&terms[k - 1]);
                    terms.push(match k {
                        1 => space.sum(&[(-1.0, &shifted)]),
                        _ => space.sum(&[(-2.0, &shifted), (-1.0, &terms[k - 2])]),
                    });
                }
                terms
            }
            Basis::Bernstein => {
                let half = |x: &S::Item, sign: f64| space.sum(&[(0.5, x), (0.5 * sign, &space.shift(x))]);
                let rising = powers(order, x, |last| half(last, -1.0));
                let term = |(k, power): (usize, S::Item)| {
                    let falling = (k..order).fold(power, |last, _| half(&last, 1.0));
                    space.sum(&[(choose(order, k), &falling)])
                };
                rising.into_iter().enumerate().map(term).collect()
            }
            Basis::Jacobi => {
                let (a, b) = JACOBI;
                let mut terms = vec![x];
                for k in 1..=order {
                    let shifted = space.shift(&terms[k - 1]);
                    if k == 1 {
                        terms.push(space.sum(&[((a - b) / 2.0, &terms[0]), ((a + b + 2.0) / 2.0, &shifted)]));
                        continue;
                    }
                    let n = k as f64;
                    let below = 2.0 * n * (n + a + b) * (2.0 * n + a + b - 2.0);
                    let first = (2.0 * n + a + b - 1.0) * (2.0 * n + a + b) * (2.0 * n + a + b - 2.0) / below;
                    let second = (2.0 * n + a + b - 1.0) * (a * a - b * b) / below;
                    let third = 2.0 * (n + a - 1.0) * (n + b - 1.0) * (2.0 * n + a + b) / below;
                    terms.push(space.sum(&[(first, &shifted), (second, &terms[k - 1]), (-third, &terms[k - 2])]));
                }
                terms
            }
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Basis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Basis::ALL.into_iter().find(|basis| basis.name() == text).ok_or_else(|| {
            let names = Basis::ALL.map(Basis::name).join(", ");
            format!("\"{text}\" is no basis; there are {names}")
        })
    }
}

fn powers<T>(order: usize, x: T, next: impl Fn(&T) -> T) -> Vec<T> {
    let mut powers = vec![x];
    (0..order).for_each(|k| powers.push(next(&powers[k])));
    powers
}

/// The binomial coefficient.
fn choose(n: usize, k: usize) -> f64 {
    (0..k).fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64)
}

/// Where a recurrence runs: among numbers of nodes, or at one eigenvalue.
trait Space {
    type Item;
    /// `Â x`.
    fn shift(&self, x: &Self::Item) -> Self::Item;
    /// A sum with factors.
    fn sum(&self, parts: &[(f64, &Self::Item)]) -> Self::Item;
}

struct OnGraph<'a> {
    graph: &'a Graph,
    width: usize,
}

impl Space for OnGraph<'_> {
    type Item = Vec<f32>;

    fn shift(&self, x: &Vec<f32>) -> Vec<f32> {
        self.graph.propagate(x, self.width)
    }

    fn sum(&self, parts: &[(f64, &Vec<f32>)]) -> Vec<f32> {
        let mut out = vec![0.0; parts.first().map_or(0, |part| part.1.len())];
        for (factor, part) in parts {
            out.iter_mut().zip(*part).for_each(|(sum, x)| *sum += *factor as f32 * x);
        }
        out
    }
}

struct AtEigenvalue(f64);

impl Space for AtEigenvalue {
    type Item = f64;

    fn shift(&self, x: &f64) -> f64 {
        (1.0 - self.0) * x
    }

    fn sum(&self, parts: &[(f64, &f64)]) -> f64 {
        parts.iter().map(|(factor, part)| factor * **part).sum()
    }
}

/// A filter: a basis with its coefficients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Polynomial {
    /// The basis.
    pub basis: Basis,
    /// One more than the order.
    pub coefficients: Vec<f32>,
}

impl Polynomial {
    /// The filter that learning begins with: one step of walking for GCN, PageRank for the other powers and for Jacobi,
    /// and all numbers as they are for Chebyshev and Bernstein.
    pub fn first(basis: Basis, order: usize) -> Self {
        Polynomial::with_alpha(basis, order, ALPHA)
    }

    /// The same, with a share `alpha` of walks that jump home at each step.
    pub fn with_alpha(basis: Basis, order: usize, alpha: f64) -> Self {
        let walk = |k: usize| if k == order { 1.0 } else { alpha } * (1.0 - alpha).powi(k as i32);
        let coefficient = |k: usize| match basis {
            Basis::Gcn => f64::from(u8::from(k == order)),
            Basis::Appnp | Basis::Gpr | Basis::Jacobi => walk(k),
            Basis::Chebyshev => f64::from(u8::from(k == 0)),
            Basis::Bernstein => 1.0,
        };
        Polynomial { basis, coefficients: (0..=order).map(|k| coefficient(k) as f32).collect() }
    }

    /// K.
    pub fn order(&self) -> usize {
        self.coefficients.len().saturating_sub(1)
    }

    /// The parts `P_0(L) x … P_K(L) x`, each nodes × width.
    pub fn terms(&self, graph: &Graph, x: &[f32], width: usize) -> Vec<Vec<f32>> {
        self.basis.terms(self.order(), &OnGraph { graph, width }, x.to_vec())
    }

    /// The sum of parts by the coefficients.
    pub fn combine(&self, terms: &[Vec<f32>]) -> Vec<f32> {
        let mut out = vec![0.0; terms.first().map_or(0, Vec::len)];
        for (coefficient, term) in self.coefficients.iter().zip(terms) {
            add(&mut out, term, *coefficient);
        }
        out
    }

    /// `g(L) x`, nodes × width; a node feels nothing that is more than K steps away.
    pub fn apply(&self, graph: &Graph, x: &[f32], width: usize) -> Vec<f32> {
        self.combine(&self.terms(graph, x, width))
    }

    /// `g(λ)`: what the filter makes of a signal with this eigenvalue of L.
    pub fn response(&self, eigenvalue: f64) -> f64 {
        let terms = self.basis.terms(self.order(), &AtEigenvalue(eigenvalue), 1.0);
        self.coefficients.iter().zip(terms).map(|(coefficient, term)| f64::from(*coefficient) * term).sum()
    }
}

#[cfg(test)]
#[path = "basis_tests.rs"]
mod tests;
