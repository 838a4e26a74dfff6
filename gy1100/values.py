"""Cells to values, a column at a time: a typed value, a repair note, or the reason why there is none. Never a guess.

Every distinct cell is read once; what it gave is looked up for the others.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from .cells import Fault, Outcome, Setting, bare, is_blank, plain_form, without_controls
from .dates import read_date
from .identifiers import short_ids
from .names import read_name
from .tables import Column, word_key

YES = frozenset(map(word_key, ("是", "1", "Y", "YES", "TRUE", "T", "√", "✓", "✔", "☑", "✅", "有")))
NO = frozenset(map(word_key, ("否", "0", "N", "NO", "FALSE", "F", "×", "✗", "✘", "✕", "✖", "❌", "☒", "无")))
LARGEST = 1_000_000_000
ROUNDED_FROM = 10**15  # Excel keeps 15 digits of a number

_NUMBER = re.compile(r"(\+?)(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?(?:\s*(人次|[次人名个分]))?", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?(?:\d+(?:\.\d+)?[eE]\+\d+|\d\.\d+[eE]\d+)", re.ASCII)
_QUARTER = re.compile(r"(20\d\d)(?:年?第?([1-4一二三四])季度?|[-年]?[Qq]([1-4]))", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{32}")
_PLAIN_ID = re.compile(r"[0-9A-Za-z_.-]+")
_PERCENT = re.compile(r"[+-]?\d+(?:\.\d+)?\s*[%‰]", re.ASCII)
_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class Parsed:
    """A column as read.

    Attributes
    ----------
    values : list
        One value a row; None where there is none.
    problems : list of (index, Outcome)
        Rows whose cell was refused.
    repairs : dict
        Cell as written -> (what reading it gave, first row, number of rows).
    """

    values: list[object]
    problems: list[tuple[int, Outcome]]
    repairs: dict[object, tuple[Outcome, int, int]]


@dataclass(frozen=True)
class Whole:
    """What all cells of a column say of each: whether no is marked, and number cells that lost leading zeros."""

    marked: bool
    short: Mapping[object, Outcome]


def parse_column(
    column: Column, cells: Sequence[object], setting: Setting, whole: Whole | None = None
) -> Parsed:
    """Read cells of a column.

    Parameters
    ----------
    column : Column
        What is expected.
    cells : sequence
        As the file holds them; True and False count as the words TRUE and FALSE.
    setting : Setting
        Units, bounds of dates, the workbook's date system.
    whole : Whole, optional
        What all cells of the column say, where these are some of them.
    """
    whole = whole or Whole(has_no(column, cells), short_ids(cells) if column.type == "id" else {})
    read = READERS[column.type]
    if bool in set(map(type, cells)):
        cells = [str(cell).upper() if isinstance(cell, bool) else cell for cell in cells]
    blank = _blank(column, whole)
    memo = {c: blank if is_blank(c) else _fault(c, column) or read(c, column, setting) for c in set(cells)}
    memo |= {cell: found for cell, found in whole.short.items() if cell in memo}
    values = [memo[cell].value for cell in cells]
    odd = {cell: found for cell, found in memo.items() if found.problem or found.repair}
    return Parsed(values, *_collect(cells, odd)) if odd else Parsed(values, [], {})


def _collect(
    cells: Sequence[object], odd: Mapping[object, Outcome]
) -> tuple[list[tuple[int, Outcome]], dict[object, tuple[Outcome, int, int]]]:
    problems: list[tuple[int, Outcome]] = []
    repairs: dict[object, tuple[Outcome, int, int]] = {}
    for index, cell in [(index, cell) for index, cell in enumerate(cells) if cell in odd]:
        found = odd[cell]
        if found.problem:
            problems.append((index, found))
        else:
            _, first, count = repairs.get(cell, (found, index, 0))
            repairs[cell] = (found, first, count + 1)
    return problems, repairs


def has_no(column: Column, cells: Sequence[object]) -> bool:
    """Whether no is marked in a column whose empty cells else mean no."""
    if column.blank != "unmarked":
        return False
    return any(not is_blank(cell) and _word(cell) in _words(column, "no") for cell in set(cells))


def _blank(column: Column, whole: Whole) -> Outcome:
    """What an empty cell of this column means."""
    if column.blank == "unmarked":
        return Outcome(None, "blank_mark") if whole.marked else Outcome(False)
    if column.blank is None and column.required:
        return Outcome(None, "blank")
    return Outcome(column.blank)


def _fault(cell: object, column: Column) -> Outcome | None:
    """An error cell, or a cell of an error's words alone, an uncalculated formula, a percentage."""
    if isinstance(cell, Fault):
        shown = cell.code == "percent_cell" and column.type == "text"
        return Outcome(cell.shown) if shown else Outcome(None, cell.code)
    if isinstance(cell, str) and cell[:1] == "#" and not column.name and cell.strip().upper() in _ERRORS:
        return Outcome(None, "error_cell")
    return None


