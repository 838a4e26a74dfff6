"""Small exports made in a test: rows by column ids, what they leave out filled in, written as csv and read back."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gy1100 import Assessment, Evidence, assess, load_rulebook, read_evidence

if TYPE_CHECKING:
    from gy1100.decisions import Decision

UNIT = "剑阁县"
TYPES = {"full_time": "专职", "seconded": "挂职", "part_time": "兼职"}
DEFAULTS: dict[str, dict[str, Any]] = {
    "cadres": {"unit": UNIT, "cadre_id": "G1", "cadre_type": "full_time", "in_organ": "否"},
    "youths": {"cadre_id": "G1", "mobile_login": "否"},
    "logs": {"cadre_id": "G1", "kind": "heart_talk", "channel": "web"},
    "practice_guidance": {"cadre_id": "G1"},
    "organ_activities": {"unit": UNIT},
    "submissions": {"unit": UNIT},
    "mechanisms": {"unit": UNIT},
    "exemplars": {"unit": UNIT, "name": "张三"},
    "spot_checks": {
        "cadre_id": "G1",
        "method": "phone",
        "checked_on": date(2017, 6, 1),
        "outcome": "genuine",
    },
}
KEYS = {"youths": "youth_id", "logs": "log_id", "organ_activities": "activity_id", "spot_checks": "check_id"}
COLUMNS = {
    "youths": ["youth_id", "cadre_id"],
    "logs": ["log_id", "cadre_id", "date", "kind", "text"],
    "practice_guidance": ["cadre_id", "date", "level", "activity"],
    "organ_activities": ["activity_id", "unit", "date", "kind"],
    "submissions": ["unit", "quarter", "submitted_on"],
    "mechanisms": ["unit", "element", "state", "checked_on"],
    "exemplars": ["unit", "name", "recognised_on"],
    "spot_checks": ["check_id", "cadre_id", "method", "checked_on", "outcome"],
}


def filled(table: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with what they leave out filled in: defaults, running ids, texts that differ."""
    out = []
    for n, row in enumerate(rows, 1):
        key = {KEYS[table]: f"{table[0].upper()}{n:04d}"} if table in KEYS else {}
        text = {"text": f"第{n}次走访联系青年并记录情况"} if table == "logs" else {}
        out.append(DEFAULTS.get(table, {}) | key | text | dict(row))
    return out


def write_tables(folder: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> Path:
    """Write tables as csv files with column ids as headers; choices may be codes."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        complete = filled(table, rows)
        names = list(dict.fromkeys([*COLUMNS.get(table, []), *(name for row in complete for name in row)]))
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(complete)
    return folder


def evidence_of(folder: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> Evidence:
    """Return the evidence that small tables are read to."""
    return read_evidence(write_tables(folder, tables))


def assessment_of(
    folder: Path,
    tables: Mapping[str, Iterable[Mapping[str, Any]]],
    as_of: str,
    decisions: Iterable[Decision] = (),
) -> Assessment:
    """Return the assessment of small tables on a day."""
    return assess(evidence_of(folder, tables), load_rulebook(), as_of=as_of, decisions=decisions)


def score(assessment: Assessment, item: str, unit: str = UNIT) -> dict[str, Any]:
    """Return one unit's row of an item."""
    frame = assessment.scores
    return frame[(frame["unit"] == unit) & (frame["item"] == item)].iloc[0].to_dict()


def days(first: str, n: int, step: int = 1) -> list[date]:
    """Return ``n`` days from ``first``, ``step`` apart."""
    return [date.fromisoformat(first) + timedelta(days=step * k) for k in range(n)]
