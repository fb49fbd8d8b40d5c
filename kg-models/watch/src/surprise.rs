//! Which facts are surprising: how far the tail of each is from what its head and its relation tell, beside the facts that were
//! there before. In: facts, as directions of length 1 at both ends and a relation's name; or a folder. Out: a pinned reference,
//! and by it the surprise of any fact. Never: a surprise that depends on other facts that are judged.

use crate::maps::{Ends, Maps, axes};
use kgloom_numerics::Error;
use kgloom_numerics::artifact::{Array, Storage};
use kgloom_numerics::covariance::mean;
use kgloom_numerics::draw::draw;
use kgloom_numerics::model_folder::{ModelFiles, ModelFolder};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Facts that a reference is made of, at the least.
pub const LEAST: usize = 20;
/// Facts that a reference is made of at the most; of more, so many are drawn.
const MOST: usize = 100_000;
/// Parts of the facts, each of which is judged by maps that were made of the others.
const PARTS: usize = 4;
/// Facts at the mean of all that each relation's own means are drawn towards.
const PRIOR: f64 = 5.0;
/// Facts of all relations that stand beside a relation's own where a distance is compared.
const BESIDE: f64 = 20.0;

const FOLDER: ModelFolder = ModelFolder {
    name: "surprise",
    card: "facts.json",
    weights: "facts.safetensors",
    indented: true,
    remedy: "make the reference anew",
};

/// A fact between two things: what is said around both, as directions of length 1, and the name of its relation.
#[derive(Clone, Copy, Debug)]
pub struct Fact<'a> {
    /// Around the head.
    pub head: &'a [f32],
    /// The relation.
    pub relation: &'a str,
    /// Around the tail.
    pub tail: &'a [f32],
}

/// What is written beside the numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactCard {
    /// The encoder of all directions, by its id.
    pub encoder: String,
    /// Numbers in a direction.
    pub width: usize,
    /// Directions along which a relation has a turn of its own.
    pub axes: usize,
    /// Relations by name, with the number of their facts.
    pub relations: BTreeMap<String, usize>,
    /// The relations among them that have a turn of their own.
    pub turned: BTreeSet<String>,
    /// Things whose direction is pinned, sorted by name.
    pub hubs: Vec<String>,
}

/// What facts were like, pinned.
#[derive(Clone, Debug, PartialEq)]
pub struct FactReference {
    /// What it is.
    pub card: FactCard,
    /// By relation, and last for any other one: the means of heads and of tails, rows × width.
    means: [Vec<f32>; 2],
    maps: Maps,
    /// By relation, the distances of its facts, the least first.
    distances: Vec<Vec<f32>>,
    /// All of them, the least first.
    all: Vec<f32>,
    /// The directions of hubs: hubs × width.
    hubs: Vec<f32>,
}

