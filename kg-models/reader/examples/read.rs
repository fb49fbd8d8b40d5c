//! Reads texts and prints what the extractor says. In: JSON lines with a `text` on standard input; optionally a model
//! directory, and a JSON file of property names. Out: admitted facts with their sentence, and totals. Never: a graph.

use kgloom_reader::Extractor;
use kgloom_record::port::Reader;
use kgloom_record::record::{Factuality, Reading};
use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let extractor = match arguments.next() {
        Some(folder) if folder.as_os_str() != "-" => Extractor::load(&folder)?,
        _ => Extractor::bundled()?,
    };
    let names: BTreeMap<String, String> = match arguments.next() {
        Some(file) => serde_json::from_slice(&std::fs::read(file)?)?,
        None => BTreeMap::new(),
    };
    let quiet = arguments.next().is_some();
    let (mut texts, mut mentions, mut facts, mut seconds) = (0usize, 0usize, 0usize, 0f64);
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for line in std::io::stdin().lock().lines() {
        let line: serde_json::Value = serde_json::from_str(&line?)?;
        let text = line["text"].as_str().unwrap_or_default();
        let start = Instant::now();
        let reading = extractor.read(text).map_err(|failure| format!("{failure:?}"))?;
        seconds += start.elapsed().as_secs_f64();
        texts += 1;
        mentions += reading.mentions.len();
        if !quiet {
            println!("\n{text}\n  {}", marked(text, &reading));
        }
        for relation in &reading.relations {
            let sure = relation.score >= extractor.thresholds()[&relation.relation];
            if !sure || relation.factuality != Factuality::Stated {
                continue;
            }
            facts += 1;
            let property = relation.relation.as_str().rsplit('/').next().unwrap_or_default();
            *used.entry(property.to_owned()).or_default() += 1;
            if !quiet {
                let surface = |mention: u32| reading.mentions[mention as usize].span.of(text).unwrap_or_default();
                let name = names.get(property).map_or("", String::as_str);
                println!(
                    "    {} | {property} {name} | {} | {}",
                    surface(relation.head_mention),
                    surface(relation.tail_mention),
                    relation.score
                );
            }
        }
    }
    println!(
        "{texts} texts, {mentions} mentions, {facts} facts, {:.1} ms a text",
        seconds * 1000.0 / texts.max(1) as f64
    );
    println!("{} relations: {used:?}", used.len());
    Ok(())
}

/// The mentions with class initial and entity number.
fn marked(text: &str, reading: &Reading) -> String {
    let one = |mention: &kgloom_record::record::Mention| {
        let entity = &reading.entities[mention.entity as usize];
        let class = entity.class.as_str().rsplit(':').next().unwrap_or_default();
        let defined = if entity.defined { "!" } else { "" };
        format!("[{}|{}{}{defined}]", mention.span.of(text).unwrap_or_default(), &class[..3], mention.entity)
    };
    reading.mentions.iter().map(one).collect::<Vec<_>>().join(" ")
}
