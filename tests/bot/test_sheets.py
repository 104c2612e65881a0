"""Sheets, as members meet them: one style in several weights, one prompt in several styles."""

import asyncio
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from playground.testing import Playground
from tests.adapters.files import safetensors, write_styles
from tests.bot.acting import bot, buttons, final, pictures, refused
from tests.bot.changed import filled, listed, note, record, shown
from tests.bot.faults.lives import living
from tests.bot.own_styles import add_style, set_for
from tests.bot.sheets import cells_of, colours, recorded, sheet_of, weights

Json = dict[str, Any]
PICK = "Paint one of these"


def requests(folder: Path) -> list[tuple[str, int, str]]:
    """State, amount and style of each."""
    with closing(sqlite3.connect(folder / "data" / "bot.sqlite")) as file:
        return file.execute("SELECT state, amount, style FROM jobs ORDER BY created_at").fetchall()


async def test_a_sweep_is_one_sheet_of_a_style_in_several_weights(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, pause=0.02):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "sweep", style="sks", prompt="a cat", seed=7, to=1.0, count=3)
        done = await used.message(pictures)
        assert done["content"].startswith("> a cat\n-# sks · seed 7 · 3 pictures of 128x128 · 4 steps · ")
        assert buttons(done) == ["Again", "Edit", "Info", "Delete"]
        assert listed({"components": done["components"][1:]}) == ["× 0", "× 0.5", "× 1"]
        sheet = await sheet_of(playground, done)
        assert colours(cells_of(sheet, 3)) == [(7, 80, 80), (7, 105, 80), (7, 130, 80)]
        cells = await recorded(playground, done)
        assert [cell.label for cell in cells] == ["× 0", "× 0.5", "× 1"]
        assert weights(cells) == [[0.0], [0.5], [1.0]]
        assert {cell.painted.request.seed for cell in cells} == {7}
        assert [one[1:] for one in requests(tmp_path)] == [(3, "sks")]
        # Where nothing is said: the range that is recommended.
        whole = await (await member.run(demo.art, "sweep", style="sks", prompt="a cat")).message(pictures)
        assert weights(await recorded(playground, whole)) == [[0.0], [0.3], [0.6], [0.9], [1.2], [1.5]]
        high = await (await member.run(demo.art, "sweep", style="sks", prompt="x", count=3, **{"from": 1.6})).message(
            pictures
        )
        assert weights(await recorded(playground, high)) == [[1.6], [1.8], [2.0]]
        for ends in ({"from": 1.0, "to": 1.0}, {"from": 0.5, "to": 0.52}):
            told = await (await member.run(demo.art, "sweep", style="sks", prompt="x", count=4, **ends)).message()
            assert "there are no 4 different weights" in told["content"]
        assert await refused(playground) == []


