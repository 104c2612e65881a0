"""`/show` as members meet it: their own pictures, and those of others that they see anyway."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.testing import Person, Playground, started
from tests.bot.acting import bot, buttons, final, pictures, refused
from tests.bot.looking import (
    NOT_YOURS,
    another_server,
    delivered,
    direct,
    files,
    hidden_from,
    history,
    is_deleted,
    job_of,
    painted,
    shown,
)

SUPPRESSED = 1 << 2


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with started() as playground:
        yield playground


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
        assert [(one["attachments"], one["only_you"]) for one in answers] == [([], True)] * 9
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
        again = await (await member.click(tower, "Again")).message(pictures)  # it reads as the other does
        every = await offered(member, "tower")
        assert every == {job_of(again): "a tower", job_of(tower): f"{job_of(tower)} · a tower"}


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


async def test_links_in_prompts_are_not_drawn_out_here_either(playground: Playground, tmp_path: Path) -> None:
    async with bot(playground, tmp_path):
        member, art = playground.as_(playground.demo.member), playground.demo.art
        done = await painted(member, art, "https://a.example")
        answer = await shown(member, art, job_of(done))
        assert (done["flags"] & SUPPRESSED, answer["flags"] & SUPPRESSED) == (SUPPRESSED, SUPPRESSED)
        assert answer["only_you"]
        assert await refused(playground) == []
