"""The report says what the files say, green only what was checked, and calls nobody."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from models.catalogue import CATALOGUE, path_of
from models.session import signature_of
from pipelines.errors import ConfigError
from pipelines.live import LiveRedactor
from pipelines.sealing import Sealer
from tests.center.browser import CHROMIUM, browser
from tests.custodians import CUSTODIANS
from tests.tocsin.test_cli import ROOT, SECRETS, said_by, tocsin
from tocsin.dpia.page import page
from tocsin.dpia.safeguards import FACES, Verdict, verdicts
from tocsin.dpia.site import Site, read
from tocsin.dpia.words import LANGS, WORDS, Lang, Words
from tocsin.pki import work
from tocsin.pki.folder import Folder

MADE = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
BOX = """\
site: north
box: box-1
broker: {password_file: box.secret}
defaults: {legal_basis: Art. 6(1)(f), office: Site management}
cameras:
  - id: yard
    place: yard
    url: rtsps://192.0.2.11/1
    purpose: The yard at night
    privacy_masks: [{id: window, polygon: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}]
    zones: [{id: inside, polygon: [[0.6, 0.5], [0.9, 0.5], [0.9, 1]]}]
    lines: [{id: kerb, points: [[0.6, 0.2], [0.9, 0.2]]}]
    rules: [{rule: intrusion, zone: inside, schedule: {hours: "20:00-06:00"}}]
  - {id: gate, place: gate, url: gate.mp4, purpose: Who "comes" & <b>goes</b>,
     privacy_masks: [{id: all, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}]}
"""
CENTRE = """\
name: North centre
boxes: [{box: box-1, site: north, password_file: box.secret}]
watchers:
  - {name: duty, password_file: box.secret, commands: [box-1]}
watch_list: watch.yaml
"""
LIST = """\
places: [{id: yard, name: Yard, grade: 2}, {id: far, name: Far away, grade: 2}]
entries:
  - {place: yard, rule: intrusion, steps: [Send the night patrol]}
  - {place: far, rule: intrusion, steps: [Nobody here sees this]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "box.secret").write_text("s3cret-of-the-box\n")
    (tmp_path / "box.secret").chmod(0o600)
    (tmp_path / "center.yaml").write_text(CENTRE)
    (tmp_path / "watch.yaml").write_text(LIST)
    return tmp_path


def site(folder: Path, *changed: tuple[str, str], centre: bool = False) -> Site:
    text = BOX
    for old, new in changed:
        assert old in text
        text = text.replace(old, new)
    (folder / "edge.yaml").write_text(text)
    return read(folder / "edge.yaml", folder / "center.yaml" if centre else None)


def states(found: Site) -> dict[str, set[str]]:
    said: dict[str, set[str]] = {}
    for verdict in verdicts(found):
        said.setdefault(verdict.name, set()).add(verdict.state)
    return said


def shown(found: Site, lang: Lang = "en") -> str:
    return page(found, verdicts(found), lang=lang, made=MADE)


def test_what_the_files_say_stands_in_the_report(folder: Path) -> None:
    text = shown(site(folder, centre=True))
    for said in (
        "The yard at night", "Art. 6(1)(f)", "Site management", "20:00-06:00 UTC", "inside",
        "Send the night patrol", "duty", "command box-1", "2026-03-01 12:30 UTC", "North centre",
    ):  # fmt: skip
        assert said in text
    assert "Nobody here sees this" not in text  # no camera of this box sees that place


def test_no_secret_and_no_address_of_a_camera_is_in_it(folder: Path) -> None:
    text = shown(site(folder, centre=True))
    assert "s3cret" not in text
    assert "192.0.2.11" not in text


def test_outlines_are_where_the_file_has_them_and_there_is_no_picture(folder: Path) -> None:
    text = shown(site(folder))
    assert '<polygon class="private" points="0,0 80,0 80,90 0,90"/>' in text
    assert '<polygon class="zone" points="96,45 144,45 144,90"/>' in text
    assert '<polyline class="line" points="96,18 144,18"/>' in text
    assert "<img" not in text
    assert "data:" not in text


def test_everything_that_somebody_wrote_is_escaped(folder: Path) -> None:
    text = shown(site(folder, ("The yard at night", '"<script>alert(1)</script>"')))
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "Who &#34;comes&#34; &amp; &lt;b&gt;goes&lt;/b&gt;" in text


