"""The one file that knows onnxruntime: a network's file in, a callable out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from pipelines.errors import ModelError

Tensor = npt.NDArray[np.float32]

_ERRORS_ONLY = 3


class Session:
    """A loaded network. Calls from several threads may run side by side.

    outputs  names of the outputs to compute; what is not named here is never seen
    threads  that one call may use
    """

    def __init__(self, path: Path, *, outputs: Sequence[str], threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.path, self.outputs = path, list(outputs)
        self.session = self._opened(options)
        self.input = str(self.session.get_inputs()[0].name)
        self._check_outputs()

    def __call__(self, tensor: Tensor) -> list[Tensor]:
        """Run the network on one tensor; the outputs come in the order they were named.

        Raises ModelError when the tensor does not fit.
        """
        try:
            return list(self.session.run(self.outputs, {self.input: tensor}))
        except _failures() as error:
            raise ModelError(f"{self.path.name}: cannot run on {tensor.shape}: {error}") from error

    def _opened(self, options: Any) -> Any:
        try:
            return onnxruntime.InferenceSession(
                str(self.path), options, providers=["CPUExecutionProvider"]
            )
        except _failures() as error:
            raise ModelError(f"{self.path}: onnxruntime cannot load it: {error}") from error

    def _check_outputs(self) -> None:
        has = [output.name for output in self.session.get_outputs()]
        missing = [name for name in self.outputs if name not in has]
        if missing:
            raise ModelError(
                f"{self.path}: no output {', '.join(missing)}; it has {', '.join(has)}"
            )


def _failures() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: its own tree has no common root but Exception."""
    state = onnxruntime.capi.onnxruntime_pybind11_state
    return (
        state.Fail, state.InvalidArgument, state.InvalidGraph, state.InvalidProtobuf,
        state.NoSuchFile, state.NoModel, state.NotImplemented, state.RuntimeException,
        state.EPFail, RuntimeError, ValueError,
    )  # fmt: skip
