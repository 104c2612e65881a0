"""A real client of discord.py cannot tell the playground from Discord."""

import asyncio
import io
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord.utils import utcnow

from playground.testing import Playground
from playground.world.messages import Message
from playground.world.permissions import bits
from tests.playground.discord_client import connected, heard


@pytest.fixture
def playground(empty: Playground) -> Playground:
    """Where the bot may do everything."""
    for guild in (empty.demo.guild, empty.demo.other):
        for role in guild.roles.values():
            role.permissions |= bits("administrator") if role.bot_id else 0
    return empty


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for less than a minute is over at once: between tries, for a limit, for the next shard."""
    sleep = asyncio.sleep
    monkeypatch.setattr("discord.http.asyncio.sleep", lambda seconds: sleep(0 if seconds < 60 else seconds))


def art(client: discord.Client, playground: Playground) -> discord.TextChannel:
    found = client.get_channel(playground.demo.art.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def test_it_logs_in_and_knows_the_place(playground: Playground) -> None:
    async with connected(playground) as client:
        demo = playground.demo
        assert client.user is not None
        assert client.user.id == demo.app.id
        assert (client.application_id, client.application_flags.gateway_message_content) == (demo.app.id, True)
        guild = client.get_guild(demo.guild.id)
        assert guild is not None
        assert (guild.chunked, guild.member_count, guild.owner_id) == (True, 6, demo.owner.id)
        assert {channel.name for channel in guild.text_channels} >= {"general", "art", "after-dark"}
        assert client.get_channel(demo.adults.id).is_nsfw()  # type: ignore[union-attr]
        assert [forum.name for forum in guild.forums] == ["gallery"]
        assert {thread.name for thread in guild.threads} == {"a thread about ink", "My first woodcut"}
        member = guild.get_member(demo.moderator.id)
        assert member is not None
        assert [role.name for role in member.roles] == ["@everyone", "Moderator", "Artist"]
        assert guild.me.guild_permissions.administrator
        info = await client.application_info()
        assert (info.id, info.owner.id) == (demo.app.id, demo.owner.id)


async def test_it_sends_edits_answers_reacts_and_deletes(playground: Playground) -> None:
    async with connected(playground) as client:
        channel = art(client, playground)
        embed = discord.Embed(title="t", colour=0xFF0000).add_field(name="n", value="v")
        message = await heard(client, "message", channel.send("hello", embed=embed))
        assert (message.content, message.embeds[0].fields[0].value) == ("hello", "v")
        edited = await message.edit(content="bye", embed=None)
        assert (edited.content, edited.embeds) == ("bye", [])
        assert edited.edited_at is not None
        answer = await edited.reply("again")
        assert answer.reference is not None
        assert answer.reference.resolved == edited
        reaction, user = await heard(client, "reaction_add", answer.add_reaction("👍"))
        assert (str(reaction.emoji), user) == ("👍", client.user)
        fetched = await channel.fetch_message(answer.id)
        assert fetched.reactions[0].me
        assert [user.id async for user in fetched.reactions[0].users()] == [playground.demo.app.id]
        gone = await heard(client, "message_delete", answer.delete())
        assert gone.id == answer.id
        assert [one.id async for one in channel.history()] == [message.id]
        with pytest.raises(discord.NotFound) as refused:
            await channel.fetch_message(answer.id)
        assert refused.value.code == 10008


async def test_it_reads_what_people_write(playground: Playground) -> None:
    async with connected(playground) as client:
        demo = playground.demo
        member = playground.as_(demo.member)
        message = await heard(client, "message", member.say(demo.art, "who is there?"))
        assert (message.content, message.author.display_name) == ("who is there?", "Ada")
        assert message.guild.id == demo.guild.id


async def test_files_go_up_and_come_down(playground: Playground) -> None:
    async with connected(playground) as client:
        channel = art(client, playground)
        files = [discord.File(io.BytesIO(bytes([n]) * 1000), f"{n}.bin", description=f"file {n}") for n in range(3)]
        message = await channel.send("files", files=files)
        assert [one.description for one in message.attachments] == ["file 0", "file 1", "file 2"]
        assert await message.attachments[1].read() == b"\1" * 1000
        message = await message.edit(attachments=[message.attachments[2], discord.File(io.BytesIO(b"new"), "new.txt")])
        assert [one.filename for one in message.attachments] == ["2.bin", "new.txt"]
        assert await message.attachments[1].read() == b"new"
        with pytest.raises(discord.HTTPException) as refused:
            await channel.send(file=discord.File(io.BytesIO(bytes(10 * 2**20 + 1)), "large.bin"))
        assert (refused.value.status, refused.value.code) == (413, 40005)


async def test_history_is_paged(playground: Playground) -> None:
    world, demo = playground.state.world, playground.demo
    ids = [world.post(Message(world.new_id(), demo.art.id, demo.member, content=str(n))).id for n in range(250)]
    async with connected(playground) as client:
        channel = art(client, playground)
        assert [one.id async for one in channel.history(limit=None)] == ids[::-1]
        assert [one.id async for one in channel.history(limit=5, oldest_first=True)] == ids[:5]


async def test_components_keep_their_shape(playground: Playground) -> None:
    async with connected(playground) as client:
        channel = art(client, playground)
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="b", custom_id="b"))
        view.add_item(discord.ui.Select(custom_id="s", options=[discord.SelectOption(label="o")]))
        message = await channel.send("x", view=view)
        row = message.components[0]
        assert isinstance(row, discord.ActionRow)
        assert row.children[0].custom_id == "b"  # type: ignore[union-attr]
        layout = discord.ui.LayoutView()
        picture = discord.File(io.BytesIO(b"x"), "a.png")
        layout.add_item(discord.ui.Container(discord.ui.TextDisplay("hello"), discord.ui.MediaGallery(
            discord.MediaGalleryItem("attachment://a.png"))))  # fmt: skip
        shown = await channel.send(view=layout, file=picture)
        container = shown.components[0]
        assert isinstance(container, discord.Container)
        gallery = container.children[1]
        assert isinstance(gallery, discord.MediaGalleryComponent)
        assert gallery.items[0].media.url.startswith(playground.url)


async def test_threads_and_posts_are_begun(playground: Playground) -> None:
    async with connected(playground) as client:
        channel = art(client, playground)
        message = await channel.send("x")
        thread = await heard(client, "thread_create", message.create_thread(name="about x"))
        assert (thread.id, thread.parent_id) == (message.id, channel.id)
        said = await thread.send("inside")
        assert said.channel.id == thread.id
        closed = await thread.edit(archived=True)
        assert closed.archived
        assert [one.id async for one in channel.archived_threads()] == [thread.id]
        forum = client.get_channel(playground.demo.forum.id)
        assert isinstance(forum, discord.ForumChannel)
        post = await forum.create_thread(name="picture", content="first", file=discord.File(io.BytesIO(b"x"), "a.png"))
        assert (post.message.id, post.message.content) == (post.thread.id, "first")
        assert (await post.thread.fetch_members())[0].id == playground.demo.app.id


async def test_events_polls_and_pins(playground: Playground) -> None:
    async with connected(playground) as client:
        channel = art(client, playground)
        event = await channel.guild.create_scheduled_event(
            name="Contest",
            start_time=utcnow() + timedelta(hours=1),
            end_time=utcnow() + timedelta(hours=2),
            entity_type=discord.EntityType.external,
            privacy_level=discord.PrivacyLevel.guild_only,
            location="#art",
        )
        assert (await event.edit(name="Contest 2")).name == "Contest 2"
        assert [one.id for one in await channel.guild.fetch_scheduled_events()] == [event.id]
        await (await event.start()).end()
        await event.delete()
        poll = discord.Poll("Which?", timedelta(hours=1))
        poll.add_answer(text="ink", emoji="🖋️")
        poll.add_answer(text="oil")
        message = await channel.send(poll=poll)
        assert message.poll is not None
        assert [answer.text for answer in message.poll.answers] == ["ink", "oil"]
        person = playground.demo.member
        vote = playground.post(
            "vote", **{"as": str(person.id)}, channel=str(channel.id), message=str(message.id), answers=[2]
        )
        user, answer = await heard(client, "poll_vote_add", vote)
        assert (user.id, answer.id) == (person.id, 2)
        ended = await message.end_poll()
        assert ended.poll is not None
        assert ended.poll.is_finalised()
        assert [user.id async for user in ended.poll.answers[1].voters()] == [person.id]
        await message.pin()
        assert [one.id async for one in channel.pins()] == [message.id]
        await message.unpin()


async def test_it_writes_to_a_member_and_is_answered(playground: Playground) -> None:
    async with connected(playground) as client:
        demo = playground.demo
        member = client.get_guild(demo.guild.id).get_member(demo.member.id)  # type: ignore[union-attr]
        assert member is not None
        sent = await member.send("psst")
        assert isinstance(sent.channel, discord.DMChannel)
        saying = playground.as_(demo.member).say(sent.channel, "yes?")
        reply = await heard(client, "message", saying, lambda message: message.author.id == demo.member.id)
        assert (reply.content, reply.guild, reply.author.id) == ("yes?", None, demo.member.id)
        playground.state.world.closed_to_direct.add(demo.newcomer.id)
        stranger = client.get_user(demo.newcomer.id)
        assert stranger is not None
        with pytest.raises(discord.Forbidden) as refused:
            await stranger.send("psst")
        assert refused.value.code == 50007


async def test_it_moderates(playground: Playground) -> None:
    async with connected(playground) as client:
        demo = playground.demo
        guild = client.get_guild(demo.guild.id)
        assert guild is not None
        member = guild.get_member(demo.newcomer.id)
        assert member is not None
        playground.state.world.guild(guild.id).roles[guild.me.top_role.id].position = 50
        role = await guild.create_role(name="New", colour=discord.Colour.red())
        _, after = await heard(client, "member_update", member.add_roles(role, reason="because"))
        assert role in after.roles
        await member.edit(nick="Newt", timed_out_until=utcnow() + timedelta(minutes=5))
        channel = await guild.create_text_channel("made", topic="t", overwrites={
            guild.default_role: discord.PermissionOverwrite(view_channel=False)})  # fmt: skip
        await channel.set_permissions(member, view_channel=True)
        assert (await channel.edit(name="remade")).name == "remade"  # type: ignore[union-attr]
        await channel.delete()
        await role.delete()
        await member.ban(reason="because")
        assert [entry.user.id async for entry in guild.bans()] == [member.id]
        emoji = await client.create_application_emoji(name="ink", image=b"\x89PNG\r\n\x1a\n" + bytes(16))
        assert [one.id for one in await client.fetch_application_emojis()] == [emoji.id]
        assert await emoji.delete() is None


async def test_a_dropped_socket_loses_no_event(playground: Playground, unhurried: None) -> None:
    async with connected(playground) as client:
        demo, said = playground.demo, []
        last = asyncio.Event()

        async def on_message(message: discord.Message) -> None:
            said.append(message.content)
            if message.content == "9":
                last.set()

        client.event(on_message)
        for number in range(10):
            if number == 3:
                await playground.fault("drop")
            if number == 6:
                await playground.fault("reconnect")
            world = playground.state.world
            world.post(Message(world.new_id(), demo.art.id, demo.member, content=str(number)))
            await asyncio.sleep(0.02)
        async with asyncio.timeout(10):
            await last.wait()
        assert said == [str(number) for number in range(10)]
        assert not client.is_closed()


@pytest.mark.parametrize(("kind", "fields"), [
    ("reconnect", {}),
    ("invalid_session", {"resumable": True}),
    ("invalid_session", {"resumable": False}),
    ("drop", {}),
])  # fmt: skip
async def test_it_comes_back_whatever_the_gateway_does(
    playground: Playground, kind: str, fields: dict[str, Any], unhurried: None
) -> None:
    async with connected(playground) as client:
        back = "ready" if fields.get("resumable") is False else "resumed"
        await heard(client, back, playground.fault(kind, **fields))
        demo = playground.demo
        message = await heard(client, "message", playground.as_(demo.member).say(demo.art, "still there?"))
        assert message.content == "still there?"


@pytest.mark.parametrize(("kind", "fields"), [
    ("rate_limit", {"retry_after": 1.5}),
    ("rate_limit", {"retry_after": 1.5, "global": True}),
    ("error", {"status": 500, "times": 2}),
    ("error", {"status": 502}),
])  # fmt: skip
async def test_it_tries_again_where_it_should(
    playground: Playground, kind: str, fields: dict[str, Any], unhurried: None
) -> None:
    async with connected(playground) as client:
        await playground.fault(kind, method="POST", route="/channels/{channel_id}/messages", **fields)
        assert (await art(client, playground).send("hello")).content == "hello"
        statuses = [one.status for one in playground.state.log.since() if one.method == "POST"]
        assert statuses[-1] == 200
        assert len(statuses) == 1 + fields.get("times", 1)


async def test_an_answer_lost_after_the_deed_makes_one_message_as_its_nonce_is_enforced(
    playground: Playground, unhurried: None
) -> None:
    async with connected(playground) as client:
        channel = art(client, playground)
        await playground.fault("lost", how="502", method="POST")
        await channel.send("once")
        assert [one.content async for one in channel.history()] == ["once"]


async def test_a_wrong_token_is_an_error_of_the_login(playground: Playground) -> None:
    playground.demo.app.token = "another"
    with pytest.raises(discord.LoginFailure):
        async with connected(playground):
            pass


async def test_an_intent_without_leave_is_an_error_of_the_connection(playground: Playground) -> None:
    playground.demo.app.flags = 0
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(playground):
            pass


async def test_shards_share_the_servers(playground: Playground, unhurried: None) -> None:
    async with connected(playground, kind=discord.AutoShardedClient, shard_count=2) as client:
        assert {guild.id for guild in client.guilds} == {playground.demo.guild.id, playground.demo.other.id}
        assert isinstance(client, discord.AutoShardedClient)
        for guild in client.guilds:
            assert guild.shard_id == (guild.id >> 22) % 2
