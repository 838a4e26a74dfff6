"""The shipped sample: made by its generator to the byte, as large as promised, and clean."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from gy1100 import assess, load_rulebook, read_evidence
from gy1100.resources import sample_folder

if TYPE_CHECKING:
    from pathlib import Path

    from gy1100.assessment import Assessment
    from gy1100.evidence import Evidence

GENERATOR = sample_folder().parent / "generate.py"
ROWS = {"cadres": 420, "youths": 20_000, "logs": 15_000}
LARGEST = 6_000_000  # bytes


def _generated(folder: Path, hash_seed: str) -> dict[str, bytes]:
    command = [sys.executable, str(GENERATOR), str(folder)]
    seeded = os.environ | {"PYTHONHASHSEED": hash_seed}
    subprocess.run(command, check=True, capture_output=True, env=seeded)
    return _files(folder)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _contents(path: Path) -> dict[str, bytes]:
    """Return the parts of a workbook, unpacked as zip libraries pack differently, or a csv's bytes."""
    if path.suffix == ".csv":
        return {path.name: path.read_bytes()}
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a freshly generated sample."""
    folder = tmp_path_factory.mktemp("sample")
    _generated(folder, "1")
    return folder


def test_the_shipped_files_are_what_the_generator_makes(generated: Path) -> None:
    """Nobody has edited the product by hand."""
    names = {path.name for path in sample_folder().iterdir()}
    assert names == {path.name for path in generated.iterdir()}
    changed = [n for n in sorted(names) if _contents(sample_folder() / n) != _contents(generated / n)]
    assert changed == []


@pytest.mark.long
def test_a_second_run_gives_the_same_bytes(generated: Path, tmp_path: Path) -> None:
    """Neither the clock nor the order of hashes is in the files."""
    assert _generated(tmp_path, "2") == _files(generated)


def test_the_sample_is_small() -> None:
    """The whole folder stays under 6 MB."""
    assert sum(path.stat().st_size for path in sample_folder().iterdir()) < LARGEST


def test_every_file_says_that_it_is_synthetic() -> None:
    """示例数据 stands in a title of every file."""
    for path in sample_folder().iterdir():
        text = b"".join(_contents(path).values())
        assert any("示例数据".encode(encoding) in text for encoding in ("utf-8", "gb18030")), path.name


def test_every_telephone_number_is_fictitious() -> None:
    """No file holds a mobile number but those that begin with 199 0000."""
    for path in sample_folder().iterdir():
        text = b"\n".join(_contents(path).values())
        numbers = re.findall(rb"(?<![\d.])1[3-9]\d{9}(?!\d)", text)
        assert [n for n in numbers if not n.startswith(b"1990000")] == [], path.name


class TestAsRead:
    """What the reader makes of the sample."""

    @pytest.fixture(scope="class")
    def evidence(self) -> Evidence:
        """Return the sample as evidence."""
        return read_evidence(sample_folder(), keep_errors=True)

    def test_no_error(self, evidence: Evidence) -> None:
        """The reader may mend and remark, but refuses nothing."""
        assert [str(finding) for finding in evidence.findings if finding.severity == "error"] == []

    def test_every_table_is_there(self, evidence: Evidence) -> None:
        """All tables that come in are present and have rows."""
        assert [name for name, table in evidence.tables.items() if table.num_rows == 0] == []
        assert evidence.present == set(evidence.tables)

    @pytest.mark.parametrize("table", ROWS)
    def test_as_many_rows_as_promised(self, evidence: Evidence, table: str) -> None:
        """The large tables have about the promised number of rows."""
        assert evidence.tables[table].num_rows == pytest.approx(ROWS[table], rel=0.02)

    def test_most_texts_are_distinct(self, evidence: Evidence) -> None:
        """Repetition is the exception, as in life."""
        hashes = evidence.tables["logs"]["text_hash"]
        assert len(set(hashes.to_pylist())) > 0.9 * len(hashes)

    @pytest.fixture(scope="class")
    def assessment(self, evidence: Evidence) -> Assessment:
        """Return the year-end assessment of the sample."""
        return assess(evidence, load_rulebook(), as_of="2018-03-02")

    def test_a_believable_spread(self, assessment: Assessment) -> None:
        """The nine units differ: a rank each, one far ahead, one far behind, two whose bounds overlap."""
        ranking = assessment.ranking
        assert sorted(ranking["rank"]) == list(range(1, 10))
        assert 50 < ranking["score_100"].min() < 65
        assert 90 < ranking["score_100"].max() < 98
        assert (ranking["rank_low"] < ranking["rank_high"]).sum() == 2

    def test_one_sample_of_checks_is_too_small(self, assessment: Assessment) -> None:
        """Most units have ten checks that reached somebody, one has fewer."""
        assert list(assessment.authenticity["applied"]).count(False) == 1
