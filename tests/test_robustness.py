"""Does the ranking stand: combinations equal full runs, draws equal what-ifs, and every table adds up."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from gy1100 import Assessment, assess, load_rulebook
from gy1100.decisions import LOCAL, Decision
from gy1100.errors import WrongUsage
from gy1100.robustness import Combinations, Robustness, combinations, robustness, sobol_indices
from gy1100.robustness.model import Drawn, Model
from gy1100.robustness.spreads import CheckSpread, check_spread, judgement, weight_spread
from gy1100.robustness.tallying import tallied
from gy1100.rulebook import Rulebook
from gy1100.units import Units

from .report_sample import sample_evidence, sample_result

BOOK = load_rulebook()
DRAWS = 1000


def rng(seed: int = 1) -> np.random.Generator:
    """Return a generator as the package makes it."""
    return np.random.Generator(np.random.PCG64(seed))


@pytest.fixture(scope="module")
def known() -> Combinations:
    """Return all combinations on the sample."""
    return combinations(sample_result())


@pytest.fixture(scope="module")
def found() -> Robustness:
    """Return the analysis of the sample with few draws."""
    return robustness(sample_result(), DRAWS)


def model_of(result: Assessment, known: Combinations) -> Model:
    """Return an assessment as arithmetic."""
    return Model(
        known, weight_spread(result, 20), check_spread(result, known.units), judgement(result, known)
    )


def decided(*values: tuple[str, str, str | None, str, int]) -> list[Decision]:
    """Return decisions of (assessor, item, element, value, day of March) on one unit."""
    return [
        Decision("剑阁县", item, element, Decimal(value), who, datetime(2018, 3, day, tzinfo=LOCAL), None, "试", "甲")
        for who, item, element, value, day in values
    ]  # fmt: skip


# --- combinations ---------------------------------------------------------------------------------------------------


def assert_as_published(known: Combinations, at: int, full: Assessment) -> None:
    """Points of every item, scores and ranks of a combination are those of an assessment."""
    points = full.scores.pivot(index="unit", columns="item", values="points").loc[
        list(known.units), list(known.items)
    ]
    assert (known.cents[at] == np.rint(points.to_numpy() * 100)).all()
    ranking = full.ranking.set_index("unit").loc[list(known.units)]
    assert known.scores[at].tolist() == ranking["score_100"].tolist()


def test_a_combination_equals_a_full_run(known: Combinations) -> None:
    """Assessed from the evidence anew."""
    readings = dict(zip(known.options, known.choices[77], strict=True))
    assert_as_published(known, 77, assess(sample_evidence(), BOOK.under(readings), as_of="2018-03-02"))


@pytest.mark.parametrize("at", [0, 41, 100, 143])
def test_combinations_equal_what_ifs(known: Combinations, at: int) -> None:
    """First, last and some between; that a what-if equals a full run has tests of its own."""
    result = sample_result().under(dict(zip(known.options, known.choices[at], strict=True)))
    assert_as_published(known, at, result)


def test_all_combinations_are_there(known: Combinations, found: Robustness) -> None:
    """Each once; the one in force has the official ranking; ranks are those of the published scores."""
    assert len(set(known.choices)) == len(known.choices) == 2 * 3 * 3 * 2 * 2 * 2
    assert dict(zip(known.options, known.choices[known.own], strict=True)) == BOOK.readings
    assert_as_published(known, known.own, sample_result())
    by_choice = found.readings.groupby(list(known.options), sort=False)
    expected = by_choice["score"].rank(method="min", ascending=False)
    assert (found.readings["rank"] == expected).all()


def test_readings_that_change_what_is_due() -> None:
    """Mid-May item 1.2 is due under one alignment of periods alone, and 4.5 under none."""
    result = sample_result("2017-05-15")
    known = combinations(result, {"periods": ["calendar", "from_april"], "cadre_weight": ["2", "3"]})
    for at, choices in enumerate(known.choices):
        assert_as_published(known, at, result.under(dict(zip(known.options, choices, strict=True))))


def test_a_forbidden_combination_is_an_error() -> None:
    """It is named, never skipped; choices without it can be asked for."""
    excluded = ({"periods": "from_april", "lateness": "none"},)
    rules = BOOK.rules.model_copy(update={"excluded_combinations": excluded})
    book = Rulebook(rules, BOOK.units, BOOK.tables, BOOK.folder, BOOK.sha256, {})
    result = dataclasses.replace(sample_result(), rulebook=book)
    with pytest.raises(WrongUsage, match="from_april"):
        combinations(result, {"periods": ["calendar", "from_april"], "lateness": ["graded", "none"]})
    assert len(combinations(result, {"lateness": ["graded", "none"]}).choices) == 2


def test_what_cannot_be_asked() -> None:
    """Unknown readings and choices, a day with nothing due, numbers that mean nothing."""
    with pytest.raises(WrongUsage, match=r"lunar.*weather"):
        combinations(sample_result(), {"periods": ["calendar", "lunar"], "weather": ["fine"]})
    with pytest.raises(WrongUsage, match="in force"):
        combinations(sample_result(), {"periods": ["from_april"]})
    with pytest.raises(WrongUsage, match="fewer than two"):
        robustness(sample_result("2017-04-10"), 10)
    for draws, seed, concentration in (
        (0, 1, 20.0),
        (10, -1, 20.0),
        (10, 1, 0.0),
        (10, 1, 0.05),
        (1.5, 1, 20.0),
    ):
        with pytest.raises(WrongUsage, match="draws"):
            robustness(sample_result(), draws, seed, concentration=concentration)  # type: ignore[arg-type]


# --- draws ----------------------------------------------------------------------------------------------------------


def test_a_draw_of_weights_is_a_what_if(known: Combinations) -> None:
    """Drawn points put into a whole assessment give its raw totals, under any readings, also where not all are due."""
    early = {"cadre_weight": ["1", "2"], "authenticity": ["on", "off"]}
    for as_of, at in (("2018-03-02", 100), ("2017-05-15", 3)):
        result = sample_result(as_of)
        some = known if as_of == "2018-03-02" else combinations(result, early)
        model = model_of(result, some)
        weights = model.weights.drawn(rng(), 4)
        assert weights.sum(axis=0) == pytest.approx(np.full(4, 50))
        scores = model.scored(at, Drawn(weights))
        each = model.scored(np.full(4, at), Drawn(weights))
        assert each == pytest.approx(scores)
        points = dict(zip((some.items[n] for n in model.weights.free), weights[:, 2].tolist(), strict=True))
        full = combinations(result.under(dict(zip(some.options, some.choices[at], strict=True)), points), {})
        due = (full.due * full.points).sum(axis=2)
        assert scores[:, 2] == pytest.approx((full.raw.sum(axis=2) / due * 100)[0])


def test_weights_stay_around_the_rulebooks_own(known: Combinations, found: Robustness) -> None:
    """Mean and spread are those of the Dirichlet distribution; printed points are law."""
    spread = weight_spread(sample_result(), 20)
    assert [known.items[n] for n in spread.free] == ["4.1", "4.2", "4.3", "4.4", "4.5"]
    drawn = spread.drawn(rng(), 40_000) / 50
    assert drawn.mean(axis=1) == pytest.approx(np.full(5, 0.2), abs=0.002)
    assert drawn.std(axis=1) == pytest.approx(np.full(5, (0.2 * 0.8 / 21) ** 0.5), abs=0.002)
    assert ((found.weights["low"] < 10) & (found.weights["high"] > 10)).all()
    other = weight_spread(sample_result().under(weights={"4.1": 40, "4.2": 0}), 20).drawn(rng(), 1000)
    assert (other[1] == 0).all() and other.sum(axis=0) == pytest.approx(np.full(1000, 70))


def test_checks_are_drawn_from_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mean and variance are hypergeometric; a list checked to its last log leaves nothing to chance."""
    spread = CheckSpread(np.array([200, 30, 0]), np.array([[20, 0, 5], [11, 15, 4], [0, 0, 0]]), 0.5)
    assert spread.lists.tolist() == [[160, 0, 40], [11, 15, 4], [0, 0, 0]]
    drawn = spread.drawn(rng(), 40_000)
    assert (drawn[1] == (11 + 7.5) / 30).all() and (drawn[2] == 1).all()
    assert drawn[0].mean() == pytest.approx(0.8, abs=0.002)
    assert drawn[0].var() == pytest.approx(0.8 * 0.2 / 25 * (200 - 25) / 199, rel=0.05)
    monkeypatch.setattr("gy1100.robustness.spreads.MOST_LISTED", 5)  # as if there were too many to list
    other = dataclasses.replace(spread).drawn(rng(2), 40_000)
    assert (other[1] == drawn[1]).all() and other[0].mean() == pytest.approx(drawn[0].mean(), abs=0.002)
    uneven = CheckSpread(np.array([101]), np.array([[7, 2, 4]]), 0.5).lists
    assert uneven.sum() == 101 and uneven.tolist() == [[54, 16, 31]]


