"""The ledger keeps every decision, once, in order, unchanged, or says that it does not; on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gy1100 import assess, load_rulebook
from gy1100.decisions import LOCAL, read_decisions
from gy1100.errors import CannotWrite, NothingToRead, Refused, WrongUsage
from gy1100.ledger import (
    GENESIS,
    Draft,
    Entry,
    Ledger,
    Overtaken,
    Row,
    facts_hash,
    is_ledger,
    open_ledger,
    pinned,
    shown_place,
    sign_off_draft,
    standing,
    verify_chain,
)
from gy1100.ledger import place as places
from gy1100.ledger.entries import NO_ENTRY, Head, canonical, row_of, sealed, sha256
from gy1100.manifest import facts_of
from gy1100.report import Report, UnitReport

from . import postgresql_server
from .second_verifier import first_fault
from .small_exports import UNIT, evidence_of
from .soak import ledger as soak

RULES = load_rulebook()
DAY, EARLIER = date(2018, 3, 2), date(2017, 6, 30)
OTHER = "利州区"
_numbers = count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Give the URL of a PostgreSQL server; without one the tests on it are skipped, loudly."""
    if postgresql_server.missing():
        pytest.skip(postgresql_server.missing())
    with postgresql_server.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where a new ledger may be made, of either kind."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    url = request.getfixturevalue("postgresql")
    return postgresql_server.new_database(url, f"ledger{next(_numbers)}")


@pytest.fixture
def ledger(where: str) -> Ledger:
    """Return a new, empty ledger."""
    return open_ledger(where, create=True)


@pytest.fixture
def file(tmp_path: Path) -> Ledger:
    """Return a new, empty ledger in a file."""
    return open_ledger(tmp_path / "ledger.sqlite", create=True)


def points(value: str = "3", item: str = "2.1", **changes: Any) -> Draft:
    """Return a decision on an item."""
    known = {
        "assessor": "王评",
        "action": "set_item",
        "unit": UNIT,
        "item": item,
        "value": value,
        "valid_from": DAY,
    }
    return Draft(**(known | {"reason": "现场核实", "evidence": "登记表"} | changes))


def entered(ledger: Ledger, *drafts: Draft) -> list[Entry]:
    """Enter drafts, each after a look at all before."""
    return [ledger.append(draft, RULES, seen=ledger.head().seq) for draft in drafts]


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[tuple[str, str]]:
    """Return what a refusal found: code and column."""
    return {(f.code, f.column) for f in refused.value.findings}


def refusal(ledger: Ledger, draft: Draft, **options: Any) -> set[tuple[str, str]]:
    """Return what a draft is refused for, and see that nothing was written."""
    before = ledger.head()
    with pytest.raises(Refused) as refused:
        ledger.append(draft, RULES, seen=before.seq, **options)
    assert ledger.head() == before
    return codes(refused)


# --- what is written -------------------------------------------------------------------------------------------------


def test_an_entry_is_read_back_as_it_was_entered(ledger: Ledger, where: str) -> None:
    """What is entered is complete, in order, and the same to everybody who opens the ledger."""
    one, two = entered(
        ledger, points("3.50"), points("0.5", "1.3", action="set_element", element="plan_issued")
    )
    assert (one.seq, one.unit, one.value, one.valid_from, one.prev) == (1, UNIT, "3.5", "2018-03-02", GENESIS)
    assert (two.seq, two.prev, two.element, two.rulebook) == (2, one.hash, "plan_issued", RULES.id)
    assert open_ledger(where, read_only=True).entries() == (one, two)
    assert ledger.head() == (2, two.hash)


def test_times_are_local_and_never_go_back(tmp_path: Path) -> None:
    """An entry is not earlier than the one it follows, even where the clock was put back."""
    clock = iter([datetime(2018, 3, 3, 9, tzinfo=LOCAL), datetime(2018, 3, 1, 9, tzinfo=LOCAL)])
    ledger = open_ledger(tmp_path / "l", create=True, clock=lambda: next(clock))
    assert [e.time for e in entered(ledger, points(), points("4"))] == ["2018-03-03T09:00:00+08:00"] * 2
    assert verify_chain(ledger.rows()) == []


def test_texts_are_entered_without_phone_and_id_numbers(ledger: Ledger) -> None:
    """No phone or id number of anybody gets into the ledger."""
    (entry,) = entered(
        ledger, points(reason="电话13812345678，证件510802199001011234", evidence="记录13900001111")
    )
    assert "138" not in ledger.rows()[0].entry and "5108" not in ledger.rows()[0].entry
    assert "139" not in entry.evidence and "【电话】" in entry.reason


def test_a_correction_points_at_what_it_corrects(ledger: Ledger) -> None:
    """A second decision on a thing refers to the first by itself; nothing is overwritten."""
    entries = entered(ledger, points("3"), points("4"), points("5", "3"))
    assert [e.refers_to for e in entries] == [None, 1, None]


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"value": "5.01"}, {("decision_value", "value")}),
        ({"value": "NaN"}, {("decision_value", "value")}),
        ({"item": "9.9"}, {("decision_item", "item")}),
        ({"unit": "阆中市"}, {("decision_unit", "unit")}),
        ({"element": "plan_issued"}, {("decision_element", "element"), ("decision_element_value", "value"),
                                      ("ledger_element", "element")}),
        ({"action": "set_element"}, {("ledger_element", "element")}),
        ({"reason": " "}, {("decision_blank", "reason")}),
        ({"evidence": ""}, {("ledger_evidence", "evidence")}),
        ({"assessor": ""}, {("decision_blank", "assessor")}),
        ({"valid_from": None}, {("decision_day", "valid_from")}),
        ({"reason": "看\u202e不见"}, {("ledger_hidden", "reason")}),
        ({"evidence": "a\ud800"}, {("ledger_hidden", "evidence")}),
        ({"reason": "长" * 5000}, {("ledger_long", "reason")}),
        ({"computed_then": "很多"}, {("ledger_computed", "computed_then")}),
        ({"evidence_hash": "abc"}, {("ledger_hash", "evidence_hash")}),
        ({"action": "freeze_frame"}, {("ledger_hash", "evidence_hash")}),
        ({"action": "delete"}, {("ledger_action", "action")}),
        ({"refers_to": 7}, {("ledger_refers", "refers_to")}),
        ({"reason": "", "evidence": "", "value": "x", "unit": "?"}, {
            ("decision_blank", "reason"), ("ledger_evidence", "evidence"), ("decision_value", "value"),
            ("decision_unit", "unit")}),
    ],
)  # fmt: skip
def test_a_draft_that_breaks_rules_is_refused_with_all_of_them(
    file: Ledger, changes: dict[str, Any], found: set[tuple[str, str]]
) -> None:
    """Values are checked as those of a decisions file, reason and evidence are compulsory, all is told at once."""
    assert refusal(file, points(**changes)) == found


