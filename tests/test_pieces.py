"""What is read in pieces, written out and compared by hashes is the same as what is held in memory as a whole."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thirty_troubles import write_corrections, write_troubled

import gy1100
from gy1100 import repeats
from gy1100.cells import Setting
from gy1100.evidence import Evidence, read_evidence, units_of
from gy1100.exports import (
    archives,
    clean_cells,
    clean_texts,
    columnar,
    encoding,
    stored,
    text_bytes,
    text_rows,
)
from gy1100.exports.clean_cells import CleanColumn
from gy1100.exports.even_rows import _BLOCK, even_rows
from gy1100.exports.headers import known_headers
from gy1100.exports.strange import Strange
from gy1100.tables import schema
from gy1100.values import Whole, parse_column

RULEBOOK = gy1100.load_rulebook()
ROSTER = "团干部编号,姓名,所属县区,干部类别,是否领导机关,所在团组织,联系电话"
LOGS = "日志编号,团干部编号,活动日期,活动类别,日志内容,填报渠道,参与青年数,填报日期,备注"


def roster(n: int) -> str:
    """Return a row of the roster: some accounts are phone numbers, one is on it twice, one organisation has one too."""
    account = f"1391234{n:04d}" if n % 9 == 4 else f"JG{n:04d}"
    place = "共青团利州区委13912345678" if n == 7 else "共青团利州区委"
    return f"{account},王某某{n},利州区,专职,{'是' if n % 5 else ''},{place},1380000{n:04d}"


def log(n: int) -> str:
    """Return a row of the logs, with all kinds of trouble."""
    if n % 41 == 40:
        return f"日志RZ{n:05d},短"
    day, second = f"2017-0{4 + n % 5}-1{n % 7}", n % 23 == 22
    cells = {
        "id": f"RZ{n - second:05d}", "cadre": f"JG{n % 60:04d}" if n % 29 else "JG9999", "day": day,
        "kind": "实事" if n % 31 == 5 else ("办实事", "志愿服务")[n % 2],
        "text": f'"走访青年{n}，电话139{n:08d}，\r\n连“线”""{n % 4}"', "channel": "手机端",
        "count": f"{n % 20}人" if n % 17 else f"'={n}", "recorded": day.replace("-", "/"), "more": "x",
    }  # fmt: skip
    return ",".join(cells.values()) + (",多" if n % 37 == 36 else "")


def write_exports(folder: Path) -> Path:
    """Write a roster, and logs in three encodings: one file the same as another but for its last rows."""
    form = log(301).replace("，电话", "、电话")
    again = roster(3).replace("专职", "兼职")
    (folder / "名册.csv").write_bytes(
        "\n".join([ROSTER, *map(roster, range(60)), roster(5), again]).encode("utf-8-sig")
    )
    lines = [
        "工作日志2017年",
        LOGS,
        *map(log, range(150)),
        LOGS,
        *map(log, range(150, 240)),
        "合计,,,,,,999,,",
    ]
    (folder / "一.csv").write_bytes("\r\n".join(lines).encode("gb18030"))
    (folder / "二.csv").write_bytes("\n".join([LOGS, *map(log, range(190, 300))]).encode("utf-16"))
    (folder / "三.csv").write_bytes("\n".join([LOGS, *map(log, range(300, 340)), form, log(1)]).encode()[:-9])
    rows = [f"JG{n % 60:04d},2017-06-{1 + n % 28:02d},{1 + n % 5}星" for n in range(40)]
    for number, name in enumerate(("四.csv", "五.csv")):
        (folder / name).write_text("\n".join(["团干部编号,日期,评价星级", *rows]) + "\n" * number, "utf-8")
    return folder


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is small: pieces of a few rows, nothing kept, all that may be is written out, all hashed."""
    limits = [
        (encoding, "PIECE", 600), (text_rows, "KEPT", 0), (columnar, "PART", 7), (repeats, "MANY", 0),
        (stored, "MOST", 0), (archives, "LARGE", 0), (clean_texts, "MANY", 0),
    ]  # fmt: skip
    for module, name, value in limits:
        monkeypatch.setattr(module, name, value)


