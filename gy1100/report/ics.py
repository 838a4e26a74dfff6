"""The duties as an iCalendar file (RFC 5545): one all-day event on each due date, with a reminder before it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from .duty_words import departments, duty_label, owners
from .voice import Voice

if TYPE_CHECKING:
    import icalendar

    from ..duties import Term
    from ..rulebook import Rulebook

MORNING = timedelta(hours=9)


def calendar_file(rulebook: Rulebook, lang: str = "zh") -> bytes:
    """Return every duty as iCalendar text; the same rulebook gives the same bytes.

    An event's UID is made of the duty and the rulebook, so that importing again replaces and never doubles; its DTSTAMP
    is the notice's date. What several owe by the same day is one event.
    """
    from icalendar import Calendar

    from ..duties import terms

    voice = Voice(rulebook, lang)
    calendar = Calendar()
    calendar.add("prodid", f"-//gy1100//{rulebook.id}//{lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", voice.say("duty.calendar", rulebook=voice.of(rulebook.rules.label)))
    merged: dict[str, list[Term]] = {}
    for term in terms(rulebook):
        uid = f"{term.duty.id}-{term.period or 'once'}"
        if uid in merged and merged[uid][0].due != term.due:  # periods of one name that end on different days
            uid += f"-{term.due:%Y%m%d}"
        merged.setdefault(uid, []).append(term)
    for uid, same in merged.items():
        calendar.add_component(_event(f"{uid}@{rulebook.id}.gy1100", same, voice))
    return bytes(calendar.to_ical())


def _event(uid: str, same: list[Term], voice: Voice) -> icalendar.Event:
    from icalendar import Event

    term = same[0]
    rules = voice.rulebook.rules
    who = owners((owner for t in same for owner in t.owners), voice)
    label = duty_label(term.duty, term.period, voice)
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", datetime.combine(rules.notice.date, time(), UTC))
    event.add("dtstart", term.due)
    event.add("dtend", term.due + timedelta(days=1))
    event.add("summary", label)
    facts = {"clause": term.duty.clause, "owners": who, "departments": departments(term.duty.watch, voice)}
    start, due = voice.day(term.start), voice.day(term.due)
    event.add("description", voice.say("duty.description", start=start, due=due, **facts))
    event.add("categories", list(term.duty.watch.departments))
    event.add("transp", "TRANSPARENT")
    event.add_component(_reminder(label, rules.reminder_days.value))
    return event


def _reminder(words: str, days: int) -> icalendar.Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", MORNING - timedelta(days=days))
    return alarm
