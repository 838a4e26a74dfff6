"""The archive of a result verifies on its own; what was signed stays beside what comes after it."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from rocrate.rocrate import ROCrate

from gy1100 import assess, cli, load_rulebook, read_evidence
from gy1100.bundle import METADATA, crate_problems, opened_bundle, write_bundle
from gy1100.errors import NothingToRead
from gy1100.ledger import Draft, open_ledger, sign_off_draft
from gy1100.manifest import read_manifest, seal_manifest
from gy1100.verdict import Given
from gy1100.verification import verify
from gy1100.versions import keep_signed, signature_of

from .small_exports import UNIT, days, write_tables
from .test_verify import DAY, RULES, TABLES, codes, decided

PHONE = "13812345678"


def written(root: Path, out: str = "out", **changes: Any) -> Path:
    """Return the folder of a result made of a place's exports and ledger."""
    evidence = read_evidence(root / "exports", RULES)
    options = {"decisions": root / "ledger.sqlite", "four_eyes": True} | changes
    return Path(assess(evidence, RULES, DAY, **options).write(root / out, keep_evidence=True))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a result and its archive; a log's text and the youths hold a phone number."""
    root = tmp_path_factory.mktemp("bundle")
    logs = [
        *TABLES["logs"],
        {"date": days("2017-05-09", 1)[0], "text": f"联系了青年小王，电话{PHONE}，谈了就业"},
    ]
    youths = [{"youth_id": "Q1", "姓名": "王小明", "手机号": PHONE}]
    write_tables(root / "exports", TABLES | {"logs": logs, "youths": youths})
    decided(root / "ledger.sqlite")
    write_bundle(written(root), RULES, root / "ledger.sqlite")
    return root


def test_an_archive_alone_is_enough(made: Path, tmp_path: Path) -> None:
    """Elsewhere, with neither exports nor ledger, every figure is computed anew and is the same."""
    shutil.copy(made / "out" / "bundle.zip", tmp_path / "b.zip")
    checks = verify(Given(tmp_path / "b.zip"))
    assert codes(checks, "differs") == []
    alone, kept = ["tables_alone", "hash_alone"], ["inputs_missing", "evidence_kept", "findings_kept"]
    assert codes(checks, "unchecked") == [*alone, *kept]
    tables = {c.args["name"] for c in checks if c.code == "table"}
    assert tables == {f"{name}.csv" for name in ("scores", "ranking", "cadres", "components", "parts")}
    assert {"crate", "crate_rulebook", "chain_whole", "head_recorded"} <= set(codes(checks, "holds"))


def test_no_person_is_in_an_archive(made: Path) -> None:
    """Neither the youth's name nor the number that stood in the exports and in a log's text."""
    with zipfile.ZipFile(made / "out" / "bundle.zip") as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert not [
        n for n, content in contents.items() if PHONE.encode() in content or "王小明".encode() in content
    ]
    assert "谈了就业".encode() in contents["result/evidence/logs.csv"]


def test_the_metadata_are_an_ro_crate(made: Path, tmp_path: Path) -> None:
    """The library of the format reads it: every file with its hash, what was made from what."""
    with zipfile.ZipFile(made / "out" / "bundle.zip") as archive:
        archive.extractall(tmp_path)
        names = set(archive.namelist()) - {"ro-crate-metadata.json"}
    crate = ROCrate(tmp_path)
    assert {e.id for e in crate.get_by_type("File")} == names
    run = crate.get("#assessment")
    assert {e.id for e in run["result"]} == {n for n in names if n.startswith("result/")}
    assert {e["name"] for e in run["object"]} == {f"{table}.csv" for table in (*TABLES, "youths")}
    assert run["instrument"]["name"] == "gy1100" and crate.root_dataset["datePublished"] == DAY.isoformat()


