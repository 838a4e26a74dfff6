"""Reports say what the frames say: words, tables, charts and sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from markupsafe import Markup

from gy1100 import words
from gy1100.errors import NothingToRead, WrongUsage
from gy1100.report import (
    ImportReport,
    Report,
    Steps,
    UnitReport,
    charts,
    explained,
    findings_view,
    sentences,
    tables,
)
from gy1100.report.grid import Column, Grid, written
from gy1100.report.markup import Fragment, shown, tag
from gy1100.report.sample import is_sample
from gy1100.report.voice import Voice, is_none, number, percent, short

from .report_sample import sample_evidence, sample_result
from .small_exports import assessment_of

if TYPE_CHECKING:
    from gy1100 import Evidence

YEAR = (
    "masthead overview ranking movement items missing weekly authenticity cadres shown explanations reading"
    " provenance"
)
UNIT = (
    "masthead overview items lost missing weekly authenticity cadres shown findings explanations provenance"
)
READ = "masthead overview errors aside tables units repairs notes files provenance"
ATTACK = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


@pytest.fixture
def voice() -> Voice:
    """Return the Chinese voice of the rulebook."""
    return Voice(sample_result().rulebook)


def cells(html: str) -> list[list[str]]:
    """Return the words of the first table's rows."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", c) for c in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)] for row in rows
    ]


@pytest.mark.parametrize(
    ("as_of", "lang"),
    [
        pytest.param("2017-04-01", "zh", marks=pytest.mark.long),
        pytest.param("2017-06-30", "zh", marks=pytest.mark.long),
        ("2017-06-30", "en"),
        ("2018-03-02", "zh"),
    ],
)
def test_every_section_shows_itself_on_any_day(lang: str, as_of: str) -> None:
    """Nothing due, some due, all due: each section is HTML without a code of ours or a missing value in it."""
    result = sample_result(as_of)
    shows = [
        (Report(result, lang), YEAR), (UnitReport(result, "剑阁", lang), UNIT),
        (ImportReport(result.evidence, result.rulebook, lang), READ), (Steps(result, lang), "masthead steps calendar"),
    ]  # fmt: skip
    for show, names in shows:
        for name in names.split():
            html = getattr(show, name)()._repr_html_()
            seen = re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", " ", html, flags=re.DOTALL)
            bad = re.findall(
                r"\bnan\b|\bNone\b|<NA>|awaiting_judgement|no_evidence|not_due|\breport\.[a-z]+\.", seen
            )
            assert not bad, (name, bad)


def test_english_pages_hold_no_chinese_but_data() -> None:
    """The English overview, ranking and items speak English throughout (the reading itself quotes headers)."""
    show = Report(sample_result(), "en")
    for name in ("overview", "ranking", "items", "weekly", "authenticity", "cadres"):
        html = getattr(show, name)()._repr_html_()
        html = re.sub(r"“1\+100”|font-family=\"[^\"]*\"", "", html)
        assert not re.findall(r"[\u4e00-\u9fff]+", html), name


def test_every_code_has_words(voice: Voice) -> None:
    """Statuses, components, flags, notes, kinds and tables of the sample all have words."""
    result = sample_result()
    known = {
        "status": set(result.scores["status"]), "component": set(result.components["component"]),
        "missing": set(result.missing["kind"]), "qualified": set(result.cadres["qualified"]),
        "cadre_type": set(result.cadres["cadre_type"]), "note": set(result.parts["note"].dropna()),
        "reason": {r for text in result.cadres["reasons"] for r in text.split(";") if r},
        "flag": {f for i in result.rulebook.items for f in result.explain("剑阁县", i.id).rows()["flag"].dropna()},
    }  # fmt: skip
    assert [
        f"{kind}.{c}" for kind, codes in known.items() for c in codes if not voice.knows(f"{kind}.{c}")
    ] == []


def test_ranking_table_equals_the_frame(voice: Voice) -> None:
    """Rank, unit, score and total in the table are those of ranking.csv, in its order."""
    result = sample_result()
    rows = cells(tables.ranking_grid(result, voice).html())[1:]
    frame = result.ranking
    expected = [[str(r.rank), r.unit, number(r.score_100), number(r.total)] for r in frame.itertuples()]
    assert [row[:4] for row in rows] == expected


def test_matrix_shows_every_score_with_its_status(voice: Voice) -> None:
    """A cell that is not plainly scored carries its status in words; a plain one has it as its title."""
    result = sample_result()
    grid = tables.matrix_grid(result, voice)
    shown_cells = [c for row in grid.rows for c in row if isinstance(c, tuple)]
    assert len(shown_cells) == len(result.scores)
    for (html, points), row in zip(shown_cells, result.scores.to_dict("records"), strict=True):
        assert points == row["points"]
        assert voice.code("status", row["status"]) in html


