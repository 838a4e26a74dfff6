"""Corrections as records: applied to what was read, each shown, wrong ones refused; the files stay as they are."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from office_files import (
    CADRE_HEADER,
    CADRES,
    LOG_HEADER,
    LOGS,
    YOUTH_HEADER,
    YOUTHS,
    roster,
    write_csv,
    write_xlsx,
)

import gy1100
from gy1100.errors import NothingToRead, Refused
from gy1100.evidence import Evidence, read_evidence
from gy1100.manifest import facts_of

RULEBOOK = gy1100.load_rulebook()
HEADER = ["文件", "工作表", "行号", "列", "处理", "原值", "新值", "更正人", "更正时间", "理由"]
SAID = ["考核组", "2018-01-05", "与台账核对"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a small roster and two logs."""
    (tmp_path / "exports").mkdir()
    roster(tmp_path / "exports")
    write_csv(tmp_path / "exports" / "logs.csv", LOG_HEADER, *LOGS)
    return tmp_path / "exports"


def corrected(folder: Path, *entries: Sequence[object], **options: Any) -> Evidence:
    """Read a folder with corrections; each entry: file, sheet, row, column, action, old, new."""
    path = write_csv(folder.parent / "更正表.csv", HEADER, *[[*entry, *SAID] for entry in entries])
    return read_evidence(folder, RULEBOOK, **({"corrections": path, "keep_errors": True} | options))


def codes(evidence: Evidence, severity: str = "error") -> list[str]:
    """Return the codes of findings that speak of corrections, or are errors."""
    return [f.code for f in evidence.findings if f.severity == severity]


def log(evidence: Evidence, name: str = "L1") -> dict[str, Any]:
    """Return one log as it stands."""
    return next(row for row in evidence.tables["logs"].to_pylist() if row["log_id"] == name)


