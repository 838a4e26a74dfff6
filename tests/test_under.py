"""What-if: other readings and weights give exactly what a whole new assessment would give."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gy1100 import Assessment, assess, load_rulebook
from gy1100.errors import WrongUsage
from gy1100.rulebook import Rulebook
from gy1100.steps import Steps, Watched, step

from .random_exports import random_tables, write_exports
from .report_sample import sample_evidence, sample_result

if TYPE_CHECKING:
    from pathlib import Path

BOOK = load_rulebook()
CHOICES = {name: list(r.alternatives) for name, r in BOOK.rules.readings.items() if r.alternatives}
SINGLE = [(name, choice) for name, choices in CHOICES.items() for choice in choices]
FRAMES = ("scores", "ranking", "components", "parts", "cadres", "missing", "authenticity")


def differing(one: Assessment, other: Assessment) -> list[str]:
    """Return the names of the frames in which two assessments differ."""
    return [name for name in FRAMES if not getattr(one, name).equals(getattr(other, name))]


@pytest.mark.parametrize(("name", "choice"), SINGLE, ids=lambda v: v)
def test_every_reading_equals_a_full_run(name: str, choice: str) -> None:
    """Each alternative of each reading, all frames."""
    full = assess(sample_evidence(), BOOK.under({name: choice}), as_of="2018-03-02")
    assert differing(sample_result().under({name: choice}), full) == []


@pytest.mark.parametrize(
    "as_of",
    [
        pytest.param("2017-04-30", marks=pytest.mark.long),
        pytest.param("2017-06-30", marks=pytest.mark.long),
        "2017-12-31",
    ],
)
def test_combinations_equal_full_runs(as_of: str) -> None:
    """Random combinations of all readings with random weights, one upon the other, at several dates."""
    random, result = Random(as_of), sample_result(as_of)
    for _ in range(2):
        readings = {name: random.choice(choices) for name, choices in CHOICES.items()}
        weights = {f"4.{n}": random.randrange(0, 41) / 2 for n in range(1, 6)}
        result = result.under(readings, weights)
        assert differing(result, assess(sample_evidence(), BOOK.under(readings, weights), as_of=as_of)) == []


def test_decisions_stay_in_force(tmp_path: Path) -> None:
    """Decided points stand under any reading; an element's decision is weighed as a check is."""
    tables, present = random_tables(7)
    from gy1100 import read_evidence

    evidence = read_evidence(write_exports(tables, present, tmp_path / "exports", 7))
    decided = tmp_path / "decided.csv"
    decided.write_text(
        "unit,item,element,value,assessor,time,valid_from,reason,evidence\n"
        "剑阁县,4.1,,7.5,李,2018-03-03,,试,甲\n剑阁县,1.3,plan_issued,0.5,李,2018-03-03,,试,乙\n",
        "utf-8",
    )
    for readings in ({"cadre_weight": "3"}, {"periods": "from_april", "authenticity": "off"}):
        full = assess(evidence, BOOK.under(readings), as_of="2018-03-02", decisions=decided)
        tried = assess(evidence, BOOK, as_of="2018-03-02", decisions=decided).under(readings)
        assert differing(tried, full) == []
        assert float(tried.explain("剑阁县", "4.1").score["points"]) == 7.5


def test_other_decisions_equal_a_full_run(tmp_path: Path) -> None:
    """Decisions put in or taken out afterwards give what they give from the start."""
    decided = tmp_path / "decided.csv"
    decided.write_text(
        "unit,item,element,value,assessor,time,valid_from,reason,evidence\n"
        "剑阁县,3,inspection_rule,1,李,2018-03-03,,试,甲\n剑阁县,2.1,,2,李,2018-03-03,,试,乙\n",
        "utf-8",
    )
    full = assess(sample_evidence(), BOOK, as_of="2018-03-02", decisions=decided)
    assert differing(sample_result().decided(decided), full) == []
    assert differing(full.decided(None), sample_result()) == []


