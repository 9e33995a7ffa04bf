"""A real centre and the desk in a real browser in, how fast it shows and how it bears many out.

python -m benchmarks.bench_desk [--shown 40] [--open 1000] [--rate 50] [--seconds 10] [--hour 600]

Events go through the broker, the inbox and the stream, as a box sends them; the page is looked at
from within, by the browser's own clock, which is this machine's. What the page draws is drawn by
the processor: a screen's own card draws faster.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from rich.console import Console as Terminal
from rich.table import Table

from benchmarks.figures import Result, once
from benchmarks.targets import DESK
from tests.center.browser import CHROMIUM, Page, browser
from tests.center.centre import Box, event, eventually
from tests.center.town import Town
from tocsin.whole import whole

SHOWN, KEYS = "ms from event to screen, p95", "ms from key to paint, p95"
FRAMES, LONGEST = "frames a second while scrolling", "ms of the longest task"
MISSING, GROWN = "alerts that never came", "MiB of heap from the first quarter to the last"
FOLDER = Path("build/desk.json")
APART_S = 300.0  # of event time, so that each event is an alert of its own
PRESSES = 60
SCROLLED_S = 4.0

_WATCH = """(() => {
  window.seen = {};
  window.long = [];
  const painted = (id) => requestAnimationFrame(() => setTimeout(() => {
    seen[id] ??= performance.timeOrigin + performance.now();
  }));
  const rows = (nodes) => [...nodes].filter((node) => node.dataset?.id);
  new MutationObserver((changes) => changes.forEach((change) =>
    rows(change.addedNodes).forEach((node) => painted(node.dataset.id))))
    .observe(document.querySelector('.run'), { childList: true });
  new PerformanceObserver((list) => list.getEntries().forEach((each) => long.push(each.duration)))
    .observe({ entryTypes: ['longtask'] });
})()"""
_SCROLL = """new Promise((done) => {
  const list = document.getElementById('list'), began = performance.now(), gaps = [];
  let last = began, way = 1;
  const step = (now) => {
    gaps.push(now - last);
    last = now;
    if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) way = -1;
    if (list.scrollTop <= 0) way = 1;
    list.scrollTop += way * 60;
    if (now - began < LASTS) requestAnimationFrame(step);
    else done([gaps.length * 1000 / (now - began), Math.max(...gaps.slice(1))]);
  };
  requestAnimationFrame(step);
})"""
_PRESS = """new Promise((done) => {
  const began = performance.now();
  document.body.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyJ', bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""
_READY = "document.querySelector('.desk') && /Live/.test(document.getElementById('conn').innerText)"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """All figures of one run.

    shown_p50_ms  from an event's sending to its row on the screen, and the 95th percentile
    frames_per_s  while scrolling among so many `open` alerts; `worst_frame_ms` between two
    key_p95_ms    from a key that moves the selection to its paint, among the same
    long_tasks    of more than 50 ms while `rate` alerts a second came, and the longest
    heap_mib      of the page once all was collected: before, and after each quarter of `hour`
                  alerts that came and were closed
    """

    shown: int
    shown_p50_ms: float
    shown_p95_ms: float
    open: int
    frames_per_s: float
    worst_frame_ms: float
    key_p95_ms: float
    rate: int
    missing: int
    long_tasks: int
    longest_ms: float
    hour: int
    heap_mib: tuple[float, ...]


class Street:
    """A town's box that lets things happen, each an alert of its own."""

    def __init__(self, town: Town, box: Box, page: Page) -> None:
        self.town, self.box, self.page, self.number = town, box, page, 0

    def happens(self, place: str = "school") -> float:
        """Send one event; the Unix time in ms at which it was."""
        self.number += 1
        at_s, camera = self.number * APART_S, f"{place}-1"
        made = event(after_s=at_s, place=place, camera=camera)
        sent_ms = time.time() * 1000
        self.box.send(made)
        return sent_ms

    def count(self) -> int:
        """How many the desk says are open."""
        return int(self.page.value("document.getElementById('open-count').innerText"))

    def close_all(self) -> None:
        """Let the desk be empty again."""
        while True:
            asked: dict[str, str | int] = {"state": "open", "limit": 500}
            found = self.town.http.get("/api/alerts", params=asked).json()["alerts"]
            if not found:
                break
            for each in found:
                self.town.http.post(f"/api/alerts/{each['id']}/close", json={"outcome": "test"})
        eventually(lambda: self.count() == 0)


def figures_or_why(
    *, shown: int = 20, many: int = 1000, rate: int = 50, seconds: int = 6, hour: int = 200
) -> Result:
    """The same as figures, where there is a browser."""
    if not CHROMIUM.exists():
        return Result(notes=[f"{DESK}: there is no {CHROMIUM}"])
    told = run(shown=shown, many=many, rate=rate, seconds=seconds, hour=hour)
    rows = {
        SHOWN: (told.shown_p95_ms, ".0f"), FRAMES: (told.frames_per_s, ".0f"),
        KEYS: (told.key_p95_ms, ".0f"), MISSING: (float(told.missing), ".0f"),
        LONGEST: (told.longest_ms, ".0f"), GROWN: (told.heap_mib[-1] - told.heap_mib[1], ".1f"),
    }  # fmt: skip
    return Result(once(DESK, f"{many} open, {rate} a second", rows))


def run(*, shown: int, many: int, rate: int, seconds: int, hour: int) -> Measured:
    """Measure one thing after the other, in one browser."""
    with _street() as street:
        late_ms = [_shown_ms(street) for _ in range(shown)]
        heaps = _heaps(street, hour)
        missing, long_tasks = _stormed(street, rate, seconds)
        _filled(street, many)
        frames, worst_ms = street.page.value(_SCROLL.replace("LASTS", str(SCROLLED_S * 1000)))
        keys_ms = [float(street.page.value(_PRESS)) for _ in range(PRESSES)]
    return Measured(
        shown=shown, shown_p50_ms=_rank(late_ms, 50), shown_p95_ms=_rank(late_ms, 95),
        open=many, frames_per_s=round(frames, 1), worst_frame_ms=round(worst_ms, 1),
        key_p95_ms=_rank(keys_ms, 95), rate=rate, missing=missing,
        long_tasks=len(long_tasks), longest_ms=round(max(long_tasks, default=0.0), 1),
        hour=hour, heap_mib=tuple(heaps),
    )  # fmt: skip


@contextmanager
def _street() -> Iterator[Street]:
    with tempfile.TemporaryDirectory() as name, browser(Path(name) / "browser") as page:
        folder = Path(name) / "town"
        folder.mkdir()
        town = Town(folder)
        town.start()
        try:
            page.open(f"{town.url}/desk?lang=en")
            page.wait(_READY)
            page.value(_WATCH)
            with town.box() as box:
                yield Street(town, box, page)
        finally:
            town.stop()


def _shown_ms(street: Street) -> float:
    """From the sending of one event to its row; then the desk is empty again."""
    street.page.value("window.seen = {}")
    sent_ms = street.happens("station-b")
    at_ms = float(street.page.wait("Object.values(seen)[0]"))
    street.close_all()
    return at_ms - sent_ms


def _heaps(street: Street, hour: int) -> list[float]:
    """The page's heap before, and after each quarter of so many alerts that came and went."""
    heaps = [_heap_mib(street.page)]
    for _ in range(4):
        for _ in range(hour // 4):
            street.happens()
        eventually(lambda: street.count() == hour // 4)
        street.close_all()
        heaps.append(_heap_mib(street.page))
    return heaps


def _heap_mib(page: Page) -> float:
    page.ask("HeapProfiler.collectGarbage")
    return round(float(page.ask("Runtime.getHeapUsage")["usedSize"]) / 2**20, 2)


def _stormed(street: Street, rate: int, seconds: int) -> tuple[int, list[float]]:
    """Alerts that never came to the desk, and the page's long tasks meanwhile, in ms."""
    street.page.value("void (long.length = 0)")
    began_s = time.monotonic()
    for number in range(rate * seconds):
        time.sleep(max(0.0, began_s + number / rate - time.monotonic()))
        street.happens()
    eventually(lambda: street.count() >= rate * seconds)
    found: list[Any] = street.page.value("long")
    missing = rate * seconds - street.count()
    street.close_all()
    return missing, [float(each) for each in found]


def _filled(street: Street, many: int) -> None:
    for _ in range(many):
        street.happens()
    eventually(lambda: street.count() == many)


def _rank(values: list[float], percent: int) -> float:
    return round(float(np.percentile(values, percent)), 1)


def lines(found: Measured) -> list[tuple[str, str, str]]:
    """What was measured, what is asked for, and how it is, row by row."""
    heaps = " ".join(f"{each:.1f}" for each in found.heap_mib)
    return [
        ("event → on screen, p50 / p95", "≤ 1000 ms",
         f"{found.shown_p50_ms:.0f} / {found.shown_p95_ms:.0f} ms"),
        (f"scrolling among {found.open} open alerts", "≥ 50 frames/s",
         f"{found.frames_per_s:.0f} frames/s, worst gap {found.worst_frame_ms:.0f} ms"),
        ("key → paint among them, p95", "≤ 50 ms", f"{found.key_p95_ms:.0f} ms"),
        (f"{found.rate} alerts a second: missing", "0", str(found.missing)),
        ("the same: tasks over 50 ms, longest", "≤ 100 ms",
         f"{found.long_tasks}, {found.longest_ms:.0f} ms"),
        (f"heap over {found.hour} alerts that came and went", "flat", f"{heaps} MiB"),
    ]  # fmt: skip


def main() -> None:
    """Measure, print a table and write `build/desk.json`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shown", type=int, default=40)
    parser.add_argument("--open", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--hour", type=int, default=600)
    parser.add_argument("--json", type=Path, default=FOLDER)
    asked = parser.parse_args()
    found = run(
        shown=asked.shown, many=asked.open, rate=asked.rate, seconds=asked.seconds, hour=asked.hour
    )
    table = Table("the desk in a browser", "asked", "measured", box=None)
    for line in lines(found):
        table.add_row(*line)
    Terminal(width=110).print(table)
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    with whole(asked.json) as partial:
        partial.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")


if __name__ == "__main__":
    main()
