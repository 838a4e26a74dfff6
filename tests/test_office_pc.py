"""What the folder for an office PC is made of; ``make test-bundle`` makes it and uses it without a network."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
OFFICE = ROOT / ".ci" / "office"


@pytest.fixture(scope="module")
def maker() -> Any:
    """Return the script as a module."""
    spec = importlib.util.spec_from_file_location("office_pc", ROOT / ".ci" / "office_pc.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["office_pc"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_machine_gets_what_the_program_needs(maker: Any) -> None:
    """Every dependency with its hashes, what Windows alone needs on Windows alone, nothing of what tests need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    own = {Requirement(text).name.lower() for text in project["project"]["dependencies"]}
    found = {
        t: {e.requirement.name for e in maker.needed(maker.Target(t, "3.13"))} for t in ("linux", "windows")
    }
    for names in found.values():
        assert own <= {name.lower() for name in names}
        assert not {"pytest", "playwright", "ruff", "mypy", "hypothesis", "psycopg"} & names
    assert {"colorama", "pywinpty"} <= found["windows"] - found["linux"]
    assert "ptyprocess" in found["linux"] - found["windows"]
    assert all(entry.hashes for entry in maker.needed(maker.Target("windows", "3.13")))


def test_the_lock_is_read_to_its_last_entry(maker: Any) -> None:
    """As many entries as the lock has, each with one version."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    entries = [entry for entries in maker.lock_of(text).values() for entry in entries]
    assert len(entries) == len(re.findall(r"^[a-z0-9][^ ]*==", text, re.MULTILINE))
    assert all(len(entry.requirement.specifier) == 1 for entry in entries)


def test_the_page_holds_its_pictures(maker: Any) -> None:
    """It loads nothing, and names files that are there."""
    page = maker.page()
    assert (
        page.count("data:image/png;base64,") == 3
        and "{{" not in page
        and "http" not in page.replace("http-equiv", "")
    )
    assert {"desk.cmd", "lab.cmd", "start.cmd", "start.sh"} <= set(re.findall(r"[a-z]+\.(?:cmd|sh)", page))
    assert {path.name for path in OFFICE.iterdir()} == {
        "desk.cmd",
        "lab.cmd",
        "start.cmd",
        "start.sh",
        "page.html",
    }


def test_the_starters_are_well_formed() -> None:
    """bash reads the one; in the other each label and bracket has its counterpart."""
    subprocess.run([str(shutil.which("bash")), "-n", str(OFFICE / "start.sh")], check=True)
    text = (OFFICE / "start.cmd").read_text("utf-8")
    assert {label.lower() for label in re.findall(r"goto (\w+)", text)} == set(
        re.findall(r"^:(\w+)", text, re.MULTILINE)
    )
    blocks = [line for line in text.splitlines() if line.rstrip().endswith("(") or line.strip() == ")"]
    assert len([line for line in blocks if line.strip() == ")"]) * 2 == len(blocks)
