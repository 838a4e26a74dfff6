"""Spot checks: sizes, bounds and draws against independent brute force, published vectors and tables."""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from math import ceil, comb, floor, prod
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_exports import assessment_of, days

from gy1100.errors import Gy1100Error, NothingToRead, Unusable, WrongNumber, WrongUsage
from gy1100.spot_checks import (
    check_frame,
    considered_logs,
    draw,
    drawn,
    estimates,
    frame_of,
    freeze,
    in_words,
    interval,
    interval_of_strata,
    lot_rule,
    lots,
    read_frame,
    sample_size,
    shared_out,
    ticket,
    with_risk,
    write_frame,
)  # fmt: skip
from gy1100.spot_checks.rounds import _line

# https://github.com/cjerdonek/rivest-sampler-tests, tests.json 0.2.0: seed, total, picks of the hashes of 1, 2, 3 …
VECTORS = [
    ("abc123", 1000, [455, 764, 629]),
    ("0", 1000, [905, 573, 160]),
    ("0", 2, [1, 1, 2]),
    ("1", 1000, [97, 89, 163]),
    ("0000000000", 1000, [978, 359, 132]),
    ("999999999999999999999999", 1000, [544, 800, 654]),
    ("abcde", 1000, [247, 427, 157]),
    ("3546311556112163624615351222", 876, [740, 180, 264, 789, 238]),
    ("snowman: \u2603", 1000, [634, 56, 46]),
    ("\U0001f600", 1000, [596, 415, 303, 11, 141]),
]
NOON = datetime.fromisoformat("2018-03-05T12:00+08:00")

SEED = "27182818284590452353"
CADRES = [
    {"cadre_id": "G1", "cadre_type": "full_time"},
    {"cadre_id": "G2", "cadre_type": "part_time"},
    {"cadre_id": "G3", "cadre_type": "seconded"},
    {"cadre_id": "G4", "cadre_type": "part_time", "unit": "苍溪县"},
]


def hypergeometric(population: int, marked: int, n: int) -> list[Fraction]:
    """Return P(X = x) for all x by counting samples."""
    whole = comb(population, n)
    return [
        Fraction(comb(marked, x) * comb(population - marked, n - x), whole) if x <= marked else Fraction(0)
        for x in range(n + 1)
    ]


@pytest.mark.parametrize(("seed", "total", "picks"), VECTORS)
def test_tickets_are_rivests(seed: str, total: int, picks: list[int]) -> None:
    """The published vectors of Rivest's sampler come out of our tickets, beyond the basic plane too."""
    assert [int(ticket(seed, str(n)), 16) % total + 1 for n in range(1, len(picks) + 1)] == picks


@pytest.mark.parametrize(("population", "n"), [(100, 45), (200, 51), (500, 56), (None, 59)])
def test_known_sample_sizes(population: int | None, n: int) -> None:
    """To show fewer than 5 % at 95 % with no fault: 45, 51, 56, and 59 of an endless list."""
    assert sample_size(population, 0.95, 0.05, 0) == n


def brute_size(population: int, confidence: Fraction, tolerable: Fraction, expected: Fraction) -> int:
    """Return the sample size by trying all."""
    marked = ceil(tolerable * population)
    for n in range(population + 1):
        chance = sum(hypergeometric(population, marked, n)[: ceil(expected * n) + 1])
        if chance <= 1 - confidence:
            return n
    return population


def test_sample_sizes_by_brute_force() -> None:
    """Every list up to 45 logs, under several confidences, tolerable and expected shares, no log more or less."""
    confidences, shares = (
        (Fraction(9, 10), Fraction(19, 20), Fraction(2, 5), Fraction(1)),
        (0, 1, 3, 7, 20, 40, 100),
    )
    for population, confidence, tolerable, expected in product(
        range(0, 46, 3), confidences, shares, shares[:5]
    ):
        most, usual = Fraction(tolerable, 100), Fraction(expected, 100)
        assert sample_size(population, confidence, most, usual) == brute_size(
            population, confidence, most, usual
        )


