"""What is shown beside the score: worked cases, totals equal to the rows, absent tables, small cells, the sections."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gy1100 import assess, load_rulebook
from gy1100.decisions import LOCAL, Decision
from gy1100.report import Report, UnitReport
from gy1100.report.shown import GRIDS, _evaluation
from gy1100.report.small_cells import hidden
from gy1100.report.voice import Voice

from .report_sample import sample_evidence, sample_result
from .small_exports import UNIT, assessment_of

if TYPE_CHECKING:
    from gy1100 import Assessment

DAYS = ["2017-04-01", "2017-06-30", "2017-10-15", "2018-03-02"]
FED = {"wishes": "raised", "evaluations": "ratings", "media": "total", "industries": "youths"}
SMALL = 5


def of(folder: Path, as_of: str = "2018-03-02", **tables: list[dict[str, Any]]) -> Assessment:
    """Return the assessment of small tables, one full-time cadre where none is given."""
    return assessment_of(folder, {"cadres": [{}], **tables}, as_of)


def row(frame: pd.DataFrame, **keys: str) -> dict[str, Any]:
    """Return the one row of a unit (and kind, quarter …)."""
    for name, value in ({"unit": UNIT} | keys).items():
        frame = frame[frame[name] == value]
    (found,) = frame.to_dict("records")
    return dict(found)


@cache
def sample_rows(table: str) -> list[dict[str, Any]]:
    """Return the rows of a table of the sample with the unit of their cadre."""
    tables = sample_evidence().tables
    units = {r["cadre_id"]: r["unit"] for r in tables["cadres"].to_pylist()}
    return [{"unit": units.get(r.get("cadre_id"))} | r for r in tables[table].to_pylist()]


def test_wishes_by_kind_and_state(tmp_path: Path) -> None:
    """Two wishes, one fulfilled, and one answered Youth Voice; a wish after the day does not exist."""
    rows = [
        {"wish_id": "X1", "cadre_id": "G1", "date": "2017-05-01", "kind": "wish", "state": "fulfilled"},
        {"wish_id": "X2", "cadre_id": "G1", "date": "2017-06-30", "kind": "wish", "state": "open"},
        {"wish_id": "X3", "cadre_id": "G1", "date": "2017-05-01", "kind": "youth_voice", "state": "answered"},
        {"wish_id": "X4", "cadre_id": "G1", "date": "2017-07-01", "kind": "wish", "state": "claimed"},
    ]
    frame = of(tmp_path, "2017-06-30", wishes=rows).indicators.wishes
    wish, voice = row(frame, kind="wish"), row(frame, kind="youth_voice")
    assert [wish[k] for k in ("raised", "open", "answered", "claimed", "fulfilled")] == [2, 1, 0, 0, 1]
    assert [voice[k] for k in ("raised", "answered")] == [1, 1]
    assert frame.loc[frame["unit"] != UNIT, "raised"].sum() == 0


RATED: list[tuple[list[str], int | None, float | None, str]] = [
    (["满意", "基本满意", "不满意", "不了解"], 8, (100 + 75 + 55) / 3, "valid"),  # 4 of 8 took part
    (["满意", "基本满意", "不满意", "不了解"], 9, (100 + 75 + 55) / 3, "low_participation"),
    (["5", "4", "3", "2", "1"], 5, (100 + 100 + 75 + 55 + 55) / 5, "valid"),
    (["不了解", "不了解"], 2, None, "no_ratings"),
    (["满意"], None, 100.0, "no_frame"),
    (["满意"], 0, 100.0, "no_frame"),
    ([], 3, None, "no_ratings"),
]


@pytest.mark.parametrize(("ratings", "contacted", "index", "status"), RATED)
def test_evaluations(
    tmp_path: Path, ratings: list[str], contacted: int | None, index: float | None, status: str
) -> None:
    """The index leaves out who does not know, and says something only from half of the contacted youths on."""
    tables: dict[str, list[dict[str, Any]]] = {
        "evaluations": [{"cadre_id": "G1", "date": "2017-06-01", "rating": r} for r in ratings]
        or [{"cadre_id": "G1", "date": "2018-03-20", "rating": "满意"}]  # after the day
    }
    if contacted is not None:
        tables["youths"] = [{"registered_on": "2017-05-01"}] * contacted
    found = row(of(tmp_path, **tables).indicators.evaluations)
    assert found["status"] == status
    assert found["ratings"] == len(ratings)
    assert found["unknown"] == ratings.count("不了解")
    assert pd.isna(found["index"]) if index is None else found["index"] == pytest.approx(index)


def test_the_frame_of_evaluations_is_of_the_rated_cadres(tmp_path: Path) -> None:
    """Youths of a cadre whom nobody rated are not in the frame, and those registered after the day neither."""
    youths = [{"cadre_id": "G1"}, {"cadre_id": "G2"}, {"cadre_id": "G1", "registered_on": "2018-03-10"}]
    ratings = [{"cadre_id": "G1", "date": "2017-06-01", "rating": "满意"}]
    result = of(tmp_path, cadres=[{}, {"cadre_id": "G2"}], youths=youths, evaluations=ratings)
    found = row(result.indicators.evaluations)
    assert (found["contacted"], found["participation"]) == (1, 1.0)


def test_provincial_talks(tmp_path: Path) -> None:
    """Only valid logs of the kind in May to September count, each cadre once, of those in post in the window."""
    kind = "provincial_congress_talk"
    logs = [
        {"date": "2017-04-30", "kind": kind},
        {"date": "2017-05-01", "kind": kind},
        {"date": "2017-09-30", "kind": kind},
        {"date": "2017-10-01", "kind": kind},
        {"date": "2017-06-01", "kind": kind, "text": "短"},
        {"date": "2017-06-02", "kind": "congress_talk"},
    ]
    held = [{"date": day, "kind": kind} for day in ("2017-04-30", "2017-05-01", "2017-10-01")]
    cadres = [{}, {"cadre_id": "G2"}, {"cadre_id": "G3", "post_start": "2017-09-20"}]
    result = of(tmp_path, cadres=cadres, logs=logs, organ_activities=held)
    found = row(result.indicators.provincial_talks)
    assert [found[k] for k in ("activities", "logs", "cadres", "considered")] == [1, 2, 1, 2]
    early = assess(result.evidence, result.rulebook, as_of="2017-04-30").indicators.provincial_talks
    assert early.drop(columns="unit").isna().all(axis=None)


def test_materials(tmp_path: Path) -> None:
    """In time, late, missing and not due; a later supplement fills the parts but not the delay."""
    rows = [
        {"quarter": "2017Q2", "submitted_on": "2017-06-20", "statistics": "是", "practice": "否"},
        {"quarter": "2017Q2", "submitted_on": "2017-06-25", "practice": "是"},
        {"quarter": "2017Q3", "submitted_on": "2017-09-21", "problems": "是"},
    ]
    frame = of(tmp_path, "2017-12-19", submissions=rows).indicators.materials
    found = {q: row(frame, quarter=q) for q in ("2017Q2", "2017Q3", "2017Q4")}
    assert [found[q]["state"] for q in found] == ["on_time", "late", "not_due"]
    assert found["2017Q2"]["first_on"] == date(2017, 6, 20)
    assert [bool(found["2017Q2"][p]) for p in ("statistics", "practice", "experience")] == [True, True, False]
    assert pd.isna(found["2017Q4"]["statistics"])
    last = of(tmp_path, "2017-12-20", submissions=rows).indicators.materials
    assert row(last, quarter="2017Q4")["state"] == "missing"


def test_per_head(tmp_path: Path) -> None:
    """Points per head of those with points, contacts of all who are considered."""
    cadres = [{"points": 100}, {"cadre_id": "G2", "points": 50}, {"cadre_id": "G3"}]
    found = row(of(tmp_path, cadres=cadres, youths=[{}, {}, {"cadre_id": "G3"}]).indicators.per_head)
    assert (found["cadres"], found["valued"], found["points_per_head"]) == (3, 2, 75.0)
    assert (found["contacted"], found["contacts_per_head"]) == (3, 1.0)


@pytest.mark.parametrize("as_of", DAYS)
def test_totals_equal_the_rows_up_to_the_day(as_of: str) -> None:
    """On any day each unit's totals are the rows of the evidence by then, counted here anew."""
    shown, day = sample_result(as_of).indicators, date.fromisoformat(as_of)
    dates = {"wishes": "date", "evaluations": "date", "media": "date", "industries": "registered_on"}
    for name, total in FED.items():
        rows = sample_rows("youths" if name == "industries" else name)
        expected = Counter(r["unit"] for r in rows if r[dates[name]] is None or r[dates[name]] <= day)
        sums = getattr(shown, name).groupby("unit")[total].sum()
        assert {unit: n for unit, n in sums.items() if n} == dict(expected), name