def plain_text(cell: object) -> str:
    """Return a cell as the text that Excel would show."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        whole = float(cell).is_integer() and abs(cell) < ROUNDED_FROM
        return str(int(cell)) if whole else f"{cell:.15G}"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)


def shown_text(cell: object) -> str:
    """Return what Excel shows of a cell: its text, its error, its formula; nothing where it is blank."""
    return "" if is_blank(cell) else cell.shown if isinstance(cell, Fault) else plain_text(cell)


def _word(cell: object) -> str:
    return word_key(bare(plain_form(plain_text(cell))))


def _id(cell: object, column: Column, _setting: Setting) -> Outcome:
    if isinstance(cell, str):
        plain = _PLAIN_ID.fullmatch(cell) and not _SCIENTIFIC.fullmatch(cell)
        return Outcome(cell) if plain else _text_id(cell, column)
    if not isinstance(cell, int | float):
        return Outcome(None, "id_date")
    if abs(cell) >= ROUNDED_FROM or not math.isfinite(cell):
        return Outcome(None, "id_rounded")
    return Outcome(plain_text(cell), repair="id_number")


def _text_id(cell: str, column: Column) -> Outcome:
    text = unicodedata.normalize("NFC", bare(cell).translate(_FULL_WIDTH))
    if not text:  # nothing but the prefix that makes a cell text
        return Outcome(None, "blank" if column.required else None)
    if _SCIENTIFIC.fullmatch(text):
        return Outcome(None, "id_scientific")
    return Outcome(text, repair=None if text == cell.strip() else "full_width")


def _text(cell: object, column: Column, _setting: Setting) -> Outcome:
    text = plain_text(cell).strip()
    if column.name:
        return read_name(text)
    plain = without_controls(text)
    if plain == text:
        return Outcome(text)
    return Outcome(
        text if column.masked else plain, repair="text_control"
    )  # a masked text is hashed as it was


def _unit(cell: object, _column: Column, setting: Setting) -> Outcome:
    written = plain_text(cell).strip()
    unit, nearest = setting.units.match_row(bare(plain_form(written)))
    if unit is None:
        return Outcome(None, "unit_unknown", args={"nearest": "、".join(nearest)})
    return Outcome(unit, repair=None if written == unit else "unit_name", args={"read": unit})


def _number(cell: object, column: Column, setting: Setting) -> Outcome:
    if isinstance(cell, str):
        return _number_text(cell, column, setting)
    if isinstance(cell, int | float):
        # a whole number that a formula gave may be off in a digit that Excel neither keeps nor shows
        return _amount(float(f"{cell:.15g}" if column.type == "whole" else cell), column, None)
    return Outcome(None, "number_unreadable")


def _number_text(cell: str, column: Column, setting: Setting) -> Outcome:
    plain = bare(plain_form(cell))
    found = _NUMBER.fullmatch(plain)
    if not found:
        return Outcome(None, _number_problem(plain))
    as_written = found[2].isdigit() and not found[1] and not found[4] and plain == cell.strip()
    return _amount(float(plain_number(found)), column, setting.text_number if as_written else "number_form")


def plain_number(found: re.Match[str]) -> str:
    """Return the digits of a written number, with its decimal point."""
    return found[2].replace(",", "") + (found[3] or "")


def _number_problem(plain: str) -> str:
    if _PERCENT.fullmatch(plain):
        return "number_percent"
    if plain.startswith("-") and _NUMBER.fullmatch(plain[1:]):
        return "number_negative"
    return "number_unreadable"


def _amount(number: float, column: Column, repair: str | None) -> Outcome:
    if not math.isfinite(number) or number > LARGEST:
        return Outcome(None, "number_large")
    if number < 0:
        return Outcome(None, "number_negative")
    if column.type == "number":
        return Outcome(number, repair=repair)
    return Outcome(int(number), repair=repair) if number.is_integer() else Outcome(None, "number_not_whole")


def _words(column: Column, code: str) -> frozenset[str]:
    more = map(word_key, column.choices.get(code, ()))
    return (YES if code == "yes" else NO) | frozenset(more)


def _yes_no(cell: object, column: Column, _setting: Setting) -> Outcome:
    word = _word(cell)
    if word in _words(column, "yes"):
        return Outcome(True)
    return Outcome(False) if word in _words(column, "no") else Outcome(None, "yes_no_unknown")


def _choice(cell: object, column: Column, _setting: Setting) -> Outcome:
    code = column.codes.get(_word(cell))
    if code is None:
        allowed = "、".join(words[0] for words in column.choices.values())
        return Outcome(None, "choice_unknown", args={"allowed": allowed})
    usual = plain_text(cell) in (code, column.words(code))
    return Outcome(code, repair=None if usual else "choice_form", args={"read": column.words(code)})


def _quarter(cell: object, _column: Column, _setting: Setting) -> Outcome:
    written = re.sub(r"\s+", "", bare(plain_form(plain_text(cell))))
    found = _QUARTER.fullmatch(written)
    if not found:
        return Outcome(None, "quarter_unreadable")
    number = found[2] or found[3]
    return Outcome(f"{found[1]}Q{'一二三四'.find(number) + 1 or number}")


def _hash(cell: object, _column: Column, _setting: Setting) -> Outcome:
    text = plain_text(cell).strip()
    return Outcome(text) if _HASH.fullmatch(text) else Outcome(None, "hash_unreadable")


def _date(cell: object, _column: Column, setting: Setting) -> Outcome:
    return read_date(cell, setting)


Reader = Callable[[object, Column, Setting], Outcome]
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "id": _id,
        "text": _text,
        "unit": _unit,
        "date": _date,
        "whole": _number,
        "number": _number,
        "yes_no": _yes_no,
        "choice": _choice,
        "quarter": _quarter,
        "hash": _hash,
    }
)
