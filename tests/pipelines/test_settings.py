"""What is wrong in a file is said with file, line, key and fix."""

from typing import Annotated, Any

import msgspec
import pytest

from pipelines.errors import ConfigError
from pipelines.settings import Id, parse


class Wheel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part in a list."""

    size: Annotated[int, msgspec.Meta(ge=1)] = 1
    label: str = msgspec.field(default="", name="class")


class Bell(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="bell"):
    """One of two kinds, told apart by a tag."""

    tone: str = ""


class Horn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="horn"):
    """The other kind."""

    reach_m: float = 0.0


class Cart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file's root."""

    id: Id
    speed: float = 1.0
    password: str = ""
    wheels: tuple[Wheel, ...] = ()
    signal: Bell | Horn | None = None
    bags: dict[str, Wheel] = {}


FILES = {"/secrets/word": "  open sesame\n"}


def read(name: str) -> str:
    if name not in FILES:
        raise FileNotFoundError(2, "No such file or directory")
    return FILES[name]


def cart(text: str, **env: str) -> Cart:
    return parse(Cart, text, name="cart.yaml", env=env, read=read)


def complaint(text: str, **env: str) -> str:
    with pytest.raises(ConfigError) as caught:
        cart(text, **env)
    return str(caught.value)


def test_a_good_file_becomes_a_struct_with_its_defaults() -> None:
    read_cart = cart("id: red-1\nwheels:\n  - size: 2\n    class: spare\n  - {}\n")
    assert read_cart == Cart(id="red-1", wheels=(Wheel(size=2, label="spare"), Wheel()))


def test_a_wrong_type_is_named_with_line_and_place() -> None:
    said = complaint("id: red\nspeed: fast\n")
    assert said == "cart.yaml:2: Expected `float`, got `str` - at $.speed"


def test_a_wrong_value_deep_in_a_list_is_found() -> None:
    said = complaint("id: red\nwheels:\n  - size: 3\n  - class: spare\n    size: 0\n")
    assert said.startswith("cart.yaml:5: ")
    assert said.endswith("- at $.wheels[1].size")


def test_an_id_that_fits_no_topic_is_refused() -> None:
    for bad in ("Gate 1", "gate/1", "gate.1", "+", "'#'", "''", "-gate"):
        said = complaint(f"id: {bad}\n")
        assert said.startswith("cart.yaml:1: this does not fit - at $.id; small letters, digits")


def test_a_missing_key_is_named() -> None:
    assert "missing required field `id`" in complaint("speed: 2.0\n")


def test_an_unknown_key_is_answered_with_the_nearest_one() -> None:
    said = complaint("id: red\n\nsped: 3.0\n")
    assert said == "cart.yaml:3: unknown key 'sped' - at $; did you mean 'speed'?"


def test_an_unknown_key_in_a_list_is_answered_with_the_keys_that_belong_there() -> None:
    said = complaint("id: red\nwheels:\n  - size: 1\n    zzz: 1\n")
    assert said == "cart.yaml:4: unknown key 'zzz' - at $.wheels[0]; known keys: class, size"


def test_a_key_that_is_written_otherwise_than_our_name_for_it_is_still_offered() -> None:
    said = complaint("id: red\nwheels:\n  - label: spare\n")
    assert said.endswith("known keys: class, size")


def test_an_unknown_key_of_a_tagged_kind_knows_its_tag() -> None:
    said = complaint("id: red\nsignal:\n  type: bell\n  tune: c\n")
    assert said.startswith("cart.yaml:4: unknown key 'tune' - at $.signal; did you mean 't")
    assert "type" in complaint("id: red\nsignal:\n  type: bell\n  zzz: c\n")


def test_an_unknown_key_under_a_name_of_ones_own_is_found() -> None:
    said = complaint("id: red\nbags:\n  left:\n    sise: 1\n")
    assert "unknown key 'sise'" in said
    assert "did you mean 'size'?" in said


def test_a_variable_is_taken_from_the_environment() -> None:
    assert cart("id: red-${N}\npassword: ${A}${B}\n", N="7", A="-", B="b") == Cart(
        id="red-7", password="-b"
    )


@pytest.mark.parametrize("plain", ["hush", "hush${A}", "${A}hush"])
def test_a_password_in_plain_is_refused_and_not_repeated(plain: str) -> None:
    said = complaint(f"id: red\npassword: {plain}\n", A="x")
    assert said.startswith("cart.yaml:2: a secret stands here in plain - at $.password; ")
    assert "password_file: FILE" in said
    assert "hush" not in said


def test_a_password_within_a_url_is_one_too() -> None:
    wheel = "id: red\nwheels: [{class: 'rtsp://viewer:%s@cam:554/1'}]\n"
    said = complaint(wheel % "hush")
    assert "$.wheels[0].class; take it out of the URL" in said
    assert "hush" not in said
    assert cart(wheel % "${W}", W="hush").wheels[0].label == "rtsp://viewer:hush@cam:554/1"
    assert cart("id: red\nwheels: [{class: 'rtsp://cam:554/a@b'}]\n").wheels[0].label


