"""The calls of the year-end notebook: each shows one section of the report."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..comparison import compare
from ..earlier import read_earlier
from ..privacy import as_shown
from . import charts, findings_view, provenance, sentences, tables
from .changes import comparison_section
from .explained import collapsed, names_of
from .markup import Fragment, joined, style_and_script, tag
from .sample import is_sample
from .settled import SettledWords
from .shown import shown_html
from .voice import Voice, number

if TYPE_CHECKING:
    from ..assessment import Assessment
    from .grid import Grid


def section(*pieces: object, plain: str = "") -> Fragment:
    """Return pieces as one section in the style of the reports."""
    return Fragment(tag("section", joined(pieces), class_="gy"), plain)


def masthead(title: str, subtitle: str, *, lines: list[str], mark: str = "") -> Fragment:
    """Return the head of a report: title with the sample's mark, day and rulebook, what must be known first."""
    chip = tag("span", mark, class_="gy-mark") if mark else Markup("")
    note = tag("div", tables.bullets(lines), class_="gy-note") if lines else Markup("")
    head = tag("h1", title, chip) + tag("p", subtitle, class_="gy-soft")
    return section(style_and_script(), head, note, plain=f"{title} {mark}".strip())


def result_masthead(title: str, result: Assessment, voice: Voice, *lines: str) -> Fragment:
    """Return the head of a report on an assessment: its day and rulebook under the title, the sample's mark."""
    label = voice.of(result.rulebook.rules.label)
    subtitle = voice.say("subtitle", day=voice.day(result.as_of), rulebook=label)
    mark = voice.say("sample") if is_sample(result.evidence) else ""
    return masthead(title, subtitle, lines=list(lines), mark=mark)


def paragraphs(*lines: str) -> Markup:
    """Return sentences as paragraphs."""
    return joined(tag("p", line) for line in lines)


def cards(*pairs: tuple[str, str]) -> Markup:
    """Return figures with their names side by side."""
    return tag(
        "div",
        joined(tag("div", tag("b", value), tag("span", name), class_="gy-card") for name, value in pairs),
        class_="gy-cards",
    )


def listing(grid: Grid, voice: Voice) -> Markup:
    """Return a grid as HTML with this language's filter."""
    return grid.html(filter_label=voice.say("filter"))


def movement(result: Assessment, since: str, voice: Voice, unit: str | None = None) -> Fragment:
    """Return what changed since an earlier result by facts, rules and judgement, of all units or one.

    Raises
    ------
    NothingToRead, Refused, WrongUsage
        As :func:`gy1100.earlier.read_earlier` and :func:`gy1100.compare`.
    """
    if not since:
        return Fragment(Markup(""))
    found = compare(result, read_earlier(since, result.rulebook))
    return section(
        tag("h3", voice.say("movement")), comparison_section(found.of(unit) if unit else found, voice)
    )


def duties(result: Assessment, voice: Voice, unit: str = "") -> Fragment:
    """Return how the notice's duties stand, of all units or one."""
    from ..calendar import Calendar
    from .calendar_page import CalendarReport

    return CalendarReport(Calendar(result.rulebook, result.as_of, result), voice.lang).units(unit)


