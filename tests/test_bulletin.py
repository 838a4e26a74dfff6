"""The quarterly bulletin: sentences true to the tables, and a document as GB/T 9704-2012 lays it out."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from gy1100 import cli, load_rulebook, read_evidence
from gy1100.bulletin import Bulletin, bulletin, content
from gy1100.bulletin.document import write_document
from gy1100.errors import WrongUsage

from .report_sample import sample_evidence, sample_result
from .small_exports import write_tables

BOOK = load_rulebook()


@cache
def third(lang: str = "zh") -> Bulletin:
    """Return the bulletin of the third quarter on the sample."""
    return bulletin(sample_evidence(), BOOK, "2017Q3", lang=lang)


def part(key: str, of: Bulletin | None = None) -> Any:
    """Return a part of the bulletin by its key."""
    return next(p for p in (of or third()).parts if p.key == key)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the third quarter's document as python-docx reads it."""
    return Document(str(write_document(third(), tmp_path_factory.mktemp("word") / "b.docx")))


def test_the_change_counts_what_the_table_shows() -> None:
    """Up, down and same in the sentence are the signs of the table's column, and scores stand beside the last ones."""
    shown = part("results")
    moved = [row[6] for row in shown.grid.rows]
    counts = [sum(m > 0 for m in moved), sum(m < 0 for m in moved), sum(m == 0 for m in moved)]
    assert [int(n) for n in re.findall(r"(\d+)个", shown.lines[0])] == counts
    then = sample_result("2017-06-30").ranking.set_index("unit")["score_100"]
    now = sample_result("2017-09-30").ranking.set_index("unit")["score_100"]
    for row in shown.grid.rows:
        assert (row[4], row[5]) == (now[row[1]], then[row[1]])
        assert row[6] == pytest.approx(now[row[1]] - then[row[1]], abs=1e-9)


def test_the_first_quarter_has_nothing_before_it() -> None:
    """No column of the last quarter, and a sentence that says why."""
    first = bulletin(sample_evidence(), BOOK, "2017Q2")
    assert len(part("results", first).grid.columns) == 5
    assert "没有上季度可比" in part("results", first).lines[0]


def test_overall_figures() -> None:
    """Best, least, points due and logs are those of the assessment."""
    result = third().result
    lines, scores = "".join(part("overall").lines), result.ranking["score_100"]
    assert f"最高{scores.max():.2f}分，最低{scores.min():.2f}分" in lines
    logs = result.evidence.tables["logs"].to_pandas()
    inside = logs["date"].map(lambda d: BOOK.quarters[1].start <= d <= BOOK.quarters[1].end)
    assert f"登记日志{inside.sum()}篇" in lines


def test_ranks_may_change_only_where_they_may() -> None:
    """Open scores are counted in any case; that ranks may change is said where some rank has two bounds."""
    matter = third().matter
    for high, said in ((0, "名次不会因此变动"), (1, "名次可能随之变动")):
        result = dataclasses.replace(matter.result)
        ranks = matter.result.ranking["rank"]
        ranking = matter.result.ranking.assign(rank_low=ranks, rank_high=ranks + high)
        result.__dict__["ranking"] = ranking
        line = content.parts(dataclasses.replace(matter, result=result))[0].lines[-1]
        assert said in line and "个得分尚待判定" in line


def test_late_material_is_in_the_organs_share_and_is_said() -> None:
    """The organs' mean is of points over all due quarters, late ones less: no share of what was done."""
    lines = part("five_ones").lines
    organs = next(line for line in lines if line.startswith("机关季度“五个一”"))
    found = third().result.components
    mean = found.loc[found["component"] == "organ_five_ones", "value"].mean()
    assert f"累计得分率（含报送时效系数）平均{mean:.1%}" in organs and "平均完成" not in organs
    assert next(line for line in lines if line.startswith("团干部“五个一”")).count("平均完成") == 1


def test_materials_are_counted_as_listed() -> None:
    """Every state in the sentence has its number of rows in the table."""
    shown = part("materials")
    states = [row[2] for row in shown.grid.rows]
    assert len(states) == len(list(BOOK.units))
    for state in set(states):
        assert f"{state} {states.count(state)}" in shown.lines[0]


