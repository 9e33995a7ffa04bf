"""An address and a hash in, a file on disk out, gone on with where it broke off."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO

from models.catalogue import digest_of
from pipelines.errors import ModelError

Told = Callable[[int, int | None], None]
"""Told how many bytes there are, and of how many."""

_CHUNK = 1 << 16
_PATIENCE_S = 30.0
_PARTIAL, _UNSATISFIABLE = 206, 416


def fetch(url: str, to: Path, *, sha256: str, told: Told = lambda _, __: None) -> None:
    """Download into `to`, by way of `to` with `.part`, which stays when the line breaks.

    Goes on from the part by HTTP Range (RFC 9110, 14); where a server knows none, begins again.
    Raises ModelError when the line breaks, and when the hash is another: the part is then removed.
    """
    part = to.with_name(f"{to.name}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        _download(url, part, told)
    except (OSError, http.client.HTTPException) as error:
        raise ModelError(f"{url}: {_why(error)}; run it again, it goes on from there") from error
    found = digest_of(part)
    if found != sha256:
        part.unlink()
        raise ModelError(f"{url}: refused, its sha256 should be {sha256}, is {found}")
    part.replace(to)


def _download(url: str, part: Path, told: Told) -> None:
    has = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url)  # noqa: S310 # addresses stand in models/releases.py
    if has:
        request.add_header("Range", f"bytes={has}-")
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310
            goes_on = answer.status == _PARTIAL and _begins_at(answer, has)
            with part.open("ab" if goes_on else "wb") as file:
                _pour(answer, file, has if goes_on else 0, told)
    except urllib.error.HTTPError as error:
        error.close()
        if not (has and error.code == _UNSATISFIABLE):  # all of it is there: the hash decides
            raise


def _pour(answer: http.client.HTTPResponse, file: IO[bytes], has: int, told: Told) -> None:
    total = has + answer.length if answer.length is not None else None
    while chunk := answer.read(_CHUNK):
        file.write(chunk)
        has += len(chunk)
        told(has, total)
    if total is not None and has < total:
        raise ConnectionError(f"the line broke after {has} of {total} bytes")


def _begins_at(answer: http.client.HTTPResponse, has: int) -> bool:
    return str(answer.headers.get("Content-Range", "")).startswith(f"bytes {has}-")


def _why(error: Exception) -> str:
    return str(getattr(error, "reason", "") or error or type(error).__name__)
