"""A demo's box that has ended in, what it has sealed and whether that verifies out."""

from pathlib import Path

from rich.console import Console

from pipelines.errors import EvidenceError
from tocsin.demo.report import SealedLine
from tocsin.evidence import listing, opening


def sealed(config: Path) -> tuple[tuple[SealedLine, ...], str]:
    """All clips that are over, and what is wrong with them or with the audit; nothing is best."""
    room = opening.room_of(config)
    lines = tuple(
        SealedLine(
            clip=kept.about.clip,
            camera=kept.about.camera,
            place=kept.about.place,
            rules=tuple(dict.fromkeys(life.rule for life in kept.note.lives)),
            seconds=kept.note.seconds,
            bytes=kept.size,
            ended=kept.note.ending,
        )
        for kept in room.vault.clips()
        if kept.note is not None
    )
    try:
        listing.verify_box(room, [], Console(quiet=True))
    except EvidenceError as error:
        return lines, str(error)
    return lines, ""
