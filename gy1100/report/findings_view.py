"""Findings grouped for reading, and those that bear on one unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .grid import Grid
from .tables import columns

if TYPE_CHECKING:
    import pandas as pd

    from ..evidence import Evidence
    from ..findings import Finding
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
        voice, ("severity", "text", 8), ("file", "text", 24), ("column", "text", 12), ("count", "count", 8),
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
        voice, ("severity", "text", 8), ("file", "text", 26), ("sheet", "text", 16), ("row", "count", 7),
        ("column", "text", 14), ("cell", "text", 22), ("problem", "text", 40), ("mend", "text", 40),
    )  # fmt: skip
    return Grid(heads, rows)


def findings_of(evidence: Evidence, unit: str) -> list[Finding]:
    """Return the findings on rows that belong to a unit: its own, and those of its cadres."""
    places = unit_rows(evidence, unit)
    return [
        f for f in evidence.findings if f.row is not None and (f.file, f.sheet or "", int(f.row)) in places
    ]


def unit_rows(evidence: Evidence, unit: str) -> set[tuple[str, str, int]]:
    """Return file, sheet and row of every accepted row of a unit."""
    cadres = set(_rows(evidence, "cadres", "unit", {unit})["cadre_id"])
    places: set[tuple[str, str, int]] = set()
    for table, data in evidence.tables.items():
        key, wanted = ("unit", {unit}) if "unit" in data.column_names else ("cadre_id", cadres)
        if key in data.column_names and data.num_rows:
            frame = _rows(evidence, table, key, wanted)
            sources = [evidence.sources[n] for n in frame["source"]]
            places |= {
                (s.file, s.sheet or "", int(row)) for s, row in zip(sources, frame["row"], strict=True)
            }
    return places


def _rows(evidence: Evidence, table: str, key: str, wanted: set[str]) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.compute as pc

    data = evidence.tables[table]
    names = [n for n in ("source", "row", "cadre_id") if n in data.column_names]
    chosen = data.filter(pc.is_in(data[key], value_set=pa.array(sorted(wanted), pa.string())))
    frame: pd.DataFrame = chosen.select(names).to_pandas()
    return frame
