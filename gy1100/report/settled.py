"""Which ranks are settled, in words: beside the ranking, in the bulletin and in each unit's own report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from .grid import Column, Grid
from .tables import ranking_grid
from .voice import Voice, is_none, percent

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..robustness import SettledRanks

Row = dict[str, Any]
RANKS = 7  # columns of the ranking up to the range of ranks
MOST_NAMED = 12  # units in a sentence
MOST_PAIRS = 36  # all pairs of nine units


class SettledWords:
    """The sentences and marks of one ranking in one language."""

    def __init__(self, result: Assessment, voice: Voice) -> None:
        self.result, self.voice = result, voice
        ranking = records(result.ranking)
        self.ranks = {r["unit"]: int(r["rank"]) for r in ranking if not is_none(r["rank"])}
        self.found: SettledRanks | None = result.settled_ranks if len(self.ranks) > 1 else None

    def say(self, key: str, **args: object) -> str:
        """Return the words of ``report.settled.<key>``."""
        return self.voice.say(f"settled.{key}", **args)

    @property
    def facts(self) -> dict[str, object]:
        """Return what was tried, as figures of the sentences."""
        assert self.found is not None
        return {
            "n": self.found.combinations,
            "draws": self.found.draws,
            "settled": percent(self.found.settled),
        }

    def lines(self, *, names: bool = True) -> Iterator[str]:
        """Yield which ranks are not settled and what that means; that it was not tried, where it was not."""
        if self.found is None:
            yield from [self.say("untried")] if len(self.ranks) > 1 else []
            return
        if not self.found.groups:
            yield self.say("all", **self.facts)
        elif names:
            yield from map(self._group, self.found.groups)
        else:
            ranks = (self.say("ranks", ranks=self._ranks(group)) for group in self.found.groups)
            yield self.say("signed", ranks=self.voice.listing(ranks), sign=self.say("sign"))
        if self.found.groups:
            yield self.say("how", **self.facts)
        yield from self._evidence()

    def _group(self, group: Sequence[str]) -> str:
        few = len(group) <= MOST_NAMED
        units = self.voice.listing(map(self.voice.unit, group)) if few else self.say("units", n=len(group))
        return self.say("group", ranks=self._ranks(group), units=units)

    def of_unit(self, unit: str) -> Iterator[str]:
        """Yield whether a unit's rank is settled, and against whom it is not."""
        if self.found is None or unit not in self.ranks:
            yield from [self.say("untried")] if len(self.ranks) > 1 and unit in self.ranks else []
            return
        group, mine = self.found.group_of(unit), self.voice.unit(unit)
        if group:
            ranks = self._ranks(group)
            yield self.say("unit.no", unit=mine, ranks=ranks)
            rivals = self._open(unit)
            yield from (self._rival(unit, row) for row in rivals[:MOST_NAMED])
            yield from [self.say("unit.more", n=len(rivals) - MOST_NAMED)] if len(rivals) > MOST_NAMED else []
            yield self.say("how", **self.facts)
        else:
            yield self.say("unit.yes", unit=mine, **self.facts)
        yield from self._evidence()

    def _rival(self, unit: str, row: Row) -> str:
        first = row["unit"] == unit
        other = row["other"] if first else row["unit"]
        key = "unit.ahead" if first else "unit.behind"
        if self._is_level(row):
            key = "unit.tied"
        return self.say(key, other=self.voice.unit(other), rank=self.ranks[other], **self._turns(row))

    def _is_level(self, row: Row) -> bool:
        return self.ranks[row["unit"]] == self.ranks[row["other"]]

    def _turns(self, row: Row) -> dict[str, object]:
        """Return under how many combinations, and in which share of all draws, the first of a pair is not ahead."""
        assert self.found is not None
        whole = self.found.combinations
        turned, other = whole - round(row["readings_ahead"] * whole), 1 - row["ahead"]
        return {"turned": turned, "n": whole, "share": percent(other, 1)}

    def _evidence(self) -> Iterator[str]:
        if (self.result.scores["status"] == "no_evidence").any():
            yield self.say("evidence")

    def _open(self, unit: str = "") -> list[Row]:
        """Return the pairs whose order is not settled, the least sure first."""
        assert self.found is not None
        pairs = records(self.found.pairs[~self.found.pairs["settled"]])
        mine = [r for r in pairs if not unit or unit in (r["unit"], r["other"])]
        return sorted(mine, key=lambda r: r["ahead"])

    def mark(self, unit: str) -> str:
        """Return in a few words whether a unit's rank is settled; empty where it was not tried."""
        if self.found is None or unit not in self.ranks:
            return ""
        group = self.found.group_of(unit)
        return self.say("no", ranks=self._ranks(group)) if group else self.say("yes")

    def signed(self, unit: str) -> object:
        """Return a unit's rank with the sign of one that is not settled, to be sorted by the rank."""
        rank = self.ranks.get(unit)
        if self.found is None or rank is None or not self.found.group_of(unit):
            return rank
        return f"{rank}{self.say('sign')}", rank

    def ranking(self) -> Grid:
        """Return the ranking up to the range of ranks, with the sign of those that are not settled."""
        grid, units = ranking_grid(self.result, self.voice), self.result.ranking["unit"]
        rows = ((self.signed(u), *row[1:RANKS]) for u, row in zip(units, grid.rows, strict=True))
        return Grid(grid.columns[:RANKS], tuple(rows))

    def beside(self) -> Grid:
        """Return the ranking with one more column: whether each rank is settled."""
        ranking, at = ranking_grid(self.result, self.voice), RANKS
        if self.found is None:
            return ranking
        head = Column(self.say("column"), "name", 18)
        marks = map(self.mark, self.result.ranking["unit"])
        rows = (_with(row, at, mark) for row, mark in zip(ranking.rows, marks, strict=True))
        return Grid(_with(ranking.columns, at, head), tuple(rows), ranking.caption)

    def pairs(self) -> Grid | None:
        """Return the pairs whose order is not settled: how often the one ahead is not; None where there is none."""
        shown = self._open()[:MOST_PAIRS] if self.found else []
        if not shown:
            return None
        rows = []
        for row in shown:
            turns, units = self._turns(row), (row["unit"], row["other"])
            tied = self.say("tied") if self._is_level(row) else ""
            named = (f"{self.voice.unit(u)}（{self.ranks[u]}{tied}）" for u in units)
            rows.append((*named, f"{turns['turned']} / {turns['n']}", turns["share"]))
        keys = (("ahead", "name"), ("behind", "name"), ("turned", "number"), ("share", "number"))
        heads = tuple(Column(self.say(f"column.{key}"), kind) for key, kind in keys)
        return Grid(heads, tuple(rows), self.say("pairs", shown=len(rows), n=len(self._open())))

    def _ranks(self, group: Sequence[str]) -> str:
        """Return the ranks of units, those that follow each other as first–last."""
        runs: list[list[int]] = []
        for rank in sorted({self.ranks[unit] for unit in group}):
            if runs and rank == runs[-1][-1] + 1:
                runs[-1].append(rank)
            else:
                runs.append([rank])
        words = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
        return self.voice.listing(words)


def _with(cells: tuple[Any, ...], at: int, cell: Any) -> tuple[Any, ...]:
    return (*cells[:at], cell, *cells[at:])
