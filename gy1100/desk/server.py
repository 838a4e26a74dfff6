"""The desk's server: Voila alone on this machine, with a log-in, its own pages, and nothing else open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from traitlets.config import Config
from voila.app import Voila

from .identity import DeskIdentity
from .live import ASSETS
from .routes import Entries, Landing, Me

TEMPLATE = Path(__file__).with_name("template")
LOCAL = ["127.0.0.1", "localhost", "::1"]
IDLE_SECONDS, LOOK_SECONDS = 900, 60
SHUT = ("/voila/files", "/voila/query")  # neither asks who is there, and the desk needs neither
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class DeskServer(Voila):
    """Voila with one notebook behind a log-in."""

    own_routes: dict[str, dict[str, Any]]
    hosts: tuple[str, ...] = ()

    def setup_template_dirs(self) -> None:
        """Put our page, which fetches nothing from elsewhere, before Voila's."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATE))

    def init_settings(self) -> dict[str, Any]:
        """Refuse foreign hosts and requests that do not carry the page's own word (XSRF)."""
        closed = {
            "allow_remote_access": False,
            "local_hostnames": [*LOCAL, *self.hosts],
            "xsrf_cookies": True,
        }
        settings: dict[str, Any] = super().init_settings()
        return settings | closed | {"headers": HEADERS, "static_path": str(ASSETS)}

    def init_handlers(self) -> list[Any]:
        """Serve the notebook at ``desk`` and our own pages beside it."""
        *others, (_, *notebook) = super().init_handlers()
        kept = [h for h in others if not any(path in h[0] for path in SHUT)]
        own = [("/", Landing), ("/desk/me", Me), ("/desk/entries", Entries)]
        return [*kept, ("/desk", *notebook), *((at, page, self.own_routes[at]) for at, page in own)]


def configuration(port: int, *, pool: int, open_browser: bool) -> Config:
    """Return Voila's settings: bound to this machine, overrides and files closed, idle kernels ended."""
    voila = {
        "ip": "127.0.0.1", "port": port, "open_browser": open_browser, "identity_provider_class": DeskIdentity,
        "port_retries": 0, "log_level": "WARN", "config_file_paths": [],
    }  # fmt: skip
    closed = {
        "template": "lab", "preheat_kernel": pool > 0, "default_pool_size": pool, "file_allowlist": ["a^"],
        "file_denylist": [".*"], "allow_template_override": "NO", "allow_theme_override": "NO",
        "show_tracebacks": False,
    }  # fmt: skip
    culled = {"cull_idle_timeout": IDLE_SECONDS, "cull_interval": LOOK_SECONDS}
    return Config({"Voila": voila, "VoilaConfiguration": closed, "MappingKernelManager": culled})
