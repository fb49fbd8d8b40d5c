//! The world: documents in, RDF store and journal, SPARQL out.
