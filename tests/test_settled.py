"""Ranks that are not settled are marked in the reports: in words true to the tables, whatever is missing."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gy1100 import Assessment, assess, load_rulebook, read_evidence
from gy1100.bulletin.content import Matter, annexes, parts
from gy1100.errors import WrongUsage
from gy1100.report import Report, UnitReport
from gy1100.report.settled import SettledWords
from gy1100.report.voice import Voice
from gy1100.robustness import SettledRanks, combinations, rank_bands, robustness, settled_ranks
from gy1100.robustness.model import Model
from gy1100.robustness.spreads import check_spread, judgement, weight_spread
from gy1100.robustness.tallying import tallied
from gy1100.rulebook import Rulebook

from .report_sample import sample_evidence, sample_result
from .small_exports import assessment_of, write_tables

BOOK = load_rulebook()


def found() -> SettledRanks:
    """Return what is settled of the sample at the end of the year."""
    settled = sample_result().settled_ranks
    assert settled is not None
    return settled


@cache
def without_checks() -> Assessment:
    """Return an assessment in the middle of the year for which no spot checks and no organs' activities came."""
    evidence, gone = sample_evidence(), {"spot_checks", "organ_activities"}
    tables = {n: t.slice(0, 0) if n in gone else t for n, t in evidence.tables.items()}
    less = dataclasses.replace(evidence, tables=tables, present=evidence.present - gone)
    return assess(less, BOOK, as_of="2017-06-30")


def words(result: Assessment, lang: str = "zh") -> SettledWords:
    """Return the words of an assessment."""
    return SettledWords(result, Voice(BOOK, lang))


def test_groups_are_the_bands() -> None:
    """Who shares a band, or an order that is not settled, stands in one group; all others are settled."""
    bands = found().units.groupby("band", sort=False)["unit"].apply(tuple)
    assert found().groups == tuple(band for band in bands if len(band) > 1) and len(found().groups)
    for pair in found().pairs[~found().pairs["settled"]].itertuples():
        assert found().group_of(pair.unit) == found().group_of(pair.other) != ()
    assert found().group_of("利州区") == ()


def test_it_says_what_the_whole_analysis_says() -> None:
    """Few draws differ from many by no more than chance, and the readings not at all."""
    whole = robustness(sample_result(), 30_000, seed=2)
    pairs, other = found().pairs, whole.pairs
    assert (pairs["readings_ahead"] == other["readings_ahead"]).all()
    assert np.abs(pairs["ahead"] - other["ahead"]).max() < 0.03
    assert found().combinations * len(found().units) == len(whole.readings)
    assert (found().units["band"] == whole.units["band"]).all()


def test_an_order_turned_across_bands_is_not_settled() -> None:
    """Where draws settle two units against the published order, neither rank is settled."""
    from gy1100.robustness.settled import _groups

    ahead = np.array([[0, 0.01, 1], [0.99, 0, 1], [0, 0, 0]])
    units = pd.DataFrame({"unit": ["a", "b", "c"], "band": rank_bands(ahead)})
    pairs = pd.DataFrame({"unit": ["a", "a", "b"], "other": ["b", "c", "c"], "settled": [False, True, True]})
    assert units["band"].tolist() == [2, 1, 3] and _groups(units, pairs) == (("a", "b"),)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_year_ends_report_marks_them(lang: str) -> None:
    """A column beside the ranks, a sentence for each group, a table of pairs; settled units are in none of these."""
    shown, said = Report(sample_result(), lang).ranking().html, words(sample_result(), lang)
    marks = {unit: said.mark(unit) for unit in found().units["unit"]}
    assert all(f">{mark}<" in shown for mark in marks.values()) and set(said.lines()) and said.pairs()
    assert {unit for unit, mark in marks.items() if mark != said.say("yes")} == {
        u for g in found().groups for u in g
    }
    assert all(line in shown for line in said.lines())
    assert lang == "zh" or not re.search(
        r"[\u4e00-\u9fff]", "".join([*said.lines(), *said.of_unit("剑阁县")])
    )


def test_how_often_an_order_turns_is_counted_from_the_readings() -> None:
    """Out of how many combinations the published order does not hold, and the share of all draws."""
    grid, readings = words(sample_result()).pairs(), robustness(sample_result(), 10).readings
    assert grid is not None and len(grid.rows) == (~found().pairs["settled"]).sum()
    for ahead, behind, turned, share in grid.rows:
        one, other = (
            readings.loc[readings["unit"] == str(name).partition("（")[0], "score"].to_numpy()
            for name in (ahead, behind)
        )
        assert turned == f"{(one <= other).sum()} / {len(one)}" and 5 < float(str(share).rstrip("%")) <= 100


def test_the_county_report_says_so_of_its_own() -> None:
    """Against whom the rank is not settled and how often it turns; or that it is settled."""
    own = UnitReport(sample_result(), "剑阁县").overview().html
    rivals = found().pairs[~found().pairs["settled"] & (found().pairs["other"] == "剑阁县")]
    assert "剑阁县的名次说不准：第3–7名" in own and len(rivals)
    assert all(f"公布排在{unit}（第" in own for unit in rivals["unit"])
    first = UnitReport(sample_result(), "利州区").overview().html
    assert "利州区的名次站得住" in first and "说不准" not in first


