"""A Spark master with two workers gives the figures that the embedded engine gives, and the reports of kernels here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from random_exports import random_decisions, random_tables, write_decisions, write_exports

from gy1100 import Assessment, assess, commands, load_rulebook, read_evidence
from gy1100.cli import run
from gy1100.engine import Embedded
from gy1100.order import Order
from gy1100.preparation import with_day
from gy1100.publish import write_tables
from gy1100.resources import sample_folder
from gy1100.spark import Cluster
from gy1100.tasks import NotAlike, Tasks
from gy1100.unfinished import ENDINGS, Unfinished

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


@dataclass(frozen=True)
class Runs:
    """The mid-year evaluation by the embedded engine and by a cluster."""

    embedded: Path
    cluster: Path
    place: str
    status: int
    said: str
    kept: Unfinished


KEPT, FAILED = "朝天区", "旺苍县"


@pytest.fixture(scope="module")
def runs(place: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Run the command with either; of the cluster's reports one was finished before and one cannot be made."""
    _end_the_application()  # this process holds both workers, and the kernel needs one
    folder = tmp_path_factory.mktemp("runs")
    embedded, out = folder / "embedded", folder / "cluster"
    assert run(["mid-year", "--out", str(embedded)]) == 0
    order = with_day(Order("mid-year", out=out), BOOK)
    (folder / "before").mkdir()
    for ending in ENDINGS:
        (folder / "before" / f"{KEPT}{ending}").write_text("finished before", "utf-8")
    Unfinished(order, BOOK).keep(KEPT, folder / "before")
    asked = commands._of_unit
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(StringIO()) as said:
        patch.setattr(
            commands, "_of_unit", lambda o, u: asked(o, u) | ({"unit": "成都市"} if u == FAILED else {})
        )
        status = run(["mid-year", "--out", str(out), "--engine", place])
    yield Runs(embedded, out, place, status, said.getvalue(), Unfinished(order, BOOK))


def test_the_command_takes_a_cluster(runs: Runs) -> None:
    """`gy1100 mid-year --engine` leaves the bytes that it leaves without, but for unrounded numbers in the workbook.

    run.json alone tells the cluster.
    """
    outs = (runs.embedded, runs.cluster)
    names = sorted(path.relative_to(outs[0]) for path in outs[0].glob("*") if path.is_file())
    apart = {str(name) for name in names if (outs[0] / name).read_bytes() != (outs[1] / name).read_bytes()}
    assert "run.json" in apart and apart <= {"manifest.json", "run.json", "scores.xlsx"}
    one, other = (cells(out / "scores.xlsx") for out in outs)
    assert one == other and len(one) > len(BOOK.units)
    one_manifest, other_manifest = (json.loads((out / "manifest.json").read_text("utf-8")) for out in outs)
    for manifest in (one_manifest, other_manifest):
        special = {
            name for name in manifest["files"] if name.startswith((f"reports/{KEPT}", f"reports/{FAILED}"))
        }
        for name in {"scores.xlsx", *special}:
            del manifest["files"][name]
    assert one_manifest == other_manifest
    assert json.loads((outs[1] / "run.json").read_text("utf-8"))["engine"] == runs.place


def test_its_tasks_make_the_reports(runs: Runs, tmp_path: Path) -> None:
    """They are the local ones byte for byte; a finished one is taken, one that fails is named and stops no other."""
    here, there = (
        {path.name: path.read_bytes() for path in (out / "reports").iterdir()}
        for out in (runs.embedded, runs.cluster)
    )
    assert runs.status == 70 and "1份报告没有生成" in runs.said and f"{FAILED}：没有单位“成都市”" in runs.said
    finished = {f"{KEPT}{ending}": b"finished before" for ending in ENDINGS}
    made = {name: data for name, data in here.items() if not name.startswith((KEPT, FAILED))}
    assert len(made) == len(ENDINGS) * (len(BOOK.units) - 2) and there == made | finished
    missing = [unit.name for unit in BOOK.units if not runs.kept.take(unit.name, tmp_path)]
    assert missing == [FAILED]  # so that the same command once more makes this one alone


def test_a_cluster_that_is_not_alike_makes_none(place: str, tmp_path: Path) -> None:
    """Workers without this package are told from those that have it before any report is asked for."""
    _end_the_application()
    values = commands._of_unit(with_day(Order("mid-year"), BOOK), "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", "/usr/bin/python3")
        with Tasks(place, tmp_path, values) as cluster, pytest.raises(NotAlike, match="No module named"):
            cluster.started.result(120)