def test_nobody_judges_their_own_unit(file: Ledger) -> None:
    """An assessor's home unit, by the users file or the rulebook, is judged by others; it may be contested for."""
    homes = {"王評": OTHER, "王评": UNIT}
    assert refusal(file, points(), homes=homes) == {("ledger_home", "assessor")}
    ours = replace(RULES, rules=RULES.rules.model_copy(update={"assessors": {"Wang": UNIT}}))
    with pytest.raises(Refused) as refused:
        file.append(points(assessor="ＷＡＮＧ"), ours)
    assert codes(refused) == {("ledger_home", "assessor")}
    contest = Draft("王评", "contest", UNIT, "2.1", reason="材料已交")
    (one,) = [file.append(contest, RULES, homes=homes)]
    assert refusal(file, Draft("王评", "answer", refers_to=1, reason="同意"), homes=homes) == {
        ("ledger_home", "assessor")
    }
    assert one.action == "contest"


def test_of_what_one_refers_to_the_thing_is_the_same(file: Ledger) -> None:
    """Nothing is confirmed, withdrawn, answered or re-opened that is not there, or is about something else."""
    entered(file, points())
    for action in ("confirm", "withdraw", "answer", "reopen", "enter_seed"):
        draft = Draft("李核", action, reason="理由", value="1")
        assert ("ledger_refers", "refers_to") in refusal(file, draft)
    assert refusal(file, Draft("李核", "confirm", unit=OTHER, refers_to=1)) == {
        ("ledger_refers", "refers_to")
    }
    assert refusal(file, Draft("李核", "answer", refers_to=1, reason="答")) == {
        ("ledger_refers", "refers_to")
    }


def test_the_second_is_shown_the_first_before_anything_is_written(ledger: Ledger) -> None:
    """Who did not see an entry about the same thing is told, and nothing is written; other things do not matter."""
    entered(ledger, points("3"))
    with pytest.raises(Overtaken) as overtaken:
        ledger.append(points("4", assessor="李核"), RULES, seen=0)
    assert overtaken.value.entry.seq == 1 and "王评" in str(overtaken.value) and ledger.head().seq == 1
    ledger.append(points("4", item="3"), RULES, seen=0)
    ledger.append(points("4", unit=OTHER), RULES, seen=0)
    element = points("1", "3", action="set_element", element="notification_rule")
    with pytest.raises(Overtaken):  # the item holds its elements
        ledger.append(element, RULES, seen=1)


def test_of_two_assessors_at_once_exactly_one_wins(where: str) -> None:
    """Twenty times two assessors decide on one thing at the same moment: one is entered, the other is told."""
    open_ledger(where, create=True)
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def decide(assessor: str) -> None:
        mine = open_ledger(where)
        for n in range(20):
            seen = mine.head().seq
            barrier.wait()
            try:
                mine.append(points(str(n % 5), assessor=assessor), RULES, seen=seen)
                outcomes.append("won")
            except Overtaken:
                outcomes.append("told")
            barrier.wait()

    threads = [threading.Thread(target=decide, args=(name,)) for name in ("王评", "李核")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("won"), outcomes.count("told")) == (20, 20)
    assert open_ledger(where).head().seq == 20


def test_eight_writers_killed_at_random_lose_and_double_nothing(where: str) -> None:
    """What was acknowledged is in the ledger, once, whenever a writer dies (make soak: 4,000)."""
    result = soak.run(where, 160, pause=0.05)
    assert result["entries"] == result["acknowledged"] == 160
    assert result["kills"] > 0


# --- four eyes, right of reply, signatures ---------------------------------------------------------------------------


def standing_values(
    ledger: Ledger, day: date = DAY, *, four_eyes: bool = False
) -> dict[tuple[str, str], str]:
    """Return what stands on a day, by what it decides."""
    held = standing(ledger.entries(), four_eyes=four_eyes).standing(day)
    return {key: f"{d.value:f}" for key, d in [*held.items.items(), *held.elements.items()]}


def test_with_four_eyes_a_decision_stands_when_another_confirmed_it(file: Ledger) -> None:
    """Unconfirmed decisions do not stand and are listed; nobody confirms their own, nor twice."""
    entered(file, points("3"), points("2", "3"))
    assert refusal(file, Draft("王评 ", "confirm", refers_to=1)) == {("ledger_second", "assessor")}
    entered(file, Draft("李核", "confirm", refers_to=1))
    assert refusal(file, Draft("赵三", "confirm", refers_to=1)) == {("ledger_confirmed", "refers_to")}
    decided = standing(file.entries(), four_eyes=True)
    assert [d.seq for d in decided.entries] == [1] and decided.record is not None
    assert [d.seq for d in decided.record.waiting] == [2]
    assert len(standing(file.entries()).entries) == 2


