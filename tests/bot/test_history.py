"""`/history` as members meet it: their own pictures, page by page."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from playground.testing import Playground, started
from tests.bot.acting import bot, buttons, pictures, refused
from tests.bot.looking import NOT_YOURS, delivered, direct, entries, files, history, job_of, lose, painted, shown


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with started() as playground:
        yield playground


async def test_ones_pictures_are_shown_page_by_page_also_by_the_buttons_of_a_bot_that_was_started_again(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path) as first:
        nothing = await history(member, demo.art)
        assert (nothing["only_you"], nothing["content"][:27]) == (True, "You have no pictures yet. `")
        messages = [await painted(member, demo.art, f"castle {number}", seed=number) for number in range(8)]
        several = await painted(member, demo.art, "a tower", style="sks", count=3, seed=40)
        await painted(playground.as_(demo.newcomer), demo.art, "nobody else's")
        page = await history(member, demo.art)
        assert page["only_you"]
        assert page["embeds"][0]["title"] == "Your pictures (9)"
        assert [entry.splitlines()[1] for entry in entries(page)] == ["a tower", "castle 7", "castle 6", "castle 5"]
        link = f"https://discord.com/channels/{demo.guild.id}/{demo.art.id}/{several['id']}"
        facts = entries(page)[0].splitlines()[0]
        assert re.fullmatch(
            rf"\*\*1\*\* · sks · seed 40 · 128x128 · 3 pictures · <t:\d+:R> · \[message\]\({link}\)", facts
        )
        assert files(page) == [
            f"{number}-{job_of(one)}.webp" for number, one in enumerate([several, *messages[:4:-1]], 1)
        ]
        small = Image.open(io.BytesIO(await playground.download(page["attachments"][1]["url"])))
        assert (small.format, small.size) == ("WEBP", (128, 128))
        assert buttons(page) == ["<<", "<", "1/3", ">", ">>"]
        await first.kill()
    async with bot(playground, tmp_path):
        second = await (await member.click(page, ">")).update(lambda one: "2/3" in buttons(one))
        assert [entry.splitlines()[1] for entry in entries(second)] == [f"castle {number}" for number in (4, 3, 2, 1)]
        assert len(files(second)) == 4
        last = await (await member.click(second, ">>")).update(lambda one: "3/3" in buttons(one))
        assert [entry.splitlines()[1] for entry in entries(last)] == ["castle 0"]
        assert len(files(last)) == 1
        back = await (await member.click(last, "<<")).update(lambda one: "1/3" in buttons(one))
        assert files(back) == files(page)
        assert await refused(playground) == []


async def test_a_picture_that_is_not_kept_any_more_is_a_line_with_its_message(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        old, new = await painted(member, demo.art, "an old castle"), await painted(member, demo.art, "a new one")
        secret = await painted(member, demo.art, "a secret one", private=True)
        lose(tmp_path, job_of(old))
        page = await history(member, demo.art)
        assert files(page) == [f"1-{job_of(secret)}.webp", f"2-{job_of(new)}.webp"]
        assert entries(page)[2].splitlines()[1:] == ["an old castle", "*The picture is not kept any more.*"]
        assert f"/{old['id']})" in entries(page)[2]
        assert entries(page)[0].splitlines()[0].endswith(":R> · private")
        assert secret["id"] not in entries(page)[0]
        gone = await shown(member, demo.art, job_of(old))
        assert gone["embeds"][0]["description"].endswith("*The picture is not kept any more.*")
        assert (gone["attachments"], buttons(gone)) == ([], ["Again"])
        assert await refused(playground) == []


async def test_what_was_painted_in_an_age_restricted_channel_is_seen_in_such_a_one_only(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        done = await painted(member, demo.adults, "for adults")
        await delivered(tmp_path, job_of(done))
        page = await history(member, demo.art)
        assert page["attachments"] == []
        assert entries(page)[0].endswith("*Shown in direct messages and age-restricted channels only.*")
        assert len(files(await history(member, demo.adults))) == 1
        assert len(files(await history(member, await direct(playground, member)))) == 1
        answer = await shown(member, demo.art, job_of(done))
        assert (answer["content"], answer["attachments"]) == (
            "This picture is from an age-restricted channel and stays there.",
            [],
        )
        again = await (await member.select(page, f"history_pick:{demo.member.id}", f"again:{job_of(done)}")).message()
        assert "age-restricted" in again["content"]
        assert len(files(await shown(member, demo.adults, job_of(done)))) == 1
        assert (await shown(newcomer, demo.art, job_of(done)))["content"] == NOT_YOURS
        assert len(files(await shown(newcomer, demo.adults, job_of(done)))) == 1


async def test_one_of_the_page_is_shown_in_full_or_painted_again(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await painted(member, demo.art, "a castle", style="sks", count=2, seed=3)
        page = await history(member, demo.general)
        menu = f"history_pick:{demo.member.id}"
        whole = await (await member.select(page, menu, "1 · Show")).message()
        assert whole["only_you"]
        assert whole["content"] == done["content"]
        assert files(whole) == files(done) == [f"{job_of(done)}-1.png", f"{job_of(done)}-2.png"]
        assert buttons(whole) == buttons(done)
        again = await (await member.select(page, menu, "1 · Paint again")).message(pictures)
        assert again["channel_id"] == str(demo.general.id)
        assert again["content"].splitlines()[0] == done["content"].splitlines()[0]
        assert "seed 3 " not in again["content"]
        varied = await (await member.click(whole, "V2")).message(pictures)
        assert len(varied["attachments"]) == 1
        assert await refused(playground) == []


async def test_hostile_words_neither_ping_nor_break_a_page(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    hostile = ["@everyone <@1> " + "*" * 1_900, "\u200b\u202e\u2066", "`" * 2_000, "# big\n> [a](https://x.y) ||b||"]
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        jobs = list[str]()
        for prompt in hostile:
            used = await member.run(demo.art, "paint", prompt=prompt, style="sks", spoiler=True)
            jobs.append(re.findall(r":([0-9a-f]{16})", str((await used.message())["components"]))[0])
            await delivered(tmp_path, jobs[-1])
        page = await history(member, demo.art)
        words = page["embeds"][0]["description"]
        assert len(entries(page)) == len(page["attachments"]) == 4
        assert all(name.startswith("SPOILER_") for name in files(page))
        assert r"\@everyone \<\@1\> \*\*" in words
        assert r"\# big \> \[a\](https://x.y) \|\|b\|\|" in words
        assert not re.search("[\u200b\u202e\u2066]", words)
        for job in jobs:
            answer = await shown(member, demo.art, job)
            assert files(answer) == [f"SPOILER_{job}-1.png"]
            assert (answer["mentions"], answer["mention_everyone"]) == ([], False)
        assert await refused(playground) == []


async def test_a_page_is_in_ones_own_language_and_works_in_direct_messages(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        russian = playground.as_(demo.russian)
        place = await direct(playground, russian)
        done = await painted(russian, place, "замок", seed=5)
        page = await history(russian, demo.art)
        assert page["embeds"][0]["title"] == "Ваши картинки (1)"
        facts = entries(page)[0].splitlines()[0]
        assert "зерно 5" in facts
        assert facts.endswith(f"[сообщение](https://discord.com/channels/@me/{place.id}/{done['id']})")
        whole = await shown(russian, place, job_of(done))
        assert "Ещё раз" in buttons(whole)
        missing = await shown(russian, place, "0" * 16)
        assert missing["content"] == "Такой картинки здесь нет, или смотреть её можете не вы."
