"""A message and a URL of Apprise's in, whether it was delivered out. No URL is ever logged.

Apprise is imported when the first channel asks for it: that takes a second.
"""

import logging
import re
from typing import Any

from center.telling.text import Note

_LEAST = 4  # letters of a word of a URL that is hidden where Apprise says what went wrong
_KINDS = {1: "failure", 2: "warning"}
_log = logging.getLogger("apprise")


def is_sound(url: str) -> bool:
    """Say whether Apprise can make something of a URL."""
    return bool(_made(url))


def send(url: str, note: Note) -> str:
    """Deliver it; what went wrong, or nothing. Blocks, for seconds where nobody answers."""
    import apprise

    heard = _Heard()
    _log.addHandler(heard)
    try:
        delivered = _made(url).notify(
            title=note.title,
            body=note.text,
            notify_type=apprise.NotifyType(_KINDS.get(note.grade, "info")),
            body_format=apprise.NotifyFormat.TEXT,
        )
    finally:
        _log.removeHandler(heard)
    return "" if delivered else hidden(heard.last or "it was not taken", url)


def hidden(said: str, url: str) -> str:
    """What was said, without any word of the URL but its scheme."""
    scheme, _, rest = url.partition("://")
    for word in sorted(set(re.split(r"[^\w.-]+", rest)), key=len, reverse=True):
        if len(word) >= _LEAST and word != scheme:
            said = said.replace(word, "…")
    return said


def _made(url: str) -> Any:
    import apprise

    _log.propagate = False  # it says URLs
    asset = apprise.AppriseAsset(app_id="Tocsin", app_desc="Tocsin", app_url="")
    made = apprise.Apprise(asset=asset)
    made.add(url)
    return made


class _Heard(logging.Handler):
    """Remembers the last warning."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Take one in."""
        self.last = record.getMessage()
