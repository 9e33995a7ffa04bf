"""Why a file could not be read as text in, the words for who named it out."""


def why_unread(error: OSError | UnicodeDecodeError) -> str:
    """The system's own words, or where the bytes begin that are no text."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"line {line} is no UTF-8; save it as UTF-8"
    return error.strerror or str(error)
