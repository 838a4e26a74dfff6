"""What may be entered: every rule that an entry must fit before it is written, all that it breaks told at once."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ..decisions import own_unit, parsed_value, problems_of
from ..errors import Gy1100Error
from ..findings import Finding
from ..names import folded, has_hidden
from ..texts import ID_NUMBER, PHONE, masked, masked_name
from ..words import both
from .entries import ACTIONS, SETS, Draft, Entry
from .frames import frame_problems, seed_problems
from .standing import open_contests, signatures, taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..rulebook import Rulebook

MOST_TEXT = 4000  # characters of a reason or a reference
JUDGING = (*SETS, "confirm", "withdraw", "answer", "record_check")
BEARING = (*SETS, "confirm", "withdraw", "record_check")
DRAWING = ("freeze_frame", "enter_seed")
# what each action may refer to; those in NEEDED must
_BEFORE = (*SETS, "contest", "answer")
REFERS = {
    "set_item": _BEFORE,
    "set_element": _BEFORE,
    "confirm": (*SETS, "withdraw"),
    "withdraw": SETS,
    "answer": ("contest",),
    "reopen": ("sign_off",),
    "enter_seed": ("freeze_frame",),
}
NEEDED = ("confirm", "withdraw", "answer", "reopen", "enter_seed")
UNEXPLAINED = ("confirm", "freeze_frame", "enter_seed", "record_check")
EVIDENCED = (*SETS, "sign_off", "freeze_frame", "record_check")
_IN_WORDS = "[\n\u200d]"  # line ends, and what joins pictures to one
_SHA256 = re.compile(r"[0-9a-f]{64}")
Problem = tuple[str, str, dict[str, str]]


class Overtaken(Gy1100Error):
    """Somebody entered something about the same thing meanwhile; nothing was written.

    Attributes
    ----------
    entry : Entry
        What the assessor must see first.
    """

    exit_code = 75

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        told = {"assessor": entry.assessor, "time": entry.time[:16], "seq": entry.seq}
        said = {"value": entry.value or "—", "reason": entry.reason or "—"}
        super().__init__(both("ledger.overtaken", **told, **said))


@dataclass(frozen=True)
class Situation:
    """What a draft is judged by.

    Attributes
    ----------
    entries : sequence of Entry
        All entries so far.
    rulebook : Rulebook
    homes : mapping of str to str
        Unit by assessor: nobody judges the own one; those of the rulebook hold besides.
    """

    entries: Sequence[Entry]
    rulebook: Rulebook
    homes: Mapping[str, str]

    def entry(self, seq: int | None) -> Entry | None:
        """Return an entry by its number, None where there is none."""
        return self.entries[seq - 1] if seq and 0 < seq <= len(self.entries) else None


def tidied(draft: Draft, situation: Situation) -> Draft:
    """Return a draft as it would be entered: texts in NFC without phone and id numbers, the unit by its name.

    What it refers to gives the unit, item, element and day it does not name itself; a decision on what was decided
    before refers to that.
    """
    exact = ("evidence",) if draft.action == "record_check" else ()  # the log's id
    texts: dict[str, Any] = {
        k: v if k in exact else _tidy(k, v) for k, v in asdict(draft).items() if isinstance(v, str)
    }
    draft = replace(draft, **texts)
    draft = replace(draft, element=draft.element or None)
    known = situation.rulebook.units.match(draft.unit).unit if draft.unit else None
    draft = replace(draft, unit=known or draft.unit)
    if draft.action in SETS and draft.refers_to is None:
        draft = replace(draft, refers_to=_former(draft, situation))
    return _completed(draft, situation)


def _tidy(name: str, text: str) -> str:
    tidy = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ").strip()
    if name == "reason":
        return masked(tidy)
    if name in ("evidence", "unit", "assessor"):
        return masked_name(tidy) if "://" in tidy else masked(tidy)
    return tidy


def _former(draft: Draft, situation: Situation) -> int | None:
    """Return the latest decision on the very same thing."""
    thing = (situation.rulebook.id, draft.unit, draft.item, draft.element)
    same = (e for e in reversed(situation.entries) if e.action in SETS)
    return next((e.seq for e in same if (e.rulebook, e.unit, e.item, e.element) == thing), None)


def _completed(draft: Draft, situation: Situation) -> Draft:
    to = situation.entry(draft.refers_to)
    if to is None:
        return draft
    day = draft.valid_from or (None if draft.action in SETS else to.day)
    return replace(
        draft, unit=draft.unit or to.unit, item=draft.item or to.item, valid_from=day,
        element=draft.element if draft.action in SETS else draft.element or to.element,
    )  # fmt: skip


def overtaken_by(draft: Draft, situation: Situation, seen: int) -> Entry | None:
    """Return the latest entry about the draft's thing that the assessor has not seen, None where there is none.

    A signature is about everything: it is overtaken by any entry.
    """
    unseen = [e for e in situation.entries[max(seen, 0) :] if e.rulebook == situation.rulebook.id]
    if draft.action == "record_check":  # of different logs
        unseen = [e for e in unseen if (e.action, e.evidence) == (draft.action, draft.evidence)]
    elif draft.action in DRAWING:  # what is drawn from, and by which seed, is of one ledger
        unseen = [e for e in unseen if e.action in DRAWING]
    elif draft.action not in ("sign_off", "reopen"):
        unseen = [e for e in unseen if e.concerns(draft.unit, draft.item, draft.element)]
    return unseen[-1] if unseen else None


def problems(draft: Draft, situation: Situation) -> list[Finding]:
    """Return everything that forbids a draft."""
    if draft.action not in ACTIONS:
        return [Finding("error", column="action", value=str(draft.action), code="ledger_action")]
    found = [
        *_text_problems(draft), *_thing_problems(draft, situation), *_reference_problems(draft, situation),
        *_person_problems(draft, situation), *_signature_problems(draft, situation),
    ]  # fmt: skip
    shown = {name: "" if value is None else str(value) for name, value in asdict(draft).items()}
    unique = {(column, code): args for column, code, args in reversed(found)}
    return [
        Finding("error", "", "", None, c, shown.get(c, "")[:80], code, args)
        for (c, code), args in unique.items()
    ]


def _text_problems(draft: Draft) -> Iterator[Problem]:
    needed = {
        "assessor": True,
        "reason": draft.action not in UNEXPLAINED,
        "evidence": draft.action in EVIDENCED,
    }
    for name, text in asdict(draft).items():
        if not isinstance(text, str):
            continue
        if needed.get(name) and not text:
            yield name, "ledger_evidence" if name == "evidence" else "decision_blank", {}
        if has_hidden(re.sub(_IN_WORDS, "", text) if name == "reason" else text):
            yield name, "ledger_hidden", {}
        if len(text) > MOST_TEXT:
            yield name, "ledger_long", {"most": str(MOST_TEXT)}
    hashed = draft.evidence_hash or draft.action in ("sign_off", "freeze_frame")
    if hashed and not _SHA256.fullmatch(draft.evidence_hash):
        yield "evidence_hash", "ledger_hash", {}


def _thing_problems(draft: Draft, situation: Situation) -> Iterator[Problem]:
    if draft.action in SETS:
        yield from _decision_problems(draft, situation.rulebook)
    elif draft.action == "contest":
        row = _row(draft) | {"value": "0"}
        yield from (p for p in problems_of(row, situation.rulebook) if p[0] in ("unit", "item", "element"))
    elif draft.action == "sign_off" and draft.valid_from is None:
        yield "valid_from", "decision_day", {}
    elif draft.action == "freeze_frame":
        yield from frame_problems(draft, situation)
    elif draft.action == "enter_seed":
        yield from seed_problems(draft, situation)
    elif draft.action == "record_check":
        yield from _check_problems(draft, situation.rulebook)


def _check_problems(draft: Draft, rulebook: Rulebook) -> Iterator[Problem]:
    """A check is one of the register's: its outcome and method are the register's words, its unit is one."""
    if draft.unit not in rulebook.units.names:
        yield "unit", "decision_unit", {}
    columns = rulebook.tables["spot_checks"].by_id
    for name, column, value in (("value", "outcome", draft.value), ("element", "method", draft.element)):
        if value not in columns[column].choices:
            yield name, "ledger_check", {"allowed": "、".join(columns[column].choices)}
    if draft.valid_from is None:
        yield "valid_from", "decision_day", {}


def _row(draft: Draft) -> dict[str, str | None]:
    day = draft.valid_from.isoformat() if draft.valid_from else ""
    names = ("unit", "item", "element", "value", "assessor", "reason")
    return {name: getattr(draft, name) for name in names} | {"valid_from": day, "time": "2017-01-01"}


def _decision_problems(draft: Draft, rulebook: Rulebook) -> Iterator[Problem]:
    yield from problems_of(_row(draft), rulebook)
    if (draft.action == "set_element") != (draft.element is not None):
        yield "element", "ledger_element", {}
    if draft.valid_from is None:
        yield "valid_from", "decision_day", {}
    if draft.computed_then and parsed_value(draft.computed_then) is None:
        yield "computed_then", "ledger_computed", {}


def _reference_problems(draft: Draft, situation: Situation) -> Iterator[Problem]:
    if draft.refers_to is None:
        if draft.action in NEEDED:
            yield "refers_to", "ledger_refers", {}
        return
    to = situation.entry(draft.refers_to)
    fits = (
        to is not None and to.action in REFERS.get(draft.action, ()) and to.rulebook == situation.rulebook.id
    )
    if to is None or not fits or not _same_thing(draft, to):
        yield "refers_to", "ledger_refers", {}
    else:
        yield from _state_problems(draft, to, situation.entries)


def _same_thing(draft: Draft, to: Entry) -> bool:
    """Whether a draft is about what it refers to; a decision may follow a contest of the item with an element."""
    if draft.action in SETS:
        return to.concerns(draft.unit, draft.item, draft.element)
    return (draft.unit, draft.item, draft.element, draft.valid_from) == (to.unit, to.item, to.element, to.day)


def _state_problems(draft: Draft, to: Entry, entries: Sequence[Entry]) -> Iterator[Problem]:
    if draft.action == "confirm":
        if folded(draft.assessor) == folded(to.assessor):
            yield "assessor", "ledger_second", {}
        if any(e.action == "confirm" and e.refers_to == to.seq for e in entries):
            yield "refers_to", "ledger_confirmed", {}
    if draft.action in ("confirm", "withdraw") and to.seq in taken_back(entries):
        yield "refers_to", "ledger_withdrawn", {}
    if draft.action == "answer" and to.seq not in {c.seq for c in open_contests(entries)}:
        yield "refers_to", "ledger_answered", {}
    if draft.action == "reopen" and any(s.seq == to.seq and s.reopened for s in signatures(entries)):
        yield "refers_to", "ledger_reopened", {}


def _person_problems(draft: Draft, situation: Situation) -> Iterator[Problem]:
    if PHONE in draft.assessor or ID_NUMBER in draft.assessor:
        yield "assessor", "ledger_person", {}
    homes = situation.rulebook.rules.assessors, situation.homes
    if draft.action in JUDGING and draft.unit and draft.unit in {own_unit(draft.assessor, h) for h in homes}:
        yield "assessor", "ledger_home", {"unit": draft.unit}


def _signature_problems(draft: Draft, situation: Situation) -> Iterator[Problem]:
    """A signed result is not changed by what bears on its day; a second signature on one day wants a re-opening."""
    day = draft.valid_from
    signed = [s for s in signatures(situation.entries, situation.rulebook.id) if not s.reopened]
    if draft.action == "sign_off":
        hit = [s for s in signed if s.as_of == day]
    else:
        hit = [s for s in signed if draft.action in BEARING and day is not None and day <= s.as_of]
    for s in hit:
        yield (
            "valid_from",
            "ledger_signed",
            {"day": s.as_of.isoformat(), "version": str(s.version), "by": s.assessor},
        )
