"""Triggers in prompts: each once, only where it is missing, and inside what the encoder reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.prompt import compose, has_phrase
from protocol.paint import AdapterUse


class FirstCharacters:
    """Reads a fixed number of characters."""

    def __init__(self, limit: int = 1000) -> None:
        self.limit = limit

    def read_until(self, text: str) -> int:
        return min(self.limit, len(text))


def use(trigger: str, weight: float = 1.0, digit: str = "0") -> AdapterUse:
    return AdapterUse(digit * 64, weight, trigger)


def test_a_missing_trigger_goes_to_the_end() -> None:
    composed = compose("astronaut", [use("in sks style")], FirstCharacters())
    assert composed.text == "astronaut, in sks style"
    assert composed.added == ("in sks style",)
    assert composed.cut == ""


@pytest.mark.parametrize(
    "prompt",
    [
        "astronaut in sks style",
        "Astronaut In SKS Style, blue",
        "astronaut (in sks style:1.2)",
        "astronaut, (in (sks:1.3) style)",
        "astronaut in sks++ style",
        "[in sks style] astronaut",
        "astronaut in  sks\nstyle",
    ],
)
def test_a_trigger_that_the_member_wrote_is_not_added_again(prompt: str) -> None:
    assert compose(prompt, [use("in sks style")], FirstCharacters()).added == ()


@pytest.mark.parametrize("prompt", ["in sksy style", "xin sks style", "in sks styles", "sks", ""])
def test_a_trigger_counts_only_as_a_whole_phrase(prompt: str) -> None:
    assert not has_phrase(prompt, "in sks style")


def test_the_strongest_adapter_speaks_first() -> None:
    uses = [use("one", 0.3, "1"), use("two", -0.9, "2"), use("three", 0.5, "3")]
    assert compose("cat", uses, FirstCharacters()).text == "cat, two, three, one"


def test_an_adapter_of_weight_zero_adds_no_trigger() -> None:
    assert compose("cat", [use("in sks style", 0.0)], FirstCharacters()).text == "cat"


def test_two_adapters_with_one_trigger_add_it_once() -> None:
    assert compose("cat", [use("neon", digit="1"), use("Neon", 0.5, "2")], FirstCharacters()).text == "cat, neon"


def test_a_trigger_that_would_not_be_read_moves_to_the_front() -> None:
    composed = compose("a very long prompt", [use("in sks style")], FirstCharacters(24))
    assert composed.text == "in sks style, a very long prompt"
    assert composed.cut == "g prompt"


def test_a_prompt_without_adapters_stays_as_it_is_and_says_what_is_cut() -> None:
    composed = compose("astronaut,", [], FirstCharacters(5))
    assert composed.text == "astronaut,"
    assert composed.cut == "naut,"


@given(st.text(max_size=60), st.text(min_size=1, max_size=20), st.integers(1, 100))
def test_composing_twice_adds_nothing_more(prompt: str, trigger: str, limit: int) -> None:
    uses = [AdapterUse("0" * 64, 1.0, "x" + "".join(c for c in trigger if c.isalnum()) + "y")]
    reader = FirstCharacters(10_000)
    once = compose(prompt, uses, reader).text
    assert compose(once, uses, reader).text == once.strip()
    assert compose(prompt, uses, FirstCharacters(limit)).cut in compose(prompt, uses, FirstCharacters(limit)).text
