"""The engine that an assessment asks for: embedded where nothing is said; a cluster that cannot be had is refused."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from report_sample import sample_evidence

from gy1100 import assess, load_rulebook
from gy1100 import spark as clusters
from gy1100.cli import run
from gy1100.engine import Embedded, engine_at
from gy1100.errors import WrongUsage


@pytest.fixture
def port() -> Iterator[int]:
    """Return a port of this machine where somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Let PySpark and Java seem to be installed."""
    monkeypatch.setattr(clusters, "find_spec", lambda name: ModuleSpec(name, None))
    monkeypatch.setattr(clusters, "java", lambda: "/usr/bin/java")
    return monkeypatch


def test_an_engine_is_itself_and_the_usual_one_embedded() -> None:
    """Nothing said is the embedded engine; one that is given is taken, and another like it keeps its limit."""
    own = Embedded("1GB")
    assert engine_at(own) is own and type(engine_at("")) is Embedded
    limit = "SELECT current_setting('memory_limit') AS said"
    found = [engine._answer(limit).to_pylist() for engine in (own, own.anew())]
    assert found[0] == found[1] == [{"said": "953.6 MiB"}]


def test_an_assessment_takes_the_engine_that_it_is_given() -> None:
    """An engine of one's own measures, and it alone."""
    own = Embedded("1GB")
    assert assess(sample_evidence(), load_rulebook(), "2017-06-30", engine=own).tallies.frame.engine is own


def test_what_exceeds_the_limit_goes_to_files_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing lies where the command was started, nobody else may look, and it ends with the engine."""
    monkeypatch.chdir(tmp_path)
    own = Embedded("30MB")
    numbers = pa.table({"text": pc.utf8_lpad(pa.array(range(300_000)).cast("string"), 40)})
    repeated = own.table(numbers)
    kept = own.keep(repeated.union(repeated).union(repeated))
    place = Path(own._answer("SELECT current_setting('temp_directory') AS said")["said"][0].as_py())
    assert any(place.iterdir())
    assert not list(tmp_path.iterdir())
    assert os.name == "nt" or stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert own.arrow(kept.count().name("n").as_table())["n"].to_pylist() == [900_000]
    own._connection.close()
    assert not place.exists()


def test_long_questions_print_nothing() -> None:
    """Not even where DuckDB takes the process for somebody's who watches: without a file of its own, as in a kernel."""
    code = (
        "import duckdb; from gy1100.database import database\n"
        "asked = \"SELECT current_setting('enable_progress_bar')\"\n"
        "print([one.sql(asked).fetchall() for one in (duckdb.connect(), database())])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[[(True,)], [(False,)]]"


@pytest.mark.parametrize(
    "place", ["spark", "spark://", "spark://host", "http://host:7077", "spark://a:1;b:2", "local[2]"]
)
def test_no_such_place(place: str) -> None:
    """What is no address of a cluster is refused, with how one is written."""
    with pytest.raises(WrongUsage, match=r"spark://HOST:PORT"):
        engine_at(place)


@pytest.mark.parametrize(
    ("lacking", "words"), [("find_spec", r"pip install \"\.\[spark\]"), ("java", "openjdk-17")]
)
def test_what_is_not_installed_is_named(
    lacking: str, words: str, port: int, installed: pytest.MonkeyPatch
) -> None:
    """Without PySpark or Java it is said what to install."""
    installed.setattr(clusters, lacking, lambda *_: None)
    with pytest.raises(WrongUsage, match=words):
        clusters.checked_place(f"spark://127.0.0.1:{port}")


def test_whether_somebody_answers(port: int, installed: pytest.MonkeyPatch) -> None:
    """One master of several that answers is enough; where nobody does, it is said at once."""
    silent = "127.0.0.1:1"
    place = f"spark://{silent},127.0.0.1:{port}"
    assert clusters.checked_place(place) == place
    with pytest.raises(WrongUsage, match="nobody answers"):
        clusters.checked_place(f"spark://{silent}")


def test_java_is_looked_for_as_pyspark_does(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """JAVA_HOME goes before the path."""
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert clusters.java() == str(program)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "elsewhere"))
    assert clusters.java() is None


def test_the_command_refuses_before_it_reads(capsys: pytest.CaptureFixture[str], tmp_path: object) -> None:
    """A cluster that cannot be had stops the command at once, exit 2, and nothing of it is loaded."""
    assert run(["year-end", "--engine", "spark:nowhere", "--out", f"{tmp_path}/out"]) == 2
    assert "spark://HOST:PORT" in capsys.readouterr().err
    assert "pyspark" not in sys.modules
