"""Info under a picture: all that made it, within Discord's limits."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

from adapters.styles import Catalogue, Style
from bot.facts import of_file, of_job
from bot.jobs import Job, Picture, Place
from bot.quoting import units
from playground.testing import Playground
from protocol.paint import AdapterUse, PaintRequest, ResolvedRequest
from protocol.parameters import Painted
from tests.bot.acting import bot, pictures, refused
from tests.bot.changed import shown


async def test_info_tells_all_that_made_the_picture(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        used = await member.run(
            demo.art, "paint", prompt="a ```cat```", style="sks", seed=7, count=2, negative="dog", aspect="1:1"
        )
        done = await used.message(pictures)
        await newcomer.messages(demo.art)
        told = await (await newcomer.click(done, "Info")).message()
        assert told["only_you"]
        (embed,) = told["embeds"]
        fields = shown(told)
        assert embed["description"].replace("\u200b", "").startswith("```\na ```cat```\n```")
        assert embed["description"].count("```") == 4
        assert "dog" in embed["description"]
        assert "in sks style" in fields["With what wakes the style"]
        assert fields["Style"] == "**sks** × 1 · CC0 · us"
        assert (fields["Seed"], fields["Size"], fields["Steps"]) == ("7, 8", "128x128", "4")
        assert (fields["Guidance"], fields["Sampler"]) == ("5", r"euler\_a")
        assert (fields["Base"], fields["Lane"], fields["Painted in"]) == (
            "pocket · 0123456789ab",
            "pipeline",
            "0.5 s each at most",
        )
        assert f"<@{demo.member.id}>" in fields["Asked by"]
        assert "style:sks weight:1 aspect:1:1 seed:7 count:2 steps:4" in fields["To paint it again"]
        assert embed["footer"]["text"] in done["attachments"][0]["filename"]
        assert await refused(playground) == []


async def test_info_of_a_picture_that_is_not_kept_any_more_is_what_its_job_knows(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        done = await (await russian.run(demo.art, "paint", prompt="кот", style="sks", seed=7)).message(pictures)
        for path in (tmp_path / "data" / "pictures").rglob("*.png"):
            path.unlink()
        told = await (await russian.click(done, "Info")).message()
        fields = shown(told)
        assert (fields["Зерно"], fields["Размер"], fields["Шаги"]) == ("7", "128x128", "4")
        assert "in sks style" in fields["Вместе со словами стиля"]
        assert "База" not in fields


def test_an_embed_keeps_to_discords_limits_whatever_is_in_it(tmp_path: Path) -> None:
    uses = tuple(AdapterUse(f"{number:064x}", 0.123456, "**" * 100) for number in range(8))
    long = {"licence": "*" * 200, "credit": "_" * 200, "title": "t" * 200}
    catalogue = Catalogue(
        [Style(name=f"{'~' * 38}{at:02}", path=tmp_path, sha256=use.sha256, **long) for at, use in enumerate(uses)]
    )
    for letters in ("\U0001f63a" * 2000, "`" * 2000, "x" * 6000):
        request = ResolvedRequest(
            prompt=letters, negative_prompt=letters, adapters=uses, width=2048, height=2048, steps=150,
            guidance_scale=29.123456, sampler="dpmpp_2m_karras", seed=2**62,
        )  # fmt: skip
        made = Painted(
            request=request, prompt_used=f"{letters}, in style", base_name="*" * 200, base_fingerprint="_" * 200,
            lane="`" * 200, batch="", image_sha256="0" * 64, strength=0.123456,
        )  # fmt: skip
        place = Place(channel_id=1, guild_id=1, interaction_id=1, token="", token_until=0.0)
        painted = tuple(Picture(number=at, seed=2**62 + at, prompt_used=made.prompt_used) for at in range(1, 17))
        plain = PaintRequest(**{name: getattr(request, name) for name in ("prompt", "negative_prompt", "seed")})
        for asked in (request, plain):
            job = Job(
                id="0" * 16, user_id=2**63, request=asked, style="s", place=place, created_at=0.0, pictures=painted,
                strength=0.5,
            )  # fmt: skip
            waiting = of_job(replace(job, pictures=()), None, catalogue, "en")
            for embed in (of_job(job, made, catalogue, "ru"), of_job(job, None, catalogue, "en"), waiting):
                sizes = [units(embed.description or ""), *(units(field.value or "") for field in embed.fields)]
                words = [embed.title or "", embed.footer.text or "", *(field.name or "" for field in embed.fields)]
                assert sizes[0] <= 4096
                assert all(0 < size <= 1024 for size in sizes[1:])
                assert sum(sizes) + sum(map(units, words)) <= 6000
                assert len(letters) > 2000 or letters[0] == "`" or letters in (embed.description or "")
        assert units(of_file(made, catalogue, "en").description or "") <= 4096


async def test_it_answers_at_once_where_the_disk_takes_its_time(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.art, "paint", prompt="cat", seed=7)).message(pictures)
        (file,) = (tmp_path / "data" / "pictures").rglob("*-1.png")
        data = file.read_bytes()
        file.unlink()
        os.mkfifo(file)  # read as soon as somebody writes to it, and not before
        used = await member.click(done, "Info")
        await used.thinking()
        await asyncio.to_thread(file.write_bytes, data)
        assert shown(await used.message())["Seed"] == "7"
