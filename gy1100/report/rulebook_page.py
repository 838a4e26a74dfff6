"""The rulebook as a readable page: every item, number and reading with its clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ..duties import terms
from ..periods import due_date
from .duty_words import departments, owners
from .grid import Column, Grid
from .markup import Fragment, joined, tag
from .page import fragment_page
from .sections import listing, paragraphs
from .tables import columns
from .voice import Voice, short

if TYPE_CHECKING:
    from ..cited import Cited
    from ..rulebook import Rulebook
    from ..rules import Item


def rulebook_page(rulebook: Rulebook, lang: str = "zh") -> str:
    """Return the rulebook as one self-contained HTML page in ``zh`` or ``en``."""
    voice = Voice(rulebook, lang)
    title = f"{voice.say('title.rulebook')}：{voice.of(rulebook.rules.label)}"
    return fragment_page(Fragment(tag("h1", title) + rulebook_html(voice), title), title, lang)


def rulebook_html(voice: Voice) -> Markup:
    """Return the sections of the rulebook page."""
    rules = voice.rulebook.rules
    notice = f"{voice.of(rules.notice.issuer)}，{rules.notice.number}，{voice.day(rules.notice.date)}"
    lead = [voice.say("rules.fictitious")] if rules.fictitious else []
    parts = [
        paragraphs(*lead, f"{voice.say('rules.notice')}：{notice}", voice.say("rules.basis")),
        _part(voice, "rules.items", item_grid(voice)),
        _part(voice, "rules.readings", reading_grid(voice)),
        _part(voice, "rules.windows", window_grid(voice)),
        _part(voice, "rules.quarters", quarter_grid(voice)),
        _part(voice, "rules.cadres", cadre_type_grid(voice), *cadre_lines(voice)),
        _part(voice, "rules.duties", duty_grid(voice)),
        _part(voice, "rules.units", unit_grid(voice)),
        _part(voice, "rules.tables", header_grid(voice)),
    ]
    return joined(parts)


def _part(voice: Voice, heading: str, grid: Grid, *lines: str) -> Markup:
    return tag("h2", voice.say(heading)) + paragraphs(*lines) + listing(grid, voice)


def source(cited: Cited, voice: Voice) -> str:
    """Return where a number comes from: its clause, or the reading that chose it."""
    if cited.clause:
        return cited.clause
    return voice.say(
        "rules.reading", reading=1 + list(voice.rulebook.rules.readings).index(str(cited.reading))
    )


def item_grid(voice: Voice) -> Grid:
    """Return the scored items with points, due day, departments, formula and the numbers of their components."""
    rows = tuple(_item(item, voice) for item in voice.rulebook.items)
    heads = columns(
        voice, ("item", "text", 26), ("points_max", "number", 8), ("clause", "text", 14), ("due_on", "name", 18),
        ("department", "text", 20), ("formula", "text", 50), ("component", "name", 40),
    )  # fmt: skip
    return Grid(heads, rows)


def _item(item: Item, voice: Voice) -> tuple[object, ...]:
    due = item.due.value
    day = (
        voice.day(due)
        if due
        else f"{voice.say('rules.first_period')}（{voice.day(due_date(voice.rulebook, item))}）"
    )
    parts = [
        f"{voice.code('component', c.id)} {short(c.points.value)}（{source(c.points, voice)}）"
        for c in item.components
    ]
    feeds = dict.fromkeys(voice.table(t) for c in item.components for t in c.fed_by)
    fed = f"{voice.say('rules.feeds')}：{voice.listing(feeds)}"
    return (
        voice.item(item.id), voice.rulebook.points(item), item.clause, day, voice.departments(item.department),
        voice.of(item.formula), Markup("{}<br>{}").format(voice.listing(parts), fed),
    )  # fmt: skip


def reading_grid(voice: Voice) -> Grid:
    """Return the readings with reasons, the choice in force and the alternatives."""
    rows = []
    for n, (name, reading) in enumerate(voice.rulebook.rules.readings.items(), start=1):
        words = {key: voice.of(w) for key, w in reading.alternatives.items()}
        others = voice.listing(w for key, w in words.items() if key != reading.choice)
        chosen = words.get(reading.choice or "", "")
        label = tag("span", f"{n} ", tag("span", name, class_="gy-soft"))
        rows.append(((label, n), voice.of(reading.says), voice.of(reading.because), chosen, others))
    heads = columns(
        voice,
        ("reading", "text", 18),
        ("note", "text", 40),
        ("because", "text", 40),
        ("choice", "text", 18),
        ("alternatives", "text", 26),
    )
    return Grid(heads, tuple(rows))


def window_grid(voice: Voice) -> Grid:
    """Return the windows with first and last day."""
    rows = []
    for name, window in voice.rulebook.rules.windows.items():
        start, end = voice.rulebook.window(name)
        rows.append((voice.code("window", name), voice.day(start), voice.day(end), source(window, voice)))
    return Grid(
        columns(
            voice, ("window", "name", 22), ("start", "name", 16), ("end", "name", 16), ("clause", "text", 20)
        ),
        tuple(rows),
    )


def quarter_grid(voice: Voice) -> Grid:
    """Return the quarters with the day by which material is owed."""
    quarters = voice.rulebook.rules.quarters
    rows = tuple(
        (voice.say("quarter", year=q.id[:4], n=q.id[-1]), voice.day(q.start), voice.day(q.end), voice.day(q.deadline),
         f"{quarters.clause}；{quarters.deadline_clause}")
        for q in voice.rulebook.quarters
    )  # fmt: skip
    heads = columns(voice, ("window", "name", 22), ("start", "name", 16), ("end", "name", 16))
    return Grid((*heads, Column(voice.say("rules.deadline")), Column(voice.say("col.clause"))), rows)


def cadre_type_grid(voice: Voice) -> Grid:
    """Return periods and contacts asked of each type of cadre."""
    rows = tuple(
        (voice.code("cadre_type", name), rule.months.value, f"{rule.contacts.value}（{rule.contacts_in_organ.value}）",
         f"{source(rule.months, voice)}；{source(rule.contacts, voice)}")
        for name, rule in voice.rulebook.rules.cadres.types.items()
    )  # fmt: skip
    heads = (
        Column(voice.say("col.cadre_type")), Column(voice.say("rules.period_months"), "count"),
        Column(voice.say("rules.contacts"), "text"), Column(voice.say("col.clause")),
    )  # fmt: skip
    return Grid(heads, rows)


def cadre_lines(voice: Voice) -> list[str]:
    """Return what is asked of a cadre and a log, in sentences."""
    rules = voice.rulebook.rules
    asked = voice.say(
        "rules.activities", n=rules.cadres.activities.value, days=rules.cadres.min_days.value,
        text=rules.logs.min_text.value, checks=rules.authenticity.min_checks.value,
    )  # fmt: skip
    kinds = voice.listing(voice.code("kind", kind) for kind in rules.logs.counting.kinds)
    return [asked, voice.say("rules.counting", kinds=kinds)]


def duty_grid(voice: Voice) -> Grid:
    """Return every duty with who owes it, which department watches it and the days on which it is due."""
    due: dict[str, list[str]] = {}
    for term in terms(voice.rulebook):
        due.setdefault(term.duty.id, []).append(voice.day(term.due))
    rows = tuple(
        (voice.of(duty.label), owners(duty.owners, voice), duty.clause,
         f"{departments(duty.watch, voice)}（{source(duty.watch, voice)}）", voice.listing(dict.fromkeys(due[duty.id])))
        for duty in voice.rulebook.rules.duties
    )  # fmt: skip
    heads = columns(
        voice, ("duty", "text", 40), ("owners", "text", 20), ("clause", "name", 12), ("watched", "text", 30),
        ("due_days", "text", 40),
    )  # fmt: skip
    return Grid(heads, rows)


def unit_grid(voice: Voice) -> Grid:
    """Return the units with codes and aliases."""
    rows = tuple((voice.unit(u.name), u.code, voice.listing(u.aliases)) for u in voice.rulebook.units)
    heads = (
        Column(voice.say("col.unit")),
        Column(voice.say("rules.code")),
        Column(voice.say("rules.aliases")),
    )
    return Grid(heads, rows)


def header_grid(voice: Voice) -> Grid:
    """Return the tables with every header by which a column is recognised."""
    rows = tuple(
        (voice.of(table.label), column.header, voice.code("yes", "yes") if column.required else "",
         voice.listing((column.header, *column.aliases)))
        for table in voice.rulebook.tables.values()
        for column in table.columns
    )  # fmt: skip
    heads = (
        Column(voice.say("col.table")), Column(voice.say("col.column")), Column(voice.say("rules.needed")),
        Column(voice.say("rules.headers")),
    )  # fmt: skip
    return Grid(heads, rows)
