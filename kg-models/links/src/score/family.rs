//! How an entity and a relation make a query, and how a query is compared with candidates: the list of scorers.
//!
//! In: one row each of an entity table and a relation table. Out: a query, scores, and their gradients.
//! Never: a table, a thread, or a loss.

use crate::data::set::Side;
use kgloom_numerics::compare::Comparison;
use kgloom_numerics::passes::{self, add};
use serde::{Deserialize, Serialize};

/// A family of scorers. Complex numbers lie as all real parts, then all imaginary parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// `−‖h + r − t‖₁` (Bordes et al. 2013).
    #[serde(alias = "transe-l1")]
    Transe,
    /// `−‖h + r − t‖₂`.
    TranseL2,
    /// `Σ h r t` (Yang et al. 2015).
    Distmult,
    /// `Re Σ h r t̄` (Trouillon et al. 2016).
    Complex,
    /// `½ (Σ hₕ r tₜ + Σ tₕ r⁻¹ hₜ)` (Kazemi and Poole 2018).
    Simple,
    /// `−Σ |h e^{iθ} − t|` (Sun et al. 2019); a relation is its angles.
    Rotate,
    /// `hᵀ R t` (Nickel et al. 2011); a relation is its matrix, row by row.
    Rescal,
}

impl Family {
    /// Numbers in an entity's row, and in a relation's, for a dimension.
    pub fn widths(self, dimension: usize) -> (usize, usize) {
        match self {
            Family::Rotate => (dimension, dimension / 2),
            Family::Rescal => (dimension, dimension * dimension),
            _ => (dimension, dimension),
        }
    }

    /// Whether the dimension must be even.
    pub fn halves(self) -> bool {
        matches!(self, Family::Complex | Family::Simple | Family::Rotate)
    }

    /// How queries are compared with candidates.
    pub fn comparison(self) -> Comparison {
        match self {
            Family::Transe => Comparison::Absolute,
            Family::TranseL2 => Comparison::Euclidean,
            Family::Rotate => Comparison::Modulus,
            Family::Distmult | Family::Complex | Family::Simple | Family::Rescal => Comparison::Product,
        }
    }

    /// The query for the other end of a link: with which its candidates are compared.
    pub fn query(self, side: Side, entity: &[f32], relation: &[f32], query: &mut [f32]) {
        let half = entity.len() / 2;
        match self {
            Family::Transe | Family::TranseL2 => {
                let sign = if side == Side::Tail { 1.0 } else { -1.0 };
                each(query, entity, relation, |e, r| e + sign * r);
            }
            Family::Distmult => each(query, entity, relation, |e, r| e * r),
            Family::Complex => {
                let turn = if side == Side::Tail { 1.0 } else { -1.0 };
                let ((e, f), (r, s)) = (entity.split_at(half), relation.split_at(half));
                let (q, p) = query.split_at_mut(half);
                for i in 0..half {
                    let s = turn * s[i];
                    (q[i], p[i]) = (e[i] * r[i] - f[i] * s, e[i] * s + f[i] * r[i]);
                }
            }
            Family::Simple => {
                // Heads and tails differ only in which half of the relation meets which half of the entity.
                let ((e, f), (r, s)) = (entity.split_at(half), sides(side, relation));
                let (q, p) = query.split_at_mut(half);
                each(q, f, s, |f, s| 0.5 * f * s);
                each(p, e, r, |e, r| 0.5 * e * r);
            }
            Family::Rotate => {
                let turn = if side == Side::Tail { 1.0 } else { -1.0 };
                let ((e, f), (q, p)) = (entity.split_at(half), query.split_at_mut(half));
                for i in 0..half {
                    let (sin, cos) = (turn * relation[i]).sin_cos();
                    (q[i], p[i]) = (e[i] * cos - f[i] * sin, e[i] * sin + f[i] * cos);
                }
            }
            Family::Rescal => {
                let rows = relation.chunks_exact(entity.len());
                match side {
                    Side::Tail => {
                        query.fill(0.0);
                        rows.zip(entity).for_each(|(row, e)| add(query, row, *e));
                    }
                    Side::Head => query.iter_mut().zip(rows).for_each(|(q, row)| *q = passes::dot(row, entity)),
                }
            }
        }
    }