def test_awaited_elements_lie_between_none_and_full(known: Combinations) -> None:
    """The offsets of a unit's item add up from its points to its highest."""
    open_ = judgement(sample_result(), known)
    scores = sample_result().scores.set_index(["unit", "item"])
    things = {(o.unit, o.item) for o in open_}
    awaiting = scores[scores["status"] == "awaiting_judgement"]
    assert {(known.units[u], known.items[i]) for u, i in things} == set(awaiting.index)
    for unit, item in things:
        most = sum(max(o.offsets) for o in open_ if (o.unit, o.item) == (unit, item)) * known.points[item]
        row = scores.loc[(known.units[unit], known.items[item])]
        assert row["low"] + most == pytest.approx(row["high"], abs=0.01)


def test_awaited_elements_of_an_item_without_weight(known: Combinations) -> None:
    """Judgement changes the same shares of an item, whatever it weighs, nothing too."""
    less = sample_result().under(weights={"1.3": 0})
    found, whole = judgement(less, combinations(less, {})), judgement(sample_result(), known)
    assert [(o.unit, o.item, o.cause) for o in found] == [(o.unit, o.item, o.cause) for o in whole]
    assert [o.offsets for o in found] == [pytest.approx(o.offsets) for o in whole]
    assert known.items.index("1.3") in {o.item for o in found}


