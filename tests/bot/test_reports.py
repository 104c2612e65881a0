"""Reporting a picture, and what moderators do about it."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.commands.report import MOST
from bot.moderation.reports import letter, told
from bot.store.database import opened
from bot.store.jobs import Jobs
from bot.store.member_data import MemberData
from bot.store.outbox import Outbox
from bot.store.reports import Report, Reports
from bot.store.servers import Entry
from playground.testing import Playground
from protocol.paint import PaintRequest
from tests.bot.acting import bot, buttons, final, refused
from tests.bot.looking import another_server, delivered, direct, job_of, state_of
from tests.bot.moderators import logged, painted, reported, rows, trail, with_log
from tests.bot.test_plans import GUILD, JOB, MEMBER

Json = dict[str, Any]
HOSTILE = "@everyone <@1> `**" + "x" * 200 + "\u202eevil\u200b\n# big\n> said ||spoiled|| https://example.com"


def is_away(message: Json) -> Callable[[Json], bool]:
    return lambda one: one["id"] == message["id"] and one["content"] == "A moderator has taken this picture away."


async def test_a_report_reaches_the_moderators_who_delete_warn_and_block(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        await moderator.open()
        await member.open()
        done = await painted(member, demo.art, "a rude @everyone cat")
        await delivered(tmp_path, job_of(done))
        told = await reported(newcomer, done, HOSTILE)
        assert told["only_you"]
        assert told["content"] == "Thank you. This server's moderators have been told."
        log = await logged(moderator, playground, "A picture was reported")
        assert log["mentions"] == []
        assert not log["mention_everyone"]
        assert [one["filename"].startswith("SPOILER_") for one in log["attachments"]] == [True]
        address = f"https://discord.com/channels/{demo.guild.id}/{demo.art.id}/{done['id']}"
        assert address in log["content"]
        assert f"<@{demo.member.id}>" in log["content"]
        assert f"<@{demo.newcomer.id}>" in log["content"]
        assert r"\@everyone \<\@1\> \`\*\*" in log["content"]
        assert len(log["content"]) <= 2_000
        assert buttons(log) == ["Delete", "Warn", "Dismiss"]
        deleting = await moderator.click(log, "Delete")
        log = await deleting.update(lambda one: "Deleted by" in one["content"])
        assert buttons(log) == ["Warn"]
        gone = await member.event("MESSAGE_UPDATE", is_away(done))
        assert (gone["attachments"], gone["components"]) == ([], [])
        assert state_of(tmp_path, job_of(done)) == "deleted"
        assert await final(playground, demo.art) == []
        form = await (await moderator.click(log, "Warn")).form()
        await moderator.submit(form, why="Please <@1> no @here cats.")
        letter = await member.event("MESSAGE_CREATE", lambda one: "warn you" in one["content"], seconds=15.0)
        assert "**Ink & Pixel**" in letter["content"]
        assert r"Please \<\@1\> no \@here cats." in letter["content"]
        assert address in letter["content"]
        log = await moderator.event(
            "MESSAGE_UPDATE", lambda one: one["id"] == log["id"] and "warned by" in one["content"]
        )
        assert buttons(log) == []
        chosen = await moderator.select(log, "Block who asked for it…", "for a day")
        blocking = await moderator.submit(await chosen.form(), why="Three times.")
        await blocking.acknowledged()
        log = await moderator.event(
            "MESSAGE_UPDATE", lambda one: one["id"] == log["id"] and "blocked by" in one["content"]
        )
        assert log["components"] == []
        ((until, why),) = rows(tmp_path, "SELECT until, why FROM blocks WHERE user_id = ?", demo.member.id)
        assert (round((until - time.time()) / 3600), why) == (24, "Three times.")
        refusal = await (await member.run(demo.art, "paint", prompt="one more")).message()
        assert "This server does not let you use me until" in refusal["content"]
        assert "Three times." in refusal["content"]
        assert trail(tmp_path) == ["report_made", "picture_deleted", "member_warned", "member_blocked_until"]
        assert rows(tmp_path, "SELECT COUNT(*) FROM reports WHERE closed_at IS NULL") == [(0,)]
        # All of it is told by the one message.
        assert len(await moderator.messages(demo.hidden)) == 1
        assert await refused(playground) == []


async def test_a_report_is_dismissed_and_each_member_reports_a_picture_once(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path, language="ru")
    async with bot(playground, tmp_path):
        member, russian, moderator = map(playground.as_, (demo.member, demo.russian, demo.moderator))
        await moderator.open()
        done = await painted(member, demo.art, "a cat")
        told = await reported(russian, done, "не нравится", "Пожаловаться")
        assert told["content"] == "Спасибо. Модераторы этого сервера уже знают."
        again = await (await russian.menu(demo.art, "Пожаловаться", done)).message()
        assert again["content"].startswith("Вы уже пожаловались на эту картинку.")
        assert again["only_you"]
    async with bot(playground, tmp_path):  # nothing of it is in the process's memory
        log = await logged(moderator, playground, "Жалоба на картинку")
        assert "не нравится" in log["content"]
        assert buttons(log) == ["Удалить", "Предупредить", "Отклонить"]
        log = await (await moderator.click(log, "Отклонить")).update(lambda one: "Жалоба отклонена" in one["content"])
        assert (log["components"], len(log["attachments"])) == ([], 1)
        assert len(await final(playground, demo.art)) == 1
        assert trail(tmp_path) == ["report_made", "report_dismissed"]
        assert await refused(playground) == []


async def test_without_a_log_channel_a_report_is_kept_for_the_list(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        done = await painted(member, demo.art, "a cat")
        told = await reported(newcomer, done, HOSTILE)
        assert "nobody is told at once; they find it in `/moderation reports`" in told["content"]
        page = await (await moderator.run(demo.general, "moderation reports")).message()
        assert page["only_you"]
        assert page["embeds"][0]["title"] == "Open reports: 1"
        assert f"reported by <@{demo.newcomer.id}>" in page["embeds"][0]["description"]
        assert r"\@everyone" in page["embeds"][0]["description"]
        shown = await (await moderator.select(page, "Look at one", "Look at 1")).message()
        assert shown["only_you"]
        assert [one["filename"].startswith("SPOILER_") for one in shown["attachments"]] == [True]
        await moderator.click(shown, "Delete")
        await moderator.event("MESSAGE_UPDATE", lambda one: one["id"] == shown["id"] and "Deleted by" in one["content"])
        assert await final(playground, demo.art) == []
        page = await (await moderator.run(demo.general, "moderation reports")).message()
        assert page["embeds"][0]["description"] == "Nothing waits to be looked at."
        assert await refused(playground) == []


async def test_what_cannot_be_reported_is_refused_with_a_reason(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        done = await painted(member, demo.art, "a cat")

        async def told(person: object, message: object, channel: object = demo.art) -> str:
            answer = await (await person.menu(channel, "Report", message)).message()  # type: ignore[attr-defined]
            assert answer["only_you"]
            return str(answer["content"])

        assert await told(member, done) == "This picture is yours: Delete, under it, takes it away."
        posted = await newcomer.say(demo.art, "no picture")
        assert await told(member, posted) == "There is no picture of mine on this message."
        form = await (await newcomer.menu(demo.art, "Report", done)).form()
        deleting = await member.click(done, "Delete")
        await deleting.update(lambda one: one["content"] == "Deleted.")
        late = await (await newcomer.submit(form, why="too late")).message()
        assert late["content"] == "This picture is not known here any more."
        assert await told(newcomer, done) == "This picture is not known here any more."
        assert rows(tmp_path, "SELECT COUNT(*) FROM reports") == [(0,)]
        assert "Report" not in {one["name"] for one in await member.commands(await direct(playground, member))}
        assert await refused(playground) == []


async def test_a_flood_of_reports_is_bounded(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, {"member_jobs": 30, "server_jobs": 30}):
        member, newcomer = playground.as_(demo.member), playground.as_(demo.newcomer)
        done = [await painted(member, demo.art, f"cat {number}", steps=1) for number in range(MOST + 1)]
        for message in done[:MOST]:
            assert "it is noted" in (await reported(newcomer, message))["content"]
        flooding = await (await newcomer.menu(demo.art, "Report", done[MOST])).message()
        assert flooding["content"].startswith("You have reported many pictures within an hour.")
        assert rows(tmp_path, "SELECT COUNT(*) FROM reports") == [(MOST,)]


async def test_the_buttons_are_for_moderators_of_that_server(playground: Playground, tmp_path: Path) -> None:
    """Also where their ids are made up in another server, or the channel is seen by others."""
    demo = playground.demo
    await with_log(playground, tmp_path, log_channel=str(demo.general.id))
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        await newcomer.open()
        done = await painted(member, demo.art, "a cat")
        await reported(newcomer, done)
        log = await newcomer.event("MESSAGE_CREATE", lambda one: "was reported" in one["content"])
        for label in ("Delete", "Warn", "Dismiss"):
            answer = await (await newcomer.click(log, label)).message()
            assert (answer["only_you"], answer["content"]) == (
                True,
                "This is for those who may manage messages where the picture is.",
            )
        answer = await (await member.select(log, "Block who asked for it…", "for good")).message()
        assert answer["content"].startswith("This is for those who may manage messages")
        # The same message in another server, where the moderator owns all there is.
        other = another_server(playground)
        there = playground.state.world.messages[demo.general.id][int(log["id"])]
        copied = await painted(moderator, other, "mine")
        copy = playground.state.world.messages[other.id][int(copied["id"])]
        copy.components = there.components
        shown = next(one for one in await moderator.messages(other) if one["id"] == copied["id"])
        for label in ("Delete", "Warn", "Dismiss"):
            answer = await (await moderator.click(shown, label)).message()
            assert answer["content"] == "That is not here any more, or has been seen to."
        assert len(await final(playground, demo.art)) == 1
        assert rows(tmp_path, "SELECT COUNT(*) FROM reports WHERE closed_at IS NULL") == [(1,)]
        assert trail(tmp_path) == ["report_made"]
        assert await refused(playground) == []


async def test_what_is_age_restricted_is_not_shown_in_an_ordinary_log_channel(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        await moderator.open()
        done = await painted(member, demo.adults, "a secret")
        await reported(newcomer, done)
        log = await logged(moderator, playground, "was reported")
        assert (log["attachments"], "a secret" in log["content"]) == ([], False)
        await moderator.click(log, "Delete")
        await moderator.event("MESSAGE_UPDATE", is_away(done))
        assert await final(playground, demo.adults) == []


@pytest.mark.parametrize("gone", ["message", "member"])
async def test_a_picture_that_is_gone_already_is_seen_to_all_the_same(
    playground: Playground, tmp_path: Path, gone: str
) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        await moderator.open()
        done = await painted(member, demo.art, "a cat")
        await reported(newcomer, done)
        log = await logged(moderator, playground, "was reported")
        if gone == "message":
            await moderator.post("delete", channel=done["channel_id"], message=done["id"])
            log = await (await moderator.click(log, "Delete")).update(lambda one: "Deleted by" in one["content"])
            assert rows(tmp_path, "SELECT COUNT(*) FROM reports WHERE closed_at IS NULL") == [(0,)]
        else:
            asked = await (await member.run(demo.art, "prefs forget")).message()
            await (await member.click(asked, "Forget everything")).update(lambda one: "deleted" in one["content"])
            answer = await (await moderator.click(log, "Delete")).message()
            assert answer["content"] == "That is not here any more, or has been seen to."
            assert rows(tmp_path, "SELECT COUNT(*) FROM reports") == [(0,)]
        assert [entry["status"] for entry in await refused(playground)] == [404] * (gone == "message")


async def test_a_warning_that_cannot_be_delivered_is_told_to_the_moderators(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path):
        moderator = playground.as_(demo.moderator)
        await moderator.open()
        await playground.fault("forbid", route="/users/@me/channels", method="POST", code=50007, times=5)
        told = await (await moderator.run(demo.art, "moderation warn", member=demo.member, why="No.")).message()
        assert "on its way" in told["content"]
        lost = await logged(moderator, playground, "did not reach")
        assert f"<@{demo.member.id}>" in lost["content"]
        assert rows(tmp_path, "SELECT COUNT(*) FROM audit WHERE kind = 'member_warned'") == [(1,)]


async def test_a_warning_that_is_lost_is_told_in_person_where_the_log_channel_is_gone(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path, log_channel="7")
    async with bot(playground, tmp_path):
        moderator = playground.as_(demo.moderator)
        await moderator.open()
        await playground.fault("forbid", route="/users/@me/channels", method="POST", code=50007, times=1)
        await (await moderator.run(demo.art, "moderation warn", member=demo.member, why="No.")).message()
        told = await moderator.event("MESSAGE_CREATE", lambda one: "did not reach" in one["content"], seconds=15.0)
        assert "guild_id" not in told


async def test_reports_are_the_reporters_and_never_told_to_whose_picture_it_was(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        await moderator.open()
        done = await painted(member, demo.art, "a cat")
        await reported(newcomer, done, "because")
        await logged(moderator, playground, "was reported")
        exported = await (await member.run(demo.art, "prefs export")).message(lambda one: bool(one["attachments"]))
        data = (await playground.download(exported["attachments"][0]["url"])).decode()
        assert str(demo.newcomer.id) not in data
        assert "because" not in data
        own = await (await newcomer.run(demo.art, "prefs export")).message(lambda one: bool(one["attachments"]))
        assert "because" in (await playground.download(own["attachments"][0]["url"])).decode()


async def test_a_letter_about_a_report_goes_with_both_and_is_handed_to_neither_of_them_but_its_maker(
    tmp_path: Path,
) -> None:
    made = Report(guild_id=GUILD, job_id=JOB.id, user_id=9, at=1.0, why="because")
    for forgotten in (MEMBER, 9):
        async with opened(tmp_path / f"{forgotten}.sqlite") as database:
            await Jobs(database).add(JOB)
            entry = Entry(guild_id=GUILD, by=9, kind="report_made", at=1.0, about=MEMBER)
            log = letter(made, JOB, 77, "en", shown=True)
            assert await Reports(database).add(made, 1, 0.5, entry, log)
            assert not await Reports(database).add(replace(made, id="another"), 9, 0.5, entry, log)
            assert not await Reports(database).add(replace(made, id="third", user_id=9, job_id="x"), 1, 0.5, entry, log)
            data = MemberData(database)
            assert "because" not in str(await data.of_member(MEMBER))
            assert "because" in str(await data.of_member(9))
            await data.forget(forgotten)
            assert await Outbox(database).due(1e12, 10) == []
            assert await Reports(database).count_open(GUILD) == 0


@pytest.mark.parametrize("why", ["x" * 300, "\\" * 300, "🙂" * 150, HOSTILE[:300]])
@pytest.mark.parametrize("locale", ["en", "ru"])
def test_what_moderators_are_told_fits_into_a_message(why: str, locale: str) -> None:
    job = replace(JOB, request=PaintRequest(prompt="*" * 6_000))
    form = told(Report(guild_id=GUILD, job_id=JOB.id, user_id=2**63, at=1e10, why=why), job, locale, shown=True)
    assert len(form.content.encode("utf-16-le")) // 2 <= 1_900
    assert len([line for line in form.content.splitlines() if line.startswith("#")]) == 0


async def test_a_thread_that_is_archived_is_moderated_by_who_moderates_the_server(
    playground: Playground, tmp_path: Path
) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        await moderator.open()
        done = await painted(member, demo.thread, "a cat")
        await reported(newcomer, done)
        log = await logged(moderator, playground, "was reported")
        await playground.post("channel", channel=str(demo.thread.id), archived=True)
        await (await moderator.click(log, "Dismiss")).update(lambda one: "Dismissed by" in one["content"])
        assert trail(tmp_path) == ["report_made", "report_dismissed"]


async def taken_from_a_closed_thread(
    playground: Playground, folder: Path, *, locked: bool = False
) -> tuple[list[Json], Json]:
    """What is in the thread then, and what the moderator is told last."""
    demo = playground.demo
    await with_log(playground, folder)
    async with bot(playground, folder):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        await moderator.open()
        done = await painted(member, demo.thread, "a cat")
        await reported(newcomer, done)
        log = await logged(moderator, playground, "was reported")
        await playground.post("channel", channel=str(demo.thread.id), archived=True)
        demo.thread.locked = locked
        used = await moderator.click(log, "Delete")
        told = await used.update(lambda one: "Deleted by" in one["content"])
        if locked:
            told = await used.message(lambda one: one["id"] != log["id"])
        assert list((folder / "data" / "pictures").rglob("*.png")) == []
        return await final(playground, demo.thread), told


async def test_a_picture_is_taken_out_of_an_archived_thread(playground: Playground, tmp_path: Path) -> None:
    left, _ = await taken_from_a_closed_thread(playground, tmp_path)
    assert left == []


async def test_where_the_message_cannot_be_changed_its_moderator_is_told(
    playground: Playground, tmp_path: Path
) -> None:
    left, told = await taken_from_a_closed_thread(playground, tmp_path, locked=True)
    assert len(left) == 1
    assert told["only_you"]
    assert told["content"].startswith("I cannot change the message with that picture")
