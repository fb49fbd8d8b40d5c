//! Steps against automatic differentiation. In: random tables. Out: gradients that agree. Never: a look at weights after
//! a step, which Adagrad makes all alike.

use super::*;
use crate::data::set::{Link, LinkSet};
use crate::score::family::Family;
use candle_core::{D, Device, Result, Tensor, Var};
use kgloom_numerics::table::UpdateRule;

const ENTITIES: usize = 11;
const RELATIONS: usize = 3;

fn set() -> LinkSet {
    let names = |count: usize| (0..count).map(|name| format!("{name:03}").into()).collect();
    LinkSet { entities: names(ENTITIES), relations: names(RELATIONS), ..LinkSet::default() }
}

fn questions() -> Vec<(Query, [u32; 1])> {
    let link = |head, relation, tail| Link { head, relation, tail };
    let links = [link(0, 0, 1), link(2, 1, 3), link(0, 2, 2), link(5, 0, 5), link(10, 1, 0)];
    let asked = links.iter().flat_map(|link| [link.query(Side::Head), link.query(Side::Tail)]);
    asked.map(|(question, answer)| (question, [answer])).collect()
}

fn training(family: Family) -> LinkTraining {
    LinkTraining {
        family,
        dimension: 8,
        reciprocal: family == Family::Complex,
        penalty: Penalty::N3,
        entity_penalty: 0.3,
        relation_penalty: 0.2,
        spread: 0.7,
        update: UpdateRule::Adagrad,
        ..LinkTraining::default()
    }
}

/// A step of ours: the gradients of both tables, and the loss.
fn ours(training: &LinkTraining, wrong: Option<&[u32]>) -> (Vec<f32>, Vec<f32>, f32) {
    let mut tables = training.start(&set());
    let before = tables.clone();
    let asked = questions();
    let examples: Vec<Example<'_>> = asked
        .iter()
        .map(|(question, answer)| {
            let (side, relation) = tables.shape.turn(*question, RELATIONS);
            Example { question: *question, side, relation, answers: answer }
        })
        .collect();
    let settings = StepSettings { step: 0, rate: 0.01 };
    let mut workspace = Workspace::default();
    let loss = match wrong {
        None => against_all(&mut tables, &examples, training, settings, &mut workspace),
        Some(wrong) => against_drawn(&mut tables, (&examples, wrong), training, settings, &mut workspace),
    };
    let entities = tables.entities.only_gradient(&before.entities.values);
    (entities, tables.relations.only_gradient(&before.relations.values), loss)
}

/// The same in candle.
struct Oracle {
    entities: Var,
    relations: Var,
    half: usize,
}

impl Oracle {
    fn new(training: &LinkTraining) -> Result<Oracle> {
        let tables = training.start(&set());
        let var = |table: &Table| {
            let shape = (table.values.len() / table.width, table.width);
            Var::from_vec(table.values.clone(), shape, &Device::Cpu)
        };
        Ok(Oracle {
            entities: var(&tables.entities)?,
            relations: var(&tables.relations)?,
            half: training.dimension / 2,
        })
    }

    fn rows(&self, table: &Var, ids: Vec<u32>) -> Result<Tensor> {
        let count = ids.len();
        table.index_select(&Tensor::from_vec(ids, count, &Device::Cpu)?, 0)
    }

    fn halves(&self, rows: &Tensor) -> Result<(Tensor, Tensor)> {
        Ok((rows.narrow(D::Minus1, 0, self.half)?, rows.narrow(D::Minus1, self.half, self.half)?))
    }

