"""What a cell can be, and what reading it gives."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .corrections import Corrections
    from .units import Units

Cell = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_CONTROL = re.compile(f"[{_CONTROLS}]+")
# Controls, soft hyphen, zero-width and direction marks, byte-order mark, variation selectors, tags.
_INVISIBLE = re.compile(
    rf"[{_CONTROLS}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    r"\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef]+"
)
# Full-width forms, Kangxi radicals and compatibility ideographs: what NFKC replaces by the one character meant.
_COMPATIBLE = re.compile(
    r"[\u3000\uff01-\uff5e\uffe0-\uffe6\u2e9f\u2f00-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]"
)
# Radicals that stand for the character in text copied from PDF; NFKC leaves them.
_RADICALS = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
)
_NOTHING: Mapping[str, str | int] = MappingProxyType({})


@dataclass(frozen=True)
class Fault:
    """A cell that holds no value but an error, or a formula that was never calculated.

    Attributes
    ----------
    code : str
        The finding it causes: ``error_cell`` or ``formula_empty``.
    shown : str
        What Excel shows, or the formula.
    """

    code: str
    shown: str


class Outcome(NamedTuple):
    """What reading one cell gave: a value, perhaps mended (`repair`), or a `problem`; both are codes of findings."""

    value: object
    problem: str | None = None
    repair: str | None = None
    args: Mapping[str, str | int] = _NOTHING


@dataclass(frozen=True)
class Setting:
    """What reading a cell depends on besides the cell.

    Attributes
    ----------
    units : Units
        The units that names are matched to.
    first_day, last_day : date
        Dates outside are errors.
    date1904 : bool
        The workbook counts days from 1904.
    plain : bool
        The file knows text only (csv), so that a date or number as text is no repair.
    corrections : Corrections or None
        What is known to be wrong in the files.
    """

    units: Units
    first_day: dt.date = dt.date(2000, 1, 1)
    last_day: dt.date = field(default=dt.date(2019, 3, 2))
    date1904: bool = False
    plain: bool = False
    corrections: Corrections | None = None

    @property
    def text_date(self) -> str | None:
        """The repair note of a date written as text."""
        return None if self.plain else "date_text"

    @property
    def text_number(self) -> str | None:
        """The repair note of a number stored as text."""
        return None if self.plain else "number_text"


def visible(text: str) -> str:
    """Return the text without characters that cannot be seen, and without white space around it."""
    return _INVISIBLE.sub("", text).strip()


def without_controls(text: str) -> str:
    """Return the text without control characters; line breaks and tabs stay, emoji and their joiners too."""
    return text if text.isprintable() else _CONTROL.sub("", text)


def plain_form(text: str) -> str:
    """Return the text with full-width forms, Kangxi radicals and compatibility ideographs as usual characters.

    Superscripts, circled digits and fractions stay, because ``3²`` is not 32.
    """
    usual = _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return usual.translate(_RADICALS)


def bare(text: str) -> str:
    """Return the text as `visible`, without the apostrophe that marks text in Excel."""
    return visible(text).removeprefix("'")


def is_blank(cell: object) -> bool:
    """Whether a cell is empty or holds nothing that can be seen."""
    if not isinstance(cell, str):
        return cell is None
    text = cell.strip()
    return not text or (_INVISIBLE.match(text) is not None and not visible(text))