@pytest.mark.parametrize("lang", LANGS)
def test_it_asks_for_nothing_from_elsewhere(folder: Path, lang: Lang) -> None:
    text = shown(site(folder, centre=True), lang)
    assert "default-src 'none'" in text
    assert not re.search(r"(src|href|url)\s*[=(]|@import|https?://", text)


def test_a_camera_that_does_not_say_why_is_told_of(folder: Path) -> None:
    found = site(folder, ('purpose: Who "comes" & <b>goes</b>,', ""))
    assert states(found)["purpose"] == {"open"}
    assert "not stated" in shown(found)


def shared(folder: Path) -> Site:
    (folder / "box.secret").chmod(0o644)
    return site(folder)


def far(folder: Path) -> Site:
    return site(folder, ("broker: {", "broker: {host: 10.0.0.1, "))


def clear(folder: Path) -> Site:
    return site(folder, ("rtsps://", "rtsp://"))


def proxied(folder: Path) -> Site:
    more = "console: {host: 0.0.0.0, proxies: [172.18.0.2]}\n"
    (folder / "center.yaml").write_text(CENTRE + more)
    return site(folder, centre=True)


def unsigned(folder: Path) -> Site:
    (folder / "center.yaml").write_text(CENTRE + "console: {sign_in: false}\n")
    return site(folder, centre=True)


def ever(folder: Path) -> Site:
    return site(folder, (', schedule: {hours: "20:00-06:00"}', ""))


def commanded(folder: Path) -> Site:
    return site(folder, ("cameras:", "commands: [arm]\ncameras:"))


def unmasked(folder: Path) -> Site:
    return site(
        folder,
        (",\n     privacy_masks: [{id: all, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]}]", ""),
    )


def sealed(folder: Path, *more: str) -> Site:
    said = ", ".join(f"{{name: {each.name}, key: '{each.key}'}}" for each in CUSTODIANS)
    settings = ", ".join([f"custodians: [{said}]", *more])
    return site(folder, ("cameras:", f"evidence: {{{settings}}}\ncameras:"), centre=True)


def long_kept(folder: Path) -> Site:
    return sealed(folder, "keep: [{place: yard, hours: 200}]")


def onvif(folder: Path) -> Site:
    return site(folder, ("cameras:", "onvif: {}\ncameras:"))


