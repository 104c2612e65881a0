"""Blends, as members make, share and use them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.library import State
from playground.testing import Person, Playground
from tests.bot.acting import bot, pictures, refused
from tests.bot.changed import filled, record
from tests.bot.looking import another_server
from tests.bot.own_styles import add_style, move_style, set_for
from tests.bot.sheets import recorded, weights

Json = dict[str, Any]


async def told(person: Person, channel: Any, command: str, /, **given: Any) -> str:
    """The words of an answer that is for them alone."""
    message = await (await person.run(channel, command, **given)).message()
    assert message["only_you"]
    return words_of(message)


def words_of(message: Json) -> str:
    embeds = [f"{embed.get('title')}\n{embed.get('description', '')}" for embed in message["embeds"]]
    return "\n".join([message["content"], *embeds]).strip()


async def offered(person: Person, channel: Any, command: str = "paint", option: str = "style", typed: str = "") -> Any:
    found = await person.complete(channel, command, option, **{option: typed})
    return [choice["value"] for choice in found]


async def test_a_blend_is_made_painted_with_changed_and_deleted(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        words = await told(
            member, demo.art, "blend create", name="Dusk", style1="sks", style2="neon", weight2=0.25, title="Evening"
        )
        assert words.startswith("**Dusk** is yours now: sks × 0.5 + neon × 0.25.")
        assert (await offered(member, demo.art))[0] == "Dusk"
        done = await (await member.run(demo.art, "paint", prompt="cat", style="dusk", seed=7)).message(pictures)
        assert done["content"].startswith("> cat, in sks style, in neon style\n-# Dusk · seed 7")
        uses = (await record(playground, done)).request.adapters
        assert [(use.trigger, use.weight) for use in uses] == [("in sks style", 0.5), ("in neon style", 0.25)]
        scaled = await (await member.run(demo.art, "paint", prompt="cat", style="Dusk", weight=2.0)).message(pictures)
        assert [use.weight for use in (await record(playground, scaled)).request.adapters] == [1.0, 0.5]
    async with bot(playground, tmp_path):
        form = await (await member.run(demo.art, "blend edit", name="Dusk")).form()
        assert filled(form) == {"name": "Dusk", "title": "Evening", "parts": "sks × 0.5\nneon × 0.25"}
        used = await member.submit(form, name="Dawn", title="", parts="neon x 1,5\n\nwoodcut\nsks*0")
        words = words_of(await used.message())
        assert words == "**Dawn** is changed: neon × 1.5 + woodcut × 0.3333 + sks × 0."
        assert (await offered(member, demo.art))[0] == "Dawn"
        assert "Dusk" not in await offered(member, demo.art)
        assert "There is no style Dusk here" in await told(member, demo.art, "paint", prompt="cat", style="Dusk")
        listed = await told(member, demo.art, "blend list")
        assert listed == "Your blends (1)\n**Dawn**\nneon × 1.5 + woodcut × 0.3333 + sks × 0"
        assert await told(member, demo.art, "blend delete", name="dawn") == (
            "**Dawn** is deleted. What was painted with it stays."
        )
        assert "Dawn" not in await offered(member, demo.art)
        again = await (await member.click(done, "Again")).message(pictures)
        assert len((await record(playground, again)).request.adapters) == 2
        assert await refused(playground) == []


async def test_a_blend_is_its_members_own_until_it_is_shared_with_a_server(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    there = another_server(playground)
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        await told(member, demo.art, "blend create", name="Dusk", style1="sks", style2="neon")
        assert "Dusk" not in await offered(newcomer, demo.art)
        assert "There is no style Dusk here" in await told(newcomer, demo.art, "paint", prompt="cat", style="Dusk")
        for command in ("blend delete", "blend share"):
            assert "You have no blend Dusk" in await told(newcomer, demo.art, command, name="Dusk")
            assert "You have no blend Dusk" in await told(moderator, demo.art, command, name="Dusk")
        assert (await told(member, demo.art, "blend share", name="Dusk")).startswith("Everybody in this server can")
        assert "is shared with this server already" in await told(member, demo.art, "blend share", name="Dusk")
        # Everybody there, in every command that takes a style, and nobody another_server.
        assert (await offered(newcomer, demo.art))[0] == "Dusk"
        assert "Dusk" in await offered(newcomer, demo.art, "compare", "style3")
        done = await (await newcomer.run(demo.art, "paint", prompt="cat", style="Dusk")).message(pictures)
        assert len((await record(playground, done)).request.adapters) == 2
        swept = await (await newcomer.run(demo.art, "sweep", style="Dusk", prompt="cat", count=3, to=1.0)).message(
            pictures
        )
        assert weights(await recorded(playground, swept)) == [[0.0, 0.0], [0.25, 0.25], [0.5, 0.5]]
        assert f"shared by <@{demo.member.id}>" in await told(newcomer, demo.art, "blend list")
        assert "Dusk" not in await offered(moderator, there)
        assert "There is no style Dusk here" in await told(moderator, there, "paint", prompt="cat", style="Dusk")
        assert "Dusk" not in await told(moderator, there, "blend list")
        assert "Dusk" in await offered(member, there)  # it is their own
        # A moderator of the other server is nobody here; one of this server takes it out, and its maker keeps it.
        assert "You have no blend Dusk" in await told(moderator, there, "blend delete", name="Dusk")
        assert "You have no blend Dusk" in await told(newcomer, demo.art, "blend share", name="Dusk", shared=False)
        assert "is not shared with this server any more" in await told(moderator, demo.art, "blend delete", name="Dusk")
        assert "Dusk" not in await offered(newcomer, demo.art)
        assert "Dusk" in await offered(member, demo.art)
        assert "is not shared with this server." in await told(
            member, demo.art, "blend share", name="Dusk", shared=False
        )
        assert await refused(playground) == []
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file:
        rows = file.execute("SELECT guild_id, by, about, kind, details FROM audit").fetchall()
    assert rows == [(demo.guild.id, demo.moderator.id, demo.member.id, "blend_unshared", '{"blend": "Dusk"}')]


async def test_a_blend_is_not_painted_without_a_part_that_is_gone(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    there, guild = another_server(playground), str(demo.guild.id)
    add_style(tmp_path, "Ink", guild, trigger="in ink")
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        await told(member, demo.art, "blend create", name="Dusk", style1="Ink", style2="neon")
        await told(member, demo.art, "prefs set", style="Dusk")
        # Elsewhere its style is not, and nothing is painted in what is left of it.
        assert await told(member, there, "paint", prompt="cat", style="Dusk") == (
            "Dusk cannot be painted with here: its style Ink is not here."
        )
        assert "Dusk" not in await offered(member, there)
        assert "its style Ink cannot be painted in here" in await told(member, there, "blend share", name="Dusk")
        move_style(tmp_path, "Ink", guild, State.DISABLED)
        for command in ("paint", "sweep"):
            assert await told(member, demo.art, command, prompt="cat", style="Dusk") == (
                "Dusk cannot be painted with here: its style Ink was switched off here, or removed."
            )
        assert "Dusk cannot be painted" in await told(
            member, demo.art, "compare", prompt="cat", style1="neon", style2="Dusk"
        )
        assert "Dusk" not in await offered(member, demo.art)
        assert "*Ink was switched off here, or removed*" in await told(member, demo.art, "blend list")
        plain = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)  # as none was asked for
        assert (await record(playground, plain)).request.adapters == ()
        # It can be changed all the same, and the rest of it stays.
        form = await (await member.run(demo.art, "blend edit", name="Dusk")).form()
        used = await member.submit(form, parts="Ink × 0.5\nsks × 1")
        assert words_of(await used.message()) == "**Dusk** is changed: Ink × 0.5 + sks × 1."
        move_style(tmp_path, "Ink", guild, State.ACTIVE)
        done = await (await member.run(demo.art, "paint", prompt="cat", style="Dusk")).message(pictures)
        assert "cat, in ink, in sks style" in done["content"]
        assert await refused(playground) == []


async def test_two_blends_are_blended_and_a_style_in_both_counts_once(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        await told(member, demo.art, "blend create", name="One", style1="sks", style2="neon")
        await told(member, demo.art, "blend create", name="Two", style1="woodcut", style2="sks", weight2=1.0)
        done = await (await member.run(demo.art, "paint", prompt="cat", style="One", blend_with="Two")).message(
            pictures
        )
        uses = (await record(playground, done)).request.adapters
        assert [(use.trigger, use.weight) for use in uses] == [
            ("in sks style", 0.75),
            ("in neon style", 0.25),
            ("in woodcut style", 0.25),
        ]
        assert "-# One + Two · " in done["content"]
        assert "cannot be blended with itself" in await told(
            member, demo.art, "paint", prompt="cat", style="One", blend_with="one"
        )


async def test_age_restricted_styles_make_a_blend_so(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    add_style(tmp_path, "Night", adult=True)
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        await told(member, demo.adults, "blend create", name="Dusk", style1="Night", style2="neon")
        await told(member, demo.adults, "blend share", name="Dusk")
        for one in (member, newcomer):
            assert "Dusk" not in await offered(one, demo.art)
            assert "Dusk" in await offered(one, demo.adults)
            for command in ("paint", "sweep"):
                assert "age-restricted" in await told(one, demo.art, command, prompt="cat", style="Dusk")
        done = await (await newcomer.run(demo.adults, "paint", prompt="cat", style="Dusk")).message(pictures)
        assert "-# Dusk · " in done["content"]


HOSTILE = [
    "@everyone, hi",
    "a + b",
    "a\u200bb",
    "\u202egnp",
    "\u200d\u200d",
    "   ",
    "two\nlines",
    "sks ",
    "ＳＫＳ",
    "neon",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_name_that_no_blend_may_have_is_refused(playground: Playground, tmp_path: Path, name: str) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        words = await told(member, demo.art, "blend create", name=name, style1="sks", style2="neon")
        assert "needs a name" in words or "There is a style" in words
        assert await told(member, demo.art, "blend list") == (
            "Your blends (0)\nYou have no blends yet, and none is shared here. `/blend create` makes one."
        )


async def test_hostile_words_stay_words_wherever_a_blend_is_shown(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    name, title = "**@everyone** `x` <@1> [a](http://b.c)", "||\u202e@here||\u200b " + "w" * 85
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        made = await (
            await member.run(demo.art, "blend create", name=name, style1="sks", style2="neon", title=title)
        ).message()
        assert r"\*\*\@everyone\*\* \`x\` \<\@1\> \[a\](http://b.c)" in made["content"]
        await told(member, demo.art, "blend share", name=name)
        listed = await told(newcomer, demo.art, "blend list")
        assert r"\|\|\@here\|\| www" in listed
        assert "\u202e" not in listed
        found = await newcomer.complete(demo.art, "paint", "style", style="every")
        assert [len(one["name"]) <= 100 for one in found] == [True]
        done = await (await newcomer.run(demo.art, "paint", prompt="cat", style=name)).message(pictures)
        assert r"-# \*\*\@everyone\*\*" in done["content"]
        itself = await told(newcomer, demo.art, "paint", prompt="cat", style=name, blend_with=name)
        assert itself.startswith(r"\*\*\@everyone\*\* \`x\` \<\@1\> \[a\]")
        assert done["mentions"] == []
        assert not done["mention_everyone"]
        sheet = await (await newcomer.run(demo.art, "compare", prompt="cat", style1=name, style2="sks")).message(
            pictures
        )
        await (await newcomer.select(sheet, "Paint one of these", "2")).message(pictures)
        assert await refused(playground) == []


async def test_what_a_server_blocks_is_not_shared_there(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await set_for(tmp_path, demo.guild.id, blocked_words=("grue",))
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        await told(member, demo.art, "blend create", name="A GRUE", style1="sks", style2="neon")
        await told(member, demo.art, "blend create", name="Kind", style1="sks", style2="neon", title="of grue")
        await told(member, demo.art, "blend create", name="Fine", style1="sks", style2="neon")
        for name in ("A grue", "Kind"):
            assert "does not want grue in the name" in await told(member, demo.art, "blend share", name=name)
        await told(member, demo.art, "blend share", name="Fine")
        form = await (await member.run(demo.art, "blend edit", name="Fine")).form()
        refusal = await (await member.submit(form, title="gruе")).message()  # its last letter is Cyrillic
        assert "does not want grue in the name" in refusal["content"]
        assert "gru" not in await told(playground.as_(demo.newcomer), demo.art, "blend list")


async def test_names_are_each_others_neither_in_a_server_nor_of_a_member(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        both = {"style1": "sks", "style2": "neon"}
        await told(member, demo.art, "blend create", name="Dusk", **both)
        await told(newcomer, demo.art, "blend create", name="dusk", **both, weight1=2.0)
        assert "You have a blend DUSK already" in await told(member, demo.art, "blend create", name="DUSK", **both)
        await told(member, demo.art, "blend share", name="Dusk")
        assert "There is another blend dusk" in await told(newcomer, demo.art, "blend share", name="dusk")
        third = playground.as_(demo.russian)
        assert "другая с названием Dusk" in await told(third, demo.art, "blend create", name="Dusk", **both)
        # Whose own has the name paints with their own.
        done = await (await newcomer.run(demo.art, "paint", prompt="cat", style="Dusk")).message(pictures)
        assert (await record(playground, done)).request.adapters[0].weight == 2.0
        await told(newcomer, demo.art, "blend create", name="Dawn", **both)
        await told(newcomer, demo.art, "blend share", name="Dawn")
        form = await (await newcomer.run(demo.art, "blend edit", name="Dawn")).form()
        refusal = await (await newcomer.submit(form, name="DUSK")).message()
        assert "There is another blend DUSK" in refusal["content"]
        assert "Dawn" in await told(member, demo.art, "blend list")


async def test_a_form_is_only_for_the_blend_of_whoever_sends_it(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        await told(member, demo.art, "blend create", name="Dusk", style1="sks", style2="neon")
        form = await (await member.run(demo.art, "blend edit", name="Dusk")).form()
        wrong = {
            "sks × 9\nneon": "The weight of sks must be a number from 0 to 2.",
            "nonsense\nsks": "There is no style nonsense here.",
            "sks\nsks × 1": "sks is in it twice.",
            "sks": "A blend has at least two styles, and at most 4.",
            "": "A blend has at least two styles",
        }
        for lines, answer in wrong.items():
            form = await (await member.run(demo.art, "blend edit", name="Dusk")).form()
            said = await (await member.submit(form, parts=lines or " ")).message()
            assert answer in said["content"], lines
        form = await (await member.run(demo.art, "blend edit", name="Dusk")).form()
        await told(member, demo.art, "blend delete", name="Dusk")
        said = await (await member.submit(form, parts="sks\nneon")).message()
        assert said["content"] == "This blend is not there any more."
        assert await refused(playground) == []


async def test_it_is_all_in_russian_for_whoever_reads_that(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        words = await told(russian, demo.art, "blend create", name="Сумерки", style1="sks", style2="neon", weight1=0.75)
        assert words.startswith("**Сумерки** теперь ваша: sks × 0,75 + neon × 0,5.")
        form = await (await russian.run(demo.art, "blend edit", name="сумерки")).form()
        assert form["title"] == "Изменить смесь"
        used = await russian.submit(form, parts="sks х 0,25\nneon")
        assert words_of(await used.message()) == "**Сумерки** изменена: sks × 0,25 + neon × 0,5."
        assert "Ваши смеси (1)" in await told(russian, demo.art, "blend list")
        done = await (await russian.run(demo.art, "paint", prompt="кот", style="Сумерки")).message(pictures)
        assert "-# Сумерки · " in done["content"]
        assert await refused(playground) == []


async def test_in_direct_messages_a_blend_is_of_everyones_styles(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    channel = await member.post("direct", **{"with": str(demo.app.user.id)})
    there = type("There", (), {"id": int(channel["id"])})
    add_style(tmp_path, "Ink", str(demo.guild.id))
    async with bot(playground, tmp_path):
        made = await (await member.run(there, "blend create", name="Dusk", style1="Ink", style2="neon")).message()
        assert "There is no style Ink here" in made["content"]
        await (await member.run(there, "blend create", name="Dusk", style1="sks", style2="neon")).message()
        shared = await (await member.run(there, "blend share", name="Dusk")).message()
        assert shared["content"] == "This works in servers only."
        await (await member.run(there, "paint", prompt="cat", style="Dusk")).message(pictures)
        await (await member.run(demo.art, "paint", prompt="cat", style="Dusk")).message(pictures)


async def test_a_long_list_has_pages_that_work_after_a_restart_and_an_end(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        for number in range(25):
            await told(member, demo.art, "blend create", name=f"Blend {number:02}", style1="sks", style2="neon")
        words = await told(member, demo.art, "blend create", name="One more", style1="sks", style2="neon")
        assert words == "You have 25 blends, and that is the most. Delete one first."
        listed = await (await member.run(demo.art, "blend list")).message()
    async with bot(playground, tmp_path):
        turned = await (await member.click(listed, ">")).update()
        assert "Blend 08" in words_of(turned)
        assert "Blend 16" not in words_of(turned)
        last = await (await member.click(await (await member.click(turned, ">")).update(), ">")).update()
        assert words_of(last).count("**Blend") == 1
        assert await refused(playground) == []


async def test_forgetting_deletes_them_also_where_they_are_shared(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        await told(member, demo.art, "blend create", name="Dusk", style1="sks", style2="neon")
        await told(member, demo.art, "blend share", name="Dusk")
        assert "Dusk" in await offered(newcomer, demo.art)
        asked = await (await member.run(demo.art, "prefs forget")).message()
        await (await member.click(asked, "Forget everything")).update(lambda one: one["content"].startswith("Done"))
        assert "Dusk" not in await offered(newcomer, demo.art)
        assert "Dusk" not in await offered(member, demo.art)
    with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite")) as file:
        assert file.execute(
            "SELECT (SELECT COUNT(*) FROM blends) + (SELECT COUNT(*) FROM blends_shared)"
        ).fetchone() == (0,)


async def test_words_that_are_blocked_later_take_a_shared_blend_out_of_sight(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        await told(member, demo.art, "blend create", name="Dusk", style1="sks", style2="neon", title="A grue")
        await told(member, demo.art, "blend share", name="Dusk")
    await set_for(tmp_path, demo.guild.id, blocked_words=("grue",))
    async with bot(playground, tmp_path):
        newcomer, moderator = playground.as_(demo.newcomer), playground.as_(demo.moderator)
        assert "Dusk" not in await offered(newcomer, demo.art)
        assert "Dusk" not in await told(newcomer, demo.art, "blend list")
        assert "There is no style Dusk here" in await told(newcomer, demo.art, "paint", prompt="cat", style="Dusk")
        found = await offered(moderator, demo.art, "blend delete", "name")
        assert found == ["Dusk"]
        assert "is not shared" in await told(moderator, demo.art, "blend delete", name="Dusk")


async def test_a_style_that_comes_later_is_painted_in_though_a_shared_blend_of_its_name_cannot_be(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    guild = str(demo.guild.id)
    add_style(tmp_path, "Ink", guild)
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        await told(member, demo.art, "blend create", name="Dusk", style1="Ink", style2="neon")
        await told(member, demo.art, "blend share", name="Dusk")
        move_style(tmp_path, "Ink", guild, State.DISABLED)
        assert "its style Ink was switched off" in await told(newcomer, demo.art, "paint", prompt="cat", style="Dusk")
        add_style(tmp_path, "Dusk", guild, trigger="at dusk")
        done = await (await newcomer.run(demo.art, "paint", prompt="cat", style="Dusk")).message(pictures)
        assert "cat, at dusk" in done["content"]
        assert "its style Ink was switched off" in await told(member, demo.art, "paint", prompt="cat", style="Dusk")


async def test_a_shared_blend_gets_no_style_that_the_server_it_is_shared_with_has_not(
    playground: Playground, tmp_path: Path
) -> None:
    demo, there = playground.demo, another_server(playground)
    add_style(tmp_path, "Secret", str(demo.other.id))
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        await told(member, demo.art, "blend create", name="Dusk", style1="sks", style2="neon")
        await told(member, demo.art, "blend share", name="Dusk")
        form = await (await member.run(there, "blend edit", name="Dusk")).form()
        refusal = await (await member.submit(form, parts="Secret\nneon")).message()
        assert "is shared with a server that does not have Secret" in refusal["content"]
        assert "Secret" not in await told(newcomer, demo.art, "blend list")
        await told(member, demo.art, "blend share", name="Dusk", shared=False)
        form = await (await member.run(there, "blend edit", name="Dusk")).form()
        assert "is changed: Secret" in (await (await member.submit(form, parts="Secret\nneon")).message())["content"]
        assert "its style Secret" in await told(member, demo.art, "blend share", name="Dusk")


async def test_parts_have_the_names_of_the_place_they_are_read_in(playground: Playground, tmp_path: Path) -> None:
    """The same file is in two servers, under two names: what one server calls it stays there."""
    demo, there = playground.demo, another_server(playground)
    add_style(tmp_path, "Secret", str(demo.other.id), number=77)
    add_style(tmp_path, "Ink", str(demo.guild.id), number=77)
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        await told(member, there, "blend create", name="Dusk", style1="Secret", style2="neon")
        await told(member, demo.art, "blend share", name="Dusk")
        assert "Ink × 0.5 + neon × 0.5" in await told(newcomer, demo.art, "blend list")
        form = await (await member.run(demo.art, "blend edit", name="Dusk")).form()
        assert filled(form)["parts"] == "Ink × 0.5\nneon × 0.5"
        used = await member.submit(form, parts="Ink × 1\nneon × 0.00001")
        assert words_of(await used.message()) == "**Dusk** is changed: Ink × 1 + neon × 0."
        move_style(tmp_path, "Ink", str(demo.guild.id), State.DISABLED)
        for channel in (demo.art, there):
            assert ("Secret" in await told(member, channel, "blend list")) is (channel is there)
        assert "its style Ink was switched off" in await told(newcomer, demo.art, "paint", prompt="cat", style="Dusk")


async def test_no_shared_blend_takes_the_name_of_a_servers_style(playground: Playground, tmp_path: Path) -> None:
    demo, there = playground.demo, another_server(playground)
    guild = str(demo.guild.id)
    add_style(tmp_path, "Ink", guild, trigger="in ink")
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        for name in ("Dusk", "Dawn"):
            await told(member, demo.art, "blend create", name=name, style1="sks", style2="neon")
            await told(member, demo.art, "blend share", name=name)
        # Where the style is not, either.
        form = await (await member.run(there, "blend edit", name="Dusk")).form()
        assert (
            "is shared with a server that has a style Ink"
            in (await (await member.submit(form, name="Ink")).message())["content"]
        )
        # One that comes later is for everybody but the blend's maker, who means their own.
        add_style(tmp_path, "Dawn", guild, trigger="at dawn")
        done = await (await newcomer.run(demo.art, "paint", prompt="cat", style="Dawn")).message(pictures)
        assert "cat, at dawn" in done["content"]
        done = await (await member.run(demo.art, "paint", prompt="cat", style="Dawn")).message(pictures)
        assert "cat, in sks style, in neon style" in done["content"]
        assert await refused(playground) == []


async def test_moderators_are_offered_what_they_can_change_and_mean_what_they_chose(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        for person in (member, moderator):
            await told(person, demo.art, "blend create", name="Dusk", style1="sks", style2="neon")
        await told(member, demo.art, "blend share", name="Dusk")
        assert await offered(moderator, demo.art, "blend edit", "name") == ["Dusk"]
        own, others = await offered(moderator, demo.art, "blend delete", "name")
        assert own == "Dusk" != others
        assert "is not shared with this server any more" in await told(moderator, demo.art, "blend delete", name=others)
        assert "Dusk" in await told(moderator, demo.art, "blend list")
        assert "You have no blend" in await told(member, demo.art, "blend delete", name="0" * 16)


async def test_a_blend_that_reads_like_a_style_in_a_list_takes_the_list_from_nobody(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    add_style(tmp_path, "Ink", str(demo.guild.id), title="Wet ink")
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        await told(member, demo.art, "blend create", name="Ink - Wet ink", style1="sks", style2="neon")
        await told(member, demo.art, "blend share", name="Ink - Wet ink")
        found = await newcomer.complete(demo.art, "paint", "style", style="Ink")
        assert {one["name"]: one["value"] for one in found} == {"Ink - Wet ink": "Ink - Wet ink", "Ink": "Ink"}
        await told(member, demo.art, "blend create", name="Wet", style1="Ink", style2="neon", title="A")
        await told(member, demo.art, "blend create", name="Wet - A", style1="Ink", style2="neon")
        assert await offered(member, demo.art, "blend edit", "name", "wet") == ["Wet", "Ink - Wet ink"]


async def test_what_a_blend_was_painted_with_does_not_stay_in_another_style_or_past_what_paint_takes(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    add_style(tmp_path, "fast", preset="lcm")
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        await told(member, demo.art, "blend create", name="Dusk", style1="sks", style2="fast", weight1=1.5, weight2=1.5)
        done = await (await member.run(demo.art, "paint", prompt="cat", style="Dusk", weight=2.0)).message(pictures)
        request = (await record(playground, done)).request
        assert (request.steps, request.sampler) == (6, "lcm")
        assert [use.weight for use in request.adapters] == [3.0, 3.0]
        info = await (await member.click(done, "Info")).message()
        assert "/paint" not in str(info["embeds"])  # it takes no weight of 6
        opened = await (await member.click(done, "Style")).message()
        styled = await (await member.select(opened, "Choose a style", "neon")).message(pictures)
        assert (await record(playground, styled)).request.sampler != "lcm"


async def test_one_adapter_under_two_names_is_as_strong_as_both(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    add_style(tmp_path, "Ink", number=77)
    add_style(tmp_path, "Wet", str(demo.guild.id), number=77)
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="cat", style="Ink", blend_with="Wet")).message(
            pictures
        )
        assert [use.weight for use in (await record(playground, done)).request.adapters] == [1.0]


async def test_no_blend_stands_in_for_a_servers_usual_style_that_is_gone(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    await set_for(tmp_path, demo.guild.id, default_style="Ink")
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        await told(member, demo.art, "blend create", name="Ink", style1="sks", style2="neon")
        await told(member, demo.art, "blend share", name="Ink")
        done = await (await newcomer.run(demo.art, "paint", prompt="cat")).message(pictures)
        assert (await record(playground, done)).request.adapters == ()
