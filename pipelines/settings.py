"""YAML text in, a checked struct out; what is wrong is said with file, line, key and fix.

The text is read once and checked whole. `${NAME}` in any string is taken from the environment
that the caller passes; a key that ends in `_file` names a file with a secret, which the caller's
`read` fetches and which lands under the key without the ending (`password_file` → `password`).
A secret that stands in the text itself is refused.
"""

import contextlib
import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar

import msgspec
import yaml

from pipelines.errors import ConfigError
from pipelines.fitting import fits, fitting
from pipelines.notation import composed, valued
from pipelines.plain import VARIABLE, fix_of, instead_of
from pipelines.unfolding import EndlessError, measure

Id = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$(?!\n)", title="id",
        extra=fits("small letters, digits, - and _ only, such as yard-east"),
    ),
]  # fmt: skip
"""A name that fits a topic: small letters, digits, `-` and `_`."""

Settings = TypeVar("Settings", bound=msgspec.Struct)

_FILE = "_file"
_ALIKE = 0.7
"""How near a key must be to be offered; a file of another kind has keys that are a little alike."""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_PLACE = re.compile(r" at (\$[^\s;,]*)")
_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]|\[\.\.\.\]")


def parse(
    kind: type[Settings],
    text: str,
    *,
    name: str,
    env: Mapping[str, str],
    read: Callable[[str], str],
) -> Settings:
    """Read `text`, the content of the file `name`, as a `kind`.

    env   where `${NAME}` is looked up
    read  returns the content of a secret's file; raises OSError, or ValueError when it is no text

    Raises ConfigError, whose text names the file, the line, the key and the fix.
    """
    return _Reader(name, text, env, read).read_as(kind)


def line_of(text: str, path: str) -> int:
    """The line, from 1, of the deepest key on `path`, such as `$.places[2].id`, that a text has."""
    return _line(composed(text), path)


@contextlib.contextmanager
def lined(text: str, name: str) -> Iterator[None]:
    """Give the errors of a check that knows the keys of a file, but not its text, their lines.

    Raises ConfigError.
    """
    try:
        yield
    except ConfigError as error:
        place, begin = _PLACE.search(str(error)), f"{name}: "
        if place is None or not str(error).startswith(begin):
            raise
        said = str(error).removeprefix(begin)
        raise ConfigError(f"{name}:{line_of(text, place[1])}: {said}") from error


class _Reader:
    """One file on its way from text to struct; it keeps the lines for messages."""

    def __init__(
        self, name: str, text: str, env: Mapping[str, str], read: Callable[[str], str]
    ) -> None:
        self.name, self.env, self.read = name, env, read
        try:
            self.root = composed(text)
            measure(self.root)
            self.data = valued(text)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            tab = "; indent with spaces" if "'\\t'" in str(error.problem) else ""
            raise ConfigError(f"{name}:{line}: not YAML: {error.problem}{tab}") from error
        except EndlessError as error:
            raise ConfigError(f"{name}: {error}") from error
        except yaml.YAMLError as error:
            raise ConfigError(f"{name}: not YAML: {error}") from error
        except RecursionError as error:
            raise ConfigError(f"{name}: nested too deeply for a file of settings") from error
        self._check_keys(self.root)

    def read_as(self, kind: type[Settings]) -> Settings:
        if not isinstance(self.data, dict):
            raise ConfigError(f"{self.name}: the file must hold keys and values, it holds none")
        filled = self._filled(self.data, "$")
        try:
            return msgspec.convert(filled, kind, strict=True)
        except msgspec.ValidationError as error:
            raise ConfigError(self._explained(kind, str(error))) from error

    def _check_keys(self, node: Any) -> None:
        """YAML lets the last of two equal keys win; what somebody wrote must not vanish."""
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                name = str(key.value).removesuffix(_FILE)
                if name in seen:
                    at = f"{self.name}:{key.start_mark.line + 1}"
                    raise ConfigError(f"{at}: the key {name!r} stands twice; keep one of them")
                seen.add(name)
                self._check_keys(value)
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._check_keys(item)

    def _filled(self, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            pairs = (self._pair(key, item, path) for key, item in value.items())
            return dict(pairs)
        if isinstance(value, list):
            return [self._filled(item, f"{path}[{index}]") for index, item in enumerate(value)]
        if isinstance(value, str):
            if fix := fix_of(path, value):
                said = f"a secret stands here in plain - at {path}; {fix}"
                raise ConfigError(f"{self._at(path)}: {said}")
            whole = VARIABLE.sub(lambda match: self._variable(match[1], path), value)
            self._check_text(whole, path)
            return whole
        return value

    def _check_text(self, text: str, path: str) -> None:
        """No path may hold NUL, and half a surrogate pair can neither be sent nor written."""
        if _NO_TEXT.search(text):
            said = "NUL, or half a surrogate pair, is no text"
            raise ConfigError(f"{self._at(path)}: {said} - at {path}; leave it out")

    def _pair(self, key: Any, value: Any, path: str) -> tuple[Any, Any]:
        here = f"{path}.{key}"
        if isinstance(key, str):
            self._check_text(key, path)
        filled = self._filled(value, here)
        if not (isinstance(key, str) and key.endswith(_FILE) and isinstance(filled, str)):
            return key, filled
        try:
            return key.removesuffix(_FILE), self.read(filled).strip()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "cannot be read as text"
            raise ConfigError(f"{self._at(here)}: {filled}: {why} - at {here}") from error

    def _variable(self, variable: str, path: str) -> str:
        try:
            return self.env[variable]
        except KeyError as error:
            fix = f"set it, or {instead_of(path, variable)}"
            raise ConfigError(
                f"{self._at(path)}: the environment has no {variable} - at {path}; {fix}"
            ) from error

    def _explained(self, kind: type[msgspec.Struct], message: str) -> str:
        said, _, place = message.partition(" - at `")
        path = place.removesuffix("`") or "$"
        unknown = re.search(r"unknown field `(.+)`", said)
        if unknown is None:
            hint = self._kinds(kind, said, path) or _choices(kind, said, path)
            said, fix = fitting(said, _types_at(kind, path))
            return f"{self._at(path)}: {said} - at {path}{hint or fix}"
        key = unknown[1]
        known = sorted(_keys(self._meant(kind, path)))
        near = difflib.get_close_matches(key, known, n=1, cutoff=_ALIKE)
        fix = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return f"{self._at(f'{path}.{key}')}: unknown key {key!r} - at {path}; {fix}"

    def _kinds(self, kind: type[msgspec.Struct], said: str, path: str) -> str:
        """What a key may say that tells kinds apart, when it is missing or says none of them."""
        missing = re.fullmatch(r"Object missing required field `(.+)`", said)
        above, _, last = path.rpartition(".")
        at, key = (path, missing[1]) if missing else (above, last)
        tagged = [each for each in _structs_at(kind, at) if each.tag_field == key]
        if not tagged:
            return ""
        return f"; known: {', '.join(str(each.tag) for each in tagged)}"

    def _meant(self, kind: type[msgspec.Struct], path: str) -> list[Any]:
        """The structs that may stand at `path`; of those told apart by a key, the one it names."""
        value: Any = self.data
        for key, index in _steps(path):
            value = value[key] if key else value[int(index)] if index else {}
        found = _structs_at(kind, path)
        named = [each for each in found if each.tag_field and value.get(each.tag_field) == each.tag]
        return named or found

    def _at(self, path: str) -> str:
        """`file:line` of the deepest node on `path` that the file has."""
        return f"{self.name}:{_line(self.root, path)}"


def _line(root: Any, path: str) -> int:
    node, line = root, 1
    for key, index in _steps(path):
        child = _child(node, key, index)
        if child is None:
            break
        line, node = child
    return line


def _steps(path: str) -> list[tuple[str, str]]:
    return [(match[1] or "", match[2] or "") for match in _STEP.finditer(path)]


def _child(node: Any, key: str, index: str) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode) and key:
        for name, value in node.value:
            if name.value in (key, key + _FILE):
                return name.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
        item = node.value[int(index)]
        return item.start_mark.line + 1, item
    return None


