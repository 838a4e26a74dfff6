"""Exports in, evidence out: typed tables of the rows that stand, with every finding on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cache import Cache
from .cells import Setting
from .checks import check_all, left_out
from .corrections import read_corrections
from .drafts import Draft, Drafts, Gathered, Source
from .errors import NothingToRead, Refused
from .exports.archives import contents_of
from .exports.cached import Reader
from .exports.guard import File, files_of
from .exports.on_disk import sha256_of
from .exports.reading import FATAL, FileRead
from .exports.side_by_side import SideBySide
from .exports.stored import Store, Stored
from .exports.tallies import Tally, settled
from .findings import Finding, in_order
from .owners import owners_of
from .privacy import masked_texts, without_numbers
from .refused import RefusedRow, refused_rows
from .remarks import remark_all
from .resources import sample_folder
from .settling import settle
from .tables import schema
from .texts import told_apart
from .units import Units

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pyarrow as pa

    from .corrections import Corrections
    from .deliveries import Difference


@dataclass(frozen=True)
class Evidence:
    """What was received, as far as it stands.

    Attributes
    ----------
    tables : dict of str to pyarrow.Table
        Every export table of the rulebook, typed, and empty where it is absent. Columns: the ids of ``tables.yaml`` and
        ``source`` (index into `sources`) and ``row`` (as Excel shows it); personal columns are never there.
    present : frozenset of str
        Tables that were recognised in at least one file or sheet.
    sources : tuple of Source
    findings : tuple of Finding
        Errors first, then by place.
    set_aside : bool
        Refused rows were left out and the run goes on.
    aside : dict
        (unit, table) -> number of rows left out; the unit is empty where it cannot be told.
    refused : tuple of RefusedRow
        The rows that errors refused, for the lists that go back to the units.
    corrections : Corrections or None
        The corrections file that was applied.
    difference : Difference or None
        What changed since the earlier delivery it was compared with.
    tallies : tuple of Tally
        What became of every row of every sheet.
    """

    tables: Mapping[str, pa.Table]
    present: frozenset[str]
    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]
    set_aside: bool
    aside: Mapping[tuple[str, str], int]
    refused: tuple[RefusedRow, ...] = ()
    corrections: Corrections | None = None
    difference: Difference | None = field(default=None, compare=False)
    tallies: tuple[Tally, ...] = ()

    owners = cached_property(owners_of)

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity == "error" for found in self.findings)

    @property
    def fatal(self) -> tuple[Finding, ...]:
        """Errors that stop a run even with `set_aside`: whole files, and corrections that fit nothing."""
        own = self.corrections.findings if self.corrections else ()
        errors = (found for found in self.findings if found.severity == "error")
        return tuple(f for f in errors if f.code in FATAL or f.code.startswith("correction_") or f in own)


def read_evidence(  # noqa: PLR0913 - options that people name one by one
    path: str | Path,
    rulebook: Any = None,
    *,
    set_aside: bool = False,
    keep_errors: bool = False,
    corrections: str | Path | None = None,
    cache: str | Path | None = None,
) -> Evidence:
    """Read a folder of exports, or one file, into evidence.

    Parameters
    ----------
    path : str or path
        A folder (with all below it) or one file; empty = the shipped sample.
    rulebook : Rulebook, optional
        Gives tables, units and windows; by default ``guangyuan-2017``.
    set_aside : bool
        Go on without the refused rows. Files that are refused as a whole stop the run all the same.
    keep_errors : bool
        Never stop: return what stands, with the errors among the findings (for the import report).
    corrections : path, optional
        A corrections file (`gy1100.corrections`), applied to what was read, never to the files.
    cache : path, optional
        A folder that keeps what each file gave, so that files that are the same byte for byte are not read again.

    Raises
    ------
    NothingToRead
        If there is no file, or no roster of cadres.
    Refused
        If there are errors; all of them are listed.
    """
    rulebook = rulebook if rulebook is not None else _default_rulebook()
    known = read_corrections(corrections, rulebook) if corrections and str(corrections) else None
    units = units_of(rulebook)
    tables = {name: table for name, table in rulebook.tables.items() if table.export}
    setting = replace(reading_setting(rulebook, units), corrections=known)
    rules = (
        str(getattr(rulebook, name, "")) for name in ("id", "sha256")
    )  # the id tells the level of its units
    fingerprint = (*rules, known.sha256 if known else "")
    reader = Reader(tables, setting, Store(), Cache(cache) if cache else None, fingerprint)
    evidence = _read(Path(path) if str(path) else sample_folder(), rulebook, set_aside, reader)
    if "cadres" not in evidence.present and not evidence.fatal:
        raise NothingToRead(f"{path}：没有团干部名册 · no roster of cadres among the exports")
    if ((evidence.has_errors and not set_aside) or evidence.fatal) and not keep_errors:
        raise Refused(evidence.findings, evidence)
    return evidence


def _default_rulebook() -> Any:
    from .rulebook import load_rulebook

    return load_rulebook("guangyuan-2017")


def _read(path: Path, rulebook: Any, set_aside: bool, reader: Reader) -> Evidence:
    known, store = reader.setting.corrections, reader.store
    drafts = _drafts(_receive(path, reader), reader)
    if known:
        settle(drafts, known)
    present = frozenset(source.table for source in drafts.sources)
    check_all(drafts)
    remark_all(drafts, rulebook, reader.setting.units, present)
    accepted = {name: arrow_table(draft, store) for name, draft in drafts.tables.items()}
    found, aside = in_order(drafts.findings), left_out(drafts)
    sources, refused = tuple(drafts.sources), refused_rows(drafts)
    rows = settled(drafts.tallies, sources, drafts.tables)
    return Evidence(accepted, present, sources, found, set_aside, aside, refused, known, tallies=rows)


def units_of(rulebook: Any) -> Units:
    """Return a rulebook's units with what matches names to them."""
    return rulebook.units if isinstance(rulebook.units, Units) else Units(tuple(rulebook.units))


