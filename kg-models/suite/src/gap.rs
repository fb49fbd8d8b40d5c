//! Whether a domain is harder than general texts, and whether that is for its texts' complexity alone (FinMTEB, Tang and Yang
//! 2025). In: corpora of one class a text. Out: how well texts of a class lie together, and the gap between corpora. Never: a
//! figure that depends on how many classes there are.

use crate::complexity::{Complexity, Vocabulary};
use crate::task::{Task, vectors};
use crate::typing::some;
use kgloom_corpora::collections;
use kgloom_numerics::Error;
use kgloom_numerics::passes::dot;
use kgloom_numerics::vectors::Encode;
use kgloom_watch::area_under_roc;
use rayon::prelude::*;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// Levels of complexity within which corpora are compared: quarters of all texts.
const LEVELS: usize = 4;
/// Texts that a corpus needs at a level to be compared there.
const LEAST: usize = 10;
/// The corpus of a domain, and the general ones it is held against.
const DOMAIN: &str = "ohsumed";
const GENERAL: [&str; 2] = ["r8", "20newsgroups"];

/// Texts of one class each. The score is the chance that of two others, one of a text's own class and one of another, the
/// first has the larger cosine: ½ without any sense, whatever the number of classes.
#[derive(Clone, Debug)]
pub struct Corpus {
    name: String,
    texts: Vec<Arc<str>>,
    class_of: Vec<u32>,
}

impl Corpus {
    /// At the most so many texts of a set of the folder of all data sets, drawn by a seed.
    ///
    /// # Errors
    /// When the set is missing or malformed.
    pub fn load(root: &Path, set: &str, most: usize, seed: u64) -> Result<Corpus, Error> {
        let set = some(root, set, most, seed)?;
        let class_of = set.gold.iter().filter_map(|classes| classes.first().copied()).collect();
        Ok(Corpus::of(&format!("near-{}", set.name), set.texts, class_of))
    }

    /// These texts, each with its class.
    pub fn of(name: &str, texts: Vec<Arc<str>>, class_of: Vec<u32>) -> Corpus {
        Corpus { name: name.to_owned(), texts, class_of }
    }

    /// By text: how often others of its class are nearer than those of other classes; none where it is alone in its class,
    /// or there is no other class.
    fn by_text(
        &self,
        encoder: &dyn Encode,
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Vec<Option<f64>>, Error> {
        let rows = vectors(encoder, &self.texts, on_progress)?;
        let of = |text: usize| {
            let others = (0..self.texts.len()).filter(|other| *other != text);
            let (own, rest): (Vec<usize>, Vec<usize>) =
                others.partition(|other| self.class_of[*other] == self.class_of[text]);
            let cosine = |other: &usize| dot(rows.row(text as u32), rows.row(*other as u32));
            let [own, rest] = [own, rest].map(|texts| texts.iter().map(cosine).collect::<Vec<f32>>());
            (!own.is_empty() && !rest.is_empty()).then(|| area_under_roc(&rest, &own))
        };
        Ok((0..self.texts.len()).into_par_iter().map(of).collect())
    }
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = numbers.fold((0.0, 0usize), |(sum, count), x| (sum + x, count + 1));
    (count > 0).then(|| sum / count as f64)
}

impl Task for Corpus {
    fn name(&self) -> &str {
        &self.name
    }

    fn measure(&self) -> &'static str {
        "chance that a text of the same class is nearer"
    }

    fn texts(&self) -> usize {
        self.texts.len()
    }

    fn score(&self, encoder: &dyn Encode, on_progress: &(dyn Fn(usize, usize) + Sync)) -> Result<f64, Error> {
        Ok(mean(self.by_text(encoder, on_progress)?.into_iter().flatten()).unwrap_or(0.5))
    }
}

/// How much better an encoder is at general texts than at those of a domain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// General corpora less the domain: the difference of the mean scores of texts.
    pub plain: f64,
    /// By measure of complexity: the same where general texts are weighed so that they are as complex as the domain's; none
    /// where the corpora share no level.
    pub at_equal: [(&'static str, Option<f64>); 4],
}

/// A domain and general corpora, with how complex their texts are.
#[derive(Clone, Debug)]
pub struct DomainGap {
    domain: (Corpus, Vec<Complexity>),
    general: Vec<(Corpus, Vec<Complexity>)>,
}

/// How complex a corpus is, for reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CorpusComplexity {
    /// The corpus.
    pub name: String,
    /// Its texts.
    pub texts: usize,
    /// The means of its texts.
    #[serde(flatten)]
    pub complexity: Complexity,
}

/// A text's complexity, its score, and whether it is of the domain.
struct Scored {
    complexity: f64,
    score: f64,
    of_domain: bool,
}

impl DomainGap {
    /// Ohsumed, which is medicine, against R8 and 20 Newsgroups, with at the most so many texts of each, drawn by a seed.
    /// Words are known that abstracts of Wikipedia use.
    ///
    /// # Errors
    /// When a set is missing or malformed.
    pub fn load(root: &Path, most: usize, seed: u64) -> Result<DomainGap, Error> {
        let abstracts = collections::abstracts(root)?;
        let known = Vocabulary::of(abstracts.queries.iter().map(|(_, text)| &**text));
        let corpus = |set: &str| Corpus::load(root, set, most, seed);
        let general = GENERAL.into_iter().map(corpus).collect::<Result<_, _>>()?;
        Ok(DomainGap::of(corpus(DOMAIN)?, general, &known))
    }

