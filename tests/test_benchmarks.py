"""The benchmarks compare like with like: all give what the package gives, and their tables have every figure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from gy1100 import Assessment, assess
from tests.benchmarks import ledger, scoring
from tests.benchmarks.equality import assert_same
from tests.benchmarks.synthetic import SCALES, Scale, evidence_of, rulebook_of, write


class Assessed(NamedTuple):
    """Evidence in a folder, assessed by the package."""

    folder: Path
    units: list[str]
    ours: Assessment


# the scales' own reasons to be tested: two more units than the rulebook knows, so that units are made up too;
# five cadres in thirty units, so that most have nobody and ranks have bounds that differ
EQUALITY = {"tiny": (SCALES["tiny"], 1), "sparse": (Scale("sparse", 30, 5, 60), 2)}


def _with_rare_cadres(folder: Path) -> None:
    """Make two cadres what few are: in post three weeks over the end of a period, and without anybody contacted."""
    cadres, youths = (pq.read_table(folder / f"{name}.parquet") for name in ("cadres", "youths"))
    rows = cadres.to_pylist()
    days = {"post_start": date(2017, 10, 19), "post_end": date(2017, 11, 9), "cadre_type": "full_time"}
    rows[0] |= days
    pq.write_table(pa.Table.from_pylist(rows, schema=cadres.schema), folder / "cadres.parquet")
    others = pc.not_equal(youths["cadre_id"], rows[1]["cadre_id"])
    pq.write_table(youths.filter(others), folder / "youths.parquet")


@pytest.fixture(scope="module", params=EQUALITY)
def assessed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Assessed:
    """The evidence of a small scale, its units, and what the package makes of it."""
    scale, seed = EQUALITY[request.param]
    folder = write(scale, tmp_path_factory.mktemp(scale.name), seed)
    _with_rare_cadres(folder)
    rulebook = rulebook_of(scale)
    return Assessed(folder, list(rulebook.units.names), assess(evidence_of(folder), rulebook, scoring.AS_OF))


@pytest.mark.parametrize("name", scoring.OTHERS)
def test_others_give_the_scores_ranking_and_cadres_of_the_package(name: str, assessed: Assessed) -> None:
    """Units without evidence are the same unknown, places that bounds allow are the same."""
    version = scoring.other(name)
    theirs = version.score(version.load(assessed.folder), assessed.units, scoring.AS_OF)
    assert_same(assessed.ours, theirs, assessed.units)


def test_evidence_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    """What is measured today can be measured again."""
    for name in ("one", "other"):
        write(SCALES["tiny"], tmp_path / name)
    one, other = evidence_of(tmp_path / "one"), evidence_of(tmp_path / "other")
    assert all(table.equals(other.tables[name]) for name, table in one.tables.items())


@pytest.mark.long
def test_the_report_has_every_variant_and_ratio() -> None:
    """One repeat at the smallest scale: results are compared, processes measured, tables written."""
    report = scoring.report(("tiny",), repeats=1)
    for name in (*scoring.VARIANTS, *map(" / ".join, scoring.RATIOS)):
        assert f"| {name} |" in report


def test_the_ledgers_report_has_every_variant_and_ratio() -> None:
    """A small chain is verified, a few entries are written by one and by eight."""
    lines = ledger.report(entries=300, alone=5, each=2).splitlines()
    rows = [
        line.split(" | ")[0].strip("| ") for line in lines if line.startswith("| ") and "variant" not in line
    ]
    assert rows == [
        "hashing alone",
        "gy1100",
        "second verifier",
        "bare insert",
        "one writer",
        "8 writers at once",
    ]
