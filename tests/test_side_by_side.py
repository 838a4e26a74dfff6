"""Files read beside each other: the same as one after the other, errors in their turn, an end when asked."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gy1100 import evidence, load_rulebook, read_evidence
from gy1100.cells import Setting
from gy1100.exports import archives, books_apart, cached, encoding, isolated, side_by_side, stored, text_rows
from gy1100.exports.cached import Reader
from gy1100.exports.guard import File
from gy1100.exports.isolated import started
from gy1100.exports.worker import answer_of

from .format_files import html_text, xls_bytes
from .office_files import write_xlsx

if TYPE_CHECKING:
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


def everything(folder: Path, cache: Path | None = None) -> tuple[Any, ...]:
    """Return all that reading gives."""
    found = read_evidence(folder, RULEBOOK, keep_errors=True, cache=cache)
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


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a roster and seven books of logs, each with troubles of its own, enough of them for processes."""
    monkeypatch.setattr(books_apart, "FIRST", 0)
    header = ["团干部编号", "姓名", "所属县区", "干部类别", "是否领导机关"]
    roster = [header, *([f"G{n:02d}", f"某{n}", "利州区", "专职", "否"] for n in range(30))]
    write_xlsx(tmp_path / "名册.xlsx", {"名册": roster})
    for number in range(7):
        write_xlsx(
            tmp_path / f"{number}.xlsx",
            {"日志": [LOGS.split(","), *map(log, range(number * 90, number * 90 + 100))]},
        )
    (tmp_path / "7.xls").write_bytes(xls_bytes({"日志": [LOGS.split(","), log(900)]}))
    (tmp_path / "坏.xlsx").write_bytes((tmp_path / "0.xlsx").read_bytes()[:-300])
    return tmp_path


def log(n: int) -> list[Any]:
    """Return a row of logs: some of nobody, with impossible dates, or twice."""
    text = f"第{n}次，电话13812345{n % 999:03d}"
    return [f"L{n:05d}", f"G{n % 31:02d}", f"2017.5.{n % 33 + 1}", "谈心", text, "手机", f"{n}人"]


@pytest.mark.parametrize("room", [1 << 30, 1])
def test_books_in_processes(
    books: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, room: int
) -> None:
    """What processes read, many at a time or one, is what is read here; and the same is recalled afterwards."""
    kept = taken(monkeypatch)
    monkeypatch.setattr(side_by_side, "MOST", 1)
    alone, one_by_one = everything(books), sorted(kept)
    kept.clear()
    begun = counted(monkeypatch)
    monkeypatch.setattr(side_by_side, "MOST", 2)
    monkeypatch.setattr(side_by_side.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(books_apart, "MOST", room)
    assert everything(books) == alone
    assert sorted(kept) == one_by_one and any(private for _, private in kept)
    assert len(begun) == (1 if room == 1 else 2) and all(process.poll() is not None for process in begun)
    assert len(alone[1]) > 10 and len(alone[2]) == 9
    store = tmp_path_factory.mktemp("store")
    assert everything(books, cache=store) == alone
    begun.clear()
    assert everything(books, cache=store) == alone
    assert not begun and len(list(store.iterdir())) == 9


def taken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, list[str]]]:
    """Return, of all that this process's store keeps from now on, the rows and the columns that never leave memory."""
    kept: list[tuple[int, list[str]]] = []
    take = stored.Store.take

    def take_one(store: stored.Store, one: stored.Stored) -> None:
        kept.append((one.batch.num_rows, sorted(one.private)))
        take(store, one)

    monkeypatch.setattr(stored.Store, "take", take_one)
    return kept


def counted(monkeypatch: pytest.MonkeyPatch, start: Any = started) -> list[Any]:
    """Return the processes that are begun from now on."""
    begun: list[Any] = []

    def start_one(module: str, **options: Any) -> Any:
        begun.append(start(module, **options))
        return begun[-1]

    monkeypatch.setattr(books_apart, "started", start_one)
    monkeypatch.setattr(side_by_side.os, "cpu_count", lambda: 2)
    return begun


def test_one_book_begins_no_process(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside others there has to be something to read."""
    begun = counted(monkeypatch)
    for path in books.glob("[0-9].xls*"):
        path.unlink()
    (books / "坏.xlsx").unlink()
    assert everything(books)[2][0].rows == 30
    assert not begun


@pytest.mark.parametrize("trouble", ["it ends at once", "it cannot begin", "it finds nothing to import"])
def test_processes_that_come_to_nothing(books: Path, monkeypatch: pytest.MonkeyPatch, trouble: str) -> None:
    """Where processes end or cannot begin, everything is read here, and nothing is lost."""
    monkeypatch.setattr(side_by_side, "MOST", 1)
    alone = everything(books)
    monkeypatch.setattr(side_by_side, "MOST", 2)

    def start(_module: str, **options: Any) -> Any:
        if trouble == "it cannot begin":
            raise OSError(trouble)
        if trouble == "it finds nothing to import":
            return started(
                "gy1100.exports.worker", environment={"PYTHONPATH": str(isolated.OWN), "PYTHONHOME": "/"}
            )
        return started("gy1100.exports.child", **options)

    counted(monkeypatch, start)
    assert everything(books) == alone


def test_an_error_in_a_process_is_raised_here(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours in another process is one of the whole, and ends the others."""
    begun = counted(monkeypatch)
    monkeypatch.setattr(evidence, "reading_setting", lambda *_: Setting(None))
    with pytest.raises(AttributeError, match="NoneType"):
        read_evidence(books, RULEBOOK, keep_errors=True)
    assert begun and all(process.poll() is not None for process in begun) and not running()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes below /proc")
def test_interruption_ends_the_processes(books: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends processes that are in the middle of a file, and those that they read it with."""
    rows = [LOGS.split(","), *map(log, range(40_000))]
    for name in ("8.htm", "9.htm"):
        (books / name).write_text(html_text(rows), "gb18030")
    begun, below = counted(monkeypatch), set[int]()

    def interrupt() -> None:
        while not below:
            below.update(child for process in begun for child in children(process.pid))
            time.sleep(0.01)
        signal.raise_signal(signal.SIGINT)

    timer = threading.Thread(target=interrupt)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        read_evidence(books, RULEBOOK, keep_errors=True)
    timer.join()
    assert begun and all(process.poll() is not None for process in begun) and not running()
    assert not any(Path(f"/proc/{child}/fd").exists() for child in below)


def children(process: int) -> list[int]:
    """Return the processes that a process began and that still run."""
    found = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in found.read_text("ascii").split()] if found.exists() else []


def test_a_process_passes_over_ctrl_c_and_ends_with_its_input(books: Path) -> None:
    """Ctrl-C is for the one that began it; when that ends, however it does, so does its input, and it itself."""
    file = File(books / "0.xlsx", "0.xlsx")
    tables = {name: table for name, table in RULEBOOK.tables.items() if table.export}
    reader = Reader(tables, evidence.reading_setting(RULEBOOK, RULEBOOK.units), stored.Store())
    question = file, file.path.read_bytes(), "0"
    with started(
        "gy1100.exports.worker", environment=os.environ | {"PYTHONPATH": str(isolated.OWN)}
    ) as process:
        for _ in range(2):
            found = answer_of(process, reader, *question)
            assert found is not None and found.findings == reader.read(*question).findings
            process.send_signal(signal.SIGINT)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


def running() -> list[threading.Thread]:
    """Return the threads that still read."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("reading")]