class Count:
    """Counts how often the engine was asked."""

    def __init__(self, result: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, engine = 0, result.tallies.frame.engine
        ask = engine.arrow

        def counted(expression: object) -> object:
            self.asked += 1
            return ask(expression)

        monkeypatch.setattr(engine, "arrow", counted)


@pytest.mark.parametrize(
    ("readings", "weights"),
    [
        ({}, {"4.1": 30}),
        ({"cadre_weight": "3"}, {}),
        ({"cadre_weight": "1", "authenticity": "off"}, {"4.2": 1}),
    ],
)
def test_nothing_is_measured_again(
    readings: dict[str, str], weights: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where only weights, cadre weight or authenticity change, the engine is not asked at all."""
    result = assess(sample_evidence(), BOOK, as_of="2018-03-02")
    _ = result.ranking
    count = Count(result, monkeypatch)
    _ = result.under(readings, weights).ranking
    assert count.asked == 0


def test_a_reading_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading that was tried before is at hand, however often it is tried."""
    result = assess(sample_evidence(), BOOK, as_of="2018-03-02")
    first = result.under({"lateness": "none"}).ranking
    count = Count(result, monkeypatch)
    assert (
        result.under({"cadre_weight": "1"})
        .under({"lateness": "none", "cadre_weight": "2"})
        .ranking.equals(first)
    )
    assert count.asked == 0


def test_all_problems_are_told() -> None:
    """Unknown readings, choices and items and impossible points are refused, all at once."""
    with pytest.raises(WrongUsage) as told:
        sample_result().under(
            {"periods": "lunar", "weather": "fine"}, {"9.9": 1, "4.1": -1, "4.2": float("nan"), "4.3": "10"}
        )
    assert len(str(told.value).splitlines()) == 6


def test_excluded_combinations() -> None:
    """A combination that the rulebook excludes is an error, a part of it is none."""
    excluded = ({"periods": "from_april", "lateness": "none"},)
    rules = BOOK.rules.model_copy(update={"excluded_combinations": excluded})
    book = Rulebook(rules, BOOK.units, BOOK.tables, BOOK.folder, BOOK.sha256, {})
    result = assess(sample_evidence(), book, as_of="2017-06-30").under({"periods": "from_april"})
    with pytest.raises(WrongUsage, match="excludes"):
        result.under({"lateness": "none"})


def test_a_what_if_says_so() -> None:
    """A report on other readings or points opens with it, and the manifest names the points."""
    from gy1100.manifest import facts_of
    from gy1100.report import Report

    tried = sample_result().under({"lateness": "none"}, {"4.1": 20, "4.2": 0})
    assert tried.rulebook.is_what_if and "试算，不是考核结果" in Report(tried).masthead().html
    assert "试算" not in Report(sample_result()).masthead().html
    assert not tried.under({"lateness": "graded"}, {"4.1": 10, "4.2": 10}).rulebook.is_what_if
    assert facts_of(tried.evidence, tried.rulebook)["rulebook"]["weights"] == {"4.1": 20, "4.2": 0}


def test_weights_not_named_stay() -> None:
    """Other points of one item leave those that were set before."""
    tried = BOOK.under(weights={"4.1": 20}).under(weights={"4.2": 0})
    assert [tried.points(tried.item(i)) for i in ("4.1", "4.2", "4.3")] == [20, 0, 10]


class Sum:
    """A holder of two steps, one upon the other."""

    made: ClassVar[list[str]] = []

    def __init__(self, steps: Steps, choices: dict[str, int]) -> None:
        self.steps, self.choices = steps, choices
        self.asks = Watched(choices, steps)

    @step
    def low(self) -> int:
        """The lower step."""
        self.made.append("low")
        return int(self.asks["a"])

    @step
    def high(self) -> int:
        """The step that uses it."""
        self.made.append("high")
        return self.low + (self.asks["b"] if self.low > 1 else 0)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), max_size=12))
def test_steps_depend_on_what_they_asked(tries: list[tuple[int, int, int]]) -> None:
    """Whatever came before, a step's value is right, and it is made once for the choices it looked at."""
    steps, Sum.made = Steps(), []
    for a, b, c in tries:
        assert Sum(steps, {"a": a, "b": b, "c": c}).high == a + (b if a > 1 else 0)
    looked_at = {(a, b if a > 1 else None) for a, b, _ in tries}
    assert Sum.made.count("high") == len(looked_at)
    assert Sum.made.count("low") == len({a for a, _, _ in tries})


def test_a_step_that_fails_is_not_kept() -> None:
    """An error leaves nothing behind that later steps would depend on."""
    steps = Steps()
    with pytest.raises(ZeroDivisionError):
        steps.get("bad", {}, lambda: 1 / 0)
    assert steps.get("bad", {}, lambda: 2).value == 2


def test_all_combinations_are_known() -> None:
    """The readings that can be tried are the rulebook's: two or three choices each."""
    assert len(list(product(*CHOICES.values()))) == 2 * 3 * 3 * 2 * 2 * 2
