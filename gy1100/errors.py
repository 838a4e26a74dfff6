"""What can go wrong, each kind with the exit status that ``outputs.md`` gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .evidence import Evidence
    from .findings import Finding


class Gy1100Error(Exception):
    """A stop that the user can mend; its text says what to do."""

    exit_code: ClassVar[int] = 70

    def _render_traceback_(self) -> list[str]:
        """Show the sentence alone in a notebook: what to do stands in it, a traceback would hide it."""
        return [str(self)]


class WrongUsage(Gy1100Error):
    """A parameter is unknown or outside what is allowed."""

    exit_code = 2


class WrongNumber(WrongUsage, ValueError):
    """A number that a calculation was given means nothing there."""


class Refused(Gy1100Error):
    """Exports, decisions or corrections hold errors; all of them are listed.

    Parameters
    ----------
    findings : sequence of Finding
        Every finding of the reading, errors and others.
    evidence : Evidence, optional
        What was read besides, for the import report.
    """

    exit_code = 65

    def __init__(self, findings: Sequence[Finding], evidence: Evidence | None = None) -> None:
        self.findings, self.evidence = tuple(findings), evidence
        errors = [f for f in self.findings if f.severity == "error"]
        super().__init__("\n".join(str(f) for f in errors))


class Unusable(Gy1100Error):
    """What a command was given holds errors or no longer fits; its text says everything that is wrong."""

    exit_code = 65


class BadRulebook(Gy1100Error):
    """A rulebook is incomplete or contradicts itself; all problems are listed."""

    exit_code = 65

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


class NothingToRead(Gy1100Error):
    """There are no exports, or no roster of cadres among them."""

    exit_code = 66


class Incomplete(Gy1100Error):
    """Some of many reports could not be made; what was made is published."""

    exit_code = 70


class CannotWrite(Gy1100Error):
    """The output folder cannot be written."""

    exit_code = 73


class Busy(Gy1100Error):
    """Another run holds the output folder."""

    exit_code = 75
