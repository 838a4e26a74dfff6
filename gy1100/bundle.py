"""One archive of a result that another office can verify: the result, its evidence, rulebook and ledger, described as
an RO-Crate (https://www.researchobject.org/ro-crate/).

The exports are not in it, because they hold personal data of youths; they are named with their hashes. What is computed
anew elsewhere are the tables as they were accepted, in which no personal column ever was.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from . import __version__
from .errors import NothingToRead
from .ledger import copy_ledger, is_ledger
from .manifest import BUNDLE, RUN, hashes, read_manifest
from .rulebook import FILES
from .words import both

if TYPE_CHECKING:
    from .rulebook import Rulebook

RESULT, RULEBOOK, DECISIONS = "result", "rulebook", "decisions"
METADATA, LEDGER = "ro-crate-metadata.json", "ledger.sqlite"
LARGEST = 4 << 30  # bytes that an archive may unpack to
TYPES = {
    ".csv": "text/csv", ".html": "text/html", ".json": "application/json", ".ipynb": "application/x-ipynb+json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".yaml": "application/yaml",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".parquet": "application/vnd.apache.parquet", ".sqlite": "application/vnd.sqlite3",
}  # fmt: skip


def write_bundle(folder: Path, rulebook: Rulebook, decisions: Path | str | None = None) -> Path:
    """Write ``bundle.zip`` into the folder of a result whose manifest is sealed; the same result gives the same bytes.

    Parameters
    ----------
    folder : Path
        The result, with ``evidence/``.
    rulebook : Rulebook
    decisions : path, str or None
        The decisions file or the ledger; of a ledger the entries up to the head of the result are taken along.
    """
    manifest = read_manifest(folder)
    assert manifest is not None
    with tempfile.TemporaryDirectory(prefix="gy1100-") as temporary:
        root = Path(temporary)
        shutil.copytree(folder, root / RESULT, ignore=shutil.ignore_patterns(RUN, BUNDLE))
        _add_rulebook(root / RULEBOOK / rulebook.rules.id, rulebook.folder)
        _add_decisions(root / DECISIONS, manifest, decisions)
        described = json.dumps(
            _described(root, manifest, rulebook), ensure_ascii=False, indent=1, sort_keys=True
        )
        (root / METADATA).write_text(described + "\n", "utf-8", newline="\n")
        return _zipped(root, folder / BUNDLE)


def _add_rulebook(folder: Path, known: Path) -> None:
    """Copy a rulebook's own files: exports may stand beside them."""
    folder.mkdir(parents=True)
    for path in (known / name for name in FILES):
        if path.is_file():
            shutil.copyfile(path, folder / path.name)


def _add_decisions(folder: Path, manifest: Mapping[str, Any], decisions: Path | str | None) -> None:
    known = manifest.get("decisions")
    if known is None or decisions is None:
        return
    folder.mkdir()
    if is_ledger(decisions):
        copy_ledger(decisions, folder / LEDGER, known["head"]["seq"] or 0)
    else:
        shutil.copyfile(decisions, folder / Path(known["name"]).name)


def _described(root: Path, manifest: Mapping[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    """Return the archive's metadata: its files with hashes, what they were made from, and with what."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate()
    crate.name, crate.datePublished = rulebook.rules.label["zh"], manifest["as_of"]
    crate.description = both("verify.bundle.described", day=manifest["as_of"])
    crate.license = both("verify.bundle.license")
    made = []
    for name, sha256 in hashes(root).items():
        path = root / name
        facts = {"sha256": sha256, "contentSize": str(path.stat().st_size)}
        kind = {"encodingFormat": TYPES[path.suffix]} if path.suffix in TYPES else {}
        made.append(crate.add_file(path, name, properties={**facts, **kind}))
    tool = crate.add(ContextEntity(crate, "#gy1100", properties={
        "@type": "SoftwareApplication", "name": "gy1100", "softwareVersion": __version__}))  # fmt: skip
    exports = [
        crate.add(ContextEntity(crate, f"#export-{n}", properties={
            "@type": "CreativeWork", "name": entry["name"], "sha256": entry["sha256"]}))
        for n, entry in enumerate(manifest["inputs"], 1)
    ]  # fmt: skip
    action = {"@type": "CreateAction", "name": manifest.get("rulebook", {}).get("id", "")}
    run = crate.add(ContextEntity(crate, "#assessment", properties=action))
    run["instrument"], run["object"] = tool, exports
    run["result"] = [file for file in made if file.id.startswith(f"{RESULT}/")]
    crate.root_dataset["mentions"] = run
    described: dict[str, Any] = crate.metadata.generate()
    return described


def _zipped(root: Path, target: Path) -> Path:
    """Write a folder as a zip archive without a clock, its files in the order of their names."""
    from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            member = ZipInfo(path.relative_to(root).as_posix(), (1980, 1, 1, 0, 0, 0))
            member.external_attr = 0o644 << 16
            archive.writestr(member, path.read_bytes(), ZIP_DEFLATED)
    return target


@dataclass(frozen=True)
class Bundle:
    """An archive that was opened: its folder, its result, its rulebook, its decisions."""

    root: Path
    result: Path
    rulebook: str
    decisions: Path | None


@contextmanager
def opened_bundle(path: Path) -> Iterator[Bundle]:
    """Give the content of an archive in a folder that goes when the block ends.

    Raises
    ------
    NothingToRead
        If it is no archive of a result, or one that must not be unpacked.
    """
    from zipfile import ZipFile

    from .exports.zipped import TROUBLES

    with tempfile.TemporaryDirectory(prefix="gy1100-") as temporary:
        root = Path(temporary)
        try:
            with ZipFile(path) as archive:
                if not all(map(_is_safe, archive.namelist())) or _size(archive) > LARGEST:
                    raise NothingToRead(both("verify.bundle.unsafe", path=path))
                archive.extractall(root)
        except TROUBLES:
            raise NothingToRead(both("verify.bundle.none", path=path)) from None
        books = sorted((root / RULEBOOK).glob("*/rules.yaml"))
        decided = sorted((root / DECISIONS).glob("*"))
        yield Bundle(
            root, root / RESULT, str(books[0].parent) if books else "", decided[0] if decided else None
        )


def crate_problems(root: Path) -> list[str]:
    """Return the files of an opened archive that are not what its metadata says, or not named there."""
    try:
        graph = json.loads((root / METADATA).read_text("utf-8"))["@graph"]
        files = [entry for entry in graph if entry.get("@type") == "File"]
        told = {unquote(entry["@id"]): entry["sha256"] for entry in files}  # an @id is a URI
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [METADATA]
    there = {name: sha256 for name, sha256 in hashes(root).items() if name != METADATA}
    return sorted(name for name in told.keys() | there.keys() if told.get(name) != there.get(name))


def _is_safe(name: str) -> bool:
    parts = PurePosixPath(name)
    return not parts.is_absolute() and ".." not in parts.parts and "\\" not in name and ":" not in name


def _size(archive: Any) -> int:
    return sum(member.file_size for member in archive.infolist())


__all__ = ["crate_problems", "opened_bundle", "write_bundle"]
