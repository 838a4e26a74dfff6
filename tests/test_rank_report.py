"""The robustness notebook: it runs, its files are the tables, and every number of a paragraph stands in them."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gy1100.cli import run
from gy1100.report import RobustnessReport, charts, rank_charts
from gy1100.report.rank_sentences import RankWords
from gy1100.report.voice import Voice, number, percent, short

from .report_sample import sample_result

SECTIONS = (
    "masthead", "overview", "bands", "acceptability", "readings", "spread", "assumptions", "units", "pairs", "without",
    "swaps", "meaning", "provenance",
)  # fmt: skip


@cache
def report(lang: str = "zh") -> RobustnessReport:
    """Return the report of the sample with few draws."""
    made = RobustnessReport(sample_result(), lang, draws=300)
    if lang != "zh":
        made.__dict__["found"] = report().found
    return made


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what the command makes of the sample."""
    out = tmp_path_factory.mktemp("robustness") / "out"
    assert run(["robustness", "--draws", "300", "--out", str(out)]) == 0
    return out


def test_the_command(output: Path) -> None:
    """Page, notebook, a file for each table, the manifest with draws and seed."""
    made = {p.name for p in output.iterdir()}
    assert {f"{name}.csv" for name in report().found.tables} | {"robustness.html", "robustness.ipynb"} <= made
    manifest = json.loads((output / "manifest.json").read_text("utf-8"))
    assert '"draws": 300' in json.dumps(manifest) and '"seed": 1100' in json.dumps(manifest)
    page = (output / "robustness.html").read_text("utf-8")
    assert page.count("<svg") == 2 and "不改变任何得分和名次" in page and "示例数据" in page
    for unit in report().found.units["unit"]:
        assert report().words.unit(unit) in page


def test_the_same_numbers_in_another_process(output: Path) -> None:
    """The notebook's kernel made the same bytes as this process would."""
    units = pd.read_csv(output / "units.csv")
    pd.testing.assert_frame_equal(units, report().found.units, check_dtype=False)
    assert (output / "pairs.csv").read_text("utf-8-sig").splitlines()[
        0
    ] == "unit,other,ahead,behind,readings_ahead,settled"


def test_every_number_of_a_paragraph_stands_in_the_tables() -> None:
    """Ranks, scores and shares, as they are written for people."""
    found = report().found
    known = {"95%", str(report().words.combinations)}
    for table in found.tables.values():
        for value in np.unique(table.select_dtypes("number").to_numpy(dtype=float)):
            known |= {number(value), short(value), percent(value, 1)} if np.isfinite(value) else set()
    for unit in found.units["unit"]:
        told = re.findall(r"\d+(?:\.\d+)?%?", report().words.unit(unit).replace("（3—4月起）", ""))
        assert told and set(told) <= known, set(told) - known


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_sections_in_both_languages(lang: str) -> None:
    """Each has something to say, and English sentences hold no Chinese but the rulebook's own names."""
    for name in SECTIONS:
        assert len(getattr(report(lang), name)().html) > 100, name
    if lang == "en":
        words = [*report(lang).words.lead(), *report(lang).words.spread()]
        words += map(report(lang).words.unit, report(lang).found.units["unit"])
        assert not re.search(r"[\u4e00-\u9fff]", " ".join(words))


def test_what_is_said_where_nothing_moves() -> None:
    """No effect, no variance, nothing open, every order settled."""
    found = report().found
    still = dataclasses.replace(
        found,
        effects=found.effects.assign(moved=0),
        sobol=found.sobol.assign(first=np.nan, total=np.nan),
        judged=found.judged.head(0),
        dropped=found.dropped.assign(rank=found.dropped["rank_before"]),
    )
    made = RobustnessReport(sample_result())
    made.__dict__["found"] = still
    assert "没有单位的名次会变" in made.readings().html and "先后都不变" in made.without().html
    assert "无论怎样变动，名次都不变" in made.overview().html
    assert "没有待判定的要素" in made.spread().html
    assert "几处一起改才会变" in made.words.unit("剑阁县")
    turned = dataclasses.replace(found, dropped=found.dropped.assign(rank=9))
    made.__dict__["found"] = turned
    assert "其他单位之间的先后会变的" in made.without().html


def test_settled_units_stand_alone() -> None:
    """One in a band of its own is said to be firm; those of a band are named together."""
    words = RankWords(report().found, Voice(sample_result().rulebook))
    units = report().found.units
    first = units.iloc[0]
    assert ("单独为第" in words.unit(first["unit"])) == (sum(units["band"] == first["band"]) == 1)
    shared = units[units["band"].duplicated(keep=False)]["unit"]
    assert len(shared) and all("同在第" in words.unit(unit) for unit in shared)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_order_turned_round_is_not_firm(lang: str) -> None:
    """Two units, each in a band of its own, that draws put the other way round than published: said, never firm."""
    found, voice = report().found, Voice(sample_result().rulebook, lang)
    one, other = found.units["unit"].tail(2)
    bands = dict(zip(found.units["unit"], found.units["band"], strict=True)) | {one: 98, other: 97}
    mine = (found.pairs["unit"] == one) & (found.pairs["other"] == other)
    pairs = found.pairs.copy()
    pairs.loc[mine, ["ahead", "behind"]], pairs.loc[mine, "settled"] = (0.048, 0.952), False
    turned = dataclasses.replace(
        found, units=found.units.assign(band=found.units["unit"].map(bands)), pairs=pairs
    )
    words = RankWords(turned, voice)
    told = words.say("turned", unit=voice.unit(one), other=voice.unit(other), behind="95.2%")
    firm = words.say("lead.alone", units="|", settled="95%").partition("|")[0]
    assert told in words.lead() and told not in RankWords(found, voice).lead()
    assert not [line for line in words.lead() if line.startswith(firm) and voice.unit(other) in line]
    for unit in (one, other):
        said = words.unit(unit)
        assert (
            said.endswith(told) and words.say("unit.band.alone", band=bands[unit], settled="95%") not in said
        )
        assert words.say("unit.rival", other="|", ahead="", behind="").partition("|")[0] not in said


def test_charts_show_every_unit() -> None:
    """A cell for each rank of each unit; a line for each unit; valid by altair's schema."""
    import altair as alt

    voice, found = Voice(sample_result().rulebook), report().found
    heat, bands = rank_charts.heat_spec(found, voice), rank_charts.band_spec(found, voice)
    assert len(heat["data"]["values"]) == 81 and len(bands["data"]["values"]) == 9
    for spec in (heat, bands):
        alt.Chart.from_dict(spec, validate=True)
        assert "剑阁县" in charts.svg(spec)


@pytest.mark.parametrize("options", [["--draws", "0"], ["--seed", "-1"], ["--as-of", "2017-04-10"]])
def test_wrong_options(options: list[str], tmp_path: Path) -> None:
    """Exit 2 and nothing written; a day on which nothing is due too."""
    if options[0] == "--as-of":
        with pytest.raises(Exception, match="fewer than two"):
            _ = RobustnessReport(sample_result(options[1])).found
    else:
        assert run(["robustness", *options, "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()
