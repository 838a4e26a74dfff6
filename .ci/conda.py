"""Print environment.yml for conda users, made from pyproject.toml: ``python .ci/conda.py > environment.yml``."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
# conda-forge's names where they differ from the lower-cased name on the package index
NAMES = {"duckdb": "python-duckdb", "ibis-framework[duckdb]": "ibis-duckdb"}
_REQUIREMENT = re.compile(r"(?P<name>[\w.\[\]-]+?)\s*(?P<versions>[<>=!~].*)?$")


def conda_spec(requirement: str) -> str:
    """Return a requirement as a conda match spec, e.g. ``ibis-duckdb >=11``."""
    found = _REQUIREMENT.match(requirement)
    if found is None:
        raise ValueError(requirement)
    name = NAMES.get(found["name"], found["name"]).lower()
    return f"{name} {found['versions'] or ''}".strip()


def environment(pyproject: Path = PYPROJECT) -> str:
    """Return the text of environment.yml."""
    project = tomllib.loads(pyproject.read_text("utf-8"))["project"]
    specs = [
        conda_spec(f"python {project['requires-python']}"),
        *map(conda_spec, project["dependencies"]),
        "pip",
    ]
    lines = [
        "# Made by .ci/conda.py from pyproject.toml; a test keeps it in step.",
        "# conda env create -f environment.yml && conda activate gy1100",
        "name: gy1100",
        "channels:",
        "  - conda-forge",
        "  - nodefaults",
        "dependencies:",
        *(f"  - {spec}" for spec in specs),
        "  - pip:",
        "      - -e .",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(environment(), end="")
