"""A server that speaks docs/http.md, as little of it as the tests need, over a dict of texts and answers that the tests
give. As a program (`mock.py serve --state DIR --bind HOST:PORT …`) it stands for `kgloom`."""
import json
import os
import queue
import select
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "secret"


class Mock(ThreadingHTTPServer):
    """`answers`: SPARQL -> JSON of its rows or text of its triples. `graphs`: name -> N-Triples. `told`: (method, path)
    -> JSON. `seen`: what was asked, as (method, path, parameters, headers, body). `streams`: path -> queue of events,
    as text; None ends the connection."""

    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.documents, self.answers, self.graphs, self.told = {}, {}, {}, {}
        self.seen, self.streams, self.epoch = [], {}, 0
        self.fails = {}

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _any(self):
        parts = urlsplit(self.path)
        parameters = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, parts.path, parameters, self.headers, body))
        if (self.command, parts.path) in self.server.fails:
            return self.server.fails[self.command, parts.path](self)
        if self.command != "GET" and parts.path not in ("/query", "/subscriptions"):
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self.say({"error": "writing takes the token"}, 401)
        if parts.path == "/readyz":
            return self.say({"ready": True})
        if parts.path == "/query":
            return self.query(parameters, body)
        if parts.path == "/store":
            graph = self.server.graphs.get(parameters.get("graph", "default"))
            return self.say({"error": "no such graph"}, 404) if graph is None else self.say(graph)
        if parts.path == "/subscriptions":
            return self.say({}, 201, {"Location": "/subscriptions/1"})
        if parts.path in self.server.streams and self.command == "GET":
            return self.stream(self.server.streams[parts.path])
        if parts.path.startswith("/documents"):
            return self.document(parts.path[len("/documents/") :], parameters, body)
        told = self.server.told.get((self.command, parts.path))
        return self.say({"error": "not found"}, 404) if told is None else self.say(told)

    do_GET = do_POST = do_PUT = do_DELETE = _any

    def say(self, answer, status=200, headers=()):
        content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def query(self, parameters, body):
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        text = form.get("query", parameters.get("query"))
        if text in self.server.answers:
            return self.say(self.server.answers[text])
        return self.say({"error": "the query is not SPARQL: expected }", "line": 2, "column": 7}, 400)

    def document(self, path, parameters, body):
        documents, identity = self.server.documents, unquote(path)
        if self.command == "GET" and not identity:
            names = sorted(name for name in documents if name > parameters.get("after", ""))
            names = [name for name in names if parameters.get("containing", "") in name]
            page = names[: int(parameters["limit"])][:2]
            more = page[-1] if len(names) > len(page) else None
            listed = [{"id": name, "bytes": len(documents[name]), "refused": None} for name in page]
            return self.say({"documents": listed, "next": more, "total": len(documents)})
        if self.command == "GET":
            return self.say({"error": "no such document"}, 404) if identity not in documents else self.say(documents[identity])
        lines = [json.loads(line) for line in body.splitlines()] if self.command == "POST" else None
        if self.command == "PUT":
            lines = [{"id": identity, "text": body.decode()}]
        if self.command == "DELETE":
            if identity not in documents:
                return self.say({"error": f"no document {identity}"}, 404)
            lines = [{"id": identity, "delete": True}]
        self.server.epoch += 1
        answer = {"epoch": self.server.epoch, "put": 0, "deleted": 0, "unchanged": 0, "refused": []}
        for line in lines:
            if line.get("delete"):
                answer["deleted"] += documents.pop(line["id"], None) is not None
            elif not line["text"]:
                answer["refused"].append({"id": line["id"], "reason": "the text is empty", "location": None})
            elif documents.get(line["id"]) == line["text"]:
                answer["unchanged"] += 1
            else:
                documents[line["id"]] = line["text"]
                answer["put"] += 1
        answer["came_count"], answer["went_count"] = answer["put"] * 3, answer["deleted"] * 3
        if parameters.get("return") != "counts":
            answer["came"] = answer["went"] = []
        self.say(answer, 422 if len(answer["refused"]) == len(lines) else 200)

    def stream(self, events):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            try:
                event = events.get(timeout=0.05)
            except queue.Empty:
                if self.left():
                    return
                continue
            if self.left():
                return events.put(event)  # for the next connection
            if event is None:
                self.close_connection = True
                return
            content = event.encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
            self.wfile.flush()


    def left(self):
        """Whether the client has closed the connection."""
        return bool(select.select([self.connection], [], [], 0)[0]) and not self.connection.recv(1, socket.MSG_PEEK)


def event(name, identity, data):
    return f"event: {name}\nid: {identity}\ndata: {json.dumps(data)}\n\n"


def main(arguments):
    def given(flag):
        return arguments[arguments.index(flag) + 1]

    state = Path(given("--state"))
    print(json.dumps({"event": "note", "text": " ".join(arguments)}), file=sys.stderr, flush=True)
    if "--fail" in arguments:
        lines = ["error: the folder is in use", "", *[f"  tip {number}" for number in range(9)], "Usage: kgloom serve"]
        print("\n".join(lines), file=sys.stderr)
        sys.exit(74)
    state.mkdir(parents=True, exist_ok=True)
    server = Mock(int(given("--bind").rpartition(":")[2]))
    server.told["GET", "/status"] = {"arguments": arguments, "ready": True}
    time.sleep(0.2)
    note = state / "serve.json"
    note.write_text(json.dumps({"address": server.url, "token": TOKEN, "pid": os.getpid(), "version": "0"}))

    def end(*_):
        note.unlink()
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    if "--until-input-ends" in arguments:
        threading.Thread(target=lambda: (sys.stdin.read(), end()), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
