"""A graph that a server holds: questions, documents, corrections. In: text and names. Out: plain values of Python."""
from __future__ import annotations

import json
import weakref
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple, Union
from urllib.parse import quote, urlsplit

from . import _triples
from ._error import KgloomError
from ._stream import Events, Subscription
from ._values import frame, listed, rows, truth
from ._wire import Wire, encoded, read_json

Answer = Dict[str, Any]
Document = Union[Tuple[str, str], Mapping[str, str]]
_ROWS = "application/sparql-results+json"
_FORM = "application/x-www-form-urlencoded"
_TRIPLES = "application/n-triples"
_TOGETHER_BYTES = 4 << 20
_THING = {"iri": "string", "name": "string", "class": "string", "facts": "Int64"}
_COUNTED = ("put", "deleted", "unchanged", "came_count", "went_count")


class Graph:
    """The graph behind an address: `kgloom.start` and `kgloom.connect` make one. It may be used from many threads.

    Every method raises `KgloomError` where the server refuses or does not answer; writing takes the token (401).
    """

    def __init__(self, url: str, token: Optional[str] = None, timeout: Optional[float] = 600.0) -> None:
        self._wire = Wire(url, token, timeout)
        self._streams: "weakref.WeakSet[Any]" = weakref.WeakSet()

    def __repr__(self) -> str:
        return f"<kgloom.{type(self).__name__} {self.url}>"

    @property
    def url(self) -> str:
        """The address of the server."""
        return self._wire.url

    @property
    def endpoint(self) -> str:
        """The address for clients of the SPARQL protocol: rdflib, SPARQLWrapper, LangChain."""
        return f"{self._wire.url}/query"

    @property
    def token(self) -> Optional[str]:
        """What writing takes."""
        return self._wire.token

    # Questions

    def query(
        self, sparql: str, *, entailed: bool = False, timeout: Optional[float] = None, limit: Optional[int] = None
    ) -> Any:
        """A SELECT as a pandas.DataFrame.

        A column whose cells are alike is Int64 (xsd:integer and its like, xsd:gYear), float64 (decimal, double),
        boolean, or datetime64 (xsd:date, xsd:dateTime); any other is text as it is written, IRIs and mixed columns too.
        Unbound is NA. `entailed`: also over what follows. `timeout` (seconds) and `limit` (rows): less than the
        server's. ImportError: pandas is missing. KgloomError: 400 with `line` and `column` where it is not SPARQL.
        """
        return frame(self._select(sparql, entailed, timeout, limit))

    def rows(
        self, sparql: str, *, entailed: bool = False, timeout: Optional[float] = None, limit: Optional[int] = None
    ) -> List[Answer]:
        """A SELECT as dicts, without pandas: int, float, bool, datetime.date, datetime.datetime, str, None if unbound."""
        return rows(self._select(sparql, entailed, timeout, limit))

    def ask(self, sparql: str, *, entailed: bool = False, timeout: Optional[float] = None) -> bool:
        """What an ASK answers."""
        return truth(self._select(sparql, entailed, timeout, None))

    def construct(self, sparql: str, *, entailed: bool = False, timeout: Optional[float] = None) -> str:
        """A CONSTRUCT or DESCRIBE, as N-Triples."""
        return self._sparql(sparql, _TRIPLES, entailed, timeout, None).decode()

    def answer(self, question: str) -> Answer:
        """A plain question, `"Where was Elena Marwick born?"`: `known`, `answers`, and `sparql`, which it was taken for;
        where it is not known, `why`."""
        return self._wire.json("GET", "/ask", {"question": question})

    def find(self, text: str, class_: Optional[str] = None, limit: Optional[int] = None) -> List[Answer]:
        """The things that a name may mean, the best first: `iri`, `short`, `name`, `class`, `facts`, `fits`."""
        return self._wire.json("GET", "/find", {"text": text, "class": class_, "limit": limit})["found"]

    def search(
        self,
        text: str,
        *,
        class_: Optional[str] = None,
        where: Optional[str] = None,
        documents: bool = False,
        by: Optional[str] = None,
        limit: Optional[int] = None,
        spread: Optional[int] = None,
        explain: bool = False,
    ) -> Any:
        """What a text describes, as a pandas.DataFrame, the best first.

        Of things the columns are `iri`, `name`, `class`, `facts`; with `documents`, of documents, `id` and `text` (how it
        begins). Beside them `score`, and of it `words` and `meaning`; NA where one of the two did not find it. `class_`: only
        things of that class. `where`: only things that `?x` may be in this pattern of SPARQL. `by`: `words`, `vectors` or
        `both`. `limit`: the most rows (10). `spread`: over how many interests, told in the column `interest`. `explain`:
        the column `explanation` says what of the score is due to which classes and relations. ImportError: pandas is
        missing. KgloomError 400: a class or a pattern that cannot be meant.
        """
        asked = {
            "text": text,
            "class": class_,
            "where": where,
            "documents": documents,
            "by": by,
            "limit": limit,
            "spread": spread,
            "explain": explain,
        }
        found = self._wire.json("GET", "/search", asked)["found"]
        kinds = {"id": "string", "text": "string"} if documents else dict(_THING)
        kinds.update({"score": "float64", "words": "float64", "meaning": "float64"})
        if spread is not None:
            kinds["interest"] = "Int64"
        if explain:
            kinds["explanation"] = "object"
        return listed(found, kinds, "search()")

    def entity(
        self,
        iri: str,
        *,
        relation: Optional[str] = None,
        direction: Optional[str] = None,
        offset: Optional[int] = None,
        limit: Optional[int] = None,
    ) -> Answer:
        """Everything of one thing: `names`, `classes`, `facts`, `predicted`, `documents`. KgloomError 404: no such.

        `facts` is a page: `limit` of them (500, at most 1,000) after `offset`, of a `relation` (IRI, prefixed name or
        label) and a `direction` (`out` or `in`), or of all. `total` says how many there are, `relations` of which relation.
        """
        asked = {"iri": iri, "relation": relation, "direction": direction, "offset": offset, "limit": limit}
        return self._wire.json("GET", "/entity", asked)

    def neighbourhood(self, iri: str, limit: Optional[int] = None) -> Answer:
        """The things around one, at most 300: `nodes`, `edges`, `more`."""
        return self._wire.json("GET", "/neighbourhood", {"iri": iri, "limit": limit})

    def explain(self, subject: str, relation: str, object: str) -> List[Answer]:
        """Why a fact is in the graph: for each fact meant, its documents, sentences with offsets, scores and corrections,
        as `kgloom explain --format json` gives them. All three are IRIs, prefixed names or labels."""
        asked = {"subject": subject, "relation": relation, "object": object}
        return self._wire.json("GET", "/explain", asked)["explanations"]

    def schema(self) -> Answer:
        """`classes` and `relations`, with names, counts and comments."""
        return self._wire.json("GET", "/schema")

    def status(self) -> Answer:
        """Version, epoch, model and counts."""
        return self._wire.json("GET", "/status")

    def rejections(self, limit: Optional[int] = None) -> List[Answer]:
        """What was refused, and why: `document`, `stage`, `reason`, `location`, `record`."""
        return self._wire.json("GET", "/rejections", {"limit": limit})["rejections"]

    # Documents

    def put(self, id: str, text: str, media: str = "text/plain") -> Answer:
        """Takes in a text, or its new form. Answers when the graph holds what it says: `epoch`, `put`, `unchanged`, and
        in `came` and `went` the triples that did so. `media`: `text/plain`, `text/markdown`, `text/html`.
        KgloomError 422: it was refused; the message says why. TypeError: id or text is no str."""
        _checked("id", id)
        _checked("text", text)
        content, _ = self._wire.send("PUT", _document(id), None, text.encode(), f"{media}; charset=utf-8")
        return read_json(content)

    def put_many(self, documents: Iterable[Document], together: int = 256) -> Answer:
        """Takes in many texts, `together` in an epoch (fewer where they are long): pairs (id, text), or dicts with `id`
        and either `text` or `delete: True`. Returns the sums `put`, `deleted`, `unchanged`, `came_count`, `went_count`,
        the last `epoch`, and `refused`, a list of `id`, `reason`, `location`: a refusal stops nothing. TypeError: one is
        neither; what came before it may be in the graph."""
        total: Answer = {"epoch": None, **{name: 0 for name in _COUNTED}, "refused": []}
        for lines in _batches(documents, together):
            try:
                content, _ = self._wire.send(
                    "POST", "/documents", {"return": "counts"}, lines, "application/x-ndjson"
                )
                answer = read_json(content)
            except KgloomError as error:
                if error.status != 422 or not isinstance(error.answer, dict) or "refused" not in error.answer:
                    raise
                answer = error.answer
            for name in _COUNTED:
                total[name] += answer.get(name, 0)
            total["refused"] += answer.get("refused", [])
            total["epoch"] = answer.get("epoch", total["epoch"])
        return total

    def delete(self, id: str) -> Answer:
        """Takes a document out, with all that only it said. Returns as `put`. KgloomError 404: there is none."""
        return self._wire.json("DELETE", _document(id))

    def documents(self, containing: Optional[str] = None) -> Iterator[Answer]:
        """All documents, in the order of their ids: `id`, `bytes`, and `refused`, with reason and location, or None.
        `containing`: only those whose id contains this, whatever the case of its letters."""
        after = None
        while True:
            asked = {"after": after, "limit": 1000, "containing": containing}
            page = self._wire.json("GET", "/documents", asked)
            yield from page["documents"]
            after = page["next"]
            if after is None:
                return

    def text(self, id: str) -> str:
        """The text of a document. KgloomError 404: there is none."""
        content, _ = self._wire.send("GET", _document(id), accept="text/plain")
        return content.decode()

    def reading(self, id: str) -> Answer:
        """How a document was read: `pieces`, with the entity where one is mentioned, and the `facts` it states."""
        return self._wire.json("GET", _document(id), {"view": "reading"})

    # Corrections. Names are IRIs, prefixed names or labels; each returns as `put`, with the id as `correction`.
    # KgloomError 422: it contradicts an earlier one, or the ontology does not admit it.

    def reject(self, subject: str, relation: str, object: str, document: Optional[str] = None) -> Answer:
        """The fact is not so, whatever texts say; with `document`, what that one says does not count."""
        return self._correct("reject", subject=subject, relation=relation, object=object, document=document)

    def assert_(self, subject: str, relation: str, object: str, source: Optional[str] = None) -> Answer:
        """The fact is so; `source` says where from."""
        return self._correct("assert", subject=subject, relation=relation, object=object, source=source)

    def same(self, one: str, other: str) -> Answer:
        """Both names are of one."""
        return self._correct("same", one=one, other=other)

    def different(self, one: str, other: str, document: Optional[str] = None) -> Answer:
        """They are of two; with `document`, in that text."""
        return self._correct("different", one=one, other=other, document=document)

    def retype(self, name: str, class_: str) -> Answer:
        """What is read by that name is of that class."""
        return self._correct("retype", name=name, **{"class": class_})

    def corrections(self) -> List[Answer]:
        """All corrections, with what each does now."""
        return self._wire.json("GET", "/corrections")["corrections"]

    def undo(self, id: str) -> Answer:
        """Takes a correction back. KgloomError 404: there is none."""
        return self._wire.json("DELETE", f"/corrections/{quote(id, safe='')}")

    # What happens

    def subscribe(self, sparql: str, keep: bool = False, patience: float = 60.0) -> Subscription:
        """A standing query, SELECT or ASK: an iterator of `Change`, the first with all rows. It connects again where a
        connection ends, and gives up (KgloomError) after `patience` seconds without a server. Use it in `with`: that
        ends it at the server too, unless `keep`. KgloomError 400: what it asks does not follow from the graph alone."""
        _, headers = self._wire.send("POST", "/subscriptions", None, sparql.encode(), "application/sparql-query")
        location = urlsplit(headers["Location"] or "").path
        prefix = urlsplit(self.url).path
        if not location.startswith("/"):
            raise KgloomError(0, "the server made a subscription and did not say where")
        location = location[len(prefix) :] if location.startswith(prefix) else location
        return self._held(Subscription(self._wire, location, None, patience, keep))

    def subscription(self, location: str, last: Union[int, str, None] = None, patience: float = 60.0) -> Subscription:
        """A standing query that was kept: `location` and `last` are those of its `Subscription`."""
        return self._held(Subscription(self._wire, location, last, patience, True))

    def events(self, patience: float = 60.0) -> Events:
        """Epochs as they happen, from this call on: an iterator of dicts."""
        return self._held(Events(self._wire, patience))

    def _of(self, iri: str) -> Iterator[Answer]:
        """All facts of which a thing is the subject."""
        offset, total = 0, 1
        while offset < total:
            page = self.entity(iri, direction="out", offset=offset, limit=1000)
            yield from page["facts"]
            offset, total = offset + 1000, page["total"]

    # For other libraries

    def graph(
        self, *, entailed: bool = False, predicted: bool = False, values: bool = True, certainty: bool = False
    ) -> Any:
        """The graph as a networkx.MultiDiGraph.

        Nodes are IRIs with `label`, `classes` (names, `;` between several) and, with `values`, dates and other literals
        under the name of their relation. Edges bear the relation's IRI as key and as `relation`, its name as `label`,
        and `predicted`. `entailed`: also what follows. `predicted`: also links that no document states, with their
        probability as `certainty`. `certainty`: also that of facts, where it is known; this asks for each thing.
        All attributes are plain, so that networkx can write GraphML. ImportError: networkx is missing.
        """
        facts = self._facts(entailed)
        likely = self._whole({"graph": "urn:kgloom:predicted"}) if predicted else []
        certainties = {}
        if certainty:
            for iri in sorted({one.subject for one in facts}):
                for fact in self._of(iri):
                    if fact["direction"] == "out" and fact["certainty"] is not None:
                        certainties[iri, fact["relation"]["value"], fact["value"]["value"]] = fact["certainty"]
        return _triples.network(facts, self._names(), likely, values, certainties)

    def triples(self, labels: bool = False, *, entailed: bool = False) -> _triples.Triples:
        """Facts between things as integer arrays with tables of ids, for PyKEEN and PyTorch Geometric.

        The tables hold IRIs, or with `labels` names (the IRI behind a name that several bear). Classes, names and dates
        are no facts between things. `entailed`: also what follows. ImportError: numpy is missing.
        """
        return _triples.numbered(self._facts(entailed), self._names() if labels else None)

    # Within

    def _held(self, stream: Any) -> Any:
        self._streams.add(stream)
        return stream

    def _sparql(
        self, sparql: str, accept: str, entailed: bool, timeout: Optional[float], limit: Optional[int]
    ) -> bytes:
        form = encoded({"query": sparql, "entailed": entailed, "timeout": timeout, "limit": limit})
        return self._wire.send("POST", "/query", None, form.encode(), _FORM, accept)[0]

    def _select(self, sparql: str, entailed: bool, timeout: Optional[float], limit: Optional[int]) -> Answer:
        return read_json(self._sparql(sparql, _ROWS, entailed, timeout, limit))

    def _correct(self, kind: str, **what: Optional[str]) -> Answer:
        body = {"kind": kind, **{name: one for name, one in what.items() if one is not None}}
        return self._wire.json("POST", "/corrections", None, body)

    def _whole(self, which: Mapping[str, Any]) -> List[_triples.Fact]:
        """A whole graph; none where there is no graph of that name."""
        try:
            content, _ = self._wire.send("GET", "/store", which, accept=_TRIPLES)
        except KgloomError as error:
            if error.status == 404:
                return []
            raise
        return list(_triples.read(content.decode()))

    def _facts(self, entailed: bool) -> List[_triples.Fact]:
        facts = self._whole({"default": True})
        return facts + self._whole({"graph": "urn:kgloom:entailed"}) if entailed else facts

    def _names(self) -> Dict[str, str]:
        """The names of classes and relations."""
        schema = self.schema()
        return {one["iri"]: one["label"] for one in schema["classes"] + schema["relations"]}


