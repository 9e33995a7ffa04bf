"""A whole body and what a client wants of it in, the answer out: RFC 9110, one range at a time."""

import re

from fastapi import HTTPException, Response

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def ranged(data: bytes, asked: str | None, *, media_type: str) -> Response:
    """All of it, or 206 with the part that was asked for; what is no single range asks for all.

    Answers 416 to a range that begins behind the end.
    """
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store"}
    part = _part(asked, len(data))
    if part is None:
        return Response(data, media_type=media_type, headers=headers)
    first, end = part
    if first >= end:
        said = {"Content-Range": f"bytes */{len(data)}"}
        raise HTTPException(416, "the range begins behind the end", headers=said)
    headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(data)}"
    return Response(data[first:end], 206, media_type=media_type, headers=headers)


def _part(asked: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last."""
    found = _RANGE.fullmatch(asked.strip()) if asked else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size if int(found[2]) else 0
    end = min(size, int(found[2]) + 1) if found[2] else size
    return None if found[2] and int(found[2]) < int(found[1]) else (int(found[1]), end)
