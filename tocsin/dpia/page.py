"""A site in, the report as one HTML file out: styles within, no script, nothing from elsewhere.

Everything that comes from a configuration is escaped by the template engine; the page's own policy
forbids it to load anything.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from edge.purpose import KEYS
from tocsin.dpia import told
from tocsin.dpia.outlines import HEIGHT, WIDTH, outlines
from tocsin.dpia.safeguards import Verdict
from tocsin.dpia.site import Site
from tocsin.dpia.words import Lang, Words

TEMPLATES = Path(__file__).parent / "templates"


def page(site: Site, found: Sequence[Verdict], *, lang: Lang, made: datetime) -> str:
    """The whole report; `found` of its safeguards and when it was `made` stand in it."""
    w = Words(lang)
    engine = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return engine.get_template("report.html").render(
        w=w, site=site, box=site.box, made=f"{made:%Y-%m-%d %H:%M %Z}",
        counts=Counter(verdict.state for verdict in found), verdicts=found,
        places=told.places(site.box.cameras), outlines=outlines, size=(WIDTH, HEIGHT),
        rules=sum(len(camera.rules) for camera in site.box.cameras), keys=KEYS, told=told,
    )  # fmt: skip
