//! Compares sentence vectors with a golden file. In: data folder, encoder directory. Out: cosines. Never: training.

use kg_models::text::extractor::Eye;
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(data), Some(encoder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: encoder_golden DATA_DIR ENCODER_DIR".into());
    };
    let file = |name: &str| std::fs::read(encoder.join(name));
    let eye = Eye::new(&file("config.json")?, &file("tokenizer.json")?, &file("model.safetensors")?)?;
    let folder = data.join("nodeclass/cora-text");
    let texts = std::fs::read_to_string(folder.join("raw_text.txt"))?;
    let golden = std::fs::read(folder.join("cora_text_embed.npy"))?;
    let header = golden.len() - 2708 * 384 * 4;
    let golden: Vec<f32> =
        golden[header..].chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let (mut worst, mut sum, mut count, mut pieces) = (1f32, 0f32, 0, 0);
    let start = Instant::now();
    for (text, want) in texts.lines().zip(golden.chunks(384)).take(400) {
        let page = eye.typesetter.lay(text)?;
        let [chunk] = page.chunks.as_slice() else { continue };
        let states = pool.install(|| eye.encoder.encode(&chunk.ids))?;
        let mean = states.layers[states.layers.len() - 1].mean(0)?.to_vec1::<f32>()?;
        let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
        let cosine = mean.iter().zip(want).map(|(x, y)| x * y).sum::<f32>() / length;
        worst = worst.min(cosine);
        sum += cosine;
        count += 1;
        pieces += chunk.ids.len();
    }
    println!(
        "{count} texts of {pieces} pieces in {:.1?}: mean cosine {}, worst {worst}",
        start.elapsed(),
        sum / count as f32
    );
    Ok(())
}
