"""The gateway, payload by payload."""

import asyncio
import json
import zlib
from typing import Any

import aiohttp
import pytest

from playground.world.events import INTENTS, Event
from playground.world.messages import Message
from playground.world.places import PRIVATE_THREAD
from tests.playground.api import EVERYTHING, NOTHING_PRIVILEGED, Api


def say(api: Api, content: str = "hello", **fields: Any) -> Message:
    """A member writes in `art`."""
    world, demo = api.state.world, api.demo
    message = Message(world.new_id(), fields.pop("channel", demo.art).id, demo.member, content=content)
    for name, value in fields.items():
        setattr(message, name, value)
    return world.post(message)


async def left(api: Api) -> None:
    """Until the bot's connection is known to have ended."""
    gone = asyncio.Event()
    api.state.gateway.listeners.append(lambda _, connected: None if connected else gone.set())
    if api.state.gateway.connected(api.demo.app.id):
        async with asyncio.timeout(5):
            await gone.wait()


async def test_a_bot_is_told_who_it_is_and_then_its_servers(api: Api) -> None:
    async with api.socket() as socket:
        assert (await socket.hello())["heartbeat_interval"] == 41250
        await socket.send(1)
        assert (await socket.receive())["op"] == 11
        await socket.identify(shard=[0, 1])
        servers = await socket.servers()
    demo = api.demo
    assert socket.ready["user"]["id"] == str(demo.app.id)
    assert socket.ready["application"] == {"id": str(demo.app.id), "flags": demo.app.flags}
    assert socket.ready["resume_gateway_url"] == api.playground.gateway
    assert socket.ready["shard"] == [0, 1]
    assert {one["id"] for one in socket.ready["guilds"]} == {str(demo.guild.id), str(demo.other.id)}
    assert all(one["unavailable"] for one in socket.ready["guilds"])
    first = next(one for one in servers if one["id"] == str(demo.guild.id))
    assert {one["id"] for one in first["threads"]} == {str(demo.thread.id), str(demo.post.id)}
    assert len(first["members"]) == first["member_count"] == 6


async def test_connected_says_whether_a_bot_is_there(api: Api) -> None:
    told: list[bool] = []
    api.state.gateway.listeners.append(lambda _, connected: told.append(connected))
    assert not api.state.gateway.connected(api.demo.app.id)
    async with api.session_of():
        assert api.state.gateway.connected(api.demo.app.id)
    await left(api)
    assert told == [True, False]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"token": None}, 4002),
        ({"shard": [2, 2]}, 4010),
        ({"shard": "0/1"}, 4010),
        ({"intents": 1 << 40}, 4013),
        ({"intents": "all"}, 4013),
        ({"intents": -1}, 4013),
    ],
)
async def test_an_identify_that_cannot_be_closes_with_its_code(api: Api, fields: dict[str, Any], code: int) -> None:
    async with api.socket() as socket:
        await socket.hello()
        await socket.identify(**fields)
        assert await socket.closed() == code


@pytest.mark.parametrize("intent", [1 << 1, 1 << 8, 1 << 15])
async def test_an_intent_that_needs_leave_is_not_had_without(api: Api, intent: int) -> None:
    api.demo.app.flags = 0
    async with api.socket() as socket:
        await socket.hello()
        await socket.identify(intents=intent)
        assert await socket.closed() == 4014


async def test_too_many_servers_for_one_shard_need_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.gateway.identify.GUILDS_A_SHARD", 1)
    async with api.socket() as socket:
        await socket.hello()
        await socket.identify()
        assert await socket.closed() == 4011


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("v=5&encoding=json", 4012),
        ("v=10&encoding=etf", 4002),
        ("v=10&encoding=json&compress=brotli", 4002),
    ],
)
async def test_an_address_that_cannot_be_served_is_refused(api: Api, query: str, code: int) -> None:
    async with api.socket(query) as socket:
        assert await socket.closed() == code


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ('{"op": 3, "d": {}}', 4003),
        ('{"op": 77, "d": {}}', 4003),
        ("not json", 4002),
        ("[]", 4002),
        ('{"d": 1}', 4002),
        (json.dumps({"op": 1, "d": "x" * 5000}), 4002),
        ('{"op": 6, "d": {}}', 4002),
        ("[" * 4000, 4002),
        ('{"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}', 4004),
    ],
)
async def test_what_cannot_be_sent_before_identifying_closes(api: Api, sent: str, code: int) -> None:
    async with api.socket() as socket:
        await socket.hello()
        await socket.raw.send_str(sent)
        assert await socket.closed() == code


