"""The script in, a folder with the four clips out: drawn by two processes, once, then kept."""

import hashlib
import multiprocessing
import queue
import signal
from collections.abc import Callable, Iterator
from importlib import resources
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import TocsinError
from pipelines.flow import Bytes
from tocsin.demo.clips import write_clip
from tocsin.demo.scenes import frames
from tocsin.demo.script import LOOP_S, SCENES, Scene

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

Progress = Callable[[str, int, int], None]
"""Told a scene's name, the frames drawn so far and how many there will be."""

_DRAWN_BY = (
    *("cat", "figure", "person", "cloths", "ground", "hall", "places", "stage"),
    *("scenes", "script", "clips", "studio"),
)
_HANDS = 2
_TELL_EVERY = 24  # frames


def clips_folder(clips: Path) -> Path:
    """Where clips of the present drawing code lie: another code, another folder."""
    digest = hashlib.sha256()
    for name in _DRAWN_BY:
        digest.update(resources.files("tocsin.demo").joinpath(f"{name}.py").read_bytes())
    return clips / digest.hexdigest()[:12]


def draw_all(clips: Path, progress: Progress) -> Path:
    """Draw what is missing and return the folder with `<scene>.mp4` for each scene.

    Raises TocsinError when a drawing process dies.
    """
    folder = clips_folder(clips)
    missing = [scene for scene in SCENES if not (folder / f"{scene.name}.mp4").exists()]
    context = multiprocessing.get_context("spawn")
    news: Queue[tuple[str, int]] = context.Queue()
    hands: list[BaseProcess] = [
        context.Process(target=_draw, args=(missing[hand::_HANDS], folder, news), daemon=True)
        for hand in range(min(_HANDS, len(missing)))
    ]
    for hand in hands:
        hand.start()
    try:
        _follow(missing, hands, news, progress)
    finally:
        for hand in hands:
            hand.terminate()
            hand.join()
    return folder


def _draw(scenes: list[Scene], folder: Path, news: "Queue[tuple[str, int]]") -> None:
    """One process's work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for scene in scenes:
        pictures = _counted(frames(scene), scene, news)
        count = write_clip(folder / f"{scene.name}.mp4", pictures, fps=scene.fps)
        news.put((scene.name, count))


def _counted(
    pictures: Iterator[Bytes], scene: Scene, news: "Queue[tuple[str, int]]"
) -> Iterator[Bytes]:
    for number, picture in enumerate(pictures):
        if number % _TELL_EVERY == 0:
            news.put((scene.name, number))
        yield picture


def _follow(
    scenes: list[Scene],
    hands: list[BaseProcess],
    news: "Queue[tuple[str, int]]",
    progress: Progress,
) -> None:
    """Pass the processes' progress on until every scene is whole."""
    whole = {scene.name: round(LOOP_S * scene.fps) for scene in scenes}
    open_ = set(whole)
    while open_:
        try:
            name, done = news.get(timeout=1.0)
        except queue.Empty:
            if any(hand.exitcode for hand in hands):
                raise TocsinError("a process that draws the demo's clips died") from None
            continue
        progress(name, done, whole[name])
        if done == whole[name]:
            open_.discard(name)
