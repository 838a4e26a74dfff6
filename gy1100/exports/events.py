"""The events of an XML document, names without their namespaces; a document type ends the reading at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .guard import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Target(Protocol):
    """What takes the events."""

    def start(self, tag: str, marks: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Text inside an element."""


class _Local(dict[str, str]):
    """Local names, each cut off once."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rpartition(":")[2]
        return local


def feed(pieces: Iterable[str | bytes], target: Target) -> Iterator[None]:
    """Feed a document to a target; yields after each piece.

    Raises
    ------
    Unreadable
        If it is not well formed, or declares a document type (and so, perhaps, entities).
    """
    from xml.parsers import expat

    parser = expat.ParserCreate()
    _connect(parser, target)
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as problem:
        raise Unreadable("damaged", reason=f"XML，第{problem.lineno}行 line") from None
    except (LookupError, ValueError):
        raise Unreadable("damaged", reason="XML，编码 encoding") from None
    yield


def _connect(parser: Any, target: Target) -> None:
    local, start, end = _Local(), target.start, target.end

    def begin(name: str, marks: dict[str, str]) -> None:
        start(local[name], {local[mark]: value for mark, value in marks.items()})

    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda name: end(local[name])
    parser.CharacterDataHandler = target.data
    parser.StartDoctypeDeclHandler = _refuse


def _refuse(*_: object) -> None:
    raise Unreadable("dtd")