@pytest.mark.parametrize(
    "name", ["result/scores.csv", "result/evidence/logs.csv", f"rulebook/{RULES.id}/rules.yaml"]
)
def test_an_archive_that_was_changed_is_found_out(made: Path, tmp_path: Path, name: str) -> None:
    """A changed score, log or rule differs, by the metadata and by the figures."""
    with zipfile.ZipFile(made / "out" / "bundle.zip") as old, zipfile.ZipFile(tmp_path / "b.zip", "w") as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, content.replace(b"2017-05-04", b"2017-05-14").replace(b"5.00", b"4.00")
                         + (b"\n# changed" if member == name else b""))  # fmt: skip
    assert "crate_changed" in codes(verify(Given(tmp_path / "b.zip")), "differs")


def test_files_of_any_name_are_in_an_archive(tmp_path: Path) -> None:
    """Chinese names, spaces and signs, of a decisions file and of pages: they verify, and a change is found."""
    write_tables(tmp_path / "exports", TABLES)
    decisions = tmp_path / "定分表.csv"
    row = f"{UNIT},2.3,,5,王评,2018-01-05,,补办,"
    decisions.write_text(
        f"unit,item,element,value,assessor,time,valid_from,reason,evidence\n{row}\n", "utf-8"
    )
    out = written(tmp_path, decisions=decisions, four_eyes=False)
    (out / "reports").mkdir()
    for name in ("剑阁县.html", "100% of 20%25 #1.html"):
        (out / "reports" / name).write_text("x", "utf-8")
    seal_manifest(out, {})
    archive = write_bundle(out, RULES, decisions)
    checks = verify(Given(archive))
    assert codes(checks, "differs") == [] and "crate" in codes(checks, "holds")
    names = ("decisions/定分表.csv", "result/reports/剑阁县.html", "result/reports/100% of 20%25 #1.html")
    for name in names:
        with zipfile.ZipFile(archive) as old, zipfile.ZipFile(tmp_path / "b.zip", "w") as new:
            for member in old.namelist():
                new.writestr(member, old.read(member) + (b"\n" if member == name else b""))
        found = [c.args["name"] for c in verify(Given(tmp_path / "b.zip")) if c.code == "crate_changed"]
        assert found == [name]


def test_metadata_of_another_shape_are_changed_ones(tmp_path: Path) -> None:
    """Whatever stands in them, it is told as a difference."""
    for graph in ('["x"]', '[{"@type": "File"}]', '[{"@type": "File", "@id": [], "sha256": "x"}]'):
        (tmp_path / METADATA).write_text(f'{{"@graph": {graph}}}', "utf-8")
        assert crate_problems(tmp_path) == [METADATA]


def test_what_is_no_archive_of_a_result(tmp_path: Path) -> None:
    """Another file, and an archive with paths that lead out of it, are refused in words."""
    (tmp_path / "x.zip").write_bytes(b"nothing")
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("../out.txt", "x")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    for name in "xyz":
        with pytest.raises(NothingToRead):
            verify(Given(tmp_path / f"{name}.zip"))
    assert not (tmp_path.parent / "out.txt").exists()


def test_a_signed_result_stays_when_another_follows(made: Path, tmp_path: Path) -> None:
    """Signed, opened again and decided anew: the first is kept whole below versions/, and verifies there."""
    root = tmp_path / "all"
    shutil.copytree(made, root)
    out, ledger = root / "out", open_ledger(root / "ledger.sqlite")
    manifest = read_manifest(out)
    assert manifest and signature_of(manifest, ledger.entries()) is None
    signed = ledger.append(sign_off_draft(manifest, assessor="王评", reason="定稿"), RULES, seen=3)
    assert signature_of(manifest, ledger.entries()) == signed.seq
    assert signature_of({n: v for n, v in manifest.items() if n != "inputs"}, ledger.entries()) is None
    other_level = manifest | {"rulebook": manifest["rulebook"] | {"id": f"{RULES.id}@city"}}
    assert signature_of(other_level, ledger.entries()) is None
    shutil.copytree(out, root / "same")
    assert keep_signed(out, root / "same", root / "ledger.sqlite") == []  # the same result once more
    ledger.append(Draft("李核", "reopen", refers_to=signed.seq, reason="补充材料"), RULES, seen=4)
    common = {"unit": UNIT, "valid_from": DAY, "evidence": "照片", "reason": "补办"}
    seq = ledger.append(Draft("王评", "set_item", item="2.4", value="5", **common), RULES, seen=5).seq  # type: ignore[arg-type]
    ledger.append(Draft("李核", "confirm", refers_to=seq), RULES, seen=6)
    after = written(root, "after")
    assert keep_signed(out, after, root / "ledger.sqlite") == [f"versions/{signed.seq}"]
    kept = after / "versions" / str(signed.seq)
    assert (
        (kept / "scores.csv").read_bytes()
        == (out / "scores.csv").read_bytes()
        != (after / "scores.csv").read_bytes()
    )
    assert codes(verify(Given(kept, root / "exports", root / "ledger.sqlite")), "differs") == []
    third = root / "third"
    shutil.copytree(after, third, ignore=shutil.ignore_patterns("versions"))
    assert keep_signed(after, third, root / "ledger.sqlite") == []
    assert (third / "versions" / str(signed.seq) / "manifest.json").is_file()


