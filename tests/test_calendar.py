"""The calendar: every duty of the notice is there, states follow from the evidence, the .ics reads back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import icalendar
import pandas as pd
import pytest

from gy1100 import assess, load_rulebook
from gy1100.calendar import Calendar, duties, duties_of, open_calendar
from gy1100.decisions import Decision
from gy1100.errors import BadRulebook, WrongUsage
from gy1100.report import CalendarReport, Report, UnitReport
from gy1100.report.duty_words import state_words
from gy1100.report.ics import calendar_file
from gy1100.report.voice import Voice
from gy1100.rulebook import read_yaml

from .report_sample import sample_result
from .small_exports import UNIT, assessment_of, evidence_of
from .test_cli import gy1100, manifest
from .test_rulebook import changed  # noqa: F401  a fixture

BOOK = load_rulebook()
DATED = {  # what the notice dates, clause by clause: (days between which a duty must fall due, how many at least)
    "二.(一).1": [("2017-04-01", "2017-04-30", 2)],
    "二.(一).2": [("2017-06-30", "2017-06-30", 5), ("2017-09-30", "2017-09-30", 5), ("2017-12-31", "2017-12-31", 5),
                ("2017-05-04", "2017-05-31", 1)],
    "二.(一).4": [("2017-12-31", "2017-12-31", 1)],
    "二.(二).1": [("2017-04-01", "2017-12-31", 8)],
    "二.(二).3": [("2017-12-31", "2017-12-31", 1)],
    "三.(一)": [("2017-04-30", "2017-04-30", 1), ("2017-12-31", "2017-12-31", 3), ("2017-09-30", "2017-09-30", 2),
              ("2018-02-16", "2018-03-31", 1)],
    "三.(二)": [("2017-04-30", "2017-04-30", 2), ("2017-09-30", "2017-09-30", 1)],
    "四.1": [("2017-06-20", "2017-06-20", 1), ("2017-09-20", "2017-09-20", 1), ("2017-12-20", "2017-12-20", 1),
            ("2017-12-31", "2017-12-31", 3)],
    "四.2": [("2017-06-30", "2017-06-30", 1), ("2017-12-31", "2018-03-02", 1)],
}  # fmt: skip


def state(frame: pd.DataFrame, duty: str, owner: str | None = None, unit: str = UNIT) -> dict[str, Any]:
    """Return the row of one unit's duty."""
    rows = frame[(frame["duty"] == duty) & (frame["unit"] == unit)]
    rows = rows if owner is None else rows[rows["owner"] == owner]
    (row,) = rows.to_dict("records")
    return dict(row)


