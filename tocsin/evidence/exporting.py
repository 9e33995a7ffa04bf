"""An opened clip in, a folder that proves itself out: for a court, an insurer, another office."""

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.evidence.vault import Kept
from pipelines.chain import START, Line, head_of
from pipelines.errors import ConfigError, EvidenceError
from pipelines.flow import AuditHead
from tocsin import auditing
from tocsin.evidence import opening, proof
from tocsin.evidence.opening import Order, Room

_NAME = "clip"


def export(room: Room, kept: Kept, order: Order, folder: Path) -> str:
    """Fill a folder that is not there yet; returns the head of the audit, as the centre shows it.

    Raises EvidenceError, and leaves nothing, when a part of it cannot be made.
    """
    opening.check(kept, order, folder)
    auditing.read(room.audit.path)
    asked = {"reason": order.reason, "case": order.case, "original": order.original}
    room.ledger.write("export", kept.about.clip, **asked)
    try:
        folder.mkdir(parents=True)
        _fill(room, kept, order, folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise EvidenceError(f"{folder}: cannot be written: {error}") from error
    except (EvidenceError, ConfigError):
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return proof.head_of(folder)


def _fill(room: Room, kept: Kept, order: Order, folder: Path) -> None:
    opening.write(room, kept, order, folder / f"{_NAME}{order.suffix}")
    shutil.copyfile(kept.path, folder / proof.SEALED)
    files = {path.name: _said(path) for path in sorted(folder.iterdir())}
    hashes = {name: said["sha256"] for name, said in files.items()}
    room.ledger.write(
        "exported", kept.about.clip, files=hashes, reason=order.reason, case=order.case
    )
    manifest = {
        "tocsin": "evidence export 1",
        "box": room.config.box,
        "clip": msgspec.to_builtins(kept.about),
        "note": msgspec.to_builtins(kept.note),
        "asked": {
            "by": room.ledger.by,
            "reason": order.reason,
            "case": order.case,
            "original": order.original,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        },
        "files": files,
        "audit": _part(room.audit.path, kept.about.clip),
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    shutil.copyfile(proof.__file__, folder / "verify.py")


def _said(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _part(audit: Path, clip: str) -> dict[str, Any]:
    """The audit's lines from the clip's first to the last, as they stand, and the head before."""
    raw = audit.read_bytes().splitlines()
    lines = [msgspec.json.decode(line, type=Line) for line in raw]
    mine = [index for index, line in enumerate(lines) if line.id == clip]
    if not mine:
        raise EvidenceError(f"{audit}: says nothing of {clip}")
    first = mine[0]
    after: AuditHead = head_of(raw[first - 1]) if first else START
    part = [line.decode() for line in raw[first : mine[-1] + 1]]
    return {"after": msgspec.to_builtins(after), "lines": part}
