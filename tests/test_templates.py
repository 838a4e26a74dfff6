"""Templates: what a clerk fills in with them is read back without a finding."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from gy1100 import load_rulebook, read_evidence
from gy1100.cli import run
from gy1100.exports.formats import sheets_of
from gy1100.exports.guard import File
from gy1100.templates import choices, write_template, write_templates

if TYPE_CHECKING:
    from gy1100.tables import Column, Table

TABLES = [table for table in load_rulebook().tables.values() if table.export]
WHOLE = (
    "absent_table",
    "unit_without_data",
    "unit_without_cadres",
    "participants_above",
)  # of the data as a whole


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the empty templates."""
    path = tmp_path_factory.mktemp("templates")
    write_templates(load_rulebook(), path)
    return path


def filled(column: Column) -> Any:
    """Return a column's example as a clerk's Excel holds it."""
    if not column.example:
        return None
    if column.type == "date":
        return date.fromisoformat(column.example)
    return float(column.example) if column.type in ("whole", "number") else column.example


def fill(path: Path, table: Table, *rows: dict[str, Any]) -> None:
    """Fill rows, by column ids, into a template below what is there."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, sheet.max_row + 1):
        for name, value in row.items():
            sheet.cell(number, at[table.by_id[name].header], value)
    book.save(path)


def filled_folder(folder: Path, target: Path) -> Path:
    """Return a copy of the templates with the example filled into each."""
    shutil.copytree(folder, target)
    for table in TABLES:
        example = {column.id: filled(column) for column in table.columns if not column.carried}
        fill(target / f"{table.label['zh']}.xlsx", table, example)
    return target


def test_there_is_one_for_every_table(folder: Path) -> None:
    """Each export and register of the rulebook has its workbook, named by the table."""
    assert sorted(path.stem for path in folder.iterdir()) == sorted(table.label["zh"] for table in TABLES)


def test_the_filled_in_examples_read_back_without_a_finding(folder: Path, tmp_path: Path) -> None:
    """The examples of all tables, filled in, are one row each; nothing is found about them."""
    evidence = read_evidence(filled_folder(folder, tmp_path / "filled"))
    assert [found for found in evidence.findings if found.code not in WHOLE] == []
    assert {name: table.num_rows for name, table in evidence.tables.items()} == {
        table.id: 1 for table in TABLES
    }


def test_every_word_of_every_list_reads_back_without_a_finding(folder: Path, tmp_path: Path) -> None:
    """Each choice, unit, yes and no, and quarter that a list offers is read as it stands."""
    target = filled_folder(folder, tmp_path / "filled")
    for table in (table for table in TABLES if table.id != "mechanisms"):
        rows = []
        example = {column.id: filled(column) for column in table.columns if not column.carried}
        for column in table.columns:
            words = choices(load_rulebook(), column)
            key = {table.key: f"{column.id}{{}}"} if table.key else {}
            rows += [
                example | {k: v.format(n) for k, v in key.items()} | {column.id: w}
                for n, w in enumerate(words)
            ]
        fill(target / f"{table.label['zh']}.xlsx", table, *rows)
    found = [found for found in read_evidence(target).findings if found.code not in WHOLE]
    assert {(one.severity, one.code) for one in found} <= {
        ("note", "rows_repeated"),
        ("note", "organisation_other"),
    }


def test_ids_keep_zeros_and_eighteen_digits(folder: Path, tmp_path: Path) -> None:
    """Id columns are text: what is typed there stays as typed."""
    table = load_rulebook().tables["cadres"]
    path = Path(shutil.copy(folder / "团干部名册.xlsx", tmp_path))
    row = {column.id: filled(column) for column in table.columns}
    fill(path, table, row | {"cadre_id": "000120"}, row | {"cadre_id": "201704010000000017"})
    assert read_evidence(tmp_path).tables["cadres"]["cadre_id"].to_pylist() == [
        "000120",
        "201704010000000017",
    ]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.column_dimensions["A"].number_format == "@"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.id)
def test_every_column_is_checked_as_it_is_typed_in(table: Table, folder: Path) -> None:
    """Lists where there are words to choose from, bounds for dates and numbers, a Chinese prompt everywhere."""
    sheet = openpyxl.load_workbook(folder / f"{table.label['zh']}.xlsx").worksheets[0]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    kinds = {"date": "date", "whole": "whole", "number": "decimal", "id": None, "text": None, "hash": None}
    assert sheet.freeze_panes in ("A2", "B2")
    for cell in sheet[1]:
        column = next(column for column in table.columns if column.header == cell.value)
        rule = rules[f"{cell.column_letter}2"]
        assert rule.type == kinds.get(column.type, "list")
        assert (rule.promptTitle, rule.prompt is not None) == (column.header, True)
        words = choices(load_rulebook(), column)
        assert not words or rule.formula1 == f'"{",".join(words)}"'


def test_the_tables_id_wins_over_name_and_headers(tmp_path: Path) -> None:
    """A template renamed and with its sheet renamed is still its table: the hidden name says so."""
    table = load_rulebook().tables["organ_activities"]
    path = write_template(load_rulebook(), table, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(path)
    book.worksheets[0].title = "工作日志"
    book.save(path)
    sheets = sheets_of(File(path, path.name), path.read_bytes())
    assert [sheet.table for sheet in sheets] == ["organ_activities", "notes"]


def test_notes_are_no_data_even_without_the_hidden_name(folder: Path, tmp_path: Path) -> None:
    """Saved by a program that drops hidden names, the notes are a cover page, never rows."""
    table = load_rulebook().tables["cadres"]
    path = Path(shutil.copy(folder / "团干部名册.xlsx", tmp_path))
    fill(path, table, {column.id: filled(column) for column in table.columns})
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        sheet.defined_names.clear()
    book.save(path)
    evidence = read_evidence(tmp_path)
    assert evidence.tables["cadres"].num_rows == 1
    assert [f.severity for f in evidence.findings if f.sheet == "说明"] == ["note"]


def test_long_lists_stand_on_a_hidden_sheet(tmp_path: Path) -> None:
    """Words that do not fit into a validation are looked up on a hidden sheet, which is no data either."""
    book = load_rulebook()
    table = book.tables["cadres"]
    words = {f"c{n}": (f"第{n}种很长很长的干部类别名称",) for n in range(40)}
    columns = tuple(
        c.model_copy(update={"choices": words} if c.id == "cadre_type" else {}) for c in table.columns
    )
    path = write_template(book, table.model_copy(update={"columns": columns}), tmp_path / "x.xlsx")
    written = openpyxl.load_workbook(path)
    assert [sheet.sheet_state for sheet in written.worksheets] == ["visible", "hidden", "visible"]
    assert written.worksheets[1].max_row == 40
    assert sheets_of(File(path, path.name), path.read_bytes())[1].table == "notes"


def test_two_runs_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Nothing in a template depends on when or where it was written."""
    for path in write_templates(load_rulebook(), tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_english_templates_keep_the_headers(tmp_path: Path) -> None:
    """Prompts and notes are English, headers and choices stay canonical."""
    paths = write_templates(load_rulebook(), tmp_path, lang="en")
    assert sorted(path.stem for path in paths) == sorted(table.id for table in TABLES)
    with zipfile.ZipFile(tmp_path / "cadres.xlsx") as book:
        assert "Choose from the list." in book.read("xl/worksheets/sheet1.xml").decode()
    assert openpyxl.load_workbook(tmp_path / "cadres.xlsx").worksheets[0]["A1"].value == "团干部编号"


def test_the_command_writes_them_with_a_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`gy1100 templates` says what it wrote; a second run replaces its own files."""
    for _ in range(2):
        assert run(["templates", "--out", str(tmp_path / "out")]) == 0
    assert "团干部名册.xlsx" in capsys.readouterr().out
    assert "团干部名册.xlsx" in (tmp_path / "out" / "manifest.json").read_text("utf-8")
