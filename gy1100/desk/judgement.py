"""The judgement desk: the queue, the evidence of the open place, and the form that decides it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..report.explained import explained, names_of
from ..report.markup import joined, tag
from ..report.tables import element_words
from ..report.voice import number
from .controls import button, choice, entry_form, options_field, text_field
from .history import history
from .queue import Place, elements_of, place_of, queue

if TYPE_CHECKING:
    from .dossier import Dossier
    from .state import State

GRADES = ("1", "0.5", "0")


def judgement(state: State, dossier: Dossier) -> Markup:
    """Return the tab."""
    places = queue(dossier, state.as_of)
    here = place_of(state.place, dossier) or (places[0] if places else None)
    left = tag("aside", _queue(places, here, dossier), _any_place(here, dossier), class_="gy-queue")
    right = _open(here, state, dossier) if here else tag("p", dossier.say("queue.empty"))
    return tag("div", left, tag("section", right), class_="gy-desk-two")


def _queue(places: tuple[Place, ...], here: Place | None, dossier: Dossier) -> Markup:
    keys = [p.key for p in places]
    at = keys.index(here.key) if here and here.key in keys else -1
    steps = joined(
        button(
            dossier.say(f"queue.{name}"),
            "place",
            keys[(at + step) % len(keys)],
            data_keys=key,
            class_="gy-plain",
        )
        for name, step, key in (("previous", -1, "k"), ("next", 1, "j"))
        if keys
    )
    rows = [
        tag("li", button(_place_words(p, dossier), "place", p.key, on=n == at)) for n, p in enumerate(places)
    ]
    screen = button(dossier.say("queue.screen"), "screen", class_="gy-quiet")
    return joined(
        (
            tag("h3", dossier.say("queue", n=len(places))),
            tag("p", steps, class_="gy-walk"),
            tag("ol", joined(rows)),
            screen,
        )
    )


def _place_words(place: Place, dossier: Dossier) -> Markup:
    kind = tag("span", dossier.say(f"queue.kind.{place.kind}"), class_=f"gy-chip {place.kind}")
    what = element_words(place.element or place.note, dossier.voice)
    return joined(
        (kind, tag("b", dossier.voice.unit(place.unit)), " ", dossier.voice.item(place.item), " ", what)
    )


def _any_place(here: Place | None, dossier: Dossier) -> Markup:
    """Return the lists to open any other place."""
    units = [(u.name, dossier.voice.unit(u.name)) for u in dossier.rulebook.units]
    item = here.item if here else dossier.rulebook.items[0].id
    unit = here.unit if here else units[0][0]
    of_unit = [(f"{name}|{item}|", words) for name, words in units]
    of_item = [(f"{unit}|{i.id}|", dossier.voice.item(i.id)) for i in dossier.rulebook.items]
    return joined(
        (
            tag("h3", dossier.say("queue.any")),
            choice(dossier.voice.say("col.unit"), "place", of_unit, f"{unit}|{item}|"),
            choice(dossier.voice.say("col.item"), "place", of_item, f"{unit}|{item}|"),
        )
    )


def _open(place: Place, state: State, dossier: Dossier) -> Markup:
    """Return one place: what was computed and decided, the forms, and the evidence."""
    found = dossier.result(state.as_of).explain(place.unit, place.item)
    voice = dossier.voice
    title = tag("h2", f"{voice.unit(place.unit)} · {voice.item(place.item)}")
    watch = tag("p", dossier.say("departments", names=voice.listing(found.item.department)), class_="gy-soft")
    names = names_of(found) if dossier.names else {}
    evidence = tag(
        "details",
        tag("summary", dossier.say("evidence")),
        tag("div", explained(found, voice, names, rows=True), class_="gy-inside"),
        open=True,
    )
    return joined(
        (
            title,
            watch,
            _side_by_side(found.score, dossier),
            _forms(place, state, dossier),
            history(dossier.about(place.unit, place.item), dossier),
            evidence,
        )
    )


def _side_by_side(score: dict[str, object], dossier: Dossier) -> Markup:
    voice, decided = dossier.voice, score["status"] == "decided"
    pairs = [
        (voice.say("col.computed"), number(score["computed"])),
        (dossier.say("decided"), number(score["points"]) if decided else "—"),
        (voice.say("col.points_max"), number(score["points_max"])),
        (voice.say("col.status"), voice.code("status", score["status"])),
    ]
    return tag(
        "div",
        joined(tag("div", tag("b", v), tag("span", k), class_="gy-card") for k, v in pairs),
        class_="gy-cards",
    )


def _forms(place: Place, state: State, dossier: Dossier) -> Markup:
    item = dossier.rulebook.item(place.item)
    elements = [place.element] if place.element else list(elements_of(item))
    forms = [
        _element_form(replace(place, element=e), state, dossier, keys=bool(place.element)) for e in elements
    ]
    return joined(forms if place.element else [*forms, _item_form(place, state, dossier)])


def _element_form(place: Place, state: State, dossier: Dossier, *, keys: bool) -> Markup:
    grades = joined(
        tag("button", dossier.say(f"grade.{v}"), type="submit", name="value", value=v, class_="gy-main",
            data_keys=str(n + 1) if keys else None)
        for n, v in enumerate(GRADES)
    )  # fmt: skip
    ending = tag("div", grades, class_="gy-grades")
    return _form("set_element", place, state, dossier, (element_words(place.element, dossier.voice), ending))


def _item_form(place: Place, state: State, dossier: Dossier) -> Markup:
    most = dossier.rulebook.item(place.item).points.value
    points = text_field(
        dossier.say("points", most=f"{most:g}"), "value", inputmode="decimal", required=True, size=6,
        pattern=r"[0-9]+([.][0-9]{1,2})?", title=dossier.say("points.form"),
    )  # fmt: skip
    save = tag("button", dossier.say("decide"), type="submit", class_="gy-main")
    ending = tag("div", points, save, class_="gy-grades")
    return _form("set_item", place, state, dossier, (dossier.say("whole_item"), ending))


def _form(action: str, place: Place, state: State, dossier: Dossier, frame: tuple[str, Markup]) -> Markup:
    """Return a form that decides a place: its title and ending, between them reason and evidence."""
    entry = {
        "action": action, "unit": place.unit, "item": place.item, "element": place.element, "seen": dossier.head,
        "valid_from": state.as_of.isoformat(), "computed_then": dossier.computed(state.as_of, place.unit, place.item),
    }  # fmt: skip
    fields = (
        _bank(place, dossier),
        text_field(dossier.say("reason"), "reason", long=True, required=True),
        text_field(dossier.say("evidence_ref"), "evidence", required=True),
    )
    body = tag("fieldset", tag("legend", frame[0]), *fields, frame[1])
    return entry_form(entry, body, id=f"form-{state.as_of}-{place.key}-{action}")


def _bank(place: Place, dossier: Dossier) -> Markup:
    """Return the reasons that were given for this item before, to be used again."""
    used = dossier.reasons(place.item)
    options = [("", dossier.say("bank.choose")), *((words, words) for words in used)]
    return options_field(dossier.say("bank"), "", options, data_fills="reason") if used else Markup("")
