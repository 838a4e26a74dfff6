"""HTML pieces: what comes from data is escaped here, and nowhere else is HTML put together from strings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Fragment:
    """A piece of a page that shows itself in a notebook.

    Attributes
    ----------
    html : Markup
        Safe HTML; everything from data in it is escaped.
    plain : str
        What a console shows instead.
    """

    html: Markup
    plain: str = ""

    def _repr_html_(self) -> str:
        return str(self.html)

    def __repr__(self) -> str:
        return self.plain

    def __add__(self, other: Fragment) -> Fragment:
        return Fragment(self.html + other.html, "\n".join(filter(None, (self.plain, other.plain))))


def shown(value: object) -> str:
    """Return text with control, direction and zero-width characters made visible as ⟦code⟧."""
    return _HIDDEN.sub(lambda hit: f"⟦{ord(hit[0]):02X}⟧", str(value))


def safe(value: object) -> Markup:
    """Return ``value`` as HTML: markup as it is, anything else escaped."""
    return value if isinstance(value, Markup) else escape(shown(value))


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """Return an element; children are escaped unless they are markup, ``class_`` and ``data_x`` become class, data-x.

    An attribute that is None or False is left out, one that is True stands without a value.
    """
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    written = "".join(
        _attribute(key, value) for key, value in pairs if value is not None and value is not False
    )
    return Markup(f"<{name}{written}>{joined(children)}</{name}>")  # noqa: S704 - every part is escaped


def _attribute(key: str, value: object) -> str:
    return f" {key}" if value is True else f' {key}="{safe(value)}"'


def joined(parts: object, between: str = "") -> Markup:
    """Return the parts as one piece of HTML, each escaped unless it is markup."""
    return Markup(between.join(safe(part) for part in parts))  # type: ignore[attr-defined]  # noqa: S704


@cache
def asset(name: str) -> Markup:
    """Return a file of ours (style, script) as it is."""
    return Markup(Path(__file__).with_name("template").joinpath(name).read_text("utf-8"))  # noqa: S704


def style_and_script() -> Markup:
    """Return the style and the table script that every page and notebook of ours carries once."""
    return Markup("<style>{}</style><script>{}</script>").format(asset("report.css"), asset("tables.js"))
