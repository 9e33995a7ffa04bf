"""Pictures are encoded where they were redacted, and nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("edge", "models", "pipelines", "center", "disk", "tocsin")
CODERS = frozenset({
    "imencode", "imwrite", "imwritemulti", "VideoWriter", "add_stream", "add_mux_stream",
    "to_image", "save",
})  # fmt: skip
"""What writes a picture or a film."""

ENCODE = {
    "pipelines/redaction.py": "JPEG and PNG, of a Redacted",
    "edge/evidence/filming.py": "H.264, of Redacteds",
    "edge/live/filming.py": "H.264 piece by piece, of Redacteds",
    "edge/evidence/muxing.py": "what is sealed as it is written: nobody can open it alone",
    "tocsin/redacting/filming.py": "H.264, of Redacteds",
    "tocsin/demo/clips.py": "the demo's drawn clips, and a replay's film of redacted stills",
}
"""Files that may, and of what."""

MAKE = {"pipelines/redaction.py"}
"""Files that may say that a frame is redacted."""


def calls(name: str) -> Iterator[tuple[str, str]]:
    """Every call in a file: by what name, and of what."""
    for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr=called, value=value)):
                yield called, ast.unparse(value)
            case ast.Call(func=ast.Name(id=called)):
                yield called, ""


def sources() -> list[str]:
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def encoding_calls(name: str) -> set[str]:
    return {called for called, _ in calls(name) if called in CODERS}


def test_files_that_encode_pictures_are_known_to_take_redacted_ones() -> None:
    assert {name for name in sources() if encoding_calls(name)} == set(ENCODE)


def test_only_redaction_says_that_a_frame_is_redacted() -> None:
    assert {
        name for name in sources() if "Redacted" in {called for called, _ in calls(name)}
    } == MAKE


def test_the_demos_encoder_is_given_only_what_was_drawn_or_redacted() -> None:
    users = {name for name in sources() if "write_clip" in {called for called, _ in calls(name)}}
    assert users == {"tocsin/demo/studio.py", "tocsin/replay/run.py"}


def test_encoders_take_nothing_but_what_was_redacted() -> None:
    def arguments(name: str, function: str) -> set[str]:
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        found = next(
            node for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name == function
        )  # fmt: skip
        return {ast.unparse(each.annotation) for each in found.args.args if each.annotation}

    assert arguments("pipelines/redaction.py", "encoded") == {"Redacted"}
    assert "Redacted" in arguments("pipelines/redaction.py", "coded")
    assert "Iterable[Redacted]" in arguments("edge/evidence/filming.py", "film")
    assert "Redacted" in arguments("edge/live/filming.py", "__call__")
    assert "Covered" in arguments("tocsin/redacting/filming.py", "_written")
