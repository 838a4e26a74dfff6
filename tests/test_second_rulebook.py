"""Another notice is one more folder: other units, periods, items and weights, and the levels above."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gy1100 import Assessment, assess, load_rulebook, read_evidence
from gy1100.bulletin import bulletin
from gy1100.calendar import Calendar
from gy1100.cli import run
from gy1100.decisions import read_decisions
from gy1100.desk.dossier import Dossier
from gy1100.desk.state import TABS, first_state
from gy1100.desk.tabs import Desk
from gy1100.errors import Refused, WrongUsage
from gy1100.report import (
    CalendarReport,
    DailyReport,
    Report,
    RobustnessReport,
    ScreensReport,
    UnitReport,
    rulebook_page,
)
from gy1100.report.workbook import write_workbook
from gy1100.robustness import combinations, robustness
from gy1100.rulebook import read_yaml

from .small_exports import days, write_tables

NAME = "fictitious-2019"
BOOK = load_rulebook(NAME)
CASES = read_yaml(BOOK.folder / "cases.yaml")
UNIT = "甲东县"


def of_unit(tables: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return a case's tables as rows of the first unit; youths may be told by their number."""
    youths = tables.get("youths", [])
    if isinstance(youths, dict):
        youths = [{"cadre_id": cadre} for cadre, n in youths.items() for _ in range(n)]
    named = {"cadres", "organ_activities", "submissions", "mechanisms"}
    rows = {**tables, "youths": youths} if "youths" in tables else tables
    return {t: [({"unit": UNIT} if t in named else {}) | row for row in found] for t, found in rows.items()}


@pytest.mark.parametrize("case", CASES, ids=[case["says"][:16] for case in CASES])
def test_worked_case(case: dict[str, Any], tmp_path: Path) -> None:
    """Each sentence of the made-up notice's cases is computed and comes out."""
    evidence = read_evidence(write_tables(tmp_path, of_unit(case["tables"])), BOOK)
    scores = assess(evidence, BOOK, as_of=str(case["as_of"])).scores
    for item, points in case["expect"].items():
        row = scores[(scores["unit"] == UNIT) & (scores["item"] == item)].iloc[0]
        assert f"{row['points']:.2f}" == f"{points:.2f}" and f"{points:.2f}" in case["says"]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return exports of six counties, with the headings and names that this province uses."""
    cadres = [
        {
            "cadre_id": f"R{n:02d}",
            "unit": unit.name,
            "cadre_type": ("full_time", "part_time", "seconded")[n % 3],
        }
        for n, unit in enumerate(list(BOOK.units) * 4)
    ]
    logs = [
        {"cadre_id": cadre["cadre_id"], "date": day, "channel": ("web", "mobile")[n % 2]}
        for n, cadre in enumerate(cadres) for day in days("2019-04-03", 1 + n % 5, 17)
    ]  # fmt: skip
    youths = [{"cadre_id": cadre["cadre_id"]} for n, cadre in enumerate(cadres) for _ in range(n % 9)]
    activities = [{"unit": u.name, "date": "2019-05-04", "kind": "open_day"} for u in list(BOOK.units)[::2]]
    folder = write_tables(
        tmp_path_factory.mktemp("second"),
        {"cadres": cadres, "logs": logs, "youths": youths, "organ_activities": activities},
    )
    roster = (folder / "cadres.csv").read_text("utf-8").replace("cadre_id", "人员代码", 1)
    (folder / "cadres.csv").write_text(roster.replace("甲东县", "共青团虚构省甲东县委员会"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def result(exports: Path) -> Assessment:
    """Return the assessment at the end of the made-up year."""
    return assess(read_evidence(exports, BOOK), BOOK, as_of=BOOK.rules.as_of.year_end.value)


def test_a_ranking_comes_out(result: Assessment) -> None:
    """Six units of another hundred points; all of its own items and no other."""
    assert set(result.ranking["unit"]) == set(BOOK.units.names)
    assert set(result.scores["item"]) == {"A.1", "A.2", "B.1", "B.2", "C.1", "C.2", "C.3"}
    assert result.ranking["points_due"].eq(100).all() and result.ranking["rank"].is_monotonic_increasing
    assert result.scores["points"].between(0, result.scores["points_max"]).all()


def test_every_page_is_written(result: Assessment, tmp_path: Path) -> None:
    """Each section of each report, the desk's tabs, workbook, documents, calendar and rulebook page come out."""
    unit = UnitReport(result, UNIT)
    shows = [Report(result), unit, DailyReport(result), ScreensReport(result), RobustnessReport(result, draws=200),
             CalendarReport(Calendar(BOOK, result.as_of, result))]  # fmt: skip
    skipped = {"movement", "write", "write_document", "progress_words", "signal_grid", "row_grid"}
    for show in shows:
        names = [
            n
            for n, m in vars(type(show)).items()
            if callable(m) and not n.startswith("_") and n not in skipped
        ]
        assert all(getattr(show, name)().html for name in names)
    unit.write_document(tmp_path / "unit.docx")
    made = bulletin(result.evidence, BOOK, "2019Q3")
    assert len(made.parts) == 9 and made.body().html and made.attached().html
    write_workbook(result, tmp_path / "scores.xlsx")
    assert "虚构规则集" in rulebook_page(BOOK)
    dossier = Dossier(result.evidence, BOOK)
    dossier.show(result)
    for tab in TABS:
        desk = Desk(dossier, first_state(BOOK, result.as_of))
        desk.do("tab", tab)
        assert f"tab-{tab}" in desk.html()


