"""What pip-audit wrote in, what that is worth out: sound, at fault, or not known.

pip-audit calls it sound, too, when it could ask about nothing at all.
"""

import json
import sys
from pathlib import Path
from typing import Any

AT_FAULT, NOT_RUN = 1, 3


def main(file: Path) -> int:
    """Say what was found; the exit code."""
    told: list[dict[str, Any]] = []
    if file.exists():
        told = json.loads(file.read_text(encoding="utf-8"))["dependencies"]
    asked = [each for each in told if "skip_reason" not in each]
    for each in asked:
        for fault in each["vulns"]:
            fixed = ", ".join(fault["fix_versions"]) or "no version yet"
            say(f"{each['name']} {each['version']}: {fault['id']}; mended in {fixed}")
    if any(each["vulns"] for each in asked):
        return AT_FAULT
    if len(asked) < len(told) or not told:
        say(f"AUDIT NOT RUN: {len(asked)} of {len(told)} could be asked about; is there internet?")
        return NOT_RUN
    say(f"none of {len(asked)} packages has a known fault")
    return 0


def say(what: str) -> None:
    """To whoever reads the log."""
    sys.stdout.write(f"audit: {what}\n")


sys.exit(main(Path(sys.argv[1])))
