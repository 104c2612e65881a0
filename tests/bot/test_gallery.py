"""`/styles`, as members meet it: the gallery, a style's card, and what can be done from there."""

import asyncio
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from adapters.library import Library
from adapters.styles import Style
from bot.quoting import units
from bot.styles.gallery import LOOK, WORDS, Look, Sort, id_of, matching, searched
from bot.texts import text
from playground.testing import Person, Playground
from protocol.parameters import painted_in
from tests.bot.acting import bot, refused
from tests.bot.acting import pictures as painted
from tests.bot.adding import forged
from tests.bot.gallery import add, folder_of, labels, listed, parts, pictures, words
from tests.bot.stats_rows import Done, put

Json = dict[str, Any]
QUIET = {"seconds": {"bot.styles.previews.QUIET_SECONDS": 0.1, "bot.styles.previews.LOOK_SECONDS": 0.1}}
HOSTILE = "@everyone <@1> **b** ||x|| `y` [z](http://e) \u202e\u200bend"


async def gallery(person: Person, channel: Any) -> Json:
    message = await (await person.run(channel, "styles")).message()
    assert message["only_you"]
    return message


async def card(person: Person, channel: Any, style: str) -> Json:
    message = await (await person.run(channel, "styles", style=style)).message()
    assert message["only_you"]
    return message


async def clicked(person: Person, message: Json, button: str) -> Json:
    return await (await person.click(message, button)).update()


async def chosen(person: Person, message: Json, menu: str, value: str) -> Json:
    return await (await person.select(message, menu, value)).update()


async def found(person: Person, message: Json, typed: str) -> Json:
    """The page after a search."""
    form = await (await person.click(message, "Search")).form()
    used = await person.submit(form, words=typed)
    return await person.event("MESSAGE_UPDATE", lambda data: data["id"] == message["id"], since=used._since)


# Pages


async def test_pages_turn_and_end_and_go_on_after_a_restart(playground: Playground, tmp_path: Path) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    styles = {"styles": folder_of(tmp_path / "many", 100)}
    async with bot(playground, tmp_path, styles):
        page = await gallery(member, demo.art)
        assert "100 styles here" in words(page)
        assert listed(page) == [f"style{number:04}" for number in range(6)]
        assert labels(page)[:5] == ["<<", "<", "1/17", ">", ">>"]
        assert labels(page, enabled=True)[:2] == [">", ">>"]
        assert len(pictures(page)) == 6
        page = await clicked(member, page, ">")
        assert listed(page)[0] == "style0006"
        page = await clicked(member, page, ">>")
        assert listed(page) == [f"style{number:04}" for number in range(96, 100)]
        assert labels(page, enabled=True)[:2] == ["<<", "<"]
    folder_of(tmp_path / "many", 50)
    async with bot(playground, tmp_path, styles):
        page = await clicked(member, page, "<")
        assert labels(page)[2] == "9/9", "half of them are gone meanwhile, and that page with them"
        assert listed(page) == ["style0048", "style0049"]
        page = await clicked(member, page, "<<")
        assert listed(page)[0] == "style0000"
        assert await refused(playground) == []


@pytest.mark.parametrize(("count", "shown", "buttons"), [(0, 0, []), (1, 1, ["Refresh"]), (7, 6, ["<<", "1/2"])])
async def test_few_styles_have_a_page_too(
    playground: Playground, tmp_path: Path, count: int, shown: int, buttons: list[str]
) -> None:
    member = playground.as_(playground.demo.member)
    async with bot(playground, tmp_path, {"styles": folder_of(tmp_path / "few", count)}):
        page = await gallery(member, playground.demo.art)
        assert len(pictures(page)) == shown
        assert set(buttons) <= set(labels(page))
        assert ("Search" in labels(page)) is (count > 1)
        assert ("There are no styles here yet. `/paint` paints without one." in words(page)) is (count == 0)
        if count == 1:
            assert "1 style here" in words(page)
        assert await refused(playground) == []


async def test_a_thousand_styles_are_looked_through_as_well(playground: Playground, tmp_path: Path) -> None:
    member = playground.as_(playground.demo.member)
    async with bot(playground, tmp_path, {"styles": folder_of(tmp_path / "many", 1_000)}):
        page = await gallery(member, playground.demo.art)
        assert labels(page)[2] == "1/167"
        page = await clicked(member, page, ">>")
        assert listed(page)[-1] == "style0999"
        assert listed(await found(member, page, "title 77")) == ["style0077", *(f"style077{one}" for one in range(5))]
        assert await refused(playground) == []


