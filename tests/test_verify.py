"""`gy1100 verify` finds what was changed after publication, and computes the figures anew from files found by hash."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gy1100 import assess, load_rulebook, read_evidence
from gy1100.cli import run
from gy1100.decisions import Check as Entered
from gy1100.decisions import Decisions, Record
from gy1100.errors import NothingToRead, WrongUsage
from gy1100.ledger import Draft, Ledger, open_ledger
from gy1100.manifest import owned_files
from gy1100.recomputation import differing_lines, findings_about
from gy1100.register import with_entered_checks
from gy1100.report.sample import is_sample
from gy1100.verdict import Check, Given
from gy1100.verification import verify

from .small_exports import UNIT, days, write_tables

RULES, DAY = load_rulebook(), date(2018, 3, 2)
TABLES: dict[str, list[dict[str, Any]]] = {
    "cadres": [{"cadre_id": "G1"}, {"cadre_id": "G2", "unit": "利州区"}],
    "logs": [
        {"date": day, "cadre_id": cadre} for day in days("2017-04-03", 12, 20) for cadre in ("G1", "G2")
    ],
    "organ_activities": [{"date": "2017-05-04", "kind": "open_day"}],
}


def decided(where: Path) -> Ledger:
    """Return a ledger with a decision, its confirmation and one that nobody confirmed."""
    ledger = open_ledger(where, create=True)
    common = {"unit": UNIT, "valid_from": DAY, "evidence": "照片", "reason": "补办"}
    for draft in (Draft("王评", "set_item", item="2.3", value="5", **common), Draft("李核", "confirm", refers_to=1),
                  Draft("王评", "set_item", item="2.2", value="4", **common)):  # type: ignore[arg-type]  # fmt: skip
        ledger.append(draft, RULES, seen=ledger.head().seq)
    return ledger


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with exports, a ledger and the result made of them; tests work on copies."""
    root = tmp_path_factory.mktemp("published")
    write_tables(root / "exports", TABLES)
    (root / "exports" / "Thumbs.db").write_bytes(b"litter")
    decided(root / "ledger.sqlite")
    evidence = read_evidence(root / "exports", RULES)
    assess(evidence, RULES, DAY, root / "ledger.sqlite", four_eyes=True).write(root / "out")
    return root


@pytest.fixture
def place(published: Path, tmp_path: Path) -> Path:
    """Return a copy of all of it."""
    shutil.copytree(published, tmp_path / "all")
    return tmp_path / "all"


def given(place: Path, **changes: Any) -> Given:
    """Return what the result in a place is checked against."""
    return replace(Given(place / "out", place / "exports", place / "ledger.sqlite"), **changes)


def codes(checks: list[Check], state: str) -> list[str]:
    """Return the codes of the checks in a state."""
    return [check.code for check in checks if check.state == state]


def test_a_result_as_it_was_published_holds(place: Path) -> None:
    """Files, rulebook, ledger and every csv file computed anew agree with what was recorded."""
    checks = verify(given(place))
    assert codes(checks, "differs") == [] and codes(checks, "unchecked") == ["hash_alone"]
    tables = [c.args["name"] for c in checks if c.code in ("table", "findings_part")]
    assert tables == [
        "scores.csv",
        "ranking.csv",
        "cadres.csv",
        "components.csv",
        "parts.csv",
        "findings.csv",
    ]


def test_exports_are_found_by_hash_whatever_they_are_called(place: Path) -> None:
    """Renamed, in other folders, among others and inside an archive, the exports are found and give the same."""
    found = place / "found"
    (found / "deep").mkdir(parents=True)
    shutil.copy(place / "exports" / "cadres.csv", found / "deep" / "x.dat")
    with zipfile.ZipFile(found / "all.zip", "w") as archive:
        for name in ("logs.csv", "organ_activities.csv"):
            archive.write(place / "exports" / name, f"backup/{name}.bak")
    (found / "later.csv").write_text("团干部编号\nG9\n", "utf-8")
    checks = verify(given(place, exports=found))
    assert codes(checks, "differs") == []
    assert {c.args.get("name") for c in checks if c.code in ("table", "findings_part")} >= {
        "scores.csv",
        "findings.csv",
    }


