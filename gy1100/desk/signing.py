"""The sign-off: a result of a day is frozen by its hash, and opened again only with a reason, as another version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ledger import sign_off_draft
from ..manifest import facts_of
from ..report.ledger_lines import signature_lines
from ..report.markup import tag
from ..report.sections import paragraphs
from .controls import entry_form, text_field
from .history import history

if TYPE_CHECKING:
    from markupsafe import Markup

    from .dossier import Dossier
    from .state import State

ACTS = ("sign_off", "reopen")


def signing(state: State, dossier: Dossier) -> Markup:
    """Return what is signed of the day that is looked at, the form that signs or opens it, and all before."""
    result = dossier.result(state.as_of)
    record = result.decisions.record
    signed = [s for s in (record.signed if record else ()) if s.as_of == state.as_of and not s.reopened]
    entry = _reopening(signed[-1].seq, dossier) if signed else _signature(state, dossier)
    act = str(entry["action"])
    form = entry_form(
        entry,
        tag("p", dossier.say(f"{act}.note", day=dossier.voice.day(state.as_of)), class_="gy-soft"),
        text_field(dossier.say("reason"), "reason", required=True),
        tag("button", dossier.say(f"act.{act}"), type="submit", class_="gy-plain"),
        id=f"form-{act}-{state.as_of}",
    )
    before = [e for e in dossier.ours if e.action in ACTS and e.day == state.as_of]
    lines = paragraphs(*signature_lines(result, dossier.voice))
    return tag("section", tag("h2", dossier.say("signing")), lines, form, history(before, dossier))


def _signature(state: State, dossier: Dossier) -> dict[str, object]:
    """Return the fields of the entry that signs the result as it now is."""
    result = dossier.result(state.as_of)
    facts = facts_of(result.evidence, result.rulebook, as_of=result.as_of, decisions=result.decisions)
    draft = sign_off_draft(facts, assessor="", reason="")
    return {
        "action": draft.action, "valid_from": state.as_of.isoformat(), "evidence": draft.evidence,
        "evidence_hash": draft.evidence_hash, "seen": dossier.head,
    }  # fmt: skip


def _reopening(seq: int, dossier: Dossier) -> dict[str, object]:
    return {"action": "reopen", "refers_to": seq, "seen": dossier.head}
