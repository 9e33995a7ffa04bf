"""A file of settings whose aliases have no end, or no measure, is refused."""

import pytest

from edge.config import EdgeConfig
from pipelines.errors import ConfigError
from pipelines.settings import parse

LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 30)
)
MERGES = "a0: &a0 {k: x}\n" + "".join(
    f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 30)
)
DEEP = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 3000))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("site: &a [*a, *a]\n", "nested too deeply"),
        ("site: &a {<<: *a, b: *a}\n", "nested too deeply"),
        (DEEP, "nested too deeply"),
        (LAUGHS, "aliases make far more"),
        (MERGES, "aliases make far more"),
    ],
    ids=["within-itself", "merges-itself", "deep", "laughs", "merges"],
)
def test_aliases_without_end_or_measure_are_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"a\.yaml: .*{said}"):
        parse(EdgeConfig, text, name="a.yaml", env={}, read=str)


def test_a_template_that_cameras_share_is_no_harm() -> None:
    cameras = "".join(
        f"  - {{<<: *street, id: cam-{number}, url: clips/{number}.mp4}}\n" for number in range(200)
    )
    text = f"""\
site: north
box: box-1
broker: {{host: 10.0.0.1, password_file: secret}}
defaults: {{purpose: the yard at night, legal_basis: a contract, office: the depot}}
cameras:
  - &street
    id: cam
    place: street
    url: clips/street.mp4
    zones: [{{id: all, polygon: [[0, 0], [1, 0], [1, 1]]}}]
    rules: [{{rule: intrusion, zone: all}}]
{cameras}"""
    read = parse(EdgeConfig, text, name="a.yaml", env={}, read=lambda _: "s3cret")
    assert len(read.cameras) == 201
