"""A desk in, its page on loopback out: static files, the shapes as JSON, the still.

The page lies under a token that nobody can guess, and the centre's guard stands before it.
"""

import asyncio
import secrets
import signal
import socket
import sys
import webbrowser
from functools import partial
from os import environ
from pathlib import Path
from typing import Any

import msgspec
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.staticfiles import StaticFiles

from center.guard import Guard
from center.pages import STATIC as CONSOLE
from center.problem import explain, problem
from center.web import Server, address
from pipelines.errors import ConfigError, StreamError
from tocsin.zoning.desk import ChangedError, Desk, Wish

STATIC = Path(__file__).parent / "static"
_FRESH = {"Cache-Control": "no-store"}
_MOST = 1 << 20


def app(desk: Desk, token: str) -> FastAPI:
    """All routes over one desk, under `/<token>/`."""
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    explain(api)
    api.exception_handler(ConfigError)(_refused)
    api.exception_handler(ChangedError)(_changed)
    api.exception_handler(StreamError)(_no_stream)
    _routes(api, desk, f"/{token}/api")
    api.mount(f"/{token}/console", StaticFiles(directory=CONSOLE))
    api.mount(f"/{token}", StaticFiles(directory=STATIC, html=True))
    api.add_middleware(Guard, names=frozenset[str]())
    return api


def _routes(api: FastAPI, desk: Desk, root: str) -> None:
    @api.get(f"{root}/sheet")
    def get_sheet() -> Response:
        """The camera's shapes."""
        return _json(desk.sheet())

    @api.put(f"{root}/sheet")
    async def put_sheet(request: Request) -> Response:
        """Save shapes, or say why not."""
        try:
            wish = msgspec.json.decode(await _body(request), type=Wish)
        except msgspec.DecodeError as error:
            raise HTTPException(422, str(error)) from error
        return _json(await asyncio.to_thread(desk.save, wish))

    @api.get(f"{root}/picture")
    def get_picture() -> Response:
        """The redacted still."""
        if desk.picture is None:
            raise HTTPException(404, desk.why or "there is no picture")
        return Response(desk.picture.data, media_type="image/jpeg", headers=_FRESH)

    @api.post(f"{root}/picture")
    def new_picture() -> Response:
        """Take a new still."""
        desk.look()
        return _json(desk.sheet())


def run(desk: Desk) -> None:
    """Serve until Ctrl-C. Raises StreamError when the camera cannot be seen at the beginning."""
    desk.look()
    asyncio.run(_serve(desk))


async def _serve(desk: Desk) -> None:
    token, loop = secrets.token_urlsafe(18), asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"{address(listening)}/{token}/"
        server = Server(app(desk, token), listening, ready=partial(_announce, url))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, partial(setattr, server, "should_exit", True))
        await server.keep()


def _announce(url: str) -> None:
    """Say where the page is, and show it where there is a desktop."""
    sys.stdout.write(f"zones={url}\n")
    sys.stdout.flush()
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST:
            raise HTTPException(413, "that is more than a camera can have")
    return body


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json", headers=_FRESH)


async def _refused(_: Request, error: Exception) -> Response:
    return problem(422, str(error))


async def _changed(_: Request, error: Exception) -> Response:
    return problem(409, str(error))


async def _no_stream(_: Request, error: Exception) -> Response:
    return problem(503, str(error))
