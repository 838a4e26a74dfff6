"""A folder that mixes more than thirty troubles scores as its clean twin, with each mend noted."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest
from thirty_troubles import write_clean, write_corrections, write_troubled

import gy1100
from gy1100.evidence import Evidence, read_evidence

RULEBOOK = gy1100.load_rulebook()
NOTED = {
    "archive_opened", "choice_form", "column_twice_equal", "column_unknown", "correction_drop",
    "correction_keep", "correction_set", "cover_sheet", "date_form", "date_serial", "date_serial_1904", "date_text",
    "delimiter", "encoding", "extension", "footer_row", "formula_cached", "header_alias", "header_repeated",
    "hidden_columns", "hidden_rows", "id_number", "litter", "merged_filled", "name_form", "number_form", "number_text",
    "owner_file", "personal_dropped", "rows_repeated", "same_file", "serial_column", "several_tables", "text_control",
    "text_form", "text_formula", "title_rows", "total_row", "unit_name",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the twins and the corrections."""
    folder = tmp_path_factory.mktemp("twins")
    write_clean(folder / "clean")
    write_troubled(folder / "troubled")
    write_corrections(folder / "更正表.csv")
    return folder


@pytest.fixture(scope="module")
def twins(folder: Path) -> tuple[Evidence, Evidence]:
    """Return the evidence of the clean and of the troubled folder."""
    before = hashes(folder / "troubled")
    troubled = read_evidence(folder / "troubled", RULEBOOK, corrections=folder / "更正表.csv")
    assert hashes(folder / "troubled") == before
    return read_evidence(folder / "clean", RULEBOOK), troubled


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_every_trouble_is_noted(twins: tuple[Evidence, Evidence]) -> None:
    """More than thirty kinds of trouble, each mend with its words in both languages; no error is left."""
    found = {f.code for f in twins[1].findings}
    assert found >= NOTED
    assert len(NOTED) > 30
    assert not twins[1].has_errors
    assert all(f.problem(lang) and f.mend(lang) for f in twins[1].findings for lang in ("zh", "en"))


def test_the_clean_twin_is_clean(twins: tuple[Evidence, Evidence]) -> None:
    """Nothing of the clean twin needed a mend."""
    assert [f.code for f in twins[0].findings if f.severity != "note"] == []


def test_the_same_rows(twins: tuple[Evidence, Evidence]) -> None:
    """Every table holds the same rows."""
    for name, table in twins[0].tables.items():
        places = ["source", "row", *(["text"] if "text" in table.column_names else [])]
        rows = [sorted(map(str, e.tables[name].drop_columns(places).to_pylist())) for e in twins]
        assert rows[0] == rows[1], name


@pytest.mark.parametrize("as_of", ["2017-06-30", "2018-03-02"])
def test_the_same_scores(twins: tuple[Evidence, Evidence], as_of: str) -> None:
    """Scores, ranking, cadres, parts and components are equal."""
    clean, troubled = (gy1100.assess(evidence, RULEBOOK, as_of=as_of) for evidence in twins)
    for name in ("scores", "ranking", "cadres", "parts", "components"):
        pd.testing.assert_frame_equal(getattr(clean, name), getattr(troubled, name))


def test_without_the_corrections(folder: Path) -> None:
    """What only an office can settle stops the run, with every place at once."""
    with pytest.raises(gy1100.errors.Refused) as refused:
        read_evidence(folder / "troubled", RULEBOOK)
    errors = {f.code for f in refused.value.findings if f.severity == "error"}
    assert errors == {"date_unreadable", "number_unreadable", "orphan", "blank", "id_repeated"}
