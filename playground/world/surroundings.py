"""Changes to what surrounds messages: roles, overwrites, scheduled events, emojis, threads' people, pins, polls.

Like those of `World`: each is carried out and told, and none asks whether somebody may.
"""

from typing import Any

from playground.world import forms
from playground.world.apps import Application
from playground.world.events import INTENTS, Event
from playground.world.messages import PINNED, Message
from playground.world.people import Member, Role, User
from playground.world.places import Channel, Guild
from playground.world.world import World


def change_role(world: World, guild: Guild, role: Role) -> None:
    form = {"guild_id": str(guild.id), "role": role.to_json()}
    world.tell(Event(name="GUILD_ROLE_UPDATE", data=form, guild_id=guild.id, intent=INTENTS["guilds"]))


def delete_role(world: World, guild: Guild, role: Role) -> None:
    del guild.roles[role.id]
    for member in guild.members.values():
        member.roles.discard(role.id)
    form = {"guild_id": str(guild.id), "role_id": str(role.id)}
    world.tell(Event(name="GUILD_ROLE_DELETE", data=form, guild_id=guild.id, intent=INTENTS["guilds"]))


def change_guild(world: World, guild: Guild) -> None:
    form = forms.guild_without_people(guild)
    world.tell(Event(name="GUILD_UPDATE", data=form, guild_id=guild.id, intent=INTENTS["guilds"]))


def remove_member(world: World, guild: Guild, member: Member) -> None:
    del guild.members[member.user.id]
    form = {"guild_id": str(guild.id), "user": member.user.to_json()}
    world.tell(Event(name="GUILD_MEMBER_REMOVE", data=form, guild_id=guild.id, intent=INTENTS["guild_members"]))


def leave(world: World, guild: Guild, app: Application) -> None:
    """A bot goes out of a server, and the role that it came with goes too."""
    member = guild.members[app.user.id]
    world.remove(app, guild)
    for role in [role for role in guild.roles.values() if role.bot_id == app.id]:
        delete_role(world, guild, role)
    form = {"guild_id": str(guild.id), "user": member.user.to_json()}
    world.tell(Event(name="GUILD_MEMBER_REMOVE", data=form, guild_id=guild.id, intent=INTENTS["guild_members"]))


def set_event(world: World, guild: Guild, event: dict[str, Any], name: str) -> None:
    """A scheduled event as JSON has it; `name` is CREATE, UPDATE or DELETE."""
    if name == "DELETE":
        del guild.events[int(event["id"])]
    else:
        guild.events[int(event["id"])] = event
    needed = INTENTS["guild_scheduled_events"]
    world.tell(Event(name=f"GUILD_SCHEDULED_EVENT_{name}", data=event, guild_id=guild.id, intent=needed))


def change_emojis(world: World, guild: Guild) -> None:
    form = {"guild_id": str(guild.id), "emojis": list(guild.emojis.values())}
    needed = INTENTS["guild_expressions"]
    world.tell(Event(name="GUILD_EMOJIS_UPDATE", data=form, guild_id=guild.id, intent=needed))


def thread_person(world: World, thread: Channel, user_id: int, *, there: bool) -> None:
    """Somebody comes into a thread or leaves it."""
    if there == (user_id in thread.people):
        return
    if there:
        thread.people[user_id] = world.clock.now()
    else:
        del thread.people[user_id]
    added = [forms.thread_member(world, thread, user_id)] if there else []
    form = {
        "id": str(thread.id),
        "guild_id": str(thread.guild_id),
        "member_count": len(thread.people),
        "added_members": added,
        "removed_member_ids": [] if there else [str(user_id)],
    }
    world.tell_of(thread, "THREAD_MEMBERS_UPDATE", form, intent="guilds")


def pin(world: World, message: Message, user: User, *, pinned: bool) -> None:
    """A pin is followed by Discord's own message about it."""
    if message.pinned == pinned:
        return
    message.pinned = pinned
    message.pinned_at = world.clock.now()
    channel = world.channel(message.channel_id)
    world.edited(message, shows=False)
    place = {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
    when = {"last_pin_timestamp": world.clock.iso()} if pinned else {}
    world.tell_of(channel, "CHANNEL_PINS_UPDATE", {"channel_id": str(channel.id)} | place | when, intent="guilds")
    if pinned:
        reference = {"type": 0, "channel_id": str(channel.id), "message_id": str(message.id)} | place
        world.post(Message(world.new_id(), channel.id, user, PINNED, reference=reference))


def clear_reactions(world: World, message: Message, emoji: str | None = None) -> None:
    """All of them, or those of one emoji."""
    channel = world.channel(message.channel_id)
    form: dict[str, Any] = {"channel_id": str(channel.id), "message_id": str(message.id)}
    form |= {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
    if emoji is None:
        message.reactions.clear()
        world.tell_of(channel, "MESSAGE_REACTION_REMOVE_ALL", form, intent="message_reactions", message=message)
    elif message.reactions.pop(emoji, None) is not None:
        form["emoji"] = forms.emoji(emoji)
        world.tell_of(channel, "MESSAGE_REACTION_REMOVE_EMOJI", form, intent="message_reactions", message=message)


def delete_many(world: World, channel: Channel, ids: list[int]) -> None:
    """Ephemeral ones are not known to whoever deletes by the dozen."""
    messages = world.messages.get(channel.id, {})
    there = [id for id in dict.fromkeys(ids) if id in messages and not messages[id].is_ephemeral]
    for id in there:
        del messages[id]
    form: dict[str, Any] = {"ids": [str(id) for id in there], "channel_id": str(channel.id)}
    form |= {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
    world.tell_of(channel, "MESSAGE_DELETE_BULK", form, intent="messages")


def type_in(world: World, channel: Channel, user: User) -> None:
    form: dict[str, Any] = {
        "channel_id": str(channel.id),
        "user_id": str(user.id),
        "timestamp": int(world.clock.now()),
    }
    if channel.guild_id is not None:
        member = world.member(channel.guild_id, user.id)
        form |= {"guild_id": str(channel.guild_id), "member": forms.member(world, member)}
    world.tell_of(channel, "TYPING_START", form, intent="message_typing")


def close_poll(world: World, message: Message) -> None:
    """Its counts are final from now on."""
    if message.poll is not None and not message.poll["results"]["is_finalized"]:
        message.poll = message.poll | {"results": {"is_finalized": True, "answer_counts": []}}
        world.edited(message, shows=False)
