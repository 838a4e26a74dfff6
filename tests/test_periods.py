"""Cadre periods, months and due dates under both alignments."""

from __future__ import annotations

from datetime import date, datetime

from gy1100 import load_rulebook
from gy1100.periods import cadre_periods, checked_day, due_date, due_quarters, months


def spans(choice: str, cadre_type: str) -> list[tuple[str, str, int]]:
    book = load_rulebook().under({"periods": choice})
    return [
        (f"{p.start:%m-%d}", f"{p.end:%m-%d}", p.nominal_days)
        for p in cadre_periods(book)
        if p.cadre_type == cadre_type
    ]


def test_calendar_periods_are_clipped_to_the_plan() -> None:
    assert spans("calendar", "full_time") == [
        ("04-01", "04-30", 61),
        ("05-01", "06-30", 61),
        ("07-01", "08-31", 62),
        ("09-01", "10-31", 61),
        ("11-01", "12-31", 61),
    ]


def test_periods_from_april_clip_the_last() -> None:
    assert spans("from_april", "seconded") == [
        ("04-01", "05-31", 61),
        ("06-01", "07-31", 61),
        ("08-01", "09-30", 61),
        ("10-01", "11-30", 61),
        ("12-01", "12-31", 62),
    ]


def test_part_time_periods_are_the_quarters() -> None:
    expected = [("04-01", "06-30", 91), ("07-01", "09-30", 92), ("10-01", "12-31", 92)]
    assert spans("calendar", "part_time") == spans("from_april", "part_time") == expected


def test_first_due_day_of_the_cadre_five_ones_follows_the_alignment() -> None:
    book = load_rulebook()
    assert due_date(book, book.item("1.2")) == date(2017, 4, 30)
    assert due_date(book.under({"periods": "from_april"}), book.item("1.2")) == date(2017, 5, 31)


def test_months_and_quarters_that_ended() -> None:
    book = load_rulebook()
    assert [m for m, _, _ in months(book, date(2017, 6, 30))] == ["2017-04", "2017-05", "2017-06"]
    assert len(months(book, date(2018, 3, 31))) == 9
    assert [q.id for q in due_quarters(book, date(2017, 9, 29))] == ["2017Q2"]


def test_a_moment_is_its_day() -> None:
    """A date with a time of day is taken as the day."""
    assert checked_day(datetime(2018, 3, 2, 9, 30), load_rulebook()) == date(2018, 3, 2)
