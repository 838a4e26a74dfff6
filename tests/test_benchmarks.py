"""The benchmarks compare like with like: pandas gives what the package gives, and their tables have every figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from gy1100 import assess
from tests.benchmarks import ledger, pandas_version, scoring
from tests.benchmarks.equality import assert_same
from tests.benchmarks.synthetic import SCALES, Scale, evidence_of, rulebook_of, write


def _assert_same(scale: Scale, folder: Path, seed: int) -> None:
    write(scale, folder, seed)
    rulebook = rulebook_of(scale)
    units = list(rulebook.units.names)
    theirs = pandas_version.score(pandas_version.load(folder), units, scoring.AS_OF)
    assert_same(assess(evidence_of(folder), rulebook, scoring.AS_OF), theirs, units)


def test_pandas_gives_the_scores_ranking_and_cadres_of_the_package(tmp_path: Path) -> None:
    """Two more units than the rulebook knows, so that units are made up too."""
    _assert_same(SCALES["tiny"], tmp_path, 1)


def test_units_without_evidence_are_the_same_unknown(tmp_path: Path) -> None:
    """Five cadres in thirty units: most have nobody, ranks have bounds that differ."""
    _assert_same(Scale("sparse", 30, 5, 60), tmp_path, 2)


def test_evidence_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    """What is measured today can be measured again."""
    for name in ("one", "other"):
        write(SCALES["tiny"], tmp_path / name)
    one, other = evidence_of(tmp_path / "one"), evidence_of(tmp_path / "other")
    assert all(table.equals(other.tables[name]) for name, table in one.tables.items())


@pytest.mark.long
def test_the_report_has_every_variant_and_ratio() -> None:
    """One repeat at the smallest scale: results are compared, processes measured, tables written."""
    report = scoring.report(("tiny",), repeats=1)
    for row in ("| gy1100 |", "| pandas |", "| scan |", "| gy1100 / pandas |", "| gy1100 / scan |"):
        assert row in report


def test_the_ledgers_report_has_every_variant_and_ratio() -> None:
    """A small chain is verified, a few entries are written by one and by eight."""
    lines = ledger.report(entries=300, alone=5, each=2).splitlines()
    rows = [
        line.split(" | ")[0].strip("| ") for line in lines if line.startswith("| ") and "variant" not in line
    ]
    assert rows == [
        "hashing alone",
        "gy1100",
        "second verifier",
        "bare insert",
        "one writer",
        "8 writers at once",
    ]
