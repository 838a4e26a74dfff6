"""Commands that run a single notebook and publish what it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .preparation import check_paths, rulebook_of, say_where, taken, today, with_day
from .runner import notebook_run
from .words import text
from .workplace import workplace

if TYPE_CHECKING:
    from .order import Order

__all__ = ["bulletin", "calendar", "ranking", "robustness", "screens"]


def screens(order: Order, targets: Path | None = None) -> None:
    """Write the clean-conduct signals as a list for checking.

    Raises
    ------
    Refused
        If the exports hold errors and they were not set aside.
    """
    check_paths(order, targets)
    values = {"names": order.names, "targets": str(targets.resolve()) if targets else ""}
    one_notebook(order, "screens", values, ("screens.html", "screens.xlsx"))


def bulletin(order: Order, quarter: str, template: Path | None = None) -> None:
    """Write the bulletin of a quarter, as of its end unless the order says otherwise.

    Raises
    ------
    Gy1100Error
        With the exit status of ``outputs.md``.
    """
    from .bulletin import quarter_of

    check_paths(order, template)
    end = quarter_of(rulebook_of(order), quarter).end
    own = {
        "quarter": quarter,
        "template": str(template.resolve()) if template else "",
        "four_eyes": order.four_eyes,
    }
    order = replace(order, as_of=order.as_of or end.isoformat())
    one_notebook(order, "quarterly_bulletin", own, ("quarterly_bulletin.html", "bulletin.docx"))


def ranking(order: Order, cache: Path | None = None) -> None:
    """Write a day's ranking and its movement, by default today's; files that did not change are not read again.

    Raises
    ------
    Gy1100Error
        With the exit status of ``outputs.md``.
    """
    from .cache import FOLDER

    check_paths(order)
    order = today(order, rulebook_of(order))
    own = {"cache": str((cache or FOLDER).resolve()), "four_eyes": order.four_eyes}
    one_notebook(order, "daily_ranking", own, ("daily_ranking.html", "ranking.csv"))


def calendar(order: Order) -> None:
    """Write the calendar of duties; with exports also how each unit stands.

    Raises
    ------
    Gy1100Error
        With the exit status of ``outputs.md``.
    """
    check_paths(order)
    one_notebook(order, "calendar", {}, ("calendar.html", "calendar.ics", "duties.csv"))


def robustness(order: Order, drawn: Mapping[str, Any]) -> None:
    """Write what the ranking depends on.

    Raises
    ------
    Refused
        If the exports hold errors and they were not set aside.
    """
    check_paths(order)
    values = {"four_eyes": order.four_eyes, **drawn}
    one_notebook(order, "robustness", values, ("robustness.html", "units.csv", "readings.csv"))


def one_notebook(order: Order, name: str, own: Mapping[str, Any], made: Sequence[str]) -> None:
    """Run one notebook as of the order's day and publish what it made."""
    order = with_day(order, rulebook_of(order))
    values = taken(name, order.parameters(out=".", **own))
    bar = {"desc": text(f"cli.{name}", order.lang), "unit": "", "leave": True}
    with workplace(order.folder) as place:
        work = notebook_run(name, values, place.stage / name, progress=bar)
        place.finish(order, place.interrupts.wait(place.kernel().submit(work)))
    say_where(order, *made)
