"""Dates as offices write them: one cell to one date, a repair note, or the reason why it is no date. Never a guess."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from .cells import Outcome, Setting, bare, plain_form

_TIME = (
    r"(?:(?:上午|下午|中午|晚上|凌晨|早上)? ?(?:[01]?\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[AaPp][Mm])?"
    r"|[时点](?:[0-5]?\d分(?:[0-5]?\d秒)?)?整?))"
)
_WEEKDAY = r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?"
_SPLIT = re.compile(
    rf"(?P<y>\d{{4}})(?P<s>[-/.])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})(?P<dot>[.。]?)"
    rf"(?:[ T]?(?P<week>{_WEEKDAY}))?(?:[ T]{_TIME})?",
    re.ASCII,
)
_HAN = re.compile(
    rf"(?P<y>\d{{4}})年(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})(?P<day>[日号])(?P<dot>[.。]?)"
    rf"(?: ?(?P<week>{_WEEKDAY}))?(?: ?{_TIME})?",
    re.ASCII,
)
_COMPACT = re.compile(
    rf"(?P<y>\d{{4}})(?P<m>\d{{2}})(?P<d>\d{{2}})(?P<dot>[.。]?)(?: ?(?P<week>{_WEEKDAY}))?"
    rf"(?:[ T]{_TIME}|[ T]?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?",
    re.ASCII,
)
_USUAL = re.compile(
    r"(?P<y>\d{4})([-/])(?P<m>\d\d?)\2(?P<d>\d\d?)(?:[ T](?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)?", re.ASCII
)
_AS_WRITTEN = re.compile(r"20\d\d(?:0[1-9]|1[0-2])?|\d{8}|\d{12}|\d{14}", re.ASCII)  # no serial numbers
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_SPACES = re.compile(r"[\s\u3000]+")
_AROUND = re.compile(r" *([年月/]) *|(?<=\d) *([-.]) *(?=\d)| +(?=[日号])")
_EPOCH = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}

# What else people write, with the reason for refusing it; the first that fits is reported.
_REFUSED: Final = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"\d{4}[—–~、，,\\ ]\d{1,2}[—–~、，,\\ ]\d{1,2}[日号]?", "date_unreadable"),
        (r".*\d:\d\d.*(?:[Zz]|[+-]\d\d:?\d\d)|.*T\d+(?:[Zz]|[+-]\d\d:?\d\d)", "date_zone"),
        (r".*[〇零一二三四五六七八九十].*年.*|.*[〇零一二三四五六七八九十]月.*", "date_chinese"),
        (r".*\d[日号]?\s*(?:至|到|~|—|–|-{2,}|、)\s*\d.*", "date_range"),
        (r"\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}[日号])\s*-\s*\d.*", "date_range"),
        (r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*", "date_order"),
        (r"'?\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?.*", "date_short_year"),
        (r"\d{1,2}月\d{1,2}[日号]?.*|\d{1,2}[-/.]\d{1,2}", "date_no_year"),
        (r"\d{4}年\d{1,2}月?份?|\d{4}[-/.]\d{1,2}|\d{6}|\d{4}年?", "date_no_day"),
    )
)


def read_date(cell: object, setting: Setting) -> Outcome:
    """Return the date that a cell holds; a date-time counts by its date as written."""
    if isinstance(cell, dt.datetime):
        return _within(cell.date(), setting)
    if isinstance(cell, dt.date):
        return _within(cell, setting)
    if isinstance(cell, int | float):
        return _number(float(cell), setting)
    if isinstance(cell, str):
        return _text(cell, setting)
    return Outcome(None, "date_unreadable")


def _within(day: dt.date, setting: Setting, repair: str | None = None) -> Outcome:
    if not setting.first_day <= day <= setting.last_day:
        bounds = {"first": setting.first_day.isoformat(), "last": setting.last_day.isoformat()}
        return Outcome(None, "date_outside", args=bounds)
    return Outcome(day, repair=repair)


def _number(number: float, setting: Setting) -> Outcome:
    if number.is_integer() and _AS_WRITTEN.fullmatch(digits := str(int(number))):
        return _text(digits, setting)
    return _serial(number, setting)


def _serial(number: float, setting: Setting) -> Outcome:
    """An Excel serial number by the workbook's date system; day 60 of the 1900 system never was."""
    first = 0 if setting.date1904 else 61
    if not first <= number < 2_958_466:
        return Outcome(None, "date_unreadable")
    days = round(number * 86_400_000) // 86_400_000
    repair = "date_serial_1904" if setting.date1904 else "date_serial"
    return _within(_EPOCH[setting.date1904] + dt.timedelta(days=days), setting, repair)


def _text(cell: str, setting: Setting) -> Outcome:
    if usual := _USUAL.fullmatch(cell):
        return _calendar(usual, setting, setting.text_date)
    plain = bare(plain_form(cell))
    if _SERIAL.fullmatch(plain):
        return _serial(float(plain), setting)
    tidy = _AROUND.sub(r"\1\2", _SPACES.sub(" ", plain))
    for form in (_SPLIT, _HAN, _COMPACT):
        if found := form.fullmatch(tidy):
            return _calendar(found, setting, _note(found, cell, tidy) or setting.text_date)
    return Outcome(None, next((code for form, code in _REFUSED if form.fullmatch(tidy)), "date_unreadable"))


def _note(found: re.Match[str], cell: str, tidy: str) -> str | None:
    marks = found.groupdict()
    if marks.get("day") == "号" or marks["week"] or marks["dot"]:
        return "date_form"
    if tidy != _SPACES.sub(" ", cell.strip(" ")):
        return "full_width"
    return None


def _calendar(found: re.Match[str], setting: Setting, repair: str | None) -> Outcome:
    try:
        day = dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return Outcome(None, "date_impossible")
    return _within(day, setting, repair)
