"""What is installed: lock, conda environment and Debian packages agree with pyproject.toml."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from packaging.markers import Marker

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ENTRY = re.compile(r"^([a-z0-9.-]+)==([^ ;]+)(?: ; (.+?))? \\$")


def conda() -> ModuleType:
    """Return the script that makes environment.yml."""
    spec = importlib.util.spec_from_file_location("conda", ROOT / ".ci" / "conda.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def names(requirements: list[object]) -> set[str]:
    """Return the canonical names of requirements; groups that are included are left out."""
    found = [re.match(r"[\w.-]+", entry) for entry in requirements if isinstance(entry, str)]
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def locked() -> dict[str, str]:
    """Return the locked versions by name, as they hold for this Python and system."""
    entries = [match for line in LOCK.splitlines() if (match := ENTRY.match(line))]
    return {entry[1]: entry[2] for entry in entries if not entry[3] or Marker(entry[3]).evaluate()}


@pytest.mark.parametrize("lock", ["requirements.lock", ".ci/hub.lock"])
def test_lock_has_names_versions_and_hashes_only(lock: str) -> None:
    """Every line of the lock is a name with its version or one of its hashes: no address of any kind."""
    line = re.compile(r"^(?:[a-z0-9.-]+==[^ ;/:]+(?: ; [^/]+)? \\|    --hash=sha256:[0-9a-f]{64}(?: \\)?)$")
    assert [text for text in (ROOT / lock).read_text("utf-8").splitlines() if not line.match(text)] == []


def test_the_lock_of_the_hub_is_whole_and_agrees_with_the_main_lock() -> None:
    """JupyterHub has an environment of its own; what both hold is of one version."""
    lines = (ROOT / ".ci" / "hub.lock").read_text("utf-8").splitlines()
    found = {match[1]: match[2] for line in lines if (match := ENTRY.match(line))}
    assert names(PROJECT["dependency-groups"]["hub"]) <= set(found)
    assert {name: found[name] for name in set(found) & set(locked())}.items() <= locked().items()


@pytest.mark.parametrize("extra", ["postgresql", "spark"])
def test_the_lock_of_an_extra_adds_to_the_main_lock_alone(extra: str) -> None:
    """The lock of an extra has the same form and repeats nothing of the main lock."""
    lines = (ROOT / ".ci" / f"{extra}.lock").read_text("utf-8").splitlines()
    found = {match[1] for line in lines if (match := ENTRY.match(line))}
    wanted = names(PROJECT["project"]["optional-dependencies"][extra])
    assert wanted <= found | set(locked()) and not found & set(locked())
    assert found and not any("://" in line for line in lines)


def test_lock_covers_every_dependency() -> None:
    """What pyproject.toml asks for, tests and tools included, is locked."""
    groups = PROJECT["dependency-groups"]
    wanted = names(PROJECT["project"]["dependencies"] + groups["test"] + groups["dev"])
    assert wanted - set(locked()) == set()


def test_installed_is_what_is_locked() -> None:
    """These tests run with the locked versions."""
    direct = names(PROJECT["project"]["dependencies"])
    assert {name: version(name) for name in direct} == {name: locked()[name] for name in direct}


def test_every_dependency_has_its_reason() -> None:
    """Each dependency has a line of its own with a comment that says what for."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lists = re.findall(
        r"^(?:dependencies|postgresql|spark|test|dev|hub) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL
    )
    lines = [line for block in lists for line in block.splitlines() if "include-group" not in line]
    assert len(lists) == 6
    assert [line for line in lines if not re.search(r'^  ".+",\s+# \S+', line)] == []


def test_conda_environment_is_in_step() -> None:
    """environment.yml is what .ci/conda.py makes of pyproject.toml (make lock renews it)."""
    assert (ROOT / "environment.yml").read_text("utf-8") == conda().environment()


def test_conda_specs_accept_the_locked_versions() -> None:
    """conda can read every spec, and each accepts the version that pip installs."""
    rattler = pytest.importorskip("rattler")
    script = conda()
    specs = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    parsed = {
        str(rattler.MatchSpec(s).name.normalized): rattler.MatchSpec(s) for s in specs if isinstance(s, str)
    }
    for requirement in PROJECT["project"]["dependencies"]:
        conda_name = script.conda_spec(requirement).split()[0]
        (name,) = names([requirement])
        record = rattler.PackageRecord(
            conda_name, locked()[name], rattler.BuildString("0"), 0, "noarch", None
        )
        assert parsed[conda_name].matches(record), requirement


@pytest.mark.parametrize("wanted", ["debian.txt", "debian-spark.txt"])
def test_debian_packages_have_reasons(wanted: str) -> None:
    """Each Debian package that the tests need says why."""
    lines = (ROOT / ".ci" / wanted).read_text("utf-8").splitlines()
    entries = [line for line in lines if line and not line.startswith("#")]
    assert entries and all(re.match(r"^[a-z0-9.+-]+\s+# \S", line) for line in entries)


@pytest.mark.skipif(os.name == "nt", reason="the set-up of Debian machines")
def test_missing_venv_is_said_in_one_line(tmp_path: Path) -> None:
    """Without python3-venv the set-up says in one line what to install."""
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    copy = tmp_path / "copy"
    (copy / ".ci").mkdir(parents=True)
    for name in (".ci/setup.sh", "requirements.lock", "pyproject.toml"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    run = subprocess.run(
        ["bash", str(copy / ".ci" / "setup.sh")],
        env={**os.environ, "PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1 and run.stdout == ""
    assert "apt install python3-venv" in run.stderr and len(run.stderr.splitlines()) == 1


def test_bare_make_lists_the_targets() -> None:
    """`make` alone shows what it can do."""
    text = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    assert all(
        f"make {target} " in text for target in ("setup", "year-end", "test", "lab", "bench", "lock", "clean")
    )


def test_installed_wheel_works_outside_the_checkout(tmp_path: Path) -> None:
    """Notebooks, rulebooks and sample travel in the wheel and are found by name: commands run from it alone."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("gy1100-*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        members = archive.namelist()
        archive.extractall(site)
    assert not [m for m in members if m.endswith((".pyc", ".log")) or "/tests/" in m or m.startswith("tests")]
    run = subprocess.run(
        [sys.executable, "-P", "-m", "gy1100.cli", "check", "--out", "out"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    where = [
        sys.executable,
        "-P",
        "-c",
        "from gy1100.resources import *; print(notebook_path('x'), sample_folder())",
    ]
    env = {**os.environ, "PYTHONPATH": str(site)}
    shown = subprocess.run(where, cwd=tmp_path, env=env, capture_output=True, text=True, check=True).stdout
    assert all(path.startswith(str(site / "gy1100" / "shipped")) for path in shown.split())
