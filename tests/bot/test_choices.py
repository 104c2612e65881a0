"""What is offered while a member types: the likeliest first, quickly found, and remembered."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.styles import Catalogue, Style
from bot.commands.paint import shown
from bot.store import styles_used
from bot.store.database import Database, StoreFailed, opened
from bot.store.styles_used import StylesUsed
from bot.styles.choices import MOST, Choices
from bot.styles.near import Names
from bot.styles.picks import Blend, Picks

ME, OTHER = 4, 5


def style(name: str, title: str = "", trigger: str = "") -> Style:
    return Style(name=name, path=Path(name), sha256="0" * 64, title=title, trigger=trigger)


STYLES = [
    style("sks", "Ink woodcut", "in sks style"),
    style("neon", "City lights"),
    style("woodland"),
    style("oldwood"),
    style("felt", "Wool, on a table"),
]


PICKS = Picks(Catalogue(STYLES))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path / "bot.sqlite") as database:
        yield database


@pytest.fixture
def choices(database: Database) -> Choices:
    return Choices(StylesUsed(database))


async def names(choices: Choices, typed: str, user: int = ME, picks: Picks = PICKS) -> list[str]:
    return [one.name for one in await choices.of(user, typed, picks)]


async def test_a_beginning_goes_before_a_part_and_a_part_before_words(choices: Choices) -> None:
    assert await names(choices, "wood") == ["woodland", "sks", "oldwood"]
    assert await names(choices, "  WOOD  ") == ["woodland", "sks", "oldwood"]
    assert await names(choices, "table wool") == ["felt"]
    assert await names(choices, "SKS sty") == ["sks"]


async def test_slips_are_met_with_what_is_nearest_and_nonsense_with_nothing(choices: Choices) -> None:
    assert await names(choices, "noen") == ["neon"]
    assert (await names(choices, "wodland"))[0] == "woodland"
    assert await names(choices, "qqqq") == []


async def test_favourites_go_first_then_what_was_used_lately_and_only_among_equals(choices: Choices) -> None:
    await choices.used(ME, "felt", PICKS)
    await choices.used(ME, "oldwood", PICKS)
    await choices.star(ME, "neon", True)
    assert await names(choices, "") == ["neon", "oldwood", "felt", "sks", "woodland"]
    assert await names(choices, "wood") == ["woodland", "oldwood", "sks"]
    assert await names(choices, "", OTHER) == [one.name for one in STYLES]
    await choices.star(ME, "neon", False)
    assert await names(choices, "") == ["oldwood", "felt", "sks", "neon", "woodland"]


async def test_what_a_member_likes_is_there_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path / "bot.sqlite") as database:
        choices = Choices(StylesUsed(database))
        await choices.used(ME, "sks + felt", PICKS)
        await choices.used(ME, "gone + neon", PICKS)
        await choices.star(ME, "woodland", True)
        before = await names(choices, "")
    async with opened(tmp_path / "bot.sqlite") as database:
        choices = Choices(StylesUsed(database))
        assert await names(choices, "") == before == ["woodland", "neon", "felt", "sks", "oldwood"]


async def test_a_member_is_read_once(choices: Choices, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await choices.star(ME, "felt", True)
    monkeypatch.setattr(database, "read", None)
    assert (await names(choices, ""))[0] == "felt"


async def test_a_database_that_fails_costs_no_more_than_the_order(
    choices: Choices, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> list[tuple[object, ...]]:
        raise StoreFailed("The bot's database could not be read.")

    monkeypatch.setattr(database, "read", fails)
    assert await names(choices, "neo") == ["neon"]


async def test_of_a_thousand_styles_no_more_are_offered_than_discord_takes_and_those_are_the_right_ones(
    database: Database,
) -> None:
    many = [style(f"style {number:03}", "*" * 200) for number in range(1_000)]
    choices, picks = Choices(StylesUsed(database)), Picks(Catalogue(many))
    for number in range(900, 900 + 2 * MOST):
        await choices.used(ME, f"style {number}", picks)
    await choices.star(ME, "style 500", True)
    offered = await names(choices, "style", picks=picks)
    assert len(offered) == MOST
    assert offered[:3] == ["style 500", "style 949", "style 948"]
    assert len(await StylesUsed(database).of(ME)) == styles_used.MOST + 1
    assert (await names(choices, "stile 777", picks=picks))[0] == "style 777"
    assert all(len(shown(one)) <= 100 for one in await choices.of(ME, "", picks))


@pytest.mark.parametrize("typed", ["*_~`|>", "\ud800", "a" * 6_000, "\x00", " \n ", "🎨" * 100, "ß", "(((", "[a-", "İ"])
async def test_whatever_is_typed_is_answered(choices: Choices, typed: str) -> None:
    found = await names(choices, typed)
    assert set(found) <= {one.name for one in STYLES}
    json.dumps(found)


async def test_styles_that_read_alike_are_told_apart_by_their_names(database: Database) -> None:
    alike = [style("ink - wash"), style("ink", "wash")]
    found = await Choices(StylesUsed(database)).of(ME, "ink", Picks(Catalogue(alike)))
    assert [shown(one) for one in found] == ["ink - wash", "ink - wash"]
    assert {one.name for one in found} == {"ink - wash", "ink"}


async def test_a_style_that_is_added_is_found_at_once(choices: Choices) -> None:
    assert await names(choices, "etching") == []
    assert await names(choices, "etching", picks=Picks(Catalogue([*STYLES, style("etching")]))) == ["etching"]


async def test_a_blend_is_found_before_a_style_of_its_name_which_it_hides(choices: Choices) -> None:
    blend = Blend(id="1", user_id=ME, name="Neon", title="Night ink", parts=((STYLES[0], 0.5), (STYLES[1], 0.5)))
    picks = Picks(Catalogue(STYLES), [blend])
    assert list(await choices.of(ME, "neon", picks)) == [blend]
    assert await names(choices, "ni", picks=picks) == ["Neon"]
    assert await names(choices, "woodlnad", picks=picks) == ["woodland"]
    assert set(await names(choices, "", picks=picks)) == {"sks", "Neon", "woodland", "oldwood", "felt"}


def test_only_so_many_are_compared_letter_by_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    class Counting:
        def __init__(self, autojunk: bool) -> None: ...
        def set_seq2(self, text: str) -> None: ...
        def set_seq1(self, text: str) -> None:
            nonlocal compared
            compared += 1

        def quick_ratio(self) -> float:
            return 0.0

    monkeypatch.setattr("bot.styles.near.difflib.SequenceMatcher", Counting)
    Names([style(f"style {number:03}") for number in range(1_000)]).like("stylee 5")
    assert 0 < compared <= 40
