"""Screens at city and province scale: recall of planted copies, false alarms, time and memory, beside plain rapidfuzz.

Texts are put together from the sample's own phrases and a little of their own; copies are planted in colleagues' logs.
Run alone: ``python -m tests.benchmarks.screens [scale …]``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from .measuring import Steps, in_fresh_process

if TYPE_CHECKING:
    import pandas as pd

    from gy1100 import Evidence

AS_OF = "2018-03-02"
SCALES = ("city", "province")
CHANGES = ("edit 1", "edit 2", "edit 3", "edit 4", "reordered")
PLANTED = 200  # of each change
TARGETS = """\
| target | reach |
|---|---|
| city (2,000 cadres, 60,000 logs) | ≤ 2 s |
| province (40,000 cadres, 1.2 million logs) | ≤ 60 s, ≤ 2 GB |
"""


def add_texts(folder: Path, seed: int = 1) -> None:
    """Give the logs of a folder texts, and write beside them what was planted: ``change, log_id, of``."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    from gy1100 import read_evidence
    from gy1100.texts import all_normalised

    from .synthetic import evidence_of

    evidence, random = evidence_of(folder), Random(seed)
    sample = read_evidence("").tables["logs"]["text"].to_pylist()
    heads, tails = ([t.split("，")[at] for t in sample] for at in (0, -1))
    han = [chr(code) for code in range(0x4E00, 0x6000)]
    table = evidence.tables["logs"]
    texts = [
        f"{random.choice(heads)}，{''.join(random.choices(han, k=9))}{random.choice(tails)}"
        for _ in range(len(table))
    ]
    planted = _plant(table.select(["cadre_id", "log_id"]).to_pandas(), texts, evidence, random)
    lengths = [len(text) for text in all_normalised(texts)]
    for name, values in (("text", texts), ("text_length", lengths)):
        field = table.schema.field(name)
        table = table.set_column(table.schema.get_field_index(name), field, pa.array(values, field.type))
    pq.write_table(table, folder / "logs.parquet")
    pd.DataFrame(planted).to_csv(folder / "planted.csv", index=False)


def with_texts(folder: Path) -> tuple[Evidence, pd.DataFrame]:
    """Return the evidence of a folder made here, and what was planted in it."""
    import dataclasses

    import pandas as pd

    from gy1100.drafts import Source

    from .synthetic import evidence_of

    evidence = evidence_of(folder)
    sources = (Source("logs.parquet", "", "logs", len(evidence.tables["logs"]), ""),)
    return dataclasses.replace(evidence, sources=sources), pd.read_csv(folder / "planted.csv", dtype=str)


def _plant(logs: pd.DataFrame, texts: list[str], evidence: Evidence, random: Random) -> list[dict[str, Any]]:
    """Put changed copies of logs into logs of another cadre of the same unit."""
    units = dict(zip(*(evidence.tables["cadres"][c].to_pylist() for c in ("cadre_id", "unit")), strict=True))
    by_unit = logs.groupby(logs["cadre_id"].map(units)).indices
    names, planted, used = sorted(by_unit), [], set()
    cadres, ids = logs["cadre_id"].to_numpy(), logs["log_id"].to_numpy()
    while len(planted) < PLANTED * len(CHANGES):
        change = CHANGES[len(planted) % len(CHANGES)]
        one, other = random.sample(list(by_unit[random.choice(names)]), 2)
        if cadres[one] != cadres[other] and not {one, other} & used and len(texts[one]) >= 25:
            used |= {one, other}
            texts[other] = _changed(texts[one], change, random)
            planted.append({"change": change, "log_id": ids[other], "of": ids[one]})
    return planted


def _changed(text: str, change: str, random: Random) -> str:
    if change == "reordered":
        third = len(text) // 3
        return text[2 * third :] + text[:third] + text[third : 2 * third]
    letters = list(text)
    for place in random.sample(range(len(letters)), int(change.split()[1])):
        letters[place] = chr(random.randrange(0x4E00, 0x6000))
    return "".join(letters)


