"""A Spark master with two workers gives the figures that the embedded engine gives: the same code, the same points."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from random_exports import random_decisions, random_tables, write_decisions, write_exports

from gy1100 import Assessment, assess, load_rulebook, read_evidence
from gy1100.cli import run
from gy1100.engine import Embedded
from gy1100.publish import write_tables
from gy1100.resources import sample_folder
from gy1100.spark import Cluster

from .cluster import WORKERS, cluster, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
DAY = "2018-03-02"
BOOK = load_rulebook()
EXACT = ("scores.csv", "ranking.csv", "cadres.csv", "parts.csv", "findings.csv")
TOLERANCE = 1e-9


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of the cluster that all tests here share."""
    with cluster(tmp_path_factory.mktemp("cluster")) as url:
        yield url
        _end_the_application()


def _end_the_application() -> None:
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        running.stop()


def different(one: Assessment, other: Assessment, folder: Path) -> list[str]:
    """Return what two results publish that is not the same: bytes of files, components beyond a billionth."""
    folders = [folder / name for name in ("one", "other")]
    for result, out in zip((one, other), folders, strict=True):
        out.mkdir(parents=True)
        write_tables(result, out, lang="zh", names=True)
    found = [name for name in EXACT if len({(out / name).read_bytes() for out in folders}) > 1]
    numbers = ["points_max", "value", "low", "high"]
    words = [name for name in one.components if name not in numbers]
    pd.testing.assert_frame_equal(one.components[words], other.components[words])
    apart = (one.components[numbers] - other.components[numbers]).abs().max().max()
    return found + ([f"components by {apart}"] if apart > TOLERANCE else [])


def test_the_sample_has_the_same_figures(place: str, tmp_path: Path) -> None:
    """At the year's end and after a what-if, everything published is the same, and two workers measured it."""
    evidence = read_evidence(sample_folder(), BOOK)
    one, other = (assess(evidence, BOOK, DAY, engine=engine) for engine in ("", place))
    assert different(one, other, tmp_path / "own") == []
    engines = [result.tallies.frame.engine for result in (one, other)]
    assert isinstance(engines[0], Embedded) and isinstance(engines[1], Cluster)
    assert engines[1]._session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() == WORKERS + 1
    readings = {"required_rounding": "exact", "periods": "from_april", "cadre_weight": "3"}
    assert different(one.under(readings), other.under(readings), tmp_path / "if") == []
    pd.testing.assert_frame_equal(one.weekly, other.weekly)
    explained = [result.explain("剑阁县", "4.3")._repr_html_() for result in (one, other)]
    assert explained[0] == explained[1]


@pytest.mark.parametrize(("seed", "day"), [(7, date(2017, 9, 30))])
def test_a_random_delivery_has_the_same_figures(place: str, seed: int, day: date, tmp_path: Path) -> None:
    """So it is on the edges that random exports sit on, with decisions, on a day when some items are not due."""
    tables, present = random_tables(seed)
    said = write_decisions(random_decisions(seed, tables), tmp_path / "decisions.csv")
    evidence = read_evidence(write_exports(tables, present, tmp_path / "exports", seed), BOOK)
    one, other = (assess(evidence, BOOK, day, said, engine=engine) for engine in ("", place))
    assert different(one, other, tmp_path / "out") == []


def cells(workbook: Path) -> list[object]:
    """Return the cells of all sheets of a workbook, numbers to nine decimals."""
    found = (
        cell for sheet in load_workbook(workbook) for row in sheet.iter_rows(values_only=True) for cell in row
    )
    return [round(cell, 9) if isinstance(cell, float) else cell for cell in found]


def test_the_command_takes_a_cluster(place: str, tmp_path: Path) -> None:
    """`gy1100 mid-year --engine` leaves the bytes that it leaves without, but for unrounded numbers in the workbook.

    run.json alone tells the cluster.
    """
    _end_the_application()  # this process holds both workers, and the kernel needs one
    outs = [tmp_path / name for name in ("embedded", "cluster")]
    for out, engine in zip(outs, ([], ["--engine", place]), strict=True):
        assert run(["mid-year", "--reports", "none", "--out", str(out), *engine]) == 0
    names = sorted(path.relative_to(outs[0]) for path in outs[0].rglob("*") if path.is_file())
    apart = {str(name) for name in names if (outs[0] / name).read_bytes() != (outs[1] / name).read_bytes()}
    assert "run.json" in apart and apart <= {"manifest.json", "run.json", "scores.xlsx"}
    one, other = (cells(out / "scores.xlsx") for out in outs)
    assert one == other and len(one) > len(BOOK.units)
    one_manifest, other_manifest = (json.loads((out / "manifest.json").read_text("utf-8")) for out in outs)
    for manifest in (one_manifest, other_manifest):
        del manifest["files"]["scores.xlsx"]
    assert one_manifest == other_manifest
    assert json.loads((outs[1] / "run.json").read_text("utf-8"))["engine"] == place
