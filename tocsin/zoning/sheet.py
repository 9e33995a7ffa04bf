"""A box's YAML and a camera's new shapes in, the same YAML with these shapes out.

Only what changed is written anew, at its place in the text: comments, order and every other
character stay. The result is read again and compared with what was meant, so that an unusual
spelling is refused rather than harmed.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import yaml

from pipelines.errors import ConfigError
from tocsin.zoning.shapes import (
    KINDS,
    POINTS,
    Kind,
    Shape,
    flow,
    points_text,
    rounded,
    scalar,
)

_BEFORE = ("lines", "masks", "privacy_masks", "rules", "blind")
"""Keys of a camera before which its shapes are put."""

_NAMING: dict[Kind, str] = {"zones": "zone", "lines": "line"}
"""The key by which a rule names a shape."""


class Edit(NamedTuple):
    """Characters `start` to `end` of a text become `new`."""

    start: int
    end: int
    new: str


def edited(text: str, camera: str, shapes: Sequence[Shape]) -> str:
    """Give a camera these shapes; rules follow a shape that was renamed.

    Raises ConfigError when the text is written in a way that cannot be edited here.
    """
    found = _cameras(yaml.compose(text, Loader=yaml.SafeLoader)).get(camera)
    if found is None:
        raise ConfigError(f"no camera is named {camera!r}")
    page = _Page(text, found)
    edits = [edit for kind in KINDS for edit in page.of_kind(kind, shapes)]
    edits += page.renamed(shapes)
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    if _read(text) != _meant(page.text, camera, shapes):
        raise ConfigError(
            f"camera {camera!r} is written in a way that cannot be edited here, "
            "perhaps by reference (& and *); edit the file by hand"
        )
    return text


class _Page:
    """The text, and where in it one camera stands."""

    def __init__(self, text: str, camera: yaml.MappingNode) -> None:
        self.text, self.camera = text, camera
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def of_kind(self, kind: Kind, shapes: Sequence[Shape]) -> Iterator[Edit]:
        """What must change so that the camera has these shapes of a kind and no others."""
        mine = [shape for shape in shapes if shape.kind == kind]
        kept: dict[str | None, Shape] = {shape.was: shape for shape in mine if shape.was}
        fresh = [shape for shape in mine if not shape.was]
        listed = _value(self.camera, kind)
        if not isinstance(listed, yaml.SequenceNode):
            if fresh:
                yield self._new_key(kind, fresh, listed)
            return
        stays = [_id(item) in kept for item in listed.value]
        if not any(stays):
            if listed.value or fresh:
                yield self._replaced(listed, f"[{', '.join(map(flow, fresh))}]")
            return
        yield from self._removed(listed, stays)
        for item, is_kept in zip(listed.value, stays, strict=True):
            if is_kept:
                yield from self._changed(item, kept[_id(item)])
        if fresh:
            yield self._added(listed, fresh)

    def renamed(self, shapes: Sequence[Shape]) -> Iterator[Edit]:
        """Rules name a shape by its new id."""
        names: dict[tuple[str, str | None], str] = {
            (_NAMING[shape.kind], shape.was): shape.id
            for shape in shapes
            if shape.kind in _NAMING and shape.was and shape.was != shape.id
        }
        rules = _value(self.camera, "rules")
        for rule in rules.value if isinstance(rules, yaml.SequenceNode) else ():
            for key, value in rule.value if isinstance(rule, yaml.MappingNode) else ():
                new = names.get((key.value, _text(value)))
                if new is not None:
                    yield _over(value, scalar(new))

    def _changed(self, item: yaml.MappingNode, shape: Shape) -> Iterator[Edit]:
        """A shape that moved or has another name."""
        name, points = _value(item, "id"), _value(item, POINTS[shape.kind])
        if name is not None and shape.id != shape.was:
            yield _over(name, scalar(shape.id))
        if points is not None and _points(_plain(points)) != _points(shape.points):
            yield self._replaced(points, points_text(shape))

    def _removed(self, listed: yaml.SequenceNode, stays: Sequence[bool]) -> Iterator[Edit]:
        """Shapes that are gone, while others of the list stay."""
        items, last = listed.value, max(n for n, is_kept in enumerate(stays) if is_kept)
        for number, item in enumerate(items[: last + 1] if listed.flow_style else items):
            if stays[number]:
                continue
            if listed.flow_style:
                yield Edit(item.start_mark.index, items[number + 1].start_mark.index, "")
            else:
                dash = self.text.rfind("-", 0, item.start_mark.index)
                yield Edit(self._line_start(dash), self._next_line(_end(item)), "")
        if listed.flow_style and last + 1 < len(items):
            yield Edit(_end(items[last]), _end(items[-1]), "")

    def _added(self, listed: yaml.SequenceNode, fresh: Sequence[Shape]) -> Edit:
        """New shapes behind those that there are, spelled as they are."""
        if listed.flow_style:
            end = listed.end_mark.index - 1
            return Edit(end, end, "".join(f", {flow(shape)}" for shape in fresh))
        column = listed.start_mark.column
        inner = not listed.value[-1].flow_style
        lines = [line for shape in fresh for line in _item(shape, is_block=inner)]
        return self._inserted(_end(listed.value[-1]), column, lines)

    def _new_key(self, kind: Kind, fresh: Sequence[Shape], empty: yaml.Node | None) -> Edit:
        """A list of shapes where the camera has none, or a key without a value."""
        listed = f"[{', '.join(map(flow, fresh))}]"
        if empty is not None:
            return Edit(empty.start_mark.index, empty.end_mark.index, f" {listed}")
        if self.camera.flow_style:
            end = self.camera.end_mark.index - 1
            return Edit(end, end, f", {kind}: {listed}")
        pairs = self.camera.value
        later = [n for n, (key, _) in enumerate(pairs) if n and key.value in _BEFORE]
        before = pairs[later[0] - 1][1] if later else pairs[-1][1]
        lines = [f"{kind}:", *(f"  - {flow(shape)}" for shape in fresh)]
        return self._inserted(_end(before), self.camera.start_mark.column, lines)

    def _replaced(self, node: yaml.CollectionNode, new: str) -> Edit:
        """Another value; on the lines of a block it must be indented below its key."""
        return Edit(node.start_mark.index, _end(node), new if node.flow_style else f"  {new}")

    def _inserted(self, after: int, column: int, lines: Sequence[str]) -> Edit:
        """Lines behind the line on which a character stands."""
        at = self._next_line(after)
        opening = "" if at == 0 or self.text[at - 1] == "\n" else self.newline
        text = "".join(f"{' ' * column}{line}{self.newline}" for line in lines)
        return Edit(at, at, opening + text)

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _next_line(self, index: int) -> int:
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end + 1


def _item(shape: Shape, *, is_block: bool) -> list[str]:
    if not is_block:
        return [f"- {flow(shape)}"]
    return [f"- id: {scalar(shape.id)}", f"  {POINTS[shape.kind]}: {points_text(shape)}"]


def _over(node: yaml.Node, new: str) -> Edit:
    return Edit(node.start_mark.index, node.end_mark.index, new)


def _end(node: yaml.Node) -> int:
    """Where a node's last character is; a block's own mark is only at what follows it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return node.end_mark.index


