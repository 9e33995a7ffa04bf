"""A request in, the same request or a refusal out, and on every answer the strict headers.

No body is longer than it may be.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from center.darkroom import MOST_BYTES as MOST_PHOTO_BYTES
from center.problem import problem

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STAY = {"Strict-Transport-Security": "max-age=31536000"}
"""Over TLS: a browser that was here once comes over TLS for a year."""
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_BYTES = 1 << 20
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Lets in who calls us by our name and, to change something, comes from our own page."""

    def __init__(self, app: ASGIApp, *, names: frozenset[str]) -> None:
        self.app, self.names = app, names | LOCAL

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope["method"], Headers(scope=scope))
        answer = problem(403, refusal) if refusal else self.app
        most = MOST_PHOTO_BYTES if scope["path"].endswith("/photos") else MOST_BYTES
        await answer(
            scope,
            _bounded(receive, most),
            _with_headers(send, encrypted=scope["scheme"] == "https"),
        )

    def _refusal(self, method: str, headers: Headers) -> str:
        """Say why not, or nothing."""
        host = headers.get("host", "")
        if _name(f"//{host}") not in self.names:
            return "this centre has no such host name; see $.console.names"
        if method in _SAFE:
            return ""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and _place(origin) != host:
            return "another site's page may not change anything here"
        if site not in {None, "same-origin", "none"}:
            return "another site's page may not change anything here"
        return ""


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _place(url: str) -> str:
    """Its host and port; nothing where it is no URL."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def _bounded(receive: Receive, most: int) -> Receive:
    """Let no body be longer, whoever reads it. Answers 413."""
    left = most

    async def receiving() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413, f"a body has at most {most} bytes here")
        return message

    return receiving


def _with_headers(send: Send, *, encrypted: bool) -> Send:
    sent = HEADERS | STAY if encrypted else HEADERS

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in sent.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
