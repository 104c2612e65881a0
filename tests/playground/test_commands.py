"""Registering commands over REST, and who is offered which."""

import asyncio

import pytest

from playground.testing import Playground
from tests.playground.bots.raw_bot import RawBot

PING = {"name": "ping", "description": "Answers.", "type": 1}


@pytest.fixture
def commands(empty: Playground) -> str:
    return f"/applications/{empty.demo.app.id}/commands"


async def test_a_command_comes_back_with_all_defaults_filled_in(empty: Playground, raw_bot: RawBot) -> None:
    [command] = await raw_bot.register({"name": "ping", "description": "Answers."})
    assert {key: command[key] for key in command if key not in ("id", "version")} == {
        "application_id": str(empty.demo.app.id),
        "type": 1,
        "name": "ping",
        "name_localizations": None,
        "description": "Answers.",
        "description_localizations": None,
        "default_member_permissions": None,
        "dm_permission": True,
        "contexts": None,
        "integration_types": [0, 1],
        "nsfw": False,
        "options": [],
    }


async def test_overwriting_keeps_an_id_by_name_and_type(raw_bot: RawBot) -> None:
    before = await raw_bot.register(PING, {"name": "ping", "type": 2}, {"name": "gone", "description": "x"})
    after = await raw_bot.register(PING | {"description": "Else."}, {"name": "ping", "type": 2})
    assert [one["id"] for one in after] == [one["id"] for one in before[:2]]


async def test_a_version_changes_only_with_the_command(raw_bot: RawBot) -> None:
    [before] = await raw_bot.register(PING)
    [same] = await raw_bot.register(PING)
    [changed] = await raw_bot.register(PING | {"description": "Else."})
    assert same["version"] == before["version"] != changed["version"]


async def test_creating_twice_replaces(raw_bot: RawBot, commands: str) -> None:
    status, first = await raw_bot.call("POST", commands, PING)
    again, second = await raw_bot.call("POST", commands, PING | {"description": "Else."})
    assert (status, again) == (201, 200)
    assert first["id"] == second["id"]
    assert second["description"] == "Else."


async def test_one_command_is_read_changed_and_removed(raw_bot: RawBot, commands: str) -> None:
    [command] = await raw_bot.register(PING)
    place = f"{commands}/{command['id']}"
    assert (await raw_bot.call("GET", place))[1] == command
    status, changed = await raw_bot.call("PATCH", place, {"description": "Else."})
    assert (status, changed["description"], changed["id"]) == (200, "Else.", command["id"])
    assert await raw_bot.call("DELETE", place) == (204, None)
    status, error = await raw_bot.call("GET", place)
    assert (status, error["code"]) == (404, 10063)


async def test_a_list_has_translations_when_asked(raw_bot: RawBot, commands: str) -> None:
    await raw_bot.register(PING | {"name_localizations": {"ru": "пинг"}})
    assert "name_localizations" not in (await raw_bot.call("GET", commands))[1][0]
    asked = await raw_bot.call("GET", f"{commands}?with_localizations=true")
    assert asked[1][0]["name_localizations"] == {"ru": "пинг"}


async def test_a_scope_has_a_hundred_commands_at_most(raw_bot: RawBot, commands: str) -> None:
    await raw_bot.register(*({"name": f"c{number}", "description": "x"} for number in range(100)))
    status, error = await raw_bot.call("POST", commands, PING)
    assert (status, error["code"]) == (400, 30032)


async def test_two_hundred_are_created_a_day(empty: Playground, raw_bot: RawBot, commands: str) -> None:
    for batch in range(2):
        await raw_bot.register(*({"name": f"b{batch}c{number}", "description": "x"} for number in range(100)))
        await empty.advance(120)
    await raw_bot.register()
    status, error = await raw_bot.call("POST", commands, PING)
    assert (status, error["code"]) == (429, 30034)
    await empty.advance(24 * 3600)
    assert (await raw_bot.call("POST", commands, PING))[0] == 201


async def test_another_applications_commands_are_not_ones_own(empty: Playground, raw_bot: RawBot) -> None:
    status, error = await raw_bot.call("GET", f"/applications/{empty.demo.member.id}/commands")
    assert (status, error["code"]) == (403, 20012)


