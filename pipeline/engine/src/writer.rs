//! The one thread that writes. In: orders. Out: epochs, and what came of each order. Never: two epochs where one is enough;
//! an order answered before the graph holds it.

use crate::corrections::{Book, Said, undone, with};
use crate::error::Error;
use crate::interrupt;
use crate::orders::{Doing, Order, Reply, Written};
use crate::patience::{Passes, until_done};
use crate::run::{Edit, Following};
use crate::settings::Settings;
use crate::shared::Shared;
use crate::state::{Components, Folder, Live};
use crate::verify::verify;
use anyhow::Result;
use connectors::source::Root;
use connectors::{Incoming, Journal};
use kgloom_flow::session::Delta;
use kgloom_record::record::{Change, Correction, DocumentId, Refusal};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// Orders that are taken into one epoch.
const TOGETHER: usize = 64;
/// When nothing came for so long, what is on its way is brought to disk.
const IDLE: Duration = Duration::from_millis(500);

/// Loads the state folder, looks at the inputs, and then does what is ordered until the end is.
pub(crate) fn write(
    (settings, inputs): (&Settings, &[String]),
    (folder, root, components): (Folder, Root, Components),
    shared: &Arc<Shared>,
    orders: &Receiver<Order>,
) -> Result<()> {
    shared.does(Doing::Loading, None);
    let mut live = Live::start_with(settings, folder, components.clone())?;
    if let Some(listener) = &shared.listener {
        let _leavable = interrupt::leavable();
        listener.loaded()?;
    }
    let told = Arc::clone(shared);
    live.listen(Box::new(move |epoch| told.told(epoch)));
    let following = Following::new(&live, settings, root)?;
    let shared = Arc::clone(shared);
    let mut writer = Writer { live, following, settings, components, shared, due: VecDeque::new(), flushed: true };
    if !inputs.is_empty() {
        let documents = writer.live.folder.journal.size().0;
        writer.shared.does(Doing::Reading, Some(documents));
        if !writer.files(|following, live| following.begin(live, inputs, &[]))? {
            return writer.live.flush();
        }
    }
    let documents = writer.live.folder.journal.size().0;
    // From now on what is under way is finished, whoever asks to stop.
    interrupt::hold();
    writer.shared.does(Doing::Ready, Some(documents));
    while writer.next(orders)? {}
    writer.live.flush()
}

struct Writer<'a> {
    live: Live,
    following: Following,
    settings: &'a Settings,
    components: Components,
    shared: Arc<Shared>,
    /// Orders that came and are not done yet.
    due: VecDeque<Order>,
    flushed: bool,
}

/// An order that is taken into the epoch at hand.
struct Taken {
    written: Written,
    reply: Reply<Written>,
}

