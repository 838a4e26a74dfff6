"""Regaining: what is promised for one more is what one more really gives, and nothing beyond what is due."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from gy1100 import Assessment, Evidence, assess, load_rulebook, read_evidence
from gy1100.components import item_sums
from gy1100.regaining import COLUMNS, regaining

from .random_exports import random_tables, write_exports
from .report_sample import sample_result
from .small_exports import UNIT, assessment_of, days

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

BOOK = load_rulebook()
Row = dict[str, Any]


def raw_points(result: Assessment, unit: str) -> float:
    """Return a unit's unrounded points."""
    return sum(sums.points for (name, _), sums in item_sums(result).items() if name == unit)


def with_rows(evidence: Evidence, table: str, rows: list[Row]) -> Evidence:
    """Return evidence with rows added to a table."""
    data = evidence.tables[table]
    complete = [{name: row.get(name) for name in data.column_names} for row in rows]
    added = pa.concat_tables([data, pa.Table.from_pylist(complete, schema=data.schema)])
    return dataclasses.replace(evidence, tables={**evidence.tables, table: added})


def a_log(action: Row, n: int, **more: Any) -> Row:
    """Return a valid log by the cadre of an action with a text of its own."""
    known = {"log_id": f"new{n}", "cadre_id": action["holder"], "kind": "heart_talk", "participants": 0}
    return {
        **known,
        "channel": "web",
        "text_hash": f"{action['holder']}{n}",
        "text_length": 99,
        "source": 0,
        "row": 9000 + n,
        **more,
    }


def in_post(result: Assessment, action: Row, window: str) -> date:
    """Return the first day of a window on which the cadre of an action is in post."""
    cadre = next(r for r in result.evidence.tables["cadres"].to_pylist() if r["cadre_id"] == action["holder"])
    start, _ = result.rulebook.window(window)
    return max(start, cadre["post_start"] or start)


def last_day(result: Assessment, action: Row) -> date:
    """Return the last day of a cadre's period on which the cadre is in post."""
    from gy1100.periods import cadre_periods

    cadre = next(r for r in result.evidence.tables["cadres"].to_pylist() if r["cadre_id"] == action["holder"])
    end = next(
        p.end
        for p in cadre_periods(result.rulebook)
        if (p.cadre_type, p.id) == (cadre["cadre_type"], action["period"])
    )
    return min(end, cadre["post_end"] or end)


def done(result: Assessment, action: Row, times: int) -> Evidence:
    """Return the evidence after somebody did what an action says so many times."""
    rows: dict[str, Callable[[int], tuple[str, Row]]] = {
        "activity": lambda n: ("logs", a_log(action, n, date=last_day(result, action))),
        "cadres_using": lambda n: ("logs", a_log(action, n, date=in_post(result, action, "plan"), kind="other")),
        "youth": lambda n: ("youths", {"youth_id": f"new{n}", "cadre_id": action["holder"], "mobile_login": False}),
        "congress_talks": lambda n: (
            "logs", a_log(action, n, date=in_post(result, action, "congress"), kind="congress_talk")
        ),
    }  # fmt: skip
    evidence = result.evidence
    for n in range(times):
        table, row = rows[action["action"]](n)
        evidence = with_rows(evidence, table, [row | {"source": 0, "row": 9000 + n}])
    return evidence


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Assessment]:
    """Return assessments of random evidence that has every table."""
    found = []
    for seed in range(300):
        tables, present = random_tables(seed, 12)
        if len(present) == sum(table.export for table in BOOK.tables.values()):
            folder = tmp_path_factory.mktemp(f"seed{seed}")
            evidence = read_evidence(write_exports(tables, present, folder, seed))
            found.append(assess(evidence, BOOK, as_of=("2017-12-31", "2018-03-02")[len(found) % 2]))
        if len(found) == 2:
            return found
    raise AssertionError("no seed has every table")