def test_a_confirmed_decision_stands_until_its_correction_is_confirmed(file: Ledger) -> None:
    """With four eyes the older, confirmed decision holds while the newer one waits."""
    entered(file, points("3"), Draft("李核", "confirm", refers_to=1), points("4"))
    assert standing_values(file, four_eyes=True) == {(UNIT, "2.1"): "3"}
    entered(file, Draft("李核", "confirm", refers_to=3))
    assert standing_values(file, four_eyes=True) == {(UNIT, "2.1"): "4"}


def test_a_withdrawn_decision_is_as_if_never_taken(file: Ledger) -> None:
    """After a withdrawal the decision before holds again; a confirmed one wants a confirmed withdrawal."""
    entered(file, points("3"), Draft("李核", "confirm", refers_to=1), points("4"))
    entered(file, Draft("王评", "withdraw", refers_to=3, reason="看错"))
    assert standing_values(file) == standing_values(file, four_eyes=True) == {(UNIT, "2.1"): "3"}
    assert refusal(file, Draft("李核", "confirm", refers_to=3)) == {("ledger_withdrawn", "refers_to")}
    entered(file, Draft("王评", "withdraw", refers_to=1, reason="材料作废"))
    assert standing_values(file) == {} and standing_values(file, four_eyes=True) == {(UNIT, "2.1"): "3"}
    entered(file, Draft("李核", "confirm", refers_to=5))
    assert standing_values(file, four_eyes=True) == {}


def test_a_decision_holds_from_its_day(file: Ledger) -> None:
    """A decision for the mid-year holds until another one that is valid later."""
    entered(file, points("3", valid_from=EARLIER), points("4", valid_from=DAY))
    assert standing_values(file, EARLIER) == {(UNIT, "2.1"): "3"}
    assert standing_values(file) == {(UNIT, "2.1"): "4"}
    assert len(standing(file.entries(), EARLIER).entries) == 1


def test_a_contest_is_open_until_it_is_answered(file: Ledger) -> None:
    """A unit's reply is open until answered; the decision that follows refers to it."""
    entered(
        file,
        points("3"),
        Draft("剑阁团县委", "contest", UNIT, "2.1", reason="开放日材料6月已报", evidence="回执"),
    )
    (open_,) = standing(file.entries()).record.contests  # type: ignore[union-attr]
    assert (open_.seq, open_.unit, open_.item, open_.statement) == (2, UNIT, "2.1", "开放日材料6月已报")
    entered(
        file, Draft("李核", "answer", refers_to=2, reason="属实"), points("5", refers_to=3, assessor="李核")
    )
    assert standing(file.entries()).record.contests == ()  # type: ignore[union-attr]
    assert refusal(file, Draft("李核", "answer", refers_to=2, reason="再答")) == {
        ("ledger_answered", "refers_to")
    }
    assert refusal(file, points("5", "3", refers_to=2)) == {("ledger_refers", "refers_to")}


MANIFEST = {
    "as_of": "2018-03-02",
    "rulebook": {"id": RULES.id, "sha256": RULES.sha256},
    "inputs": [{"sha256": "a"}],
}


def test_a_signature_freezes_a_result_until_it_is_reopened(file: Ledger) -> None:
    """After a signature nothing that bears on its day is entered but by re-opening; versions are numbered and stay."""
    entered(file, points("3"), sign_off_draft(MANIFEST, assessor="王评", reason="年终定稿"))
    late = [
        points("4"),
        points("4", valid_from=EARLIER),
        Draft("李核", "confirm", refers_to=1),
        Draft("王评", "withdraw", refers_to=1, reason="错"),
        sign_off_draft(MANIFEST, assessor="李核", reason="再签"),
    ]
    for draft in late:
        assert refusal(file, draft) == {("ledger_signed", "valid_from")}
    entered(
        file,
        points("4", valid_from=DAY + timedelta(days=1)),
        Draft("团委", "contest", UNIT, "2.1", reason="异议"),
    )
    assert ("decision_blank", "reason") in refusal(file, Draft("王评", "reopen", refers_to=2))
    entered(file, Draft("王评", "reopen", refers_to=2, reason="异议成立"), points("5"))
    again = sign_off_draft(MANIFEST | {"inputs": [{"sha256": "b"}]}, assessor="王评", reason="更正")
    entered(file, again)
    signed = standing(file.entries()).record.signed  # type: ignore[union-attr]
    assert [(s.version, s.as_of, s.reopened) for s in signed] == [(1, DAY, True), (2, DAY, False)]
    assert signed[0].facts_hash == facts_hash(MANIFEST) != signed[1].facts_hash
    assert refusal(file, Draft("王评", "reopen", refers_to=2, reason="再开")) == {
        ("ledger_reopened", "refers_to")
    }


def test_a_signature_is_of_the_ledger_as_the_result_saw_it(file: Ledger) -> None:
    """A result is not signed when something was entered after the head it was made from."""
    entered(file, points("3"))
    with pytest.raises(Overtaken):
        file.append(sign_off_draft(MANIFEST, assessor="王评", reason="定稿"), RULES, seen=0)


def test_the_frame_of_spot_checks_is_frozen_before_the_seed(file: Ledger) -> None:
    """A seed refers to a frozen frame; its digits are kept as they were drawn."""
    day = date(2018, 3, 2)
    frame = Draft(
        "王评", "freeze_frame", evidence="抽查底册", evidence_hash="0" * 64, value="30", valid_from=day
    )
    seed = Draft("王评", "enter_seed", refers_to=1, value="13812345678901234567", valid_from=day)
    entered(file, frame, seed)
    assert file.entries()[1].value == "13812345678901234567"
    for again in (frame, replace(seed, value="1")):  # whoever saw the sample asks for no other
        with pytest.raises(Refused):
            file.append(again, RULES, seen=2)
        with pytest.raises(Overtaken):
            file.append(again, RULES, seen=0)
    for wrong in ({"value": ""}, {"value": "0"}, {"valid_from": None}, {"valid_from": date(1999, 1, 1)}):
        with pytest.raises(Refused):
            file.append(replace(frame, evidence_hash="1" * 64, **wrong), RULES, seen=2)


