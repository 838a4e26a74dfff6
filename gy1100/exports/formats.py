"""A file to sheets of cells, whatever it is called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..findings import Finding
from .books import read_book
from .delimited import NAMES, read_delimited
from .guard import File, Unreadable
from .isolated import sheets_outside
from .readers import OUTSIDE
from .sheets import Sheet
from .sniff import READABLE, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .on_disk import Bytes

__all__ = ["Sheet", "sheets_of"]


def sheets_of(file: File, data: Bytes) -> list[Sheet]:
    """Return the sheets of a file.

    Raises
    ------
    Unreadable
        If the file as a whole is refused.
    """
    if not data:
        raise Unreadable("empty_file")
    kind = kind_of(data)
    if kind == "archive":  # those that may be read were opened before; this one lies in another
        raise Unreadable("archive_nested")
    sheets = [sheet.of(file.name) for sheet in _sheets(kind, data)]
    named = _misnamed(file, kind)
    return [replace(sheets[0], findings=(*sheets[0].findings, *named)), *sheets[1:]] if sheets else []


def _sheets(kind: str, data: Bytes) -> list[Sheet]:
    if kind == "text":
        return [_text(data)]
    return sheets_outside(kind, data[:]) if kind in OUTSIDE else read_book(data[:])


def _misnamed(file: File, kind: str) -> Iterator[Finding]:
    label, endings = READABLE[kind]
    if PurePosixPath(file.name).suffix.lower() not in endings:
        yield Finding("repair", file=file.name, code="extension", args={"kind": label})


def _text(data: Bytes) -> Sheet:
    read = read_delimited(data)
    findings = []
    if read.encoding:
        findings.append(Finding("repair", code="encoding", args={"encoding": read.encoding}))
    if read.moved:
        findings.append(Finding("repair", code="moved_characters", args={"count": read.moved}))
    if read.delimiter != ",":
        name = NAMES.get(read.delimiter, read.delimiter)
        findings.append(Finding("repair", code="delimiter", args={"delimiter": name}))
    if read.formulas:
        findings.append(Finding("repair", code="text_formula", args={"count": read.formulas}))
    return Sheet("", "", read.rows, plain=True, findings=tuple(findings), cut=read.cut)
