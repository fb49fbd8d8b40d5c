//! What it is to be told beside the graph as a function of it. In: the graph as it changes. Out: the graphs that go with it. Never: a quad that is not a function of the graph, of artifacts
//! with an id, and of settings.

use anyhow::Result;
use connectors::Store;
use kgloom_record::record::Quad;

/// Something that follows the graph.
pub trait Derived: Send {
    /// Takes in what a change did to the graph. What is derived itself is not told.
    fn absorb(&mut self, quads: &[(Quad, isize)]);

    /// Counts the graph as one beside which all is told already.
    fn is_told(&mut self);

    /// All that is told beside the graph.
    ///
    /// # Errors
    /// Where a model fails, or the user ends the command.
    fn all(&mut self) -> Result<Vec<Quad>>;

    /// How its graphs in the store must change to follow what was taken in since it was last told.
    ///
    /// # Errors
    /// As [`Derived::all`], and where the store cannot be read.
    fn change(&mut self, store: &Store) -> Result<Vec<(Quad, isize)>>;
}
