"""Pictures that the engine's screen has flagged: kept, and seen by nobody before a moderator."""

import io
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from bot.buttons import held as held_buttons
from bot.jobs import State
from playground.testing import Person, Playground, Refusal
from tests.bot.acting import bot, buttons, final, pictures, refused
from tests.bot.faults.judge import settled
from tests.bot.faults.lives import living, needs_fake
from tests.bot.looking import direct, state_of
from tests.bot.moderators import logged, rows, trail, with_log

Json = dict[str, Any]
RUDE = {"flags_for": "rude"}


async def held(person: Person, channel: Any, prompt: str = "a rude cat", **given: Any) -> Json:
    """What its member is told."""
    return await (await person.run(channel, "paint", prompt=prompt, **given)).message(
        lambda one: "held back until" in one["content"] or "придержана" in one["content"]
    )


def job_in(folder: Path) -> str:
    """The latest."""
    return str(rows(folder, "SELECT id FROM jobs ORDER BY created_at DESC LIMIT 1")[0][0])


def kept(folder: Path) -> list[str]:
    return [path.name for path in (folder / "data" / "pictures").rglob("*.png")]


async def test_a_flagged_picture_is_held_until_a_moderator_releases_it(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
    async with bot(playground, tmp_path, **RUDE):
        await moderator.open()
        fine = await (await member.run(demo.art, "paint", prompt="a kind cat")).message(pictures)
        assert "Again" in buttons(fine)
        message = await held(member, demo.art, count=2)
        assert (message["attachments"], message["components"]) == ([], [])
        job = job_in(tmp_path)
        assert state_of(tmp_path, job) == "held"
        log = await logged(moderator, playground, "held back until you have looked at it")
        assert [one["filename"] for one in log["attachments"]] == [f"SPOILER_{job}-1.png", f"SPOILER_{job}-2.png"]
        assert buttons(log) == ["Release", "Delete"]
        assert f"<@{demo.member.id}>" in log["content"]
        # Nobody has seen a preview, though this engine sends some.
        assert not [one for one in member.events if "preview" in str(one)]
    async with bot(playground, tmp_path, **RUDE):  # still held after a restart
        await _appears_nowhere(member, newcomer, playground, log, job)
        assert state_of(tmp_path, job) == "held"
        log = await (await moderator.click(log, "Release")).update(lambda one: "Released by" in one["content"])
        assert log["components"] == []
        done = await member.event("MESSAGE_UPDATE", lambda one: one["id"] == message["id"] and pictures(one))
        assert [one["filename"] for one in done["attachments"]] == [f"{job}-1.png", f"{job}-2.png"]
        assert "U1" in buttons(done)
        assert "a rude cat" in done["content"]
        varied = await (await newcomer.click(done, "V2")).message(lambda one: "held back" in one["content"])
        assert varied["attachments"] == []
        page = await (await member.run(demo.art, "history")).message()
        assert page["embeds"][0]["title"] == "Your pictures (2)"
        assert trail(tmp_path) == ["picture_released"]
        assert await refused(playground) == []


async def _appears_nowhere(member: Person, newcomer: Person, playground: Playground, log: Json, job: str) -> None:
    demo = playground.demo
    page = await (await member.run(demo.art, "history")).message()
    assert page["embeds"][0]["title"] == "Your pictures (1)"
    shown = await (await member.run(demo.art, "show", job=job)).message()
    assert (shown["attachments"], "There is no picture" in shown["content"]) == ([], True)
    shown = await (await newcomer.run(demo.art, "show", job=job)).message()
    assert shown["attachments"] == []
    assert job not in str(await member.complete(demo.art, "show", "job", job=""))
    exported = await (await member.run(demo.art, "prefs export")).message(lambda one: len(one["attachments"]) == 2)
    archive = next(one for one in exported["attachments"] if one["filename"].endswith(".zip"))
    with zipfile.ZipFile(io.BytesIO(await playground.download(archive["url"]))) as file:
        assert [name for name in file.namelist() if job in name] == []
    # Buttons that somebody made up.
    message = next(one for one in playground.state.world.messages[demo.art.id].values() if "held back" in one.content)
    seen = next(one for one in await member.messages(demo.art) if one["id"] == str(message.id))
    message.components = [
        {"type": 1, "components": [{"type": 2, "style": 2, "label": name, "custom_id": f"{name}:{job}{more}"}]}
        for name, more in (("vary", ":1"), ("upscale", ":1"), ("again", ""), ("info", ""), ("delete", ""))
    ]
    for name in ("vary", "upscale", "again", "info", "delete"):
        seen = next(one for one in await member.messages(demo.art) if one["id"] == str(message.id))
        answer = await (await member.click(seen, name)).message()
        assert answer["content"] == "This picture is held back until a moderator has looked at it."
        answer = await (await newcomer.click(seen, name)).message()
        assert answer["content"].startswith("Only the one who asked")
    for menu in ("Picture info", "Paint again"):
        answer = await (await member.menu(demo.art, menu, seen)).message()
        assert answer["content"] == "This picture is held back until a moderator has looked at it."
    answer = await (await newcomer.menu(demo.art, "Report", seen)).message()
    assert answer["content"] == "This picture is not known here any more."
    message.components = []
    assert log["attachments"]


async def test_a_moderator_deletes_what_is_held(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path, language="ru")
    async with bot(playground, tmp_path, **RUDE):
        russian, moderator = playground.as_(demo.russian), playground.as_(demo.moderator)
        await moderator.open()
        message = await held(russian, demo.art)
        assert "придержана, пока это не сделает модератор" in message["content"]
        log = await logged(moderator, playground, "Картинка придержана")
        assert buttons(log) == ["Разрешить", "Удалить"]
        log = await (await moderator.click(log, "Удалить")).update(lambda one: "Картинка удалена" in one["content"])
        assert log["components"] == []
        told = await russian.event(
            "MESSAGE_UPDATE", lambda one: one["id"] == message["id"] and "решил её не показывать" in one["content"]
        )
        assert told["attachments"] == []
        assert state_of(tmp_path, job_in(tmp_path)) == "deleted"
        assert kept(tmp_path) == []
        assert trail(tmp_path) == ["picture_deleted"]
        assert await refused(playground) == []


async def test_what_is_held_is_for_moderators_alone_and_seen_to_once(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path, log_channel=str(demo.general.id))
    async with bot(playground, tmp_path, **RUDE):
        member, newcomer, moderator = map(playground.as_, (demo.member, demo.newcomer, demo.moderator))
        await newcomer.open()
        await held(member, demo.art)
        log = await newcomer.event("MESSAGE_CREATE", lambda one: "held back until you" in one["content"])
        for person in (member, newcomer):
            for label in ("Release", "Delete"):
                answer = await (await person.click(log, label)).message()
                assert answer["content"] == "This is for those who may manage messages where the picture is."
        there = playground.state.world.messages[demo.general.id][int(log["id"])]
        job = job_in(tmp_path)
        (report,) = rows(tmp_path, "SELECT id FROM reports")[0]
        # What is held back is not dismissed, nor taken away as if everybody had seen it, by ids that are made up.
        own = there.components
        there.components = [
            {"type": 1, "components": [{"type": 2, "style": 2, "label": name, "custom_id": f"report_{name}:{report}"}]}
            for name in ("delete", "dismiss", "warn")
        ]
        log = next(one for one in await moderator.messages(demo.general) if one["id"] == log["id"])
        for name in ("delete", "dismiss", "warn"):
            answer = await (await moderator.click(log, name)).message()
            assert answer["content"] == "That is not here any more, or has been seen to."
        there.components = own
        log = next(one for one in await moderator.messages(demo.general) if one["id"] == log["id"])
        await (await moderator.click(log, "Release")).update(lambda one: "Released by" in one["content"])
        there.components = [
            {"type": 1, "components": [{"type": 2, "style": 2, "label": name, "custom_id": f"held_{name}:{report}"}]}
            for name in ("release", "delete")
        ]
        buttons_again = there.components
        for name in ("release", "delete"):
            there.components = buttons_again
            log = next(one for one in await moderator.messages(demo.general) if one["id"] == log["id"])
            seen = await (await moderator.click(log, name)).update(lambda one: "seen to already" in one["content"])
            assert seen["components"] == []
            there.content = log["content"]
        assert state_of(tmp_path, job) in ("painted", "done")
        assert len(await final(playground, demo.art)) == 1


async def test_what_one_moderator_released_is_not_deleted_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen it held; the first answer holds."""
    monkeypatch.setattr(held_buttons, "mark", mock.AsyncMock())
    monkeypatch.setattr(held_buttons.moderating, "entered", mock.AsyncMock(return_value=(None, None)))
    monkeypatch.setattr(held_buttons, "address", lambda job: "")
    interaction, job = mock.AsyncMock(), mock.Mock(id="0" * 16, state=State.HELD)
    job.place.locale = "en"
    for answered, dropped in ((False, 0), (True, 1)):
        client = mock.Mock()
        client.pictures.drop = mock.AsyncMock()
        client.reports.answer = mock.AsyncMock(return_value=answered)
        await held_buttons.Reject("0" * 12).done(interaction, client, mock.Mock(), job)
        assert client.pictures.drop.await_count == dropped


@pytest.mark.parametrize("where", ["direct", "no log", "private"])
async def test_where_nobody_can_look_a_flagged_picture_is_neither_shown_nor_kept(
    playground: Playground, tmp_path: Path, where: str
) -> None:
    demo = playground.demo
    if where != "no log":
        await with_log(playground, tmp_path)
    async with bot(playground, tmp_path, **RUDE):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        channel = await direct(playground, member) if where == "direct" else demo.art
        used = await member.run(channel, "paint", prompt="a rude cat", private=where == "private")
        told = await used.message(lambda one: "neither shown nor kept" in one["content"])
        assert (told["attachments"], told["components"]) == ([], [])
        assert kept(tmp_path) == []
        assert state_of(tmp_path, job_in(tmp_path)) == "failed"
        assert rows(tmp_path, "SELECT COUNT(*) FROM reports") == [(0,)]
        assert await moderator.messages(demo.hidden) == []
        assert await refused(playground) == []


async def test_in_an_age_restricted_channel_nothing_is_held(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    async with bot(playground, tmp_path, **RUDE):
        member = playground.as_(demo.member)
        done = await (await member.run(demo.adults, "paint", prompt="a rude cat")).message(pictures)
        assert "Again" in buttons(done)
        assert not [one for one in member.events if "preview" in str(one)]


async def test_a_log_channel_that_takes_no_letter_ends_what_is_held(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path, log_channel="123456789012345678")
    async with bot(playground, tmp_path, **RUDE):
        member = playground.as_(demo.member)
        used = await member.run(demo.art, "paint", prompt="a rude cat")
        told = await used.message(lambda one: "neither shown nor kept" in one["content"])
        assert told["attachments"] == []
        assert kept(tmp_path) == []
        assert state_of(tmp_path, job_in(tmp_path)) == "failed"
        assert trail(tmp_path) == ["picture_unseen"]


async def test_a_held_picture_is_found_in_the_list_of_reports(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path, **RUDE):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        message = await held(member, demo.art)
        page = await (await moderator.run(demo.general, "moderation reports")).message()
        assert "held back" in page["embeds"][0]["description"]
        shown = await (await moderator.select(page, "Look at one", "Look at 1")).message()
        assert (buttons(shown), shown["only_you"]) == (["Release", "Delete"], True)
        await moderator.click(shown, "Release")
        done = await member.event("MESSAGE_UPDATE", lambda one: one["id"] == message["id"] and pictures(one))
        assert done["attachments"]
        # The log channel, where nobody clicked, is told of it.
        await logged(moderator, playground, "released [a picture](")


async def test_a_sheet_is_held_as_a_whole_and_released_as_one(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path, **RUDE):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        await moderator.open()
        used = await member.run(demo.art, "sweep", prompt="a rude cat", style="sks", count=3)
        message = await used.message(lambda one: "held back until" in one["content"])
        assert message["attachments"] == []
        log = await logged(moderator, playground, "held back until you have looked at it")
        assert len(log["attachments"]) == 1
        assert not [one for one in member.events if "preview" in str(one)]
        await moderator.click(log, "Release")
        done = await member.event("MESSAGE_UPDATE", lambda one: one["id"] == message["id"] and pictures(one))
        assert (len(done["attachments"]), "Again" in buttons(done)) == (1, True)
        assert await refused(playground) == []


async def test_a_held_picture_is_forgotten_with_its_member(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path, **RUDE):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        await moderator.open()
        await held(member, demo.art)
        log = await logged(moderator, playground, "held back until you have looked at it")
        asked = await (await member.run(demo.art, "prefs forget")).message()
        await (await member.click(asked, "Forget everything")).update(lambda one: "deleted" in one["content"])
        for label in ("Release", "Delete"):
            answer = await (await moderator.click(log, label)).message()
            assert answer["content"] == "That is not here any more, or has been seen to."
        assert kept(tmp_path) == []
        assert rows(tmp_path, "SELECT COUNT(*) FROM reports") == [(0,)]


async def test_what_was_held_too_long_cannot_be_released(playground: Playground, tmp_path: Path) -> None:
    demo = playground.demo
    await with_log(playground, tmp_path)
    async with bot(playground, tmp_path, **RUDE):
        member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
        await moderator.open()
        await held(member, demo.art)
        log = await logged(moderator, playground, "held back until you have looked at it")
        for path in (tmp_path / "data" / "pictures").rglob("*.png"):
            path.unlink()
        answer = await (await moderator.click(log, "Release")).message()
        assert "not kept any more" in answer["content"] or "is gone" in answer["content"]
        await (await moderator.click(log, "Delete")).update(lambda one: "Deleted by" in one["content"])
        assert state_of(tmp_path, job_in(tmp_path)) == "deleted"


PAINTING = (
    "Pictures.keep:after",
    "Jobs.painted:before",
    "Jobs.painted:after",
    "Delivery.bring:after",
    "Outbox.sent:after",
)
ANSWERING = ("Pictures.read:after", "Delivery.bring:before", "Delivery.bring:after", "Outbox.sent:before")


@needs_fake
async def test_the_bot_is_killed_while_a_picture_is_held_and_while_it_is_released(playground: Playground) -> None:
    """Once each: held and told to the moderators once, not shown before, and shown once."""
    demo = playground.demo
    member, moderator = playground.as_(demo.member), playground.as_(demo.moderator)
    await moderator.open()
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        await with_log(playground, own)
        async with living(playground, own, flags_for="rude") as lives:
            for number, point in enumerate((*PAINTING, *ANSWERING)):
                prompt, early = f"a rude star {number}.", point in PAINTING
                if early:
                    lives.kill_at(point)
                async with lives.kept_alive():
                    await member.run(demo.art, "paint", prompt=prompt)
                    log = await logged(
                        moderator, playground, "held back until you have looked at it", prompt, seconds=40.0
                    )
                    if early:
                        assert await lives.was_at(point), point
                assert [one for one in await final(playground, demo.art) if prompt in one["content"]] == []
                if not early:
                    await settled(lives.data)
                    lives.kill_at(point)
                async with lives.kept_alive():
                    done = await _released(member, moderator, playground, log, prompt)
                    if not early:
                        assert await lives.was_at(point), point
                assert len(done["attachments"]) == 1
                await settled(lives.data)
        states = rows(own, "SELECT state FROM jobs")
    assert states == [("done",)] * (len(PAINTING) + len(ANSWERING))
    assert len(await final(playground, demo.art)) == len(states)
    told = [one for one in await moderator.messages(demo.hidden) if "held back until" in one["content"]]
    assert len(told) == len(states)


async def _released(member: Person, moderator: Person, playground: Playground, log: Json, prompt: str) -> Json:
    """A moderator clicks until the picture is there."""
    since = len(member.events)
    while True:
        here = next(one for one in await moderator.messages(playground.demo.hidden) if one["id"] == log["id"])
        with suppress(Refusal, AssertionError):
            if buttons(here):
                await moderator.click(here, "Release")
        with suppress(AssertionError):
            return await member.event(
                "MESSAGE_UPDATE", lambda one: prompt in one["content"] and pictures(one), since=since, seconds=3.0
            )