async def test_what_is_odd_in_a_payload_does_no_harm(api: Api) -> None:
    async with api.socket() as socket:
        await socket.hello()
        await socket.send(6, {"token": socket.token, "session_id": [1], "seq": 1})
        assert await socket.receive() == {"op": 9, "d": False, "s": None, "t": None}
        await socket.identify(presence="x")
        await socket.servers()
        await socket.send(8, {"guild_id": str(api.demo.guild.id), "user_ids": ["²"]})
        assert (await socket.told("GUILD_MEMBERS_CHUNK"))["d"]["not_found"] == ["²"]
        await socket.send(8, {"guild_id": str(api.demo.guild.id), "query": "a", "limit": "x"})
        assert await socket.closed() == 4002


async def test_a_second_identify_and_an_unknown_opcode_close(api: Api) -> None:
    async with api.session_of() as socket:
        await socket.identify()
        assert await socket.closed() == 4005
    async with api.session_of() as socket:
        await socket.send(77)
        assert await socket.closed() == 4001


async def test_voice_is_heard_and_ignored(api: Api) -> None:
    async with api.session_of() as socket:
        await socket.send(4, {"guild_id": str(api.demo.guild.id), "channel_id": None})
        await socket.send(3, {"status": "online", "activities": []})
        await socket.quiet()


async def test_more_than_120_payloads_a_minute_close(api: Api) -> None:
    async with api.session_of() as socket:
        for _ in range(121):
            await socket.send(1, socket.sequence)
        assert await socket.closed() == 4008


async def test_a_heart_that_stands_still_is_asked_for_and_then_given_up(api: Api) -> None:
    api.state.gateway.heartbeat_seconds = 0.04
    async with api.session_of() as socket:
        assert (await socket.receive())["op"] == 1
        await socket.send(1, socket.sequence)
        assert (await socket.receive())["op"] == 11
        assert await socket.closed() == 4009


async def test_a_bot_that_does_not_even_read_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.gateway.connection.FAREWELL_SECONDS", 0.1)
    async with api.session_of() as socket:
        connection = socket.raw._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.pause_reading()  # type: ignore[attr-defined]
        api.state.gateway.heartbeat_seconds = 0.1
        await socket.send(1, socket.sequence)
        for _ in range(2000):
            say(api, "x" * 2000)
        await left(api)
        connection.transport.abort()
    assert not api.state.gateway.connected(api.demo.app.id)


async def test_events_are_heard_by_intent(api: Api) -> None:
    async with api.session_of(INTENTS["guilds"]) as few, api.session_of() as all_:
        message = say(api)
        assert (await all_.told("MESSAGE_CREATE"))["d"]["content"] == "hello"
        api.state.world.react(message, api.demo.owner, "👍")
        assert (await all_.told("MESSAGE_REACTION_ADD"))["d"]["member"]["user"]["username"] == "mira"
        api.state.world.change_channel(api.demo.art)
        await few.told("CHANNEL_UPDATE")
        await all_.told("CHANNEL_UPDATE")


async def test_without_the_intent_for_servers_there_are_none_but_interactions_come(api: Api) -> None:
    async with api.socket() as socket:
        await socket.hello()
        await socket.identify(0)
        await socket.told("READY")
        await socket.quiet()
        api.state.world.tell(Event(name="INTERACTION_CREATE", data={"id": "1"}, application_id=api.demo.app.id))
        await socket.told("INTERACTION_CREATE")


async def test_content_is_for_those_with_leave_to_read_it(api: Api) -> None:
    world, demo = api.state.world, api.demo
    async with api.session_of(NOTHING_PRIVILEGED) as socket:
        asked = say(api, "secret", embeds=[{"type": "rich", "title": "t", "content_scan_version": 0}])
        hidden = (await socket.told("MESSAGE_CREATE"))["d"]
        assert (hidden["content"], hidden["embeds"], hidden["author"]["username"]) == ("", [], "ada")
        say(api, "to you", mentions=[demo.app.user])
        assert (await socket.told("MESSAGE_CREATE"))["d"]["content"] == "to you"
        await api.send("my own", message_reference={"message_id": str(asked.id)})
        own = (await socket.told("MESSAGE_CREATE"))["d"]
        assert own["content"] == "my own"
        say(api, "in private", channel=world.direct_with(demo.app.id, demo.member.id))
        assert (await socket.told("MESSAGE_CREATE"))["d"]["content"] == "in private"


