"""What assessors decided, as an input: points of an item or the value of an element (scoring.md §3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import NothingToRead, Refused, WrongUsage
from .findings import Finding
from .names import folded
from .words import both

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .rulebook import Rulebook

LOCAL = timezone(timedelta(hours=8))
WORDS = {"有": Decimal(1), "部分": Decimal("0.5"), "无": Decimal(0)}

_POINTS = re.compile(r"[+]?(?:\d{1,9}(?:[.]\d{0,40})?|[.]\d{1,40})")


@dataclass(frozen=True)
class Decision:
    """One decision on a unit's item, or on one of its elements.

    ``value`` is points for an item and 1, 0.5 or 0 for an element; it holds from ``valid_from`` on
    (None = always). ``seq`` is its entry in a ledger and ``computed_then`` the item's computed points when it was
    taken; None for a decisions file.
    """

    unit: str
    item: str
    element: str | None
    value: Decimal
    assessor: str
    time: datetime
    valid_from: date | None
    reason: str
    evidence: str
    seq: int | None = None
    computed_then: Decimal | None = None


@dataclass(frozen=True)
class Contest:
    """What a unit contests in its score and nobody has answered yet (right of reply)."""

    seq: int
    unit: str
    item: str
    element: str | None
    time: datetime
    statement: str


@dataclass(frozen=True)
class SignOff:
    """A result that was signed: of which day, which version, by whom, and the hash of what it was made from."""

    seq: int
    as_of: date
    version: int
    assessor: str
    time: datetime
    facts_hash: str
    reopened: bool


@dataclass(frozen=True)
class Check:
    """What a spot check found of a log of a unit, as it was entered at the desk."""

    seq: int
    log_id: str
    method: str
    outcome: str
    checked_on: date
    unit: str = ""


@dataclass(frozen=True)
class Record:
    """What a ledger says besides the decisions in force.

    Attributes
    ----------
    head : str
        ``SEQ:HASH`` of the entry up to which it was read.
    four_eyes : bool
        Whether only confirmed decisions are in force.
    waiting : tuple of Decision
        Decisions, or withdrawals of one, that a second assessor has not confirmed; the last on each thing.
    contests : tuple of Contest
        Open replies of units.
    signed : tuple of SignOff
        All signatures, reopened ones too.
    checks : tuple of Check
        Spot checks entered at the desk, which the register of an assessment gains.
    """

    head: str
    four_eyes: bool = False
    waiting: tuple[Decision, ...] = ()
    contests: tuple[Contest, ...] = ()
    signed: tuple[SignOff, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Standing:
    """The decisions that hold on one day, by what they decide."""

    items: Mapping[tuple[str, str], Decision]
    elements: Mapping[tuple[str, str], Decision]


@dataclass(frozen=True)
class Decisions:
    """Decisions in the order in which they were recorded; ``name`` and ``sha256`` or ``record`` say from where."""

    entries: tuple[Decision, ...] = ()
    name: str = ""
    sha256: str = ""
    record: Record | None = None

    @property
    def checks(self) -> tuple[Check, ...]:
        """Return the spot checks that were entered in the ledger."""
        return self.record.checks if self.record else ()

    def told(self) -> list[dict[str, str | None]]:
        """Return the decisions as a manifest tells them: what was set and since when; not by whom and why."""
        return [
            {
                "unit": d.unit, "item": d.item, "element": d.element, "value": f"{d.value:f}",
                "time": d.time.isoformat(), "valid_from": d.valid_from.isoformat() if d.valid_from else None,
            }
            for d in self.entries
        ]  # fmt: skip

    def standing(self, as_of: date) -> Standing:
        """Return the decisions that hold on a day: of several on one thing the latest (time, then order)."""
        holding = [d for d in self.entries if d.valid_from is None or d.valid_from <= as_of]
        holding.sort(key=lambda d: d.time)
        items = {(d.unit, d.item): d for d in holding if d.element is None}
        return Standing(items, {(d.unit, d.element): d for d in holding if d.element is not None})


def read_decisions(path: str | Path, rulebook: Rulebook, *, four_eyes: bool = False) -> Decisions:
    """Read decisions from a csv file, a workbook (outputs.md, Decisions file) or a ledger, by file or URL.

    Raises
    ------
    NothingToRead
        If there is no such file.
    WrongUsage
        If confirmed decisions are demanded of a file, which knows no confirmation.
    Refused
        If any row names an unknown unit, item or element, or sets a value that is not allowed, or the ledger's chain
        is broken; all are listed.
    """
    from .ledger import is_ledger, ledger_decisions

    if is_ledger(path):
        return ledger_decisions(path, rulebook, four_eyes=four_eyes)
    if four_eyes:
        raise WrongUsage(both("ledger.four_eyes_file", name=Path(path).name))
    return _read_file(Path(path), rulebook)


def _read_file(path: Path, rulebook: Rulebook) -> Decisions:
    import hashlib

    from .evidence import read_table

    if not path.is_file():
        raise NothingToRead(f"没有决定文件：{path} · no such decisions file")
    table, findings = read_table(path, "decisions", rulebook)
    entries = []
    for row in table.to_pylist():
        problems = list(problems_of(row, rulebook))
        findings += [
            Finding("error", path.name, "", row["row"], column, str(row[column] or ""), code, args)
            for column, code, args in problems
        ]
        if not problems:
            entries.append(_decision(row, rulebook))
    if any(f.severity == "error" for f in findings):
        raise Refused(findings)
    return Decisions(tuple(entries), path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def _decision(row: Mapping[str, str | None], rulebook: Rulebook) -> Decision:
    name = _unit(row, rulebook)
    value, valid_from = parsed_value(row["value"]), _day(row["valid_from"])
    time = _time(row["time"])
    assert name and value is not None and time is not None
    return Decision(
        name, str(row["item"]), row["element"] or None, value, str(row["assessor"]), time, valid_from,
        str(row["reason"]), row["evidence"] or "",
    )  # fmt: skip


def problems_of(
    row: Mapping[str, str | None], rulebook: Rulebook
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield what is wrong with a decision as it was written: column, code of the finding, what to put in its words."""
    unit = _unit(row, rulebook)
    if unit is None:
        yield "unit", "decision_unit", {}
    elif unit == own_unit(row["assessor"] or "", rulebook.rules.assessors):
        yield "assessor", "ledger_home", {"unit": unit}
    yield from _item_problems(row, rulebook)
    for column in ("assessor", "reason"):
        if not (row[column] or "").strip():
            yield column, "decision_blank", {}
    if _time(row["time"]) is None:
        yield "time", "decision_time", {}
    if row["valid_from"] and _day(row["valid_from"]) is None:
        yield "valid_from", "decision_day", {}


