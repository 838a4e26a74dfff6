"""A page that lives in a kernel: HTML goes out, what people do comes back, only what changed is redrawn.

The pattern is model, update, view: the widget holds no state of its own and decides nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Protocol

MOST_WORDS = 500  # of a failure
ASSETS = Path(__file__).with_name("assets")
_LIBRARY = (
    "idiomorph.min.js"  # 0.8.0, 0BSD: changes a page into another and keeps focus, selection and dragging
)


class Page(Protocol):
    """What the widget shows."""

    def html(self) -> str:
        """Return the page as it now is."""

    def do(self, name: str, value: Any) -> dict[str, Any] | None:
        """Take what somebody did; return a file to save (``name``, ``text``, ``type``) or nothing."""


@cache
def _source() -> tuple[str, str]:
    """Return script and style of every page."""
    from ..report.markup import asset

    library, ours = ((ASSETS / name).read_text("utf-8") for name in (_LIBRARY, "live.js"))
    script = "\n".join((library, str(asset("tables.js")), ours))  # tables sort and filter as in every report
    return script, str(asset("report.css")) + (ASSETS / "desk.css").read_text("utf-8")


def live(page: Page) -> Any:
    """Return a widget that shows a page and keeps it up to date.

    An event that the page does not take is answered with the page as it is, one at which it fails with the reason:
    nobody's message stops the kernel, and the browser never waits for an answer in vain.
    """
    import anywidget
    import traitlets

    script, style = _source()

    class Live(anywidget.AnyWidget):
        _esm = script
        _css = style
        html = traitlets.Unicode().tag(sync=True)

    widget = Live(html=page.html())
    shown = [widget.html]
    widget.on_msg(lambda _, message, __: widget.send(_answer(page, message, shown)))
    return widget


def _answer(page: Page, message: object, shown: list[str]) -> dict[str, Any]:
    given = message if isinstance(message, dict) else {}
    try:
        save = page.do(str(given.get("do", "")), given.get("value"))
        html = page.html()
    except Exception as error:  # noqa: BLE001 - whatever it is, the page goes on
        return {"failed": f"{type(error).__name__}: {error}"[:MOST_WORDS]}
    answer: dict[str, Any] = {"save": save} if save else {}
    if html != shown[0]:
        shown[0] = answer["html"] = html
    return answer


__all__: list[str] = ["Page", "live"]