def test_what_was_admitted_is_read_back(file: Ledger, tmp_path: Path) -> None:
    """An accent after a line end stays; nothing is written that the next reading would refuse."""
    draft = Draft("王评", "contest", UNIT, "2.1", reason="理由\n\u0301x")
    entered(file, draft)
    assert open_ledger(tmp_path / "ledger.sqlite").entries()[0].reason == draft.reason
    with pytest.raises((Refused, TypeError)):
        file.append(Draft("李核", "answer", refers_to=True, reason="答"), RULES, seen=1)
    assert len(open_ledger(tmp_path / "ledger.sqlite").entries()) == 1


def test_the_id_of_a_checked_log_stays_as_it_is(file: Ledger) -> None:
    """It may look like a phone or id number: the register knows the log by it."""
    check = {"value": "genuine", "element": "phone", "valid_from": date(2018, 1, 5), "unit": UNIT}
    for number in ("201704180000000042", "13812345678"):
        entered(file, Draft("王评", "record_check", evidence=number, **check))  # type: ignore[arg-type]
    assert [entry.evidence for entry in file.entries()] == ["201704180000000042", "13812345678"]


def test_who_is_called_by_a_number_decides_nothing(file: Ledger) -> None:
    """A ledger replaces numbers of persons, and would not know who it was."""
    with pytest.raises(Refused, match="评定人"):
        file.append(replace(points("3"), assessor="13912345678"), RULES, seen=0)


def test_both_own_units_are_somebody_elses_to_judge(file: Ledger) -> None:
    """The rulebook's and that of the users file."""
    book = replace(RULES, rules=RULES.rules.model_copy(update={"assessors": {"王评": OTHER}}))
    for unit in (UNIT, OTHER):
        with pytest.raises(Refused):
            file.append(replace(points("3"), unit=unit), book, seen=0, homes={"王评": UNIT})


@pytest.mark.parametrize("value", ["3.3333333333333335", ".5", "5.", "+1", " 2 ", "５"])
def test_points_as_offices_write_them(value: str, file: Ledger) -> None:
    """A formula's result, a point without a digit before or behind it."""
    entered(file, points(value))
    assert float(file.entries()[0].value) == float(value)


@pytest.mark.parametrize("value", ["1E-999999", "1E+9999999", "1e1", "1_0", "nan", "-1", "9" * 30])
def test_points_are_plain_numbers(value: str, file: Ledger) -> None:
    """What would take pages to write down is none."""
    with pytest.raises(Refused):
        file.append(points(value), RULES, seen=0)


# --- the fold against a model ----------------------------------------------------------------------------------------


class Folding(RuleBasedStateMachine):
    """Random entries on few things: what stands is what a plain replay says."""

    units, items, people = (UNIT, OTHER), ("2.1", "3"), ("甲", "乙", "丙")

    @initialize()
    def start(self) -> None:
        """Begin with an empty ledger, in memory."""
        self.book = Ledger(store=None)  # type: ignore[arg-type]
        self.taken: list[dict[str, Any]] = []

    def enter(self, draft: Draft) -> Entry | None:
        """Enter a draft as a store would, None where it is refused."""
        from gy1100.ledger.admission import Situation

        known = self.book._known
        try:
            entry = self.book._admitted(draft, Situation(known, RULES, {}), len(known))
        except Refused:
            return None
        known.append(entry)
        return entry

    @rule(unit=st.sampled_from(units), item=st.sampled_from(items), who=st.sampled_from(people),
          value=st.integers(0, 5), day=st.sampled_from((EARLIER, DAY)))  # fmt: skip
    def decide(self, unit: str, item: str, who: str, value: int, day: date) -> None:
        """Decide on an item."""
        entry = self.enter(points(str(value), item, unit=unit, assessor=who, valid_from=day))
        assert entry is not None
        self.taken.append({"entry": entry, "confirmed": False, "withdrawals": []})

    @rule(who=st.sampled_from(people), which=st.integers(0, 30))
    def confirm(self, who: str, which: int) -> None:
        """Confirm a decision or a withdrawal."""
        seq = which % (len(self.book._known) + 1)
        entry = self.enter(Draft(who, "confirm", refers_to=seq))
        if entry is None:
            return
        for one in self.taken:
            one["confirmed"] |= one["entry"].seq == seq
            one["withdrawals"] = [(s, done or s == seq) for s, done in one["withdrawals"]]

    @rule(who=st.sampled_from(people), which=st.integers(0, 30))
    def withdraw(self, who: str, which: int) -> None:
        """Withdraw a decision."""
        seq = which % (len(self.book._known) + 1)
        entry = self.enter(Draft(who, "withdraw", refers_to=seq, reason="错"))
        for one in self.taken if entry else ():
            if one["entry"].seq == seq:
                one["withdrawals"].append((entry.seq, False))  # type: ignore[union-attr]

    def model(self, day: date, four_eyes: bool) -> dict[tuple[str, str], str]:
        """Return what a plain replay says of a day."""
        held: dict[tuple[str, str], str] = {}
        for one in self.taken:
            gone = any(done or not (four_eyes and one["confirmed"]) for _, done in one["withdrawals"])
            if not gone and one["entry"].day <= day and (one["confirmed"] or not four_eyes):
                held[one["entry"].unit, one["entry"].item] = one["entry"].value
        return held

    @invariant()
    def stands_as_replayed(self) -> None:
        """The fold equals the replay, on both days, with two eyes and with four; the chain is whole."""
        for day in (EARLIER, DAY):
            for four_eyes in (False, True):
                assert standing_values_of(self.book._known, day, four_eyes) == self.model(day, four_eyes)
        assert verify_chain(self.book._known) == []


