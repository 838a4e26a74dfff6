"""Robustness beside re-running whole assessments and a plain loop for Sobol; time and memory, nine units and 183.

Before anything is timed, draws are held against full runs. Run alone: ``python -m tests.benchmarks.robustness``.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .measuring import Steps, in_fresh_process

if TYPE_CHECKING:
    from gy1100 import Assessment
    from gy1100.robustness.model import Model

AS_OF = "2018-03-02"
DRAWS, FULL_RUNS, LOOPS = 100_000, 5, 2_000
TARGETS = """\
| target | reach |
|---|---|
| nine units, all readings × 100,000 draws, two cores | ≤ 5 s |
| per draw, beside a full run of the assessment | ≥ 1,000 times faster |
| 183 units | ≤ 60 s |
| memory | the same for ten times the draws |
"""


def assessed(place: str) -> Assessment:
    """Return the sample's assessment, or that of a folder of synthetic evidence at province scale."""
    from gy1100 import assess, load_rulebook, read_evidence

    from .synthetic import SCALES, evidence_of, rulebook_of

    if place == "sample":
        result = assess(read_evidence(""), load_rulebook(), AS_OF)
    else:
        result = assess(evidence_of(Path(place)), rulebook_of(SCALES["province"]), AS_OF)
    _ = result.ranking, result.cadres
    return result


def run_analysis(place: str, draws: str) -> str:
    """Run the whole analysis once and return its steps."""
    from gy1100.robustness import robustness

    steps, result = Steps(), assessed(place)
    with steps.step("analysis"):
        found = robustness(result, int(draws))
    assert len(found.units) == len(result.rulebook.units)
    return steps.report()


def run_full(place: str, _draws: str) -> str:
    """Re-run the assessment from its evidence for a few draws, having held one of them against the arithmetic."""
    from gy1100 import assess

    steps, result = Steps(), assessed(place)
    model, rng = model_of(result), np.random.Generator(np.random.PCG64(1))
    weights = model.weights.drawn(rng, FULL_RUNS)
    times = []
    for n in range(FULL_RUNS):
        at = int(rng.integers(len(model.known.choices)))
        readings = dict(zip(model.known.options, model.known.choices[at], strict=True))
        items = [model.known.items[k] for k in model.weights.free]
        book = result.rulebook.under(readings, dict(zip(items, weights[:, n].tolist(), strict=True)))
        start = time.perf_counter()
        full = assess(result.evidence, book, AS_OF)
        ranking = full.ranking.set_index("unit")
        times.append(time.perf_counter() - start)
        ours = _scores(model, at, weights[:, n : n + 1])
        assert (
            np.abs(ranking.loc[list(model.known.units), "score_100"] - ours).max() < 0.08
        )  # thirteen roundings
    steps.wall["full run"] = statistics.median(times)
    return steps.report()


def run_sobol(place: str, _draws: str) -> str:
    """Return the time of the Sobol indices, and of the same by a plain loop over draws, units and items."""
    from gy1100.robustness import assumptions

    steps, result = Steps(), assessed(place)
    model = model_of(result)
    assumptions.SOBOL_DRAWS = LOOPS
    with steps.step("sobol"):
        names, ours = assumptions.sobol(model, np.random.Generator(np.random.PCG64(1)))
    with steps.step("plain loop"):
        theirs = _plain_sobol(model, np.random.Generator(np.random.PCG64(1)))
    assert len(names) == len(theirs)
    assert np.allclose([*zip(*ours, strict=True)], theirs, atol=1e-6)
    return steps.report()


def model_of(result: Assessment) -> Model:
    """Return an assessment as arithmetic."""
    from gy1100.robustness import combinations
    from gy1100.robustness.analysis import CONCENTRATION
    from gy1100.robustness.model import Model
    from gy1100.robustness.spreads import check_spread, judgement, weight_spread

    known = combinations(result)
    spread = weight_spread(result, CONCENTRATION)
    return Model(known, spread, check_spread(result, known.units), judgement(result, known))


def _scores(model: Model, at: int, weights: Any) -> Any:
    from gy1100.robustness.model import Drawn

    return model.scored(at, Drawn(weights))[:, 0]


