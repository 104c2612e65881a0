"""All there is, and every change to it: each is made here, and told to whoever listens.

Nothing here asks whether somebody may do what is done; the routes do.
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from playground.clock import Clock
from playground.errors import unknown
from playground.snowflake import Snowflakes
from playground.world import forms, permissions
from playground.world.apps import Application
from playground.world.events import INTENTS, Event
from playground.world.files import Files
from playground.world.messages import EPHEMERAL, Message
from playground.world.people import Member, Role, User
from playground.world.places import DM, Channel, Guild

Found = TypeVar("Found")
Listener = Callable[[Event], None]


class World:
    """For one event loop."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.new_id = Snowflakes(self.clock)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.direct: dict[int, Channel] = {}
        """Channels of direct messages, by id."""
        self.closed_to_direct: set[int] = set()
        """People who take no direct messages from bots."""
        self.applications: dict[int, Application] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        """By channel and id, the oldest first; ephemeral ones too."""
        self.listeners: list[Listener] = []
        self.cdn = ""
        """What the addresses of attachments begin with, once the server knows its own."""
        self.secret = secrets.token_bytes(16)
        """Signs the addresses of attachments."""
        self.files = Files(self.messages)
        self.emoji_pictures: dict[int, tuple[str, bytes]] = {}
        """The kind and the bytes of each."""

    def tell(self, event: Event) -> None:
        for listen in list(self.listeners):
            listen(event)

    # Looking up; each raises the `DiscordError` for what is not there.

    def user(self, id: int) -> User:
        return _found(self.users, id, "User")

    def guild(self, id: int) -> Guild:
        return _found(self.guilds, id, "Guild")

    def channel(self, id: int) -> Channel:
        for guild in self.guilds.values():
            if id in guild.channels:
                return guild.channels[id]
        return _found(self.direct, id, "Channel")

    def member(self, guild_id: int, user_id: int) -> Member:
        return _found(self.guild(guild_id).members, user_id, "Member")

    def message(self, channel_id: int, id: int) -> Message:
        return _found(self.messages.get(channel_id, {}), id, "Message")

    def application(self, token: str) -> Application | None:
        """The one whose bot has this token."""
        return next((app for app in self.applications.values() if app.token == token), None)

    def direct_with(self, one: int, other: int) -> Channel:
        """The direct messages of two people, begun if need be."""
        pair = tuple(sorted((one, other)))
        for channel in self.direct.values():
            if channel.recipients == pair:
                return channel
        channel = Channel(self.new_id(), DM, recipients=pair, created_at=self.clock.now())
        self.direct[channel.id] = channel
        return channel

    def permissions(self, user_id: int, channel: Channel) -> int:
        """What somebody may do in a channel; 0 where they do not even see it."""
        if channel.guild_id is None:
            return permissions.DIRECT if user_id in channel.recipients else 0
        guild = self.guild(channel.guild_id)
        member = guild.members.get(user_id)
        if member is None:
            return 0
        granted = permissions.in_channel(guild, member, channel)
        until = member.timed_out_until
        if until is not None and until > self.clock.now() and not granted & permissions.ADMINISTRATOR:
            granted &= permissions.TIMED_OUT
        return granted

    # People and places; roles, emojis and scheduled events are changed in `surroundings`.

    def add_user(self, name: str, **fields: Any) -> User:
        user = User(self.new_id(), name, **fields)
        self.users[user.id] = user
        return user

    def add_application(self, name: str, token: str, owner: User) -> Application:
        app = Application(self.new_id(), self.add_user(name, bot=True), token, owner)
        app.id = app.user.id  # they are one number at Discord too
        self.applications[app.id] = app
        return app

    def add_guild(self, name: str, owner: User, **fields: Any) -> Guild:
        guild = Guild(self.new_id(), name, owner.id, **fields)
        guild.roles[guild.id] = Role(guild.id, "@everyone", permissions.MEMBERS, 0)
        self.guilds[guild.id] = guild
        self.join(guild, owner)
        return guild

    def add_role(self, guild: Guild, name: str, granted: int = 0, **fields: Any) -> Role:
        role = Role(self.new_id(), name, granted, **{"position": len(guild.roles)} | fields)
        guild.roles[role.id] = role
        form = {"guild_id": str(guild.id), "role": role.to_json()}
        self.tell(Event(name="GUILD_ROLE_CREATE", data=form, guild_id=guild.id, intent=INTENTS["guilds"]))
        return role

    def add_channel(self, guild: Guild, type: int, name: str, *, id: int | None = None, **fields: Any) -> Channel:
        """Threads are channels too, with a parent; one that is begun from a message has the message's id."""
        now = self.clock.now()
        fields = {"position": len(guild.channels)} | fields
        channel = Channel(self.new_id() if id is None else id, type, name, guild.id, created_at=now, **fields)
        if channel.is_thread and channel.owner_id is not None:
            channel.people[channel.owner_id] = now
        guild.channels[channel.id] = channel
        created = "THREAD_CREATE" if channel.is_thread else "CHANNEL_CREATE"
        new = {"newly_created": True} if channel.is_thread else {}
        self.tell_of(channel, created, forms.channel(self, channel) | new, intent="guilds")
        return channel

    def join(self, guild: Guild, user: User, joined_at: float | None = None, *roles: Role) -> Member:
        at = self.clock.now() if joined_at is None else joined_at
        member = Member(user, at, {role.id for role in roles})
        guild.members[user.id] = member
        form = forms.member(self, member) | {"guild_id": str(guild.id)}
        self.tell(Event(name="GUILD_MEMBER_ADD", data=form, guild_id=guild.id, intent=INTENTS["guild_members"]))
        return member

    def install(self, app: Application, guild: Guild, granted: int = 0) -> Member:
        """The bot joins, with a role of its own that has what it was granted beyond @everyone."""
        role = self.add_role(guild, app.user.name, granted, bot_id=app.id)
        member = self.join(guild, app.user, None, role)
        self.tell(Event(name="GUILD_CREATE", data=forms.guild(self, guild), guild_id=guild.id, application_id=app.id))
        return member

    def remove(self, app: Application, guild: Guild) -> None:
        """The bot is taken out of a server."""
        guild.members.pop(app.user.id, None)
        self.tell(Event(name="GUILD_DELETE", data={"id": str(guild.id)}, guild_id=guild.id, application_id=app.id))

    def change_member(self, guild: Guild, member: Member) -> None:
        """Tells that a member is not as it was: roles, nick, time-out."""
        form = forms.member(self, member) | {"guild_id": str(guild.id)}
        self.tell(Event(name="GUILD_MEMBER_UPDATE", data=form, guild_id=guild.id, intent=INTENTS["guild_members"]))

    def change_channel(self, channel: Channel) -> None:
        changed = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
        self.tell_of(channel, changed, forms.channel(self, channel), intent="guilds")

    def delete_channel(self, channel: Channel) -> None:
        """And the threads in it. Its messages go with it."""
        guild = self.guild(channel.guild_id or 0)
        for thread in [one for one in guild.channels.values() if one.parent_id == channel.id and one.is_thread]:
            self.delete_channel(thread)
        form = forms.channel(self, channel)
        self.tell_of(channel, "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE", form, intent="guilds")
        del guild.channels[channel.id]
        self.messages.pop(channel.id, None)

    # Messages.

    def post(self, message: Message) -> Message:
        channel = self.channel(message.channel_id)
        self.messages.setdefault(channel.id, {})[message.id] = message
        if not message.is_ephemeral:
            channel.last_message_id = message.id
            channel.message_count += 1
        self._tell_of_message(message, "MESSAGE_CREATE")
        return message

    def edited(self, message: Message, *, shows: bool = True) -> None:
        """Tells of a message that is not as it was; `shows` says whether people see that it was edited."""
        if shows:
            message.edited_at = self.clock.now()
        self._tell_of_message(message, "MESSAGE_UPDATE")

    def delete(self, message: Message) -> None:
        self.messages[message.channel_id].pop(message.id, None)
        channel = self.channel(message.channel_id)
        form = {"id": str(message.id), "channel_id": str(channel.id)} | _place(channel)
        self.tell_of(channel, "MESSAGE_DELETE", form, intent="messages", message=message)

    def react(self, message: Message, user: User, emoji: str) -> None:
        """`emoji` is the character, or name:id."""
        if user.id not in (people := message.reactions.setdefault(emoji, set())):
            people.add(user.id)
            self._tell_of_reaction(message, user, emoji, "MESSAGE_REACTION_ADD")

    def unreact(self, message: Message, user: User, emoji: str) -> None:
        people = message.reactions.get(emoji, set())
        if user.id in people:
            people.discard(user.id)
            if not people:
                del message.reactions[emoji]
            self._tell_of_reaction(message, user, emoji, "MESSAGE_REACTION_REMOVE")

    def _tell_of_message(self, message: Message, name: str) -> None:
        channel = self.channel(message.channel_id)
        form = forms.message(self, message) | _place(channel)
        if channel.guild_id is not None and (member := self.guild(channel.guild_id).members.get(message.author.id)):
            form["member"] = {key: value for key, value in forms.member(self, member).items() if key != "user"}
        self.tell_of(channel, name, form, intent="messages", message=message)

    def _tell_of_reaction(self, message: Message, user: User, emoji: str, name: str) -> None:
        channel = self.channel(message.channel_id)
        form: dict[str, Any] = {
            "user_id": str(user.id),
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "emoji": forms.emoji(emoji),
            "burst": False,
            "type": 0,
            "message_author_id": str(message.author.id),
        } | _place(channel)
        if channel.guild_id is not None and name.endswith("ADD"):
            form["member"] = forms.member(self, self.member(channel.guild_id, user.id))
        self.tell_of(channel, name, form, intent="message_reactions", message=message)

    def tell_of(
        self, channel: Channel, name: str, form: dict[str, Any], *, intent: str, message: Message | None = None
    ) -> None:
        where = {"messages": ("guild_messages", "direct_messages")}.get(
            intent, (f"guild_{intent}" if f"guild_{intent}" in INTENTS else intent, f"direct_{intent}")
        )
        needed = where[0] if channel.guild_id is not None else where[1]
        ephemeral = message is not None and bool(message.flags & EPHEMERAL)
        self.tell(
            Event(
                name=name,
                data=form,
                guild_id=channel.guild_id,
                channel_id=channel.id,
                intent=INTENTS.get(needed, 0),
                # Of an ephemeral message only its own bot hears, and the one person it is for.
                application_id=message.application_id if ephemeral and message is not None else None,
                only_for=message.only_for if ephemeral and message is not None else None,
                author_id=None if message is None else message.author.id,
            )
        )


def _place(channel: Channel) -> dict[str, str]:
    return {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}


def _found(table: dict[int, Found], key: int, what: str) -> Found:
    try:
        return table[key]
    except KeyError:
        raise unknown(what) from None
