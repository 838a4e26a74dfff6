"""An older and a newer delivery: rows added, removed, changed, and totals that jump."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_files import CADRES, LOG_HEADER, LOGS, YOUTH_HEADER, YOUTHS, roster, write_csv

import gy1100
from gy1100.deliveries import Difference, compared, difference
from gy1100.errors import NothingToRead
from gy1100.evidence import Evidence, read_evidence, write_evidence
from gy1100.report import ImportReport

RULEBOOK = gy1100.load_rulebook()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return an earlier delivery: three cadres, two logs, two youths."""
    folder = tmp_path / "old"
    folder.mkdir()
    roster(folder)
    write_csv(folder / "logs.csv", LOG_HEADER, *LOGS)
    write_csv(folder / "youths.csv", YOUTH_HEADER, *YOUTHS)
    return folder


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Return a later delivery: a log gone, one changed, one added, a youth changed, a cadre's points changed."""
    folder = tmp_path / "new"
    folder.mkdir()
    write_csv(folder / "cadres.csv", *_roster())
    added = ["L3", "G001", *LOGS[0][2:]]
    write_csv(
        folder / "日志.csv", LOG_HEADER, added, [*LOGS[1][:4], "换了一段完全不同的文字。", LOGS[1][5], "7"]
    )
    write_csv(folder / "youths.csv", YOUTH_HEADER, [*YOUTHS[0][:5], "否"], YOUTHS[1])
    return folder


def _roster() -> list[list[str]]:
    from office_files import CADRE_HEADER

    return [CADRE_HEADER, [*CADRES[0][:7], "150"], *CADRES[1:]]


def changes(old: Path, new: Path) -> Difference:
    """Compare two folders."""
    return difference(read_evidence(old, RULEBOOK), read_evidence(new, RULEBOOK), RULEBOOK.tables)


def codes(evidence: Evidence) -> list[str]:
    """Return the codes of notes."""
    return [f.code for f in evidence.findings if f.severity == "note"]


class TestRows:
    """Rows by what happened to them."""

    def test_summary(self, old: Path, new: Path) -> None:
        """Rows before and after, added, removed, changed, equal."""
        rows = changes(old, new).tables.set_index("table")
        assert rows.loc["logs"].tolist() == [2, 2, 1, 1, 1, 0]
        assert rows.loc["cadres"].tolist() == [3, 3, 0, 0, 1, 2]
        assert rows.loc["youths"].tolist() == [2, 2, 0, 0, 1, 1]
        assert "media" not in rows.index

    def test_places_and_values(self, old: Path, new: Path) -> None:
        """Each row with its place then and now, the columns that changed and their values; no text."""
        rows = changes(old, new).rows
        logs = {row["change"]: row for row in rows[rows["table"] == "logs"].to_dict("records")}
        assert [logs[change]["id"] for change in ("added", "removed", "changed")] == ["L3", "L1", "L2"]
        changed = logs["changed"]
        places = [changed[name] for name in ("file", "row", "old_file", "old_row")]
        assert places == ["日志.csv", 3, "logs.csv", 3]
        assert changed["columns"] == "参与青年数；日志内容；text_length"
        assert (changed["before"], changed["after"], changed["unit"]) == ("0", "7", "剑阁县")
        assert "文字" not in "".join(map(str, rows.to_numpy().ravel()))

    def test_youths(self, old: Path, new: Path) -> None:
        """Of the youths' table no id and no value."""
        row = next(row for row in changes(old, new).rows.to_dict("records") if row["table"] == "youths")
        assert (row["id"], row["columns"], row["before"], row["after"]) == ("", "是否登录手机端", "", "")

    def test_tables_without_id(self, tmp_path: Path, old: Path, new: Path) -> None:
        """Equal rows are the same row, as often as they stand there."""
        header, row = ["团干部编号", "日期", "评价星级"], ["G001", "2017-06-01", "5"]
        write_csv(old / "e.csv", header, row, row, ["G002", "2017-06-01", "4"])
        write_csv(new / "e.csv", header, row, ["G003", "2017-06-01", "4"])
        assert changes(old, new).tables.set_index("table").loc["evaluations"].tolist() == [3, 2, 1, 2, 0, 1]

    def test_nothing_changed(self, old: Path) -> None:
        """The same delivery, and its own evidence, show no difference."""
        write_evidence(read_evidence(old, RULEBOOK), old.parent / "result" / "evidence")
        for earlier in (old, old.parent / "result"):
            evidence = compared(read_evidence(old, RULEBOOK), earlier, RULEBOOK)
            assert evidence.difference is not None
            assert evidence.difference.rows.empty
            assert not {"delivery_changed", "unit_jump"} & set(codes(evidence))


