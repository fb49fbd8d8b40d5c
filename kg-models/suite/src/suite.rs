//! The suite: which tasks there are, and an encoder scored by them. In: the folder of all data sets, a seed, encoders. Out:
//! scores with the time they took. Never: another draw for another encoder.

use crate::anomalies::Anomalies;
use crate::gap::{Corpus, DomainGap};
use crate::links::Links;
use crate::memory::Remembering;
use crate::report::{EncoderScores, SuiteReport, TaskScore, TaskSummary};
use crate::retrieval::Retrieval;
use crate::similarity::Similarity;
use crate::task::Task;
use crate::typing::{Typing, Way, some};
use kgloom_numerics::Error;
use kgloom_numerics::vectors::Encode;
use std::path::Path;
use std::time::Instant;

/// News that are drawn, for classes and for anomalies.
const NEWS: usize = 2_000;
/// Posts that are drawn for classes.
const POSTS: usize = 1_500;
/// Texts of a corpus that are drawn for the domain gap.
const NEAR: usize = 600;
/// Abstracts that are to find their descriptions.
const ABSTRACTS: usize = 1_000;
/// Entities of WordNet.
const SYNSETS: usize = 3_000;
/// Examples of a class, where there are few.
const EXAMPLES: usize = 10;

/// The tasks by name, the quickest first.
pub const ALL: [&str; 12] = [
    "sts",
    "near-r8",
    "near-ohsumed",
    "near-20newsgroups",
    "links-wordnet",
    "find-abstracts",
    "types-keywords",
    "types-few",
    "odd-news",
    "types-patents",
    "find-cranfield",
    "types-posts",
];

/// The few tasks that rank encoders nearly as all do: what [`choose`](crate::choose::choose) takes of the first six, which are
/// the quick ones, on half of the grid of all-MiniLM-L6-v2, with a rank correlation of .99. On the other half it is .985.
pub const SMALL: [&str; 2] = ["near-ohsumed", "links-wordnet"];

/// Which tasks are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All, and the domain gap.
    #[default]
    All,
    /// Those of [`SMALL`].
    Small,
}

/// Tasks, ready to score encoders.
pub struct Suite {
    which: Which,
    seed: u64,
    tasks: Vec<Box<dyn Task>>,
    gap: Option<DomainGap>,
}

/// A task by name, from the folder of all data sets.
fn task(root: &Path, name: &'static str, seed: u64) -> Result<Box<dyn Task>, Error> {
    let typing = |set: &str, most: usize, way: Way| -> Result<Box<dyn Task>, Error> {
        Ok(Box::new(Typing::of(name, some(root, set, most, seed)?, way, seed)))
    };
    Ok(match name {
        "sts" => Box::new(Similarity::load(root)?),
        "types-keywords" => typing("agnews", NEWS, Way::Keywords)?,
        "types-few" => typing("agnews", NEWS, Way::Few(EXAMPLES))?,
        "types-posts" => typing("20newsgroups", POSTS, Way::Many)?,
        "types-patents" => typing("patents", usize::MAX, Way::Neighbours)?,
        "find-cranfield" => Box::new(Retrieval::cranfield(root)?),
        "find-abstracts" => Box::new(Retrieval::abstracts(root, ABSTRACTS, seed)?),
        "odd-news" => Box::new(Anomalies::of(name, some(root, "agnews", NEWS, seed)?, seed)),
        "links-wordnet" => Box::new(Links::wordnet(root, SYNSETS, seed)?),
        _ => match name.strip_prefix("near-") {
            Some(set) => Box::new(Corpus::load(root, set, NEAR, seed)?),
            None => {
                let reason = format!("no such task; there are {}", ALL.join(", "));
                return Err(Error::Data { name: name.to_owned(), reason });
            }
        },
    })
}

