"""A request's body in, a checked struct out; and structs in, answers out."""

from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Depends, HTTPException, Request, Response

Body = TypeVar("Body", bound=msgspec.Struct)
_UNSEEN = "no alert has this id"


async def raw_json(request: Request) -> bytes:
    """The body of a write: JSON that says so, or nothing."""
    body = await request.body()
    if body and kind_of(request) != "application/json":
        raise HTTPException(415, "the body of a write is application/json")
    return body


def kind_of(request: Request) -> str:
    """What a request says that its body is, without parameters: `image/jpeg`."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


Raw = Annotated[bytes, Depends(raw_json)]


def read(kind: type[Body], body: bytes) -> Body:
    """The body as a struct; no body is an empty one. Answers 422 with the key that is wrong."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HTTPException(422, str(error)) from error


def json(body: Any, *, revision: int | None = None, status: int = 200) -> Response:
    """A struct as an answer that nobody keeps; its revision is what `If-Match` asks for."""
    kept = {"Cache-Control": "no-store"}
    if revision is not None:
        kept["ETag"] = f'"{revision}"'
    body = msgspec.json.encode(body)
    return Response(body, status, media_type="application/json", headers=kept)


def found(body: Body | None, unseen: str = _UNSEEN) -> Body:
    """What was found, or 404."""
    if body is None:
        raise HTTPException(404, unseen)
    return body


def jpeg(data: bytes | None, unseen: str) -> Response:
    """A redacted picture as an answer that nobody keeps, or 404."""
    if data is None:
        raise HTTPException(404, unseen)
    kept = {"Cache-Control": "private, no-store"}
    return Response(data, media_type="image/jpeg", headers=kept)
