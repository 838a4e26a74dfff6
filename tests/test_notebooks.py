"""Notebooks are thin, run with plain papermill, and show what the package computed."""

from __future__ import annotations

import ast
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import nbformat
import papermill
import pytest

from gy1100.report.page import to_html
from gy1100.resources import notebook_path

from .report_sample import sample_result

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "start",
    "evidence_check",
    "year_end",
    "mid_year",
    "county_report",
    "calendar",
    "quarterly_bulletin",
    "daily_ranking",
)
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.If, ast.IfExp, ast.For, ast.While, ast.BinOp,
    ast.BoolOp, ast.Compare, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp, ast.Try, ast.With,
    ast.JoinedStr,
)  # fmt: skip


def notebook(name: str) -> Any:
    """Return a shipped notebook."""
    return nbformat.read(notebook_path(name), as_version=4)


def code_of(name: str) -> list[Any]:
    """Return the code cells of a notebook."""
    return [cell for cell in notebook(name).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_thin(name: str) -> None:
    """No definition, branch, loop or arithmetic; at most 40 lines of code."""
    source = "\n".join(cell.source for cell in code_of(name))
    nodes = [type(n).__name__ for n in ast.walk(ast.parse(source)) if isinstance(n, FORBIDDEN)]
    assert nodes == []
    assert len([line for line in source.splitlines() if line.strip()]) <= 40


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_clean(name: str) -> None:
    """Format 4.5 with stable ids, the python3 kernel, no stored output, count or widget state."""
    book = notebook(name)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert book.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in book.cells}) == len(book.cells)
    assert not [cell.id for cell in book.cells if not re.fullmatch(r"[a-z][a-z0-9-]*", cell.id)]
    assert all(not cell.outputs and cell.execution_count is None for cell in code_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_annotated_literals_with_a_comment(name: str) -> None:
    """Exactly one tagged cell, one annotated literal a line, each with a Chinese comment."""
    tagged = [cell for cell in code_of(name) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    for line in tagged[0].source.splitlines():
        statement = ast.parse(line).body[0]
        assert isinstance(statement, ast.AnnAssign), line
        assert isinstance(statement.value, ast.Constant), line
        assert re.search(r"#.*[\u4e00-\u9fff]", line), line


@pytest.mark.parametrize("name", NAMES)
def test_one_call_under_each_heading(name: str) -> None:
    """After loading, each code cell is one call; every heading has an English text; writing comes last."""
    cells = notebook(name).cells
    shown = [cell for cell in code_of(name) if cell.id not in ("parameters", "load")]
    assert all(len(ast.parse(cell.source).body) == 1 for cell in shown)
    assert all(isinstance(ast.parse(cell.source).body[0], ast.Expr) for cell in shown)
    assert all(cell.metadata.get("en") for cell in cells if cell.cell_type == "markdown")
    assert cells[-1].source.startswith(("result.write(out", "show.write(out"))


def run(name: str, folder: Path, **parameters: object) -> Path:
    """Run a notebook with plain papermill and return the executed copy."""
    path = folder / f"{name}.ipynb"
    papermill.execute_notebook(
        notebook_path(name),
        path,
        parameters,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        cwd=folder,
    )
    return path


def test_year_end_runs_and_writes(tmp_path: Path) -> None:
    """On the sample the page shows the ranking of the package, and the files are where ``out`` says."""
    out = tmp_path / "out"
    html = to_html(run("year_end", tmp_path, out=str(out)))
    for row in sample_result().ranking.itertuples():
        assert f"{row.score_100:.2f}" in html
    assert html.count("<svg") == 3
    assert "示例数据" in re.search(r"<title>(.*?)</title>", html)[1]  # type: ignore[index]
    assert len(html.encode()) < 3_000_000
    assert {"scores.csv", "ranking.csv", "scores.xlsx", "manifest.json"} <= {p.name for p in out.iterdir()}


@pytest.mark.long
def test_county_report_runs_for_an_alias_in_english(tmp_path: Path) -> None:
    """A unit by its short name, in English, without names; nothing is written without ``out``."""
    html = to_html(
        run("county_report", tmp_path, unit="剑阁", lang="en", names=False, as_of="2017-06-30"), lang="en"
    )
    assert "Report for Jiange" in html
    assert "Where points were lost" in html
    assert [p.name for p in tmp_path.iterdir()] == ["county_report.ipynb"]


def test_evidence_check_runs_on_exports_with_errors(tmp_path: Path) -> None:
    """Errors do not stop the import report: they are what it shows."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "名册.csv").write_text(
        "团干部编号,姓名,所属县区,干部类别,是否领导机关\nG1,甲,剑阁县,专职,是\nG2,乙,火星县,专职,是\n",
        "utf-8",
    )
    html = to_html(run("evidence_check", tmp_path, exports=str(folder)))
    assert "火星县" in html
    assert "1个错误" in html
    assert "示例数据" not in html


@pytest.mark.long
def test_start_runs(tmp_path: Path) -> None:
    """The first notebook goes through the year with the sample."""
    html = unescape(to_html(run("start", tmp_path)))
    assert "一年的步骤" in html
    assert "剑阁县" in html


def test_a_path_that_is_not_there_says_so_in_one_sentence(tmp_path: Path) -> None:
    """The error that a notebook shows is the sentence alone, without a traceback."""
    with pytest.raises(papermill.PapermillExecutionError, match="没有这个文件或文件夹"):
        run("year_end", tmp_path, exports="/nowhere/at/all")
    book = nbformat.read(tmp_path / "year_end.ipynb", as_version=4)
    errors = [o for c in book.cells for o in c.get("outputs", []) if o.output_type == "error"]
    assert [len(o.traceback) for o in errors] == [1]
    assert "\n" not in errors[0].traceback[0]