def _document(id: str) -> str:
    # The slashes too: else `../` and `//` in an id might be taken for steps of the path on the way.
    return f"/documents/{quote(id, safe='')}"


def _checked(what: str, given: Any) -> None:
    if not isinstance(given, str):
        remedy = "; decode it first" if isinstance(given, (bytes, bytearray)) else ""
        raise TypeError(f"{what} is a str, and this is {type(given).__name__}{remedy}")


def _told(number: int, document: Any) -> Mapping[str, Any]:
    """A document as a dict. TypeError: it is none; says which by its number, from 0."""
    if isinstance(document, Mapping):
        told = document
    elif isinstance(document, (tuple, list)) and len(document) == 2:
        told = {"id": document[0], "text": document[1]}
    else:
        raise TypeError(f"document {number} is neither a pair (id, text) nor a dict, but {type(document).__name__}")
    _checked(f"the id of document {number}", told.get("id"))
    if told.get("delete") is not True:
        _checked(f"the text of document {number}", told.get("text"))
    return told


def _batches(documents: Iterable[Document], together: int) -> Iterator[bytes]:
    """JSON lines, a batch at a time."""
    lines: List[bytes] = []
    size = 0
    for number, document in enumerate(documents):
        told = _told(number, document)
        line = json.dumps(told, ensure_ascii=False).encode() + b"\n"
        if lines and (len(lines) >= together or size + len(line) > _TOGETHER_BYTES):
            yield b"".join(lines)
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield b"".join(lines)
