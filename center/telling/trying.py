"""A centre's configuration and a channel's name in, a try-out sent out, or what went wrong."""

import asyncio
from pathlib import Path

import msgspec
import nats.errors

from center.config import OWN_USER, CenterConfig, Channel
from center.line import line_of
from center.link import dialled, let_go
from center.telling.sending import Sending
from center.telling.text import of_test
from pipelines.errors import ConfigError, LinkError


def channel_of(config: CenterConfig, name: str) -> Channel:
    """A channel by its name. Raises ConfigError."""
    for channel in config.channels:
        if channel.name == name:
            return channel
    known = ", ".join(channel.name for channel in config.channels) or "none"
    raise ConfigError(f"no channel is named {name!r} - at $.channels; there are: {known}")


def try_out(config: CenterConfig, name: str) -> None:
    """Send a try-out and wait for its delivery. Raises ConfigError, LinkError."""
    channel = channel_of(config, name)
    trouble = asyncio.run(_sent(config, channel))
    if trouble:
        raise LinkError(f"{name} did not take it: {trouble}")


async def _sent(config: CenterConfig, channel: Channel) -> str:
    note, sending = of_test(lang=channel.lang, base=config.base), Sending()
    if channel.mqtt is None:
        return await sending(channel, note)
    try:
        client = await dialled(line_of(config), user=OWN_USER, password=_password(config))
        sending.client = client
        try:
            trouble = await sending(channel, note)
        finally:
            await let_go(client)
    except (OSError, nats.errors.Error) as error:
        return f"the broker does not answer; start the centre first ({type(error).__name__})"
    return trouble


def _password(config: CenterConfig) -> str:
    """The centre's own, as its broker's file has it while it runs."""
    try:
        conf = msgspec.json.decode((Path(config.state) / "broker.conf").read_bytes())
    except OSError as error:
        raise LinkError(f"the centre has not been started yet: {error}") from error
    return str(conf["accounts"]["APP"]["users"][0]["password"])
