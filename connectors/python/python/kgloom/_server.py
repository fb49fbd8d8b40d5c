"""The program as a child process. In: a state folder and what to read. Out: a graph. Never: a process that outlives us, also
where we are killed: it ends when the pipe ends that it has as standard input."""
from __future__ import annotations

import atexit
import collections
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path
from typing import Any, Deque, Dict, List, Optional, Set, Union
from urllib.parse import urlsplit

from ._error import KgloomError
from ._graph import Graph

_Path = Union[str, "os.PathLike[str]"]
_ADDRESS = re.compile(r"[^/\\]+:\d+/?$")
_EXECUTABLE = "kgloom" + (sysconfig.get_config_var("EXE") or "")


def binary() -> str:
    """The path of the program: `$KGLOOM_BINARY`, else where this package's scripts were installed, else on the path.
    FileNotFoundError: it is nowhere."""
    if os.environ.get("KGLOOM_BINARY"):
        return os.environ["KGLOOM_BINARY"]
    user = sysconfig.get_preferred_scheme("user") if sys.version_info >= (3, 10) else f"{os.name}_user"
    here = Path(__file__).resolve().parent
    folders = [
        sysconfig.get_path("scripts"),
        os.path.dirname(sys.executable),
        sysconfig.get_path("scripts", scheme=user),
        str(here.parent / "bin"),  # pip install --target
        str(here.parent / "Scripts"),
    ]
    for folder in folders:
        if os.path.isfile(os.path.join(folder, _EXECUTABLE)):
            return os.path.join(folder, _EXECUTABLE)
    found = shutil.which("kgloom")
    if found:
        return found
    raise FileNotFoundError(f"no program kgloom in {', '.join(folders)} or on the path; KGLOOM_BINARY may name it")


class Server(Graph):
    """A graph whose server is a child of this process. `stop`, leaving `with`, and the end of the program stop it."""

    def __init__(self, process: "subprocess.Popen[bytes]", url: str, token: Optional[str], timeout: Optional[float]) -> None:
        super().__init__(url, token, timeout)
        self._process = process
        self._owner = os.getpid()
        _running.add(self)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        return self._process.pid

    def stop(self, patience: float = 30.0) -> None:
        """Lets what is under way end, then ends the server; after `patience` seconds by force. Nothing that was answered
        is lost. A second call does nothing."""
        if self._owner == os.getpid():  # a fork has no say
            if self._process.poll() is None:
                for stream in list(self._streams):
                    stream.close()
            _end(self._process, patience)
            _running.discard(self)


# Held here: what nobody else holds any more has to be stopped too.
_running: Set[Server] = set()


@atexit.register
def _stop_all() -> None:
    for server in list(_running):
        server.stop()


def start(
    state: _Path = "kgloom-state",
    *inputs: _Path,
    read_only: bool = False,
    port: int = 0,
    timeout: Optional[float] = 600.0,
    patience: float = 600.0,
    program: Optional[_Path] = None,
    **flags: Any,
) -> Server:
    """Starts `kgloom serve` on a state folder, which is made where there is none, and waits until it is ready.

    `inputs`: files and folders to take in. `read_only`: nobody may write. `port`: 0 for any that is free. `timeout`:
    seconds for each answer; None waits for ever. `patience`: seconds for the start. `program`: instead of `binary()`.
    `flags`: those of `kgloom serve`, such as `workers=2`, `watch=True`, `ontology=["a.ttl", "b.ttl"]`.

    KgloomError: it ended or was not ready in time; the message ends with the error that it told, or what it said last.
    FileNotFoundError: there is no such program.
    """
    command = [os.fspath(program or binary()), "serve", "--state", os.fspath(state), "--bind", f"127.0.0.1:{port}"]
    command += ["--until-input-ends"]
    command += _flags({"read_only": read_only, **flags})
    command += ["--", *map(os.fspath, inputs)] if inputs else []
    note = Path(state) / "serve.json"
    before = _read(note)
    process = subprocess.Popen(
        command,
        # Nothing is ever written: it ends with us, however we end.
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # Ctrl-C in a notebook is meant for the cell, not for the server.
        **(
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
            if os.name == "nt"
            else {"start_new_session": True}
        ),
    )
    said: Deque[str] = collections.deque(maxlen=60)
    listener = threading.Thread(target=_listen, args=(process, said), daemon=True)
    listener.start()
    until = time.monotonic() + patience
    try:
        told = None
        while True:
            if process.poll() is not None:
                listener.join(5)
                raise KgloomError(0, f"kgloom serve ended with {process.returncode}: " + _last(said))
            if told is None:
                now = _read(note)
                # What a killed server left is as it was; each start makes a new token.
                told = now if now != before else None
            if told and _ready(told["address"]):
                return Server(process, told["address"], told.get("token"), timeout)
            if time.monotonic() > until:
                raise KgloomError(0, f"kgloom serve was not ready within {patience:g} s: " + _last(said))
            time.sleep(0.05)
    except BaseException:
        _end(process, 10)
        raise


def connect(where: _Path, token: Optional[str] = None, timeout: Optional[float] = 600.0) -> Graph:
    """The graph of a server that runs already.

    `where`: its address (`http://HOST:PORT`, or `HOST:PORT`), or the state folder that it serves, whose `serve.json` says
    address and token. `token`: what writing takes. Nothing is asked yet. KgloomError: nobody serves that folder, or there
    is none.
    """
    place = os.fspath(where)
    is_address = isinstance(where, str) and ("://" in place or bool(_ADDRESS.match(place)))
    if is_address and not os.path.isdir(place):
        return Graph(place, token, timeout)
    told = _read(Path(place) / "serve.json")
    if told is None:
        if not os.path.isdir(place):
            raise KgloomError(0, f"there is no folder {place}; an address is written http://127.0.0.1:7878")
        raise KgloomError(0, f"nobody serves {place}: there is no serve.json that can be read")
    return Graph(told["address"], token or told.get("token"), timeout)


def _flags(flags: Dict[str, Any]) -> List[str]:
    """`watch=True` is `--watch`, `timeout_s=5` is `--timeout-s 5`; a list repeats the flag, None and False are left out."""
    given = []
    for name, value in flags.items():
        flag = "--" + name.strip("_").replace("_", "-")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                given.append(flag)
            elif one is not None and one is not False:
                given.append(f"{flag}={os.fspath(one) if isinstance(one, os.PathLike) else one}")
    return given


def _read(note: Path) -> Optional[Dict[str, Any]]:
    """serve.json; None where there is none, or only the beginning of one yet."""
    try:
        told = json.loads(note.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and "address" in told else None


def _ready(address: str) -> bool:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _listen(process: "subprocess.Popen[bytes]", said: Deque[str]) -> None:
    """Keeps the last lines, and reads on for as long as the server lives, so that it never waits for a reader."""
    with process.stderr as lines:  # type: ignore[union-attr]
        for line in lines:
            said.append(line.decode("utf-8", "replace").rstrip())


def _last(said: Deque[str]) -> str:
    """The error with all its lines, where one was told; else the last lines."""
    lines = [line for line in said if line.strip()]
    errors = [at for at, line in enumerate(lines) if line.startswith("error")]
    return "\n".join(lines[errors[0] :] if errors else lines[-5:]) or "it said nothing"


def _end(process: "subprocess.Popen[bytes]", patience: float) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()
    if process.stdin:
        process.stdin.close()
