"""Clean-conduct screens: what is planted is found, what is usual is not, and no score or text is touched."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from itertools import combinations
from math import comb
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gy1100 import Assessment, assess, load_rulebook
from gy1100.errors import NothingToRead, WrongUsage
from gy1100.report import Report, ScreensReport, UnitReport
from gy1100.screens import (
    benjamini_hochberg,
    binomial_tail,
    demands,
    near_pairs_across,
    near_pairs_within,
    screens,
)
from gy1100.screens.copies import identical_pairs
from gy1100.screens.counting import heaped, heaping
from gy1100.screens.demands import asked, read_targets
from gy1100.screens.signals import KINDS, ROW_COLUMNS, SIGNAL_COLUMNS
from gy1100.texts import all_normalised, normalised, text_hash

from .report_sample import sample_result
from .small_exports import assessment_of, days

if TYPE_CHECKING:
    from gy1100.screens import Screens

BOOK = load_rulebook()
HAN = [chr(code) for code in range(0x4E00, 0x9000)]


def random_text(random: Random, length: int = 42) -> str:
    """Return a text of random characters, like no other."""
    return "".join(random.choices(HAN, k=length))


def edited(text: str, edits: int, random: Random) -> str:
    """Return a text with so many characters replaced."""
    letters = list(text)
    for place in random.sample(range(len(letters)), edits):
        letters[place] = random.choice(HAN)
    return "".join(letters)


def reordered(text: str) -> str:
    """Return a text with its thirds in another order."""
    third = len(text) // 3
    return text[2 * third :] + text[:third] + text[third : 2 * third]


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edits", [1, 2, 3, 4])
def test_edits_within_a_cadre_are_found(edits: int) -> None:
    """A copy with one to four characters changed, among texts of its own kind, every time."""
    random = Random(edits)
    texts = [random_text(random) for _ in range(30)]
    copies = [edited(text, edits, random) for text in texts]
    found = {(i, j) for i, j, _ in near_pairs_within(texts + copies, 0.8)}
    assert found == {(n, n + 30) for n in range(30)}


def test_similarity_within_is_that_of_letters() -> None:
    """Two of twenty characters changed: the normalised Indel similarity is 18 of 20."""
    text = "清明节期间在紫云片区组织青年志愿者清理沟渠"[:20]
    assert near_pairs_within([text, "某某" + text[2:]], 0.8) == [(0, 1, pytest.approx(0.9))]


@pytest.mark.parametrize("change", [1, 2, 3, 4, "reordered"])
def test_copies_across_cadres_are_found(change: int | str) -> None:
    """Of 400 planted copies of other cadres at least 98 % are found, edited or with sentences in another order."""
    random = Random(str(change))
    texts = [random_text(random) for _ in range(400)]
    copies = [reordered(t) if isinstance(change, str) else edited(t, change, random) for t in texts]
    found = {(i, j) for i, j, _ in near_pairs_across(texts + copies, list(range(800)), 0.55, 0.02)}
    planted = {(n, n + 400) for n in range(400)}
    assert len(found & planted) >= 392
    assert found <= planted


def test_boilerplate_is_left_out() -> None:
    """Long phrases that half of the unit uses make no copies of texts that say different things."""
    random = Random(5)
    phrase = random_text(random, 60)
    texts = [phrase + random_text(random, 15) for _ in range(300)]
    assert near_pairs_across(texts, list(range(300)), 0.5, 0.02) == []
    plain = [phrase[:20] + random_text(random, 3) for _ in range(2)] + [
        random_text(random) for _ in range(50)
    ]
    assert [(i, j) for i, j, _ in near_pairs_across(plain, list(range(52)), 0.5, 0.02)] == [(0, 1)]


def test_many_copies_of_one_text_are_no_boilerplate() -> None:
    """A text that ten of thirty cadres hand in word for word, or changed a little, is found with all of them."""
    random = Random(6)
    others = [random_text(random) for _ in range(200)]
    text = random_text(random)
    for copies in ([text] * 10, [edited(text, 2, random) for _ in range(10)]):
        texts = others + copies
        found = near_pairs_across(texts, list(range(len(texts))), 0.6, 0.005)
        assert {i for pair in found for i in pair[:2]} == set(range(200, 210))


def test_one_hit_where_nobody_has_any_is_no_proof(tmp_path: Path) -> None:
    """A single late record among cadres who have none may be chance, and is not flagged."""
    late = [log(date(2017, 8, 1), 2, cadre_id="G2", recorded_on=date(2017, 9, 20))]
    assert flagged(a_city(tmp_path, late), "backfill") == []


def test_own_texts_are_no_copies_across() -> None:
    """Pairs of one owner are left to the screen within a cadre."""
    text = random_text(Random(1))
    assert near_pairs_across([text, text, text], ["a", "a", "b"], 0.6, 0.5) == [
        (0, 2, pytest.approx(1)), (1, 2, pytest.approx(1)),
    ]  # fmt: skip


def test_pairs_across_agree_with_brute_force() -> None:
    """Each similarity is the Dice share of three-character pieces, and nothing above the limit is invented or lost."""
    random = Random(9)
    base = [random_text(random, 30) for _ in range(20)]
    texts = base + [edited(random.choice(base), random.randrange(1, 9), random) for _ in range(40)]

    def pieces(text: str) -> set[str]:
        return {text[i : i + 3] for i in range(len(text) - 2)}

    wanted = {}
    for i, j in combinations(range(len(texts)), 2):
        a, b = pieces(texts[i]), pieces(texts[j])
        if (share := 2 * len(a & b) / (len(a) + len(b))) >= 0.7:
            wanted[i, j] = share
    found = {(i, j): s for i, j, s in near_pairs_across(texts, list(range(60)), 0.7, 1.0)}
    assert found == pytest.approx(wanted)


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["一二"], ["一二", "一二三四五六七八九十甲乙"]])
def test_nothing_to_compare(texts: list[str]) -> None:
    """No texts, empty ones, ones too short to have pieces."""
    assert near_pairs_across(texts, list(range(len(texts))), 0.6, 0.02) == []


@given(st.lists(st.text(max_size=20), max_size=12))
def test_texts_normalised_in_one_go(texts: list[str]) -> None:
    """All texts together are normalised as each by itself."""
    texts = [t.encode("utf-8", "ignore").decode() for t in texts] or [""]
    assert all_normalised(texts) == [normalised(t) for t in texts]


# --- rates ------------------------------------------------------------------------------------------------------------


def test_benjamini_hochberg_published() -> None:
    """The example of the paper (thrombolysis, 15 comparisons): at 5 % the first four stand, no more."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ]  # fmt: skip
    q = benjamini_hochberg(p)
    assert (q <= 0.05).tolist() == [True] * 4 + [False] * 11
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
    shuffled = Random(1).sample(range(15), 15)
    assert benjamini_hochberg([p[i] for i in shuffled]).tolist() == [q[i] for i in shuffled]


