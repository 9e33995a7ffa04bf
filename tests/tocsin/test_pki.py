"""An authority of a small site: what it makes, what it never does, and what comes of it in TLS."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from typer.testing import CliRunner

from pipelines.errors import ConfigError
from tests.tocsin.handshakes import greeted
from tocsin.__main__ import app
from tocsin.pki import work
from tocsin.pki.folder import Folder, number_of

HOSTS = ("--host", "centre.example", "--host", "192.0.2.7")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ran(tmp_path / "pki", "init")
    return tmp_path / "pki"


def ran(folder: Path, *words: str) -> str:
    said = CliRunner().invoke(app, ["pki", *words, "--folder", str(folder)], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    return said.output


def refused(folder: Path, *words: str) -> str:
    with pytest.raises(ConfigError) as caught:
        ran(folder, *words)
    return str(caught.value)


def states(folder: Path, name: str) -> list[str]:
    lines = [line.split() for line in ran(folder, "list").splitlines()]
    return [words[-1] for words in lines if words and words[0] == name]


def test_keys_are_for_their_owner_only(folder: Path) -> None:
    ran(folder, "issue", "box-1")
    for key in (folder / "ca.key", folder / "box-1.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_authority_signs_boxes_and_servers_and_no_authority(folder: Path) -> None:
    itself = Folder(folder).certificate()
    basic = itself.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = itself.extensions.get_extension_for_class(x509.KeyUsage)
    assert basic.critical
    assert (basic.value.ca, basic.value.path_length) == (True, 0)
    assert usage.critical
    assert (usage.value.key_cert_sign, usage.value.digital_signature) == (True, False)


def test_a_server_and_a_box_meet_under_mutual_tls(folder: Path) -> None:
    ran(folder, "issue", "centre", *HOSTS)
    ran(folder, "issue", "box-1")
    assert greeted(folder, "centre", "box-1", "centre.example") == "well"
    assert greeted(folder, "centre", "box-1", "192.0.2.7") == "well"
    assert "Hostname mismatch" in greeted(folder, "centre", "box-1", "other.example")


def test_a_stolen_boxs_certificate_is_no_servers(folder: Path) -> None:
    ran(folder, "issue", "box-1")
    ran(folder, "issue", "box-2")
    assert "purpose" in greeted(folder, "box-1", "box-2", "centre.example")


def test_nothing_is_written_over(folder: Path) -> None:
    before = (folder / "ca.key").read_bytes()
    assert "ca.key: is there already, and is not written over" in refused(folder, "init")
    assert (folder / "ca.key").read_bytes() == before


def test_a_certificate_that_is_good_is_renewed_only_when_asked(folder: Path) -> None:
    ran(folder, "issue", "centre", *HOSTS)
    key = (folder / "centre.key").read_bytes()
    said = refused(folder, "issue", "centre")
    assert "is valid for another 730 days" in said or "is valid for another 729 days" in said
    assert "--renew" in said
    assert (folder / "centre.key").read_bytes() == key
    ran(folder, "issue", "centre", "--renew")
    old, new = Folder(folder).certificates("centre")
    assert (folder / f"centre-{number_of(old)}.key").read_bytes() == key
    assert greeted(folder, "centre", "centre", "centre.example") == "well"  # it kept the hosts
    assert states(folder, "centre") == ["valid", "valid"]
    assert old.subject != new.subject


def test_what_is_revoked_is_on_the_signed_list_and_may_be_issued_anew(folder: Path) -> None:
    ran(folder, "issue", "box-1")
    ran(folder, "issue", "box-2")
    assert "1 certificate is revoked" in ran(folder, "revoke", "box-1")
    assert (states(folder, "box-1"), states(folder, "box-2")) == (["revoked"], ["valid"])
    ran(folder, "issue", "box-1")
    assert states(folder, "box-1") == ["revoked", "valid"]
    told, by = Folder(folder).revoked(), Folder(folder).certificate()
    assert told.is_signature_valid(by.public_key())  # type: ignore[arg-type]
    first, _ = Folder(folder).certificates("box-1")
    assert [each.serial_number for each in told] == [first.serial_number]


def test_after_a_renewal_the_replaced_can_be_revoked_alone(folder: Path) -> None:
    ran(folder, "issue", "box-1")
    ran(folder, "issue", "box-1", "--renew")
    ran(folder, "revoke", "box-1", "--replaced")
    assert states(folder, "box-1") == ["revoked", "valid"]
    assert "0 certificates" in ran(folder, "revoke", "box-1", "--replaced")
    ran(folder, "revoke", "box-1")
    assert "no certificate that is valid" in refused(folder, "revoke", "box-1")


def test_an_expired_certificate_is_replaced_without_asking(folder: Path) -> None:
    ran(folder, "issue", "box-1", "--days", "1")
    later = work.Order(Folder(folder), datetime.now(UTC) + timedelta(days=2))
    work.issue(later, "box-1", (), days=1, renew=False)
    assert len(list(Folder(folder).certificates("box-1"))) == 2
    ended = work.Order(Folder(folder), datetime.now(UTC) + timedelta(days=3651))
    with pytest.raises(ConfigError, match=r"ca\.crt: has expired; make another authority"):
        work.issue(ended, "box-2", (), days=1, renew=False)


def test_the_authoritys_key_may_lie_under_a_passphrase(tmp_path: Path) -> None:
    (tmp_path / "phrase").write_text("correct horse battery\n")
    (tmp_path / "wrong").write_text("battery\n")
    folder, phrase = tmp_path / "pki", ("--passphrase-file", str(tmp_path / "phrase"))
    ran(folder, "init", *phrase)
    assert "mind --passphrase-file" in refused(folder, "issue", "box-1")
    wrong = ("--passphrase-file", str(tmp_path / "wrong"))
    assert "the passphrase is wrong" in refused(folder, "issue", "box-1", *wrong)
    assert not (folder / "box-1.crt").exists()
    ran(folder, "issue", "box-1", *phrase)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("issue", "Box 1"), "'Box 1' is no name of a certificate"),
        (("issue", "ca"), "the authority's own name"),
        (("issue", "centre", "--host", "a b" * 99), "is neither a host name nor an address"),
        (("revoke", "box-9"), "box-9 has no certificate that is valid"),
    ],
)
def test_what_cannot_be_is_refused_with_the_fix(
    folder: Path, words: tuple[str, ...], said: str
) -> None:
    assert said in refused(folder, *words)


def test_without_an_authority_the_command_says_how_to_make_one(tmp_path: Path) -> None:
    for words in (("issue", "box-1"), ("revoke", "box-1"), ("list",)):
        assert "tocsin pki init" in refused(tmp_path / "nowhere", *words)
