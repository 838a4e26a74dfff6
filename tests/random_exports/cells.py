"""How an office writes a value: a cell for each value, in one of the forms that ``tables.md`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from random import Random
from typing import Any

from .headers import CHOICES, UNIT_NAMES

WEEKDAYS = "一二三四五六日"
YES_NO = (("是", "否"), ("1", "0"), ("Y", "N"), ("√", ""))
SUFFIXES = {"participants": "人名次", "points": "分"}


def date_text(rng: Random, day: date) -> str:
    """Return a date as text in one of the forms that are read, some with a repair note."""
    forms = (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.isoformat()} 00:00:00",
        f"{day.year}/{day.month}/{day.day} 23:59",
        f"{day.year}年{day.month}月{day.day}号",
        f"{day.isoformat()} 星期{WEEKDAYS[day.weekday()]}",
        f"{day.year}.{day.month}.{day.day}.",
    )
    return rng.choice(forms)


def date_cell(rng: Random, day: date, *, sheet: bool) -> Any:
    """Return a date as a real date, as a serial number or as text; csv has text alone."""
    forms: list[Any] = [date_text(rng, day)]
    if sheet:
        serial = (day - date(1899, 12, 30)).days
        forms += [day, datetime(day.year, day.month, day.day, 18, 30), serial]
    return rng.choice(forms)


def number_cell(rng: Random, value: float, *, sheet: bool, suffix: str) -> Any:
    """Return a number as it is or as text with a suffix, full width or a thousands separator."""
    plain = f"{value:g}"
    wide = "".join(chr(ord(digit) + 0xFEE0) if digit.isdigit() else digit for digit in plain)
    forms: list[Any] = [plain, wide, plain + suffix, f"{value:,}" if value >= 1000 else plain]
    if value == 0 and suffix != "分":
        forms.append("")
    return value if sheet and rng.random() < 0.6 else rng.choice(forms)


def yes_no_words(rng: Random, table: str, column: str, values: Sequence[Any]) -> tuple[str, str]:
    """Return the words for yes and no of a column of a file; a tick and blanks only beside a tick."""
    if (table, column) == ("cadres", "in_organ"):
        return rng.choice(YES_NO if any(values) else YES_NO[:3])
    blank_is_no = column in ("mobile_login", "coerced")
    return rng.choice((("是", "否"), ("是", "")) if blank_is_no else (("是", "否"),))


def cell(rng: Random, table: str, column: str, *, value: Any, sheet: bool) -> Any:
    """Return the cell for a value that is not a yes or no."""
    if value is None:
        return ""
    if isinstance(value, date):
        return date_cell(rng, value, sheet=sheet)
    if column in SUFFIXES:
        return number_cell(rng, value, sheet=sheet, suffix=rng.choice(SUFFIXES[column]))
    words = UNIT_NAMES if column == "unit" else CHOICES.get((table, column))
    if words is not None:
        return rng.choice(words[value].split())
    return id_cell(rng, value, sheet=sheet) if column.endswith("_id") else value


def id_cell(rng: Random, value: str, *, sheet: bool) -> Any:
    """Return an id; digits alone sometimes as the number that a sheet makes of them."""
    number = sheet and value.isascii() and value.isdigit() and not value.startswith("0")
    return int(value) if number and rng.random() < 0.4 else value


def column_cells(rng: Random, table: str, column: str, *, values: Sequence[Any], sheet: bool) -> list[Any]:
    """Return the cells of a column of one file or sheet."""
    if any(isinstance(value, bool) for value in values):
        yes, no = yes_no_words(rng, table, column, values)
        return [{True: yes, False: no}.get(value, "") for value in values]
    return [cell(rng, table, column, value=value, sheet=sheet) for value in values]
