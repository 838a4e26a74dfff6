"""What every command does before and after its notebooks: check the order, tell where to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import console
from .decisions import LOCAL
from .errors import NothingToRead, WrongUsage
from .ledger import is_ledger
from .parameters import takes
from .resources import notebook_path
from .words import both, text

if TYPE_CHECKING:
    from .order import Order
    from .rulebook import Rulebook


SERVED = "review"  # the command that writes no folder


def check_paths(order: Order, *more: Path | None) -> None:
    """Refuse paths that are not there, and an output folder that holds the exports or lies in them."""
    for path in filter(None, (order.exports, order.decisions, order.corrections, order.since, *more)):
        if isinstance(path, Path):
            _check_path(path)
    if order.exports is not None and order.command != SERVED:
        out, exports = order.folder.resolve(), order.exports.resolve()
        if out == exports or out in exports.parents or exports in out.parents:
            raise WrongUsage(both("cli.out_and_exports", out=order.folder, exports=order.exports))


def _check_path(path: Path) -> None:
    try:
        if not path.exists() and not is_ledger(path):
            raise NothingToRead(both("cli.no_such_path", path=path))
        if path.is_file():
            path.open("rb").close()
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise NothingToRead(both("cli.unreadable_path", path=path, reason=reason)) from None


def check_engine(order: Order) -> None:
    """Refuse an engine that cannot be had, before anything is read."""
    if order.engine:
        from .spark import checked_place

        checked_place(order.engine)


def rulebook_of(order: Order) -> Rulebook:
    """Return the rulebook of an order."""
    from .rulebook import load_rulebook

    return load_rulebook(order.rulebook)


def with_day(order: Order, rulebook: Rulebook) -> Order:
    """Return the order with its day, by default the rulebook's, checked."""
    from .periods import checked_day

    usual = rulebook.rules.as_of.mid_year if order.command == "mid-year" else rulebook.rules.as_of.year_end
    day = checked_day(order.as_of or usual.value, rulebook)
    return replace(order, as_of=day.isoformat())


def today(order: Order, rulebook: Rulebook) -> Order:
    """Return the order with its day, by default today or the last day of the scored windows, whichever is earlier."""
    if order.as_of:
        return order
    day = min(datetime.now(LOCAL).date(), rulebook.last_day)
    return replace(order, as_of=max(rulebook.rules.as_of.first.value, day).isoformat())


def taken(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that a notebook has parameters for."""
    notebook = notebook_path(name)
    return {key: value for key, value in values.items() if takes(notebook, key)}


def say_where(order: Order, *names: str) -> None:
    """Tell where to look."""
    console.say(text("cli.look", order.lang))
    for name in names:
        console.say(f"  {order.folder / name}")
