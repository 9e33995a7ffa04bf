"""A command in, a child process out that ends when we do, however we do."""

import asyncio
import contextlib
import ctypes
import signal
from collections.abc import AsyncIterator, Callable, Mapping


@contextlib.asynccontextmanager
async def child_of_ours(
    command: list[str],
    *,
    stdin: int = asyncio.subprocess.DEVNULL,
    stdout: int = asyncio.subprocess.DEVNULL,
    stderr: int | None = None,
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that dies with us, however we die; what it says on stderr, we say."""
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=env,
        preexec_fn=_dies_with_us(),
        start_new_session=True,  # a Ctrl-C in the terminal is for us to pass on
    )
    try:
        yield child
    finally:
        await _stop(child)


async def _stop(child: asyncio.subprocess.Process) -> None:
    """Ask, wait a second, insist."""
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            await child.wait()
            return
    child.kill()
    await child.wait()


def _dies_with_us() -> Callable[[], None]:
    """What the child does first: ask the kernel for SIGTERM when its parent ends."""
    libc = ctypes.CDLL(None)
    set_death_signal = 1

    def ask() -> None:
        libc.prctl(set_death_signal, signal.SIGTERM)

    return ask
