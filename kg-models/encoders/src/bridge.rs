//! Bridges between an old and a new encoder, so that vectors made by the old one stay useful; each measures itself.
//!
//! In: vectors of the same texts by both. Out: a map from new vectors to old ones, how well it finds what old ones find, and
//! a verdict. Never: a bridge below the recall that was asked for.

use crate::fit::{Pairs, ridge, units};
use crate::linear_map::{LinearMap, Moments};
use crate::neighbours::{NEIGHBOURS, agreement, mean_cosine, nearest};
use crate::rotation::procrustes;
use crate::texts::{given, part};
use kgloom_numerics::Error;
use kgloom_numerics::vectors::Encode;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// The recall below which a bridge is refused, unless another is asked for. The same encoder run in bytes instead of f32 keeps
/// about 93 of 100 nearest neighbours: a bridge that keeps clearly fewer costs more than such a change of arithmetic, and the
/// texts are better read anew. (Drift-Adapter's bridges between published encoders keep 95 to 99.)
pub const LEAST_RECALL: f64 = 0.9;
/// From this recall on, without a bridge, both encoders are taken for one.
const SAME: f64 = 0.99;
/// One text in so many is held back to measure on.
const HELD: usize = 3;
/// One of so many of the others checks the ridge.
const CHECKED: usize = 5;
/// The fewest texts that tell anything: enough held back for ten neighbours of each to be few of them.
const FEWEST: usize = 300;

/// The name of a bridge in its file.
pub(crate) const NAME: &str = "bridge";

/// How vectors of the new encoder are brought to those of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Not at all.
    None,
    /// By the difference of the means (query drift compensation, Goswami et al. 2025).
    Shift,
    /// By the rotation that fits best around the means (orthogonal Procrustes).
    Rotation,
    /// By ridge regression.
    Ridge,
}

/// One way across, as measured on texts held back: new vectors ask, old ones answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crossing {
    /// Which.
    pub kind: Kind,
    /// The share of the ten neighbours by old vectors that are found.
    pub recall: f64,
    /// The mean cosine of a text's new vector, brought across, with its old one.
    pub cosine: f64,
    /// The map itself.
    #[serde(skip)]
    pub map: LinearMap,
}

/// What two encoders are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The new one finds what the old one finds: nothing need be done.
    Same,
    /// Without a bridge the new one reaches the least recall; a bridge may do better.
    Drifted,
    /// Over a bridge the new one reaches the least recall.
    Bridged,
    /// No bridge reaches it: the texts must be read anew.
    Unrelated,
}

/// Two encoders compared.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Texts that maps were fitted on.
    pub fitted: usize,
    /// Texts they were measured on.
    pub held: usize,
    /// The ways across: without a bridge first; those between equal widths alone are left out where they differ.
    pub crossings: Vec<Crossing>,
    /// The least recall that was asked for.
    pub least: f64,
    /// What follows.
    pub verdict: Verdict,
}

/// Vectors of the same texts by two encoders, of length 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Both {
    /// By the old one: texts × its width.
    pub old: Vec<f32>,
    /// By the new one: texts × its width.
    pub new: Vec<f32>,
}

