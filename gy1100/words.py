"""Words for people: every sentence shown to a user, in Chinese and English, by key.

The catalogues are the YAML files in ``gy1100/catalogues``; code passes keys and arguments, words come at the edge.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return all entries of all catalogues, ``key -> {zh, en}``.

    Raises
    ------
    ValueError
        If a key stands in two catalogues or lacks a language.
    """
    import yaml

    entries: dict[str, dict[str, str]] = {}
    for file in sorted(Path(__file__).with_name("catalogues").glob("*.yaml")):
        for key, entry in (yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}).items():
            if key in entries or set(entry) != set(LANGUAGES):
                raise ValueError(f"{file.name}: {key!r} is there twice or lacks one of {LANGUAGES}")
            entries[key] = entry
    return entries


def text(key: str, lang: str = "zh", **args: object) -> str:
    """Return the words for ``key`` in ``lang`` with ``args`` put in."""
    return catalogue()[key][lang].format(**args)


def both(key: str, **args: object) -> str:
    """Return the words for ``key`` in Chinese and English, for messages that know no reader."""
    return " · ".join(text(key, lang, **args) for lang in LANGUAGES)
