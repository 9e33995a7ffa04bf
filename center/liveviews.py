"""Parts of live views from the boxes in, each to the view that it is of; views by camera out."""

from datetime import UTC, datetime, timedelta

import uuid_utils
from nats.aio.client import Client
from nats.aio.msg import Msg

from center.commanding import BY, PATIENCE_S, Commanding
from center.liveview import LiveError, LiveView
from center.seeing import CameraView
from pipelines.clock import Clock
from pipelines.commands import Answer, Live
from pipelines.liveview import Rate, unpacked

SUBJECT = "live.*.*"
SIGHT_S = 10.0  # without a still, after which asking for one is another look


class LiveViews:
    """All views of a centre, in memory only. Use it from the event loop only."""

    def __init__(self, commanding: Commanding, clock: Clock) -> None:
        self.commanding, self.clock = commanding, clock
        self.views: dict[tuple[str, str], LiveView] = {}
        self.sights: dict[tuple[str, ...], float] = {}

    async def listen(self, client: Client) -> None:
        """Subscribe; the client subscribes again by itself after a break."""
        await client.subscribe(SUBJECT, cb=self._hear)

    async def _hear(self, message: Msg) -> None:
        """The broker vouches for the box in the subject; what nobody asked for is let go of."""
        _, box, camera = message.subject.split(".")
        view, part = self.views.get((box, camera)), unpacked(bytes(message.data))
        if view is not None and view.task is not None and part is not None:
            view.take(part)

    def of(self, camera: CameraView) -> LiveView:
        """A camera's view. Raises LiveError where it cannot be had, as far as is known."""
        if camera.box is None:
            raise LiveError("silent", "no box has told of this camera")
        if camera.told is not None and camera.told.disarmed_why:
            said = f"camera {camera.camera!r} cannot be shown: {camera.told.disarmed_why}"
            raise LiveError("purpose", said)
        key = (camera.box, camera.camera)
        if key not in self.views:
            self.views[key] = LiveView("/".join(key), self._ask_of(*key), self.clock)
        return self.views[key]

    def sees(self, *sight: str) -> bool:
        """Whether somebody saw a still of a camera just now, and the audit has it."""
        return self.clock.ticks_s() - self.sights.get(sight, float("-inf")) < SIGHT_S

    def saw(self, *sight: str) -> None:
        """Somebody was shown a still of a camera."""
        now_s = self.clock.ticks_s()
        self.sights = {each: at for each, at in self.sights.items() if now_s - at < SIGHT_S}
        self.sights[sight] = now_s

    def close(self) -> None:
        """End all views; the boxes stop by themselves."""
        for view in self.views.values():
            view.end()

    def _ask_of(self, box: str, camera: str) -> "_Ask":
        return _Ask(self.commanding, self.clock, box, camera)


class _Ask:
    """Commands one box to show one camera."""

    def __init__(self, commanding: Commanding, clock: Clock, box: str, camera: str) -> None:
        self.commanding, self.clock, self.box, self.camera = commanding, clock, box, camera

    async def __call__(self, rate: Rate, lease_s: float, by: str) -> Answer | None:
        """The box's answer, or nothing when it does not in time."""
        expires = datetime.fromtimestamp(self.clock.now_s(), UTC) + timedelta(seconds=PATIENCE_S)
        command = Live(
            id=str(uuid_utils.uuid7()), expires=expires, by=f"{BY}/{by}"[:64],
            camera=self.camera, lease_s=lease_s, rate=rate,
        )  # fmt: skip
        return await self.commanding.send(self.box, command)
