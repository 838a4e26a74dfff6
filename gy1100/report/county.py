"""The calls of the county report: one unit's scores, where it lost points, and every row behind them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..privacy import as_shown
from . import charts, findings_view, sentences, tables
from .asking import peer_lines, regaining_section
from .county_document import reply_grid, version_line, write_county_document
from .explained import collapsed, names_of
from .ledger_lines import ledger_lines
from .markup import Fragment, joined, tag
from .screening import signal_counts
from .sections import Report, cards, duties, listing, movement, paragraphs, result_masthead, section
from .settled import SettledWords
from .shown import shown_html
from .voice import Voice, is_none, number

if TYPE_CHECKING:
    from ..assessment import Assessment


@dataclass(frozen=True)
class UnitReport:
    """The sections of one unit's report.

    Attributes
    ----------
    result : Assessment
        What :func:`gy1100.assess` returned, of all units.
    unit : str
        The unit by any of its names.
    lang : str
        ``zh`` or ``en``.
    names : bool
        Whether cadres are named.
    """

    result: Assessment
    unit: str
    lang: str = "zh"
    names: bool = True

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this report."""
        return Voice(self.result.rulebook, self.lang)

    @cached_property
    def name(self) -> str:
        """Return the unit's own name.

        Raises
        ------
        WrongUsage
            If the rulebook has no such unit.
        """
        return self.result.explain(self.unit, self.result.rulebook.items[0].id).unit

    def masthead(self) -> Fragment:
        """Return the title, the day and what the reader must know first."""
        voice, result = self.voice, self.result
        title = voice.say("title.county", unit=voice.unit(self.name))
        lines = [sentences.due_sentence(result, voice), *sentences.absent_tables(result.evidence, voice)]
        return result_masthead(
            title,
            result,
            voice,
            *lines,
            *sentences.set_aside_of(self.name, result.evidence, voice),
            *ledger_lines(result, voice, self.name),
        )

    def overview(self) -> Fragment:
        """Return rank, score and the items that lost most."""
        voice, row = self.voice, tables.row_of(self.result.ranking, self.name)
        due = row["points_due"]
        figures = [
            ("rank", "—" if is_none(row["rank"]) else f"{row['rank']} / {len(self.result.ranking)}"),
            ("score", number(row["score_100"]) or "—"),
            ("total", f"{number(row['total'])} / {number(due)}"),
            ("lost", number(due - row["total"])),
        ]
        lines = [
            sentences.rank_line(self.result, self.name, voice),
            sentences.lost_line(self.result, self.name, voice),
        ]
        settled = tag("div", tables.bullets(SettledWords(self.result, voice).of_unit(self.name)))
        return section(
            cards(*((voice.say(f"card.{key}"), value) for key, value in figures)), paragraphs(*lines), settled
        )

    def movement(self, since: str = "") -> Fragment:
        """Return what changed for this unit since an earlier result; nothing where none is named."""
        return movement(self.result, since, self.voice, self.name)

    def items(self) -> Fragment:
        """Return the scores by item with their statuses beside the mean of all units."""
        return section(listing(tables.item_grid(self.result, self.name, self.voice), self.voice))

    def lost(self) -> Fragment:
        """Return the waterfall of lost points."""
        voice = self.voice
        title = voice.say("chart.waterfall", unit=voice.unit(self.name))
        start = charts.waterfall_start(charts.waterfall_rows(self.result, self.name, voice))
        line = voice.say("legend.axis", start=f"{start:g}") if start else ""
        return section(charts.figure(charts.waterfall_spec(self.result, self.name, voice), title, line).html)

    def peers(self) -> Fragment:
        """Return in which items the unit stands clearly above or below the median of all units."""
        return section(paragraphs(*peer_lines(self.result, self.name, self.voice)))

    def regain(self) -> Fragment:
        """Return what the unit can still do for points it lost, and what is too late."""
        names = (
            names_of(self.result.explain(self.name, self.result.rulebook.items[0].id)) if self.names else {}
        )
        return section(regaining_section(self.result, self.name, self.voice, names))

    def missing(self) -> Fragment:
        """Return what is missing from this unit."""
        line = sentences.missing_line(self.result, self.voice, self.name)
        grid = tables.missing_grid(self.result, self.voice, self.name)
        return section(paragraphs(line), listing(grid, self.voice) if grid.rows else Markup(""))

    def weekly(self) -> Fragment:
        """Return the unit's weekly activity."""
        voice, weekly = self.voice, self.result.weekly
        line = sentences.weekly_line(self.result, voice, self.name)
        if not (weekly["unit"] == self.name).any():
            return section(paragraphs(line))
        spec = charts.weekly_spec(self.result, voice, self.name)
        return section(charts.figure(spec, voice.say("chart.weekly"), line).html)

    def authenticity(self) -> Fragment:
        """Return the unit's spot-check results."""
        return section(paragraphs(sentences.genuine_line(self.result, self.name, self.voice)))

    def cadres(self) -> Fragment:
        """Return the unit's cadres with qualification and reasons."""
        mine = self.result.cadres[self.result.cadres["unit"] == self.name]
        line = sentences.cadre_line(self.result, self.voice, self.name)
        grid = tables.cadre_grid(mine, self.voice, names=self.names, units=False)
        return section(paragraphs(line), listing(grid, self.voice))

    def shown(self) -> Fragment:
        """Return what is shown and never scored, of this unit."""
        return shown_html(self.result, self.voice, self.name)

    def duties(self) -> Fragment:
        """Return how many of the notice's duties the unit has done, and those that are late."""
        return duties(self.result, self.voice, self.name)

    def signals(self) -> Fragment:
        """Return how many of the unit's cadres stand out by which clean-conduct signal; no name, no deduction."""
        return signal_counts(self.result, self.voice, self.name)

    def findings(self) -> Fragment:
        """Return what was found on the rows of this unit, grouped."""
        voice = self.voice
        evidence = as_shown(self.result.evidence, self.result.rulebook, names=self.names)
        found = findings_view.findings_of(evidence.findings, self.name, self.result.evidence.owners)
        if not found:
            return section(paragraphs(voice.say("lead.unit_findings.none")))
        line = voice.say("lead.unit_findings", **findings_view.counts(found))
        return section(paragraphs(line), listing(findings_view.grouped_grid(found, voice), voice))

    def explanations(self) -> Fragment:
        """Return every item with its parts and, for each part, the rows counted and not counted."""
        found = [self.result.explain(self.name, item.id) for item in self.result.rulebook.items]
        names = names_of(found[0]) if self.names else {}
        return section(joined(collapsed(e, self.voice, names, rows=True) for e in found))

    def reply(self) -> Fragment:
        """Return the form for the unit's reply, to be printed; the Word document holds the same."""
        voice = self.voice
        lines = paragraphs(voice.say("reply.how"), version_line(self))
        return section(lines, listing(reply_grid(self), voice), paragraphs(voice.say("reply.signed")))

    def write_document(self, path: str | Path) -> Path | None:
        """Write the report as a Word document; an empty path: nothing."""
        if not str(path):
            return None
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return write_county_document(self, Path(path))

    def provenance(self) -> Fragment:
        """Return rulebook, day, options, version and files with their hashes."""
        return Report(self.result, self.lang).provenance()