async def test_what_a_bot_does_not_see_it_does_not_hear(api: Api) -> None:
    world, demo = api.state.world, api.demo
    private = world.add_channel(
        demo.guild, PRIVATE_THREAD, "between us", parent_id=demo.art.id, owner_id=demo.member.id
    )
    async with api.session_of() as socket:
        say(api, channel=demo.hidden)
        say(api, channel=private)
        say(api, channel=world.direct_with(demo.owner.id, demo.member.id))
        await socket.quiet()


async def test_an_ephemeral_message_is_told_to_its_own_bot_as_a_direct_one(api: Api) -> None:
    world, demo = api.state.world, api.demo
    other = world.add_application("Other", "other", demo.owner)
    world.install(other, demo.guild)
    async with api.session_of() as socket, api.socket() as second:
        await second.hello()
        second.token = "other"
        await second.identify()
        await second.servers()
        message = Message(world.new_id(), demo.art.id, demo.app.user, content="psst", flags=64)
        message.application_id, message.only_for = demo.app.id, demo.member.id
        world.post(message)
        told = (await socket.told("MESSAGE_CREATE"))["d"]
        assert told["content"] == "psst"
        assert "guild_id" not in told
        await second.quiet()


async def test_members_come_in_chunks_as_they_are_asked_for(api: Api) -> None:
    demo = api.demo
    guild = {"guild_id": str(demo.guild.id)}
    async with api.session_of() as socket:
        await socket.send(8, guild | {"query": "", "limit": 0, "nonce": "n"})
        all_ = (await socket.told("GUILD_MEMBERS_CHUNK"))["d"]
        assert (len(all_["members"]), all_["chunk_index"], all_["chunk_count"], all_["nonce"]) == (6, 0, 1, "n")
        await socket.send(8, guild | {"query": "JU", "limit": 5})
        some = (await socket.told("GUILD_MEMBERS_CHUNK"))["d"]
        assert [one["user"]["username"] for one in some["members"]] == ["jun"]
        await socket.send(8, guild | {"user_ids": [str(demo.owner.id), "123"]})
        named = (await socket.told("GUILD_MEMBERS_CHUNK"))["d"]
        assert [one["user"]["username"] for one in named["members"]] == ["mira"]
        assert named["not_found"] == ["123"]
    async with api.session_of(NOTHING_PRIVILEGED) as socket:
        await socket.send(8, guild | {"query": "", "limit": 0})
        await socket.quiet()