class TestCells:
    """A cell is set before it is parsed."""

    def test_an_unreadable_date(self, folder: Path) -> None:
        """The value is corrected, the finding says from what, to what, who and why; the file stays as it was."""
        path = write_csv(folder / "logs.csv", LOG_HEADER, [*LOGS[0][:2], "5月2日", *LOGS[0][3:]], LOGS[1])
        before = hashlib.sha256(path.read_bytes()).hexdigest()
        evidence = corrected(
            folder, ["logs.csv", "", 2, "活动日期", "更正", "5月2日", "2017-05-02"], keep_errors=False
        )
        assert log(evidence)["date"] == dt.date(2017, 5, 2)
        found = next(f for f in evidence.findings if f.code == "correction_set")
        assert (found.severity, found.file, found.row, found.column, found.value) == (
            "repair", "logs.csv", 2, "活动日期", "5月2日"
        )  # fmt: skip
        assert (found.args["new"], found.args["who"], found.args["entry"]) == ("2017-05-02", "考核组", 2)
        assert "考核组：与台账核对" in found.problem()
        assert hashlib.sha256(path.read_bytes()).hexdigest() == before

    @pytest.mark.parametrize("column", ["活动日期", "活动 日期", "日期", "date", "开展时间"])
    def test_names_of_a_column(self, folder: Path, column: str) -> None:
        """The header as written, an alias or the id."""
        evidence = corrected(folder, ["logs.csv", "", 2, column, "", "2017/5/2", "2017-05-03"])
        assert (codes(evidence), log(evidence)["date"]) == ([], dt.date(2017, 5, 3))

    def test_a_workbook(self, folder: Path) -> None:
        """Cells of workbooks, dates and numbers among them, on a named sheet; the corrections may be a workbook too."""
        (folder / "logs.csv").unlink()
        rows = [
            [*LOGS[0][:2], dt.date(2017, 5, 2), *LOGS[0][3:6], 3],
            [*LOGS[1][:2], dt.date(2017, 6, 1), *LOGS[1][3:6]],
        ]
        write_xlsx(folder / "a.xlsx", {"说明": [["说明"]], "日志": [["工作日志"], LOG_HEADER, *rows]})
        entries = [
            ["a.xlsx", "日志", 3, "活动日期", "更正", dt.date(2017, 5, 2), dt.date(2017, 5, 4), *SAID],
            ["a.xlsx", "日志", 3, "参与青年数", "更正", 3, 5, *SAID],
            ["a.xlsx", "日志", 4, "参与青年数", "更正", None, "12", *SAID],
        ]
        path = write_xlsx(folder.parent / "c.xlsx", {"更正表": [HEADER, *entries]})
        evidence = read_evidence(folder, RULEBOOK, corrections=path)
        assert (log(evidence)["date"], log(evidence)["participants"]) == (dt.date(2017, 5, 4), 5)
        assert log(evidence, "L2")["participants"] == 12
        assert codes(evidence, "repair").count("correction_set") == 3

    def test_in_order(self, folder: Path) -> None:
        """A later entry corrects what an earlier one set; the same entry twice is used once, with a note."""
        first = ["logs.csv", "", 2, "参与青年数", "更正", "3", "4"]
        evidence = corrected(folder, first, first, ["logs.csv", "", 2, "参与青年数", "更正", "4", "6"])
        assert (codes(evidence), log(evidence)["participants"]) == ([], 6)
        assert "correction_twice" in codes(evidence, "note")

    def test_to_nothing_and_from_nothing(self, folder: Path) -> None:
        """An empty new value empties the cell; an empty old value means that the cell is empty."""
        evidence = corrected(
            folder,
            ["cadres.csv", "", 2, "工作积分", "更正", "120", ""],
            ["cadres.csv", "", 3, "工作积分", "更正", "", "77"],
        )
        assert codes(evidence) == []
        assert evidence.tables["cadres"].column("points").to_pylist() == [None, 77.0, 88.5]

    def test_a_total(self, folder: Path) -> None:
        """A declared total can be corrected, or declared void."""
        total = ["合计", "", "", "", "", "", "9"]
        for entry in (
            ["logs.csv", "", 4, "参与青年数", "更正", "9", "3"],
            ["logs.csv", "", 4, "", "作废", "", ""],
        ):
            write_csv(folder / "logs.csv", LOG_HEADER, *LOGS, total)
            assert codes(read_evidence(folder, RULEBOOK, keep_errors=True)) == ["total_differs"]
            assert codes(corrected(folder, entry)) == []

    def test_values_as_findings_show_them(self, folder: Path) -> None:
        """What a finding showed is accepted as the old value, shortened and with its phone replaced."""
        text = "联系电话13900001111，到村里走访青年。"
        write_csv(folder / "logs.csv", LOG_HEADER, [*LOGS[0][:4], text, *LOGS[0][5:]])
        evidence = corrected(
            folder, ["logs.csv", "", 2, "日志内容", "更正", "联系电话【电话】，到村里走访青年。", "走访"]
        )
        assert (codes(evidence), log(evidence)["text"]) == ([], "走访")

    def test_youths(self, folder: Path) -> None:
        """No finding on the youths' table shows a value, corrected or not."""
        write_csv(folder / "youths.csv", YOUTH_HEADER, *YOUTHS)
        evidence = corrected(
            folder,
            ["youths.csv", "", 2, "登记日期", "更正", "2017-04-03", "2017-04-13"],
            ["youths.csv", "", 3, "登记日期", "更正", "2017-04-03", "2017-04-13"],
        )
        assert evidence.tables["youths"].column("registered_on").to_pylist()[0] == dt.date(2017, 4, 13)
        words = "".join(
            f.problem() + f.value for f in evidence.findings if "youths.csv" in (f.file, f.args.get("file"))
        )
        assert "2017-04" not in words