# Order and search


async def test_they_are_ordered_and_searched_and_that_outlives_a_restart(
    playground: Playground, tmp_path: Path
) -> None:
    demo, data = playground.demo, tmp_path / "data"
    member, other = playground.as_(demo.member), playground.as_(demo.russian)
    async with bot(playground, tmp_path):
        add(data, demo.guild.id, "abc", 1, tags=("forest", "ink"))
        put(
            data / "bot.sqlite",
            [
                Done(user_id=1, guild_id=demo.guild.id, style="sks", pictures=3),
                Done(user_id=1, guild_id=demo.guild.id, style="neon + sks", pictures=2),
                Done(user_id=1, guild_id=demo.other.id, style="woodcut", pictures=4),
                Done(user_id=1, guild_id=demo.guild.id, style="woodcut", pictures=4, private=True),
            ],
        )
        await (await member.run(demo.art, "prefs favourite", style="woodcut")).message()
        page = await gallery(member, demo.art)
        assert listed(page) == ["woodcut", "abc", "neon", "sks"]
        assert "**woodcut**" in words(page)
        assert words(page).count("★") == 1
        assert listed(await gallery(other, demo.art)) == ["abc", "neon", "sks", "woodcut"]
        page = await chosen(member, page, "Order", "Most painted here first")
        assert listed(page) == ["sks", "neon", "abc", "woodcut"]
        assert "5 pictures" in words(page)
        assert "2 pictures" in words(page)
        assert "4 pictures" not in words(page), "not another server's, and not what was private"
        page = await chosen(member, page, "Order", "Newest first")
        assert listed(page) == ["abc", "neon", "sks", "woodcut"]
    async with bot(playground, tmp_path):
        page = await found(member, page, "  FOREST ")
        assert listed(page) == ["abc"]
        assert "1 style like “FOREST”" in words(page)
        page = await clicked(member, page, "Show all")
        assert listed(page) == ["abc", "neon", "sks", "woodcut"], "still the newest first"
        page = await found(member, page, "in sks style")
        assert listed(page) == ["sks"]
        page = await found(member, page, "woodkut")
        assert listed(page) == ["woodcut"]
        page = await found(member, page, "nothing of that kind")
        assert "No style here is like “nothing of that kind”." in words(page)
        assert pictures(page) == []
        assert listed(await found(member, page, "")) == ["abc", "neon", "sks", "woodcut"]
        assert await refused(playground) == []


async def test_hostile_words_of_a_search_break_nothing(playground: Playground, tmp_path: Path) -> None:
    member = playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        page = await gallery(member, playground.demo.art)
        for typed in (HOSTILE[:WORDS], "🎨" * 25, "я" * WORDS, "::::", "n:0:x", "\\" * WORDS, "*" * WORDS):
            page = await found(member, page, typed)
            assert "No style here is like" in words(page)
            assert "@everyone" not in words(page).replace("\\@", "")
            page = await clicked(member, page, "Show all")
            assert len(listed(page)) == 3
        assert await refused(playground) == []


# A card


async def test_a_card_tells_all_that_is_worth_knowing_and_leads_back_where_one_was(
    playground: Playground, tmp_path: Path
) -> None:
    demo, data = playground.demo, tmp_path / "data"
    member = playground.as_(demo.member)
    told = {"title": "Ink, by hand", "trigger": "in ink style", "weight": 0.8, "weight_range": (0.2, 1.2)}
    told |= {"licence": "CC-BY-4.0", "credit": "Ada", "tags": ("ink", "print"), "family": "sdxl"}
    async with bot(playground, tmp_path):
        await (await member.run(demo.art, "paint", prompt="cat")).message(painted)  # so that the base is known
        add(data, demo.guild.id, "inky", 1, **told)
        add(data, "", "forall", 2, family="pocket")
        put(data / "bot.sqlite", [Done(user_id=1, guild_id=demo.guild.id, style="inky", pictures=2)])
        page = await chosen(member, await gallery(member, demo.art), "Order", "Newest first")
        page = await found(member, page, "ink")
        shown = await chosen(member, page, "Look at a style", "inky")
        lines = words(shown).splitlines()
        assert lines[:2] == ["## inky", "Ink, by hand"]
        for line in (
            "**Trigger:** in ink style (put in for you)",
            "**Weight:** 0.8, from 0.2 to 1.2",
            "**Made by:** Ada",
            "**Licence:** CC-BY-4.0",
            "**Tags:** ink, print",
            "**Base:** sdxl, but the one here is of another family: it may not work.",
            "**Painted here:** 2 public pictures",
        ):
            assert line in lines
        assert any(line.startswith("Added <t:") and line.endswith(":R>, for this server") for line in lines)
        assert labels(shown)[:3] == ["Try it", "Favourite", "Use by default"]
        assert len(pictures(shown)) == 1
        page = await clicked(member, shown, "All styles")
        assert listed(page) == ["inky"]
        assert "1 style like “ink”" in words(page)
        all_alike = words(await card(member, demo.art, "FORALL"))
        assert ":R>, for everyone" in all_alike
        assert "**Base:** pocket\n" in all_alike
        assert "Comes with the bot, for everyone" in words(await card(member, demo.art, "sks"))
        assert await refused(playground) == []


