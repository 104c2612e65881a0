"""What people do with bots: commands, menus, buttons, selects, forms."""

from typing import Any

from playground.control.asking import Ask, nothing_there
from playground.interactions import available as commands
from playground.interactions import opening
from playground.interactions.errors import MayNot, TooLate
from playground.interactions.interaction import Interaction
from playground.interactions.opening import Opening

Json = dict[str, Any]


async def list_commands(ask: Ask) -> list[Json]:
    """Those that the person may use in the channel."""
    channel, user = ask.channel(), ask.person.user
    found = commands.available(ask.world, user, channel)
    return [commands.shown(one, ask.world.applications[one.application_id], user.locale) for one in found]


async def run(ask: Ask) -> Json:
    return _told(_opening(ask).run(ask.id("command"), ask.tables("options"), ask.uploads.of(ask.table("files"))))


async def complete(ask: Ask) -> Json:
    files = ask.uploads.of(ask.table("files"))
    interaction = _opening(ask).run(ask.id("command"), ask.tables("options"), files, complete=True)
    offered = await opening.choices(interaction)
    locale = ask.person.user.locale
    choices = [
        {
            "name": choice["name"],
            "shown_name": commands.in_language(choice["name"], choice.get("name_localizations"), locale),
            "value": choice["value"],
        }
        for choice in offered
    ]
    return {"choices": choices, "interaction": str(interaction.id)}


async def menu(ask: Ask) -> Json:
    return _told(_opening(ask).menu(ask.id("command"), ask.id("target")))


async def click(ask: Ask) -> Json:
    return _told(_opening(ask).click(ask.id("message"), ask.text("custom_id")))


async def select(ask: Ask) -> Json:
    return _told(_opening(ask).select(ask.id("message"), ask.text("custom_id"), ask.list("values")))


async def submit(ask: Ask) -> Json:
    id = ask.id("modal")
    if (found := ask.state.interactions.forms.get(id)) is None:
        raise TooLate("That form is not open: it was sent already, or its time is over.")
    trigger, form = found
    if trigger.user is not ask.person.user:
        raise MayNot("That form is for somebody else.")
    files = [part for part in opening.fields_of(form) if part["type"] == opening.FILE_UPLOAD]
    given = ask.table("fields")
    named = {str(id): id for part in files for id in _listed(given.get(part["custom_id"]))}
    return _told(Opening(ask.state.interactions, ask.person, trigger.channel).submit(id, given, ask.uploads.of(named)))


def _opening(ask: Ask) -> Opening:
    channel = ask.world.channel(ask.id("channel"))
    if not ask.person.sees(channel):
        raise nothing_there("channel for that person")
    return Opening(ask.state.interactions, ask.person, channel)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _told(interaction: Interaction) -> Json:
    return {"interaction": str(interaction.id), "nonce": interaction.nonce}
