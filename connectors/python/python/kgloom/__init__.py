"""Text in, SPARQL out: `kgloom` from Python, over HTTP.

    import kgloom

    with kgloom.start("state", "texts/") as graph:
        print(graph.query("SELECT ?who ?town { ?p wdt:P19 ?t . ?p rdfs:label ?who . ?t rdfs:label ?town }"))

Needs nothing but the standard library; pandas, networkx and numpy are imported by the methods that answer in them.
"""
from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from ._error import KgloomError
from ._graph import Graph
from ._server import Server, binary, connect, start
from ._stream import Change, Events, Subscription
from ._triples import Triples

try:
    __version__ = version("kgloom")
except PackageNotFoundError:  # a checkout that was not installed
    __version__ = "0"

__all__ = [
    "Change",
    "Events",
    "Graph",
    "KgloomError",
    "Server",
    "Subscription",
    "Triples",
    "binary",
    "connect",
    "start",
]
