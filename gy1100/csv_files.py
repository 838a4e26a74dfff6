"""Result tables as csv files: UTF-8 with a byte-order mark for Excel, plain numbers, no text that becomes a formula."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MOST_CSV_ROWS = 100_000
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
_EXACT = 12


def write_frame(frame: pd.DataFrame, path: Path, decimals: Mapping[str, int] | None = None) -> Path:
    """Write a frame as csv.

    Parameters
    ----------
    frame : DataFrame
        What to write, in order; the index is left out.
    path : Path
        Where to; folders are made.
    decimals : mapping of str to int, optional
        Columns with a fixed number of decimals; other numbers lose nothing and have no exponent.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [_as_text(frame[name], (decimals or {}).get(name)) for name in frame.columns]
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(frame.columns)
        writer.writerows(zip(*columns, strict=True))
    return path


def write_long_frame(frame: pd.DataFrame, path: Path) -> Path:
    """Write a frame as csv, or as parquet where a spreadsheet could not hold it; return the path written."""
    if len(frame) <= MOST_CSV_ROWS:
        return write_frame(frame, path)
    path = path.with_suffix(".parquet")
    frame.to_parquet(path, index=False)
    return path


def plain_number(value: float, decimals: int | None = None) -> str:
    """Return a number without exponent: fixed ``decimals``, or as many as it needs; empty where there is none."""
    if not math.isfinite(value):
        return ""
    if decimals is not None:
        return _no_minus_zero(f"{value:.{decimals}f}")
    return _no_minus_zero(f"{value:.{_EXACT}f}".rstrip("0").rstrip("."))


def harmless(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before ``= + - @``; numbers stay."""
    if value.startswith(_FORMULA_STARTS) and not _is_number(value):
        return f"'{value}"
    return value


def _as_text(column: pd.Series[Any], decimals: int | None) -> list[str]:
    convert: dict[str, Callable[[Any], str]] = {
        "f": lambda v: plain_number(v, decimals), "i": str, "u": str, "b": lambda v: "yes" if v else "no",
    }  # fmt: skip
    one = convert.get(column.dtype.kind, lambda v: _any_text(v, decimals))
    return [
        "" if missing else one(value) for value, missing in zip(column.tolist(), column.isna(), strict=True)
    ]


def _any_text(value: Any, decimals: int | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    return plain_number(value, decimals) if isinstance(value, float) else harmless(str(value))


def _no_minus_zero(digits: str) -> str:
    return digits.removeprefix("-") if digits.strip("-0.") == "" else digits


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value.replace(",", "")))
    except ValueError:
        return False
