"""What a command was asked for: its options, for the notebooks and for the manifest."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .ledger import shown_place
from .resources import place_and_level

DATES_ONLY = "calendar"  # the command that shows no sample where no exports are given
IMPORT_REPORTS = ("check", "year-end", "mid-year")
OUTPUT, SAMPLE_OUTPUT = Path("output"), Path("output/sample")


def _resolved(rulebook: str) -> str:
    """Return a rulebook's folder as an absolute path with the level behind it, its name as it is."""
    place, level = place_and_level(rulebook)
    return "@".join(filter(None, (str(Path(place).resolve()), level))) if Path(place).exists() else rulebook


@dataclass(frozen=True)
class Order:
    """The options of a command, as given."""

    command: str
    exports: Path | None = None
    as_of: str = ""
    rulebook: str = "guangyuan-2017"
    decisions: Path | str | None = None  # a URL stays text
    corrections: Path | None = None
    since: Path | None = None
    out: Path | None = None
    lang: str = "zh"
    set_aside: bool = False
    keep_evidence: bool = False
    bundle: bool = False
    names: bool = True
    reports: str = "all"
    workers: int | None = None
    four_eyes: bool = False
    engine: str = ""

    @property
    def notebook(self) -> str:
        """Return the notebook of an assessment."""
        return self.command.replace("-", "_")

    @property
    def reports_imports(self) -> bool:
        """Whether the command leaves an import report where data are refused."""
        return self.command in IMPORT_REPORTS

    @property
    def folder(self) -> Path:
        """Return the output folder."""
        return self.out or (OUTPUT if self.exports else SAMPLE_OUTPUT)

    @property
    def kernels(self) -> int:
        """Return how many kernels make reports at once: as asked for, else one a core, from two to eight."""
        return self.workers or min(max(os.cpu_count() or 2, 2), 8)

    def parameters(self, **more: Any) -> dict[str, Any]:
        """Return the options as notebook parameters: paths absolute, the sample as empty text."""
        own = {
            "exports": str(self.exports.resolve()) if self.exports else "",
            "decisions": str(
                self.decisions.resolve() if isinstance(self.decisions, Path) else self.decisions or ""
            ),
            "corrections": str(self.corrections.resolve()) if self.corrections else "",
            "since": str(self.since.resolve()) if self.since else "",
            "rulebook": _resolved(self.rulebook),
        }
        return {"as_of": self.as_of, "set_aside": self.set_aside, "lang": self.lang} | own | more

    def published(self) -> dict[str, Any]:
        """Return the options as the manifest records them: names of files, not where they lie."""
        files = {name: getattr(self, name) for name in ("decisions", "corrections", "since")}
        named = {name: shown_place(path) if path else None for name, path in files.items()}
        known = {"sample": self.exports is None and self.command != DATES_ONLY, **named}
        elsewhere = (
            "bundle",
            "workers",
            "engine",
            "out",
            "exports",
            "as_of",
            "rulebook",
        )  # no part of the result, or told by the manifest itself
        return {name: value for name, value in (asdict(self) | known).items() if name not in elsewhere}
