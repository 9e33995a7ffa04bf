"""What the board knows in, the demo's live terminal out."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from center.alert import Alert
from pipelines.flow import CameraState
from tocsin.demo.acts import Act, told
from tocsin.demo.board import Known

TRY = (
    "try in the console: J K move, A acknowledge before an alert rises, D send a patrol, "
    "R close, F not real, Z undo, ? all keys"
)
"""What a newcomer presses first."""

_GLYPHS = {1: ("▲▲", "bold red"), 2: ("▲", "red"), 3: ("●", "yellow"), 4: ("·", "cyan")}
_STATES = {"live": "green", "blind": "yellow", "lost": "red", "connecting": "dim"}
_SHOWN_ALERTS = 8


class Header(NamedTuple):
    """What stands above all: where the console is, how long it runs, and what is waited for."""

    url: str
    elapsed_s: float
    seconds: float | None
    note: str = ""


def screen(known: Known, header: Header, acts: tuple[Act, ...] = ()) -> Group:
    """Everything on one screen: header, cameras, spool, the story's acts, alerts."""
    return Group(
        Panel(_head(header)), _cameras(known), _spool(known), _acts(known, acts), _alerts(known),
        Text(TRY, "dim"),
    )  # fmt: skip


def _head(header: Header) -> Text:
    until = f" / {_clock(header.seconds)}" if header.seconds else "   Ctrl-C ends it"
    return Text.assemble(
        ("tocsin demo", "bold"), "   console ", (header.url, "underline cyan"),
        "   ", _clock(header.elapsed_s), until, "\n" * bool(header.note), (header.note, "yellow"),
    )  # fmt: skip


def act_line(act: Act, alert: Alert) -> str:
    """What proves an act, in one line of plain text."""
    rose = f", rose to {alert.risen_to}" if alert.level else ""
    near = f", nearest {', '.join(alert.nearest)}" if alert.nearest else ""
    return (
        f"{act.says}: grade {alert.grade} at {alert.place_name} "
        f"from {', '.join(alert.cameras)}{near}{rose}"
    )


def _acts(known: Known, acts: tuple[Act, ...]) -> Table:
    table = Table.grid(padding=(0, 1))
    for act in acts:
        alert = told(act, known.alerts)
        if alert is None:
            table.add_row(Text("·", "dim"), Text(act.says, "dim"))
        else:
            table.add_row(Text("✓", "bold green"), Text(act_line(act, alert)))
    return table


def alert_line(alert: Alert) -> str:
    """An alert in one line of plain text."""
    glyph, _ = _GLYPHS[alert.grade]
    picture = "redacted picture" if alert.picture else "no picture"
    events = "1 event" if alert.events == 1 else f"{alert.events} events"
    return (
        f"{_time(alert.first_at)} {glyph} {alert.place_name}: {alert.rule}, "
        f"{events} of {', '.join(alert.cameras)}, {picture}"
    )


def progress_line(known: Known, elapsed_s: float) -> str:
    """How it goes, in one line of plain text."""
    frames = sum(camera.frames for camera in known.cameras)
    return (
        f"{_clock(elapsed_s)} live={known.live}/{len(known.cameras)} frames={frames} "
        f"put={known.spool.put} acked={known.spool.acked} waiting={known.spool.waiting} "
        f"alerts={len(known.alerts)}"
    )


def _cameras(known: Known) -> Table:
    table = Table(expand=True, header_style="bold")
    table.add_column("camera")
    table.add_column("state")
    for title in ("fps in", "decoded", "motion %", "detections", "events", "CPU %"):
        table.add_column(title, justify="right")
    for camera in known.cameras:
        table.add_row(*_row(camera))
    return table


def _row(camera: CameraState) -> Iterator[Text]:
    yield Text(camera.camera, "bold")
    yield Text(camera.state, _STATES[camera.state])
    yield Text(f"{camera.fps_in:.1f}")
    yield Text(f"{camera.fps_decoded:.1f}")
    yield Text(f"{camera.motion * 100:.1f}", "green" if camera.motion else "dim")
    yield Text(str(camera.detections))
    yield Text(str(camera.events), "bold" if camera.events else "dim")
    yield Text(f"{camera.cpu * 100:.1f}")


def _spool(known: Known) -> Text:
    spool = known.spool
    waiting = "bold yellow" if spool.waiting else "dim"
    return Text.assemble(
        f"spool: put {spool.put}, acked {spool.acked}, ", (f"waiting {spool.waiting}", waiting)
    )


def _alerts(known: Known) -> Table:
    table = Table(expand=True, header_style="bold", title="alerts", title_justify="left")
    for title in ("time", "", "place", "rule", "events", "cameras", "picture"):
        table.add_column(title)
    for alert in known.alerts[::-1][:_SHOWN_ALERTS]:
        glyph, style = _GLYPHS[alert.grade]
        table.add_row(
            _time(alert.first_at), Text(glyph, style), alert.place_name, alert.rule,
            str(alert.events), ", ".join(alert.cameras), "redacted" if alert.picture else "none",
        )  # fmt: skip
    return table


def _time(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
