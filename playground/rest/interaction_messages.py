"""The messages an interaction is answered with: what each says of the interaction, and who sees it."""

from typing import Any

from playground.interactions.interaction import COMPONENT, MODAL, Interaction
from playground.rest.call import Call
from playground.rest.message_body import apply_edit, message_from
from playground.world.apps import CHAT_INPUT as SLASH
from playground.world.messages import CHAT_INPUT, CONTEXT_MENU, EPHEMERAL, LOADING, REPLY, Message
from playground.world.permissions import bits
from playground.world.world import World


def first_message(call: Call, interaction: Interaction, data: dict[str, Any]) -> Message:
    """Not posted yet. In a component's name it replies to the message that has the component."""
    kind = CHAT_INPUT
    if interaction.command is not None and interaction.command.type != SLASH:
        kind = CONTEXT_MENU
    fields: dict[str, Any] = {"type": kind, "reference": None}
    if interaction.type in (COMPONENT, MODAL) and interaction.source is not None:
        fields = {"type": REPLY, "reference": _reference(interaction, interaction.source.id)}
    return _owned(call, interaction, message_from(call, interaction.channel, interaction.app.user, body=data, **fields))


def thinking(call: Call, interaction: Interaction, flags: int) -> Message:
    """The message that says the bot is thinking, until something is sent in its place."""
    message = first_message(call, interaction, {"content": "…", "flags": flags & EPHEMERAL})
    message.content = ""
    message.flags |= LOADING
    return message


def followup(call: Call, interaction: Interaction) -> Message:
    """Not posted yet; it replies to the first answer where there is one."""
    fields: dict[str, Any] = {"reference": None}
    original = interaction.original_id
    if original is not None:
        fields = {"type": REPLY, "reference": _reference(interaction, original)}
    message = _owned(call, interaction, message_from(call, interaction.channel, interaction.app.user, **fields))
    if original is not None and message.interaction is not None:
        message.interaction["original_response_message_id"] = str(original)
    return message


def fill(call: Call, interaction: Interaction, message: Message) -> None:
    """The bot has thought: what it sends stands where "is thinking" stood, seen by the same people."""
    apply_edit(call, message)
    message.flags &= ~LOADING
    interaction.is_thinking = False
    call.world.edited(message, shows=False)


def may_speak(world: World, interaction: Interaction) -> bool:
    """An application that is not in the server needs its person's leave to be seen by others."""
    allowed = world.permissions(interaction.user.id, interaction.channel)
    inside = interaction.guild_id is None or not interaction.is_outside
    return inside or bool(allowed & bits("use_external_apps"))


def _owned(call: Call, interaction: Interaction, message: Message) -> Message:
    message.application_id = message.webhook_id = interaction.app.id
    message.interaction = interaction.metadata()
    message.mentions = [user for user in message.mentions if user is not interaction.app.user]  # it answers itself
    if not may_speak(call.world, interaction):
        message.flags |= EPHEMERAL
    if message.is_ephemeral:
        message.only_for = interaction.user.id
    return message


def _reference(interaction: Interaction, id: int) -> dict[str, Any]:
    guild = {} if interaction.guild_id is None else {"guild_id": str(interaction.guild_id)}
    return {"type": 0, "channel_id": str(interaction.channel.id), "message_id": str(id)} | guild
