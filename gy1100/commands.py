"""What each command does: check the options, run notebooks, publish what they made, say where to look."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import console
from .bundle import write_bundle
from .errors import Gy1100Error, Incomplete, Refused
from .ledger import is_ledger, pinned
from .order import Order
from .preparation import check_engine, check_paths, rulebook_of, say_where, taken, today, with_day
from .reports import Maker, Many, main_and_many
from .runner import Run, notebook_run
from .single import bulletin, calendar, ranking, robustness, screens
from .staging import publish
from .unfinished import Unfinished
from .versions import keep_signed
from .words import text
from .workplace import Workplace, workplace

if TYPE_CHECKING:
    from .checking import Drawing
    from .desk.serving import Service
    from .findings import Finding
    from .kernels import Kernel
    from .rulebook import Rulebook

__all__ = [
    "Order", "bulletin", "calendar", "check", "listed", "mid_year", "ranking", "review", "robustness", "rulebook",
    "screens", "spot_checks", "templates", "year_end",
]  # fmt: skip


def year_end(order: Order) -> None:
    """Assess the year and write one report a unit.

    Raises
    ------
    Gy1100Error
        With the exit status of ``outputs.md``; on errors in the data the import report is published first.
    """
    _assessed(order)


def mid_year(order: Order) -> None:
    """Assess what fell due by the middle of the year (四.2) and write one report a unit; raises as :func:`year_end`."""
    _assessed(order)


def _assessed(order: Order) -> None:
    check_paths(order)
    check_engine(order)
    with workplace(order.folder) as place:
        first = place.kernel()
        # a cluster gives all it has to the first that asks: there the reports follow when the kernel has ended
        more = order.kernels - 1 if order.reports == "all" and not order.engine else 0
        others = [place.kernel() for _ in range(more)]
        rulebook = rulebook_of(order)
        order = with_day(order, rulebook)
        refusal, kept, many = None, list[str](), None
        try:
            run, many = _assess(order, rulebook, place, [first, *others])
            kept = keep_signed(order.folder, place.stage, order.decisions)
            place.finish(order, run)
            if order.bundle:
                write_bundle(place.stage, rulebook, order.decisions)
        except Refused as error:
            refusal = error
            _only_import_report(order, rulebook, place)
            place.finish(order)
    if refusal is not None:
        raise refusal
    if many is not None and not many.failed:
        Unfinished(order, rulebook).clear()  # only now that the result is where it belongs
    console.say(console.ranking_table(order.folder / "ranking.csv", order.lang))
    made = [f"{order.notebook}.html", *(["reports/"] if order.reports == "all" else []), "scores.xlsx", *kept]
    say_where(order, *made, *(["bundle.zip"] if order.bundle else []))
    if many is not None and many.failed:
        raise Incomplete(_not_made(many, order.lang))


def _not_made(many: Many, lang: str) -> str:
    """Return which reports were not made and why, a line each."""
    lines = (f"  {unit}：{' '.join(str(error).split())[:300]}" for unit, error in many.failed.items())
    return "\n".join((text("cli.reports_failed", lang, n=len(many.failed)), *lines))


def check(order: Order) -> None:
    """Write the import report.

    Raises
    ------
    Refused
        If there are errors and they were not set aside; the report is published all the same.
    """
    check_paths(order)
    with workplace(order.folder) as place:
        made = _import_report(order, place)
        keep_signed(order.folder, place.stage, order.decisions)
        place.finish(order, made)
    say_where(order, "evidence_check.html", "findings.csv")
    if console.errors_in(order.folder / "findings.csv") and not order.set_aside:
        raise Refused(())


def review(order: Order, service: Service) -> None:
    """Serve the review desk until it is interrupted."""
    from .desk.serving import serve

    check_paths(order)
    book = rulebook_of(order)
    order = with_day(today(order, book), book)
    values = taken("review", order.parameters(names=order.names, four_eyes=order.four_eyes))
    serve(service, book, values, console.say)


def rulebook(order: Order) -> None:
    """Write the rulebook as a page."""
    from .manifest import write_manifest
    from .report.rulebook_page import rulebook_page

    book = rulebook_of(order)
    with publish(order.folder) as stage:
        (stage / "rulebook.html").write_text(rulebook_page(book, order.lang), "utf-8", newline="\n")
        facts = {"package": {"name": "gy1100"}, "rulebook": {"id": book.id, "sha256": book.sha256}}
        write_manifest(stage, facts, {"lang": order.lang})
    say_where(order, "rulebook.html")


def templates(order: Order) -> None:
    """Write an empty workbook for every table."""
    from .manifest import write_manifest
    from .templates import write_templates

    book = rulebook_of(order)
    with publish(order.folder) as stage:
        names = [path.name for path in write_templates(book, stage, lang=order.lang)]
        facts = {"package": {"name": "gy1100"}, "rulebook": {"id": book.id, "sha256": book.sha256}}
        write_manifest(stage, facts, {"lang": order.lang})
    say_where(order, *names)


def spot_checks(order: Order, drawing: Drawing) -> None:
    """Freeze the list that is drawn from, or draw from it and write the list to check."""
    from . import checking

    check_paths(order, drawing.frame, drawing.risk)
    say_where(order, *checking.spot_checks(order, rulebook_of(order), drawing, console.say))


def listed(refusal: Refused, order: Order) -> str:
    """Return every error of a refusal, one a line: as the import report has them, else in the refusal's own words."""
    path = order.folder / "findings.csv"
    rows = console.errors_in(path) if order.reports_imports and path.exists() else []
    return "\n".join([console.finding_line(row) for row in rows] or [str(refusal)])


