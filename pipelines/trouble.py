"""What ails a thing in, a line of the log out when that begins, changes or ends."""

from logging import Logger


class Trouble:
    """What ails one thing just now; well at first.

    log    of whoever the thing belongs to
    name   of the thing in the log: `inbox=trouble why=…`
    about  `key=value` that stands behind it, where there are several
    """

    def __init__(self, log: Logger, name: str, about: str = "") -> None:
        self.log, self.name = log, name
        self.about = f" {about}" if about else ""
        self.why = ""

    def note(self, why: str) -> None:
        """Take in what ails it, or nothing where it is well; the same again is not logged."""
        if why != self.why:
            state = "trouble" if why else "well"
            self.log.warning("%s=%s%s why=%r", self.name, state, self.about, why)
            self.why = why
