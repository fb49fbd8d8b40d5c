//! Encodes the lines of a file. In: a text file, an encoder directory, a precision or `candle`, threads. Out: speed on standard
//! error, and, where a file is named, the vectors (mean of the last layer over all pieces, of length 1, f32).
//! Never: more than 256 word pieces of a line.

use kgloom_numerics::artifact::Weights;
use kgloom_reader::encoder::Encoder;
use kgloom_reader::engine::{Engine, OutputSelection};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use tokenizers::{Tokenizer, TruncationParams};

type Anything = Box<dyn std::error::Error + Send + Sync>;

/// Lines of like length that are encoded together, as every rival does.
const TOGETHER: usize = 32;

fn main() -> Result<(), Anything> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [texts, folder, precision, threads, rest @ ..] = arguments.as_slice() else {
        return Err("usage: encode TEXTS ENCODER_DIR f32|int8|candle THREADS [VECTORS [ROUNDS]]".into());
    };
    let threads: usize = threads.parse()?;
    let runner = Runner::new(Path::new(folder), precision)?;
    let lines = pieces(Path::new(folder), &std::fs::read_to_string(texts)?)?;
    let total: usize = lines.iter().map(Vec::len).sum();
    let mut order: Vec<usize> = (0..lines.len()).collect();
    // The longest first, so that no thread is left with them at the end.
    order.sort_by_key(|&line| std::cmp::Reverse(lines[line].len()));
    let batches: Vec<&[usize]> = order.chunks(TOGETHER).collect();
    let rounds: usize = rest.get(1).map_or(Ok(3), |count| count.parse())?;
    for round in 0..rounds {
        let (start, cpu, next) = (Instant::now(), cpu_seconds()?, AtomicUsize::new(0));
        let work = || -> Result<Vec<(usize, Vec<f32>)>, Anything> {
            let mut vectors = Vec::new();
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                vectors.extend(runner.encode(batch, &lines)?);
            }
            Ok(vectors)
        };
        let mut vectors = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, _>| worker.join().expect("no worker panics");
            workers.into_iter().map(join).collect::<Result<Vec<_>, Anything>>()
        })?
        .concat();
        let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
        eprintln!(
            "round {round}: {} lines, {total} pieces, {wall:.2} s, {cpu:.2} CPU-s: {:.0} lines and {:.0} pieces a CPU-s, {:.0} lines a s",
            lines.len(),
            lines.len() as f64 / cpu,
            total as f64 / cpu,
            lines.len() as f64 / wall
        );
        if let (true, [path, ..]) = (round + 1 == rounds, rest) {
            vectors.sort_by_key(|(line, _)| *line);
            let bytes: Vec<u8> = vectors.iter().flat_map(|(_, v)| v.iter().flat_map(|x| x.to_le_bytes())).collect();
            std::fs::write(path, bytes)?;
        }
    }
    Ok(())
}

/// What encodes: the engine, or the plain reference in candle, line by line.
enum Runner {
    Engine(Engine),
    Candle(Encoder),
}

fn pieces(folder: &Path, text: &str) -> Result<Vec<Vec<u32>>, Anything> {
    let mut tokenizer = Tokenizer::from_file(folder.join("tokenizer.json"))?;
    tokenizer.with_padding(None);
    tokenizer.with_truncation(Some(TruncationParams { max_length: 256, ..TruncationParams::default() }))?;
    text.lines().map(|line| Ok(tokenizer.encode_fast(line, true)?.get_ids().to_vec())).collect()
}

impl Runner {
    fn new(folder: &Path, precision: &str) -> Result<Runner, Anything> {
        let config = serde_json::from_slice(&std::fs::read(folder.join("config.json"))?)?;
        let weights = Weights::parse("model.safetensors", &std::fs::read(folder.join("model.safetensors"))?)?;
        Ok(match precision {
            "candle" => Runner::Candle(Encoder::new(config, &weights)?),
            _ => Runner::Engine(Engine::new(config, &weights, precision.parse()?)?),
        })
    }

    fn encode(&self, batch: &[usize], lines: &[Vec<u32>]) -> Result<Vec<(usize, Vec<f32>)>, Anything> {
        let sequences: Vec<&[u32]> = batch.iter().map(|&line| lines[line].as_slice()).collect();
        let states: Vec<Vec<f32>> = match self {
            Runner::Engine(engine) => {
                let selection = OutputSelection { layers: &[engine.config().num_hidden_layers], attention: false };
                engine.encode(&sequences, selection)?.into_iter().flat_map(|output| output.layers).collect()
            }
            Runner::Candle(encoder) => {
                let last = |ids: &&[u32]| {
                    encoder.encode(ids)?.layers.pop().map_or(Ok(Vec::new()), |t| t.flatten_all()?.to_vec1())
                };
                sequences.iter().map(last).collect::<Result<_, candle_core::Error>>()?
            }
        };
        Ok(batch
            .iter()
            .copied()
            .zip(sequences.iter().zip(states).map(|(ids, states)| mean(ids.len(), &states)))
            .collect())
    }
}

/// The mean of the rows, of length 1.
fn mean(rows: usize, states: &[f32]) -> Vec<f32> {
    let mut mean = vec![0f32; states.len() / rows];
    for row in states.chunks(mean.len()) {
        mean.iter_mut().zip(row).for_each(|(m, x)| *m += x);
    }
    let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
    mean.iter_mut().for_each(|x| *x /= length);
    mean
}

/// What this process has used, in steps of a hundredth (Linux).
fn cpu_seconds() -> Result<f64, Anything> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}