def standing_values_of(entries: list[Entry], day: date, four_eyes: bool) -> dict[tuple[str, str], str]:
    """Return what stands in some entries on a day."""
    held = standing(entries, day, four_eyes).standing(day)
    return {key: f"{d.value:f}" for key, d in held.items.items()}


TestFolding = Folding.TestCase
TestFolding.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


# --- what was changed is found ---------------------------------------------------------------------------------------


def rows_of_a_ledger(n: int = 30) -> list[Row]:
    """Return the rows of a ledger of ``n`` entries."""
    last, rows = NO_ENTRY, []
    moment = datetime(2018, 3, 2, 9, tzinfo=LOCAL)
    for k in range(n):
        values = asdict(points(str(k % 5), reason=f"第{k}次é核实")) | {
            "rulebook": RULES.id,
            "valid_from": "2018-03-02",
        }
        entry = sealed(values, last, moment + timedelta(seconds=k))
        last = Head(entry.seq, entry.hash)
        rows.append(row_of(entry))
    return rows


ROWS = rows_of_a_ledger()
PRINTED = f"30:{ROWS[-1].hash[:16]}"


def rechained(rows: list[Row], change: Callable[[dict[str, Any], int], None]) -> list[Row]:
    """Return entries changed by somebody who knows how the chain is made."""
    out, before = [], GENESIS
    for number, row in enumerate(rows, 1):
        values = json.loads(row.entry)
        change(values, number)
        values |= {"prev": before, "seq": number}
        text = canonical(values)
        before = sha256(text)
        out.append(Row(number, text, before))
    return out


def forged(number: int, text: str) -> list[Row]:
    """Return the rows with one entry's text replaced, its hash fitting, and the later ones chained anew."""
    rows, before = list(ROWS), json.loads(ROWS[number - 1].entry)["prev"]
    for at in range(number - 1, len(rows)):
        new = text if at == number - 1 else rows[at].entry.replace(json.loads(rows[at].entry)["prev"], before)
        before = sha256(new)
        rows[at] = Row(rows[at].seq, new, before)
    return rows


def edited(**changes: Any) -> str:
    """Return the text of entry 7 with some values changed."""
    return canonical(json.loads(ROWS[6].entry) | changes)


TEXT = ROWS[6].entry
FORGERIES = {
    "a key twice": TEXT.replace('"value":"1"', '"value":"5","value":"1"'),
    "a space": TEXT.replace('":"', '": "', 1),
    "another order": json.dumps(dict(reversed(json.loads(TEXT).items())), ensure_ascii=False, separators=(",", ":")),
    "escapes": json.dumps(json.loads(TEXT), sort_keys=True, separators=(",", ":")),
    "a number for a text": edited(value=1),
    "a text for a number": edited(seq="7"),
    "a float for a number": TEXT.replace('"seq":7', '"seq":7.0'),
    "true for a number": edited(refers_to=True),
    "a field missing": canonical({k: v for k, v in json.loads(TEXT).items() if k != "evidence_hash"}),
    "a field more": edited(note=""),
    "null for a text": edited(reason=None),
    "an unknown action": edited(action="erase"),
    "a name equal to the eye": edited(reason=unicodedata.normalize("NFD", "第6次é核实")),
    "an earlier time": edited(time="2017-01-01T00:00:00+08:00"),
    "another zone": edited(time="2018-03-02T01:00:06+00:00"),
    "no JSON": TEXT[:-1],
    "a list": "[1]",
    "another number inside": edited(seq=8),
    "another chain": edited(prev="0" * 64),
    "trailing text": TEXT + " ",
}  # fmt: skip


def test_a_whole_ledger_is_whole() -> None:
    """Both verifiers find nothing wrong with a ledger that is as it was written, with any of its heads."""
    for head in (None, PRINTED, f"7:{ROWS[6].hash}", f"0:{GENESIS}", Head(30, ROWS[-1].hash)):
        assert verify_chain(ROWS, head) == []
        assert first_fault(list(ROWS), str(head or "")) == ""
    assert verify_chain([]) == [] and first_fault([]) == ""


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_entries_are_found_though_their_hashes_fit(name: str) -> None:
    """Both verifiers report an entry that was written by something else, even where all hashes fit."""
    rows = forged(7, FORGERIES[name])
    assert next(f.row for f in verify_chain(rows)) == 7
    assert first_fault(rows).startswith("7:")