def _structs_at(kind: type[msgspec.Struct], path: str) -> list[Any]:
    """Structs that may stand at `path`."""
    return [leaf for info in _types_at(kind, path) for leaf in _structs(info)]


def _types_at(kind: type[msgspec.Struct], path: str) -> list[Any]:
    """Types that may stand at `path`, by walking along it."""
    kinds: list[Any] = [msgspec.inspect.type_info(kind)]
    for key, _ in _steps(path):
        kinds = [step for info in kinds for step in _inside(info, key)]
    return kinds


def _choices(kind: type[msgspec.Struct], said: str, path: str) -> str:
    """What may stand where a word is none of those that may: the nearest, or all."""
    wrong = re.fullmatch(r"Invalid enum value '(.+)'", said)
    known = sorted({str(value) for value in _values_at(kind, path)})
    if wrong is None or not known:
        return ""
    near = difflib.get_close_matches(wrong[1], known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"


def _values_at(kind: type[msgspec.Struct], path: str) -> Iterator[Any]:
    """Words that may stand at `path`."""
    for info in _types_at(kind, path):
        parts = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
        for part in parts:
            if isinstance(part, msgspec.inspect.LiteralType):
                yield from part.values


def _keys(structs: list[Any]) -> set[str]:
    """Keys that a file may hold where one of these stands."""
    return {field.encode_name for struct in structs for field in struct.fields} | {
        struct.tag_field for struct in structs if struct.tag_field
    }


def _structs(info: Any) -> list[Any]:
    if isinstance(info, msgspec.inspect.StructType):
        return [info]
    if isinstance(info, msgspec.inspect.UnionType):
        return [leaf for part in info.types for leaf in _structs(part)]
    return []


def _inside(info: Any, key: str) -> list[Any]:
    """Types found one step into `info`: a struct's field by name, a sequence's items."""
    if isinstance(info, msgspec.inspect.UnionType | msgspec.inspect.Metadata):
        parts = info.types if isinstance(info, msgspec.inspect.UnionType) else (info.type,)
        return [step for part in parts for step in _inside(part, key)]
    if isinstance(info, msgspec.inspect.StructType) and key:
        return [field.type for field in info.fields if field.encode_name == key]
    if isinstance(info, msgspec.inspect.VarTupleType | msgspec.inspect.ListType) and not key:
        return [info.item_type]
    if isinstance(info, msgspec.inspect.TupleType) and not key:
        return list(info.item_types)
    if isinstance(info, msgspec.inspect.DictType):
        return [info.value_type]
    return []
