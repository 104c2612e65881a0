import json
from pathlib import Path
from typing import Any

import pytest

from adapters.styles import Catalogue, Style
from protocol.errors import AdapterRefused, InvalidRequest
from protocol.paint import AdapterUse
from tests.adapters.files import write_styles


def test_a_folder_of_styles_is_read_in_its_order(tmp_path: Path) -> None:
    hashes = write_styles(tmp_path, "sks", "neon", family="sd", range=[0.2, 1.2])
    sks, neon = Catalogue.of(tmp_path)
    assert (sks.name, sks.title, sks.trigger, sks.family) == ("sks", "Sks", "in sks style", "sd")
    assert sks.use() == AdapterUse(hashes["sks"], 1.0, "in sks style")
    assert sks.use(0.5, with_trigger=False) == AdapterUse(hashes["sks"], 0.5, "")
    assert (neon.weight_range, neon.licence, neon.credit) == ((0.2, 1.2), "CC0", "us")
    assert neon.file_bytes() == len(neon.read())


def test_a_style_goes_by_its_name_in_any_case_and_by_its_hash(tmp_path: Path) -> None:
    hashes = write_styles(tmp_path, "sks")
    catalogue = Catalogue.of(tmp_path)
    assert catalogue.named(" SKS ") is catalogue.with_hash(hashes["sks"])
    assert catalogue.with_hash("0" * 64) is None


def test_a_later_folder_hides_a_name_of_an_earlier_one(tmp_path: Path) -> None:
    write_styles(tmp_path / "ours", "sks", "neon")
    write_styles(tmp_path / "theirs", "sks")
    catalogue = Catalogue.of(tmp_path / "ours", tmp_path / "theirs", tmp_path / "none")
    assert len(catalogue) == 2
    assert catalogue.named("sks").path.parent.name == "theirs"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("skz", "There is no style 'skz'. Did you mean sks?"),
        ("Ink wood cut", "There is no style 'Ink wood cut'. Did you mean sks?"),
        ("in sks styl", "There is no style 'in sks styl'. Did you mean sks?"),
        ("qqqqq", "There is no style 'qqqqq'. There are sks, neon."),
        ("", "There is no style ''. There are sks, neon."),
    ],
)
def test_a_style_nobody_has_is_refused_with_those_that_come_near(asked: str, said: str, tmp_path: Path) -> None:
    sks = Style(name="sks", path=tmp_path, sha256="0" * 64, title="Ink woodcut", trigger="in sks style")
    with pytest.raises(InvalidRequest) as caught:
        Catalogue([sks, Style(name="neon", path=tmp_path, sha256="1" * 64)]).named(asked)
    assert (caught.value.sentence, caught.value.param) == (said, "style")


def test_without_any_styles_the_refusal_says_so() -> None:
    with pytest.raises(InvalidRequest, match="there are no styles here"):
        Catalogue([]).named("sks")


def test_a_file_that_was_changed_is_refused_when_it_is_read(tmp_path: Path) -> None:
    write_styles(tmp_path, "sks")
    style = Catalogue.of(tmp_path).named("sks")
    style.path.write_bytes(b"something else")
    for touch in (style.read, style.check):
        with pytest.raises(AdapterRefused, match="was changed"):
            touch()
    style.path.unlink()
    for touch in (style.read, style.check, style.file_bytes):
        with pytest.raises(AdapterRefused, match="is missing"):
            touch()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"styles": 5}', "[" * 99_999, '{"styles": [5]}', '{"styles": [{}]}']
)
def test_a_list_of_styles_that_cannot_be_read_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "styles.json").write_text(text)
    with pytest.raises(AdapterRefused, match=r"styles\.json"):
        Catalogue.of(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", ""),
        ("name", " sks"),
        ("name", "a,b"),
        ("name", "x" * 41),
        ("title", "two\nlines"),
        ("trigger", 5),
        ("weight", 1.6),
        ("weight", "strong"),
        ("range", [0]),
        ("range", [1.5, 0]),
        ("range", "all"),
        ("file", "../sks.safetensors"),
        ("file", "/etc/passwd"),
        ("file", "..\\sks.safetensors"),
        ("file", ".."),
        ("file", 5),
        ("sha256", "abc"),
        ("preset", "warp"),
    ],
)
def test_a_style_with_a_wrong_value_is_refused(key: str, value: Any, tmp_path: Path) -> None:
    write_styles(tmp_path, "sks", **{key: value})
    with pytest.raises(AdapterRefused, match="a style that cannot be used"):
        Catalogue.of(tmp_path)


def test_two_styles_of_one_name_in_a_folder_are_refused(tmp_path: Path) -> None:
    write_styles(tmp_path, "sks", "Sks")
    with pytest.raises(AdapterRefused, match="two styles named sks"):
        Catalogue.of(tmp_path)


def test_keys_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    write_styles(tmp_path, "sks", previews=["a.png"])
    assert json.loads((tmp_path / "styles.json").read_text())["styles"][0]["previews"]
    assert len(Catalogue.of(tmp_path)) == 1


def test_of_many_styles_only_some_are_named(tmp_path: Path) -> None:
    write_styles(tmp_path, *(f"style{number}" for number in range(300)))
    with pytest.raises(InvalidRequest, match="style19 and 280 more") as wrong:
        Catalogue.of(tmp_path).named("zzzzzzzz")
    assert len(wrong.value.sentence) < 500