def of(folder: Path, as_of: str, **tables: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the states of small tables on a day."""
    return duties_of(assessment_of(folder, {"cadres": [{}], **tables}, as_of))


@pytest.mark.parametrize("clause", DATED)
def test_every_dated_clause_has_its_duties(clause: str) -> None:
    """What a clause of the notice dates is due between the days that it names."""
    frame = duties(BOOK)
    mine = frame[frame["clause"] == clause].drop_duplicates("duty")
    for first, last, least in DATED[clause]:
        due = mine["due"].between(date.fromisoformat(first), date.fromisoformat(last))
        assert due.sum() >= least, (first, last)


def test_clauses_and_duties_name_each_other() -> None:
    """The clauses that clauses.yaml gives to the calendar are those that duties cite, and those with a date."""
    covered = read_yaml(BOOK.folder / "clauses.yaml")
    given = {clause for clause, entry in covered.items() if "calendar" in entry.get("by", ())}
    assert given - {"附件1"} == set(duties(BOOK)["clause"]) == set(DATED)


def test_every_task_of_annex_1_is_watched() -> None:
    """Each of the nine tasks of annex 1 is cited, and all four departments watch something."""
    watched = [duty.watch for duty in BOOK.rules.duties]
    assert {w.clause for w in watched} >= {f"附件1.{n}" for n in range(1, 10)}
    assert {d for w in watched for d in w.departments} == {
        "办公室",
        "组织联络部",
        "活动指导部",
        "志愿者工作部",
    }


def test_rows_are_unique_and_in_order_of_due_dates() -> None:
    """One row for each occurrence and owner, by due date, none due before it begins."""
    frame = duties(BOOK)
    assert not frame.duplicated(["duty", "owner"]).any()
    assert frame["due"].is_monotonic_increasing
    assert (frame["start"] <= frame["due"]).all()


def test_periods_of_cadres_follow_the_reading() -> None:
    """Full-time cadres owe five two-month periods under either alignment, part-time ones three quarters."""
    frame = duties(BOOK.under({"periods": "from_april"}))
    mine = frame[frame["task"] == "cadre_five_ones"]
    assert mine["owner"].value_counts().to_dict() == {"full_time": 5, "seconded": 5, "part_time": 3}
    assert mine.loc[mine["owner"] == "full_time", "due"].iloc[0] == date(2017, 5, 31)


@pytest.mark.parametrize(
    ("as_of", "sent", "expected"),
    [
        ("2017-06-19", [], ("open", None)),
        ("2017-06-20", [], ("late", None)),
        ("2017-06-20", ["2017-06-20"], ("done", date(2017, 6, 20))),
        ("2017-06-30", ["2017-06-28", "2017-06-25"], ("late", date(2017, 6, 25))),
        ("2017-06-24", ["2017-06-28"], ("late", None)),
    ],
)
def test_material(tmp_path: Path, as_of: str, sent: list[str], expected: tuple[str, date | None]) -> None:
    """Material is done by the 20th, late from that day's end on, and what comes after the day does not exist."""
    rows = [{"quarter": "2017Q2", "submitted_on": day} for day in sent]
    row = state(of(tmp_path, as_of, submissions=rows), "material/2017Q2")
    assert (row["state"], row["done_on"]) == expected


def test_material_of_a_quarter_not_begun(tmp_path: Path) -> None:
    """Before its quarter begins nothing is owed."""
    assert state(of(tmp_path, "2017-06-30", submissions=[]), "material/2017Q3")["state"] == "not_yet"


def test_an_activity_of_the_next_quarter_is_not_a_late_one(tmp_path: Path) -> None:
    """An open day in July is the third quarter's; the second stays without, as does the May Fourth one."""
    frame = of(tmp_path, "2017-09-30", organ_activities=[{"date": "2017-07-10", "kind": "open_day"}])
    states = {
        d: state(frame, d, "organ") for d in ("open_day/2017Q2", "open_day/2017Q3", "may_fourth_open_day")
    }
    assert [(r["state"], r["done_on"]) for r in states.values()] == [
        ("late", None),
        ("done", date(2017, 7, 10)),
        ("late", None),
    ]


def test_an_open_day_in_june_is_late_for_may_fourth(tmp_path: Path) -> None:
    """It is the quarter's open day all the same."""
    frame = of(tmp_path, "2017-06-30", organ_activities=[{"date": "2017-06-10", "kind": "open_day"}])
    row = state(frame, "may_fourth_open_day", "organ")
    assert (row["state"], row["done_on"]) == ("late", date(2017, 6, 10))
    assert state(frame, "open_day/2017Q2", "organ")["state"] == "done"


def test_cadre_five_ones_are_counted_by_type(tmp_path: Path) -> None:
    """Of two full-time cadres one did both activities of April; no seconded cadre is there to owe any."""
    cadres = [{"cadre_id": "G1"}, {"cadre_id": "G2"}, {"cadre_id": "G3", "cadre_type": "part_time"}]
    logs = [{"cadre_id": "G1", "date": f"2017-04-{day}"} for day in (10, 20)]
    frame = of(tmp_path, "2017-04-30", cadres=cadres, logs=logs)
    period = "cadre_five_ones/2017-03"
    row = state(frame, period, "full_time")
    assert (row["state"], row["done"], row["owed"]) == ("late", 1, 2)
    assert state(frame, period, "seconded")["state"] == "nobody"
    assert state(frame, "cadre_five_ones/2017Q2", "part_time")["state"] == "open"


def test_guidance_wants_all_four_aspects_of_a_cadre(tmp_path: Path) -> None:
    """A cadre who only guided a committee has not fulfilled the duty; one with every aspect has."""
    acts = ["study", "life_meeting", "oath", "volunteer_service", "online_day", "lesson"]
    whole = [{"date": "2017-06-01", "level": "branch", "activity": act} for act in acts]
    committee = {"date": "2017-06-02", "level": "committee", "activity": "advice"}
    rows = [*whole, committee, committee | {"cadre_id": "G2"}]
    frame = of(tmp_path, "2017-09-30", cadres=[{}, {"cadre_id": "G2"}], practice_guidance=rows)
    row = state(frame, "practice_guidance")
    assert (row["state"], row["done"], row["owed"]) == ("late", 1, 2)


def test_absent_tables_are_no_data_and_never_late(tmp_path: Path) -> None:
    """Where only the roster was delivered nothing is late: what would show it is not there."""
    frame = of(tmp_path, "2018-03-02")
    assert set(frame.loc[frame["unit"] == UNIT, "state"]) == {"no_data", "unrecorded"}


def test_a_decided_element_counts(tmp_path: Path) -> None:
    """Elements await a check; when every one was checked or decided as there, the duty is done."""
    elements = ["notification_rule", "inspection_rule"]
    rows = [{"element": e, "state": "full", "checked_on": "2017-04-20"} for e in elements]
    tables = {"cadres": [{}], "mechanisms": rows}
    assert state(duties_of(assessment_of(tmp_path, tables, "2017-04-30")), "systems")["state"] == "no_data"
    when = datetime(2017, 4, 25, tzinfo=UTC)
    decision = Decision(
        UNIT, "3", "assessment_rule", Decimal(1), "甲", when, date(2017, 4, 1), "看过文件", ""
    )
    row = state(duties_of(assessment_of(tmp_path, tables, "2017-04-30", [decision])), "systems")
    assert (row["state"], row["done"], row["owed"]) == ("done", 3, 3)


@pytest.mark.parametrize("as_of", ["2017-04-01", "2018-03-02"])
def test_every_duty_has_one_state_for_each_unit(as_of: str) -> None:
    """The city's own once, all others once a unit; what has not begun is not yet and nothing else is."""
    frame = duties_of(sample_result(as_of))
    sizes = frame.groupby(["duty", "owner"]).size()
    assert set(sizes[sizes.index.get_level_values("owner") != "city"]) == {9}
    assert set(sizes[sizes.index.get_level_values("owner") == "city"]) == {1}
    assert ((frame["state"] == "not_yet") == (frame["start"] > date.fromisoformat(as_of))).all()
    assert not ((frame["state"] == "late") & (frame["due"] > date.fromisoformat(as_of))).any()


def test_states_agree_with_the_parts() -> None:
    """Over the whole sample the cadres counted as done in a period are those whose part is whole."""
    result = sample_result()
    parts = result.parts[result.parts["component"] == "cadre_five_ones"]
    frame = duties_of(result)
    mine = frame[frame["task"] == "cadre_five_ones"]
    assert mine["owed"].sum() == len(parts)
    assert mine["done"].sum() == (parts["share"] >= 1).sum()
    late = result.missing[result.missing["kind"].isin(["late", "missing_material"])]
    assert (frame.loc[frame["task"] == "material", "state"] == "late").sum() == len(late)


@pytest.mark.parametrize("as_of", ["2017-05-20", "2017-12-15"])
def test_organ_duties_equal_a_plain_recount(as_of: str) -> None:
    """Each quarter's kinds stand where a loop over the register's rows says, written here anew."""
    day = date.fromisoformat(as_of)
    rows = sample_result().evidence.tables["organ_activities"].to_pylist()
    frame = duties_of(sample_result(as_of))
    kinds = ("open_day", "face_to_face", "volunteer_service", "experience_sharing", "self_designed")
    mine = frame[frame["task"].isin(kinds) & (frame["owner"] == "organ")]
    assert len(mine) == 9 * 5 * 3
    for row in mine.to_dict("records"):
        month = 3 * int(row["period"][-1]) - 2
        days = [
            r["date"]
            for r in rows
            if (r["unit"], r["kind"]) == (row["unit"], row["task"])
            and r["date"] <= day
            and r["date"].year == 2017
            and month <= r["date"].month < month + 3
        ]
        begun, over = day >= date(2017, month, 1), day >= row["due"]
        expected = "not_yet" if not begun else "done" if days else "late" if over else "open"
        assert (row["state"], row["done_on"]) == (expected, min(days, default=None)), row


def events() -> list[Any]:
    """Return the events of the calendar file, parsed."""
    calendar = icalendar.Calendar.from_ical(calendar_file(BOOK))
    return list(calendar.walk("VEVENT"))


def test_the_ics_reads_back() -> None:
    """One all-day event for each duty and period on its due day, with clause, UID and a reminder a week before."""
    frame = duties(BOOK)
    found = {(str(e["summary"]), e.decoded("dtstart")) for e in events()}
    assert len(found) == len(events()) == frame["duty"].nunique()
    assert sorted(e.decoded("dtstart") for e in events()) == sorted(frame.drop_duplicates("duty")["due"])
    for event in events():
        assert type(event.decoded("dtstart")) is date
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(days=1)
        assert event.decoded("dtstamp") == datetime(2017, 4, 21, tzinfo=UTC)
        assert "依据" in event["description"]
        (alarm,) = event.walk("VALARM")
        assert timedelta(days=-7) <= alarm.decoded("trigger") < timedelta(0)


def test_the_ics_is_in_the_form_of_rfc_5545() -> None:
    """Lines end with CR LF, have at most 75 bytes and are UTF-8; UIDs are unique; the bytes are the same again."""
    data = calendar_file(BOOK)
    lines = data.split(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert all(line.decode("utf-8") is not None for line in lines)
    uids = [str(event["uid"]) for event in events()]
    assert len(set(uids)) == len(uids)
    assert calendar_file(load_rulebook()) == data


def test_without_exports_there_are_dates_alone() -> None:
    """The day is the rulebook's year-end, never today; no state is told."""
    calendar = open_calendar("", BOOK)
    assert calendar.as_of == date(2018, 3, 2)
    assert calendar.states is None
    html = CalendarReport(calendar).units().html + CalendarReport(calendar).months().html
    assert "逾期" not in html and "只列日期" in html
    with pytest.raises(WrongUsage, match="2017-04-01"):
        open_calendar("", BOOK, as_of="2016-01-01")


def test_the_page_counts_each_unit_once() -> None:
    """Where two types of cadres owe a period, a unit stands where the worse of them stands; nine units in all."""
    result = sample_result("2017-09-10")
    show = CalendarReport(Calendar(BOOK, result.as_of, result))
    sums = {sum(entry.counts().values()) for entry in show.entries}
    assert sums == {0, 9}
    (entry,) = (e for e in show.entries if (e.term.duty.id, e.term.period) == ("cadre_five_ones", "2017-05"))
    late = duties_of(result)
    late = late[(late["duty"] == "cadre_five_ones/2017-05") & (late["state"] == "late")]
    assert entry.counts()["late"] == late["unit"].nunique()
    assert entry.cadres()[0] < entry.cadres()[1]


@pytest.mark.parametrize(
    ("state", "done", "owed", "day", "words"),
    [
        ("late", 3, 5, None, "逾期（完成3/5）"),
        ("late", None, None, None, "逾期未做"),
        ("late", None, None, date(2017, 6, 28), "逾期后完成（2017年6月28日）"),
        ("done", None, None, date(2017, 6, 18), "已完成（2017年6月18日）"),
        ("nobody", 0, 0, None, "无人应做"),
        ("no_data", None, None, None, "无数据"),
    ],
)
def test_states_in_words(
    state: str, done: int | None, owed: int | None, day: date | None, words: str
) -> None:
    """A state says how many of how many, or on which day; overdue and done late are told apart."""
    row = {"state": state, "done": done, "owed": owed, "done_on": day}
    assert state_words(row, Voice(BOOK)) == words


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_every_duty(lang: str) -> None:
    """Each duty and period stands in the months and under its departments, without a code of ours."""
    result = sample_result("2017-08-15")
    show = CalendarReport(Calendar(BOOK, result.as_of, result), lang)
    months, units = show.months().html, show.units().html
    assert months.count("gy-duty") == duties(BOOK)["duty"].nunique()
    watched = duties(BOOK).drop_duplicates("duty")["departments"].str.split(";").explode()
    assert show.departments().html.count("<tr>") == len(watched) + watched.nunique()
    text = show.masthead().html + months + units + show.departments().html + show.provenance().html
    for code in (">no_data<", "not_yet<", "nan", "None", "report.duty"):
        assert code not in text, code


def test_the_command_leaves_page_ics_and_table(tmp_path: Path) -> None:
    """`gy1100 calendar` on a folder writes page, calendar, table and manifest, states as the package has them."""
    run = gy1100(
        "calendar", BOOK.folder.parents[1] / "samples" / "2017", "--as-of", "2017-09-30", folder=tmp_path
    )
    assert run.code == 0, run.err
    out = tmp_path / "output" / "calendar"
    names = {"calendar.html", "calendar.ipynb", "calendar.ics", "duties.csv", "manifest.json", "run.json"}
    assert {path.name for path in out.iterdir()} == names
    table = pd.read_csv(out / "duties.csv", dtype=str, keep_default_na=False)
    frame = duties_of(sample_result("2017-09-30"))
    assert table["state"].tolist() == frame["state"].tolist()
    assert manifest(out)["as_of"] == "2017-09-30"
    assert "示例数据" in (out / "calendar.html").read_text("utf-8")


def test_the_command_without_exports_shows_no_sample(tmp_path: Path) -> None:
    """Only dates, in English too, and the manifest does not speak of a sample."""
    run = gy1100("calendar", "--lang", "en", "--out", "mine", folder=tmp_path)
    assert run.code == 0, run.err
    assert "Due by month" in (tmp_path / "mine" / "calendar.html").read_text("utf-8")
    assert "sample data" not in (tmp_path / "mine" / "calendar.html").read_text("utf-8")
    assert manifest(tmp_path / "mine")["options"]["sample"] is False
    header = (tmp_path / "mine" / "duties.csv").read_text("utf-8-sig").splitlines()[0]
    assert header == "duty,label,task,period,owner,clause,departments,start,due"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda duty: duty.update(window="never"), "no window 'never'"),
        (lambda duty: duty.update(each="quarter"), "exactly one of window, each and day"),
        (lambda duty: duty.update(record={"table": "gossip"}), "no table 'gossip'"),
        (lambda duty: duty.update(record={"table": "organ_activities", "kind": "party"}), "no kind 'party'"),
        (lambda duty: duty.update(record={"table": "logs"}), "by unit"),
        (lambda duty: duty.update(record={"component": "luck"}), "no component 'luck'"),
        (lambda duty: duty.update(record={}), "exactly one of table and component"),
        (lambda duty: duty["watch"].update(reading="watched_by"), "exactly one of clause"),
        (lambda duty: duty.update(id="work_group"), "stands twice"),
    ],
)
def test_a_duty_that_makes_no_sense_is_refused(changed: Any, change: Any, word: str) -> None:  # noqa: F811
    """The loader says which duty names what the rulebook does not know."""
    with pytest.raises(BadRulebook) as refused:
        load_rulebook(changed(lambda rules: change(rules["duties"][0])))
    assert word in "\n".join(refused.value.problems)


