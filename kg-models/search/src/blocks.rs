//! Records of one length in blocks, so that growing copies none of them and threads take whole blocks.
//!
//! In: records. Out: the same, by number. Never: an order that means anything: a record that goes is replaced by the last.

/// Records of a block: so few that the empty places of the last block do not count.
pub(crate) const BLOCK: usize = 256;

/// Records of `each` items, numbered from 0.
#[derive(Clone, Debug)]
pub(crate) struct Blocks<T> {
    blocks: Vec<Vec<T>>,
    each: usize,
    len: usize,
}

impl<T: Clone> Blocks<T> {
    /// No records, of so many items each.
    pub fn new(each: usize) -> Self {
        Blocks { blocks: Vec::new(), each, len: 0 }
    }

    /// How many records.
    pub fn len(&self) -> usize {
        self.len
    }

    /// How many blocks.
    pub fn count(&self) -> usize {
        self.blocks.len()
    }

    /// The records of a block, one after the other.
    pub fn block(&self, number: usize) -> &[T] {
        &self.blocks[number]
    }

    /// A record.
    #[inline(always)]
    pub fn record(&self, number: u32) -> &[T] {
        let (block, place) = (number as usize / BLOCK, number as usize % BLOCK);
        &self.blocks[block][place * self.each..][..self.each]
    }

    /// Puts a record in the place of another, or behind the last.
    pub fn put(&mut self, number: u32, record: &[T]) {
        let (block, place) = (number as usize / BLOCK, number as usize % BLOCK);
        if number as usize == self.len {
            if block == self.blocks.len() {
                // The first block grows as it is filled, so that a small set takes little.
                self.blocks.push(Vec::with_capacity(if block == 0 { 0 } else { BLOCK * self.each }));
            }
            self.blocks[block].extend_from_slice(record);
            self.len += 1;
        } else {
            self.blocks[block][place * self.each..][..self.each].clone_from_slice(record);
        }
    }

    /// Takes a record away; the last one takes its number.
    pub fn take(&mut self, number: u32) {
        let last = self.len - 1;
        if number as usize != last {
            let moved = self.record(last as u32).to_vec();
            self.put(number, &moved);
        }
        self.len = last;
        let block = last / BLOCK;
        self.blocks[block].truncate(last % BLOCK * self.each);
        if self.blocks[block].is_empty() {
            self.blocks.truncate(block);
        }
    }

    /// What the blocks take in memory, what their items point to not counted.
    pub fn bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.capacity() * size_of::<T>()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_and_go_across_blocks() {
        let mut blocks = Blocks::new(2);
        let count = BLOCK as u32 + 3;
        (0..count).for_each(|number| blocks.put(number, &[number, number + 1]));
        assert_eq!(
            (blocks.len(), blocks.count(), blocks.record(BLOCK as u32)),
            (BLOCK + 3, 2, &[BLOCK as u32, BLOCK as u32 + 1][..])
        );
        blocks.take(0);
        assert_eq!(blocks.record(0), [count - 1, count]);
        (0..3).for_each(|_| blocks.take(1));
        assert_eq!((blocks.len(), blocks.count()), (BLOCK - 1, 1));
        (0..BLOCK - 1).for_each(|_| blocks.take(0));
        assert_eq!((blocks.len(), blocks.count(), blocks.bytes()), (0, 0, 0));
    }
}