def reading_setting(rulebook: Any, units: Units) -> Setting:
    """Return what reading depends on; dates more than a year after the rulebook's last window are errors."""
    last: dt.date | None = getattr(rulebook, "last_day", None)
    if last is None:
        return Setting(units)
    leap = (last.month, last.day) == (2, 29)
    return Setting(units, last_day=last.replace(year=last.year + 1, day=28 if leap else last.day))


@dataclass
class _Received:
    """The files of a delivery: what each gave; a file that equals an earlier one byte for byte is named beside it."""

    reads: dict[str, FileRead]
    copies: list[tuple[str, str]]
    findings: list[Finding]


def _receive(path: Path, reader: Reader) -> _Received:
    if not path.exists():
        raise NothingToRead(f"没有这个文件或文件夹 · there is no such file or folder: {path}")
    files, findings = files_of(path)
    if not files and all(found.severity != "error" for found in findings):
        raise NothingToRead(f"文件夹里没有可读的文件 · nothing to read in: {path}")
    received, names = _Received({}, [], findings), set[str]()
    with SideBySide(reader) as reading:
        for content in contents_of(files):
            received.findings.extend(content.findings)
            if content.data is None:
                continue
            file = replace(content.file, name=told_apart(content.file.name, names))
            sha256 = sha256_of(content.data) if content.data else file.name
            if sha256 in reading:
                received.copies.append((file.name, sha256))
            else:
                reading.give(file, content.data, sha256)
        received.reads.update(reading.taken())
    return received


def _drafts(received: _Received, reader: Reader) -> Drafts:
    drafts = Drafts({}, [], received.findings)
    gathered = {name: Gathered(table) for name, table in reader.tables.items()}
    for sha256, read in received.reads.items():
        drafts.findings.extend(read.findings)
        drafts.tallies.extend(read.tallies)
        for batch in read.batches:
            gathered[batch.table].add(drafts, batch, sha256)
        read.batches.clear()
    for name in reader.tables:
        drafts.tables[name] = gathered.pop(name).draft(whole=not reader.store.overflowed)
    for name, sha256 in received.copies:
        _name_copy(drafts, name, sha256)
        drafts.tallies.extend(tally.copied(name) for tally in received.reads[sha256].tallies)
    return drafts


def _name_copy(drafts: Drafts, name: str, sha256: str) -> None:
    """A copy counts no rows, but is named among the sources and in a note."""
    same = [source for source in drafts.sources if source.sha256 == sha256]
    drafts.sources.extend(replace(source, file=name, rows=0) for source in same)
    other = same[0].file if same else ""
    drafts.findings.append(Finding("note", name, code="same_file", args={"other": other}))


def arrow_table(draft: Draft, store: Store) -> pa.Table:
    """Return the rows of a draft that stand, as an Arrow table."""
    import pyarrow as pa

    fields = schema(draft.table)
    places = {"source": pa.array(draft.source), "row": pa.array(draft.row)}
    columns = [_written(draft, name) if name in draft.columns else places[name] for name in fields.names]
    whole = pa.Table.from_arrays(columns, schema=fields)
    if not store.overflowed:
        return whole.filter(pa.array(draft.stands())) if draft.fates else whole
    return _standing(whole, draft, store)


def _standing(whole: pa.Table, draft: Draft, store: Store) -> pa.Table:
    """The rows that stand of a table that may not fit into memory: what stands as a whole stays where it is."""
    import pyarrow as pa

    stands, batches, at = draft.stands(), [], 0
    for batch in whole.to_batches():
        own = stands[at : at + batch.num_rows]
        kept = Stored(batch) if own.all() else store.keep(batch.filter(pa.array(own)), draft.table)
        batches.append(kept)
        at += batch.num_rows
    return pa.Table.from_batches([stored.batch for stored in batches], whole.schema)


def _written(draft: Draft, name: str) -> pa.ChunkedArray:
    """A column's values; phone and id numbers in texts are replaced (in logs' texts they are already)."""
    column, values = draft.table.by_id[name], draft.columns[name]
    return masked_texts(values) if column.type == "text" and not (column.masked or column.exact) else values


def read_table(path: str | Path, table_id: str, rulebook: Any = None) -> tuple[pa.Table, list[Finding]]:
    """Read one small table (the decisions file …) from a file.

    Returns
    -------
    (pyarrow.Table, list of Finding)
        The rows that stand, and what was found; the caller decides about errors.
    """
    rulebook = rulebook if rulebook is not None else _default_rulebook()
    path = Path(path)
    if not path.is_file():
        raise NothingToRead(f"没有这个文件 · there is no such file: {path}")
    table, units = rulebook.tables[table_id], units_of(rulebook)
    data = path.read_bytes()
    reader, sha256 = Reader({table_id: table}, reading_setting(rulebook, units), Store()), sha256_of(data)
    drafts = _drafts(_Received({sha256: reader.read(File(path, path.name), data, sha256)}, [], []), reader)
    return arrow_table(drafts[table_id], reader.store), list(in_order(drafts.findings))


def write_evidence(evidence: Evidence, folder: str | Path) -> None:
    """Write the accepted tables as ``<table id>.csv``; they read back as exports with the same scores."""
    from .evidence_files import write_table

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    tables = without_numbers(evidence).tables
    for name in sorted(evidence.present):
        write_table(tables[name], folder / f"{name}.csv")
