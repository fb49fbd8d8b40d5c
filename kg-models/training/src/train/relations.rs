//! Trains the relation head on gold entities, and chooses its thresholds and slopes on validation.
//!
//! In: documents' candidate pairs with gold relations, each under its own set of relations. Out: the head, thresholds,
//! slopes. Never: a missing relation counted as wrong where its set does not mark it.

pub(crate) mod batch;
mod labelled;
mod types;

use batch::{BATCH_PAIRS, Batch, RelatedText, SILENT_SHARE, UNTRUE, WEAK, best_f1, judged, rows};
use labelled::label_loss;
pub use labelled::{few_labels_judged, label_f1, labels_judged, mixed};
use types::type_loss;
pub use types::types_judged;

use super::labels::Tables;
use super::optimiser::{Optimiser, WARM_SHARE, cross_entropy, drop, rate};
use super::progress::{Best, Phase};
use candle_core::{Device, Tensor};
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::progress::ProgressReporter;
use kgloom_reader::Error;
use kgloom_reader::layers::Parameters;
use kgloom_reader::mentions::CLASSES;
use kgloom_reader::relations::{EMBEDDING_WIDTH, PAIR_FEATURES, PairRows, scores as pair_scores};

const WIDTH: usize = 160;
/// What a pair's context is narrowed to before anything else, since a text has many pairs.
const NARROW: usize = 128;
const HIDDEN: usize = 128;
/// Groups of the bilinear form.
const GROUPS: usize = 40;

const PEAK_RATE: f32 = 1.5e-3;
const DROPOUT: f32 = 0.3;

/// Epochs without a better validation score before training stops.
const PATIENCE: usize = 4;

/// A new head: widths of an entity's states, of a pair's context and of a label's vector (none where it learns no labels),
/// and how many relations there are.
///
/// # Errors
/// When a tensor cannot be made.
pub fn start(
    seed: u64,
    (entity, context, label): (usize, usize, Option<usize>),
    relations: usize,
) -> Result<Optimiser, Error> {
    let mut optimiser = Optimiser::default();
    let mut draw = draw(seed, "relation head", 0);
    optimiser.norm("entity", entity)?;
    optimiser.norm("mention", entity)?;
    optimiser.norm("context", context)?;
    optimiser.add("class", &[CLASSES.len(), WIDTH], draw.normals(CLASSES.len() * WIDTH, 0.1))?;
    for side in ["head", "tail"] {
        optimiser.linear(side, (entity, WIDTH), &mut draw)?;
        optimiser.matrix(&format!("{side}.mention"), (entity, WIDTH), &mut draw)?;
        optimiser.matrix(&format!("{side}.context"), (NARROW, WIDTH), &mut draw)?;
        optimiser.add(&format!("{side}.shift"), &[WIDTH], vec![0.0; WIDTH])?;
    }
    optimiser.linear("narrow", (context, NARROW), &mut draw)?;
    optimiser.linear("mixed", (2 * WIDTH + NARROW + PAIR_FEATURES, HIDDEN), &mut draw)?;
    optimiser.linear("bilinear", (WIDTH * WIDTH / GROUPS, relations), &mut draw)?;
    optimiser.add("bilinear.bias", &[relations], vec![-4.0; relations])?;
    optimiser.matrix("relation.matrix", (HIDDEN, relations), &mut draw)?;
    optimiser.add("relation.context", &[context, relations], vec![0.0; context * relations])?;
    if let Some(label) = label {
        optimiser.linear("pair", (WIDTH * WIDTH / GROUPS, EMBEDDING_WIDTH), &mut draw)?;
        optimiser.matrix("pair.mixed", (HIDDEN, EMBEDDING_WIDTH), &mut draw)?;
        optimiser.matrix("pair.context", (context, EMBEDDING_WIDTH), &mut draw)?;
        optimiser.linear("label", (label, EMBEDDING_WIDTH), &mut draw)?;
        optimiser.add("label.offset", &[1], vec![-4.0])?;
        optimiser.linear("type", (entity, EMBEDDING_WIDTH), &mut draw)?;
        optimiser.linear("type.label", (label, EMBEDDING_WIDTH), &mut draw)?;
        optimiser.add("type.offset", &[1], vec![-4.0])?;
    }
    Ok(optimiser)
}

/// The pairs of a text that one look at it learns from: those of which something is said, and a draw of the silent ones.
pub fn chosen(text: &RelatedText, draw: &mut Draw) -> Vec<usize> {
    (0..text.candidates.pairs.len()).filter(|&pair| text.speaks(pair) || draw.below(100) < SILENT_SHARE).collect()
}

/// Pairs of one epoch, in batches of (document, pair).
fn batches(texts: &[RelatedText], draw: &mut Draw) -> Vec<Vec<(usize, usize)>> {
    let mut order: Vec<usize> = (0..texts.len()).collect();
    draw.shuffle(&mut order);
    let mut batches = vec![Vec::new()];
    for text in order {
        for pair in chosen(&texts[text], draw) {
            if batches.last().is_some_and(|batch| batch.len() == BATCH_PAIRS) {
                batches.push(Vec::new());
            }
            if let Some(batch) = batches.last_mut() {
                batch.push((text, pair));
            }
        }
    }
    batches.retain(|batch| !batch.is_empty());
    batches
}

