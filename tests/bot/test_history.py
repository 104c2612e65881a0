"""`/history` and `/show` as members meet them: their own pictures, and those of others that they see anyway."""

import asyncio
import io
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.beginnings import beginning
from bot.thumbnails import thumbnail
from playground.testing import Person, Playground, started
from protocol.errors import InvalidRequest
from tests.bot.acting import bot, buttons, final, pictures, refused

Json = dict[str, Any]
NOT_YOURS = "That picture is not known here, or not yours to see."


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with started() as playground:
        yield playground


async def painted(person: Person, channel: Any, prompt: str, **given: Any) -> Json:
    """The finished message."""
    return await (await person.run(channel, "paint", prompt=prompt, **given)).message(pictures)


async def history(person: Person, channel: Any) -> Json:
    return await (await person.run(channel, "history")).message()


async def shown(person: Person, channel: Any, job: str) -> Json:
    return await (await person.run(channel, "show", job=job)).message()


async def delivered(folder: Path, job: str, seconds: float = 15.0) -> None:
    """The bot knows that the picture has arrived: a moment after it has."""
    async with asyncio.timeout(seconds):
        while True:
            if state_of(folder, job) == "done":
                return
            await asyncio.sleep(0.02)


def state_of(folder: Path, job: str) -> str:
    with sqlite3.connect(folder / "data" / "bot.sqlite") as file:
        return str(file.execute("SELECT state FROM jobs WHERE id = ?", (job,)).fetchone()[0])


def job_of(message: Json) -> str:
    found = re.search(r"again:([0-9a-f]{16})", str(message["components"]))
    assert found is not None, message
    return found[1]


def entries(page: Json) -> list[str]:
    """The words of a page, by picture."""
    return str(page["embeds"][0]["description"]).split("\n\n")


def files(message: Json) -> list[str]:
    return [one["filename"] for one in message["attachments"]]


def lose(folder: Path, job: str) -> None:
    """Its files, as when they are not kept any more."""
    for file in (folder / "data" / "pictures").rglob(f"{job}-*.png"):
        file.unlink()


def another_server(playground: Playground) -> Any:
    return next(iter(playground.demo.other.channels.values()))


async def direct(playground: Playground, person: Person) -> Any:
    """The channel of somebody's direct messages with the bot."""
    channel = await person.post("direct", **{"with": str(playground.demo.app.user.id)})
    return playground.demo.world.channel(int(channel["id"]))


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
        assert entries(page)[0].endswith("*From an age-restricted channel, and shown only in such a one.*")
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


