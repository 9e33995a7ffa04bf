"""The hub: everyone hears everything, each at its own pace, and who falls behind loses nothing."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from center.hub import Block, Hub, Notice
from center.stream import lines


def notice(revision: int, alert: int = 0) -> Notice:
    """A change of one of some alerts."""
    return Notice("alert", b'{"id": %d}' % alert, revision)


class Kept:
    """A store's worth of changes: the newest of each alert."""

    def __init__(self) -> None:
        self.newest: dict[int, Notice] = {}
        self.asked = 0

    def put(self, alert: int) -> Notice:
        revision = max((each.revision for each in self.newest.values()), default=0) + 1
        self.newest[alert] = notice(revision, alert)
        return self.newest[alert]

    def changes(self, after: int) -> list[Notice]:
        self.asked += 1
        newer = [each for each in self.newest.values() if each.revision > after]
        return sorted(newer, key=lambda each: each.revision)[:50]


async def heard(
    stream: AsyncIterator[bytes], until: int, *, pause_every: int = 0
) -> dict[bytes, int]:
    """The newest revision of each alert that a console got; it never gets one twice."""
    newest, last, chunks = dict[bytes, int](), 0, 0
    async for text in stream:
        chunks += 1
        if pause_every and chunks % pause_every == 0:
            await asyncio.sleep(0.002)
        for event in text.split(b"\n\n"):
            if event.startswith(b"event: alert"):
                _, number, data = event.split(b"\n")
                revision = int(number.removeprefix(b"id: "))
                assert revision > last
                last = newest[data] = revision
        if last >= until:
            break
    return newest


@pytest.mark.parametrize("depth", [2, 256])
def test_consoles_of_any_pace_lose_nothing_in_bursts(depth: int) -> None:
    consoles, bursts, size, alerts = 40, 20, 100, 300

    async def run() -> tuple[Kept, list[dict[bytes, int]]]:
        hub, kept = Hub(depth=depth), Kept()
        every = bursts * size
        pauses = [number % 4 for number in range(consoles)]
        tasks = [
            asyncio.create_task(heard(lines(hub, kept.changes, after=0), every, pause_every=pause))
            for pause in pauses
        ]
        for burst in range(bursts):
            hub.send(*[kept.put((burst * size + number) % alerts) for number in range(size)])
            await asyncio.sleep(0.001)
        return kept, await asyncio.gather(*tasks)

    kept, got = asyncio.run(run())
    expected = {b"data: " + each.data: each.revision for each in kept.newest.values()}
    assert got == [expected] * consoles


def test_who_falls_behind_is_given_what_it_missed_from_the_store() -> None:
    async def run() -> tuple[list[bytes], int]:
        hub, kept = Hub(depth=2), Kept()
        stream = lines(hub, kept.changes, after=0)
        told = [await anext(stream)]
        kept.put(1)
        told.append(await anext(stream))
        asked = kept.asked
        for alert in range(2, 7):
            hub.send(kept.put(alert))
        told.append(await anext(stream))
        return told, kept.asked - asked

    (retry, first, missed), asked = asyncio.run(run())
    assert retry == b"retry: 1000\n\n"
    assert first == notice(1, 1).text
    assert missed == b"".join(notice(number, number).text for number in range(2, 7))
    assert asked > 0


def test_what_all_have_read_or_nobody_hears_is_kept_for_nobody() -> None:
    async def run() -> list[int]:
        hub, kept = Hub(), list[int]()
        for number in range(1, 4):
            hub.send(notice(number))
        kept.append(hub.end - hub.begin)
        with hub.listener() as quick, hub.listener() as slow:
            for number in range(4, 9):
                hub.send(notice(number))
                await quick.next(within_s=1)
            kept.append(hub.end - hub.begin)
            await slow.next(within_s=1)
            hub.send(notice(9))
            kept.append(hub.end - hub.begin)
        hub.send(notice(10))
        return [*kept, hub.end - hub.begin]

    assert asyncio.run(run()) == [0, 5, 5, 0]


def test_one_who_is_slow_is_behind_as_soon_as_too_many_bytes_wait_for_it() -> None:
    async def run() -> tuple[int, bool]:
        hub = Hub(most_bytes=1000)
        with hub.listener() as slow:
            for _ in range(5):
                hub.send(Notice("status", b"x" * 400))
            kept = hub.end - hub.begin
            slow.go_to_the_end()
            hub.send(Notice("status", b"x" * 4000))
            return kept, (await slow.next(within_s=1)) is not None

    assert asyncio.run(run()) == (2, True)


def test_a_block_is_written_once_and_gives_only_what_is_new() -> None:
    block = Block((notice(4), Notice("status", b"{}"), notice(7)))
    assert block.after(3) is block.text
    assert block.after(4) == Notice("status", b"{}").text + notice(7).text
    assert (block.reaches(3), block.reaches(9)) == (7, 9)


def test_closing_the_hub_ends_every_stream() -> None:
    async def run() -> list[bytes]:
        hub, told = Hub(), []
        async for line in lines(hub, lambda _: [], after=0):
            told.append(line)
            hub.close()
        return told

    assert asyncio.run(run()) == [b"retry: 1000\n\n"]


@pytest.mark.parametrize(("after", "told"), [(3, b"before"), (4, b"later")])
def test_whoever_comes_is_told_at_once_how_all_is_unless_they_know_of_more(
    after: int, told: bytes
) -> None:
    async def run() -> bytes:
        hub = Hub()
        hub.send(Notice("status", b"before", known=3))
        stream = lines(hub, lambda _: [], after=after)
        await anext(stream)
        coming = asyncio.ensure_future(anext(stream))
        await asyncio.wait({coming}, timeout=0.1)  # what is too old would come
        if after == 4:
            hub.send(Notice("status", b"later", known=4))
        return await coming

    assert told in asyncio.run(run())


def test_how_all_is_where_nothing_has_ever_happened_is_told_at_once_too() -> None:
    hub = Hub()
    hub.send(Notice("status", b"calm", known=0))
    hub.send(notice(1))
    told = hub.status(since=0)
    assert told is not None
    assert told.data == b"calm"
