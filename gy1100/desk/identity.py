"""Who is at the desk: by name and password from the users file, or by the word of a reverse proxy."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.auth.logout import LogoutHandler

from ..users import Account, account, authenticate
from .pages import login_page

if TYPE_CHECKING:
    from tornado.web import RequestHandler


@dataclass(frozen=True)
class Proxy:
    """A reverse proxy that has logged people in: the header with their name, and the word that proves the proxy."""

    header: str
    secret: str
    SECRET_HEADER = "X-Gy1100-Proxy"

    def name(self, handler: RequestHandler) -> str | None:
        """Return the name that the proxy vouches for, None where the request did not come through it."""
        told = handler.request.headers.get(self.SECRET_HEADER, "")
        known = hmac.compare_digest(told.encode("utf-8", "replace"), self.secret.encode("utf-8"))
        return handler.request.headers.get(self.header) if known else None


class Login(LoginFormHandler):  # type: ignore[misc]
    """The log-in page."""

    def _render(self, message: dict[str, str] | None = None) -> None:
        following = self.get_argument("next", default=self.base_url)
        self.write(str(login_page(self.xsrf_token.decode(), following, failed=message is not None)))


class Logout(LogoutHandler):  # type: ignore[misc]
    """Ends a log-in and goes back to the page for the next one."""

    def get(self) -> None:
        """Log out."""
        self.identity_provider.clear_login_cookie(self)
        self.redirect(self.base_url)


class DeskIdentity(IdentityProvider):  # type: ignore[misc]
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

    @property
    def auth_enabled(self) -> bool:
        """There is no page without a log-in."""
        return True

    @property
    def login_available(self) -> bool:
        """Whether people log in here."""
        return self.proxy is None

    logout_available = login_available

    def get_user_token(self, handler: RequestHandler) -> None:
        """There are no tokens: they would stand in addresses."""

    def get_user_cookie(self, handler: RequestHandler) -> User | None:
        """Return the user of the request, as long as the users file knows the name."""
        name = self.proxy.name(handler) if self.proxy else self._cookie_name(handler)
        return User(name) if name and account(self.users, name) else None

    def _cookie_name(self, handler: RequestHandler) -> str | None:
        user = super().get_user_cookie(handler)
        return user.username if isinstance(user, User) else None

    def process_login_form(self, handler: RequestHandler) -> User | None:
        """Return the user where name and password are right."""
        name, password = (handler.get_argument(field, "", strip=False) for field in ("name", "password"))
        known = authenticate(self.users, name, password)
        return User(known.name) if known else None

    def account_of(self, handler: Any) -> Account:
        """Return the account of the one who is logged in."""
        found = account(self.users, handler.current_user.username)
        assert found is not None
        return found