impl Suite {
    /// Reads what the tasks are made of from the folder of all data sets.
    ///
    /// # Errors
    /// When a set is missing or malformed: the file is named, and where to get it.
    pub fn open(root: &Path, which: Which, seed: u64) -> Result<Suite, Error> {
        let (names, gap) = match which {
            Which::All => (ALL.as_slice(), Some(DomainGap::load(root, NEAR, seed)?)),
            Which::Small => (SMALL.as_slice(), None),
        };
        let tasks = names.iter().map(|name| task(root, name, seed)).collect::<Result<_, _>>()?;
        Ok(Suite::of((which, seed), tasks, gap))
    }

    /// A suite of tasks of one's own.
    pub fn of((which, seed): (Which, u64), tasks: Vec<Box<dyn Task>>, gap: Option<DomainGap>) -> Suite {
        Suite { which, seed, tasks, gap }
    }

    /// Scores an encoder by each task. A text is read once: the time of a task is without texts that an earlier one had
    /// read. `on_progress` hears how many texts of a task are read.
    ///
    /// # Errors
    /// When a text cannot be read.
    pub fn score(
        &self,
        name: &str,
        encoder: &dyn Encode,
        on_progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<EncoderScores, Error> {
        let remembering = Remembering::new(encoder);
        let mut scores = Vec::new();
        for task in &self.tasks {
            let start = Instant::now();
            let score = task.score(&remembering, on_progress)?;
            scores.push(TaskScore { score, seconds: start.elapsed().as_secs_f64() });
        }
        let gap = self.gap.as_ref().map(|gap| gap.measure(&remembering)).transpose()?;
        Ok(EncoderScores { name: name.to_owned(), encoder: encoder.id(), scores, gap })
    }

    /// The table of encoders that were scored.
    pub fn report(&self, encoders: Vec<EncoderScores>) -> SuiteReport {
        let summary = |task: &dyn Task| {
            let (name, measure, texts) = (task.name().to_owned(), task.measure(), task.texts());
            TaskSummary { name, measure, texts }
        };
        let corpora = self.gap.as_ref().map(DomainGap::complexities).unwrap_or_default();
        let small = if self.which == Which::All { SMALL.as_slice() } else { &[] };
        SuiteReport::new(
            self.seed,
            self.tasks.iter().map(|task| summary(&**task)).collect(),
            encoders,
            (corpora, small),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::letters::Letters;
    use kgloom_corpora::sts::SentencePair;

    #[test]
    fn encoders_are_scored_by_each_task_and_stand_in_one_table() {
        let pair = |second: &str, similarity| SentencePair { first: "aac".into(), second: second.into(), similarity };
        let pairs = vec![pair("aac", 5.0), pair("acc", 3.0), pair("bbb", 0.0)];
        let texts = ["aac", "aca", "bbc", "bcb"].map(Into::into).to_vec();
        let tasks: Vec<Box<dyn Task>> =
            vec![Box::new(Similarity::of(pairs)), Box::new(Corpus::of("near-test", texts, vec![0, 0, 1, 1]))];
        let suite = Suite::of((Which::All, 1), tasks, None);
        let score = |letters| suite.score("some", &Letters::new(letters), &|_, _| {}).unwrap();
        let report = suite.report(vec![score(1), score(3)]);
        assert_eq!(report.tasks.iter().map(|task| task.texts).collect::<Vec<_>>(), [6, 4]);
        let scores = |place: usize| report.encoders[place].scores.iter().map(|one| one.score).collect::<Vec<_>>();
        assert!(scores(1).iter().all(|score| *score > 0.99) && scores(0)[0] < scores(1)[0], "{report:?}");
        assert!(report.agreement.is_none() && report.table().contains("near-test"));
    }

    #[test]
    fn the_small_suite_is_of_tasks_that_there_are_and_a_missing_set_is_told() {
        assert!(SMALL.iter().all(|name| ALL.contains(name)));
        let nowhere = Path::new("nowhere");
        assert!(ALL.iter().all(|name| task(nowhere, name, 1).is_err()));
        assert!(Suite::open(nowhere, Which::Small, 1).err().unwrap().to_string().contains("nowhere"));
        assert!(task(nowhere, "sums", 1).err().unwrap().to_string().contains("there are sts"));
    }
}