@given(st.integers(0, 40), st.integers(0, 40), st.fractions(0, 1))
def test_binomial_tail_is_exact(k: int, n: int, p: Any) -> None:
    """The tail equals the sum of the terms in exact fractions."""
    wanted = sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))
    assert binomial_tail(k, n, float(p)) == pytest.approx(float(wanted), abs=1e-9)


# --- screens on evidence ----------------------------------------------------------------------------------------------


def log(day: date, n: int, **more: Any) -> dict[str, Any]:
    """Return a log with a text like no other."""
    return {"date": day, "text": random_text(Random(f"{day}{n}{more}")), "participants": 1, **more}


def a_city(
    tmp_path: Path, logs: list[dict[str, Any]], cadres: int = 30, left: dict[str, date] | None = None
) -> Screens:
    """Return the screens of thirty ordinary cadres of two units, some of whom left, and what a test adds to them."""
    roster = [{"cadre_id": f"G{n}", "unit": "剑阁县" if n % 2 else "青川县"} for n in range(1, cadres + 1)]
    roster = [row | {"post_end": (left or {}).get(row["cadre_id"], "")} for row in roster]
    usual = [
        log(day, n, cadre_id=f"G{n}", recorded_on=day + timedelta(days=1))
        for n in range(1, cadres + 1)
        for day in days("2017-05-10", 10, 4)
    ]
    youths = [{"cadre_id": row["cadre_id"]} for row in roster for _ in range(5)]
    return screens(
        assessment_of(tmp_path, {"cadres": roster, "logs": usual + logs, "youths": youths}, "2017-12-31")
    )


