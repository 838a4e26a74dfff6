"""Decisions: which hold on a day, what they do to points and status, and files that are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from gy1100 import load_rulebook
from gy1100.decisions import LOCAL, Decision, Decisions, read_decisions
from gy1100.errors import NothingToRead, Refused

from .small_exports import UNIT, assessment_of, score

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "unit,item,element,value,assessor,time,valid_from,reason,evidence"
ELEMENTS = ("notification_rule", "inspection_rule", "assessment_rule")


def decided(item: str, value: str, **changes: Any) -> Decision:
    fields = {"element": None, "time": datetime(2017, 7, 1, 9, tzinfo=LOCAL), "valid_from": None} | changes
    return Decision(
        UNIT,
        item,
        fields["element"],
        Decimal(value),
        "王评",
        fields["time"],
        fields["valid_from"],
        "理由",
        "",
    )


def result(tmp_path: Path, *decisions: Decision, as_of: str = "2017-06-30") -> Any:
    return assessment_of(tmp_path / "exports", {"cadres": [{}], "mechanisms": []}, as_of, decisions)


def test_an_item_decision_is_final_and_shows_what_was_computed(tmp_path: Path) -> None:
    row = score(result(tmp_path, decided("2.1", "3.5")), "2.1")
    assert (row["points"], row["low"], row["high"], row["status"], row["computed"]) == (
        3.5,
        3.5,
        3.5,
        "decided",
        0.0,
    )


def test_an_item_decision_makes_the_item_due(tmp_path: Path) -> None:
    row = score(result(tmp_path, decided("2.2", "4"), as_of="2017-06-30"), "2.2")
    assert (row["points_due"], row["points"], row["computed"]) == (5.0, 4.0, 0.0)


def test_the_latest_decision_holds_by_time_then_order(tmp_path: Path) -> None:
    late = datetime(2017, 8, 1, tzinfo=LOCAL)
    assert score(result(tmp_path, decided("2.1", "1", time=late), decided("2.1", "2")), "2.1")["points"] == 1
    assert score(result(tmp_path, decided("2.1", "1"), decided("2.1", "2")), "2.1")["points"] == 2


def test_a_decision_holds_from_its_first_day_on() -> None:
    decisions = Decisions((decided("2.1", "1", valid_from=date(2017, 6, 30)),))
    assert not decisions.standing(date(2017, 6, 29)).items
    assert decisions.standing(date(2017, 6, 30)).items


def test_elements_are_decided_one_by_one(tmp_path: Path) -> None:
    two = [decided("3", "1", element=element) for element in ELEMENTS[:2]]
    row = score(result(tmp_path, *two), "3")
    assert (row["status"], row["points"], row["high"], row["computed"]) == (
        "awaiting_judgement",
        6.67,
        10.0,
        0.0,
    )
    row = score(result(tmp_path, *two, decided("3", "0.5", element=ELEMENTS[2])), "3")
    assert (row["status"], row["points"], row["low"], row["high"]) == ("decided", 8.33, 8.33, 8.33)


def test_an_element_decision_stands_for_the_check_but_not_in_computed(tmp_path: Path) -> None:
    checks = [{"element": e, "state": "full", "checked_on": "2017-04-20"} for e in ELEMENTS]
    tables = {"cadres": [{}], "mechanisms": checks}
    one = decided("3", "0", element=ELEMENTS[0])
    row = score(assessment_of(tmp_path / "exports", tables, "2017-06-30", [one]), "3")
    assert (row["points"], row["computed"], row["status"]) == (6.67, 10.0, "decided")


def test_a_file_is_read_with_unit_names_as_offices_write_them(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(f"{HEADER}\n剑阁,1.3,plan_issued,部分,王评,2017-07-01 10:00,,见通知,\n", "utf-8-sig")
    (entry,) = read_decisions(path, load_rulebook()).entries
    assert (entry.unit, entry.element, entry.value) == (UNIT, "plan_issued", Decimal("0.5"))
    assert entry.time == datetime(2017, 7, 1, 10, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("阆中市,2.1,,1,王,2017-07-01,,理由,", "decision_unit", "unit"),
        ("剑阁县,9.9,,1,王,2017-07-01,,理由,", "decision_item", "item"),
        ("剑阁县,2.1,plan_issued,1,王,2017-07-01,,理由,", "decision_element", "element"),
        ("剑阁县,2.1,,5.01,王,2017-07-01,,理由,", "decision_value", "value"),
        ("剑阁县,2.1,,NaN,王,2017-07-01,,理由,", "decision_value", "value"),
        ("剑阁县,1.3,plan_issued,0.7,王,2017-07-01,,理由,", "decision_element_value", "value"),
        ("剑阁县,2.1,,1,,2017-07-01,,理由,", "decision_blank", "assessor"),
        ("剑阁县,2.1,,1,王,2017-07-01,,,", "decision_blank", "reason"),
        ("剑阁县,2.1,,1,王,昨天,,理由,", "decision_time", "time"),
        ("剑阁县,2.1,,1,王,2017-07-01,下周,理由,", "decision_day", "valid_from"),
    ],
)
def test_a_row_that_is_wrong_is_refused_where_it_stands(
    tmp_path: Path, row: str, code: str, column: str
) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(f"{HEADER}\n{row}\n", "utf-8")
    with pytest.raises(Refused) as refused:
        read_decisions(path, load_rulebook())
    found = [(f.code, f.column, f.row) for f in refused.value.findings if f.severity == "error"]
    assert (code, column, 2) in found


def test_a_blank_value_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(f"{HEADER}\n剑阁县,2.1,,,王,2017-07-01,,理由,\n", "utf-8")
    with pytest.raises(Refused) as refused:
        read_decisions(path, load_rulebook())
    assert any(f.severity == "error" and f.row == 2 for f in refused.value.findings)


def test_all_wrong_rows_are_listed_at_once(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(
        f"{HEADER}\n某县,2.1,,1,王,2017-07-01,,理由,\n剑阁县,2.1,,9,王,2017-07-01,,理由,\n", "utf-8"
    )
    with pytest.raises(Refused) as refused:
        read_decisions(path, load_rulebook())
    assert {f.row for f in refused.value.findings if f.severity == "error"} == {2, 3}


def test_a_missing_file_is_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead):
        read_decisions(tmp_path / "none.csv", load_rulebook())


def test_nobody_decides_on_the_unit_that_the_rulebook_says_is_theirs(tmp_path: Path) -> None:
    rules = load_rulebook()
    ours = replace(rules, rules=rules.rules.model_copy(update={"assessors": {"王评": UNIT}}))
    path = tmp_path / "decisions.csv"
    path.write_text(
        f"{HEADER}\n剑阁,2.1,,1,王评,2017-07-01,,理由,\n利州,2.1,,1,王评,2017-07-01,,理由,\n", "utf-8"
    )
    with pytest.raises(Refused) as refused:
        read_decisions(path, ours)
    assert [(f.code, f.row) for f in refused.value.findings if f.severity == "error"] == [("ledger_home", 2)]


def test_words_are_no_points_of_an_item(tmp_path: Path) -> None:
    """有, 部分 and 无 judge an element; an item takes a number."""
    path = tmp_path / "decisions.csv"
    rows = ("剑阁县,2.1,,有,李,2017-07-01,,理由,", "剑阁县,3,notification_rule,有,李,2017-07-01,,理由,")
    path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    with pytest.raises(Refused) as refused:
        read_decisions(path, load_rulebook())
    assert [(f.row, f.code) for f in refused.value.findings] == [(2, "decision_value")]