def test_two_assessors_who_differ() -> None:
    """Each one's latest value is as likely; who agrees, or stands alone, leaves nothing open."""
    entries = decided(
        ("李", "4.1", None, "7", 1), ("李", "4.1", None, "8", 2), ("王", "4.1", None, "6", 3),
        ("李", "1.3", "plan_issued", "1", 1), ("王", "1.3", "plan_issued", "0.5", 2),
        ("李", "2.1", None, "3", 1), ("王", "2.1", None, "3", 2), ("李", "2.2", None, "3", 1),
    )  # fmt: skip
    result = sample_result().decided(entries)
    known = combinations(result, {})
    mine = [o for o in judgement(result, known) if o.cause == "assessors"]
    assert [known.units[o.unit] for o in mine] == ["剑阁县", "剑阁县"]
    points = {known.items[o.item]: [round(x * known.points[o.item], 9) for x in o.offsets] for o in mine}
    assert points == {"4.1": [2.0, 0.0], "1.3": [0.5, 0.0]}
    model = model_of(result, known)
    unit, weights = known.units.index("剑阁县"), model.own_weights(400)
    added = model.judged_points(weights, model.judged(rng(), 400))
    assert added is not None and set(added[unit].round(9)) == {0.0, 0.5, 2.0, 2.5}
    off = result.under({"authenticity": "off"}).ranking.set_index("unit").loc["剑阁县", "total"]
    on = model.scored(0, Drawn(weights, None, added))[unit]
    assert on.min() == pytest.approx(sample_score(result), abs=0.1) and on.max() - on.min() == pytest.approx(
        2.5
    )
    assert off > on.min()


def sample_score(result: Assessment) -> float:
    """Return the official score of the unit that decisions are about."""
    return float(result.ranking.set_index("unit").loc["剑阁县", "score_100"])


def test_together_every_draw_goes_through_every_combination(known: Combinations) -> None:
    """Counts of ranks and pairs against a loop over draws and combinations."""
    model = model_of(sample_result(), known)
    counted, generator = tallied(model, 40, rng(4)), rng(4)
    weights, genuine = model.weights.drawn(generator, 40), model.checks.drawn(generator, 40)
    drawn = Drawn(weights, genuine, model.judged_points(weights, model.judged(generator, 40)))
    ranks = np.zeros((9, 9), int)
    ahead = np.zeros((9, 9), int)
    for at in range(len(known.choices)):
        for row in model.scored(at, drawn).T:
            for one in range(9):
                ranks[one, sum(row > row[one])] += 1
                ahead[one] += row[one] > row
    assert counted.all.draws == 40 * 144
    assert (counted.all.ranks == ranks).all() and (counted.all.ahead == ahead).all()


