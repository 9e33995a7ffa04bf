"""A request and its answer in, a line of the audit before the answer leaves: or no answer does."""

import asyncio
import logging
from datetime import UTC, datetime

import uuid_utils
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from center.actor import Asked
from center.audit import Audit, What
from center.problem import problem
from pipelines.clock import Clock
from pipelines.errors import EvidenceError, StoreError

_REFUSED = frozenset({401, 403})
_log = logging.getLogger("center.witness")


class Witness:
    """Writes down reads of pictures, changes, sign-ins and refusals; nothing else waits for it."""

    def __init__(self, app: ASGIApp, *, audit: Audit, clock: Clock) -> None:
        self.app, self.audit, self.clock = app, audit, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked, failed = Asked(), False
        scope.setdefault("state", {})["asked"] = asked

        async def sending(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start" and _is_told(asked, message["status"]):
                failed = not await self._write(scope, asked, message["status"])
                if failed:
                    refusal = problem(503, "the audit cannot be written; nothing is shown")
                    await refusal(scope, receive, send)
            if not failed:
                await send(message)

        await self.app(scope, receive, sending)

    async def _write(self, scope: Scope, asked: Asked, status: int) -> bool:
        """Whether it is on disk."""
        what = What(
            did=asked.did, permission=asked.permission, place=asked.place, about=asked.about,
            why=asked.why, address=scope["client"][0] if scope.get("client") else "",
            via=asked.via,
        )  # fmt: skip
        at = datetime.fromtimestamp(self.clock.now_s(), UTC)
        try:
            await asyncio.to_thread(
                self.audit.append, what, by=asked.by, at=at, number=str(uuid_utils.uuid7()),
                result="ok" if status not in _REFUSED else str(status),
            )  # fmt: skip
        except (StoreError, EvidenceError) as error:
            _log.critical("audit=refuses why=%s", error)
            return False
        if asked.kept is not None:
            asked.kept()
        return True


def _is_told(asked: Asked, status: int) -> bool:
    """What changed nothing and showed nothing is left out, but for refusals."""
    return asked.told and (status < 400 or status in _REFUSED)
