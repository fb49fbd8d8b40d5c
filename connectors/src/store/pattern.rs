//! The graph's rows as quads of RDF. In: patterns of terms. Out: quads. Never: a row whose terms were not asked for.

use crate::Error;
use crate::graph::{DEFAULT, Edit, Graph, Image, Of, Row, graph_of, term};
use kgloom_record::record::{Datatype, Quad, Term as Value};
use kgloom_record::vocabulary;
use oxigraph::model::{
    GraphName, GraphNameRef, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad as RdfQuad, QuadRef, Term,
    TermRef,
};
use std::collections::HashMap;
use std::sync::Arc;

impl Graph {
    /// The quads that fit; without a graph, those of all graphs.
    pub(super) fn quads_for_pattern(
        &self,
        subject: Option<NamedOrBlankNodeRef<'_>>,
        property: Option<NamedNodeRef<'_>>,
        object: Option<TermRef<'_>>,
        graph: Option<GraphNameRef<'_>>,
    ) -> impl Iterator<Item = Result<RdfQuad, Error>> + use<> {
        let image = self.image();
        let ends = [subject.map(TermRef::from), property.map(TermRef::from), object];
        let (found, failed) = match rows(&image, ends, graph) {
            Ok(found) => (found, None),
            Err(error) => (None, Some(Err(error))),
        };
        found.into_iter().flatten().map(move |row| quad(&image, &row?)).chain(failed)
    }

    /// All quads.
    pub(super) fn iter(&self) -> impl Iterator<Item = Result<RdfQuad, Error>> + use<> {
        self.quads_for_pattern(None, None, None, None)
    }

    /// Whether there is such a quad.
    pub(super) fn contains(&self, quad: QuadRef<'_>) -> Result<bool, Error> {
        let found =
            self.quads_for_pattern(Some(quad.subject), Some(quad.predicate), Some(quad.object), Some(quad.graph_name));
        Ok({ found }.next().transpose()?.is_some())
    }

    /// The names of all named graphs that hold something.
    pub(super) fn named_graphs(&self) -> Result<Vec<NamedOrBlankNode>, Error> {
        let image = self.image();
        let names = image.graphs()?.into_iter().map(|number| match image.term(number)? {
            Term::NamedNode(node) => Ok(Some(node.into())),
            Term::BlankNode(node) => Ok(Some(node.into())),
            _ => Ok(None),
        });
        names.filter_map(Result::transpose).collect()
    }
}

