"""Members' words inside what the bot says: harmless, and no longer than there is room for."""

import re

from bot.changes import difference, told
from bot.jobs import NOTE_CHARACTERS
from bot.quoting import block, quoted, units
from bot.wanted import Wanted
from protocol.paint import PaintRequest


def test_a_difference_names_passages_and_keeps_to_its_room() -> None:
    assert difference("a red cat on a mat", "a blue cat on the mat", 200) == "~~red~~ **blue** ~~a~~ **the**"
    assert difference("cat", "", 200) == "~~cat~~"
    assert difference("a\nb", "a b", 200) == ""
    for most in range(0, 120, 7):
        assert units(difference("x " * 500 + "*" * 90, "y *z* " * 400, most)) <= most


def test_what_was_changed_keeps_to_its_room_whatever_it_is() -> None:
    cats, dogs = "\U0001f63a\U0001f63b " * 400, "\U0001f436\U0001f415 " * 400
    old, new = (Wanted(request=PaintRequest(prompt=words, seed=1)) for words in (cats, dogs))
    mixed = [Wanted(request=PaintRequest(prompt=f"{a} x " * 300, seed=2)) for a in ("\U0001f63a" * 9, "\U0001f436" * 9)]
    for before, after in ((old, new), (new, old), (old, mixed[0]), (mixed[0], mixed[1])):
        assert 0 < units(told(before, after, "ru")) <= NOTE_CHARACTERS


def test_quoted_words_keep_to_their_room_and_end_with_nothing_half() -> None:
    for words in ("*" * 50, "\\" * 50, "x*" * 30, "\U0001f63a" * 30, "a\nb " * 20):
        for most in range(2, 60):
            short = quoted(words, most)
            assert units(short) <= most
            assert not re.search(r"(?<!\\)(\\\\)*\\$", short.removesuffix("…"))
            assert not re.search(r"(?<!\\)(\\\\)*\*", short)
    assert quoted("a * b", 6) == r"a \* b"


def test_no_row_of_backticks_ends_a_block_of_code() -> None:
    for number in range(12):
        words = "a" + "`" * number
        shown = block(words, 100)
        assert shown.count("```") == 2
        assert shown.replace("\u200b", "") == f"```\n{words}\n```"
