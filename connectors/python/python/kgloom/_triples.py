"""The graph for other libraries: N-Triples in, networkx and integer arrays out."""
from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ._error import KgloomError, needed

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_KGLOOM = "urn:kgloom:"
_LINE = re.compile(
    r'(?:<([^>]*)>|(_:\S+))\s*<([^>]*)>\s*(?:<([^>]*)>|(_:\S+)|"((?:[^"\\]|\\.)*)"(?:@[\w-]+|\^\^<[^>]*>)?)\s*\.\s*(?:#.*)?$'
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Fact(NamedTuple):
    """A triple; `thing` is True where the object is an IRI or a blank node, False where it is a literal's text."""

    subject: str
    relation: str
    object: str
    thing: bool


def read(text: str) -> Iterator[Fact]:
    """The triples of a text in N-Triples. KgloomError: a line is none."""
    for line in text.split("\n"):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.match(line)
        if not found:
            raise KgloomError(0, f"no triple: {line[:200]}")
        subject, blank, relation, thing, blank_thing, literal = found.groups()
        head = _plain(subject) if subject is not None else blank
        if literal is not None:
            yield Fact(head, _plain(relation), _plain(literal), False)
        else:
            yield Fact(head, _plain(relation), _plain(thing) if thing is not None else blank_thing, True)


def _plain(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda one: chr(int(one[1] or one[2], 16)) if one[1] or one[2] else _PLAIN.get(one[3], one[3]), text)


@dataclass(frozen=True)
class Triples:
    """Facts between entities as numbers.

    `triples`: a numpy array of int64, (n, 3), of head, relation, tail, sorted and without repetition; the numbers are
    places in `entities` and `relations`. These hold IRIs, or names where names were asked for.
    """

    triples: Any
    entities: List[str]
    relations: List[str]

    def __len__(self) -> int:
        return len(self.triples)

    def to_pykeen(self) -> Any:
        """A numpy array of str, (n, 3), for `pykeen.triples.TriplesFactory.from_labeled_triples`."""
        numpy = needed("numpy", "to_pykeen()")
        if not len(self):
            return numpy.empty((0, 3), dtype=str)
        entities, relations = numpy.array(self.entities), numpy.array(self.relations)
        heads, kinds, tails = self.triples.T
        return numpy.stack([entities[heads], relations[kinds], entities[tails]], axis=1)

    def to_pyg(self) -> Tuple[Any, Any]:
        """`edge_index`, (2, n), and `edge_type`, (n,), as numpy arrays of int64: `torch.from_numpy` takes them."""
        numpy = needed("numpy", "to_pyg()")
        return numpy.ascontiguousarray(self.triples[:, [0, 2]].T), numpy.ascontiguousarray(self.triples[:, 1])


def numbered(facts: Sequence[Fact], names: Optional[Mapping[str, str]]) -> Triples:
    """Facts between things, numbered in the order of their IRIs; `names` stand for IRIs where they are given."""
    numpy = needed("numpy", "triples()")
    labels = _labels(facts)
    told = sorted({one[:3] for one in facts if one.thing and one.relation != TYPE})
    entities = sorted({one[0] for one in told} | {one[2] for one in told})
    relations = sorted({one[1] for one in told})
    entity = {name: number for number, name in enumerate(entities)}
    relation = {name: number for number, name in enumerate(relations)}
    array = numpy.array([(entity[head], relation[kind], entity[tail]) for head, kind, tail in told], dtype="int64")
    if names is not None:
        entities = _distinct(entities, {iri: all_of[0] for iri, all_of in labels.items()})
        relations = _distinct(relations, names)
    return Triples(array.reshape(-1, 3), entities, relations)


def network(
    facts: Sequence[Fact],
    names: Mapping[str, str],
    predicted: Sequence[Fact],
    values: bool,
    certainties: Mapping[Tuple[str, str, str], float],
) -> Any:
    """A networkx.MultiDiGraph; what stands on it is told in `Graph.graph`."""
    networkx = needed("networkx", "graph()")
    graph = networkx.MultiDiGraph()
    classes: Dict[str, List[str]] = defaultdict(list)
    worth: Dict[str, Dict[str, List[str]]] = defaultdict(lambda: defaultdict(list))
    labels = _labels(facts)
    edges = []
    for subject, relation, thing, is_thing in facts:
        if relation == TYPE:
            classes[subject].append(names.get(thing) or _short(thing))
        elif is_thing:
            edges.append((subject, relation, thing))
        elif relation != LABEL:
            worth[subject][names.get(relation) or _short(relation)].append(thing)
    ends = {end for subject, _, thing in edges for end in (subject, thing)}
    links = _probable(predicted)
    ends.update(end for subject, _, thing in links for end in (subject, thing))
    for iri in sorted(ends | set(labels) | set(classes)):
        attributes = {name: ";".join(all_of) for name, all_of in worth[iri].items()} if values else {}
        attributes["label"] = labels[iri][0] if iri in labels else _short(iri)
        attributes["classes"] = ";".join(classes[iri])
        graph.add_node(iri, **attributes)
    for probable in (False, True):
        for subject, relation, thing in links if probable else edges:
            attributes = {"relation": relation, "label": names.get(relation) or _short(relation), "predicted": probable}
            certainty = links[subject, relation, thing] if probable else certainties.get((subject, relation, thing))
            if certainty is not None:
                attributes["certainty"] = certainty
            if not (probable and graph.has_edge(subject, thing, relation)):
                graph.add_edge(subject, thing, key=relation, **attributes)
    return graph


def _probable(predicted: Sequence[Fact]) -> Dict[Tuple[str, str, str], Optional[float]]:
    """The links that `kgloom:predicted` describes, with their probabilities."""
    links: Dict[str, Dict[str, str]] = defaultdict(dict)
    for subject, relation, thing, _ in predicted:
        if relation.startswith(_KGLOOM):
            links[subject][relation[len(_KGLOOM) :]] = thing
    return {
        (one["head"], one["relation"], one["tail"]): float(one["probability"]) if "probability" in one else None
        for _, one in sorted(links.items())
        if {"head", "relation", "tail"} <= set(one)
    }


def _labels(facts: Sequence[Fact]) -> Dict[str, List[str]]:
    labels: Dict[str, List[str]] = defaultdict(list)
    for subject, relation, thing, is_thing in facts:
        if relation == LABEL and not is_thing:
            labels[subject].append(thing)
    return dict(labels)


def _distinct(iris: Sequence[str], names: Mapping[str, str]) -> List[str]:
    """The name of each; where several bear one, with the IRI behind it, so that they stay several."""
    called = [names.get(iri) or _short(iri) for iri in iris]
    bearers: Dict[str, int] = defaultdict(int)
    for name in called:
        bearers[name] += 1
    return [name if bearers[name] == 1 else f"{name} <{iri}>" for iri, name in zip(iris, called)]


def _short(iri: str) -> str:
    """The last part of an IRI, for what has no name."""
    return re.split(r"[/#:]", iri.rstrip("/#:"))[-1] or iri
