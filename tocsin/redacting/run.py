"""An order in, a redacted file out, with a bar that says how far it has come."""

import signal
import sys

from rich.console import Console

from models.looking import searching
from tocsin.redacting.bar import bar
from tocsin.redacting.filming import film
from tocsin.redacting.order import Order
from tocsin.redacting.picturing import picture
from tocsin.redacting.reading import kind_of


def run(order: Order) -> None:
    """Redact a recording or a picture.

    Raises ConfigError, ModelError, StreamError or RedactionError; then there is no target.
    """
    console = Console(width=None if sys.stdout.isatty() else 132, stderr=True)
    if order.style.cover == "pixelate":
        console.print("pixelate is weaker than fill: cells can be compared with known faces")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with searching() as search:
        if order.is_picture:
            picture(order, search)
            return
        seconds = kind_of(order.source).seconds
        with bar(order.source.name, seconds, console) as progressed:
            film(order, search, progressed)
