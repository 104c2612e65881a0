"""Blocked words: found in whatever disguise, and not in words that are others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.servers.blocked_words import can_be_found, first_blocked

BLOCKED = ("boom", "hell", "заяц", "cunt", "ass", "дурак", "pot", "1488", "see saw", "хуй")


@pytest.mark.parametrize(
    "words",
    [
        "a boom!", "BOOM", "bооm", "НЕLL", "b\u200bo\u200bom", "b\u00ado\u2060om", "b o o m", "I see a b o o m here",
        "b.o.o.m", "b_o_o_m", "bo-om", "b\no\no\nm", "b00m", "8oom", "böom", "b̷o̶om", "ｂｏｏｍ", "𝕓𝕠𝕠𝕞", "Ⓑⓞⓞⓜ", "🅱🅾🅾🅼",
        "🇧🇴🇴🇲", "boooooom", "b\u3164oom", "h3ll", "he11", "heIl", "he||", "hell!", "3аяц", "ЗАЯЦ", "за́яц", "заяц!",
        "a$$", "@ss", "4ss", "дураk", "дуpaк", "д у р а к", "1488", "see-saw", "See   Saw", "ХУЙ", "x у й",
        "\u202emoob\u202c boom",
    ],
)  # fmt: skip
def test_a_blocked_word_is_found(words: str) -> None:
    assert first_blocked(words, BLOCKED) is not None


@pytest.mark.parametrize(
    "words",
    [
        "Scunthorpe", "assassin in the grass", "a shell", "he'll", "hello", "boomer", "classic", "a s", "pass!",
        "see the saw",
        "455 mm", "in 1984", "Это рот кота и глаз", "зайцы", "дурацкий", "страховка", "", " ", "!!!", "🇧🇴", "4k 3d 2b",
    ],
)  # fmt: skip
def test_another_word_is_not(words: str) -> None:
    assert first_blocked(words, BLOCKED) is None


def test_it_is_told_as_it_was_blocked() -> None:
    assert first_blocked("a BÖÖM", ["cat", "Boom!"]) == "Boom!"


def test_a_russian_word_that_looks_like_an_english_one_is_that_where_nothing_around_it_is_russian() -> None:
    assert first_blocked("рот", ["pot"]) == "pot"
    assert first_blocked("рот и глаза", ["pot"]) is None
    assert first_blocked("рот и глаза", ["рот"]) == "рот"
    assert first_blocked("pot", ["рот"]) == "рот"


def test_what_has_neither_letters_nor_digits_cannot_be_found() -> None:
    assert [can_be_found(word) for word in ("boom", "1", "ё", "!!!", "\u200b", "🎈")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert first_blocked("!!! 🎈", ["!!!", "🎈", "\u200b"]) is None


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=20), st.text(max_size=40))
def test_a_word_is_found_as_it_was_written(word: str, around: str) -> None:
    if can_be_found(word):
        assert first_blocked(f"{around} , {word} , {around}", [word]) == word


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=20), max_size=5))
def test_no_words_are_too_strange(words: str, blocked: list[str]) -> None:
    found = first_blocked(words, blocked)
    assert found is None or found in blocked
