"""A patrol's photos: kept with every head and face covered, or not at all."""

import asyncio
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from center import darkroom, taskstore
from center.config import Storage
from center.darkroom import MOST_BYTES, BusyError, Darkroom, UnreadableError
from center.retention import sweep
from center.store import Store
from center.tables import photos
from center.taskroutes import Develop
from pipelines.errors import RedactionError
from pipelines.flow import Bytes, Picture
from tests.center.centre import JPEG, event
from tests.center.desks import CAR, Asker, Office, application
from tests.real import ASTRONAUTS_FACE, astronaut

DAY_S = 86400.0
JUST = {"Content-Type": "image/jpeg"}
NOTE = b"\xff\xe1\x00\x14Exif\x00\x00secret-place"
"""What a phone writes into a JPEG about itself."""


async def covered(_: bytes) -> Picture:
    """Stands for the darkroom, where it is not about what comes out of it."""
    return Picture(width=4, height=3, data=JPEG)


class Phone:
    """An office that sent a patrol, and what its phone may ask."""

    def __init__(self, store: Store, folder: Path, develop: Develop) -> None:
        self.office, self.store = Office(store), store
        self.alert = self.office.file(event(picture=JPEG))
        sent = self.office.working.dispatch(self.alert.id, CAR, self.office.asks())
        assert sent is not None
        self.task, self.path = sent.task, sent.link.replace("/p/", "/api/tasks/")
        self.audit = folder / "audit.jsonl"
        self.http = Asker(application(self.office, folder / "watch.yaml", darkroom=develop))

    def send(self, photo: bytes = JPEG, key: str = "one", kind: str = "image/jpeg") -> Any:
        path = f"{self.path}/photos?key={key}"
        return self.http.post(path, content=photo, headers={"Content-Type": kind})

    def shown(self) -> list[dict[str, Any]]:
        return list(self.http.get(f"/api/alerts/{self.alert.id}").json()["photos"])

    def kept(self) -> list[bytes]:
        with self.store.read() as connection:
            return list(connection.execute(select(photos.c.data)).scalars())


@pytest.fixture
def phone(store: Store, tmp_path: Path) -> Phone:
    return Phone(store, tmp_path, covered)


def jpeg(picture: Bytes) -> bytes:
    data = cv2.imencode(".jpg", picture)[1].tobytes()
    return data[:2] + NOTE + data[2:]


def detail(data: bytes) -> float:
    """How much of the face is seen: grey levels from one pixel to the next."""
    picture = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    x0, y0, x1, y1 = (int(side) for side in ASTRONAUTS_FACE)
    return float(np.abs(np.diff(picture[y0:y1, x0:x1].astype(np.float32), axis=1)).mean())


def test_a_photo_is_kept_without_its_face_and_without_what_the_phone_wrote(
    tmp_path: Path,
) -> None:
    with closing(Store(tmp_path / "a.db")) as store:
        phone, photo = Phone(store, tmp_path, Darkroom()), jpeg(astronaut())
        (told,) = phone.send(photo).json()["photos"]
        (kept,) = phone.kept()
        assert (told["width"], told["height"]) == (512, 512)
        assert detail(photo) > 5
        assert detail(kept) < 1  # the edges of two patches
        assert b"secret-place" in photo
        assert b"Exif" not in kept
        for path in (f"/api/alerts/{phone.alert.id}", phone.path):
            assert phone.http.get(f"{path}/photos/{told['id']}").content == kept


@pytest.mark.parametrize("wrong", [RedactionError("a network failed"), UnreadableError("no photo")])
def test_what_cannot_be_redacted_is_not_kept(
    store: Store, tmp_path: Path, wrong: Exception
) -> None:
    async def failing(_: bytes) -> Picture:
        raise wrong

    phone = Phone(store, tmp_path, failing)
    refused = phone.send()
    assert (refused.status_code, refused.json()["detail"]) == (422, str(wrong))
    assert not phone.kept()
    assert not phone.shown()
    assert [each.what for each in phone.office.log(phone.alert.id)] == ["dispatched"]


