"""层层加码: where a rulebook, or a unit's own target, asks for more than the city's (四.3)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import NothingToRead, WrongUsage
from ..exports.encoding import decoded
from ..exports.guard import Unreadable

if TYPE_CHECKING:
    import pandas as pd

    from ..rulebook import Rulebook
    from ..rules import Rules

_NUMBER = re.compile(r"[0-9]+([.][0-9]+)?")
COLUMNS = ["who", "what", "asked", "city"]
Target = tuple[str, str, float]  # unit, what, value


def asked(rules: Rules) -> dict[str, float]:
    """Return what a rulebook asks of cadres, by name: activities and months of a period, youths to contact."""
    found: dict[str, float] = {"activities": rules.cadres.activities.value}
    for name, kind in rules.cadres.types.items():
        found[f"activities_a_year.{name}"] = rules.cadres.activities.value * 12 / kind.months.value
        found[f"contacts.{name}"] = kind.contacts.value
        found[f"contacts_in_organ.{name}"] = kind.contacts_in_organ.value
    for item in rules.items:
        found |= {
            f"kinds.{c.id}": c.required.value for c in item.components if c.measure == "organ_five_ones"
        }
    return found


def read_targets(path: str | Path, rulebook: Rulebook) -> list[Target]:
    """Read a csv of targets that units set themselves: ``unit,what,value``; an empty path gives none.

    Raises
    ------
    NothingToRead
        If there is no such file.
    WrongUsage
        If a line names no unit or nothing that is asked of cadres, or its value is no number; all are listed.
    """
    if not str(path):
        return []
    if not Path(path).is_file():
        raise NothingToRead(f"没有这个文件 · there is no such file: {path}")
    try:
        lines = list(csv.DictReader(io.StringIO(decoded(Path(path).read_bytes()).text)))
    except (Unreadable, csv.Error):
        raise WrongUsage(f"不是可读的csv · not a csv that can be read: {path}") from None
    found = [_target(line, rulebook) for line in lines]
    problems = [f"第{n}行 row {n}: {told}" for n, told in enumerate(found, 2) if isinstance(told, str)]
    if problems:
        raise WrongUsage("\n".join(problems))
    return [target for target in found if not isinstance(target, str)]


def _target(line: Mapping[str, str | None], rulebook: Rulebook) -> Target | str:
    """Return a line as a target, or what is wrong with it."""
    unit = rulebook.units.match(line.get("unit") or "").unit
    what, known = (line.get("what") or "").strip(), asked(rulebook.rules)
    if unit is None:
        return f"没有单位“{line.get('unit')}” · no such unit"
    if what not in known:
        return f"没有“{what}”；有 {'、'.join(known)} · no such demand"
    value = (line.get("value") or "").strip()
    return (unit, what, float(value)) if _NUMBER.fullmatch(value) else f"“{value}”不是数 · no number"


def demands(rulebook: Rulebook, city: Rulebook, targets: Iterable[Target] = ()) -> pd.DataFrame:
    """Return where more is asked than the city asks: ``who`` (rulebook or unit), ``what``, ``asked``, ``city``.

    Parameters
    ----------
    rulebook : Rulebook
        The one in use.
    city : Rulebook
        The city's own.
    targets : iterable of (unit, what, value)
        Targets that units set themselves; ``what`` as in :func:`asked`.
    """
    import pandas as pd

    ours = asked(city.rules)
    own = ((rulebook.id, what, value) for what, value in asked(rulebook.rules).items())
    return pd.DataFrame(list(_above([*own, *targets], ours)), columns=COLUMNS)


def _above(found: Iterable[Target], city: Mapping[str, float]) -> Iterator[tuple[str, str, float, float]]:
    for who, what, value in found:
        if what in city and value > city[what]:
            yield who, what, value, city[what]


__all__ = ["asked", "demands", "read_targets"]