def promised(results: list[Assessment], kind: str) -> list[tuple[Assessment, Row]]:
    """Return an action of a kind for each assessment that has any, with the assessment."""
    found = []
    for result in results[: 1 if kind == "activity" else 2]:
        frames = [regaining(result, unit.name) for unit in BOOK.units]
        rows = [row for frame in frames for row in frame.to_dict("records") if row["action"] == kind]
        found += [(result, row) for row in rows[len(rows) // 2 :][:1]]
    assert found, kind
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(
    "kind", ["activity", "cadres_using", pytest.param("youth", marks=pytest.mark.long), "congress_talks"]
)
def test_the_promise_is_kept(results: list[Assessment], kind: str) -> None:
    """The rows added to the evidence raise the unit's points by just what was promised, for one and for all."""
    kept = 0
    for result, action in promised(results, kind):
        before = raw_points(result, action["unit"])
        for times, gain in ((1, action["gain"]), (action["needed"], action["total"])):
            after = assess(done(result, action, times), BOOK, as_of=result.as_of)
            if kind == "youth" or a_new_log_is_valid(after, action):
                assert raw_points(after, action["unit"]) - before == pytest.approx(gain, abs=1e-9), action
                kept += 1
    assert kept


def a_new_log_is_valid(result: Assessment, action: Row) -> bool:
    """Whether the added logs count: a cadre may have left before the period's last days."""
    engine, logs = result.tallies.frame.engine, result.tallies.frame.logs
    found = engine.frame(logs.filter(logs.cadre_id == action["holder"]))
    return bool(found.loc[found["log_id"].str.startswith("new"), "flag"].isna().all())


def test_nothing_beyond_what_is_due(results: list[Assessment]) -> None:
    """All that is promised together never exceeds what was lost; whoever has full points is promised nothing."""
    for result in results:
        scores = result.scores.groupby("unit")[["points", "points_due"]].sum()
        for unit in BOOK.units:
            frame = regaining(result, unit.name)
            assert (frame["total"] >= frame["gain"] - 1e-9).all() or (frame["action"] == "youth").any()
            lost = scores.loc[unit.name, "points_due"] - scores.loc[unit.name, "points"]
            assert frame["total"].max() <= lost + 0.05 if len(frame) else True


def one_unit(tmp_path: Path, as_of: str, **tables: list[Row]) -> pd.DataFrame:
    """Return what the unit of small exports can regain."""
    return regaining(assessment_of(tmp_path, {"cadres": [{}], **tables}, as_of), UNIT)


def actions(frame: pd.DataFrame, kind: str) -> list[Row]:
    """Return the rows of one kind."""
    return frame[frame["action"] == kind].to_dict("records")  # type: ignore[return-value]


def test_documents(tmp_path: Path) -> None:
    """A mechanism that is partly there gives the other half of its share; one without a check waits for it."""
    checks = [
        {"element": "plan_issued", "state": "partial", "checked_on": date(2017, 5, 1)},
        {"element": "tasks_divided", "state": "full", "checked_on": date(2017, 5, 1)},
    ]
    frame = one_unit(tmp_path, "2017-06-30", mechanisms=checks)
    (document,) = actions(frame, "document")
    assert (document["holder"], document["items"], document["open"]) == ("plan_issued", "1.3", True)
    assert document["gain"] == pytest.approx(0.5)
    assert {a["holder"] for a in actions(frame, "check") if a["items"] == "1.3"} == {
        "led_by_main_leader", "deputies_from_leadership", "members_from_departments",
    }  # fmt: skip


def test_material(tmp_path: Path) -> None:
    """Material that never came can still come late, and lifts its quarter from 0.8 to 0.9."""
    held = [{"kind": kind, "date": date(2017, 5, 4)} for kind in ("open_day", "face_to_face")]
    (material,) = actions(one_unit(tmp_path, "2017-06-30", organ_activities=held), "material")
    assert material["gain"] == pytest.approx(10 * 2 / 5 * 0.1)


def test_open_day_is_open_only_before_its_window_ends(tmp_path: Path) -> None:
    """On the day the item falls due the second quarter is over: too late."""
    held = [{"kind": "open_day", "date": date(2017, 6, 1)}]
    (open_day,) = actions(one_unit(tmp_path, "2017-06-30", organ_activities=held), "open_day")
    assert (open_day["open"], open_day["gain"]) == (False, pytest.approx(2.5))


def test_activities_of_ended_periods_are_too_late(tmp_path: Path) -> None:
    """A cadre-period that has ended cannot be mended by a new activity; it is said all the same, with its points."""
    logs = [{"date": day} for day in days("2017-05-01", 3)]
    rows = actions(one_unit(tmp_path, "2017-07-31", logs=logs), "activity")
    assert {(r["period"], r["needed"], r["open"]) for r in rows} == {
        ("2017-03", 2, False),
        ("2017-05", 2, False),
    }


def test_the_last_day_still_counts(tmp_path: Path) -> None:
    """On the day on which a period ends its activities can still be held; whoever has left can hold none."""
    logs = [{"date": day} for day in days("2017-05-01", 3)]
    rows = actions(one_unit(tmp_path, "2017-06-30", logs=logs), "activity")
    assert {(r["period"], r["open"]) for r in rows} == {("2017-03", False), ("2017-05", True)}
    gone = [{"cadre_id": "G1", "post_end": date(2017, 6, 20)}]
    left = regaining(assessment_of(tmp_path / "left", {"cadres": gone, "logs": logs}, "2017-06-30"), UNIT)
    assert not left[left["action"].isin(["activity", "mobile_log"])]["open"].any()


def test_decided_elements_promise_nothing(tmp_path: Path) -> None:
    """No check overrides a decision that stands."""
    from .test_comparison import decision

    result = assessment_of(
        tmp_path, {"cadres": [{}]}, "2017-06-30", [decision("3", "0.5", "inspection_rule")]
    )
    assert "inspection_rule" not in set(regaining(result, UNIT)["holder"])


def test_decided_items_promise_nothing(tmp_path: Path) -> None:
    """Where an assessor set an item's points, evidence cannot raise them."""
    from .test_comparison import decision

    result = assessment_of(
        tmp_path, {"cadres": [{}]}, "2017-06-30", [decision("2.1", "1"), decision("1.3", "2")]
    )
    items = {item for row in regaining(result, UNIT)["items"] for item in row.split(";")}
    assert not items & {"2.1", "1.3"}


def test_of_an_item() -> None:
    """The explanation of an item shows what bears on it, and nothing else."""
    frame = sample_result().explain("朝天区", "4.2").regain
    assert list(frame.columns) == COLUMNS
    assert len(frame) and all("4.2" in items.split(";") for items in frame["items"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_action_has_words(lang: str) -> None:
    """Each code that can come up is a sentence in both languages."""
    from gy1100.report.voice import Voice

    voice = Voice(BOOK, lang)
    for as_of in ("2017-06-30", "2018-03-02"):
        for unit in BOOK.units:
            kinds = regaining(sample_result(as_of), unit.name)["action"].unique()
            assert all(voice.knows(f"regain.{kind}") for kind in kinds)


def test_peers() -> None:
    """A unit's share of an item stands beside the median of its peers, and the sentences name the clear ones."""
    from gy1100.peers import against_peers, peers_of
    from gy1100.report.asking import peer_lines
    from gy1100.report.voice import Voice

    result = sample_result()
    frame = against_peers(result, "朝天区").set_index("item")
    shares = result.scores.assign(share=result.scores["points"] / result.scores["points_due"])
    alike = ["利州区", "昭化区", "朝天区"]
    assert peers_of(result, "朝天区") == alike and len(peers_of(result, "广元经济技术开发区")) == len(
        BOOK.units
    )
    own = shares[(shares["item"] == "4.2") & shares["unit"].isin(alike)]
    assert frame.loc["4.2", "median"] == pytest.approx(own["share"].median())
    _, above, below = peer_lines(result, "朝天区", Voice(BOOK))
    worst = frame["points"].idxmin()
    assert f"{worst} " in below and f"{worst} " not in above


def test_nothing_is_regained_where_there_is_no_evidence(tmp_path: Path) -> None:
    """Without logs one more youth gives its own share alone, nothing of participation."""
    cadres = [{"cadre_id": f"G{n}"} for n in range(10)]
    youths = [{"cadre_id": "G0"} for _ in range(50)]
    result = assessment_of(tmp_path, {"cadres": cadres, "youths": youths}, "2017-12-31")
    found = regaining(result, UNIT)
    mine = found[(found["action"] == "youth") & (found["holder"] == "G0")].iloc[0]
    weight = next(c.points.value for _, c in BOOK.components() if c.measure == "contacts")
    assert mine["gain"] == pytest.approx(weight / 10 / 100)
    assert mine["total"] == pytest.approx(weight / 10 / 2)


def test_a_mobile_log_is_a_log_like_any_other(tmp_path: Path) -> None:
    """The first log of a cadre by mobile also shows that the system is used: five points of 4.4 and ten of 4.1."""
    cadres, logs = (
        [{"cadre_id": "G1"}, {"cadre_id": "G2", "unit": "苍溪县"}],
        [{"cadre_id": "G2", "date": "2017-04-03"}],
    )
    result = assessment_of(tmp_path, {"cadres": cadres, "logs": logs, "youths": [{}]}, "2017-04-30")
    (row,) = actions(regaining(result, UNIT), "mobile_log")
    assert (sorted(row["items"].split(";")), row["gain"]) == (["4.1", "4.4"], pytest.approx(15))
