"""A real standalone Spark cluster on loopback: PySpark's own scripts start a master and two workers."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from gy1100.spark import java

WORKERS, SECONDS = 2, 120
# three Spark programs, two executors and a driver share the machine with whatever else runs there
SETTINGS = "spark.driver.memory 1g\nspark.executor.memory 768m\nspark.driver.host 127.0.0.1\n"


def missing() -> str:
    """Return why there can be no cluster here, empty where there can be one."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed: .ci/spark.sh (make test-spark does it)"
    return (
        ""
        if java()
        else "JAVA IS NOT INSTALLED: apt install openjdk-17-jre-headless (make test-spark does it as root)"
    )


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Give the URL of a master with two workers; their files lie in ``folder``, which Spark's settings stand in too."""
    (folder / "spark-defaults.conf").write_text(SETTINGS, "utf-8")
    own = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_CONF_DIR": str(folder), "SPARK_WORKER_DIR": str(folder / "work"),
           "SPARK_LOCAL_DIRS": str(folder / "local"), "SPARK_DAEMON_MEMORY": "256m"}  # fmt: skip
    before = dict(os.environ)
    os.environ.update(own)
    place = f"127.0.0.1:{_free_port()}"
    host, port = place.split(":")
    running = [_started(folder, "master.Master", "--port", port)]
    try:
        _wait(folder / "master.Master.log", "I have been elected leader", 1)
        half = ("worker.Worker", "--cores", "1", "--memory", "1g", f"spark://{place}")
        running += [_started(folder, *half, name=n) for n in range(WORKERS)]
        _wait(folder / "master.Master.log", "Registering worker", WORKERS)
        yield f"spark://{host}:{port}"
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(SECONDS)
        os.environ.clear()
        os.environ.update(before)


def _started(folder: Path, program: str, *arguments: str, name: int | str = "") -> subprocess.Popen[bytes]:
    import pyspark

    script = Path(pyspark.__file__).parent / "bin" / "spark-class"
    log = (folder / f"{program}{name}.log").open("wb")
    command = [str(script), f"org.apache.spark.deploy.{program}", "--host", "127.0.0.1", "--webui-port", "0"]
    with log:
        return subprocess.Popen([*command, *arguments], stdout=log, stderr=subprocess.STDOUT, cwd=folder)


def _wait(log: Path, words: str, times: int) -> None:
    last = time.monotonic() + SECONDS
    while log.read_text("utf-8", "replace").count(words) < times:
        if time.monotonic() > last:
            raise TimeoutError(log.read_text("utf-8", "replace"))
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