async def test_what_is_pressed_on_a_card_is_so_and_stays_so(playground: Playground, tmp_path: Path) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        shown = await clicked(member, await card(member, demo.art, "sks"), "Favourite")
        assert "## ★ sks" in words(shown)
        shown = await clicked(member, shown, "Use by default")
        assert labels(shown)[:3] == ["Try it", "Unfavourite", "Don’t use by default"]
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(painted)
        assert "sks" in done["content"]
        offered = await member.complete(demo.art, "paint", "style", style="")
        assert [one["name"] for one in offered] == ["★ sks - Sks", "neon - Neon", "woodcut - Woodcut"]
        offered = await member.complete(demo.art, "styles", "style", style="")
        assert offered[0]["name"] == "★ sks - Sks"
    async with bot(playground, tmp_path):
        page = await clicked(member, shown, "All styles")
        assert "★ · your default" in words(page)
        shown = await chosen(member, page, "Look at a style", "sks")
        shown = await clicked(member, shown, "Unfavourite")
        shown = await clicked(member, shown, "Don’t use by default")
        assert labels(shown)[:3] == ["Try it", "Favourite", "Use by default"]
        assert "★" not in words(await gallery(member, demo.art))
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(painted)
        assert "sks" not in done["content"]
        assert await refused(playground) == []


async def test_a_style_is_tried_from_its_card(playground: Playground, tmp_path: Path) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        shown = await card(member, demo.art, "neon")
        form = await (await member.click(shown, "Try it")).form()
        done = await (await member.submit(form, prompt=HOSTILE)).message(painted)
        assert not done.get("only_you")
        request = painted_in(await playground.download(done["attachments"][0]["url"])).request
        assert (request.prompt, [use.trigger for use in request.adapters]) == (HOSTILE, ["in neon style"])
        assert not done["mentions"]
        assert not done["mention_everyone"]
        form = await (await member.click(shown, "Try it")).form()
        told = await (await member.submit(form, prompt="  ")).message()
        assert told["content"] == "The prompt must not be empty."
    async with bot(playground, tmp_path):
        form = await (await member.click(shown, "Try it")).form()
        done = await (await member.submit(form, prompt="cat")).message(painted)
        assert "neon" in done["content"]
        assert await refused(playground) == []


async def test_what_comes_of_nothing_is_given_back(playground: Playground, tmp_path: Path) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        shown = await card(member, demo.silent, "neon")
        form = await (await member.click(shown, "Try it")).form()
        used = await member.submit(form, prompt="a *cat*")
        told = await used.message(lambda message: "this is what you wrote" in message["content"])
        assert told["only_you"]
        assert "```\na *cat*\n```" in told["content"]
        assert not [one for one in await playground.messages(demo.silent) if painted(one)]


async def test_a_style_that_is_gone_says_so_and_the_gallery_goes_on(playground: Playground, tmp_path: Path) -> None:
    demo, data, member = playground.demo, tmp_path / "data", playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        kept = add(data, demo.guild.id, "brief", 1)
        page = await gallery(member, demo.art)
        shown = await card(member, demo.art, "brief")
        with closing(Library(data / "adapters")) as library:
            library.remove(kept.name, str(demo.guild.id))
        for used in (
            await member.click(shown, "Favourite"),
            await member.click(shown, "Use by default"),
            await member.click(shown, "Try it"),
            await member.select(page, "Look at a style", "brief"),
        ):
            told = await used.message()
            assert (told["content"], told["only_you"]) == ("That style is not here any more.", True)
        assert "brief" not in listed(await clicked(member, shown, "All styles"))
        told = await (await member.run(demo.art, "styles", style="brief")).message()
        assert told["content"].startswith("There is no style brief here")
        assert await refused(playground) == []


