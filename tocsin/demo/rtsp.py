"""A folder of MP4 files in, an RTSP server over it out, for this machine only.

python -m tocsin.demo.rtsp FOLDER PORT
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"


def url_of(name: str, port: int) -> str:
    """Where a clip is served, over and over."""
    return f"rtsp://{HOST}:{port}/{name}.mp4?play_count=0"


async def serve(folder: Path, port: int) -> None:
    """Serve until killed; say `rtsp=ready` on stdout as soon as clients may come.

    Each time that a client has a clip begin, say which and when: `film=lane at=1735689600.000`.
    """
    from aio_rtsp_toolkit import server as toolkit

    toolkit.logger = logging.getLogger("tocsin.rtsp")
    server = toolkit.RtspServer(str(folder), host=HOST, port=port)
    server.load_media_source = _announced(server.load_media_source)
    await server.start()
    _say("rtsp=ready")
    await server.serve_forever()


def _announced(load: Callable[[Path], Any]) -> Callable[[Path], Any]:
    """The server's own way to open a clip, which is told of."""

    def opened(path: Path) -> Any:
        source = load(path)
        _say(f"film={path.stem} at={time.time():.3f}")
        return source

    return opened


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> None:
    """Serve FOLDER on PORT."""
    logging.basicConfig(level=logging.WARNING)
    folder, port = arguments
    asyncio.run(serve(Path(folder), int(port)))


if __name__ == "__main__":
    main(sys.argv[1:])
