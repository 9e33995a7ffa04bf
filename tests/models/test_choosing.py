"""INT8 is taken where it is fast and right, FP32 elsewhere, and why is said."""

import logging
from pathlib import Path

import pytest

from models import choosing
from models.catalogue import AUTO, FP32, INT8, entry, path_of
from models.choosing import EXPECTED, Choice, byte_products, choice, choose, differs, picture
from models.families import at
from models.load import object_network
from models.nanodet import OUTPUTS, NanoDet
from models.session import Session
from pipelines.errors import ModelError
from pipelines.flow import Bytes, Detection
from tests.builders import box, detection

X86 = "processor\t: 0\nmodel name\t: with avx_vnni in its name\nflags\t\t: fpu sse2 avx512f {}\n"
ARM = "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd crc32 {}\nCPU part\t: 0xd0c\n"


def right(_: Bytes) -> tuple[Detection, ...]:
    return EXPECTED


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        (X86.format("avx512_vnni amx_int8"), "avx512_vnni"),
        (X86.format("avx_vnni"), "avx_vnni"),
        (ARM.format("asimddp sve"), "asimddp"),
        (X86.format("avx512_vnni_of_another_kind"), ""),
        (X86.format(""), ""),
        (ARM.format("asimdhp"), ""),
        ("", ""),
    ],
)
def test_the_flags_are_read_where_the_kernel_writes_them(text: str, flag: str) -> None:
    assert byte_products(text) == flag


def test_where_bytes_are_fast_and_the_picture_is_seen_aright_int8_is_chosen() -> None:
    assert choose(X86.format("avx_vnni"), ("cpu",), right) == Choice(INT8, "CPU: avx_vnni")


def test_where_bytes_are_slow_the_network_is_not_even_tried() -> None:
    name, why = choose(X86.format(""), ("cpu",), lambda _: pytest.fail("tried"))
    assert (name, why) == (FP32, "the CPU has none of avx512_vnni, avx_vnni, asimddp")


def test_int8_is_for_the_cpu_alone() -> None:
    name, why = choose(X86.format("avx_vnni"), ("cuda", "cpu"), lambda _: pytest.fail("tried"))
    assert name == FP32
    assert "cuda" in why


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((), "no person of about 0.83"),
        ((EXPECTED[0]._replace(score=0.6),), "no person"),
        ((EXPECTED[0]._replace(label="dog"),), "no person"),
        ((EXPECTED[0]._replace(box=box(60, 60, 40, 100)),), "no person"),
        ((*EXPECTED, detection(box(), "car", 0.7)), "a car of 0.70 at (10, 10, 30, 50)"),
    ],
)
def test_where_int8_sees_something_else_fp32_is_chosen(
    found: tuple[Detection, ...], said: str
) -> None:
    name, why = choose(ARM.format("asimddp"), ("cpu",), lambda _: found)
    assert name == FP32
    assert why.startswith(f"INT8 failed its test: {said}")


def test_where_int8_cannot_run_fp32_is_chosen() -> None:
    def broken(_: Bytes) -> tuple[Detection, ...]:
        raise ModelError("the file is missing")

    assert choose(X86.format("avx_vnni"), ("cpu",), broken).why.endswith("the file is missing")


def test_a_faint_find_more_is_no_fault() -> None:
    assert differs((*EXPECTED, detection(box(), "car", 0.55))) == ""


def test_what_is_expected_is_what_fp32_finds() -> None:
    network = NanoDet(Session(path_of(entry(FP32)), outputs=OUTPUTS), minimum_score=0.5)
    (found,), (wanted,) = network(picture()), EXPECTED
    assert found.label == wanted.label
    assert found.score == pytest.approx(wanted.score, abs=0.02)
    assert found.box == pytest.approx(wanted.box, abs=1)


def test_the_choice_on_this_machine_is_logged_with_its_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "tocsin.models"):
        network = object_network(AUTO, minimum_score=0.4)
    name, why = choice()
    assert network.session.path == path_of(entry(name))
    assert f"model={name} reason={why!r}" in caplog.text


def test_without_cpuinfo_fp32_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "CPUINFO", tmp_path / "none")
    choice.cache_clear()
    assert choice().name == FP32
    choice.cache_clear()


def test_a_missing_picture_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "PICTURE", tmp_path / "none.jpg")
    with pytest.raises(ModelError, match=r"none\.jpg: no picture"):
        picture()


def test_two_scores_share_one_session() -> None:
    sure = object_network(FP32, minimum_score=0.8)
    weak = at(sure, 0.2)
    assert weak.session is sure.session
    assert len(weak(picture())) > len(sure(picture()))
