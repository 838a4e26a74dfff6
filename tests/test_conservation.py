"""No row is lost: whatever is done to a clean book, all its rows are accounted for, and none is made up."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from office_files import LOG_HEADER, roster, write_csv

import gy1100
from gy1100.evidence import read_evidence

RULEBOOK = gy1100.load_rulebook()
ALIASES = {0: "记录编号", 1: "账号", 2: "开展时间", 3: "日志类型", 4: "活动内容", 5: "来源", 6: "参加人数"}
N = 6
Rows = list[list[Any]]


def clean(n: int = N) -> Rows:
    """Return a header and some logs."""
    logs = [
        [f"L{i}", "G001", f"2017-05-{i:02d}", "谈心谈话", f"第{i}次走访联系青年，记录其情况。", "网站", i]
        for i in range(1, n + 1)
    ]
    return [list(LOG_HEADER), *logs]


def _insert(rows: Rows, row: list[Any], at: int) -> Rows:
    return [*rows[:at], row, *rows[at:]]


def blank(rows: Rows, at: int) -> Rows:
    """A row of nothing or of spaces, anywhere."""
    return _insert(rows, [None, " ", "　"] if at % 2 else [], at % (len(rows) + 1))


def title(rows: Rows, at: int) -> Rows:
    """A title on top."""
    return _insert(rows, [f"工作日志{at}"], 0)


def footer(rows: Rows, at: int) -> Rows:
    """A note at the end."""
    return [*rows, [("制表人：某某", "注：以系统导出为准", "以下空白")[at % 3]]]


def repeated(rows: Rows, at: int) -> Rows:
    """The header once more among the rows."""
    first = _header(rows)
    return _insert(rows, list(rows[first]), first + 1 + at % (len(rows) - first))


def total(rows: Rows, at: int) -> Rows:
    """A right total at the end."""
    place, first = _place(rows, 6), _header(rows)
    numbers = [
        row[place]
        for row in rows[first + 1 :]
        if len(row) > place and isinstance(row[place], int) and _is_log(row)
    ]
    row: list[Any] = [None] * len(rows[first])
    row[place] = sum(numbers)
    row[next(i for i in range(len(row)) if i != place)] = "合计"
    return [*rows, row]


def twice(rows: Rows, at: int) -> Rows:
    """A log word for word again."""
    logs = [i for i, row in enumerate(rows) if _is_log(row)]
    return _insert(rows, list(rows[logs[at % len(logs)]]), logs[-1] + 1)


def spoilt(rows: Rows, at: int) -> Rows:
    """A date that cannot be read."""
    logs = [i for i, row in enumerate(rows) if _is_log(row)]
    changed = [list(row) for row in rows]
    changed[logs[at % len(logs)]][_place(rows, 2)] = "某日"
    return changed


def renamed(rows: Rows, at: int) -> Rows:
    """A header under another name."""
    first, place = _header(rows), _place(rows, at % 7)
    return [
        *rows[:first],
        [ALIASES[at % 7] if i == place else cell for i, cell in enumerate(rows[first])],
        *rows[first + 1 :],
    ]


def swapped(rows: Rows, at: int) -> Rows:
    """Two columns change places."""
    one, other = at % 7, (at // 7) % 7
    changed = [[*row, *[None] * (7 - len(row))] for row in rows]
    for row in changed:
        if sum(cell is not None for cell in row) > 1:
            row[one], row[other] = row[other], row[one]
    return changed


def widened(rows: Rows, at: int) -> Rows:
    """A blank column somewhere."""
    return [[*row[: at % 7], None, *row[at % 7 :]] for row in rows]


def serial(rows: Rows, at: int) -> Rows:
    """A column of running numbers before all others."""
    first = _header(rows)
    return [["序号" if i == first else i if _is_log(row) else None, *row] for i, row in enumerate(rows)]


CHANGES = (blank, title, footer, repeated, total, twice, spoilt, renamed, swapped, widened, serial)


def _is_log(row: list[Any]) -> bool:
    return any(isinstance(cell, str) and cell[:1] == "L" and cell[1:].isdigit() for cell in row)


def _header(rows: Rows) -> int:
    return next(
        i for i, row in enumerate(rows) if "谈心谈话" not in row and sum(isinstance(c, str) for c in row) > 5
    )


def _place(rows: Rows, column: int) -> int:
    names = (LOG_HEADER[column], ALIASES[column])
    return next(i for i, cell in enumerate(rows[_header(rows)]) if cell in names)


def _write(folder: Path, rows: Rows, as_text: bool) -> None:
    roster(folder)
    if as_text:
        width = max(map(len, rows))
        write_csv(folder / "a.csv", *([*row, *[None] * (width - len(row))] for row in rows))
        return
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "a.xlsx")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 100)), max_size=7), st.booleans())
def test_every_row_is_accounted_for(changes: list[tuple[Any, int]], as_text: bool) -> None:
    """Rows = headers + titles + blanks + footers + totals + repeated headers + duplicates + held + accepted."""
    rows = clean()
    for change, at in changes:
        event(change.__name__)
        rows = change(rows, at)
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder), rows, as_text)
        evidence = read_evidence(folder, RULEBOOK, keep_errors=True)
    (tally,) = [one for one in evidence.tallies if one.file.startswith("a.")]
    assert tally.is_whole
    assert tally.unread == 0, [str(found) for found in evidence.findings if found.severity == "error"]
    names = [change.__name__ for change, _ in changes]
    logs = evidence.tables["logs"]
    assert tally.accepted == logs.num_rows
    assert tally.duplicates + tally.held + tally.accepted == N + names.count("twice")
    assert (tally.totals, tally.repeated) == (names.count("total"), names.count("repeated"))
    assert tally.titles + tally.footers == names.count("title") + names.count("footer")
    assert set(logs.column("log_id").to_pylist()) <= {f"L{i}" for i in range(1, N + 1)}
    if "spoilt" not in names:
        assert logs.column("participants").to_pylist() == list(range(1, N + 1))


def test_copies_and_other_sheets(tmp_path: Path) -> None:
    """A copy's rows are duplicates; a cover sheet's rows are unread; an empty sheet has none."""
    roster(tmp_path)
    book = openpyxl.Workbook()
    for row in clean():
        book.active.append(row)
    book.create_sheet("说明").append(["填表说明"])
    book.create_sheet("空")
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.xlsx").write_bytes((tmp_path / "a.xlsx").read_bytes())
    tallies = {(t.file, t.sheet): t for t in read_evidence(tmp_path, RULEBOOK, keep_errors=True).tallies}
    assert all(tally.is_whole for tally in tallies.values())
    assert tallies["a.xlsx", "Sheet"].accepted == tallies["b.xlsx", "Sheet"].duplicates == N
    assert tallies["a.xlsx", "说明"].unread == 1
    assert tallies["a.xlsx", "空"].rows == 0