def test_ranking_chart_draws_bars_and_bounds() -> None:
    """One bar a unit; one rule with two ends for each unit whose score may still change."""
    result = sample_result()
    spec = charts.ranking_spec(result, Voice(result.rulebook))
    open_ = [b for b in tables.score_bounds(result).values() if b[0] != b[1]]
    assert len(spec["data"]["values"]) == len(result.ranking)
    assert len(spec["layer"][1]["data"]["values"]) == len(open_)
    assert charts.svg(spec).count("<path") > len(result.ranking)


def test_heat_map_leaves_items_out_that_are_not_due(voice: Voice) -> None:
    """On 30 June the map holds only the items that are due."""
    result = sample_result("2017-06-30")
    due = result.scores[result.scores["points_due"] > 0]
    assert len(charts.heat_spec(result, voice)["data"]["values"]) == len(due) < len(result.scores)


@pytest.mark.parametrize("unit", ["利州区", "朝天区", "市天然气综合利用工业园区"])
def test_waterfall_ends_at_the_total(unit: str, voice: Voice) -> None:
    """From the points due the steps lead down to the published total, none left out."""
    result = sample_result()
    rows = charts.waterfall_rows(result, unit, voice)
    total = float(tables.row_of(result.ranking, unit)["total"])
    assert rows[-1]["to"] == pytest.approx(total)
    assert rows[0]["to"] - sum(r["to"] - r["from"] for r in rows[1:-1]) == pytest.approx(total)
    assert 0 <= charts.waterfall_start(rows) < total


def test_weekly_chart_adds_up(voice: Voice) -> None:
    """Valid and invalid logs of all weeks together are all considered logs."""
    result = sample_result()
    rows = charts.weekly_spec(result, voice)["data"]["values"]
    assert sum(r["n"] for r in rows) == result.weekly["logs"].sum()


def test_charts_follow_the_vega_lite_schema(voice: Voice) -> None:
    """Altair's schema accepts all four specifications."""
    altair = pytest.importorskip("altair")
    result = sample_result()
    specs = [
        charts.ranking_spec(result, voice), charts.heat_spec(result, voice), charts.weekly_spec(result, voice),
        charts.waterfall_spec(result, "朝天区", voice),
    ]  # fmt: skip
    for spec in specs:
        altair.Chart.from_dict(spec, validate=True)


def test_chart_text_is_escaped(voice: Voice) -> None:
    """Text in a chart is shown as text."""
    rows = [{"step": ATTACK, "from": 0, "to": 1, "kind": "end", "text": ATTACK}]
    spec = charts.waterfall_spec(sample_result(), "朝天区", voice) | {"data": {"values": rows}}
    assert "<img" not in charts.svg(spec)
    assert "<script" not in charts.figure(spec, ATTACK, ATTACK).html


def test_markup_escapes_what_is_not_markup() -> None:
    """Children and attributes from data are escaped, markup stays, hidden characters become visible."""
    assert tag("p", ATTACK, title='"x"') == (
        '<p title="&#34;x&#34;">&lt;img src=x onerror=&#34;window.hacked=1&#34;&gt;'
        "&lt;script&gt;window.hacked=1&lt;/script&gt;</p>"
    )
    assert tag("p", Markup("<b>x</b>"), hidden=True, id=None) == "<p hidden><b>x</b></p>"
    assert shown("a\u202eb\x00c\n") == "a⟦202E⟧b⟦00⟧c\n"


def test_fragment_shows_html_and_adds_up() -> None:
    """A fragment shows its HTML in a notebook and its plain words in a console."""
    both = Fragment(Markup("<p>a</p>"), "a") + Fragment(Markup("<p>b</p>"))
    assert both._repr_html_() == "<p>a</p><p>b</p>"
    assert repr(both) == "a"


def test_numbers_are_written_for_people() -> None:
    """Two places for points, percent for shares, nothing for nothing."""
    assert [written(v, "points") for v in (1, None, float("nan"), pd.NA)] == ["1.00", "", "", ""]
    assert (written(0.5, "share"), written(3.0, "count"), written("x", "number")) == ("50.0%", "3", "x")
    assert (short(1 / 3), short(2), percent(0.12345), number(2.5)) == ("0.3333", "2", "12%", "2.50")
    assert is_none(pd.NaT)
    assert not is_none(0)


def test_long_tables_scroll_and_filter() -> None:
    """From 25 rows on a table has a box of its own and a filter, below it has neither."""
    columns = (Column("甲", "name"), Column("乙", "points"))
    rows = tuple((f"r{n}", n) for n in range(25))
    assert 'type="search"' in Grid(columns, rows).html(filter_label="筛选")
    assert "gy-tall" not in Grid(columns, rows[:24]).html(filter_label="筛选")
    assert "<caption>说明</caption>" in Grid(columns, rows, "说明").html()