def _plain_sobol(model: Model, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return first and total indices as one would write them down: a loop over draws, units and items."""
    from gy1100.robustness import assumptions

    a, b = assumptions.sample(model, LOOPS, rng), assumptions.sample(model, LOOPS, rng)
    names = assumptions.assumptions(model)
    y_a, y_b = _plain_shifts(model, a), _plain_shifts(model, b)
    mean = sum(y_a + y_b) / (2 * LOOPS)
    variance = sum((y - mean) ** 2 for y in y_a + y_b) / (2 * LOOPS - 1)
    found = []
    for name in names:
        mixed = _plain_shifts(model, a.with_other(name, list(model.known.options), b))
        first = sum(y * (m - x) for x, y, m in zip(y_a, y_b, mixed, strict=True)) / LOOPS / variance
        total = sum((x - m) ** 2 for x, m in zip(y_a, mixed, strict=True)) / (2 * LOOPS * variance)
        found.append((first, total))
    return found


def _plain_shifts(model: Model, drawn: Any) -> list[float]:
    known = model.known
    base, factor, applied = known.base.tolist(), known.factor.tolist(), known.applied.tolist()
    free = {int(item): n for n, item in enumerate(model.weights.free)}
    judged = {int(item): n for n, item in enumerate(model.judged_items)}
    official = [1 + sum(o > s for o in known.scores[known.own]) for s in known.scores[known.own]]
    shifts = []
    for d in range(drawn.choices.shape[1]):
        at = known.choices.index(
            tuple(options[c] for options, c in zip(known.options.values(), drawn.choices[:, d], strict=True))
        )
        scores = []
        for u in range(len(known.units)):
            total = 0.0
            for i in range(len(known.items)):
                points = drawn.weights[free[i], d] if i in free else known.points[i]
                earned = base[at][u][i] / known.points[i]
                if known.bears[u, i]:
                    earned *= drawn.genuine[u, d] if applied[at][u] else factor[at][u]
                if i in judged and drawn.judged is not None:
                    earned += drawn.judged[u, judged[i], d]
                total += points * earned
            scores.append(total)
        ranks = [1 + sum(other > own for other in scores) for own in scores]
        shifts.append(sum(abs(r - o) for r, o in zip(ranks, official, strict=True)) / len(ranks))
    return shifts


ACTIONS = {"analysis": run_analysis, "full": run_full, "sobol": run_sobol}


def _row(name: str, draws: int, run: dict[str, Any]) -> str:
    return f"| {name} | {draws:,} | {run['wall']['analysis']:.1f} | {run['cpu']['analysis']:.1f} | {run['peak']:.0f} |"


def report(scales: tuple[str, ...] = ("sample", "province")) -> str:
    """Return the tables as markdown."""
    from .synthetic import SCALES, write

    lines = ["## Robustness", "", "| units | draws | s | CPU s | peak MB |", "|---|---|---|---|---|"]
    runs = {n: in_fresh_process(__spec__.name, ["analysis", "sample", str(n)]) for n in (DRAWS, 10 * DRAWS)}
    lines += [_row("9", n, run) for n, run in runs.items()]
    if "province" in scales:
        with tempfile.TemporaryDirectory() as folder:
            write(SCALES["province"], Path(folder))
            lines.append(
                _row("183", DRAWS, in_fresh_process(__spec__.name, ["analysis", folder, str(DRAWS)]))
            )
    each = runs[DRAWS]["wall"]["analysis"] / (DRAWS * 144)
    full = in_fresh_process(__spec__.name, ["full", "sample", "0"])["wall"]["full run"]
    sobol = in_fresh_process(__spec__.name, ["sobol", "sample", "0"])["wall"]
    lines += ["", "| beside it | s | ratio |", "|---|---|---|"]
    lines.append(
        f"| a full run of the assessment for one draw (ours: {each:.1e}) | {full:.2f} | {full / each:,.0f} |"
    )
    ratio = sobol["plain loop"] / sobol["sobol"]
    loop = f"Sobol by a plain loop, {LOOPS:,} draws (ours: {sobol['sobol']:.2f})"
    lines.append(f"| {loop} | {sobol['plain loop']:.1f} | {ratio:.0f} |")
    return "\n".join(lines) + "\n\n" + TARGETS


def main(arguments: list[str]) -> None:
    """Print the report, or run one action in this process (``action place draws``)."""
    if arguments and arguments[0] in ACTIONS:
        action, place, draws = arguments
        print(ACTIONS[action](place, draws))
    else:
        print(report(tuple(arguments) or ("sample", "province")))


if __name__ == "__main__":
    main(sys.argv[1:])
