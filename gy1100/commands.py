"""What each command does: check the options, run notebooks, publish what they made, say where to look."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from . import console
from .errors import NothingToRead, Refused, WrongUsage
from .kernels import Kernel
from .manifest import seal_manifest, write_run
from .runner import Run, notebook_run
from .staging import publish
from .words import both, text

if TYPE_CHECKING:
    from .findings import Finding
    from .rulebook import Rulebook

OUTPUT, SAMPLE_OUTPUT = Path("output"), Path("output/sample")
KERNELS = 2


@dataclass(frozen=True)
class Order:
    """The options of a command, as given."""

    command: str
    exports: Path | None = None
    as_of: str = ""
    rulebook: str = "guangyuan-2017"
    decisions: Path | None = None
    corrections: Path | None = None
    since: Path | None = None
    out: Path | None = None
    lang: str = "zh"
    set_aside: bool = False
    keep_evidence: bool = False
    names: bool = True
    reports: str = "all"

    @property
    def folder(self) -> Path:
        """Return the output folder."""
        return self.out or (OUTPUT if self.exports else SAMPLE_OUTPUT)

    def parameters(self, **more: Any) -> dict[str, Any]:
        """Return the options as notebook parameters: paths absolute, the sample as empty text."""
        own = {
            "exports": str(self.exports.resolve()) if self.exports else "",
            "decisions": str(self.decisions.resolve()) if self.decisions else "",
            "corrections": str(self.corrections.resolve()) if self.corrections else "",
            "rulebook": str(Path(self.rulebook).resolve()) if Path(self.rulebook).exists() else self.rulebook,
        }
        return {"as_of": self.as_of, "set_aside": self.set_aside, "lang": self.lang} | own | more

    def published(self) -> dict[str, Any]:
        """Return the options as the manifest records them: names of files, not where they lie."""
        files = {name: getattr(self, name) for name in ("decisions", "corrections", "since")}
        named = {name: path.name if path else None for name, path in files.items()}
        known = {"sample": self.exports is None, **named}
        elsewhere = (
            "out",
            "exports",
            "as_of",
            "rulebook",
        )  # no part of the result, or told by the manifest itself
        return {name: value for name, value in (asdict(self) | known).items() if name not in elsewhere}


@dataclass
class Clock:
    """Seconds by what they were spent on, for run.json."""

    started: str = field(default_factory=lambda: datetime.now().astimezone().isoformat(timespec="seconds"))
    seconds: dict[str, float] = field(default_factory=dict)
    _begin: float = field(default_factory=perf_counter)

    def lap(self, name: str) -> None:
        """Record the seconds since the start under a name."""
        self.seconds[name] = round(perf_counter() - self._begin, 3)

    def record(self, cells: Mapping[str, tuple[float, ...]]) -> dict[str, Any]:
        """Return what run.json says of times."""
        ended = datetime.now().astimezone().isoformat(timespec="seconds")
        return {"started": self.started, "ended": ended, "seconds": self.seconds, "cells": cells}


def year_end(order: Order) -> None:
    """Assess the year and write one report a unit.

    Raises
    ------
    Gy1100Error
        With the exit status of ``outputs.md``; on errors in the data the import report is published first.
    """
    _check_paths(order)
    with _publication(order) as (stage, kernel, clock):
        first = kernel()
        others = [kernel()] if order.reports == "all" else []
        rulebook = _rulebook(order)
        order = _with_day(order, rulebook)
        refusal = None
        try:
            run = _assess(order, rulebook, stage, [first, *others])
            _finish(order, stage, clock, run)
        except Refused as error:
            refusal = error
            _only_import_report(order, rulebook, stage, kernel())
            _finish(order, stage, clock)
    if refusal is not None:
        raise refusal
    console.say(console.ranking_table(order.folder / "ranking.csv", order.lang))
    _say_where(order, "year_end.html", *(["reports/"] if others else []), "scores.xlsx")


def check(order: Order) -> None:
    """Write the import report.

    Raises
    ------
    Refused
        If there are errors and they were not set aside; the report is published all the same.
    """
    _check_paths(order)
    with _publication(order) as (stage, kernel, clock):
        run = _import_report(order, stage, kernel())
        _finish(order, stage, clock, run)
    _say_where(order, "evidence_check.html", "findings.csv")
    if console.errors_in(order.folder / "findings.csv") and not order.set_aside:
        raise Refused(())


def rulebook(order: Order) -> None:
    """Write the rulebook as a page."""
    from .manifest import write_manifest
    from .report.rulebook_page import rulebook_page

    book = _rulebook(order)
    with publish(order.folder) as stage:
        (stage / "rulebook.html").write_text(rulebook_page(book, order.lang), "utf-8", newline="\n")
        facts = {"package": {"name": "gy1100"}, "rulebook": {"id": book.id, "sha256": book.sha256}}
        write_manifest(stage, facts, {"lang": order.lang})
    _say_where(order, "rulebook.html")


def templates(order: Order) -> None:
    """Write an empty workbook for every table."""
    from .manifest import write_manifest
    from .templates import write_templates

    book = _rulebook(order)
    with publish(order.folder) as stage:
        names = [path.name for path in write_templates(book, stage, lang=order.lang)]
        facts = {"package": {"name": "gy1100"}, "rulebook": {"id": book.id, "sha256": book.sha256}}
        write_manifest(stage, facts, {"lang": order.lang})
    _say_where(order, *names)


def listed(refusal: Refused, order: Order) -> str:
    """Return every error of a refusal, one a line: as findings.csv has them, else in the refusal's own words."""
    path = order.folder / "findings.csv"
    rows = console.errors_in(path) if path.exists() else []
    return "\n".join([console.finding_line(row) for row in rows] or [str(refusal)])


