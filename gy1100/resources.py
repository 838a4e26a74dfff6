"""Where rulebooks, notebooks and the sample are: beside a checkout's package, or inside the installed wheel."""

from __future__ import annotations

from pathlib import Path

from .errors import WrongUsage

_PACKAGE = Path(__file__).parent


def shipped(*parts: str) -> Path:
    """Return the path of shipped material, e.g. ``shipped("data", "rulebooks")``."""
    wheel = _PACKAGE / "shipped"
    return (wheel if wheel.is_dir() else _PACKAGE.parent).joinpath(*parts)


def rulebook_folder(name: str) -> Path:
    """Return the folder of the rulebook with this name or path.

    Raises
    ------
    WrongUsage
        If there is no such rulebook; the message lists those that are shipped.
    """
    for folder in (shipped("data", "rulebooks", name), Path(name)):
        if (folder / "rules.yaml").is_file():
            return folder
    if Path(name).is_file():
        return Path(name).parent
    known = ", ".join(sorted(p.parent.name for p in shipped("data", "rulebooks").glob("*/rules.yaml")))
    raise WrongUsage(f"没有规则集“{name}”；现有：{known} · no rulebook {name!r}; there are: {known}")


def place_and_level(name: str) -> tuple[str, str]:
    """Return name or folder, and the level that is asked for behind its last ``@`` (empty: the lowest)."""
    place, at, level = name.rpartition("@")
    return (place, level) if at and level.isalpha() else (name, "")


def notebook_path(name: str) -> Path:
    """Return the shipped notebook with this name (without ending)."""
    return shipped("notebooks", f"{name}.ipynb")


def sample_folder() -> Path:
    """Return the shipped synthetic sample."""
    return shipped("data", "samples", "2017")
