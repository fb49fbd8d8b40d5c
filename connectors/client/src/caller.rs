//! Whether an answer is still waited for. In: somebody who waits. Out: word that he has gone, to whatever works for him. Never: an
//! answer.

use tokio::sync::watch;

/// Somebody who waits for an answer, until this is dropped.
pub(crate) struct Waiting {
    _here: watch::Sender<()>,
}

/// For whom a request is sent. A [`Way`](crate::Way) finds it among the request's extensions, where whoever asked may leave before
/// the answer is there.
#[derive(Clone, Debug)]
pub struct Caller(watch::Receiver<()>);

impl Caller {
    /// A caller, and what he is there with.
    pub(crate) fn waiting() -> (Waiting, Caller) {
        let (here, gone) = watch::channel(());
        (Waiting { _here: here }, Caller(gone))
    }

    /// Ends when nobody waits any more, and is pending until then.
    pub async fn left(&self) {
        // Nothing is ever sent: what comes is the end of the channel.
        while self.0.clone().changed().await.is_ok() {}
    }
}
