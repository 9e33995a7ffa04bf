"""How a program that runs for ever stands in, told to whoever would start it again."""

from collections.abc import Callable
from typing import Literal

Standing = Literal["ready", "alive", "stopping"]
"""Up and serving; still turning, said often; ending in order."""
Stand = Callable[[Standing], None]


def unheard(_: Standing) -> None:
    """Nobody asked."""
