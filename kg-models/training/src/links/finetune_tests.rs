//! Whether a step of tuning with cached gradients is the step without. In: a small encoder. Out: equal slopes. Never: a model.

use super::*;
use kgloom_links::Link;
use kgloom_links::text::lowrank::MapSizes;
use kgloom_links::text::tuning::FineTuning;
use kgloom_reader::bundled;
use std::cell::RefCell;

const WORDS: [&str; 8] =
    ["a cat", "a small dog", "an old house", "the sea", "a ship at sea", "green", "to run", "a barn"];

fn set() -> LinkSet {
    let link = |head, relation, tail| Link { head, relation, tail };
    LinkSet {
        name: "toy".to_owned(),
        entities: (0..8).map(|name| format!("{name}").into()).collect(),
        relations: vec!["r".into(), "s".into()],
        train: vec![link(0, 0, 1), link(1, 0, 2), link(2, 1, 3), link(3, 1, 4), link(4, 0, 5), link(5, 1, 0)],
        validation: vec![link(6, 0, 2), link(7, 1, 3)],
        texts: WORDS.iter().map(|text| Some((*text).into())).collect(),
        ..LinkSet::default()
    }
}

/// The encoder inside the program, in a folder.
fn encoder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = bundled::files();
    for (name, bytes) in FILES.iter().zip([&files.config, &files.tokenizer, &files.encoder]) {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

struct Scene {
    set: LinkSet,
    folder: tempfile::TempDir,
    vectors: TextVectors,
    maps: LowRank,
    training: MapTraining,
}

impl Scene {
    fn new() -> Self {
        let width = 384;
        let mut values = draw(3, "vectors", 0).normals(8 * width, 1.0);
        values.chunks_exact_mut(width).for_each(unit);
        Scene {
            set: set(),
            folder: encoder(),
            vectors: TextVectors { width, values },
            maps: LowRank::new(MapSizes { width: width + 2 * 16, rank: 2, relations: 2 }, 0.1, 1),
            training: MapTraining { dropout: 0.0, ..MapTraining::default() },
        }
    }

    fn start(&self) -> Start<'_> {
        let Scene { folder, vectors, maps, training, .. } = self;
        Start { encoder: folder.path(), vectors, shrinkage: 0.5, maps, training }
    }

    fn run<'a>(&'a self, tuning: &'a FineTuning) -> EncoderTrainer<'a> {
        EncoderTrainer::new(&self.set, &self.start(), tuning, &mut ProgressReporter::silent()).unwrap()
    }
}

fn tuning(layers: usize) -> FineTuning {
    FineTuning { layers, batch: 6, drawn: 4, dropout: 0.0, rate: 1e-3, epochs: 2, patience: 9, ..FineTuning::default() }
}

const LIVE: [u32; 6] = [4, 0, 5, 2, 1, 3];

#[test]
fn cached_gradients_are_those_of_the_whole_batch_at_once() {
    let scene = Scene::new();
    for layers in [1, 6] {
        let tuning = tuning(layers);
        let gradients = |chunk: usize| {
            let mut run = scene.run(&tuning);
            run.cached_encoder = run.cached_encoder.with_chunk(chunk);
            run.learn(&LIVE, 0).unwrap().layers
        };
        let (whole, cached) = (gradients(100), gradients(2));
        assert_eq!(whole.keys().collect::<Vec<_>>(), cached.keys().collect::<Vec<_>>());
        for (name, whole) in &whole {
            let largest = whole.iter().fold(0f32, |most, x| most.max(x.abs()));
            let far = whole.iter().zip(&cached[name]).fold(0f32, |most, (x, y)| most.max((x - y).abs()));
            assert!(far <= 1e-5 * largest.max(1.0), "{name}: {far} of {largest}");
        }
    }
}

#[test]
fn the_gradient_is_how_the_loss_changes() {
    let scene = Scene::new();
    let tuning = tuning(1);
    let mut run = scene.run(&tuning);
    let step = run.learn(&LIVE, 0).unwrap();
    let length = step.layers.values().flatten().map(|x| x * x).sum::<f32>().sqrt();
    let start = run.optimiser.parameters();
    let moved = |by: f32| {
        let tensors = start.0.iter().map(|(name, tensor)| {
            let mut values = kgloom_reader::fused::values(tensor).unwrap();
            if let Some(gradient) = step.layers.get(name) {
                values.iter_mut().zip(gradient).for_each(|(x, g)| *x += by * g / length);
            }
            (name.clone(), candle_core::Tensor::from_vec(values, tensor.dims(), &candle_core::Device::Cpu).unwrap())
        });
        let moved = Parameters(tensors.collect());
        let mut run = scene.run(&tuning);
        run.optimiser.adopt(&moved).unwrap();
        run.learn(&LIVE, 0).unwrap().loss
    };
    let slope = (moved(0.02) - moved(-0.02)) / 0.04;
    assert!(length > 1e-3 && (slope / length - 1.0).abs() < 0.03, "{slope} {length}");
}

#[test]
fn tuning_goes_on_where_it_was_stopped_and_leaves_an_encoder() {
    let scene = Scene::new();
    let tuning = FineTuning { epochs: 3, ..tuning(1) };
    let tuned = |kept: &Path, stop: &dyn Fn() -> bool, losses: &RefCell<Vec<f32>>| {
        let to = tempfile::tempdir().unwrap();
        let mut on_progress = |progress: kgloom_numerics::progress::TrainProgress| {
            if progress.phase == EncoderTrainer::NAME {
                losses.borrow_mut().push(progress.loss);
            }
        };
        let reporter = &mut ProgressReporter::new(&mut on_progress).until(stop);
        fine_tune(&scene.set, &scene.start(), &tuning, (to.path(), kept), reporter)?;
        assert!(kgloom_reader::text_encoder::TextEncoder::open(to.path()).is_ok());
        Ok::<_, Error>(FILES.map(|file| std::fs::read(to.path().join(file)).unwrap()))
    };
    let kept = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let losses = RefCell::<Vec<f32>>::default();
    let straight = tuned(kept[0].path(), &|| false, &losses).unwrap();
    assert!(losses.borrow().last() < losses.borrow().first(), "{losses:?}");
    // Asked to stop in each epoch.
    let mut stops = 0;
    let resumed = loop {
        let losses = RefCell::<Vec<f32>>::default();
        match tuned(kept[1].path(), &|| !losses.borrow().is_empty(), &losses) {
            Ok(files) => break files,
            Err(Error::Numerics(kgloom_numerics::Error::Stopped)) => stops += 1,
            Err(error) => panic!("{error}"),
        }
    };
    assert!(stops == 2 && resumed == straight, "{stops}");
    // Under other settings it does not go on.
    let other = FineTuning { each: 1, ..tuning };
    let folders = (kept[0].path(), kept[0].path());
    let error = fine_tune(&scene.set, &scene.start(), &other, folders, &mut ProgressReporter::silent());
    assert!(error.unwrap_err().to_string().contains("another configuration"));
}
