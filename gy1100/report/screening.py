"""The calls of the screens notebook: clean-conduct signals as a list for checking, and what they do and do not mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from ..screens import Screens, demands
from ..screens.signals import FACT, KINDS
from . import provenance
from .grid import Column, Grid
from .sample import is_sample
from .sections import cards, listing, paragraphs, result_masthead, section
from .sheets import Book, cut, workbook_at
from .voice import Voice, is_none, percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from ..assessment import Assessment
    from ..screens.demands import Target
    from .markup import Fragment


@dataclass(frozen=True)
class ScreensReport:
    """The sections of the clean-conduct screens of an assessment.

    Attributes
    ----------
    result : Assessment
        What :func:`gy1100.assess` returned.
    lang : str
        ``zh`` or ``en``.
    names : bool
        Whether cadres are named.
    targets : iterable of (unit, what, value)
        Targets that units set themselves (`gy1100.screens.demands`).
    """

    result: Assessment
    lang: str = "zh"
    names: bool = True
    targets: Iterable[Target] = field(default=())

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this report."""
        return Voice(self.result.rulebook, self.lang)

    @cached_property
    def screens(self) -> Screens:
        """Return what the screens found."""
        return self.result.signals

    @cached_property
    def demands(self) -> pd.DataFrame:
        """Return where more is asked than the city asks."""
        from ..rulebook import load_rulebook

        return demands(self.result.rulebook, load_rulebook(), self.targets)

    def masthead(self) -> Fragment:
        """Return the title and that these are no deductions."""
        voice = self.voice
        return result_masthead(voice.say("screens.title"), self.result, voice, voice.say("screens.never"))

    def overview(self) -> Fragment:
        """Return how many cadres stand out by which signal, in figures and by unit."""
        flagged = self.screens.flagged
        counts = flagged["kind"].value_counts()
        figures = [(self.voice.say(f"screens.kind.{kind}"), str(counts.get(kind, 0))) for kind in KINDS]
        lead = self.voice.say("screens.lead", cadres=flagged["cadre_id"].nunique(), signals=len(flagged))
        by_unit = count_grid(self.result, self.voice)
        return section(paragraphs(lead), cards(*figures), listing(by_unit, self.voice))

    def signals(self) -> Fragment:
        """Return the cadres that stand out, with the rate that each is held against."""
        return section(listing(self.signal_grid(self.screens.flagged), self.voice))

    def signal_grid(self, signals: pd.DataFrame) -> Grid:
        """Return signals as a table: k of n, rate, the others' rate, how likely by chance."""
        voice, names = self.voice, self._names
        rows = tuple(
            (voice.unit(r["unit"]), r["cadre_id"], names.get(r["cadre_id"], ""), voice.say(f"screens.kind.{r['kind']}"),
             f"{r['k']} / {r['n']}", r["rate"], r["base_rate"], self._likely(r))
            for r in records(signals)
        )  # fmt: skip
        keys = (("unit", "name"), ("cadre_id", "name"), ("name", "name"), ("kind", "name"), ("k_of_n", "name"),
                ("rate", "share"), ("base_rate", "share"), ("q", "name"))  # fmt: skip
        kept = [n for n, (key, _) in enumerate(keys) if key != "name" or self.names]
        heads = [Column(voice.say(f"screens.col.{key}"), kind) for key, kind in keys]
        return Grid(tuple(heads[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in rows))

    def _likely(self, row: dict[str, Any]) -> str:
        """Return how likely a signal is a false alarm; a number that cannot be is a fact."""
        if row["kind"] == FACT:
            return self.voice.say("screens.fact")
        return "< 0.1%" if row["q"] < 0.001 else percent(row["q"], 1)

    @cached_property
    def _names(self) -> dict[str, str]:
        cadres = self.result.cadres
        return {i: "" if is_none(n) else n for i, n in zip(cadres["cadre_id"], cadres["name"], strict=True)}

    def rows(self) -> Fragment:
        """Return the rows of the files behind the signals that stand out; never a text."""
        return section(
            paragraphs(self.voice.say("screens.rows")), listing(self.row_grid(self.behind), self.voice)
        )

    @cached_property
    def behind(self) -> pd.DataFrame:
        """Return the rows behind flagged signals."""
        keys = self.screens.flagged[["cadre_id", "kind"]]
        return self.screens.rows.merge(keys, on=["cadre_id", "kind"])

    def row_grid(self, rows: pd.DataFrame) -> Grid:
        """Return rows of the files as a table."""
        voice = self.voice
        found = tuple(
            (voice.unit(r["unit"]), r["cadre_id"], voice.say(f"screens.kind.{r['kind']}"), r["log_id"],
             str(r["date"])[:10], r["file"], r["sheet"], r["row"], _other(r), r["similarity"])
            for r in records(rows)
        )  # fmt: skip
        keys = (("unit", "name"), ("cadre_id", "name"), ("kind", "name"), ("log_id", "name"), ("date", "name"),
                ("file", "name"), ("sheet", "name"), ("row", "count"), ("other", "name"),
                ("similarity", "share"))  # fmt: skip
        return Grid(tuple(Column(voice.say(f"screens.col.{key}"), kind) for key, kind in keys), found)

    def demanded(self) -> Fragment:
        """Return where more is asked than the city asks (四.3)."""
        if self.demands.empty:
            return section(paragraphs(self.voice.say("screens.demands.none")))
        keys = (("who", "name"), ("what", "text"), ("asked", "number"), ("city", "number"))
        heads = tuple(Column(self.voice.say(f"screens.col.{key}"), kind) for key, kind in keys)
        rows = tuple(
            (self.voice.unit(r["who"]), self._demand(r["what"]), r["asked"], r["city"])
            for r in records(self.demands)
        )
        return section(paragraphs(self.voice.say("screens.demands")), listing(Grid(heads, rows), self.voice))

    def _demand(self, what: str) -> str:
        """Return what is asked in words: ``contacts.part_time`` is youths to contact, part-time cadres."""
        kind, _, of = what.partition(".")
        words = self.voice.say(f"screens.what.{kind}")
        if not of:
            return words
        return f"{words}（{self.voice.code('component' if kind == 'kinds' else 'cadre_type', of)}）"

    @property
    def meaning_grid(self) -> Grid:
        """Return for each signal what it means, what it does not, and what to look at next."""
        voice, parts = self.voice, ("means", "not", "next")
        first = Column(voice.say("screens.meaning.title"), "name", 18)
        heads = [Column(voice.say(f"screens.meaning.{part}"), "text", 46) for part in parts]
        rows = tuple(
            (voice.say(f"screens.kind.{kind}"), *(voice.say(f"screens.{kind}.{part}") for part in parts))
            for kind in (*KINDS, "demand")
        )
        return Grid((first, *heads), rows)

    def meaning(self) -> Fragment:
        """Return what the signals mean, and how their limits were found."""
        return section(self.meaning_grid.html(), paragraphs(*self._limits()))

    def _limits(self) -> list[str]:
        found, rules = self.screens.calibration, self.result.rulebook.rules.screens
        words: dict[str, Any] = {
            "similarity": percent(found.similarity), "within": percent(found.within, 2), "n_within": found.n_within,
            "shared": percent(found.shared), "spelled": percent(found.spelled),
            "across": percent(found.across, 2), "n_across": found.n_across,
            "level": percent(rules.level.value),
        }  # fmt: skip
        keys = [f"{key}{'' if words[f'n_{key}'] else '.none'}" for key in ("within", "across")]
        return [self.voice.say(f"screens.limits.{key}", **words) for key in (*keys, "level")]

    def provenance(self) -> Fragment:
        """Return rulebook, day, options, version and files with their hashes."""
        facts = provenance.assessment_facts(self.result, self.voice)
        return section(facts, listing(provenance.source_grid(self.result.evidence, self.voice), self.voice))

    def write(self, out: str | Path) -> Path | None:
        """Write signals, rows, the list as a workbook and the manifest; an empty ``out``: nothing."""
        from ..publish import write_screens

        return write_screens(self, Path(out)) if str(out) else None


def count_grid(result: Assessment, voice: Voice, unit: str = "") -> Grid:
    """Return how many cadres stand out by each signal, of all units or one."""
    counts = result.signals.flagged.groupby(["unit", "kind"]).size()
    names = [u.name for u in result.rulebook.units if unit in ("", u.name)]
    rows = tuple((voice.unit(name), *(int(counts.get((name, kind), 0)) for kind in KINDS)) for name in names)
    heads = [Column(voice.say(f"screens.kind.{kind}"), "count") for kind in KINDS]
    return Grid((Column(voice.say("col.unit"), "name", 26), *heads), rows)


def signal_counts(result: Assessment, voice: Voice, unit: str = "") -> Fragment:
    """Return that signals are no deductions, and how many there are; which rows are behind them the screens tell."""
    flagged = result.signals.flagged
    mine = flagged[flagged["unit"] == unit] if unit else flagged
    lead = voice.say("screens.lead", cadres=mine["cadre_id"].nunique(), signals=len(mine))
    return section(
        paragraphs(voice.say("screens.never"), lead), listing(count_grid(result, voice, unit), voice)
    )


def _other(row: dict[str, Any]) -> str:
    return "" if is_none(row["other_log_id"]) else f"{row['other_log_id']}（{row['other_cadre_id']}）"


def write_screening_book(report: ScreensReport, path: Path) -> None:
    """Write the list to check from as a workbook: signals, the rows behind them, what each signal means."""
    voice = report.voice
    title = voice.say("screens.title")
    sheets = (
        ("sheet.signals", cut(report.signal_grid(report.screens.flagged), "signals.csv", voice)),
        ("sheet.rows", cut(report.row_grid(report.behind), "signal_rows.csv", voice)),
        ("sheet.meaning", report.meaning_grid),
    )
    with workbook_at(path, title, report.result.as_of) as workbook:
        mark = voice.say("sample") if is_sample(report.result.evidence) else ""
        book = Book(workbook, voice, f"{title}　{voice.say('screens.never')}", mark)
        for key, grid in sheets:
            book.grid(voice.say(f"screens.{key}"), grid)


__all__ = ["ScreensReport", "count_grid", "signal_counts", "write_screening_book"]