    /// Adds the query's gradient to those of the rows that made it.
    pub fn backward(
        self,
        side: Side,
        (entity, relation): (&[f32], &[f32]),
        gradient: &[f32],
        (to_entity, to_relation): (&mut [f32], &mut [f32]),
    ) {
        let half = entity.len() / 2;
        match self {
            Family::Transe | Family::TranseL2 => {
                add(to_entity, gradient, 1.0);
                add(to_relation, gradient, if side == Side::Tail { 1.0 } else { -1.0 });
            }
            Family::Distmult => {
                add_product(to_entity, gradient, relation, 1.0);
                add_product(to_relation, gradient, entity, 1.0);
            }
            Family::Complex => {
                let turn = if side == Side::Tail { 1.0 } else { -1.0 };
                let ((e, f), (r, s)) = (entity.split_at(half), relation.split_at(half));
                let (g, h) = gradient.split_at(half);
                let ((de, df), (dr, ds)) = (to_entity.split_at_mut(half), to_relation.split_at_mut(half));
                for i in 0..half {
                    let s = turn * s[i];
                    de[i] += g[i] * r[i] + h[i] * s;
                    df[i] += h[i] * r[i] - g[i] * s;
                    dr[i] += g[i] * e[i] + h[i] * f[i];
                    ds[i] += turn * (h[i] * e[i] - g[i] * f[i]);
                }
            }
            Family::Simple => {
                let ((e, f), (r, s)) = (entity.split_at(half), sides(side, relation));
                let ((g, h), (de, df)) = (gradient.split_at(half), to_entity.split_at_mut(half));
                add_product(df, g, s, 0.5);
                add_product(de, h, r, 0.5);
                let (first, second) = to_relation.split_at_mut(half);
                let (dr, ds) = if side == Side::Tail { (first, second) } else { (second, first) };
                add_product(ds, g, f, 0.5);
                add_product(dr, h, e, 0.5);
            }
            Family::Rotate => {
                let turn = if side == Side::Tail { 1.0 } else { -1.0 };
                let ((e, f), (g, h)) = (entity.split_at(half), gradient.split_at(half));
                let (de, df) = to_entity.split_at_mut(half);
                for i in 0..half {
                    let (sin, cos) = (turn * relation[i]).sin_cos();
                    de[i] += g[i] * cos + h[i] * sin;
                    df[i] += h[i] * cos - g[i] * sin;
                    let (q, p) = (e[i] * cos - f[i] * sin, e[i] * sin + f[i] * cos);
                    to_relation[i] += turn * (h[i] * q - g[i] * p);
                }
            }
            Family::Rescal => {
                let rows = relation.chunks_exact(entity.len()).zip(to_relation.chunks_exact_mut(entity.len()));
                for (i, (row, to_row)) in rows.enumerate() {
                    match side {
                        Side::Tail => {
                            to_entity[i] += passes::dot(row, gradient);
                            add(to_row, gradient, entity[i]);
                        }
                        Side::Head => {
                            add(to_entity, row, gradient[i]);
                            add(to_row, entity, gradient[i]);
                        }
                    }
                }
            }
        }
    }
}

/// A relation's halves of SimplE: the one that meets what heads know, and the other.
fn sides(side: Side, relation: &[f32]) -> (&[f32], &[f32]) {
    let (first, second) = relation.split_at(relation.len() / 2);
    if side == Side::Tail { (first, second) } else { (second, first) }
}

fn each(to: &mut [f32], one: &[f32], other: &[f32], value: impl Fn(f32, f32) -> f32) {
    to.iter_mut().zip(one).zip(other).for_each(|((to, one), other)| *to = value(*one, *other));
}

