"""Comparison: facts, rules and judgement add up to the change, to the cent."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from html import unescape
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from gy1100 import assess, cli, compare, load_rulebook, read_evidence
from gy1100.comparison import CAUSES, Comparison
from gy1100.decisions import LOCAL, Check, Decision, Decisions, Record
from gy1100.earlier import earlier_of, read_earlier
from gy1100.errors import NothingToRead, Refused, WrongUsage
from gy1100.units import Units

from .random_exports import random_tables, write_exports
from .report_sample import sample_evidence, sample_result
from .small_exports import write_tables

if TYPE_CHECKING:
    from pathlib import Path

    from gy1100 import Assessment

BOOK = load_rulebook()


def decision(item: str, value: str, element: str | None = None, unit: str = "剑阁县") -> Decision:
    """Return a decision by an assessor."""
    from datetime import datetime

    time = datetime(2018, 3, 3, tzinfo=LOCAL)
    return Decision(unit, item, element, Decimal(value), "李", time, None, "试", "甲")


def assert_adds_up(found: Comparison, after: Assessment, before: Assessment) -> None:
    """Assert that every row is exact and ends where the assessments stand."""
    for frame in (found.items, found.units):
        sums = frame["before"] + frame["facts"] + frame["rules"] + frame["judgement"]
        assert (sums == frame["after"]).all()
    for name, result in (("before", before), ("after", after)):
        points = [Decimal(repr(p)) for p in result.scores["points"]]
        assert sum(found.items[name], Decimal(0)) == sum(points, Decimal(0))


@pytest.mark.parametrize("seed", range(3))
def test_the_three_sums_add_up(seed: int, tmp_path: Path) -> None:
    """For random evidence, dates, readings, weights and decisions on both sides."""
    random, results = Random(seed), []
    for side in (0, 1):
        tables, present = random_tables(2 * seed + side)
        evidence = read_evidence(write_exports(tables, present, tmp_path / str(side), seed))
        readings = {
            n: random.choice(list(r.alternatives)) for n, r in BOOK.rules.readings.items() if r.alternatives
        }
        book = BOOK.under(readings, {"4.1": random.randrange(21), "4.2": random.randrange(21)})
        decisions = [decision("2.1", str(random.randrange(6))), decision("3", "0.5", "inspection_rule")][
            : seed % 3
        ]
        day = random.choice(["2017-06-30", "2017-12-31", "2018-03-02"])
        results.append(assess(evidence, book, as_of=day, decisions=decisions))
    before, after = results
    assert_adds_up(compare(after, before), after, before)


@pytest.mark.parametrize("cause", CAUSES)
def test_one_cause_alone(cause: str) -> None:
    """What changed by one cause stands under it, and nothing under the others."""
    before = sample_result()
    after = {
        "facts": sample_result("2017-12-31"),
        "rules": before.under({"lateness": "none"}, {"4.1": 20, "4.2": 0}),
        "judgement": before.decided([decision("2.1", "1.25")]),
    }[cause]
    found = compare(after, before)
    assert_adds_up(found, after, before)
    assert found.items[cause].map(bool).any()
    assert not found.items[[c for c in CAUSES if c != cause]].map(bool).any(axis=None)


def test_the_order_is_facts_rules_judgement() -> None:
    """Each stage is a whole assessment: facts under the earlier rules, rules without the later decision, then that."""
    before = sample_result("2017-12-31")
    after = sample_result().under({"authenticity": "off"}).decided([decision("4.1", "3")])
    found = compare(after, before).items.set_index(["unit", "item"]).loc["剑阁县", "4.1"]

    def points(result: Assessment) -> Decimal:
        return Decimal(repr(result.explain("剑阁县", "4.1").score["points"]))

    stages = [before, sample_result(), sample_result().under({"authenticity": "off"}), after]
    expected = [points(result) for result in stages]
    assert [found["facts"], found["rules"], found["judgement"]] == [b - a for a, b in pairwise(expected)]


def test_nothing_changed() -> None:
    """The same assessment twice: no row, and a sentence that says so."""
    found = compare(sample_result(), sample_result())
    assert found.changed.empty
    assert "没有任何得分变化" in found._repr_html_()


def test_shows_itself() -> None:
    """In a notebook a comparison is two tables with the units' names."""
    html = compare(sample_result(), sample_result("2017-12-31"))._repr_html_()
    assert "剑阁县" in html and "数据和日期" in html and "<script>alert" not in html