def test_endless_sizes_by_brute_force() -> None:
    """Without a population the first n whose binomial tail is small enough, in fractions."""
    for most, usual in (("0.05", "0.01"), ("0.2", "0.05"), ("0.1", "0.03")):
        p, e, n = Fraction(most), Fraction(usual), 0
        while sum(comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(min(n, ceil(e * n)) + 1)) > Fraction(
            1, 20
        ):
            n += 1
        assert sample_size(None, Decimal("0.95"), Decimal(most), float(usual)) == n


def test_floats_are_the_decimals_that_print_them() -> None:
    """0.07 · 1300 is 91 marked logs, not the 92 of ``ceil(0.07 * 1300)``, which are found sooner; all kinds agree."""
    assert ceil(0.07 * 1300) == 92
    right, wrong = (brute_size(1300, Fraction(999, 1000), Fraction(k, 1300), Fraction(0)) for k in (91, 92))
    assert sample_size(1300, 0.999, 0.07, 0) == right != wrong
    kinds = [
        sample_size(1300.0, kind("0.999"), kind("0.07"), kind("0")) for kind in (float, Decimal, Fraction)
    ]
    assert kinds == [right] * 3


@pytest.mark.parametrize(
    "wrong",
    [(-1, 0.95, 0.05, 0), (10.5, 0.95, 0.05, 0), (10, 1.5, 0.05, 0), (10, 0.95, -0.1, 0), (10, 0.95, 0.1, 2),
     (None, 0.95, 0.05, 0.05), (None, 1, 0.05, 0), ("ten", 0.95, 0.05, 0), (10, float("nan"), 0.05, 0)],
)  # fmt: skip
def test_impossible_sizes_are_refused(wrong: Any) -> None:
    """Numbers outside of their range are refused, and what no endless sample can show."""
    with pytest.raises(WrongNumber) as refusal:
        sample_size(*wrong)
    assert isinstance(refusal.value, ValueError) and isinstance(refusal.value, Gy1100Error)


def test_finite_bounds_by_brute_force() -> None:
    """For all k ≤ n ≤ N ≤ 40 the bounds are the smallest and largest K that do not make k too rare."""
    for population in range(1, 41):
        for n in range(population + 1):
            tables = [
                [comb(m, x) * comb(population - m, n - x) for x in range(n + 1)]
                for m in range(population + 1)
            ]
            whole = comb(population, n)
            for k in range(n + 1):
                possible = [
                    m for m, table in enumerate(tables)
                    if 40 * sum(table[k:]) > whole and 40 * sum(table[: k + 1]) > whole
                ]  # fmt: skip
                assert interval(k, n, population) == (possible[0] / population, possible[-1] / population)


@pytest.mark.parametrize(("population", "n"), [(17, 5), (60, 12), (100, 10), (200, 20), (500, 30)])
def test_finite_bounds_cover(population: int, n: int) -> None:
    """Whatever the truth is, it lies inside in at least 95 of 100 samples."""
    bounds = [interval(k, n, population) for k in range(n + 1)]
    for marked in range(population + 1):
        chances = hypergeometric(population, marked, n)
        inside = sum(
            c for c, (low, high) in zip(chances, bounds, strict=True) if low <= marked / population <= high
        )
        assert inside >= Fraction(95, 100)


