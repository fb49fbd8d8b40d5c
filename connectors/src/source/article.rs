//! The main content of a page. In: all its blocks. Out: those that it is there for. Never: nothing, where there was
//! something to read.

use super::blocks::{Block, Kind};

/// Letters that make up for a page's main part; less is a part that was marked in vain.
const ENOUGH: usize = 140;

/// The blocks of the part that is marked as the main one, if one is, without those that mostly are links.
pub(super) fn of(blocks: Vec<Block>) -> Vec<Block> {
    let length =
        |rank: u8| -> usize { blocks.iter().filter(|block| block.rank >= rank).map(|block| block.text.len()).sum() };
    let rank = [2, 1].into_iter().find(|rank| length(*rank) >= ENOUGH).unwrap_or(0);
    let is_menu = |block: &Block| {
        let text = matches!(block.kind, Kind::Paragraph | Kind::Item(_) | Kind::Further(_));
        text && block.linked * 2 > block.text.len()
    };
    let kept: Vec<Block> = blocks.iter().filter(|block| block.rank >= rank && !is_menu(block)).cloned().collect();
    if kept.iter().any(|block| matches!(block.kind, Kind::Paragraph | Kind::Item(_) | Kind::Row)) {
        kept
    } else {
        blocks
    }
}