fn add_product(to: &mut [f32], one: &[f32], other: &[f32], times: f32) {
    to.iter_mut().zip(one).zip(other).for_each(|((to, one), other)| *to += times * one * other);
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    pub const ALL: [Family; 7] = [
        Family::Transe,
        Family::TranseL2,
        Family::Distmult,
        Family::Complex,
        Family::Simple,
        Family::Rotate,
        Family::Rescal,
    ];

    fn score(family: Family, side: Side, entity: &[f32], relation: &[f32], candidate: &[f32]) -> f32 {
        let mut query = vec![0.0; entity.len()];
        family.query(side, entity, relation, &mut query);
        family.comparison().score(&query, candidate)
    }

    /// A link's score does not depend on which end is asked for.
    #[test]
    fn both_sides_give_a_link_the_same_score() {
        let mut draw = draw(5, "rows", 0);
        for family in ALL {
            let (entity, relation) = family.widths(34);
            let (head, tail, relation) =
                (draw.normals(entity, 1.0), draw.normals(entity, 1.0), draw.normals(relation, 1.0));
            let forward = score(family, Side::Tail, &head, &relation, &tail);
            let backward = score(family, Side::Head, &tail, &relation, &head);
            assert!((forward - backward).abs() < 1e-3 * forward.abs().max(1.0), "{family:?}: {forward} {backward}");
        }
    }

    #[test]
    fn scores_are_those_of_the_definitions() {
        let (h, t) = ([1.0, 2.0, 3.0, 4.0], [0.5, -1.0, 2.0, 1.5]);
        let r = [0.3, -0.2, 1.0, 0.7];
        let near = |family, relation: &[f32], want: f32| {
            let got = score(family, Side::Tail, &h, relation, &t);
            assert!((got - want).abs() < 1e-5, "{family:?}: {got}, not {want}");
        };
        near(Family::Transe, &r, -(0.8 + 2.8 + 2.0 + 3.2));
        near(Family::TranseL2, &r, -(0.64f32 + 7.84 + 4.0 + 10.24).sqrt());
        near(Family::Distmult, &r, 0.15 + 0.4 + 6.0 + 4.2);
        // (1 + 3i)(.3 + i)(.5 − 2i) + (2 + 4i)(−.2 + .7i)(−1 − 1.5i), the real part.
        near(Family::Complex, &r, -2.7 * 0.5 + 1.9 * 2.0 + -3.2 * -1.0 + 0.6 * 1.5);
        // ½ (1·.3·2 + 2·−.2·1.5 + .5·1·3 + −1·.7·4)
        near(Family::Simple, &r, 0.5 * (0.6 - 0.6 + 1.5 - 2.8));
        let quarter = std::f32::consts::FRAC_PI_2;
        // i(1 + 3i) = −3 + i against .5 + 2i; (2 + 4i) against −1 + 1.5i.
        near(Family::Rotate, &[quarter, 0.0], -((12.25f32 + 1.0).sqrt() + (9.0f32 + 6.25).sqrt()));
        let matrix: Vec<f32> = (0..16).map(|i| if i == 1 { 2.0 } else { 0.0 }).collect();
        // The one entry joins the first of the head, 1, and the second of the tail, −1.
        near(Family::Rescal, &matrix, -2.0);
    }

    /// Every gradient against differences of the score.
    #[test]
    fn gradients_are_slopes_of_the_score() {
        let mut draw = draw(7, "rows", 0);
        for (family, side) in ALL.into_iter().flat_map(|family| [(family, Side::Head), (family, Side::Tail)]) {
            let (wide, deep) = family.widths(6);
            let rows = [draw.normals(wide, 1.0), draw.normals(deep, 1.0), draw.normals(wide, 1.0)];
            let mut gradients = [vec![0.0; wide], vec![0.0; deep], vec![0.0; wide]];
            let mut query = vec![0.0; wide];
            family.query(side, &rows[0], &rows[1], &mut query);
            let own = family.comparison().score(&query, &rows[2]);
            let mut to_query = vec![0.0; wide];
            let [to_entity, to_relation, to_candidate] = &mut gradients;
            family.comparison().backward((&query, &rows[2]), (1.0, own), (Some(&mut to_query), Some(to_candidate)));
            family.backward(side, (&rows[0], &rows[1]), &to_query, (to_entity, to_relation));
            for (row, index) in (0..3).flat_map(|row| (0..rows[row].len()).map(move |index| (row, index))) {
                let at = |step: f32| {
                    let mut rows = rows.clone();
                    rows[row][index] += step;
                    f64::from(score(family, side, &rows[0], &rows[1], &rows[2]))
                };
                let slope = (at(5e-3) - at(-5e-3)) / 1e-2;
                let got = f64::from(gradients[row][index]);
                assert!((got - slope).abs() < 2e-2 * slope.abs().max(1.0), "{family:?} {side:?} {row}: {got} {slope}");
            }
        }
    }
}
