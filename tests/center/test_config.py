"""The centre's configuration: read once, checked whole."""

from pathlib import Path

import pytest

from center.config import load
from center.natsconf import conf
from pipelines.errors import ConfigError

GOOD = """\
boxes: [{box: box-1, site: demo, password_file: secret}]
watchers: [{name: watcher, password_file: secret}]
watch_list: watch.yaml
"""


def written(folder: Path, text: str) -> Path:
    (folder / "secret").write_text("s3cret\n")
    path = folder / "center.yaml"
    path.write_text(text)
    return path


def test_paths_start_at_the_files_folder_and_secrets_are_read(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD))
    assert config.state == str(tmp_path / "state")
    assert config.watch_list == str(tmp_path / "watch.yaml")
    assert config.boxes[0].password == "s3cret"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("watcher,", "box-1,"), "2 users are named 'box-1'"),
        (GOOD.replace("watcher,", "centre-2,"), "rename 'centre-2'"),
        (GOOD.replace("box-1", "Box 1"), "$.boxes[0].box"),
        (GOOD.replace("_file: secret}]\nwatchers", "_file: gone}]\nwatchers"), "gone: No such"),
        (GOOD + "broker: {sync: sometimes}", "$.broker.sync"),
        (GOOD + "borker: {}", "did you mean 'broker'?"),
        (
            GOOD + "broker: {url: 'nats://[h:1', password_file: secret}",
            "$.broker.url; write nats://",
        ),
        (
            GOOD + "console: {oidc: {issuer: 'https://[a', client: c, grants: [{group: g, roles: "
            "[operator], places: [x]}]}}",
            "$.console.oidc.issuer; write https://",
        ),
        (GOOD + "store: {keep_days: 10}", "make keep_pictures_days at most keep_days"),
        (GOOD + "store: {url: 'mysql://host/a'}", "$.store.url"),
        (GOOD + "store: {url: 'postgresql://host'}", "$.store.url"),
        (GOOD + "store: {url: 'postgresql://u:p@host/a'}", "$.store.url; take it out of the URL"),
        (
            GOOD + "store: {url: 'postgresql://u:${WORD}@host/a', password: '${WORD}'}",
            "stands twice",
        ),
        (GOOD + "store: {url: 'postgresql://u@db/a'}", "add ?sslmode=verify-full&sslrootcert=FILE"),
        (GOOD.replace("_file: secret}]\nwatchers", ": hush}]\nwatchers"), "stands here in plain"),
        (
            GOOD + "channels: [{name: a, url: 'json://host/token'}]",
            "$.channels[0].url; write url_file",
        ),
    ],
)
def test_a_wrong_file_is_told_what_is_wrong_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    monkeypatch.setenv("WORD", "p")
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text))
    assert told in str(caught.value)


def test_no_box_exists_for_the_broker_before_it_is_opened(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD))
    assert "box-1" not in conf(config, password="own", is_open=False)
    assert "box-1" in conf(config, password="own", is_open=True)


def test_a_database_wants_a_package_that_not_everyone_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("center.config.find_spec", lambda _: None)
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, GOOD + "store: {url: 'postgresql://u@host/a'}"))
    assert "pip install 'tocsin[postgresql]'" in str(caught.value)


def test_what_is_wrong_with_a_stores_address_is_said_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fullwidth solidus is refused by `urlsplit`, whose words repeat all of it."""
    monkeypatch.setenv("WORD", "secret")
    with pytest.raises(ConfigError, match="no URL") as told:
        load(written(tmp_path, GOOD + "store: {url: 'postgresql://u:${WORD}@ho\uff0fst/a'}"))
    assert "secret" not in str(told.value)
