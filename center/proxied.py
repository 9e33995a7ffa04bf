"""A request in, answered only if it comes from a reverse proxy that speaks TLS for us."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from center.problem import problem


class Proxied:
    """Takes from the proxies, and from nobody else, for whom and how they ask.

    proxies  their addresses or networks
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[str]) -> None:
        self.networks = [ip_network(each, strict=False) for each in proxies]
        self.told = ProxyHeadersMiddleware(self._over_tls, trusted_hosts=list(proxies))  # type: ignore[arg-type]
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not self._is_proxy(scope):
            refusal = problem(403, "only the reverse proxy may ask here; see $.console.proxies")
            await refusal(scope, receive, send)
            return
        await self.told(scope, receive, send)  # type: ignore[arg-type]

    async def _over_tls(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["scheme"] != "https":
            refusal = problem(403, "the proxy must be asked over https and say X-Forwarded-Proto")
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_proxy(self, scope: Scope) -> bool:
        client = scope.get("client")
        return client is not None and any(ip_address(client[0]) in one for one in self.networks)
