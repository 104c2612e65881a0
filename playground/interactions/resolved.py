"""What the ids in an interaction stand for, in JSON beside it."""

from typing import Any

from playground.interactions.errors import Refused
from playground.interactions.payload import member, partial_channel
from playground.world import forms
from playground.world.messages import Attachment, Message
from playground.world.people import User
from playground.world.places import Channel
from playground.world.world import World


class Resolved:
    """For one interaction of `person` in `channel`. Each lookup gives the id as text, or raises `Refused`."""

    def __init__(self, world: World, channel: Channel, person: User) -> None:
        self._world = world
        self._channel = channel
        self._person = person
        self._found: dict[str, dict[str, Any]] = {}

    def to_json(self) -> dict[str, Any]:
        return dict(self._found)

    def user(self, id: object) -> str:
        user = self._world.users.get(_number(id))
        if user is None or not self._is_around(user):
            raise Refused(f"There is nobody with the id {id} here.")
        self._put("users", user.id, user.to_json())
        guild_id = self._channel.guild_id
        if guild_id is not None and user.id in self._world.guild(guild_id).members:
            form = member(self._world, self._channel, user)
            self._put("members", user.id, {key: form[key] for key in form if key not in ("user", "deaf", "mute")})
        return str(user.id)

    def role(self, id: object) -> str:
        roles = {} if self._channel.guild_id is None else self._world.guild(self._channel.guild_id).roles
        if (role := roles.get(_number(id))) is None:
            raise Refused(f"There is no role with the id {id} here.")
        self._put("roles", role.id, role.to_json())
        return str(role.id)

    def mentionable(self, id: object) -> str:
        try:
            return self.role(id)
        except Refused:
            return self.user(id)

    def channel(self, id: object, types: list[int] | None = None) -> str:
        """`types` are those that may be chosen; none or empty: all."""
        channels = {} if self._channel.guild_id is None else self._world.guild(self._channel.guild_id).channels
        channel = channels.get(_number(id))
        if channel is None or not self._world.permissions(self._person.id, channel):
            raise Refused(f"There is no channel with the id {id} here.")
        if types and channel.type not in types:
            raise Refused(f"#{channel.name} is not of a kind that can be chosen here.")
        self._put("channels", channel.id, partial_channel(self._world, channel, self._person))
        return str(channel.id)

    def attachment(self, attachment: Attachment) -> str:
        form = forms.attachment(self._world, self._channel.id, attachment)
        self._put("attachments", attachment.id, form | {"ephemeral": True})
        return str(attachment.id)

    def message(self, message: Message) -> str:
        self._put("messages", message.id, forms.message(self._world, message))
        return str(message.id)

    def _is_around(self, user: User) -> bool:
        """Whoever is in the server can be chosen; in direct messages those who are part of them."""
        if self._channel.guild_id is None:
            return user.id in self._channel.recipients
        return user.id in self._world.guild(self._channel.guild_id).members

    def _put(self, kind: str, id: int, form: dict[str, Any]) -> None:
        self._found.setdefault(kind, {})[str(id)] = form


def _number(id: object) -> int:
    """-1, which nothing has, for what is not an id."""
    return int(str(id)) if str(id).isdecimal() else -1