@pytest.mark.parametrize(
    ("k", "n", "confidence", "low", "high"),
    [(0, 10, 0.95, 0.0, 0.3085), (1, 10, 0.95, 0.0025, 0.4450), (3, 10, 0.95, 0.0667, 0.6525),
     (5, 10, 0.95, 0.1871, 0.8129),
     (0, 30, 0.95, 0.0, 0.1157), (10, 10, 0.95, 0.6915, 1.0), (2, 20, 0.95, 0.0123, 0.3170),
     (1, 20, 0.90, 0.0026, 0.2161)],
)  # fmt: skip
def test_endless_bounds_agree_with_tables(k: int, n: int, confidence: float, low: float, high: float) -> None:
    """Clopper–Pearson as printed in tables of four decimals."""
    assert interval(k, n, confidence=confidence) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_endless_bounds_solve_their_equations(counts: tuple[int, int]) -> None:
    """At the next doubles on either side of a bound the exact tail lies on either side of 1/40."""
    from math import nextafter

    k, n = counts
    low, high = interval(k, n)

    def tail(p: float, xs: range) -> Fraction:
        q = Fraction(p)
        return sum((comb(n, x) * q**x * (1 - q) ** (n - x) for x in xs), Fraction(0))

    if k < n:
        assert (
            tail(nextafter(high, 0), range(k + 1))
            >= Fraction(1, 40)
            >= tail(nextafter(high, 1), range(k + 1))
        )
    if k > 0:
        assert (
            tail(nextafter(low, 0), range(k, n + 1))
            <= Fraction(1, 40)
            <= tail(nextafter(low, 1), range(k, n + 1))
        )


def test_bounds_at_the_edges() -> None:
    """Nothing checked says nothing; all checked says all; 20 of 20 true of 200 means at least 84 %."""
    assert interval(0, 0) == interval(0, 0, 50) == interval(0, 0, 0) == (0.0, 1.0)
    assert interval(7, 20, 20) == (0.35, 0.35)
    assert interval(20, 20, 200) == (0.84, 1.0)
    assert interval(0, 20)[0] == 0.0 and interval(20, 20)[1] == 1.0


@pytest.mark.parametrize("wrong", [(3, 2), (1, 5, 4), (-1, 5), (1.5, 5), (1, 5, 10, 1.2)])
def test_impossible_counts_are_refused(wrong: Any) -> None:
    """More found than checked, more checked than there are, and what is no count."""
    with pytest.raises(ValueError, match="·"):
        interval(*wrong)


def test_lot_rules_by_brute_force() -> None:
    """The rule is the smallest sample whose two risks stay within 1/10."""
    for population, good, bad in ((50, "0.04", "0.2"), (120, "0.05", "0.3"), (30, "0", "0.1")):
        fine, poor = int(Fraction(good) * population), ceil(Fraction(bad) * population)
        possible = [
            (n, c) for n in range(population + 1) for c in range(n + 1)
            if sum(hypergeometric(population, poor, n)[: c + 1]) <= Fraction(1, 10)
            and sum(hypergeometric(population, fine, n)[c + 1 :]) <= Fraction(1, 10)
        ]  # fmt: skip
        rule = lot_rule(population, float(good), Decimal(bad))
        assert (rule.n, rule.c) == possible[0]
        assert rule.consumer_risk == sum(hypergeometric(population, poor, rule.n)[: rule.c + 1])


def test_lots_that_cannot_be_told_apart_are_refused() -> None:
    """Shares that are no whole log apart, or in the wrong order, and a risk of one half."""
    for wrong in ((10, 0.02, 0.02), (10, 0.1, 0.1), (100, 0.2, 0.1), (100, 0.1, 0.2, 0.5)):
        with pytest.raises(WrongNumber):
            lot_rule(*wrong)


def redrawn(seed: str, ids: list[str], n: int) -> list[str]:
    """Draw as anybody would who read the rule: number the hashes, sort the numbers."""
    numbers = {}
    for item in ids:
        digest = hashlib.sha256()
        digest.update(seed.encode("utf-8"))
        digest.update(b",")
        digest.update(item.encode("utf-8"))
        numbers[int.from_bytes(digest.digest(), "big")] = item
    return [numbers[number] for number in sorted(numbers)[:n]]


def test_a_second_implementation_draws_the_same() -> None:
    """A thousand random frames in any order, redrawn without our code."""
    dice = random.Random(4)
    for _ in range(1000):
        ids = [f"日志{number}" for number in dice.sample(range(10_000), dice.randint(1, 40))]
        seed, n = str(dice.getrandbits(70)), dice.randint(0, len(ids))
        assert draw(seed, ids, n) == redrawn(seed, sorted(ids), n)


