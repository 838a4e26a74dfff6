"""The units that are assessed and the many ways of writing their names."""

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from .errors import WrongUsage
from .words import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_LEAGUE = (
    "团{}委",
    "团{}委员会",
    "共青团{}委",
    "共青团{}委员会",
    "中国共产主义青年团{}委员会",
    "{}团委",
    "{}团委员会",
)
_ZONE_LEAGUE = ("团{}工委", "共青团{}工委", "共青团{}工作委员会", "{}团工委", "{}团工作委员会", "{}管委会")
_SHELL = r"中国共产主义青年团|共青团|工作委员会|委员会|团[县区市]?委|^团|[县区市]?委$"
_LEVELS = {"county": "县", "district": "区", "city": "市"}
_ENDINGS = "省市州县区"
Kind = Literal["county", "district", "zone", "city", "province", "nation"]


class Unit(BaseModel):
    """One assessed committee; its canonical Chinese name is its id everywhere.

    Attributes
    ----------
    kind : str
        Units of one kind are peers.
    within : str
        The unit of the next level that it belongs to; empty where none is described.
    members : tuple of Unit
        Of a unit of a higher level: the units below it, whose rows are its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    code: str
    label_en: str
    kind: Kind
    aliases: tuple[str, ...] = ()
    within: str = ""
    members: tuple[Unit, ...] = ()

    @property
    def label(self) -> dict[str, str]:
        """The unit's name in Chinese and English."""
        return {"zh": self.name, "en": self.label_en}

    def forms(self, places: Sequence[str] = ()) -> Iterator[str]:
        """Yield every way of writing the unit that is read with certainty.

        ``places`` are what may stand before its name, from the outside in.
        """
        yield self.code
        before = set(_prefixes(places)) | ({"市"} if self.kind == "zone" else set())
        written = {prefix + base for base in self.bases() for prefix in before}
        shells = ("{}", *_LEAGUE, *(_ZONE_LEAGUE if self.kind == "zone" else ()))
        for shell, place in itertools.product(shells, sorted(written)):
            yield shell.format(place)
        if level := _LEVELS.get(self.kind):
            yield from (f"{place}团{level}委" for place in sorted(written))

    def bases(self) -> set[str]:
        """Return the unit's names without anything before or behind them, with and without 县/区."""
        names = {self.name, *self.aliases}
        short = (
            set() if self.kind == "zone" else {name.removesuffix("县").removesuffix("区") for name in names}
        )
        return names | short


def _prefixes(places: Sequence[str]) -> Iterator[str]:
    """Yield what may stand before a unit: any of the places in their order, each in full or without its last letter."""
    for chosen in itertools.product(*(("", place, _short(place)) for place in places)):
        yield "".join(chosen)


def _short(place: str) -> str:
    return place[:-1] if place[-1:] in _ENDINGS and len(place) > 2 else place


class UnitMatch(NamedTuple):
    """What a written name stands for: one unit, or none with the nearest ones."""

    unit: str | None
    nearest: tuple[str, ...]


