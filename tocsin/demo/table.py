"""What the board knows in, the demo's live terminal out."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from center.alert import Alert
from pipelines.flow import CameraState
from tocsin.demo.board import Known

_GLYPHS = {1: ("▲▲", "bold red"), 2: ("▲", "red"), 3: ("●", "yellow"), 4: ("·", "cyan")}
_STATES = {"live": "green", "blind": "yellow", "lost": "red", "connecting": "dim"}
_SHOWN_ALERTS = 8


def screen(known: Known, *, console_url: str, elapsed_s: float, seconds: float | None) -> Group:
    """Everything on one screen: header, cameras, spool, alerts."""
    header = Text.assemble(
        ("tocsin demo", "bold"), "   console ", (console_url, "underline cyan"),
        "   ", _clock(elapsed_s), f" / {_clock(seconds)}" if seconds else "   Ctrl-C ends it",
    )  # fmt: skip
    return Group(Panel(header), _cameras(known), _spool(known), _alerts(known))


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
