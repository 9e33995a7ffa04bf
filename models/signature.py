"""What a network's file says of itself: names, shapes and kinds of what goes in and comes out."""

from typing import NamedTuple


class Port(NamedTuple):
    """One input or output.

    shape  its lengths; 0 where the file leaves one open
    kind   of its numbers, as onnxruntime writes it: `tensor(float)`
    """

    name: str
    shape: tuple[int, ...]
    kind: str = "tensor(float)"

    def __str__(self) -> str:
        lengths = "x".join(str(length or "?") for length in self.shape)
        return f"{self.name} {lengths}"


class Signature(NamedTuple):
    """All that goes into a network, and all that it can compute.

    labels  names of its classes, where the file says them
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    labels: tuple[str, ...] = ()

    def output(self, *names: str) -> Port | None:
        """The first output that bears one of these names."""
        return next((port for name in names for port in self.outputs if port.name == name), None)

    def canvas(self, otherwise: int = 0) -> tuple[int, int]:
        """Width and height in pixels of the `1x3xHxW` picture it wants, `otherwise` where open."""
        shape = self.inputs[0].shape if self.inputs else ()
        if len(shape) != 4 or shape[1] not in (0, 3):
            return 0, 0
        return shape[3] or otherwise, shape[2] or otherwise

    def __str__(self) -> str:
        ports = (", ".join(map(str, side)) or "nothing" for side in self[:2])
        return " -> ".join(ports)
