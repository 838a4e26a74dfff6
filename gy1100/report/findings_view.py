"""Findings grouped for reading, and those that bear on one unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .grid import Grid
from .tables import columns

if TYPE_CHECKING:
    import pyarrow as pa

    from ..evidence import Evidence
    from ..findings import Finding
    from .voice import Voice

Place = tuple[str, str]
RowPlace = tuple[str, str, int]
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


def findings_of(evidence: Evidence, unit: str) -> list[Finding]:
    """Return the findings that bear on a unit: on its rows, and on sheets that hold rows of no other unit.

    A repair stands for a whole column, so in a sheet of several units it is nobody's own.
    """
    owners = row_owners(evidence)
    sheets: dict[Place, set[str]] = {}
    for (file, sheet, _), owner in owners.items():
        sheets.setdefault((file, sheet), set()).add(owner)
    return [f for f in evidence.findings if _bears_on(f, unit, owners, sheets)]


def _bears_on(
    f: Finding, unit: str, owners: Mapping[RowPlace, str], sheets: Mapping[Place, set[str]]
) -> bool:
    if sheets.get((f.file, f.sheet)) == {unit}:
        return True
    return f.severity != "repair" and f.row is not None and owners.get((f.file, f.sheet, f.row)) == unit


def row_owners(evidence: Evidence) -> dict[RowPlace, str]:
    """Return the unit of every row, accepted or refused, by file, sheet and row: its own, or its cadre's."""
    cadres = evidence.tables["cadres"]
    unit_of = dict(zip(cadres["cadre_id"].to_pylist(), cadres["unit"].to_pylist(), strict=True))
    owners: dict[RowPlace, str] = {}
    for data in evidence.tables.values():
        if {"unit", "cadre_id"} & set(data.column_names):
            owners |= _owners(evidence, data, unit_of)
    places = ((evidence.sources[r.source], r) for r in evidence.refused if r.unit)
    return owners | {(source.file, source.sheet, r.row): r.unit for source, r in places}


def _owners(evidence: Evidence, data: pa.Table, unit_of: Mapping[str, str]) -> dict[RowPlace, str]:
    key = "unit" if "unit" in data.column_names else "cadre_id"
    named = data[key].to_pylist()
    units = named if key == "unit" else [unit_of.get(name, "") for name in named]
    places = [(source.file, source.sheet) for source in evidence.sources]
    rows = zip(data["source"].to_pylist(), data["row"].to_pylist(), units, strict=True)
    return {(*places[source], row): unit for source, row, unit in rows}
