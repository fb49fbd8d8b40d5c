//! Trains the ranking that tells what pronouns refer to, on gold mentions.
//!
//! In: documents whose pronouns are marked. Out: the head and its threshold. Never: a pronoun whose entity is out of reach
//! taken for one that refers to nothing.

use super::optimiser::{Optimiser, drop, rate};
use super::progress::{Best, Phase};
use candle_core::{Device, Tensor};
use kgloom_numerics::draw::{Draw, draw};
use kgloom_numerics::passes;
use kgloom_numerics::progress::ProgressReporter;
use kgloom_reader::Error;
use kgloom_reader::layers::{Parameters, no_dropout};
use kgloom_reader::mentions::CLASSES;
use kgloom_reader::references::{Choice, NARROW, PLACES, ReferenceHead, logits};

const HIDDEN: usize = 32;
const BATCH: usize = 64;
const PEAK_RATE: f32 = 2e-3;
const DROPOUT: f32 = 0.2;
/// Thresholds that are tried on validation.
const THRESHOLDS: [f32; 6] = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/// How much recall counts beside precision: a wrong reference makes a wrong fact.
const BETA: f32 = 0.5;

/// A pronoun with what it may refer to, and what it does refer to: the index of a candidate, or nothing.
#[derive(Clone, Debug)]
pub struct Referring {
    /// What it may refer to.
    pub choice: Choice,
    /// What it does.
    pub gold: Option<usize>,
}