@dataclass(frozen=True)
class Report:
    """The sections of an assessment of all units; each method returns a fragment that a notebook shows.

    Attributes
    ----------
    result : Assessment
        What :func:`gy1100.assess` returned.
    lang : str
        ``zh`` or ``en``.
    names : bool
        Whether cadres are named.
    """

    result: Assessment
    lang: str = "zh"
    names: bool = True

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this report."""
        return Voice(self.result.rulebook, self.lang)

    def masthead(self, kind: str = "year_end") -> Fragment:
        """Return the title, the day and what the reader must know first."""
        voice, result = self.voice, self.result
        return result_masthead(voice.say(f"title.{kind}"), result, voice, *sentences.opening(result, voice))

    def overview(self) -> Fragment:
        """Return the main figures and sentences."""
        voice, result = self.voice, self.result
        logs, valid = (int(result.weekly[name].sum()) for name in ("logs", "valid"))
        best, median = result.ranking["score_100"].max(), sentences.median_score(result)
        figures = [
            ("due", f"{sentences.points_due(result):g} / 100"), ("units", str(len(result.ranking))),
            ("cadres", str(len(result.cadres))), ("logs", f"{logs}（{valid}）"),
            ("best", number(best) or "—"), ("median", number(median) or "—"),
        ]  # fmt: skip
        shown = cards(*((voice.say(f"card.{key}"), value) for key, value in figures))
        return section(shown, paragraphs(*sentences.ranking_lines(result, voice)))

    def ranking(self) -> Fragment:
        """Return the ranking as a chart with the lowest and highest possible scores, and as a table."""
        voice, result = self.voice, self.result
        words = SettledWords(result, voice)
        grid, open_ = words.beside(), words.pairs()
        if result.ranking["score_100"].isna().all():
            return section(listing(grid, voice))
        chart = charts.figure(
            charts.ranking_spec(result, voice), voice.say("chart.ranking"), voice.say("legend.range")
        )
        pairs = listing(open_, voice) if open_ else Markup("")
        return section(chart.html, listing(grid, voice), paragraphs(*words.lines()), pairs)

    def movement(self, since: str = "") -> Fragment:
        """Return what changed since an earlier result; nothing where none is named."""
        return movement(self.result, since, self.voice)

    def items(self) -> Fragment:
        """Return the heat map of units × items and the same as a table of points with statuses."""
        voice, result = self.voice, self.result
        labels = "　".join(voice.item(item.id) for item in result.rulebook.items)
        chart = charts.figure(charts.heat_spec(result, voice), voice.say("chart.heat"), labels)
        return section(chart.html, listing(tables.matrix_grid(result, voice), voice))

    def missing(self) -> Fragment:
        """Return what is missing from whom."""
        line = sentences.missing_line(self.result, self.voice)
        return section(paragraphs(line), listing(tables.missing_grid(self.result, self.voice), self.voice))

    def coming(self) -> Fragment:
        """Return the duties that are due after this day, and how many units have done them already."""
        from ..calendar import Calendar
        from .calendar_page import CalendarReport

        calendar = Calendar(self.result.rulebook, self.result.as_of, self.result)
        return CalendarReport(calendar, self.lang).months(after=self.result.as_of)

    def weekly(self) -> Fragment:
        """Return the weekly activity as a chart."""
        line = sentences.weekly_line(self.result, self.voice)
        if self.result.weekly.empty:
            return section(paragraphs(line))
        return section(
            charts.figure(
                charts.weekly_spec(self.result, self.voice), self.voice.say("chart.weekly"), line
            ).html
        )

    def authenticity(self) -> Fragment:
        """Return spot-check results with Wilson intervals, and whose sample is too small."""
        lines = sentences.authenticity_lines(self.result, self.voice)
        return section(
            paragraphs(*lines), listing(tables.authenticity_grid(self.result, self.voice), self.voice)
        )

    def cadres(self) -> Fragment:
        """Return by unit how many cadres qualify, and why others do not."""
        line = sentences.cadre_line(self.result, self.voice)
        return section(
            paragraphs(line), listing(tables.qualification_grid(self.result, self.voice), self.voice)
        )

    def shown(self) -> Fragment:
        """Return what is shown and never scored, of all units."""
        return shown_html(self.result, self.voice)

    def duties(self) -> Fragment:
        """Return for each unit how many of the notice's duties stand where, and those that are late."""
        return duties(self.result, self.voice)

    def signals(self) -> Fragment:
        """Return how many cadres of each unit stand out by which clean-conduct signal; no name, no deduction."""
        from .screening import signal_counts

        return signal_counts(self.result, self.voice)

    def explanations(self) -> Fragment:
        """Return clause, formula, numbers and points lost of every unit and item, folded."""
        return section(joined(self._unit(unit.name) for unit in self.result.rulebook.units))

    def _unit(self, unit: str) -> Markup:
        found = [self.result.explain(unit, item.id) for item in self.result.rulebook.items]
        names = names_of(found[0]) if self.names else {}
        inside = joined(collapsed(e, self.voice, names, rows=False) for e in found)
        figure = tag("span", sentences.rank_words(self.result, unit, self.voice), class_="gy-figure")
        return tag(
            "details", tag("summary", self.voice.unit(unit), figure), tag("div", inside, class_="gy-inside")
        )

    def reading(self) -> Fragment:
        """Return what the reader found, mended and set aside, grouped."""
        voice = self.voice
        evidence = as_shown(self.result.evidence, self.result.rulebook, names=self.names)
        line = voice.say("lead.findings", **findings_view.counts(evidence.findings))
        aside = tables.aside_grid(evidence, voice)
        shown = listing(aside, voice) if aside.rows else Markup("")
        return section(
            paragraphs(line), shown, listing(findings_view.grouped_grid(evidence.findings, voice), voice)
        )

    def provenance(self) -> Fragment:
        """Return rulebook, day, options, version and files with their hashes."""
        facts = provenance.assessment_facts(self.result, self.voice)
        files = listing(provenance.source_grid(self.result.evidence, self.voice), self.voice)
        return section(facts, files, paragraphs(self.voice.say("prov.zh_only")))