def test_other_readings_are_tried(result: Assessment) -> None:
    """All combinations of this notice's own readings, each as a full assessment scores it."""
    assert len(combinations(result).choices) == 48 and len(robustness(result, 200, 1).units) == len(
        BOOK.units
    )
    under = result.under(readings={"required_rounding": "ceil", "cadre_weight": "1"})
    assert under.rulebook.readings["cadre_weight"] == "1" and not under.scores.equals(result.scores)


def test_the_levels_above(exports: Path, result: Assessment) -> None:
    """The cities are assessed by the same rules on the rows of their counties; the province is one unit."""
    book = load_rulebook(f"{NAME}@city")
    cities = assess(read_evidence(exports, book), book, as_of=result.as_of)
    assert (book.id, list(book.units.names)) == (f"{NAME}@city", ["甲市", "乙市"])
    above = {unit.name: unit.within for unit in BOOK.units}
    counts = result.cadres.assign(unit=result.cadres["unit"].map(above))["unit"].value_counts()
    assert cities.cadres["unit"].value_counts().to_dict() == counts.to_dict()
    share = (result.cadres["contacted"] / result.cadres["required"]).clip(upper=1)
    weight = result.cadres["cadre_type"].eq("part_time").map({True: 1.5, False: 1.0})
    own = pd.DataFrame({"unit": result.cadres["unit"].map(above), "sum": share * weight, "weight": weight})
    sums = own.groupby("unit").sum()
    row = cities.scores[cities.scores["item"] == "C.1"].set_index("unit")["points"]
    for city in ("甲市", "乙市"):
        assert row[city] == pytest.approx(20 * sums.loc[city, "sum"] / sums.loc[city, "weight"], abs=0.005)
    assert load_rulebook(f"{NAME}@province").units.names == ("虚构省",)


def test_the_children_of_one_unit(exports: Path, result: Assessment) -> None:
    """A city's own counties, or the province's cities: those next below the unit of that name, and no others."""
    assert load_rulebook(f"{NAME}@甲市").units.names == ("甲东县", "甲南县", "甲中区")
    book, cities = load_rulebook(f"{NAME}@虚构省"), load_rulebook(f"{NAME}@city")
    assert (book.id, book.units.names) == (f"{NAME}@虚构省", cities.units.names)
    for one in (book, cities):
        found = assess(read_evidence(exports, one), one, as_of=result.as_of).cadres
        assert len(found) == len(result.cadres) and set(found["unit"]) == {"甲市", "乙市"}


@pytest.mark.parametrize(
    "written", ["甲市甲东县", "虚构省甲市甲东县", "虚构甲东", "甲市甲东县团委", "共青团甲市甲东县委员会"]
)
@pytest.mark.parametrize(
    ("level", "unit"), [("", "甲东县"), ("@city", "甲市"), ("@甲市", "甲东县"), ("@province", "虚构省")]
)
def test_the_units_above_stand_before_a_name(written: str, level: str, unit: str) -> None:
    """Whichever level is assessed, a county is known with its own city before its name, and with no other's."""
    units = load_rulebook(f"{NAME}{level}").units
    assert units.match_row(written).unit == unit and units.match_row(f"乙市{written}").unit is None


def test_what_was_kept_at_one_level_is_no_answer_at_another(exports: Path, tmp_path: Path) -> None:
    """The same files and rules, read first for the counties: the cities' rows are those of reading anew."""
    above = load_rulebook(f"{NAME}@city")
    read_evidence(exports, BOOK, cache=tmp_path / "cache")
    kept, fresh = read_evidence(exports, above, cache=tmp_path / "cache"), read_evidence(exports, above)
    assert kept.tables["cadres"].equals(fresh.tables["cadres"]) and kept.findings == fresh.findings
    assert set(kept.tables["cadres"]["unit"].to_pylist()) == {"甲市", "乙市"}


@pytest.mark.parametrize("name", [f"{NAME}@zone", "guangyuan-2017@city"])
def test_a_level_that_is_not_described(name: str) -> None:
    """It says which levels there are."""
    with pytest.raises(WrongUsage, match="没有这一级单位"):
        load_rulebook(name)


@pytest.mark.parametrize(("level", "units"), [("", 6), ("@city", 2)])
def test_the_command_takes_it(level: str, units: int, exports: Path, tmp_path: Path) -> None:
    """`year-end --rulebook` with another notice, and of a level above its counties."""
    asked = [
        "year-end",
        str(exports),
        "--rulebook",
        f"{NAME}{level}",
        "--reports",
        "none",
        "--out",
        str(tmp_path / "out"),
    ]
    assert run(asked) == 0
    ranking = pd.read_csv(tmp_path / "out" / "ranking.csv")
    assert len(ranking) == units and ranking["points_due"].eq(100).all()


def test_a_decision_on_a_county_is_none_on_its_city(tmp_path: Path) -> None:
    """Rows of counties are their city's; judgements are not."""
    path = tmp_path / "decisions.csv"
    path.write_text(
        "unit,item,element,value,assessor,time,valid_from,reason\n甲东县,A.1,,5,王,2019-12-31,,核实\n",
        "utf-8",
    )
    assert len(read_decisions(path, BOOK).entries) == 1
    with pytest.raises(Refused):
        read_decisions(path, load_rulebook(f"{NAME}@city"))