/// The surrogate whose gradient is that of the masked binary cross-entropy, and the loss itself a pair; `rows` are
/// the (document, pair) of the batch.
///
/// # Errors
/// When tensor arithmetic fails.
pub fn loss(
    parameters: &Parameters,
    rows: &PairRows,
    batch: &Batch<'_>,
    (weak, tables): (&[bool], Option<&Tables>),
    draw: &mut Draw,
) -> Result<(Tensor, f32), Error> {
    let scores = pair_scores(parameters, rows, &mut |tensor| drop(tensor, DROPOUT, draw))?;
    let mut by_labels = Vec::new();
    if let (Some(tables), Some(pairs)) = (tables, &scores.embeddings) {
        by_labels.push(label_loss(parameters, pairs, batch, (weak, &tables.relations), draw)?);
    }
    if let (Some(tables), Some(entities)) = (tables, &scores.types) {
        by_labels.extend(type_loss(parameters, entities, &batch.types(), &tables.types, draw)?);
    }
    let (texts, batch) = (batch.texts, batch.pairs);
    let scores = scores.known;
    let (_, relations) = scores.dims2()?;
    let numbers: Vec<f32> = scores.flatten_all()?.to_vec1()?;
    let scale = 1.0 / batch.len() as f32;
    let mut gradient = vec![0f32; numbers.len()];
    let mut total = 0f64;
    for (row, &(text, pair)) in batch.iter().enumerate() {
        let text = &texts[text];
        let weight = text.weight(pair);
        for relation in (0..relations).filter(|&relation| text.marked[relation] || weak[relation]) {
            let weight = if text.marked[relation] { weight } else { weight * WEAK };
            let weight = if text.untrue[pair].contains(&relation) { weight * UNTRUE } else { weight };
            let score = numbers[row * relations + relation];
            let gold = f32::from(u8::from(text.gold[pair].contains(&relation)));
            let (slope, loss) = cross_entropy(score, gold);
            gradient[row * relations + relation] = slope * scale * weight;
            total += f64::from(weight * loss);
        }
    }
    let gradient = Tensor::from_vec(gradient, scores.dims(), &Device::Cpu)?;
    let (mut surrogate, mut total) = ((scores * gradient)?.sum_all()?, total as f32 * scale);
    for (labels, loss) in by_labels {
        (surrogate, total) = ((surrogate + labels)?, total + loss);
    }
    Ok((surrogate, total))
}

/// Trains the head; the best epoch by F1 on validation (one threshold) is kept.
/// `weak` are relations that only sentences picked for them mark: elsewhere they count as probably absent.
/// Where `warm` is given, training starts from it, and it counts among the epochs.
///
/// # Errors
/// When tensor arithmetic or writing fails.
pub fn train(
    (texts, validation): (&[RelatedText], &[RelatedText]),
    (weak, tables): (&[bool], Option<&Tables>),
    warm: Option<&Parameters>,
    phase: &Phase<'_>,
    reporter: &mut ProgressReporter<'_>,
) -> Result<(Parameters, f32), Error> {
    let model = texts.iter().find(|text| !text.candidates.pairs.is_empty()).ok_or_else(|| Error::Data {
        name: "relations".to_owned(),
        reason: "no document has two entities".to_owned(),
    })?;
    let entity = model.candidates.states.len() / model.candidates.classes.len().max(1);
    let context = model.candidates.pairs.first().map_or(1, |pair| pair.context.len());
    let label = tables.map(|tables| tables.relations.width());
    let mut optimiser = start(phase.seed, (entity, context, label), weak.len())?;
    let mut best = Best::default();
    let none = vec![false; weak.len()];
    let total = validation.iter().map(|text| text.total).sum();
    if let Some(warm) = warm {
        optimiser.adopt(warm)?;
        let warm = optimiser.averaged()?;
        best.offer(0, best_f1(&judged(&warm, validation, &none)?, total).0, warm);
    }
    let peak = if warm.is_some() { PEAK_RATE * WARM_SHARE } else { PEAK_RATE };
    let first = phase.resume(&mut optimiser, &mut best)?;
    for epoch in first..phase.epochs {
        if best.epochs_since(epoch) > PATIENCE {
            break;
        }
        let mut draw = draw(phase.seed, "relation epoch", epoch as u64);
        let batches = batches(texts, &mut draw);
        let mut running = 0.0;
        for (index, batch) in batches.iter().enumerate() {
            let (surrogate, value) = loss(
                &optimiser.parameters(),
                &rows(texts, batch)?,
                &Batch::new(texts, batch),
                (weak, tables),
                &mut draw,
            )?;
            let steps = batches.len() * phase.epochs;
            optimiser.step(&surrogate, rate(peak, epoch * batches.len() + index, steps))?;
            running += value;
            reporter.step("relations", (epoch, phase.epochs), (index + 1, batches.len()), running / (index + 1) as f32);
        }
        let averaged = optimiser.averaged()?;
        let (score, _) = best_f1(&judged(&averaged, validation, &none)?, total);
        best.offer(epoch, score, averaged);
        reporter.validated(score);
        phase.checkpoint(&optimiser, epoch, &best)?;
    }
    best.take()
}

