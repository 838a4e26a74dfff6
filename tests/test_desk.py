"""The desk without a browser: what events may change, what is shown, who may enter what."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gy1100 import load_rulebook
from gy1100.decisions import Check, Decisions, Record
from gy1100.desk import compare, desk, serving
from gy1100.desk.cadre_list import chosen
from gy1100.desk.dossier import Dossier
from gy1100.desk.live import _answer
from gy1100.desk.overview import due_next
from gy1100.desk.queue import KINDS, place_of, queue
from gy1100.desk.recorder import Recorder
from gy1100.desk.routes import refused_words
from gy1100.desk.serving import Service
from gy1100.desk.state import EVENTS, TABS, State, after, first_state
from gy1100.desk.tabs import Desk
from gy1100.errors import Refused, WrongUsage
from gy1100.ledger import Draft, Overtaken, open_ledger
from gy1100.ledger.standing import signatures
from gy1100.register import with_entered_checks
from gy1100.report import RobustnessReport
from gy1100.robustness import robustness
from gy1100.users import User, add_user

from .report_sample import sample_evidence, sample_result

BOOK = load_rulebook()
DAY = date(2018, 3, 2)
FIRST = first_state(BOOK, DAY)
TO_JUDGE = ("广元经济技术开发区", "3", "inspection_rule")
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30),
    st.dictionaries(st.sampled_from(["of", "is"]), st.one_of(st.text(max_size=9), st.floats(), st.none())),
    st.lists(st.text(max_size=5), max_size=3),
)  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Return a new ledger."""
    path = tmp_path / "ledger.sqlite"
    open_ledger(path, create=True)
    return path


@pytest.fixture
def recorder(tmp_path: Path, ledger: Path) -> Recorder:
    """Return what records for two assessors, one of them at home in 剑阁县, and a viewer of that county."""
    users = tmp_path / "users.json"
    for user in (User("李", "assessor"), User("王", "assessor", "剑阁县"), User("县里", "viewer", "剑阁县")):
        add_user(user, "a password", users)
    return Recorder(ledger, users, BOOK)


def at_desk(ledger: Path | None = None) -> Desk:
    """Return a desk over the sample."""
    dossier = Dossier(sample_evidence(), BOOK, open_ledger(ledger, read_only=True) if ledger else None)
    dossier.show(sample_result())
    return Desk(dossier, FIRST)


def record(recorder: Recorder, user: str, **fields: Any) -> Any:
    """Record something for a user."""
    from gy1100.users import read_users

    account = read_users(recorder.users).get(user)
    assert account is not None
    return asyncio.run(recorder.record(account, fields))


def judged(recorder: Recorder, user: str = "李", **more: Any) -> Any:
    """Record the judgement of the sample's open element."""
    unit, item, element = TO_JUDGE
    fields = {
        "action": "set_element", "unit": unit, "item": item, "element": element, "value": "1", "reason": "已看文件",
        "evidence": "3号", "valid_from": DAY.isoformat(), "computed_then": "5.00", "seen": 0,
    }  # fmt: skip
    return record(recorder, user, **fields | more)


# --- events -----------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*EVENTS, "nothing"]), ANY), max_size=8))
def test_no_event_leaves_what_is_allowed(events: list[tuple[str, Any]]) -> None:
    """Whatever comes over the socket: tab, day, units, weights and readings stay what the rulebook knows."""
    state = FIRST
    for name, value in events:
        state = after(state, name, value, BOOK)
    assert state.tab in TABS
    assert BOOK.rules.as_of.first.value <= state.as_of <= BOOK.rules.as_of.last.value
    assert set(state.units) <= {u.name for u in BOOK.units} and 2 <= len(state.units) <= 9
    BOOK.under(state.readings, state.weights)
    assert sum(BOOK.under(weights=state.weights).points(i) for i in BOOK.items) == pytest.approx(100)
    assert all(len(getattr(state, name)) <= 100 for name in ("place", "unit", "flag", "words", "cadre"))


