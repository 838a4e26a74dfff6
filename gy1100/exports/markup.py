"""Spreadsheets as one XML document, read without entities and in one pass: SpreadsheetML 2003 and OpenDocument."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from ..findings import Finding
from .encoding import decoded
from .events import Target, feed
from .guard import Unreadable
from .zipped import opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .sheets import Sheet

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHUNK = 1 << 20


class Document(Target, Protocol):
    """A target that makes sheets of the events."""

    sheets: list[Sheet]


def parse(pieces: Iterable[str | bytes], document: Document) -> list[Sheet]:
    """Feed a document to a target and return the sheets it made.

    Raises
    ------
    Unreadable
        If it is not well formed, or declares a document type or entities.
    """
    for _ in feed(pieces, document):
        pass
    return document.sheets


def text_pieces(data: bytes) -> Iterator[str]:
    """Return a document as text, whatever Chinese encoding it declares."""
    text = _DECLARATION.sub("", decoded(data).text, count=1)
    for start in range(0, len(text), _CHUNK):
        yield text[start : start + _CHUNK]


def member_pieces(data: bytes, name: str) -> Iterator[bytes]:
    """Return a part of a zipped document piece by piece.

    Raises
    ------
    Unreadable
        If the archive is damaged, or unpacks to too much.
    """
    from .package import check_members

    with opened(data) as book:
        check_members(book.infolist())
        if "META-INF/manifest.xml" in book.namelist() and b"encryption-data" in book.read(
            "META-INF/manifest.xml"
        ):
            raise Unreadable("locked")
        with book.open(name) as part:
            while piece := part.read(_CHUNK):
                yield piece


def formula_note(count: int, sheet: str) -> tuple[Finding, ...]:
    """Return the note on formulas whose stored results are used."""
    return (Finding("note", sheet=sheet, code="formula_cached", args={"count": count}),) if count else ()


def is_percent(form: str) -> bool:
    """Whether a number format shows per cent, outside of what it only quotes."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", form)


def as_percent(value: float) -> str:
    """Return a number as a cell of such a format shows it: 0.85 as 85%."""
    return f"{value * 100:.15g}%"


def number(text: str) -> Any:
    """Return a number as workbooks store it, or the text where it is none."""
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def count_of(marks: dict[str, str], name: str, default: int = 1) -> int:
    """Return a count or index among an element's attributes.

    Raises
    ------
    Unreadable
        If it is no whole number of up to nine digits.
    """
    text = marks.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Unreadable("damaged", reason=f"{name}")
    return int(text)
