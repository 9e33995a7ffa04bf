"""A centre's file and those of its boxes in, where they do not go together out.

Each may be sound, and a slip between them silent: what a box has no right to say waits in its
spool, what it says of a place that nobody listed is no alert, and an entry may wait for a rule that
no camera has.
"""

import difflib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from center.boxes import BoxState
from center.config import CenterConfig, Speaker
from center.entries import names_of
from center.seeing import cameras
from center.watchlist import WatchList
from center.weakening import unfed
from disk.texts import text_in
from edge.config import Camera, EdgeConfig
from pipelines.flow import CameraState, Heartbeat
from pipelines.rules import ids_of, state_of
from pipelines.settings import line_of


class BoxFile(NamedTuple):
    """A box's file, and what it says."""

    path: Path
    config: EdgeConfig


def faults(config: CenterConfig, listed: WatchList, boxes: Sequence[BoxFile]) -> Iterator[str]:
    """What does not fit, with file, line, key and fix."""
    for path, box in boxes:
        text = text_in(path)
        for said, key, fix in _of_box(config, listed, box):
            yield f"{path}:{line_of(text, key)}: {said} - at {key}; {fix}"


def idle(config: CenterConfig, listed: WatchList, boxes: Sequence[BoxFile]) -> Iterator[str]:
    """Entries that nothing can set off; where a box's file is missing, nobody can say."""
    given = {box.config.box for box in boxes}
    if any(speaker.beats and speaker.box not in given for speaker in config.boxes):
        return
    names = names_of(listed.entries)
    states = tuple(_state(box.config) for box in boxes)
    for each in unfed(listed, tuple(cameras(listed, states))):
        yield (
            f"nothing can set off the entry {names[each.entry]!r}: no camera at {each.place!r} or "
            "below has such a rule armed"
        )


def _of_box(
    config: CenterConfig, listed: WatchList, box: EdgeConfig
) -> Iterator[tuple[str, str, str]]:
    """What is wrong, the key in the box's file, and the fix."""
    speaker = next((each for each in config.boxes if each.box == box.box), None)
    if speaker is None:
        known = ", ".join(each.box for each in config.boxes) or "none"
        yield f"the centre has no box {box.box!r}", "$.box", f"its `boxes` are: {known}"
        return
    if speaker.site != box.site:
        said = f"the centre lets {box.box!r} speak for another site than {box.site!r}"
        yield said, "$.site", f"it has {speaker.site!r}"
    for index, camera in enumerate(box.cameras):
        for said, key, fix in _of_camera(speaker, listed, camera):
            yield said, f"$.cameras[{index}].{key}", fix


def _of_camera(
    speaker: Speaker, listed: WatchList, camera: Camera
) -> Iterator[tuple[str, str, str]]:
    if speaker.cameras and camera.id not in speaker.cameras:
        said = f"the centre lets {speaker.box!r} not speak for the camera {camera.id!r}"
        yield said, "id", f"its `cameras` there are: {', '.join(speaker.cameras)}"
    if speaker.places and camera.place not in speaker.places:
        said = f"the centre takes {speaker.box!r} to have no camera at {camera.place!r}"
        yield said, "place", f"its `places` there are: {', '.join(speaker.places)}"
    if camera.place not in listed.tree.places:
        near = difflib.get_close_matches(camera.place, listed.tree.places, n=1)
        fix = f"did you mean {near[0]!r}?" if near else "add it, or nothing there becomes an alert"
        yield f"the watch list has no place {camera.place!r}", "place", fix


def _state(box: EdgeConfig) -> BoxState:
    """A box as it would tell of itself once it runs."""
    cameras = tuple(
        CameraState(
            camera=camera.id, place=camera.place, state="live", disarmed_why=camera.why_disarmed,
            rules=tuple(
                state_of(name, rule, armed=rule.armed)
                for name, rule in zip(ids_of(camera.rules), camera.rules, strict=True)
            ),
        )
        for camera in box.cameras
    )  # fmt: skip
    beat = Heartbeat(box=box.box, site=box.site, time=datetime.now(UTC), cameras=cameras)
    return BoxState(box=box.box, site=box.site, online=True, heartbeat=beat)