def flagged(found: Screens, kind: str) -> list[tuple[str, int, int]]:
    """Return (cadre, k, n) of flagged signals of a kind."""
    rows = found.flagged[found.flagged["kind"] == kind]
    return list(rows[["cadre_id", "k", "n"]].itertuples(index=False, name=None))


def test_usual_work_gives_no_signal(tmp_path: Path) -> None:
    """Thirty cadres who do the usual: nobody stands out."""
    assert a_city(tmp_path, []).flagged.empty


def test_burst(tmp_path: Path) -> None:
    """Eight logs recorded on one day by one cadre stand out, with each of their rows."""
    logs = [log(day, 1, cadre_id="G1", recorded_on=date(2017, 9, 1)) for day in days("2017-08-20", 8)]
    found = a_city(tmp_path, logs)
    assert flagged(found, "burst") == [("G1", 8, 18)]
    rows = found.rows[found.rows["kind"] == "burst"]
    assert len(rows) == 8 and set(rows["file"]) == {"logs.csv"} and rows["row"].is_unique


def test_back_filled(tmp_path: Path) -> None:
    """Logs recorded more than thirty days after the activity; the thirtieth day is in time."""
    late = [log(day, 2, cadre_id="G2", recorded_on=day + timedelta(days=31)) for day in days("2017-08-01", 6)]
    late += [log(date(2017, 9, 1), 3, cadre_id="G2", recorded_on=date(2017, 10, 1))]
    assert flagged(a_city(tmp_path, late), "backfill") == [("G2", 6, 17)]


def test_crowding_in_the_last_three_days(tmp_path: Path) -> None:
    """Counting logs of the last three days of a period; the fourth day from the end is none of them."""
    logs = [
        log(date(2017, 8, day), n, cadre_id="G3") for n, day in enumerate([28, 29, 29, 30, 30, 31, 31, 31])
    ]
    found = a_city(tmp_path, logs)
    assert flagged(found, "crowding") == [("G3", 7, 18)]


def test_more_participants_than_youths(tmp_path: Path) -> None:
    """A number that cannot be is always shown, whatever others do."""
    found = a_city(
        tmp_path,
        [
            log(date(2017, 8, 1), 4, cadre_id="G4", participants=6),
            log(date(2017, 8, 2), 5, cadre_id="G4", participants=5),
        ],
    )
    assert flagged(found, "participants") == [("G4", 1, 12)]


def test_copies_within_and_across(tmp_path: Path) -> None:
    """Edited copies of one's own and of a colleague's logs; the pair names both logs and how alike they are."""
    random = Random(7)
    texts = [random_text(random) for _ in range(6)]
    own = [log(date(2017, 8, 1), n, cadre_id="G5", text=t) for n, t in enumerate(texts)]
    again = [log(date(2017, 8, 9), n, cadre_id="G5", text=edited(t, 2, random)) for n, t in enumerate(texts)]
    others = [
        log(date(2017, 8, 10), n, cadre_id="G7", text=edited(t, 3, random)) for n, t in enumerate(texts)
    ]
    found = a_city(tmp_path, own + again + others)
    assert flagged(found, "copy_within") == [("G5", 6, 22)]
    assert {cadre for cadre, *_ in flagged(found, "copy_across")} == {"G5", "G7"}
    pairs = found.rows[(found.rows["kind"] == "copy_across") & (found.rows["cadre_id"] == "G7")]
    assert set(pairs["other_cadre_id"]) == {"G5"} and (pairs["similarity"] > 0.6).all()
    assert set(found.risks()[0][1].split(";")) <= set(KINDS)