def test_other_units_are_refused() -> None:
    """Two assessments of different units cannot be compared."""
    import dataclasses

    fewer = dataclasses.replace(BOOK, units=Units(tuple(BOOK.units)[:8]))
    other = assess(sample_evidence(), fewer, as_of="2018-03-02", decisions=Decisions())
    with pytest.raises(WrongUsage, match="工业园区"):
        compare(sample_result(), other)


@pytest.mark.parametrize("decided", [(), ("2.1", "3")])
def test_a_written_result_is_compared_like_an_assessment(decided: tuple[str, ...], tmp_path: Path) -> None:
    """Its folder alone, with other readings, weights and decisions, gives the same three sums."""
    decisions = [decision("2.1", "1.5"), decision("3", "0.5", "inspection_rule")] if decided else []
    before = sample_result("2017-12-31").under({"lateness": "none"}, {"4.1": 20, "4.2": 0}).decided(decisions)
    before.write(tmp_path / "then")
    after = sample_result().decided([decision("2.1", "0.5")])
    found, expected = compare(after, read_earlier(tmp_path / "then", BOOK)), compare(after, before)
    assert found.items.equals(expected.items)
    assert found.units.equals(expected.units)


def test_rules_that_are_gone(tmp_path: Path) -> None:
    """Where the earlier rulebook is no longer the same, facts and rules are one sum, and the page says so."""
    sample_result("2017-12-31").write(tmp_path)
    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["rulebook"]["sha256"] = "0" * 64
    path.write_text(json.dumps(manifest), "utf-8")
    found = compare(sample_result(), read_earlier(tmp_path, BOOK))
    assert found.joint and not found.items["rules"].map(bool).any()
    assert_adds_up(found, sample_result(), sample_result("2017-12-31"))
    assert "当时的规则不在手边" in found._repr_html_()


@pytest.mark.parametrize(
    "change",
    [
        {"as_of": "x"}, {"as_of": None}, {"rulebook": {}}, {"rulebook": None}, {"decisions": {"taken": ["x"]}},
        *({"decisions": {"name": "x", "sha256": None, "taken": [told]}} for told in (
            {}, {"unit": "剑阁县", "item": "2.1", "element": None, "value": "1", "time": None, "valid_from": None},
            {"unit": "剑阁县", "item": "2.1", "element": None, "value": "1", "time": "2018-03-03", "valid_from": "x"},
            {"unit": "剑阁县", "item": "2.1", "element": None, "value": "x", "time": "2018-03-03", "valid_from": None},
        )),
        "as_of", "rulebook",
    ],
)  # fmt: skip
def test_a_damaged_result_is_no_earlier_one(change: dict[str, object] | str, tmp_path: Path) -> None:
    """What its manifest lacks, or says in another form, is told as what is no result, and not as a fault of ours."""
    manifest = {
        "package": {"name": "gy1100"}, "rulebook": {"id": BOOK.id, "sha256": BOOK.sha256}, "as_of": "2018-03-02",
    }  # fmt: skip
    (tmp_path / "scores.csv").write_text("unit,item,points\n剑阁县,2.1,4\n", "utf-8")
    (tmp_path / "ranking.csv").write_text("unit,score_100,rank\n剑阁县,90,1\n", "utf-8")
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest), "utf-8")
    assert read_earlier(tmp_path, BOOK).rulebook == BOOK
    kept = {name: told for name, told in manifest.items() if name != change}
    path.write_text(json.dumps(kept if isinstance(change, str) else kept | change), "utf-8")
    with pytest.raises(NothingToRead):
        read_earlier(tmp_path, BOOK)