def _assess(order: Order, rulebook: Rulebook, place: Workplace, kernels: list[Kernel]) -> tuple[Run, Many]:
    """Run the assessment and one report a unit; reports that an earlier run finished are taken as they are."""
    from tqdm import tqdm

    bar = {"desc": text(f"cli.{order.notebook}", order.lang), "unit": "", "leave": True}
    if order.decisions is not None and is_ledger(order.decisions):
        order = replace(
            order, decisions=pinned(order.decisions)
        )  # all reports of the run read the same entries
    main = notebook_run(order.notebook, _of_all(order), place.stage / order.notebook, progress=bar)
    units = [unit.name for unit in rulebook.units] if order.reports == "all" else []
    folder, before = place.stage / "reports", Unfinished(order, rulebook)
    left = [unit for unit in units if not before.take(unit, folder)]
    with tqdm(
        total=len(units), initial=len(units) - len(left), desc=text("cli.reports", order.lang), unit="", position=1,
        disable=not units,
    ) as shown:  # fmt: skip

        def done(unit: str) -> None:
            before.keep(unit, folder)
            shown.update()

        work = [(u, notebook_run("county_report", _of_unit(order, u), folder / u)) for u in left]
        many = Many(work, done)
        after = partial(_after, order, place, len(left)) if order.engine and left else None
        run = main_and_many(main, many, kernels, wait=place.interrupts.wait, after=after)
    return run, many


def _after(order: Order, place: Workplace, left: int, first: Maker) -> Sequence[Maker]:
    """Return who makes the reports when a cluster has measured: its own tasks, or a kernel where it cannot."""
    from .tasks import MOST, NotAlike

    first.stop()
    tasks = place.tasks(order, _of_unit(order, ""))
    try:
        place.interrupts.wait(tasks.started)
    except NotAlike as error:
        tasks.stop()
        console.say(text("cli.reports_here", order.lang, place=order.engine, reason=error))
        return [place.kernel()]
    return [tasks] * min(left, order.workers or MOST)


def _of_all(order: Order) -> dict[str, object]:
    more = {"keep_evidence": True} if order.keep_evidence or order.bundle else {}
    return order.parameters(names=order.names, out=".", **more, **_chosen(order))


def _of_unit(order: Order, unit: str) -> dict[str, object]:
    return order.parameters(unit=unit, names=order.names, document=f"reports/{unit}.docx", **_chosen(order))


def _chosen(order: Order) -> dict[str, object]:
    return {name: value for name in ("four_eyes", "engine") if (value := getattr(order, name))}


def _import_report(order: Order, place: Workplace) -> Run:
    values = taken("evidence_check", order.parameters(out=".", names=order.names))
    if order.command != "check":  # of an assessment it is an earlier result, not an earlier delivery
        values["since"] = ""
    bar = {"desc": text("cli.check", order.lang), "unit": "", "leave": True}
    work = notebook_run("evidence_check", values, place.stage / "evidence_check", progress=bar)
    return place.interrupts.wait(place.kernel().submit(work))


def _only_import_report(order: Order, rulebook: Rulebook, place: Workplace) -> None:
    """Leave the import report, with what is wrong in decisions and in points to compare with, and what was signed."""
    from .decisions import read_decisions
    from .earlier import read_earlier

    for path in place.stage.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    _import_report(order, place)
    for given, read in ((order.decisions, read_decisions), (order.since, read_earlier)):
        if given is not None:
            _add_findings(_refused_by(read, given, rulebook), place.stage / "findings.csv", order.lang)
    with suppress(Gy1100Error):  # of a damaged ledger the run was refused already
        keep_signed(order.folder, place.stage, order.decisions)


def _refused_by(
    read: Callable[[Path | str, Rulebook], object], path: Path | str, rulebook: Rulebook
) -> Sequence[Finding]:
    try:
        read(path, rulebook)
    except Refused as refusal:
        return refusal.findings
    except Gy1100Error:  # it was not of this that the run was refused
        return ()
    return ()


def _add_findings(findings: Sequence[Finding], path: Path, lang: str) -> None:
    import pandas as pd

    from .csv_files import write_frame
    from .findings import findings_frame

    known = pd.read_csv(path, dtype=str, keep_default_na=False)
    write_frame(pd.concat([known, findings_frame(findings, lang)], ignore_index=True), path)