def test_what_is_missing_is_said_and_not_taken_for_a_difference(place: Path) -> None:
    """Without an export or the ledger nothing is computed anew, and it says what to name."""
    (place / "exports" / "logs.csv").write_bytes(b"changed")
    checks = verify(given(place))
    assert codes(checks, "unchecked") == ["hash_alone", "inputs_missing", "not_recomputed"]
    assert codes(checks, "differs") == []
    assert "logs.csv" in next(c.line() for c in checks if c.code == "inputs_missing")
    alone = verify(Given(place / "out"))
    missing = {"no_ledger", "no_decisions", "inputs_missing", "not_recomputed"}
    assert missing | {"hash_alone"} == set(codes(alone, "unchecked"))


@pytest.mark.parametrize("name", ["scores.csv", "scores.xlsx"])
def test_a_changed_lost_or_added_file_is_named(place: Path, name: str) -> None:
    """A file that was changed or lost differs; one that is not recorded is named."""
    path = place / "out" / name
    path.write_bytes(path.read_bytes() + b" ")
    expected = [("changed", name), *([("table_differs", name)] if name.endswith(".csv") else [])]
    checks = verify(given(place))
    assert [(c.code, c.args["name"]) for c in checks if c.state == "differs"] == expected
    assert name not in {c.args.get("name") for c in checks if c.state == "holds"}
    path.rename(path.with_name("other.txt"))
    checks = verify(given(place))
    assert codes(checks, "differs") == ["lost"] and codes(checks, "unchecked") == ["foreign", "hash_alone"]


def rewritten(place: Path, **changes: Any) -> None:
    """Change the manifest as somebody would who wants the result to look whole."""
    path = place / "out" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def test_figures_changed_with_their_hash_are_found_by_computing_anew(place: Path) -> None:
    """Points changed in scores.csv and in the manifest as well differ from the points computed anew."""
    from gy1100.manifest import hashes

    path = place / "out" / "scores.csv"
    text = path.read_text("utf-8-sig").replace("剑阁县,2.3,5.00", "剑阁县,2.3,4.00")
    path.write_text(text, "utf-8-sig", newline="")
    rewritten(place, files=hashes(place / "out"))
    (differs,) = [c for c in verify(given(place)) if c.state == "differs"]
    assert differs.code == "table_differs" and differs.args["name"] == "scores.csv" and differs.args["n"] == 1


@pytest.mark.parametrize("edited", [True, False])
def test_a_table_of_the_result_that_is_not_recorded_differs(place: Path, edited: bool) -> None:
    """Its hash taken out of the manifest, scores.csv is compared all the same."""
    path = place / "out" / "scores.csv"
    files = json.loads((place / "out" / "manifest.json").read_text("utf-8"))["files"]
    rewritten(place, files={name: sha256 for name, sha256 in files.items() if name != path.name})
    if edited:
        path.write_bytes(path.read_bytes().replace(b",2.3,5.00", b",2.3,4.00"))
    checks = verify(given(place))
    assert codes(checks, "differs") == ["unrecorded", *(["table_differs"] if edited else [])]
    assert "foreign" not in codes(checks, "unchecked")


def test_a_manifest_that_names_no_inputs_is_not_computed_anew(place: Path) -> None:
    """It is said, of figures; a folder without any has nothing to compute."""
    path = place / "out" / "manifest.json"
    known = json.loads(path.read_text("utf-8"))
    del known["inputs"]
    path.write_text(json.dumps(known), "utf-8")
    assert "no_inputs" in codes(verify(given(place)), "unchecked")
    (place / "page").mkdir()
    path = path.rename(place / "page" / path.name)
    path.write_text(json.dumps(known | {"files": {}, "as_of": None}), "utf-8")
    assert "no_inputs" not in codes(verify(given(place, out=place / "page")), "unchecked")


