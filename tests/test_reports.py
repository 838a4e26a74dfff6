"""Many reports: a failed one stops no other, a dead kernel leaves its work to the others, what is finished is kept."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from gy1100 import cli, commands, load_rulebook
from gy1100.order import Order
from gy1100.reports import Many, main_and_many
from gy1100.unfinished import ENDINGS, Unfinished

from .small_exports import write_tables

BOOK = load_rulebook()


@dataclass
class Kernel:
    """A kernel that does its work at once; it dies of work that kills it."""

    alive: bool = True
    did: list[str] = field(default_factory=list)

    def submit(self, work: Any) -> Future[Any]:
        """Do it."""
        future: Future[Any] = Future()
        try:
            if not self.alive:
                raise RuntimeError("dead")
            future.set_result(work(self))
        except Exception as error:  # noqa: BLE001
            future.set_exception(error)
        return future

    def is_alive(self) -> bool:
        """Tell."""
        return self.alive

    def stop(self) -> None:
        """End."""
        self.alive = False


def wait(future: Future[Any]) -> Any:
    """Wait as a command does."""
    return future.result(10)


def made(names: list[str], **special: Any) -> tuple[Many, list[str]]:
    """Return reports of which some do something special, and the names of those that came to an end."""
    done: list[str] = []

    def work(name: str) -> Any:
        return special.get(name, lambda kernel: kernel.did.append(name))

    return Many([(name, work(name)) for name in names], done.append), done


def test_a_failed_report_stops_no_other() -> None:
    """Ten reports of which one fails: nine are made, and the tenth is named with its reason."""

    def fails(_: Kernel) -> None:
        raise ValueError("no such thing")

    many, done = made(list("abcdefghij"), d=fails)
    assert main_and_many(lambda _: "main", many, [Kernel(), Kernel()], wait=wait) == "main"  # type: ignore[comparison-overlap, list-item, return-value, arg-type]
    assert sorted(done) == list("abcefghij")
    assert {name: str(error) for name, error in many.failed.items()} == {"d": "no such thing"}
    assert "1份报告没有生成" in commands._not_made(many, "zh") and "d：no such thing" in commands._not_made(
        many, "zh"
    )


def test_a_dead_kernel_leaves_its_report_to_the_others() -> None:
    """Once: a report that kills a kernel is tried by another, and one that kills two is given up."""
    once, lock = [0], threading.Lock()

    def kills_once(kernel: Kernel) -> None:
        with lock:
            once[0] += 1
            kernel.alive = once[0] > 1
        if not kernel.alive:
            raise RuntimeError("gone")

    def kills(kernel: Kernel) -> None:
        kernel.alive = False
        raise RuntimeError("out of memory")

    many, done = made(["a", "b", "c"], b=kills_once)
    main_and_many(lambda _: "main", many, [Kernel(), Kernel(), Kernel()], wait=wait)  # type: ignore[list-item, return-value, arg-type]
    assert (sorted(done), many.failed) == (["a", "b", "c"], {})
    many, done = made(["a", "b", "c"], b=kills)
    main_and_many(lambda _: "main", many, [Kernel(), Kernel(), Kernel()], wait=wait)  # type: ignore[list-item, return-value, arg-type]
    assert (sorted(done), list(many.failed)) == (["a", "c"], ["b"])
    many, done = made(["a", "b", "c"], a=kills)
    main_and_many(lambda _: "main", many, [Kernel()], wait=wait)  # type: ignore[list-item, return-value, arg-type]
    assert (done, sorted(many.failed)) == ([], ["a", "b", "c"])  # nobody is left, and each report is named


def test_others_may_help_when_the_main_notebook_is_through() -> None:
    """They are asked for then, not before, and make what is left."""
    first, others = Kernel(), [Kernel(), Kernel()]
    many, done = made(list("abcd"))

    def after(kernel: Any) -> list[Kernel]:
        assert kernel is first and first.did == ["main"] and not done
        return others

    main_and_many(lambda kernel: kernel.did.append("main"), many, [first], wait=wait, after=after)  # type: ignore[arg-type, list-item]
    assert sorted(done) == sorted(others[0].did + others[1].did) == list("abcd")


def test_where_the_main_notebook_stops_everything_stops() -> None:
    """Its error is the run's."""

    def stops(_: Any) -> Any:
        raise ValueError("refused")

    kernels = [Kernel(), Kernel()]
    with pytest.raises(ValueError, match="refused"):
        main_and_many(stops, made(["a"])[0], kernels, wait=wait)  # type: ignore[arg-type]
    assert not any(kernel.alive for kernel in kernels)


def test_finished_reports_are_kept_until_a_run_ends(tmp_path: Path) -> None:
    """The same inputs take them; another file, day or language does not; afterwards nothing is left."""
    exports = write_tables(tmp_path / "exports", {"cadres": [{"cadre_id": "G1"}]})
    order = Order("year-end", exports, as_of="2018-03-02", out=tmp_path / "out")
    folder = tmp_path / "stage" / "reports"
    folder.mkdir(parents=True)
    for ending in ENDINGS:
        (folder / f"剑阁县{ending}").write_text(ending)
    Unfinished(order, BOOK).keep("剑阁县", folder)
    assert Unfinished(order, BOOK).take("剑阁县", tmp_path / "again")
    assert {p.name: p.read_text() for p in (tmp_path / "again").iterdir()} == {
        f"剑阁县{e}": e for e in ENDINGS
    }
    assert not Unfinished(order, BOOK).take("利州区", tmp_path / "again")
    others = [replace(order, lang="en"), replace(order, as_of="2017-12-31"), replace(order, names=False)]
    assert not any(Unfinished(other, BOOK).take("剑阁县", tmp_path / "again") for other in others)
    (exports / "cadres.csv").write_text((exports / "cadres.csv").read_text() + "\n")
    assert not Unfinished(order, BOOK).take("剑阁县", tmp_path / "again")
    Unfinished(order, BOOK).clear()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again", "exports", "stage"]


@pytest.mark.long
def test_the_command_names_a_failed_report_and_makes_it_alone_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that cannot be made stops no other; the same command once more takes the others as they are."""
    asked, out = commands._of_unit, tmp_path / "out"
    order = ["mid-year", "--out", str(out), "--workers", "2"]
    with monkeypatch.context() as patch:
        patch.setattr(
            commands, "_of_unit", lambda o, u: asked(o, u) | ({"unit": "成都市"} if u == "旺苍县" else {})
        )
        assert cli.run(order) == 70
    said = capsys.readouterr().err
    assert "1份报告没有生成" in said and "旺苍县：没有单位“成都市”" in said
    first = {path.name: path.read_bytes() for path in (out / "reports").iterdir()}
    assert len(first) == 8 * len(ENDINGS) and (out / "ranking.csv").is_file()
    made: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(commands, "_of_unit", lambda o, u: made.append(u) or asked(o, u))
        assert cli.run(order) == 0
    second = {path.name: path.read_bytes() for path in (out / "reports").iterdir()}
    assert made == ["旺苍县"] and len(second) == 9 * len(ENDINGS) and first.items() <= second.items()
    assert not list(tmp_path.glob(".gy1100-*"))  # nothing is kept of a run that came to its end