@pytest.mark.parametrize(
    ("worse", "name", "state"),
    [
        (shared, "passwords", "open"), (far, "broker-line", "open"),
        (clear, "camera-line", "open"), (proxied, "listeners", "judge"),
        (unsigned, "sign-in", "open"),
        (ever, "hours", "judge"),
        (commanded, "commands", "judge"), (long_kept, "retention", "judge"),
        (unmasked, "masks", "judge"), (onvif, "outlets", "judge"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)  # fmt: skip
def test_green_is_only_what_was_checked(
    folder: Path, worse: Callable[[Path], Site], name: str, state: str
) -> None:
    sound = states(sealed(folder))
    assert sound[name] == {"holds"}
    assert state in states(worse(folder))[name]


def test_a_line_and_listeners_with_tls_are_green(folder: Path) -> None:
    order = work.Order(Folder(folder), datetime.now(UTC))
    work.init(order, "Authority", 30)
    work.issue(order, "box-1", ("10.0.0.2",), days=30, renew=False)
    tls = "tls: {ca: ca.crt, cert: box-1.crt, key: box-1.key}\nmetrics: {host: 0.0.0.0}\ncameras:"
    found = site(folder, ("broker: {", "broker: {host: 10.0.0.1, "), ("cameras:", tls))
    assert states(found)["broker-line"] == {"holds"}
    assert states(found)["listeners"] == {"holds"}
    assert "metrics (0.0.0.0)" in shown(found)


def test_who_opens_evidence_and_for_how_long_it_lives(folder: Path) -> None:
    text = shown(long_kept(folder))
    for said in ("custodian", "officer", "council", "72 h, exceptions: yard 200 h", "up to 200 h"):
        assert said in text
    assert states(sealed(folder))["evidence"] == {"holds"}
    assert states(site(folder))["evidence"] == {"holds"}
    assert "no clip is kept" in shown(site(folder))


def test_a_seal_that_leaves_the_plain_text_is_not_green(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sealer, "__call__", lambda _, plain, *, last: plain if last else b"")
    assert states(sealed(folder))["evidence"] == {"open"}


def test_previews_are_named_as_the_file_has_them(folder: Path) -> None:
    text = shown(sealed(folder))
    assert "2 s before to 6 s after it, 3 pictures a second, at most 640 px wide" in text
    assert "its head goes to the centre with each heartbeat" in text


def test_a_preview_on_which_a_face_can_be_seen_is_not_green(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states(sealed(folder))["preview"] == {"holds"}
    monkeypatch.setattr(LiveRedactor, "boxes", lambda *_: ())
    assert states(sealed(folder))["preview"] == {"open"}


def test_a_mask_counts_for_what_it_blackens(folder: Path) -> None:
    (masks,) = (each for each in verdicts(site(folder)) if each.name == "masks")
    assert masks == Verdict("masks", "holds", "masks-black", (2, "52%", "100%"))


def test_a_network_that_tells_points_of_a_face_is_not_green(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states(site(folder))["nobody"] == {"holds"}
    (faces,) = (each for each in CATALOGUE if each.name == FACES)
    points = next(port.name for port in signature_of(path_of(faces)).outputs if port.shape[1] == 10)
    more = msgspec.structs.replace(faces, outputs=(*faces.outputs, points))
    objects = tuple(each for each in CATALOGUE if each.name != FACES)
    monkeypatch.setattr("models.catalogue.CATALOGUE", (*objects, more))
    assert states(site(folder))["nobody"] == {"open"}


def test_without_the_network_for_faces_redaction_is_not_green(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert states(site(folder))["redaction"] == {"holds"}
    monkeypatch.setattr("models.catalogue.digest_of", lambda _: "another file")
    assert states(site(folder))["redaction"] == {"open"}


def test_what_is_open_stands_again_among_the_risks(folder: Path) -> None:
    text = shown(shared(folder))
    risks = text[text.index("Open risks") :]
    assert "may read the files of: $.broker.password_file" in risks
    assert "stays uncovered" in risks


def test_every_word_has_both_languages_and_the_same_facts() -> None:
    for chinese, english in WORDS.values():
        assert chinese
        assert english
        assert chinese.count("{") == english.count("{")
    with pytest.raises(KeyError):
        Words("zh")("no such word")


@pytest.mark.parametrize(("lang", "said"), [("zh", "数据保护影响评估报告"), ("en", "Open risks")])
def test_the_command_writes_it_in_either_language(tmp_path: Path, lang: str, said: str) -> None:
    out = tmp_path / "report.html"
    words = ["--center", "configs/center.yaml", "--out", str(out), "--lang", lang]
    answer = tocsin("dpia", "configs/edge.yaml", *words, env=SECRETS)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith(f"{out}: safeguards that hold: ")
    assert said in out.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--lang", "fr"], "--lang fr: no such language; there are: zh, en"),
        (["--out", "/nowhere/x.html"], "--out /nowhere/x.html: cannot be written"),
        (["--center", "/nowhere.yaml"], "/nowhere.yaml: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(words: list[str], said: str) -> None:
    answer = said_by("dpia", "configs/edge.yaml", *words, env=SECRETS)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_file_that_would_not_start_gets_no_report(folder: Path) -> None:
    with pytest.raises(ConfigError, match="states no purpose"):
        site(folder, ("    purpose: The yard at night\n", ""))


@pytest.mark.chromium
@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")
@pytest.mark.parametrize("width", [1280, 390])
def test_a_browser_shows_it_and_asks_nobody(folder: Path, width: int) -> None:
    out = folder / "report.html"
    out.write_text(shown(site(folder, centre=True)))
    with browser(folder) as opened:
        opened.resize(width, 900)
        opened.open(out.as_uri())
        opened.wait("document.querySelectorAll('.card svg').length === 2")
        assert opened.requests == [out.as_uri()]
        assert not opened.complaints
        assert opened.value("document.documentElement.scrollWidth <= innerWidth")
        assert opened.value("document.querySelectorAll('.state.holds').length") > 5


def test_the_page_on_privacy_leads_to_tests_and_notes_that_are_there() -> None:
    page = ROOT / "docs" / "privacy.md"
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    assert sum("/tests/" in link for link in links) > 15
    assert [link for link in links if not (page.parent / link).exists()] == []