def test_nobody_is_named_for_what_went_wrong() -> None:
    """Problems are counted; no unit and no cadre stands in them."""
    text = "".join(part("problems").lines)
    names = [unit.name for unit in BOOK.units] + third().result.cadres["name"].dropna().tolist()
    assert text and [name for name in names if name in text] == []


def test_annexes_list_what_is_due_next() -> None:
    """The number of coming duties in the text is that of annex 3, each after the day."""
    due = third().annexes[2].grid
    assert due is not None
    assert f"共{len(due.rows)}项" in part("next").lines[0]
    assert [p.key for p in third().annexes] == ["annex.ranking", "annex.items", "annex.due", "annex.beside"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_every_part(lang: str) -> None:
    """Text, tables and annexes in both languages, with the sample's mark."""
    show = third(lang)
    html = show.masthead().html + show.body().html + show.attached().html
    assert all(show.heading(n) in html for n in range(9)) and html.count("<table") == 10
    assert show.voice.say("sample") in html


def test_page_and_lines(document: Any) -> None:
    """A4, 37/28/26/35 mm, lines of exactly 28.95 pt, two characters in, 仿宋 3号."""
    page = document.sections[0]
    sides = (
        page.page_width,
        page.page_height,
        page.top_margin,
        page.left_margin,
        page.right_margin,
        page.bottom_margin,
    )
    assert [round(side.mm) for side in sides] == [210, 297, 37, 28, 26, 35]
    body = document.styles["公文正文"]
    assert (body.font.size, body.paragraph_format.line_spacing) == (Pt(16), Pt(28.95))
    assert body.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert body.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert not [k for s in document.styles for e in s.element.iter() for k in e.attrib
                if s.name.startswith("公文") and k.endswith("Theme")]  # fmt: skip


def test_head_and_end(document: Any) -> None:
    """Red mark, number over the red rule, title in 2号, levels, signature, frame at the foot of the last page."""
    texts = [p.text for p in document.paragraphs]
    mark = document.paragraphs[0]
    assert (
        mark.style.name == "公文发文机关标志"
        and mark.style.element.rPr.find(qn("w:color")).get(qn("w:val")) == "FF0000"
    )
    ruled = document.paragraphs[2]
    assert ruled._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom")).get(qn("w:color")) == "FF0000"
    assert "〔2017〕" in ruled.text and document.styles["公文标题"].font.size == Pt(22)
    assert [t for t in texts if re.match("[一二三四五六七八九]、", t)] == [
        third().heading(n) for n in range(9)
    ]
    end = document.tables[-1]
    assert (
        end.cell(0, 0).text.startswith("抄送")
        and end._tbl.tblPr.find(qn("w:tblpPr")).get(qn("w:tblpYSpec")) == "bottom"
    )
    rules = [(e.tag.split("}")[1], e.get(qn("w:sz"))) for e in end._tbl.tblPr.find(qn("w:tblBorders"))]
    assert rules == [("top", "8"), ("bottom", "8"), ("insideH", "6")]
    assert (
        "2017年9月30日" in texts
        and sum(p.paragraph_format.page_break_before is True for p in document.paragraphs) == 4
    )
    assert len(document.tables) == 11


def test_page_numbers(document: Any) -> None:
    """Odd pages right, even pages left, a dash on either side, 4号 宋体."""
    assert document.settings.odd_and_even_pages_header_footer is True
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text.replace("PAGE", "").split() == ["—", "—"]
        assert "PAGE" in paragraph._p.xml and paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert paragraph.runs[0].font.size == Pt(14)


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    """The document has no clock in it."""
    one, other = (write_document(third(), tmp_path / name).read_bytes() for name in ("a.docx", "b.docx"))
    assert one == other


def test_an_office_keeps_its_own_template(tmp_path: Path) -> None:
    """Page and styles of the office's document stay, its text goes; anything else than a document is refused."""
    own = Document()
    own.add_paragraph("旧文字")
    own.sections[0].top_margin = Mm(20)
    own.styles.add_style("公文正文", 1).font.size = Pt(15)
    own.save(str(tmp_path / "own.docx"))
    made = Document(str(write_document(third(), tmp_path / "b.docx", tmp_path / "own.docx")))
    assert round(made.sections[0].top_margin.mm) == 20 and made.styles["公文正文"].font.size == Pt(15)
    assert "旧文字" not in [p.text for p in made.paragraphs]
    (tmp_path / "no.docx").write_text("no document")
    with pytest.raises(WrongUsage, match="no"):
        write_document(third(), tmp_path / "b.docx", tmp_path / "no.docx")


def test_a_quarter_that_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: Any) -> None:
    """An unknown quarter is wrong usage; the known ones are listed."""
    monkeypatch.chdir(tmp_path)
    assert cli.run(["bulletin", "--quarter", "2017Q1"]) == 2
    assert "2017Q2、2017Q3、2017Q4" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_beside_the_scores_stands_what_was_delivered() -> None:
    """Media reports and met wishes are the indicators' own sums; signals are counted and name nobody."""
    result, annex = third().result, next(p for p in third().annexes if p.key == "annex.beside")
    shown = {row[0]: row[1:] for row in annex.grid.rows}
    media = result.indicators.media.set_index("unit")["total"]
    wishes = result.indicators.wishes.groupby("unit")[["raised", "answered", "fulfilled"]].sum()
    for unit, (wished, reports, *_) in shown.items():
        of_unit = wishes.loc[unit]
        assert (wished, reports) == (
            f"{of_unit.answered + of_unit.fulfilled} / {of_unit.raised}",
            media[unit],
        )
    flagged = result.signals.flagged
    line = next(line for line in part("checks").lines if "线索" in line)
    assert re.findall(r"\d+", line) == [str(len(flagged)), str(flagged["cadre_id"].nunique())]


