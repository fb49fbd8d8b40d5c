//! Which server an assistant's calls go to. In: a client, or a state folder. Out: a client, anew for each call. Never: a
//! server that is gone; a token shown to whoever may have its port by now.

use crate::client::Client;
use crate::error::Error;
use std::path::PathBuf;

/// Which server an assistant's calls go to.
#[derive(Clone, Debug)]
pub enum Graph {
    /// This one.
    At(Client),
    /// Whoever serves the state folder at the time of a call: one that was started anew is found at its new address.
    Of(PathBuf),
}

impl Graph {
    /// The one for a call.
    pub(crate) fn client(&self) -> Result<Client, Error> {
        match self {
            Graph::At(client) => Ok(client.clone()),
            Graph::Of(folder) => Client::of_state(folder)?.ok_or_else(|| Error::NotServed { folder: folder.clone() }),
        }
    }
}

impl From<Client> for Graph {
    fn from(client: Client) -> Graph {
        Graph::At(client)
    }
}
