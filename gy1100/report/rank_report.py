"""The calls of the robustness notebook: does the ranking stand, and what does it depend on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from ..robustness import Robustness, robustness
from ..robustness.analysis import CONCENTRATION, DRAWS, SEED
from . import charts, provenance, rank_charts
from .grid import Column, Grid
from .markup import joined, tag
from .rank_sentences import RankWords
from .sections import cards, listing, paragraphs, result_masthead, section
from .tables import bullets
from .voice import Voice, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ..assessment import Assessment
    from .markup import Fragment

MEANINGS = (
    "rank",
    "share",
    "interval",
    "band",
    "reading",
    "weights",
    "checks",
    "sobol",
    "central",
    "swap",
    "not",
)


@dataclass(frozen=True)
class RobustnessReport:
    """The sections of what the ranking of an assessment depends on.

    Attributes
    ----------
    result : Assessment
        What :func:`gy1100.assess` returned.
    lang : str
        ``zh`` or ``en``.
    draws, seed, concentration
        Of `gy1100.robustness.robustness`.
    """

    result: Assessment
    lang: str = "zh"
    draws: int = DRAWS
    seed: int = SEED
    concentration: float = CONCENTRATION

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this report."""
        return Voice(self.result.rulebook, self.lang)

    @cached_property
    def found(self) -> Robustness:
        """Return the analysis."""
        return robustness(self.result, self.draws, self.seed, concentration=self.concentration)

    @cached_property
    def words(self) -> RankWords:
        """Return its sentences."""
        return RankWords(self.found, self.voice)

    @property
    def varied(self) -> tuple[float, float]:
        """Return between how many points an item of free weight lies nine times in ten."""
        return float(self.found.weights["low"].min()), float(self.found.weights["high"].max())

    def masthead(self) -> Fragment:
        """Return the title and that no score changes."""
        voice = self.voice
        return result_masthead(
            voice.say("robustness.title"), self.result, voice, voice.say("robustness.never")
        )

    def overview(self) -> Fragment:
        """Return the answer in short."""
        found = self.found
        settled = percent(found.pairs["settled"].mean()) if len(found.pairs) else "—"
        stays = percent((found.units["best_reading"] == found.units["worst_reading"]).mean())
        figures = {
            "combinations": str(self.words.combinations), "draws": str(found.draws),
            "bands": str(found.units["band"].max()), "stays": stays, "settled": settled,
        }  # fmt: skip
        shown = cards(*((self.voice.say(f"robustness.card.{key}"), value) for key, value in figures.items()))
        return section(shown, paragraphs(*self.words.lead()))

    def bands(self) -> Fragment:
        """Return bands beside the official ranking, as a chart and a table."""
        keys = (
            "rank",
            "score",
            "best_reading",
            "worst_reading",
            "same_rank",
            "median",
            "low",
            "high",
            "band",
        )
        kinds = ("rank", "points", "rank", "rank", "share", "number", "number", "number", "rank")
        chart = self._figure(rank_charts.band_spec, "bands")
        return section(chart, self._table(self.found.units, ("unit", "name"), *zip(keys, kinds, strict=True)))

    def acceptability(self) -> Fragment:
        """Return the heat map of units × ranks."""
        return section(self._figure(rank_charts.heat_spec, "heat"))

    def readings(self) -> Fragment:
        """Return which reading moves which unit, and what moves nobody."""
        moving = self.found.effects[self.found.effects["moved"] != 0]
        lead = self.voice.say(
            f"robustness.readings.{'some' if len(moving) else 'none'}", n=self.words.combinations
        )
        columns = (("reading", "text"), ("choice", "text"), ("unit", "name"), ("score", "points"), ("rank", "rank"),
                   ("moved", "rank"))  # fmt: skip
        return section(paragraphs(lead), self._table(moving, *columns) if len(moving) else "")

    def spread(self) -> Fragment:
        """Return what was varied and how far, with the tables behind."""
        drawn = self.found.weights.rename(columns={"low": "fewest", "high": "largest"})
        weights = self._table(
            drawn, ("item", "name"), *((k, "points") for k in ("points", "fewest", "largest"))
        )
        counts = ((key, "count") for key in ("logs", "genuine", "partly", "false"))
        checks = self._table(self.found.checks, ("unit", "name"), *counts, ("value", "share"))
        more = self.found.judged.rename(columns={"low": "least", "high": "most"})
        columns = (
            ("unit", "name"),
            ("item", "name"),
            ("cause", "text"),
            ("least", "points"),
            ("most", "points"),
        )
        judged = self._table(more, *columns) if len(more) else ""
        return section(tag("div", bullets(self.words.spread())), weights, checks, judged)

    def assumptions(self) -> Fragment:
        """Return the Sobol indices of each assumption."""
        shares = self.found.sobol[["first", "total"]].clip(lower=0)  # an estimate may fall below
        table = self._table(
            self.found.sobol.assign(**shares).rename(columns={"first": "alone"}),
            ("assumption", "text"),
            ("alone", "share"),
            ("total", "share"),
        )
        return section(paragraphs(self.voice.say("robustness.sobol"), *self.words.main_assumption()), table)

    def units(self) -> Fragment:
        """Return a paragraph for each unit."""
        pieces = (
            joined((tag("h3", self.voice.unit(u)), paragraphs(self.words.unit(u))))
            for u in self.found.units["unit"]
        )
        return section(joined(pieces))

    def pairs(self) -> Fragment:
        """Return how often one unit stays ahead of the other; central weights of those who may be first."""
        columns = (("unit", "name"), ("other", "name"), ("ahead", "share"), ("behind", "share"),
                   ("readings_ahead", "share"), ("settled", "text"))  # fmt: skip
        central = self.found.central_weights.dropna()
        keys = (
            ("unit", "name"),
            ("item", "name"),
            ("points", "points"),
            ("first", "share"),
            ("confidence", "share"),
        )
        says = (
            self.voice.say(f"robustness.{key}", settled=self.words.settled)
            for key in ("pairs", "central.says")
        )
        first, second = map(paragraphs, says)
        return section(first, self._table(self.found.pairs, *columns), tag("h3", self.voice.say("robustness.central")),
                       second, self._table(central, *keys))  # fmt: skip

    def without(self) -> Fragment:
        """Return who moves without an item, and whether anybody's order changes without a unit."""
        items = self.found.items[self.found.items["moved"] != 0]
        dropped = self.found.dropped[self.found.dropped["rank"] != self.found.dropped["rank_before"]]
        key = "some" if len(dropped) else "none"
        turned = self._table(
            dropped, ("dropped", "name"), ("unit", "name"), ("rank_before", "rank"), ("rank", "rank")
        )
        moved = self._table(
            items,
            ("item", "name"),
            ("unit", "name"),
            ("score", "points"),
            ("rank", "rank"),
            ("moved", "rank"),
        )
        lines = self.voice.say(f"robustness.dropped.{key}"), self.voice.say("robustness.items")
        return section(paragraphs(lines[0]), turned if len(dropped) else "", paragraphs(lines[1]), moved)

    def swaps(self) -> Fragment:
        """Return at how many points of an open item two units would change places."""
        swaps, book = self.found.swaps.dropna(), self.result.rulebook
        wholes = {"inside": self.found.weights["points"].sum(), "notice": sum(map(book.points, book.items))}
        columns = (
            ("unit", "name"),
            ("other", "name"),
            ("item", "name"),
            ("points", "points"),
            ("swap", "points"),
        )
        parts: list[object] = []
        for scope, whole in wholes.items():  # with all points on one item two that are full in it are equal
            mine = swaps[(swaps["scope"] == scope) & (swaps["swap"] < whole)]
            far = (mine["swap"] - mine["points"]).abs()
            mine = mine.loc[far.sort_values(kind="stable").index]
            parts += [paragraphs(self.voice.say(f"robustness.swaps.{scope}")), self._table(mine, *columns)]
        return section(*parts)

    def meaning(self) -> Fragment:
        """Return in plain words what each figure means and what it does not."""
        lines = (
            joined(
                (
                    tag("b", self.voice.say(f"robustness.meaning.{k}")),
                    self.voice.say(f"robustness.meaning.{k}.says"),
                )
            )
            for k in MEANINGS
        )
        return section(bullets(lines))

    def provenance(self) -> Fragment:
        """Return rulebook, day, options, version and files with their hashes."""
        facts = provenance.assessment_facts(self.result, self.voice)
        return section(facts, listing(provenance.source_grid(self.result.evidence, self.voice), self.voice))

    def write(self, out: str | Path) -> Path | None:
        """Write every table and the manifest; an empty ``out``: nothing."""
        from ..publish import write_robustness

        return write_robustness(self, Path(out)) if str(out) else None

    def _figure(self, spec: Callable[[Robustness, Voice], dict[str, Any]], key: str) -> Any:
        title, caption = (self.voice.say(f"robustness.chart.{key}{part}") for part in ("", ".caption"))
        return charts.figure(spec(self.found, self.voice), title, caption).html

    def _table(self, frame: pd.DataFrame, *columns: tuple[str, str]) -> Any:
        """Return columns of a table of the analysis, codes in words."""
        heads = tuple(Column(self.voice.say(f"robustness.col.{key}"), kind) for key, kind in columns)
        rows = tuple(tuple(self._cell(row, key) for key, _ in columns) for row in records(frame))
        return listing(Grid(heads, rows), self.voice)

    def _cell(self, row: dict[str, Any], key: str) -> object:
        value = row[key]
        if key in ("unit", "other", "dropped"):
            return self.voice.unit(value)
        words: dict[str, Callable[[], object]] = {
            "item": lambda: self.voice.item(value),
            "reading": lambda: self.words.assumption(value),
            "assumption": lambda: self.words.assumption(value),
            "choice": lambda: self.words.choice(row["reading"], value),
            "cause": lambda: self.voice.say(f"robustness.cause.{value}"),
            "settled": lambda: self.voice.say(f"robustness.settled.{'yes' if value else 'no'}"),
            "moved": lambda: self._moved(value),
        }
        return words[key]() if key in words else value

    def _moved(self, ranks: int) -> tuple[str, int]:
        return self.voice.say(f"robustness.moved.{'down' if ranks > 0 else 'up'}", n=abs(ranks)), ranks