@pytest.mark.parametrize(
    ("does", "error"),
    [
        ("import os; os.abort()", RedactionError),
        ("import sys; sys.stdout.write('half of a pic')", RedactionError),
        ("import sys; sys.exit('a network is missing')", RedactionError),
        ("import sys; print('no photo', file=sys.stderr); sys.exit(2)", UnreadableError),
        ("import time; time.sleep(60)", BusyError),
    ],
    ids=["dies", "half", "fails", "unreadable", "hangs"],
)
def test_only_a_whole_answer_of_the_darkroom_is_a_picture(
    does: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "_COMMAND", [sys.executable, "-c", does])
    if error is BusyError:
        monkeypatch.setattr(darkroom, "WITHIN_S", 0.2)
    with pytest.raises(error):
        asyncio.run(Darkroom()(JPEG))


def test_who_comes_when_too_many_wait_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(darkroom, "_COMMAND", [sys.executable, "-c", "import sys; sys.exit(2)"])

    async def crowd() -> list[Any]:
        room = Darkroom()
        return await asyncio.gather(*(room(JPEG) for _ in range(6)), return_exceptions=True)

    found = asyncio.run(crowd())
    assert [type(each) for each in found].count(BusyError) == 2


def test_a_photo_that_is_sent_twice_is_one_and_a_task_has_so_many(phone: Phone) -> None:
    for _ in range(2):
        assert len(phone.send().json()["photos"]) == 1
    log = phone.office.log(phone.alert.id)
    assert [(each.what, each.by) for each in log[1:]] == [("photographed", "patrol:car-1")]
    for number in range(19):
        phone.send(key=f"more-{number}")
    full = phone.send(key="one-more")
    assert (full.status_code, len(phone.shown())) == (409, 20)
    assert phone.send().status_code == 200


@pytest.mark.parametrize(
    ("photo", "kind", "status"),
    [
        (JPEG, "image/gif", 415), (b"<svg/>", "image/jpeg", 415), (JPEG, "image/png", 415),
        (JPEG + bytes(MOST_BYTES), "image/jpeg", 413),
    ],
)  # fmt: skip
def test_what_is_no_photo_or_too_large_is_refused(
    phone: Phone, photo: bytes, kind: str, status: int
) -> None:
    assert phone.send(photo, kind=kind).status_code == status
    assert phone.kept() == []


def test_a_body_of_anything_else_is_no_longer_than_a_mebibyte(phone: Phone) -> None:
    long = json.dumps({"text": "x" * (1 << 20)}).encode()
    path, head = f"/api/alerts/{phone.alert.id}/note", {"Content-Type": "application/json"}
    assert phone.http.post(path, content=long, headers=head).status_code == 413


def test_a_link_shows_its_own_photos_and_the_audit_has_who_looked(phone: Phone) -> None:
    (mine,) = phone.send().json()["photos"]
    other = phone.office.file(event(place="school"))
    assert phone.http.get(f"/api/alerts/{other.id}/photos/{mine['id']}").status_code == 404
    assert phone.http.get(f"/api/tasks/nobodys/photos/{mine['id']}").status_code == 404
    assert phone.http.post("/api/tasks/nobodys/photos?key=a", content=JPEG, headers=JUST).is_error
    for path in (f"/api/alerts/{phone.alert.id}", phone.path):
        phone.http.get(f"{path}/photos/{mine['id']}")
    lines = [json.loads(line) for line in phone.audit.read_bytes().splitlines()]
    assert [(line["asked"]["did"], line["by"]) for line in lines[-2:]] == [
        ("GET /api/alerts/{alert_id}/photos/{photo}", "everybody"),
        ("GET /api/tasks/{token}/photos/{photo}", "patrol:car-1"),
    ]
    assert phone.path not in phone.audit.read_text()


def test_photos_go_along_with_their_alert_and_go_with_the_pictures(phone: Phone) -> None:
    phone.send()
    into = phone.office.file(event(place="school"))
    with phone.store.write() as connection:
        taskstore.move(connection, old=phone.alert.id, new=into.id)
    assert phone.shown() == []
    assert len(phone.http.get(f"/api/alerts/{into.id}").json()["photos"]) == 1
    keep, now_s = Storage(keep_pictures_days=2), phone.office.clock.at_s
    assert dict(sweep(phone.store, keep, now_s + DAY_S)).get("photos") is None
    assert dict(sweep(phone.store, keep, now_s + 4 * DAY_S))["photos"] == 1
    assert phone.kept() == []
