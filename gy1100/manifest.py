"""manifest.json says what a result was made from and what it consists of; run.json when and where it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from . import __version__

if TYPE_CHECKING:
    from .decisions import Decisions
    from .evidence import Evidence
    from .rulebook import Rulebook

MANIFEST, RUN, BUNDLE = "manifest.json", "run.json", "bundle.zip"
PACKAGE = "gy1100"


def facts_of(
    evidence: Evidence, rulebook: Rulebook, *, as_of: date | None = None, decisions: Decisions | None = None
) -> dict[str, Any]:
    """Return what a result was made from: package, rulebook, files read, decisions, rows set aside."""
    return {
        **rulebook_facts(rulebook, as_of=as_of),
        "inputs": _inputs(evidence),
        "decisions": _decisions(decisions),
        "corrections": _corrections(evidence),
        "set_aside": [
            {"unit": unit, "table": table, "rows": rows}
            for (unit, table), rows in sorted(
                evidence.aside.items(), key=lambda entry: tuple(map(str, entry[0]))
            )
        ],
    }


def rulebook_facts(rulebook: Rulebook, *, as_of: date | None = None) -> dict[str, Any]:
    """Return what a result was made from where no exports were read."""
    return {
        "package": {"name": PACKAGE, "version": __version__},
        "rulebook": {
            "id": rulebook.id,
            "sha256": rulebook.sha256,
            "readings": dict(rulebook.readings),
            "weights": dict(rulebook.weights),
        },
        "as_of": as_of.isoformat() if as_of else None,
    }


def _inputs(evidence: Evidence) -> list[dict[str, Any]]:
    files: dict[str, dict[str, Any]] = {}
    files_read = (source for source in evidence.sources if source.sha256)  # a ledger's checks are in no file
    for source in sorted(files_read, key=lambda s: (s.file, s.sheet or "")):
        entry = files.setdefault(source.file, {"name": source.file, "sha256": source.sha256, "rows": 0})
        entry["rows"] += source.rows
    return list(files.values())


def _decisions(decisions: Decisions | None) -> dict[str, Any] | None:
    if decisions is None or not (decisions.entries or decisions.record):
        return None
    known: dict[str, Any] = {
        "name": decisions.name,
        "sha256": decisions.sha256 or None,
        "rows": len(decisions.entries),
    }
    known["taken"] = decisions.told()  # so that a later run can be compared without the file
    if decisions.record is None:  # a file has no chain, hence no head
        return {**known, "head": {"seq": None, "hash": None}}
    seq, _, digits = decisions.record.head.partition(":")
    return {**known, "head": {"seq": int(seq), "hash": digits}, "four_eyes": decisions.record.four_eyes}


def _corrections(evidence: Evidence) -> dict[str, Any] | None:
    known = evidence.corrections
    return {"name": known.name, "sha256": known.sha256, "rows": len(known.entries)} if known else None


def write_manifest(folder: Path, facts: Mapping[str, Any], options: Mapping[str, Any]) -> Path:
    """Write manifest.json with the hash of every other file in ``folder``, sorted throughout."""
    content = {**facts, "options": dict(options), "files": hashes(folder)}
    return _write(folder / MANIFEST, content)


def seal_manifest(folder: Path, options: Mapping[str, Any]) -> Path:
    """Renew manifest.json after more files were added, and add the options of the run."""
    known = _read(folder / MANIFEST)
    return write_manifest(folder, known, {**known.get("options", {}), **options})


def write_run(folder: Path, times: Mapping[str, Any]) -> Path:
    """Write run.json: times, machine and versions. It is in no manifest, because no two are alike."""
    import platform
    from importlib.metadata import version

    packages = (
        "pandas",
        "pyarrow",
        "duckdb",
        "ibis-framework",
        "python-calamine",
        "xlsxwriter",
        "papermill",
        "nbconvert",
        *(["pyspark"] if times.get("engine") else []),
    )
    machine = {"host": platform.node(), "system": platform.platform(), "python": platform.python_version()}
    return _write(
        folder / RUN, {**times, "machine": machine, "versions": {name: version(name) for name in packages}}
    )


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below ``folder`` by its path; manifest.json, run.json and bundle.zip apart."""
    files = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in sorted(named.items())
        if name not in (MANIFEST, RUN, BUNDLE)
    }


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)  # a manifest is read as it is, so nothing is made to fit


class _File(_Part):
    name: str
    sha256: str


class _Rulebook(_Part):
    id: str
    sha256: str
    readings: dict[str, str] | None = None
    weights: dict[str, float] | None = None


class _Options(_Part):
    lang: Literal["zh", "en"] = "zh"


class _Head(_Part):
    seq: int | None
    hash: str | None


class _Decisions(_Part):
    name: str
    sha256: str | None
    head: _Head | None = None
    taken: list[dict[str, str | None]] = []


class _Aside(_Part):
    unit: str | None
    table: str
    rows: int


class _Shape(_Part):
    """The shape that a manifest was written in, as far as it is read again; one of another shape is none."""

    package: dict[str, str] = {}
    rulebook: _Rulebook = _Rulebook(id="", sha256="")
    as_of: Annotated[str, AfterValidator(date.fromisoformat)] | None = None
    inputs: list[_File] = []
    decisions: _Decisions | None = None
    corrections: _File | None = None
    set_aside: list[_Aside] = []
    options: _Options = _Options()
    files: dict[str, str] = {}


def owned_files(folder: Path) -> frozenset[str]:
    """Return the files in ``folder`` that an earlier run of ours wrote; none where there is no manifest of ours."""
    known = _read(folder / MANIFEST)
    if known.get("package", {}).get("name") != PACKAGE:
        return frozenset()
    return frozenset(known.get("files", {})) | {MANIFEST, RUN, BUNDLE}


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a result of ours, None where there is none."""
    known = _read(folder / MANIFEST)
    return known if known.get("package", {}).get("name") == PACKAGE else None


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()
        _ = _Shape.model_validate_json(text)
        return dict(json.loads(text))
    except (OSError, ValueError):
        return {}


def _write(path: Path, content: Mapping[str, Any]) -> Path:
    path.write_text(
        json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n"
    )
    return path