class TestRefused:
    """A correction that does not fit stops the run, even with set_aside."""

    @pytest.mark.parametrize(
        ("entry", "code"),
        [
            (["logs.csv", "", 2, "活动日期", "更正", "2017-05-03", "2017-05-04"], "correction_mismatch"),
            (["logs.csv", "", 2, "活动日期", "更正", "", "2017-05-04"], "correction_mismatch"),
            (["logs.csv", "", 9, "活动日期", "更正", "2017-05-02", "2017-05-04"], "correction_nothing"),
            (["logs.csv", "", 1, "活动日期", "更正", "活动日期", "日期"], "correction_nothing"),
            (["other.csv", "", 2, "活动日期", "更正", "2017-05-02", "2017-05-04"], "correction_nothing"),
            (["logs.csv", "日志", 2, "活动日期", "更正", "2017-05-02", "2017-05-04"], "correction_nothing"),
            (["logs.csv", "", 2, "天气", "更正", "晴", "雨"], "correction_column"),
            (["logs.csv", "", 2, "填报日期", "更正", "", "2017-05-04"], "correction_column"),
            (["logs.csv", "", "", "活动日期", "更正", "2017-05-02", "2017-05-04"], "correction_blank"),
            (["logs.csv", "", 2, "", "更正", "2017-05-02", "2017-05-04"], "correction_blank"),
            (["logs.csv", "", 2, "活动日期", "更正", "2017-05-02", "2017-05-02"], "correction_idle"),
            (["logs.csv", "", 2, "", "作废", "", "x"], "correction_new"),
            (["logs.csv", "", 9, "", "作废", "", ""], "correction_nothing"),
            (["logs.csv", "", 2, "活动日期", "作废", "2017-05-09", ""], "correction_mismatch"),
            (["logs.csv", "", 9, "", "为准", "", ""], "correction_nothing"),
            (["logs.csv", "", 2, "活动日期", "也许", "2017-05-02", "2017-05-04"], "choice_unknown"),
            (["logs.csv", "", "二", "活动日期", "更正", "2017-05-02", "2017-05-04"], "number_unreadable"),
        ],
    )
    def test_refused(self, folder: Path, entry: list[object], code: str) -> None:
        """Each has its own code, on the corrections file and its row."""
        found = [f for f in corrected(folder, entry).findings if f.severity == "error"]
        assert code in [f.code for f in found]
        assert {(f.file, f.row) for f in found} == {("更正表.csv", 2)}
        with pytest.raises(Refused):
            corrected(folder, entry, keep_errors=False, set_aside=True)

    def test_who_and_why(self, folder: Path) -> None:
        """A correction without who or why is none."""
        row = ["logs.csv", "", 2, "参与青年数", "更正", "3", "4", "", "", ""]
        path = write_csv(folder.parent / "c.csv", HEADER, row)
        evidence = read_evidence(folder, RULEBOOK, corrections=path, keep_errors=True)
        assert codes(evidence) == ["blank", "blank"]
        assert log(evidence)["participants"] == 3
        with pytest.raises(Refused):
            read_evidence(folder, RULEBOOK, corrections=path, set_aside=True)

    def test_two_sheets(self, folder: Path) -> None:
        """A correction without a sheet that fits two sheets is refused."""
        sheets = {"一": [LOG_HEADER, LOGS[0]], "二": [LOG_HEADER, ["L3", *LOGS[0][1:]]]}
        write_xlsx(folder / "a.xlsx", sheets)
        evidence = corrected(folder, ["a.xlsx", "", 2, "参与青年数", "更正", "3", "4"])
        assert "correction_ambiguous" in codes(evidence)

    def test_no_such_file(self, folder: Path) -> None:
        """There is nothing to read."""
        with pytest.raises(NothingToRead):
            read_evidence(folder, RULEBOOK, corrections=folder.parent / "none.csv")

    def test_not_a_corrections_file(self, folder: Path) -> None:
        """A file without the headers is refused."""
        path = write_csv(folder.parent / "c.csv", ["甲", "乙", "丙"], ["1", "2", "3"])
        with pytest.raises(Refused):
            read_evidence(folder, RULEBOOK, corrections=path, set_aside=True)


