"""A camera's address in, what is wrong with it and the fix out, before anybody dials it."""

import difflib
from urllib.parse import urlsplit

SCHEMES = (
    "async", "cache", "concat", "concatf", "crypto", "data", "fd", "ffrtmpcrypt", "ffrtmphttp",
    "file", "ftp", "gopher", "gophers", "hls", "http", "httpproxy", "https", "icecast", "ipfs",
    "ipns", "mmsh", "mmst", "pipe", "rist", "rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte", "rtmpts",
    "rtp", "rtsp", "rtsps", "sctp", "sftp", "smb", "srt", "srtp", "subfile", "tcp", "tls", "udp",
    "udplite", "unix", "zmq",
)  # fmt: skip
"""FFmpeg's protocols. A build may have more: what is near none of these may be one."""


def fault_of(url: str) -> tuple[str, str] | None:
    """What is wrong with a URL, or with the path of a file, and the fix; nothing where it is sound.

    A file that is not there yet is none: it may lie on a disk that comes later.
    """
    fix = "write rtsp://HOST:PORT/PATH"
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- it is read only now
    except ValueError:
        return "has an address that nobody can read", fix
    if "://" not in url:
        return None
    if parts.scheme not in SCHEMES and difflib.get_close_matches(parts.scheme, SCHEMES):
        return f"has an address of no known kind, {parts.scheme}://", fix
    if parts.scheme.startswith(("rtsp", "http")) and not parts.hostname:
        return "has an address without a host", fix
    return None