def own_unit(assessor: str, homes: Mapping[str, str]) -> str | None:
    """Return the own unit of an assessor, which somebody else must judge; None where none is known."""
    return {folded(name): unit for name, unit in homes.items()}.get(folded(assessor))


def _item_problems(
    row: Mapping[str, str | None], rulebook: Rulebook
) -> Iterator[tuple[str, str, dict[str, str]]]:
    items = {item.id: item for item in rulebook.items}
    item = items.get(row["item"] or "")
    if item is None:
        yield "item", "decision_item", {"allowed": "、".join(items)}
        return
    elements = [e for c in item.components for e in getattr(c, "elements", ())]
    if row["element"] and row["element"] not in elements:
        yield "element", "decision_element", {"allowed": "、".join(elements) or "—"}
    value, most = parsed_value(row["value"]), Decimal(str(item.points.value))
    if row["element"] and value not in set(WORDS.values()):
        yield "value", "decision_element_value", {}
    elif not row["element"] and (_is_word(row["value"]) or value is None or not 0 <= value <= most):
        yield "value", "decision_value", {"most": f"{most.normalize():f}"}


def _unit(row: Mapping[str, str | None], rulebook: Rulebook) -> str | None:
    return rulebook.units.match(row["unit"] or "").unit


def _is_word(given: str | None) -> bool:
    """Whether a value is an element's 有, 部分 or 无, which are no points of an item."""
    return (given or "").strip() in WORDS


def parsed_value(given: str | None) -> Decimal | None:
    """Return points, or an element's 有, 部分 or 无, as a number; None where it is none."""
    text = (given or "").strip()
    if text in WORDS:
        return WORDS[text]
    return Decimal(text) if _POINTS.fullmatch(text) else None


def _time(text: str | None) -> datetime | None:
    """Return a moment in local time; one without a zone is local already."""
    try:
        moment = datetime.fromisoformat((text or "").strip().replace("/", "-"))
    except ValueError:
        return None
    return moment.replace(tzinfo=LOCAL) if moment.tzinfo is None else moment.astimezone(LOCAL)


def _day(text: str | None) -> date | None:
    moment = _time(text) if text else None
    return moment.date() if moment else None


def as_decisions(
    given: Decisions | Iterable[Decision] | str | Path | None, rulebook: Rulebook, *, four_eyes: bool = False
) -> Decisions:
    """Return decisions from whatever an assessment was given: none, a file, a ledger, a list or Decisions."""
    if isinstance(given, Decisions):
        return given
    if isinstance(given, (str, Path)):
        return read_decisions(given, rulebook, four_eyes=four_eyes) if str(given) else Decisions()
    return Decisions(tuple(given or ()))
