"""A camera's URL in, what FFmpeg opens and what a log may show out."""

from urllib.parse import quote, urlsplit, urlunsplit

from edge.config import Camera


def to_open(camera: Camera) -> str:
    """The URL with the camera's user and password; never print it."""
    if not camera.username or is_file(camera.url):
        return camera.url
    parts = urlsplit(camera.url)
    user = f"{quote(camera.username, safe='')}:{quote(camera.password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{user}@{_host(parts.netloc)}"))


def to_show(url: str) -> str:
    """The URL without user, password and query, fit for a log."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, _host(parts.netloc), parts.path, "", ""))


def is_file(url: str) -> bool:
    """Say whether it is a file that can be paced and played again."""
    return "://" not in url or url.startswith("file://")


def _host(netloc: str) -> str:
    return netloc.rpartition("@")[2]
