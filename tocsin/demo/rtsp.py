"""A folder of MP4 files in, an RTSP server over it out, for this machine only.

python -m tocsin.demo.rtsp FOLDER PORT
"""

import asyncio
import logging
import socket
import sys
from pathlib import Path

HOST = "127.0.0.1"


def url_of(name: str, port: int) -> str:
    """Where a clip is served, over and over."""
    return f"rtsp://{HOST}:{port}/{name}.mp4?play_count=0"


def free_port() -> int:
    """A TCP port of this machine that nobody listens on now."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


async def serve(folder: Path, port: int) -> None:
    """Serve until killed; say `rtsp=ready` on stdout as soon as clients may come."""
    from aio_rtsp_toolkit import server as toolkit

    toolkit.logger = logging.getLogger("tocsin.rtsp")
    server = toolkit.RtspServer(str(folder), host=HOST, port=port)
    await server.start()
    sys.stdout.write("rtsp=ready\n")
    sys.stdout.flush()
    await server.serve_forever()


def main(arguments: list[str]) -> None:
    """Serve FOLDER on PORT."""
    logging.basicConfig(level=logging.WARNING)
    folder, port = arguments
    asyncio.run(serve(Path(folder), int(port)))


if __name__ == "__main__":
    main(sys.argv[1:])
