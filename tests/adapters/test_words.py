import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import words


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("  Ink \n\t Woodcut ", "Ink Woodcut"),
        ("a\x00b\x1bc", "abc"),
        ("a\u202egpj.b", "agpj.b"),
        ("a\u200bb\ufeffc", "abc"),
        ("a\ud800b", "ab"),
        ("墨 ink é", "墨 ink é"),
        ("x" * 300, "x" * 199 + "…"),
        (None, ""),
        (5, ""),
        (["a"], ""),
    ],
)
def test_a_text_becomes_one_visible_line(value: object, seen: str) -> None:
    assert words.line(value) == seen


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("a/b/ink.safetensors", "ink.safetensors"),
        ("a\\b\\ink.safetensors", "ink.safetensors"),
        ("../../etc/passwd", "passwd"),
        ("a/", ""),
        ("x" * 200 + ".safetensors", "x" * 87 + "…" + ".safetensors"),
        ("a." + "x" * 200, "a." + "x" * 97 + "…"),
        (None, ""),
    ],
)
def test_a_path_becomes_the_name_at_its_end(value: object, seen: str) -> None:
    assert words.file_name(value) == seen


@pytest.mark.parametrize(
    ("texts", "seen"),
    [
        (["ink style, Woodcut", "INK STYLE", "woodcut "], ("ink style", "Woodcut")),
        (["<lora:ink:0.8> in ink style"], ("in ink style",)),
        (["ink<LoRA:ink:1>style"], ("ink", "style")),
        (["(ink style:1.2), ((woodcut:0.9))"], ("ink style", "(woodcut)")),
        (["(ink, woodcut:1.2)"], ("ink", "woodcut")),
        (["ahri \\(league of legends\\)"], ("ahri \\(league of legends\\)",)),
        (["a < b", "time (12:30)"], ("a < b", "time 12")),
        ([", ,,", "", None, 5], ()),
        (["x" * 150], ("x" * 99 + "…",)),
        ([str(number) for number in range(50)], tuple(str(number) for number in range(20))),
    ],
)
def test_triggers_lose_tags_and_weights_and_come_once(texts: list[object], seen: tuple[str, ...]) -> None:
    assert words.triggers(texts) == seen


@given(st.lists(st.text(max_size=80), max_size=5))
def test_triggers_are_always_fit_to_keep(texts: list[str]) -> None:
    found = words.triggers(texts)
    assert len({word.casefold() for word in found}) == len(found) <= words.TRIGGERS
    assert all(word == words.line(word, words.TRIGGER) and "," not in word for word in found)


@pytest.mark.parametrize("text", ["(" * 99_999, "<lora:" * 99_999, "(a:" * 99_999, "(1:" + "1" * 99_999])
def test_no_text_is_read_further_than_it_is_long_for_a_person(text: str) -> None:
    assert all(len(word) <= words.TRIGGER for word in words.triggers([text]))
