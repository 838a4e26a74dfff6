"""Findings grouped for reading, and those that bear on one unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .grid import Grid
from .tables import columns

if TYPE_CHECKING:
    from ..findings import Finding
    from ..owners import Owners
    from .voice import Voice

ORDER = {"error": 0, "repair": 1, "note": 2}


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Return how many findings of each severity there are."""
    return {severity: sum(f.severity == severity for f in findings) for severity in ORDER}


def grouped_grid(findings: Sequence[Finding], voice: Voice, severities: Sequence[str] = tuple(ORDER)) -> Grid:
    """Return one row for each kind of finding in a file and column: how often, one example, the mend."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for f in findings:
        if f.severity in severities:
            groups.setdefault((f.severity, f.code, f.file or "", str(f.column or "")), []).append(f)
    keys = sorted(groups, key=lambda k: (ORDER[k[0]], -len(groups[k]), k))
    rows = tuple(_group(key, groups[key], voice) for key in keys)
    heads = columns(
        voice, ("severity", "name", 8), ("file", "text", 24), ("column", "text", 12), ("count", "count", 8),
        ("example", "text", 30), ("problem", "text", 40), ("mend", "text", 40),
    )  # fmt: skip
    return Grid(heads, rows)


def _group(key: tuple[str, str, str, str], found: list[Finding], voice: Voice) -> tuple[object, ...]:
    severity, _, file, column = key
    first = found[0]
    place = [
        first.sheet,
        "" if first.row is None else voice.say("row", row=first.row),
        f"“{first.value}”" if first.value else "",
    ]
    example = " · ".join(filter(None, place))
    problem, mend = first.problem(voice.lang), first.mend(voice.lang)
    return voice.code("severity", severity), file, column, len(found), example, problem, mend


def listed_grid(findings: Sequence[Finding], voice: Voice, severity: str) -> Grid:
    """Return every finding of one severity."""
    return finding_grid([f for f in findings if f.severity == severity], voice)


def finding_grid(findings: Sequence[Finding], voice: Voice) -> Grid:
    """Return findings with file, sheet, row, column, value, problem and mend."""
    lang = voice.lang
    rows = tuple(
        (
            voice.code("severity", f.severity),
            f.file,
            f.sheet,
            f.row,
            f.column,
            f.value,
            f.problem(lang),
            f.mend(lang),
        )
        for f in findings
    )
    heads = columns(
        voice, ("severity", "name", 8), ("file", "text", 26), ("sheet", "text", 16), ("row", "count", 7),
        ("column", "text", 14), ("cell", "text", 22), ("problem", "text", 40), ("mend", "text", 40),
    )  # fmt: skip
    return Grid(heads, rows)


def findings_of(findings: Iterable[Finding], unit: str, owners: Owners) -> list[Finding]:
    """Return the findings that bear on a unit: on its rows, and on sheets that hold rows of no other unit.

    A repair stands for a whole column, so in a sheet of several units it is nobody's own.
    """
    return [f for f in findings if _bears_on(f, unit, owners)]


def _bears_on(f: Finding, unit: str, owners: Owners) -> bool:
    if owners.sheets.get((f.file, f.sheet)) == {unit}:
        return True
    return f.severity != "repair" and f.row is not None and owners.rows.get((f.file, f.sheet, f.row)) == unit
