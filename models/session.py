"""The one file that knows onnxruntime: a network's file in, a callable out."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from models.providers import absent, drivers
from models.said import labels_in
from models.signature import Port, Signature
from pipelines.errors import ModelError

log = logging.getLogger("tocsin.models")

Tensor = npt.NDArray[np.float32]
Sizes = npt.NDArray[np.int64]
Choose = Callable[[Signature], Sequence[str]]

_ERRORS_ONLY = 3


class Session:
    """A loaded network. Calls from several threads may run side by side.

    outputs    names of the outputs to compute, or what picks them from the file's signature; what
               is not named here is never seen
    threads    that one call may use
    providers  processors to run on, the first that can; see `models.providers`
    """

    def __init__(
        self,
        path: Path,
        *,
        outputs: Sequence[str] | Choose,
        threads: int = 1,
        providers: Sequence[str] = ("cpu",),
    ) -> None:
        self.path = path
        self.session = self._opened(
            _options(threads), drivers(providers, onnxruntime.get_available_providers())
        )
        self.signature = _signature(self.session)
        self.outputs = list(outputs(self.signature) if callable(outputs) else outputs)
        self._check_outputs()

    def __call__(self, tensor: Tensor, *more: Sizes) -> list[Tensor]:
        """Run the network on one tensor; the outputs come in the order they were named.

        more  for its further inputs, in their order
        Raises ModelError when the tensor does not fit.
        """
        names = [port.name for port in self.signature.inputs]
        try:
            fed = dict(zip(names, (tensor, *more), strict=True))
            return list(self.session.run(self.outputs, fed))
        except _failures() as error:
            raise ModelError(f"{self.path.name}: cannot run on {tensor.shape}: {error}") from error

    def _opened(self, options: Any, wanted: list[str]) -> Any:
        try:
            session = onnxruntime.InferenceSession(str(self.path), options, providers=wanted)
        except _failures() as error:
            raise ModelError(f"{self.path}: onnxruntime cannot load it: {error}") from error
        for name in absent(wanted, session.get_providers()):
            log.warning("model=%s provider=%s state=absent runs_on=cpu", self.path.name, name)
        return session

    def _check_outputs(self) -> None:
        has = [port.name for port in self.signature.outputs]
        missing = [name for name in self.outputs if name not in has]
        if missing or not self.outputs:
            raise ModelError(
                f"{self.path}: no output {', '.join(missing)}; it has {', '.join(has)}"
            )


def signature_of(path: Path) -> Signature:
    """What a file says of itself, without running it. Raises ModelError."""

    def all_of(signature: Signature) -> list[str]:
        return [port.name for port in signature.outputs]

    return Session(path, outputs=all_of).signature


def _options(threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _signature(session: Any) -> Signature:
    return Signature(
        tuple(_port(each) for each in session.get_inputs()),
        tuple(_port(each) for each in session.get_outputs()),
        labels_in(session.get_modelmeta().custom_metadata_map),
    )


def _port(each: Any) -> Port:
    shape = tuple(length if isinstance(length, int) else 0 for length in each.shape)
    return Port(str(each.name), shape, str(each.type))


def _failures() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: its own tree has no common root but Exception."""
    state = onnxruntime.capi.onnxruntime_pybind11_state
    return (
        state.Fail, state.InvalidArgument, state.InvalidGraph, state.InvalidProtobuf,
        state.NoSuchFile, state.NoModel, state.NotImplemented, state.RuntimeException,
        state.EPFail, RuntimeError, ValueError,
    )  # fmt: skip
