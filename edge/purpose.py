"""What a camera states of itself in, what is missing out: without it nothing is watched there.

A purpose, a legal basis and an office that answers are three texts of those who run the camera;
nobody can check them here. What is checked is that somebody wrote them down before a rule is armed.
"""

from typing import Annotated, TypeVar

import msgspec

Statement = Annotated[str, msgspec.Meta(max_length=500)]


class Statements(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why there is a camera, in words that those whom it sees may read.

    purpose      what it is for
    legal_basis  the law, contract or consent that allows it
    office       that answers for it, and that one can ask
    """

    purpose: Statement = ""
    legal_basis: Statement = ""
    office: Statement = ""

    @property
    def unstated(self) -> tuple[str, ...]:
        """Keys of what is missing."""
        return tuple(key for key in KEYS if not getattr(self, key).strip())

    @property
    def why_disarmed(self) -> str:
        """Why none of its rules can be armed, or nothing."""
        if not self.unstated:
            return ""
        *most, last = self.unstated
        return f"it states no {', '.join(most)} or {last}" if most else f"it states no {last}"


KEYS = Statements.__struct_fields__
_Stating = TypeVar("_Stating", bound=Statements)


def inherited(camera: _Stating, defaults: Statements) -> _Stating:
    """The camera with what it does not state itself taken from the box's defaults, key by key."""
    taken = {key: getattr(defaults, key) for key in camera.unstated}
    return msgspec.structs.replace(camera, **taken)
