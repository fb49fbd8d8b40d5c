//! Room for what is held open: connections, and streams of events. In: who comes, by address. Out: a place, given back when it is
//! dropped. Never: more places than there may be, in all and for each peer; all places to one peer.
//!
//! Each place is an open file, and a process has only so many: were they all given away, nothing could be written to the state
//! folder any more.

use crate::problem::Problem;
use axum::http::StatusCode;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The open files that are asked of the system, where it gives more than it does unasked.
const FILES: u64 = 1 << 16;
/// Files that nothing limits: where the system names no limit.
#[cfg(not(unix))]
const UNLIMITED: u64 = u64::MAX;

/// The files that this process may hold open, after as many were asked for as it may have.
#[cfg(unix)]
pub(crate) fn open_files() -> u64 {
    let raised = rlimit::increase_nofile_limit(FILES);
    // Where no more are given, it is as many as before.
    raised.or_else(|_| rlimit::getrlimit(rlimit::Resource::NOFILE).map(|(soft, _)| soft)).unwrap_or(256)
}

#[cfg(not(unix))]
pub(crate) fn open_files() -> u64 {
    UNLIMITED
}

/// Who asks, as a request bears it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub IpAddr);

/// How many places there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub all: usize,
    /// For one peer.
    pub one: usize,
}

impl Size {
    /// Connections, where so many files may be open: half of them at most, so that the others are the engine's. Others find a
    /// place still when one peer has all that it gets.
    pub(crate) fn of_connections(wanted: usize, files: u64) -> Size {
        let all = wanted.min(usize::try_from(files / 2).unwrap_or(usize::MAX)).max(2);
        Size { all, one: (all - all / 4).max(1) }
    }

    /// Streams of events, which are connections that stay: half of all at most, so that there is always one to write with.
    pub(crate) fn of_streams(wanted: usize, one: usize, connections: Size) -> Size {
        let all = wanted.min(connections.all / 2).max(1);
        Size { all, one: one.min(connections.one / 2).min(all).max(1) }
    }
}

/// Places, and who has how many.
pub(crate) struct Room {
    size: Size,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// This peer has all that it gets.
    ForOne(usize),
    /// There are no more.
    ForAll(usize),
}

impl Room {
    pub(crate) fn new(size: Size) -> Arc<Room> {
        Arc::new(Room { size, taken: Mutex::default() })
    }

    /// A place for a peer, if there is one.
    pub(crate) fn enter(self: &Arc<Room>, peer: IpAddr) -> Result<Place, Full> {
        let (peer, mut taken) = (household(peer), self.held());
        let has = taken.get(&peer).copied().unwrap_or_default();
        if has >= self.size.one {
            return Err(Full::ForOne(self.size.one));
        }
        if taken.values().sum::<usize>() >= self.size.all {
            return Err(Full::ForAll(self.size.all));
        }
        taken.insert(peer, has + 1);
        Ok(Place { room: Arc::clone(self), peer })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Full {
    /// The refusal, of what is held open so.
    pub(crate) fn problem(self, what: &str) -> Problem {
        match self {
            Full::ForOne(most) => Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                format!("{most} {what} are open from this address, and no more may be; end one, or ask again"),
            ),
            Full::ForAll(most) => Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("{most} {what} are open, and no more may be; ask again"),
            ),
        }
    }
}

/// A place, given back when it is dropped.
pub(crate) struct Place {
    room: Arc<Room>,
    peer: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.room.held();
        if let Some(has) = taken.get_mut(&self.peer) {
            *has -= 1;
            if *has == 0 {
                taken.remove(&self.peer);
            }
        }
    }
}

/// Whose address it is: of version 6 a customer has the first half, and version 4 may be written in it.
fn household(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::from([a, b, c, d, 0, 0, 0, 0]).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(address: &str) -> IpAddr {
        address.parse().expect("an address")
    }

    #[test]
    fn one_peer_never_has_all_places_and_gives_them_back() {
        let room = Room::new(Size { all: 4, one: 3 });
        let of = |address| room.enter(peer(address)).map_err(|full| full.problem("streams").status.as_u16());
        let mut held: Vec<_> = (0..3).map(|_| of("10.0.0.1").expect("a place")).collect();
        assert_eq!(of("10.0.0.1").err(), Some(429));
        assert_eq!(of("::ffff:10.0.0.1").err(), Some(429), "the same address, written otherwise");
        held.push(of("10.0.0.2").expect("a place is left"));
        assert_eq!(of("10.0.0.3").err(), Some(503));
        held.clear();
        assert!(room.held().is_empty(), "nobody is remembered who left");
        let house: Vec<_> = ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:3"].map(of).into_iter().collect();
        assert!(house.iter().all(Result::is_ok));
        assert_eq!(of("2001:db8::4").err(), Some(429), "one customer has many addresses of version 6");
        assert!(of("2001:db8:0:1::4").is_ok(), "and this one is another's");
    }

    #[test]
    fn files_are_left_for_the_engine() {
        for files in [20, 64, 256, 1_024, 4_096, 1 << 16, u64::MAX] {
            let connections = Size::of_connections(4_096, files);
            let streams = Size::of_streams(1_024, 256, connections);
            assert!(connections.all as u64 <= files / 2, "{files}: {connections:?}");
            assert!(streams.all < connections.all && streams.one <= streams.all, "{files}: {streams:?}");
            assert!(streams.one < connections.one, "{files}: one who listens can still write");
        }
        assert_eq!(Size::of_connections(4_096, u64::MAX), Size { all: 4_096, one: 3_072 });
        let small = Size::of_connections(4_096, 1_024);
        assert_eq!(small, Size { all: 512, one: 384 });
        assert_eq!(Size::of_streams(1_024, 256, small), Size { all: 256, one: 192 });
    }
}
