"""A box's vault in, a table of its clips out; and whether each is what was written."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.measure import Measurement
from rich.progress import track
from rich.table import Column, Table

from edge.evidence.settings import Evidence
from edge.evidence.vault import Kept
from pipelines.chain import Line
from pipelines.errors import EvidenceError
from pipelines.flow import AuditHead
from tocsin import auditing
from tocsin.evidence import proof
from tocsin.evidence.opening import Room

_WIDEST = 1000


def show(room: Room, console: Console) -> None:
    """Print a table of the clips, the newest last; in a file or a pipe at its full width."""
    names = [Column(name, no_wrap=True) for name in ("clip", "begun", "kept")]
    table = Table(*names, "camera", "rules", "s", "MiB", "ended", box=None)
    clips = list(room.vault.clips())
    short = _short([kept.about.clip for kept in clips])
    for kept in clips:
        note, about = kept.note, kept.about
        lives = note.lives if note else ()
        rules = ", ".join(dict.fromkeys(life.rule for life in lives)) or about.rule
        table.add_row(
            about.clip[:short], _local(about.begun), _kept_for(kept, room.settings), about.camera,
            rules, f"{note.seconds:.0f}" if note else "", f"{kept.size / 2**20:.1f}",
            note.ending if note else "recording",
        )  # fmt: skip
    wide = console.options.update(max_width=_WIDEST)
    width = None if console.is_terminal else Measurement.get(console, wide, table).maximum
    console.print(table, width=width, crop=False)


def rows(room: Room) -> list[dict[str, Any]]:
    """The same as plain values."""
    return [
        {
            "about": msgspec.to_builtins(kept.about),
            "note": msgspec.to_builtins(kept.note),
            "hold": msgspec.to_builtins(kept.hold),
            "bytes": kept.size,
            "recording": kept.recording,
        }
        for kept in room.vault.clips()
    ]


def verify_box(room: Room, heads: list[AuditHead], console: Console) -> int:
    """Check the audit, and each clip by it; returns how many. Raises EvidenceError with all faults.

    A clip that the audit knows must be there, unless the audit says that it was destroyed.
    """
    lines = auditing.read(room.audit.path, heads) if room.audit.path.exists() else ()
    clips = list(room.vault.clips())
    faults, count = list(_missing(lines, clips)), 0
    links = {line.id: asked["link"] for line, asked in _deeds(lines) if "link" in asked}
    for kept in track(clips, "verifying", console=console, transient=True):
        try:
            found = room.vault.look(kept)
            if not kept.recording and links.get(kept.about.clip) != found.link:
                faults.append(f"{kept.path}: is not the clip that the audit says was recorded")
            count += 1
        except EvidenceError as error:
            faults.append(str(error))
    if faults:
        raise EvidenceError("\n  ".join([f"{len(faults)} things are wrong:", *faults]))
    return count


def verify_folder(folder: Path, heads: list[AuditHead]) -> str:
    """Check an export; returns the head of its audit. Raises EvidenceError with all faults.

    heads  that were told elsewhere; those of lines that the export does not have say nothing
    """
    faults = proof.faults_of(folder)
    there = {} if faults else proof.heads_in(folder)
    faults += [
        f"line {head.lines} of the audit is not the one that was told elsewhere"
        for head in heads
        if there.get(head.lines, head.sha256) != head.sha256
    ]
    if faults:
        raise EvidenceError("\n  ".join([f"{folder}: {len(faults)} things are wrong:", *faults]))
    return proof.head_of(folder)


def _missing(lines: tuple[Line, ...], clips: list[Kept]) -> Iterator[str]:
    there = {kept.about.clip for kept in clips}
    state: dict[str, str] = {}
    for line, asked in _deeds(lines):
        if asked["evidence"] in {"ended", "torn", "destroyed"}:
            state[line.id] = asked["evidence"]
    for clip, deed in state.items():
        if deed != "destroyed" and clip not in there:
            yield f"{clip} is gone, and the audit does not say that it was destroyed"


def _deeds(lines: tuple[Line, ...]) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Lines about clips, and what they say."""
    for line in lines:
        asked = msgspec.json.decode(line.asked)
        if isinstance(asked, dict) and "evidence" in asked:
            yield line, asked


def _short(names: list[str]) -> int:
    """Characters by which all of them can be told apart, two parts at least."""
    return next((n for n in (13, 18, 23) if len({name[:n] for name in names}) == len(names)), 36)


def _kept_for(kept: Kept, settings: Evidence) -> str:
    if kept.hold is not None:
        return f"case {kept.hold.case}"
    until = kept.about.begun + timedelta(hours=settings.hours_of(kept.about.place))
    return _local(until)


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%m-%d %H:%M:%S")
