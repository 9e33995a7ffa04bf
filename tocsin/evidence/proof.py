"""Verify a folder of exported evidence: python3 verify.py [FOLDER]. It needs Python alone.

It checks that each file is the one that was handed out, that the audit's lines hold each other,
that the audit says who asked for these files and why, and that the sealed clip is the one that was
written when it happened. What it cannot check is printed: whether the audit's last line is known
to the centre.
"""

import hashlib
import json
import struct
import sys
from pathlib import Path
from typing import Any

MAGIC = b"tocsin-sealed/1\n"
SEALED = "clip.sealed"


def faults_of(folder: Path) -> list[str]:
    """What is wrong with an export, in sentences; nothing when all holds."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        files, lines = manifest["files"], manifest["audit"]["lines"]
        faults = _files(folder, files) + _chain(manifest["audit"]["after"], lines)
        return faults or _story(folder, manifest, [json.loads(line) for line in lines])
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"manifest.json cannot be read: {type(error).__name__}: {error}"]


def head_of(folder: Path) -> str:
    """The last line's number and SHA-256, as the centre shows them."""
    return "{}:{}".format(*max(heads_in(folder).items()))


def box_of(folder: Path) -> str:
    """The box that an export comes from, as it says."""
    return str(json.loads((folder / "manifest.json").read_bytes())["box"])


def heads_in(folder: Path) -> dict[int, str]:
    """SHA-256 of each line of the audit that the export has, by its number."""
    lines = json.loads((folder / "manifest.json").read_bytes())["audit"]["lines"]
    return {int(json.loads(raw)["number"]): _sha256(raw.encode()) for raw in lines}


def _files(folder: Path, files: dict[str, dict[str, Any]]) -> list[str]:
    faults = []
    for name, said in files.items():
        path = folder / Path(name).name
        if not path.is_file():
            faults.append(f"{name} is missing")
        elif _sha256(path.read_bytes()) != said["sha256"]:
            faults.append(f"{name} is not the file that was handed out")
    return faults


def _chain(after: dict[str, Any], lines: list[str]) -> list[str]:
    number, prev = after["lines"], after["sha256"]
    for raw in lines:
        line = json.loads(raw)
        if (line["number"], line["prev"]) != (number + 1, prev):
            return [f"line {number + 1} of the audit does not follow on the one before it"]
        number, prev = line["number"], _sha256(raw.encode())
    return []


def _story(folder: Path, manifest: dict[str, Any], lines: list[dict[str, Any]]) -> list[str]:
    """What the audit must say of this clip: how it ended, who asked, what was handed out."""
    mine = [line for line in lines if line["id"] == manifest["clip"]["clip"]]
    told = {line["asked"].get("evidence"): line for line in mine}
    faults = [f"the audit does not say that the clip was {deed}" for deed in ("begun", "exported")
              if deed not in told]  # fmt: skip
    if faults:
        return faults
    hashes = {name: said["sha256"] for name, said in manifest["files"].items()}
    if told["exported"]["asked"]["files"] != hashes:
        faults.append("the audit says that other files were handed out")
    asked = told["exported"]["asked"]
    if (asked["case"], asked["reason"]) != (manifest["asked"]["case"], manifest["asked"]["reason"]):
        faults.append("the audit says that another case or reason was given")
    ended = told.get("ended") or told.get("torn")
    link = _link(folder / SEALED)
    if ended is None or ended["asked"]["link"] != link:
        faults.append(f"{SEALED} is not the clip that the audit says was recorded")
    return faults


def _link(path: Path) -> str:
    """The link of the last whole chunk of a sealed clip."""
    data = path.read_bytes()
    start = len(MAGIC) + 4
    (size,) = struct.unpack(">I", data[len(MAGIC) : start])
    at, link = start + size, hashlib.sha256(data[: start + size]).digest()
    while at + 4 <= len(data):
        length = struct.unpack(">I", data[at : at + 4])[0] & 0x7FFFFFFF
        end = at + 4 + length
        if end + 32 > len(data):
            break
        link = hashlib.sha256(link + data[at:end]).digest()
        if link != data[end : end + 32]:
            return "broken"
        at = end + 32
    return link.hex()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def main(folder: Path) -> int:
    """Print what was found; 1 when something is wrong."""
    faults = faults_of(folder)
    for fault in faults:
        sys.stdout.write(f"WRONG: {fault}\n")
    if not faults:
        sys.stdout.write(
            f"{folder}: all files and the audit's lines hold; head {head_of(folder)}\n"
            "Ask the centre whether it knows this head: then nothing was cut off or written anew.\n"
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))