def read(folder: Path, **options: Any) -> Evidence:
    """Read a folder, errors kept."""
    return read_evidence(folder, RULEBOOK, keep_errors=True, **options)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Evidence]]:
    """Return folders with troubles of all kinds, and what they give as a whole."""
    own, twin = tmp_path_factory.mktemp("own"), tmp_path_factory.mktemp("twin") / "troubled"
    write_exports(own)
    write_troubled(twin)
    write_corrections(twin.parent / "更正表.csv")
    corrected = read(twin, corrections=twin.parent / "更正表.csv")
    return {"own": (own, read(own)), "twin": (twin, read(twin)), "corrected": (twin, corrected)}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", ["own", "twin", "corrected"])
def test_pieces_are_the_whole(folders: dict[str, tuple[Path, Evidence]], name: str) -> None:
    """The same tables, findings, sources, tallies and refused rows."""
    folder, whole = folders[name]
    options = {"corrections": folder.parent / "更正表.csv"} if name == "corrected" else {}
    pieces = read(folder, **options)
    assert pieces.findings == whole.findings
    assert pieces.tables == whole.tables
    assert all(tally.is_whole for tally in pieces.tallies)
    assert replace(pieces, tables={}) == replace(whole, tables={})


def test_there_is_trouble(folders: dict[str, tuple[Path, Evidence]]) -> None:
    """The folder of our own has what may go wrong between two pieces."""
    found = {finding.code for finding in folders["own"][1].findings}
    wanted = {
        "and_more", "cascade", "header_repeated", "id_repeated", "orphan", "personal_dropped", "personal_id", "row_cut",
        "row_longer", "row_shorter", "same_rows", "rows_repeated", "text_form", "title_rows", "encoding",
    }  # fmt: skip
    assert found >= wanted, wanted - found


