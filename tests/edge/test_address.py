"""What is opened carries the password, what is shown never does."""

from hypothesis import given
from hypothesis import strategies as st

from edge.address import is_file, to_open, to_show
from edge.config import Camera

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)


@given(user=words, password=st.from_regex(r"[A-Za-z0-9@:/?#]{12}", fullmatch=True))
def test_no_secret_is_ever_shown(user: str, password: str) -> None:
    camera = Camera(
        id="a", place="b", url="rtsp://10.0.0.9:554/s?x=1", username=user, password=password
    )
    opened = to_open(camera)
    assert opened.endswith("@10.0.0.9:554/s?x=1")
    assert to_show(opened) == "rtsp://10.0.0.9:554/s"


def test_a_password_written_into_the_url_is_not_shown_either() -> None:
    assert to_show("rtsp://u:p@cam/live?token=t") == "rtsp://cam/live"


def test_a_path_is_a_file_and_a_url_is_not() -> None:
    assert is_file("/clips/a.mp4")
    assert not is_file("rtsp://cam/a.mp4")


def test_a_file_is_opened_as_it_is_whoever_the_camera_would_be_asked_as() -> None:
    camera = Camera(id="a", place="b", url="/clips/a.mp4", username="viewer", password="s3cret")
    assert to_open(camera) == "/clips/a.mp4"
