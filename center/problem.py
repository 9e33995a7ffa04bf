"""Errors in, `application/problem+json` of RFC 9457 out."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from center.access import DeniedError, UnknownError
from center.darkroom import BusyError, UnreadableError
from center.drawings import UntoldError
from center.entrance import WaitError, WrongError
from center.keeping import ReusedKeyError
from center.lifecycle import RefusedError
from center.liveview import Cause, LiveError
from center.patrolling import ExpiredError, FullError
from center.seconding import OccupiedError, SamePersonError
from center.steps import ConflictError
from center.views import Problem
from pipelines.errors import RedactionError, StoreError

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str = "",
    errors: tuple[str, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One answer that says what is wrong."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=errors)
    return _answer(body, headers)


def explain(app: FastAPI) -> None:
    """Make every error of the app a problem."""
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(StoreError)(_store)
    app.exception_handler(ConflictError)(_conflict)
    app.exception_handler(ReusedKeyError)(_reused)
    app.exception_handler(RefusedError)(_refused)
    app.exception_handler(ExpiredError)(_expired)
    app.exception_handler(FullError)(_full)
    app.exception_handler(UnreadableError)(_refused)
    app.exception_handler(BusyError)(_busy)
    app.exception_handler(RedactionError)(_bare)
    app.exception_handler(UnknownError)(_unknown)
    app.exception_handler(DeniedError)(_denied)
    app.exception_handler(WrongError)(_wrong)
    app.exception_handler(WaitError)(_wait)
    app.exception_handler(LiveError)(_live)
    app.exception_handler(UntoldError)(_untold)
    app.exception_handler(OccupiedError)(_occupied)
    app.exception_handler(SamePersonError)(_same)
    app.exception_handler(Exception)(_unexpected)


async def _http(_: Request, error: HTTPException) -> Response:
    return problem(error.status_code, str(error.detail), headers=error.headers)


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    said = tuple(
        f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()
    )
    return problem(422, "the request does not fit the API's description", said)


async def _store(_: Request, __: Exception) -> Response:
    return problem(503, "the store does not answer", headers={"Retry-After": "1"})


async def _unexpected(_: Request, __: Exception) -> Response:
    return problem(500)


async def _conflict(_: Request, error: ConflictError) -> Response:
    body = Problem(
        type="/problems/changed",
        title="The alert has changed",
        status=409,
        detail=str(error),
        alert=error.alert,
        last=error.last,
    )
    return _answer(body)


async def _reused(_: Request, error: Exception) -> Response:
    title = HTTPStatus(422).phrase
    return _answer(Problem(type="/problems/reused-key", title=title, status=422, detail=str(error)))


async def _refused(_: Request, error: Exception) -> Response:
    return problem(422, str(error))


async def _expired(_: Request, error: Exception) -> Response:
    return problem(410, str(error))


async def _full(_: Request, error: Exception) -> Response:
    return problem(409, str(error))


async def _busy(_: Request, error: Exception) -> Response:
    return problem(503, str(error), headers={"Retry-After": "10"})


async def _bare(_: Request, error: Exception) -> Response:
    title = "Not redacted, so not kept"
    return _answer(
        Problem(type="/problems/not-redacted", title=title, status=422, detail=str(error))
    )


async def _unknown(_: Request, error: Exception) -> Response:
    return problem(401, str(error), headers={"WWW-Authenticate": "Bearer"})


async def _wrong(_: Request, error: Exception) -> Response:
    return problem(401, str(error))


async def _wait(_: Request, error: WaitError) -> Response:
    return problem(429, str(error), headers={"Retry-After": str(max(1, round(error.wait_s)))})


async def _denied(_: Request, error: DeniedError) -> Response:
    body = Problem(
        type="/problems/permission", title="Not permitted", status=403, detail=str(error),
        missing=error.missing,
    )  # fmt: skip
    return _answer(body)


async def _occupied(_: Request, error: Exception) -> Response:
    title = "A change waits already"
    return _answer(
        Problem(type="/problems/waits-already", title=title, status=409, detail=str(error))
    )


async def _same(_: Request, error: Exception) -> Response:
    title = "A second person is needed"
    return _answer(
        Problem(type="/problems/second-person", title=title, status=403, detail=str(error))
    )


async def _live(_: Request, error: LiveError) -> Response:
    body = Problem(
        type=f"/problems/live-{error.cause}", title="The camera cannot be shown live",
        status=_LIVE[error.cause], detail=str(error),
    )  # fmt: skip
    return _answer(body, {"Retry-After": "5"})


_LIVE: Mapping[Cause, int] = {
    "silent": 504, "late": 504, "lost": 503, "busy": 503, "forbidden": 409, "purpose": 409,
}  # fmt: skip


async def _untold(_: Request, error: UntoldError) -> Response:
    body = Problem(
        type=f"/problems/zones-{error.cause}", title="The box does not tell its zones",
        status=504 if error.cause == "silent" else 409, detail=str(error),
    )  # fmt: skip
    return _answer(body)


def _answer(body: Problem, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(body), body.status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )
