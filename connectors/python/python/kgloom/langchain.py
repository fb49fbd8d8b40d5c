"""The graph for LangChain. Needs langchain-community and rdflib."""
from __future__ import annotations

from typing import Any, Dict, List

from langchain_community.graphs import RdfGraph

from ._graph import Graph


class KgloomRdfGraph(RdfGraph):
    """LangChain's `RdfGraph` over a `Graph`, for `GraphSparqlQAChain` and for `query`.

    Its schema names what the graph has, by the names and comments of the ontology: the identifiers of relations alone
    (`P19`) tell a language model nothing, and `RdfGraph`'s own schema takes no IRI without `#` or `/` (`urn:kgloom:…`).
    """

    def __init__(self, graph: Graph, **options: Any) -> None:
        """`options`: those of `RdfGraph`. KgloomError: the server does not answer."""
        self._graph = graph
        super().__init__(query_endpoint=graph.endpoint, standard="rdf", **options)

    def load_schema(self) -> None:
        """Reads the schema anew."""
        schema = self._graph.schema()
        classes = [_told(one) for one in schema["classes"] if one["things"]]
        relations = [_told(one) for one in schema["relations"] if one["facts"]]
        self.schema = (
            "In the following, each IRI is followed by its name and optionally its description in parentheses. \n"
            f"The RDF graph supports the following node types:\n{_lines(classes)}\n"
            f"The RDF graph supports the following relationships:\n{_lines(relations)}\n"
            "Every node has its name as <http://www.w3.org/2000/01/rdf-schema#label>.\n"
        )


def _told(one: Dict[str, Any]) -> str:
    comment = f", {one['comment']}" if one.get("comment") else ""
    ends = f", from {' or '.join(one['from'])} to {' or '.join(one['to'])}" if one.get("from") and one.get("to") else ""
    return f"<{one['iri']}> ({one['label']}{comment}{ends})"


def _lines(told: List[str]) -> str:
    return ", \n".join(told)
