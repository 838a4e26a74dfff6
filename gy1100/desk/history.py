"""Entries of the ledger in words, each with the forms of what may still be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ..report.markup import joined, tag
from ..report.tables import element_words
from .controls import entry_form, text_field
from .dossier import DECIDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..ledger import Entry
    from .dossier import Dossier


def history(entries: Iterable[Entry], dossier: Dossier) -> Markup:
    """Return entries of the ledger, latest first, each with what may still be done about it."""
    rows = [
        tag("li", entry_words(entry, dossier), _acts(entry, dossier)) for entry in reversed(list(entries))
    ]
    return (
        tag("h3", dossier.say("history")) + tag("ol", joined(rows), class_="gy-history")
        if rows
        else Markup("")
    )


def entry_words(entry: Entry, dossier: Dossier) -> Markup:
    """Return an entry in words: number, time, who, what, old and new value, reason and evidence."""
    voice = dossier.voice
    value = f"{entry.computed_then or '—'} → {entry.value}" if entry.action in DECIDING else entry.value
    where = f"{voice.unit(entry.unit)} {voice.item(entry.item)}" if entry.item else voice.unit(entry.unit)
    what = voice.listing(w for w in (where, element_words(entry.element, voice), value) if w)
    about = dossier.say("entry.about", seq=entry.refers_to) if entry.refers_to else ""
    head = tag("b", f"{entry.seq}. {dossier.say(f'action.{entry.action}')} ", what)
    when = tag("span", f" {entry.assessor} · {entry.time[:16].replace('T', ' ')} {about}", class_="gy-soft")
    why = tag("p", voice.listing(w for w in (entry.reason, entry.evidence) if w))
    return head + when + why


def _acts(entry: Entry, dossier: Dossier) -> Markup:
    """Return the forms that confirm, withdraw or answer an entry."""
    return joined(
        entry_form(
            {
                "action": act,
                "refers_to": entry.seq,
                "unit": entry.unit,
                "item": entry.item,
                "seen": dossier.head,
            },
            text_field(dossier.say(f"why.{act}"), "reason", required=act != "confirm"),
            tag("button", dossier.say(f"act.{act}"), type="submit", class_="gy-plain"),
            id=f"act-{entry.seq}-{act}",
        )
        for act in dossier.acts_on(entry)
    )
