"""A look into a zipped workbook before it is read: nothing hostile in it, no rectangle too large to hold."""

from __future__ import annotations

import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import IO, TYPE_CHECKING, cast

from .extent import exact_extent
from .guard import Unreadable
from .inspection import TABLE_NAME, Inspection, Styles, inspect_sheet, styles_of
from .usual import rewritten
from .watch import PIECE, Ahead, Stream, Watch, pieces, segments
from .zipped import opened

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_UNPACKED = 2_000_000_000
MAX_PARTS = 5_000
RATIOS = (
    (10_000_000, 200),
    (100_000_000, 60),
)  # from so many bytes on, at most so many times the packed size
_STRICT = "purl.oclc.org/ooxml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"


@dataclass(frozen=True)
class Book:
    """What was seen in a workbook.

    Attributes
    ----------
    sheets : dict of str to Inspection
        The worksheets by name.
    usual : bool
        Every sheet is written in the form that all common programs write.
    macros, strict : bool
        It carries macros; it is a Strict Open XML Spreadsheet.
    links : int
        Other workbooks that it refers to.
    """

    sheets: dict[str, Inspection]
    usual: bool = True
    macros: bool = False
    strict: bool = False
    links: int = 0


def inspect_book(data: bytes) -> Book:
    """Check a zipped workbook and return what was seen in it.

    Raises
    ------
    Unreadable
        If it is damaged or forged, too large when unpacked, declares entities, or spans too many cells.
    """
    with opened(data) as book:
        check_members(book.infolist())
        return _book(book)


def check_members(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive whose directory looks forged, or which unpacks to too much.

    Raises
    ------
    Unreadable
        With what is wrong.
    """
    names = [member.filename for member in members]
    if len({name.casefold() for name in names}) < len(names):
        raise Unreadable("bomb", reason="重复的部件 duplicate parts")
    if any(_leaves(name) for name in names):
        raise Unreadable("bomb", reason="路径越界 path outside")
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("locked")
    if len(members) > MAX_PARTS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Unreadable("bomb", reason="解压后的大小 unpacked size")
    if any(_blown_up(member) for member in members):
        raise Unreadable("bomb", reason="压缩比 compression ratio")
    places = sorted((member.header_offset, member.compress_size) for member in members)
    if any(here + size > there for (here, size), (there, _) in pairwise(places)):
        raise Unreadable("bomb", reason="部件重叠 overlapping parts")


def _leaves(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name) is not None


def _blown_up(member: zipfile.ZipInfo) -> bool:
    size, packed = member.file_size, max(member.compress_size, 1)
    return any(size > least and size > most * packed for least, most in RATIOS)


def _book(book: zipfile.ZipFile) -> Book:
    names = set(book.namelist())
    index = _xml(book, "xl/workbook.xml")
    parts = _sheet_parts(index, _xml(book, _RELATIONS) if _RELATIONS in names else None)
    if lost := [name for name, part in parts.items() if part not in names]:
        raise Unreadable("damaged", reason=f"缺工作表部件 {lost[0]}"[:60])
    styles = styles_of(book.read(_STYLES)) if _STYLES in names else Styles()
    seen, usual = {}, True
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(_check_others, book, names - set(parts.values()))
        for number, (name, part) in enumerate(parts.items()):
            found, plain = _sheet(book, part, styles)
            usual = usual and plain
            seen[name] = replace(found, date1904=_date1904(index), table=_table_of(index, number))
        others.result()
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    links = sum(re.fullmatch(r"xl/externalLinks/[^/]+\.xml", name) is not None for name in names)
    return Book(seen, usual, macros, _STRICT in index.tag, links)


def _xml(book: zipfile.ZipFile, part: str) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if book.getinfo(part).file_size > RATIOS[0][0]:
        raise Unreadable("bomb", reason="目录过大 size of the index")
    try:
        found: Element = fromstring(book.read(part), forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable("dtd") from None
    except (ParseError, LookupError, ValueError):
        raise Unreadable("damaged", reason=part) from None
    return found


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _sheet_parts(index: Element, relations: Element | None) -> dict[str, str]:
    """Sheet name -> the part that holds it."""
    targets = {}
    for link in relations if relations is not None else ():
        target = link.get("Target", "")
        targets[link.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    parts = {}
    for sheet in index.iter():
        if _local(sheet.tag) == "sheet":
            marks = {_local(name): value for name, value in sheet.attrib.items()}
            parts[marks.get("name", "")] = targets.get(marks.get("id", ""), "")
    return parts


def _date1904(index: Element) -> bool:
    space = index.tag[: -len(_local(index.tag))]
    marks = index.find(f"{space}workbookPr")  # later Excels write one more, in a namespace of their own
    return marks is not None and marks.get("date1904") in ("1", "true", "on")


def _table_of(index: Element, number: int) -> str | None:
    for name in index.iter():
        mine = name.get("name") == TABLE_NAME and name.get("localSheetId") == str(number)
        if mine and _local(name.tag) == "definedName":
            return (name.text or "").strip('"')
    return None


def _check_others(book: zipfile.ZipFile, names: set[str]) -> None:
    """Every other part of markup: whole, in UTF-8, without a document type."""
    for name in sorted(names):
        if name.lower().endswith((".xml", ".rels", ".vml")):
            with book.open(name) as part:
                watch = Watch(part, size=book.getinfo(name).file_size)
                while watch.read(PIECE):
                    pass


def _sheet(book: zipfile.ZipFile, name: str, styles: Styles) -> tuple[Inspection, bool]:
    """Look through a worksheet; return what was seen, and whether it is in the usual form."""
    with book.open(name) as part, ThreadPoolExecutor(1) as pool:
        watch = Watch(cast("IO[bytes]", Ahead(part, pool)), cells=True)
        found = inspect_sheet(cast("IO[bytes]", watch), styles)
    if watch.usual:
        if not watch.extent.is_harmless():
            with book.open(name) as part:
                exact_extent(segments(part))
        return found, True
    with book.open(name) as part:
        found = inspect_sheet(cast("IO[bytes]", Stream(rewritten(pieces(part)))), styles)
    with book.open(name) as part:
        exact_extent(rewritten(pieces(part)))
    return found, False
