"""What assessors decided, as an input: points of an item or the value of an element (scoring.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import NothingToRead, Refused
from .findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .rulebook import Rulebook

LOCAL = timezone(timedelta(hours=8))
WORDS = {"有": Decimal(1), "部分": Decimal("0.5"), "无": Decimal(0)}


@dataclass(frozen=True)
class Decision:
    """One decision on a unit's item, or on one of its elements.

    ``value`` is points for an item and 1, 0.5 or 0 for an element; it holds from ``valid_from`` on
    (None = always).
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


@dataclass(frozen=True)
class Standing:
    """The decisions that hold on one day, by what they decide."""

    items: Mapping[tuple[str, str], Decision]
    elements: Mapping[tuple[str, str], Decision]


@dataclass(frozen=True)
class Decisions:
    """Decisions in the order in which they were recorded; ``name`` and ``sha256`` say from where."""

    entries: tuple[Decision, ...] = ()
    name: str = ""
    sha256: str = ""

    def standing(self, as_of: date) -> Standing:
        """Return the decisions that hold on a day: of several on one thing the latest (time, then order)."""
        holding = [d for d in self.entries if d.valid_from is None or d.valid_from <= as_of]
        holding.sort(key=lambda d: d.time)
        items = {(d.unit, d.item): d for d in holding if d.element is None}
        return Standing(items, {(d.unit, d.element): d for d in holding if d.element is not None})


def read_decisions(path: str | Path, rulebook: Rulebook) -> Decisions:
    """Read a decisions file, csv or workbook (outputs.md, Decisions file).

    Raises
    ------
    NothingToRead
        If there is no such file.
    Refused
        If any row names an unknown unit, item or element, or sets a value that is not allowed; all are listed.
    """
    import hashlib

    from .evidence import read_table

    path = Path(path)
    if not path.is_file():
        raise NothingToRead(f"没有决定文件：{path} · no such decisions file")
    table, findings = read_table(path, "decisions", rulebook)
    entries = []
    for row in table.to_pylist():
        problems = list(_problems(row, rulebook))
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
    value, valid_from = _value(row), _day(row["valid_from"])
    time = _time(row["time"])
    assert name and value is not None and time is not None
    return Decision(
        name, str(row["item"]), row["element"] or None, value, str(row["assessor"]), time, valid_from,
        str(row["reason"]), row["evidence"] or "",
    )  # fmt: skip


def _problems(row: Mapping[str, str | None], rulebook: Rulebook) -> Iterator[tuple[str, str, dict[str, str]]]:
    if _unit(row, rulebook) is None:
        yield "unit", "decision_unit", {}
    yield from _item_problems(row, rulebook)
    for column in ("assessor", "reason"):
        if not (row[column] or "").strip():
            yield column, "decision_blank", {}
    if _time(row["time"]) is None:
        yield "time", "decision_time", {}
    if row["valid_from"] and _day(row["valid_from"]) is None:
        yield "valid_from", "decision_day", {}


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
    value, most = _value(row), Decimal(str(item.points.value))
    if row["element"] and value not in set(WORDS.values()):
        yield "value", "decision_element_value", {}
    elif not row["element"] and (value is None or not 0 <= value <= most):
        yield "value", "decision_value", {"most": f"{most.normalize():f}"}


def _unit(row: Mapping[str, str | None], rulebook: Rulebook) -> str | None:
    return rulebook.units.match(row["unit"] or "").unit


def _value(row: Mapping[str, str | None]) -> Decimal | None:
    text = (row["value"] or "").strip()
    try:
        value = WORDS.get(text) if text in WORDS else Decimal(text)
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


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


def as_decisions(given: Decisions | Iterable[Decision] | str | Path | None, rulebook: Rulebook) -> Decisions:
    """Return decisions from whatever an assessment was given: none, a file, a list or Decisions."""
    if isinstance(given, Decisions):
        return given
    if isinstance(given, (str, Path)):
        return read_decisions(given, rulebook) if str(given) else Decisions()
    return Decisions(tuple(given or ()))