def test_a_bundle_holds_the_rulebook_and_nothing_beside_it(tmp_path: Path) -> None:
    """Exports or ledgers that stand in the rulebook's folder stay where they are."""
    book = shutil.copytree(RULES.folder, tmp_path / "kaohe")
    (book / "aliases.yaml").write_text("cadres: {points: [考核积分]}\n", "utf-8")
    write_tables(book / "exports", TABLES)
    (book / "青年名册.csv").write_text("姓名,手机号\n王小明,13812345678\n", "utf-8")
    rules = load_rulebook(str(book))
    result = assess(read_evidence(book / "exports", rules), rules, DAY)
    out = Path(result.write(tmp_path / "out", keep_evidence=True))  # type: ignore[arg-type]
    with zipfile.ZipFile(write_bundle(out, rules)) as archive:
        names = {
            n.removeprefix(f"rulebook/{rules.rules.id}/")
            for n in archive.namelist()
            if n.startswith("rulebook/")
        }
    assert names == {*(path.name for path in RULES.folder.iterdir()), "aliases.yaml"}


def test_a_damaged_archive_is_no_fault_of_ours(made: Path, tmp_path: Path) -> None:
    """Whatever byte of it is wrong, it is refused or found to differ."""
    data = (made / "out" / "bundle.zip").read_bytes()
    path = tmp_path / "b.zip"
    for at in range(50, len(data), len(data) // 60):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        try:
            with opened_bundle(path):
                pass
        except NothingToRead:
            continue


@pytest.mark.parametrize("command", ["check", "year-end"])
def test_a_signed_result_stays_when_the_next_run_makes_none(
    command: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import report, and a run that is refused, take the place of a result; a signed one stays below versions/."""
    root = Path(shutil.copytree(made, tmp_path / "all"))
    manifest, ledger = read_manifest(root / "out"), open_ledger(root / "ledger.sqlite")
    assert manifest
    seq = ledger.append(sign_off_draft(manifest, assessor="王评", reason="定稿"), RULES, seen=3).seq
    usual = shutil.copytree(
        root / "out" / "evidence", root / "out" / "versions" / "1"
    )  # of an earlier signature
    (root / "data" / "review").mkdir(parents=True)
    shutil.copy(root / "ledger.sqlite", root / "data" / "review" / "ledger.sqlite")  # where it usually lies
    seal_manifest(root / "out", manifest["options"])
    monkeypatch.chdir(root)
    (root / "exports" / "bad.csv").write_text("cadre_id,unit,cadre_type\nG9,剑阁县,什么\n", "utf-8")
    assert cli.run([command, "exports", "--out", "out"]) == 65
    assert not (root / "out" / "scores.csv").exists()
    assert (root / "out" / "versions" / str(seq) / "scores.csv").is_file() and usual.is_dir()


def test_a_damaged_ledger_hinders_no_run_that_does_not_use_it(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The usual ledger is asked who signed; whoever uses it is told that it is damaged."""
    (tmp_path / "data" / "review").mkdir(parents=True)
    (tmp_path / "data" / "review" / "ledger.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 400)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made / "out", tmp_path / "stage")
    assert keep_signed(made / "out", tmp_path / "stage", None) == []