/// Trains the head; the best epoch on validation is kept. Also gives the F-beta of its references there.
///
/// # Errors
/// When there is no pronoun, or tensor arithmetic or writing fails.
pub fn train(
    train: &[Referring],
    validation: &[Referring],
    (layer, phase): (usize, &Phase<'_>),
    reporter: &mut ProgressReporter<'_>,
) -> Result<(ReferenceHead, f32), Error> {
    let width = train.first().map_or(1, |referring| referring.choice.state.len());
    let mut optimiser = Optimiser::default();
    let mut weights = draw(phase.seed, "reference head", 0);
    optimiser.linear("ask", (width, NARROW), &mut weights)?;
    optimiser.linear("answer", (width, NARROW), &mut weights)?;
    optimiser.linear("fit", (width, CLASSES.len()), &mut weights)?;
    optimiser.linear("nothing", (width, 1), &mut weights)?;
    optimiser.linear("places", (PLACES, HIDDEN), &mut weights)?;
    optimiser.linear("choice", (HIDDEN, 1), &mut weights)?;
    let mut order: Vec<&Referring> = train.iter().filter(|referring| !referring.choice.candidates.is_empty()).collect();
    let mut best = Best::default();
    let first = phase.resume(&mut optimiser, &mut best)?;
    for epoch in first..phase.epochs {
        let mut draw = draw(phase.seed, "reference epoch", epoch as u64);
        draw.shuffle(&mut order);
        let batches = order.len().div_ceil(BATCH);
        let mut running = 0.0;
        for (index, batch) in order.chunks(BATCH).enumerate() {
            let (surrogate, value) = loss(&optimiser.parameters(), batch, &mut draw)?;
            optimiser.step(&surrogate, rate(PEAK_RATE, epoch * batches + index, phase.epochs * batches))?;
            running += value;
            let place = (index + 1, batches);
            reporter.step("references", (epoch, phase.epochs), place, running / (index + 1) as f32);
        }
        let averaged = optimiser.averaged()?;
        let (_, score) = choose(&averaged, validation)?;
        best.offer(epoch, score, averaged);
        reporter.validated(score);
        phase.checkpoint(&optimiser, epoch, &best)?;
    }
    let (parameters, _) = best.take()?;
    let (threshold, score) = choose(&parameters, validation)?;
    Ok((ReferenceHead { parameters, layer, threshold }, score))
}

/// The surrogate whose gradient is that of the cross-entropy of choosing the gold entity, or nothing, among all; and the
/// mean loss itself.
fn loss(parameters: &Parameters, batch: &[&Referring], draw: &mut Draw) -> Result<(Tensor, f32), Error> {
    let choices: Vec<&Choice> = batch.iter().map(|referring| &referring.choice).collect();
    let (nothing, some) = logits(parameters, &choices, &mut |tensor| drop(tensor, DROPOUT, draw))?;
    let (mut no_slopes, mut slopes) = (Vec::with_capacity(batch.len()), Vec::new());
    let scale = 1.0 / batch.len() as f32;
    let mut total = 0f32;
    for_each_choice((&nothing, &some), batch, |referring, probabilities| {
        let gold = referring.gold.map_or(0, |gold| gold + 1);
        total -= probabilities[gold].max(f32::MIN_POSITIVE).ln() * scale;
        let slope = |(index, p): (usize, &f32)| (p - f32::from(u8::from(index == gold))) * scale;
        let mut all = probabilities.iter().enumerate().map(slope);
        no_slopes.extend(all.next());
        slopes.extend(all);
    })?;
    let surrogate = |tensor: Tensor, slopes: Vec<f32>| -> Result<Tensor, Error> {
        let slopes = Tensor::from_vec(slopes, tensor.dims(), &Device::Cpu)?;
        Ok((tensor * slopes)?.sum_all()?)
    };
    Ok(((surrogate(nothing, no_slopes)? + surrogate(some, slopes)?)?, total))
}

/// Tells the probabilities of each choice: of nothing, then of its candidates.
fn for_each_choice(
    (nothing, some): (&Tensor, &Tensor),
    batch: &[&Referring],
    mut each: impl FnMut(&Referring, &[f32]),
) -> Result<(), Error> {
    let (nothing, some) = (nothing.to_vec1::<f32>()?, some.to_vec1::<f32>()?);
    let mut rest = some.as_slice();
    for (referring, nothing) in batch.iter().zip(nothing) {
        let (here, others) = rest.split_at(referring.choice.candidates.len());
        let mut all: Vec<f32> = std::iter::once(nothing).chain(here.iter().copied()).collect();
        let count = all.len();
        passes::softmax(&mut all, count);
        each(referring, &all);
        rest = others;
    }
    Ok(())
}

/// The threshold with the best F-beta of references, and that F-beta.
fn choose(parameters: &Parameters, texts: &[Referring]) -> Result<(f32, f32), Error> {
    let gold = texts.iter().filter(|referring| referring.gold.is_some()).count() as f32;
    let asked: Vec<&Referring> = texts.iter().filter(|referring| !referring.choice.candidates.is_empty()).collect();
    let mut told: Vec<(f32, bool)> = Vec::new();
    for batch in asked.chunks(BATCH) {
        let choices: Vec<&Choice> = batch.iter().map(|referring| &referring.choice).collect();
        let (nothing, some) = logits(parameters, &choices, &mut no_dropout)?;
        for_each_choice((&nothing, &some), batch, |referring, probabilities| {
            let best = (1..probabilities.len()).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
            told.extend(best.map(|best| (probabilities[best], referring.gold == Some(best - 1))));
        })?;
    }
    let mut best = (THRESHOLDS[0], -1.0);
    for threshold in THRESHOLDS {
        let taken = || told.iter().filter(|(probability, _)| *probability >= threshold);
        let right = taken().filter(|(_, right)| *right).count() as f32;
        let square = BETA * BETA;
        let score = (1.0 + square) * right / (taken().count() as f32 + square * gold).max(1.0);
        if score > best.1 {
            best = (threshold, score);
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_reader::bundled;
    use kgloom_reader::layout::TokenizedText;
    use kgloom_reader::references::{Discourse, ResolvedMention, pronouns};
    use kgloom_reader::states::WordStates;
    use kgloom_record::record::Span;

    const PEOPLE: [&str; 6] = ["Odd", "Bela", "Tomas", "Ravi", "Yusuf", "Hugo"];
    const FIRMS: [&str; 6] = ["Norsea", "Lumenta", "Orm", "Tessel", "Kestrel", "Vodin"];

    /// A person, 0, and a firm, 1, of whom one leaves, and writes to the other; and who each pronoun is.
    fn told(pair: usize, leaves: usize) -> (String, [usize; 3]) {
        let names = [PEOPLE[pair], FIRMS[pair]];
        let (first, second) =
            if (pair + leaves).is_multiple_of(2) { (names[0], names[1]) } else { (names[1], names[0]) };
        let (pronoun, other) = ([("He", "it"), ("It", "him")][leaves], names[1 - leaves]);
        let (subject, object) = pronoun;
        let text = format!(
            "{first} met {second} in Bergen. {subject} left in the morning. {other} waited. {subject} wrote to {object}."
        );
        (text, [leaves, leaves, 1 - leaves])
    }

    fn seen(text: &str, pair: usize) -> (TokenizedText, WordStates, Vec<ResolvedMention>) {
        let backbone = bundled::backbone().unwrap();
        let tokenized = backbone.chunker.tokenize(text).unwrap();
        let states = WordStates::encode(&backbone.encoder, &tokenized, &[6]).unwrap();
        let mut resolved_mentions: Vec<ResolvedMention> = Vec::new();
        for (entity, name) in [PEOPLE[pair], FIRMS[pair]].iter().enumerate() {
            for (start, _) in text.match_indices(name) {
                let span = Span { start: start as u32, end: (start + name.len()) as u32 };
                resolved_mentions.push(ResolvedMention { words: tokenized.words_under(span), class: entity, entity });
            }
        }
        resolved_mentions.sort_by_key(|resolved_mention| resolved_mention.words.start);
        (tokenized, states, resolved_mentions)
    }

    #[test]
    fn pronouns_are_read_as_they_were_taught_one_after_the_other() {
        let mut train: Vec<Referring> = Vec::new();
        for (pair, leaves) in (0..6).flat_map(|pair| [(pair, 0), (pair, 1)]) {
            let (text, gold) = told(pair, leaves);
            let (tokenized, states, resolved_mentions) = seen(&text, pair);
            let mut discourse = Discourse::new(&tokenized, (&states, 6), &resolved_mentions);
            for (pronoun, entity) in
                pronouns(&text, &tokenized, 0..tokenized.words.len(), &resolved_mentions).into_iter().zip(gold)
            {
                let choice = discourse.choice(pronoun);
                assert_eq!(choice.candidates.len(), 2);
                discourse.refers(pronoun, entity);
                train.push(Referring { choice, gold: Some(entity) });
            }
        }
        assert_eq!(train.len(), 36);
        let folder = tempfile::tempdir().unwrap();
        let (folder, about) = (folder.path(), String::new());
        let phase = Phase { name: "references", folder, about, seed: 1, epochs: 60, resume: false };
        let (head, score) = super::train(&train, &train, (6, &phase), &mut ProgressReporter::new(&mut |_| ())).unwrap();
        assert!(score > 0.95, "{score}");
        for (pair, leaves) in (0..6).flat_map(|pair| [(pair, 0), (pair, 1)]) {
            let (text, gold) = told(pair, leaves);
            let (tokenized, states, resolved_mentions) = seen(&text, pair);
            let found = pronouns(&text, &tokenized, 0..tokenized.words.len(), &resolved_mentions);
            let resolved = head.resolve(&tokenized, &states, &resolved_mentions, &found).unwrap();
            assert_eq!(resolved, gold.map(Some), "{text}");
        }
    }
}