impl Writer<'_> {
    /// Does what is due next; says whether more may come.
    fn next(&mut self, orders: &Receiver<Order>) -> Result<bool> {
        if self.due.is_empty() {
            match orders.recv_timeout(IDLE) {
                Ok(order) => self.due.push_back(order),
                Err(RecvTimeoutError::Disconnected) => return Ok(false),
                Err(RecvTimeoutError::Timeout) => {
                    if !std::mem::replace(&mut self.flushed, true) {
                        self.live.flush()?;
                    }
                    return Ok(true);
                }
            }
        }
        self.due.extend(orders.try_iter());
        self.flushed = false;
        match self.due.pop_front() {
            None => Ok(true),
            Some(Order::Stop) => Ok(false),
            Some(Order::Write(changes, reply)) => self.changes(changes, reply).map(|()| true),
            Some(Order::Correct(said, reply)) => {
                let made = self.correction(&said);
                self.corrections(made, reply).map(|()| true)
            }
            Some(Order::Undo(id, reply)) => {
                let made = self.without(&id);
                self.corrections(made, reply).map(|()| true)
            }
            Some(Order::Files(inputs, left)) => self.files(|following, live| following.begin(live, &inputs, &left)),
            Some(Order::Verify(reply)) => {
                self.live.flush()?;
                let components = self.components.clone();
                let verified = verify(self.settings, &self.live.folder, components).map_err(Error::from);
                // Where nobody waits for the answer any more, nothing is lost.
                let _ = reply.send(verified);
                Ok(true)
            }
            Some(Order::Changed(paths)) => self.files(|following, live| following.changed(live, &paths)),
        }
    }

    /// What files hold becomes epochs; what stops that is an end, but for somebody who asks to stop, and a want of open files.
    fn files(&mut self, mut take: impl FnMut(&mut Following, &mut Live) -> Result<()>) -> Result<bool> {
        let (following, live) = (&mut self.following, &mut self.live);
        match until_done(|| take(following, live)) {
            Err(_) if interrupt::signalled() => Ok(false),
            Err(error) => Err(error),
            Ok(()) => Ok(true),
        }
    }

    /// Changes of documents, with those of the orders that wait behind and speak of other documents.
    fn changes(&mut self, changes: Vec<Incoming>, reply: Reply<Written>) -> Result<()> {
        let (mut ids, mut all, mut taken) = (BTreeSet::new(), Vec::new(), Vec::new());
        let mut next = Some((changes, reply));
        while let Some((changes, reply)) = next.take() {
            ids.extend(changes.iter().filter_map(|incoming| id_of(&incoming.change)).cloned());
            let refused = changes.iter().filter_map(refusal).collect();
            let journal = &self.live.folder.journal;
            let looked_up = missing(journal, &changes).and_then(|missing| Ok((missing, Edit::of(journal, changes)?)));
            match self.or_failed(looked_up)? {
                Ok((missing, Edit { tally, changes, .. })) => {
                    taken.push(Taken { written: Written { tally, refused, missing, ..Written::default() }, reply });
                    all.extend(changes);
                }
                Err(error) => told(&reply, Err(error)),
            }
            let apart = |order: &Order| match order {
                Order::Write(changes, _) => {
                    changes.iter().filter_map(|incoming| id_of(&incoming.change)).all(|id| !ids.contains(id))
                }
                _ => false,
            };
            if taken.len() < TOGETHER && self.due.front().is_some_and(apart) {
                next = match self.due.pop_front() {
                    Some(Order::Write(changes, reply)) => Some((changes, reply)),
                    _ => None,
                };
            }
        }
        let stepped = self.step(all);
        match self.or_failed(stepped)? {
            Ok(delta) => self.reply(delta.as_ref(), taken),
            Err(error) => {
                let said = format!("{error:#}");
                taken.iter().for_each(|Taken { reply, .. }| told(reply, Err(Error::missing(said.clone()))));
            }
        }
        Ok(())
    }

    /// What failed for want of open files, with nothing written, fails alone, and is told to who asked for it; another error is the
    /// end.
    fn or_failed<T>(&self, done: Result<T>) -> Result<Result<T, Error>> {
        match done {
            Err(error) if error.passes() && !self.live.is_used_up() => Ok(Err(error.into())),
            done => Ok(Ok(done?)),
        }
    }

    /// One epoch, and the graph that holds it; none where nothing changes.
    fn step(&mut self, changes: Vec<Incoming>) -> Result<Option<Arc<Delta>>> {
        if changes.is_empty() {
            return Ok(None);
        }
        let delta = self.live.step(changes)?;
        self.live.settle()?;
        Ok(Some(delta))
    }

    fn correction(&self, said: &Said) -> Result<(BTreeSet<Correction>, Correction)> {
        let Shared { ontology, model, .. } = &*self.shared;
        let new = said.meant(&Book { folder: &self.live.folder, ontology, model })?;
        let known = self.live.folder.journal.corrections()?;
        Ok((with(known, new.clone(), ontology)?, new))
    }

    fn without(&self, id: &str) -> Result<(BTreeSet<Correction>, Correction)> {
        let mut known = self.live.folder.journal.corrections()?;
        let gone = undone(&known, &[id.to_owned()])?;
        let gone = gone.into_iter().next().ok_or_else(|| Error::nothing(format!("there is no correction \"{id}\"")))?;
        known.remove(&gone);
        Ok((known, gone))
    }

    /// Makes the corrections exactly these, or says why not.
    fn corrections(&mut self, made: Result<(BTreeSet<Correction>, Correction)>, reply: Reply<Written>) -> Result<()> {
        let (wanted, correction) = match made {
            Ok(made) => made,
            Err(error) => {
                told(&reply, Err(error.into()));
                return Ok(());
            }
        };
        let known = self.live.folder.journal.corrections().map_err(Into::into);
        let known = match self.or_failed(known)? {
            Ok(known) => known,
            Err(error) => {
                told(&reply, Err(error));
                return Ok(());
            }
        };
        let changes = match known == wanted {
            true => Vec::new(),
            false => {
                let change = Change::Corrections(wanted.into_iter().collect());
                vec![Incoming { change, container: "corrections".into() }]
            }
        };
        let stepped = self.step(changes);
        match self.or_failed(stepped)? {
            Ok(delta) => {
                let written = Written { correction: Some(correction.id()), ..Written::default() };
                self.reply(delta.as_ref(), vec![Taken { written, reply }]);
            }
            Err(error) => told(&reply, Err(error)),
        }
        Ok(())
    }

    fn reply(&self, delta: Option<&Arc<Delta>>, taken: Vec<Taken>) {
        let epoch = self.live.folder.journal.epoch();
        for Taken { mut written, reply } in taken {
            (written.epoch, written.delta) = (epoch, delta.cloned());
            written.tally.epochs = u64::from(delta.is_some());
            told(&reply, Ok(written));
        }
    }
}

