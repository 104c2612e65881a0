"""`/queue` and `/cancel` as members meet them: one's own place, and what one may take out of the line."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from playground.testing import Person, Playground, started
from tests.bot.acting import bot, buttons, refused

Json = dict[str, Any]
ONE_AT_A_TIME = {"seconds": {"bot.painter.AT_ONCE": 1}}
NOT_YOURS = "That one is not known here, or not yours to cancel."


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with started() as playground:
        yield playground


async def waits(person: Person, channel: Any, prompt: str, **given: Any) -> Json:
    """The message of a job that is not finished."""
    return await (await person.run(channel, "paint", prompt=prompt, **given)).message()


def job_in(message: Json) -> str:
    found = re.search(r":([0-9a-f]{16})", str(message["components"]))
    assert found is not None, message
    return found[1]


def told(message: Json) -> str:
    """The words of an answer, whether in an embed or not."""
    return str("\n".join(filter(None, [message["content"], *(one.get("description") for one in message["embeds"])])))


def elsewhere_of(playground: Playground) -> Any:
    """A channel of the other server."""
    return next(iter(playground.demo.other.channels.values()))


async def becomes(person: Person, message: Json, words: str) -> Json:
    """That message, once it says so."""
    return await person.event(
        "MESSAGE_UPDATE", lambda data: data["id"] == message["id"] and data["content"] == words, seconds=15
    )


async def line(person: Person, channel: Any) -> Json:
    """The answer to `/queue`, once the engine is ready and has the first of the jobs."""
    while True:
        answer = await (await person.run(channel, "queue")).message()
        if re.search(r"^(The engine is ready|Движок готов)(.|\n)*(being painted ·|рисуется ·)", told(answer)):
            return answer


async def test_the_line_shows_the_engine_the_server_and_ones_own_jobs_only(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, ONE_AT_A_TIME, pause=30.0):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        await waits(member, demo.art, "a first castle", style="sks")
        await waits(newcomer, demo.art, "nobody else reads this")
        await waits(member, demo.art, "a second castle")
        answer = await line(member, demo.art)
        assert answer["only_you"]
        words = told(answer).splitlines()
        assert words[:2] == ["The engine is ready: pocket.", "In this server: 2 waiting, 1 being painted."]
        assert words[3] == "**1** · being painted · sks · a first castle"
        assert re.fullmatch(r"\*\*2\*\* · #\d in line · a second castle", words[4])
        assert len(words) == 5
        assert buttons(answer) == ["Cancel 1", "Cancel 2", "Refresh"]
        assert await refused(playground) == []


async def test_another_servers_line_is_not_counted_but_ones_own_jobs_there_are_shown(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, ONE_AT_A_TIME, pause=30.0):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        await waits(member, demo.art, "a castle")
        await line(member, demo.art)
        elsewhere = elsewhere_of(playground)
        mine = told(await (await member.run(elsewhere, "queue")).message())
        assert "In this server: 0 waiting, 0 being painted." in mine
        assert "**1** · being painted · a castle" in mine
        theirs = told(await (await moderator.run(elsewhere, "queue")).message())
        assert theirs.endswith("You have no picture waiting.")
        assert "castle" not in theirs


async def test_cancelling_from_the_line_changes_the_jobs_own_message_also_after_a_restart(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    member = playground.as_(demo.member)
    async with bot(playground, tmp_path, ONE_AT_A_TIME, pause=30.0) as first:
        messages = [await waits(member, demo.art, f"castle {number}") for number in range(3)]
        answer = await line(member, demo.art)
        used = await member.click(answer, "Cancel 1")
        left = await used.update(lambda one: "castle 0" not in told(one))
        assert told(left).startswith("**Cancelled.**\n")
        assert buttons(left) == ["Cancel 1", "Cancel 2", "Refresh"]
        await becomes(member, messages[0], "Cancelled.")
        await first.kill()
    async with bot(playground, tmp_path, ONE_AT_A_TIME, pause=30.0):
        shown = await (await member.click(left, "Refresh")).update(lambda one: not told(one).startswith("**"))
        assert {"castle 1", "castle 2"} == set(re.findall(r"castle \d", told(shown)))
        used = await member.click(shown, f"withdraw:{job_in(messages[1])}")
        assert "castle 1" not in told(await used.update(lambda one: "Cancelled." in told(one)))
        gone = await becomes(member, messages[1], "Cancelled.")
        assert gone["components"] == []
        await member.click(messages[2], "Cancel")
        await becomes(member, messages[2], "Cancelled.")
        late = await (await member.click(shown, f"withdraw:{job_in(messages[2])}")).update(
            lambda one: "finished already" in told(one)
        )
        assert told(late).endswith("You have no picture waiting.")
        assert await refused(playground) == []


async def test_the_only_one_is_cancelled_without_being_named_and_several_are_offered(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, ONE_AT_A_TIME, pause=30.0):
        member = playground.as_(demo.member)
        nothing = await (await member.run(demo.art, "cancel")).message()
        assert (nothing["only_you"], nothing["content"]) == (True, "You have nothing waiting.")
        message = await waits(member, demo.art, "a castle")
        await line(member, demo.art)
        done = await (await member.run(demo.art, "cancel")).message()
        assert (done["only_you"], done["content"]) == (True, "Cancelled.")
        await becomes(member, message, "Cancelled.")
        messages = [await waits(member, demo.art, f"castle {number}") for number in range(2)]
        await line(member, demo.art)
        which = await (await member.run(demo.art, "cancel")).message()
        assert told(which).splitlines()[0] == "**Which one?**"
        assert buttons(which) == ["Cancel 1", "Cancel 2", "Refresh"]
        used = await member.run(demo.art, "cancel", job="all")
        await used.thinking()  # at once, however many there are
        every = await used.message()
        assert every["content"] == "Cancelled 2 pictures."
        for message in messages:
            await becomes(member, message, "Cancelled.")
        late = await (await member.run(demo.art, "cancel", job=job_in(messages[0]))).message()
        assert late["content"] == "It is finished already."


async def test_only_its_owner_and_moderators_of_its_server_cancel_a_job_and_nobody_learns_of_it(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    elsewhere = elsewhere_of(playground)
    async with bot(playground, tmp_path, ONE_AT_A_TIME, pause=30.0):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        message = await waits(member, demo.art, "a castle")
        await line(member, demo.art)
        answers = [
            await (await newcomer.run(demo.art, "cancel", job=job_in(message))).message(),
            await (await moderator.run(elsewhere, "cancel", job=job_in(message))).message(),
            await (await newcomer.run(demo.art, "cancel", job="0" * 16)).message(),
            await (await newcomer.run(demo.art, "cancel", job="no such thing")).message(),
        ]
        direct = await newcomer.post("direct", **{"with": str(demo.app.user.id)})
        answers.append(await (await newcomer.run(Place(direct), "cancel", job=job_in(message))).message())
        assert [one["content"] for one in answers] == [NOT_YOURS] * 5
        assert "being painted" in told(await line(member, demo.art))
        done = await (await moderator.run(demo.general, "cancel", job=job_in(message))).message()
        assert (done["only_you"], done["content"]) == (True, "Cancelled.")
        await becomes(member, message, "Cancelled.")


async def test_a_job_in_a_channel_that_a_moderator_does_not_moderate_is_not_theirs_to_cancel(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    rights = str(1 << 13)  # to manage messages
    overwrites = [{"id": str(demo.newcomer.id), "type": 1, "allow": rights, "deny": "0"}]
    await playground.post("channel", channel=str(demo.general.id), permission_overwrites=overwrites)
    async with bot(playground, tmp_path, ONE_AT_A_TIME, pause=30.0):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        there, here = await waits(member, demo.art, "a castle"), await waits(member, demo.general, "a tower")
        await line(member, demo.art)
        offered = await newcomer.complete(demo.general, "cancel", "job")
        assert [one["value"] for one in offered] == [job_in(here)]
        kept = await (await newcomer.run(demo.general, "cancel", job=job_in(there))).message()
        assert kept["content"] == NOT_YOURS
        gone = await (await newcomer.run(demo.general, "cancel", job=job_in(here))).message()
        assert gone["content"] == "Cancelled."


async def test_completing_offers_ones_own_jobs_and_to_moderators_the_servers_after_them(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, ONE_AT_A_TIME, pause=30.0):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        first = await waits(member, demo.art, "a *castle* @everyone", style="sks")
        await line(member, demo.art)
        second = await waits(member, demo.art, "a tower " + "x" * 1_900)
        secret = await waits(newcomer, demo.art, "nobody reads this", private=True)
        grown_up = await waits(newcomer, demo.adults, "nor this")
        own = await waits(moderator, demo.art, "a moat")

        async def offered(person: Person, typed: str = "") -> dict[str, str]:
            found = await person.complete(demo.art, "cancel", "job", job=typed)
            return {one["value"]: one["name"] for one in found}

        mine = await offered(member)
        assert list(mine) == ["all", job_in(first), job_in(second)]
        assert mine["all"] == "All 2 of mine"
        assert mine[job_in(first)] == "being painted · sks · a *castle* @everyone"
        assert len(mine[job_in(second)]) == 100
        assert list(await offered(member, "tow")) == [job_in(second)]
        assert list(await offered(newcomer)) == ["all", job_in(secret), job_in(grown_up)]
        all_of_them = await offered(moderator)
        assert list(all_of_them) == [job_in(one) for one in (own, first, second, secret, grown_up)]
        assert all_of_them[job_in(first)] == "being painted · Ada · sks · a *castle* @everyone"
        assert re.fullmatch(r"#\d in line · Newt · private", all_of_them[job_in(secret)])
        assert re.fullmatch(r"#\d in line · Newt", all_of_them[job_in(grown_up)])


async def test_hostile_words_neither_ping_nor_break_the_line(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    hostile = ["@everyone <@1> " + "*" * 1_900, "\u200b\u202e\u2066", "`" * 2_000, "# big\n> [a](https://x.y) ||b||"]
    async with bot(playground, tmp_path, ONE_AT_A_TIME | {"member_jobs": 20}, pause=30.0):
        member = playground.as_(demo.member)
        for prompt in hostile * 3:
            await waits(member, demo.art, prompt)
        answer = await line(member, demo.art)
        words = told(answer)
        assert (answer["mentions"], answer["mention_everyone"]) == ([], False)
        assert r"\@everyone \<\@1\>" in words
        assert r"\# big \> \[a\](https://x.y) \|\|b\|\|" in words
        assert not re.search("[\u200b\u202e\u2066]", words)
        assert words.endswith("… and 4 more of yours")
        assert len(buttons(answer)) == 6
        assert await refused(playground) == []


async def test_the_line_is_shown_in_direct_messages_and_in_ones_own_language(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, ONE_AT_A_TIME, pause=30.0):
        russian = playground.as_(demo.russian)
        direct = Place(await russian.post("direct", **{"with": str(demo.app.user.id)}))
        await waits(russian, direct, "замок")
        answer = await line(russian, direct)
        words = told(answer).splitlines()
        assert words[0] == "Движок готов: pocket."
        assert "сервере" not in told(answer)
        assert words[-1].endswith(" · замок")
        assert buttons(answer) == ["Отменить 1", "Обновить"]
        gone = await (await russian.run(direct, "cancel")).message()
        assert gone["content"] == "Отменено."


async def test_an_engine_that_is_not_there_yet_is_said_to_be_so(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, loads_in=600.0):
        answer = await (await playground.as_(demo.member).run(demo.art, "queue")).message()
        assert told(answer).startswith("The engine is not there at the moment. ")
        assert "In this server: 0 waiting, 0 being painted." in told(answer)


async def test_where_the_engine_should_be_is_nobodys_business(playground: Playground, tmp_path: Path) -> None:
    told_of = {"engine": "tcp:127.0.0.1:9", "engine_token": "secret-token"}
    async with bot(playground, tmp_path, told_of):
        answer = await (await playground.as_(playground.demo.member).run(playground.demo.art, "queue")).message()
        assert "The engine is not there at the moment. It will come back" in told(answer)
        assert "127.0.0.1" not in str(answer)


class Place:
    """A channel as the playground answers with it."""

    def __init__(self, channel: Json) -> None:
        self.id = int(channel["id"])