def test_every_id_is_drawn_equally_often() -> None:
    """Chi-square of inclusion over 20,000 seeds stays below the point that one in a thousand exceeds."""
    ids, n, seeds = [f"RZ{k:06d}" for k in range(16)], 5, 20_000
    counts = Counter(item for seed in range(seeds) for item in draw(str(seed), ids, n))
    expected = seeds * n / len(ids)
    spread = expected * (1 - n / len(ids)) * len(ids) / (len(ids) - 1)
    assert (
        sum((counts[item] - expected) ** 2 for item in ids) / spread < 37.697
    )  # chi-square, 15 degrees of freedom


def test_draws_that_cannot_be_are_refused() -> None:
    """More than there are, and an id that stands there twice."""
    for ids, n in ((["a", "b"], 3), (["a", "a"], 1), (["a"], -1)):
        with pytest.raises(WrongNumber):
            draw("1", ids, n)


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 60), min_size=1), st.integers(0, 80))
def test_a_larger_number_only_adds(sizes: dict[str, int], n: int) -> None:
    """Shares are whole, within their groups, one each where there is room, and never shrink as the number grows."""
    now, more = shared_out(n, sizes), shared_out(n + 1, sizes)
    assert sum(now.values()) == min(n, sum(sizes.values()))
    assert all(now[name] <= more[name] <= sizes[name] for name in sizes)
    assert n < len(sizes) or min(now.values()) >= 1


def office(folder: Path, *, checks: Any = (), texts: int = 30, **cadre: Any) -> Any:
    """Return an assessment with logs of four cadres in two units."""
    logs = [
        {
            "log_id": f"L{who['cadre_id']}{k:03d}",
            "cadre_id": who["cadre_id"],
            "date": day,
            "text": f"走访青年秘密{k}家",
        }
        for who in CADRES
        for k, day in enumerate(days("2017-04-03", texts, 2))
    ]
    roster = [who | cadre if who["cadre_id"] == "G1" else who for who in CADRES]
    return assessment_of(folder, {"cadres": roster, "logs": logs, "spot_checks": list(checks)}, "2018-03-02")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return an assessment without checks."""
    return office(tmp_path_factory.mktemp("office"))


def test_the_frame_is_the_considered_logs(tmp_path: Path) -> None:
    """Logs before the plan are left out, repeated ones stay, ids come sorted, and no text is there."""
    logs = [
        {"log_id": "L2", "date": "2017-04-01", "text": "走访青年了解就业需求一次"},
        {"log_id": "L10", "date": "2017-05-01", "text": "走访青年了解就业需求一次"},
        {"log_id": "L1", "date": "2017-03-31"},
    ]
    result = assessment_of(tmp_path, {"cadres": [{}], "logs": logs}, "2017-12-31")
    assert [log.log_id for log in frame_of(result)] == ["L10", "L2"]
    assert not any("走访" in str(cell) for cell in considered_logs(result).to_numpy().ravel())


def test_a_frame_reads_back(result: Any, tmp_path: Path) -> None:
    """What was frozen is what is read, and its hash is that of the file."""
    frozen = freeze(result, NOON, 5)
    write_frame(frozen, tmp_path)
    assert read_frame(tmp_path) == read_frame(tmp_path / "frame.json") == frozen
    assert hashlib.sha256((tmp_path / "frame.csv").read_bytes()).hexdigest() == frozen.sha256


def test_an_edited_frame_is_refused(result: Any, tmp_path: Path) -> None:
    """One log taken out, or a record that is damaged or gone."""
    write_frame(freeze(result, NOON), tmp_path)
    whole = (tmp_path / "frame.csv").read_bytes()
    (tmp_path / "frame.csv").write_bytes(whole.rsplit(b"\r\n", 2)[0] + b"\r\n")
    with pytest.raises(Unusable, match="changed"):
        read_frame(tmp_path)
    (tmp_path / "frame.json").write_text("{}", "utf-8")
    with pytest.raises(Unusable, match="damaged"):
        read_frame(tmp_path)
    (tmp_path / "frame.csv").unlink()
    with pytest.raises(NothingToRead):
        read_frame(tmp_path)


def test_a_frame_that_no_longer_matches_is_refused(result: Any, tmp_path: Path) -> None:
    """Says by unit how many logs came, went, or belong to another type of cadre now."""
    frozen = freeze(result, NOON)
    check_frame(frozen, result)
    with pytest.raises(
        Unusable, match=r"剑阁县: 0 new, 3 gone, 0 with.*\n.*苍溪县: 0 new, 1 gone"
    ) as refusal:
        check_frame(frozen, office(tmp_path / "fewer", texts=29))
    assert refusal.value.exit_code == 65
    with pytest.raises(Unusable, match="剑阁县: 0 new, 0 gone, 30 with another"):
        check_frame(frozen, office(tmp_path / "moved", cadre_type="seconded"))


def test_an_older_seed_is_refused(result: Any) -> None:
    """A second before the frame is too early, the same moment is not; zones are minded, none means Beijing."""
    frozen = freeze(result, NOON)
    with pytest.raises(Unusable, match="older"):
        drawn(frozen, SEED, 3, seed_time=NOON - timedelta(seconds=1))
    with pytest.raises(Unusable, match="older"):
        drawn(frozen, SEED, 3, seed_time=datetime.fromisoformat("2018-03-05T11:59:59"))
    assert len(drawn(frozen, SEED, 3, seed_time=datetime.fromisoformat("2018-03-05T04:00:00+00:00"))) == 6


def test_each_unit_gives_its_lowest_tickets(result: Any) -> None:
    """The sample of a unit is what the second implementation draws from the unit's ids."""
    sample = drawn(freeze(result, NOON, by_type=False), SEED, 7, seed_time=NOON)
    for unit in ("剑阁县", "苍溪县"):
        ids = [log.log_id for log in frame_of(result) if log.unit == unit]
        assert list(sample.loc[sample["unit"] == unit, "log_id"]) == redrawn(SEED, ids, 7)


