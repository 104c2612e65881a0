"""The control surface: what people see and do without a bot, what is arranged, and who may ask at all."""

import aiohttp
import pytest

from playground.testing import Playground, Refusal
from tests.playground.bots.raw_bot import RawBot


async def test_a_person_sees_their_own_servers_and_channels(empty: Playground) -> None:
    demo = empty.demo
    seen = await empty.as_(demo.newcomer).world()
    assert seen["me"] == str(demo.newcomer.id)
    [guild] = seen["guilds"]
    names = [channel["name"] for channel in guild["channels"]]
    assert "general" in names
    assert "a thread about ink" in names
    assert "mod-log" not in names
    seen = await empty.as_(demo.moderator).world()
    assert "mod-log" in [channel["name"] for channel in seen["guilds"][0]["channels"]]
    assert len(seen["guilds"]) == 2


async def test_without_a_name_the_first_person_acts(empty: Playground) -> None:
    assert (await empty._client.get("world"))["me"] == str(empty.demo.owner.id)


async def test_bots_say_whether_they_are_connected(empty: Playground) -> None:
    demo = empty.demo
    member = empty.as_(demo.member)
    await member.open()
    async with RawBot(empty) as bot:
        await bot.register({"name": "ping", "description": "x"})
        [one] = (await member.world())["bots"]
        assert one["connected"]
        assert one["commands"] == 1
        assert one["installed"] == {"user": False, "guilds": [str(demo.guild.id), str(demo.other.id)]}
        await member.event("BOT", lambda data: data == {"application": str(demo.app.id), "connected": True})
        await member.event("COMMANDS", lambda data: data == {"application": str(demo.app.id)})
        await member.event("REQUEST", lambda data: data["method"] == "PUT" and data["status"] == 200)
    await member.event("BOT", lambda data: not data["connected"])


async def test_people_talk_reply_and_edit(empty: Playground) -> None:
    demo = empty.demo
    member, owner = empty.as_(demo.member), empty.as_(demo.owner)
    await owner.open()
    said = await member.say(demo.general, "hello", ("a.txt", b"abc"))
    heard = await owner.event("MESSAGE_CREATE", lambda data: data["id"] == said["id"])
    assert heard["content"] == "hello"
    assert await empty.download(heard["attachments"][0]["url"]) == b"abc"
    answer = await owner.say(demo.general, f"<@{demo.member.id}> hi", reply_to=said)
    assert answer["referenced_message"]["id"] == said["id"]
    assert [user["id"] for user in answer["mentions"]] == [str(demo.member.id)]
    place = {"channel": str(demo.general.id), "message": said["id"]}
    with pytest.raises(Refusal, match="own messages"):
        await owner.post("edit", **place, content="x")
    assert (await member.post("edit", **place, content="changed"))["content"] == "changed"
    await owner.post("delete", **place)
    assert said["id"] not in [one["id"] for one in await member.messages(demo.general)]


async def test_nobody_reads_or_writes_where_they_see_nothing(empty: Playground) -> None:
    demo = empty.demo
    member = empty.as_(demo.member)
    for act in (member.messages(demo.hidden), member.say(demo.hidden, "x"), member.commands(demo.hidden)):
        with pytest.raises(Refusal) as refused:
            await act
        assert refused.value.status == 403


async def test_events_of_a_hidden_channel_are_not_told(empty: Playground) -> None:
    demo = empty.demo
    member, moderator = empty.as_(demo.member), empty.as_(demo.moderator)
    await member.open()
    await moderator.say(demo.hidden, "secret")
    last = await moderator.say(demo.general, "open")
    await member.event("MESSAGE_CREATE", lambda data: data["id"] == last["id"])
    assert [event["data"]["content"] for event in member.events if event["name"] == "MESSAGE_CREATE"] == ["open"]


async def test_who_is_timed_out_does_nothing(empty: Playground) -> None:
    demo = empty.demo
    until = demo.world.clock.now() + 60
    await empty.post("member", guild=str(demo.guild.id), user=str(demo.member.id), timed_out_until=until)
    with pytest.raises(Refusal, match="timed out"):
        await empty.as_(demo.member).say(demo.general, "x")
    await empty.advance(61)
    await empty.as_(demo.member).say(demo.general, "x")