def test_csv_files_that_are_not_computed_anew_are_named(place: Path) -> None:
    """Every one of them, folders as one, pages beside them; where they were changed that is said instead."""
    from gy1100.manifest import hashes

    out = place / "out"
    (out / "evidence").mkdir()
    added = [f"t{n}.csv" for n in range(7)]
    for name in (*added, "evidence/a.csv", "evidence/b.csv", "page.html"):
        (out / name).write_text("x\n", "utf-8")
    rewritten(place, files=hashes(out))
    by_code = {c.code: c for c in verify(given(place))}
    assert by_code["tables_alone"].args == {"n": 9, "names": ("evidence/", *added)}
    assert "page.html" in by_code["hash_alone"].line("en")
    (out / "t3.csv").write_text("y\n", "utf-8")
    assert "t3.csv" not in next(c for c in verify(given(place)) if c.code == "tables_alone").line()


def test_names_are_listed_as_the_language_lists_them() -> None:
    """Commas in English; no other word changes."""
    check = Check("unchecked", "foreign", {"n": 2, "names": ("a", "b")})
    assert check.line().endswith("a、b") and check.line("en").endswith("a, b")


def test_bytes_that_differ_in_no_line_are_told_in_words(place: Path) -> None:
    """The recorded hash alone, or line ends alone, and never an empty list of lines."""
    from gy1100.manifest import hashes

    path = place / "out" / "scores.csv"
    files = hashes(place / "out")
    rewritten(place, files=files | {path.name: "0" * 64})
    assert codes(verify(given(place)), "differs") == ["changed", "table_hash"]
    content = path.read_bytes()
    ends = (b"\r\n", b"\n") if b"\r\n" in content else (b"\n", b"\r\n")
    path.write_bytes(content.replace(*ends))
    rewritten(place, files=hashes(place / "out"))
    assert codes(verify(given(place)), "differs") == ["table_ends"]


def test_a_rulebook_that_was_named_must_be_there(place: Path) -> None:
    """A mistyped name is wrong usage; one that is named for a manifest without any is compared."""
    with pytest.raises(WrongUsage, match="guangyuan-2071"):
        verify(given(place, rulebook="guangyuan-2071"))
    path = place / "out" / "manifest.json"
    known = json.loads(path.read_text("utf-8"))
    del known["rulebook"]
    path.write_text(json.dumps(known), "utf-8")
    assert codes(verify(given(place, rulebook=RULES.id)), "differs") == ["other_rulebook"]


def test_the_ledger_must_hold_the_recorded_and_the_printed_head(place: Path) -> None:
    """A ledger that grew since gives the same figures; an older one, or another head, differs."""
    ledger = open_ledger(place / "ledger.sqlite")
    printed = ledger.head()
    contest = Draft("团县委", "contest", UNIT, "1.1", reason="有异议")
    grown = ledger.append(contest, RULES)
    withdraw = Draft("王评", "withdraw", refers_to=1, reason="错")
    ledger.append(withdraw, RULES, seen=grown.seq)
    checks = verify(given(place, head=printed.short))
    assert codes(checks, "differs") == [] and {"head_printed", "head_recorded"} <= set(codes(checks, "holds"))
    checks = verify(given(place, head=f"9:{'0' * 16}"))
    assert codes(checks, "differs") == ["head_printed_lost"]
    decided(place / "short.sqlite")
    checks = verify(given(place, decisions=place / "short.sqlite"))
    assert "head_recorded_lost" in codes(checks, "differs")


def test_a_printed_head_is_compared_where_there_is_no_ledger(place: Path) -> None:
    """Without the ledger the printed head is compared with the recorded one, or it says that it cannot be."""
    head = open_ledger(place / "ledger.sqlite").head()
    for printed, state, code in (
        (head.short, "holds", "heads_same"),
        (f"3:{'0' * 16}", "differs", "heads_differ"),
        (f"2:{'0' * 16}", "unchecked", "head_alone"),
    ):
        assert code in codes(verify(given(place, decisions=None, head=printed)), state)


