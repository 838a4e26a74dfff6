"""Texts that are all but the same: within a cadre letter by letter, across cadres by what is distinctive in them.

Across cadres a text is its set of three-character pieces. Pieces that recur in many logs of the unit are boilerplate
and left out. MinHash signatures find candidates among thousands of texts; every candidate is then compared exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Hashes = npt.NDArray[np.uint64]

Pair = tuple[int, int, float]
GRAM, BANDS, ROWS = 3, 16, 2
CHUNK = 20_000  # pairs compared at once
LEAST_SHARED = 0.4  # of the distinctive pieces: candidates below are never compared
FEW = 12  # a piece that stands in no more texts is never boilerplate
CROWD = 40  # a text is compared with so many others of its bucket at most
FEWEST = 6  # distinctive pieces below which a text has nothing to be recognised by
_ODD = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)


def near_pairs_within(texts: Sequence[str], least: float) -> list[Pair]:
    """Return pairs of one cadre's texts with a similarity of ``least`` or more: ``(earlier, later, similarity)``.

    Parameters
    ----------
    texts : sequence of str
        Normalised texts in order of date.
    least : float
        The normalised Indel similarity (rapidfuzz's ratio) from 0 to 1.
    """
    from rapidfuzz import fuzz, process

    if len(texts) < 2:
        return []
    import numpy as np

    found = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=100 * least, dtype=np.float32)
    later, earlier = np.nonzero(np.tril(found, -1))
    return [(int(i), int(j), float(found[j, i]) / 100) for j, i in zip(later, earlier, strict=True)]


@dataclass(frozen=True)
class Pieces:
    """The distinctive pieces of the texts of one unit.

    Attributes
    ----------
    hashes : array
        The pieces of all texts, text by text, each once, in order of value.
    starts : array
        Where each text's pieces begin; one more entry than texts.
    numbers : array
        The same pieces as small numbers.
    """

    hashes: Hashes
    starts: Ints
    numbers: Ints

    @cached_property
    def telling(self) -> Ints:
        """Return the texts that have enough distinctive pieces."""
        import numpy as np

        return np.flatnonzero(np.diff(self.starts) >= FEWEST)

    def similarities(self, pairs: Ints) -> Floats:
        """Return for pairs of texts the share of distinctive pieces that the two have in common (Dice)."""
        import numpy as np

        sizes = np.diff(self.starts)
        chunks = np.array_split(pairs, max(1, len(pairs) // CHUNK))
        common = np.concatenate([self._common(chunk, sizes) for chunk in chunks])
        shares: Floats = 2.0 * common / np.maximum(sizes[pairs].sum(axis=1), 1)
        return shares

    def _common(self, pairs: Ints, sizes: Ints) -> Ints:
        """Return how many pieces each pair has in common: those that stand twice among a pair's pieces."""
        import numpy as np

        texts = pairs.ravel()
        lengths = sizes[texts]
        inside = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        which = self.numbers[np.repeat(self.starts[texts], lengths) + inside]
        most = int(self.numbers.max(initial=0)) + 1
        keys = np.repeat(np.arange(len(texts)) // 2, lengths) * most + which
        keys.sort()
        twice = keys[1:][keys[1:] == keys[:-1]] // most
        return np.bincount(twice, minlength=len(pairs))


def pieces(texts: Sequence[str], boilerplate: float) -> Pieces:
    """Return the pieces of texts without those in more than a share ``boilerplate`` of them, a dozen at least."""
    import numpy as np

    letters = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="uint32").astype("uint64")
    lengths = np.fromiter(map(len, texts), dtype="int64", count=len(texts))
    owner = np.repeat(np.arange(len(texts)), lengths)
    n = max(0, len(letters) - GRAM + 1)
    with np.errstate(over="ignore"):
        grams: Hashes = np.sum(
            [letters[i : n + i] * np.uint64(odd) for i, odd in enumerate(_ODD)], axis=0, dtype="uint64"
        )
        grams = grams ^ (grams >> np.uint64(29))
    whole = owner[:n] == owner[GRAM - 1 : n + GRAM - 1]
    grams, owner = grams[whole], owner[:n][whole]
    kinds, which = np.unique(grams, return_inverse=True)
    keys = owner * len(kinds) + which  # each piece of a text once
    keys.sort()
    keys = keys[np.diff(keys, prepend=-1) > 0]
    owner, which = np.divmod(keys, max(1, len(kinds)))
    rare = np.bincount(which, minlength=len(kinds))[which] <= max(FEW, int(boilerplate * len(texts)))
    owner, which = owner[rare], which[rare]
    starts = np.searchsorted(owner, np.arange(len(texts) + 1)).astype("int64")
    return Pieces(kinds[which], starts, which)


def near_pairs_across(
    texts: Sequence[str], owners: Sequence[Any], least: float, boilerplate: float, *, letters: float = 1.0
) -> list[Pair]:
    """Return pairs of texts of different owners that are all but the same.

    Parameters
    ----------
    texts : sequence of str
        Normalised texts of one unit.
    owners : sequence
        Whose each text is.
    least : float
        Dice similarity of the distinctive pieces from which on a pair counts; sentences in another order keep it.
    boilerplate : float
        Pieces that stand in more than this share of the texts are left out.
    letters : float
        A pair counts also from this similarity of all letters on (as in :func:`near_pairs_within`).
    """
    import numpy as np
    from rapidfuzz import fuzz, process

    found = pieces(texts, boilerplate)
    pairs = candidates(found, min(least, LEAST_SHARED))
    whose = np.unique(np.asarray(owners), return_inverse=True)[1]
    pairs = pairs[whose[pairs[:, 0]] != whose[pairs[:, 1]]]
    shared = found.similarities(pairs)
    one, other = ([texts[i] for i in pairs[:, side].tolist()] for side in (0, 1))
    spelled = (
        process.cpdist(one, other, scorer=fuzz.ratio, score_cutoff=100 * letters) / 100 if one else shared
    )
    near = (shared >= least) | (spelled >= letters)
    similar = np.maximum(shared, np.where(spelled >= letters, spelled, 0))
    alike = [(i, j, s) for (i, j), s in zip(pairs[near].tolist(), similar[near].tolist(), strict=True)]
    known = {(i, j) for i, j, _ in alike}
    return alike + [(i, j, 1.0) for i, j in identical_pairs(texts, owners) if (i, j) not in known]


def identical_pairs(texts: Sequence[str], owners: Sequence[Any]) -> list[tuple[int, int]]:
    """Return pairs of equal texts of different owners, however many have them: each with the first of another owner."""
    first: dict[str, list[int]] = {}
    for j, text in enumerate(texts):
        met = first.setdefault(text, [])
        if len(met) < 2 and all(owners[i] != owners[j] for i in met):
            met.append(j)
    pairs: dict[tuple[int, int], None] = {}  # in order
    for j, text in enumerate(texts):
        i = next((i for i in first[text] if owners[i] != owners[j]), None)
        if text and i is not None:
            pairs[min(i, j), max(i, j)] = None
    return list(pairs)


def candidates(found: Pieces, least: float) -> Ints:
    """Return pairs of texts that agree in a band of their MinHash signatures and, by these, may be so similar.

    The signatures' own estimate leaves out what lies three standard errors below.
    """
    import numpy as np

    telling = found.telling
    if len(telling) < 2:
        return np.empty((0, 2), dtype="int64")
    signatures = _signatures(found, telling)
    bands = [_band(signatures[:, band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]
    pairs = np.unique(np.concatenate(bands), axis=0)
    jaccard = least / (2 - least)
    floor = jaccard - 3 * (jaccard * (1 - jaccard) / (BANDS * ROWS)) ** 0.5
    agree = (signatures[pairs[:, 0]] == signatures[pairs[:, 1]]).mean(axis=1)
    found_pairs: Ints = telling[pairs[agree >= floor]]
    return found_pairs


def _signatures(found: Pieces, telling: Ints) -> Hashes:
    import numpy as np

    seeds = np.random.Generator(np.random.PCG64(1100)).integers(
        1, 2**63, BANDS * ROWS, dtype="uint64"
    ) | np.uint64(1)
    sizes = np.diff(found.starts)
    hashes = found.hashes[np.repeat(sizes >= FEWEST, sizes)]
    begins = np.concatenate(([0], np.cumsum(sizes[telling])[:-1]))
    signatures = np.empty((len(telling), len(seeds)), dtype="uint64")
    with np.errstate(over="ignore"):
        for n, seed in enumerate(seeds):
            mixed = hashes * seed
            signatures[:, n] = np.minimum.reduceat(mixed ^ (mixed >> np.uint64(32)), begins)
    return signatures


def _band(rows: Hashes) -> Ints:
    """Return the pairs whose rows are equal, the smaller index first."""
    import numpy as np

    with np.errstate(over="ignore"):
        keys = rows[:, 0] * np.uint64(_ODD[0]) + rows[:, 1]
    order = np.argsort(keys, kind="stable")
    keys, pairs = keys[order], [np.empty((0, 2), dtype="int64")]
    for step in range(1, CROWD):
        same = np.flatnonzero(keys[step:] == keys[:-step])
        if not len(same):
            break
        pairs.append(np.sort(np.column_stack((order[same], order[same + step])), axis=1))
    return np.concatenate(pairs)


__all__ = ["Pieces", "candidates", "near_pairs_across", "near_pairs_within", "pieces"]
