"""Whether a published result is what it says: its files, its rulebook, its ledger, its figures computed anew."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .bundle import crate_problems, opened_bundle
from .decisions import Decisions, read_decisions
from .errors import Gy1100Error, NothingToRead
from .ledger import is_ledger, ledger_decisions, up_to
from .ledger_verification import head_of, ledger_checks, recorded_head
from .manifest import hashes, read_manifest
from .recomputation import (
    Inputs,
    differing_lines,
    findings_about,
    found_inputs,
    recomputed,
    with_kept_evidence,
)
from .resources import place_and_level
from .verdict import Check, Given, State
from .words import both

if TYPE_CHECKING:
    from .rulebook import Rulebook

TABLES = (
    "scores.csv",
    "ranking.csv",
    "cadres.csv",
    "components.csv",
    "parts.csv",
    "parts.parquet",
    "findings.csv",
)
SHOWN = 5  # files or lines that a message names


def verify(given: Given) -> list[Check]:
    """Return everything that holds, differs or could not be checked of a result, a folder or an archive of one.

    Raises
    ------
    NothingToRead
        If there is no result of ours, or nothing where exports or ledger should be.
    WrongUsage
        If the head is none.
    """
    if not given.out.is_file():
        return _verify(given)
    with opened_bundle(given.out) as bundle:
        book, decisions = given.rulebook or bundle.rulebook, given.decisions or bundle.decisions
        checks = _verify(replace(given, out=bundle.result, rulebook=book, decisions=decisions))
        return [*_crate_checks(bundle.root), *checks]


def _crate_checks(root: Path) -> Iterator[Check]:
    """Whether an archive holds what its metadata names, and whether its rulebook is the one that is installed here."""
    from .rulebook import load_rulebook

    found = crate_problems(root)
    yield from (Check("differs", "crate_changed", {"name": name}) for name in found)
    if not found:
        yield Check("holds", "crate")
    for path in (root / "rulebook").glob("*/rules.yaml"):
        own = load_rulebook(path.parent)
        try:
            here = load_rulebook(own.id).sha256 == own.sha256
        except Gy1100Error:
            here = False
        yield Check(
            "holds" if here else "unchecked",
            "crate_rulebook" if here else "crate_own_rulebook",
            {"id": own.id},
        )


def _verify(given: Given) -> list[Check]:
    if isinstance(given.decisions, Path) and not Path(up_to(given.decisions)[0]).exists():
        raise NothingToRead(both("cli.no_such_path", path=given.decisions))
    manifest = read_manifest(given.out)
    if manifest is None:
        raise NothingToRead(both("verify.no_result", out=given.out))
    if given.head:
        _ = head_of(given.head)
    checks = [*_file_checks(given.out, manifest), *_origin_checks(manifest)]
    book, found = _rulebook(given, manifest)
    checks += [found, *ledger_checks(given, manifest)]
    if "inputs" not in manifest:
        return checks + _without_inputs(given.out, manifest)
    if book is not None:
        checks += _figure_checks(given, manifest, book, whole=all(c.code != "chain" for c in checks))
    return checks


def _without_inputs(out: Path, manifest: Mapping[str, Any]) -> list[Check]:
    """Say of figures that nothing tells what they were made from; a rulebook's page or templates have none."""
    figures = manifest.get("as_of") or any((out / name).is_file() for name in TABLES)
    return [Check("unchecked", "no_inputs")] if figures else []


def _file_checks(out: Path, manifest: Mapping[str, Any]) -> Iterator[Check]:
    recorded: dict[str, str] = manifest.get("files", {})
    there = hashes(out)
    foreign = sorted(set(there) - set(recorded))
    for code, names in (
        ("lost", [name for name in recorded if name not in there]),
        ("changed", [name for name in recorded if name in there and there[name] != recorded[name]]),
        ("unrecorded", [name for name in foreign if name in TABLES]),
    ):
        yield from (Check("differs", code, {"name": name}) for name in names)
    same = [name for name, sha256 in recorded.items() if there.get(name) == sha256]
    if same:
        yield Check("holds", "files", {"n": len(same)})
    yield from _named("foreign", [name for name in foreign if name not in TABLES])
    yield from _hash_alone([name for name in same if name not in TABLES])


def _named(code: str, names: list[str]) -> Iterator[Check]:
    if names:
        yield Check("unchecked", code, {"n": len(names), "names": _few(names)})


def _hash_alone(names: list[str]) -> Iterator[Check]:
    """Name the files that are not computed anew: every csv file, a few of the others, folders as one."""
    for code, found in (
        ("tables_alone", [name for name in names if name.endswith(".csv")]),
        ("hash_alone", [name for name in names if not name.endswith(".csv")]),
    ):
        places = list(dict.fromkeys(re.sub("/.*", "/", name) for name in found))
        shown = tuple(places) if code == "tables_alone" else _few(places)
        if found:
            yield Check("unchecked", code, {"n": len(found), "names": shown})


def _few(names: list[str]) -> tuple[str, ...]:
    return (*names[:SHOWN], *(["…"] if len(names) > SHOWN else []))


def _origin_checks(manifest: Mapping[str, Any]) -> Iterator[Check]:
    version = manifest["package"].get("version", __version__)
    state: State = "holds" if version == __version__ else "unchecked"
    yield Check(
        state, "version" if state == "holds" else "other_version", {"version": version, "here": __version__}
    )


