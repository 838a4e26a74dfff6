"""Runs a notebook with papermill and leaves it, normalised, with its page."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import errors
from .executed import assignments, cell_seconds, normalised
from .ledger import shown_place
from .parameters import checked_parameters
from .resources import notebook_path
from .words import both

PATHS = ("exports", "decisions", "corrections", "since")
_DISK_FULL = re.compile(r"\[Errno (28|122|27)\]|No space left on device")
_NO_ACCESS = re.compile(r"\[Errno (1|13|30)\].*\.gy-")


@dataclass(frozen=True)
class Run:
    """A notebook that ran to its end.

    Attributes
    ----------
    notebook, page : Path
        The executed notebook and its HTML.
    cells : tuple of float
        Seconds of each code cell.
    """

    notebook: Path
    page: Path
    cells: tuple[float, ...]


class NotebookFault(errors.Gy1100Error):
    """A notebook failed for a reason that is not the user's; ``traceback`` says where."""

    exit_code = 70

    def __init__(self, message: str, traceback: str = "") -> None:
        super().__init__(message)
        self.traceback = traceback


@dataclass(frozen=True)
class Work:
    """A notebook to run: called with a kernel's manager it runs there; as data it can be sent to another machine.

    Attributes
    ----------
    name : str
        A shipped notebook's name.
    values : mapping
        Checked values for its parameters cell.
    target : Path
        Where to leave the result, without ending.
    progress : dict or bool
        papermill's progress bar.
    """

    name: str
    values: Mapping[str, Any]
    target: Path
    progress: dict[str, Any] | bool = False

    def __call__(self, manager: Any) -> Run:
        """Run it and leave it, normalised, with its page."""
        notebook = _executed(notebook_path(self.name), self.values, manager, self.progress)
        seconds = tuple(cell_seconds(notebook))
        import nbformat

        self.target.parent.mkdir(parents=True, exist_ok=True)
        path, page = (self.target.with_name(self.target.name + ending) for ending in (".ipynb", ".html"))
        text = nbformat.writes(normalised(notebook, shown(self.values)))  # type: ignore[no-untyped-call]
        path.write_text(text + "\n", "utf-8", newline="\n")
        from .report.page import to_html

        page.write_text(to_html(path, lang=str(self.values.get("lang", "zh"))), "utf-8", newline="\n")
        return Run(path, page, seconds)


def notebook_run(
    name: str, parameters: Mapping[str, Any], target: Path, *, progress: dict[str, Any] | bool = False
) -> Work:
    """Return the work that a kernel does to run a notebook; parameters are checked now.

    Parameters
    ----------
    name : str
        A shipped notebook's name.
    parameters : mapping
        Values for its parameters cell; paths absolute.
    target : Path
        Where to leave the result, without ending: ``.ipynb`` and ``.html`` are written.
    progress : dict or bool
        papermill's progress bar.
    """
    return Work(name, checked_parameters(notebook_path(name), parameters), target, progress)


def _executed(source: Path, values: Mapping[str, Any], manager: Any, progress: Any) -> Any:
    load_quickly()
    import logging

    import papermill
    from nbclient.exceptions import DeadKernelError

    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    _keep_chinese_readable()
    try:
        return papermill.execute_notebook(
            str(source),
            None,
            dict(values),
            kernel_name="python3",
            language="python",
            progress_bar=progress,
            km=manager,
        )
    except papermill.PapermillExecutionError as error:
        raise stop(error.ename, error.evalue, "\n".join(error.traceback)) from None
    except DeadKernelError:
        raise NotebookFault(both("cli.kernel_died")) from None


def shown(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as they are published: files by name, so that no folder of ours is told to others.

    Of the exports not even that; the manifest names each file, and the same files in two folders give the same bytes.
    Nor of the engine, on which nothing depends that is published.
    """
    told = {k: v for k, v in parameters.items() if k != "engine"}
    named = {k: shown_place(v) for k, v in told.items() if k in PATHS and v}
    return {**told, **named, **({"exports": "exports"} if parameters.get("exports") else {})}


def stop(name: str, message: str, traceback: str = "") -> Exception:
    """Return the error that a notebook stopped with as the error it was, from its class name and text."""
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, errors.Gy1100Error):
        error = kind.__new__(kind)
        Exception.__init__(error, message)
        return error
    if _DISK_FULL.search(message):
        return errors.CannotWrite(both("cli.disk_full", out=""))
    if _NO_ACCESS.search(message):
        return errors.CannotWrite(message)
    return NotebookFault(f"{name}: {message}", traceback)


def load_quickly() -> None:
    """Spare jsonschema a format checker that no notebook needs and that takes a second to load (1.2 of 1.3 s)."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _keep_chinese_readable() -> None:
    from papermill.translators import PythonTranslator, papermill_translators

    class Readable(PythonTranslator):  # type: ignore[misc]
        """Parameters as Python writes them, Chinese unescaped."""

        @classmethod
        def codify(cls, parameters: Mapping[str, Any], comment: str = "") -> str:  # noqa: ARG003
            """Return the injected cell."""
            return assignments(parameters)

    papermill_translators.register("python", Readable)