@pytest.mark.parametrize("by_type", [False, True])
def test_a_second_round_extends_the_first(result: Any, by_type: bool) -> None:
    """Whatever the number grows to, nothing drawn is dropped, and no unit gives more than it has."""
    frozen = freeze(result, NOON, by_type=by_type)
    samples = [set(drawn(frozen, SEED, n, seed_time=NOON)["log_id"]) for n in range(1, 95)]
    assert all(first <= second for first, second in pairwise(samples))
    assert len(samples[-1]) == 120


def test_cadre_types_share_a_unit_in_proportion(result: Any) -> None:
    """Ten of a unit with thirty logs of each type: 4, 3, 3."""
    sample = drawn(freeze(result, NOON, by_type=True), SEED, 10, seed_time=NOON)
    counts = sample[sample["unit"] == "剑阁县"]["cadre_type"].value_counts()
    assert sorted(counts) == [3, 3, 4]


def test_numbers_and_seeds_that_break_the_rule_are_refused(result: Any) -> None:
    """No number, fewer than was frozen, no seed, one that is no text."""
    for frozen, seed, n in (
        (freeze(result, NOON), SEED, None), (freeze(result, NOON, 8), SEED, 7), (freeze(result, NOON, 8), " ", 8),
        (freeze(result, NOON, 8), "\udcff12", 8),
    ):  # fmt: skip
        with pytest.raises(WrongUsage):
            drawn(frozen, seed, n, seed_time=NOON)