class TestTotals:
    """Unit totals that jump."""

    @pytest.mark.parametrize(
        ("then", "now", "jumps"), [(30, 26, True), (30, 29, False), (8, 30, True), (10, 25, False)]
    )
    def test_rows(self, old: Path, new: Path, then: int, now: int, jumps: bool) -> None:
        """A tenth fewer, or three times as many."""
        for folder, count in ((old, then), (new, now)):
            logs = [[f"L{n}", *LOGS[0][1:6], "0"] for n in range(count)]
            for path in folder.glob("*日志.csv"):
                path.unlink()
            write_csv(folder / "logs.csv", LOG_HEADER, *logs)
        found = [
            f for f in compared(read_evidence(new, RULEBOOK), old, RULEBOOK).findings if f.code == "unit_jump"
        ]
        assert [f.args["unit"] for f in found] == (["利州区"] if jumps else [])
        assert not jumps or f"{then} 变为 {now}" in found[0].problem()

    def test_points(self, old: Path, new: Path) -> None:
        """What is added up jumps too: participants and points."""
        totals = changes(old, new).totals.set_index(["unit", "table", "measure"])
        assert totals.loc[("利州区", "cadres", "points")].tolist() == [120, 150, False]
        assert totals.loc[("剑阁县", "logs", "participants")].tolist() == [0, 7, False]


class TestReport:
    """Where the difference shows."""

    def test_findings(self, old: Path, new: Path) -> None:
        """A note on each table that changed; nothing is left out."""
        evidence = compared(read_evidence(new, RULEBOOK), old, RULEBOOK)
        assert codes(evidence).count("delivery_changed") == 3
        assert evidence.tables["logs"].num_rows == 2

    def test_check_report(self, old: Path, new: Path) -> None:
        """The import report has a section on it, in both languages."""
        evidence = compared(read_evidence(new, RULEBOOK, keep_errors=True), old, RULEBOOK)
        for lang in ("zh", "en"):
            html = ImportReport(evidence, RULEBOOK, lang=lang).deliveries()._repr_html_()
            assert "L2" in html
            assert "文字" not in html
        bare = ImportReport(read_evidence(new, RULEBOOK), RULEBOOK).deliveries()._repr_html_()
        assert "未作比较" in bare

    def test_an_earlier_delivery_with_errors(self, old: Path, new: Path) -> None:
        """What stands of it is compared."""
        write_csv(old / "logs.csv", LOG_HEADER, LOGS[0], [*LOGS[1][:2], "昨天", *LOGS[1][3:]])
        assert compared_rows(compared(read_evidence(new, RULEBOOK), old, RULEBOOK)) == (1, 2, 2)

    def test_nothing_to_compare_with(self, new: Path, tmp_path: Path) -> None:
        """No such folder, or a result that kept no evidence."""
        (tmp_path / "result").mkdir()
        (tmp_path / "result" / "manifest.json").write_text("{}")
        for since in (tmp_path / "none", tmp_path / "result"):
            with pytest.raises(NothingToRead):
                compared(read_evidence(new, RULEBOOK), since, RULEBOOK)


def compared_rows(evidence: Evidence) -> tuple[int, ...]:
    """Return rows before, after and added of the logs."""
    assert evidence.difference is not None
    return tuple(evidence.difference.tables.set_index("table").loc["logs"].tolist()[:3])


def test_accounts_that_are_numbers_are_the_same_in_an_earlier_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier result names them by pseudonyms; nothing is taken for removed and added."""
    monkeypatch.setenv("GY1100_KEY", "a key")
    folder, account = tmp_path / "ex", "13812345678"
    folder.mkdir()
    roster(folder, [account, "赵六", "剑阁县", "专职", "是", "", "", ""])
    write_csv(folder / "logs.csv", LOG_HEADER, ["L1", account, *LOGS[0][2:]])
    write_evidence(read_evidence(folder, RULEBOOK), tmp_path / "out" / "evidence")
    found = compared(read_evidence(folder, RULEBOOK), tmp_path / "out", RULEBOOK).difference
    assert found is not None and found.rows.empty
