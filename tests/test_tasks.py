"""Reports as tasks of a cluster, without one: what is sent, what comes back, what is said where it cannot be made."""

from __future__ import annotations

import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gy1100 import commands, load_rulebook, read_evidence, spark, tasks
from gy1100.kernels import Kernel
from gy1100.material import material_of
from gy1100.order import Order
from gy1100.runner import NotebookFault, Work, notebook_run
from gy1100.tasks import NotAlike, Tasks
from gy1100.unfinished import ENDINGS
from gy1100.workplace import workplace

from .small_exports import write_tables

UNIT, PLACE = "剑阁县", "spark://nowhere:7077"


class SparkFault(Exception):
    """Stands for Spark's own errors."""


@dataclass(eq=False)
class Given:
    """A value that every task can read."""

    value: Any


@dataclass
class Context:
    """Spark's context as far as it is used: tasks run here, on copies of what they are sent."""

    sent: list[bytes] = field(default_factory=list)
    stopped: bool = False

    def broadcast(self, value: Any) -> Given:
        """Send a value to all."""
        self.sent.append(pickle.dumps(value))
        return Given(pickle.loads(self.sent[-1]))

    def parallelize(self, rows: list[Any], _: int) -> Rows:
        """Send rows."""
        self.sent.append(pickle.dumps(rows))
        return Rows(pickle.loads(self.sent[-1]))

    def cancelAllJobs(self) -> None:  # noqa: N802
        """End what runs."""

    def stop(self) -> None:
        """End."""
        self.stopped = True


@dataclass
class Rows:
    """Rows on the cluster."""

    rows: list[Any]
    function: Callable[[Any], Any] = lambda row: row

    def map(self, function: Callable[[Any], Any]) -> Rows:
        """Let a function be applied to each."""
        return Rows(self.rows, function)

    def collect(self) -> list[Any]:
        """Apply it; what goes wrong comes back as Spark tells it."""
        try:
            return pickle.loads(pickle.dumps([self.function(row) for row in self.rows]))
        except Exception as error:
            raise SparkFault(f'Traceback …\n  File "worker.py"\n{error}\n\n\tat org.apache …') from error


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Context]:
    """Return the context that every cluster has here."""
    for name, kind in (("py4j.protocol", "Py4JError"), ("pyspark.errors", "PySparkException")):
        module = ModuleType(name)
        setattr(module, kind, SparkFault)
        monkeypatch.setitem(sys.modules, name.partition(".")[0], ModuleType(name.partition(".")[0]))
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", tempfile.gettempdir())
    monkeypatch.setenv("SPARK_LOCAL_DIRS", str(tmp_path))
    own = Context()
    monkeypatch.setattr(spark, "context_at", lambda _: own)
    yield own
    tasks._warm.cache_clear()


def values_of(order: Order, unit: str = UNIT) -> dict[str, Any]:
    """Return what a unit's report is asked for."""
    return commands._of_unit(order, unit)


def work_of(order: Order, stage: Path, unit: str = UNIT) -> Work:
    """Return a unit's report as work."""
    return notebook_run("county_report", values_of(order, unit), stage / "reports" / unit)


