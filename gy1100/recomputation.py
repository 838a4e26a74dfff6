"""Computes a published result once more, from inputs found by hash, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .decisions import Decisions
    from .evidence import Evidence
    from .exports.on_disk import Bytes
    from .rulebook import Rulebook


@dataclass(frozen=True)
class Inputs:
    """What a result was made from, as far as it was found.

    Attributes
    ----------
    folder : Path
        Holds the exports that were found, under the names that the manifest gives them.
    missing : tuple of str
        Names of exports that were not found.
    corrections : Path or None
        The corrections file; None where none was used or it was not found.
    decisions : Path or None
        The decisions file, likewise.
    kept : bool
        `folder` is the result's own ``evidence/``.
    """

    folder: Path
    missing: tuple[str, ...]
    corrections: Path | None
    decisions: Path | None
    kept: bool = False


def with_kept_evidence(inputs: Inputs, out: Path) -> Inputs:
    """Return inputs of which nothing is missing, else the tables that the result itself keeps, where it does.

    The corrections are in these tables already, and rows that were set aside are not.
    """
    kept = out / "evidence"
    if not inputs.missing or not kept.is_dir():
        return inputs
    return replace(inputs, folder=kept, corrections=None, kept=True)


@contextmanager
def found_inputs(manifest: Mapping[str, Any], places: Iterable[Path]) -> Iterator[Inputs]:
    """Give the inputs of a result that some folders or files hold, in a folder that goes when the block ends."""
    import tempfile

    wanted = {entry["sha256"] for entry in manifest["inputs"]}
    small = {key: (manifest.get(key) or {}).get("sha256") for key in ("corrections", "decisions")}
    contents = _contents(places, wanted | set(small.values()))
    with tempfile.TemporaryDirectory(prefix="gy1100-") as temporary:
        root = Path(temporary)
        missing = []
        for entry in (entry for entry in manifest["inputs"] if entry["sha256"]):
            data = contents.get(entry["sha256"])
            if data is None or not _put(root / "exports", entry["name"], data):
                missing.append(entry["name"])
        (root / "exports").mkdir(exist_ok=True)
        others = {
            key: _put(root / key, manifest[key]["name"], contents[sha256])
            for key, sha256 in small.items()
            if sha256 in contents
        }
        yield Inputs(root / "exports", tuple(missing), others.get("corrections"), others.get("decisions"))


def _contents(places: Iterable[Path], wanted: set[str | None]) -> dict[str, Bytes]:
    """Return the wanted contents by hash, of files and of what zip archives hold."""
    from .exports.archives import contents_of
    from .exports.guard import files_of
    from .exports.on_disk import sha256_of

    found: dict[str, Bytes] = {}
    for place in places:
        for content in contents_of(files_of(place)[0]):
            if content.data is not None and (sha256 := sha256_of(content.data)) in wanted:
                found[sha256] = content.data
    return found


def _put(folder: Path, name: str, data: Bytes) -> Path | None:
    """Write a file under its name below a folder; a name that leads out of it is none of ours."""
    from .exports.on_disk import pieces_of

    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute() or "\\" in name:
        return None
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(pieces_of(data))
    return path


def recomputed(
    manifest: Mapping[str, Any], rulebook: Rulebook, inputs: Inputs, decisions: Decisions, folder: Path
) -> Evidence:
    """Write the csv files of a result, computed once more with the recorded options, into a folder.

    Returns
    -------
    Evidence
        What was read; without a day of assessment (of ``check``) findings.csv alone is written.

    Raises
    ------
    Gy1100Error
        If the inputs are refused now.
    """
    from .assessment import assess
    from .evidence import read_evidence
    from .privacy import as_shown
    from .publish import write_findings, write_tables

    options = manifest.get("options", {})
    lang, names = options.get("lang", "zh"), options.get("names", True)
    known = manifest.get("rulebook", {})
    rules = rulebook.under(known.get("readings") or {}, known.get("weights") or {})
    day = manifest.get("as_of")
    evidence = read_evidence(
        inputs.folder,
        rules,
        set_aside=options.get("set_aside", False),
        keep_errors=day is None,
        corrections=inputs.corrections,
    )
    if day is None:
        write_findings(as_shown(evidence, rules, names=names), folder, lang)
    else:
        write_tables(assess(evidence, rules, day, decisions), folder, lang=lang, names=names)
    return evidence


def differing_lines(one: bytes, other: bytes) -> list[int]:
    """Return the numbers of the lines in which two csv files differ, from 1."""
    lines, others = one.splitlines(), other.splitlines()
    most = max(len(lines), len(others))
    padded = (part + [b""] * (most - len(part)) for part in (lines, others))
    return [n for n, (line, another) in enumerate(zip(*padded, strict=True), 1) if line != another]


def findings_about(text: bytes, files: Iterable[str]) -> bytes:
    """Return findings.csv with only what was found in some files, and what is about no file."""
    import csv
    import io

    known = {"", *files}
    try:
        rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig", "replace"), newline="")))
    except csv.Error:  # no file of ours
        return text
    kept = [*rows[:1], *(row for row in rows[1:] if len(row) > 1 and row[1] in known)]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(kept)
    return out.getvalue().encode()
