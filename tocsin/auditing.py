"""An audit of a box or centre and what was told of it elsewhere in, whether the two agree out."""

import json
import os
import re
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from rich.console import Console

from center.config import load as load_centre
from center.service import audit_of
from edge.audit import path_of
from edge.config import load
from pipelines.chain import Line, checked
from pipelines.errors import ConfigError, EvidenceError, LinkError
from pipelines.flow import AuditHead
from tocsin.checking import is_of_box

_HEAD = re.compile(r"(\d+):([0-9a-f]{64})")
_ANSWER_S = 10.0


def verify(source: Path, heads: list[str], centre: str, console: Console) -> None:
    """Hold an audit to its own chain and to heads that were told elsewhere; say what it has.

    source  the box's YAML, or the centre's, or an audit's file
    heads   `LINES:SHA256`
    centre  URL of its console and API; it is asked for the heads that it keeps

    Raises EvidenceError where a line was changed, put in, taken out or cut off.
    """
    path, told = _audit_of(source, centre)
    known = [*(head_from(each) for each in heads), *told]
    lines = read(path, known)
    size = f"{path.stat().st_size / 1e6:.1f} MB"
    console.print(
        f"{path}, {size}: {len(lines)} lines hold, {_told(known)}", highlight=False, soft_wrap=True
    )


def _audit_of(source: Path, centre: str) -> tuple[Path, list[AuditHead]]:
    """Where an audit lies, and what a centre says of it, if one is asked."""
    if source.suffix not in {".yaml", ".yml"}:
        if centre:
            raise ConfigError(f"{source}: --centre needs a YAML file, which says whose audit it is")
        return source, []
    if not is_of_box(source):
        return audit_of(load_centre(source)), own(centre) if centre else []
    config = load(source)
    return path_of(Path(config.spool.path)), kept(centre, config.box) if centre else []


def read(path: Path, heads: list[AuditHead] | None = None) -> tuple[Line, ...]:
    """The lines of an audit that holds. Raises EvidenceError with the file's name."""
    try:
        with path.open("rb") as lines:
            return checked(lines, heads or [])
    except OSError as error:
        raise EvidenceError(f"{path}: cannot be read: {error.strerror}") from error
    except EvidenceError as error:
        raise EvidenceError(f"{path}: {error}") from error


def head_from(text: str) -> AuditHead:
    """A head as the centre shows it. Raises ConfigError."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise ConfigError(f"--head {text}: it must be LINES:SHA256, such as 12:9f86d0…")
    return AuditHead(lines=int(found[1]), sha256=found[2])


def _told(known: list[AuditHead]) -> str:
    if not known:
        return "by themselves: give --head or --centre to see that none was cut off the end"
    return f"and so do the {len(known)} heads that were told elsewhere, up to line " + str(
        max(each.lines for each in known)
    )


def kept(centre: str, box: str) -> list[AuditHead]:
    """The heads that a centre keeps of a box's audit.

    Raises LinkError, and EvidenceError when two disagree.
    """
    told = _asked(centre, f"boxes/{box}/audit?limit=500", "heads")
    heads = [AuditHead(lines=each["lines"], sha256=each["sha256"]) for each in told]
    by_line: dict[int, str] = {}
    for head in heads:
        if by_line.setdefault(head.lines, head.sha256) != head.sha256:
            raise EvidenceError(f"{box} told two hashes of line {head.lines}: it was written anew")
    return heads


def own(centre: str) -> list[AuditHead]:
    """Where a centre says that its own audit stands. Raises LinkError."""
    told = _asked(centre, "status", "audit")
    return [AuditHead(lines=told["lines"], sha256=told["sha256"])] if told else []


def _asked(centre: str, path: str, key: str) -> Any:
    """A part of what a centre answers; TOCSIN_TOKEN signs in where somebody must."""
    url = f"{centre.rstrip('/')}/api/{path}"
    if not url.startswith(("http://", "https://")):
        raise ConfigError(f"--centre {centre}: it must be the URL of a console")
    token = os.environ.get("TOCSIN_TOKEN")
    signed = {"Authorization": f"Bearer {token}"} if token else {}
    asked = urllib.request.Request(url, headers=signed)  # noqa: S310 -- checked above
    try:
        with urllib.request.urlopen(asked, timeout=_ANSWER_S) as answer:  # noqa: S310 -- the same
            return json.loads(answer.read())[key]
    except HTTPError as error:
        error.close()
        barred = error.code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
        fix = "; set TOCSIN_TOKEN to a token of a user who may read it" if barred else ""
        raise LinkError(f"{url}: no heads came: {error}{fix}") from error
    except (URLError, OSError, ValueError, KeyError) as error:
        raise LinkError(f"{url}: no heads came: {error}") from error
