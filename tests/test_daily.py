"""The daily ranking, and what is kept of read files: equal to reading anew, and never believed when it is not whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from thirty_troubles import write_corrections, write_troubled

from gy1100 import Evidence, assess, cli, load_rulebook, read_evidence
from gy1100 import daily as daily_module
from gy1100.cache import Cache
from gy1100.daily import Daily, daily
from gy1100.exports import cached
from gy1100.report import DailyReport
from gy1100.report.daily_report import ranking_grid

from .report_sample import sample_result
from .small_exports import write_tables

BOOK = load_rulebook()
DAY = "2017-12-04"


@dataclass(frozen=True)
class Delivery:
    """A folder of troubled exports with a corrections file, what reading gives, and a cache that it was kept in."""

    folder: Path
    fresh: Evidence

    def read(self, cache: Path) -> Evidence:
        """Read it with a cache."""
        return read_evidence(
            self.folder / "exports", BOOK, corrections=self.folder / "更正表.csv", cache=cache
        )


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    """Return a delivery that was read once."""
    folder = tmp_path_factory.mktemp("kept")
    write_troubled(folder / "exports")
    write_corrections(folder / "更正表.csv")
    made = Delivery(folder, Evidence({}, frozenset(), (), (), False, {}))
    return replace(made, fresh=made.read(folder / "cache"))


def equal(one: Evidence, other: Evidence) -> bool:
    """Return whether two readings are the same to the last finding."""
    same = all(one.tables[name].equals(other.tables[name]) for name in one.tables)
    names = ("present", "sources", "findings", "aside", "refused", "tallies")
    return same and all(getattr(one, name) == getattr(other, name) for name in names)


def test_what_was_kept_is_what_reading_gives(delivery: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, findings, sources and tallies of a delivery full of troubles are the same; one file alone is read again."""
    asked, read = [], cached.read_file
    monkeypatch.setattr(cached, "read_file", lambda file, *more: asked.append(file.name) or read(file, *more))
    again = delivery.read(delivery.folder / "cache")
    assert equal(again, delivery.fresh)
    assert len(asked) == 1 and len(list((delivery.folder / "cache").iterdir())) > 5


