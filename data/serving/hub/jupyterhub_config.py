"""JupyterHub in front of the review desk: it logs people in, tells nginx who they are, and keeps the desk running.

How to set it up is in README.md one folder up. Nobody gets a server of their own: the hub answers nginx alone, and the
desk is one standalone Voila server for all.
"""

import asyncio
import os
from pathlib import Path

from jupyterhub.auth import Authenticator
from jupyterhub.handlers import BaseHandler
from jupyterhub.proxy import Proxy
from tornado.web import HTTPError

from gy1100.users import Throttle, read_users

GY1100 = "/srv/gy1100/.venv/bin/gy1100"
EXPORTS = "/srv/gy1100/data/exports/2017"
USERS = "/srv/desk/users.json"
LEDGER = "postgresql+psycopg:///gy1100?host=/var/run/postgresql"  # as the system user who runs the hub
HOST = "desk.example"
DESK, HUB = 8866, 8081
SECRET = Path(__file__).with_name("proof.conf").read_text("utf-8").split('"')[1]
DAYS = 1  # a log-in ends after so many


class Who(BaseHandler):
    """Where nginx asks, before each request to the desk, who is logged in."""

    def get(self):
        """Answer with the name, or with 401."""
        if not self.current_user:
            raise HTTPError(401)
        self.set_header("X-Remote-User", self.current_user.name.encode("utf-8").decode("latin-1"))
        self.finish()


class DeskUsers(Authenticator):
    """Names and passwords of the desk's own users file: one list for hub and desk.

    An office with a directory puts LDAP's, PAM's or another authenticator in the place of ``Authenticator`` and leaves
    out ``authenticate``.
    """

    throttle = Throttle()

    async def authenticate(self, handler, data):
        """Return the name where it goes with the password; whoever fails often waits longer and longer."""
        name, password, address = data["username"], data["password"], handler.request.remote_ip
        if self.throttle.wait(name, address) > 0:
            return None
        known = await asyncio.to_thread(read_users(USERS).authenticate, name, password)
        if known is None:
            self.throttle.failed(name, address)
            return None
        self.throttle.succeeded(name)
        return known.name

    def get_handlers(self, app):
        """Add the place where nginx asks."""
        return [*super().get_handlers(app), ("/who", Who)]


class Nginx(Proxy):
    """nginx knows its routes from its own file: there is nothing to start and nothing to tell it."""

    async def get_all_routes(self):
        """Return the hub's."""
        return {"/": {"routespec": "/", "target": self.hub.host, "data": {"hub": True}}}


c = get_config()  # noqa: F821 - JupyterHub gives it to this file
c.JupyterHub.authenticator_class = DeskUsers
c.Authenticator.allow_all = True  # whom the users file knows
c.JupyterHub.cookie_host_prefix_enabled = True  # the log-in goes with requests to the desk too, by TLS
c.JupyterHub.cookie_max_age_days = DAYS
c.JupyterHub.load_roles = [{"name": "user", "scopes": []}]  # no servers, no tokens
c.JupyterHub.default_url = "/"  # after the log-in: the desk
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{HUB}"
c.JupyterHub.proxy_class = Nginx
c.Proxy.should_start = False
c.JupyterHub.services = [
    {
        "name": "desk",
        "command": [
            GY1100, "review", EXPORTS, "--no-browser", f"--port={DESK}", f"--host={HOST}", f"--users={USERS}",
            f"--ledger={LEDGER}", "--proxy-header=X-Remote-User",
        ],
        "environment": {
            "GY1100_PROXY_SECRET": SECRET,
            **{name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ},
        },
    }
]  # fmt: skip
