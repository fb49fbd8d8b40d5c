//! `kgloom train`. In: data sets. Out: a model folder, with loss and validation scores on the way.
//! Never: a choice of its own; kg-models knows how the default model was made.

use super::Context;
use crate::args::{ReportFormat, Train, TrainExtractor, TrainNer};
use crate::exit::Exit;
use crate::voice::{Voice, in_words};
use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kg_models::train::{ExtractorTraining, NerTraining, TrainProgress, train_extractor, train_ner};
use std::io::Write;
use std::time::{Duration, Instant};

const BETWEEN_LINES: Duration = Duration::from_secs(10);

pub fn run(context: Context, train: &Train) -> Result<Exit> {
    match train {
        Train::Extractor(wanted) => extractor(&context, wanted),
        Train::Ner(wanted) => ner(&context, wanted),
    }
}

fn ner(context: &Context, wanted: &TrainNer) -> Result<Exit> {
    let training = NerTraining {
        data: wanted.data.clone(),
        validation: wanted.validation.clone(),
        test: wanted.test.clone(),
        encoder: wanted.encoder.clone(),
        tokenizer: wanted.tokenizer,
        pieces: wanted.pieces,
        out: wanted.out.clone(),
        seed: wanted.seed,
        epochs: wanted.epochs,
        resume: wanted.resume,
    };
    let mut teller = Teller::new(context.voice);
    let report = train_ner(&training, &mut |progress| teller.tell(&progress))?;
    teller.bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    match wanted.format {
        ReportFormat::Json => writeln!(out, "{}", serde_json::to_string(&report)?)?,
        ReportFormat::Table => write!(out, "{}", report.table())?,
    }
    context.voice.note(&format!("wrote \"{0}\"; use it with --model {0}", wanted.out.display()));
    Ok(Exit::Done)
}

fn extractor(context: &Context, wanted: &TrainExtractor) -> Result<Exit> {
    let mut teller = Teller::new(context.voice);
    let report = train_extractor(&training(wanted), &mut |progress| teller.tell(&progress))?;
    teller.bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    context.voice.note(&format!("wrote \"{0}\"; use it with --model {0}", wanted.out.display()));
    Ok(Exit::Done)
}

fn training(wanted: &TrainExtractor) -> ExtractorTraining {
    let usual = ExtractorTraining::new(wanted.data_root.clone(), wanted.out.clone());
    ExtractorTraining {
        encoder: wanted.encoder.clone(),
        seed: wanted.seed.unwrap_or(usual.seed),
        mention_epochs: wanted.mention_epochs.unwrap_or(usual.mention_epochs),
        coreference_epochs: wanted.coreference_epochs.unwrap_or(usual.coreference_epochs),
        relation_epochs: wanted.relation_epochs.unwrap_or(usual.relation_epochs),
        resume: wanted.resume,
        ..usual
    }
}

/// Tells where training is: a line that changes on a terminal, JSON lines elsewhere.
struct Teller {
    voice: Voice,
    bar: ProgressBar,
    last: Option<Instant>,
}

impl Teller {
    fn new(voice: Voice) -> Teller {
        let target = match voice.on_terminal() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}").expect("the template is fixed and valid");
        Teller { voice, bar: ProgressBar::with_draw_target(None, target).with_style(style), last: None }
    }

    fn tell(&mut self, progress: &TrainProgress) {
        let TrainProgress { phase, epoch, epochs, step, steps, loss, validation, eta_seconds } = progress;
        let left = in_words(Duration::from_secs_f64(eta_seconds.max(0.0)));
        let place = format!("{phase}: epoch {epoch} of {epochs}, step {step} of {steps}, loss {loss:.4}");
        self.bar.set_message(format!("{place}, {left} left"));
        self.bar.tick();
        let due = self.last.is_none_or(|last| last.elapsed() >= BETWEEN_LINES);
        if validation.is_none() && (self.voice.on_terminal() || !due) {
            return;
        }
        self.last = Some(Instant::now());
        let fields = serde_json::to_value(progress).unwrap_or_default();
        let scored = validation.map_or_else(String::new, |score| format!(", validation {score:.4}"));
        self.bar.suspend(|| self.voice.event("training", &format!("{place}{scored}"), fields));
    }
}
