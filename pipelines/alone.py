"""A picture that stands alone in, what to cover on it out."""

from pipelines.flow import Box, Frame
from pipelines.redaction import PLAIN_STYLE, Style, head_of, patches
from pipelines.searching import Search


def on_picture(search: Search, frame: Frame, style: Style = PLAIN_STYLE) -> tuple[Box, ...]:
    """What to cover, looked for at three scales. Raises what the networks raise."""
    first = search.persons(frame, (), range(3))
    near = [each.box for each in first.found]
    again = search.persons(frame, near, ()) if near else first
    people = [each.box for each in (*first.found, *again.found)]
    faces = search.faces(frame, [head_of(box) for box in people], (2.0, 1.0, 0.5))
    return patches([each.box for each in faces.found], people, style)
