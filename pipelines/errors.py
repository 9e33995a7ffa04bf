"""What can go wrong, sorted by who acts on it.

TocsinError
├── ConfigError    a person edits a file          exit 2
├── ModelError     a person fetches a file again  exit 3
├── StreamError    the camera is opened again     after a pause
├── LinkError      the broker is dialled again    after a pause
├── RedactionError the event goes out bare        no redaction, no picture
├── SpoolError     the disk is looked at          exit 4
├── EvidenceError  a clip, a key or the audit is  exit 5
│                  looked at
└── StoreError     the same, at the centre        exit 4
"""


class TocsinError(Exception):
    """The root of all that we raise on purpose; its text is fit for an operator."""

    exit_code = 1


class ConfigError(TocsinError):
    """A setting is wrong; the text names the file, the place and the fix."""

    exit_code = 2


class ModelError(TocsinError):
    """A network's file is missing, altered or of another shape."""

    exit_code = 3


class SpoolError(TocsinError):
    """The spool on disk cannot be opened or written."""

    exit_code = 4


class StoreError(TocsinError):
    """The centre's store cannot be opened, read or written."""

    exit_code = 4


class EvidenceError(TocsinError):
    """A sealed clip cannot be written, opened or trusted, or a key is not the right one."""

    exit_code = 5


class StreamError(TocsinError):
    """A camera's stream could not be opened, went silent or ended."""


class LinkError(TocsinError):
    """The broker could not be reached, refused us or went away."""


class RedactionError(TocsinError):
    """A picture could not be made unreadable; it must not leave."""