def test_a_weight_takes_from_its_neighbours() -> None:
    """One item's points up, the others of its heading down in their proportions; 50 stay 50."""
    state = after(FIRST, "weight", {"of": "4.1", "is": "30"}, BOOK)
    assert state.weights == {"4.1": 30, **dict.fromkeys(("4.2", "4.3", "4.4", "4.5"), 5)}
    state = after(state, "weight", {"of": "4.1", "is": "50"}, BOOK)
    state = after(state, "weight", {"of": "4.1", "is": "10"}, BOOK)
    assert state.weights == {"4.1": 10, **dict.fromkeys(("4.2", "4.3", "4.4", "4.5"), 10)}
    assert after(state, "reset", "", BOOK).weights == {}


def test_what_if_never_touches_the_official_ranking() -> None:
    """Under other weights the page shows arrows against the ranking that stands; that one is as it was."""
    one = at_desk()
    official = one.dossier.result(DAY).ranking.copy()
    for name, value in (
        ("tab", "contrast"),
        ("weight", {"of": "4.4", "is": 45}),
        ("reading", {"of": "lateness", "is": "none"}),
    ):
        one.do(name, value)
    page = one.html()
    assert "试算排名" in page and ("↑" in page or "↓" in page)
    assert one.dossier.result(DAY).ranking.equals(official)
    one.do("reset", "")
    assert "正式排名" in one.html()


def test_every_message_is_answered() -> None:
    """A message that is nothing, and one that changes nothing, get an answer; only changes carry the page again."""
    one = at_desk()
    shown = [one.html()]
    assert _answer(one, None, shown) == {} and _answer(one, {"do": 7, "value": []}, shown) == {}
    assert "县区对比" in _answer(one, {"do": "tab", "value": "contrast"}, shown)["html"]


# --- pages ------------------------------------------------------------------------------------------------------------


