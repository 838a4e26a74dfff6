"""Whether a published result is what it says: its files, its rulebook, its ledger, its figures computed anew."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from . import __version__
from .decisions import Decisions, read_decisions
from .errors import Gy1100Error, NothingToRead, WrongUsage
from .ledger import (
    NO_ENTRY,
    Head,
    as_head,
    head_problems,
    is_ledger,
    ledger_decisions,
    open_ledger,
    up_to,
    verify_chain,
)
from .manifest import hashes, read_manifest
from .recomputation import Inputs, differing_lines, findings_about, found_inputs, recomputed
from .words import both, text

if TYPE_CHECKING:
    from .rulebook import Rulebook

State = Literal["holds", "differs", "unchecked"]
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


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: it holds, it differs, or it could not be checked."""

    state: State
    code: str
    args: Mapping[str, object] = field(default_factory=dict)

    def line(self, lang: str = "zh") -> str:
        """Return the check in one line."""
        said = text(f"verify.{self.code}", lang, **self.args)
        return f"{text(f'verify.{self.state}', lang)}  {said}"


@dataclass(frozen=True)
class Given:
    """What a result is checked against.

    Attributes
    ----------
    out : Path
        The result.
    exports : Path or None
        Where exports (and corrections and decisions files) may be found, by hash.
    decisions : Path, str or None
        The ledger, or a decisions file.
    head : str
        A head that was printed.
    rulebook : str
        A rulebook's name or folder; by default the one that the manifest names.
    """

    out: Path
    exports: Path | None = None
    decisions: Path | str | None = None
    head: str = ""
    rulebook: str = ""


def verify(given: Given) -> list[Check]:
    """Return everything that holds, differs or could not be checked of a result.

    Raises
    ------
    NothingToRead
        If there is no result of ours, or nothing where exports or ledger should be.
    WrongUsage
        If the head is none.
    """
    manifest = read_manifest(given.out)
    if manifest is None:
        raise NothingToRead(both("verify.no_result", out=given.out))
    if given.head:
        _ = _head_of(given.head)
    checks = [*_file_checks(given.out, manifest), *_origin_checks(manifest)]
    book, found = _rulebook(given, manifest)
    checks += [found, *_ledger_checks(given, manifest)]
    if "inputs" in manifest and book is not None:
        checks += _figure_checks(given, manifest, book, whole=all(c.code != "chain" for c in checks))
    return checks


def _head_of(head: str) -> Head:
    try:
        return as_head(head)
    except ValueError:
        raise WrongUsage(both("verify.head_form", head=head)) from None


def _file_checks(out: Path, manifest: Mapping[str, Any]) -> Iterator[Check]:
    recorded: dict[str, str] = manifest.get("files", {})
    there = hashes(out)
    for code, names in (
        ("lost", [name for name in recorded if name not in there]),
        ("changed", [name for name in recorded if name in there and there[name] != recorded[name]]),
    ):
        yield from (Check("differs", code, {"name": name}) for name in names)
    same = sum(there.get(name) == sha256 for name, sha256 in recorded.items())
    if same:
        yield Check("holds", "files", {"n": same})
    foreign = sorted(set(there) - set(recorded))
    if foreign:
        yield Check("unchecked", "foreign", {"n": len(foreign), "names": _few(foreign)})


def _few(names: list[str]) -> str:
    return "、".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def _origin_checks(manifest: Mapping[str, Any]) -> Iterator[Check]:
    version = manifest["package"].get("version", __version__)
    state: State = "holds" if version == __version__ else "unchecked"
    yield Check(
        state, "version" if state == "holds" else "other_version", {"version": version, "here": __version__}
    )


def _rulebook(given: Given, manifest: Mapping[str, Any]) -> tuple[Rulebook | None, Check]:
    from .rulebook import load_rulebook

    recorded = manifest.get("rulebook", {})
    args = {"id": recorded.get("id", "")}
    try:
        book = load_rulebook(given.rulebook or recorded.get("id", ""))
    except Gy1100Error:
        return None, Check("unchecked", "no_rulebook", args)
    same = book.sha256 == recorded.get("sha256")
    return book, Check("holds" if same else "differs", "rulebook" if same else "other_rulebook", args)