def test_a_variable_that_is_not_set_is_named_with_its_line() -> None:
    said = complaint("id: red\npassword: ${BELL_WORD}\n")
    assert said.startswith("cart.yaml:2: the environment has no BELL_WORD - at $.password; ")
    assert said.endswith("set it, or write password_file: FILE in place of password")


def test_a_variable_in_a_list_is_filled_too() -> None:
    assert cart("id: red\nwheels:\n  - class: ${KIND}\n", KIND="spare").wheels[0].label == "spare"


def test_a_secret_is_read_from_its_file_and_trimmed() -> None:
    assert cart("id: red\npassword_file: /secrets/word\n").password == "open sesame"


def test_the_path_of_a_secret_may_hold_a_variable() -> None:
    text = "id: red\npassword_file: ${WHERE}/word\n"
    assert cart(text, WHERE="/secrets").password == "open sesame"


def test_what_a_secret_holds_is_not_filled_in() -> None:
    FILES["/secrets/odd"] = "${HOME}"
    assert cart("id: red\npassword_file: /secrets/odd\n", HOME="x").password == "${HOME}"


def test_a_secret_that_is_not_there_is_named_with_line_and_file() -> None:
    said = complaint("id: red\npassword_file: /secrets/none\n")
    assert said.startswith("cart.yaml:2: /secrets/none: No such file or directory")


def test_a_secret_that_is_no_text_is_named_too() -> None:
    def binary(_: str) -> str:
        return b"\xff\xfe".decode()

    with pytest.raises(ConfigError, match=r"cart\.yaml:2: key\.bin: "):
        parse(Cart, "id: red\npassword_file: key.bin\n", name="cart.yaml", env={}, read=binary)


def test_a_secret_never_shows_in_a_message() -> None:
    FILES["/secrets/id"] = "NOT AN ID"
    assert "NOT AN ID" not in complaint("id_file: /secrets/id\n")


@pytest.mark.parametrize("text", ["id: [1\n", "id: 'x\n", "a: b: c\n", "\tid: red\n", "id: @x\n"])
def test_what_is_not_yaml_is_said_with_its_line(text: str) -> None:
    said = complaint("speed: 1.0\n" + text)
    assert said.startswith(("cart.yaml:2: not YAML: ", "cart.yaml:3: not YAML: "))


@pytest.mark.parametrize("text", ["id: \x00\n", "id: 2024-13-45\n", "id: 0b_\n", "id: !odd x\n"])
def test_odd_scalars_are_an_error_of_the_file_and_no_crash(text: str) -> None:
    assert complaint(text).startswith("cart.yaml")


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("!!bool hush", "bool"),
        ("!!int ''", "int"),
        ("!!int hush", "int"),
        ("!!float _", "float"),
        ("!!timestamp hush", "timestamp"),
        ("1" + ":59" * 200 + ".5", "float"),
    ],
)
def test_a_value_that_is_not_what_its_tag_says_is_named_with_its_line_and_not_repeated(
    value: str, tag: str
) -> None:
    assert complaint(f"id: red\nspeed: {value}\n") == f"cart.yaml:2: not YAML: this is no {tag}"
    assert complaint(f"id: red\n? {value}\n: 1\n") == f"cart.yaml:2: not YAML: this is no {tag}"


def test_a_character_beyond_all_that_there_are_is_an_error_of_the_file() -> None:
    assert complaint('id: "\\UFFFFFFFF"\n').startswith("cart.yaml: not YAML: ")


@pytest.mark.parametrize("half", ["\\0", "\\ud800", "\\udfff"])
def test_what_nobody_can_send_or_store_is_refused_where_it_stands(half: str) -> None:
    said = (
        "cart.yaml:3: NUL, or half a surrogate pair, is no text - at $.bags.red.class; leave it out"
    )
    assert complaint(f'id: red\nbags:\n  red: {{class: "a{half}b"}}\n') == said


def test_it_is_refused_as_a_name_too_and_from_the_environment() -> None:
    assert complaint('id: red\nbags: {"a\\0b": {size: 1}}\n').startswith("cart.yaml:2: NUL")
    assert complaint("id: red\npassword: ${WORD}\n", WORD="a\udc80").startswith("cart.yaml:2: NUL")


@pytest.mark.parametrize("text", ["", "- 1\n", "just words\n", "# nothing\n"])
def test_a_file_without_keys_is_refused(text: str) -> None:
    assert complaint(text) == "cart.yaml: the file must hold keys and values, it holds none"


@pytest.mark.parametrize("text", ["id: red\nid: blue\n", "id: red\nwheels: [{size: 1, size: 2}]\n"])
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    assert "stands twice" in complaint(text)


def test_a_secret_beside_the_key_it_fills_is_refused() -> None:
    said = complaint("id: red\npassword: x\npassword_file: /secrets/word\n")
    assert "'password'" in said
    assert "stands twice" in said


def test_keys_that_are_no_text_are_an_error_of_the_file() -> None:
    assert complaint("id: red\n8080: x\n").startswith("cart.yaml:")
    assert complaint("id: red\non: x\n").startswith("cart.yaml:")


def test_settings_cannot_be_changed_once_they_are_read() -> None:
    read_cart: Any = cart("id: red\n")
    with pytest.raises(AttributeError):
        read_cart.speed = 2.0
