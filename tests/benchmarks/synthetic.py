"""Synthetic evidence at the scales of the benchmarks: typed tables as the reader makes them, seeded, as Parquet.

Logs hold both what is delivered, their ``text``, and what reading makes of it once, ``text_hash`` and ``text_length``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from gy1100 import Evidence, load_rulebook
from gy1100.exports.clean_texts import all_hashed
from gy1100.tables import schema
from gy1100.units import Unit, Units

from .log_texts import texts_of
from .registers import registers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gy1100 import Rulebook

SEED = 1100
PLAN, YEAR_END = np.datetime64("2017-04-01"), np.datetime64("2018-03-31")
KINDS = np.array([
    "practical_help", "volunteer_service", "culture_sport", "heart_talk", "self_designed", "practice_guidance",
    "congress_talk", "provincial_congress_talk", "service_month", "online_contact", "other",
])  # fmt: skip
TYPES = np.array(["full_time", "seconded", "part_time"])
ACTIVITIES = np.array([
    "study", "life_meeting", "oath", "volunteer_service", "online_day", "rectification", "selection",
    "vanguard_post", "lesson", "advice",
])  # fmt: skip


@dataclass(frozen=True)
class Scale:
    """How much evidence there is: units, cadres on their rosters, logs of these."""

    name: str
    units: int
    cadres: int
    logs: int


SCALES = {
    s.name: s
    for s in (
        Scale("tiny", 11, 120, 3_000),
        Scale("city", 9, 2_000, 60_000),
        Scale("province", 183, 40_000, 1_200_000),
        Scale("nation", 2_800, 500_000, 15_000_000),
    )
}


def rulebook_of(scale: Scale) -> Rulebook:
    """Return the shipped rulebook with as many units as a scale has; those beyond its own are made up."""
    rulebook = load_rulebook()
    own = list(rulebook.units)[: scale.units]
    made = [
        Unit(name=f"第{n}县", code=f"99{n:04d}", label_en=f"County {n}", kind="county")
        for n in range(len(own) + 1, scale.units + 1)
    ]
    return replace(rulebook, units=Units((*own, *made)))


def write(scale: Scale, folder: Path, seed: int = SEED, names: Sequence[str] | None = None) -> Path:
    """Write a scale's evidence as one Parquet file a table; ``names`` are those of its units where they are others."""
    rulebook, rng = rulebook_of(scale), np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    units = np.array(names if names is not None else rulebook.units.names)
    cadres = _cadres(scale, units, rng)
    logs = _logs(scale, cadres, rng)
    made: dict[str, dict[str, Any]] = {
        "cadres": cadres, "logs": logs, "youths": _youths(cadres, rng), "practice_guidance": _guidance(cadres, rng),
        "spot_checks": _spot_checks(logs, rng),
    }  # fmt: skip
    made |= registers(units, rng)
    for name, table in rulebook.tables.items():
        if table.export:
            pq.write_table(_typed(made.get(name, {}), schema(table)), folder / f"{name}.parquet")
    return folder


def evidence_of(folder: Path) -> Evidence:
    """Return the evidence that stands in a folder of Parquet files."""
    tables = {path.stem: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))}
    return Evidence(tables, frozenset(tables), (), (), False, {})


def _typed(columns: dict[str, Any], fields: pa.Schema) -> pa.Table:
    n = len(next(iter(columns.values()))) if columns else 0
    given = columns | {"source": np.zeros(n, "int32"), "row": np.arange(2, n + 2, dtype="int32")}
    arrays = [
        pa.array(given[field.name]).cast(field.type) if field.name in given else pa.nulls(n, field.type)
        for field in fields
    ]
    return pa.Table.from_arrays(arrays, schema=fields)


def ids(prefix: str, n: int) -> NDArray[np.str_]:
    """Return ``n`` ids of one length."""
    return np.char.add(prefix, np.char.zfill(np.arange(n).astype(str), 6))


