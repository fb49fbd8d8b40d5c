//! How exact, how fast and how large a search by meaning is.
//!
//! In: vectors in an fvecs file, or none, and then drawn ones. Out: tables: filters by selectivity, codes by memory. Never: a
//! question that is one of the rows.
//!
//! `cargo run --release -p kgloom-search --example recall -- [--rows FILE.fvecs] [--count ROWS] [--questions COUNT]`: with
//! more rows than the file has, its rows are taken again with noise.

use kgloom_numerics::draw::{Draw, draw};
use kgloom_search::{Coder, Filter, Found, Index, Limits, Question, Rotation, formats, quantise, scan};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

/// What is asked for.
const MOST: usize = 10;
/// The length of the noise in a row that is taken again; rows have length 1.
const NOISE: f32 = 0.5;
/// Rows that coders learn from.
const SAMPLE: usize = 10_000;
/// Questions whose answers are held to a sort of all scores.
const SORTED: usize = 25;
/// Up to so many rows, coders that learn are tried.
const TRIED: usize = 200_000;
/// Clusters of drawn vectors, and their width.
const DRAWN: (usize, usize) = (500, 384);

/// What is searched, and the questions.
struct Data {
    width: usize,
    rows: Vec<f32>,
    questions: Vec<Question>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut file, mut count, mut asked) = (None, None, 1_000);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} wants a value"))?;
        match name.as_str() {
            "--rows" => file = Some(value),
            "--count" => count = Some(value.parse()?),
            "--questions" => asked = value.parse()?,
            _ => return Err(format!("\"{name}\" is no option; --rows, --count and --questions are").into()),
        }
    }
    let data = data(file.as_deref(), asked)?;
    let count = count.unwrap_or(data.rows.len() / data.width);
    let index = filled(Index::coded(Coder::plain(data.width)), &data, count)?;
    println!("{count} rows of {} numbers, {} questions, the {MOST} nearest", data.width, data.questions.len());
    println!("{:.1} bytes a row: row, length, code of {} bits", index.bytes() as f64 / count as f64, data.width);
    println!("load of the machine at the start: {}\n", load());

    let exact = Limits { exact: usize::MAX, ..Limits::default() };
    let scanned = answers(&index.clone().with_limits(exact), &data.questions, &Filter::All)?;
    let truth: Vec<BTreeSet<u32>> = scanned.found.iter().map(keys).collect();
    sorted(&index, &data, count, &scanned.found);
    println!("\n{HEAD}");
    scanned.print("all, exact scan", &truth);
    answers(&index, &data.questions, &Filter::All)?.print("all, as planned", &truth);
    filters(&index, &data)?;
    if count <= TRIED {
        codes(&data, count, &truth)?;
    }
    println!("\nload of the machine at the end: {}", load());
    Ok(())
}

/// Vectors of a file or drawn ones, some of which become questions.
fn data(file: Option<&str>, asked: usize) -> Result<Data, Box<dyn Error>> {
    let (width, values) = match file {
        Some(file) => {
            let read = formats::fvecs(Path::new(file), usize::MAX)?;
            (read.width, read.values)
        }
        None => {
            let (clusters, width) = DRAWN;
            let middles = draw(1, "middles", 0).normals(clusters * width, 1.0);
            let mut draw = draw(1, "rows", 0);
            let row = |place: usize| {
                let noise = draw.normals(width, 0.8);
                let middle = &middles[place % clusters * width..][..width];
                middle.iter().zip(noise).map(|(x, y)| x + y).collect::<Vec<f32>>()
            };
            (width, (0..20_000 + asked).flat_map(row).collect())
        }
    };
    let mut places: Vec<&[f32]> = values.chunks_exact(width).collect();
    if places.len() <= asked {
        return Err(format!("{} vectors are too few for {asked} questions and rows", places.len()).into());
    }
    draw(1, "questions", 0).shuffle(&mut places);
    let rows = places.split_off(asked);
    let unit = |row: &[f32]| Question::new(row);
    let questions = places.into_iter().map(unit).collect();
    Ok(Data { width, rows: rows.into_iter().flat_map(|row| unit(row).direction().to_vec()).collect(), questions })
}

