"""A request in, who asks, or a refusal, out: the one check that stands before every route."""

import asyncio
from collections.abc import Callable
from typing import Literal

import msgspec
from fastapi import HTTPException, Request

from center import lookup, seeing, taskstore
from center.actor import Asked, Caller, asked_of
from center.boxes import Boxes
from center.needs import need_of
from center.rights import EVERYWHERE, ROLES, Missing, Permission, missing
from center.store import Store
from center.stream import EndedError
from center.watchlist import WatchList
from pipelines.errors import TocsinError

EVERYBODY = Caller(
    name="everybody", seat="seat-1", roles=ROLES, places=(EVERYWHERE,), via="open", seen=None
)
"""Who asks where nobody signs in."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


_MOST = 500


class _Reasoned(msgspec.Struct):
    """The one key of a body that the audit keeps."""

    reason: str = ""


class UnknownError(TocsinError):
    """Nobody that the centre knows asks."""


class DeniedError(TocsinError):
    """Somebody asks for what is not theirs; `missing` says what they lack."""

    def __init__(self, lacks: Missing) -> None:
        at = f" at {lacks.place}" if lacks.place else ""
        super().__init__(
            f"you may not do this{at}: it needs {lacks.permission}; ask the {lacks.ask}"
        )
        self.missing = lacks


class Access:
    """Safe to call from any thread.

    known  finds who asks, by the request's session or token; None where nobody signs in
    again  finds them as they are by now
    """

    def __init__(
        self, store: Store, boxes: Boxes, watch_list: Callable[[], WatchList],
        known: Callable[[Request], Caller | None] | None = None,
        again: Callable[[Caller], Caller | None] | None = None,
    ) -> None:  # fmt: skip
        self.store, self.boxes, self.watch_list = store, boxes, watch_list
        self.known, self.again = known, again

    async def __call__(self, request: Request) -> None:
        """Let a request pass. Raises UnknownError, DeniedError."""
        asked = asked_of(request)
        asked.did = f"{request.method} {request.scope['route'].path}"
        need = need_of(request.scope["endpoint"])
        if need is None:
            raise HTTPException(403, "this route does not say which permission it needs")
        asked.permission = need
        if request.method not in _SAFE:
            asked.told, asked.why = need != "anyone", await _reason(request)
        asked.told = asked.told or need == "pictures.view"
        if need == "link":
            await asyncio.to_thread(self._by_link, request, asked)
        elif need != "anyone":
            await asyncio.to_thread(self._check, request, asked, need)

    def still(self, who: Caller) -> frozenset[str] | None:
        """What someone who was let in may see by now. Raises EndedError."""
        if self.again is None:
            return who.seen
        now = self.again(who)
        if now is None or missing(now, "alerts.read", now.seen) is not None:
            raise EndedError("signed out")
        return now.seen

    def _check(
        self, request: Request, asked: Asked, need: Permission | Literal["signed-in"]
    ) -> None:
        who = self.known(request) if self.known else EVERYBODY
        if who is None:
            asked.told = False
            raise UnknownError("sign in first")
        asked.caller, asked.by, asked.via = who, who.name, who.via
        if need == "signed-in":
            return
        asked.about, places = self._places(request)
        asked.place = next(iter(places), "")
        found = [missing(who, need, who.seen, place) for place in places or ("",)]
        enough = all if request.path_params.get("box") is None else any
        lacks = next((each for each in found if each), None) if enough(found) else None
        if lacks is not None:
            asked.told = True
            shown = lacks.place == request.path_params.get("place")
            raise DeniedError(lacks if shown else msgspec.structs.replace(lacks, place=None))

    def _places(self, request: Request) -> tuple[str, list[str]]:
        """What a request is about by its path, and where that is; nowhere if it is not known."""
        for key, places_of in (
            ("alert_id", self._of_alert), ("place", _itself),
            ("camera", self._of_camera), ("box", self._of_box),
        ):  # fmt: skip
            if key in request.path_params:
                named = str(request.path_params[key])
                return named, places_of(named)
        return "", []

    def _of_alert(self, alert_id: str) -> list[str]:
        with self.store.read() as connection:
            place = lookup.place_of(connection, alert_id)
        return [place] if place is not None else []

    def _of_camera(self, camera: str) -> list[str]:
        views = seeing.cameras(self.watch_list(), self.boxes.states())
        return sorted({view.place for view in views if view.camera == camera})

    def _of_box(self, box: str) -> list[str]:
        """Of all its cameras; of one that never told them it may be anywhere."""
        for state in self.boxes.states():
            if state.box == box:
                cameras = state.heartbeat.cameras if state.heartbeat else ()
                return sorted({camera.place for camera in cameras}) or [EVERYWHERE]
        return []

    def _by_link(self, request: Request, asked: Asked) -> None:
        with self.store.read() as connection:
            task = taskstore.by_token(connection, str(request.path_params["token"]))
        asked.via = "link"
        if task is None:
            asked.told = False
            return
        asked.by, asked.place, asked.about = f"patrol:{task.patrol}", task.place, task.alert
        asked.told = asked.told or request.scope["route"].path.endswith(("/picture", "/{photo}"))


def _itself(place: str) -> list[str]:
    return [place]


async def _reason(request: Request) -> str:
    """What the body of a write says of its reason, as far as it can be read."""
    try:
        return msgspec.json.decode(await request.body(), type=_Reasoned).reason[:_MOST]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