def _check_paths(order: Order) -> None:
    for path in filter(None, (order.exports, order.decisions, order.corrections, order.since)):
        if not path.exists():
            raise NothingToRead(both("cli.no_such_path", path=path))
    if order.exports is not None:
        out, exports = order.folder.resolve(), order.exports.resolve()
        if out == exports or out in exports.parents or exports in out.parents:
            raise WrongUsage(both("cli.out_and_exports", out=order.folder, exports=order.exports))


def _rulebook(order: Order) -> Rulebook:
    from .rulebook import load_rulebook

    return load_rulebook(order.rulebook)


def _with_day(order: Order, rulebook: Rulebook) -> Order:
    from .assessment import checked_day

    day = checked_day(order.as_of or rulebook.rules.as_of.year_end.value, rulebook)
    return replace(order, as_of=day.isoformat())


@contextmanager
def _publication(order: Order) -> Iterator[tuple[Path, Callable[[], Kernel], Clock]]:
    """Give a staging folder, a way to start kernels in it, and a clock; publish when all went well."""
    clock = Clock()
    with publish(order.folder) as stage, ExitStack() as kernels:
        yield stage, lambda: kernels.enter_context(Kernel(stage)), clock


def _assess(order: Order, rulebook: Rulebook, stage: Path, kernels: list[Kernel]) -> Run:
    from tqdm import tqdm

    from .reports import main_and_many

    bar = {"desc": text("cli.year_end", order.lang), "unit": "", "leave": True}
    own = {"names": order.names, "out": "."} | ({"keep_evidence": True} if order.keep_evidence else {})
    main = notebook_run("year_end", order.parameters(**own), stage / "year_end", progress=bar)
    units = [unit.name for unit in rulebook.units] if order.reports == "all" else []
    many = [
        notebook_run(
            "county_report", order.parameters(unit=unit, names=order.names), stage / "reports" / unit
        )
        for unit in units
    ]
    with tqdm(
        total=len(units), desc=text("cli.reports", order.lang), unit="", position=1, disable=not units
    ) as reports:
        return main_and_many(main, many, kernels, reports.update)


def _import_report(order: Order, stage: Path, kernel: Kernel) -> Run:
    values = order.parameters(out=".", since=str(order.since.resolve()) if order.since else "")
    values.pop("as_of"), values.pop("decisions")
    bar = {"desc": text("cli.check", order.lang), "unit": "", "leave": True}
    return kernel.submit(
        notebook_run("evidence_check", values, stage / "evidence_check", progress=bar)
    ).result()


def _only_import_report(order: Order, rulebook: Rulebook, stage: Path, kernel: Kernel) -> None:
    """Leave nothing but the import report in ``stage``, with what is wrong in the decisions file."""
    for path in stage.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    _import_report(order, stage, kernel)
    if order.decisions is not None:
        _add_findings(_decision_findings(order.decisions, rulebook), stage / "findings.csv", order.lang)


def _decision_findings(path: Path, rulebook: Rulebook) -> tuple[Finding, ...]:
    from .decisions import read_decisions

    try:
        read_decisions(path, rulebook)
    except Refused as refusal:
        return refusal.findings
    return ()


def _add_findings(findings: Sequence[Finding], path: Path, lang: str) -> None:
    import pandas as pd

    from .csv_files import write_frame
    from .findings import findings_frame

    known = pd.read_csv(path, dtype=str, keep_default_na=False)
    write_frame(pd.concat([known, findings_frame(findings, lang)], ignore_index=True), path)


def _finish(order: Order, stage: Path, clock: Clock, *runs: Run) -> None:
    clock.lap("notebooks")
    seal_manifest(stage, order.published())
    write_run(stage, clock.record({run.notebook.stem: run.cells for run in runs}))


def _say_where(order: Order, *names: str) -> None:
    console.say(text("cli.look", order.lang))
    for name in names:
        console.say(f"  {order.folder / name}")
