"""What must hold for any evidence: bounds, order, monotony, independence of units (examples.md §6)."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gy1100 import Assessment, Evidence, assess, load_rulebook, read_evidence

from .random_exports import random_tables, write_exports
from .small_exports import UNIT

if TYPE_CHECKING:
    import pandas as pd

BOOK = load_rulebook()
NEVER_LOWER = ("1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "4.1", "4.5")
PARTS_NEVER_LOWER = ("volume", "participation")
FEW = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """Return random evidence in which every table is present."""
    for seed in range(200):
        tables, present = random_tables(seed, 12)
        if len(present) == sum(table.export for table in BOOK.tables.values()):
            folder = tmp_path_factory.mktemp("full")
            write_exports(tables, present, folder, seed)
            return read_evidence(folder)
    raise AssertionError("no seed below 200 has every table")


@pytest.fixture(scope="module")
def before(evidence: Evidence) -> Assessment:
    """Return the year's assessment of the evidence as it is."""
    return assess(evidence, BOOK, as_of="2018-03-02")


def with_rows(evidence: Evidence, table: str, rows: list[dict[str, Any]]) -> Evidence:
    """Return evidence with rows added to a table; columns they leave out are null."""
    data = evidence.tables[table]
    complete = [{name: row.get(name) for name in data.column_names} for row in rows]
    added = pa.concat_tables([data, pa.Table.from_pylist(complete, schema=data.schema)])
    return replaced(evidence, table, added)


def replaced(evidence: Evidence, table: str, data: pa.Table) -> Evidence:
    import dataclasses

    return dataclasses.replace(evidence, tables={**evidence.tables, table: data})


def a_cadre(evidence: Evidence) -> dict[str, Any]:
    """Return a cadre in post all year, whom any new log may serve."""
    rows = evidence.tables["cadres"].to_pylist()
    return next(
        r for r in rows if (r["post_start"] or date(2017, 1, 1)) <= date(2017, 4, 1) and not r["post_end"]
    )


def points(frame: pd.DataFrame, column: str) -> dict[tuple[str, str], float]:
    return {
        (r["unit"], r[column]): r["points" if column == "item" else "value"] for r in frame.to_dict("records")
    }


def new_log(cadre: dict[str, Any], kind: str, day: date, text: str) -> dict[str, Any]:
    return {
        "log_id": "~new", "cadre_id": cadre["cadre_id"], "date": day, "kind": kind, "text": text, "channel": "mobile",
        "participants": 3, "text_hash": f"new-{text}", "text_length": 20, "source": 0, "row": 1,
    }  # fmt: skip


@FEW
@given(
    kind=st.sampled_from(["heart_talk", "practice_guidance", "congress_talk", "service_month", "other"]),
    day=st.dates(date(2017, 4, 1), date(2018, 3, 2)),
)
def test_one_more_log_with_a_new_text_never_lowers(
    evidence: Evidence, before: Assessment, kind: str, day: date
) -> None:
    more = with_rows(evidence, "logs", [new_log(a_cadre(evidence), kind, day, f"{kind}{day}")])
    after = assess(more, BOOK, as_of="2018-03-02")
    old, new = points(before.scores, "item"), points(after.scores, "item")
    assert [key for key in old if key[1] in NEVER_LOWER and new[key] < old[key]] == []
    old, new = points(before.components, "component"), points(after.components, "component")
    assert [key for key in old if key[1] in PARTS_NEVER_LOWER and new[key] < old[key] - 1e-12] == []


@FEW
@given(
    kind=st.sampled_from(["open_day", "face_to_face", "self_designed", "story_sharing"]),
    day=st.dates(date(2017, 4, 1), date(2017, 12, 31)),
)
def test_one_more_organ_activity_or_exemplar_never_lowers(
    evidence: Evidence, before: Assessment, kind: str, day: date
) -> None:
    old = points(before.scores, "item")
    activity = {"activity_id": "~new", "unit": UNIT, "date": day, "kind": kind, "source": 0, "row": 1}
    exemplar = {"unit": UNIT, "name": "新", "recognised_on": day, "source": 0, "row": 1}
    more = with_rows(with_rows(evidence, "organ_activities", [activity]), "exemplars", [exemplar])
    after = points(assess(more, BOOK, as_of="2018-03-02").scores, "item")
    assert [key for key in old if after[key] < old[key]] == []


@FEW
@given(
    level=st.sampled_from(["committee", "branch"]),
    activity=st.sampled_from(["study", "oath", "lesson", "advice"]),
    day=st.dates(date(2017, 4, 1), date(2017, 12, 31)),
)
def test_one_more_guidance_entry_never_lowers(
    evidence: Evidence, before: Assessment, level: str, activity: str, day: date
) -> None:
    old = points(before.scores, "item")
    entry = {"cadre_id": a_cadre(evidence)["cadre_id"], "date": day, "level": level, "activity": activity}
    more = with_rows(evidence, "practice_guidance", [entry | {"source": 0, "row": 1}])
    after = points(assess(more, BOOK, as_of="2018-03-02").scores, "item")
    assert [key for key in old if after[key] < old[key]] == []


@FEW
@given(day=st.dates(date(2017, 4, 1), date(2018, 3, 31)))
def test_low_points_high_lie_in_order_on_any_day(evidence: Evidence, day: date) -> None:
    scores = assess(evidence, BOOK, as_of=day).scores
    assert (scores["low"] >= 0).all() and (scores["low"] <= scores["points"]).all()
    assert (scores["points"] <= scores["high"]).all() and (scores["high"] <= scores["points_due"]).all()


@FEW
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_does_not_matter(evidence: Evidence, before: Assessment, seed: int) -> None:
    shuffled = evidence
    for name, data in evidence.tables.items():
        order = list(range(data.num_rows))
        Random(seed).shuffle(order)
        shuffled = replaced(shuffled, name, data.take(pa.array(order, pa.int64())))
    other = assess(shuffled, BOOK, as_of="2018-03-02")
    assert (
        before.scores.equals(other.scores)
        and before.cadres.equals(other.cadres)
        and before.ranking.equals(other.ranking)
    )


def test_a_unit_does_not_depend_on_others_but_for_work_points(evidence: Evidence, before: Assessment) -> None:
    """Leaving out another unit's logs and youths changes nothing of this unit."""
    import pyarrow.compute as pc

    roster = evidence.tables["cadres"]
    mine = roster.filter(pc.equal(roster["unit"], UNIT))["cadre_id"].combine_chunks()
    alone = evidence
    for name in ("logs", "youths", "practice_guidance", "spot_checks"):
        data = evidence.tables[name]
        alone = replaced(alone, name, data.filter(pc.is_in(data["cadre_id"], mine)))
    one, other = before.scores, assess(alone, BOOK, as_of="2018-03-02").scores
    assert one[one["unit"] == UNIT].equals(other[other["unit"] == UNIT])


def test_surplus_adds_nothing(evidence: Evidence) -> None:
    """Fifty logs more in one period than required leave that period at its full share."""
    cadre, first = a_cadre(evidence), date(2017, 7, 1)
    extra = [
        new_log(cadre, "heart_talk", first + timedelta(days=n % 50), f"多{n}") | {"log_id": f"~{n}"}
        for n in range(50)
    ]
    parts = assess(with_rows(evidence, "logs", extra), BOOK, as_of="2018-03-02").parts
    mine = parts[
        (parts["component"] == "cadre_five_ones") & parts["part"].str.startswith(f"{cadre['cadre_id']}/")
    ]
    assert mine["done"].max() >= 50 and mine["share"].max() == 1