async def test_reactions_say_whose_they_are(empty: Playground) -> None:
    demo = empty.demo
    member, owner = empty.as_(demo.member), empty.as_(demo.owner)
    said = await owner.say(demo.general, "nice")
    place = {"channel": str(demo.general.id), "message": said["id"], "emoji": "👍"}
    await member.post("react", **place)
    mine = (await member.messages(demo.general))[-1]["reactions"]
    theirs = (await owner.messages(demo.general))[-1]["reactions"]
    assert (mine[0]["me"], theirs[0]["me"], mine[0]["count"]) == (True, False, 1)
    await member.post("unreact", **place)
    assert "reactions" not in (await member.messages(demo.general))[-1]


async def test_messages_come_in_pages(empty: Playground) -> None:
    demo = empty.demo
    owner = empty.as_(demo.owner)
    said = [(await owner.say(demo.art, f"{number}"))["id"] for number in range(5)]
    page = await owner.messages(demo.art, limit="2")
    assert [one["id"] for one in page] == said[3:]
    page = await owner.messages(demo.art, limit="2", before=page[0]["id"])
    assert [one["id"] for one in page] == said[1:3]


async def test_an_ephemeral_message_is_put_away_without_the_bot_knowing(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    member = empty.as_(demo.member)
    await raw_bot.register({"name": "ping", "description": "x"})
    used = await member.run(demo.general, "ping")
    told = await raw_bot.interaction()
    await raw_bot.answer(told, 4, {"content": "x", "flags": 64})
    message = await used.message()
    await member.post("dismiss", channel=str(demo.general.id), message=message["id"])
    await member.event("MESSAGE_DELETE", lambda data: data["id"] == message["id"])
    assert message["id"] not in [one["id"] for one in await member.messages(demo.general)]
    assert (await raw_bot.webhook(told, "PATCH", "/messages/@original", {"content": "y"}))[0] == 200


async def test_people_vote_in_polls(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    answers = [{"poll_media": {"text": text}} for text in ("red", "blue")]
    poll = {"question": {"text": "Which?"}, "answers": answers, "duration": 1}
    _, message = await raw_bot.call("POST", f"/channels/{demo.general.id}/messages", {"poll": poll})
    member = empty.as_(demo.member)
    place = {"channel": str(demo.general.id), "message": message["id"]}
    with pytest.raises(Refusal, match="one answer"):
        await member.post("vote", **place, answers=[1, 2])
    with pytest.raises(Refusal, match="no such answer"):
        await member.post("vote", **place, answers=[3])
    await member.post("vote", **place, answers=[1])
    await member.post("vote", **place, answers=[2])
    counts = (await member.messages(demo.general))[-1]["poll"]["results"]["answer_counts"]
    assert counts == [{"id": 2, "count": 1, "me_voted": True}]


async def test_two_people_write_to_each_other_alone(empty: Playground) -> None:
    demo = empty.demo
    member, owner = empty.as_(demo.member), empty.as_(demo.owner)
    form = await member.post("direct", **{"with": str(demo.owner.id)})
    assert [user["id"] for user in form["recipients"]] == [str(demo.owner.id)]
    channel = demo.world.channel(int(form["id"]))
    said = await member.say(channel, "between us")
    assert [one["id"] for one in await owner.messages(channel)] == [said["id"]]
    with pytest.raises(Refusal):
        await empty.as_(demo.moderator).messages(channel)


async def test_a_language_changes_what_commands_are_called(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    await raw_bot.register({"name": "ping", "description": "x", "name_localizations": {"fr": "sonner"}})
    member = empty.as_(demo.member)
    await member.post("locale", locale="fr")
    assert (await member.commands(demo.general))[0]["shown_name"] == "sonner"


async def test_somebody_new_joins_with_a_role(empty: Playground) -> None:
    demo = empty.demo
    made = await empty.post("user", name="zoe", global_name="Zoe")
    moderator = next(role for role in demo.guild.roles.values() if role.name == "Moderator")
    joined = demo.world.clock.now() - 3600
    member = await empty.post(
        "member", guild=str(demo.guild.id), user=made["id"], roles=[str(moderator.id)], nick="Z", joined_at=joined
    )
    assert (member["nick"], member["roles"]) == ("Z", [str(moderator.id)])
    zoe = empty.as_(demo.world.user(int(made["id"])))
    assert "mod-log" in [channel["name"] for channel in (await zoe.world())["guilds"][0]["channels"]]


async def test_a_bot_that_is_put_out_and_let_in_again_has_one_role(empty: Playground) -> None:
    demo, member = empty.demo, empty.as_(empty.demo.member)
    await member.open()
    place = {"application": str(demo.app.id), "guild": str(demo.guild.id)}
    await member.post("guild_install", installed=False, **place)
    await member.event("GUILD_MEMBER_REMOVE", lambda data: data["user"]["id"] == str(demo.app.id))
    await member.post("guild_install", installed=True, **place)
    assert [role.bot_id for role in demo.guild.roles.values()].count(demo.app.id) == 1


async def test_a_new_channel_is_seen_by_all(empty: Playground) -> None:
    demo = empty.demo
    member = empty.as_(demo.member)
    await member.open()
    made = await empty.post("channel", guild=str(demo.guild.id), name="new", type=0, nsfw=True)
    told = await member.event("CHANNEL_CREATE", lambda data: data["id"] == made["id"])
    assert told["nsfw"]


async def test_the_clock_goes_forward_only(empty: Playground) -> None:
    member = empty.as_(empty.demo.member)
    await member.open()
    before = (await member.world())["clock"]
    assert (await empty.post("clock", advance=60))["now"] >= before + 60
    await member.event("CLOCK", lambda data: data["now"] >= before + 60)
    with pytest.raises(Refusal, match="forward only"):
        await empty.post("clock", advance=-1)


async def test_faults_are_listed_and_cleared(empty: Playground, raw_bot: RawBot) -> None:
    await empty.fault("rate_limit", route="/users", retry_after=2, times=2)
    [fault] = await empty._client.get("faults")
    assert (fault["kind"], fault["times"]) == ("rate_limit", 2)
    status, body = await raw_bot.call("GET", "/users/@me")
    assert (status, body["retry_after"]) == (429, 2)
    await empty._client.delete("faults")
    assert (await raw_bot.call("GET", "/users/@me"))[0] == 200
    entry = (await empty.log())[-2]
    assert (entry["status"], entry["faults"]) == (429, ["rate_limit"])
    with pytest.raises(Refusal, match="no fault"):
        await empty.fault("flood")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 403),
        ({"Host": "localhost"}, 200),
    ],
)
async def test_no_website_drives_the_playground(empty: Playground, headers: dict[str, str], status: int) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{empty.url}/control/world", headers=headers) as answer:
            assert answer.status == status
        async with session.get(f"{empty.url}/control/stream", headers=headers) as answer:
            assert answer.status == (400 if status == 200 else 403)