def _rulebook(given: Given, manifest: Mapping[str, Any]) -> tuple[Rulebook | None, Check]:
    from .rulebook import load_rulebook

    recorded = manifest.get("rulebook", {})
    known = recorded.get("id", "")
    place, level = given.rulebook or known, place_and_level(known)[1]
    try:
        book = load_rulebook(f"{place}@{level}" if level and not place_and_level(place)[1] else place)
    except Gy1100Error:
        if given.rulebook:
            raise
        return None, Check("unchecked", "no_rulebook", {"id": known})
    same = book.sha256 == recorded.get("sha256")
    return book, Check(
        "holds" if same else "differs", "rulebook" if same else "other_rulebook", {"id": book.id}
    )


def _figure_checks(given: Given, manifest: Mapping[str, Any], book: Rulebook, *, whole: bool) -> list[Check]:
    """Compute the figures once more where all inputs are found."""
    with found_inputs(manifest, _places(given, manifest)) as found:
        inputs = with_kept_evidence(found, given.out)
        checks, blocked = _input_checks(manifest, inputs)
        try:
            decisions = _decisions(given, manifest, book, inputs) if whole else None
        except Gy1100Error as error:
            return [*checks, Check("differs", "refused", {"reason": str(error)})]
        if decisions is None:
            checks.append(Check("unchecked", "no_decisions"))
        if blocked or decisions is None:
            return [*checks, Check("unchecked", "not_recomputed")]
        return [*checks, *_recomputed_checks(given, manifest, book, inputs, decisions)]


def _places(given: Given, manifest: Mapping[str, Any]) -> list[Path]:
    from .resources import sample_folder

    if given.exports is not None and not given.exports.exists():
        raise NothingToRead(both("cli.no_such_path", path=given.exports))
    sample = manifest.get("options", {}).get("sample") and given.exports is None
    known = [given.exports or (sample_folder() if sample else None), given.decisions]
    return [place for place in known if isinstance(place, Path) and not is_ledger(place)]


def _input_checks(manifest: Mapping[str, Any], inputs: Inputs) -> tuple[list[Check], bool]:
    there = len(manifest["inputs"]) - len(inputs.missing)
    checks = [Check("holds", "inputs", {"n": there})] if there else []
    if inputs.missing:
        facts = {"n": len(inputs.missing), "names": _few(list(inputs.missing))}
        checks.append(Check("unchecked", "inputs_missing", facts))
    if inputs.kept:
        return [*checks, Check("unchecked", "evidence_kept")], False
    lost = manifest.get("corrections") is not None and inputs.corrections is None
    if lost:
        checks.append(Check("unchecked", "no_corrections", {"name": manifest["corrections"]["name"]}))
    return checks, bool(inputs.missing or lost)


def _decisions(given: Given, manifest: Mapping[str, Any], book: Rulebook, inputs: Inputs) -> Decisions | None:
    """Return the decisions as they stood for the result, None where they were not found."""
    recorded, head = manifest.get("decisions"), recorded_head(manifest)
    if recorded is None:
        return Decisions()
    if head is None:
        return read_decisions(inputs.decisions, book) if inputs.decisions else None
    if given.decisions is None or not is_ledger(given.decisions):
        return None
    four_eyes = bool(recorded.get("four_eyes"))
    return ledger_decisions(f"{up_to(given.decisions)[0]}#{head.seq}", book, four_eyes=four_eyes)


def _recomputed_checks(
    given: Given, manifest: Mapping[str, Any], book: Rulebook, inputs: Inputs, decisions: Decisions
) -> Iterator[Check]:
    with tempfile.TemporaryDirectory(prefix="gy1100-") as temporary:
        folder = Path(temporary)
        try:
            evidence = recomputed(manifest, book, inputs, decisions, folder)
        except Gy1100Error as error:
            yield Check("differs", "refused", {"reason": str(error)})
            return
        coded = any(found.code == "personal_id" for found in evidence.findings)
        for name in TABLES:
            if not (given.out / name).is_file():  # not written, or lost, which was said
                continue
            if name == "findings.csv" and inputs.kept:
                yield Check("unchecked", "findings_kept", {"name": name})
            else:
                yield _table_check(name, manifest, given.out / name, folder / name, coded=coded)


def _table_check(name: str, manifest: Mapping[str, Any], old: Path, new: Path, *, coded: bool) -> Check:
    """Compare a file that is there with what was computed anew, and where they are the same with its recorded hash."""
    content = new.read_bytes() if new.is_file() else b""
    known = old.read_bytes()
    if content == known:
        fits = manifest.get("files", {}).get(name) in (None, hashlib.sha256(content).hexdigest())
        return Check("holds" if fits else "differs", "table" if fits else "table_hash", {"name": name})
    if name == "findings.csv":
        if manifest.get("as_of") is None and manifest.get("options", {}).get("since"):
            return Check("unchecked", "since", {"name": name})
        files = [entry["name"] for entry in manifest["inputs"]]
        if findings_about(content, files) == findings_about(known, files):
            return Check("holds", "findings_part", {"name": name})
    if coded and name.startswith(("cadres", "parts")):
        return Check("unchecked", "coded", {"name": name})
    lines = differing_lines(known, content)
    args = {"name": name, "n": len(lines), "lines": _few([str(n) for n in lines])}
    return Check("differs", "table_differs" if lines else "table_ends", args)