async def test_another_members_picture_is_shown_where_they_see_it_anyway_and_its_buttons_work_there(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        done = await painted(member, demo.art, "a castle")
        await delivered(tmp_path, job_of(done))
        answer = await shown(newcomer, demo.general, job_of(done))
        assert answer["only_you"]
        assert (answer["content"], files(answer)) == (done["content"], files(done))
        assert "Again" in buttons(answer)
        assert "Delete" not in buttons(answer)
        again = await (await newcomer.click(answer, "Again")).message(pictures)
        assert again["channel_id"] == str(demo.general.id)
        varied = await (await newcomer.click(answer, "Vary")).message(pictures)
        assert f"<@{demo.newcomer.id}>" in varied["content"]
        await playground.post("channel", channel=str(demo.art.id), permission_overwrites=[hidden_from(demo.newcomer)])
        closed = await (await newcomer.click(answer, "Again")).message()
        assert "Only the one who asked" in closed["content"]
        assert (await shown(newcomer, demo.general, job_of(done)))["content"] == NOT_YOURS


async def test_what_somebody_may_not_see_is_answered_as_what_is_not_there(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        public = await painted(member, demo.art, "a castle")
        secret = await painted(member, demo.art, "a secret", private=True)
        hidden = await painted(moderator, demo.general, "a report")
        await playground.post(
            "channel", channel=str(demo.general.id), permission_overwrites=[hidden_from(demo.newcomer)]
        )
        alone = await painted(member, await direct(playground, member), "a letter")
        removed = await painted(member, demo.art, "a mistake")
        for one in (public, secret, hidden, alone, removed):
            await delivered(tmp_path, job_of(one))
        await moderator.post("delete", channel=removed["channel_id"], message=removed["id"])
        answers = [
            await shown(newcomer, demo.art, job)
            for job in (job_of(secret), job_of(hidden), job_of(alone), job_of(removed), "0" * 16, "nothing")
        ]
        answers.append(await shown(moderator, another_server(playground), job_of(public)))
        answers.append(await shown(newcomer, await direct(playground, newcomer), job_of(public)))
        answers.append(await shown(moderator, demo.art, job_of(secret)))
        assert [one["content"] for one in answers] == [NOT_YOURS] * 9
        assert [one["attachments"] for one in answers] == [[]] * 9
        # Their own, everywhere.
        assert len(files(await shown(member, another_server(playground), job_of(secret)))) == 1
        assert len(files(await shown(member, demo.art, job_of(removed)))) == 1
        assert len(files(await shown(moderator, demo.art, job_of(hidden)))) == 1


async def test_deleting_what_is_shown_elsewhere_takes_it_from_its_own_message(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member = playground.as_(demo.member)
        done = await painted(member, demo.art, "a castle")
        await delivered(tmp_path, job_of(done))
        answer = await shown(member, demo.general, job_of(done))
        await member.click(answer, "Delete")
        gone = await member.event("MESSAGE_UPDATE", is_deleted(done))
        assert (gone["attachments"], gone["components"]) == ([], [])
        assert await final(playground, demo.art) == []
        assert (await shown(member, demo.general, job_of(done)))["content"] == NOT_YOURS
        assert (await history(member, demo.art))["content"].startswith("You have no pictures")


async def test_completing_a_picture_offers_ones_own_by_their_words(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        castle = await painted(member, demo.art, "a Castle @everyone " + "x" * 1_900, style="sks")
        tower = await painted(member, demo.art, "a tower")

        async def offered(person: Person, typed: str) -> dict[str, str]:
            found = await person.complete(demo.art, "show", "job", job=typed)
            return {one["value"]: one["name"] for one in found}

        every = await offered(member, "")
        assert list(every) == [job_of(tower), job_of(castle)]
        assert every[job_of(tower)] == "a tower"
        assert every[job_of(castle)].startswith("sks · a Castle @everyone xxx")
        assert list(await offered(member, "castle")) == list(await offered(member, "SKS")) == [job_of(castle)]
        assert list(await offered(member, job_of(tower)[:8])) == [job_of(tower)]
        assert await offered(newcomer, "") == {}


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


async def test_one_that_is_not_painted_yet_has_no_picture_to_show(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, pause=30.0):
        member = playground.as_(demo.member)
        waiting = await (await member.run(demo.art, "paint", prompt="a castle")).message()
        job = re.findall(r"cancel:([0-9a-f]{16})", str(waiting["components"]))[0]
        answer = await shown(member, demo.art, job)
        assert answer["content"].startswith("There is no picture of that one")
        assert (await shown(playground.as_(demo.newcomer), demo.art, job))["content"] == NOT_YOURS


async def test_a_picture_in_a_thread_is_shown_to_those_who_see_its_channel(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        newcomer = playground.as_(demo.newcomer)
        done = await painted(playground.as_(demo.member), demo.thread, "a castle")
        await delivered(tmp_path, job_of(done))
        assert len(files(await shown(newcomer, demo.general, job_of(done)))) == 1
        await playground.post("channel", channel=str(demo.art.id), permission_overwrites=[hidden_from(demo.newcomer)])
        assert (await shown(newcomer, demo.general, job_of(done)))["content"] == NOT_YOURS


async def test_a_member_who_brings_the_bot_along_has_their_own_pictures_and_nobody_elses(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    app = str(demo.app.id)
    there = another_server(playground)
    async with bot(playground, tmp_path):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        done = await painted(member, demo.art, "a castle")
        await delivered(tmp_path, job_of(done))
        await playground.post("guild_install", application=app, guild=str(demo.other.id), installed=False)
        for person in (member, moderator):
            await person.post("user_install", application=app, installed=True)
        along = await painted(member, there, "a tower")
        await delivered(tmp_path, job_of(along))
        assert len(files(await history(member, there))) == 2
        assert len(files(await shown(member, there, job_of(done)))) == 1
        assert (await shown(moderator, there, job_of(along)))["content"] == NOT_YOURS
        line = await (await member.run(there, "queue")).message()
        assert "You have no picture waiting." in line["embeds"][0]["description"]
        assert await refused(playground) == []


@pytest.mark.parametrize(("count", "size"), [(1, (512, 256)), (2, (512, 256)), (3, (512, 512)), (4, (512, 512))])
def test_a_small_copy_has_all_pictures_of_a_job_and_its_number(count: int, size: tuple[int, int]) -> None:
    small = Image.open(io.BytesIO(thumbnail([png((1024, 512), "red")] * count, 3)))
    assert (small.format, small.size) == ("WEBP", size)
    corner = small.convert("RGB").crop((0, 0, 40, 40))
    assert min(sum(pixel) for pixel in pixels(corner)) < 60
    assert max(sum(pixel) for pixel in pixels(corner)) > 600
    assert small.convert("RGB").getpixel((size[0] // 4, 128))[0] > 200  # type: ignore[index]


def test_a_damaged_picture_has_no_small_copy() -> None:
    with pytest.raises(InvalidRequest, match="damaged"):
        thumbnail([png((64, 64), "red")[:60]], 1)


@pytest.mark.parametrize(
    ("words", "begin"),
    [
        ("a castle", "a castle"),
        (" a\n\tcastle ", "a castle"),
        ("a castle of sand", "a castle…"),
        ("\u202ea\u200b castle\ufeff", "a castle"),
        ("\u200b\u2060", "…"),
        ("👩\u200d🎨", "👩\u200d🎨"),
    ],
)
def test_the_beginning_of_words_is_one_line_of_what_is_seen(words: str, begin: str) -> None:
    assert beginning(words, 9) == begin


def png(size: tuple[int, int], colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def pixels(image: Image.Image) -> list[tuple[int, ...]]:
    return [image.getpixel((x, y)) for x in range(image.width) for y in range(image.height)]  # type: ignore[misc]


def is_deleted(message: Json) -> Callable[[Json], bool]:
    return lambda one: one["id"] == message["id"] and one["content"] == "Deleted."


def hidden_from(user: Any) -> Json:
    """An overwrite."""
    return {"id": str(user.id), "type": 1, "allow": "0", "deny": str(1 << 10)}
