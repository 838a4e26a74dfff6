"""A look into a zipped workbook before it is read: limits, and what the fast reader hides (errors, formulas)."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field, replace

from ..cells import Fault
from .guard import Unreadable

MAX_UNPACKED = 2_000_000_000
MAX_RATIO, RATIO_FROM = 200, 10_000_000
MAX_CELLS = 60_000_000

TABLE_NAME = "gy1100.table"  # defined name of one sheet whose value is a table's id in quotation marks
NOTES = "notes"  # … or this, on a sheet of our own that holds notes or lists and is not read

_DEFINED = re.compile(rb'<(?:\w+:)?definedName\b([^>]*)>(?:"|&quot;)(\w+)(?:"|&quot;)<')
_CELL = re.compile(rb"<c ([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]+)(\d+)"')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_VALUE = re.compile(rb"<v>([^<]*)</v>")
_FORMULA = re.compile(rb"<f[ >/]")


@dataclass(frozen=True)
class Inspection:
    """What was seen in one worksheet.

    Attributes
    ----------
    faults : dict
        (row, column), both from 1, -> the error or uncalculated formula in that cell.
    n_formulas : int
        Formulas whose stored results are used.
    table : str or None
        The table's id in the sheet's defined name `TABLE_NAME`, as our own lists and templates carry it.
    """

    faults: dict[tuple[int, int], Fault] = field(default_factory=dict)
    n_formulas: int = 0
    table: str | None = None


@dataclass(frozen=True)
class Book:
    """What was seen in a workbook: its date system and its worksheets by name."""

    date1904: bool
    sheets: dict[str, Inspection]


def inspect_book(data: bytes) -> Book:
    """Check a zipped workbook's limits and return what was seen in it.

    Raises
    ------
    Unreadable
        If it is no sound zip archive, too large when unpacked, declares entities, or spans too many cells.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            _check_members(book.infolist())
            return _book(book)
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        KeyError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as problem:
        raise Unreadable("damaged", reason=type(problem).__name__) from None


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len({member.filename for member in members}) < len(members):
        raise Unreadable("bomb", reason="重复的部件 duplicate parts")
    if any(
        name.startswith("/") or ".." in name.split("/") for name in (member.filename for member in members)
    ):
        raise Unreadable("bomb", reason="路径越界 path outside")
    for member in members:
        if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise Unreadable("bomb", reason="压缩比 compression ratio")
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Unreadable("bomb", reason="解压后的大小 unpacked size")


def _book(book: zipfile.ZipFile) -> Book:
    names = set(book.namelist())
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise Unreadable("kind_unknown", kind="zip压缩包")
    for name in ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        if name in names:
            with book.open(name) as part:
                _check_start(part.read(2048))
    index = book.read("xl/workbook.xml") if "xl/workbook.xml" in names else b""
    links = book.read("xl/_rels/workbook.xml.rels") if "xl/_rels/workbook.xml.rels" in names else b""
    date1904 = re.search(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true|on)"', index) is not None
    sheets = {}
    for number, (name, member) in enumerate(_parts(index, links).items()):
        if member in names:
            sheets[name] = replace(inspect_sheet(book.read(member)), table=_table_of(index, number))
    return Book(date1904, sheets)


def _table_of(index: bytes, number: int) -> str | None:
    for marks, table in _DEFINED.findall(index):
        if f'name="{TABLE_NAME}"'.encode() in marks and f'localSheetId="{number}"'.encode() in marks:
            return str(table, "ascii")
    return None


def _check_start(start: bytes) -> None:
    if b"<!DOCTYPE" in start.upper():
        raise Unreadable("dtd")


def _parts(index: bytes, links: bytes) -> dict[str, str]:
    """Sheet name -> the part that holds it."""
    import html

    targets = {}
    for link in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", links):
        marks = dict(re.findall(rb'(\w+)="([^"]*)"', link))
        target = marks.get(b"Target", b"").decode()
        targets[marks.get(b"Id", b"")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    parts = {}
    for sheet in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", index):
        marks = dict(re.findall(rb'(?:\w+:)?(\w+)="([^"]*)"', sheet))
        parts[html.unescape(marks.get(b"name", b"").decode())] = targets.get(marks.get(b"id", b""), "")
    return parts


def inspect_sheet(xml: bytes) -> Inspection:
    """Return what was seen in a worksheet's XML; its usual, clean form costs a few scans of the bytes."""
    _check_start(xml[:2048])
    _check_extent(xml)
    if b't="e"' not in xml and b"<f" not in xml:
        return Inspection()
    faults, n_formulas = {}, 0
    for cell in _CELL.finditer(xml):
        fault, formula = _fault(cell[1], cell[2] or b"")
        n_formulas += formula
        if fault and (at := _REFERENCE.search(b" " + cell[1])):
            faults[int(at[2]), _column(at[1])] = fault
    return Inspection(faults, n_formulas)


def _fault(marks: bytes, content: bytes) -> tuple[Fault | None, bool]:
    value = _VALUE.search(content)
    formula = _FORMULA.search(content) is not None
    if b't="e"' in marks:
        return Fault("error_cell", value[1].decode() if value else "#"), False
    if formula and value is None and b't="str"' not in marks:
        return Fault("formula_empty", "="), False
    return None, formula


def _check_extent(xml: bytes) -> None:
    """Refuse a sheet whose cells span more than can be held; the reader allocates the whole rectangle."""
    last = _last_row(xml)
    for letters, widest in ((3, 16_384), (2, 702), (1, 26)):
        if last * widest <= MAX_CELLS and letters < 3:
            return
        found = re.search(rb' r="[A-Z]{%d}\d' % letters, xml)
        if found:
            exact = max(_column(name) for name in set(re.findall(rb' r="([A-Z]{%d})\d' % letters, xml)))
            if last * exact > MAX_CELLS:
                raise Unreadable("far_cell", cell=f"{column_letters(exact)}{last}")
            return


def _last_row(xml: bytes) -> int:
    at = max(xml.rfind(b"<row "), xml.rfind(b":row "))
    found = _ROW.search(xml, max(at - 12, 0)) if at >= 0 else None
    return int(found[1]) if found else 0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(number: int) -> str:
    """Return a column's letters as Excel shows them; 1 -> A."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
