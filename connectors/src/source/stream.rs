//! Bytes of a container, expanded and in UTF-8. In: a file. Out: a stream that breaks off with a reason.
//! Never: more than the options allow.

use super::broken::{broken_off, stopped};
use super::pipe::Pipe;
use crate::patience::opened_patiently;
use crate::source::container::Container;
use crate::source::options::{SourceOptions, Stop};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Expanded bytes of a container.
pub(super) type Stream = BufReader<Box<dyn Read + Send>>;

/// A container that is open.
pub(super) struct Opened {
    pub stream: Stream,
    /// Whether a byte order mark told its encoding.
    pub marked: bool,
}

/// What goes along with every read: how much was read, and whether to stop.
#[derive(Clone)]
pub(super) struct Meter {
    pub read: Arc<AtomicU64>,
    pub stop: Stop,
}

/// The compressions that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
}

const BUFFER: usize = 64 << 10;
/// Expansion is judged after this many bytes: little files may well be little.
const JUDGED_AFTER: u64 = 1 << 20;
/// Archives made with `zstd --long` have windows up to 128 MiB.
const ZSTD_WINDOW_LOG: u32 = 27;

/// Opens a container: expands it, and turns UTF-16 with a byte order mark into UTF-8.
pub(super) fn open(container: &Container, options: &SourceOptions, meter: Meter) -> io::Result<Opened> {
    let source: Box<dyn Read + Send> = match &container.path {
        Some(path) => Box::new(opened_patiently(|| File::open(path))?),
        None => Box::new(Pipe::open(meter.stop)?),
    };
    let taken = Arc::<AtomicU64>::default();
    let mut source = BufReader::with_capacity(BUFFER, Metered { source, meter, taken: Arc::clone(&taken) });
    let compression = match container.is_standard_input() {
        true => compression_by_content(source.fill_buf()?),
        false => compression_by_name(&container.file).0,
    };
    let expanded: Box<dyn Read + Send> = match compression {
        None => Box::new(source),
        Some(compression) => {
            let expanded = expand(source, compression)?;
            Box::new(Guarded {
                expanded,
                taken,
                given: 0,
                most: options.max_expanded_bytes,
                times: options.max_expansion,
            })
        }
    };
    let mut expanded = BufReader::with_capacity(BUFFER, expanded);
    let wide = match expanded.fill_buf()? {
        [0xEF, 0xBB, 0xBF, ..] => {
            expanded.consume(3);
            return Ok(Opened { stream: expanded, marked: true });
        }
        [0xFF, 0xFE, ..] => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
        [0xFE, 0xFF, ..] => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
        _ => None,
    };
    Ok(match wide {
        None => Opened { stream: expanded, marked: false },
        Some(order) => {
            expanded.consume(2);
            let narrow = Utf16 { source: expanded, order, ready: Vec::new(), taken: 2 };
            Opened { stream: BufReader::with_capacity(BUFFER, Box::new(narrow)), marked: true }
        }
    })
}

/// How a file is compressed, by the end of its name, and its name without that end.
pub(super) fn compression_by_name(name: &str) -> (Option<Compression>, &str) {
    for (ending, compression) in [(".gz", Compression::Gzip), (".zst", Compression::Zstd), (".bz2", Compression::Bzip2)]
    {
        if let Some(rest) = name.strip_suffix(ending) {
            return (Some(compression), rest);
        }
    }
    (None, name)
}

fn compression_by_content(start: &[u8]) -> Option<Compression> {
    match start {
        [0x1F, 0x8B, ..] => Some(Compression::Gzip),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Compression::Zstd),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Compression::Bzip2),
        _ => None,
    }
}

fn expand(source: impl BufRead + Send + 'static, compression: Compression) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(source)),
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(source)),
        Compression::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(source)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Box::new(decoder)
        }
    })
}

/// Counts what passes, until somebody asks to stop.
struct Metered<R> {
    source: R,
    meter: Meter,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if (self.meter.stop)() {
            return Err(stopped());
        }
        let length = self.source.read(buffer)?;
        for counter in [&self.meter.read, &self.taken] {
            counter.fetch_add(length as u64, Ordering::Relaxed);
        }
        Ok(length)
    }
}

/// Breaks off where expansion goes beyond what is allowed, or the compressed bytes make no sense.
struct Guarded {
    expanded: Box<dyn Read + Send>,
    taken: Arc<AtomicU64>,
    given: u64,
    most: u64,
    times: u64,
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.expanded.read(buffer).map_err(|error| {
            broken_off(format!(
                "the compressed stream is cut short or corrupt after {} expanded bytes ({error})",
                self.given
            ))
        })?;
        self.given += length as u64;
        let taken = self.taken.load(Ordering::Relaxed);
        if self.given > self.most {
            return Err(broken_off(format!("it expands to more than {} bytes; the rest is not read", self.most)));
        }
        if self.given > JUDGED_AFTER && self.given > taken.saturating_mul(self.times) {
            let times = self.times;
            return Err(broken_off(format!("it expands to more than {times} times its size; the rest is not read")));
        }
        Ok(length)
    }
}

/// UTF-16 to UTF-8.
struct Utf16<R> {
    source: R,
    order: fn([u8; 2]) -> u16,
    ready: Vec<u8>,
    taken: u64,
}

impl<R: BufRead> Utf16<R> {
    fn unit(&mut self) -> io::Result<Option<u16>> {
        let mut unit = [0; 2];
        if self.source.fill_buf()?.is_empty() {
            return Ok(None);
        }
        self.source
            .read_exact(&mut unit)
            .map_err(|_| broken_off(format!("UTF-16 ends within a character at byte {}", self.taken)))?;
        self.taken += 2;
        Ok(Some((self.order)(unit)))
    }

    fn character(&mut self) -> io::Result<Option<char>> {
        let Some(first) = self.unit()? else {
            return Ok(None);
        };
        let units =
            if (0xD800..0xDC00).contains(&first) { vec![first, self.unit()?.unwrap_or(0)] } else { vec![first] };
        let character = char::decode_utf16(units).next().and_then(Result::ok);
        character.map(Some).ok_or_else(|| broken_off(format!("not UTF-16 at byte {}", self.taken - 2)))
    }
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.ready.len() < buffer.len().min(BUFFER) {
            match self.character()? {
                Some(character) => self.ready.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                None => break,
            }
        }
        let length = self.ready.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.ready[..length]);
        self.ready.drain(..length);
        Ok(length)
    }
}
