"""A notebook's parameters: read from its one tagged cell, checked before anything runs (papermill alone only warns)."""

from __future__ import annotations

import ast
import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .errors import WrongUsage
from .words import both

TYPES: dict[str, Any] = {"str": str, "bool": bool, "int": int, "float": float, "list[str]": list[str]}


def checked_parameters(notebook: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``given`` as values that the notebook takes.

    Raises
    ------
    WrongUsage
        If the notebook has no such parameter or the value has another type; all are listed.
    """
    from pydantic import ConfigDict, ValidationError, create_model

    fields = {name: (kind, default) for name, kind, default in declared(notebook)}
    unknown = [name for name in given if name not in fields]
    if unknown:
        raise WrongUsage("\n".join(_unknown(notebook, name, list(fields)) for name in unknown))
    model = create_model(notebook.stem, __config__=ConfigDict(strict=True, extra="forbid"), **fields)  # type: ignore[call-overload]
    try:
        checked = model(**given)
    except ValidationError as error:
        problems = (f"{notebook.stem}: {e['loc'][0]}: {e['msg']} ({e['input']!r})" for e in error.errors())
        raise WrongUsage("\n".join(problems)) from None
    return {name: getattr(checked, name) for name in given}


def takes(notebook: Path, name: str) -> bool:
    """Return whether the notebook has a parameter of this name."""
    return any(name == known for known, _, _ in declared(notebook))


def declared(notebook: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, type and default of each parameter: one annotated literal a line in the cell tagged ``parameters``.

    Raises
    ------
    ValueError
        If there is not exactly one such cell, or it holds anything else.
    """
    for statement in ast.parse(_tagged_source(notebook)).body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            raise ValueError(f"{notebook.name}: not an annotated literal: {ast.unparse(statement)}")
        kind = TYPES[ast.unparse(statement.annotation)]
        yield statement.target.id, kind, ast.literal_eval(statement.value or ast.Constant(None))


def _tagged_source(notebook: Path) -> str:
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
    if len(tagged) != 1:
        raise ValueError(f"{notebook.name}: {len(tagged)} cells are tagged parameters, must be one")
    source = tagged[0]["source"]
    return source if isinstance(source, str) else "".join(source)


def _unknown(notebook: Path, name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return both("cli.unknown_parameter", notebook=notebook.stem, name=name, near=", ".join(near or known))
