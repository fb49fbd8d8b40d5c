//! Standard input, read so that a pipe in which nothing comes holds nobody up. In: standard input. Out: its bytes.
//! Never: a wait that does not look at whether to stop.

use crate::source::broken;
use crate::source::options::Stop;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Between two looks at whether to stop.
const LOOK: Duration = Duration::from_millis(100);
const PIECE: usize = 64 << 10;
/// Pieces that may wait.
const WAITING: usize = 4;

/// Standard input.
pub(super) struct Pipe {
    pieces: Receiver<io::Result<Vec<u8>>>,
    piece: Vec<u8>,
    used: usize,
    stop: Stop,
}

impl Pipe {
    /// Begins to read.
    pub fn open(stop: Stop) -> io::Result<Pipe> {
        let (send, pieces) = sync_channel(WAITING);
        std::thread::Builder::new().name("standard input".to_owned()).spawn(move || {
            let mut source = io::stdin().lock();
            loop {
                let mut piece = vec![0; PIECE];
                let read = source.read(&mut piece).map(|length| {
                    piece.truncate(length);
                    piece
                });
                let last = read.as_ref().map_or(true, Vec::is_empty);
                if send.send(read).is_err() || last {
                    return;
                }
            }
        })?;
        Ok(Pipe { pieces, piece: Vec::new(), used: 0, stop })
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.used == self.piece.len() {
            match self.pieces.recv_timeout(LOOK) {
                Ok(piece) => {
                    (self.piece, self.used) = (piece?, 0);
                    if self.piece.is_empty() {
                        return Ok(0);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) if (self.stop)() => return Err(broken::stopped()),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        let length = buffer.len().min(self.piece.len() - self.used);
        buffer[..length].copy_from_slice(&self.piece[self.used..self.used + length]);
        self.used += length;
        Ok(length)
    }
}