def test_texts_too_short_are_no_copies(tmp_path: Path) -> None:
    """What is too short to count is in no pair, in post or not: the rows listed are the hits counted."""
    texts = ["电话联系", "走访看望了两位青年并且作了记录"]
    logs = [
        log(day, 1, cadre_id=cadre, text=text)
        for cadre in ("G5", "G7")
        for text in texts
        for day in (date(2017, 8, 1), date(2017, 11, 2))
    ]
    logs.append(log(date(2017, 12, 1), 1, cadre_id="G9", text=texts[1].replace("青年", "学生")))
    found = a_city(tmp_path, logs, left={"G5": date(2017, 6, 30)})
    copies = found.rows[found.rows["kind"].isin(("copy_within", "copy_across"))]
    counted = found.signals.set_index(["cadre_id", "kind"])["k"]
    listed = copies.groupby(["cadre_id", "kind"])["log_id"].nunique()
    assert listed.to_dict() == {key: counted[key] for key in listed.index}
    assert listed.to_dict() == {
        ("G5", "copy_within"): 1, ("G5", "copy_across"): 2, ("G7", "copy_across"): 2, ("G9", "copy_across"): 1,
    }  # fmt: skip
    assert copies["similarity"].round(4).tolist() == [1, 1, 1, 1, 1, round(1 - 2 / 15, 4)]


def test_heaping(tmp_path: Path) -> None:
    """A cadre who does exactly what is due period after period stands out among many who do more."""
    spans = [("2017-04-05", 2), ("2017-05-05", 5), ("2017-07-05", 5), ("2017-09-05", 5), ("2017-11-05", 5)]
    exact = [log(day, 8, cadre_id="G40") for start, n in spans for day in days(start, n, 2)]
    more = [
        log(day, k, cadre_id=f"G{k}")
        for k in range(1, 31)
        for start, n in spans
        for day in days(start, n + 2, 2)
    ]
    roster = [{"cadre_id": f"G{n}"} for n in (*range(1, 31), 40)]
    found = screens(assessment_of(tmp_path, {"cadres": roster, "logs": exact + more}, "2017-12-31"))
    assert flagged(found, "heaping") == [("G40", 5, 5)]
    rows = found.rows[found.rows["kind"] == "heaping"]
    assert set(rows["cadre_id"]) == {"G40"} and len(rows) == sum(n for _, n in spans)


def with_logs(result: Assessment, rows: pd.DataFrame) -> Assessment:
    """Return an assessment of the sample with other logs."""
    data = result.evidence.tables["logs"]
    logs = pa.Table.from_pandas(rows, schema=data.schema, preserve_index=False)
    evidence = dataclasses.replace(result.evidence, tables={**result.evidence.tables, "logs": logs})
    return assess(evidence, result.rulebook, result.as_of)


def test_the_limits_are_calibrated() -> None:
    """Where everybody writes alike the limits rise until texts of other units are hardly ever taken for copies."""
    result = sample_result()
    rows = result.evidence.tables["logs"].to_pandas()
    random = Random(3)
    stock = [random_text(random, 30) for _ in range(3_000)]
    rows["text"] = [random.choice(stock) + random.choice("甲乙丙丁") * 3 for _ in range(len(rows))]
    rows["text_hash"] = [text_hash(normalised(t)) for t in rows["text"]]
    found = screens(with_logs(result, rows)).calibration
    assert found.similarity > 0.9 and found.shared > 0.9
    usual = screens(result).calibration
    assert usual.within <= BOOK.rules.screens.false_alarms.value
    assert (
        max(usual.shared, usual.spelled) < 1 and usual.across < 0.05
    )  # equal texts of other units are in it
    assert min(usual.n_within, usual.n_across) > 1000


def test_scores_are_never_touched() -> None:
    """Screening reads an assessment and leaves it as it was; the rulebook's screens bear on no item."""
    result = sample_result()
    before = result.scores.copy()
    found = screens(result)
    assert result.scores.equals(before)
    assert list(found.signals.columns) == SIGNAL_COLUMNS and list(found.rows.columns) == ROW_COLUMNS


def test_the_sample_has_its_character() -> None:
    """The unit of the sample that writes its logs up in a hurry is the one that stands out."""
    found = screens(sample_result()).flagged
    assert found[found["kind"] == "crowding"]["unit"].mode().tolist() == ["旺苍县"]


