"""Style under a picture, as members meet it."""

from pathlib import Path

from playground.testing import Playground
from tests.adapters.files import write_styles
from tests.bot.acting import bot, pictures, refused
from tests.bot.changed import listed, note, record


async def test_the_same_picture_is_painted_in_another_style_also_after_a_restart(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path):
        used = await member.run(
            demo.art, "paint", prompt="cat", style="sks", seed=7, count=2, steps=6, negative="dog", weight=1.5
        )
        done = await used.message(pictures)
        assert [len(row["components"]) for row in done["components"]] == [2, 2, 5]
        opened = await (await member.click(done, "Style")).message()
        assert opened["only_you"]
        assert listed(opened) == ["No style", "neon", "woodcut"]
    async with bot(playground, tmp_path):
        styled = await (await member.select(opened, "Choose a style", "neon")).message(pictures)
        assert note(styled) == "-# style sks → neon"
        assert not styled.get("only_you")
        old, new = (await record(playground, done)).request, (await record(playground, styled)).request
        assert (new.prompt, new.seed, new.steps, new.negative_prompt, new.width) == ("cat", 7, 6, "dog", old.width)
        assert [(use.weight, use.trigger) for use in new.adapters] == [(1.0, "in neon style")]
        assert len(styled["attachments"]) == 2
        plain = await (await member.select(opened, "Choose a style", "No style")).message(pictures)
        assert note(plain) == "-# style sks → none"
        assert (await record(playground, plain)).request.adapters == ()
        assert await refused(playground) == []


async def test_of_many_styles_the_likeliest_are_listed_and_the_rest_is_told_of(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    write_styles(tmp_path / "many", *(f"style{number:02}" for number in range(40)))
    async with bot(playground, tmp_path, {"styles": str(tmp_path / "many")}):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="cat", style="style39")).message(pictures)
        opened = await (await member.click(done, "Style")).message()
        assert len(listed(opened)) == 25
        assert "style39" not in listed(opened)
        assert "24 of 39" in opened["content"]
        plain = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        opened = await (await member.click(plain, "Style")).message()
        assert listed(opened)[0] == "style39"
        assert len(listed(opened)) == 25
        assert "No style" not in listed(opened)
        assert await refused(playground) == []


async def test_where_a_server_has_no_styles_that_is_said(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    (tmp_path / "none").mkdir()
    async with bot(playground, tmp_path, {"styles": str(tmp_path / "none")}):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="cat")).message(pictures)
        told = await (await member.click(done, "Style")).message()
        assert told["only_you"]
        assert told["content"] == "There is no other style here yet."


async def test_a_presets_values_come_and_go_with_its_style(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    write_styles(tmp_path / "fast", "quick", preset="lcm")
    fast = (tmp_path / "fast" / "styles.json").read_text()
    write_styles(tmp_path / "fast", "sks")
    plain = (tmp_path / "fast" / "styles.json").read_text()
    both = plain.replace('{"styles": [', '{"styles": [' + fast.split("[", 1)[1].rsplit("]}", 1)[0] + ", ", 1)
    (tmp_path / "fast" / "styles.json").write_text(both)
    async with bot(playground, tmp_path, {"styles": str(tmp_path / "fast")}):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="cat", style="sks")).message(pictures)
        opened = await (await member.click(done, "Style")).message()
        quick = await (await member.select(opened, "Choose a style", "quick")).message(pictures)
        request = (await record(playground, quick)).request
        assert (request.sampler, request.steps, request.guidance_scale) == ("lcm", 6, 1.5)
        opened = await (await member.click(quick, "Style")).message()
        slow = await (await member.select(opened, "Choose a style", "sks")).message(pictures)
        request = (await record(playground, slow)).request
        assert (request.sampler, request.steps, request.guidance_scale) == ("euler_a", 4, 5.0)


async def test_all_of_it_works_in_direct_messages(playground: Playground, tmp_path: Path) -> None:
    member = playground.as_(playground.demo.member)
    channel = await member.post("direct", **{"with": str(playground.demo.app.user.id)})
    there = type("There", (), {"id": int(channel["id"])})
    async with bot(playground, tmp_path):
        done = await (await member.run(there, "paint", prompt="cat", seed=1)).message(pictures)
        form = await (await member.click(done, "Edit")).form()
        assert note(await (await member.submit(form, seed="2")).message(pictures)) == "-# changed: seed 1 → 2"
        opened = await (await member.click(done, "Style")).message()
        styled = await (await member.select(opened, "Choose a style", "neon")).message(pictures)
        assert note(styled) == "-# style none → neon"
        told = await (await member.menu(there, "Picture info", styled)).message()
        assert told["embeds"]
        assert await refused(playground) == []