@pytest.mark.parametrize("as_of", DAYS)
def test_states_and_levels_add_up(as_of: str) -> None:
    """Wishes are in one state each, media on one level each, materials in one state a quarter."""
    shown = sample_result(as_of).indicators
    wishes, media = shown.wishes, shown.media
    assert (wishes[["open", "answered", "claimed", "fulfilled"]].sum(axis=1) == wishes["raised"]).all()
    assert (media[["central", "province", "city", "county"]].sum(axis=1) == media["total"]).all()
    assert len(shown.materials) == 9 * 3
    came = shown.materials["first_on"].notna()
    assert (shown.materials["state"].isin(["on_time", "late"]) == came).all()


def test_materials_agree_with_the_score() -> None:
    """On time, late and missing are those that the factor of 1.1 says."""
    result = sample_result()
    parts = result.parts[result.parts["component"] == "organ_five_ones"].set_index(["unit", "part"])["note"]
    states = result.indicators.materials.set_index(["unit", "quarter"])["state"]
    assert ("material_" + states).to_dict() == parts.to_dict()


def test_absent_tables_are_empty_and_never_nought(tmp_path: Path) -> None:
    """Where only the roster came every count is empty, every state is no data, and the page says so."""
    result = of(tmp_path)
    shown = result.indicators
    for name in ("wishes", "media", "industries"):
        numbers = getattr(shown, name).select_dtypes("number")
        assert numbers.isna().all(axis=None), name
    assert set(shown.evaluations["status"]) == set(shown.materials["state"]) == {"no_data"}
    assert shown.provincial_talks[["activities", "logs", "cadres"]].isna().all(axis=None)
    assert shown.per_head["contacted"].isna().all()
    for html in (Report(result).shown().html, UnitReport(result, UNIT).shown().html):
        assert html.count("没有收到这张表") == 5


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_table_stands_with_its_clause_and_not_scored(lang: str) -> None:
    """The section says first that nothing of it is scored; each of seven tables has its clause."""
    result = sample_result()
    for html in (Report(result, lang).shown().html, UnitReport(result, UNIT, lang).shown().html):
        assert ("不计分，供参考" if lang == "zh" else "not scored") in html
        assert html.count("<table") == len(GRIDS) == 7
        for clause in result.rulebook.rules.indicators.clauses.values():
            assert clause in html