def test_rows_lead_to_the_files() -> None:
    """File, sheet and row of a signal's log hold that log."""
    result = sample_result()
    rows = screens(result).rows
    logs = {r["log_id"]: r for r in result.evidence.tables["logs"].to_pylist()}
    for row in rows.iloc[:: max(1, len(rows) // 50)].to_dict("records"):
        log_row = logs[row["log_id"]]
        assert (result.evidence.sources[log_row["source"]].file, log_row["row"]) == (row["file"], row["row"])


# --- raised demands ---------------------------------------------------------------------------------------------------


def test_a_rulebook_that_asks_for_more() -> None:
    """Seven activities where the city asks for five are 层层加码; fewer are none."""
    cadres = BOOK.rules.cadres.model_copy(
        update={"activities": BOOK.rules.cadres.activities.model_copy(update={"value": 7})}
    )
    stricter = dataclasses.replace(
        BOOK, rules=BOOK.rules.model_copy(update={"id": "strict", "cadres": cadres})
    )
    found = demands(stricter, BOOK)
    assert set(found["who"]) == {"strict"} and "activities" in set(found["what"])
    assert demands(BOOK, stricter).empty and demands(BOOK, BOOK).empty


def test_targets_of_units(tmp_path: Path) -> None:
    """A unit's own target above the city's is named with both numbers; unknown lines are refused all at once."""
    path = tmp_path / "targets.csv"
    path.write_text("unit,what,value\n剑阁,contacts.part_time,30\n青川县,contacts.full_time,100\n", "utf-8")
    found = demands(BOOK, BOOK, read_targets(path, BOOK))
    assert found.to_dict("records") == [
        {"who": "剑阁县", "what": "contacts.part_time", "asked": 30, "city": 10}
    ]
    path.write_text(
        "unit,what,value\n成都,contacts.part_time,30\n剑阁,weather,1\n剑阁,activities,many\n", "utf-8"
    )
    with pytest.raises(WrongUsage) as told:
        read_targets(path, BOOK)
    assert len(str(told.value).splitlines()) == 3
    with pytest.raises(NothingToRead):
        read_targets(tmp_path / "nothing.csv", BOOK)
    path.write_bytes(b"unit,what,value\n\xff\xfe\x81\xc3\x28")
    with pytest.raises(WrongUsage, match="csv"):
        read_targets(path, BOOK)
    assert read_targets("", BOOK) == [] and asked(BOOK.rules)["activities"] == 5


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what the command makes of the sample."""
    from gy1100.cli import run

    out = tmp_path_factory.mktemp("screens") / "out"
    assert run(["screens", "--out", str(out)]) == 0
    return out


def test_the_command(output: Path) -> None:
    """Signals, rows, workbook, page and manifest; the page says that nothing is deducted."""
    made = {p.name for p in output.iterdir()}
    assert {
        "signals.csv",
        "signal_rows.csv",
        "demands.csv",
        "screens.xlsx",
        "screens.html",
        "manifest.json",
    } <= made
    page = (output / "screens.html").read_text("utf-8")
    assert "不是结论，不扣分" in page and "示例数据" in page


def test_no_text_leaves(output: Path) -> None:
    """No log's text stands in anything that the command writes."""
    import zipfile

    texts = [t for t in sample_result().evidence.tables["logs"]["text"].to_pylist() if t and len(t) > 20][
        ::97
    ]
    written = [p.read_bytes().decode("utf-8", "replace") for p in output.iterdir()]
    with zipfile.ZipFile(output / "screens.xlsx") as book:
        written += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    assert not [t for t in texts if any(t in content for content in written)]


def test_reports_count_signals_and_name_nobody() -> None:
    """By unit and kind as the screens have them, without a cadre's id; a unit's own report knows no other unit."""
    result = sample_result()
    flagged = result.signals.flagged
    whole, own = str(Report(result).signals().html), str(UnitReport(result, "剑阁县").signals().html)
    assert f"{len(flagged)}" in whole and "利州区" in whole and "利州区" not in own
    assert f"{(flagged['unit'] == '剑阁县').sum()}" in own
    assert not [i for i in flagged["cadre_id"] if i in whole]


def test_limits_are_set_by_texts_that_count(tmp_path: Path) -> None:
    """A blank or trivial text of everybody neither raises a limit nor hides edited copies."""
    random = Random(3)
    texts = [random_text(random) for _ in range(6)]
    copies = [log(date(2017, 8, 9), n, cadre_id="G5", text=edited(t, 2, random)) for n, t in enumerate(texts)]
    copies += [log(date(2017, 8, 1), n, cadre_id="G5", text=t) for n, t in enumerate(texts)]
    trivial = [
        log(date(2017, 9, 1), n, cadre_id=f"G{n}", text=text)
        for n in range(1, 31)
        for text in ("", "走访青年")
    ]
    without, beside = a_city(tmp_path / "a", copies), a_city(tmp_path / "b", copies + trivial)
    assert beside.calibration.similarity == without.calibration.similarity
    assert flagged(beside, "copy_within") == [("G5", 6, 22)]


def test_every_log_that_shares_a_text_is_told() -> None:
    """Also the further ones of the cadre who comes first; each with the first of another one."""
    assert identical_pairs(["t"] * 4, ["A", "A", "B", "B"]) == [(0, 2), (1, 2), (0, 3)]
    assert identical_pairs(["t", "t", "", ""], ["A", "A", "A", "B"]) == []


def test_length_is_that_of_the_original(tmp_path: Path) -> None:
    """A phone number that is replaced makes no text too short."""
    text = "电话联系13812345678小王"
    logs = [log(date(2017, 8, n), n, cadre_id=c, text=text) for n, c in enumerate(("G5", "G7"), 1)]
    rows = a_city(tmp_path, logs).rows
    assert set(rows.loc[rows["kind"] == "copy_across", "cadre_id"]) == {"G5", "G7"}


def test_heaping_lists_what_it_counts(tmp_path: Path) -> None:
    """Only logs of the periods with exactly the required number: none of a fuller period or of the service month."""
    spans = [("2017-04-05", 2), ("2017-05-05", 5), ("2017-07-05", 5), ("2017-09-05", 5)]
    exact = [log(day, n, cadre_id="G1") for n, (start, k) in enumerate(spans) for day in days(start, k)]
    more = [log(day, 9, cadre_id="G1") for day in days("2017-11-05", 9)]
    service = [log(date(2018, 1, 15), 8, cadre_id="G1", kind="practical_help")]
    roster = [{"cadre_id": "G1", "unit": "剑阁县"}]
    result = assessment_of(tmp_path, {"cadres": roster, "logs": exact + more + service}, "2018-03-02")
    counts, ids = heaping(result).loc["G1"], heaped(result, pd.Series(["G1"]))
    by_date = dict(
        zip(*(result.evidence.tables["logs"][n].to_pylist() for n in ("log_id", "date")), strict=True)
    )
    listed = {by_date[log_id] for log_id in ids}
    assert counts["k"] < counts["n"] and listed and not listed & {row["date"] for row in more + service}


def test_the_copies_of_one_unit_alone_are_flagged(tmp_path: Path) -> None:
    """No text of another unit says what chance does: the rulebook's own share does, and the page tells so."""
    texts = [f"走访联系青年{chr(0x4E00 + 7 * n)}{chr(0x4F00 + 11 * n)}，了解近况并逐一记录" for n in range(8)]
    cadres = [{"cadre_id": f"G{n}"} for n in range(12)]
    logs = [
        {"cadre_id": c["cadre_id"], "date": day, "text": text}
        for c in cadres for day, text in zip(days("2017-05-02", 8), texts, strict=True)
    ]  # fmt: skip
    result = assessment_of(tmp_path, {"cadres": cadres, "logs": logs}, "2018-03-02")
    found = screens(result)
    flagged = found.signals[found.signals["flagged"]]
    assert "copy_across" in set(flagged["kind"])
    assert "没有别的单位的日志可以对照" in ScreensReport(result).meaning()._repr_html_()