def test_risk_chosen_logs_are_marked(result: Any) -> None:
    """They come last with their reasons joined; one drawn anyway stays random; unknown ids are named."""
    frozen = freeze(result, NOON)
    sample = drawn(frozen, SEED, 2, seed_time=NOON)
    own = sample["log_id"].iloc[0]
    other = next(log.log_id for log in frozen.logs if log.log_id not in set(sample["log_id"]))
    whole = with_risk(sample, frozen, SEED, [(own, "x"), (other, "雷同"), (other, "突击"), (other, "雷同")])
    assert list(whole["part"]) == ["random"] * 4 + ["risk"]
    assert whole.iloc[-1][["log_id", "reason"]].tolist() == [other, "雷同；突击"]
    with pytest.raises(Unusable, match="L404"):
        with_risk(sample, frozen, SEED, [("L404", "")])


def checked_office(folder: Path, plan: dict[str, str], extra: Any = ()) -> Any:
    """Return the assessment with one check for each log of a plan, log id -> outcome."""
    rows = [
        {"log_id": i, "cadre_id": i[1:3], "outcome": o, "checked_on": "2018-03-06", "check_id": f"C{i}"}
        for i, o in plan.items()
    ]
    return office(folder, checks=[*rows, *extra])


def test_estimates_count_the_random_part_alone(result: Any, tmp_path: Path) -> None:
    """Six genuine, one partly, one false, two unreached; a risk-chosen and a stray false check change nothing."""
    frozen = freeze(result, NOON, by_type=False)
    sample = drawn(frozen, SEED, 10, seed_time=NOON)
    ids = list(sample.loc[sample["unit"] == "剑阁县", "log_id"])
    rest = [log.log_id for log in frozen.logs if log.unit == "剑阁县" and log.log_id not in ids]
    plan = dict(zip(ids, ["genuine"] * 6 + ["partly", "false", "unreached", "unreached"], strict=True))
    plan |= {rest[0]: "false", rest[1]: "false"}
    whole = with_risk(sample, frozen, SEED, [(rest[0], "雷同")])
    row = estimates(checked_office(tmp_path, plan), frozen, whole).iloc[0]
    counts = ["frame", "drawn", "genuine", "partly", "false", "unreached", "open", "n"]
    assert row[counts].tolist() == [90, 10, 6, 1, 1, 2, 0, 8]
    assert (row["low"], row["high"]) == interval(6, 8, 90)
    assert (row["worst"], row["best"]) == (interval(6, 10, 90)[0], interval(8, 10, 90)[1])


def test_the_latest_check_that_reached_somebody_holds(result: Any, tmp_path: Path) -> None:
    """Unreached, then genuine, then unreached again is genuine; what is not drawn yet is open."""
    frozen = freeze(result, NOON)
    sample = drawn(frozen, SEED, 1, seed_time=NOON)
    log = sample["log_id"].iloc[0]
    again = [
        {"log_id": log, "cadre_id": log[1:3], "outcome": outcome, "checked_on": day}
        for outcome, day in (
            ("unreached", "2018-03-06"),
            ("genuine", "2018-03-07"),
            ("unreached", "2018-03-08"),
        )
    ]
    found = estimates(checked_office(tmp_path, {}, again), frozen, sample)
    assert found[["genuine", "unreached", "open"]].to_numpy().tolist() == [[1, 0, 0], [0, 0, 1]]


