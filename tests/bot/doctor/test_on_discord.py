"""The doctor on a Discord of this machine, in every state that is worth a sentence."""

from dataclasses import replace
from pathlib import Path

import discord.http
import pytest

from bot.doctor import permissions
from bot.doctor.finding import Mark
from bot.doctor.visit import Visit
from playground.testing import Playground
from playground.world.permissions import bits
from tests.bot.doctor.visits import case, found, the_one, there


async def test_without_a_token_it_says_that_the_playground_is_used_and_asks_discord_nothing(data: Path) -> None:
    names = ("token", "application", "gateway", "commands", "permissions", "clock")
    (finding,) = await found(case(data, discord_api="http://127.0.0.1:1"), *names)
    assert finding.mark is Mark.OK
    assert "playground" in finding.sentence


async def test_a_token_that_discord_takes_is_well(playground: Playground, data: Path) -> None:
    finding = await the_one(there(playground, data), "token")
    assert (finding.mark, finding.todo) == (Mark.OK, "")
    assert "Bot" in finding.sentence


async def test_a_wrong_token_is_broken_is_tried_once_and_is_never_shown(playground: Playground, data: Path) -> None:
    names = ("token", "application", "gateway", "commands", "permissions")
    (finding,) = await found(there(playground, data, "a-wrong-token"), *names)
    assert finding.mark is Mark.BROKEN
    assert "401" in finding.sentence
    assert "developer portal" in finding.todo
    assert "a-wrong-token" not in finding.sentence + finding.todo
    assert [entry["status"] for entry in await playground.log() if entry["path"].endswith("/users/@me")] == [401]


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("Bot MTIz.abc.def", "begins with"),
        ('"MTIz.abc.def"', "quotation marks"),
        ("123456789012345678", "application's id"),
        ("abcdefghijklmnopqrstuvwxyz012345", "client secret"),
        ("MTIz MTIz", "spaces"),
        ("MTIz.abc.def", "missing"),
    ],
)
async def test_what_cannot_be_a_token_is_told_without_sending_it(
    data: Path, token: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.doctor.discord_reach.reach", None)  # whoever asks Discord fails
    finding = await the_one(case(data, discord_token=token), "token")
    assert finding.mark is Mark.BROKEN
    assert why in finding.sentence
    assert token not in finding.sentence + finding.todo


async def test_a_discord_that_is_down_is_named_by_its_host_alone(data: Path) -> None:
    gone = case(data, discord_api="http://me:secret@127.0.0.1:1/api/v10", discord_token="a-token")
    finding = await the_one(gone, "token")
    assert finding.mark is Mark.BROKEN
    assert "127.0.0.1:1 (connection refused)" in finding.sentence
    assert "secret" not in finding.sentence + finding.todo


async def test_in_a_container_localhost_is_explained(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    finding = await the_one(case(data, discord_api="http://localhost:1", discord_token="a-token"), "token")
    assert "localhost is the container itself" in finding.todo


async def test_a_host_without_an_address_is_a_matter_of_names(data: Path) -> None:
    finding = await the_one(case(data, discord_api="http://no-such-host.invalid", discord_token="a-token"), "token")
    assert finding.mark is Mark.BROKEN
    assert "no address for the name no-such-host.invalid" in finding.sentence
    assert "DNS" in finding.todo


async def test_an_address_that_is_not_discords_is_told(playground: Playground, data: Path) -> None:
    finding = await the_one(case(data, discord_api=f"{playground.url}/elsewhere", discord_token="a-token"), "token")
    assert "HTTP status 404" in finding.sentence
    assert "STYLESEAL_DISCORD_API" in finding.todo


async def test_the_channel_where_the_bot_may_not_send_is_named(playground: Playground, data: Path) -> None:
    silent, hidden = await found(there(playground, data), "permissions")
    assert silent.mark is Mark.WARNING
    assert silent.sentence == ("In Ink & Pixel the bot may not send messages in 1 of 6 text channels: #announcements.")
    assert "Permissions" in silent.todo
    assert hidden.mark is Mark.OK
    assert "#mod-log in Ink & Pixel" in hidden.sentence


async def test_each_permission_that_is_missing_is_named_once_for_its_channels(
    playground: Playground, data: Path
) -> None:
    demo, me = playground.demo, playground.demo.app.user.id
    for channel in (demo.art, demo.general):
        await playground.post(
            "channel",
            channel=str(channel.id),
            permission_overwrites=[
                {"id": str(me), "type": 1, "allow": "0", "deny": str(bits("attach_files", "embed_links"))}
            ],
        )
    said = [finding.sentence for finding in await found(there(playground, data), "permissions")]
    assert "In Ink & Pixel the bot may not embed links or attach files in 2 of 6 text channels: #general, #art." in said


async def test_many_findings_are_cut_and_counted(
    playground: Playground, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permissions, "SHOWN", 0)
    said = [finding.sentence for finding in await found(there(playground, data), "permissions")]
    assert said[0] == "There are 1 more findings like these."


async def test_names_of_servers_cannot_move_the_cursor(playground: Playground, data: Path) -> None:
    playground.demo.guild.name = "Ink\x1b[2J"
    said = [finding.sentence for finding in await found(there(playground, data), "permissions")]
    assert said[0].startswith("In Ink [2J the bot")


async def test_a_bot_in_no_server_gets_a_link_with_the_permissions_it_needs(playground: Playground, data: Path) -> None:
    for guild in playground.demo.world.guilds.values():
        guild.members.pop(playground.demo.app.user.id, None)
    finding = (await found(there(playground, data), "application"))[-1]
    assert finding.mark is Mark.WARNING
    assert f"permissions={permissions.ALL.value}" in finding.todo
    assert "scope=bot+applications.commands" in finding.todo
    assert discord.Permissions(permissions.ALL.value).attach_files


async def test_commands_are_listed_once_the_bot_has_registered_them(playground: Playground, data: Path) -> None:
    nobody = await the_one(there(playground, data), "commands")
    assert (nobody.mark, "appear when it starts" in nobody.sentence) == (Mark.OK, True)
    async with Visit(there(playground, data)) as visit:
        client = await visit.logged_in()
        asked = [{"name": "imagine", "description": "Somebody else's", "type": 1}]
        await client.http.bulk_upsert_global_commands(playground.demo.app.id, asked)  # type: ignore[arg-type]
    finding = await the_one(there(playground, data), "commands")
    assert finding.mark is Mark.WARNING
    assert "another program's" in finding.sentence


async def test_few_sessions_left_are_a_warning(
    playground: Playground, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await the_one(there(playground, data), "gateway")).mark is Mark.OK
    monkeypatch.setattr("bot.doctor.gateway.FEW", 1000)
    finding = await the_one(there(playground, data), "gateway")
    assert finding.mark is Mark.WARNING
    assert "only 999 more times" in finding.sentence


async def test_a_clock_that_is_off_is_told_which_way(playground: Playground, data: Path) -> None:
    right = there(playground, data)
    assert (await the_one(right, "clock")).mark is Mark.OK
    finding = await the_one(replace(right, now=lambda: right.now() - 3600), "clock")
    assert finding.mark is Mark.WARNING
    assert "s behind Discord's" in finding.sentence