impl FactReference {
    /// A reference of facts. The tail of a fact is told from its head by ridge regression: by one map for all relations and,
    /// where a relation has fifty facts, a turn of its own in 32 directions, both around the means of the relation. The
    /// distances that are kept are those of facts that the maps were not made of. `hubs` are things whose direction is pinned
    /// with the reference. The seed says which facts go together in a part, and are drawn where there are too many.
    ///
    /// # Errors
    /// When there are fewer than [`LEAST`] facts, or directions differ in width.
    pub fn of(
        facts: &[Fact<'_>],
        hubs: &BTreeMap<String, Vec<f32>>,
        (encoder, seed): (&str, u64),
    ) -> Result<FactReference, Error> {
        let wrong = |reason: String| Error::Data { name: "facts".to_owned(), reason };
        if facts.len() < LEAST {
            return Err(wrong(format!("{} facts; give at least {LEAST}", facts.len())));
        }
        let width = facts[0].head.len();
        let rows = facts.iter().flat_map(|fact| [fact.head, fact.tail]).chain(hubs.values().map(Vec::as_slice));
        if width == 0 || rows.into_iter().any(|row| row.len() != width) {
            return Err(wrong("directions differ in width; take them from one encoder".to_owned()));
        }
        let mut places: Vec<usize> = (0..facts.len()).collect();
        draw(seed, "watch facts", 0).shuffle(&mut places);
        places.truncate(MOST);
        let facts: Vec<Fact<'_>> = places.iter().map(|place| facts[*place]).collect();
        let mut relations: BTreeMap<String, usize> = BTreeMap::new();
        facts.iter().for_each(|fact| *relations.entry(fact.relation.to_owned()).or_default() += 1);
        let counts: Vec<usize> = relations.values().copied().collect();
        let names: BTreeMap<&str, usize> = relations.keys().map(String::as_str).zip(0..).collect();
        let of: Vec<usize> = facts.iter().map(|fact| names[fact.relation]).collect();
        let mut sides: [Vec<f32>; 2] = [
            facts.iter().flat_map(|fact| fact.head).copied().collect(),
            facts.iter().flat_map(|fact| fact.tail).copied().collect(),
        ];
        let axes = axes(&sides.concat(), width);
        let means = sides.each_ref().map(|rows| means(rows, width, (&of, counts.len())));
        sides.iter_mut().zip(&means).for_each(|(rows, means)| centre(rows, means, width, &of));
        let all = Ends { width, heads: &sides[0], tails: &sides[1], relations: &of };
        let mut distances = vec![Vec::new(); counts.len()];
        for part in 0..PARTS {
            let [own, others] = [true, false].map(|own| Part::of(all, |place| (place % PARTS == part) == own));
            let maps = Maps::of(others.ends(width), &axes, counts.len());
            for (distance, relation) in maps.distances(own.ends(width)).into_iter().zip(&own.relations) {
                // What the fact itself adds to the mean of its relation is taken out of its distance.
                let weight = counts[*relation] as f64 + PRIOR;
                distances[*relation].push((f64::from(distance) * weight / (weight - 1.0)) as f32);
            }
        }
        distances.iter_mut().for_each(|own: &mut Vec<f32>| own.sort_by(f32::total_cmp));
        let maps = Maps::of(all, &axes, counts.len() + 1);
        let has_turn = |(_, place): &(&str, usize)| !maps.turns[*place].is_empty();
        let turned = names.into_iter().filter(has_turn).map(|(name, _)| name.to_owned()).collect();
        let card = FactCard {
            encoder: encoder.to_owned(),
            width,
            axes: axes.len() / width,
            turned,
            relations,
            hubs: hubs.keys().cloned().collect(),
        };
        let hubs = hubs.values().flatten().copied().collect();
        let all = sorted(&distances);
        Ok(FactReference { card, means, maps, distances, all, hubs })
    }

    /// The pinned direction of a hub; none for any other thing.
    pub fn hub(&self, name: &str) -> Option<&[f32]> {
        let place = self.card.hubs.binary_search_by(|hub| hub.as_str().cmp(name)).ok()?;
        Some(&self.hubs[place * self.card.width..][..self.card.width])
    }

    /// How surprising each fact is: the share of the facts of its relation whose tail is nearer to what their head tells, 20
    /// facts of all relations being counted beside them; of a relation that the reference does not know, the share of all.
    /// Directions have the width of the reference.
    pub fn surprises(&self, facts: &[Fact<'_>]) -> Vec<f32> {
        let width = self.card.width;
        let names: BTreeMap<&str, usize> = self.card.relations.keys().map(String::as_str).zip(0..).collect();
        let unknown = names.len();
        let of: Vec<usize> = facts.iter().map(|fact| names.get(fact.relation).copied().unwrap_or(unknown)).collect();
        let mut sides: [Vec<f32>; 2] = [
            facts.iter().flat_map(|fact| fact.head).copied().collect(),
            facts.iter().flat_map(|fact| fact.tail).copied().collect(),
        ];
        sides.iter_mut().zip(&self.means).for_each(|(rows, means)| centre(rows, means, width, &of));
        let ends = Ends { width, heads: &sides[0], tails: &sides[1], relations: &of };
        self.maps
            .distances(ends)
            .into_iter()
            .zip(&of)
            .map(|(distance, relation)| self.share(distance, *relation))
            .collect()
    }

    fn share(&self, distance: f32, relation: usize) -> f32 {
        let own: &[f32] = self.distances.get(relation).map_or(&[], Vec::as_slice);
        let below = |all: &[f32]| all.partition_point(|other| *other < distance) as f64;
        let beside = BESIDE * below(&self.all) / self.all.len().max(1) as f64;
        ((below(own) + beside) / (own.len() as f64 + BESIDE)) as f32
    }

    fn files(&self) -> Result<ModelFiles<'static>, Error> {
        let FactCard { width, axes, ref relations, ref turned, ref hubs, .. } = self.card;
        let array = |name: &str, shape: &[usize], values: Vec<f32>| {
            (name.to_owned(), Array { shape: shape.to_vec(), values }, Storage::Single)
        };
        let [heads, tails] = self.means.each_ref().map(|means| means.clone());
        FOLDER.pack(
            &self.card,
            &[
                array("heads", &[relations.len() + 1, width], heads),
                array("tails", &[relations.len() + 1, width], tails),
                array("map", &[width, width], self.maps.map.clone()),
                array("axes", &[axes, width], self.maps.axes.clone()),
                array("turns", &[turned.len(), axes, axes], self.maps.turns.concat()),
                array("distances", &[self.all.len()], self.distances.concat()),
                array("hubs", &[hubs.len(), width], self.hubs.clone()),
            ],
        )
    }

    /// The reference's name: a hash of its files and of the code's meaning.
    ///
    /// # Errors
    /// When its numbers do not fill their shapes.
    pub fn id(&self) -> Result<String, Error> {
        Ok(self.files()?.id())
    }

    /// Writes the reference into a folder, where a [`crate::Reference`] may lie too.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        self.files()?.write(folder)
    }