def test_a_broken_ledger_is_named_and_nothing_computed_from_it(place: Path) -> None:
    """A changed entry is named with its number; figures are not computed from such a ledger."""
    import sqlite3

    raw = sqlite3.connect(place / "ledger.sqlite", isolation_level=None)
    raw.execute("DROP TRIGGER gy1100_ledger_update")
    raw.execute("UPDATE gy1100_ledger SET entry = replace(entry, '\"5\"', '\"4\"') WHERE seq = 1")
    raw.close()
    checks = verify(given(place))
    assert codes(checks, "differs") == ["chain"] and "not_recomputed" in codes(checks, "unchecked")


def test_a_decisions_file_and_corrections_are_found_by_hash(tmp_path: Path) -> None:
    """A result with a decisions file is computed anew from a copy of it under any name; without it it is not."""
    write_tables(tmp_path / "exports", TABLES)
    rows = f"unit,item,element,value,assessor,time,valid_from,reason,evidence\n{UNIT},2.3,,5,王评,2018-01-05,,补办,\n"
    (tmp_path / "decisions.csv").write_text(rows, "utf-8")
    result = assess(read_evidence(tmp_path / "exports", RULES), RULES, DAY, tmp_path / "decisions.csv")
    result.write(tmp_path / "out", lang="en", names=False)
    checks = verify(Given(tmp_path / "out", tmp_path / "exports"))
    assert codes(checks, "unchecked") == ["hash_alone", "no_decisions", "not_recomputed"]
    (tmp_path / "decisions.csv").rename(tmp_path / "exports" / "renamed.csv")
    checks = verify(Given(tmp_path / "out", tmp_path / "exports"))
    assert codes(checks, "differs") == [] and codes(checks, "unchecked") == ["hash_alone"]


def test_another_rulebook_and_version_are_told(place: Path) -> None:
    """A rulebook that is not the recorded one differs; another version is said; an unknown rulebook is not guessed."""
    known = json.loads((place / "out" / "manifest.json").read_text("utf-8"))
    rewritten(
        place,
        rulebook=known["rulebook"] | {"sha256": "0" * 64},
        package={"name": "gy1100", "version": "0.0.1"},
    )
    checks = verify(given(place))
    assert codes(checks, "differs") == ["other_rulebook"] and "other_version" in codes(checks, "unchecked")
    rewritten(place, rulebook=known["rulebook"] | {"id": "elsewhere-2017"})
    assert "no_rulebook" in codes(verify(given(place)), "unchecked")


def test_names_in_a_manifest_lead_nowhere_else(place: Path) -> None:
    """A manifest is data of others: a name that leads out of the working folder is not written."""
    known = json.loads((place / "out" / "manifest.json").read_text("utf-8"))
    for name in ("../evil.csv", str(place / "evil.csv"), "a/../../evil.csv", "..\\evil.csv", ""):
        rewritten(place, inputs=[known["inputs"][0] | {"name": name}])
        assert "inputs_missing" in codes(verify(given(place)), "unchecked")
    assert not list(place.parent.rglob("evil.csv"))


def test_what_is_no_result_is_said(place: Path, tmp_path: Path) -> None:
    """No manifest of ours, no exports folder and no head are each said in words."""
    with pytest.raises(NothingToRead):
        verify(Given(tmp_path))
    with pytest.raises(NothingToRead):
        verify(given(place, exports=tmp_path / "none"))
    with pytest.raises(WrongUsage):
        verify(given(place, head="seven"))


