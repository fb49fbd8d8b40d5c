//! A file in blocks, each read when it is first asked for and held from then on.
//!
//! In: bytes, one after the other; places. Out: the bytes of a place. Never: bytes that are not those that were written:
//! every block has a checksum (xxh3) and is held to it when it is read.
//!
//! ```text
//! data, padded to 16 bytes │ a checksum for each block │ what the writer says of it │ lengths and their checksum
//! ```

use crate::Error;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of a block. Numbers that start at a multiple of their width lie within one.
const BLOCK: usize = 64 << 10;
/// Bytes at the end: the length of the data, that of the heading, and a checksum of what stands between data and here.
const END: usize = 24;
const REMEDY: &str = "`kgloom repair` builds it again from the journal";

/// Where blocks come from when they are not held yet.
enum Source {
    File(Mutex<File>, PathBuf),
    Memory,
}

/// Data in blocks.
pub(super) struct Blocks {
    source: Source,
    sums: Vec<u64>,
    held: Vec<OnceLock<Box<[u8]>>>,
    length: u64,
}

impl Blocks {
    /// Opens a file, and gives what its writer said of it.
    pub(super) fn open(path: &Path) -> Result<(Blocks, Vec<u8>), Error> {
        let failed = |error| Error::file("read", path, error);
        let mut file = File::open(path).map_err(failed)?;
        let total = file.seek(SeekFrom::End(0)).map_err(failed)?;
        let mut end = [0; END];
        if total < END as u64 {
            return Err(damaged(path, "it is too short"));
        }
        file.seek(SeekFrom::End(-(END as i64))).and_then(|_| file.read_exact(&mut end)).map_err(failed)?;
        let number = |at: usize| u64::from_le_bytes(end[at..at + 8].try_into().unwrap_or_default());
        let (length, heading, sum) = (number(0), number(8), number(16));
        let blocks = length.div_ceil(BLOCK as u64);
        if [blocks * 8, heading, END as u64].iter().try_fold(length, |sum, part| sum.checked_add(*part)) != Some(total)
        {
            return Err(damaged(path, "its lengths do not add up"));
        }
        let mut rest = vec![0; (total - length) as usize - END];
        file.seek(SeekFrom::Start(length)).and_then(|_| file.read_exact(&mut rest)).map_err(failed)?;
        if xxh3_64(&rest) != sum {
            return Err(damaged(path, "its heading has another checksum"));
        }
        let heading = rest.split_off(blocks as usize * 8);
        let sums = rest.chunks_exact(8).map(|sum| u64::from_le_bytes(sum.try_into().unwrap_or_default())).collect();
        let held = (0..blocks).map(|_| OnceLock::new()).collect();
        Ok((Blocks { source: Source::File(Mutex::new(file), path.to_owned()), sums, held, length }, heading))
    }

    /// Eight bytes at a place that is a multiple of eight, as a number.
    #[inline]
    pub(super) fn number(&self, at: u64) -> Result<u64, Error> {
        Ok(u64::from_le_bytes(self.array(at)?))
    }

