"""The rulebook as data: every number cited or a reading, sums that add up, refusals that say what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from gy1100 import load_rulebook
from gy1100.errors import BadRulebook, WrongUsage
from gy1100.rulebook import read_yaml


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Callable[[Any], None]], Path]:
    """Return a function that copies the shipped rulebook, changes its rules and returns the folder."""

    def copy(change: Callable[[Any], None]) -> Path:
        folder = tmp_path / "mine"
        shutil.copytree(load_rulebook().folder, folder)
        rules = yaml.safe_load((folder / "rules.yaml").read_text("utf-8"))
        change(rules)
        (folder / "rules.yaml").write_text(yaml.safe_dump(rules, allow_unicode=True), "utf-8")
        return folder

    return copy


def problems(folder: Path) -> str:
    with pytest.raises(BadRulebook) as refused:
        load_rulebook(folder)
    return "\n".join(refused.value.problems)


def test_points_of_the_notice() -> None:
    """The printed 20/20/10/50 of annex 2 are what the items add up to."""
    book = load_rulebook()
    sums = {
        h.id: sum(i.points.value for i in book.items if i.id.split(".")[0] == h.id)
        for h in book.rules.headings
    }
    assert sums == {"1": 20, "2": 20, "3": 10, "4": 50}


def test_unchanged_copy_loads_with_another_hash_only_when_changed(changed: Any) -> None:
    folder = changed(lambda rules: rules.update(label={"zh": "另一个", "en": "another"}))
    assert load_rulebook(folder).sha256 != load_rulebook().sha256


def test_a_number_without_source_is_refused(changed: Any) -> None:
    found = problems(changed(lambda rules: rules["cadres"]["activities"].pop("clause")))
    assert "cadres.activities" in found and "exactly one" in found


def test_a_number_with_both_sources_is_refused(changed: Any) -> None:
    found = problems(changed(lambda rules: rules["cadres"]["min_days"].update(clause="四.1")))
    assert "cadres.min_days" in found


def test_an_unknown_key_is_refused(changed: Any) -> None:
    assert "surprise" in problems(changed(lambda rules: rules["items"][0].update(surprise=1)))


def test_points_that_do_not_add_up_are_refused_all_at_once(changed: Any) -> None:
    def change(rules: Any) -> None:
        rules["items"][1]["points"]["value"] = 6
        rules["items"][3]["points"]["value"] = 7

    found = problems(changed(change))
    assert "item 1.2" in found and "heading 1" in found and "item 2.1" in found and "heading 2" in found


def test_an_unexplained_reading_is_refused(changed: Any) -> None:
    assert "'mood'" in problems(changed(lambda rules: rules["cadres"]["min_days"].update(reading="mood")))


def test_names_of_windows_and_tables_are_checked(changed: Any) -> None:
    def change(rules: Any) -> None:
        rules["items"][4]["components"][0]["window"] = "never"
        rules["items"][0]["components"][0]["fed_by"] = ["nothing"]

    found = problems(changed(change))
    assert "no window 'never'" in found and "no table 'nothing'" in found


def test_the_own_unit_of_an_assessor_is_one_of_the_rulebook(changed: Any) -> None:
    assert "'阆中市'" in problems(changed(lambda rules: rules.update(assessors={"王评": "阆中市"})))


def test_a_rulebook_may_name_the_own_unit_of_assessors(changed: Any) -> None:
    book = load_rulebook(changed(lambda rules: rules.update(assessors={"王评": "剑阁县"})))
    assert book.rules.assessors == {"王评": "剑阁县"}


def test_text_that_is_no_yaml_is_refused_with_its_line(changed: Any) -> None:
    folder = changed(lambda rules: None)
    (folder / "rules.yaml").write_text("id: [", "utf-8")
    assert "line 2" in problems(folder)


def test_an_unknown_rulebook_lists_those_there_are() -> None:
    with pytest.raises(WrongUsage, match="guangyuan-2017"):
        load_rulebook("nowhere-1999")


def test_other_readings_and_weights() -> None:
    book = load_rulebook()
    other = book.under({"congress_start": "september", "cadre_weight": "3"}, {"4.1": 30})
    assert str(other.window("congress")[0]) == "2017-09-01" and book.readings["cadre_weight"] == "2"
    assert other.points(other.item("4.1")) == 30 and book.points(book.item("4.1")) == 10


@pytest.mark.parametrize("readings", [{"mood": "good"}, {"periods": "weekly"}])
def test_unknown_readings_are_refused(readings: dict[str, str]) -> None:
    with pytest.raises(WrongUsage, match="from_april"):
        load_rulebook().under(readings)


def test_an_excluded_combination_is_refused(changed: Any) -> None:
    pair = {"periods": "from_april", "required_rounding": "ceil"}
    book = load_rulebook(changed(lambda rules: rules.update(excluded_combinations=[pair])))
    with pytest.raises(WrongUsage, match="excludes"):
        book.under(pair)


def test_every_clause_of_the_notice_is_covered() -> None:
    """Each clause is covered by an item that exists, a report or screen, or says why it needs none."""
    book = load_rulebook()
    clauses = read_yaml(book.folder / "clauses.yaml")
    items = {item.id for item in book.items}
    for clause, covered in clauses.items():
        assert ("none" in covered) != ("by" in covered), clause
        for name in covered.get("by", ()):
            assert name in items or not name[0].isdigit(), (clause, name)
    by_item = {name for covered in clauses.values() for name in covered.get("by", ())}
    assert items <= by_item
    expected = [
        "一",
        "二.(一).1",
        "二.(二).3",
        "三.(一)",
        "四.1",
        "四.2",
        "四.3",
        "附件1",
        "附件2.一.1",
        "附件2.二.4",
        "附件3",
    ]
    assert set(expected) <= set(clauses) and len(clauses) == 25


def test_cited_clauses_exist() -> None:
    """Every clause that an item or number cites is one of the notice's."""
    book = load_rulebook()
    clauses = tuple(read_yaml(book.folder / "clauses.yaml"))
    cited: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("clause"), str):
                cited.add(value["clause"])
            for child in value.values():
                collect(child)
        elif isinstance(value, (list, tuple)):
            for child in value:
                collect(child)

    collect(book.rules.model_dump())
    assert not [c for c in cited if not any(c.startswith(k) or k.startswith(c) for k in clauses)]