@pytest.mark.usefixtures("small")
def test_nothing_personal_is_written_out(
    folders: dict[str, tuple[Path, Evidence]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No number or name of a person, and no text of a log before such numbers were replaced in it."""
    folder, whole = folders["own"]

    def visible(**_: Any) -> BinaryIO:
        return (tmp_path / "rows").open("w+b")

    monkeypatch.setattr(tempfile, "TemporaryFile", visible)
    assert read(folder).tables == whole.tables
    written = (tmp_path / "rows").read_bytes()
    assert all(text.encode() in written for text in ("RZ00011", "走访青年11，电话【电话】", "JG0011"))
    assert not any(text in written for text in (b"1391234", b"1390000", b"1380000", "王某某".encode()))


def test_no_room(
    folders: dict[str, tuple[Path, Evidence]], small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be written, rows stay in memory."""

    def full(**_: Any) -> BinaryIO:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    folder, whole = folders["own"]
    assert read(folder).tables == whole.tables


def test_hashes_that_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows with equal hashes are compared value by value."""
    monkeypatch.setattr(repeats, "MANY", 0)
    monkeypatch.setattr(repeats, "hashes", lambda columns: np.zeros(len(columns[0]), np.uint64))
    columns = [pa.chunked_array([["a", "b"], ["a", None, None, "c"]]), pa.chunked_array([[1, 1, 1, 2, 2, 2]])]
    positions = np.arange(6)
    assert repeats.repeated(columns, positions) == [[0, 2], [3, 4]]
    source = np.array([0, 0, 1, 1, 2, 2], np.int32)
    assert list(repeats.equal_sheets(columns, source, positions)) == []


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused as a whole, whenever that shows."""
    monkeypatch.setattr(archives, "LARGE", 0)
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 9)
    data = archives.content_of(archives.File(path, "a.csv"))
    assert data[:3] == b"a,b"
    path.write_bytes(b"a,b\n" * 8)
    with pytest.raises(archives.Unreadable) as refused:
        data[:3]
    assert refused.value.code == "unreadable_file"


PERSONS = (
    "13912345678",
    "139-1234-5678",
    "（0839）3263001",
    "0839 3263001",
    "+86 139 1234 5678",
    "510802199001011234",
)
HOSTILE = st.text(
    st.sampled_from("a字7,，. -_'\"#+E\n\t\u200b\u3000\ufe0f３Ａ\u0661é…"), max_size=6
) | st.sampled_from(
    (
        *PERSONS,
        "1.5E10",
        "1e5",
        "2017-05-04",
        "2017/5/4",
        "办实事",
        " 办实事",
        "实事",
        "12人",
        "12",
        "是",
        "合计",
        "活动日期",
    )
)
SETTING = Setting(units_of(RULEBOOK), plain=True)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.sampled_from('a字"\r\n ;='), max_size=4), min_size=2, max_size=2), min_size=1
    ),
    st.booleans(),
    st.sampled_from(("\n", "\r\n")),
)
def test_even_rows(rows: list[list[str]], quoted: bool, end: str) -> None:
    """What is cut by the engine are the rows of the careful reader; only what is unusual is left to that."""
    cells = [['"' + cell.replace('"', '""') + '"' if quoted else cell for cell in row] for row in rows]
    text = end.join(map(",".join, cells))
    even = even_rows(text.encode(), ",")
    unusual = re.search(r"\r(?!\n)|(^|\n)\r?(\n|$)|=\"" + ("" if quoted else '|"'), text)
    assert unusual or (even is not None) == (len({len(row) for row in careful(text)}) == 1)
    assert even is None or [list(even), even.height] == [careful(text), len(careful(text))]
    counted = even_rows(text.encode(), ",", places=())
    assert (counted is None) == (even is None)
    last = even_rows(text.encode(), ",", places=(1,))
    assert last is None or [[cell] for cell in last.cells(1, range(last.height))] == [
        row[1:2] for row in careful(text)
    ]
    assert counted is None or even is None or [counted.height, counted.width] == [even.height, even.width]


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("long", [10, _BLOCK - 9, _BLOCK, 3 * _BLOCK])
def test_rows_longer_than_a_block(quote: str, long: int) -> None:
    """Rows of any length are read as they are, by the engine or not at all."""
    some = [[str(n), "字" * 9] for n in range(20_000)]
    rows = [*some, ["a", "a" * long], ["b", "b"], ["c", "c" * long], *some]
    text = "\n".join(f"{first},{quote}{second}{quote}" for first, second in rows).encode()
    even, counted = even_rows(text, ","), even_rows(text, ",", places=())
    assert list(even) == rows if even else long >= _BLOCK - 9
    assert counted.height == len(rows) if counted else quote


