//! A bridge on disk, with what was seen of it. In: a comparison of two encoders; later a file. Out: the map, and its card. Never: a
//! map between other encoders than those of its card.

use crate::bridge::{Bridged, Comparison, Kind, NAME};
use crate::linear_map::LinearMap;
use kgloom_numerics::Error;
use kgloom_numerics::artifact;
use kgloom_numerics::vectors::Encode;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What is known of a bridge: it lies beside the map, in a file of the same name that ends in `.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BridgeCard {
    /// A hash of the map and of both encoders' ids.
    pub id: String,
    /// The encoder that made the vectors that are there.
    pub old: String,
    /// The encoder that asks.
    pub new: String,
    /// The best way across.
    pub kind: Kind,
    /// The share of the ten neighbours by old vectors that new ones find over it, on texts held back.
    pub recall: f64,
    /// The mean cosine of a text's new vector, brought across, with its old one.
    pub cosine: f64,
    /// Texts that it was fitted on.
    pub fitted: usize,
    /// Texts that it was measured on.
    pub held: usize,
    /// What was asked for when it was made; below it there is no map.
    pub least: f64,
    /// A hash of the texts.
    pub texts_hash: String,
    /// The reader whose vectors answer, where they are a graph's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reader: Option<String>,
}

/// A bridge with its card.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptBridge {
    /// What is known of it; nothing where there is a map alone.
    pub card: Option<BridgeCard>,
    /// The map; none where it was refused.
    pub map: Option<LinearMap>,
}

impl KeptBridge {
    /// The best bridge of a comparison between encoders of these ids, on texts of this hash.
    pub fn of(found: &Comparison, (old, new): (&str, &str), texts_hash: String) -> KeptBridge {
        let Some(best) = found.best() else { return KeptBridge { card: None, map: None } };
        let card = BridgeCard {
            id: id_of(&best.map, [old, new]),
            old: old.to_owned(),
            new: new.to_owned(),
            kind: best.kind,
            recall: best.recall,
            cosine: best.cosine,
            fitted: found.fitted,
            held: found.held,
            least: found.least,
            texts_hash,
            reader: None,
        };
        let map = (best.recall >= found.least).then(|| best.map.clone());
        KeptBridge { card: Some(card), map }
    }

    /// Writes the card, and the map where there is one.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), Error> {
        if card_of(file) == file {
            let reason = "ends in .json, as the card beside it does; name it otherwise".to_owned();
            return Err(Error::Unsupported { name: file.display().to_string(), reason });
        }
        match &self.map {
            Some(map) => map.write(file, NAME)?,
            // An older one must not be taken for it.
            None => {
                if file.exists() {
                    std::fs::remove_file(file).map_err(Error::write(file))?;
                }
            }
        }
        self.card.as_ref().map_or(Ok(()), |card| artifact::write_json(&card_of(file), card))
    }

    /// Reads what [`KeptBridge::write`] wrote, or a map without a card; none where neither is there.
    ///
    /// # Errors
    /// When a file is damaged, or map and card are of two bridges.
    pub fn read(file: &Path) -> Result<Option<KeptBridge>, Error> {
        let beside = card_of(file);
        let card = if beside.exists() { Some(artifact::read_json(&beside)?) } else { None };
        let map = if file.exists() { Some(LinearMap::read(file, NAME)?) } else { None };
        if let (Some(BridgeCard { id, old, new, .. }), Some(map)) = (&card, &map)
            && *id != id_of(map, [old, new])
        {
            let reason = format!("the card beside it, \"{}\", is another bridge's; fit it again", beside.display());
            return Err(Error::Unsupported { name: file.display().to_string(), reason });
        }
        Ok((card.is_some() || map.is_some()).then_some(KeptBridge { card, map }))
    }

    /// Puts the bridge behind the encoder that asks; `old` made the vectors that answer, where that is known.
    ///
    /// # Errors
    /// When nothing is known of it, it is between other encoders, finds less than `least` of what old vectors find, or is for another width.
    pub fn behind(self, encoder: Box<dyn Encode>, old: Option<&str>, least: f64) -> Result<Bridged, Error> {
        let refused = |reason: String| Error::Unsupported { name: NAME.to_owned(), reason };
        let Some(card) = &self.card else {
            let reason = "its card is not beside it, so that nobody knows between which encoders it leads; `kgloom models \
                          compare --out` writes both";
            return Err(refused(reason.to_owned()));
        };
        let new = encoder.id();
        for (whose, made, now) in [("to", &card.old, old), ("from", &card.new, Some(new.as_str()))] {
            if let Some(now) = now.filter(|now| made != now) {
                return Err(refused(format!("it leads {whose} encoder {made}, and {now} is at hand")));
            }
        }
        if card.recall < least {
            return Err(refused(card.refusal(least)));
        }
        match self.map {
            Some(map) => Bridged::new(encoder, map),
            None => Err(refused("its map is not there".to_owned())),
        }
    }
}

impl BridgeCard {
    /// Why it is refused, where it finds less than `least`.
    pub fn refusal(&self, least: f64) -> String {
        format!(
            "the best bridge from encoder {} to {} finds {:.3} of what old vectors find ({} texts held back), {least} is the \
             least",
            self.new, self.old, self.recall, self.held
        )
    }
}

/// A hash of a map and of the ids of the encoders that it lies between.
fn id_of(map: &LinearMap, encoders: [&str; 2]) -> String {
    let mut hasher = blake3::Hasher::new();
    for id in encoders {
        hasher.update(blake3::hash(id.as_bytes()).as_bytes());
    }
    map.matrix.iter().chain(&map.bias).for_each(|x| {
        hasher.update(&x.to_le_bytes());
    });
    hasher.finalize().to_hex()[..12].to_owned()
}

fn card_of(file: &Path) -> PathBuf {
    file.with_extension("json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::{Both, of_vectors};
    use crate::fit::units;
    use kgloom_numerics::draw::draw;
    use std::sync::Arc;

    const WIDTH: usize = 8;

    /// Two encoders of which one turns what the other says, and one that says something else.
    fn compared(related: bool) -> Comparison {
        let rows = |stream| units(&draw(1, "old", stream).normals(400 * WIDTH, 1.0), WIDTH);
        let new = |stream: u64| match related {
            true => rows(stream).chunks(WIDTH).flat_map(|row| row.iter().rev().copied().collect::<Vec<_>>()).collect(),
            false => rows(stream + 10),
        };
        let both = |stream| Both { old: rows(stream), new: new(stream) };
        of_vectors((WIDTH, WIDTH), (&both(0), &both(1)), 0.9).unwrap()
    }

    struct Named(&'static str);

    impl Encode for Named {
        fn id(&self) -> String {
            self.0.to_owned()
        }

        fn width(&self) -> usize {
            WIDTH
        }

        fn read(&self, texts: &[Option<Arc<str>>], _: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<f32>, Error> {
            Ok(texts.iter().flat_map(|_| (0..WIDTH).map(|x| x as f32)).collect())
        }
    }

    #[test]
    fn a_bridge_is_read_as_it_was_written_and_leads_between_its_encoders_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bridge.safetensors");
        assert_eq!(KeptBridge::read(&file).unwrap(), None);
        let bridge = KeptBridge::of(&compared(true), ("one", "other"), "texts".to_owned());
        bridge.write(&file).unwrap();
        assert_eq!(KeptBridge::read(&file).unwrap(), Some(bridge.clone()));
        let card = bridge.card.clone().unwrap();
        assert!(card.recall > 0.95 && (card.fitted, card.held) == (400, 400), "{card:?}");
        let bridged = bridge.clone().behind(Box::new(Named("other")), Some("one"), 0.9).unwrap();
        let row = bridged.read(&[Some("a".into())], &|_, _| ()).unwrap();
        assert!(row[0] > row[7], "numbers are turned round: {row:?}");
        for (new, old, says) in [("third", "one", "from encoder other"), ("other", "third", "to encoder one")] {
            let error = bridge.clone().behind(Box::new(Named(new)), Some(old), 0.9).err().unwrap().to_string();
            assert!(error.contains(says), "{error}");
        }
        let error = bridge.behind(Box::new(Named("other")), Some("one"), 1.1).err().unwrap().to_string();
        assert!(error.contains("1.1 is the least"), "{error}");
    }

    #[test]
    fn what_is_refused_is_remembered_without_a_map() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bridge.safetensors");
        KeptBridge::of(&compared(true), ("one", "other"), String::new()).write(&file).unwrap();
        let map = std::fs::read(&file).unwrap();
        KeptBridge::of(&compared(false), ("one", "other"), String::new()).write(&file).unwrap();
        let kept = KeptBridge::read(&file).unwrap().unwrap();
        assert!(kept.map.is_none() && kept.card.as_ref().is_some_and(|card| card.recall < 0.5), "{kept:?}");
        let error = kept.behind(Box::new(Named("other")), Some("one"), 0.9).err().unwrap().to_string();
        assert!(error.contains("0.9 is the least") && error.contains("400 texts held back"), "{error}");
        // A map beside the card of another bridge, as a kill may leave it, is none.
        std::fs::write(&file, map).unwrap();
        assert!(KeptBridge::read(&file).err().unwrap().to_string().contains("another bridge's"));
    }
}