class TestRows:
    """Rows that are void, and rows that hold."""

    def test_void(self, folder: Path) -> None:
        """A void row is not read, so its unreadable cells are no errors; a note says so and nothing is set aside."""
        write_csv(folder / "logs.csv", LOG_HEADER, *LOGS, ["", "G009", "昨天", "?", "", "", ""])
        evidence = corrected(folder, ["logs.csv", "", 4, "团干部编号", "作废", "G009", ""], keep_errors=False)
        assert evidence.tables["logs"].num_rows == 2
        assert [f.row for f in evidence.findings if f.code == "correction_drop"] == [4]
        assert evidence.aside == {}

    def test_void_file(self, folder: Path) -> None:
        """Without a row every row of the file is void."""
        write_csv(folder / "old.csv", LOG_HEADER, *[[f"旧{n}", *row[1:]] for n, row in enumerate(LOGS)])
        evidence = corrected(folder, ["old.csv", "", "", "", "作废", "", ""], keep_errors=False)
        assert evidence.tables["logs"].column("log_id").to_pylist() == ["L1", "L2"]

    def test_which_row_holds(self, folder: Path) -> None:
        """An older and a newer delivery of one row: an error until a correction says which holds."""
        write_csv(folder / "logs_new.csv", LOG_HEADER, [*LOGS[0][:6], "8"], LOGS[1])
        assert codes(read_evidence(folder, RULEBOOK, keep_errors=True)) == ["id_repeated"] * 2
        evidence = corrected(folder, ["logs_new.csv", "", 2, "", "为准", "", ""], keep_errors=False)
        assert (evidence.tables["logs"].num_rows, log(evidence)["participants"]) == (2, 8)
        found = next(f for f in evidence.findings if f.code == "correction_keep")
        assert (found.file, found.row, found.args["others"]) == ("logs_new.csv", 2, "logs.csv:2")
        assert evidence.aside == {}

    def test_which_file_holds(self, folder: Path) -> None:
        """Without a row the whole newer delivery holds."""
        write_csv(folder / "logs_new.csv", LOG_HEADER, [*LOGS[0][:6], "8"], [*LOGS[1][:6], "9"])
        evidence = corrected(folder, ["logs_new.csv", "", "", "", "为准", "", ""], keep_errors=False)
        assert [log(evidence, name)["participants"] for name in ("L1", "L2")] == [8, 9]

    def test_rosters(self, folder: Path) -> None:
        """Which of two rosters a cadre belongs to."""
        write_csv(folder / "zone.csv", CADRE_HEADER, [*CADRES[0][:2], "经开区", *CADRES[0][3:]])
        evidence = corrected(folder, ["zone.csv", "", 2, "", "为准", "", ""], keep_errors=False)
        units = {row["cadre_id"]: row["unit"] for row in evidence.tables["cadres"].to_pylist()}
        assert units["G001"] == "广元经济技术开发区"
        assert evidence.tables["logs"].num_rows == 2

    def test_states(self, folder: Path) -> None:
        """Which of two states of a mechanism holds."""
        header = ["所属县区", "要素", "状态", "核查日期"]
        rows = [["利州区", "任务分工", state, "2017-05-01"] for state in ("有", "无")]
        write_csv(folder / "m.csv", header, *rows)
        evidence = corrected(folder, ["m.csv", "", 3, "", "为准", "", ""], keep_errors=False)
        assert evidence.tables["mechanisms"].column("state").to_pylist() == ["none"]

    def test_two_that_hold(self, folder: Path) -> None:
        """Two rows of one id cannot both hold."""
        write_csv(folder / "logs_new.csv", LOG_HEADER, [*LOGS[0][:6], "8"])
        entries = [[name, "", 2, "", "为准", "", ""] for name in ("logs.csv", "logs_new.csv")]
        assert "correction_against" in codes(corrected(folder, *entries))

    def test_no_id(self, folder: Path) -> None:
        """A table without an id has no rows that hold against others."""
        write_csv(folder / "e.csv", ["团干部编号", "日期", "评价星级"], ["G001", "2017-06-01", "5"])
        assert codes(corrected(folder, ["e.csv", "", 2, "", "为准", "", ""])) == ["correction_no_id"]


def test_manifest(folder: Path) -> None:
    """The manifest names the corrections file, its hash and its count."""
    evidence = corrected(folder, ["logs.csv", "", 2, "参与青年数", "更正", "3", "4"])
    sha256 = hashlib.sha256((folder.parent / "更正表.csv").read_bytes()).hexdigest()
    assert facts_of(evidence, RULEBOOK)["corrections"] == {"name": "更正表.csv", "sha256": sha256, "rows": 1}
    assert facts_of(read_evidence(folder, RULEBOOK), RULEBOOK)["corrections"] is None


def test_long_numbers(folder: Path) -> None:
    """A corrected id keeps its digits, and a correction of a value with many digits fits."""
    entries = [
        ["logs.csv", "", 2, "日志编号", "更正", "L1", "201704180000000042"],
        ["cadres.csv", "", 2, "工作积分", "更正", "120", "0.30000000000000004"],
        ["cadres.csv", "", 2, "工作积分", "更正", "0.30000000000000004", "13900001111"],
    ]
    assert codes(corrected(folder, *entries[:2])) == []
    assert log(corrected(folder, *entries[:2]), "201704180000000042")["cadre_id"] == "G001"
    assert codes(corrected(folder, *entries)) == ["number_large"]
