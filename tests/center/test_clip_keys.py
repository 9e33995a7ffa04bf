"""The keys that play and step a clip, on the desk and on the alert's own page."""

import io
from collections.abc import Iterator

import numpy as np
import pytest

from edge.evidence.filming import film as filmed
from pipelines.flow import Clip, ClipLife
from pipelines.redaction import redacted
from pipelines.wire import clip_event, encode, topic_of
from tests.builders import frame, ground
from tests.center.centre import NOON, Centre, event, eventually
from tests.center.tabs import NEEDED, Tab, tab

pytestmark = NEEDED
LIFE = "019ab2c4-0000-7000-8000-000000000001"
STEP_S = 0.2


@pytest.fixture(scope="module")
def desk(shared: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """An operator's browser; an alert has a clip of a hundred pictures in ten seconds."""
    sink = io.BytesIO()
    drawn = [frame(np.roll(ground(160, 96), number), at_s=number / 10) for number in range(100)]
    made = filmed((redacted(each, []) for each in drawn), sink)
    clip = Clip(
        site="demo", camera="cam-1", place="depot", clip="019ab2c4-1", seconds=made.seconds,
        lives=(ClipLife(rule="intrusion", episode=LIFE),), width=made.width, height=made.height,
        data=sink.getvalue(),
    )  # fmt: skip
    told = clip_event(clip, happened_s=NOON.timestamp(), new_id=lambda: f"{LIFE[:-1]}2")
    shared.deliver(event(life=(LIFE, "begin")))
    with shared.box() as box:
        box.say(topic_of(told), encode(told))
        eventually(lambda: shared.stats()["received"] >= 2)
    with tab(shared, "keys", tmp_path_factory) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "video"), [("/desk?alert=", ".pane .clip video"), ("/alerts/", ".film video")]
)
def test_space_plays_and_stops_and_comma_and_full_stop_step(
    desk: Tab, path: str, video: str
) -> None:
    page, alert = desk.page, desk.centre.http.get("/api/alerts").json()["alerts"][0]["id"]
    desk.open(f"{path}{alert}")
    film = f"document.querySelector({video!r})"
    page.wait(f"{film}?.checkVisibility() && {film}.readyState >= 1")
    page.press("Space", " ")
    page.wait(f"{film}.currentTime > {STEP_S}")
    page.press("Space", " ")
    page.wait(f"{film}.paused")
    page.value(f"{film}.currentTime = 2")
    page.press("Period", ".")
    page.wait(stands(film, 2 + STEP_S))
    page.press("Comma", ",")
    page.press("Comma", ",")
    page.wait(stands(film, 2 - STEP_S))
    page.value(f"{film}.currentTime = {STEP_S / 2}")
    page.press("Comma", ",")
    page.wait(stands(film, 0))
    page.press("Space", " ")
    page.wait(f"{film}.currentTime > 0")
    page.press("Period", ".")
    page.wait(f"{film}.paused")


def stands(film: str, at_s: float) -> str:
    """Whether it is stopped there; the browser rounds to microseconds."""
    return f"{film}.paused && Math.abs({film}.currentTime - {at_s}) < 0.001"