def test_points_made_by_hand(tmp_path: Path) -> None:
    """A table of points, aliases and all, stands beside ours, with clause and arithmetic of each difference."""
    path = tmp_path / "去年.csv"
    path.write_text("单位,项目,得分\n剑阁,1.1,9.5\n剑阁县,2.1,4\n青川县,2.1,5\n", "utf-8")
    found = compare(sample_result(), read_earlier(path, BOOK))
    assert found.items[["unit", "item", "before"]].values.tolist() == [
        ["剑阁县", "1.1", Decimal("9.50")], ["剑阁县", "2.1", Decimal("4.00")], ["青川县", "2.1", Decimal("5.00")],
    ]  # fmt: skip
    html = found._repr_html_()
    assert "“去年.csv”" in html and sample_result().explain("剑阁县", "2.1").arithmetic in unescape(html)


def test_every_wrong_row_of_a_table_of_points_is_told(tmp_path: Path) -> None:
    """No unit, no item, no points or too many: refused at once, by row."""
    path = tmp_path / "t.csv"
    path.write_text(
        "unit,item,points\n剑阁县,1.1,9.5\n某县,1.1,1\n剑阁县,9.9,1\n剑阁县,2.1,many\n剑阁县,2.1,50\n",
        "utf-8",
    )
    with pytest.raises(Refused) as told:
        read_earlier(path, BOOK)
    assert {f.row for f in told.value.findings if f.severity == "error"} == {3, 4, 5, 6}


def test_spot_checks_entered_at_the_desk_are_facts() -> None:
    """Under the same or another rulebook they are neither rules nor judgement; without any change nothing is shown."""
    evidence = sample_evidence()
    logs = evidence.tables["logs"].slice(0, 40).to_pylist()
    checks = tuple(Check(n, row["log_id"], "phone", "false", row["date"]) for n, row in enumerate(logs, 1))
    ledger = Decisions(record=Record("40:x", checks=checks))
    now, without = (assess(evidence, BOOK, "2018-03-02", given) for given in (ledger, None))
    assert (now.scores["points"] != without.scores["points"]).any()
    known = dataclasses.replace(earlier_of(now), decisions=Decisions())  # as a manifest tells it
    assert compare(now, known).changed.empty
    older = dataclasses.replace(known, rulebook=dataclasses.replace(BOOK, sha256="another"))
    assert compare(now, older).changed.empty
    moved = compare(now, without).changed
    assert len(moved) and not moved[["rules", "judgement"]].map(bool).any(axis=None)


def test_points_that_are_refused_are_listed_beside_rows_set_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a run that sets bad rows aside and stops at a table of points, each problem of that table is told."""
    rows = [{}, {"cadre_id": "G2", "cadre_type": "什么"}]
    exports, points = write_tables(tmp_path / "exports", {"cadres": rows}), tmp_path / "points.csv"
    points.write_text("unit,item,points\n建阁县,1.1,3\n", "utf-8")
    out = tmp_path / "out"
    asked = [
        "year-end",
        str(exports),
        "--set-aside",
        "--since",
        str(points),
        "--out",
        str(out),
        "--reports",
        "none",
    ]
    assert cli.run(asked) == 65
    assert "建阁县" in capsys.readouterr().err
    assert "建阁县" in (out / "findings.csv").read_text("utf-8-sig")


def test_points_given_twice_are_refused(tmp_path: Path) -> None:
    """A unit under two of its names with other points for one item; the same points again are no harm."""
    path = tmp_path / "points.csv"
    path.write_text(
        "unit,item,points\n利州区,1.1,8\n广元市利州区,1.1,9\n利州区,1.2,3\n利州区,1.2,3.0\n", "utf-8"
    )
    with pytest.raises(Refused) as refused:
        read_earlier(path, BOOK)
    (found,) = refused.value.findings
    assert (found.row, found.column, found.code, found.args["other"]) == (3, "points", "points_twice", "8.00")