# Previews


async def test_previews_come_while_somebody_looks_and_are_there_after_a_restart(
    playground: Playground, tmp_path: Path
) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        page = await gallery(member, demo.art)
        assert text("en", "gallery_coming") in words(page)
        async with asyncio.timeout(20):
            while "Refresh" in labels(page):
                await asyncio.sleep(0.1)
                page = await clicked(member, page, "Refresh")
        assert text("en", "gallery_coming") not in words(page)
        shapes = [await shape(playground, url) for url in pictures(page)]
        assert shapes == [("WEBP", (512, 512))] * 3
        shown = await chosen(member, page, "Look at a style", "neon")
        async with asyncio.timeout(20):
            while "Refresh" in labels(shown):
                await asyncio.sleep(0.1)
                shown = await clicked(member, shown, "Refresh")
        assert len(pictures(shown)) == 3
        assert {one["description"] for part in parts(shown) if part["type"] == 12 for one in part["items"]} == {
            "neon: an orange cat in a meadow",
            "neon: a yellow house at sunset",
            "neon: a red mushroom in a forest",
        }
    async with bot(playground, tmp_path, exits=1):
        shown = await card(member, demo.art, "neon")
        assert len(pictures(shown)) == 3, "also where the engine does not come up"
        assert await refused(playground) == []


async def shape(playground: Playground, url: str) -> tuple[str | None, tuple[int, int]]:
    image = Image.open(io.BytesIO(await playground.download(url)))
    return image.format, image.size


async def test_without_anybody_looking_they_are_painted_when_it_is_quiet(
    playground: Playground, tmp_path: Path
) -> None:
    member = playground.as_(playground.demo.member)
    async with bot(playground, tmp_path, QUIET):
        await there_are(9, tmp_path / "data" / "previews")
        add(tmp_path / "data", playground.demo.guild.id, "new", 1)
        await there_are(12, tmp_path / "data" / "previews")
        page = await gallery(member, playground.demo.art)
        assert text("en", "gallery_coming") not in words(page)


async def there_are(count: int, folder: Path) -> None:
    async with asyncio.timeout(20):
        while len(list(folder.glob("*.webp"))) < count:  # noqa: ASYNC110, ASYNC240 another process paints them
            await asyncio.sleep(0.05)


async def test_a_broken_file_has_a_drawn_card_and_keeps_nobody_from_the_others(
    playground: Playground, tmp_path: Path
) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        (tmp_path / "styles" / "sks.safetensors").write_bytes(b"something else")
        page = await gallery(member, demo.art)
        async with asyncio.timeout(20):
            while [(await shape(playground, url))[1][0] for url in pictures(page)] != [512, 256, 512]:
                await asyncio.sleep(0.1)
                page = await clicked(member, page, "Refresh")
        shown = await card(member, demo.art, "sks")
        assert await shape(playground, pictures(shown)[0]) == ("WEBP", (256, 256))
        assert text("en", "card_coming") in words(shown)
        assert await refused(playground) == []


# Who sees what


async def test_another_servers_styles_are_not_there(playground: Playground, tmp_path: Path) -> None:
    demo, data, member = playground.demo, tmp_path / "data", playground.as_(playground.demo.member)
    place = next(iter(demo.other.channels.values()))
    async with bot(playground, tmp_path):
        add(data, demo.guild.id, "hushed", 1, title="Their own")
        await card(member, demo.art, "hushed")
        theirs = await gallery(member, place)
        assert listed(theirs) == ["neon", "sks", "woodcut"]
        theirs = await found(member, theirs, "hushed")
        assert "No style here is like “hushed”." in words(theirs)
        told = await (await member.run(place, "styles", style="hushed")).message()
        assert "There is no style hushed here" in told["content"]
        assert "Their own" not in str(told)
        assert await refused(playground) == []


