"""Series in, one SVG out: a panel for each quantity, a line for each part."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from tests.soak.judging import QUARTERS, Point, Series

WIDTH, HEIGHT = 960, 230  # of a panel
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 34, 26
_MOST = 480  # points of a line; of more, the middle of each handful is drawn
_COLOURS = ("#0b6e99", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#be123c", "#475569", "#0f766e")
_STEPS = 4


def drawn(panels: Sequence[tuple[str, Sequence[Series]]], *, warm_s: float, until_s: float) -> str:
    """Draw panels, each with its title, below each other; what is judged is marked."""
    high = HEIGHT * len(panels)
    box = f'viewBox="0 0 {WIDTH} {high}" font-family="system-ui, sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} fill="#1f2937">',
        f'<rect width="{WIDTH}" height="{high}" fill="#ffffff"/>',
    ]
    for number, (title, series) in enumerate(panels):
        parts.append(f'<g transform="translate(0 {number * HEIGHT})">')
        parts += _panel(title, series, warm_s, until_s)
        parts.append("</g>")
    return "\n".join([*parts, "</svg>", ""])


def _panel(title: str, series: Sequence[Series], warm_s: float, until_s: float) -> Iterator[str]:
    most = max((value for each in series for _, value in each.points), default=0.0) * 1.08 or 1.0
    yield _text(_LEFT, 20, title, weight="600")
    yield from _shades(warm_s, until_s)
    for step in range(_STEPS + 1):
        y = _y(most * step / _STEPS, most)
        yield f'<path d="M{_LEFT} {y:.1f}H{WIDTH - _RIGHT}" stroke="#e5e7eb"/>'
        yield _text(_LEFT - 6, y + 4, f"{most * step / _STEPS:.4g}", anchor="end")
    for step in range(QUARTERS + 1):
        minutes = until_s * step / QUARTERS / 60
        x = _x(until_s * step / QUARTERS, until_s)
        yield _text(x, HEIGHT - 8, f"{minutes:.3g} min", anchor="middle")
    for (each, y), colour in zip(_apart(series, most), _colours(len(series)), strict=True):
        line = " ".join(
            f"{_x(at_s, until_s):.1f},{_y(value, most):.1f}" for at_s, value in thinned(each.points)
        )
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        yield _text(WIDTH - _RIGHT + 8, y, each.part, fill=colour)


def thinned(points: Sequence[Point]) -> list[Point]:
    """So few points that a line of them can be drawn."""
    step = max(1, -(-len(points) // _MOST))
    handfuls = (points[at : at + step] for at in range(0, len(points), step))
    return [sorted(handful, key=lambda each: each.value)[len(handful) // 2] for handful in handfuls]


def _shades(warm_s: float, until_s: float) -> Iterator[str]:
    """Grey over the warm-up, blue over the two quarters that are held together."""
    quarter_s = (until_s - warm_s) / QUARTERS
    spans = ((0.0, warm_s, "#f3f4f6"), (warm_s, warm_s + quarter_s, "#e0f2fe"),
             (until_s - quarter_s, until_s, "#e0f2fe"))  # fmt: skip
    for begin_s, end_s, colour in spans:
        x, width = _x(begin_s, until_s), _x(end_s, until_s) - _x(begin_s, until_s)
        high = HEIGHT - _TOP - _BOTTOM
        yield f'<rect x="{x:.1f}" y="{_TOP}" width="{width:.1f}" height="{high}" fill="{colour}"/>'


def _apart(series: Sequence[Series], most: float) -> list[tuple[Series, float]]:
    """Each with the height of its name, at the end of its line and clear of the others'."""
    placed, floor = [], HEIGHT - _BOTTOM + 4.0
    for each in sorted(series, key=_last):
        floor = min(_y(_last(each), most) + 4.0, floor)
        placed.append((each, floor))
        floor -= 13.0
    lift = max(0.0, _TOP - placed[-1][1]) if placed else 0.0
    return [(each, y + lift) for each, y in placed]


def _last(series: Series) -> float:
    return series.points[-1].value if series.points else 0.0


def _colours(count: int) -> list[str]:
    return [_COLOURS[number % len(_COLOURS)] for number in range(count)]


def _x(at_s: float, until_s: float) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * min(at_s / until_s, 1.0)


def _y(value: float, most: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / most


def _text(
    x: float, y: float, said: str, *, anchor: str = "start", fill: str = "", weight: str = ""
) -> str:
    more = f' fill="{fill}"' if fill else ""
    more += f' font-weight="{weight}"' if weight else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(said)}</text>'
