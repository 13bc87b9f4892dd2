"""Lets in only who may look: the right host, the right origin, and the token where one is set.

A web page that the user visits can make the browser ask this server. It is kept out by the `Host`
header (a name that was made to lead here is not ours), by `Origin` and `Sec-Fetch-Site` (another
site's page asks), and what we send says that no other page may hold or frame it.
"""

import hashlib
import hmac
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
ANY_HOST: Final = frozenset({"0.0.0.0", "::"})
"""Addresses that stand for all of a machine's: any name may lead to them, and the token must do."""
_SAFE: Final = frozenset({"GET", "HEAD"})
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Refuses requests before the pages see them, and puts the headers on every response."""

    def __init__(self, app: ASGIApp, host: str, token: str | None) -> None:
        self._app = app
        self._host = host
        self._token = token
        # Cookies are shared by all ports: viewers with other tokens keep their own.
        self._cookie = f"irloom-view-{hashlib.sha256((token or '').encode()).hexdigest()[:8]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._refuse(scope) or self._ask_for_token(scope)
        await (answer or self._app)(scope, receive, _with_headers(send))

    def _refuse(self, scope: Scope) -> Response | None:
        """The refusal of a request that no page of ours made."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._host not in ANY_HOST and _name_of(host) not in LOOPBACK | {self._host}:
            return _say(403, "This name does not lead here: use the address that `irloom view` named.")
        if origin is not None and origin != f"{scope['scheme']}://{host}":
            return _say(403, "Another site's page asked for this.")
        if scope["method"] not in _SAFE and origin is None:
            return _say(403, "Who asks to change something has to say from where (Origin).")
        site = headers.get("sec-fetch-site", "same-origin")
        is_visit = headers.get("sec-fetch-mode") == "navigate" and scope["method"] in _SAFE
        if site not in {"same-origin", "none"} and not is_visit:
            return _say(403, "Another site's page asked for this.")
        return None

    def _ask_for_token(self, scope: Scope) -> Response | None:
        """None for who has the token; it is taken from the address once, and then from a cookie."""
        if self._token is None:
            return None
        parts = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(parts).get("token")
        if given is not None and self._fits(given):
            return self._remember(scope["path"], [part for part in parts if part[0] != "token"])
        if self._fits(_read_cookie(Headers(scope=scope).get("cookie", ""), self._cookie)):
            return None
        return _say(401, "A token is needed: open the address with ?token=… that `irloom view` was given.")

    def _fits(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), (self._token or "").encode())

    def _remember(self, path: str, parts: list[tuple[str, str]]) -> Response:
        """Keep the token in a cookie, and take it out of the address bar."""
        address = f"/{path.lstrip('/')}" + (f"?{urlencode(parts)}" if parts else "")
        answer = RedirectResponse(address, 303)
        answer.set_cookie(self._cookie, self._token or "", httponly=True, samesite="strict")
        return answer


def _with_headers(send: Send) -> Send:
    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return send_guarded


def _name_of(host: str) -> str:
    """The name in a `Host` header, without port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _read_cookie(header: str, name: str) -> str:
    try:
        cookie = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return cookie.value if cookie is not None else ""


def _say(status: int, text: str) -> Response:
    return PlainTextResponse(f"{text}\n", status)