def test_no_bare_percentage_below_thirty(result: Any, tmp_path: Path) -> None:
    """Of 29 the share is empty and the sentence tells k of n; of 30 it is given beside them."""
    frozen = freeze(result, NOON)
    for n, shown in ((29, False), (30, True)):
        sample = drawn(frozen, SEED, n, seed_time=NOON)
        plan = dict.fromkeys(sample["log_id"], "genuine")
        row = estimates(checked_office(tmp_path / str(n), plan), frozen, sample).iloc[0]
        sentence = in_words(row.to_dict())
        assert (row["share"] == 1.0) == shown and f"抽查 {n} 条，属实 {n} 条" in sentence
        assert (f"属实 {n} 条，100.0%；" in sentence) == shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bounds_are_told_outwards(lang: str) -> None:
    """No sentence tells a narrower bound than was found; a bound of a tenth of a per cent is told as it is."""
    row: dict[str, Any] = dict.fromkeys(("frame", "drawn", "genuine", "unreached", "open", "n"), 5)
    bounds = {"low": 0.95679, "high": 0.95611, "worst": 0.95999, "best": 0.0001}
    told = "".join(in_words(row | bounds | {"open": n}, lang) for n in (0, 1))
    assert re.findall(r"[\d.]+%", told) == ["95.6%", "95.7%", "95.9%", "0.1%", "95.9%", "0.1%"]
    for tenths in range(1001):
        exact = dict.fromkeys(bounds, tenths / 1000)
        assert set(re.findall(r"[\d.]+%", in_words(row | exact, lang))) == {f"{tenths // 10}.{tenths % 10}%"}


def test_the_least_promised_is_never_more_than_found() -> None:
    """Of 1343 logs with 20 genuine of 20: at least what is said."""
    frozen: Any = SimpleNamespace(by_type=False)
    for size in range(1000, 1400, 50):
        row = {"unit": "甲", "n": 0, "unreached": 0, "frame": size, "drawn": 20}
        told = re.findall(r"([\d.]+)%", _line(row, frozen, "zh")[1])
        low = Fraction(str(interval(20, 20, size)[0])) * 100
        assert low - Fraction(1, 10) < Fraction(told[0]) <= low


def test_types_drawn_by_themselves_are_bounded_together(result: Any, tmp_path: Path) -> None:
    """One row a unit; its bounds are those of the strata, so that a type drawn too often cannot mislead."""
    frozen = freeze(result, NOON)
    sample = drawn(frozen, SEED, 10, seed_time=NOON)
    of_unit = sample[sample["unit"] == "剑阁县"]
    plan = dict.fromkeys(of_unit["log_id"], "genuine")
    row = estimates(checked_office(tmp_path, plan), frozen, sample).iloc[0]
    drawn_of = of_unit["cadre_type"].value_counts()
    assert (row["frame"], row["n"]) == (90, 10)
    assert (row["low"], row["high"]) == interval_of_strata([(n, n, 30) for n in drawn_of])


STRATA = [[(20, 4), (6, 1), (5, 1)], [(18, 5), (9, 0)], [(12, 3), (12, 3), (3, 3)]]


@pytest.mark.parametrize("strata", STRATA)
def test_bounds_of_strata_by_brute_force(strata: list[tuple[int, int]]) -> None:
    """Every way to spread the marked logs is tried: the largest number not too rare under some of them."""
    size = sum(population for population, _ in strata)
    for found in product(*(range(n + 1) for _, n in strata)):
        given = [(k, n, population) for k, (population, n) in zip(found, strata, strict=True)]
        most = max(
            sum(spread)
            for spread in product(*(range(k, population - n + k + 1) for k, n, population in given))
            if chance_of_few(spread, strata, sum(found)) > 1 / 40
        )
        assert interval_of_strata(given)[1] == most / size
        turned = interval_of_strata([(n - k, n, population) for k, n, population in given])
        assert turned[0] == pytest.approx(1 - most / size)


@cache
def tail_table(population: int, n: int) -> list[list[float]]:
    """Return P(X = x) by the number of marked logs."""
    return [[float(c) for c in hypergeometric(population, m, n)] for m in range(population + 1)]


def chance_of_few(spread: tuple[int, ...], strata: list[tuple[int, int]], most: int) -> float:
    """Return P(all found together ≤ most) for one way to spread the marked logs."""
    sums = [1.0]
    for marked, (population, n) in zip(spread, strata, strict=True):
        table = tail_table(population, n)[marked]
        sums = [
            sum(sums[x - y] * table[y] for y in range(len(table)) if 0 <= x - y < len(sums))
            for x in range(len(sums) + n)
        ]
    return sum(sums[: most + 1])