ATTACKS: dict[str, Callable[[], list[Row]]] = {
    "dropped": lambda: ROWS[:9] + ROWS[10:],
    "swapped": lambda: [*ROWS[:9], ROWS[10], ROWS[9], *ROWS[11:]],
    "swapped and renumbered": lambda: [
        *ROWS[:9], Row(10, *ROWS[10][1:]), Row(11, *ROWS[9][1:]), *ROWS[11:]],
    "doubled": lambda: [*ROWS[:10], ROWS[9], *ROWS[10:]],
    "inserted": lambda: [*ROWS[:9], Row(10, *ROWS[3][1:]), *(Row(r.seq + 1, *r[1:]) for r in ROWS[9:])],
    "added": lambda: [*ROWS, Row(31, ROWS[-1].entry, ROWS[-1].hash)],
    "first dropped": lambda: ROWS[1:],
    "hash replaced": lambda: [*ROWS[:9], ROWS[9]._replace(hash="0" * 64), *ROWS[10:]],
    "hash missing": lambda: [*ROWS[:9], ROWS[9]._replace(hash=""), *ROWS[10:]],
    "number is text": lambda: [*ROWS[:9], ROWS[9]._replace(seq="10"), *ROWS[10:]],  # type: ignore[arg-type]
    "number is true": lambda: [ROWS[0]._replace(seq=True), *ROWS[1:]],
    "text is missing": lambda: [*ROWS[:9], ROWS[9]._replace(entry=None), *ROWS[10:]],  # type: ignore[arg-type]
}  # fmt: skip
WITH_HEAD: dict[str, Callable[[], list[Row]]] = {
    "cut": lambda: ROWS[:25],
    "emptied": list,
    "written anew": lambda: rechained(ROWS, lambda v, n: v.update(value="5") if n == 9 else None),
    "an old copy with other entries": lambda: (
        ROWS[:20] + rechained(ROWS, lambda v, n: v.update(reason="x"))[20:]
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_lost_swapped_and_added_entries_are_found(name: str) -> None:
    """Both verifiers report every loss, swap, insertion and addition."""
    rows = ATTACKS[name]()
    assert verify_chain(rows) != []
    assert first_fault(rows) != ""


@pytest.mark.parametrize("name", WITH_HEAD)
def test_what_only_a_printed_head_can_tell_is_found_with_it(name: str) -> None:
    """A cut tail, an old copy and a ledger written anew do not hold the head that was printed."""
    rows = WITH_HEAD[name]()
    assert verify_chain(rows, PRINTED) != []
    assert first_fault(rows, PRINTED) != ""


def test_a_head_that_is_none_is_said() -> None:
    """What is given for a head must look like one."""
    assert {f.code for h in ("x", "3:12", ":", "7:zz") for f in verify_chain(ROWS, h)} == {"chain_head_form"}


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    """Any byte of any stored value, changed behind the triggers' back, is reported by both verifiers (500 flips)."""
    path, chance = tmp_path / "ledger.sqlite", random.Random(1)
    ledger = open_ledger(path, create=True)
    entered(ledger, *(points(str(n % 5), str(item)) for n in range(3) for item in ("2.1", "3", "2.2")))
    whole, head = ledger.rows(), str(ledger.head())
    raw = sqlite3.connect(path, isolation_level=None)
    for trigger in ("update", "delete", "next"):
        raw.execute(f"DROP TRIGGER gy1100_ledger_{trigger}")
    for _ in range(500):
        row = chance.choice(whole)
        column = chance.choice(("entry", "entry", "hash"))
        value = bytearray(getattr(row, column).encode())
        value[chance.randrange(len(value))] ^= 1 << chance.randrange(8)
        raw.execute(
            f"UPDATE gy1100_ledger SET {column} = CAST(? AS TEXT) WHERE seq = ?", (bytes(value), row.seq)
        )
        found = ledger.rows()
        assert row.seq in {f.row for f in verify_chain(found)}
        assert first_fault(found) != ""
        with pytest.raises(Refused):
            open_ledger(path).entries()
        raw.execute(f"UPDATE gy1100_ledger SET {column} = ? WHERE seq = ?", (getattr(row, column), row.seq))
    raw.close()
    assert verify_chain(ledger.rows(), head) == []


def test_a_file_damaged_anywhere_is_never_taken_for_another_ledger(tmp_path: Path) -> None:
    """A byte of the file changed: either the entries are still the same, or it is said in words that they are not."""
    path, chance = tmp_path / "ledger.sqlite", random.Random(2)
    ledger = open_ledger(path, create=True)
    entered(ledger, *(points(str(n), reason="现场核实" * 40) for n in range(5)))
    whole, head = ledger.rows(), ledger.head()
    content = path.read_bytes()
    noticed = 0
    for n in range(150):
        damaged = bytearray(content)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        copy = tmp_path / f"{n}.sqlite"
        copy.write_bytes(damaged)
        try:
            rows = open_ledger(copy, read_only=True).rows()
        except (Refused, WrongUsage, CannotWrite):
            noticed += 1
            continue
        problems = verify_chain(rows, head)
        noticed += bool(problems)
        assert problems or rows == whole
    assert noticed > 30  # most of a page is unused


def test_a_broken_chain_is_not_continued(where: str) -> None:
    """Nothing is entered into a ledger that is not whole, and no score is computed from it."""
    ledger = open_ledger(where, create=True)
    entered(ledger, points("3"), points("4"))
    changed = replace(ledger.entries()[0], value="5")
    behind_the_back(where, f"UPDATE gy1100_ledger SET entry = '{row_of(changed).entry}' WHERE seq = 1")
    with pytest.raises(Refused) as refused:
        open_ledger(where).append(points("2"), RULES, seen=2)
    assert ("chain_changed", "") in codes(refused)
    with pytest.raises(Refused):
        read_decisions(where, RULES)


def behind_the_back(where: str, statement: str) -> None:
    """Change a ledger as somebody would who owns the machine: with the triggers away."""
    if is_file := "://" not in where:
        raw: Any = sqlite3.connect(where, isolation_level=None)
        for trigger in ("update", "delete", "next"):
            raw.execute(f"DROP TRIGGER gy1100_ledger_{trigger}")
    else:
        import psycopg

        raw = psycopg.connect(where.replace("+psycopg", ""), autocommit=True)
        raw.execute("ALTER TABLE gy1100_ledger DISABLE TRIGGER ALL")
    raw.execute(statement)
    raw.close()
    assert is_file or raw.closed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gy1100_ledger SET entry = 'x' WHERE seq = 1",
        "UPDATE gy1100_ledger SET seq = 9 WHERE seq = 1",
        "DELETE FROM gy1100_ledger WHERE seq = 2",
        "DELETE FROM gy1100_ledger",
        "INSERT INTO gy1100_ledger (seq, entry, hash) VALUES (2, 'x', 'y')",
        "INSERT INTO gy1100_ledger (seq, entry, hash) VALUES (7, 'x', 'y')",
        "INSERT INTO gy1100_ledger (seq, entry, hash) VALUES (0, 'x', 'y')",
        "TRUNCATE gy1100_ledger",
        "INSERT OR REPLACE INTO gy1100_ledger (seq, entry, hash) VALUES (2, 'x', 'y')",
    ],
)
def test_the_database_itself_refuses_every_change(where: str, statement: str) -> None:
    """Neither update, deletion, replacement nor a number out of turn passes the triggers."""
    from sqlalchemy.exc import DatabaseError

    ledger = open_ledger(where, create=True)
    entered(ledger, points("3"), points("4"))
    before = ledger.rows()
    with pytest.raises((DatabaseError, CannotWrite)), ledger.store.writing() as connection:
        connection.exec_driver_sql(statement)
    assert ledger.rows() == before


