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

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_PREFIXES = ("", "广元市", "四川省广元市", "四川广元市", "四川省", "四川", "广元")
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
_SHELL = re.compile(r"四川省?|广元市?|中国共产主义青年团|共青团|工作委员会|委员会|团[县区]?委|^团|[县区]?委$")


class Unit(BaseModel):
    """One assessed committee; its canonical Chinese name is its id everywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    code: str
    label_en: str
    kind: Literal["county", "district", "zone"]
    aliases: tuple[str, ...] = ()

    @property
    def label(self) -> dict[str, str]:
        """The unit's name in Chinese and English."""
        return {"zh": self.name, "en": self.label_en}

    def forms(self) -> Iterator[str]:
        """Yield every way of writing the unit that is read with certainty."""
        yield self.code
        places = {prefix + base for base in self.bases() for prefix in self._prefixes()}
        shells = ("{}", *_LEAGUE, *(_ZONE_LEAGUE if self.kind == "zone" else ()))
        for shell, place in itertools.product(shells, sorted(places)):
            yield shell.format(place)
        if self.kind != "zone":
            level = "县" if self.kind == "county" else "区"
            yield from (f"{place}团{level}委" for place in sorted(places))

    def bases(self) -> set[str]:
        """Return the unit's names without anything before or behind them, with and without 县/区."""
        names = {self.name, *self.aliases}
        short = (
            set() if self.kind == "zone" else {name.removesuffix("县").removesuffix("区") for name in names}
        )
        return names | short

    def _prefixes(self) -> tuple[str, ...]:
        return (*_PREFIXES, "市") if self.kind == "zone" else _PREFIXES


class UnitMatch(NamedTuple):
    """What a written name stands for: one unit, or none with the nearest ones."""

    unit: str | None
    nearest: tuple[str, ...]


class Units:
    """The units in official order, with what matches a written name to one of them.

    Parameters
    ----------
    units : tuple of Unit
    """

    def __init__(self, units: tuple[Unit, ...]) -> None:
        self.units = tuple(units)

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
    def _known(self) -> dict[str, tuple[str, ...]]:
        known: dict[str, tuple[str, ...]] = {}
        for unit in self.units:
            for form in set(unit.forms()):
                known[form] = (*known.get(form, ()), unit.name)
        return known | {name: (name,) for name in self.names}

    def match(self, written: str) -> UnitMatch:
        """Return the unit that a name stands for; where it fits none or two, the nearest ones."""
        plain = _SPACE.sub("", unicodedata.normalize("NFKC", written))
        fits = self._known.get(plain, ())
        if len(fits) == 1:
            return UnitMatch(fits[0], fits)
        return UnitMatch(None, fits or self._nearest(plain))

    def _nearest(self, plain: str) -> tuple[str, ...]:
        bare = _SHELL.sub("", plain) or plain
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
    units = Units(tuple(Unit(**entry) for entry in raw))
    if len({unit.name for unit in units}) < len(units):
        raise ValueError("units.yaml: a unit's name stands there twice")
    return units