class Balance(HTMLParser):
    """Checks that elements close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Note an element, void ones apart."""
        if tag not in ("input", "br", "img", "meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It closes what was opened last."""
        if tag != "input":
            assert self.open.pop() == tag


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_tab_is_whole(tab: str, lang: str) -> None:
    """Each page is well formed, in its language, and says that the data are a sample."""
    one = at_desk()
    one.dossier = Dossier(sample_evidence(), BOOK, None, lang)
    one.dossier.show(sample_result())
    one.do("tab", tab)
    parser = Balance()
    page = one.html()
    parser.feed(page)
    assert parser.open == []
    assert ("示例数据" if lang == "zh" else "sample data") in page


def test_how_firm_ranks_are_is_worked_out_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before the tab is opened, once for each spread of the weights; the paragraphs are those of the report."""
    made = []

    def counted(*given: Any, **more: Any) -> Any:
        made.append(more["concentration"])
        return robustness(*given, **more)

    monkeypatch.setattr("gy1100.report.rank_report.robustness", counted)
    one = at_desk()
    assert one.html() and made == []
    one.do("tab", "firmness")
    page = one.html()
    assert one.html() == page and made == [20.0]
    one.do("spread", "7")
    assert one.html() == page
    one.do("spread", "5")
    wider = one.html()
    one.do("spread", "20")
    assert wider != one.html() == page and made == [20.0, 5.0]
    show = RobustnessReport(sample_result(), draws=20_000)
    assert page.count("<svg") == 2 and all(show.words.unit(u.name) in page for u in BOOK.units)


def test_where_nothing_is_due_no_rank_is_firm() -> None:
    """The tab says why."""
    one = at_desk()
    one.do("as_of", "2017-04-10")
    one.do("tab", "firmness")
    assert "有分可排的单位不足两个" in one.html()


def test_texts_of_exports_are_escaped() -> None:
    """A name that is markup is shown as text on every page where names stand."""
    import pyarrow as pa

    evil = "<img src=x onerror=alert(1)>"
    cadres = sample_evidence().tables["cadres"]
    names = pa.array([evil] * cadres.num_rows)
    table = cadres.set_column(cadres.column_names.index("name"), "name", names)
    evidence = replace(sample_evidence(), tables={**sample_evidence().tables, "cadres": table})
    one = Desk(Dossier(evidence, BOOK), replace(FIRST, tab="cadres"))
    many = one.html()
    one.do("cadre", "LZ0001")
    for page in (many, one.html()):
        assert evil not in page and "&lt;img src=x" in page


def test_no_log_text_is_shown() -> None:
    """A cadre's page names logs by id, file and row, never their text."""
    one = at_desk()
    one.do("tab", "cadres")
    one.do("cadre", "LZ0001")
    page = one.html()
    logs = [
        r for r in sample_evidence().tables["logs"].to_pylist() if r["cadre_id"] == "LZ0001" and r["text"]
    ]
    assert logs[0]["log_id"] in page and not any(r["text"] in page for r in logs)


def test_cadres_are_found_and_saved() -> None:
    """Filters narrow the list; what is saved is what is shown, safe for a spreadsheet."""
    one = at_desk()
    for name, value in (
        ("tab", "cadres"),
        ("unit", "青川县"),
        ("cadre_type", "full_time"),
        ("words", "qc0001"),
    ):
        one.do(name, value)
    assert "共1人" in one.html()
    saved = one.do("save_cadres", "")
    assert saved is not None and len(saved["text"].splitlines()) == 2 and "QC0001" in saved["text"]


def test_widgets() -> None:
    """The desk and the comparison are widgets that show themselves in a notebook."""
    for widget in (desk(sample_evidence(), BOOK, as_of="2018-03-02"), compare(sample_result())):
        assert "gy-ranks" in widget.html
        assert "application/vnd.jupyter.widget-view+json" in widget._repr_mimebundle_()[0]
    from gy1100.desk import desk as once_more  # as a notebook's cell that is run again does

    assert once_more is desk


# --- the queue and the ledger -----------------------------------------------------------------------------------------


def test_the_queue_leads_with_what_awaits_judgement() -> None:
    """Elements without a check come first; every place is one of the rulebook's."""
    places = queue(at_desk().dossier, DAY)
    assert places[0].kind == "awaiting_judgement"
    assert [KINDS.index(p.kind) for p in places] == sorted(KINDS.index(p.kind) for p in places)
    assert all(place_of(p.key, at_desk().dossier) for p in places)


@pytest.mark.parametrize(
    "key", ["", "|", "剑阁县|9.9|", "剑阁县|3|weather", "成都|3|", "剑阁县|4.1|inspection_rule"]
)
def test_places_that_are_none(key: str) -> None:
    """What names no unit, item or element opens nothing."""
    assert place_of(key, at_desk().dossier) is None


def test_a_decision_changes_the_score(recorder: Recorder, ledger: Path) -> None:
    """Recorded for who is logged in, it stands in the next look at the desk and in an assessment by the ledger."""
    from gy1100 import assess

    one = at_desk(ledger)
    entry = judged(recorder)
    assert (entry.assessor, entry.value) == ("李", "1")
    one.do("recorded", entry.seq)
    unit, item, _ = TO_JUDGE
    score = one.dossier.result(DAY).explain(unit, item).score
    assert score["status"] == "decided" and score["points"] > score["computed"]
    full = assess(sample_evidence(), BOOK, as_of=DAY, decisions=ledger)
    assert full.scores.equals(one.dossier.result(DAY).scores)
    assert (unit, item) in {(p.unit, p.item) for p in queue(one.dossier, DAY) if p.kind == "unconfirmed"}


def test_new_data_after_a_decision_asks_for_another_look(recorder: Recorder, ledger: Path) -> None:
    """Where the computed points are others than when it was decided, the place is in the queue again."""
    judged(recorder, computed_then="4.00")
    kinds = {(p.kind, p.unit, p.item) for p in queue(at_desk(ledger).dossier, DAY)}
    assert ("computed_changed", TO_JUDGE[0], TO_JUDGE[1]) in kinds


def test_the_second_is_shown_the_first(recorder: Recorder) -> None:
    """Of two who saw the same page the second writes nothing and is told what the first decided."""
    judged(recorder)
    with pytest.raises(Overtaken) as told:
        judged(recorder, "王", value="0")
    assert told.value.entry.assessor == "李"
    assert judged(recorder, "王", value="0", seen=1).seq == 2


@pytest.mark.parametrize(
    ("user", "fields"),
    [
        ("县里", {"action": "set_item", "unit": "剑阁县", "item": "2.1", "value": "5"}),
        ("县里", {"action": "contest", "unit": "青川县", "item": "2.1"}),
        ("李", {"action": "set_item", "unit": "青川县", "item": "2.1", "value": "5", "colour": "red"}),
        ("李", {"unit": "青川县"}),
        ("李", {"action": "set_item", "unit": 7, "item": "2.1", "value": "5"}),
        ("李", {"action": "set_item", "unit": "青川县", "item": "2.1", "value": "5", "seen": "all"}),
        ("李", {"action": "set_item", "unit": "青川县", "item": "2.1", "value": "5", "valid_from": "soon"}),
    ],
)  # fmt: skip
def test_who_may_not_and_what_is_no_entry(recorder: Recorder, user: str, fields: dict[str, Any]) -> None:
    """Viewers judge nothing and contest for their own unit alone; unknown fields and types are refused."""
    with pytest.raises(WrongUsage):
        record(recorder, user, reason="试", evidence="甲", **fields)


def test_nobody_judges_the_own_unit(recorder: Recorder) -> None:
    """An assessor at home in a county is refused there, whatever the page sent, even a name."""
    with pytest.raises(Refused):
        judged(recorder, "王", unit="剑阁县", assessor="李")


def test_reply_and_answer(recorder: Recorder, ledger: Path) -> None:
    """A county contests, the score says so, an assessor answers, and it is closed."""
    one = at_desk(ledger)
    contest = record(recorder, "县里", action="contest", unit="剑阁县", item="2.1", reason="当天办过", seen=0)
    one.do("recorded", contest.seq)
    one.do("tab", "replies")
    assert "共1条待答复" in one.html() and "当天办过" in one.html()
    record(
        recorder,
        "李",
        action="answer",
        refers_to=contest.seq,
        unit="剑阁县",
        item="2.1",
        reason="已核实",
        seen=1,
    )
    one.do("tick", "")
    assert "共0条待答复" in one.html()


def form_of(one: Desk, name: str) -> dict[str, Any]:
    """Return what a form of the page that is shown would enter."""
    found: list[dict[str, Any]] = []

    class Forms(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if given.get("id") == name:
                found.append(json.loads(given["data-entry"] or ""))

    Forms().feed(one.html())
    return found[0]


def test_signed_frozen_opened_again(recorder: Recorder, ledger: Path) -> None:
    """A signed result says so in a report made of the ledger and lets nothing change it, until it is re-opened."""
    from gy1100 import assess
    from gy1100.report import Report

    one = at_desk(ledger)
    signed = record(recorder, "李", reason="党组会同意", **form_of(one, f"form-sign_off-{DAY}"))
    one.do("recorded", signed.seq)
    assert "已由李于" in one.html() and "第1版" in one.html()
    full = assess(sample_evidence(), BOOK, as_of=DAY, decisions=ledger)
    assert (
        "签定（第1版）" in Report(full).masthead().html
        and "不是签定的结果" not in Report(full).masthead().html
    )
    other = assess(sample_evidence(), BOOK.under({"lateness": "none"}), as_of=DAY, decisions=ledger)
    assert "不是签定的结果" in Report(other).masthead().html
    with pytest.raises(Refused, match="签定"):
        judged(recorder, seen=signed.seq)
    opened = record(recorder, "王", reason="更正", **form_of(one, f"form-reopen-{DAY}"))
    one.do("recorded", opened.seq)
    assert judged(recorder, seen=opened.seq).seq == 3
    one.do("recorded", 3)
    again = record(recorder, "李", reason="再签", **form_of(one, f"form-sign_off-{DAY}"))
    assert [(s.version, s.reopened) for s in signatures(open_ledger(ledger).entries())] == [
        (1, True),
        (2, False),
    ]
    assert again.value == "2"


def test_spot_checks_from_frame_to_score(recorder: Recorder, ledger: Path) -> None:
    """Frame, seed, draw, outcomes: a false log lowers the unit's authenticity at once, and in an assessment later."""
    from gy1100 import assess

    one = at_desk(ledger)
    one.do("tab", "checking")
    one.do("count_frame", "")
    frame = one.dossier._kept or one.html()
    assert frame and "冻结" in one.html()
    from gy1100.spot_checks.frames import freeze

    hashed = freeze(one.dossier.result(DAY), one.dossier.epoch, 30).sha256
    entry = record(
        recorder, "李", action="freeze_frame", evidence="抽样框", evidence_hash=hashed, value="30",
        valid_from=DAY.isoformat(), seen=0,
    )  # fmt: skip
    record(recorder, "李", action="enter_seed", refers_to=entry.seq, value="31415926", seen=1)
    one.do("tick", "")
    page = one.html()
    assert "抽查名单" in page and one.do("save_list", "") is not None
    before = one.dossier.result(DAY).authenticity.set_index("unit")["false"]
    log = page.split('id="call-')[1].split('"')[0]
    unit = page.split('id="call-')[0].rsplit("&#34;unit&#34;: &#34;", 1)[1].split("&#34;")[0]
    check = record(
        recorder, "李", action="record_check", unit=unit, evidence=log, value="false", element="phone",
        valid_from=DAY.isoformat(), seen=2,
    )  # fmt: skip
    one.do("recorded", check.seq)
    after_it = one.dossier.result(DAY).authenticity.set_index("unit")["false"]
    assert after_it[unit] == before[unit] + 1
    full = assess(sample_evidence(), BOOK, as_of=DAY, decisions=ledger)
    assert full.scores.equals(one.dossier.result(DAY).scores)
    to_do, done = one.html().split('id="entered"')
    assert f'id="call-{log}"' not in to_do and f'id="call-{log}"' in done and "不属实 · " in done
    date_of = next(row for row in sample_evidence().tables["logs"].to_pylist() if row["log_id"] == log)[
        "date"
    ]
    assert f'min="{date_of}"' in done
    saved = one.do("save_list", "")
    assert saved is not None and saved["text"].splitlines()[0].endswith(
        "单位,日志编号,团干部编号,活动日期,活动类别"
    )


@pytest.mark.parametrize(
    "fields", [{"value": "maybe"}, {"element": "pigeon"}, {"evidence": ""}, {"valid_from": ""}]
)
def test_checks_use_the_words_of_the_register(recorder: Recorder, fields: dict[str, str]) -> None:
    """Outcome, method, log and day are checked before anything is entered."""
    check = {"value": "false", "element": "phone", "evidence": "RZ000001", "valid_from": DAY.isoformat()}
    with pytest.raises(Refused):
        record(recorder, "李", action="record_check", unit="青川县", seen=0, **check | fields)


def test_the_time_line_is_filled_on_demand() -> None:
    """Days are assessed when they are asked for, and drawn as lines of all units."""
    one = at_desk()
    one.state = State("overview", date(2017, 5, 20), FIRST.units)
    assert "补齐其余" in one.html()
    one.do("timeline", "")
    assert one.dossier.next_day(date(2017, 5, 20)) is None
    assert one.html().count("<polyline") == 9


# --- what a second pair of eyes found ---------------------------------------------------------------------------------


class _Broken:
    """A page that fails at one event."""

    def html(self) -> str:
        """Return a page."""
        return "page"

    def do(self, name: str, value: Any) -> None:
        """Fail."""
        if name == "fail":
            raise RuntimeError("the ledger is busy")


def test_a_failing_event_is_answered() -> None:
    """The reason goes to the page, which asks on; what follows is answered as ever."""
    shown = ["page"]
    assert _answer(_Broken(), {"do": "fail"}, shown) == {"failed": "RuntimeError: the ledger is busy"}
    assert _answer(_Broken(), {"do": "tick"}, shown) == {}


def test_readings_that_exclude_each_other_change_nothing() -> None:
    """A combination that the rulebook rules out is not taken, and nothing is raised."""
    excluded = [{"lateness": "none", "authenticity": "off"}]
    book = replace(BOOK, rules=BOOK.rules.model_copy(update={"excluded_combinations": excluded}))
    state = after(FIRST, "reading", {"of": "lateness", "is": "none"}, book)
    assert after(state, "reading", {"of": "authenticity", "is": "off"}, book) == state != FIRST


def drawn_for(recorder: Recorder, day: date) -> None:
    """Freeze a frame of a day and enter a seed for it."""
    from gy1100.spot_checks.frames import freeze

    frozen = freeze(sample_result(day.isoformat()), at_desk().dossier.epoch, 30)
    frame = {
        "evidence": "抽样框",
        "evidence_hash": frozen.sha256,
        "value": "30",
        "valid_from": day.isoformat(),
    }
    entry = record(recorder, "李", action="freeze_frame", seen=0, **frame)
    record(recorder, "李", action="enter_seed", refers_to=entry.seq, value="31415926", seen=1)


def test_an_earlier_day_is_looked_at_with_a_later_frame(recorder: Recorder, ledger: Path) -> None:
    """The logs to check are those of the frame, whatever day is looked at; each form carries its own day."""
    drawn_for(recorder, DAY)
    one = at_desk(ledger)
    one.state = replace(FIRST, tab="checking", as_of=date(2017, 6, 30), checked_on=date(2018, 1, 5))
    page = one.html()
    assert "抽查名单" in page and one.do("save_list", "") is not None
    form = page.split('id="call-')[1]
    assert 'name="valid_from"' in form and 'value="2018-01-05"' in form.split("</form>")[0]
    assert "valid_from" not in page.split('id="call-')[0].rsplit("data-entry", 1)[1]
    assert "另有" in page


def test_a_frame_of_other_data_can_be_frozen_anew(recorder: Recorder, ledger: Path) -> None:
    """Where the evidence changed since, the page says so and offers to freeze again."""
    frame = {"evidence": "抽样框", "evidence_hash": "0" * 64, "value": "30", "valid_from": DAY.isoformat()}
    record(recorder, "李", action="freeze_frame", seen=0, **frame)
    one = at_desk(ledger)
    one.state = replace(FIRST, tab="checking")
    assert "或重新冻结" in one.html() and "count_frame" in one.html()
    one.do("count_frame", "")
    assert 'id="form-freeze"' in one.html()


@pytest.mark.parametrize("unit", ["", "团剑阁"])
def test_a_check_names_a_unit(recorder: Recorder, unit: str) -> None:
    """One that names none is not entered: nobody could tell whose it is."""
    check = {"value": "genuine", "element": "phone", "evidence": "RZ000001", "valid_from": DAY.isoformat()}
    with pytest.raises((Refused, WrongUsage)):
        record(recorder, "王", action="record_check", unit=unit, seen=0, **check)


def test_a_check_under_another_unit_counts_for_nobody(recorder: Recorder, ledger: Path) -> None:
    """Who is at home in a county cannot enter a check of its logs under another county's name."""
    evidence = sample_evidence()
    homes = dict(zip(*(evidence.tables["cadres"][n].to_pylist() for n in ("cadre_id", "unit")), strict=True))
    log = next(row for row in evidence.tables["logs"].to_pylist() if homes[row["cadre_id"]] == "剑阁县")
    check = {"value": "genuine", "element": "phone", "evidence": log["log_id"], "valid_from": DAY.isoformat()}
    record(recorder, "王", action="record_check", unit="利州区", seen=0, **check)
    from gy1100 import assess

    counted = assess(evidence, BOOK, DAY, ledger).authenticity
    assert counted.equals(sample_result().authenticity)


def test_checks_of_two_logs_do_not_overtake_each_other(recorder: Recorder) -> None:
    """Two people ring up different cadres of a unit; of one log the second is shown the first."""
    check = {
        "value": "genuine",
        "element": "phone",
        "valid_from": DAY.isoformat(),
        "unit": "青川县",
        "seen": 0,
    }
    record(recorder, "李", action="record_check", evidence="RZ000001", **check)
    record(recorder, "王", action="record_check", evidence="RZ000002", **check)
    with pytest.raises(Overtaken):
        record(recorder, "王", action="record_check", evidence="RZ000001", **check)


def test_a_decided_item_keeps_its_share_under_other_weights(recorder: Recorder, ledger: Path) -> None:
    """What-if: full points stay full points; nothing exceeds what an item is worth."""
    fields = {
        "value": "10",
        "reason": "已看文件",
        "evidence": "3号",
        "valid_from": DAY.isoformat(),
        "seen": 9,
    }
    for item in ("4.1", "4.2"):
        record(recorder, "李", action="set_item", unit="利州区", item=item, **fields)
    tried = (
        at_desk(ledger)
        .dossier.result(DAY)
        .under(weights={"4.1": 1, "4.2": 1, "4.3": 16, "4.4": 16, "4.5": 16})
    )
    scores = tried.scores.set_index(["unit", "item"])
    assert scores.loc[("利州区", "4.1"), "points"] == 1.0
    assert (scores["points"] <= scores["points_max"]).all()


def test_entries_of_another_rulebook_are_not_ours(ledger: Path) -> None:
    """A contest of another year is no open reply of this one, nor in its threads, and freezes no page."""
    other = load_rulebook("fictitious-2019")
    unit, item = next(iter(other.units)).name, other.items[0].id
    with_theirs = open_ledger(ledger)
    with_theirs.append(Draft("李", "contest", unit=unit, item=item, reason="不服"), other, seen=0)
    one = at_desk(ledger)
    assert one.dossier.contests() == () and one.dossier.head == 1
    for tab in TABS:
        one.state = replace(FIRST, tab=tab)
        assert "不服" not in one.html()


def test_the_queue_keeps_the_order_of_its_kinds(recorder: Recorder, ledger: Path) -> None:
    """A place with several reasons stands where the first of them puts it."""
    late = next(p for p in queue(at_desk(ledger).dossier, DAY) if p.kind == "late")
    record(recorder, "县里" if late.unit == "剑阁县" else "李", action="contest", unit=late.unit, item=late.item,
           reason="不服", seen=0)  # fmt: skip
    kinds = [KINDS.index(place.kind) for place in queue(at_desk(ledger).dossier, DAY)]
    assert kinds == sorted(kinds)


def test_cadres_are_filtered_by_what_the_list_says() -> None:
    """Each reason of the list finds exactly the cadres who have it."""
    one = at_desk()
    cadres = one.dossier.result(DAY).cadres
    for reason in ("fulfilment", "contacts", "refuted", "coerced"):
        found = chosen(replace(FIRST, flag=reason), one.dossier)
        assert set(found["cadre_id"]) == set(cadres.loc[cadres["reasons"].str.contains(reason), "cadre_id"])


def test_a_withdrawal_is_confirmed_at_the_desk(recorder: Recorder, ledger: Path) -> None:
    """Under four eyes a second one may confirm that a confirmed decision is taken back."""
    entry = judged(recorder)
    record(recorder, "王", action="confirm", refers_to=entry.seq, seen=1)
    back = record(recorder, "李", action="withdraw", refers_to=entry.seq, reason="误判", seen=2)
    one = at_desk(ledger)
    acts = {e.seq: one.dossier.acts_on(e) for e in one.dossier.entries}
    assert acts[back.seq] == ()
    one.dossier.four_eyes = True
    assert one.dossier.acts_on(one.dossier.entries[-1]) == ("confirm",)


def test_a_duty_of_several_owners_is_one_line() -> None:
    """What falls due next is told once, whoever owes it."""
    one = at_desk()
    lines = due_next(replace(FIRST, as_of=date(2017, 5, 15)), one.dossier).split("<li>")[1:]
    assert len(lines) == len(set(lines)) > 3


def test_a_frame_says_how_many_a_unit_in_figures(recorder: Recorder) -> None:
    """Any other text would be read by everybody who opens the tab."""
    with pytest.raises(Refused):
        record(recorder, "李", action="freeze_frame", evidence="抽样框", evidence_hash="0" * 64, value="abc",
               valid_from=DAY.isoformat(), seen=0)  # fmt: skip


def test_a_check_before_its_log_counts_for_nobody() -> None:
    """An office's register is refused for such a row; one that was entered adds nothing."""
    evidence = sample_evidence()
    log = evidence.tables["logs"].slice(0, 1).to_pylist()[0]
    before, after = (
        Decisions(record=Record("1:x", checks=(Check(1, log["log_id"], "phone", "false", day),)))
        for day in (log["date"] - timedelta(days=1), log["date"])
    )
    assert with_entered_checks(evidence, before) is evidence
    assert (
        with_entered_checks(evidence, after).tables["spot_checks"].num_rows
        > evidence.tables["spot_checks"].num_rows
    )


class _Started:
    """In the place of a server: it knows what it was started on, and ends at once."""

    def __init__(self) -> None:
        self.page = ""

    def initialize(self, arguments: list[str]) -> None:
        self.page = Path(arguments[0]).read_text("utf-8")

    def start(self) -> None:
        return


def test_the_ledger_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel of a desk starts in its notebook's folder: the place it is given does not depend on where it is."""
    monkeypatch.chdir(tmp_path)
    started, told = _Started(), list[object]()
    monkeypatch.setattr(serving, "_server", lambda *_: started)
    service = Service("review/ledger.sqlite", Path("users.json"), port=0)
    serving.serve(service, BOOK, {"exports": "", "as_of": "2018-03-02"}, told.append)
    assert str(tmp_path / "review" / "ledger.sqlite") in started.page
    assert (tmp_path / "review" / "ledger.sqlite").is_file()
    assert re.search(r"http://127.0.0.1:[1-9][0-9]{3,4}/", str(told[-1]))


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """No address of somebody else's desk is printed."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        service = Service(tmp_path / "l.sqlite", tmp_path / "users.json", port=other.getsockname()[1])
        with pytest.raises(WrongUsage, match="--port"):
            serving.serve(service, BOOK, {}, print)


def test_the_first_place_stays_when_somebody_else_decides_it(recorder: Recorder, ledger: Path) -> None:
    """Who is writing there keeps the place and sees the decision; after an entry of one's own the next one follows."""
    mine = at_desk(ledger)
    mine.do("tab", "judgement")
    mine.html()
    first, others = mine.state.place, queue(mine.dossier, DAY)
    assert first == others[0].key
    unit, item, element = (place := place_of(first, mine.dossier)).unit, place.item, place.element  # type: ignore[union-attr]
    action = "set_element" if element else "set_item"
    entry = {
        "unit": unit,
        "item": item,
        "element": element or "",
        "value": "1",
        "reason": "核实",
        "evidence": "照片",
    }
    record(recorder, "李", action=action, seen=0, valid_from=DAY.isoformat(), **entry)
    mine.do("tick", None)
    assert mine.html() and mine.state.place == first
    mine.do("recorded", 1)
    mine.html()
    assert mine.state.place == queue(mine.dossier, DAY)[0].key != first


def test_whoever_logged_in_anew_enters_nothing_under_another_greeting(recorder: Recorder) -> None:
    """The page greets one, the log-in is another's: nothing is recorded until the page is loaded again."""
    with pytest.raises(WrongUsage, match="李"):
        judged(recorder, greeted="王")
    assert judged(recorder, greeted="李").assessor == "李"


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "理由“”：不能为空"), ("en", "Reason “”: may not be blank")]
)
def test_refusals_in_the_desk_s_language(recorder: Recorder, lang: str, words: str) -> None:
    """Field, problem and mend are told apart, in one language."""
    with pytest.raises(Refused) as refusal:
        judged(recorder, reason="", value="9")
    told = refused_words(refusal.value, lang).splitlines()
    assert len(told) == 2 and any(line.startswith(words[:4]) for line in told), told
    assert all(("；" if lang == "zh" else "; ") in line for line in told)


def test_pasted_cells_and_joined_pictures_are_words(recorder: Recorder) -> None:
    """A tab is a blank, and a picture of several characters is no hidden one."""
    entry = judged(recorder, reason="第一格\t第二格 👨\u200d👩\u200d👧")
    assert entry.reason == "第一格 第二格 👨\u200d👩\u200d👧"