def test_a_harmed_entry_is_read_anew(delivery: Delivery, tmp_path: Path) -> None:
    """A cut file, a changed byte, other words, a lost file: the evidence is what reading gives."""
    shutil.copytree(delivery.folder / "cache", tmp_path / "cache")
    harms: list[Callable[[bytearray], bytes]] = [
        lambda c: bytes(c[:-20]), lambda c: bytes(c[: len(c) // 3] + b"?" + c[len(c) // 3 + 1 :]), lambda _: b"{}",
    ]  # fmt: skip
    files = sorted((tmp_path / "cache").rglob("*.parquet")) + sorted((tmp_path / "cache").rglob("*.json"))
    for number, path in enumerate(files):
        if number % 4 == 3:
            path.unlink()
        else:
            path.write_bytes(harms[number % 4](bytearray(path.read_bytes())))
    assert equal(delivery.read(tmp_path / "cache"), delivery.fresh)


def test_another_correction_reads_anew(tmp_path: Path) -> None:
    """What a file gave without corrections, or under other headings, is no answer with them."""
    folder = write_tables(tmp_path / "exports", {"cadres": [{"cadre_id": "G1"}, {"cadre_id": "G2"}]})
    columns = "file,row,column,action,old,new,who,time,why\n"
    fix = tmp_path / "fix.csv"
    fix.write_text(columns + "cadres.csv,3,cadre_id,set,G2,G3,李,2017-05-01,更正\n", "utf-8")
    before = read_evidence(folder, BOOK, cache=tmp_path / "cache")
    after = read_evidence(folder, BOOK, cache=tmp_path / "cache", corrections=fix)
    ids = [evidence.tables["cadres"]["cadre_id"].to_pylist() for evidence in (before, after)]
    assert ids == [["G1", "G2"], ["G1", "G3"]]


def test_no_number_of_a_person_is_kept(tmp_path: Path) -> None:
    """A file with a phone number among its ids is read each time; nothing of it is on the disk."""
    rows = [{"cadre_id": "13912345678"}, {"cadre_id": "G2"}]
    write_tables(tmp_path / "exports", {"cadres": rows})
    evidence = read_evidence(tmp_path / "exports", BOOK, cache=tmp_path / "cache")
    assert evidence.tables["cadres"].num_rows == 2
    content = b"".join(p.read_bytes() for p in (tmp_path / "cache").rglob("*") if p.is_file())
    assert b"13912345678" not in content and b"cadres" not in content


def test_an_entry_is_whole_or_absent(tmp_path: Path) -> None:
    """A writer that fails leaves nothing; of two the first stays; what was not used for long goes."""
    cache = Cache(tmp_path / "cache")

    def fails(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise OSError

    cache.keep("a", fails)
    assert cache.recall("a") is None and list((tmp_path / "cache").iterdir()) == []
    for word in ("first", "second"):
        cache.keep("b", lambda folder, word=word: (folder / "f").write_text(word) and None)  # type: ignore[misc]
    entry = cache.recall("b")
    assert entry and (entry / "f").read_text() == "first"
    os.utime(entry / "used", (0, 0))
    cache.keep("c", lambda folder: None)
    assert cache.recall("b") is None and cache.recall("c")


@cache
def few() -> Daily:
    """Return three days on the sample, of which the last is at hand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(daily_module, "DAYS", 2)
        return daily(sample_result(DAY))


def test_the_days_are_what_each_day_was() -> None:
    """Each day is assessed as of itself; moves are the differences of its scores."""
    result, first = sample_result(DAY), few()
    assert first.days == tuple(date(2017, 12, day) for day in (2, 3, 4))
    then = sample_result("2017-12-02")
    pd.testing.assert_frame_equal(
        first.ranks_on(date(2017, 12, 2)).drop(columns="day"),
        then.ranking.set_index("unit"),
        check_dtype=False,
    )
    moved = first.moves(date(2017, 12, 2)).set_index(["unit", "item"])
    before, after = (r.scores.set_index(["unit", "item"])["points"] for r in (then, result))
    assert set(moved.index) == set(before.index[(before != after).to_numpy()]) != set()
    assert (moved["after"] - moved["before"]).round(2).eq((after - before)[moved.index].round(2)).all()


def test_a_day_is_assessed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While evidence, rules and decisions stay the same, a day that was kept is not assessed again."""
    monkeypatch.setattr(daily_module, "DAYS", 2)
    first = daily(sample_result(DAY), tmp_path)
    monkeypatch.setattr("gy1100.assessment.assess", None)
    pd.testing.assert_frame_equal(daily(sample_result(DAY), tmp_path).scores, first.scores, check_dtype=False)
    with pytest.raises(TypeError):
        daily(sample_result(DAY).under(readings={"cadre_weight": "3"}), tmp_path)


def test_the_day_itself_is_not_measured_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again on the same inputs, its page and files are the same though nothing can be measured."""
    monkeypatch.setattr(daily_module, "DAYS", 0)
    evidence = sample_result(DAY).evidence
    first, again = (assess(evidence, BOOK, DAY) for _ in range(2))
    shows = [DailyReport(first, cache=tmp_path)]
    pages = [shows[0].masthead().html + shows[0].overview().html + shows[0].ranking().html]
    monkeypatch.setattr("gy1100.components.component_sums", None)
    shows.append(DailyReport(again, cache=tmp_path))
    pages.append(shows[1].masthead().html + shows[1].overview().html + shows[1].ranking().html)
    assert pages[0] == pages[1]
    for name in ("scores", "ranking"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(first, name))


def test_the_first_day_has_no_day_before() -> None:
    """Nothing is compared with a day that the rulebook does not assess."""
    found = daily(sample_result("2017-04-01"))
    assert (found.yesterday, found.week_ago, len(found.days)) == (None, None, 1)


def test_the_page_tells_what_moved() -> None:
    """A rank that was another the day before is named with both; the arrow and the change say the same."""
    result = sample_result(DAY)
    found = few()
    then, (first, second) = found.ranking["day"] == found.yesterday, result.ranking["unit"][:2]
    swapped = found.ranking["rank"].mask(then & (found.ranking["unit"] == first), 2)
    swapped = swapped.mask(then & (found.ranking["unit"] == second), 1)
    report = DailyReport(result)
    report.__dict__["found"] = replace(found, ranking=found.ranking.assign(rank=swapped))
    words = str(report.overview().html)
    assert f"{first}（第2→第1）、{second}（第1→第2）" in words
    rows = ranking_grid(report.found, report.voice).rows
    assert [row[3] for row in rows[:3]] == ["↑1", "↓1", "·"]
    assert "比一周前名次没有" not in words and "与2017年12月2日相比，名次没有变化" in words


def test_the_command_writes_the_day_and_the_days_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """The files hold the day's ranking and that of the week before; what was read is kept."""
    monkeypatch.chdir(tmp_path)
    # two days after the first that is assessed
    assert cli.run(["ranking", "--as-of", "2017-04-03", "--out", "out", "--cache", "kept"]) == 0
    days = pd.read_csv("out/days.csv", encoding="utf-8-sig")
    ranking = pd.read_csv("out/ranking.csv", encoding="utf-8-sig")
    last = days[days["day"] == "2017-04-03"].drop(columns="day").reset_index(drop=True)
    pd.testing.assert_frame_equal(last, ranking)
    assert len(days) == 3 * len(ranking)
    assert any(Path("kept").iterdir()) and "daily_ranking.html" in capsys.readouterr().out
