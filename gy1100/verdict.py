"""What a result is checked against, and what is said of each thing that was looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .words import text

State = Literal["holds", "differs", "unchecked"]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: it holds, it differs, or it could not be checked; of its args a tuple is a list."""

    state: State
    code: str
    args: Mapping[str, object] = field(default_factory=dict)

    def line(self, lang: str = "zh") -> str:
        """Return the check in one line."""
        between = text("verify.between", lang)
        args = {key: between.join(arg) if isinstance(arg, tuple) else arg for key, arg in self.args.items()}
        said = text(f"verify.{self.code}", lang, **args)
        return f"{text(f'verify.{self.state}', lang)}  {said}"


@dataclass(frozen=True)
class Given:
    """What a result is checked against.

    Attributes
    ----------
    out : Path
        The result.
    exports : Path or None
        Where exports (and corrections and decisions files) may be found, by hash.
    decisions : Path, str or None
        The ledger, or a decisions file.
    head : str
        A head that was printed.
    rulebook : str
        A rulebook's name or folder; by default the one that the manifest names.
    """

    out: Path
    exports: Path | None = None
    decisions: Path | str | None = None
    head: str = ""
    rulebook: str = ""
