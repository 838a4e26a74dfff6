"""The calls of the import report: what was read, repaired and refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..owners import units_of
from ..privacy import as_shown
from . import deliveries_view, findings_view, provenance, sentences, tables, unit_lists
from .grid import Column, Grid
from .sample import is_sample
from .sections import cards, listing, masthead, paragraphs, section
from .voice import Voice

if TYPE_CHECKING:
    from ..evidence import Evidence
    from ..rulebook import Rulebook
    from .markup import Fragment

MOST_LISTED = 2000  # findings on the page; all are in findings.csv
DATES = ("date", "registered_on", "submitted_on", "checked_on", "recognised_on", "post_start")


@dataclass(frozen=True)
class ImportReport:
    """The sections of an import report; works on evidence with errors too (``read_evidence(keep_errors=True)``).

    Attributes
    ----------
    evidence : Evidence
        What was read.
    rulebook : Rulebook
        Units and labels.
    lang : str
        ``zh`` or ``en``.
    names : bool
        Whether cadres are named.
    """

    evidence: Evidence
    rulebook: Rulebook
    lang: str = "zh"
    names: bool = True

    def __post_init__(self) -> None:
        """Show the evidence as it may be shown."""
        object.__setattr__(self, "evidence", as_shown(self.evidence, self.rulebook, names=self.names))

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this report."""
        return Voice(self.rulebook, self.lang)

    def masthead(self) -> Fragment:
        """Return the title and whether scoring can go on."""
        voice, evidence = self.voice, self.evidence
        errors = findings_view.counts(evidence.findings)["error"]
        verdict = voice.say("lead.refused", n=errors) if errors else voice.say("lead.accepted")
        aside = sentences.set_aside(evidence, voice) if evidence.set_aside else []
        lines = [verdict, *sentences.absent_tables(evidence, voice), *aside]
        mark = voice.say("sample") if is_sample(evidence) else ""
        return masthead(voice.say("title.check"), voice.of(self.rulebook.rules.label), lines=lines, mark=mark)

    def overview(self) -> Fragment:
        """Return how much was read and how many findings there are."""
        found, sources = findings_view.counts(self.evidence.findings), self.evidence.sources
        figures = [
            ("files", len({s.file for s in sources})), ("rows", sum(s.rows for s in sources)),
            ("errors", found["error"]), ("repairs", found["repair"]), ("notes", found["note"]),
        ]  # fmt: skip
        return section(cards(*((self.voice.say(f"card.{key}"), f"{value:,}") for key, value in figures)))

    def errors(self) -> Fragment:
        """Return every error with file, sheet, row, column, value, problem and mend."""
        return self._listed("error")

    def lists(self) -> Fragment:
        """Return what goes back to which unit, in a workbook of its own."""
        grid = unit_lists.lists_grid(unit_lists.Lists(self.evidence, self.rulebook), self.voice)
        if not grid.rows:
            return section(paragraphs(self.voice.say("lists.none")))
        return section(paragraphs(self.voice.say("lists.lead")), listing(grid, self.voice))

    def repairs(self) -> Fragment:
        """Return what was mended with certainty, grouped."""
        return self._grouped("repair")

    def notes(self) -> Fragment:
        """Return what was noted, grouped."""
        return self._grouped("note")

    def _listed(self, severity: str) -> Fragment:
        grid = findings_view.listed_grid(self.evidence.findings, self.voice, severity)
        if not grid.rows:
            return section(paragraphs(self.voice.say("lead.clean")))
        beyond = len(grid.rows) - MOST_LISTED
        more = paragraphs(self.voice.say("lists.more", n=beyond, file="findings.csv")) if beyond > 0 else ""
        return section(listing(Grid(grid.columns, grid.rows[:MOST_LISTED]), self.voice), more)

    def _grouped(self, severity: str) -> Fragment:
        grid = findings_view.grouped_grid(self.evidence.findings, self.voice, (severity,))
        return section(listing(grid, self.voice) if grid.rows else paragraphs(self.voice.say("lead.clean")))

    def deliveries(self) -> Fragment:
        """Return what changed since an earlier delivery: a summary, totals that jumped, and the rows."""
        changed, voice = self.evidence.difference, self.voice
        if changed is None:
            return section(paragraphs(voice.say("delivery.none")))
        pieces: list[object] = [paragraphs(voice.say("delivery.lead"))]
        pieces.append(listing(deliveries_view.summary_grid(changed, voice), voice))
        if changed.totals["jump"].any():
            pieces.append(paragraphs(voice.say("delivery.jumps")))
            pieces.append(listing(deliveries_view.jumps_grid(changed, voice), voice))
        if len(changed.rows) > deliveries_view.LISTED:
            pieces.append(paragraphs(voice.say("delivery.most", n=deliveries_view.LISTED)))
        if len(changed.rows):
            pieces.append(listing(deliveries_view.rows_grid(changed, voice), voice))
        return section(*pieces)

    def aside(self) -> Fragment:
        """Return how many rows were set aside by unit and table."""
        grid = tables.aside_grid(self.evidence, self.voice)
        return section(listing(grid, self.voice) if grid.rows else paragraphs(self.voice.say("aside.none")))

    def tables(self) -> Fragment:
        """Return the tables that were recognised, with rows and the days they cover."""
        return section(listing(self._covered(), self.voice))

    def units(self) -> Fragment:
        """Return the rows of each table by unit."""
        return section(listing(unit_grid(self.evidence, self.voice), self.voice))

    def files(self) -> Fragment:
        """Return every file and sheet with the table it was recognised as."""
        return section(listing(provenance.source_grid(self.evidence, self.voice), self.voice))

    def provenance(self) -> Fragment:
        """Return rulebook, version and what was read."""
        return section(provenance.evidence_facts(self.evidence, self.rulebook, self.voice))

    def write(self, out: str) -> Path | None:
        """Write findings.csv, ``evidence/`` and the manifest into a folder; an empty ``out`` writes nothing."""
        from ..publish import write_check

        return write_check(self.evidence, self.rulebook, Path(out), lang=self.lang) if out else None

    def _covered(self) -> Grid:
        voice = self.voice
        rows = tuple(
            (voice.table(name), data.num_rows, *_days(data, voice))
            for name, data in self.evidence.tables.items() if name in self.evidence.present
        )  # fmt: skip
        heads = tables.columns(
            voice, ("table", "text", 18), ("rows", "count", 9), ("first", "name", 14), ("last", "name", 14)
        )
        return Grid(heads, rows)


