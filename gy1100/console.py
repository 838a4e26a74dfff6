"""What the command line prints: tables that stay aligned with Chinese text, findings one a line."""

from __future__ import annotations

import csv
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from .words import text

RANKING = ("rank", "unit", "total", "points_due", "score_100", "rank_low", "rank_high")


def width(value: str) -> int:
    """Return how many columns a text takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in value)


def aligned(rows: Sequence[Sequence[str]], numeric: Iterable[int] = ()) -> str:
    """Return rows as an aligned table; columns in ``numeric`` are flush right."""
    right = frozenset(numeric)
    widths = [max(width(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join("  ".join(_padded(row, widths, right)).rstrip() for row in rows)


def _padded(row: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> Iterable[str]:
    for number, (cell, columns) in enumerate(zip(row, widths, strict=True)):
        space = " " * (columns - width(cell))
        yield space + cell if number in right else cell + space


def ranking_table(path: Path, lang: str) -> str:
    """Return ranking.csv as a table to print."""
    head = [text(f"cli.ranking.{name}", lang) for name in RANKING]
    rows = [[row[name] for name in RANKING] for row in read_csv(path)]
    return aligned([head, *rows], numeric=(0, 2, 3, 4, 5, 6))


def errors_in(findings: Path) -> list[dict[str, str]]:
    """Return the errors of a findings.csv."""
    return [row for row in read_csv(findings) if row["severity"] == "error"]


def finding_line(row: dict[str, str]) -> str:
    """Return a finding in one line: file, sheet, row, column, value: problem; mend."""
    where = " ".join(
        filter(None, (row["file"], row["sheet"], row["row"] and f"#{row['row']}", row["column"]))
    )
    value = f" “{row['value']}”" if row["value"] else ""
    return f"{where}{value}: {row['problem']} → {row['mend']}"


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of one of our csv files."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def say(message: object) -> None:
    """Print to stdout."""
    sys.stdout.write(f"{message}\n")
