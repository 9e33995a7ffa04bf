"""Names of processors in, onnxruntime's names for what drives them out, or what to install."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from pipelines.errors import ConfigError

Provider = Literal["cpu", "openvino", "cuda", "tensorrt", "coreml"]


class Driver(NamedTuple):
    """What onnxruntime calls it, and the package that brings it in place of `onnxruntime`."""

    name: str
    package: str


DRIVERS: dict[str, Driver] = {
    "cpu": Driver("CPUExecutionProvider", "onnxruntime"),
    "openvino": Driver("OpenVINOExecutionProvider", "onnxruntime-openvino"),
    "cuda": Driver("CUDAExecutionProvider", "onnxruntime-gpu"),
    "tensorrt": Driver("TensorrtExecutionProvider", "onnxruntime-gpu"),
    "coreml": Driver("CoreMLExecutionProvider", "onnxruntime (on macOS)"),
}
CPU = DRIVERS["cpu"].name


def drivers(asked: Sequence[str], available: Sequence[str]) -> list[str]:
    """Names by onnxruntime for what was asked, in order; the CPU stands last and takes the rest.

    Raises ConfigError that names what there is and what to install.
    """
    names = [_driver(name, available) for name in asked]
    return names if CPU in names else [*names, CPU]


def absent(wanted: Sequence[str], running: Sequence[str]) -> list[str]:
    """Our names of what was wanted and did not start."""
    return [name for name, driver in DRIVERS.items() if driver.name in {*wanted} - {*running}]


def _driver(name: str, available: Sequence[str]) -> str:
    if name not in DRIVERS:
        raise ConfigError(f"no provider is named {name!r}; there are: {', '.join(DRIVERS)}")
    driver = DRIVERS[name]
    if driver.name not in available:
        has = [ours for ours, each in DRIVERS.items() if each.name in available]
        raise ConfigError(
            f"the onnxruntime that is installed has no provider {name!r}, only {', '.join(has)}; "
            f"install {driver.package} in place of onnxruntime"
        )
    return driver.name
