"""What people press, pull and fill in: plain elements of the page that name the event they send (see live.js)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from markupsafe import Markup

from ..report.markup import joined, tag

Option = tuple[str, str]  # value, words


def button(words: object, do: str, value: str = "", *, on: bool | None = None, **more: object) -> Markup:
    """Return a button that sends ``do`` with a value; ``on`` makes it one that is pressed or not."""
    pressed = None if on is None else str(on).lower()
    return tag("button", words, type="button", data_do=do, data_value=value, aria_pressed=pressed, **more)


def choice(words: str, do: str, options: Iterable[Option], chosen: str, *, of: str | None = None) -> Markup:
    """Return a list to choose one of; ``of`` says which of several lists with the same event it is."""
    inside = joined(tag("option", text, value=value, selected=value == chosen) for value, text in options)
    return tag(
        "label", tag("span", words), tag("select", inside, data_do=do, data_value=of, aria_label=words)
    )


def slider(words: str, do: str, of: str, *, value: float, most: float) -> Markup:
    """Return a slider from 0 to ``most`` with its value beside it."""
    bar = _input(
        type="range", min=0, max=f"{most:g}", step="0.5", value=f"{value:g}", data_do=do, data_value=of,
        id=f"slider-{of}", aria_label=words,
    )  # fmt: skip
    return tag("label", tag("span", words), bar, tag("output", f"{value:g}"), class_="gy-slider")


def day(words: str, do: str, value: str, *, first: str, last: str) -> Markup:
    """Return a field for a date between two dates."""
    field = _input(type="date", value=value, min=first, max=last, data_do=do, required=True)
    return tag("label", tag("span", words), field)


def search(words: str, do: str, value: str) -> Markup:
    """Return a field whose text is sent while it is typed."""
    return _input(
        type="search", value=value, data_do=do, placeholder=words, aria_label=words, id=f"search-{do}"
    )


def entry_form(entry: Mapping[str, object], *children: object, **more: object) -> Markup:
    """Return a form whose fields are appended to the ledger with ``entry``; the server adds who it was."""
    fixed = json.dumps(dict(entry), ensure_ascii=False, sort_keys=True)
    return tag("form", *children, data_entry=fixed, class_="gy-form", autocomplete="off", **more)


def text_field(words: str, name: str, *, value: str = "", long: bool = False, **more: object) -> Markup:
    """Return a field of a form; ``required`` and the like go in ``more``."""
    field = (
        tag("textarea", value, name=name, rows=2, **more)
        if long
        else _input(type="text", name=name, value=value, **more)
    )
    return tag("label", tag("span", words), field)


def date_field(words: str, name: str, value: str, *, first: str) -> Markup:
    """Return a bare field of a form for a date that must be given, none before a first one."""
    return _input(type="date", name=name, value=value, min=first, required=True, aria_label=words)


def options_field(words: str, name: str, options: Iterable[Option], **more: object) -> Markup:
    """Return a list of a form to choose one of."""
    inside = joined(tag("option", text, value=value) for value, text in options)
    return tag("label", tag("span", words), tag("select", inside, name=name, **more))


def _input(**attributes: object) -> Markup:
    """Return an input, an element without an end."""
    return Markup(tag("input", **attributes).removesuffix("</input>"))  # noqa: S704 - escaped by tag


__all__ = [
    "button",
    "choice",
    "date_field",
    "day",
    "entry_form",
    "options_field",
    "search",
    "slider",
    "text_field",
]
