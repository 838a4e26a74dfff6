"""The desk without a browser: what events may change, what is shown, who may enter what."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gy1100 import load_rulebook
from gy1100.desk import compare, desk
from gy1100.desk.dossier import Dossier
from gy1100.desk.live import _answer
from gy1100.desk.queue import KINDS, place_of, queue
from gy1100.desk.recorder import Recorder
from gy1100.desk.state import EVENTS, TABS, State, after, first_state
from gy1100.desk.tabs import Desk
from gy1100.errors import Refused, WrongUsage
from gy1100.ledger import Overtaken, open_ledger
from gy1100.ledger.standing import signatures
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
    signed = record(recorder, "李", reason="党组会同意", **form_of(one, "form-sign_off"))
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
    opened = record(recorder, "王", reason="更正", **form_of(one, "form-reopen"))
    one.do("recorded", opened.seq)
    assert judged(recorder, seen=opened.seq).seq == 3
    one.do("recorded", 3)
    again = record(recorder, "李", reason="再签", **form_of(one, "form-sign_off"))
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
    assert f'id="call-{log}"' not in one.html()


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