    /// Whether a folder holds one.
    pub fn lies_in(folder: &Path) -> bool {
        FOLDER.lies_in(folder)
    }

    /// The name of the reference in a folder, without its numbers being looked at.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn id_in(folder: &Path) -> Result<String, Error> {
        Ok(FOLDER.read(folder)?.id())
    }

    /// Reads a reference that [`FactReference::write`] wrote.
    ///
    /// # Errors
    /// When a file is missing or malformed, or its parts do not belong together.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let files = FOLDER.read(folder)?;
        let card: FactCard = files.card()?;
        let FactCard { width, axes, ref relations, ref turned, ref hubs, .. } = card;
        if width == 0 || !hubs.is_sorted() || turned.iter().any(|name| !relations.contains_key(name)) {
            return Err(
                files.unfit(format_args!("its card does not agree with itself: {width} numbers in a direction"))
            );
        }
        let weights = files.weights()?;
        let array = |name: &str, shape: &[usize]| weights.array(name, shape).map(|array| array.values.clone());
        let count: usize = relations.values().sum();
        let (mut all, mut turns) = (array("distances", &[count])?, array("turns", &[turned.len(), axes, axes])?);
        let distances = relations.values().map(|count| all.drain(..*count).collect()).collect::<Vec<Vec<f32>>>();
        let mut turn =
            |name: &String| if turned.contains(name) { turns.drain(..axes * axes).collect() } else { vec![] };
        let mut turns: Vec<Vec<f32>> = relations.keys().map(&mut turn).collect();
        turns.push(Vec::new());
        Ok(FactReference {
            means: [array("heads", &[relations.len() + 1, width])?, array("tails", &[relations.len() + 1, width])?],
            maps: Maps { map: array("map", &[width, width])?, axes: array("axes", &[axes, width])?, turns },
            all: sorted(&distances),
            distances,
            hubs: array("hubs", &[hubs.len(), width])?,
            card,
        })
    }
}

/// Facts of one part.
struct Part {
    heads: Vec<f32>,
    tails: Vec<f32>,
    relations: Vec<usize>,
}

impl Part {
    fn of(ends: Ends<'_>, belongs: impl Fn(usize) -> bool) -> Part {
        let places: Vec<usize> = (0..ends.relations.len()).filter(|place| belongs(*place)).collect();
        let rows =
            |rows: &[f32]| places.iter().flat_map(|place| &rows[place * ends.width..][..ends.width]).copied().collect();
        Part {
            heads: rows(ends.heads),
            tails: rows(ends.tails),
            relations: places.iter().map(|place| ends.relations[*place]).collect(),
        }
    }

    fn ends(&self, width: usize) -> Ends<'_> {
        Ends { width, heads: &self.heads, tails: &self.tails, relations: &self.relations }
    }
}

/// The mean of each relation's rows, drawn towards the mean of all, and last that mean itself.
fn means(rows: &[f32], width: usize, (relations, count): (&[usize], usize)) -> Vec<f32> {
    let whole = mean(rows, width);
    let mut sums: Vec<(f64, Vec<f64>)> = vec![(PRIOR, whole.iter().map(|x| PRIOR * x).collect()); count + 1];
    for (row, relation) in rows.chunks_exact(width).zip(relations) {
        let (weight, sum) = &mut sums[*relation];
        *weight += 1.0;
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
    }
    sums.into_iter().flat_map(|(weight, sum)| sum.into_iter().map(move |x| (x / weight) as f32)).collect()
}

fn centre(rows: &mut [f32], means: &[f32], width: usize, relations: &[usize]) {
    for (row, relation) in rows.chunks_exact_mut(width).zip(relations) {
        row.iter_mut().zip(&means[relation * width..][..width]).for_each(|(x, mean)| *x -= mean);
    }
}

fn sorted(distances: &[Vec<f32>]) -> Vec<f32> {
    let mut all = distances.concat();
    all.sort_by(f32::total_cmp);
    all
}

#[cfg(test)]
#[path = "surprise_tests.rs"]
mod tests;
