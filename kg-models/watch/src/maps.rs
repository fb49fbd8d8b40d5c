//! What the tail of a fact is like, told from its head: one map for all relations, and a small turn for each that has enough
//! facts. In: rows of heads and tails, less the means of their relations. Out: how far each tail is from what is told. Never: a
//! distance that depends on which facts are judged together.

use kgloom_numerics::axes::PrincipalAxes;
use kgloom_numerics::covariance::gram;
use kgloom_numerics::kernels;
use kgloom_numerics::linear::solve;
use kgloom_numerics::matrix::{multiply, transposed};
use kgloom_numerics::panels::MatrixView;
use kgloom_numerics::passes::add;
use rayon::prelude::*;

/// Directions in which a relation's own turn differs from the map of all.
const AXES: usize = 32;
/// Rounds in which these directions settle.
const ROUNDS: usize = 50;
/// Facts from which a relation has a turn of its own.
const ENOUGH: usize = 50;
/// The penalty of the map, as a share of the mean variance along a number of a head.
const PENALTY: f64 = 0.1;
/// The penalty of a turn.
const TURN_PENALTY: f64 = 3.0;
/// Facts that are judged in a step.
const STEP: usize = 256;

/// Rows of heads and of tails less the means of their relations, facts × width each, and the place of each fact's relation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends<'a> {
    pub(crate) width: usize,
    pub(crate) heads: &'a [f32],
    pub(crate) tails: &'a [f32],
    pub(crate) relations: &'a [usize],
}

/// Maps from heads to tails.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Maps {
    /// Of all relations: width × width; a head times it tells a tail.
    pub(crate) map: Vec<f32>,
    /// Directions in which heads and tails differ most: so many × width.
    pub(crate) axes: Vec<f32>,
    /// By relation, what is added along these directions: so many × so many; empty where facts are few.
    pub(crate) turns: Vec<Vec<f32>>,
}

/// The directions in which rows differ most, one after the other.
pub(crate) fn axes(rows: &[f32], width: usize) -> Vec<f32> {
    let found = PrincipalAxes::of(rows, width, AXES, ROUNDS).directions;
    found.into_iter().flatten().map(|x| x as f32).collect()
}

impl Maps {
    /// Ridge regression of tails on heads, then of what it leaves on the heads of each relation, both along the axes alone.
    /// There is at least one fact; relations are places below `count`.
    pub(crate) fn of(ends: Ends<'_>, axes: &[f32], count: usize) -> Maps {
        let width = ends.width;
        let diagonal = gram_diagonal(ends.heads, width);
        let penalty = PENALTY * diagonal / width as f64;
        let map = ridge(ends.heads, ends.tails, (width, width), penalty.max(f64::MIN_POSITIVE.sqrt()));
        let mut maps = Maps { map, axes: axes.to_vec(), turns: vec![Vec::new(); count] };
        let own = axes.len() / width;
        let down = transposed(axes, own, width);
        let (heads, left) = (maps.along(ends.heads, &down, width), maps.along(&maps.left(ends), &down, width));
        let mut facts: Vec<Vec<usize>> = vec![Vec::new(); count];
        ends.relations.iter().enumerate().for_each(|(fact, relation)| facts[*relation].push(fact));
        let turn = |facts: &Vec<usize>| {
            let of = |rows: &[f32]| -> Vec<f32> {
                facts.iter().flat_map(|fact| &rows[fact * own..][..own]).copied().collect()
            };
            ridge(&of(&heads), &of(&left), (own, own), TURN_PENALTY)
        };
        let enough = facts.iter().enumerate().filter(|(_, facts)| facts.len() >= ENOUGH);
        enough.for_each(|(relation, facts)| maps.turns[relation] = turn(facts));
        maps
    }

    fn along(&self, rows: &[f32], down: &[f32], width: usize) -> Vec<f32> {
        multiply(rows, down, (width, self.axes.len() / width))
    }

    /// What is left of each tail: facts × width.
    fn left(&self, ends: Ends<'_>) -> Vec<f32> {
        let Ends { width, heads, tails, relations } = ends;
        let own = self.axes.len() / width;
        let down = transposed(&self.axes, own, width);
        let one = |((heads, tails), relations): ((&[f32], &[f32]), &[usize])| {
            let mut told = multiply(heads, &self.map, (width, width));
            let coordinates = self.along(heads, &down, width);
            let mut turned = vec![0f32; coordinates.len()];
            let places = coordinates.chunks_exact(own).zip(turned.chunks_exact_mut(own)).zip(relations);
            for ((from, to), relation) in places {
                let turn = self.turns[*relation].chunks_exact(own);
                from.iter().zip(turn).for_each(|(x, row)| add(to, row, *x));
            }
            add(&mut told, &multiply(&turned, &self.axes, (own, width)), 1.0);
            told.iter_mut().zip(tails).for_each(|(told, tail)| *told = tail - *told);
            told
        };
        let steps = heads.par_chunks(STEP * width).zip(tails.par_chunks(STEP * width)).zip(relations.par_chunks(STEP));
        let parts: Vec<Vec<f32>> = steps.map(one).collect();
        parts.concat()
    }

    /// How far each tail is from what its head tells.
    pub(crate) fn distances(&self, ends: Ends<'_>) -> Vec<f32> {
        let length = |row: &[f32]| row.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt() as f32;
        self.left(ends).chunks_exact(ends.width).map(length).collect()
    }
}

fn gram_diagonal(rows: &[f32], width: usize) -> f64 {
    rows.chunks_exact(width).flatten().map(|x| f64::from(*x).powi(2)).sum()
}

/// `(Aᵀ A + penalty I)⁻¹ Aᵀ B`, for rows A and B of the given widths; zeros where numbers are not finite.
fn ridge(a: &[f32], b: &[f32], (from, to): (usize, usize), penalty: f64) -> Vec<f32> {
    let mut squares: Vec<f64> = gram(a, from).into_iter().map(f64::from).collect();
    (0..from).for_each(|place| squares[place * from + place] += penalty);
    let mut products = vec![0f32; from * to];
    kernels::product(MatrixView::new(a, from).transpose(), MatrixView::new(b, to), &mut products);
    let products = products.chunks_exact(to).map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
    let solved = solve(squares, products, from);
    solved.map_or_else(|| vec![0.0; from * to], |rows| rows.into_iter().flatten().map(|x| x as f32).collect())
}