def run_screens(folder: Path, scale: str) -> str:
    """Screen a folder and return the steps with recall and false alarms."""
    from gy1100 import assess
    from gy1100.screens import screens

    from .synthetic import SCALES as ALL
    from .synthetic import rulebook_of

    steps = Steps()
    evidence, planted = with_texts(folder)
    result = assess(evidence, rulebook_of(ALL[scale]), AS_OF)
    _ = result.ranking, result.cadres
    with steps.step("screens"):
        found = screens(result)
    frame = result.tallies.frame
    seen = set(
        frame.engine.arrow(frame.logs.select("log_id"))["log_id"].to_pylist()
    )  # of others nothing is said
    planted = planted[planted["log_id"].isin(seen) & planted["of"].isin(seen)]
    pairs = found.rows[found.rows["kind"] == "copy_across"]
    got = planted["log_id"].isin(pairs["log_id"])
    recall = {change: float(got[planted["change"] == change].mean()) for change in CHANGES}
    known = set(planted["log_id"]) | set(planted["of"])
    alarms = int((~pairs["log_id"].isin(known)).sum())
    steps.wall |= {f"recall {change}": share for change, share in recall.items()} | {
        "false alarms": float(alarms)
    }
    return steps.report()


def run_plain(folder: Path, scale: str) -> str:
    """Compare every log of a unit with every other by rapidfuzz alone, and return the steps with recall."""
    from rapidfuzz import fuzz, process

    from gy1100.texts import all_normalised

    steps = Steps()
    evidence, planted = with_texts(folder)
    units = dict(zip(*(evidence.tables["cadres"][c].to_pylist() for c in ("cadre_id", "unit")), strict=True))
    logs = evidence.tables["logs"].select(["log_id", "cadre_id", "text"]).to_pandas()
    found: set[str] = set()
    with steps.step("screens"):
        logs["normal"] = all_normalised(logs["text"])
        for _, group in logs.groupby(logs["cadre_id"].map(units)):
            texts, ids = group["normal"].tolist(), group["log_id"].to_numpy()
            for start in range(0, len(texts), 500):
                near = process.cdist(texts[start : start + 500], texts, scorer=fuzz.ratio, score_cutoff=80)
                found |= {ids[start + i] for i, j in zip(*near.nonzero(), strict=True) if start + i != j}
    got = planted["log_id"].isin(found)
    recall = {change: float(got[planted["change"] == change].mean()) for change in CHANGES}
    steps.wall |= {f"recall {change}": share for change, share in recall.items()}
    steps.wall["false alarms"] = float(len(found - set(planted["log_id"]) - set(planted["of"])))
    return steps.report()


def make(folder: Path, scale: str) -> str:
    """Write the evidence of a scale, with texts."""
    from .synthetic import SCALES as ALL
    from .synthetic import write

    write(ALL[scale], folder)
    add_texts(folder)
    return Steps().report()


ACTIONS = {"screens": run_screens, "rapidfuzz, all pairs": run_plain, "make": make}


def report(scales: tuple[str, ...] = SCALES) -> str:
    """Return the table as markdown; all pairs are compared at city scale alone."""
    heads = ["scale", "variant", "s", "CPU s", "peak MB", *(f"recall {c}" for c in CHANGES), "false alarms"]
    lines = [
        "## Screens: planted copies across cadres",
        "",
        f"| {' | '.join(heads)} |",
        "|---" * len(heads) + "|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for scale in scales:
            place = str(Path(folder) / scale)
            in_fresh_process(__spec__.name, ["make", scale, place])
            for variant in ("screens", "rapidfuzz, all pairs")[: 2 if scale == "city" else 1]:
                run = in_fresh_process(__spec__.name, [variant, scale, place])
                wall = run["wall"]
                figures = [f"{wall['screens']:.1f}", f"{run['cpu']['screens']:.1f}", f"{run['peak']:.0f}"]
                figures += [f"{wall[f'recall {c}']:.3f}" for c in CHANGES] + [f"{wall['false alarms']:.0f}"]
                lines.append(f"| {scale} | {variant} | {' | '.join(figures)} |")
    return "\n".join(lines) + "\n\n" + TARGETS


def main(arguments: list[str]) -> None:
    """Print the report, or run one action in this process (``action scale folder``)."""
    if arguments and arguments[0] in ACTIONS:
        action, scale, folder = arguments
        print(ACTIONS[action](Path(folder), scale))
    else:
        print(report(tuple(arguments) or SCALES))


if __name__ == "__main__":
    main(sys.argv[1:])
