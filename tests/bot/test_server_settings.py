"""What a server can set: which values each setting takes, and that what is written is read again."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.servers.settings import LISTED, NAMES, WORDS, ServerSettings, largest
from bot.sizes import ASPECTS
from bot.texts import LOCALES
from protocol.errors import InvalidRequest

ids = st.integers(1, 2**63 - 1)
listed = st.lists(ids, max_size=LISTED, unique=True).map(tuple)
word = st.from_regex(r"[a-zа-я]{1,20}", fullmatch=True)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "channels": listed,
    "roles": listed,
    "style_roles": listed,
    "log_channel": st.none() | ids,
    "language": st.none() | st.sampled_from(LOCALES),
    "default_style": st.none() | word,
    "default_aspect": st.none() | st.sampled_from(ASPECTS),
    "default_steps": st.none() | st.integers(1, 150),
    "default_guidance": st.none() | st.floats(0, 30),
    "default_negative": st.none() | st.text(alphabet=st.characters(exclude_categories=["C"]), max_size=200),
    "most_side": st.none() | st.integers(8, 256).map(lambda one: 8 * one),
    "most_steps": st.none() | st.integers(1, 150),
    "most_count": st.none() | st.integers(1, 16),
    "quota": st.none() | st.integers(1, 10_000),
    "role_quotas": st.dictionaries(ids, st.integers(1, 10_000), max_size=LISTED),
    "role_weights": st.dictionaries(ids, st.floats(0.1, 100), max_size=LISTED),
    "blocked_words": st.lists(word, max_size=20, unique=True).map(tuple),
    "hidden_styles": st.lists(word, max_size=LISTED, unique=True).map(tuple),
    "adult": st.booleans(),
    "spoiler": st.booleans(),
}
some = st.fixed_dictionaries({}, optional=VALUES).map(lambda fields: ServerSettings(**fields))


def test_every_setting_is_checked_and_tried_here() -> None:
    fields = {one.name for one in dataclasses.fields(ServerSettings)}
    assert fields == set(NAMES) == set(VALUES)


@given(some)
def test_what_is_written_is_read_again(settings: ServerSettings) -> None:
    assert ServerSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings
    assert ServerSettings.from_json(json.loads(json.dumps(settings.everything()))) == settings
    assert set(settings.everything()) == set(NAMES)


def test_nothing_is_written_where_nothing_is_set() -> None:
    assert ServerSettings().to_json() == {}
    assert ServerSettings.from_json({}) == ServerSettings()


WRONG: dict[str, list[Any]] = {
    "channels": [None, [1], (0,), (2**63,), ("1",), (True,), tuple(range(1, LISTED + 2))],
    "roles": [None, (-1,)],
    "style_roles": [None, (1.5,)],
    "log_channel": [0, "1", True],
    "language": ["", "xx", 1],
    "default_style": ["", " ", "a" * 101, "a\nb", 1],
    "default_aspect": ["", "7:5", 1],
    "default_steps": [0, 151, 1.5, True, "20"],
    "default_guidance": [-0.1, 30.1, float("nan"), float("inf"), "7"],
    "default_negative": ["a" * 2_001, "\x00", 1],
    "most_side": [0, 63, 65, 2_056, 512.0],
    "most_steps": [0, 151],
    "most_count": [0, 17],
    "quota": [0, 10_001],
    "role_quotas": [None, {1: 0}, {1: "5"}, {0: 5}, {1: True}, dict.fromkeys(range(1, LISTED + 2), 5), [1]],
    "role_weights": [None, {1: 0.0}, {1: 101}, {1: float("nan")}, {"1": 1.0}],
    "blocked_words": [None, ("",), (" ",), ("a" * 51,), ("!!!",), ("a\nb",), (1,), ["a"], ("a",) * (WORDS + 1)],
    "hidden_styles": [None, ("",), ("a" * 101,), ("a",) * (LISTED + 1)],
    "adult": [None, 1, "true"],
    "spoiler": [None, 0],
}


def test_a_wrong_value_of_every_setting_is_known() -> None:
    assert set(WRONG) == set(NAMES)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_value_that_its_setting_cannot_have_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InvalidRequest, match=re.escape(name)):
        ServerSettings(**{name: value})


def test_blocked_words_have_room_in_a_form_together() -> None:
    with pytest.raises(InvalidRequest, match="blocked_words"):
        ServerSettings(blocked_words=tuple(f"{number:050}" for number in range(WORDS)))


@pytest.mark.parametrize(
    "told",
    [None, [], "x", {"unknown": 1}, {"channels": "12"}, {"channels": ["x"]}, {"channels": ["-1"]}, {"channels": [1.5]},
     {"channels": ["9" * 21]}, {"channels": ["١"]}, {"role_quotas": []}, {"role_quotas": {"x": 1}},
     {"blocked_words": [["a"]]}, {"blocked_words": [{}]}, {"blocked_words": "boom"}, {"log_channel": []}],
)  # fmt: skip
def test_what_is_no_settings_is_refused(told: object) -> None:
    with pytest.raises(InvalidRequest):
        ServerSettings.from_json(told)


def test_of_several_roles_the_largest_number_holds() -> None:
    assert largest({1: 2.0, 2: 5.0, 3: 9.0}, {1, 2}) == 5.0
    assert largest({1: 2.0}, {2}) is None


def test_every_setting_is_explained_to_admins() -> None:
    page = (Path(__file__).parents[2] / "docs" / "bot.md").read_text("utf-8")
    section = page.partition("## For server admins")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(NAMES)