async def test_members_over_a_thousand_come_in_several_chunks(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.gateway.guild_form.CHUNK", 4)
    async with api.session_of() as socket:
        await socket.send(8, {"guild_id": str(api.demo.guild.id), "query": "", "limit": 0})
        chunks = [(await socket.told("GUILD_MEMBERS_CHUNK"))["d"] for _ in range(2)]
    assert [(one["chunk_index"], one["chunk_count"], len(one["members"])) for one in chunks] == [(0, 2, 4), (1, 2, 2)]


async def test_a_lost_connection_is_resumed_without_losing_an_event(api: Api) -> None:
    async with api.session_of() as socket:
        say(api, "heard")
        await socket.told("MESSAGE_CREATE")
        await api.playground.fault("drop")
        await socket.closed()
    say(api, "missed")
    async with api.socket() as again:
        await again.hello()
        resume = {"token": socket.token, "session_id": socket.ready["session_id"], "seq": socket.sequence}
        await again.send(6, resume)
        assert (await again.told("MESSAGE_CREATE"))["d"]["content"] == "missed"
        assert (await again.told("RESUMED"))["d"] == {"_trace": []}
        say(api, "after")
        last = await again.told("MESSAGE_CREATE")
        assert (last["d"]["content"], last["s"]) == ("after", socket.sequence + 3)


@pytest.mark.parametrize("why", ["unknown", "too old", "farewell", "forgotten"])
async def test_a_session_that_cannot_be_resumed_is_told_so_and_may_identify(
    api: Api, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.gateway.session.KEPT", 3)
    async with api.session_of() as socket:
        if why == "farewell":
            await socket.raw.close(code=1000)
    await left(api)
    for _ in range(4 if why == "too old" else 0):
        say(api)
    api.state.world.clock.advance(400 if why == "forgotten" else 0)
    id = "unknown" if why == "unknown" else socket.ready["session_id"]
    async with api.socket() as again:
        await again.hello()
        await again.send(6, {"token": socket.token, "session_id": id, "seq": socket.sequence})
        assert await again.receive() == {"op": 9, "d": False, "s": None, "t": None}
        await again.identify()
        await again.servers()


async def test_a_number_from_the_future_is_no_sequence(api: Api) -> None:
    async with api.session_of() as socket:
        await api.playground.fault("drop")
    async with api.socket() as again:
        await again.hello()
        await again.send(6, {"token": socket.token, "session_id": socket.ready["session_id"], "seq": 1000})
        assert await again.closed() == 4007


async def test_a_bot_is_asked_to_come_again(api: Api) -> None:
    async with api.session_of() as socket:
        await api.playground.fault("reconnect")
        assert await socket.receive() == {"op": 7, "d": None, "s": None, "t": None}


async def test_an_invalid_session_is_resumed_or_replaced_on_the_same_connection(api: Api) -> None:
    async with api.session_of() as socket:
        await api.playground.fault("invalid_session", resumable=True)
        assert await socket.receive() == {"op": 9, "d": True, "s": None, "t": None}
        say(api, "meanwhile")
        resume = {"token": socket.token, "session_id": socket.ready["session_id"], "seq": socket.sequence}
        await socket.send(6, resume)
        assert (await socket.told("MESSAGE_CREATE"))["d"]["content"] == "meanwhile"
        await socket.told("RESUMED")
        await api.playground.fault("invalid_session", resumable=False)
        assert (await socket.receive())["d"] is False
        await socket.send(6, resume)
        assert await socket.receive() == {"op": 9, "d": False, "s": None, "t": None}
        await socket.identify()
        await socket.servers()


async def test_each_shard_hears_its_own_servers_and_the_first_direct_messages(api: Api) -> None:
    world, demo = api.state.world, api.demo
    place = (demo.guild.id >> 22) % 2
    while (extra := world.add_guild("Third", demo.owner)) and (extra.id >> 22) % 2 == place:
        world.clock.advance(0.001)
        del world.guilds[extra.id]
    world.install(demo.app, extra)
    async with api.session_of(shard=[place, 2]) as its, api.session_of(shard=[1 - place, 2]) as other:
        assert {str(demo.guild.id)} <= {one["id"] for one in its.ready["guilds"]}
        assert {str(extra.id)} <= {one["id"] for one in other.ready["guilds"]}
        say(api)
        await its.told("MESSAGE_CREATE")
        await other.quiet()
        say(api, "in private", channel=world.direct_with(demo.app.id, demo.member.id))
        first, second = (its, other) if place == 0 else (other, its)
        await first.told("MESSAGE_CREATE")
        await second.quiet()


async def test_a_bot_that_is_let_in_and_put_out_hears_of_it(api: Api) -> None:
    world, demo = api.state.world, api.demo
    new = world.add_guild("New", demo.owner)
    async with api.session_of() as socket:
        world.install(demo.app, new)
        await socket.told("GUILD_MEMBER_ADD")
        assert (await socket.told("GUILD_CREATE"))["d"]["name"] == "New"
        world.remove(demo.app, new)
        assert (await socket.told("GUILD_DELETE"))["d"] == {"id": str(new.id)}


async def test_payloads_are_one_stream_of_zlib(api: Api) -> None:
    async with api.socket("v=10&encoding=json&compress=zlib-stream") as socket:
        message = await socket.raw.receive()
        assert message.type is aiohttp.WSMsgType.BINARY
        assert message.data.endswith(b"\x00\x00\xff\xff")
        stream = zlib.decompressobj()
        assert json.loads(stream.decompress(message.data))["op"] == 10
        await socket.identify(EVERYTHING)
        data = (await socket.raw.receive()).data
        assert json.loads(stream.decompress(data))["t"] == "READY"


async def test_payloads_are_one_stream_of_zstd(api: Api) -> None:
    zstandard = pytest.importorskip("zstandard")
    async with api.socket("v=10&encoding=json&compress=zstd-stream") as socket:
        stream = zstandard.ZstdDecompressor().decompressobj()
        assert json.loads(stream.decompress((await socket.raw.receive()).data))["op"] == 10
        await socket.identify(EVERYTHING)
        assert json.loads(stream.decompress((await socket.raw.receive()).data))["t"] == "READY"
