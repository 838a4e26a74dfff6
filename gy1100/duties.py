"""The duties of the notice and their days: what is owed by whom, by when, watched by which department (三; 附件1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .periods import cadre_periods

if TYPE_CHECKING:
    import pandas as pd

    from .duty_rules import Duty
    from .rulebook import Rulebook

COLUMNS = ["duty", "task", "period", "owner", "clause", "departments", "start", "due"]


@dataclass(frozen=True)
class Term:
    """One occurrence of a duty: ``period`` (empty where it comes once), first day and due day, and who owes it."""

    duty: Duty
    period: str
    start: date
    due: date
    owners: tuple[str, ...]


def duties(rulebook: Rulebook) -> pd.DataFrame:
    """Return every duty of the notice, one row for each occurrence and owner, by due date.

    Returns
    -------
    DataFrame
        ``duty`` (task and period), ``task`` (its id in rules.yaml), ``period`` (quarter or cadre period, empty
        where it comes once), ``owner`` (city, unit, organ, cadres or a cadre type), ``clause``, ``departments``
        (joined by ``;``; annex 1), ``start`` and ``due`` (dates).
    """
    import pandas as pd

    rows = [
        row | {"owner": owner} for term in terms(rulebook) for row in [row_of(term)] for owner in term.owners
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def terms(rulebook: Rulebook) -> list[Term]:
    """Return every occurrence of every duty, by due date, then start, then in the order of the rules."""
    found = [term for duty in rulebook.rules.duties for term in _terms(duty, rulebook)]
    return sorted(found, key=lambda term: (term.due, term.start))


def _terms(duty: Duty, rulebook: Rulebook) -> Iterator[Term]:
    if duty.window:
        yield Term(duty, "", *rulebook.window(duty.window), duty.owners)
    elif duty.day:
        day = getattr(rulebook.rules.as_of, duty.day).value
        yield Term(duty, "", day, day, duty.owners)
    elif duty.each == "cadre_period":
        for p in cadre_periods(rulebook):
            yield Term(duty, p.id, p.start, p.end, (p.cadre_type,))
    else:
        for q in rulebook.quarters:
            yield Term(duty, q.id, q.start, q.deadline if duty.each == "deadline" else q.end, duty.owners)


def row_of(term: Term) -> dict[str, Any]:
    """Return what a term says in the columns of :func:`duties`, its owner left blank."""
    duty = term.duty
    name = f"{duty.id}/{term.period}" if term.period else duty.id
    watch = ";".join(duty.watch.departments)
    return dict(
        zip(COLUMNS, (name, duty.id, term.period, "", duty.clause, watch, term.start, term.due), strict=True)
    )
