"""Large files read beside each other: the same as one after the other, errors in their turn, an end when asked."""

from __future__ import annotations

import random
import signal
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gy1100 import load_rulebook, read_evidence
from gy1100.exports import archives, cached, encoding, side_by_side, stored, text_rows

if TYPE_CHECKING:
    from pathlib import Path

    from gy1100.exports.on_disk import OnDisk

RULEBOOK = load_rulebook("guangyuan-2017")
LOGS = "日志编号,团干部编号,活动日期,活动类别,日志内容,填报渠道,参与青年数"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a roster and six files of logs, each with troubles of its own, all of them large."""
    for module, name, value in (
        (archives, "LARGE", 0), (encoding, "PIECE", 2_000), (text_rows, "KEPT", 0), (stored, "MOST", 20_000),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    rows = [f"G{n:02d},某{n},利州区,专职,否" for n in range(30)]
    (tmp_path / "名册.csv").write_text(
        "\n".join(["团干部编号,姓名,所属县区,干部类别,是否领导机关", *rows]), "utf-8"
    )
    for number in range(6):
        logs = [
            f"L{n:05d},G{n % 31:02d},2017-05-{n % 30 + 1:02d},谈心,第{n}次，电话13812345{n % 999:03d},手机,{n}人"
            for n in range(number * 90, number * 90 + 100)
        ]
        ending = ",多一格" if number % 2 else ""
        (tmp_path / f"{number}.csv").write_text("\n".join([LOGS, *logs]) + ending, "utf-8")
    (tmp_path / "坏.csv").write_bytes("编号,甲\n乙,".encode("gb18030") + b'\x80\xff"\n')
    return tmp_path


def everything(folder: Path) -> tuple[Any, ...]:
    """Return all that reading gives."""
    found = read_evidence(folder, RULEBOOK, keep_errors=True)
    return found.tables, found.findings, found.sources, replace(found, tables={})


def test_the_same_as_one_after_the_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever order files are done, the evidence is that of one thread, and findings stand in their order."""
    monkeypatch.setattr(side_by_side, "MOST", 1)
    alone = everything(folder)
    read, chance = cached.read_file, random.Random(5)

    def in_a_while(*arguments: Any) -> Any:
        time.sleep(chance.random() / 20)
        return read(*arguments)

    monkeypatch.setattr(side_by_side, "MOST", 4)
    monkeypatch.setattr(side_by_side.os, "cpu_count", lambda: 4)
    monkeypatch.setattr(cached, "read_file", in_a_while)
    for _ in range(3):
        assert everything(folder) == alone
    assert len(alone[1]) > 10 and len(alone[2]) == 7


def test_an_error_in_one_file_is_raised_and_ends_the_others(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours in one file is the error of the whole, whichever file fails first."""
    read = cached.read_file

    def failing(file: Any, *arguments: Any) -> Any:
        if file.name in ("2.csv", "4.csv"):
            time.sleep(0.2 if file.name == "2.csv" else 0)
            raise RuntimeError(file.name)
        return read(file, *arguments)

    monkeypatch.setattr(cached, "read_file", failing)
    with pytest.raises(RuntimeError, match=r"^2\.csv$"):
        read_evidence(folder, RULEBOOK, keep_errors=True)
    assert not running()


def test_interruption_ends_the_threads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is raised where the reader waits; files that are being read are given up at their next piece."""

    def endless(_file: Any, data: OnDisk, *_arguments: Any) -> Any:
        while data[:1] is not None:
            time.sleep(0.01)

    monkeypatch.setattr(cached, "read_file", endless)
    timer = threading.Timer(0.5, signal.raise_signal, (signal.SIGINT,))
    timer.start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        read_evidence(folder, RULEBOOK, keep_errors=True)
    timer.join()
    assert time.monotonic() - begun < 20
    assert not running()


def running() -> list[threading.Thread]:
    """Return the threads that still read."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("reading")]