def _days(data: Any, voice: Voice) -> tuple[object, object]:
    import pyarrow.compute as pc

    column = next((name for name in DATES if name in data.column_names), None)
    if column is None or not data.num_rows:
        return "", ""
    ends = pc.min_max(data[column]).as_py()
    return _shown_days([ends["min"], ends["max"]] if ends["min"] else [], voice)


def unit_grid(evidence: Evidence, voice: Voice) -> Grid:
    """Return units × tables with the number of rows of each unit, and the days that its activities cover."""
    present = [name for name in evidence.tables if name in evidence.present]
    units = {name: units_of(data, evidence.tables["cadres"]) for name, data in evidence.tables.items()}
    pairs = {name: units[name].value_counts().to_pylist() for name in present}
    counts = {name: {pair["values"]: pair["counts"] for pair in pairs[name]} for name in present}
    heads = (
        Column(voice.say("col.unit"), "name", 26),
        *(Column(voice.table(n), "count", 12) for n in present),
        *tables.columns(voice, ("first", "name", 14), ("last", "name", 14)),
    )
    days = _days_by_unit(evidence, voice.rulebook, units)
    rows = tuple(
        (
            voice.unit(unit.name),
            *(counts[name].get(unit.name, 0) for name in present),
            *_shown_days(days.get(unit.name, ()), voice),
        )
        for unit in voice.rulebook.units
    )
    return Grid(heads, rows)


def _days_by_unit(
    evidence: Evidence, rulebook: Rulebook, units: Mapping[str, Any]
) -> dict[str, tuple[date, date]]:
    """The first and last day of each unit's activities, over all tables that hold activities."""
    import pyarrow as pa

    days: dict[str, tuple[date, date]] = {}
    for name, data in evidence.tables.items():
        for column in (column.id for column in rulebook.tables[name].columns if column.activity):
            owned = pa.table({"unit": units[name].cast(pa.string()), column: data[column]})
            ends = owned.group_by("unit").aggregate([(column, "min"), (column, "max")])
            columns = (ends[name].to_pylist() for name in ("unit", f"{column}_min", f"{column}_max"))
            for unit, first, last in zip(*columns, strict=True):
                known = days.get(unit, (first, last))
                days[unit] = min(known[0], first), max(known[1], last)
    return days


def _shown_days(ends: Sequence[date], voice: Voice) -> tuple[object, object]:
    if not ends:
        return "", ""
    return (voice.day(ends[0]), str(ends[0])), (voice.day(ends[1]), str(ends[1]))