async def test_a_made_up_custom_id_reaches_no_other_servers_style(playground: Playground, tmp_path: Path) -> None:
    demo, data, member = playground.demo, tmp_path / "data", playground.as_(playground.demo.member)
    place = next(iter(demo.other.channels.values()))
    async with bot(playground, tmp_path):
        theirs = id_of(add(data, demo.guild.id, "hushed", 1, title="Their own"))
        own = id_of(add(data, demo.other.id, "own", 2))
        shown = await card(member, place, "own")
        made_up = forged(playground, shown, own, theirs)
        for button in ("Try it", "Favourite", "Use by default", "Refresh"):
            told = await (await member.click(made_up, button)).message()
            assert (told["content"], told["only_you"]) == ("That style is not here any more.", True)
        page = forged(playground, await gallery(member, place), own, theirs)
        told = await (await member.select(page, "Look at a style", theirs)).message()
        assert told["content"] == "That style is not here any more."
        kept = await (await member.run(place, "prefs show")).message()
        assert "hushed" not in str(kept)
        assert await refused(playground) == []


async def test_age_restricted_styles_are_shown_in_age_restricted_channels_only(
    playground: Playground, tmp_path: Path
) -> None:
    demo, data, member = playground.demo, tmp_path / "data", playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        add(data, demo.guild.id, "bare", 1, adult=True)
        assert "bare" not in str(await gallery(member, demo.art))
        assert "bare" in listed(await gallery(member, demo.adults))
        assert text("en", "card_adult") in words(await card(member, demo.adults, "bare"))
        told = await (await member.run(demo.art, "styles", style="bare")).message()
        assert told["content"] == text("en", "adult_elsewhere")
        assert told["only_you"]
        assert await refused(playground) == []


async def test_whom_a_server_blocks_is_refused(playground: Playground, tmp_path: Path) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        page, shown = await gallery(member, demo.art), await card(member, demo.art, "sks")
        with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file, file:
            file.execute(
                "INSERT INTO blocks (guild_id, user_id, until, why, by, at) VALUES (?, ?, NULL, 'Spam.', 1, 0)",
                (demo.guild.id, demo.member.id),
            )
        for used in (
            await member.run(demo.art, "styles"),
            await member.run(demo.art, "styles", style="sks"),
            await member.click(page, "Search"),
            await member.select(page, "Look at a style", "sks"),
            await member.select(page, "Order", "By name"),
            await member.click(shown, "Favourite"),
            await member.click(shown, "Try it"),
            await member.click(shown, "All styles"),
        ):
            told = await used.message()
            assert "Spam." in told["content"]
            assert told["only_you"]


async def test_it_works_in_direct_messages_with_what_is_for_everyone(playground: Playground, tmp_path: Path) -> None:
    demo, data, member = playground.demo, tmp_path / "data", playground.as_(playground.demo.member)
    channel = await member.post("direct", **{"with": str(demo.app.user.id)})
    there = type("There", (), {"id": int(channel["id"])})
    async with bot(playground, tmp_path):
        add(data, demo.guild.id, "hushed", 1)
        put(data / "bot.sqlite", [Done(user_id=1, guild_id=demo.guild.id, style="sks", pictures=2)])
        page = await gallery(member, there)
        assert listed(page) == ["neon", "sks", "woodcut"]
        assert "2 pictures" not in words(page)
        shown = await chosen(member, page, "Look at a style", "sks")
        assert "Painted here" not in words(shown)
        form = await (await member.click(shown, "Try it")).form()
        await (await member.submit(form, prompt="cat")).message(painted)
        assert await refused(playground) == []


# Blends, words, languages


async def test_a_blend_is_there_with_its_styles(playground: Playground, tmp_path: Path) -> None:
    demo, member = playground.demo, playground.as_(playground.demo.member)
    async with bot(playground, tmp_path):
        made = await member.run(demo.art, "blend create", name="dusk", style1="sks", style2="neon", title="Late *ink*")
        await made.message()
        page = await gallery(member, demo.art)
        assert "dusk" in listed(page)
        assert "blend of sks × " in words(page)
        assert r"Late \*ink\*" in words(page)
        shown = await chosen(member, page, "Look at a style", "dusk")
        assert "**Made of:** sks × " in words(shown)
        assert text("en", "card_own") in words(shown)
        form = await (await member.click(shown, "Try it")).form()
        done = await (await member.submit(form, prompt="cat")).message(painted)
        record = painted_in(await playground.download(done["attachments"][0]["url"]))
        assert len(record.request.adapters) == 2
        other = playground.as_(demo.newcomer)
        assert "dusk" not in str(await gallery(other, demo.art)), "it is not shared"
        assert await refused(playground) == []