def test_sentences_are_true_to_the_figures(voice: Voice) -> None:
    """Leaders, rank and losses in the sentences are those of the frames."""
    result = sample_result()
    lines = sentences.ranking_lines(result, voice)
    first = result.ranking.iloc[0]
    assert f"{first['unit']}（{first['score_100']:.2f}）" in lines[0]
    shares = result.scores.groupby("item")[["points", "points_due"]].sum()
    worst = (shares["points"] / shares["points_due"]).idxmin()
    assert voice.item(worst) in lines[1]
    assert str(first["rank"]) in sentences.rank_line(result, first["unit"], voice)


def test_opening_names_what_is_missing(voice: Voice) -> None:
    """Points due, absent tables and rows set aside are said first."""
    result = sample_result("2017-06-30")
    evidence = replace(
        result.evidence,
        present=result.evidence.present - {"media", "youths"},
        aside={("剑阁县", "logs"): 3, ("", "youths"): 1},
    )
    lines = sentences.opening(replace(result, evidence=evidence), voice)
    assert "100分中有" in lines[0]
    assert "联系青年" in lines[1] and "媒体宣传" not in lines[1]
    assert "媒体宣传" in lines[2] and "联系青年" not in lines[2]
    assert "4行" in lines[3]
    assert "（无法确定单位）" in tables.aside_grid(evidence, voice).html()
    assert "3行" in UnitReport(replace(result, evidence=evidence), "剑阁县").masthead().html


def test_what_was_not_delivered_is_not_called_lost(tmp_path: Path, voice: Voice) -> None:
    """An item without evidence is never the one that lost most; how much of a loss it makes is said."""
    days = ["2017-05-01", "2017-05-02"]
    tables = {"cadres": [{}], "logs": [{"date": day} for day in days]}
    result = assessment_of(tmp_path, tables, "2018-03-02")
    scores = result.scores[result.scores["unit"] == "剑阁县"].set_index("item")
    bare = scores[scores["status"] == "no_evidence"]
    line = sentences.lost_line(result, "剑阁县", voice)
    assert f"其中无数据的项目{(bare['points_due'] - bare['points']).sum():.2f}分；失分最多的是" in line
    said = line + "".join(sentences.ranking_lines(result, voice))
    assert "4.2" in bare.index and not [item for item in bare.index if voice.item(item) in said]
    with_all = sentences.lost_line(sample_result(), "剑阁县", voice)
    assert "无数据" not in with_all and "分；失分最多的是" in with_all


def test_parts_show_weights_where_they_differ(voice: Voice) -> None:
    """Who recomputes an item from its parts finds what each cadre weighs; where all weigh alike nothing is said."""
    result = sample_result()
    cadres, quarters = (
        explained.part_grid(result.explain("剑阁县", item), voice, {}) for item in ("4.2", "1.1")
    )
    place = [column.title for column in cadres.columns].index("权重")
    parts = result.explain("剑阁县", "4.2").parts
    assert [row[place] for row in cadres.rows] == parts["weight"].tolist()
    assert "权重" not in [column.title for column in quarters.columns]


def test_absent_decisions_table_is_not_missed(voice: Voice) -> None:
    """The decisions are no export: their absence is nothing to report."""
    assert sentences.absent_tables(sample_evidence(), voice) == []


def test_nothing_due_has_no_ranking_sentence(voice: Voice) -> None:
    """Before anything is due nobody leads and no score is shown."""
    result = sample_result("2017-04-01")
    assert sentences.ranking_lines(result, voice) == []
    assert sentences.median_score(result) is None
    assert sentences.rank_words(result, "利州区", voice) == "未到期"


def test_findings_of_a_unit_are_its_own() -> None:
    """Findings on a sheet of one unit, and errors and notes on its rows elsewhere; no repair of a shared sheet."""
    evidence = sample_evidence()
    owners = row_owners(evidence)
    for unit in ("旺苍县", "利州区"):
        for f in findings_view.findings_of(evidence.findings, unit, evidence.owners):
            here = {owner for (file, sheet, _), owner in owners.items() if (file, sheet) == (f.file, f.sheet)}
            assert here == {unit} or owners[f.file, f.sheet, f.row or 0] == unit


def row_owners(evidence: Evidence) -> dict[tuple[str, str, int], str]:
    """Return the unit of every accepted row, each looked up by itself."""
    cadres = evidence.tables["cadres"].to_pylist()
    unit_of = {cadre["cadre_id"]: cadre["unit"] for cadre in cadres}
    places = [(source.file, source.sheet) for source in evidence.sources]
    return {
        (*places[row["source"]], row["row"]): row.get("unit") or unit_of.get(row.get("cadre_id", ""), "")
        for table in evidence.tables.values()
        for row in table.to_pylist()
    }


