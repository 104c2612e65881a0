"""What a person does with a bot, made into an interaction that the bot is told of."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.interactions import components
from playground.interactions.available import may_use
from playground.interactions.components import FILE_UPLOAD
from playground.interactions.errors import MayNot, NotThere, Refused, TooLate
from playground.interactions.fields import Fields
from playground.interactions.interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from playground.interactions.payload import context, owners
from playground.interactions.person import Person
from playground.interactions.register import Interactions
from playground.interactions.resolved import Resolved
from playground.interactions.typed import Typed
from playground.rest.component_tree import walk
from playground.world.apps import CHAT_INPUT, USER, Application, Command
from playground.world.messages import Attachment, Message
from playground.world.places import Channel

__all__ = ["FILE_UPLOAD", "Opening", "choices", "fields_of"]


@dataclass(frozen=True, slots=True)
class Opening:
    """Each method raises `Refused`."""

    register: Interactions
    person: Person
    channel: Channel

    def run(
        self, command_id: int, given: list[dict[str, Any]], files: Mapping[str, Attachment], *, complete: bool = False
    ) -> Interaction:
        """A slash command; `complete` asks for what could stand in the option in focus."""
        app, command = self._command(command_id)
        if command.type != CHAT_INPUT:
            raise Refused("That is a command of a menu.")
        resolved = self.person.resolved(self.channel)
        largest = self.person.largest_file(self.channel)
        typed = Typed(resolved, files, focused=complete, largest_file=largest)
        options = typed.options(command.body["options"], given)
        if complete and typed.in_focus != 1:
            raise Refused("One option is in focus.")
        data = _named(command) | {"options": options} | _beside(resolved)
        return self._open(AUTOCOMPLETE if complete else COMMAND, app, data, command=command)

    def menu(self, command_id: int, target_id: int) -> Interaction:
        """A command of the menu of a person or of a message."""
        app, command = self._command(command_id)
        resolved = self.person.resolved(self.channel)
        if command.type == CHAT_INPUT:
            raise Refused("That is a slash command.")
        if command.type == USER:
            target = resolved.user(target_id)
        else:
            message = self.person.message(self.channel, target_id)
            if message.is_ephemeral:
                raise MayNot("An ephemeral message has no menu of applications.")
            target = resolved.message(message)
        data = _named(command) | {"target_id": target} | _beside(resolved)
        return self._open(COMMAND, app, data, command=command)

    def click(self, message_id: int, custom_id: str) -> Interaction:
        message, app = self._clickable(message_id)
        button = components.find(message.components, custom_id, (components.BUTTON,))
        return self._component(app, message, button, {})

    def select(self, message_id: int, custom_id: str, values: list[object]) -> Interaction:
        message, app = self._clickable(message_id)
        menu = components.find(message.components, custom_id, components.SELECTS)
        resolved = self.person.resolved(self.channel)
        chosen = components.chosen(menu, values, resolved)
        return self._component(app, message, menu, {"values": chosen} | _beside(resolved))

    def submit(self, form_id: int, given: Mapping[str, Any], uploads: Mapping[str, Attachment]) -> Interaction:
        """A form is filled in once."""
        trigger, form = self.register.forms[form_id]
        resolved = self.person.resolved(self.channel)
        fields = Fields(given, uploads, resolved, self.person.largest_file(self.channel))
        parts = fields.filled_in(form["components"])
        data = {"custom_id": form["custom_id"], "components": parts} | _beside(resolved)
        opened = self._open(MODAL, trigger.app, data, custom_id=form["custom_id"], trigger=trigger)
        del self.register.forms[form_id]
        return opened

    def _component(
        self, app: Application, message: Message, component: components.Component, more: dict[str, Any]
    ) -> Interaction:
        data = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component.get("id", 0),
        }
        return self._open(COMPONENT, app, data | more, source=message, custom_id=component["custom_id"])

    def _clickable(self, message_id: int) -> tuple[Message, Application]:
        message = self.person.message(self.channel, message_id)
        app = self.register.world.applications.get(message.application_id or message.author.id)
        if app is None:
            raise NotThere("That message is of no application.")
        return message, app

    def _command(self, id: int) -> tuple[Application, Command]:
        for app in self.register.world.applications.values():
            command = app.commands.get(id)
            if command is not None and may_use(self.register.world, self.person.user, self.channel, app, command):
                return app, command
        raise NotThere("There is no such command for that person in that channel.")

    def _open(
        self,
        type: int,
        app: Application,
        data: dict[str, Any],
        *,
        command: Command | None = None,
        source: Message | None = None,
        custom_id: str | None = None,
        trigger: Interaction | None = None,
    ) -> Interaction:
        self.person.can_act_in(self.channel)
        world = self.register.world
        if trigger is not None:
            source, by = trigger.source, trigger.owners
        elif source is not None and source.interaction is not None:
            by = source.interaction["authorizing_integration_owners"]
        else:
            by = owners(world, app, self.channel, self.person.user, command)
        interaction = Interaction(
            id=world.new_id(),
            type=type,
            app=app,
            user=self.person.user,
            channel=self.channel,
            created_at=world.clock.now(),
            data=data,
            owners=by,
            context=context(self.channel, app),
            command=command,
            source=source,
            custom_id=custom_id,
            trigger=trigger,
        )
        if type == AUTOCOMPLETE:
            interaction.choices = asyncio.get_running_loop().create_future()
        return self.register.open(interaction)


def fields_of(form: dict[str, Any]) -> list[dict[str, Any]]:
    """All parts of a form that can be filled in."""
    return [part for part in walk(form["components"]) if "custom_id" in part]


async def choices(interaction: Interaction) -> list[dict[str, Any]]:
    """What the bot offers. Raises `TooLate` where it does not in time."""
    assert interaction.choices is not None
    await asyncio.wait([interaction.choices])
    if interaction.choices.cancelled():
        raise TooLate("Loading options failed: the application did not respond in time.")
    return interaction.choices.result()


def _named(command: Command) -> dict[str, Any]:
    form: dict[str, Any] = {"id": str(command.id), "name": command.name, "type": command.type}
    return form if command.guild_id is None else form | {"guild_id": str(command.guild_id)}


def _beside(resolved: Resolved) -> dict[str, Any]:
    found = resolved.to_json()
    return {"resolved": found} if found else {}
