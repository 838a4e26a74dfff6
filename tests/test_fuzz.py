"""A few mutated files in every run of the tests (``make fuzz`` reads twenty thousand), and texts of any kind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gy1100.exports.delimited import read_delimited
from gy1100.exports.encoding import decoded
from gy1100.exports.formats import sheets_of
from gy1100.exports.guard import File, Unreadable
from gy1100.exports.parcel import read_sheets, write_sheets
from gy1100.exports.sheets import Grid, Sheet
from gy1100.exports.usual import rewritten

CELLS = st.one_of(
    st.none(), st.text(max_size=8), st.integers(-(10**12), 10**12), st.booleans(), st.dates(), st.datetimes()
)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes")
def test_mutated_files() -> None:
    """Each ends in a report or a clear refusal."""
    from tests.fuzz.__main__ import SLOW, _run

    lines = _run(0, 300, 20_170_401)
    assert len(lines) == 300
    assert [line for line in lines if line["outcome"].startswith("crash") or line["seconds"] > SLOW] == []


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are text, or refused."""
    try:
        read_delimited(data)
    except Unreadable as problem:
        assert problem.code


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Co"]), min_size=1, max_size=60)
)
def test_encodings_agree(text: str) -> None:
    """What GB18030 and UTF-16 with its mark hold comes out as it went in, or is refused as spoiled."""
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):
        try:
            found = decoded(("编号,日期\n" + text).encode(encoding)).text
        except Unreadable as problem:
            assert problem.code in ("spoiled_text", "encoding_unknown")
        else:
            assert found == "编号,日期\n" + text


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6), st.booleans())
def test_parcels(rows: list[list[object]], hidden: bool) -> None:
    """What the reader's process packs is what comes out."""
    import io

    stream, sheet = io.BytesIO(), Sheet("", "名", rows, hidden=hidden, merges=((1, 1, 2, 2),), struck=(3,))
    write_sheets(stream, [sheet, sheet])
    assert read_sheets(stream.getvalue()) == [sheet, sheet]


@given(st.binary(max_size=300))
def test_parcels_of_anything(data: bytes) -> None:
    """A reader that went mad cannot say more than a refusal."""
    try:
        read_sheets(data)
    except (ValueError, KeyError, TypeError, IndexError, Unreadable):
        return


@given(st.dictionaries(st.tuples(st.integers(1, 40), st.integers(1, 40)), st.integers(), max_size=12))
def test_grids(cells: dict[tuple[int, int], int]) -> None:
    """Cells are where they were put."""
    grid = Grid()
    for (row, column), cell in cells.items():
        grid.put(row, column, cell)
    sheet = grid.sheet("")
    found = {
        (sheet.first_row + down, sheet.first_column + right): cell
        for down, row in enumerate(sheet.rows)
        for right, cell in enumerate(row)
        if cell is not None
    }
    assert found == cells


@given(st.binary(max_size=200))
def test_rewriting_anything(data: bytes) -> None:
    """A worksheet of any bytes is rewritten or refused."""
    try:
        b"".join(rewritten([data]))
    except Unreadable as problem:
        assert problem.code in ("damaged", "dtd")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/=\"' abtdrhml&;!-\n登录表", max_size=120))
def test_any_page(text: str) -> None:
    """Any page is read or refused."""
    from gy1100.exports.web import read_html

    try:
        read_html(f"<html>{text}".encode())
    except Unreadable as problem:
        assert problem.code


def test_file_names_are_not_trusted() -> None:
    """The ending of a name decides nothing."""
    for name in ("a.xlsx", "a.ods", "a", ".xls"):
        (sheet,) = sheets_of(File(Path(name), name), "编号,日期\n1,2\n".encode())
        assert sheet.rows[0] == ["编号", "日期"]


def test_headers_in_a_row_of_data(tmp_path: Path) -> None:
    """Found by mutation: a column without any name, between two rows that both hold headers."""
    from format_files import html_text, put
    from office_files import LOG_HEADER, LOGS, roster

    import gy1100

    roster(tmp_path)
    rows = [LOG_HEADER, [*LOGS[0], "填报渠道", "", "参与青年数"], ["日志内容"], *LOGS]
    put(tmp_path, "a.xls", html_text(rows).encode("gb18030"))
    evidence = gy1100.read_evidence(tmp_path, keep_errors=True)
    assert evidence.has_errors