def test_of_many_units_few_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least sure ones, and how many there are besides."""
    monkeypatch.setattr("gy1100.report.settled.MOST_NAMED", 2)
    assert "（5个单位）" in next(words(sample_result()).lines())
    own = [*words(sample_result()).of_unit("剑阁县")]
    assert [line.startswith("公布排在") for line in own[1:4]] == [True, True, False]
    assert own[3] == "另有2个单位与它的先后也说不准。"


def test_the_bulletin_signs_them_and_names_nobody() -> None:
    """Signs in both tables, sorted by rank all the same; the sentence says which ranks, not who."""
    matter = Matter(sample_result(), None, BOOK.quarters[-1], Voice(BOOK))
    results = next(p for p in parts(matter) if p.key == "results")
    for grid in (results.grid, annexes(matter)[0].grid):
        assert grid is not None
        signed = [str(row[1]) for row in grid.rows if isinstance(row[0], tuple)]
        assert tuple(signed) == found().groups[0] and grid.rows[2][0] == ("3※", 3)
    assert not [unit for unit in found().units["unit"] if unit in "".join(results.lines)]
    assert "第3–7名" in "".join(results.lines)


def test_it_works_with_missing_evidence_in_the_middle_of_the_year() -> None:
    """What has no evidence is counted at its lowest, and that is said."""
    said = [*words(without_checks()).lines()]
    assert without_checks().settled_ranks is not None and "按最低分计" in said[-1]
    assert "先后是否分明" in Report(without_checks()).ranking().html


def test_draws_count_where_they_bear_on_nothing() -> None:
    """Where weights and checks change no score, each draw is one case all the same, alone and with judgement."""
    known = combinations(sample_result(), {})
    still = dataclasses.replace(known, base=known.base * 0, bears=known.bears & False)
    spreads = weight_spread(sample_result(), 20), check_spread(sample_result(), known.units)
    for open_, first in (
        ((), 1),
        (judgement(sample_result(), known), 1 / 9),
    ):  # two others await one of three
        found = tallied(Model(still, *spreads, open_), 500, np.random.Generator(np.random.PCG64(1)))
        assert found.all.draws == found.weights.draws == 500
        assert found.weights.shares[:, 0].tolist() == [1.0] * 9
        assert found.all.shares[0, 0] == pytest.approx(first, abs=0.06)


def test_the_same_bytes_again() -> None:
    """A second assessment gives the same tables and words."""
    again = settled_ranks(sample_result())
    assert again.pairs.to_csv() == found().pairs.to_csv() and again.units.to_csv() == found().units.to_csv()


def test_where_it_cannot_be_tried() -> None:
    """An excluded combination stops no report, and that is said; where nothing is due there is nothing to say."""
    rules = BOOK.rules.model_copy(
        update={"excluded_combinations": ({"periods": "from_april", "lateness": "none"},)}
    )
    book = Rulebook(rules, BOOK.units, BOOK.tables, BOOK.folder, BOOK.sha256, {})
    result = dataclasses.replace(sample_result(), rulebook=book)
    assert result.settled_ranks is None and "没有检验" in Report(result).ranking().html
    assert "没有检验" in UnitReport(result, "剑阁县").overview().html
    early = sample_result("2017-04-10")
    assert (
        early.settled_ranks is None
        and list(words(early).lines()) == list(words(early).of_unit("剑阁县")) == []
    )


def test_too_many_combinations_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any of them is scored."""
    monkeypatch.setattr("gy1100.robustness.settled.MOST_COMBINATIONS", 100)
    with pytest.raises(WrongUsage, match="144"):
        settled_ranks(sample_result())


def test_nobody_did_anything(tmp_path: Path) -> None:
    """Where only a roster was received nothing that is drawn bears on points, and no order is settled."""
    evidence = read_evidence(write_tables(tmp_path, {"cadres": [{"cadre_id": "A1"}]}))
    found = assess(evidence, BOOK, as_of="2017-06-30").settled_ranks
    assert found is not None
    assert [len(group) for group in found.groups] == [len(BOOK.units)] and not found.pairs["settled"].any()


def test_units_published_level_are_not_said_to_be_ahead(tmp_path: Path) -> None:
    """Where scores are equal, each unit's own sentences and the table of pairs say level."""
    result = assessment_of(
        tmp_path,
        {"cadres": [{"unit": u.name, "cadre_id": f"G{n}"} for n, u in enumerate(BOOK.units)]},
        "2018-03-02",
    )
    found = words(result)
    lines = " ".join(found.of_unit("剑阁县"))
    assert "公布并列第1名" in lines and "公布排在" not in lines
    pairs = found.pairs()
    assert pairs and all("（1，并列）" in str(cell) for row in pairs.rows for cell in row[:2])