/// Reads texts by both encoders and compares them: a third of the texts, drawn by a seed, is held back. `on_progress` hears
/// how many texts are done.
///
/// # Errors
/// When there are fewer than 300 different texts, or one does not tokenize.
pub fn compare(
    (old, new): (&dyn Encode, &dyn Encode),
    texts: &[Arc<str>],
    (least, seed): (f64, u64),
    on_progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Comparison, Error> {
    let (fitted, held) = part(texts, HELD, seed);
    let count = fitted.len() + held.len();
    if count < FEWEST {
        let reason = format!("{count} different texts; {FEWEST} or more are wanted, some thousands are better");
        return Err(Error::Data { name: "texts to compare by".to_owned(), reason });
    }
    let both = |texts: &[Arc<str>]| -> Result<Both, Error> {
        let texts = given(texts);
        let (old_rows, new_rows) = (old.read(&texts, on_progress)?, new.read(&texts, on_progress)?);
        Ok(Both { old: units(&old_rows, old.width()), new: units(&new_rows, new.width()) })
    };
    of_vectors((old.width(), new.width()), (&both(&fitted)?, &both(&held)?), least)
}

/// Compares vectors of the same texts by an old and a new encoder of some widths: bridges are fitted on the first texts and
/// measured on the others.
///
/// # Errors
/// When the texts are too few to tell a map.
pub fn of_vectors(
    (old_width, new_width): (usize, usize),
    (Both { old, new }, held): (&Both, &Both),
    least: f64,
) -> Result<Comparison, Error> {
    let (old_held, new_held) = (held.old.as_slice(), held.new.as_slice());
    let wanted = nearest((old_held, old_held), old_width, NEIGHBOURS, true);
    let cross = |kind: Kind, map: LinearMap| {
        let across = map.apply_units(new_held);
        let found = nearest((&across, old_held), old_width, NEIGHBOURS, true);
        let (recall, cosine) = (agreement(&wanted, &found), mean_cosine(&across, old_held, old_width));
        Crossing { kind, recall, cosine, map }
    };
    let mut crossings = Vec::new();
    if old_width == new_width {
        let moments = Moments::of((new, new_width), (old, old_width));
        let (from, to) = moments.means();
        let drift = to.iter().zip(from).map(|(to, from)| (to - from) as f32).collect();
        let identity = LinearMap::identity(new_width);
        let shift = LinearMap { bias: drift, ..identity.clone() };
        crossings.push(cross(Kind::None, identity));
        crossings.push(cross(Kind::Shift, shift));
        crossings.push(cross(Kind::Rotation, procrustes(&moments)));
    }
    let checked = old.len() / old_width / CHECKED;
    let (checks_new, new_rows) = new.split_at(checked * new_width);
    let (checks_old, old_rows) = old.split_at(checked * old_width);
    let pairs = Pairs { from: new_rows, to: old_rows };
    let fitted = ridge((new_width, old_width), pairs, Pairs { from: checks_new, to: checks_old })?;
    crossings.push(cross(Kind::Ridge, fitted.map));
    let plain = crossings.iter().find(|crossing| crossing.kind == Kind::None).map_or(0.0, |crossing| crossing.recall);
    let best = crossings.iter().map(|crossing| crossing.recall).fold(0.0, f64::max);
    let verdict = match () {
        () if plain >= SAME => Verdict::Same,
        () if plain >= least => Verdict::Drifted,
        () if best >= least => Verdict::Bridged,
        () => Verdict::Unrelated,
    };
    Ok(Comparison { fitted: old.len() / old_width, held: old_held.len() / old_width, crossings, least, verdict })
}

impl Comparison {
    /// The way across with the highest recall, the simplest of equal ones.
    pub fn best(&self) -> Option<&Crossing> {
        self.crossings.iter().reduce(|best, next| if best.recall >= next.recall { best } else { next })
    }

    /// The same, where it reaches the least recall.
    ///
    /// # Errors
    /// When none reaches it.
    pub fn bridge(&self) -> Result<&Crossing, Error> {
        let best = self.best();
        best.filter(|crossing| crossing.recall >= self.least).ok_or_else(|| Error::Unsupported {
            name: "the new encoder".to_owned(),
            reason: format!(
                "no bridge to the old one: the best finds {:.3} of what old vectors find, {} is the least; \
                 read the texts anew, or ask for less",
                best.map_or(0.0, |best| best.recall),
                self.least
            ),
        })
    }

    /// The comparison for people.
    pub fn table(&self) -> String {
        let mut out = format!(
            "new vectors ask, old ones answer: {} texts held back, {} fitted\n\n{:10} {:>9} {:>7}\n",
            self.held, self.fitted, "bridge", "recall@10", "cosine"
        );
        for Crossing { kind, recall, cosine, .. } in &self.crossings {
            let name = format!("{kind:?}").to_lowercase();
            let _ = writeln!(out, "{name:10} {recall:>9.3} {cosine:>7.3}");
        }
        let said = match self.verdict {
            Verdict::Same => "same: the index stays as it is",
            Verdict::Drifted => "drifted: the index can be asked as it is; the best bridge finds as much or more",
            Verdict::Bridged => "bridged: the index can be asked over the best bridge",
            Verdict::Unrelated => "unrelated: refused, the texts must be read anew",
        };
        let _ = writeln!(out, "\n{said} (least recall {})", self.least);
        out
    }
}

/// A new encoder whose vectors are brought to those of an old one.
pub struct Bridged {
    encoder: Box<dyn Encode>,
    map: LinearMap,
    id: String,
}

impl Bridged {
    /// Puts a bridge behind an encoder.
    ///
    /// # Errors
    /// When the bridge is for vectors of another width.
    pub fn new(encoder: Box<dyn Encode>, map: LinearMap) -> Result<Self, Error> {
        if map.inputs != encoder.width() {
            let reason = format!("takes vectors of {} numbers, the encoder makes {}", map.inputs, encoder.width());
            return Err(Error::Unsupported { name: NAME.to_owned(), reason });
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(encoder.id().as_bytes());
        map.matrix.iter().chain(&map.bias).for_each(|x| {
            hasher.update(&x.to_le_bytes());
        });
        let id = hasher.finalize().to_hex()[..12].to_owned();
        Ok(Bridged { encoder, map, id })
    }

    /// Puts the bridge in a file behind an encoder.
    ///
    /// # Errors
    /// When the file is damaged, or for vectors of another width.
    pub fn open(encoder: Box<dyn Encode>, file: &Path) -> Result<Self, Error> {
        Bridged::new(encoder, LinearMap::read(file, NAME)?)
    }
}

impl Encode for Bridged {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn width(&self) -> usize {
        self.map.outputs()
    }

    fn read(&self, texts: &[Option<Arc<str>>], on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<f32>, Error> {
        let mut rows = self.map.apply_units(&self.encoder.read(texts, on_progress)?);
        let width = self.width();
        // Where there is no text there is no vector, whatever the bias says.
        for (row, _) in rows.chunks_exact_mut(width).zip(texts).filter(|(_, text)| text.is_none()) {
            row.fill(0.0);
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_numerics::draw::draw;

    const WIDTH: usize = 16;

    fn rows(count: usize, stream: u64) -> Vec<f32> {
        units(&draw(1, "old", stream).normals(count * WIDTH, 1.0), WIDTH)
    }

    fn compared(new: impl Fn(&[f32]) -> Vec<f32>) -> Comparison {
        let (old, held) = (rows(600, 0), rows(300, 1));
        let of = |rows: &[f32]| units(&rows.chunks(WIDTH).flat_map(&new).collect::<Vec<f32>>(), WIDTH);
        let (fitted, measured) = (Both { new: of(&old), old }, Both { new: of(&held), old: held });
        of_vectors((WIDTH, WIDTH), (&fitted, &measured), LEAST_RECALL).unwrap()
    }

    fn recall(found: &Comparison, kind: Kind) -> f64 {
        found.crossings.iter().find(|crossing| crossing.kind == kind).unwrap().recall
    }

    #[test]
    fn equal_encoders_are_the_same() {
        let found = compared(<[f32]>::to_vec);
        assert!(found.verdict == Verdict::Same && recall(&found, Kind::None) == 1.0, "{found:?}");
        assert!(found.bridge().unwrap().kind == Kind::None, "the simplest of equal ones");
        assert!(found.table().contains("same: "));
    }

    #[test]
    fn a_turned_encoder_is_bridged_by_a_rotation() {
        let found = compared(|row| row.iter().rev().map(|x| -x).collect());
        assert!(found.verdict == Verdict::Bridged && recall(&found, Kind::None) < 0.3, "{found:?}");
        assert!(recall(&found, Kind::Rotation) > 0.99 && recall(&found, Kind::Shift) < 0.3, "{found:?}");
        assert!(matches!(found.bridge().unwrap().kind, Kind::Rotation | Kind::Ridge));
    }

    #[test]
    fn a_moved_encoder_is_bridged_by_a_shift() {
        let found = compared(|row| row.iter().enumerate().map(|(at, x)| x + if at == 0 { 0.9 } else { 0.0 }).collect());
        assert!(recall(&found, Kind::Shift) > recall(&found, Kind::None) + 0.03, "{found:?}");
    }

    #[test]
    fn a_stretched_encoder_takes_a_ridge() {
        let found = compared(|row| row.iter().enumerate().map(|(at, x)| x * (1.0 + at as f32)).collect());
        assert!(recall(&found, Kind::Ridge) > recall(&found, Kind::Rotation) + 0.1, "{found:?}");
    }

    #[test]
    fn an_unrelated_encoder_is_refused_with_figures() {
        let at = std::cell::Cell::new(0);
        let found = compared(|_| {
            at.set(at.get() + 1);
            draw(9, "unrelated", at.get()).normals(WIDTH, 1.0)
        });
        assert_eq!(found.verdict, Verdict::Unrelated);
        let said = found.bridge().unwrap_err().to_string();
        assert!(said.contains("0.9 is the least") && said.contains("read the texts anew"), "{said}");
    }

    struct Constant;

    impl Encode for Constant {
        fn id(&self) -> String {
            "constant".to_owned()
        }

        fn width(&self) -> usize {
            2
        }

        fn read(&self, texts: &[Option<Arc<str>>], _: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<f32>, Error> {
            Ok(texts.iter().flat_map(|text| if text.is_some() { [1.0, 0.0] } else { [0.0, 0.0] }).collect())
        }
    }

    #[test]
    fn a_bridge_from_a_file_changes_vectors_and_leaves_nothing_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bridge.safetensors");
        let map = LinearMap { inputs: 2, matrix: vec![0.0, 1.0, 1.0, 0.0], bias: vec![0.0, 1.0] };
        map.write(&file, NAME).unwrap();
        let bridged = Bridged::open(Box::new(Constant), &file).unwrap();
        assert_eq!(bridged.read(&[Some("a".into()), None], &|_, _| ()).unwrap(), [0.0, 1.0, 0.0, 0.0]);
        assert_ne!(bridged.id(), "constant");
        assert!(Bridged::new(Box::new(Constant), LinearMap::identity(3)).is_err());
    }

    #[test]
    fn few_texts_are_refused() {
        let texts: Vec<Arc<str>> = (0..400).map(|place| format!("text {}", place % 200).into()).collect();
        let error = compare((&Constant, &Constant), &texts, (LEAST_RECALL, 1), &|_, _| ()).unwrap_err();
        assert!(error.to_string().contains("200 different texts"), "{error}");
    }
}
