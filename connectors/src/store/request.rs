//! How a query is asked over a protocol: of what, in which formats, and where the answer goes. In: names of graphs, formats. Out: the
//! same, laid over the query. Never: a query.

use super::printer::ResultFormat;
use kgloom_record::record::Iri;
use oxigraph::model::NamedNode;
use spareval::QueryDatasetSpecification as QueryDataset;
use std::io::{self, Write};

/// What a query is asked of, where not the query itself says so (SPARQL 1.1 Protocol, 2.1.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// The graphs that together are the default graph.
    pub default: Vec<Iri>,
    /// The named graphs.
    pub named: Vec<Iri>,
    /// Whether the default graph is everything that stands in any graph.
    pub union: bool,
}

/// How answers are written, by what the query gives; none where the reader takes no format of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats {
    /// Rows, and yes or no.
    pub rows: Option<ResultFormat>,
    /// Triples.
    pub triples: Option<ResultFormat>,
}

/// Where an answer goes.
pub trait Answer: Write {
    /// Called once before anything is written: the format of what follows, and whether it is triples.
    ///
    /// # Errors
    /// Ends the query.
    fn begin(&mut self, format: ResultFormat, triples: bool) -> io::Result<()>;

    /// Whether somebody still waits for it; asked now and then while the query is worked out.
    fn is_wanted(&self) -> bool {
        true
    }
}

/// An answer whose reader knows the format.
pub(super) struct Plain<'a>(pub &'a mut dyn Write);

impl Write for Plain<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Answer for Plain<'_> {
    fn begin(&mut self, _: ResultFormat, _: bool) -> io::Result<()> {
        Ok(())
    }
}

impl Dataset {
    /// Lays it over what the query says.
    pub(super) fn lay(&self, over: &mut QueryDataset) {
        let name = |iri: &Iri| NamedNode::new_unchecked(iri.as_str());
        if self.union {
            over.set_default_graph_as_union();
        }
        // What names either names both: what it leaves out is empty.
        if !(self.default.is_empty() && self.named.is_empty()) {
            over.set_default_graph(self.default.iter().map(|iri| name(iri).into()).collect());
            over.set_available_named_graphs(self.named.iter().map(|iri| name(iri).into()).collect());
        }
    }
}
