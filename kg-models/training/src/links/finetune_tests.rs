//! Whether a step of tuning with cached gradients is the step without. In: a small encoder. Out: equal slopes. Never: a model.

use super::*;
use kgloom_links::Link;
use kgloom_links::text::lowrank::MapSizes;
use kgloom_links::text::tuning::FineTuning;
use kgloom_reader::bundled;

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

    fn run<'a>(&'a self, tuning: &'a FineTuning) -> Run<'a> {
        Run::new(&self.set, &self.start(), tuning, &mut ProgressReporter::new(&mut |_| {})).unwrap()
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
fn tuning_goes_on_where_it_was_cut_short_and_leaves_an_encoder() {
    let scene = Scene::new();
    let tuning = tuning(1);
    let tuned = |kept: &Path| {
        let to = tempfile::tempdir().unwrap();
        let mut losses = Vec::new();
        let mut on_progress = |progress: kgloom_numerics::progress::TrainProgress| losses.push(progress.loss);
        fine_tune(&scene.set, &scene.start(), &tuning, (to.path(), kept), &mut ProgressReporter::new(&mut on_progress))
            .unwrap();
        let files: Vec<Vec<u8>> = FILES.iter().map(|file| std::fs::read(to.path().join(file)).unwrap()).collect();
        assert!(kgloom_reader::text_encoder::TextEncoder::open(to.path()).is_ok());
        (files, losses)
    };
    let kept = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let (straight, losses) = tuned(kept[0].path());
    assert!(losses.last() < losses.iter().find(|loss| **loss > 0.0), "{losses:?}");
    // Cut short after an epoch.
    let mut run = scene.run(&tuning);
    let before = run.check.metrics(&run.maps, &run.memory).unwrap().mrr;
    run.epoch(0, &mut ProgressReporter::new(&mut |_| {})).unwrap();
    let mrr = run.validate().unwrap();
    let best = (mrr > before).then(|| copies(&run.optimiser).unwrap());
    let about = about(&scene.set, &scene.start(), &tuning);
    let metadata = CheckpointMetadata { about, epoch: 1, best_epoch: usize::from(mrr > before), best: mrr.max(before) };
    run.checkpoint(&metadata, best.as_ref(), kept[1].path()).unwrap();
    assert!(tuned(kept[1].path()).0 == straight);
    // Under other settings it does not go on.
    let other = FineTuning { each: 1, ..tuning };
    let error = fine_tune(
        &scene.set,
        &scene.start(),
        &other,
        (kept[0].path(), kept[0].path()),
        &mut ProgressReporter::new(&mut |_| {}),
    );
    assert!(error.unwrap_err().to_string().contains("other settings"));
}
