"""The desk's own pages: log-in and landing page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ..report.markup import asset, joined, tag
from ..words import both, text
from .live import ASSETS

if TYPE_CHECKING:
    from collections.abc import Sequence


def page(title: str, *inside: object, lang: str = "zh") -> Markup:
    """Return a whole page in the style of the reports."""
    styles = asset("report.css") + asset("page.css") + Markup((ASSETS / "desk.css").read_text("utf-8"))  # noqa: S704
    icon = Markup('<link rel="icon" href="data:,">')
    head = tag("head", Markup('<meta charset="utf-8">'), icon, tag("title", title), tag("style", styles))
    body = tag("body", tag("main", *inside, class_="gy gy-page gy-door"))
    return Markup("<!doctype html>") + tag("html", head, body, lang="zh-CN" if lang == "zh" else lang)


def login_page(token: str, following: str, *, problem: str = "") -> Markup:
    """Return the page that asks for name and password; why they were not taken stands on it."""
    wrong = tag("p", problem, class_="gy-answer", role="alert") if problem else ""
    name = tag(
        "label", tag("span", both("desk.login.name")), _field("name", "text", "username", autofocus=True)
    )
    secret = tag(
        "label", tag("span", both("desk.login.password")), _field("password", "password", "current-password")
    )
    form = tag(
        "form", _field("_xsrf", "hidden", "off", value=token), _field("next", "hidden", "off", value=following), wrong,
        name, secret, tag("button", both("desk.login.enter"), type="submit", class_="gy-main"),
        method="post", action="login", class_="gy-form gy-login",
    )  # fmt: skip
    return page(text("desk.title"), tag("h1", text("desk.title")), form)


def unknown_page(who: str) -> Markup:
    """Return the page for a name that the users file does not know, or for somebody who did not come by the proxy."""
    words = both("desk.unknown", name=who) if who else both("desk.unproxied")
    return page(
        text("desk.title"), tag("h1", text("desk.title")), tag("p", words, class_="gy-answer", role="alert")
    )


def _field(name: str, kind: str, fill: str, **more: object) -> Markup:
    field = tag("input", name=name, type=kind, autocomplete=fill, required=kind != "hidden", **more)
    return Markup(field.removesuffix("</input>"))  # noqa: S704 - escaped by tag


def landing_page(
    who: str, tabs: Sequence[tuple[str, str]], facts: Sequence[str], *, out: bool, lang: str
) -> Markup:
    """Return the first page after the log-in: what there is to do, and on what."""
    cards = joined(
        tag(
            "a",
            tag("b", text(f"desk.tab.{name}", lang)),
            tag("span", words),
            href=f"desk#{name}",
            class_="gy-card",
        )
        for name, words in tabs
    )
    leave = tag("a", text("desk.logout", lang), href="logout") if out else ""
    head = tag("p", text("desk.greeting", lang, name=who), " ", leave, class_="gy-soft")
    known = tag("ul", joined(tag("li", fact) for fact in facts), class_="gy-soft")
    title = text("desk.title", lang)
    return page(
        title, tag("h1", title), head, tag("nav", cards, class_="gy-cards gy-doors"), known, lang=lang
    )
