"""The architecture holds: arrows point one way, names are nouns of the office, pieces stay small."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gy1100"
# Top to bottom as data flows (modules of one line are peers); an import points to an earlier line or along its own.
LAYERS = (
    "errors words resources texts intervals csv_files cache frame_rows interruption database",
    "cited units tables cells periods duty_rules rules dates identifiers names values privacy",
    "rulebook duties",
    "findings",
    "exports",
    "repeats drafts remarks checks refused corrections settling deliveries evidence_files owners evidence",
    "engine spark steps validity",
    "parts",
    "measures authenticity decisions",
    "ledger",
    "register components part_frames scores ranking regaining explanation indicators calendar cadres apart assessment",
    "peers earlier comparison screens daily",
    "report templates spot_checks robustness bulletin",
    "manifest lock staging",
    "publish users",
    "recomputation verdict bundle versions",
    "ledger_verification",
    "verification",
    "parameters executed material kernels runner tasks reports console order unfinished",
    "workplace checking desk preparation",
    "single",
    "commands",
    "cli_options cli_users cli_verify",
    "cli",
)
BANNED = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "core",
    "config",
    "manager",
    "misc",
    "base",
    "tools",
}
# what a module needs only when it is used: the face of a lower one on a higher one, always inside a function
LATE = {
    ("assessment", "publish"), ("calendar", "publish"), ("report", "publish"), ("bulletin", "publish"),
    ("assessment", "robustness"),
    ("decisions", "evidence"),
    ("explanation", "report"), ("comparison", "report"), ("decisions", "ledger"), ("ledger", "manifest"),
    ("report", "manifest"), ("earlier", "manifest"), ("daily", "manifest"), ("assessment", "screens"),
}  # fmt: skip
LONGEST_FUNCTION, LONGEST_MODULE = 30, 300
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@cache
def modules() -> tuple[tuple[str, Path, ast.Module], ...]:
    """Return each module with the layer member it belongs to."""
    return tuple(
        (path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path, ast.parse(path.read_text("utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    )


def imports(path: Path, tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Yield the package modules that a module imports and whether it does so inside a function.

    Imports for types alone are no arrows of the data flow and are left out.
    """
    for_types = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    late = {
        id(child) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for child in ast.walk(node)
    }
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == depth and id(node) not in for_types:
            targets = [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
            yield from ((target, id(node) in late) for target in targets if not target.startswith("__"))


def test_imports_point_one_way() -> None:
    """No module imports one that comes after it in the data flow, a few late ones apart that are named."""
    place = {name: n for n, layer in enumerate(LAYERS) for name in layer.split()}
    wrong, unplaced = [], set()
    for name, path, tree in modules():
        if name == "__init__":
            continue
        unplaced |= {name} - set(place)
        for target, late in imports(path, tree):
            allowed = place.get(target, -1) <= place.get(name, 99) or (late and (name, target) in LATE)
            wrong += [] if allowed else [f"{path.relative_to(PACKAGE)} imports {target}"]
    assert wrong == []
    assert unplaced == set(), "give the new modules a place in LAYERS"


def test_no_import_circles() -> None:
    """At import time no two modules need each other."""
    arrows: dict[str, set[str]] = {}
    for name, path, tree in modules():
        if name != "__init__":
            arrows.setdefault(name, set()).update(
                t for t, late in imports(path, tree) if not late and t != name
            )

    def reached(start: str, seen: set[str]) -> set[str]:
        for target in arrows.get(start, set()) - seen:
            reached(target, seen | {target}) if target == start else seen.add(target)
            seen |= reached(target, seen)
        return seen

    assert [name for name in arrows if name in reached(name, set())] == []


def test_names_say_what_is_inside() -> None:
    """No module has a name under which anything could hide."""
    assert [str(path) for _, path, _ in modules() if path.stem in BANNED] == []


def test_modules_are_a_few_pages() -> None:
    """No module has more than 300 lines."""
    long = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for _, p, _ in modules()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_MODULE} == {}


def test_functions_are_short() -> None:
    """No function has more than 30 lines without its docstring."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length(node)}"
        for _, path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and length(node) > LONGEST_FUNCTION
    ]
    assert long == []


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function from its name on, its docstring apart."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    skipped = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - skipped


def test_public_functions_explain_themselves() -> None:
    """Every public module, class and function has a docstring."""
    bare = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'name', '')}"
        for _, path, tree in modules()
        for node in [tree, *(n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef)))]
        if not getattr(node, "name", "").startswith("_") and ast.get_docstring(node) is None
    ]
    assert bare == []


def code_cells(notebook: Path) -> list[dict[str, object]]:
    """Return the code cells of a notebook."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_choose_and_show(notebook: Path) -> None:
    """A notebook has no logic, no stored output, one parameters cell of annotated literals, about 40 lines."""
    cells = code_cells(notebook)
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]  # type: ignore[attr-defined]
    assert len(tagged) == 1
    trees = [ast.parse("".join(cell["source"])) for cell in cells]  # type: ignore[arg-type]
    logic = (
        ast.FunctionDef, ast.ClassDef, ast.If, ast.IfExp, ast.For, ast.While, ast.comprehension, ast.Lambda, ast.BinOp,
        ast.Compare, ast.BoolOp, ast.Try, ast.With,
    )  # fmt: skip
    assert [ast.unparse(n) for tree in trees for n in ast.walk(tree) if isinstance(n, logic)] == []
    parameters = ast.parse("".join(tagged[0]["source"]))  # type: ignore[arg-type]
    assert all(isinstance(s, ast.AnnAssign) and isinstance(s.value, ast.Constant) for s in parameters.body)
    lines = [line for cell in cells for line in "".join(cell["source"]).splitlines() if line]  # type: ignore[arg-type]
    assert len(lines) <= 45


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_each_parameter_has_a_chinese_comment(notebook: Path) -> None:
    """Each line of the parameters cell says in Chinese what it is for."""
    (tagged,) = (c for c in code_cells(notebook) if "parameters" in c["metadata"].get("tags", []))  # type: ignore[attr-defined]
    lines = [line for line in "".join(tagged["source"]).splitlines() if line]  # type: ignore[arg-type]
    assert all(any("\u4e00" <= c <= "\u9fff" for c in line.partition("#")[2]) for line in lines)


def test_types() -> None:
    """The package's types hold: mypy, strict, beside the other tests rather than before them."""
    command = [sys.executable, "-m", "mypy", "--no-error-summary"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
