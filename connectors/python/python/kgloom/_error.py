"""The one error of this package, and the one sentence for what is not installed."""
from __future__ import annotations

import importlib
from typing import Any, Optional


class KgloomError(Exception):
    """What the server refused, or that it could not be reached.

    `status`: of HTTP (400 for what cannot be meant, 401 without the token, 404 for what is not there, 422 for what was
    refused, 503 when time or memory is up); 0 where no answer came. `message`: a sentence. `line`, `column`: where a
    query is not SPARQL, else None. `answer`: the JSON that came, if any.
    """

    def __init__(
        self,
        status: int,
        message: str,
        line: Optional[int] = None,
        column: Optional[int] = None,
        answer: Any = None,
    ) -> None:
        super().__init__(status, message, line, column)
        self.status = status
        self.message = message
        self.line = line
        self.column = column
        self.answer = answer

    def __str__(self) -> str:
        return f"{self.message} ({self.status})" if self.status else self.message


def needed(package: str, what: str) -> Any:
    """The package, imported. ImportError: it is not installed; says what needs it and how to get it."""
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise ImportError(f"{what} needs {package}: pip install {package}") from error
