"""Networks that are not shipped and can be fetched from their makers, each pinned by its hash.

Megvii publishes no hashes. Those that stand here were found, alike, in several public projects
that recorded them independently of each other when they downloaded the release; a file with
another one is refused. YOLOX's code and weights are under Apache-2.0, its data is COCO.
"""

from typing import NamedTuple

_YOLOX = "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0"
_ATTESTED = "Megvii-BaseDetection/YOLOX, release 0.1.1rc0; hash as others recorded it"


class Release(NamedTuple):
    """A file at its makers' address.

    url     https, but for tests
    sha256  of the file, in hex
    size    bytes
    """

    name: str
    family: str
    url: str
    sha256: str
    size: int
    licence: str
    source: str


RELEASES = (
    Release(
        name="yolox-nano",
        family="yolox",
        url=f"{_YOLOX}/yolox_nano.onnx",
        sha256="c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d",
        size=3_659_407,
        licence="Apache-2.0",
        source=_ATTESTED,
    ),
    Release(
        name="yolox-tiny",
        family="yolox",
        url=f"{_YOLOX}/yolox_tiny.onnx",
        sha256="427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7",
        size=20_219_662,
        licence="Apache-2.0",
        source=_ATTESTED,
    ),
    Release(
        name="yolox-s",
        family="yolox",
        url=f"{_YOLOX}/yolox_s.onnx",
        sha256="c5c2d13e59ae883e6af3b45daea64af4833a4951c92d116ec270d9ddbe998063",
        size=35_858_002,
        licence="Apache-2.0",
        source=_ATTESTED,
    ),
)