#[cfg(test)]
mod tests {
    use super::super::corpus::{members, relate};
    use super::super::labels::LabelTable;
    use super::*;
    use kgloom_corpora::written;
    use kgloom_reader::bundled;
    use kgloom_reader::candidates::RelationLayers;
    use kgloom_reader::layers::no_dropout;
    use kgloom_reader::relations::CandidateSet;
    use kgloom_reader::relations::{embed_labels, label_logits};
    use kgloom_reader::states::WordStates;
    use kgloom_reader::vectors::VectorHead;
    use std::collections::BTreeMap;
    use std::collections::BTreeSet;

    const LINES: &str = r#"{"id":"a","genre":"news","markup":"[Ada Morgan|PER|1], a judge, admires [Bela Stone|PER|2].","open":[[1,"admires",2]],"types":{"1":"judge"}}
{"id":"b","genre":"news","markup":"[Cleo Hart|PER|1] sued the singer [Dora Voss|PER|2].","open":[[1,"took to court",2]],"types":{"2":"singer"}}"#;

    #[test]
    fn relations_in_words_are_learnt_by_their_labels_and_labels_of_validation_are_no_wrong_answers() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jsonl");
        std::fs::write(&file, LINES).unwrap();
        let documents = written::load(&file, &ontologies::Ontology::bundled()).unwrap();
        let backbone = bundled::backbone().unwrap();
        let (head, space) = (VectorHead { layers: vec![6], parameters: None }, vec!["P19".to_owned()]);
        let (train, validation) = (BTreeSet::from(["admires", "took to court"]), BTreeSet::from(["fed", "admires"]));
        let phrasings =
            BTreeMap::from([("admires".to_owned(), vec!["admires".to_owned(), "admires: likes".to_owned()])]);
        let relations = LabelTable::new((&backbone, &head), (&space, train, validation), &phrasings).unwrap();
        let nothing = (&[][..], BTreeSet::from(["judge", "singer"]), BTreeSet::new());
        let types = LabelTable::new((&backbone, &head), nothing, &BTreeMap::new()).unwrap();
        let tables = Tables { relations, types };
        let table = &tables.relations;
        let layers = RelationLayers { entity: vec![6], context: 6, between: 6 };
        let texts: Vec<RelatedText> = documents
            .iter()
            .map(|written| {
                let tokenized = backbone.chunker.tokenize(&written.document.text).unwrap();
                let states = WordStates::encode(&backbone.encoder, &tokenized, &layers.all()).unwrap();
                let candidates =
                    CandidateSet::new(&states, &tokenized, &members(&written.document, &tokenized, &[]), &layers);
                relate(&written.document, candidates, (&space, Some(&tables)))
            })
            .collect();
        let mut optimiser = start(1, (384, 768, Some(table.width())), 1).unwrap();
        let mut draw = draw(1, "test", 0);
        let batch: Vec<(usize, usize)> = (0..2).flat_map(|text| [(text, 0), (text, 1)]).collect();
        for _ in 0..60 {
            let rows = rows(&texts, &batch).unwrap();
            let asked = (&[false][..], Some(&tables));
            let together = Batch::new(&texts, &batch);
            let (surrogate, _) = loss(&optimiser.parameters(), &rows, &together, asked, &mut draw).unwrap();
            optimiser.step(&surrogate, 3e-3).unwrap();
        }
        assert_eq!(label_f1(&optimiser.parameters(), &texts, table).unwrap(), 1.0);
        let types = types_judged(&optimiser.parameters(), &texts, &tables.types).unwrap();
        let told = texts.iter().flat_map(|text| text.types.iter().flatten()).count();
        assert_eq!(best_f1(&[types], told).0, 1.0);
        let trained = optimiser.parameters();
        let pairs = rows(&texts, &batch).unwrap();
        let told = pair_scores(&trained, &pairs, &mut no_dropout).unwrap().embeddings.unwrap();
        let label = embed_labels(&trained, &table.of(&table.fullest(&[0])).unwrap()).unwrap();
        let told = label_logits(&trained, &told, &label).unwrap().to_vec2::<f32>().unwrap();
        let folded = table.mixed_into(&trained, 1.0).unwrap();
        let folded = pair_scores(&folded, &pairs, &mut no_dropout).unwrap().known.to_vec2::<f32>().unwrap();
        assert!(told.iter().zip(&folded).all(|(t, f)| (t[0] - f[0]).abs() < 1e-3), "{told:?} {folded:?}");
        let fed = table.row("fed").unwrap();
        assert!((0..50).all(|_| !table.draw(2, &mut draw).contains(&fed)));
    }
}
