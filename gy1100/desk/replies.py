"""The right of reply: what units contest, the answers, and the decisions that followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..report.markup import joined, tag
from .controls import entry_form, options_field, text_field
from .history import history

if TYPE_CHECKING:
    from markupsafe import Markup

    from .dossier import Dossier
    from .state import State

THREAD = ("contest", "answer")


def replies(state: State, dossier: Dossier) -> Markup:
    """Return the tab: the form to contest, what is open, and every thread so far."""
    open_ = {contest.seq for contest in dossier.contests()}
    waiting = [e for e in dossier.ours if e.seq in open_]
    threads = [e for e in dossier.ours if e.action in THREAD and e.seq not in open_]
    count = tag("p", dossier.say("replies.open", n=len(waiting)))
    left = tag("section", tag("h2", dossier.say("replies.new")), _contest(dossier))
    right = tag("section", tag("h2", dossier.say("replies.title")), count, history(waiting, dossier))
    done = (
        tag("section", tag("h2", dossier.say("replies.done")), history(threads, dossier)) if threads else ""
    )
    note = tag("p", dossier.say("replies.note", day=dossier.voice.day(state.as_of)), class_="gy-soft")
    return joined((note, tag("div", right, left, class_="gy-two"), done))


def _contest(dossier: Dossier) -> Markup:
    voice, book = dossier.voice, dossier.rulebook
    units = [(unit.name, voice.unit(unit.name)) for unit in book.units]
    items = [(item.id, voice.item(item.id)) for item in book.items]
    return entry_form(
        {"action": "contest", "seen": dossier.head},
        options_field(voice.say("col.unit"), "unit", units),
        options_field(voice.say("col.item"), "item", items),
        text_field(dossier.say("replies.statement"), "reason", long=True, required=True),
        text_field(dossier.say("evidence_ref"), "evidence"),
        tag("button", dossier.say("replies.send"), type="submit", class_="gy-main"),
        id="form-contest",
    )
