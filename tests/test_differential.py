"""The package against the oracle, over random exports: equal to the cent and to the character."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from hashlib import md5
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from oracle import Readings, score
from oracle.facts import normalised
from random_exports import random_decisions, random_tables, write_decisions, write_exports

import gy1100
from gy1100.evidence import write_evidence

if TYPE_CHECKING:
    import pandas as pd

SEEDS = [*range(5), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(5, 10))]
DATES = [
    date(2017, 4, 1),
    date(2017, 4, 29),
    date(2017, 4, 30),
    date(2017, 5, 31),
    date(2017, 6, 30),
    date(2017, 9, 30),
    date(2017, 12, 31),
    date(2018, 2, 28),
    date(2018, 3, 2),
    date(2018, 3, 31),
]
UNREAD = {"text", "rating"}
POINTS = ["points", "points_max", "points_due", "low", "high", "computed"]


@cache
def rulebook() -> Any:
    """Return the rulebook, loaded once."""
    return gy1100.load_rulebook()


def dates_of(seed: int) -> list[date]:
    """Return the dates for a seed: one of the edges, for every third seed a day at random besides."""
    any_day = date(2017, 4, 1) + timedelta(days=Random(seed).randrange(365))
    return sorted({DATES[(seed * 3 + seed // 10) % 10], *([any_day] if seed % 3 == 0 else [])})


def text(value: Any, places: int | None = None) -> str:
    """Return a cell of a frame as the published file has it."""
    if value is None or str(value) in ("nan", "<NA>"):
        return ""
    return str(value) if places is None else f"{value:.{places}f}"


def as_rows(frame: pd.DataFrame, places: dict[str, int]) -> list[dict[str, str]]:
    """Return a frame's rows as text, numbers with their published decimals."""
    return [
        {name: text(value, places.get(name)) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def frames(result: Any) -> dict[str, list[dict[str, str]]]:
    """Return what the package says, in the oracle's form."""
    cadres = as_rows(result.cadres, {"fulfilment": 4})
    for row in cadres:
        row["in_organ"] = {"True": "yes", "False": "no"}.get(row["in_organ"], row["in_organ"])
    return {
        "scores": as_rows(result.scores, dict.fromkeys(POINTS, 2)),
        "ranking": as_rows(result.ranking, dict.fromkeys(["total", "points_due", "score_100"], 2)),
        "cadres": cadres,
    }


def differences(mine: list[dict[str, str]], oracle: list[dict[str, str]]) -> list[str]:
    """Return each row that differs, the package's cells before the oracle's."""
    found = [] if len(mine) == len(oracle) else [f"{len(mine)} rows, the oracle has {len(oracle)}"]
    for own, other in zip(mine, oracle, strict=False):
        key = {name: other[name] for name in ("cadre_id", "unit", "item") if name in other}
        cells = {name: (own.get(name), value) for name, value in other.items() if own.get(name) != value}
        if cells or set(own) != set(other):
            found.append(f"{key}: {cells or set(own) ^ set(other)}")
    return found


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that holds the exports of all seeds."""
    return tmp_path_factory.mktemp("exports")


@pytest.mark.parametrize("seed", SEEDS)
def test_scores_ranking_and_cadres_equal_the_oracle(seed: int, folders: Path) -> None:
    """Whatever the exports, the package and the oracle publish the same."""
    tables, present = random_tables(seed)
    decisions = random_decisions(seed, tables)
    evidence = gy1100.read_evidence(write_exports(tables, present, folders / str(seed), seed))
    said = write_decisions(decisions, folders / f"{seed}.csv")
    problems = []
    for day in dates_of(seed):
        wanted = vars(score(tables, present, day, decisions=decisions))
        found = frames(gy1100.assess(evidence, rulebook(), as_of=day.isoformat(), decisions=said))
        problems += [
            f"{day} {name} {line}" for name in wanted for line in differences(found[name], wanted[name])
        ]
    assert not problems, "\n".join(problems)


def comparable(rows: list[dict[str, Any]], columns: list[str]) -> set[tuple[str, ...]]:
    """Return rows as a set of texts, a blank like an empty text, 80 like 80.0."""
    cells = [[row.get(name) for name in columns] for row in rows]
    return {
        tuple("" if c is None else f"{c:g}" if isinstance(c, float | int) else str(c) for c in row)
        for row in cells
    }


def with_hash(logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return logs with the hash and the length of the normalised text, as evidence carries them."""
    texts = [normalised(log["text"]) for log in logs]
    hashed = [
        {"text_hash": md5(t.encode(), usedforsecurity=False).hexdigest(), "text_length": len(t)}
        for t in texts
    ]
    return [log | extra for log, extra in zip(logs, hashed, strict=True)]


@pytest.mark.parametrize("seed", [0, 4, pytest.param(8, marks=pytest.mark.long)])
def test_the_reader_gives_the_tables_back(seed: int, folders: Path) -> None:
    """What was written with aliases, variants and mixed forms is read as the same values."""
    tables, present = random_tables(seed)
    evidence = gy1100.read_evidence(write_exports(tables, present, folders / f"read{seed}", seed))
    assert set(evidence.present) == present
    expected = tables | {"logs": with_hash(tables["logs"])}
    for table in sorted(present):
        columns = [c for c in (expected[table] or [{}])[0] if c not in UNREAD]
        read = comparable(evidence.tables[table].to_pylist(), columns)
        assert read == comparable(expected[table], columns), table


@pytest.mark.parametrize("seed", [1, 4])
def test_written_evidence_has_the_same_scores(seed: int, folders: Path) -> None:
    """evidence/ is itself a folder of exports: read again, it scores as the oracle does."""
    tables, present = random_tables(seed)
    first = gy1100.read_evidence(write_exports(tables, present, folders / f"from{seed}", seed))
    folder = folders / f"evidence{seed}"
    folder.mkdir()
    write_evidence(first, folder)
    day = date(2018, 3, 2)
    result = gy1100.assess(gy1100.read_evidence(folder), rulebook(), as_of=day)
    found, wanted = frames(result), vars(score(tables, present, day))
    problems = [f"{name} {line}" for name in wanted for line in differences(found[name], wanted[name])]
    assert not problems, "\n".join(problems)


# the oracle's readings, the rulebook's names for them, other points for items of 4
OTHERS: list[tuple[dict[str, Any], dict[str, str], dict[str, float]]] = [
    ({"periods": "from_april", "lateness": "none"}, {"periods": "from_april", "lateness": "none"}, {}),
    ({"required": "exact", "cadre_weight": 1}, {"required_rounding": "exact", "cadre_weight": "1"}, {}),
    (
        {"required": "ceil", "congress_start": date(2017, 9, 1)},
        {"required_rounding": "ceil", "congress_start": "september"},
        {},
    ),
    (
        {"cadre_weight": 3, "authenticity": "off"},
        {"cadre_weight": "3", "authenticity": "off"},
        {"4.1": 14, "4.2": 6, "4.3": 12.5, "4.4": 10, "4.5": 7.5},
    ),
]


@pytest.mark.parametrize("number", range(len(OTHERS)))
def test_other_readings_equal_the_oracle(number: int, folders: Path) -> None:
    """Every alternative reading and other weights inside item 4 give what the oracle gives."""
    readings, names, weights = OTHERS[number]
    seed = 100 + number
    tables, present = random_tables(seed)
    evidence = gy1100.read_evidence(write_exports(tables, present, folders / str(seed), seed))
    problems = []
    for day in (date(2017, 5, 31), date(2018, 3, 2))[number > 0 :]:
        wanted = vars(score(tables, present, day, readings=Readings(**readings), weights=weights))
        found = frames(gy1100.assess(evidence, rulebook(), as_of=day.isoformat()).under(names, weights))
        problems += [
            f"{day} {name} {line}" for name in wanted for line in differences(found[name], wanted[name])
        ]
    assert not problems, "\n".join(problems)
