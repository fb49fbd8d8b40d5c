"""What SPARQL answers, as values of Python and columns of pandas."""
from __future__ import annotations

import datetime
import re
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ._error import KgloomError, needed

Cell = Mapping[str, Any]
_XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = (
    "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
    "unsignedInt unsignedLong unsignedShort unsignedByte gYear"
)
_KINDS: Dict[str, str] = {
    **{_XSD + name: "whole" for name in _WHOLE.split()},
    **{_XSD + name: "real" for name in ("decimal", "double", "float")},
    _XSD + "boolean": "truth",
    _XSD + "date": "date",
    _XSD + "dateTime": "time",
}
_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$")


def value(cell: Optional[Cell]) -> Any:
    """A cell of SPARQL's JSON as int, float, bool, date, datetime or str; None where it is unbound.

    `xsd:gYear` is an int. What Python's types cannot hold (years before 1 or after 9999) stays as it is written.
    """
    return None if cell is None else _read(cell)[1]


def rows(answer: Mapping[str, Any]) -> List[Dict[str, Any]]:
    """A dict for each row, with a key for each variable."""
    names, bindings = _table(answer)
    return [{name: value(binding.get(name)) for name in names} for binding in bindings]


def frame(answer: Mapping[str, Any]) -> Any:
    """A DataFrame; each column has the one type that all its cells have, else text. ImportError: no pandas."""
    pandas = needed("pandas", "query()")
    names, bindings = _table(answer)
    columns = {name: _column(pandas, [binding.get(name) for binding in bindings]) for name in names}
    return pandas.DataFrame(columns, columns=names)


def listed(told: List[Mapping[str, Any]], kinds: Mapping[str, str], asker: str) -> Any:
    """A DataFrame of dicts, with these columns and their types; NA where a dict has none. ImportError: no pandas."""
    pandas = needed("pandas", asker)
    columns = {name: [one.get(name) for one in told] for name in kinds}
    return pandas.DataFrame({name: pandas.Series(columns[name], dtype=kind) for name, kind in kinds.items()})


def truth(answer: Mapping[str, Any]) -> bool:
    """KgloomError: it is rows."""
    if "boolean" not in answer:
        raise KgloomError(400, "the query asks for rows: query() and rows() answer it")
    return bool(answer["boolean"])


def _table(answer: Mapping[str, Any]) -> Tuple[List[str], List[Mapping[str, Cell]]]:
    if "results" not in answer:
        raise KgloomError(400, "the query asks for yes or no: ask() answers it")
    return list(answer["head"].get("vars", [])), answer["results"]["bindings"]


def _written(cell: Cell) -> str:
    """A cell as text."""
    if cell["type"] == "triple":
        return "<<( " + " ".join(_term(cell["value"][part]) for part in ("subject", "predicate", "object")) + " )>>"
    return f"_:{cell['value']}" if cell["type"] == "bnode" else cell["value"]


def _term(cell: Cell) -> str:
    if cell["type"] == "uri":
        return f"<{cell['value']}>"
    if cell["type"] in ("bnode", "triple"):
        return _written(cell)
    quoted = cell["value"].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    tag = f"@{cell['xml:lang']}" if cell.get("xml:lang") else f"^^<{cell['datatype']}>" if cell.get("datatype") else ""
    return f'"{quoted}"{tag}'


def _read(cell: Cell) -> Tuple[str, Any]:
    """The kind of a cell and its value; kind `text` where it is none of the others, or not to be read as one."""
    text = _written(cell)
    kind = _KINDS.get(cell.get("datatype", ""), "text") if cell["type"] in ("literal", "typed-literal") else "text"
    try:
        if kind == "whole":
            return kind, int(_ZONE.sub("", text) if cell["datatype"] == _XSD + "gYear" else text)
        if kind == "real":
            return kind, float(text)
        if kind == "truth":
            return kind, {"true": True, "1": True, "false": False, "0": False}[text]
        if kind == "date":
            return kind, datetime.date.fromisoformat(_ZONE.sub("", text))
        if kind == "time":
            return kind, _time(text)
    except (ValueError, KeyError):
        pass
    return "text", text


def _time(text: str) -> datetime.datetime:
    """By hand: before Python 3.11, `fromisoformat` knows neither `Z` nor every length of fractions."""
    found = _TIME.match(text)
    if not found:
        raise ValueError(text)
    whole, fraction, zone = found.groups()
    return datetime.datetime.fromisoformat(f"{whole}.{(fraction or '')[:6]:0<6}{'+00:00' if zone == 'Z' else zone or ''}")


def _column(pandas: Any, cells: List[Optional[Cell]]) -> Any:
    read = [None if cell is None else _read(cell) for cell in cells]
    kinds = {one[0] for one in read if one}
    values = [one[1] if one else None for one in read]
    if kinds == {"whole"}:
        try:
            return pandas.Series(pandas.array(values, dtype="Int64"))
        except OverflowError:  # beyond 64 bits: Python's own
            return pandas.Series(values, dtype=object)
    if kinds and kinds <= {"whole", "real"}:
        return pandas.Series([float("nan") if one is None else float(one) for one in values], dtype="float64")
    if kinds == {"truth"}:
        return pandas.Series(pandas.array(values, dtype="boolean"))
    if kinds == {"date"}:
        return _moments(pandas, values, "datetime64[s]")
    if kinds == {"time"}:
        zones = {one.tzinfo is not None for one in values if one is not None}
        if zones == {False}:
            return _moments(pandas, values, "datetime64[us]")
        if zones == {True}:
            utc = [one and one.astimezone(datetime.timezone.utc).replace(tzinfo=None) for one in values]
            moments = _moments(pandas, utc, "datetime64[us]")
            return moments.dt.tz_localize("UTC") if hasattr(moments, "dt") else moments
    texts = [None if cell is None else _written(cell) for cell in cells]
    return pandas.Series(pandas.array(texts, dtype="string"))


def _moments(pandas: Any, values: List[Any], dtype: str) -> Any:
    """As datetime64, where this pandas can hold them (before 2.0: from 1677 to 2262), else as Python's own."""
    numpy = needed("numpy", "query()")
    try:
        return pandas.Series(numpy.array(values, dtype=dtype))
    except (ValueError, OverflowError):
        return pandas.Series(values, dtype=object)
