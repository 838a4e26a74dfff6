"""Sheets as JSON between two processes: plain values only, so that nothing a file says is ever run."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any, BinaryIO

from ..cells import Fault
from ..findings import Finding
from .guard import Unreadable
from .sheets import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROWS = 5_000  # a line


def write_sheets(stream: BinaryIO, sheets: Iterable[Sheet]) -> None:
    """Write sheets: a line of marks for each, then lines of rows."""
    for sheet in sheets:
        marks = {field.name: getattr(sheet, field.name) for field in fields(Sheet)}
        marks["rows"], marks["findings"] = [], [[f.severity, f.code, dict(f.args)] for f in sheet.findings]
        stream.write(_line({"sheet": marks}))
        starts = range(0, len(sheet.rows), _ROWS)
        stream.writelines(_line({"rows": list(sheet.rows[start : start + _ROWS])}) for start in starts)
    stream.write(_line({"end": True}))


def refusal(problem: Unreadable) -> bytes:
    """Return a refusal as one line."""
    return _line({"refused": [problem.code, problem.row, problem.words]})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, default=_plain).encode("ascii") + b"\n"


def _plain(value: object) -> dict[str, Any]:
    if isinstance(value, Fault):
        return {"fault": [value.code, value.shown]}
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return {type(value).__name__: value.isoformat()}
    if isinstance(value, dt.timedelta):
        return {"timedelta": value.total_seconds()}
    raise TypeError(type(value).__name__)


def read_sheets(content: bytes) -> list[Sheet]:
    """Return the sheets that another process wrote.

    Raises
    ------
    Unreadable
        If it refused the file.
    ValueError
        If it ended in the middle.
    """
    sheets: list[Sheet] = []
    rows: list[Any] = []
    ended = False
    for line in content.splitlines():
        value = json.loads(line, object_hook=_value)
        if "refused" in value:
            code, row, words = value["refused"]
            raise Unreadable(code, row, **words)
        if "sheet" in value:
            rows = value["sheet"]["rows"]
            sheets.append(_sheet(value["sheet"]))
        rows.extend(value.get("rows", ()))
        ended = ended or "end" in value
    if not ended:
        raise ValueError("the reader did not finish")
    return sheets


def _sheet(marks: dict[str, Any]) -> Sheet:
    findings = tuple(Finding(severity, code=code, args=args) for severity, code, args in marks["findings"])
    tuples = {name: tuple(marks[name]) for name in ("hidden_rows", "hidden_columns", "struck")}
    return Sheet(**marks | tuples | {"findings": findings, "merges": tuple(map(tuple, marks["merges"]))})


def _value(found: dict[str, Any]) -> Any:
    if len(found) != 1:
        return found
    ((name, inner),) = found.items()
    if name == "fault":
        return Fault(*inner)
    if name in ("datetime", "date", "time"):
        return getattr(dt, name).fromisoformat(inner)
    return dt.timedelta(seconds=inner) if name == "timedelta" else found