def _value(node: yaml.MappingNode, key: str) -> Any:
    """The node of a key's value."""
    return next((value for name, value in node.value if name.value == key), None)


def _text(node: Any) -> str | None:
    """What a scalar says; None for all else."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def _id(item: Any) -> str | None:
    return _text(_value(item, "id")) if isinstance(item, yaml.MappingNode) else None


def _cameras(root: Any) -> dict[str | None, Any]:
    listed = _value(root, "cameras") if isinstance(root, yaml.MappingNode) else None
    items = listed.value if isinstance(listed, yaml.SequenceNode) else []
    return {_id(item): item for item in items}


def _plain(node: yaml.Node) -> Any:
    """A node's value as Python has it."""
    return yaml.safe_load(yaml.serialize(node))


def _points(said: Any) -> list[tuple[float, float]]:
    return [rounded((float(x), float(y))) for x, y in said]


def _read(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _meant(text: str, camera: str, shapes: Sequence[Shape]) -> Any:
    """What the file shall say, as data."""
    data = yaml.safe_load(text)
    for found in data["cameras"]:
        if found["id"] == camera:
            for kind in KINDS:
                _give(found, kind, [shape for shape in shapes if shape.kind == kind])
    return data


def _give(camera: dict[str, Any], kind: Kind, mine: Sequence[Shape]) -> None:
    """Put shapes of a kind into a camera's data."""
    old = camera.get(kind) or []
    kept = {shape.was: shape for shape in mine if shape.was}
    items = [{**item, "id": kept[item["id"]].id, **_moved(item, kept[item["id"]])}
             for item in old if item["id"] in kept]  # fmt: skip
    items += [
        {"id": shape.id, POINTS[kind]: [list(rounded(point)) for point in shape.points]}
        for shape in mine
        if not shape.was
    ]
    if items or old:
        camera[kind] = items
    for rule in camera.get("rules") or []:
        named = kept.get(rule.get(_NAMING.get(kind, "")))
        if named is not None:
            rule[_NAMING[kind]] = named.id


def _moved(item: dict[str, Any], shape: Shape) -> dict[str, Any]:
    key = POINTS[shape.kind]
    if _points(item[key]) == _points(shape.points):
        return {}
    return {key: [list(rounded(point)) for point in shape.points]}
