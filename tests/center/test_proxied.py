"""Behind a reverse proxy: nobody but the proxy is answered, and only for who came over TLS."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request

from center.guard import Guard
from center.proxied import Proxied

TLS = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9"}


def asked(client: str, headers: dict[str, str]) -> httpx.Response:
    """What the console behind the proxies 10.0.0.0/30 answers to a peer at an address."""
    console = FastAPI()

    @console.get("/")
    def said(request: Request) -> str:
        assert request.client is not None
        return f"{request.url.scheme} from {request.client.host}"

    guarded = Guard(console, names=frozenset({"centre.example"}))
    transport = httpx.ASGITransport(Proxied(guarded, ["10.0.0.0/30"]), client=(client, 5000))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=transport, base_url="http://centre.example"
        ) as browser:
            return await browser.get("/", headers=headers)

    return asyncio.run(ask())


def test_the_proxy_is_answered_and_believed_about_who_asks() -> None:
    answer = asked("10.0.0.2", TLS)
    assert answer.json() == "https from 203.0.113.9"
    assert "strict-transport-security" in answer.headers


def test_an_address_that_the_caller_wrote_itself_is_not_believed() -> None:
    forged = TLS | {"x-forwarded-for": "10.9.9.9, 203.0.113.9"}
    assert asked("10.0.0.2", forged).json() == "https from 203.0.113.9"


@pytest.mark.parametrize("client", ["203.0.113.9", "127.0.0.1", "10.0.0.4"])
def test_nobody_else_is_answered_whatever_they_say(client: str) -> None:
    answer = asked(client, TLS)
    assert answer.status_code == 403
    assert "only the reverse proxy may ask here" in answer.json()["detail"]


@pytest.mark.parametrize("headers", [{}, {"x-forwarded-proto": "http"}])
def test_who_came_to_the_proxy_without_tls_is_sent_away(headers: dict[str, str]) -> None:
    answer = asked("10.0.0.2", headers)
    assert answer.status_code == 403
    assert "X-Forwarded-Proto" in answer.json()["detail"]
