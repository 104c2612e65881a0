"""What one person sees: the world, and messages with what in them is that person's own."""

from typing import Any

from playground.interactions.person import Person
from playground.state import State
from playground.world import forms
from playground.world.messages import Message
from playground.world.places import Channel, Guild

Json = dict[str, Any]


def world(state: State, person: Person) -> Json:
    guilds = [one for one in state.world.guilds.values() if person.user.id in one.members]
    direct = [one for one in state.world.direct.values() if person.user.id in one.recipients]
    return {
        "me": str(person.user.id),
        "users": [
            user.to_json() | {"colour": user.colour, "locale": user.locale} for user in state.world.users.values()
        ],
        "guilds": [guild(person, one) for one in guilds],
        "direct": [channel(person, one) for one in direct],
        "clock": state.world.clock.now(),
        "bots": bots(state, person),
    }


def guild(person: Person, guild: Guild) -> Json:
    return forms.guild_without_people(guild) | {
        "channels": [channel(person, one) for one in guild.channels.values() if person.sees(one)],
        "members": [forms.member(person.world, one) for one in guild.members.values()],
    }


def channel(person: Person, channel: Channel) -> Json:
    """Of direct messages, `recipients` is the other person."""
    form = forms.channel(person.world, channel)
    form["permissions"] = str(person.world.permissions(person.user.id, channel))
    if channel.recipients:
        others = [id for id in channel.recipients if id != person.user.id]
        form["recipients"] = [person.world.user(id).to_json() for id in others]
    return form


def bots(state: State, person: Person) -> list[Json]:
    return [
        {
            "id": str(app.id),
            "user": app.user.to_json(),
            "connected": state.gateway.connected(app.id),
            "commands": len(app.commands),
            "installed": {
                "user": person.user.id in app.installed_by,
                "guilds": [str(one.id) for one in state.world.guilds.values() if app.user.id in one.members],
            },
        }
        for app in state.world.applications.values()
    ]


def message(person: Person, message: Message) -> Json:
    form = forms.message(person.world, message, person.user.id)
    return form | {"only_you": True} if message.is_ephemeral else form