def test_a_cluster_makes_the_bytes_that_a_kernel_makes(context: Context, tmp_path: Path) -> None:
    """With decisions and an earlier result; no export and no path of this machine is sent, and nothing stays there."""
    exports = write_tables(
        tmp_path / "exports",
        {
            "cadres": [{"cadre_id": "G1"}, {"cadre_id": "G2", "cadre_type": "part_time"}, {"cadre_id": ""}],
            "logs": [{"date": date(2017, month, 9)} for month in range(4, 12)],
        },
    )
    points = tmp_path / "then.csv"
    points.write_text(f"unit,item,points\n{UNIT},1.1,3.5\n{UNIT},4.2,2\n", "utf-8")
    decided = tmp_path / "decided.csv"
    decided.write_text(
        "unit,item,element,value,assessor,time,valid_from,reason,evidence\n"
        f"{UNIT},4.2,,8,李,2018-01-05T09:00,,查阅原件,\n",
        "utf-8",
    )
    order = Order(
        "year-end", exports, "2018-03-02", since=points, decisions=decided, set_aside=True, engine=PLACE
    )
    here, there = (tmp_path / name for name in ("here", "there"))
    here.mkdir()
    with Kernel(here) as kernel, Tasks(PLACE, there, values_of(order)) as cluster:
        local = kernel.submit(work_of(replace(order, engine=""), here))
        with pytest.raises(NotebookFault, match="没有单位“成都市”"):
            cluster.submit(work_of(order, there, "成都市")).result(60)
        pages = [future.result(60).page for future in (local, cluster.submit(work_of(order, there)))]
        tasks._warm(cluster._given)[1].stop()
    for ending in ENDINGS:
        one, other = (page.with_name(UNIT + ending).read_bytes() for page in pages)
        assert one == other and len(one) > 10_000
    assert all(word in pages[1].read_text("utf-8") for word in ("查阅原件", "与上次结果相比"))
    assert context.stopped and str(tmp_path).encode() not in b"".join(context.sent)
    assert [p.name for own in tmp_path.glob("gy1100-*") for p in own.rglob("*") if p.is_file()] == []


def test_what_no_report_shows_is_not_sent(tmp_path: Path) -> None:
    """Cells of refused rows stay here; an account that is a phone number goes as the hash that stands for it."""
    phone = "13800000001"
    exports = write_tables(
        tmp_path / "exports",
        {"cadres": [{"cadre_id": phone}, {"cadre_id": "G2", "unit": UNIT}, {"cadre_id": "", "unit": UNIT}]},
    )
    order = Order("year-end", exports, as_of="2018-03-02", set_aside=True)
    evidence = read_evidence(exports, load_rulebook(), set_aside=True)
    assert any(row.cells for row in evidence.refused)
    material = material_of(values_of(order))
    assert [row.row for row in material.evidence.refused] == [row.row for row in evidence.refused]
    assert not any(row.cells for row in material.evidence.refused)
    assert phone.encode() not in pickle.dumps(material)


def test_other_machines_are_not_asked_for_reports(
    context: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where they have another package the cluster says so, and the command goes on with a kernel here."""
    keys = iter(("driver", "worker", "driver", "worker", "driver"))
    monkeypatch.setattr(tasks, "key_of", lambda: next(keys))
    monkeypatch.setattr(tasks, "material_of", dict)
    order = Order("year-end", engine=PLACE)
    with (
        Tasks(PLACE, tmp_path, {}) as cluster,
        pytest.raises(NotAlike, match="the workers have another Python"),
    ):
        cluster.started.result(10)
    with workplace(tmp_path / "out") as place:
        first = place.kernel()
        (maker,) = commands._after(order, place, 9, first)
        assert isinstance(maker, Kernel) and maker is not first and not first.is_alive()
        monkeypatch.setattr(tasks, "_check_alike", lambda *_: None)
        makers = commands._after(replace(order, workers=2), place, 9, maker)
        assert len(makers) == 2 and isinstance(makers[0], Tasks) and makers[0] is makers[1]
    assert "this machine makes them" not in (said := capsys.readouterr().out) and "改由本机生成" in said


def test_what_a_stopped_cluster_is_asked_for_fails(
    context: Context, tmp_path: Path, monkeypatch: Any
) -> None:
    """At once, each report by itself."""
    monkeypatch.setattr(tasks, "material_of", dict)
    cluster = Tasks(PLACE, tmp_path, {})
    cluster.started.result(10)
    assert cluster.is_alive()
    cluster.stop()
    assert not cluster.is_alive() and context.stopped
    with pytest.raises(RuntimeError):
        cluster.submit(work_of(Order("year-end"), tmp_path)).result(10)