async def test_the_pages_own_origin_is_let_in(empty: Playground) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{empty.url}/control/clock", json={"advance": 0}, headers={"Origin": empty.url}) as answer,
    ):
        assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("run", {"channel": "1", "command": "1"}, 404),
        ("run", {}, 400),
        ("say", {"channel": "nonsense", "content": "x"}, 400),
        ("submit", {"modal": "5"}, 409),
        ("locale", {"as": "5", "locale": "fr"}, 404),
        ("user_install", {"application": "5", "installed": True}, 404),
        ("clock", {"advance": "soon"}, 400),
    ],
)
async def test_what_is_asked_wrongly_is_refused_with_a_sentence(
    empty: Playground, path: str, body: dict[str, object], status: int
) -> None:
    with pytest.raises(Refusal, match=r"\w \w") as refused:
        await empty.post(path, **body)
    assert refused.value.status == status


ACTS = (
    *("run", "complete", "menu", "click", "select", "submit", "say", "edit", "delete", "react", "unreact", "dismiss"),
    *("vote", "direct", "user", "locale", "user_install", "guild_install", "channel", "member", "rules", "clock"),
    "faults",
)
JUNK = (None, True, 1e300, "x", "9" * 40, "٣", [5], [{}], {"a": {}})


@pytest.mark.parametrize("act", ACTS)
async def test_no_nonsense_breaks_the_playground(empty: Playground, raw_bot: RawBot, act: str) -> None:
    demo = empty.demo
    option = {"type": 3, "name": "text", "description": "x", "autocomplete": True}
    nested = {"name": "deep", "description": "x", "options": [{"type": 1, "name": "sub", "description": "x"}]}
    ping, deep = await raw_bot.register({"name": "ping", "description": "x", "options": [option]}, nested)
    row = {"type": 1, "components": [{"type": 5, "custom_id": "who"}]}
    poll = {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a"}}]}
    place = f"/channels/{demo.general.id}/messages"
    _, menu = await raw_bot.call("POST", place, {"content": "x", "components": [row]})
    _, asked = await raw_bot.call("POST", place, {"poll": poll})
    good = {
        "as": str(demo.owner.id), "channel": str(demo.general.id), "command": ping["id"], "options": [], "files": {},
        "target": str(demo.member.id), "message": menu["id"], "custom_id": "who", "values": [str(demo.member.id)],
        "modal": "5", "fields": {}, "content": "x", "emoji": "x", "answers": [1], "with": str(demo.member.id),
        "name": "n", "locale": "fr", "application": str(demo.app.id), "installed": True, "guild": str(demo.guild.id),
        "user": str(demo.member.id), "roles": [], "joined_at": 5, "nick": "n", "advance": 0, "kind": "slow",
        "nsfw": True, "type": 0, "permissions": [], "permission_overwrites": [], "reply_to": menu["id"],
    }  # fmt: skip
    bodies = [good | {key: junk} for key in good for junk in JUNK]
    bodies += [good | {"command": deep["id"], "options": [{"name": "sub", "options": junk}]} for junk in JUNK]
    bodies += [good | {"command": ping["id"], "options": [{"name": "text", "value": junk}]} for junk in JUNK]
    bodies += [good | {"message": asked["id"], "answers": junk} for junk in JUNK]
    async with aiohttp.ClientSession() as session:
        for body in bodies:
            async with session.post(f"{empty.url}/control/{act}", json=body) as answer:
                assert answer.status in (200, 204, 400, 403, 404, 409), body


async def test_a_servers_own_rule_says_who_may_use_a_command(empty: Playground, raw_bot: RawBot) -> None:
    demo = empty.demo
    [command] = await raw_bot.register({"name": "ping", "description": "x", "default_member_permissions": "0"})
    member, newcomer = empty.as_(demo.member), empty.as_(demo.newcomer)
    artist = next(role for role in demo.guild.roles.values() if role.name == "Artist")
    place = {"application": str(demo.app.id), "guild": str(demo.guild.id), "command": command["id"]}
    allowed = {"id": str(artist.id), "type": 1, "permission": True}
    elsewhere = {"id": str(demo.art.id), "type": 3, "permission": False}
    await empty.post("rules", **place, permissions=[allowed, elsewhere])
    assert [one["name"] for one in await member.commands(demo.general)] == ["ping"]
    assert await member.commands(demo.art) == []
    assert await newcomer.commands(demo.general) == []
    path = f"/applications/{demo.app.id}/guilds/{demo.guild.id}/commands/{command['id']}/permissions"
    assert (await raw_bot.call("GET", path))[1]["permissions"] == [allowed, elsewhere]
    told = await raw_bot.told("APPLICATION_COMMAND_PERMISSIONS_UPDATE")
    assert told["id"] == command["id"]


async def test_a_body_that_is_not_json_is_refused(empty: Playground) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{empty.url}/control/say", data=b"{") as answer,
    ):
        assert answer.status == 400
        assert (await answer.json())["error"]