    /// A domain against general corpora.
    pub fn of(domain: Corpus, general: Vec<Corpus>, known: &Vocabulary) -> DomainGap {
        let measured = |corpus: Corpus| {
            let complexities = corpus.texts.par_iter().map(|text| known.complexity(text)).collect();
            (corpus, complexities)
        };
        DomainGap { domain: measured(domain), general: general.into_iter().map(measured).collect() }
    }

    /// How complex the corpora are, the domain first.
    pub fn complexities(&self) -> Vec<CorpusComplexity> {
        let one = |(corpus, complexities): &(Corpus, Vec<Complexity>)| CorpusComplexity {
            name: corpus.name.clone(),
            texts: corpus.texts.len(),
            complexity: Complexity::mean(complexities),
        };
        std::iter::once(&self.domain).chain(&self.general).map(one).collect()
    }

    /// How much better an encoder is at the general corpora.
    ///
    /// # Errors
    /// When a text cannot be read.
    pub fn measure(&self, encoder: &dyn Encode) -> Result<Gap, Error> {
        let mut texts: Vec<(Complexity, f64, bool)> = Vec::new();
        for (place, (corpus, complexities)) in std::iter::once(&self.domain).chain(&self.general).enumerate() {
            let scores = corpus.by_text(encoder, &|_, _| {})?;
            let both = complexities.iter().zip(scores);
            texts.extend(both.filter_map(|(complexity, score)| Some((*complexity, score?, place == 0))));
        }
        let of = |domain: bool| mean(texts.iter().filter(|text| text.2 == domain).map(|text| text.1)).unwrap_or(0.5);
        let at_equal = |measure: usize| {
            let scored = texts.iter().filter_map(|(complexity, score, of_domain)| {
                Some(Scored { complexity: complexity.values()[measure]?, score: *score, of_domain: *of_domain })
            });
            (Complexity::MEASURES[measure], at_equal(&scored.collect::<Vec<_>>()))
        };
        Ok(Gap { plain: of(false) - of(true), at_equal: [0, 1, 2, 3].map(at_equal) })
    }
}

/// The difference of general texts and those of the domain within quarters of all texts by complexity, weighed by how many
/// of the domain lie there; texts of equal complexity share a quarter.
fn at_equal(texts: &[Scored]) -> Option<f64> {
    let mut order: Vec<f64> = texts.iter().map(|text| text.complexity).collect();
    order.sort_by(f64::total_cmp);
    let cuts: Vec<f64> = (1..LEVELS).filter_map(|cut| order.get(cut * order.len() / LEVELS).copied()).collect();
    let level_of = |text: &Scored| cuts.iter().filter(|cut| text.complexity > **cut).count();
    let (mut sum, mut weight) = (0.0, 0.0);
    for level in 0..LEVELS {
        let level_of = &level_of;
        let at_level = move || texts.iter().filter(move |text| level_of(text) == level);
        let of = |domain: bool| at_level().filter(move |text| text.of_domain == domain);
        let (own, others) = (of(true).count(), of(false).count());
        if own < LEAST || others < LEAST {
            continue;
        }
        let score = |domain: bool| mean(of(domain).map(|text| text.score)).unwrap_or_default();
        sum += own as f64 * (score(false) - score(true));
        weight += own as f64;
    }
    (weight > 0.0).then(|| sum / weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::letters::Letters;

    fn corpus(texts: &[&str]) -> Corpus {
        let class_of = (0..texts.len() as u32).map(|text| text % 2).collect();
        Corpus::of("near-test", texts.iter().map(|text| (*text).into()).collect(), class_of)
    }

    #[test]
    fn texts_of_a_class_lie_together_or_do_not() {
        let score = |texts: &[&str]| corpus(texts).score(&Letters::new(2), &|_, _| {}).unwrap();
        assert_eq!(score(&["aab", "abb", "aaab", "abbb"]), 1.0);
        assert_eq!(score(&["ab", "ab", "ab", "ab"]), 0.5);
        // A text alone in its class says nothing.
        assert_eq!(score(&["aab", "abb"]), 0.5);
    }

    /// At each level of complexity the domain is .1 worse, and what is complex is worse by far; the domain is mostly complex.
    #[test]
    fn at_equal_complexity_the_rest_of_the_gap_is_told() {
        let text = |place: usize| {
            let even = place.is_multiple_of(2);
            let (hard, of_domain) = (f64::from(u8::from(even)), place % 20 < 2 || (even && place % 20 < 16));
            Scored { complexity: hard, score: 0.9 - 0.3 * hard - 0.1 * f64::from(u8::from(of_domain)), of_domain }
        };
        let texts: Vec<Scored> = (0..400).map(text).collect();
        let of = |domain: bool| mean(texts.iter().filter(|text| text.of_domain == domain).map(|text| text.score));
        assert!(of(false).unwrap() - of(true).unwrap() > 0.2);
        assert!((at_equal(&texts).unwrap() - 0.1).abs() < 1e-9);
        assert_eq!(at_equal(&(0..100).map(text).filter(|text| text.of_domain).collect::<Vec<_>>()), None);
    }

    #[test]
    fn an_encoder_that_knows_the_general_letters_alone_has_a_gap() {
        let general = corpus(&["aab", "abb", "aaab", "abbb"].repeat(10));
        let domain = corpus(&["ccd", "cdd", "cccd", "cddd"].repeat(10));
        let gap = DomainGap::of(domain, vec![general], &Vocabulary::default());
        let of = |letters| gap.measure(&Letters::new(letters)).unwrap();
        assert_eq!((of(2).plain, of(4).plain), (0.5, 0.0));
        assert!(of(2).at_equal[1].1.is_some() && of(2).at_equal[0].1.is_none());
        assert_eq!(gap.complexities().len(), 2);
    }
}
