"""What is explained is what was computed: rows add up to done, parts to components, components to points."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import isclose
from typing import TYPE_CHECKING

import pytest

from gy1100 import Assessment, assess, load_rulebook, read_evidence
from gy1100.components import FACTOR
from gy1100.decisions import LOCAL, Decision
from gy1100.errors import WrongUsage
from gy1100.explanation import evidence_rows, explain
from gy1100.intervals import CENT, published
from gy1100.report import explanation_html

from .random_exports import random_tables, write_exports
from .report_sample import sample_result
from .small_exports import UNIT, assessment_of
from .test_comparison import decision

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


@pytest.fixture(scope="module", params=[1, 7])
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Return the assessment of random exports."""
    folder: Path = tmp_path_factory.mktemp("random")
    tables, present = random_tables(request.param, 12)
    write_exports(tables, present, folder, request.param)
    return assess(read_evidence(folder), load_rulebook(), as_of="2018-03-02")


def test_unflagged_rows_add_up_to_done(result: Assessment) -> None:
    """For every unit and component: the sum of the counted rows of a part is its done (best row for a grade)."""
    wrong = []
    for item, component in result.rulebook.components():
        for unit in (u.name for u in result.rulebook.units):
            parts = part_rows(result, unit, item.id, component.id)
            rows = evidence_rows(result, unit, component)
            counted = rows[rows["flag"].isna()].groupby("part")["amount"].sum()
            wrong += [(unit, component.id, p, "no part") for p in set(counted.index) - set(parts["part"])]
            wrong += [
                (unit, component.id, p["part"], p["done"], counted.get(p["part"], 0.0))
                for p in parts.to_dict("records")
                if p["done"] == p["done"]
                and not isclose(p["done"], counted.get(p["part"], 0.0), abs_tol=1e-9)
            ]
    assert not wrong


def part_rows(result: Assessment, unit: str, item: str, component: str) -> pd.DataFrame:
    parts = result.parts
    return parts[(parts["unit"] == unit) & (parts["item"] == item) & (parts["component"] == component)]


def test_a_calculator_readds_the_scores_from_parts_and_components(result: Assessment) -> None:
    parts, components = result.parts, result.components
    means = {}
    for key, group in parts.groupby(["unit", "item", "component"]):
        means[key] = (group["weight"] * group["share"] * group["factor"]).sum() / group["weight"].sum()
    for row in components.to_dict("records"):
        key = (row["unit"], row["item"], row["component"])
        if row["status"] in ("scored", "awaiting_judgement"):
            assert isclose(means[key], row["value"], abs_tol=1e-9), row
    for (unit, item), group in components.groupby(["unit", "item"]):
        factor = group.loc[group["role"] == "factor", "value"].prod()
        mean = group[group["role"] == "mean"]
        for column, wanted in (("value", "points"), ("low", "low"), ("high", "high")):
            total = (mean["points_max"] * mean[column].fillna(0)).sum() * factor
            scores = result.scores
            score = scores[(scores["unit"] == unit) & (scores["item"] == item)].iloc[0]
            partly_known = column == "value" and (mean["status"] == "no_evidence").any()
            assert partly_known or float(published(total)) == score[wanted], (unit, item, column)


def test_points_lost_add_up(result: Assessment) -> None:
    for item in result.rulebook.items:
        explanation = result.explain("剑阁县", item.id)
        lost = explanation.score["points_max"] - explanation.score["low"]
        assert isclose(explanation.lost["lost"].sum(), lost, abs_tol=0.0051), item.id


def test_what_lost_most_comes_first(result: Assessment) -> None:
    """Cadres, what authenticity takes and what nothing is known of stand in one order; a page cuts at the end."""
    for unit in (unit.name for unit in result.rulebook.units):
        for item in result.rulebook.items:
            assert result.explain(unit, item.id).lost["lost"].is_monotonic_decreasing, (unit, item.id)
    found = sample_result().explain("剑阁县", "4.2")
    assert found.lost["component"].iloc[0] == FACTOR
    assert f"真实率  −{found.lost['lost'].iloc[0]:.3f}" in explanation_html(found)


def test_the_rows_of_authenticity_are_the_checks_counted(result: Assessment) -> None:
    """As many holding checks as are due, their amounts what is done, in each item that authenticity multiplies."""
    parts = result.parts[result.parts["component"] == FACTOR]
    assert parts["due"].sum()
    for part in parts.to_dict("records"):
        rows = result.explain(part["unit"], part["item"]).rows(FACTOR)
        assert (len(rows), rows["amount"].sum()) == (part["due"], part["done"]), part
    assert result.explain("剑阁县", "1.2").rows(FACTOR).empty


