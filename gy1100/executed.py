"""An executed notebook without what differs between two runs: times, random ids, where it ran."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
_KEPT_CELL_METADATA = ("tags", "jupyter", "slideshow", "zh", "en", "title")


def cell_seconds(notebook: Any) -> list[float]:
    """Return how long each code cell ran, as papermill measured it."""
    timed = (cell.metadata.get("papermill", {}) for cell in notebook.cells if cell.cell_type == "code")
    return [float(entry.get("duration") or 0) for entry in timed]


def normalised(notebook: Any, parameters: Mapping[str, Any]) -> Any:
    """Return the notebook in the form in which it is published; two runs on the same inputs give the same bytes.

    Parameters
    ----------
    notebook : NotebookNode
        As papermill returns it; changed in place.
    parameters : mapping
        The parameters to show, paths shortened to names.
    """
    count = 0
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"c{number:04d}"
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell["source"] = assignments(parameters)
        cell["metadata"] = {k: v for k, v in cell.metadata.items() if k in _KEPT_CELL_METADATA}
        if cell.cell_type == "code":
            count += 1
            cell["execution_count"] = count
            cell["outputs"] = list(_outputs(cell.outputs, count))
    notebook["metadata"] = {
        "kernelspec": KERNELSPEC,
        "language_info": {"name": "python"},
        "papermill": {"parameters": dict(parameters)},
    }
    return notebook


def assignments(parameters: Mapping[str, Any]) -> str:
    """Return parameters as Python lines in which Chinese stays readable."""
    return "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in parameters.items())])


def _outputs(outputs: Iterable[Any], count: int) -> Iterable[Any]:
    """Yield outputs with adjoining pieces of one stream joined; what went to stderr is for the log, not the report."""
    joined: Any = None
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stderr":
                continue
            if joined is not None:
                joined["text"] += output.text
                continue
            joined = output
        else:
            joined = None
            output["metadata"] = {}
            if "execution_count" in output:
                output["execution_count"] = count
        yield output
