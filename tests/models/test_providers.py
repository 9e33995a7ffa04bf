"""A processor is used when it is there, and said to be missing when it is not."""

import logging

import pytest

from models.catalogue import entry, path_of
from models.load import object_network
from models.nanodet import OUTPUTS
from models.providers import CPU, DRIVERS, absent, drivers
from models.session import Session
from pipelines.errors import ConfigError

ALL = [driver.name for driver in DRIVERS.values()]


def test_the_cpu_stands_last_and_takes_what_the_others_leave() -> None:
    assert drivers(("cuda", "openvino"), ALL) == [
        "CUDAExecutionProvider", "OpenVINOExecutionProvider", CPU,
    ]  # fmt: skip
    assert drivers(("cpu",), ALL) == [CPU]


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("openvino", "onnxruntime-openvino"),
        ("cuda", "onnxruntime-gpu"),
        ("tensorrt", "onnxruntime-gpu"),
        ("coreml", "onnxruntime (on macOS)"),
    ],
)
def test_one_that_is_not_installed_is_named_with_its_package(name: str, package: str) -> None:
    with pytest.raises(ConfigError) as caught:
        drivers((name,), [CPU, DRIVERS["cuda"].name if name != "cuda" else CPU])
    said = str(caught.value)
    assert f"no provider {name!r}, only cpu" in said or f"only {name}" not in said
    assert f"install {package}" in said


def test_one_that_nobody_knows_is_answered_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="cpu, openvino, cuda, tensorrt, coreml"):
        drivers(("npu",), ALL)


def test_a_detector_on_a_processor_that_is_not_there_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigError, match="install onnxruntime-gpu"):
        object_network("auto", minimum_score=0.4, providers=("tensorrt",))


def test_one_that_did_not_start_is_reported(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    names = [DRIVERS["cuda"].name, CPU]
    monkeypatch.setattr("models.session.drivers", lambda *_: names)
    with caplog.at_level(logging.WARNING, "tocsin.models"), pytest.warns(UserWarning, match="CUDA"):
        Session(path_of(entry("nanodet-g-416-int8")), outputs=OUTPUTS, providers=("cuda",))
    assert "provider=cuda state=absent runs_on=cpu" in caplog.text
    assert absent(names, [CPU]) == ["cuda"]