def test_no_number_of_the_notice_stands_in_the_scoring_code() -> None:
    """Numbers other than 0, 1 and a few of arithmetic belong into the rulebook."""
    import ast

    package = Path(__file__).parent.parent / "gy1100"
    allowed = {0, 1, 2, 3, 4, 7, 9, 10, 12, 100, 9999, 31, 1e-12, 0.5, 10_000, 50_000, 100_000}
    files = [
        package / f"{m}.py"
        for m in (
            "validity",
            "parts",
            "components",
            "assessment",
            "authenticity",
            "cadres",
            "calendar",
            "duties",
        )
    ]
    folders = (package / "measures", package / "indicators")
    for file in [*files, *(f for folder in folders for f in sorted(folder.glob("*.py")))]:
        numbers = {
            node.value
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.Constant)
            and isinstance(node.value, (int, float))
            and not isinstance(node.value, bool)
        }
        assert numbers <= allowed, (file.name, numbers - allowed)


def test_an_offices_own_headers_are_part_of_a_rulebook(tmp_path: Path) -> None:
    """What was read with other headers was read under another rulebook: nothing kept or signed stands for it."""
    book = shutil.copytree(load_rulebook().folder, tmp_path / "book")
    before = load_rulebook(str(book))
    assert before.sha256 == load_rulebook().sha256
    (book / "aliases.yaml").write_text("cadres: {points: [考核积分]}\n", "utf-8")
    assert load_rulebook(str(book)).sha256 != before.sha256