@pytest.mark.parametrize(
    "strata", [[(20, 4), (6, 1), (5, 1)], [(60, 6), (4, 1), (4, 1)], [(90, 8), (5, 1), (5, 1)]]
)
def test_bounds_of_strata_cover_where_the_plain_ones_fail(strata: list[tuple[int, int]]) -> None:
    """Wherever the marked logs are, 95 in 100 samples hold the truth, though small types are drawn too often."""
    size = sum(population for population, _ in strata)
    counts = list(product(*(range(n + 1) for _, n in strata)))
    bounds = {
        found: interval_of_strata([(k, n, p) for k, (p, n) in zip(found, strata, strict=True)])
        for found in counts
    }
    for spread in product(range(0, strata[0][0] + 1, 3), *(range(p + 1) for p, _ in strata[1:])):
        tables = [tail_table(p, n)[m] for m, (p, n) in zip(spread, strata, strict=True)]
        inside = sum(
            prod(table[k] for table, k in zip(tables, found, strict=True))
            for found in counts
            if bounds[found][0] - 1e-12 <= sum(spread) / size <= bounds[found][1] + 1e-12
        )
        assert inside >= 0.95


def test_large_strata_are_rounded_outwards() -> None:
    """A hundred steps in place of thousands: never narrower than all in one, and hardly wider."""
    low, high = interval_of_strata([(38, 40, 1453), (15, 15, 773), (5, 5, 154)])
    plain = interval(58, 60, 2380)
    assert plain[0] - 0.03 < low <= plain[0] and plain[1] <= high < plain[1] + 0.02
    assert interval_of_strata([(3, 10, 5000)]) == interval(3, 10, 5000)
    assert interval_of_strata([]) == interval_of_strata([(0, 0, 0)]) == (0.0, 1.0)


def test_lots_are_decided_in_the_order_of_tickets(result: Any, tmp_path: Path) -> None:
    """Too many faults reject at once; enough genuine ones accept; an open log hides what comes behind it."""
    frozen = freeze(result, NOON, by_type=False)
    sample = drawn(frozen, SEED, 30, seed_time=NOON)
    ids = {u: list(rows["log_id"]) for u, rows in sample.groupby("unit")}
    plan = dict.fromkeys(ids["剑阁县"][:4], "false") | dict.fromkeys(ids["苍溪县"], "genuine")
    found = lots(checked_office(tmp_path / "a", plan), frozen, sample, 0.05, 0.3).set_index("unit")
    assert found["decision"].to_dict() == {"剑阁县": "reject", "苍溪县": "accept"}
    assert (found[["producer_risk", "consumer_risk"]] <= 0.1).all(axis=None)
    hidden = dict.fromkeys(ids["剑阁县"][1:], "genuine")
    found = lots(checked_office(tmp_path / "b", hidden), frozen, sample, 0.05, 0.3).set_index("unit")
    assert found.loc["剑阁县", ["decision", "examined"]].tolist() == ["open", 0]
    with pytest.raises(WrongUsage):
        lots(result, freeze(result, NOON), sample, 0.05, 0.3)


def test_what_is_promised_is_what_is_said_in_the_end(result: Any) -> None:
    """The bound ahead of all checks is that of the estimate when all turn out genuine, drawn by type or not."""
    for by_type in (True, False):
        frozen = SimpleNamespace(by_type=by_type, strata={("甲", "a"): 980, ("甲", "b"): 10, ("甲", "c"): 10})
        got = {"a": 8, "b": 1, "c": 1}
        strata = (
            [(n, n, frozen.strata["甲", kind]) for kind, n in got.items()] if by_type else [(10, 10, 1000)]
        )
        row = {"unit": "甲", "n": 0, "unreached": 0, "frame": 1000, "drawn": 10}
        least = floor(1000 * interval_of_strata(strata)[0]) / 10
        assert f"{least:.1f}%" in _line(row, frozen, "zh")[1]  # type: ignore[arg-type]
