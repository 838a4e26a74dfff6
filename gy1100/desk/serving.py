"""Starts the desk: a private copy of its notebook with the parameters filled in, and the server that shows it."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import WrongUsage
from ..ledger import absolute, open_ledger
from ..parameters import checked_parameters
from ..resources import notebook_path
from ..users import first_user
from ..words import both, text
from .state import TABS

if TYPE_CHECKING:
    from ..rulebook import Rulebook

NAME = "review"


@dataclass(frozen=True)
class Service:
    """How the desk is served.

    Attributes
    ----------
    ledger : path or URL
    users : Path
    port : int
        0 = any free one.
    browser : bool
        Open it on the first page.
    pool : int
        How many desks are kept ready for whoever comes next.
    proxy_header : str
        Where a reverse proxy logs people in: the header with their name; its proof is in ``GY1100_PROXY_SECRET``.
    hosts : tuple of str
        Names of this machine that the proxy uses.
    """

    ledger: str | Path
    users: Path
    port: int = 8866
    browser: bool = True
    pool: int = 1
    proxy_header: str = ""
    hosts: tuple[str, ...] = ()


def serve(
    service: Service, rulebook: Rulebook, parameters: Mapping[str, Any], say: Callable[[object], None]
) -> None:
    """Serve the desk until it is interrupted.

    Raises
    ------
    Gy1100Error
        If ledger or users file cannot be used.
    """
    lang = str(parameters.get("lang", "zh"))
    open_ledger(service.ledger, create=True).entries()
    port, made = _port(service.port), first_user(service.users)
    if made and made[1]:
        say(text("desk.first_user", lang, name=made[0].name, password=made[1]))
    with tempfile.TemporaryDirectory(prefix="gy1100-") as folder:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            os.environ[name] = str(Path(folder) / name.lower())
        ledger = absolute(service.ledger)  # kernels start in the folder of their notebook
        page = _with_parameters(Path(folder), {**parameters, "ledger": ledger})
        server = _server(replace(service, port=port), rulebook, lang)
        say(text("desk.serving", lang, address=f"http://127.0.0.1:{port}/"))
        server.initialize([str(page)])
        server.start()


def _port(wanted: int) -> int:
    """Return the port to serve at, for 0 one that is free.

    Raises
    ------
    WrongUsage
        If it is taken, most likely by another desk, or not allowed.
    """
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # of a desk that has just ended
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise WrongUsage(both("desk.port", port=wanted, reason=error.strerror or error)) from None
        return int(probe.getsockname()[1])


def _with_parameters(folder: Path, values: Mapping[str, Any]) -> Path:
    """Write the desk's notebook with these parameters into a folder that nobody else reads."""
    import nbformat
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    source = notebook_path(NAME)
    checked = checked_parameters(source, values)
    notebook = load_notebook_node(str(source))
    filled = parameterize_notebook(notebook, checked, kernel_name="python3", language="python")
    page = folder / "desk" / f"{NAME}.ipynb"
    page.parent.mkdir()
    nbformat.write(filled, page)  # type: ignore[no-untyped-call]
    return page


def _server(service: Service, rulebook: Rulebook, lang: str) -> Any:
    from .identity import DeskIdentity, proxy
    from .recorder import Recorder
    from .server import DeskServer, configuration

    DeskIdentity.users = service.users
    DeskIdentity.proxy = proxy(service.proxy_header)
    server = DeskServer(config=configuration(service.port, pool=service.pool, open_browser=service.browser))
    ledger = open_ledger(service.ledger, read_only=True)

    def facts() -> list[str]:
        return [
            text("desk.ledger", lang, name=ledger.name, head=ledger.head().short),
            rulebook.rules.label[_lang(lang)],
        ]

    server.hosts = service.hosts
    server.own_routes = {
        "/": {"tabs": TABS, "facts": facts, "lang": lang},
        "/desk/me": {"lang": lang},
        "/desk/entries": {"recorder": Recorder(service.ledger, service.users, rulebook), "lang": lang},
    }
    return server


def _lang(lang: str) -> Any:
    return "en" if lang == "en" else "zh"
