"""A path of the address bar in, the console's one page out; its scripts find the view."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from center.needs import needs

STATIC = Path(__file__).parent / "static"
PATHS = (
    "/desk", "/desk/map", "/desk/wall", "/alerts/{id}", "/places/{id}", "/cameras/{id}", "/search",
    "/watch", "/watch/{id}", "/watch/{id}/dry-run", "/health", "/reports", "/reports/{rest:path}",
    "/p", "/p/{id}", "/sign-in", "/users",
)  # fmt: skip
_ASK_AGAIN = {"Cache-Control": "no-cache"}
"""Browsers keep what they have, and ask each time whether it is still so."""
_WORKER = "patrol/worker.js"
"""Keeps the page of a patrol's phone, and no other."""


class _Static(StaticFiles):
    """Scripts and styles that no browser takes for newer or older than the page."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, to be asked for again."""
        response = await super().get_response(path, scope)
        response.headers.update(_ASK_AGAIN)
        if path == _WORKER:
            response.headers["Service-Worker-Allowed"] = "/p/"
        return response


def serve(api: FastAPI) -> None:
    """Add the console to an application."""
    for path in PATHS:
        api.add_api_route(path, _page, include_in_schema=False)
    api.add_api_route("/", _first, include_in_schema=False)
    api.mount("/static", _Static(directory=STATIC))


@needs("anyone")
def _page() -> Response:
    return FileResponse(STATIC / "index.html", headers=_ASK_AGAIN)


@needs("anyone")
def _first() -> Response:
    return RedirectResponse("/desk")
