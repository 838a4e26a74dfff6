"""Who is at the desk: by name and password from the users file, or by the word of a reverse proxy."""

from __future__ import annotations

import asyncio
import hmac
import os
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.auth.logout import LogoutHandler
from jupyter_server.base.handlers import JupyterHandler

from ..errors import WrongUsage
from ..users import Throttle, read_users
from ..users import User as Account
from ..words import both
from .pages import login_page, unknown_page

SECRET, LEAST_SECRET = "GY1100_PROXY_SECRET", 32

if TYPE_CHECKING:
    from tornado.web import RequestHandler


@dataclass(frozen=True)
class Proxy:
    """A reverse proxy that has logged people in: the header with their name, and the word that proves the proxy."""

    header: str
    secret: str
    proof: str = "X-Gy1100-Proxy"

    def name(self, handler: RequestHandler) -> str | None:
        """Return the name that the proxy vouches for, None where the request did not come through it."""
        told = handler.request.headers.get(self.proof, "")
        known = hmac.compare_digest(told.encode("utf-8", "replace"), self.secret.encode("utf-8"))
        return _utf8(handler.request.headers.get(self.header)) if known else None


def _utf8(value: str | None) -> str | None:
    """Return a header as its sender wrote it: the server takes each byte for a character of Latin-1."""
    return None if value is None else value.encode("latin-1", "replace").decode("utf-8", "replace")


def proxy(header: str) -> Proxy | None:
    """Return the proxy that logs people in, None where they log in here.

    The secret leaves the environment with it, so that no kernel that is started afterwards has it.

    Raises
    ------
    WrongUsage
        If a header is named and ``GY1100_PROXY_SECRET`` is not set: anybody on this machine could claim any name.
    """
    if not header:
        return None
    secret = os.environ.pop(SECRET, "")
    if len(secret) < LEAST_SECRET:
        raise WrongUsage(both("desk.proxy_secret", name=SECRET, least=LEAST_SECRET))
    return Proxy(header, secret)


class Login(LoginFormHandler):
    """The log-in page."""

    def _render(self, message: dict[str, str] | None = None) -> None:
        following = self.get_argument("next", default=self.base_url)
        problem = (message or {}).get("error", "")
        self.write(str(login_page(self.xsrf_token.decode(), following, problem=problem)))

    @allow_unauthenticated
    async def post(self) -> None:
        """Log in; whoever must wait after wrong passwords is told so, whatever the password is."""
        if (wait := self.identity_provider.wait(self)) > 0:
            self.set_status(429)
            self._render(message={"error": both("desk.login.wait", seconds=ceil(wait))})
            return
        user = self.current_user = await self.identity_provider.log_in(self)
        if user is None:
            self.set_status(401)
            self._render(message={"error": both("desk.login.failed")})
            return
        self.identity_provider.set_login_cookie(self, user)
        self._redirect_safe(self.get_argument("next", default=self.base_url))


class Unknown(JupyterHandler):
    """Where somebody ends whom the proxy's word does not bring in."""

    @allow_unauthenticated
    def get(self) -> None:
        """Say why."""
        self.set_status(403)
        self.write(str(unknown_page(self.identity_provider.proxy.name(self) or "")))


class Logout(LogoutHandler):
    """Ends a log-in and goes back to the page for the next one."""

    def get(self) -> None:
        """Log out."""
        self.identity_provider.clear_login_cookie(self)
        self.redirect(self.base_url)


class DeskIdentity(IdentityProvider):
    """Names come from the log-in or the proxy alone, never from anything that a page or a kernel can set.

    Attributes
    ----------
    users : Path
        The users file; role and existence are looked up anew with every request.
    proxy : Proxy or None
        Where set, it alone says who is there and nobody logs in here.
    """

    users: Path
    proxy: Proxy | None = None
    throttle = Throttle()

    @property
    def auth_enabled(self) -> bool:
        """There is no page without a log-in."""
        return True

    @property
    def login_available(self) -> bool:
        """Whether people log in here."""
        return self.proxy is None

    def get_handlers(self) -> list[tuple[str, object]]:
        """Return our own pages to log in and out; behind a proxy, the page that says why somebody cannot come in."""
        return [("/login", Login), ("/logout", Logout)] if self.login_available else [("/login", Unknown)]

    async def get_user_token(self, handler: RequestHandler) -> User | None:  # noqa: ARG002
        """There are no tokens: they would stand in addresses."""
        return None

    def get_user_cookie(self, handler: RequestHandler) -> User | None:
        """Return the user of the request, as long as the users file knows the name."""
        name = self.proxy.name(handler) if self.proxy else self._cookie_name(handler)
        known = read_users(self.users).get(name) if name else None
        return User(known.name) if known else None

    def _cookie_name(self, handler: RequestHandler) -> str | None:
        user = super().get_user_cookie(handler)
        return user.username if isinstance(user, User) else None

    def wait(self, handler: RequestHandler) -> float:
        """Return how many seconds a log-in with this name from this address must wait."""
        name = handler.get_argument("name", "", strip=False)
        return self.throttle.wait(name, handler.request.remote_ip or "")

    async def log_in(self, handler: RequestHandler) -> User | None:
        """Return the user where name and password are right; whoever fails often must `wait` longer and longer."""
        name, password = (handler.get_argument(field, "", strip=False) for field in ("name", "password"))
        address = handler.request.remote_ip or ""
        known = await asyncio.to_thread(read_users(self.users).authenticate, name, password)
        if known is None:
            self.throttle.failed(name, address)
            return None
        self.throttle.succeeded(name)
        return User(known.name)

    def account_of(self, handler: Any) -> Account:
        """Return the account of the one who is logged in."""
        found = read_users(self.users).get(handler.current_user.username)
        assert found is not None
        return found
