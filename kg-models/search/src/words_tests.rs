//! BM25 by hand, and after any history. In: texts. Out: the scores of a fresh index, bit by bit.

use super::*;
use kgloom_numerics::draw::draw;

fn all<K>(_: &K) -> bool {
    true
}

/// By hand: the one word of the query stands in two of three texts, idf ln(1 + 1.5/2.5) = .470; text 0 has it once in two
/// words, text 1 twice in four, the mean is 3.
#[test]
fn words_are_scored_as_bm25_does() {
    let mut index = Words::new();
    for (key, text) in [(0, "Ocean, deep"), (1, "ocean OCEAN blue sea"), (2, "dry land here")] {
        index.insert(key, text);
    }
    let found = index.search("ocean", 9, &all);
    let idf = (1.0f64 + 1.5 / 2.5).ln();
    let one = idf / (1.0 + 1.2 * (0.25 + 0.75 * 2.0 / 3.0));
    let two = idf * 2.0 / (2.0 + 1.2 * (0.25 + 0.75 * 4.0 / 3.0));
    assert_eq!(found.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [1, 0]);
    assert!((found[0].1 - two).abs() < 1e-12 && (found[1].1 - one).abs() < 1e-12, "{found:?}");
    assert!(index.search("mountain", 9, &all).is_empty());
    assert_eq!(index.search("ocean", 9, &|key| *key != 1).len(), 1);
    assert_eq!(index.scores("ocean", &[2, 0, 7]), [Some(0.0), Some(found[1].1), None]);
}

#[test]
fn words_are_folded_in_any_script() {
    assert_eq!(words("ＡＢＣ Straße, naïve-ish 42 Ελλάδα"), ["abc", "straße", "naïve", "ish", "42", "ελλάδα"]);
    assert!(words(" –!… ").is_empty());
}

#[test]
fn any_history_scores_as_a_fresh_index() {
    for seed in 0..20 {
        let mut draw = draw(seed, "texts", 0);
        let mut lived = Words::new();
        let mut left: BTreeMap<u32, String> = BTreeMap::new();
        for _ in 0..600 {
            let key = draw.below(150) as u32;
            if draw.below(3) == 0 {
                assert_eq!(lived.remove(&key), left.remove(&key).is_some());
            } else {
                // Few words, some of them rare.
                let length = draw.below(12);
                let text: Vec<String> =
                    (0..length).map(|_| format!("w{}", (draw.unit() * draw.unit() * 60.0) as u32)).collect();
                lived.insert(key, &text.join(" "));
                left.insert(key, text.join(" "));
            }
        }
        let mut fresh = Words::new();
        left.iter().rev().for_each(|(key, text)| fresh.insert(*key, text));
        assert_eq!((lived.len(), lived.length, lived.places.len()), (fresh.len(), fresh.length, fresh.places.len()));
        let keys: Vec<u32> = (0..150).collect();
        for query in ["w0 w1 w2", "w3 w3 w40", "w55", "nothing"] {
            for most in [1, 5, 1_000] {
                assert_eq!(lived.search(query, most, &all), fresh.search(query, most, &all));
            }
            assert_eq!(lived.scores(query, &keys), fresh.scores(query, &keys));
        }
    }
}

#[test]
fn nothing_is_left_of_what_is_taken_out() {
    let mut index = Words::new();
    index.insert("a", "one two");
    index.insert("a", "");
    assert!(index.len() == 1 && index.places.is_empty() && index.search("one", 3, &all).is_empty());
    assert!(index.remove(&"a") && !index.remove(&"a") && index.is_empty());
}

#[test]
fn common_words_are_those_that_some_texts_have_and_not_most() {
    let mut words = Words::new();
    for key in 0..30 {
        let own = ["wing of 1958", "the slab", "the x2"][key % 3];
        words.insert(key, if key < 9 { own } else { "the air" });
    }
    // "the" is in nearly all texts, "air" in most, "of" is short, "1958" and "x2" are no words.
    let told: Vec<String> = words.common(4).iter().map(|word| word.to_string()).collect();
    assert_eq!(told, ["slab", "wing"]);
    words.remove(&0);
    assert_eq!(*words.common(1)[0], *"wing");
    assert!(Words::<u32>::new().common(3).is_empty());
}
