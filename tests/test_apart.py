"""A unit's rows apart: what is looked at is less, what is found is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pytest

from gy1100 import assess, load_rulebook, part_frames, read_evidence
from gy1100.engine import Embedded
from gy1100.indicators import missing as missing_of
from gy1100.part_frames import noted_parts, parts_of

from .random_exports import random_tables, write_exports
from .report_sample import sample_evidence

if TYPE_CHECKING:
    from pathlib import Path

    from gy1100 import Assessment


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Return the assessment of random exports."""
    folder: Path = tmp_path_factory.mktemp("random")
    tables, present = random_tables(3, 12)
    write_exports(tables, present, folder, 3)
    return assess(read_evidence(folder), load_rulebook(), as_of="2018-03-02")


def test_every_row_is_one_units(result: Assessment) -> None:
    """The units' rows together are the tables, and none of them tells another unit or another unit's cadre."""
    given, names = result.tallies.frame.given, result.rulebook.units.names
    owner = dict(zip(*(given["cadres"][name].to_pylist() for name in ("cadre_id", "unit")), strict=True))
    rows = dict.fromkeys(given, 0)
    for unit in names:
        for name, table in result.apart.of(unit).items():
            rows[name] += table.num_rows
            own = (
                table["unit"]
                if "unit" in table.column_names
                else map(owner.get, table["cadre_id"].to_pylist())
            )
            assert {str(one) for one in own} <= {unit}, name
    assert rows == {name: table.num_rows for name, table in given.items()}


def test_the_same_rows_explain(result: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows behind every item of every unit, whether the engine looks at all tables or at the unit's rows alone."""
    names = [(unit.name, item.id) for unit in result.rulebook.units for item in result.rulebook.items]
    less = {name: result.explain(*name).rows() for name in names}
    seen = list[int]()
    whole = Embedded.arrow
    monkeypatch.setattr(
        Embedded,
        "arrow",
        lambda engine, expression, *, only: seen.append(len(only)) or whole(engine, expression),
    )
    for name in names:
        pd.testing.assert_frame_equal(less[name], result.explain(*name).rows())
    assert max(seen) > 1 and sum(map(len, less.values())) > 1_000


def test_parts_made_alone_are_those_of_all(result: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts of a unit and those with a note, whether taken from all parts or made alone; and what is missing."""
    names, notes = result.rulebook.units.names, ["unchecked", "material_missing", "no_value"]
    taken, noted, missing = (
        [parts_of(result, name) for name in names],
        noted_parts(result, notes),
        result.missing,
    )
    assert sum(map(len, taken)) == len(result.parts) and set(noted["note"]) == {*notes}
    monkeypatch.setattr(part_frames, "MANY_UNITS", 0)
    for name, frame in zip(names, taken, strict=True):
        pd.testing.assert_frame_equal(parts_of(result, name), frame.reset_index(drop=True))
    alone = noted_parts(result, notes).reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, noted.reset_index(drop=True))
    pd.testing.assert_frame_equal(missing_of(result), missing)


def test_where_nothing_is_due_there_are_no_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of a unit nor of all."""
    early = assess(sample_evidence(), load_rulebook(), "2017-04-05")
    unit = early.rulebook.units.names[0]
    for most in (part_frames.MANY_UNITS, 0):
        monkeypatch.setattr(part_frames, "MANY_UNITS", most)
        assert early.parts.empty and parts_of(early, unit).empty and noted_parts(early, ["unchecked"]).empty


def test_the_engine_sees_the_whole_again() -> None:
    """After a question about some rows, and after one that failed."""
    engine = Embedded()
    table = engine.table(pa.table({"n": [1, 2, 3]}))
    shown = engine.view(table.mutate(twice=table.n * 2))
    some = {table.get_name(): pa.table({"n": [2]})}
    assert engine.arrow(shown, only=some)["twice"].to_pylist() == [4]
    with pytest.raises(Exception, match="Binder Error"):
        engine.arrow(shown, only={table.get_name(): pa.table({"m": [2]})})
    assert engine.arrow(shown)["twice"].to_pylist() == [2, 4, 6]


def test_what_is_nobodys_is_no_units() -> None:
    """A row that names no cadre of the roster, which reading refuses, is left to no unit."""
    result = assess(sample_evidence(), load_rulebook(), "2018-03-02")
    logs = result.tallies.frame.given["logs"]
    strange = logs.set_column(0, "log_id", logs["log_id"])
    result.tallies.frame.given["logs"] = strange.set_column(
        strange.column_names.index("cadre_id"), "cadre_id", pa.array(["?"] * len(logs))
    )
    assert all(not result.apart.of(unit)["logs"].num_rows for unit in result.rulebook.units.names)