    /// Bytes at a place that is a multiple of their number, which is a power of two up to a block's length.
    #[inline]
    pub(super) fn array<const N: usize>(&self, at: u64) -> Result<[u8; N], Error> {
        let (block, within) = ((at / BLOCK as u64) as usize, (at % BLOCK as u64) as usize);
        let bytes = match self.held.get(block).and_then(OnceLock::get) {
            Some(bytes) => bytes,
            None => self.read(block)?,
        };
        let bytes = bytes.get(within..within + N).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| self.out_of_place())
    }

    /// Takes the bytes of a place to the end of `out`.
    pub(super) fn copy(&self, mut at: u64, mut length: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        while length > 0 {
            let (block, within) = ((at / BLOCK as u64) as usize, (at % BLOCK as u64) as usize);
            let bytes = self.read(block)?;
            let bytes = bytes.get(within..).filter(|bytes| !bytes.is_empty()).ok_or_else(|| self.out_of_place())?;
            let bytes = &bytes[..length.min(bytes.len())];
            out.extend_from_slice(bytes);
            (at, length) = (at + bytes.len() as u64, length - bytes.len());
        }
        Ok(())
    }

    /// The bytes of a place, if they lie within one block.
    pub(super) fn slice(&self, at: u64, length: usize) -> Result<Option<&[u8]>, Error> {
        let (block, within) = ((at / BLOCK as u64) as usize, (at % BLOCK as u64) as usize);
        if length == 0 {
            return Ok(Some(&[]));
        }
        Ok(self.read(block)?.get(within..within + length))
    }

    fn read(&self, block: usize) -> Result<&[u8], Error> {
        let held = self.held.get(block).ok_or_else(|| self.out_of_place())?;
        if let Some(bytes) = held.get() {
            return Ok(bytes);
        }
        let Source::File(file, path) = &self.source else { return Err(self.out_of_place()) };
        let at = (block * BLOCK) as u64;
        let mut bytes = vec![0; BLOCK.min((self.length - at) as usize)].into_boxed_slice();
        {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut bytes));
            read.map_err(|error| Error::file("read", path, error))?;
        }
        if xxh3_64(&bytes) != self.sums[block] {
            return Err(damaged(path, &format!("block {block} has another checksum")));
        }
        Ok(held.get_or_init(|| bytes))
    }

    fn out_of_place(&self) -> Error {
        let path = if let Source::File(_, path) = &self.source { path.as_path() } else { Path::new("(memory)") };
        damaged(path, "it points outside itself")
    }
}

/// What a damaged file of the graph is answered with.
pub(super) fn damaged(path: &Path, what: &str) -> Error {
    Error::Damaged { path: path.to_owned(), what: what.to_owned(), remedy: REMEDY }
}

/// Writes data in blocks, to a file or into memory.
pub(super) struct BlockWriter {
    file: Option<(io::BufWriter<File>, PathBuf)>,
    held: Vec<OnceLock<Box<[u8]>>>,
    sums: Vec<u64>,
    block: Vec<u8>,
    length: u64,
}

impl BlockWriter {
    /// Begins a file, or blocks in memory.
    pub(super) fn new(path: Option<&Path>) -> Result<BlockWriter, Error> {
        let file = path.map(|path| {
            let file = File::create(path).map_err(|error| Error::file("create", path, error))?;
            Ok::<_, Error>((io::BufWriter::with_capacity(BLOCK, file), path.to_owned()))
        });
        let file = file.transpose()?;
        Ok(BlockWriter { file, held: Vec::new(), sums: Vec::new(), block: Vec::with_capacity(BLOCK), length: 0 })
    }

    /// The place of the next byte.
    pub(super) fn at(&self) -> u64 {
        self.length
    }

    /// Adds bytes.
    pub(super) fn push(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            bytes = later;
            if self.block.len() == BLOCK {
                self.end_block()?;
            }
        }
        Ok(())
    }

    /// Adds zeros up to a multiple of sixteen.
    pub(super) fn pad(&mut self) -> Result<(), Error> {
        let missing = self.length.next_multiple_of(16) - self.length;
        self.push(&[0; 16][..missing as usize])
    }

    fn end_block(&mut self) -> Result<(), Error> {
        self.sums.push(xxh3_64(&self.block));
        match &mut self.file {
            Some((file, path)) => file.write_all(&self.block).map_err(|error| Error::file("write", path, error))?,
            None => self.held.push(OnceLock::from(self.block.clone().into_boxed_slice())),
        }
        self.block.clear();
        Ok(())
    }

    /// Ends a file, on disk, with what is to be said of it; blocks in memory are given back.
    pub(super) fn finish(mut self, heading: &[u8]) -> Result<Option<Blocks>, Error> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        let Some((mut file, path)) = self.file else {
            return Ok(Some(Blocks { source: Source::Memory, sums: self.sums, held: self.held, length: self.length }));
        };
        let mut rest: Vec<u8> = self.sums.iter().flat_map(|sum| sum.to_le_bytes()).collect();
        rest.extend_from_slice(heading);
        let sum = xxh3_64(&rest);
        for number in [self.length, heading.len() as u64, sum] {
            rest.extend_from_slice(&number.to_le_bytes());
        }
        let written = file.write_all(&rest).and_then(|()| file.flush()).and_then(|()| file.get_ref().sync_all());
        written.map_err(|error| Error::file("write", &path, error))?;
        Ok(None)
    }
}