    /// Known ends, relations as asked, queries.
    fn queries(&self, training: &LinkTraining) -> Result<(Tensor, Tensor, Tensor)> {
        let asked = questions();
        let shape = training.start(&set()).shape;
        let turned: Vec<(Side, usize)> = asked.iter().map(|(q, _)| shape.turn(*q, RELATIONS)).collect();
        let known = self.rows(&self.entities, asked.iter().map(|(q, _)| q.anchor).collect())?;
        let related = self.rows(&self.relations, turned.iter().map(|(_, row)| *row as u32).collect())?;
        let sign: Vec<f32> = turned.iter().map(|(side, _)| if *side == Side::Tail { 1.0 } else { -1.0 }).collect();
        let sign = Tensor::from_vec(sign, (turned.len(), 1), &Device::Cpu)?;
        let queries = match training.family {
            Family::Transe => (&known + related.broadcast_mul(&sign)?)?,
            Family::Distmult => (&known * &related)?,
            Family::Complex | Family::Rotate => {
                let (e, f) = self.halves(&known)?;
                let (r, s) = if training.family == Family::Rotate {
                    let angles = related.broadcast_mul(&sign)?;
                    (angles.cos()?, angles.sin()?)
                } else {
                    self.halves(&related)?
                };
                let (real, imaginary) = (((&e * &r)? - (&f * &s)?)?, ((&e * &s)? + (&f * &r)?)?);
                Tensor::cat(&[real, imaginary], 1)?
            }
            family => panic!("{family:?} has no oracle"),
        };
        Ok((known, related, queries))
    }

    fn penalty(&self, rows: &Tensor, weight: f32, complex: bool) -> Result<Tensor> {
        let sizes = if complex {
            let (real, imaginary) = self.halves(rows)?;
            (real.sqr()? + imaginary.sqr()?)?.sqrt()?
        } else {
            rows.abs()?
        };
        (&sizes * sizes.sqr()?)?.sum_all()? * f64::from(weight / rows.dim(0)? as f32)
    }

    fn penalties(&self, training: &LinkTraining, known: &Tensor, related: &Tensor) -> Result<Tensor> {
        let complex = training.family == Family::Complex;
        let answers = self.rows(&self.entities, questions().iter().map(|(_, answer)| answer[0]).collect())?;
        self.penalty(known, training.entity_penalty, complex)?
            + self.penalty(&answers, training.entity_penalty, complex)?
            + self.penalty(related, training.relation_penalty, complex)?
    }

    /// Scores of one candidate for each query.
    fn scores(&self, training: &LinkTraining, queries: &Tensor, candidates: Vec<u32>) -> Result<Tensor> {
        let apart = (queries - self.rows(&self.entities, candidates)?)?;
        match training.family {
            Family::Transe => apart.abs()?.sum(1)?.neg(),
            Family::Rotate => {
                let (real, imaginary) = self.halves(&apart)?;
                (real.sqr()? + imaginary.sqr()?)?.sqrt()?.sum(1)?.neg()
            }
            family => panic!("{family:?} has no oracle"),
        }
    }

    fn agrees(&self, loss: &Tensor, ours: &(Vec<f32>, Vec<f32>, f32), what: &str) -> Result<()> {
        let gradients = loss.backward()?;
        for (table, ours) in [(&self.entities, &ours.0), (&self.relations, &ours.1)] {
            let theirs: Vec<f32> = gradients.get(table.as_tensor()).unwrap().flatten_all()?.to_vec1()?;
            assert_eq!(theirs.len(), ours.len());
            for (place, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                assert!((theirs - ours).abs() < 2e-4 * theirs.abs().max(0.1), "{what}, {place}: {ours}, not {theirs}");
            }
        }
        Ok(())
    }
}

#[test]
fn cross_entropy_against_all_has_the_gradients_of_autograd() -> Result<()> {
    for family in [Family::Distmult, Family::Complex] {
        let training = training(family);
        let oracle = Oracle::new(&training)?;
        let (known, related, queries) = oracle.queries(&training)?;
        let answers: Vec<u32> = questions().iter().map(|(_, answer)| answer[0]).collect();
        let count = answers.len();
        let scores = queries.matmul(&oracle.entities.t()?)?;
        let answers = Tensor::from_vec(answers, count, &Device::Cpu)?;
        let loss = candle_nn::loss::cross_entropy(&scores, &answers)?;
        let whole = (&loss + oracle.penalties(&training, &known, &related)?)?;
        let ours = ours(&training, None);
        assert!((whole.to_scalar::<f32>()? - ours.2).abs() < 1e-3, "{family:?}");
        oracle.agrees(&whole, &ours, &format!("{family:?}"))?;
    }
    Ok(())
}

