"""Pages: one file, code hidden, a policy that lets nothing in from outside, the chosen language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from gy1100.report import explanation_page, rulebook_page
from gy1100.report.page import POLICY, fragment_page, to_html
from gy1100.report.voice import percent

from .report_sample import sample_result

if TYPE_CHECKING:
    from pathlib import Path


def executed(folder: Path) -> Path:
    """Return an executed notebook with one output of each kind."""
    outputs = [
        new_output("execute_result", {"text/html": "<h1>考核 <span>示例数据</span></h1>", "text/plain": "x"}),
        new_output("display_data", {"image/svg+xml": "<svg id='chart'></svg>"}),
        new_output("display_data", {"text/plain": "<b>plain</b>"}),
        new_output("stream", name="stdout", text="<i>out</i>"),
        new_output("stream", name="stderr", text="a warning"),
        new_output("error", ename="E", evalue="<u>wrong</u>", traceback=["File secret"]),
    ]
    cells = [
        new_markdown_cell("# 问题", metadata={"tags": ["question"]}),
        new_markdown_cell("## 排名", metadata={"en": "## Ranking"}),
        new_code_cell("secret_code = 1", outputs=outputs),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "x.ipynb")
    return folder / "x.ipynb"


def test_page_shows_outputs_and_hides_code(tmp_path: Path) -> None:
    """Outputs and headings are there, text is escaped; code, question, warnings and tracebacks are not."""
    html = to_html(executed(tmp_path))
    for there in ("id='chart'", "&lt;b&gt;plain", "&lt;i&gt;out", "&lt;u&gt;wrong", "<h2"):
        assert there in html
    for hidden in ("secret_code", "a warning", "File secret", "问题"):
        assert hidden not in html


def test_title_is_the_first_heading_shown(tmp_path: Path) -> None:
    """The title of the page is the masthead's, with the sample's mark, unless another is given."""
    path = executed(tmp_path)
    assert "<title>考核  示例数据</title>" in to_html(path)
    assert "<title>A &amp; B</title>" in to_html(path, "A & B")


def test_headings_follow_the_language(tmp_path: Path) -> None:
    """English headings come from the cells' metadata."""
    path = executed(tmp_path)
    assert ">Ranking" in to_html(path, lang="en")
    assert ">Ranking" not in to_html(path)


def test_pages_name_nothing_outside(tmp_path: Path) -> None:
    """Neither a page from a notebook nor the rulebook page refers to anything but itself."""
    pages = [to_html(executed(tmp_path)), rulebook_page(sample_result().rulebook)]
    for html in pages:
        assert f'content="{POLICY}"' in html
        outside = re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?(?!data:|#)([^"\' )>]+)', html)
        assert outside == []


def test_page_is_the_same_twice(tmp_path: Path) -> None:
    """Two conversions of one notebook are byte-identical."""
    path = executed(tmp_path)
    assert to_html(path) == to_html(path)


def test_rulebook_page_holds_every_number_with_its_source() -> None:
    """Items, readings, units and headers stand on the page in both languages."""
    rulebook = sample_result().rulebook
    zh, en = rulebook_page(rulebook), rulebook_page(rulebook, "en")
    for item in rulebook.items:
        assert item.label["zh"].replace("“", "“") in zh
        assert item.formula["en"] in en or "&" in en
    for reading in rulebook.rules.readings.values():
        assert reading.says["zh"] in zh
    for unit in rulebook.units:
        assert unit.name in zh
        assert unit.label_en in en
    for table in rulebook.tables.values():
        assert all(column.header in zh for column in table.columns)


def test_explanation_is_a_page_of_its_own() -> None:
    """An explanation becomes a whole page with its parts and rows."""
    explanation = sample_result().explain("剑阁县", "4.1")
    fragment = explanation_page(explanation)
    html = fragment_page(fragment, fragment.plain)
    assert "<title>剑阁县 · 4.1" in html
    assert explanation.arithmetic in html
    assert html.count("<tr>") > len(explanation.parts)


@pytest.mark.parametrize(
    ("share", "places", "said"),
    [
        (0.8125, 1, "81.3%"),
        (0.3125, 1, "31.3%"),
        (0.125, 0, "13%"),
        (1, 1, "100.0%"),
        (0.00005, 2, "0.01%"),
        (None, 1, ""),
    ],
)
def test_percentages_are_rounded_half_up(share: float | None, places: int, said: str) -> None:
    """As points are, and as Excel shows the same share."""
    assert percent(share, places) == said