/// Tells what came of an order; where nobody waits for the answer any more, nothing is lost.
fn told<T>(reply: &Reply<T>, answer: Result<T, Error>) {
    let _ = reply.send(answer);
}

fn id_of(change: &Change) -> Option<&DocumentId> {
    match change {
        Change::Put(document) => Some(&document.id),
        Change::Refuse(id, _) | Change::Delete(id) => Some(id),
        Change::Corrections(_) => None,
    }
}

fn refusal(incoming: &Incoming) -> Option<(DocumentId, Refusal)> {
    let Change::Refuse(id, refusal) = &incoming.change else { return None };
    Some((id.clone(), refusal.clone()))
}

/// The ids that are to go and that nothing stands under, each as often as it is named.
fn missing(journal: &Journal, changes: &[Incoming]) -> Result<Vec<String>> {
    let (mut come, mut missing) = (BTreeSet::new(), Vec::new());
    for incoming in changes {
        match (id_of(&incoming.change), &incoming.change) {
            (Some(id), Change::Delete(_)) if !come.contains(id) && journal.lookup(id)?.is_none() => {
                missing.push(id.to_string());
            }
            (Some(id), Change::Put(_) | Change::Refuse(..)) => drop(come.insert(id)),
            _ => {}
        }
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kgloom_record::record::{Document, Refusal};

    #[test]
    fn what_is_to_go_and_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        let incoming = |change| Incoming { change, container: "test".into() };
        let delete = |id: &str| incoming(Change::Delete(DocumentId::new(id)));
        let put = |id: &str| incoming(Change::Put(Document { id: DocumentId::new(id), text: "A text.".into() }));
        let refusal = Refusal { reason: "not UTF-8".into(), location: "byte 1".into() };
        let refuse = |id: &str| incoming(Change::Refuse(DocumentId::new(id), refusal.clone()));
        journal.append(1, &[put("a"), refuse("r")]).unwrap();
        let told = |changes: &[Incoming]| missing(&journal, changes).unwrap();
        assert_eq!(told(&[delete("a"), delete("r"), put("b")]), [""; 0]);
        let changes =
            [delete("a"), delete("z"), refuse("n"), delete("n"), put("m"), delete("m"), delete("z"), delete("")];
        assert_eq!(told(&changes), ["z", "z", ""]);
    }
}