#[test]
fn losses_against_drawn_answers_have_the_gradients_of_autograd() -> Result<()> {
    let losses = [Loss::Softmax, Loss::SelfAdversarial, Loss::Margin];
    for (family, loss) in [Family::Transe, Family::Rotate].into_iter().flat_map(|f| losses.map(|loss| (f, loss))) {
        let training = LinkTraining { loss, margin: 2.0, temperature: 0.5, ..training(family) };
        let wrong: Vec<u32> = (0..30u32).map(|i| (i * 7 + 4) % ENTITIES as u32).collect();
        let oracle = Oracle::new(&training)?;
        let (known, related, queries) = oracle.queries(&training)?;
        let right = oracle.scores(&training, &queries, questions().iter().map(|(_, a)| a[0]).collect())?;
        let each = wrong.len() / questions().len();
        let columns: Vec<Tensor> = (0..each)
            .map(|column| {
                let candidates = wrong.iter().copied().skip(column).step_by(each).collect();
                oracle.scores(&training, &queries, candidates)
            })
            .collect::<Result<_>>()?;
        let rivals = Tensor::stack(&columns, 1)?;
        let soft = |x: &Tensor| -> Result<Tensor> { (x.exp()? + 1.0)?.log() };
        let value = match loss {
            Loss::Softmax => {
                let all = Tensor::cat(&[right.unsqueeze(1)?, rivals], 1)?;
                let first = Tensor::zeros(questions().len(), candle_core::DType::U32, &Device::Cpu)?;
                candle_nn::loss::cross_entropy(&all, &first)?
            }
            Loss::SelfAdversarial => {
                let weights = candle_nn::ops::softmax(&(&rivals * 0.5)?, 1)?.detach();
                let apart = (weights * soft(&(rivals + 2.0)?)?)?.sum(1)?;
                ((apart + soft(&(right.neg()? - 2.0)?)?)? * 0.5)?.mean_all()?
            }
            Loss::Margin => rivals.broadcast_sub(&right.unsqueeze(1)?)?.affine(1.0, 2.0)?.relu()?.mean_all()?,
        };
        let whole = (&value + oracle.penalties(&training, &known, &related)?)?;
        let ours = ours(&training, Some(&wrong));
        oracle.agrees(&whole, &ours, &format!("{family:?} {loss:?}"))?;
    }
    Ok(())
}

#[test]
fn a_question_that_counts_by_its_answers_is_as_many_examples_of_one() {
    let training = LinkTraining { all_answers: true, by_answers: true, ..training(Family::Complex) };
    let asked = |relation, known, side| Query { side, relation, anchor: known };
    let questions = [(asked(0, 4, Side::Tail), vec![1u32, 3, 7]), (asked(1, 2, Side::Head), vec![9])];
    let step = |questions: &[(Query, Vec<u32>)]| {
        let mut tables = training.start(&set());
        let before = tables.clone();
        let example = |(question, answers): &'_ (Query, Vec<u32>)| (*question, answers.clone());
        let owned: Vec<(Query, Vec<u32>)> = questions.iter().map(example).collect();
        let examples: Vec<Example<'_>> = owned
            .iter()
            .map(|(question, answers)| {
                let (side, relation) = tables.shape.turn(*question, RELATIONS);
                Example { question: *question, side, relation, answers }
            })
            .collect();
        let loss = against_all(
            &mut tables,
            &examples,
            &training,
            StepSettings { step: 0, rate: 0.01 },
            &mut Workspace::default(),
        );
        (tables.entities.only_gradient(&before.entities.values), loss)
    };
    let split = |(question, answers): &(Query, Vec<u32>)| -> Vec<(Query, Vec<u32>)> {
        answers.iter().map(|answer| (*question, vec![*answer])).collect()
    };
    let singly: Vec<_> = questions.iter().flat_map(split).collect();
    let ((together, loss), (apart, loss_apart)) = (step(&questions), step(&singly));
    assert!((loss - loss_apart).abs() < 1e-4, "{loss} {loss_apart}");
    assert!(together.iter().zip(&apart).all(|(x, y)| (x - y).abs() < 1e-4), "{together:?}\n{apart:?}");
}
