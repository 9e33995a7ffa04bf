"""What a run measured in, `docs/benchmarks.md` out: every word of it comes from here."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import av
import msgspec

from benchmarks.figures import Result
from benchmarks.tables import Sheet, sheets
from benchmarks.targets import Verdict
from pipelines.errors import ConfigError

_FLAGS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8", "asimddp", "i8mm")
_PACKAGES = ("av", "numpy", "numba", "onnxruntime", "opencv-python-headless")

_HEAD = """# What Tocsin costs, and what it sees

Written by `make bench`; change the code, not this page. Draw your own scenes with `make bench`,
or take yours: `make bench CLIPS="folder"`, each scene as `X.mp4`, its small stream as
`X_sub.mp4` and its truth as `X.json`; `CLIPS="drawn folder"` does both, `PERSONS="clip truth"` has
people found on a clip with its truth as MOT has it, and `QUICK=1` does a little of it.

Read the ratios. Both sides of each run at the same time on the same core, and take another core
in the next round, so that noise on the machine hits both alike. A figure is the median over
rounds, with the 10th to 90th percentile behind it; a verdict is the median over clips, with the
lowest and the highest. CPU is that of whole processes, and of all processes where a side has
several.
"""

_WORDS = {
    "motion": """Each detector has a decoder of its own; they take 50 frames of the clip in
turn. The peers are OpenCV's, on pictures 320 wide. An *object-frame* has half of the object in
it, and is found when one region covers a quarter of its box; an *idle frame* shows nothing of
any. `X_sub` is the small stream of `X`.""",
    "idle, 8 streams": """The idle beginning of the scene, repeated packet by packet, in each
mode of the box beside bare decoding of the main and of the small stream. Eight streams of each
have all cores to themselves.""",
    "idle, 1 stream": """The same with one stream of each, and beside *ffmpeg pipe*: the design
that Frigate and Viseron share, in our own code. An ffmpeg for each camera scales to the size of
the small stream and lets 5 pictures a second through a pipe into shared memory; another process
has a running average of 100 rows and shows what differs from it to the same network, at most
five times a second. All of its processes count. *small* means that it is fed the small stream.""",
    "active": """The whole scene, once a round. *Every frame* is the same network on every
whole frame, with nothing but decoding before it.""",
    "active, recall": """Shares of the scene's events. *Shown*: the network was shown the place
where the object was, while it was there. *Found*: what it found overlaps the object by an IoU
of .3 or more. *Idle alarms*: shares of the frames on which something moved although nothing was
there within a second.""",
    "RTSP, idle": """Both streams over real RTSP; the server has a process of its own and is
not counted.""",
    "RTSP, active": """The same with the whole scene, once.""",
    "memory, MB": """What 64 streams take less what 8 take, over 56; own memory of the process,
idle.""",
    "latency at 80 % load, ms": """From the capture of the frame on which a rule decides to the
broker's acknowledgement of its event: real worker, spool, publisher and nats-server, the box
held to one core.""",
    "redaction, clip by clip": """The same drawn clips to each, one after the other. *Uncovered*:
shares of the faces of 12 pixels and more, frame by frame; *small half-hidden ones* are those under
24 pixels of which less than three quarters are in sight. *Clean faces*: those that no frame
covered. *Needless*: of the pixels, what is covered and is nobody's head. *Live* is what leaves a
box, at ten frames a second; *stills* are what leaves it with an event.""",
    "persons": """Your own clips with their truth (`PERSONS="clip.avi truth.txt"`, MOT's format),
watched as a box does, three times a fraction of a frame apart: motion, looks where it moves,
tracks. Found is a track that was seen within the last quarter of a second, or that no look has
missed since, at an IoU of a half. The time is that of looks and tracks, over that of a pass of the
FP32 network over the whole frame.""",
    "networks": """The whole call, with laying the picture onto the canvas, picture by picture.""",
    "store, events a second": """The same events, 500 to a commit and each commit on disk, into
fresh stores. *Rows alone*: rows that are ready, by `executemany`, or by COPY beside the table and
INSERT … ON CONFLICT DO NOTHING. *Inbox*: letters that are read, checked, de-duplicated, stored and
counted; *all under alerts*: each is also part of one. *Of CPU*: by a second of CPU of ours and the
server's together. *Swept*: their days are over, and all of them are let go of.""",
    "aggregator, events a second of CPU": """All that an aggregator does with an event, from a real
nats-server on: pulled, read, checked, de-duplicated, cross-checked, stored, committed and
acknowledged. The CPU is told by itself for us, for the broker and for the database.""",
    "consoles in a burst": """A real store, server and stream, and the consoles as sockets of
another process; each second's alerts are committed at once, in transactions of 250.""",
    "desk in a browser": """Events go through the broker, the inbox and the stream, as a box sends
them; headless Chromium draws by the processor and looks at the page by its own clock.""",
}


def write(
    path: Path, runs: Sequence[tuple[str, Result, Sequence[Verdict]]], *, command: str, where: str
) -> None:
    """Write the page: for each set of scenes what was asked, and all that was measured.

    where  on what kind of machine; see `machine`
    """
    parts = [_HEAD, f"This one: `{command}`, on {where}.\n"]
    for title, result, judged in runs:
        parts += [f"## {title}\n", _verdicts(judged), *_notes(result)]
        parts += [_section(sheet) for sheet in sheets(result.figures)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts), encoding="utf-8")


def machine() -> str:
    """What kind of machine this is, without its name, and how much it has to do besides."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    codec = ".".join(map(str, av.library_versions["libavcodec"]))
    return (
        f"{cores} cores, {platform.machine()} with {_flags()}, {platform.system()}, "
        f"Python {platform.python_version()}, {packages}, libavcodec {codec}; "
        f"{os.getloadavg()[0]:.1f} processes wanted a core when it began"
    )


def _flags() -> str:
    """Those of the processor's features that networks and kernels care for."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return "unknown features"
    found = set(text.split())
    return ", ".join(flag for flag in _FLAGS if flag in found) or "none of " + ", ".join(_FLAGS)


def _verdicts(judged: Sequence[Verdict]) -> str:
    rows = [
        [
            each.text, each.asked, _value(each, each.reached),
            "–" if each.clips < 2 else f"{_value(each, each.low)}–{_value(each, each.high)}",
            str(each.clips), each.word,
        ]
        for each in judged
    ]  # fmt: skip
    return _table(["asked", "limit", "reached", "clips from–to", "clips", "verdict"], rows)


def _value(verdict: Verdict, value: float | None) -> str:
    return "–" if value is None else format(value, verdict.form)


def _notes(result: Result) -> list[str]:
    return ["".join(f"- {note}\n" for note in result.notes)] if result.notes else []


def _section(sheet: Sheet) -> str:
    words = _WORDS.get(sheet.title, "")
    table = _table(sheet.heads(), sheet.lines())
    return f"### {sheet.title[0].upper()}{sheet.title[1:]}\n\n{words}\n\n{table}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def read_result(path: Path) -> Result:
    """What `write_json` wrote of a part. Raises ConfigError where it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Result)
    except msgspec.DecodeError as error:
        raise ConfigError(f"{path}: {error}; remove it, and it is measured again") from error


def write_json(path: Path, value: object) -> None:
    """Write a value as indented JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2))
