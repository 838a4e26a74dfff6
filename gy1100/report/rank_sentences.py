"""What robustness found, in sentences for people who know no statistics; every number stands in its tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from .tables import row_of
from .voice import Voice, number, percent, short

if TYPE_CHECKING:
    from ..robustness import Robustness

Row = dict[str, Any]


class RankWords:
    """The sentences of one analysis in one language."""

    def __init__(self, found: Robustness, voice: Voice) -> None:
        self.found, self.voice = found, voice
        self.settled = percent(found.settled)

    def say(self, key: str, **args: object) -> str:
        """Return the words of ``report.robustness.<key>``."""
        return self.voice.say(f"robustness.{key}", **args)

    def choice(self, reading: str, choice: str) -> str:
        """Return a reading's choice in words."""
        return self.voice.of(self.voice.rulebook.rules.readings[reading].alternatives[choice])

    def assumption(self, name: str) -> str:
        """Return an assumption in words: a reading by its name, else what is drawn."""
        return self.say(f"assumption.{name}") if self.voice.knows(f"robustness.assumption.{name}") else name

    @property
    def combinations(self) -> int:
        """Return how many combinations of readings there are."""
        return len(self.found.readings) // len(self.found.units)

    def lead(self) -> Iterator[str]:
        """Yield the answer in short: who is settled, who shares a band, whose order is turned, what it hangs on."""
        units, turned = self.found.units, self._open(turned=True)
        sizes, doubted = units["band"].value_counts(), {u for r in turned for u in (r["unit"], r["other"])}
        bands = zip(units["unit"], units["band"], strict=True)
        alone = [unit for unit, band in bands if sizes[band] == 1 and unit not in doubted]
        if alone:
            names = self.voice.listing(map(self.voice.unit, alone))
            yield self.say("lead.alone", units=names, settled=self.settled)
        for band in sorted(sizes.index[sizes > 1]):
            names = self.voice.listing(map(self.voice.unit, units.loc[units["band"] == band, "unit"]))
            yield self.say("lead.band", band=band, units=names, settled=self.settled)
        yield from map(self._turn, turned)
        yield from self.main_assumption()

    def main_assumption(self) -> Iterator[str]:
        """Yield which assumption moves the ranking most; nothing where nothing moves it."""
        known = self.found.sobol.dropna()
        if len(known):
            most = records(known.sort_values("total", ascending=False, kind="stable"))[0]
            name = self.assumption(most["assumption"])
            yield self.say("lead.most", name=name, total=percent(most["total"]))
        else:
            yield self.say("lead.nothing")

    def spread(self) -> Iterator[str]:
        """Yield what was varied and how far, in words."""
        found = self.found
        yield self.say("spread.readings", n=self.combinations)
        if len(found.weights):
            low, high = found.weights["low"].min(), found.weights["high"].max()
            whole = short(found.weights["points"].sum())
            yield self.say("spread.weights", sum=whole, low=number(low), high=number(high))
        yield self.say(
            "spread.checks", n=int((found.checks[["genuine", "partly", "false"]].sum(axis=1) > 0).sum())
        )
        key = "judgement" if len(found.judged) else "nothing_open"
        yield self.say(f"spread.{key}", n=len(found.judged))
        yield self.say("spread.draws", draws=found.draws, seed=found.seed)

    def unit(self, name: str) -> str:
        """Return the paragraph of a unit."""
        return self.say("gap").join(self._unit(row_of(self.found.units, name)))

    def _unit(self, row: Row) -> Iterator[str]:
        rank = row["rank"]
        yield self.say(
            "unit.official", unit=self.voice.unit(row["unit"]), score=number(row["score"]), rank=rank
        )
        if row["best_reading"] == row["worst_reading"]:
            yield self.say("unit.readings.same", n=self.combinations, rank=rank)
        else:
            yield self.say("unit.readings.range", n=self.combinations, best=row["best_reading"],
                           worst=row["worst_reading"], same=percent(row["same_rank"], 1), rank=rank)  # fmt: skip
            yield from self._effects(row["unit"])
        yield self._checks(row["unit"])
        same = "same" if row["low"] == row["high"] else "range"
        words = {name: short(row[name]) for name in ("low", "high", "median")}
        yield self.say(f"unit.all.{same}", **words)
        yield from self._rival(row)
        yield from self._band(row)

    def _effects(self, unit: str) -> Iterator[str]:
        moving = [r for r in records(self.found.effects) if r["unit"] == unit and r["moved"]]
        if moving:
            words = (
                self.say("unit.effect", reading=self.assumption(r["reading"]), rank=r["rank"],
                         choice=self.choice(r["reading"], r["choice"]))
                for r in moving
            )  # fmt: skip
            yield self.say("unit.effects", what=self.voice.listing(words))
        else:
            yield self.say("unit.no_effect")

    def _checks(self, unit: str) -> str:
        row = row_of(self.found.intervals[self.found.intervals["source"] == "checks"], unit)
        key = "none" if row["score_low"] == row["score_high"] else "some"
        return self.say(f"unit.checks.{key}", low=number(row["score_low"]), high=number(row["score_high"]))

    def _open(self, unit: str = "", *, turned: bool) -> list[Row]:
        """Return pairs whose order is not settled: those of one band, or those that draws turn round.

        Units of two bands are sure of their order, so that it is the other one where the published one is not settled.
        """
        band = dict(zip(self.found.units["unit"], self.found.units["band"], strict=True))
        pairs = records(self.found.pairs[~self.found.pairs["settled"]])
        mine = (r for r in pairs if not unit or unit in (r["unit"], r["other"]))
        return [r for r in mine if (band[r["unit"]] != band[r["other"]]) == turned]

    def _turn(self, row: Row) -> str:
        names = {side: self.voice.unit(row[side]) for side in ("unit", "other")}
        return self.say("turned", **names, behind=percent(row["behind"], 1))

    def _rival(self, row: Row) -> Iterator[str]:
        """Yield with whom of its band the order is least sure, where it is not settled."""
        pairs = self._open(row["unit"], turned=False)
        if pairs:
            least = min(pairs, key=lambda r: abs(r["ahead"] - r["behind"]))
            first = least["unit"] == row["unit"]
            other = self.voice.unit(least["other"] if first else least["unit"])
            ahead, behind = (least["ahead"], least["behind"]) if first else (least["behind"], least["ahead"])
            yield self.say("unit.rival", other=other, ahead=percent(ahead, 1), behind=percent(behind, 1))

    def _band(self, row: Row) -> Iterator[str]:
        """Yield with whom a unit shares its band or that it is firm, and with whom its order is turned round."""
        units, turned = self.found.units, self._open(row["unit"], turned=True)
        others = units.loc[(units["band"] == row["band"]) & (units["unit"] != row["unit"]), "unit"]
        if len(others):
            names = self.voice.listing(map(self.voice.unit, others))
            yield self.say("unit.band.shared", band=row["band"], others=names)
        elif not turned:
            yield self.say("unit.band.alone", band=row["band"], settled=self.settled)
        yield from map(self._turn, turned)