def _ledger_checks(given: Given, manifest: Mapping[str, Any]) -> Iterator[Check]:
    recorded = _recorded_head(manifest)
    if given.decisions is None or not is_ledger(given.decisions):
        yield from _heads_alone(given, recorded)
        return
    ledger = open_ledger(up_to(given.decisions)[0], read_only=True)
    rows = ledger.rows()
    problems = verify_chain(rows)
    yield from (Check("differs", "chain", {"problem": str(found)}) for found in problems[:SHOWN])
    if not problems:
        last = Head(rows[-1].seq, rows[-1].hash) if rows else NO_ENTRY
        yield Check("holds", "chain_whole", {"n": len(rows), "head": last.short})
    for code, head in (("recorded", recorded), ("printed", _head_of(given.head) if given.head else None)):
        if head is not None:
            fits = not list(head_problems(rows, head))
            args = {"head": head.short, "more": len(rows) - head.seq}
            yield Check("holds" if fits else "differs", f"head_{code}" if fits else f"head_{code}_lost", args)


def _recorded_head(manifest: Mapping[str, Any]) -> Head | None:
    head = (manifest.get("decisions") or {}).get("head") or {}
    return Head(int(head["seq"]), str(head["hash"])) if head.get("seq") is not None else None


def _heads_alone(given: Given, recorded: Head | None) -> Iterator[Check]:
    """Without the ledger a printed head can only be compared with the recorded one."""
    printed = _head_of(given.head) if given.head else None
    if printed is not None and recorded is not None and printed.seq == recorded.seq:
        fits = recorded.hash.startswith(printed.hash)
        yield Check(
            "holds" if fits else "differs", "heads_same" if fits else "heads_differ", {"head": recorded.short}
        )
    elif printed is not None:
        yield Check("unchecked", "head_alone", {"head": printed.short})
    if recorded is not None:
        yield Check("unchecked", "no_ledger", {"head": recorded.short})


def _figure_checks(given: Given, manifest: Mapping[str, Any], book: Rulebook, *, whole: bool) -> list[Check]:
    """Compute the figures once more where all inputs are found."""
    with found_inputs(manifest, _places(given, manifest)) as inputs:
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
    lost = manifest.get("corrections") is not None and inputs.corrections is None
    if lost:
        checks.append(Check("unchecked", "no_corrections", {"name": manifest["corrections"]["name"]}))
    return checks, bool(inputs.missing or lost)


def _decisions(given: Given, manifest: Mapping[str, Any], book: Rulebook, inputs: Inputs) -> Decisions | None:
    """Return the decisions as they stood for the result, None where they were not found."""
    recorded, head = manifest.get("decisions"), _recorded_head(manifest)
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
            if name in manifest.get("files", {}):
                yield _table_check(name, manifest, given.out / name, folder / name, coded=coded)


def _table_check(name: str, manifest: Mapping[str, Any], old: Path, new: Path, *, coded: bool) -> Check:
    """Compare a file computed anew with the recorded one."""
    content = new.read_bytes() if new.is_file() else b""
    known = old.read_bytes() if old.is_file() else b""
    if hashlib.sha256(content).hexdigest() == manifest["files"][name]:
        return Check("holds", "table", {"name": name})
    if name == "findings.csv":
        if manifest.get("as_of") is None and manifest.get("options", {}).get("since"):
            return Check("unchecked", "since", {"name": name})
        files = [entry["name"] for entry in manifest["inputs"]]
        if findings_about(content, files) == findings_about(known, files):
            return Check("holds", "findings_part", {"name": name})
    if coded and name.startswith(("cadres", "parts")):
        return Check("unchecked", "coded", {"name": name})
    lines = differing_lines(known, content)
    return Check(
        "differs", "table_differs", {"name": name, "n": len(lines), "lines": _few([str(n) for n in lines])}
    )