async def test_a_server_without_the_bot_cannot_be_given_commands(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await empty.post("guild_install", application=str(demo.app.id), guild=str(demo.other.id), installed=False)
    status, error = await raw_bot.call("PUT", f"/applications/{demo.app.id}/guilds/{demo.other.id}/commands", [])
    assert (status, error["code"]) == (403, 50001)


async def test_a_bot_cannot_set_who_may_use_a_command(empty: Playground, raw_bot: RawBot, commands: str) -> None:
    [command] = await raw_bot.register(PING)
    place = f"{commands.replace('/commands', '')}/guilds/{empty.demo.guild.id}/commands/{command['id']}/permissions"
    status, error = await raw_bot.call("GET", place)
    assert (status, error["code"]) == (404, 10066)
    status, error = await raw_bot.call("PUT", place, {"permissions": []})
    assert (status, error["code"]) == (403, 20001)


async def names(playground: Playground, person: object, channel: object) -> set[str]:
    return {one["name"] for one in await playground.as_(person).commands(channel)}  # type: ignore[arg-type]


async def test_a_moderators_command_is_hidden_from_members(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING | {"default_member_permissions": str(1 << 13)})
    assert await names(empty, demo.member, demo.general) == set()
    assert await names(empty, demo.moderator, demo.general) == {"ping"}
    assert await names(empty, demo.owner, demo.general) == {"ping"}


async def test_permissions_of_zero_leave_a_command_to_administrators(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING | {"default_member_permissions": "0"})
    assert await names(empty, demo.moderator, demo.general) == set()
    assert await names(empty, demo.owner, demo.general) == {"ping"}


async def test_a_command_for_adults_is_offered_where_the_channel_is(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING | {"nsfw": True})
    assert await names(empty, demo.member, demo.general) == set()
    assert await names(empty, demo.member, demo.adults) == {"ping"}


async def test_contexts_say_where_a_command_is(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    member = empty.as_(demo.member)
    direct = demo.world.channel(int((await member.post("direct", **{"with": str(demo.app.id)}))["id"]))
    private = demo.world.channel(int((await member.post("direct", **{"with": str(demo.owner.id)}))["id"]))
    await raw_bot.register(
        {"name": "guild", "description": "x", "contexts": [0]},
        {"name": "dm", "description": "x", "contexts": [1]},
        {"name": "private", "description": "x", "contexts": [2], "integration_types": [1]},
    )
    assert await names(empty, demo.member, demo.general) == {"guild"}
    assert await names(empty, demo.member, direct) == {"dm"}
    assert await names(empty, demo.member, private) == set()
    await member.post("user_install", application=str(demo.app.id), installed=True)
    assert await names(empty, demo.member, private) == {"private"}


async def test_who_has_the_application_with_them_uses_it_elsewhere(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING, PING | {"name": "inside", "integration_types": [0]})
    await empty.post("guild_install", application=str(demo.app.id), guild=str(demo.other.id), installed=False)
    [place] = demo.other.channels.values()
    assert await names(empty, demo.member, place) == set()
    await empty.as_(demo.member).post("user_install", application=str(demo.app.id), installed=True)
    assert await names(empty, demo.member, place) == {"ping"}
    assert await names(empty, demo.moderator, place) == set()


async def test_a_servers_own_command_stands_before_the_global_one(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    await raw_bot.register(PING | {"description": "Ours."}, guild=demo.guild.id)
    [offered] = await empty.as_(demo.member).commands(demo.general)
    assert offered["description"] == "Ours."
    assert offered["guild_id"] == str(demo.guild.id)


async def test_nobody_is_offered_commands_without_the_permission(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING)
    deny = {"id": str(demo.guild.id), "type": 0, "deny": str(1 << 31)}
    await empty.post("channel", channel=str(demo.art.id), permission_overwrites=[deny])
    assert await names(empty, demo.member, demo.art) == set()
    assert await names(empty, demo.member, demo.general) == {"ping"}


async def test_names_are_shown_in_the_persons_language(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    option = {"type": 3, "name": "tone", "description": "x", "name_localizations": {"ru": "тон"}}
    option["choices"] = [{"name": "Warm", "value": "w", "name_localizations": {"ru": "Тепло"}}]
    await raw_bot.register(PING | {"name_localizations": {"ru": "пинг"}, "options": [option]})
    [command] = await empty.as_(demo.russian).commands(demo.general)
    assert command["shown_name"] == "пинг"
    assert command["options"][0]["shown_name"] == "тон"
    assert command["options"][0]["choices"][0]["shown_name"] == "Тепло"
    [command] = await empty.as_(demo.member).commands(demo.general)
    assert (command["shown_name"], command["options"][0]["shown_name"]) == ("ping", "tone")


async def test_british_names_stand_in_for_american_ones(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING | {"name_localizations": {"en-GB": "colour"}})
    assert (await empty.as_(demo.member).commands(demo.general))[0]["shown_name"] == "colour"


async def test_a_translated_choice_is_completed_in_the_persons_language(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register(PING | {"options": [{"type": 3, "name": "tone", "description": "x", "autocomplete": True}]})
    asked = asyncio.create_task(empty.as_(demo.russian).complete(demo.general, "ping", "tone"))
    told = await raw_bot.interaction()
    assert (told["locale"], told["guild_locale"]) == ("ru", "en-US")
    warm = {"name": "Warm", "value": "w", "name_localizations": {"ru": "Тепло"}}
    await raw_bot.answer(told, 8, {"choices": [warm]})
    assert await asked == [{"name": "Warm", "shown_name": "Тепло", "value": "w"}]