def test_the_check_that_holds_is_the_row(tmp_path: Path) -> None:
    """Of several checks of a log the latest that reached somebody by the day, of two on a day the greater id."""
    checks = [
        {"log_id": "L0001", "checked_on": date(2017, 6, 1), "outcome": "false"},
        {"log_id": "L0001", "checked_on": date(2017, 7, 1), "outcome": "genuine"},
        {"log_id": "L0001", "checked_on": date(2017, 7, 1), "outcome": "partly"},
        {"log_id": "L0001", "checked_on": date(2017, 8, 1), "outcome": "unreached"},
        {"log_id": "L0001", "checked_on": date(2018, 1, 1), "outcome": "genuine"},
        {"log_id": "L0002", "checked_on": date(2017, 6, 1), "outcome": "false"},
        {"log_id": "L0003", "checked_on": date(2017, 6, 1), "outcome": "unreached"},
    ]
    logs = [{"date": date(2017, 5, n)} for n in (1, 2, 3)]
    tables = {"cadres": [{}], "logs": logs, "spot_checks": checks}
    found = assessment_of(tmp_path, tables, "2017-12-31").explain(UNIT, "4.1")
    rows = found.rows(FACTOR)
    assert rows[["row", "kind", "amount"]].to_numpy().tolist() == [[7, "false", 0.0], [4, "partly", 0.5]]
    assert set(rows["file"]) == {"spot_checks.csv"} and "spot_checks.csv 第4、7行" in explanation_html(found)


def test_every_row_names_file_and_line(result: Assessment) -> None:
    rows = result.explain("剑阁县", "1.2").rows()
    assert len(rows) and (rows["file"] != "").all() and (rows["row"] > 1).all()


def test_rows_of_one_part(result: Assessment) -> None:
    explanation = result.explain("团剑阁县委", "1.2")
    part = explanation.parts["part"].iloc[0]
    assert set(explanation.rows(part)["part"]) <= {part}


def test_the_arithmetic_ends_in_the_computed_points(result: Assessment) -> None:
    for item in result.rulebook.items:
        explanation = result.explain("苍溪县", item.id)
        assert explanation.arithmetic.endswith(f"= {explanation.score['computed']:.2f}")


@pytest.mark.parametrize("as_of", ["2017-06-30", "2017-12-31"])
def test_a_calculator_comes_to_the_points_that_stand_there(as_of: str) -> None:
    """The numbers of every formula as they are written, worked out and rounded half up once."""
    result = sample_result(as_of)
    for unit in (unit.name for unit in result.rulebook.units):
        for item in result.due_items:
            words = result.explain(unit, item).arithmetic
            assert worked_out(words).quantize(CENT, ROUND_HALF_UP) == Decimal(words.rsplit("= ")[1]), words
    assert result.explain("旺苍县", "4.5").arithmetic == "(10 × 0.8) × 0.85185 = 6.81" or as_of < "2017-12-31"


def worked_out(arithmetic: str) -> Decimal:
    """Return what the left side of a formula comes to."""
    sum_, _, factor = arithmetic.rsplit(" = ", 1)[0].removeprefix("(").partition(") × ")
    terms = (term.split(" × ") for term in sum_.split(" + "))
    return sum(Decimal(most) * Decimal(mean) for most, mean in terms) * Decimal(factor or 1)


@pytest.mark.parametrize(("unit", "item"), [("某县", "1.1"), ("剑阁县", "9")])
def test_unknown_names_are_refused(result: Assessment, unit: str, item: str) -> None:
    with pytest.raises(WrongUsage):
        result.explain(unit, item)


def test_a_decided_item_is_explained_by_what_was_computed(tmp_path: Path) -> None:
    """The formula holds without any decision, and what is lost is what the decision took."""
    unit, element = "剑阁县", "plan_issued"
    entries = [
        Decision(unit, "1.3", e, Decimal(v), "李", datetime(2018, 3, 1, tzinfo=LOCAL), None, "试", "甲")
        for e, v in ((element, "1"), (None, "4"))
    ]
    result = assessment_of(tmp_path, {"cadres": [{}]}, "2018-03-02", entries)
    found = explain(result, unit, "1.3")
    left, right = found.arithmetic.rsplit(" = ", 1)
    terms = [part.split(" × ") for part in left.split(" + ")]
    assert isclose(sum(float(most) * float(share) for most, share in terms), float(right), abs_tol=0.005)
    assert found.lost["lost"].tolist() == [found.score["points_max"] - 4.0]
    assert "项目判定" in explanation_html(found)


def test_who_is_not_looked_at_counts_for_nothing(tmp_path: Path) -> None:
    """Ten days in post: youths and logs of such a cadre are listed with the reason, under no part."""
    short = {"post_start": date(2017, 4, 1), "post_end": date(2017, 4, 10)}
    tables = {
        "cadres": [short],
        "youths": [{}] * 3,
        "logs": [{"date": date(2017, 4, 3), "channel": "mobile"}],
    }
    result = assessment_of(tmp_path, tables, "2018-03-02")
    for item in ("2.2", "4.1", "4.2", "4.3", "4.4"):
        rows = result.explain(UNIT, item).rows()
        assert set(rows["flag"]) <= {"not_assessed", "outside", "other_kind", "no_login"}, item
    assert len(result.explain(UNIT, "4.2").rows()) == 3


def test_a_check_that_a_decision_replaces_is_flagged(tmp_path: Path) -> None:
    """The element counts as decided; its check is listed as superseded."""
    check = {"element": "plan_issued", "state": "partial", "checked_on": date(2017, 4, 20)}
    decided = [decision("1.3", "1", "plan_issued")]
    result = assessment_of(tmp_path, {"cadres": [{}], "mechanisms": [check]}, "2018-03-02", decided)
    rows = result.explain(UNIT, "1.3").rows()
    assert rows["flag"].tolist() == ["superseded"] and rows["amount"].tolist() == [0.5]
