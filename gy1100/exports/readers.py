"""The readers of formats that go to a process of their own: markup, and binary files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .guard import Unreadable

if TYPE_CHECKING:
    from .sheets import Sheet

OUTSIDE = ("xls", "ods", "fods", "html", "mhtml", "xml2003")


def sheets_in(kind: str, data: bytes) -> list[Sheet]:
    """Return the sheets of a file of one of the kinds in `OUTSIDE`, or of a workbook in an unusual form.

    Raises
    ------
    Unreadable
        If the file is refused.
    """
    try:
        return _read(kind, data)
    except RecursionError:
        raise Unreadable("damaged", reason="嵌套过深 nested too deeply") from None


def _read(kind: str, data: bytes) -> list[Sheet]:
    if kind in ("html", "mhtml"):
        from .web import read_html, read_mhtml

        return read_html(data) if kind == "html" else read_mhtml(data)
    if kind in ("ods", "fods"):
        from .opendocument import read_opendocument

        return read_opendocument(data, zipped=kind == "ods")
    if kind == "xml2003":
        from .spreadsheetml import read_spreadsheetml

        return read_spreadsheetml(data)
    if kind == "xls":
        return _biff(data)
    from .books import read_cells

    return read_cells(data)


def _biff(data: bytes) -> list[Sheet]:
    from .biff import book_notes, read_biff

    first, *others = read_biff(data)
    return [replace(first, findings=(*first.findings, *book_notes(data))), *others]
