"""Writes a result as the files of ``outputs.md``, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .csv_files import write_frame, write_long_frame
from .manifest import facts_of, rulebook_facts, write_manifest
from .privacy import as_shown
from .staging import publish

if TYPE_CHECKING:
    from .assessment import Assessment
    from .bulletin import Bulletin
    from .calendar import Calendar
    from .evidence import Evidence
    from .report import DailyReport, RobustnessReport, ScreensReport
    from .rulebook import Rulebook

_POINTS = dict.fromkeys(
    ("points", "points_max", "points_due", "low", "high", "computed", "total", "score_100"), 2
)
_FULFILMENT = {"fulfilment": 4}

__all__ = [
    "publish", "write_bulletin", "write_calendar", "write_check", "write_daily", "write_findings", "write_result",
    "write_robustness", "write_screens", "write_tables",
]  # fmt: skip


def write_result(
    result: Assessment, out: Path, *, lang: str = "zh", names: bool = True, keep_evidence: bool = False
) -> Path:
    """Write scores, ranking, cadres, parts, components, findings, the workbooks and the manifest into ``out``.

    Parameters
    ----------
    result : Assessment
        What to write.
    out : Path
        The output folder; replaced as a whole, files of others in it are kept.
    lang : str
        Language of findings and workbook, ``zh`` or ``en``.
    names : bool
        Whether cadres' names appear.
    keep_evidence : bool
        Whether the accepted tables are written too, as ``evidence/``.

    Raises
    ------
    CannotWrite, Busy
        As :func:`gy1100.staging.publish`.
    """
    with publish(out) as folder:
        write_tables(result, folder, lang=lang, names=names)
        evidence = as_shown(result.received, result.rulebook, names=names)
        _write_workbook(result, folder, lang=lang, names=names)
        _write_eligibility(result, folder, lang=lang, names=names)
        if keep_evidence:
            _write_evidence(evidence, folder)
        facts = facts_of(result.evidence, result.rulebook, as_of=result.as_of, decisions=result.decisions)
        write_manifest(folder, facts, {"lang": lang, "names": names, "keep_evidence": keep_evidence})
    return out


def write_check(evidence: Evidence, rulebook: Rulebook, out: Path, *, lang: str = "zh") -> Path:
    """Write what the import report leaves: findings.csv, the units' lists, ``evidence/`` and the manifest."""
    from .report.unit_lists import write_unit_lists

    with publish(out) as folder:
        write_findings(evidence, folder, lang)
        write_unit_lists(evidence, rulebook, folder, lang)
        _write_evidence(evidence, folder)
        write_manifest(folder, facts_of(evidence, rulebook), {"lang": lang})
    return out


def write_screens(report: ScreensReport, out: Path) -> Path:
    """Write what the screens leave: signals.csv, signal_rows.csv, the list as a workbook and the manifest."""
    from .report.screening import write_screening_book

    result = report.result
    with publish(out) as folder:
        write_frame(report.screens.signals, folder / "signals.csv")
        write_long_frame(report.screens.rows, folder / "signal_rows.csv")
        write_frame(report.demands, folder / "demands.csv")
        write_screening_book(report, folder / "screens.xlsx")
        facts = facts_of(result.evidence, result.rulebook, as_of=result.as_of)
        write_manifest(folder, facts, {"lang": report.lang, "names": report.names})
    return out


def write_robustness(report: RobustnessReport, out: Path) -> Path:
    """Write what robustness leaves: a file for each table, and the manifest."""
    result, found = report.result, report.found
    with publish(out) as folder:
        for name, table in found.tables.items():
            write_long_frame(table, folder / f"{name}.csv")
        facts = facts_of(result.evidence, result.rulebook, as_of=result.as_of, decisions=result.decisions)
        drawn = {"draws": found.draws, "seed": found.seed, "concentration": found.concentration}
        write_manifest(folder, facts, {"lang": report.lang, **drawn})
    return out


def write_daily(report: DailyReport, out: Path) -> Path:
    """Write what a day's ranking leaves: ranking.csv and scores.csv of the day, days.csv, the manifest."""
    result, found = report.result, report.found
    with publish(out) as folder:
        write_frame(result.scores, folder / "scores.csv", _POINTS)
        write_frame(result.ranking, folder / "ranking.csv", _POINTS)
        write_frame(found.ranking, folder / "days.csv", _POINTS)
        facts = facts_of(result.evidence, result.rulebook, as_of=result.as_of, decisions=result.decisions)
        write_manifest(folder, facts, {"lang": report.lang})
    return out


def write_bulletin(bulletin: Bulletin, out: Path, template: str | Path = "") -> Path:
    """Write a bulletin's document, its tables and the manifest into ``out``."""
    from .bulletin.document import write_document

    result = bulletin.result
    with publish(out) as folder:
        write_document(bulletin, folder / "bulletin.docx", template)
        write_frame(result.scores, folder / "scores.csv", _POINTS)
        write_frame(result.ranking, folder / "ranking.csv", _POINTS)
        facts = facts_of(result.evidence, result.rulebook, as_of=result.as_of, decisions=result.decisions)
        write_manifest(folder, facts, {"lang": bulletin.lang, "quarter": bulletin.quarter.id})
    return out


def write_calendar(calendar: Calendar, out: Path, *, lang: str = "zh") -> Path:
    """Write duties.csv (with states where there is an assessment), calendar.ics and the manifest into ``out``."""
    from .report.duty_words import labelled
    from .report.ics import calendar_file

    book, result = calendar.rulebook, calendar.assessment
    with publish(out) as folder:
        frame = calendar.duties if calendar.states is None else calendar.states
        write_frame(labelled(frame, book, lang), folder / "duties.csv")
        (folder / "calendar.ics").write_bytes(calendar_file(book, lang))
        if result is None:
            facts = rulebook_facts(book, as_of=calendar.as_of)
        else:
            facts = facts_of(result.evidence, book, as_of=result.as_of, decisions=result.decisions)
        write_manifest(folder, facts, {"lang": lang})
    return out


def write_tables(result: Assessment, folder: Path, *, lang: str, names: bool) -> None:
    """Write the csv files of a result into a folder."""
    cadres = result.cadres if names else result.cadres.assign(name=None)
    write_frame(result.scores, folder / "scores.csv", _POINTS)
    write_frame(result.ranking, folder / "ranking.csv", _POINTS)
    write_frame(cadres, folder / "cadres.csv", _FULFILMENT)
    write_frame(result.components, folder / "components.csv")
    write_long_frame(result.parts, folder / "parts.csv")
    write_findings(as_shown(result.evidence, result.rulebook, names=names), folder, lang)


def write_findings(evidence: Evidence, folder: Path, lang: str) -> None:
    """Write findings.csv into a folder."""
    from .findings import findings_frame

    write_frame(findings_frame(evidence.findings, lang), folder / "findings.csv")


def _write_workbook(result: Assessment, folder: Path, *, lang: str, names: bool) -> None:
    from .report.workbook import write_workbook

    write_workbook(result, folder / "scores.xlsx", lang=lang, names=names)


def _write_eligibility(result: Assessment, folder: Path, *, lang: str, names: bool) -> None:
    from .report.eligibility import write_eligibility

    write_eligibility(result, folder / "eligibility.xlsx", lang=lang, names=names)


def _write_evidence(evidence: Evidence, folder: Path) -> None:
    from .evidence import write_evidence

    write_evidence(evidence, folder / "evidence")
