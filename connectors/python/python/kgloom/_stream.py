"""What happens, as iterators: changes of a standing query, and epochs. They connect again by themselves, and go on where
they were."""
from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from ._error import KgloomError
from ._values import rows
from ._wire import Events as Connection
from ._wire import Wire

# The server sends a comment every 15 s; a connection that is silent for longer than this is dead.
_SILENCE = 60.0
# 0: nobody answers. 429 and 503: the server is there, and says that it will be.
_WAITS = (0, 429, 503)


@dataclass(frozen=True)
class Change:
    """What an epoch changed in the rows of a standing query.

    `added` and `removed` are rows as those of `Graph.rows`; of an ASK the one row is `{"ask": True}` or `{"ask": False}`. `snapshot` is True where `added` is all rows that there are,
    and nothing before it counts any more: at first, and where the server no longer knows what was seen.
    """

    before: Optional[int]
    after: int
    added: List[Dict[str, Any]]
    removed: List[Dict[str, Any]]
    snapshot: bool = False


class _Stream:
    """Events of one path, over as many connections as it takes."""

    def __init__(self, wire: Wire, path: str, last: Union[int, str, None], patience: float) -> None:
        self._wire = wire
        self._path = path
        self._patience = patience
        self._connection: Optional[Connection] = None
        self._begun = False
        self._closed = threading.Event()
        self.last: Union[int, str, None] = last

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Ends the iteration, also one that waits in another thread."""
        self._closed.set()
        connection = self._connection
        if connection:
            connection.end()

    def _begin(self) -> None:
        """Connects before anybody iterates, so that nothing is missed in between. KgloomError: the path is refused."""
        try:
            self._connection = self._wire.events(self._path, None, _SILENCE)
            self._begun = True
        except KgloomError as error:
            if error.status not in _WAITS:
                raise

    def _events(self) -> Iterator[Tuple[str, Dict[str, Any]]]:
        """KgloomError: the path is refused, or for `patience` seconds there was no server."""
        alone_since = None
        pause = 0.1
        while not self._closed.is_set():
            try:
                last = None if self.last is None else str(self.last)
                if not self._begun:
                    self._connection = self._wire.events(self._path, last, _SILENCE)
                self._begun = False
            except KgloomError as error:
                alone_since = alone_since or time.monotonic()
                gone = error.status not in _WAITS
                if self._closed.is_set():
                    return
                if gone or time.monotonic() - alone_since > self._patience:
                    raise
            else:
                if self._closed.is_set():  # while it was being made
                    self._connection.end()
                for name, identity, data in self._connection:
                    alone_since, pause = None, 0.1
                    # An epoch, or a part of one.
                    if identity is not None and identity.replace(".", "", 1).isdigit():
                        self.last = int(identity) if identity.isdigit() else identity
                    yield name, json.loads(data)
                    if self._closed.is_set():
                        return
            self._closed.wait(pause)
            pause = min(pause * 2, 5.0)


class Subscription(_Stream):
    """A standing query: an iterator of `Change`.

    Leaving `with`, or `close()`, ends it at the server too, unless it was made with `keep=True`. `location` and `last`
    (the epoch that was seen) are what `Graph.subscription` needs to go on with a kept one.
    """

    def __init__(self, wire: Wire, location: str, last: Union[int, str, None], patience: float, keep: bool) -> None:
        super().__init__(wire, location, last, patience)
        self.location = location
        self.keep = keep

    def __iter__(self) -> Iterator[Change]:
        for name, told in self._events():
            if name not in ("change", "snapshot"):
                continue
            yield Change(
                before=told.get("from"),
                after=told["to"],
                added=_rows(told, "added"),
                removed=_rows(told, "removed"),
                snapshot=name == "snapshot",
            )

    def close(self) -> None:
        """Ends the iteration, and the standing query at the server unless it is to be kept."""
        if not self._closed.is_set():
            super().close()
            if not self.keep:
                try:
                    self._wire.send("DELETE", self.location)
                except KgloomError:  # gone already, with its server or alone
                    pass

    def __del__(self) -> None:
        # A loop that is left by `break`, without `with`, shall not keep a place at the server.
        try:
            self.close()
        except Exception:  # half made, or the interpreter is ending
            pass


class Events(_Stream):
    """Epochs as they happen: an iterator of dicts with `epoch`, `put`, `deleted`, `refused`, `came`, `went`, `documents`,
    `facts` and `milliseconds`."""

    def __init__(self, wire: Wire, patience: float) -> None:
        super().__init__(wire, "/events", None, patience)
        self._begin()

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        for name, told in self._events():
            if name == "epoch":
                yield told


def _rows(told: Dict[str, Any], which: str) -> List[Dict[str, Any]]:
    found = told.get(which, [])
    if told.get("vars") == ["ask"] and all(isinstance(row.get("ask"), bool) for row in found):
        return [dict(row) for row in found]  # of an ASK
    return rows({"head": {"vars": told.get("vars", [])}, "results": {"bindings": found}})
