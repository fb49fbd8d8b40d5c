//! Texts by their words: BM25 over whole numbers that follow edits.
//!
//! In: texts by key, as they come and go; queries. Out: the texts that share most with a query. Never: a score that a fresh
//! index of the same texts would not give, bit by bit.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// How fast a word that is repeated counts less, and how much longer texts count less (Robertson and Zaragoza 2009; the
/// usual values of Lucene).
const SATURATION: f64 = 1.2;
/// See [`SATURATION`].
const LENGTH: f64 = 0.75;

/// The words of a text: by Unicode's rules (UAX 29), folded by NFKC and to lower case.
pub fn words(text: &str) -> Vec<String> {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    folded.unicode_words().map(str::to_owned).collect()
}

/// Texts of a living set, to be found by their words.
#[derive(Clone, Debug)]
pub struct Words<K> {
    numbers: BTreeMap<K, u32>,
    /// By number; `None` where a text went and none took its place.
    texts: Vec<Option<Text<K>>>,
    free: Vec<u32>,
    /// By word: numbers of texts, and how often each has it.
    places: BTreeMap<Arc<str>, BTreeMap<u32, u32>>,
    /// Words of all texts together.
    length: u64,
}

/// A text as it was put in.
#[derive(Clone, Debug)]
struct Text<K> {
    key: K,
    words: Vec<Arc<str>>,
    length: u32,
}

impl<K> Default for Words<K> {
    fn default() -> Self {
        Words { numbers: BTreeMap::new(), texts: Vec::new(), free: Vec::new(), places: BTreeMap::new(), length: 0 }
    }
}

impl<K: Clone + Ord> Words<K> {
    /// No texts.
    pub fn new() -> Self {
        Words::default()
    }

    /// How many texts.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Puts in a text, in place of the one that the key had. A text without words is one of the texts all the same.
    pub fn insert(&mut self, key: K, text: &str) {
        self.remove(&key);
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for word in words(text) {
            *counts.entry(word).or_default() += 1;
        }
        let number = self.free.pop().unwrap_or(self.texts.len() as u32);
        let length = counts.values().sum();
        let mut own = Vec::with_capacity(counts.len());
        for (word, count) in counts {
            let word = self.places.get_key_value(&*word).map_or_else(|| word.as_str().into(), |(word, _)| word.clone());
            self.places.entry(Arc::clone(&word)).or_default().insert(number, count);
            own.push(word);
        }
        self.length += u64::from(length);
        self.numbers.insert(key.clone(), number);
        let text = Some(Text { key, words: own, length });
        match self.texts.get_mut(number as usize) {
            Some(place) => *place = text,
            None => self.texts.push(text),
        }
    }

    /// Takes a text out; whether there was one.
    pub fn remove(&mut self, key: &K) -> bool {
        let Some(number) = self.numbers.remove(key) else { return false };
        let text = self.texts[number as usize].take();
        for word in text.iter().flat_map(|text| &text.words) {
            if let Some(places) = self.places.get_mut(word) {
                places.remove(&number);
                if places.is_empty() {
                    self.places.remove(word);
                }
            }
        }
        self.length -= text.map_or(0, |text| u64::from(text.length));
        self.free.push(number);
        true
    }

    /// The texts that share most with a query and whose key passes, best first, ties by key; a text that shares no word is
    /// not found.
    pub fn search(&self, query: &str, most: usize, passes: &dyn Fn(&K) -> bool) -> Vec<(K, f64)> {
        let mut scores = vec![0f64; self.texts.len()];
        let mut touched = Vec::new();
        self.each_share(query, |number, share| {
            if scores[number as usize] == 0.0 {
                touched.push(number);
            }
            scores[number as usize] += share;
        });
        let text = |number: u32| self.texts[number as usize].as_ref().map(|text| (&text.key, scores[number as usize]));
        let mut found: Vec<(&K, f64)> = touched.into_iter().filter_map(text).filter(|(key, _)| passes(key)).collect();
        let order = |one: &(&K, f64), other: &(&K, f64)| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(other.0));
        if most < found.len() {
            found.select_nth_unstable_by(most, order);
            found.truncate(most);
        }
        found.sort_unstable_by(order);
        found.into_iter().map(|(key, score)| (key.clone(), score)).collect()
    }

    /// The words that most texts have of those that at most a tenth has, at most so many, the commonest first, ties by the word:
    /// what texts are about. Of three letters or more; what stands in more texts is mostly there for the sentence.
    pub fn common(&self, most: usize) -> Vec<Arc<str>> {
        let is_told = |(word, places): &(&Arc<str>, &BTreeMap<u32, u32>)| {
            places.len() * 10 <= self.len() && word.chars().count() >= 3 && word.chars().all(char::is_alphabetic)
        };
        let told = self.places.iter().filter(is_told);
        let mut words: Vec<(Reverse<usize>, &Arc<str>)> =
            told.map(|(word, places)| (Reverse(places.len()), word)).collect();
        words.sort();
        words.into_iter().take(most).map(|(_, word)| Arc::clone(word)).collect()
    }

    /// What each of some texts shares with a query; 0 for nothing, `None` where there is no text.
    pub fn scores(&self, query: &str, keys: &[K]) -> Vec<Option<f64>> {
        let mut scores = vec![0f64; self.texts.len()];
        self.each_share(query, |number, share| scores[number as usize] += share);
        keys.iter().map(|key| Some(scores[*self.numbers.get(key)? as usize])).collect()
    }

    /// What each word of a query adds to the score of each text that has it, in the order of the query.
    fn each_share(&self, query: &str, mut add: impl FnMut(u32, f64)) {
        let all = self.len() as f64;
        let mean = self.length as f64 / self.len().max(1) as f64;
        for places in words(query).iter().filter_map(|word| self.places.get(&**word)) {
            let with = places.len() as f64;
            let rare = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
            for (&number, &count) in places {
                let (count, length) = (f64::from(count), self.texts[number as usize].as_ref().map_or(0, |t| t.length));
                let long = 1.0 - LENGTH + LENGTH * f64::from(length) / mean;
                add(number, rare * count / (count + SATURATION * long));
            }
        }
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