async def test_a_comparison_is_one_sheet_of_one_prompt_in_several_styles(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        named = {"style1": "neon", "style2": "sks", "style4": "NEON"}
        done = await (await member.run(demo.art, "compare", prompt="a cat", seed=9, **named)).message(pictures)
        assert done["content"].startswith("> a cat\n-# neon, sks · seed 9 · 3 pictures of 128x128")
        cells = await recorded(playground, done)
        assert [cell.label for cell in cells] == ["Without a style", "neon", "sks"]
        assert [cell.painted.prompt_used for cell in cells] == [
            "a cat",
            "a cat, in neon style",
            "a cat, in sks style",
        ]
        assert weights(cells) == [[], [1.0], [1.0]]
        assert colours(cells_of(await sheet_of(playground, done), 3)) == [(9, 80, 80), (9, 130, 80), (9, 130, 80)]
        # Nothing named: all there are, or the favourites.
        every = await (await member.run(demo.art, "compare", prompt="a cat")).message(pictures)
        assert [cell.label for cell in await recorded(playground, every)] == [
            "Without a style",
            "sks",
            "neon",
            "woodcut",
        ]
        for style in ("woodcut", "neon"):
            await (await member.run(demo.art, "prefs favourite", style=style)).message()
        liked = await (await member.run(demo.art, "compare", prompt="a cat")).message(pictures)
        assert sorted(cell.label for cell in await recorded(playground, liked)) == [
            "Without a style",
            "neon",
            "woodcut",
        ]
        assert await refused(playground) == []


async def test_what_is_under_a_sheet_works_for_others_and_after_a_restart(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
    async with bot(playground, tmp_path):
        named = {"style1": "neon", "style2": "sks"}
        done = await (await member.run(demo.art, "compare", prompt="a cat", seed=9, **named)).message(pictures)
    async with bot(playground, tmp_path):
        await newcomer.messages(demo.art)
        one = await (await newcomer.select(done, PICK, "neon")).message(pictures)
        assert one["content"].startswith("> a cat, in neon style\n-# neon · seed 9 · 128x128")
        assert note(one) == "-# from a sheet: neon"
        assert buttons(one) == ["Vary", "Upscale", "Again", "Edit", "Style", "Info", "Delete"]
        assert (await record(playground, one)).request == (await recorded(playground, done))[1].painted.request
        plain = await (await newcomer.select(done, PICK, "Without a style")).message(pictures)
        assert (await record(playground, plain)).request.adapters == ()
        # Another seed, other words: a sheet again.
        again = await (await newcomer.click(done, "Again")).message(pictures)
        cells = await recorded(playground, again)
        assert [cell.label for cell in cells] == ["Without a style", "neon", "sks"]
        assert cells[0].painted.request.seed != 9
        form = await (await newcomer.click(done, "Edit")).form()
        assert filled(form) == {"prompt": "a cat", "negative": "", "seed": "9", "steps": "4"}
        edited = await (await newcomer.submit(form, prompt="a dog", steps="6")).message(pictures)
        assert note(edited) == "-# changed: steps 4 → 6, prompt ~~cat~~ **dog**"
        cells = await recorded(playground, edited)
        assert {(cell.painted.request.prompt, cell.painted.request.steps) for cell in cells} == {("a dog", 6)}
        assert len(cells) == 3
        # Info says what each was painted with, also of the file alone.
        told = await (await newcomer.click(done, "Info")).message()
        assert told["embeds"][0]["title"] == "How this sheet was painted"
        expected = "**Without a style**\nneon × 1\nsks × 1"
        assert shown(told)["Its pictures"] == expected
        assert "To paint it again" not in shown(told)
        posted = await newcomer.say(demo.general, "", ("sheet.png", await sheet_of(playground, done)))
        told = await (await newcomer.menu(demo.general, "Picture info", posted)).message()
        assert shown(told)["Its pictures"] == expected
        # Elsewhere it is a sheet, too.
        job = done["content"].rsplit(" · ", 1)[-1].split("\n")[0]
        assert len(job) == 16
        again = await (await newcomer.menu(demo.art, "Paint again", done)).message(pictures)
        assert len(await recorded(playground, again)) == 3
        found = await (await newcomer.run(demo.art, "show", job=job)).message(pictures)
        assert buttons(found) == ["Again", "Edit", "Info"]
        pages = await (await member.run(demo.art, "history")).message(lambda one: bool(one["embeds"]))
        assert "sheet of 3" in pages["embeds"][0]["description"]
        gone = await (await member.click(done, "Delete")).update(lambda one: not one["attachments"])
        assert gone["content"] == "Deleted."
        assert await refused(playground) == []


async def test_it_is_painted_anew_after_a_kill_and_comes_once(playground: Playground) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with living(playground) as lives:
        lives.hold()
        used = await member.run(demo.art, "sweep", style="sks", prompt="a cat", seed=7, count=4)
        await used.message(lambda one: "4/16" in one["content"])  # one step of each
        await lives.kill()
        lives.release()
        await lives.again()
        done = await used.message(pictures)
        assert weights(await recorded(playground, done)) == [[0.0], [0.5], [1.0], [1.5]]
        assert len(await final(playground, demo.art)) == 1
        # With its engine, too; the sheet was alone in it, and is given up the second time.
        lives.hold()
        used = await member.run(demo.art, "sweep", style="sks", prompt="a dog", count=4)
        await used.message(lambda one: "4/16" in one["content"])
        lives.kill_engine()
        lives.release()
        assert len(await recorded(playground, await used.message(pictures))) == 4
        with closing(sqlite3.connect(lives.data / "bot.sqlite")) as file:
            assert file.execute("SELECT crashes FROM jobs ORDER BY created_at").fetchall() == [(0,), (1,)]


async def test_cancelling_it_stops_all_of_it(playground: Playground) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with living(playground) as lives:
        lives.hold()
        used = await member.run(demo.art, "sweep", style="sks", prompt="a cat", count=8)
        waiting = await used.message(lambda one: "8/32" in one["content"])
        await member.click(waiting, "Cancel")
        over = await used.message(lambda one: one["content"] == "Cancelled.")
        assert over["components"] == []
        lives.release()
        done = await (await member.run(demo.art, "paint", prompt="a dog")).message(pictures)
        assert [one["id"] for one in await final(playground, demo.art)] == [done["id"]]


async def test_where_one_of_its_pictures_cannot_be_painted_the_sheet_says_why(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    write_styles(tmp_path / "styles", "sks", "bad")
    entries = json.loads((tmp_path / "styles" / "styles.json").read_text())
    broken = safetensors({"__metadata__": {}})
    (tmp_path / "styles" / "bad.safetensors").write_bytes(broken)
    entries["styles"][1]["sha256"] = hashlib.sha256(broken).hexdigest()
    (tmp_path / "styles" / "styles.json").write_text(json.dumps(entries))
    async with bot(playground, tmp_path, {"styles": str(tmp_path / "styles")}, pause=0.05):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "compare", prompt="a cat", style1="sks", style2="bad")
        told = await used.message(lambda one: "could not be painted" in one["content"])
        assert "it is no LoRA" in told["content"]
        assert requests(tmp_path) == [("failed", 3, "sks, bad")]
        assert await final(playground, demo.art) == []


async def test_a_servers_bounds_and_quota_count_each_of_its_pictures(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await set_for(tmp_path, demo.guild.id, most_count=4, most_steps=10, quota=9)
    add_style(tmp_path, "quick", preset="hyper-cfg")
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        told = await (await member.run(demo.art, "sweep", style="sks", prompt="x", count=6)).message()
        assert told["only_you"]
        assert told["content"] == (
            "This server has at most 4 pictures painted at once, so a sheet can have 4 at most, and this one has 6."
        )
        told = await (await member.run(demo.art, "compare", prompt="x", style1="quick")).message()
        assert told["content"] == "This server has pictures painted in at most 10 steps."
        # What nobody asked for so is made to fit.
        done = await (await member.run(demo.art, "sweep", style="sks", prompt="x")).message(pictures)
        assert weights(await recorded(playground, done)) == [[0.0], [0.5], [1.0], [1.5]]
        await (await member.run(demo.art, "sweep", style="sks", prompt="x", count=3)).message(pictures)
        told = await (await member.run(demo.art, "sweep", style="sks", prompt="x", count=3)).message()
        assert "You have had 7 of the 9 pictures" in told["content"]
        every = await (await newcomer.run(demo.art, "compare", prompt="x", steps=4)).message(pictures)
        assert len(await recorded(playground, every)) == 4


async def test_a_style_that_speeds_up_keeps_its_own_steps_beside_others(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    add_style(tmp_path, "quick", preset="lcm")
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        named = {"style1": "quick", "style2": "sks"}
        done = await (await member.run(demo.art, "compare", prompt="a cat", seed=3, **named)).message(pictures)
        for sheet in (done, await (await member.click(done, "Again")).message(pictures)):
            how = [cell.painted.request for cell in await recorded(playground, sheet)]
            assert [(one.sampler, one.steps) for one in how] == [("euler_a", 4), ("lcm", 6), ("euler_a", 4)]
        one = await (await member.select(done, PICK, "quick")).message(pictures)
        assert ((await record(playground, one)).request.sampler, note(one)) == ("lcm", "-# from a sheet: quick")


async def test_age_restricted_styles_are_compared_where_they_may_be_painted(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    add_style(tmp_path, "Night", adult=True)
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        told = await (await member.run(demo.art, "compare", prompt="x", style1="Night", style2="sks")).message()
        assert "age-restricted" in told["content"]
        every = await (await member.run(demo.art, "compare", prompt="x")).message(pictures)
        assert "Night" not in [cell.label for cell in await recorded(playground, every)]
        there = await (await member.run(demo.adults, "compare", prompt="x")).message(pictures)
        assert "Night" in [cell.label for cell in await recorded(playground, there)]


async def test_it_is_private_and_in_russian_for_whoever_wants_that(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        used = await russian.run(demo.art, "compare", prompt="кот", style1="sks", style2="neon", private=True, seed=5)
        done = await used.message(pictures)
        assert done["only_you"]
        assert done["content"].startswith("> кот\n-# sks, neon · зерно 5 · 3 картинки 128x128 · ")
        assert listed({"components": done["components"][1:]}) == ["Без стиля", "sks", "neon"]
        one = await (await russian.select(done, "Нарисовать одну из них", "Без стиля")).message(pictures)
        assert one["only_you"]
        assert note(one) == "-# с листа: Без стиля"
        told = await (await russian.click(done, "Сведения")).message()
        assert shown(told)["Его картинки"] == "**Без стиля**\nsks × 1\nneon × 1"
        swept = await (
            await russian.run(demo.art, "sweep", prompt="кот", style="sks", count=3, to=1.0, private=True)
        ).message(pictures)
        assert listed({"components": swept["components"][1:]}) == ["× 0", "× 0,5", "× 1"]
        assert await refused(playground) == []


async def test_sheets_and_pictures_of_many_come_together(playground: Playground, tmp_path: Path) -> None:
    """More orders than the engine is given at once."""
    demo = playground.demo
    async with bot(playground, tmp_path, pause=0.01):
        people = [playground.as_(one) for one in (demo.member, demo.newcomer, demo.moderator, demo.owner)]
        used = [
            await one.run(demo.art, "sweep", style="sks", prompt=f"cat {number}", count=8)
            for one in people
            for number in range(2)
        ]
        used.append(await people[0].run(demo.art, "paint", prompt="a dog"))
        await asyncio.gather(*(one.message(pictures, seconds=60) for one in used))
        assert len(await final(playground, demo.art)) == 9
        assert await refused(playground) == []