/// The rows that fit, if all terms that are asked for are there.
pub(super) fn rows(
    image: &Arc<Image>,
    ends: [Option<TermRef<'_>>; 3],
    graph: Option<GraphNameRef<'_>>,
) -> Result<Option<impl Iterator<Item = Result<Row, Error>> + use<>>, Error> {
    let mut bytes = Vec::new();
    let mut numbers = [None; 3];
    for (number, end) in numbers.iter_mut().zip(ends) {
        let Some(end) = end else { continue };
        bytes.clear();
        term::term(end, &mut bytes);
        let Some(found) = image.number(&bytes)? else { return Ok(None) };
        *number = Some(found);
    }
    bytes.clear();
    let of = match graph {
        None => [Of::Default, Of::AnyNamed].as_slice(),
        Some(name) if !term::graph(name, &mut bytes) => &[Of::Default],
        Some(_) => match image.number(&bytes)? {
            Some(number) => &[Of::Named(number)],
            None => return Ok(None),
        },
    };
    let of: Vec<_> = of.iter().map(|of| Arc::clone(image).rows(numbers, *of)).collect::<Result<_, _>>()?;
    Ok(Some(of.into_iter().flatten()))
}

/// A row as a quad.
fn quad(image: &Image, row: &Row) -> Result<RdfQuad, Error> {
    let odd = || image.damaged("a quad has a literal where a name must be");
    let node = |number: u32| match image.term(number)? {
        Term::NamedNode(node) => Ok(NamedOrBlankNode::from(node)),
        Term::BlankNode(node) => Ok(node.into()),
        _ => Err(odd()),
    };
    let NamedOrBlankNode::NamedNode(property) = node(row[1])? else { return Err(odd()) };
    let graph = match graph_of(row).map(node).transpose()? {
        None => GraphName::DefaultGraph,
        Some(NamedOrBlankNode::NamedNode(name)) => name.into(),
        Some(NamedOrBlankNode::BlankNode(name)) => name.into(),
    };
    Ok(RdfQuad::new(node(row[0])?, property, image.term(row[2])?, graph))
}

/// Quads to rows, for one change: each term is looked up once.
#[derive(Default)]
pub(super) struct Encoder {
    bytes: Vec<u8>,
    numbers: HashMap<Vec<u8>, u32>,
}

impl Encoder {
    /// The row of a quad that comes. Names that are new are held to what an IRI may be.
    pub(super) fn row(&mut self, edit: &mut Edit<'_>, quad: &Quad) -> Result<Row, Error> {
        let graph = match vocabulary::graph_iri(&quad.graph) {
            None => DEFAULT,
            Some(graph) => self.name(edit, &graph)?,
        };
        let triple = &quad.triple;
        let (subject, property) =
            (self.name(edit, triple.subject.as_str())?, self.name(edit, triple.relation.as_str())?);
        let object = match &triple.object {
            Value::Name(iri) => self.name(edit, iri.as_str())?,
            object => {
                self.value(object);
                self.number(edit)?
            }
        };
        Ok([subject, property, object, graph])
    }

    /// The row of a quad that goes, if the graph may have it.
    pub(super) fn known(&mut self, edit: &Edit<'_>, quad: &Quad) -> Result<Option<Row>, Error> {
        let graph = vocabulary::graph_iri(&quad.graph);
        let mut row = [DEFAULT; 4];
        let (subject, property) = (quad.triple.subject.as_str(), quad.triple.relation.as_str());
        for (place, iri) in [Some(subject), Some(property), None, graph.as_deref()].into_iter().enumerate() {
            self.bytes.clear();
            match (iri, place) {
                (Some(iri), _) => term::name(iri, &mut self.bytes),
                (None, 2) => self.value(&quad.triple.object),
                (None, _) => continue,
            }
            let number = match self.numbers.get(&self.bytes) {
                Some(number) => Some(*number),
                None => edit.known(&self.bytes)?,
            };
            let Some(number) = number else { return Ok(None) };
            row[place] = number;
        }
        Ok(Some(row))
    }

    fn value(&mut self, value: &Value) {
        self.bytes.clear();
        match value {
            Value::Name(iri) => term::name(iri.as_str(), &mut self.bytes),
            Value::Literal(literal) if literal.datatype == Datatype::String => {
                term::string(&literal.value, &mut self.bytes);
            }
            Value::Literal(literal) => term::typed(&literal.value, literal.datatype.iri(), &mut self.bytes),
        }
    }

    fn name(&mut self, edit: &mut Edit<'_>, iri: &str) -> Result<u32, Error> {
        self.bytes.clear();
        term::name(iri, &mut self.bytes);
        if let Some(number) = self.numbers.get(&self.bytes) {
            return Ok(*number);
        }
        if edit.known(&self.bytes)?.is_none() {
            super::quads::name(iri)?;
        }
        self.number(edit)
    }

    fn number(&mut self, edit: &mut Edit<'_>) -> Result<u32, Error> {
        if let Some(number) = self.numbers.get(&self.bytes) {
            return Ok(*number);
        }
        let number = edit.number(&self.bytes)?;
        self.numbers.insert(self.bytes.clone(), number);
        Ok(number)
    }
}

/// The row of an RDF quad; its terms are added where they are new.
pub(super) fn row_of(edit: &mut Edit<'_>, quad: QuadRef<'_>) -> Result<Row, Error> {
    let mut row = [DEFAULT; 4];
    let mut bytes = Vec::new();
    for (number, end) in row.iter_mut().zip([quad.subject.into(), TermRef::from(quad.predicate), quad.object]) {
        bytes.clear();
        term::term(end, &mut bytes);
        *number = edit.number(&bytes)?;
    }
    bytes.clear();
    if term::graph(quad.graph_name, &mut bytes) {
        row[3] = edit.number(&bytes)?;
    }
    Ok(row)
}

#[cfg(test)]
impl Graph {
    /// Lets a quad come.
    pub(super) fn insert(&self, quad: QuadRef<'_>) {
        self.extend([quad]);
    }

    /// Lets quads come.
    pub(super) fn extend<'a>(&self, quads: impl IntoIterator<Item = QuadRef<'a>>) {
        let mut edit = self.edit();
        for quad in quads {
            let row = row_of(&mut edit, quad).unwrap();
            edit.insert(row);
        }
        edit.commit().unwrap();
    }

    /// Lets the quads of a document come.
    pub(super) fn read_in(&self, format: oxigraph::io::RdfFormat, text: &[u8]) {
        let store = oxigraph::store::Store::new().unwrap();
        store.load_from_slice(format, text).unwrap();
        let quads: Vec<RdfQuad> = store.iter().map(|quad| quad.unwrap()).collect();
        self.extend(quads.iter().map(|quad| quad.as_ref()));
    }

    /// The same quads in oxigraph's own store.
    pub(super) fn plain(&self) -> oxigraph::store::Store {
        let store = oxigraph::store::Store::new().unwrap();
        self.iter().for_each(|quad| store.insert(quad.unwrap().as_ref()).unwrap());
        store
    }
}