def test_pieces_and_turns_do_not_lose_draws(known: Combinations, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small a piece, all draws are counted; where work is limited the combinations take turns."""
    model = model_of(sample_result(), known)
    monkeypatch.setattr("gy1100.robustness.tallying.CELLS", 9 * 10)
    monkeypatch.setattr("gy1100.robustness.tallying.LEAST", 1)
    assert tallied(model, 25, rng()).all.draws == 25 * 144
    monkeypatch.setattr("gy1100.robustness.tallying.WORK", 80 * 144 * 81 / 4)
    limited = tallied(model, 80, rng())
    assert limited.all.draws == 80 * 36 and limited.weights.draws == 80


def test_what_is_level_stays_level(known: Combinations) -> None:
    """What floating point makes of equal points puts nobody ahead, alone or together."""
    result, at = sample_result(), known.items.index("1.1")
    base = np.zeros(known.base.shape)
    base[:, 0, at], base[:, 1, at], base[:, 2, at] = 0.1 + 0.2, 0.3, 0.31
    assert (base[:, 0] > base[:, 1]).any()
    level = dataclasses.replace(known, base=base, bears=known.bears & False)
    found = tallied(dataclasses.replace(model_of(result, known), known=level, open=()), 20, rng())
    assert found.all.pairs[:2, :2].tolist() == [[0, 0], [0, 0]] and found.all.pairs[2, :2].tolist() == [1, 1]
    assert found.weights.shares[:3, 1].tolist() == [1, 1, 0]


# --- answers --------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_tables() -> None:
    """And another seed gives others."""
    found = robustness(sample_result(), 50, 7)
    again = robustness(sample_result(), 50, 7)
    for name, table in found.tables.items():
        assert table.to_csv() == again.tables[name].to_csv(), name
    other = robustness(sample_result(), 50, 7, readings={})
    assert other.intervals.to_csv() != robustness(sample_result(), 50, 8, readings={}).intervals.to_csv()


def test_shares_add_up(found: Robustness) -> None:
    """Every unit holds some rank in every draw of every source, and every pair is ahead, behind or equal."""
    sums = found.acceptability.groupby(["source", "unit"])["share"].sum()
    assert len(sums) == 5 * 9 and sums.to_numpy() == pytest.approx(1, abs=0.001)
    assert ((found.pairs["ahead"] + found.pairs["behind"]) <= 1.0001).all() and len(found.pairs) == 36
    bands = dict(zip(found.units["unit"], found.units["band"], strict=True))
    apart = found.pairs["unit"].map(bands) != found.pairs["other"].map(bands)
    assert (found.pairs[["ahead", "behind"]].max(axis=1)[apart] >= 0.95).all() and apart.any()


def test_units_say_what_the_other_tables_say(found: Robustness) -> None:
    """Best, worst, share of the official rank, quantiles."""
    units = found.units.set_index("unit")
    by_unit = found.readings.pivot_table(index="unit", values="rank", aggfunc=["min", "max"]).loc[units.index]
    assert (units[["best_reading", "worst_reading"]].to_numpy() == by_unit.to_numpy()).all()
    whole = found.intervals[found.intervals["source"] == "all"].set_index("unit")
    assert (units[["median", "low", "high"]] == whole.loc[units.index, ["median", "low", "high"]]).all().all()
    assert units["rank"].tolist() == sorted(units["rank"])


def test_effects_are_single_changes(found: Robustness) -> None:
    """Every alternative of every reading alone: as a what-if."""
    alternatives = sum(len(r.alternatives) - 1 for r in BOOK.rules.readings.values() if r.alternatives)
    assert len(found.effects) == alternatives * 9
    tried = sample_result().under({"authenticity": "off"}).ranking.set_index("unit")["rank"]
    off = found.effects[found.effects["reading"] == "authenticity"].set_index("unit")["rank"]
    assert (off == tried.loc[off.index]).all()


def test_without_an_item(found: Robustness) -> None:
    """Scores without item 3 are those of its points put to nought."""
    ranking = sample_result().under(weights={"3": 0}).ranking.set_index("unit")
    without = found.items[found.items["item"] == "3"].set_index("unit")
    assert (without["score"] == ranking.loc[without.index, "score_100"]).all()
    assert (without["rank"] == ranking.loc[without.index, "rank"]).all()


def test_without_a_unit_equals_a_run_without_it(found: Robustness) -> None:
    """The medians of work points are those of the units that are left."""
    gone = "利州区"
    book = dataclasses.replace(BOOK, units=Units(tuple(u for u in BOOK.units if u.name != gone)))
    tables = dict(sample_evidence().tables)
    for name, table in tables.items():
        if "unit" in table.column_names:
            keep = [unit != gone for unit in table["unit"].to_pylist()]
            tables[name] = table.filter(keep)
    full = assess(dataclasses.replace(sample_evidence(), tables=tables), book, as_of="2018-03-02")
    ranking = full.ranking.set_index("unit")
    without = found.dropped[found.dropped["dropped"] == gone].set_index("unit")
    assert len(without) == 8
    assert (without["score"] == ranking.loc[without.index, "score_100"]).all()
    assert (without["rank"] == ranking.loc[without.index, "rank"]).all()
    assert (without["score"] != without["score_before"]).any()


def test_swaps_make_two_units_equal(found: Robustness) -> None:
    """At the points told, the other open items rescaled, raw totals meet; beyond, the order is the other one."""
    swaps = found.swaps[(found.swaps["scope"] == "inside") & found.swaps["swap"].notna()]
    assert len(swaps)
    for row in swaps.to_dict("records"):
        rest = (50 - row["swap"]) / (50 - row["points"])
        points = {f"4.{n}": 10 * rest for n in range(1, 6)} | {row["item"]: row["swap"]}
        totals = combinations(sample_result().under(weights=points), {})
        both = dict(zip(totals.units, totals.raw[0].sum(axis=1), strict=True))
        assert both[row["unit"]] == pytest.approx(both[row["other"]], abs=0.001)


def test_units_with_other_items_due_have_no_swap() -> None:
    """A decision makes an item due to one unit alone: raw points then do not say who is ahead."""
    decision = decided(("李", "2.2", None, "1", 1))[0]
    result = sample_result("2017-06-30").decided(
        [dataclasses.replace(decision, time=datetime(2017, 6, 30, tzinfo=LOCAL))]
    )
    found = robustness(result, 10, readings={}).swaps
    mine = (found["unit"] == "剑阁县") | (found["other"] == "剑阁县")
    assert mine.any() and found.loc[mine, "swap"].isna().all()
    assert found.loc[~mine].groupby("scope")["swap"].count().min() > 0


@pytest.mark.parametrize("level", [2.0, 0.1, 4 / 9, 1 / 3])
def test_what_never_varies_has_no_indices(level: float) -> None:
    """A constant of which floating point makes a variance of 1e-33 too."""
    same = np.full(1001, level)
    for found in sobol_indices(same, same, np.column_stack([same, same])):
        assert np.isnan(found).all()


def test_sobol_finds_what_moves_the_ranking(found: Robustness) -> None:
    """On the sample the ranking hangs on authenticity; no index is far outside of what can be."""
    indices = found.sobol.set_index("assumption")
    assert list(indices.index) == [*BOOK.readings, "weights", "checks", "judgement"]
    assert indices["total"].idxmax() == "authenticity" and indices["first"].idxmax() == "authenticity"
    assert (indices["total"] >= 0).all() and (indices["first"] <= indices["total"] + 0.05).all()


def test_central_weights_belong_to_those_who_are_first(found: Robustness) -> None:
    """Points add up to the heading's; a unit that is never first has none."""
    for _, rows in found.central_weights.groupby("unit"):
        if rows["first"].iloc[0] > 0.001:
            assert rows["points"].sum() == pytest.approx(50, abs=0.01)
            assert rows["confidence"].between(0, 1).all()
    never = found.central_weights[found.central_weights["unit"] == "朝天区"]
    assert never["points"].isna().all() and never["confidence"].isna().all()


def test_the_assessment_is_not_touched() -> None:
    """No score changes."""
    result = sample_result()
    before = result.scores.copy(), result.ranking.copy(), result.components.copy()
    assert len(robustness(result, 10, readings={}).tables) == 14
    for old, now in zip(before, (result.scores, result.ranking, result.components), strict=True):
        pd.testing.assert_frame_equal(old, now)
