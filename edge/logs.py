"""How the edge's processes log: `key=value`, to standard error, one line per change of state."""

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def begin(level: str = "INFO") -> None:
    """Set logging up for this process; FFmpeg's own lines stay out, they may show passwords."""
    logging.basicConfig(level=level, format=FORMAT)
    logging.getLogger("libav").setLevel(logging.CRITICAL + 1)
