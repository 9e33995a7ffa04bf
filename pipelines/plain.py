"""A setting's place and its text in, the fix out where a secret stands there for all to read."""

import re

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

_WORD = re.compile(r"\.(password|secret)$")
_URL = re.compile(r"^\$\.channels\[\d+\]\.url$")
"""A webhook's address lets in whoever knows it."""
_IN_URL = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")


def instead_of(path: str, variable: str) -> str:
    """What to write in place of a variable that the environment lacks."""
    key = path.rpartition(".")[2]
    if fix_of(path, "a word"):
        return f"write {key}_file: FILE in place of {key}"
    return f"write the value in place of ${{{variable}}}"


def fix_of(path: str, text: str) -> str:
    """What to write instead; nothing where no secret stands in plain.

    path  of the setting, such as `$.broker.password`
    text  as the file has it, before variables are filled
    """
    key = path.rpartition(".")[2]
    if _WORD.search(path) and VARIABLE.sub("", text):
        return f"write {key}_file: FILE, or {key}: ${{NAME}} from the environment"
    if _URL.search(path) and not VARIABLE.search(text):
        return f"write {key}_file: FILE, or {key}: ${{NAME}} from the environment"
    told = _IN_URL.search(text)
    if told and VARIABLE.sub("", told[1]):
        return "take it out of the URL: password_file: FILE, or ${NAME} in its place"
    return ""