def careful(text: str) -> list[list[str]]:
    """Return the rows of a text."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@settings(deadline=None)
@given(
    st.sampled_from(["log_id", "date", "kind", "text", "participants"]),
    st.lists(HOSTILE, min_size=1),
    st.integers(1, 5),
)
def test_clean_cells(column: str, cells: list[str], times: int) -> None:
    """Cells read at once have the values that each has by itself, and none of them is to be told of."""
    known, cells = RULEBOOK.tables["logs"].by_id[column], cells * times
    kind = schema(RULEBOOK.tables["logs"]).field(column).type
    column_of = CleanColumn(known, SETTING, Whole(False, {}), kind)
    for part in ([*cells, "字"], cells):
        found = column_of.values(pa.array(part))
    one_by_one = parse_column(known, cells, SETTING)
    if found is not None:
        assert (found.to_pylist(), found.type) == (one_by_one.values, kind)
        assert not one_by_one.problems and not one_by_one.repairs
    assert found is not None or column != "text" or one_by_one.problems or one_by_one.repairs


def test_texts_of_every_character() -> None:
    """Whatever stands in a text, reading many at once gives the values, hashes, lengths and masks of each alone."""
    characters = [
        chr(n) for n in (*range(0xD800), *range(0xE000, 0x11000), *range(0x1D7C0, 0x1D800), 0x1F600)
    ]
    texts = [
        *(f"字{c}A" for c in characters),
        *characters,
        *PERSONS,
        *(f"电话{n}。" for n in PERSONS),
        "1" * 9,
    ]
    one_by_one, at_once = clean_texts.hashed(texts), clean_texts.all_hashed(pa.array(texts))
    assert [part.to_pylist() for part in at_once] == list(one_by_one)
    column = RULEBOOK.tables["logs"].by_id["text"]
    for some in ([c + "字" for c in characters], ["字" + c for c in characters]):
        odd = pc.match_substring_regex(pa.array(some), clean_cells.ODD_TEXT).to_pylist()
        tame = [text for text, is_odd in zip(some, odd, strict=True) if not is_odd]
        read = parse_column(column, tame, SETTING)
        assert (read.values, read.problems, read.repairs) == (tame, [], {})


@given(st.text("0123456789a字", max_size=60).map(str.encode))
def test_ten_digits_in_a_row(found: bytes) -> None:
    """Every place from which ten digits follow each other is found, and no other."""
    places = [match.start() for match in re.finditer(b"(?=[0-9]{10})", found)]
    assert text_bytes._ten_digits(np.frombuffer(found, np.uint8)).tolist() == places


@pytest.mark.parametrize("odd", ["", " ", "合计", "日志编号", "\ufe0f", "（注）", "RZ1 ", "字"])
def test_strange_cells_of_many(odd: str) -> None:
    """The rows of strange cells are the same, cut by the engine or not."""
    rows = [[f"RZ{n:05d}", "x"] for n in range(6_000)]
    rows[70][0] = rows[4000][0] = odd
    grid = even_rows("\n".join(map(",".join, rows)).encode(), ",")
    found = []
    for one in (grid, columnar.turned(rows)):
        search = Strange(known_headers(RULEBOOK.tables))
        search.look(columnar.Part(0, range(6_000), one), 0, 1)
        search.look(columnar.Part(0, range(50), one), 0, 6_001)
        found.append(sorted(search.rows()))
    assert found[0] == found[1] == ([] if odd in ("（注）", "RZ1 ", "字", "\ufe0f") else [71, 4001])


def test_values_of_pieces() -> None:
    """Values are taken out of the pieces of a column in any order."""
    column = pa.chunked_array([["a", None], [], ["b", "c", "d"], ["e"]], pa.string())
    for positions in ([], [0, 5], [5, 0, 3, 3, 1], range(6)):
        assert repeats.values_at(column, positions) == [column[at].as_py() for at in positions]


def test_utf8_told_without_decoding() -> None:
    """What counts as UTF-8 is exactly what can be decoded."""
    edges = (b"", *(bytes([n]) for n in (0, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF)))
    for lead in range(0xC0, 0x100):
        for piece in (bytes([lead]) + second + b"\x80" * more for second in edges for more in range(4)):
            assert encoding._is_utf8(piece) == (piece.decode("utf-8", "replace").encode() == piece), piece


@pytest.mark.parametrize("spread", [3, 1 << 40])
def test_what_repeats_is_among_what_may(spread: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are equal to another all may be, and where there are many values few others; groups hold them all."""
    monkeypatch.setattr(repeats, "MANY", 0)
    values = np.random.default_rng(1).integers(0, spread, 5_000)
    values[::10] = 7
    columns = [pa.chunked_array([values[:2_000], values[2_000:]]), pa.chunked_array([["a"] * 5_000])]
    groups: dict[int, list[int]] = {}
    for position, value in enumerate(values.tolist()):
        groups.setdefault(value, []).append(position)
    wanted = [group for group in groups.values() if len(group) > 1]
    assert repeats.repeated(columns, np.arange(5_000)) == wanted
    found = set(np.flatnonzero(repeats.repeating(columns)).tolist())
    again = {position for group in wanted for position in group}
    assert found >= again and len(found - again) <= 5


def test_nothing_repeats_where_nothing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row, one row, and rows that all differ."""
    monkeypatch.setattr(repeats, "MANY", 0)
    for values in ([], ["a"], ["a", "b", None]):
        columns = [pa.chunked_array([pa.array(values, pa.string())])]
        assert repeats.repeated(columns, np.arange(len(values))) == []
        assert not repeats.repeating(columns).any()