def _cadres(scale: Scale, units: NDArray[np.str_], rng: np.random.Generator) -> dict[str, Any]:
    n = scale.cadres
    start = PLAN + rng.integers(-900, 240, n)
    end = np.maximum(start, PLAN) + rng.integers(20, 300, n)
    left = rng.random(n) < 0.15
    points = np.round(rng.gamma(3, 60, n), 1)
    return {
        "cadre_id": ids("G", n),
        "unit": units[rng.integers(0, len(units), n)],
        "cadre_type": TYPES[rng.choice(3, n, p=[0.25, 0.1, 0.65])],
        "in_organ": rng.random(n) < 0.2,
        "post_start": np.where(rng.random(n) < 0.7, np.datetime64("NaT"), start),
        "post_end": np.where(left, end, np.datetime64("NaT")),
        "points": pa.array(points, mask=rng.random(n) < 0.1),
    }


def _logs(scale: Scale, cadres: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Logs of a cadre draw their texts from its own ``pool``, so that about a tenth of them are repeated."""
    n, pool = scale.logs, 150
    holder = rng.integers(0, scale.cadres, n)
    texts = all_hashed(texts_of(holder * pool + rng.integers(0, pool, n), rng))
    date = PLAN + rng.integers(-10, (YEAR_END - PLAN).astype(int), n)
    return {
        "log_id": rng.permutation(ids("L", n)),
        "cadre_id": cadres["cadre_id"][holder],
        "date": date,
        "kind": KINDS[
            rng.choice(len(KINDS), n, p=[0.15, 0.12, 0.1, 0.15, 0.1, 0.08, 0.06, 0.04, 0.05, 0.1, 0.05])
        ],
        "channel": pa.array(np.where(rng.random(n) < 0.55, "mobile", "web"), mask=rng.random(n) < 0.05),
        "participants": rng.poisson(6, n),
        "recorded_on": date + rng.integers(0, 40, n),
        "text": texts.texts,
        "text_hash": texts.hashes,
        "text_length": texts.lengths,
    }


def _youths(cadres: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """A hundred youths for each cadre, more for those who owe a hundred than for those who owe ten."""
    many = (cadres["cadre_type"] != "part_time") | cadres["in_organ"]
    holder = np.repeat(np.arange(len(many)), rng.integers(0, np.where(many, 288, 121)))
    n = len(holder)
    date = PLAN + rng.integers(-120, 330, n)
    return {
        "youth_id": ids("Q", n),
        "cadre_id": cadres["cadre_id"][rng.permutation(holder)],
        "registered_on": np.where(rng.random(n) < 0.05, np.datetime64("NaT"), date),
        "mobile_login": rng.random(n) < 0.6,
    }


def _guidance(cadres: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    n = 3 * len(cadres["cadre_id"])
    return {
        "cadre_id": rng.choice(cadres["cadre_id"], n),
        "date": PLAN + rng.integers(0, 300, n),
        "level": np.where(rng.random(n) < 0.3, "committee", "branch"),
        "activity": ACTIVITIES[rng.integers(0, len(ACTIVITIES), n)],
    }


def _spot_checks(logs: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """One check for every thirty logs, so that some logs are checked twice."""
    n = max(len(logs["log_id"]) // 30, 1)
    which = rng.integers(0, len(logs["log_id"]), n)
    return {
        "check_id": ids("C", n),
        "log_id": logs["log_id"][which],
        "cadre_id": logs["cadre_id"][which],
        "method": np.array(["phone", "site", "commissioned"])[rng.integers(0, 3, n)],
        "checked_on": logs["date"][which] + rng.integers(1, 60, n),
        "outcome": np.array(["genuine", "partly", "false", "unreached"])[
            rng.choice(4, n, p=[0.75, 0.1, 0.05, 0.1])
        ],
        "coerced": rng.random(n) < 0.01,
    }
