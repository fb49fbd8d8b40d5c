//! What a graph takes in memory while it is loaded, counted. In: a folder and what turns documents into a graph. Out: the rows that the
//! dataflow holds, by stage, and what texts, readings, names and the graph's rows come to. Never: a change, or a count where nobody
//! asks: the graph is loaded once more for it.

use crate::settings::Settings;
use crate::state::{Components, Folder, replay};
use anyhow::Result;
use connectors::Live;
use kgloom_flow::held::Holding;
use kgloom_flow::session::Session;
use kgloom_record::port::ModelId;
use kgloom_record::record::{LocalEntity, LocalRelation, Mention, Reading, Span};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a loaded graph holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// What texts come to, and what was read of them.
    pub texts: Texts,
    /// Rows that the dataflow holds, in the order of the flow; the graph's own come last, each known by a hash.
    pub holdings: Vec<Holding>,
    /// Resident bytes of the process before the graph was loaded and when it was; none where the system does not tell.
    pub resident: Option<[u64; 2]>,
}

/// Bytes of texts and of what was read of them, each text once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Live documents.
    pub documents: u64,
    /// Different texts.
    pub different: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What was read of them: sentences, mentions, things and relations, without what these share.
    pub readings: u64,
    /// What is said around each thing, as vectors.
    pub vectors: u64,
    /// Things that the texts name, values included.
    pub things: u64,
    /// Mentions.
    pub mentions: u64,
    /// What the names come to, mention by mention, as the texts have them: the dataflow holds each name of each thing once.
    pub names: u64,
}

impl Texts {
    /// Adds what was read of one text.
    fn add(&mut self, reading: &Reading) {
        let sum = |sizes: [usize; 4]| sizes.into_iter().sum::<usize>() as u64;
        self.readings += sum([
            size_of_val::<[Span]>(&reading.sentences),
            size_of_val::<[Mention]>(&reading.mentions),
            size_of_val::<[LocalEntity]>(&reading.entities),
            size_of_val::<[LocalRelation]>(&reading.relations),
        ]);
        self.vectors += reading.entities.iter().map(|entity| entity.context.len() as u64).sum::<u64>();
        self.things += reading.entities.len() as u64;
        self.mentions += reading.mentions.len() as u64;
        let length = |mention: &Mention| u64::from(mention.span.end.saturating_sub(mention.span.start));
        self.names += reading.mentions.iter().map(length).sum::<u64>();
    }

    fn of(folder: &Folder, model: &ModelId) -> Result<Texts> {
        let (mut texts, mut seen) = (Texts::default(), BTreeSet::new());
        for entry in folder.journal.live() {
            let (_, Live::Text { content, text, .. }) = entry? else { continue };
            texts.documents += 1;
            if seen.insert(content) {
                texts.bytes += text.len() as u64;
                if let Some(Ok(reading)) = folder.journal.reading(model, &content)? {
                    texts.add(&reading);
                }
            }
        }
        texts.different = seen.len() as u64;
        Ok(texts)
    }
}

/// Loads the graph of a folder that is current once more, and counts what that holds.
///
/// # Errors
/// Where the graph cannot be built, or the journal cannot be read.
pub fn held(settings: &Settings, folder: &Folder, components: Components) -> Result<Held> {
    folder.journal.check()?;
    let model = components.reader.id().clone();
    let memory = Arc::new(folder.journal.memory(&model));
    let before = resident();
    let mut session = Session::start_counted(components.session(memory, settings.workers));
    replay(folder, (&mut session, &model), settings.epoch_documents, (None, None))?;
    let resident = before.zip(resident()).map(|(before, after)| [before, after]);
    let holdings = session.holdings();
    Ok(Held { texts: Texts::of(folder, &model)?, holdings, resident })
}

/// Resident bytes of this process, where the system tells them.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}
