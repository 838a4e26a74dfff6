"""How scores and ranks moved since an earlier result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NothingToRead
from .grid import Grid
from .tables import columns, records
from .voice import Voice, is_none

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment


def earlier_ranking(since: str) -> pd.DataFrame:
    """Return the ranking of an earlier result by unit.

    Raises
    ------
    NothingToRead
        If the folder holds no ranking.csv of ours.
    """
    import pandas as pd

    path = Path(since) / "ranking.csv"
    try:
        return pd.read_csv(path, encoding="utf-8-sig").set_index("unit")[["score_100", "rank"]]
    except (OSError, KeyError, ValueError):
        raise NothingToRead(f"没有可比较的结果：{path} · no earlier ranking there") from None


def movement_grid(result: Assessment, since: str, voice: Voice) -> Grid:
    """Return scores and ranks then and now, in order of the ranking now."""
    earlier = earlier_ranking(since)
    rows = tuple((voice.unit(r["unit"]), *_moved(r, earlier)) for r in records(result.ranking))
    heads = columns(
        voice, ("unit", "name", 26), ("score_then", "points", 10), ("score_100", "points", 10),
        ("change", "points", 10), ("rank_then", "rank", 8), ("rank", "rank", 8), ("risen", "rank", 8),
    )  # fmt: skip
    return Grid(heads, rows)


def _moved(now: dict[str, Any], earlier: pd.DataFrame) -> tuple[object, ...]:
    then = earlier.loc[now["unit"]] if now["unit"] in earlier.index else {"score_100": None, "rank": None}
    known = not is_none(then["score_100"]) and not is_none(now["score_100"])
    change = now["score_100"] - then["score_100"] if known else None
    risen = then["rank"] - now["rank"] if known else None
    return then["score_100"], now["score_100"], change, then["rank"], now["rank"], risen