def test_a_ledger_replaced_while_open_is_noticed(tmp_path: Path) -> None:
    """An old copy put back under an open ledger stops the next entry."""
    path, copy = tmp_path / "ledger.sqlite", tmp_path / "copy"
    ledger = open_ledger(path, create=True)
    entered(ledger, points("3"))
    shutil.copy(path, copy)
    entered(ledger, points("4"))
    shutil.copy(copy, path)
    with pytest.raises(Refused) as refused:
        ledger.append(points("5"), RULES, seen=2)
    assert ("chain_replaced", "") in codes(refused)


# --- where it lies ---------------------------------------------------------------------------------------------------


def test_a_reader_cannot_write(where: str) -> None:
    """A ledger opened for reading refuses every entry."""
    open_ledger(where, create=True)
    with pytest.raises(CannotWrite):
        open_ledger(where, read_only=True).append(points(), RULES)


def test_settings_are_those_that_keep_what_was_acknowledged(tmp_path: Path) -> None:
    """The journal is rolled back, commits are synced with the folder, foreign schemas are not trusted."""
    ledger = open_ledger(tmp_path / "ledger.sqlite", create=True)
    with ledger.store.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "trusted_schema",
                "busy_timeout",
                "user_version",
            )
        }
    assert found == {
        "journal_mode": "delete", "synchronous": 3, "foreign_keys": 1, "trusted_schema": 0, "busy_timeout": 10000,
        "user_version": 1,
    }  # fmt: skip
    assert (tmp_path / "ledger.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "smb3"])
def test_a_network_share_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """On a share SQLite's locks do not hold: the ledger is refused and PostgreSQL is offered."""
    share = tmp_path / "office share"
    share.mkdir()
    mounts = tmp_path / "mounts"
    point = str(share).replace(" ", "\\040")
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {point} {kind} rw 0 0\n")
    monkeypatch.setattr(places, "MOUNTS", mounts)
    with pytest.raises(WrongUsage, match=r"postgresql\+psycopg://"):
        open_ledger(share / "sub" / "ledger.sqlite", create=True)
    assert not (share / "sub").exists()
    link = tmp_path / "link"
    link.symlink_to(share)
    with pytest.raises(WrongUsage):
        open_ledger(link / "ledger.sqlite", create=True)
    open_ledger(tmp_path / "here.sqlite", create=True)


@pytest.mark.parametrize("where", [r"\\server\share\ledger.sqlite", "//server/share/ledger.sqlite"])
def test_a_unc_path_is_refused(where: str) -> None:
    """A path of another machine is refused, also where the system does not know it as one."""
    with pytest.raises(WrongUsage):
        open_ledger(where, create=True)


def test_a_ledger_inside_results_is_refused(tmp_path: Path) -> None:
    """A folder of results is replaced as a whole by every run; a ledger there would be torn from its journal."""
    (tmp_path / "manifest.json").write_text('{"package": {"name": "gy1100"}, "files": {}}')
    with pytest.raises(WrongUsage):
        open_ledger(tmp_path / "review" / "ledger.sqlite", create=True)


def test_what_is_no_ledger_is_said_in_words(tmp_path: Path) -> None:
    """A missing file, another database, a later format and a URL of another kind are each said in words."""
    with pytest.raises(NothingToRead):
        open_ledger(tmp_path / "none.sqlite")
    other = sqlite3.connect(tmp_path / "other.sqlite")
    other.execute("CREATE TABLE t (x)")
    other.close()
    for create in (False, True):
        with pytest.raises(WrongUsage):
            open_ledger(tmp_path / "other.sqlite", create=create)
    open_ledger(tmp_path / "later.sqlite", create=True)
    later = sqlite3.connect(tmp_path / "later.sqlite")
    later.execute("PRAGMA user_version = 2")
    later.close()
    with pytest.raises(WrongUsage):
        open_ledger(tmp_path / "later.sqlite")
    with pytest.raises(WrongUsage):
        open_ledger("mysql://host/db")
    (tmp_path / "text.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 2000)
    with pytest.raises(Refused):
        open_ledger(tmp_path / "text.sqlite")


def test_a_place_is_told_without_password_user_and_folder(tmp_path: Path) -> None:
    """Results name a ledger by its file or database alone."""
    assert shown_place("postgresql+psycopg://u:secret@host/league?password=x") == "league"
    assert shown_place(tmp_path / "ledger.sqlite") == "ledger.sqlite"
    assert is_ledger("postgresql://h/d") and not is_ledger(tmp_path / "none")


# --- in an assessment ------------------------------------------------------------------------------------------------

TABLES: dict[str, list[dict[str, Any]]] = {"cadres": [{}], "mechanisms": []}


def test_decisions_of_a_ledger_score_as_those_of_a_file(where: str, tmp_path: Path) -> None:
    """The same decisions give the same scores from a csv file, from SQLite and from PostgreSQL."""
    ledger = open_ledger(where, create=True)
    kinds = [
        ("set_item", "2.1", "", "3.5"),
        ("set_item", "2.1", "", "4"),
        ("set_element", "3", "inspection_rule", "部分"),
    ]
    rows = ["unit,item,element,value,assessor,time,valid_from,reason,evidence"]
    for action, item, element, value in kinds:
        (entry,) = entered(ledger, points(value, item, action=action, element=element or None))
        rows.append(f"{UNIT},{item},{element},{value},王评,{entry.time},2018-03-02,现场核实,登记表")
    (tmp_path / "decisions.csv").write_text("\n".join(rows) + "\n", "utf-8")
    evidence = evidence_of(tmp_path / "exports", TABLES)
    by_file = assess(evidence, RULES, DAY, tmp_path / "decisions.csv")
    by_ledger = assess(evidence, RULES, DAY, where)
    assert by_ledger.scores.equals(by_file.scores) and by_ledger.ranking.equals(by_file.ranking)
    assert (by_file.scores["status"] == "decided").sum() == 1


def test_a_ledger_is_read_up_to_an_entry(where: str) -> None:
    """``PLACE#SEQ`` reads what stood then, so that all reports of a run agree; beyond its end it is refused."""
    ledger = open_ledger(where, create=True)
    entered(ledger, points("3"))
    then = pinned(where)
    entered(ledger, points("4"))
    assert [d.value for d in read_decisions(then, RULES).entries] == [3] and pinned(then) == then
    assert [d.value for d in read_decisions(where, RULES).entries] == [3, 4]
    assert read_decisions(then, RULES).record.head.startswith("1:")  # type: ignore[union-attr]
    with pytest.raises(WrongUsage):
        read_decisions(then[:-1] + "9", RULES)


def test_four_eyes_leave_out_what_nobody_confirmed(file: Ledger, tmp_path: Path) -> None:
    """With four eyes only confirmed decisions score; a file of decisions knows no confirmation and is refused."""
    entered(file, points("3"), points("2", unit=OTHER), Draft("李核", "confirm", refers_to=2))
    evidence, where = evidence_of(tmp_path / "exports", TABLES), tmp_path / "ledger.sqlite"
    result = assess(evidence, RULES, DAY, where, four_eyes=True)
    decided = result.scores[result.scores["status"] == "decided"]
    assert list(zip(decided["unit"], decided["points"], strict=True)) == [(OTHER, 2.0)]
    assert "剑阁县 2.1" in str(Report(result).masthead()._repr_html_())
    (tmp_path / "d.csv").write_text("unit,item,element,value,assessor,time,valid_from,reason,evidence\n")
    with pytest.raises(WrongUsage):
        assess(evidence, RULES, DAY, tmp_path / "d.csv", four_eyes=True)


def test_reports_print_the_head_open_replies_and_what_to_look_at_again(file: Ledger, tmp_path: Path) -> None:
    """The first page says what units contest and which computed points changed; provenance prints the head."""
    entered(file, points("3", computed_then="4.5"), Draft("团委", "contest", UNIT, "2.2", reason="有异议"))
    result = assess(evidence_of(tmp_path / "exports", TABLES), RULES, DAY, tmp_path / "ledger.sqlite")
    first = str(Report(result).masthead()._repr_html_())
    assert "1份申辩尚未答复：剑阁县 2.2" in first and "请再看：剑阁县 2.1" in first
    assert "申辩中" in str(Report(result).items()._repr_html_()) and "申辩中 1" in str(
        Report(result).ranking()._repr_html_()
    )
    assert file.head().short in str(Report(result).provenance()._repr_html_())
    assert "申辩" in str(UnitReport(result, UNIT).masthead()._repr_html_())
    assert "申辩" not in str(UnitReport(result, OTHER).masthead()._repr_html_())
    facts = facts_of(result.evidence, RULES, as_of=DAY, decisions=result.decisions)["decisions"]
    assert facts["head"] == {"seq": 2, "hash": file.head().hash} and facts["name"] == "ledger.sqlite"


def test_a_report_says_whether_it_is_the_signed_result(file: Ledger, tmp_path: Path) -> None:
    """The signature is shown on the result that was signed; on other evidence it says that it is another."""
    where = tmp_path / "ledger.sqlite"
    evidence = evidence_of(tmp_path / "exports", TABLES)
    result = assess(evidence, RULES, DAY, where)
    facts = facts_of(result.evidence, RULES, as_of=DAY, decisions=result.decisions)
    entered(file, sign_off_draft(facts, assessor="王评", reason="定稿"))
    assert "签定（第1版）。" in str(Report(assess(evidence, RULES, DAY, where)).masthead()._repr_html_())
    other = evidence_of(tmp_path / "more", TABLES | {"exemplars": [{"recognised_on": "2017-08-01"}]})
    assert "不是签定的结果" in str(Report(assess(other, RULES, DAY, where)).masthead()._repr_html_())


def test_an_entry_that_the_rulebook_no_longer_allows_is_refused(file: Ledger, tmp_path: Path) -> None:
    """A decision on an item of more points than the rulebook has now is told with the number of its entry."""
    more = RULES.rules.items[3].model_copy(
        update={"points": RULES.rules.items[3].points.model_copy(update={"value": 9.0})}
    )
    items = tuple(more if item.id == more.id else item for item in RULES.rules.items)
    generous = replace(RULES, rules=RULES.rules.model_copy(update={"items": items}))
    file.append(points("8", more.id), generous)
    with pytest.raises(Refused) as refused:
        read_decisions(tmp_path / "ledger.sqlite", RULES)
    assert [(f.code, f.row) for f in refused.value.findings] == [("decision_value", 1)]