class Units:
    """The units in official order, with what matches a written name to one of them.

    Parameters
    ----------
    units : tuple of Unit
    places : sequence of str
        What may stand before their names, from the outside in.
    upper : sequence of Unit
        The units of higher levels.
    """

    def __init__(
        self, units: tuple[Unit, ...], places: Sequence[str] = (), upper: Sequence[Unit] = ()
    ) -> None:
        self.units, self.places, self.upper = tuple(units), tuple(places), tuple(upper)

    def at(self, level: str) -> Units:
        """Return the units of a higher level, or those next below the unit of that name; members' rows are their own.

        Raises
        ------
        WrongUsage
            If no such unit is described, or a unit belongs to none of a level.
        """
        below = [unit for unit in (*self.units, *self.upper) if unit.within == level]
        chosen = below or [unit for unit in self.upper if unit.kind == level]
        if not chosen:
            known = dict.fromkeys([unit.kind for unit in self.upper] + [unit.name for unit in self.upper])
            raise WrongUsage(both("cli.no_level", level=level, known="、".join(known) or "—"))
        above = {unit.name: {upper.name for upper in self._above(unit)} for unit in self.units}
        names = {unit.name for unit in chosen}
        lost = [name for name, own in above.items() if not own & names]
        if lost and not below:
            raise WrongUsage(both("cli.no_level_of", level=level, units="、".join(lost)))
        made = (
            unit.model_copy(update={"members": tuple(u for u in self.units if unit.name in above[u.name])})
            for unit in chosen
        )
        return Units(tuple(made), self.places, [unit for unit in self.upper if unit not in chosen])

    def _above(self, unit: Unit) -> list[Unit]:
        """Return the units that a unit belongs to, the next one first."""
        found, above = list[Unit](), self._by_name.get(unit.within)
        while above is not None and above not in found:
            found.append(above)
            above = self._by_name.get(above.within)
        return found

    @cached_property
    def _by_name(self) -> dict[str, Unit]:
        return {unit.name: unit for unit in (*self.upper, *self.units)}

    def _before(self, unit: Unit) -> list[str]:
        """Return what may stand before a unit's name, from the outside in: the places, then the units above it."""
        above = [upper.name for upper in reversed(self._above(unit))]
        if set(above) <= set(self.places):
            return list(self.places)
        return [*(place for place in self.places if place not in above), *above]

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units)

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, index: int) -> Unit:
        return self.units[index]

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names in official order."""
        return tuple(unit.name for unit in self.units)

    @cached_property
    def _written(self) -> dict[str, tuple[str, ...]]:
        """The units that a written form of their own stands for."""
        return self._forms({unit.name: (unit,) for unit in self.units})

    @cached_property
    def _written_in_rows(self) -> dict[str, tuple[str, ...]]:
        """The units whose rows those of a written form are: its own, or a member's."""
        return self._forms({unit.name: (unit, *unit.members) for unit in self.units})

    def _forms(self, of: Mapping[str, Sequence[Unit]]) -> dict[str, tuple[str, ...]]:
        known: dict[str, tuple[str, ...]] = {}
        for name, units in of.items():
            for form in {form for unit in units for form in unit.forms(self._before(unit))}:
                known[form] = (*known.get(form, ()), name)
        return known | {name: (name,) for name in self.names}

    @cached_property
    def _shell(self) -> re.Pattern[str]:
        """What stands around a unit's own name."""
        around = (
            f"{re.escape(_short(place))}{re.escape(place[len(_short(place)) :])}?" for place in self.places
        )
        return re.compile("|".join((*around, _SHELL)))

    def match(self, written: str) -> UnitMatch:
        """Return the unit that a name stands for; where it fits none or two, the nearest ones."""
        return self._match(written, self._written)

    def match_row(self, written: str) -> UnitMatch:
        """Return the unit to which a row of this name belongs: its own or a member's, as `match`."""
        return self._match(written, self._written_in_rows)

    def _match(self, written: str, known: Mapping[str, tuple[str, ...]]) -> UnitMatch:
        plain = _SPACE.sub("", unicodedata.normalize("NFKC", written))
        fits = known.get(plain, ())
        if len(fits) == 1:
            return UnitMatch(fits[0], fits)
        return UnitMatch(None, fits or self._nearest(plain))

    def _nearest(self, plain: str) -> tuple[str, ...]:
        bare = self._shell.sub("", plain) or plain
        likeness = {unit.name: max(_likeness(bare, base) for base in unit.bases()) for unit in self.units}
        near = sorted(likeness, key=lambda name: -likeness[name])[:3]
        return tuple(name for name in near if likeness[name] > 0) or self.names


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def load_units(folder: Path | str) -> Units:
    """Return the units described in ``units.yaml`` of a rulebook's folder, in official order.

    Raises
    ------
    ValueError
        If the description is not well formed or a name stands there twice.
    """
    import yaml

    raw = yaml.load((Path(folder) / "units.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    own, upper = (tuple(Unit(**entry) for entry in raw.get(key, ())) for key in ("units", "upper"))
    names = [unit.name for unit in (*own, *upper)]
    if len(set(names)) < len(names):
        raise ValueError("units.yaml: a unit's name stands there twice")
    if lost := {unit.within for unit in (*own, *upper)} - {"", *(unit.name for unit in upper)}:
        raise ValueError(f"units.yaml: no such upper unit: {', '.join(sorted(lost))}")
    return Units(own, raw.get("places", ()), upper)