/// The row with a number: of the file, or taken again with noise.
fn row(data: &Data, number: usize) -> Vec<i8> {
    let there = data.rows.len() / data.width;
    let row = &data.rows[number % there * data.width..][..data.width];
    if number < there {
        return quantise(row);
    }
    let noise = draw(2, "noise", number as u64).normals(data.width, NOISE / (data.width as f32).sqrt());
    quantise(&row.iter().zip(noise).map(|(x, y)| x + y).collect::<Vec<_>>())
}

fn filled(mut index: Index<u32>, data: &Data, count: usize) -> Result<Index<u32>, Box<dyn Error>> {
    for number in 0..count {
        index.insert(number as u32, &row(data, number))?;
    }
    Ok(index)
}

/// Answers, and how long they took.
struct Answers {
    found: Vec<Found<u32>>,
    /// Milliseconds by the clock, ascending.
    times: Vec<f64>,
    /// Milliseconds of all processors, a question.
    worked: f64,
}

fn answers(index: &Index<u32>, questions: &[Question], filter: &Filter<'_, u32>) -> Result<Answers, Box<dyn Error>> {
    let (mut found, mut times) = (Vec::new(), Vec::new());
    let before = worked();
    for question in questions {
        let start = Instant::now();
        found.push(index.nearest(question, MOST, filter)?);
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok(Answers { found, times, worked: (worked() - before) / questions.len() as f64 })
}

const HEAD: &str =
    "                                     recall@10  certain   p50 ms   p99 ms  processor ms  plan of the first";

impl Answers {
    /// A line of a table.
    fn print(&self, name: &str, truth: &[BTreeSet<u32>]) {
        let certain = self.found.iter().filter(|found| found.exact).count() as f64 / self.found.len() as f64;
        let at = |share: f64| self.times[((self.times.len() - 1) as f64 * share).round() as usize];
        let (p50, p99) = (at(0.5), at(0.99));
        let plan = self.found[0].plan;
        let recall = recall(&self.found, truth);
        println!("{name:36} {recall:>9.4} {certain:>8.3} {p50:>8.2} {p99:>8.2} {:>13.2}  {plan}", self.worked);
    }
}

fn keys(found: &Found<u32>) -> BTreeSet<u32> {
    found.hits.iter().map(|hit| hit.key).collect()
}

/// The part of the truth that was found, of as many questions as it is told for.
fn recall(found: &[Found<u32>], truth: &[BTreeSet<u32>]) -> f64 {
    let all: usize = truth.iter().map(BTreeSet::len).sum();
    let right: usize = found.iter().zip(truth).map(|(found, truth)| keys(found).intersection(truth).count()).sum();
    right as f64 / all.max(1) as f64
}

/// Holds exact scans to a sort of all scores in f64, of the same bytes and of the f32 rows that they were made of.
fn sorted(index: &Index<u32>, data: &Data, count: usize, scanned: &[Found<u32>]) {
    let there = data.rows.len() / data.width;
    let (mut of_bytes, mut of_singles) = (0, 0);
    for (question, found) in data.questions.iter().zip(scanned).take(SORTED) {
        let dot = |row: &[f32]| row.iter().zip(question.direction()).map(|(x, q)| f64::from(x * q)).sum::<f64>();
        let best = |scores: &mut Vec<(f64, u32)>| {
            scores.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            let keys: BTreeSet<u32> = scores.iter().take(MOST).map(|(_, key)| *key).collect();
            found.hits.iter().filter(|hit| keys.contains(&hit.key)).count()
        };
        let vectors = index.vectors();
        of_bytes += best(&mut (0..count as u32).map(|row| (dot(&vectors.direction(row)), *vectors.key(row))).collect());
        if count <= there {
            let rows = data.rows.chunks_exact(data.width).take(count).zip(0..);
            of_singles += best(&mut rows.map(|(row, key)| (dot(row), key)).collect());
        }
    }
    let all = (MOST * SORTED.min(scanned.len())) as f64;
    println!("exact scan against a sort of all scores in f64: recall@{MOST} {:.4}", f64::from(of_bytes as u32) / all);
    if count <= there {
        println!("the same against the rows before they became bytes: {:.4}", f64::from(of_singles as u32) / all);
    }
}

/// Three kinds of filters, each given in another of the ways; recall is told of the first questions, times of all.
fn filters(index: &Index<u32>, data: &Data) -> Result<(), Box<dyn Error>> {
    let vectors = index.vectors();
    for share in [0.001, 0.01, 0.1, 0.5, 1.0] {
        let wide = (1_000.0 * share) as usize;
        let first = (1_000 - wide) / 2;
        let drawn = |name: &str, key: u32| draw(3, name, u64::from(key)).below(1_000);
        let keys = |admits: &dyn Fn(u32) -> bool| (0..vectors.len() as u32).filter(|key| admits(*key)).collect();
        // One of 1 / share labels; years from one to another; a tag among the tags of an item.
        let equal: BTreeSet<u32> = keys(&|key| drawn("label", key) / wide == 0);
        let range: BTreeSet<u32> = keys(&|key| (first..first + wide).contains(&drawn("year", key)));
        let member: BTreeSet<u32> = keys(&|key| tags(&mut draw(3, "tags", u64::from(key)), share).contains(&2));
        let mut rows: Vec<u32> = range.iter().filter_map(|key| vectors.number(key)).collect();
        rows.sort_unstable();
        let has_tag = |key: &u32| member.contains(key);
        for (name, admitted, filter) in [
            ("equality, a set of keys", &equal, Filter::Keys(&equal)),
            ("range, a list of rows", &range, Filter::Rows(&rows)),
            ("membership, a test", &member, Filter::Test(&has_tag)),
        ] {
            let asked = data.questions.iter().take(SORTED);
            let truth: Vec<BTreeSet<u32>> = asked.map(|question| nearest(index, question, admitted)).collect();
            answers(index, &data.questions, &filter)?.print(&format!("{} %: {name}", share * 100.0), &truth);
        }
    }
    Ok(())
}

/// The nearest of some rows by a sort of all their scores.
fn nearest(index: &Index<u32>, question: &Question, admitted: &BTreeSet<u32>) -> BTreeSet<u32> {
    let numbers: Vec<u32> = admitted.iter().filter_map(|key| index.vectors().number(key)).collect();
    let scores = scan::scores(index.vectors(), question, &numbers);
    let mut ranked: Vec<(f32, u32)> = scores.into_iter().zip(admitted.iter().copied()).collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    ranked.into_iter().take(MOST).map(|(_, key)| key).collect()
}

/// Tags of an item, each with the same chance.
fn tags(draw: &mut Draw, chance: f64) -> Vec<u8> {
    (0..5).filter(|_| f64::from(draw.unit()) < chance).collect()
}

/// Memory of codes against recall.
fn codes(data: &Data, count: usize, truth: &[BTreeSet<u32>]) -> Result<(), Box<dyn Error>> {
    let sample = &data.rows[..data.rows.len().min(SAMPLE * data.width)];
    println!("\ncodes                          bytes   recall@10 at a shortlist of 10, 100, 300");
    let mut coders = vec![("signs, no centre".to_owned(), Coder::plain(data.width))];
    for bits in [128.min(data.width), data.width] {
        for (name, rotation) in [
            ("signs, centred", Rotation::Plain),
            ("random rotation", Rotation::Random),
            ("principal axes", Rotation::Principal),
            ("ITQ", Rotation::Quantising),
        ] {
            coders.push((format!("{name}, {bits} bits"), Coder::learn(rotation, sample, (data.width, bits), 1)));
        }
    }
    for (name, coder) in coders {
        let bytes = coder.bits().div_ceil(8) + 8;
        let index = filled(Index::coded(coder), data, count)?;
        print!("{name:30} {bytes:>5}");
        for least in [10, 100, 300] {
            let limits = Limits { exact: 0, least, every: usize::MAX, each: 0, ..Limits::default() };
            let found = answers(&index.clone().with_limits(limits), &data.questions, &Filter::All)?;
            print!("  {:.4}", recall(&found.found, truth));
        }
        println!();
    }
    Ok(())
}

/// The load of the last minute, where the system tells it.
fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

/// Milliseconds that this process has taken of all processors, where the system tells it, by hundredths of a second.
fn worked() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(") ").next().unwrap_or_default();
    after.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}