def test_an_index_that_is_not_valid_is_never_bare() -> None:
    """In the sample too few took part everywhere: every index carries the word."""
    html = Report(sample_result()).shown().html
    assert html.count("参与率不足，无效") == 9


def test_few_ratings_show_no_index(tmp_path: Path) -> None:
    """Of fewer than five ratings neither number nor index is shown: they could be laid at somebody's door."""
    ratings = [{"cadre_id": "G1", "date": "2017-06-01", "rating": "不满意"}] * 2
    html = UnitReport(of(tmp_path, evaluations=ratings, youths=[{}] * 3), UNIT).shown().html
    assert "&lt;5" in html
    assert "55.0" not in html


def test_small_counts_of_youths_are_hidden(tmp_path: Path) -> None:
    """Three youths of one industry are written <5, and the largest number is withheld with them."""
    youths = [{"industry": "学校"}] * 3 + [{"industry": "企业"}] * 12 + [{"industry": "乡镇"}] * 20
    result = of(tmp_path, youths=youths)
    assert row(result.indicators.industries, industry="学校")["youths"] == 3
    html = UnitReport(result, UNIT).shown().html
    table = html[html.index("行业分布") :]
    assert "&lt;5" in table and ">12<" in table and ">*<" in table
    assert ">3<" not in table and ">20<" not in table