def test_what_was_not_delivered_is_in_no_mean() -> None:
    """Without a register the sentence says so and gives neither a percentage nor a count of units that did nothing."""
    evidence = sample_evidence()
    gone = ("organ_activities", "practice_guidance")
    tables = {n: t.slice(0, 0) if n in gone else t for n, t in evidence.tables.items()}
    less = dataclasses.replace(evidence, tables=tables, present=evidence.present - set(gone))
    lines = "".join("".join(p.lines) for p in bulletin(less, BOOK, "2017Q4").parts)
    assert "平均完成，" not in lines and "0个开展了全部" not in lines
    assert lines.count("9个单位无数据，未计入平均") == 4  # Five-Ones, guidance, open day, stories


def test_a_template_in_which_no_table_ever_was(tmp_path: Path) -> None:
    """Word keeps the style of tables in documents that hold one; without it tables have lines all the same."""
    own = Document()
    own.styles["Table Grid"].delete()
    own.save(str(tmp_path / "own.docx"))
    made = Document(str(write_document(third(), tmp_path / "b.docx", tmp_path / "own.docx")))
    assert "Table Grid" in {table.style.name for table in made.tables}
    with pytest.raises(WrongUsage, match="folder"):
        write_document(third(), tmp_path / "b.docx", tmp_path.joinpath("folder"))


def test_the_document_says_what_was_set_aside_and_did_not_come(tmp_path: Path) -> None:
    """Who gets the document alone knows what does not count in it, unit by unit."""
    rows = [{}, {"cadre_id": "G2", "unit": "苍溪县"}]
    logs = [{"date": "2017-05-01"}, {"date": "2017-13-01"}, {"date": "2017-13-02", "cadre_id": "G2"}]
    evidence = read_evidence(
        write_tables(tmp_path / "exports", {"cadres": rows, "logs": logs}), BOOK, set_aside=True
    )
    made = Document(str(write_document(bulletin(evidence, BOOK, "2017Q2"), tmp_path / "b.docx")))
    said = "".join(p.text for p in made.paragraphs)
    assert "有2行因错误被搁置，未参与计分：" in said and "剑阁县1行" in said and "苍溪县1行" in said
    assert "青年" in said and any(line in said for line in bulletin(evidence, BOOK, "2017Q2").cautions[:1])
