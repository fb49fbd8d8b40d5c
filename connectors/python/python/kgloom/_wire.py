"""Requests and answers. In: method, path, parameters, body. Out: the whole body, or KgloomError. Never: half a body."""
from __future__ import annotations

import http.client
import json
import socket
from typing import Any, Dict, Iterator, Mapping, Optional, Tuple, Union
from urllib.parse import urlencode, urlsplit

from ._error import KgloomError

JSON = "application/json"
Parameters = Mapping[str, Union[str, int, float, bool, None]]


def encoded(parameters: Parameters) -> str:
    """As a query string; None and False are left out, True is `true`."""
    given = {name: value for name, value in parameters.items() if value is not None and value is not False}
    return urlencode({name: "true" if value is True else value for name, value in given.items()})


class Wire:
    """One server. A connection for each request: it may be used from many threads, and no stale one is ever met."""

    def __init__(self, url: str, token: Optional[str], timeout: Optional[float]) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not the address of a server: {url}")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self.token = token
        self.timeout = timeout
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port
        self._prefix = parts.path.rstrip("/")

    def send(
        self,
        method: str,
        path: str,
        parameters: Optional[Parameters] = None,
        body: Optional[bytes] = None,
        media: Optional[str] = None,
        accept: str = JSON,
    ) -> Tuple[bytes, http.client.HTTPMessage]:
        """The body of the answer and its headers. KgloomError: a status of 400 and above, or no whole answer."""
        connection, answer, _ = self._open(method, path, parameters, body, media, {"Accept": accept}, self.timeout)
        try:
            # Read as a whole: read(n) would not tell a body that breaks off from its end.
            content = answer.read()
        except (http.client.HTTPException, OSError) as error:
            raise KgloomError(0, f"the answer of {self.url} broke off: {error!r}") from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise refusal(answer.status, answer.reason, content)
        return content, answer.headers

    def json(self, method: str, path: str, parameters: Optional[Parameters] = None, body: Any = None) -> Any:
        """The answer as JSON; a body is sent as JSON. Errors: those of `send`."""
        sent = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        content, _ = self.send(method, path, parameters, sent, None if body is None else JSON)
        return read_json(content)

    def events(self, path: str, last: Optional[str], timeout: float) -> "Events":
        """A stream of server-sent events. KgloomError: it is refused, or the server is not there."""
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        if last is not None:
            headers["Last-Event-ID"] = last
        connection, answer, line = self._open("GET", path, None, None, None, headers, timeout)
        if answer.status >= 400:
            try:
                content = answer.read()
            except (http.client.HTTPException, OSError):
                content = b""
            finally:
                connection.close()
            raise refusal(answer.status, answer.reason, content)
        return Events(connection, answer, line)

    def _open(
        self,
        method: str,
        path: str,
        parameters: Optional[Parameters],
        body: Optional[bytes],
        media: Optional[str],
        headers: Dict[str, str],
        timeout: Optional[float],
    ) -> Tuple[http.client.HTTPConnection, http.client.HTTPResponse, socket.socket]:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=timeout)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if media:
            headers["Content-Type"] = media
        headers["Connection"] = "close"
        asked = encoded(parameters or {})
        try:
            connection.connect()
            # Kept here: http.client hands the socket on to the answer, and closing a stream needs it.
            line = connection.sock
            connection.request(method, self._prefix + path + (f"?{asked}" if asked else ""), body, headers)
            return connection, connection.getresponse(), line
        except (http.client.HTTPException, OSError) as error:
            connection.close()
            raise KgloomError(0, f"{self.url} does not answer: {error}") from error


class Events:
    """Events as (name, id, data), until the connection ends."""

    def __init__(
        self, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, line: socket.socket
    ) -> None:
        self._connection = connection
        self._answer = answer
        self._line = line

    def __iter__(self) -> Iterator[Tuple[str, Optional[str], str]]:
        name, identity, data = "message", None, []
        try:
            while True:
                read = self._answer.readline()
                if not read.endswith(b"\n"):
                    return
                text = read.decode("utf-8", "replace").rstrip("\r\n")
                if not text:
                    if data:
                        yield name, identity, "\n".join(data)
                    name, data = "message", []
                    continue
                field, _, value = text.partition(":")
                value = value[1:] if value.startswith(" ") else value
                if field == "event":
                    name = value
                elif field == "id":
                    identity = value
                elif field == "data":
                    data.append(value)
        except (http.client.HTTPException, OSError, ValueError):
            return
        finally:
            self._answer.close()
            self._connection.close()

    def end(self) -> None:
        """Ends the connection, also while another thread waits for an event."""
        try:
            self._line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def read_json(content: bytes) -> Any:
    """KgloomError: it is no JSON."""
    try:
        return json.loads(content)
    except ValueError as error:
        raise KgloomError(0, f"the answer is no JSON: {content[:200]!r}") from error


def refusal(status: int, reason: str, content: bytes) -> KgloomError:
    """The error that an answer of this status and body stands for."""
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return KgloomError(status, content.decode("utf-8", "replace").strip()[:1000] or reason)
    message = answer.get("error")
    refused = answer.get("refused")
    if not message and isinstance(refused, list) and refused:
        message = "; ".join(f"{one.get('id')}: {one.get('reason')}" for one in refused[:3])
    return KgloomError(status, message or reason, answer.get("line"), answer.get("column"), answer)