async def test_hostile_styles_neither_ping_nor_break_a_page_or_a_card(playground: Playground, tmp_path: Path) -> None:
    demo, data, member = playground.demo, tmp_path / "data", playground.as_(playground.demo.member)
    fields: Json = dict.fromkeys(("title", "licence", "credit", "family"), (HOSTILE * 4)[:200])
    fields |= {
        "trigger": (HOSTILE * 4)[:100],
        "tags": tuple(f"{number}*@everyone_\u202e{'x' * 15}" for number in range(10)),
    }
    names = [
        "@everyone",
        "<@1> **b**",
        "# big",
        "- dot",
        "\u202eevil\u200b",
        "> q",
        "`" * 40,
        "🎨" * 40,
        "* " * 19 + "*",
    ]
    async with bot(playground, tmp_path):
        for number, name in enumerate(names):
            add(data, demo.guild.id, name, number, **fields)
        page = await gallery(member, demo.art)
        while True:
            check(page)
            for name in [
                option["value"]
                for one in parts(page)
                if one.get("placeholder") == "Look at a style"
                for option in one["options"]
            ]:
                shown = await chosen(member, page, "Look at a style", name)
                check(shown)
                page = await clicked(member, shown, "All styles")
            if ">" not in labels(page, enabled=True):
                break
            page = await clicked(member, page, ">")
        assert await refused(playground) == []


def check(message: Json) -> None:
    """That nothing in its words pings, formats or turns their direction."""
    assert units(words(message)) <= 4_000
    for sign in ("@", "#", "<", "|", "`", "["):
        bare = words(message).replace(f"\\{sign}", "").removeprefix("## ").removeprefix("### ")
        lines = [line.removeprefix("-# ").replace("<t:", "") for line in bare.splitlines()]
        assert not [line for line in lines if sign in line], sign
    assert not set("\u202e\u200b") & set(str(message["components"]))
    assert not message["mentions"]
    assert not message["mention_everyone"]


async def test_all_of_it_is_in_russian_for_whoever_speaks_it(playground: Playground, tmp_path: Path) -> None:
    demo, data = playground.demo, tmp_path / "data"
    russian = playground.as_(demo.russian)
    async with bot(playground, tmp_path):
        put(data / "bot.sqlite", [Done(user_id=1, guild_id=demo.guild.id, style="sks", pictures=2)])
        page = await gallery(russian, demo.art)
        assert "Здесь 3 стиля" in words(page)
        assert "2 картинки" in words(page)
        assert labels(page) == ["Найти", "Обновить"]
        form = await (await russian.click(page, "Найти")).form()
        assert form["title"] == "Найти стиль"
        shown = await chosen(russian, page, "Посмотреть стиль", "sks")
        assert "**Сила:** 1, от 0 до 1,5" in words(shown)
        assert labels(shown) == ["Попробовать", "В избранное", "Сделать обычным", "Обновить", "Все стили"]
        english = [line for line in words(shown).splitlines() if any("a" <= letter <= "z" for letter in line)]
        assert english == ["## sks", "**Триггер:** in sks style (добавляется сам)", "**Автор:** us"]
        told = await (await russian.run(demo.art, "styles", style="нет такого")).message()
        assert told["content"] == text("ru", "no_such_style", style="нет такого")
        assert await refused(playground) == []


# What stands in a custom_id


@pytest.mark.parametrize("typed", ["ink", " a \n b ", "x" * 400, "🎨" * 400, "", "a" * 49 + "🎨", HOSTILE])
def test_where_somebody_is_fits_into_a_custom_id_and_comes_back(typed: str) -> None:
    look = Look(Sort.POPULAR, 99_999, searched(typed))
    custom_id = f"style_card:no_default:{'0' * 12}:{look}"
    assert units(custom_id) <= 100
    match = re.fullmatch(rf"style_card:no_default:0{{12}}:{LOOK}", custom_id)
    assert match is not None
    assert Look.of(match.groupdict()) == look


def test_what_is_searched_for_may_be_in_any_words_of_a_style(tmp_path: Path) -> None:
    def style(name: str, **fields: Any) -> Style:
        return Style(name=name, path=tmp_path, sha256="0" * 64, **fields)

    styles = [style("sks", title="Ink"), style("neon", trigger="glow"), style("felt", tags=("Wool",)), style("wood")]
    assert list(matching(styles, "INK")) == ["sks"]
    assert list(matching(styles, "glow")) == ["neon"]
    assert list(matching(styles, "wool")) == ["felt"], "not what only looks like it"
    assert list(matching(styles, "nenon")) == ["neon"]
    assert matching(styles, "xyz") == {}
