"""The hub: everyone hears everything, and who does not keep up is cut off."""

import asyncio

from center.hub import Hub, Notice
from center.stream import lines


def test_a_listener_that_does_not_keep_up_is_cut_off_and_others_are_not() -> None:
    hub = Hub(depth=2)
    with hub.listener() as slow, hub.listener() as quick:
        for number in range(3):
            hub.send(Notice("alert", b"{}", number))
            quick.get_nowait()
        assert [slow.get_nowait() for _ in range(3)][-1] is None
        hub.send(Notice("alert", b"{}", 9))
        assert slow.empty()
        assert quick.qsize() == 1


def test_closing_the_hub_ends_every_stream() -> None:
    async def heard() -> list[bytes]:
        hub, told = Hub(), []
        async for line in lines(hub, lambda _: [], after=0):
            told.append(line)
            hub.close()
        return told

    assert asyncio.run(heard()) == [b"retry: 1000\n\n"]
