"""Somebody who acts in a channel: what they see there and may do, as Discord's client would let them."""

from dataclasses import dataclass

from playground.interactions.errors import MayNot, NotThere
from playground.interactions.payload import upload_bytes
from playground.interactions.resolved import Resolved
from playground.world.messages import Message
from playground.world.people import User
from playground.world.permissions import bits
from playground.world.places import CATEGORY, FORUM, Channel
from playground.world.world import World


@dataclass(frozen=True, slots=True)
class Person:
    """Raises `Refused` for what cannot be done."""

    world: World
    user: User

    def sees(self, channel: Channel) -> bool:
        return self.world.permissions(self.user.id, channel) != 0

    def may(self, channel: Channel, *names: str) -> bool:
        wanted = bits(*names)
        return self.world.permissions(self.user.id, channel) & wanted == wanted

    def need(self, channel: Channel, name: str) -> None:
        if not self.may(channel, name):
            raise MayNot(f"{self.user.shown} may not do that there: it needs {name.replace('_', ' ')}.")

    def can_act_in(self, channel: Channel) -> None:
        """Where messages can be, and nobody who is timed out."""
        if not self.sees(channel):
            raise MayNot(f"{self.user.shown} does not see that channel.")
        if channel.type in (CATEGORY, FORUM):
            raise MayNot("There are no messages in that channel itself.")
        if channel.guild_id is not None:
            until = self.world.member(channel.guild_id, self.user.id).timed_out_until
            if until is not None and until > self.world.clock.now():
                raise MayNot(f"{self.user.shown} is timed out.")

    def sees_message(self, message: Message) -> bool:
        if not self.sees(self.world.channel(message.channel_id)):
            return False
        return not message.is_ephemeral or (message.only_for == self.user.id and not message.dismissed)

    def message(self, channel: Channel, id: int) -> Message:
        found = self.world.messages.get(channel.id, {}).get(id)
        if found is None or not self.sees_message(found):
            raise NotThere(f"{self.user.shown} sees no such message there.")
        return found

    def resolved(self, channel: Channel) -> Resolved:
        return Resolved(self.world, channel, self.user)

    def largest_file(self, channel: Channel) -> int:
        return upload_bytes(self.world, channel)