def test_states_do_not_change_the_scores(tmp_path: Path) -> None:
    """Asking for duties leaves the assessment as it was."""
    evidence = evidence_of(tmp_path, {"cadres": [{}], "logs": [{"date": "2017-04-10"}]})
    result, other = (assess(evidence, BOOK, as_of="2017-06-30") for _ in range(2))
    duties_of(result)
    pd.testing.assert_frame_equal(result.scores, other.scores)


def test_reports_tell_how_the_duties_stand() -> None:
    """The year's report counts every unit's duties, a unit's own report the same of itself."""
    result = sample_result()
    states = duties_of(result)
    late = states[(states["state"] == "late") & (states["unit"] != "")]["unit"].value_counts()
    whole, own = str(Report(result).duties().html), str(UnitReport(result, "剑阁县").duties().html)
    assert all(f"逾期{n}" in whole.replace(" ", "") for n in late)
    assert (
        "利州区" in whole and "利州区" not in own and f"逾期{late.get('剑阁县', 0)}" in own.replace(" ", "")
    )


def test_guidance_after_its_day_stays_late(tmp_path: Path) -> None:
    """What was not done when it was due is late, however much is done afterwards."""
    row = {"level": "committee", "activity": "study"}
    rows = [{**row, "date": date(2017, 11, 5)}, {**row, "level": "branch", "date": date(2017, 11, 5)}]
    (duty,) = (d for d in BOOK.rules.duties if d.record and d.record.component == "practice_guidance")
    component = next(c for _, c in BOOK.components() if c.measure == "guidance")
    rows += [{**row, "level": "branch", "activity": kind, "date": date(2017, 11, 6)}
             for kind in (*component.kinds, component.lesson)]  # fmt: skip
    early = [{**r, "date": date(2017, 5, 5)} for r in rows]
    late, done = (
        state(of(tmp_path / name, "2018-03-02", practice_guidance=given), duty.id)
        for name, given in (("late", rows), ("done", early))
    )
    assert (late["state"], late["done"], late["owed"]) == ("late", 1, 1)
    assert done["state"] == "done"


def test_periods_of_one_name_that_end_on_different_days_stand_apart() -> None:
    """Two cadre types whose periods begin alike: each due day has its line and its event."""
    book = load_rulebook("fictitious-2019").under({"periods": "from_march"})
    frame = duties(book)
    due = {(r.task, r.period, r.due) for r in frame.itertuples()}
    assert len(due) > len({(task, period) for task, period, _ in due})
    entries = CalendarReport(Calendar(book, date(2019, 12, 31))).entries
    assert {(e.term.duty.id, e.term.period, e.term.due) for e in entries} == due
    events = icalendar.Calendar.from_ical(calendar_file(book)).walk("VEVENT")
    assert len(events) == len(due) == len({str(event["uid"]) for event in events})


def test_an_open_period_owes_nobody_nothing(tmp_path: Path) -> None:
    """Before its end nobody is counted: the cells are empty, not 0 of 0."""
    logs = [{"date": "2017-05-02"}]
    frame = of(tmp_path, "2017-05-15", logs=logs)
    row = state(frame, "cadre_five_ones/2017-05", owner="full_time")
    assert row["state"] == "open" and pd.isna(row["done"]) and pd.isna(row["owed"])
