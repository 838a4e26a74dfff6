"""The tables as data: what ``tables.md`` lists, headers, choices, aliases an office adds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError
from random_exports.headers import HEADERS

from gy1100 import load_rulebook
from gy1100.errors import BadRulebook
from gy1100.exports.matching import by_name, candidates, match, nearest
from gy1100.resources import shipped
from gy1100.tables import header_key, load_tables

FOLDER = Path(shipped("data", "rulebooks", "guangyuan-2017"))
TABLES = load_tables(FOLDER)
EXPORTS = {name: table for name, table in TABLES.items() if table.export}


def test_all_tables() -> None:
    """The twelve exports and registers; corrections, decisions, points and logs to check come by themselves."""
    assert len(EXPORTS) == 12
    assert set(TABLES) - set(EXPORTS) == {"corrections", "decisions", "points", "risk_checks"}


@pytest.mark.parametrize("table", EXPORTS)
def test_canonical_headers_find_the_table(table: str) -> None:
    """By canonical headers, and by ids alone."""
    columns = [column for column in TABLES[table].columns if not column.carried]
    for headers in ([column.header for column in columns], [column.id for column in columns]):
        assert [found.table.id for found in candidates(headers, EXPORTS)] == [table]


@pytest.mark.parametrize("table", EXPORTS)
def test_required_headers_find_the_table(table: str) -> None:
    """The required columns are enough."""
    headers = [TABLES[table].by_id[name].header for name in TABLES[table].required]
    assert table in [found.table.id for found in candidates(headers, EXPORTS)]


@pytest.mark.parametrize("table", [name for name in HEADERS if name in EXPORTS])
def test_headers_of_the_specification(table: str) -> None:
    """Every header that a second transcription of ``tables.md`` has is known for the same column."""
    _, columns = HEADERS[table]
    for column, headers in columns.items():
        for header in headers.split():
            assert TABLES[table].headers[header_key(header)] == column


@pytest.mark.parametrize(
    "written",
    [
        "参与青年数",
        " 参与 青年数 ",
        "参与\n青年数",
        "参与青年数（人）",
        "参与青年数(单位:人)",
        "参与青年数【人】",
        "＊参与青年数",
    ],
)
def test_header_forms(written: str) -> None:
    """White space, line breaks, bracketed units and full-width signs do not matter."""
    assert header_key(written) == "参与青年数"


def test_bracketed_header_stays() -> None:
    """A header that is nothing but a bracket keeps it."""
    assert header_key("（备注）") == "(备注)"


def test_missing_column() -> None:
    """A half-there header names its table and what is missing."""
    half = nearest(["日志编号", "团干部编号", "活动类别", "日志内容"], EXPORTS)
    assert half is not None
    assert (half.table.id, half.missing) == ("logs", ("date",))
    assert nearest(["姓名", "爱好"], EXPORTS) is None


def test_tie_is_settled_by_name() -> None:
    """The sheet's name, else the file's, settles a tie; nothing else does."""
    tied = [match(["x"], TABLES["logs"]), match(["x"], TABLES["youths"])]
    assert [found.table.id for found in by_name(tied, "", "2017年工作日志.xlsx")] == ["logs"]
    assert [found.table.id for found in by_name(tied, "联系青年", "2017年工作日志.xlsx")] == ["youths"]
    assert by_name(tied, "Sheet1", "导出.xlsx") == tied


def test_words_and_codes() -> None:
    """Choices are known by their words and codes."""
    kinds = TABLES["logs"].by_id["kind"]
    assert kinds.words("practical_help") == "办实事"
    assert kinds.codes["办实事"] == kinds.codes["practical_help"] == "practical_help"
    assert kinds.label == {"zh": "活动类别", "en": "kind"}
    assert list(TABLES["mechanisms"].by_id["element"].choices)[:5] == [
        "led_by_main_leader",
        "deputies_from_leadership",
        "members_from_departments",
        "tasks_divided",
        "plan_issued",
    ]


class TestAliases:
    """Headers that an office adds."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """Return a copy of the tables to change."""
        shutil.copy(FOLDER / "tables.yaml", tmp_path)
        return tmp_path

    def test_added(self, folder: Path) -> None:
        """A header in aliases.yaml is known."""
        (folder / "aliases.yaml").write_text("logs: {text: [工作纪实]}\n", "utf-8")
        assert load_tables(folder)["logs"].headers["工作纪实"] == "text"

    def test_contradiction(self, folder: Path) -> None:
        """A header cannot name two columns of a table."""
        (folder / "aliases.yaml").write_text("logs: {text: [活动日期]}\n", "utf-8")
        with pytest.raises(ValueError, match="names both date and text"):
            load_tables(folder)

    def test_unknown_table(self, folder: Path) -> None:
        """A table that is not there is refused."""
        (folder / "aliases.yaml").write_text("log: {text: [工作纪实]}\n", "utf-8")
        with pytest.raises(ValueError, match="no table 'log'"):
            load_tables(folder)

    @pytest.mark.parametrize(
        "said", ["logs: {text: [活动日期]}", "log: {text: [工作纪实]}", "logs: {text: [", "logs: 3", "- a"]
    )
    def test_an_office_is_told(self, said: str, tmp_path: Path) -> None:
        """A slip in the file that an office may extend is a refused rulebook, no fault of ours."""
        book = Path(shutil.copytree(FOLDER, tmp_path / "mine"))
        (book / "aliases.yaml").write_text(said + "\n", "utf-8")
        with pytest.raises(BadRulebook, match="mine"):
            load_rulebook(str(book))

    def test_unknown_key(self, folder: Path) -> None:
        """A slip in the description is refused."""
        text = (folder / "tables.yaml").read_text("utf-8").replace("key: true", "kee: true", 1)
        (folder / "tables.yaml").write_text(text, "utf-8")
        with pytest.raises(ValidationError, match="kee"):
            load_tables(folder)