def feasible(counts: list[int], shown: list[int | str]) -> list[set[int]]:
    """Return for each small cell what it could be: all rows of the same sum that would be shown just so."""
    small = [p for p, value in enumerate(shown) if value == f"<{SMALL}"]
    cover = shown.index("*") if "*" in shown else None
    could: list[set[int]] = [set() for _ in small]
    for guess in product(range(1, SMALL), repeat=len(small)):
        row = list(counts)
        for place, value in zip(small, guess, strict=True):
            row[place] = value
        if cover is not None:
            row[cover] += sum(counts) - sum(row)
        if sum(row) == sum(counts) and hidden(row, SMALL) == shown:
            for values, value in zip(could, guess, strict=True):
                values.add(value)
    return could


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_no_small_count_can_be_had_back_from_the_total(counts: list[int]) -> None:
    """Each count that is shown as <5 could still be any of 1 to 4 though the sum of the row is known."""
    shown = hidden(counts, SMALL)
    assert all(value in (n, f"<{SMALL}", "*") for value, n in zip(shown, counts, strict=True))
    assert all(value == 0 for value, n in zip(shown, counts, strict=True) if n == 0)
    assert not any(0 < value < SMALL for value in shown if isinstance(value, int))
    assert all(could == set(range(1, SMALL)) for could in feasible(counts, shown))


def test_asking_for_indicators_changes_no_score() -> None:
    """The indicators read; the scores stay."""
    book = load_rulebook()
    result, other = (assess(sample_evidence(), book, as_of="2017-06-30") for _ in range(2))
    for name in GRIDS:
        getattr(result.indicators, name)
    pd.testing.assert_frame_equal(result.scores, other.scores)


def test_what_is_missing_is_said_without_activities(tmp_path: Path) -> None:
    """Material that is late or missing is told although the activities it goes with were not delivered."""
    sent = [{"unit": "利州区", "quarter": "2017Q2", "submitted_on": "2017-06-10"}]
    result = assessment_of(tmp_path, {"cadres": [{}], "submissions": sent}, "2017-06-30")
    found = result.missing[result.missing["kind"] == "missing_material"]
    assert set(found["unit"]) == {u.name for u in result.rulebook.units} - {"利州区"}
    assert set(found["what"]) == {"2017Q2"}


def test_what_is_decided_is_not_missing() -> None:
    """An item that a decision settles waits for nobody."""
    result = sample_result()
    open_ = result.missing[result.missing["kind"] == "awaiting_judgement"].iloc[0]
    when = datetime(2018, 3, 1, tzinfo=LOCAL)
    settled = result.decided(
        [Decision(open_["unit"], open_["item"], None, Decimal(1), "李", when, None, "试", "甲")]
    )
    left = settled.missing[settled.missing["kind"] == "awaiting_judgement"]
    assert not ((left["unit"] == open_["unit"]) & (left["item"] == open_["item"])).any()


def test_a_switched_off_factor_is_no_small_sample() -> None:
    """A sample that is large enough is not called small because the reading leaves it out."""
    off = sample_result().under({"authenticity": "off"})
    enough = set(off.authenticity.loc[off.authenticity["n"] >= 10, "unit"])
    small = off.missing[off.missing["kind"] == "small_sample"]
    assert enough and not set(small["unit"]) & enough


def test_no_index_of_few_who_rated() -> None:
    """Nine who cannot say and one who can: the index would be that one's answer."""
    row = {"unit": UNIT, "ratings": 10, "unknown": 9, "contacted": 20, "participation": 0.5, "index": 55.0,
           "status": "valid"}  # fmt: skip
    cells = _evaluation(row, SMALL, Voice(load_rulebook()))
    assert "55" not in str(cells) and cells[1] == ""