def test_the_command_prints_line_by_line_and_its_status(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 0 where nothing differs, 1 where something does; each line begins with its state."""
    words = [
        "verify",
        str(place / "out"),
        "--exports",
        str(place / "exports"),
        "--decisions",
        str(place / "ledger.sqlite"),
    ]
    assert run(words) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("一致")
    (place / "out" / "ranking.csv").unlink()
    assert run([*words, "--lang", "en"]) == 1
    assert "DIFFERS    ranking.csv" in capsys.readouterr().out
    assert run(["verify", str(place / "exports")]) == 66


def test_lines_and_findings_are_compared() -> None:
    """Lines are numbered from 1, missing ones differ; findings about files that are not recorded are left out."""
    assert differing_lines(b"a\nb\nc", b"a\nx") == [2, 3]
    text = "severity,file\nnote,a.csv\nnote,b.txt\nnote,\n".encode("utf-8-sig")
    assert findings_about(text, ["a.csv"]) == b"severity,file\r\nnote,a.csv\r\nnote,\r\n"


def test_spot_checks_entered_at_the_desk_stand_in_no_file(place: Path) -> None:
    """A result with some of them is computed anew from its exports and ledger like any other."""
    evidence = read_evidence(place / "exports", RULES)
    log = evidence.tables["logs"].to_pylist()[0]
    check = {"element": "phone", "value": "false", "evidence": log["log_id"], "valid_from": log["date"]}
    ledger = open_ledger(place / "ledger.sqlite")
    ledger.append(Draft("王评", "record_check", unit=UNIT, **check), RULES, seen=ledger.head().seq)  # type: ignore[arg-type]
    result = assess(evidence, RULES, DAY, place / "ledger.sqlite", four_eyes=True)
    assert result.evidence.tables["spot_checks"].num_rows == 1
    result.write(place / "out")
    told = json.loads((place / "out" / "manifest.json").read_text("utf-8"))
    assert all(entry["sha256"] for entry in told["inputs"])
    checks = verify(given(place))
    assert not codes(checks, "differs") and "inputs_missing" not in codes(checks, "unchecked")
    assert "table" in codes(checks, "holds")


def test_the_sample_with_checks_entered_is_still_the_sample() -> None:
    """What a ledger adds does not take the mark off the pages."""
    evidence = read_evidence("")
    log = evidence.tables["logs"].to_pylist()[0]
    entered = Decisions(
        record=Record("1:x", checks=(Entered(1, log["log_id"], "phone", "genuine", log["date"]),))
    )
    assert is_sample(with_entered_checks(evidence, entered)) and is_sample(evidence)


def test_decisions_that_are_not_there_are_nothing_to_read(place: Path) -> None:
    """A mistyped path is no ledger that was not given."""
    with pytest.raises(NothingToRead):
        verify(given(place, decisions=place / "ledgre.sqlite"))


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": None}, {"inputs": [{}]}, {"inputs": [{"name": 5, "sha256": "x"}]}, {"files": None},
        {"files": {"a": 1}}, {"options": None}, {"rulebook": None}, {"package": "gy1100"}, {"decisions": 5},
        {"decisions": {"head": {"seq": "x"}}}, {"decisions": {"name": "x", "sha256": None, "head": {"seq": 1}}},
        {"decisions": {"name": "x", "sha256": None, "taken": ["x"]}}, {"as_of": "x"}, {"as_of": 5}, {"rulebook": {}},
        {"rulebook": {"id": "x", "sha256": "x", "weights": []}}, {"set_aside": [{}]},
        *({"options": {"lang": lang}} for lang in ("fr", None, 5, [])),
        *({"corrections": corrections} for corrections in ({}, [], {"x": 1})),
    ],
)  # fmt: skip
def test_a_manifest_of_another_shape_is_none(place: Path, change: dict[str, Any]) -> None:
    """It is told as what is no result, not as a fault of ours; a later run there is not ended by it."""
    rewritten(place, **change)
    with pytest.raises(NothingToRead):
        verify(given(place))
    assert owned_files(place / "out") == frozenset()


def test_a_result_under_other_weights_holds(place: Path, tmp_path: Path) -> None:
    """The manifest tells weights as it tells readings, and what is computed anew has both."""
    evidence = read_evidence(place / "exports", RULES)
    book = RULES.under({"cadre_weight": "3"}, {"4.1": 20, "4.2": 0})
    out = assess(evidence, book, DAY).write(tmp_path / "out")
    assert out and codes(verify(Given(out, place / "exports")), "differs") == []
