//! How requests reach a server. In: a request. Out: its answer, as it comes. Never: a proxy, a redirect that is followed.

use crate::caller::Caller;
use crate::error::Error;
use std::io::{self, Read};
use std::time::Duration;
use tokio::runtime::Handle;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::{Request, Response};

/// The body of an answer, as it comes.
pub type Body = Box<dyn Read + Send>;

/// A way to a server: over a socket, or from within the process that serves.
pub trait Way: Send + Sync {
    /// Sends a request, with a body or without, and gives its answer once the head of that is there. Who asks may be among its
    /// extensions, as a [`Caller`](crate::Caller): nothing need be done any more for one who left.
    ///
    /// # Errors
    /// Nobody is there, or whoever was there left.
    fn send(&self, request: Request<Option<&[u8]>>) -> Result<Response<Body>, Error>;
}

/// The way over sockets to one address.
pub(crate) struct Network {
    agent: Agent,
    address: String,
}

impl Network {
    /// To an address; `connect` is the longest that a connection may take, and `whole` that an answer may.
    pub(crate) fn to(address: &str, connect: Duration, whole: Option<Duration>) -> Network {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // What the environment says of proxies is for the world; this machine is not reached by one.
            .proxy(None)
            .timeout_connect(Some(connect))
            .timeout_global(whole)
            .user_agent(concat!("kgloom/", env!("CARGO_PKG_VERSION")));
        Network { agent: config.build().new_agent(), address: address.to_owned() }
    }

    /// Who sends a request. For somebody who may leave it has connections of its own, which end when he does, so that the server
    /// hears of it.
    fn sender(&self, caller: Option<&Caller>) -> Agent {
        let (Some(caller), Ok(runtime)) = (caller.cloned(), Handle::try_current()) else { return self.agent.clone() };
        let own = Config::clone(self.agent.config()).new_agent();
        let ended = own.clone();
        runtime.spawn(async move {
            caller.left().await;
            ended.shutdown();
        });
        own
    }

    /// Why there is no answer: nobody is there, or somebody left.
    fn failed(&self, error: ureq::Error) -> Error {
        let address = self.address.clone();
        match error {
            ureq::Error::Http(_) | ureq::Error::BadUri(_) => Error::Address(address),
            // Who took the connection, and does not answer, is there.
            error @ ureq::Error::Timeout(of) if of != ureq::Timeout::Connect => {
                Error::Unreachable { address, source: io::Error::new(io::ErrorKind::TimedOut, error) }
            }
            ureq::Error::Protocol(error) => Error::Strange { address, what: error.to_string() },
            error => {
                let source = error.into_io();
                let left = [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe];
                if left.contains(&source.kind()) {
                    Error::Broken { address, source }
                } else {
                    Error::Unreachable { address, source }
                }
            }
        }
    }
}

impl Way for Network {
    fn send(&self, request: Request<Option<&[u8]>>) -> Result<Response<Body>, Error> {
        let (head, body) = request.into_parts();
        let sender = self.sender(head.extensions.get());
        let answered = match body {
            Some(body) => sender.run(Request::from_parts(head, body)),
            None => sender.run(Request::from_parts(head, ())),
        };
        let answer = answered.map_err(|error| self.failed(error))?;
        Ok(answer.map(|body| Box::new(body.into_reader()) as Body))
    }
}
