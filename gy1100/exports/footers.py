"""Rows of words between and below a table's records: notes, titles, signatures and their dates."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..cells import is_blank
from ..values import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..tables import Column
    from ..units import Units
    from .matching import Match

    Filled = Sequence[tuple[int, object]]  # the places of a row's filled cells, and these

_FOOTER = re.compile(
    r"(?:制表|填表|填报|报送|审核|审批|复核|校对|统计|负责人|分管|主管|主要领导|单位负责|单位[(（]|经办|备注|注|说明|"
    r"联系人|联系电话|打印|导出|数据来源|签字|签名|日期|时间)[^\d:：]{0,12}[:：].*"
    r"|[*※](?:注|说明|备注|.{6}).*|(?:注|备注)\d.*|[(（]?(?:盖章|公章|签章)[)）]?|以下空白|.*以下无正文.*|[(（]?完[)）]?|以上共?计?\d+[条行个人件].*|第\d+页.*|共\d+[页条行].*"
)
_DAY = r"(?:\d{4})?年(?:\d{1,2})?月(?:\d{1,2})?日"
_SIGNATURE = re.compile(r"(?=.*[\u4e00-\u9fff])\D+|\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?.*", re.DOTALL)
_SENTENCE = re.compile(rf"[*※].+|(?!{_DAY}$)(?=.*[\u4e00-\u9fff]).{{8,}}", re.DOTALL)
_SIGNED = re.compile(
    r".*[\u4e00-\u9fff）)]\s*[:：].*|.*[(（](?:签字|签名|签章|盖章|公章)[)）]|年月日", re.DOTALL
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Footers:
    """Tells rows of words from records of a table.

    Attributes
    ----------
    match : Match
        Where the table's columns are.
    units : Units
        A unit that stands alone in its column is a record that lacks the rest.
    """

    match: Match
    units: Units

    def has(self, filled: Filled, needed: set[int], *, wide: bool, below: Sequence[object] | None) -> bool:
        """Whether a row that lacks most of what a record needs is none.

        Parameters
        ----------
        filled : sequence of (int, object)
        needed : set of int
            Places that every record fills.
        wide : bool
            Cells of the row are merged over many columns.
        below : sequence of object or None
            What stands in the next row; None where a whole record stands further below.
        """
        tail = below is not None
        texts = [_tight(cell) for _, cell in filled if isinstance(cell, str)]
        if _FOOTER.fullmatch(_tight(plain_text(filled[0][1]))):
            return True
        if len(filled) == 1:
            place, cell = filled[0]
            if wide or self._is_date_line(place, cell) or self._is_sentence(place, cell, below or ()):
                return True
            return tail and self._is_closing(place, cell)
        return tail and len(texts) == len(filled) and self._is_signed(filled, needed, texts)

    def is_title(self, row: Sequence[object]) -> bool:
        """Whether a row holds one text, and that says something: no id, no name where names are not read."""
        filled = [(at, cell) for at, cell in enumerate(row) if not is_blank(cell)]
        if len(filled) != 1 or not isinstance(filled[0][1], str):
            return False
        return filled[0][0] not in self.match.personal and _CHINESE.search(filled[0][1]) is not None

    def _is_date_line(self, place: int, cell: object) -> bool:
        """Whether a cell that stands alone is a day in words, and no day where days stand."""
        own = self._own(place)
        return _is_day(_tight(plain_text(cell))) and (own is None or own.type != "date")

    def _is_sentence(self, place: int, cell: object, below: Sequence[object]) -> bool:
        """Whether a cell that stands alone says something: of some length, and no unit where units stand.

        The league of a unit that stands right above a day or a signature signs.
        """
        own, text = self._own(place), plain_text(cell)
        signs = "团" in text and bool(below) and is_signature(below)
        if own is not None and own.type == "unit" and self.units.match_row(text).unit and not signs:
            return False
        return _SENTENCE.fullmatch(_tight(text)) is not None

    def _is_signed(self, filled: Filled, needed: set[int], texts: Sequence[str]) -> bool:
        """Whether texts sign a sheet: they begin with a label, or with words and no digit where an id would stand."""
        place, cell = filled[0]
        if is_signature([cell]) or is_signature(cell for at, cell in filled if at in needed):
            return any(map(_SIGNED.fullmatch, texts))
        words = _SIGNATURE.fullmatch(texts[0]) and not any(map(str.isdigit, texts[0]))
        last = any(_FOOTER.fullmatch(text) or _is_day(text) for text in texts)
        return bool(words) and place in ids_of(self.match) and last

    def _is_closing(self, place: int, cell: object) -> bool:
        """Whether the only cell of a row below all others is a signature or its date, and not the start of a record."""
        own, text = self._own(place), plain_text(cell).strip()
        if isinstance(cell, dt.date) or _is_day(_tight(text)):
            return True
        record = place in self.match.personal or (own is not None and own.type in ("unit", "choice", "text"))
        return not record and _SIGNATURE.fullmatch(text) is not None

    def _own(self, place: int) -> Column | None:
        """The table's column that stands in a place."""
        name = next((name for name, at in self.match.places.items() if at == place), None)
        return self.match.table.by_id[name] if name else None


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _is_day(text: str) -> bool:
    """Whether a text is a day in words, or the form of one that is left to be filled in: 2017年6月30日, 年月日."""
    return re.fullmatch(_DAY, text) is not None


def ids_of(match: Match) -> list[int]:
    """Return the places of a table's ids."""
    return [at for name, at in match.places.items() if match.table.by_id[name].type == "id"]


def is_signature(cells: Iterable[object]) -> bool:
    """Whether cells hold nothing but labels with what belongs to them, and dates: 制表人：张三, 2017年6月30日."""
    texts = (_tight(cell) if isinstance(cell, str) else cell for cell in cells)
    return all(
        bool(_SIGNED.fullmatch(text) or _FOOTER.fullmatch(text) or _is_day(text))
        if isinstance(text, str)
        else isinstance(text, dt.date)
        for text in texts
    )
