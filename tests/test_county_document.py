"""What a unit is sent in Word and the office in Excel: each figure that of the result, and room for a reply."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from gy1100 import Assessment, assess, load_rulebook
from gy1100.report import UnitReport
from gy1100.report.eligibility import write_eligibility

from .report_sample import sample_evidence, sample_result

UNIT = "广元经济技术开发区"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a unit's document as python-docx reads it."""
    path = tmp_path_factory.mktemp("word") / "unit.docx"
    UnitReport(sample_result(), UNIT).write_document(path)
    return Document(str(path))


def cells(table: Any) -> list[list[str]]:
    """Return a table's texts."""
    return [[cell.text for cell in row.cells] for row in table.rows]


def text_of(document: Any) -> str:
    """Return all text of a document."""
    lines = [paragraph.text for paragraph in document.paragraphs]
    return "\n".join([*lines, *(cell for table in document.tables for row in cells(table) for cell in row)])


def test_the_scores_are_the_results(document: Any) -> None:
    """Points, points due and lost of each item, rank and score in the first sentence, the sample's mark."""
    result = sample_result()
    mine = result.scores[result.scores["unit"] == UNIT]
    rows = cells(document.tables[0])[1:]
    assert [float(row[1]) for row in rows] == mine["points"].tolist()
    assert [float(row[2]) for row in rows] == mine["points_due"].tolist()
    assert [float(row[3] or 0) for row in rows] == pytest.approx(
        (mine["points_due"] - mine["points"]).tolist()
    )
    row = result.ranking.set_index("unit").loc[UNIT]
    text = text_of(document)
    assert f"{row['score_100']:.2f}分列第{row['rank']:.0f}" in text and "示例数据" in text


def test_what_it_says_is_what_the_page_says(document: Any) -> None:
    """Against the others, what can be regained, what is missing, spot checks: the sentences of the page."""
    report, text = UnitReport(sample_result(), UNIT), text_of(document)
    for section in (report.peers(), report.authenticity(), report.missing()):
        for line in str(section.html).split("<p>")[1:]:
            assert line.split("</p>")[0].replace("&quot;", '"') in text.replace("&", "&amp;")


def test_the_form_for_the_reply_has_room_for_each_item(document: Any) -> None:
    """The last table has every item with its points and three empty cells; below it which result it is about."""
    result, rows = sample_result(), cells(document.tables[-1])[1:]
    assert all(row[0].startswith(item.id) for item, row in zip(result.rulebook.items, rows, strict=True))
    assert all(row[3:] == ["", "", ""] for row in rows)
    assert result.rulebook.sha256[:12] in text_of(document)


def test_names_can_stay_out_and_bytes_stay_the_same(tmp_path: Path) -> None:
    """Without names no cadre is named; two writings are the same; in English it has no Chinese words of ours."""
    result = sample_result()
    named = set(result.cadres.loc[result.cadres["unit"] == UNIT, "name"].dropna())
    with_, without = (UnitReport(result, UNIT, names=names) for names in (True, False))
    paths = [tmp_path / f"{n}.docx" for n in range(3)]
    for report, path in zip((with_, without, without), paths, strict=True):
        report.write_document(path)
    texts = [text_of(Document(str(path))) for path in paths]
    assert any(name in texts[0] for name in named) and not any(name in texts[1] for name in named)
    assert paths[1].read_bytes() == paths[2].read_bytes()
    assert with_.write_document("") is None


@cache
def middle() -> Assessment:
    """Return the sample's middle of the year."""
    return assess(sample_evidence(), load_rulebook(), as_of="2017-06-30")


def test_the_list_of_who_qualifies_is_that_of_the_cadres(tmp_path: Path) -> None:
    """A sheet for each unit with all its cadres and the reasons in words; the summary counts them."""
    result = middle()
    book = openpyxl.load_workbook(write_eligibility(result, tmp_path / "e.xlsx"))
    names = [unit.name for unit in result.rulebook.units]
    assert book.sheetnames == ["汇总", *names, "说明"]
    words = {"yes": "合格", "no": "不合格", "not_assessed": "尚未考核"}
    for unit in names:
        mine = result.cadres[result.cadres["unit"] == unit]
        rows = list(book[unit].iter_rows(min_row=2, values_only=True))
        assert [row[0] for row in rows] == mine["cadre_id"].tolist()
        assert [row[-2] for row in rows] == mine["qualified"].map(words).tolist()
        assert [bool(row[-1]) for row in rows] == mine["reasons"].ne("").tolist()
    summary = {row[0]: row[2] for row in book["汇总"].iter_rows(min_row=2, values_only=True)}
    counts = result.cadres[result.cadres["qualified"] == "yes"]["unit"].value_counts()
    assert summary == {unit: counts.get(unit, 0) for unit in names}
    assert "60%" in str(list(book["说明"].iter_rows(values_only=True)))