def test_owners_are_those_of_each_row() -> None:
    """Rows that findings name, and all units of a sheet, as if each row were looked up by itself."""
    evidence = sample_evidence()
    owners, sheets = row_owners(evidence), dict[tuple[str, str], set[str]]()
    for (file, sheet, _), unit in owners.items():
        sheets.setdefault((file, sheet), set()).add(unit)
    named = {(f.file, f.sheet, f.row or 0) for f in evidence.findings} & owners.keys()
    assert (
        evidence.owners.sheets == sheets and len({unit for units in sheets.values() for unit in units}) == 9
    )
    assert named and {place: owners[place] for place in named} == {
        place: unit for place, unit in evidence.owners.rows.items() if place in owners
    }


def test_grouped_findings_count_every_finding(voice: Voice) -> None:
    """The groups together hold as many findings as there are."""
    findings = sample_evidence().findings
    grid = findings_view.grouped_grid(findings, voice)
    assert sum(int(str(row[3])) for row in grid.rows) == len(findings)


def test_movement_compares_with_an_earlier_result(tmp_path: Path) -> None:
    """Facts, rules and judgement since a result that was written stand in all reports; no result is refused."""
    sample_result("2017-12-31").write(tmp_path / "then")
    html = Report(sample_result()).movement(str(tmp_path / "then")).html
    assert "从2017年12月31日到2018年3月2日" in html
    of_unit = UnitReport(sample_result(), "剑阁县").movement(str(tmp_path / "then")).html
    assert "剑阁县" in of_unit and "青川县" not in of_unit
    with pytest.raises(NothingToRead, match="none"):
        Report(sample_result()).movement(f"{tmp_path}/none")


def test_names_can_be_left_out() -> None:
    """Without names neither the cadre table nor the explanations name anybody."""
    result = sample_result()
    names = set(result.cadres.loc[result.cadres["unit"] == "剑阁县", "name"])
    show = UnitReport(result, "剑阁县", names=False)
    html = show.cadres().html + show.explanations().html
    assert not [name for name in names if name in html]


def test_unknown_unit_is_refused() -> None:
    """A unit that the rulebook does not list is refused in one sentence."""
    with pytest.raises(WrongUsage, match="没有单位"):
        UnitReport(sample_result(), "成都市").masthead()


def test_only_the_sample_is_marked() -> None:
    """The mark is by the hashes of the files: all of the sample's, and no others."""
    evidence = sample_evidence()
    other = replace(evidence.sources[0], sha256="0" * 64)
    assert is_sample(evidence)
    assert not is_sample(replace(evidence, sources=(*evidence.sources, other)))
    assert "示例数据" in Report(sample_result()).masthead().html


def test_explanation_leads_to_the_rows() -> None:
    """Each part of 1.1 names the rows of the register that it counted."""
    explanation = sample_result().explain("剑阁县", "1.1")
    html = explanation._repr_html_()
    rows = explanation.rows()
    assert "附件2" in html
    assert explanation.arithmetic in html
    for n in rows.loc[rows["flag"].isna(), "row"]:
        assert str(n) in html


def test_report_words_are_all_used() -> None:
    """No word of the reports' catalogue is left over (codes of data are looked up by kind)."""
    from pathlib import Path

    folder = Path(words.__file__).parent
    files = [path for name in ("report", "bulletin") for path in (folder / name).glob("*.py")]
    code = "".join(path.read_text("utf-8") for path in files).replace("'", '"')
    looked_up = {
        "bulletin",  # heads of its parts, counts of its problems
        "status",
        "component",
        "missing",
        "qualified",
        "cadre_type",
        "reason",
        "flag",
        "note",
        "kind",
    }
    looked_up |= {
        "delivery",
        "regain",
        "screens",
        "compare",
        "peers",
        "element",
        "aspect",
        "yes",
        "severity",
        "role",
        "window",
        "meaning",
        "steps",
        "title",
        "duty_state",
        "owner",
        "department",
        "shown",
        "wish_kind",
        "wish_state",
        "evaluation",
        "level",
        "material",
        "robustness",
        "settled",
        "daily",
        "county",
        "card",
    }
    keys = [k.removeprefix("report.") for k in words.catalogue() if k.startswith("report.")]
    plain = [k for k in keys if k.split(".")[0] not in looked_up]
    spoken = [f'"{name}"' for k in plain for name in (k, f"report.{k}", k.partition(".")[2]) if name]
    known = {name.strip('"') for name in spoken if name in code}
    assert [k for k in plain if not {k, f"report.{k}", k.partition(".")[2]} & known] == []
