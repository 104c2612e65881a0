"""An interaction's own webhook: its first answer and its follow-ups, sent, read, edited and deleted by token."""

from typing import Any

from playground.errors import DiscordError, unknown
from playground.interactions.interaction import FORM, OUTSIDE_FOLLOWUPS, Interaction
from playground.rest.call import Call, Route
from playground.rest.interaction_messages import fill, followup
from playground.rest.message_body import apply_edit
from playground.world import forms
from playground.world.messages import Message

Json = dict[str, Any]


async def describe(call: Call) -> Json:
    interaction = _interaction(call)
    return {
        "id": str(interaction.app.id),
        "type": 3,
        "application_id": str(interaction.app.id),
        "name": interaction.app.user.name,
        "avatar": None,
        "channel_id": None,
        "guild_id": None,
        "token": interaction.token,
    }


async def send(call: Call) -> Json | None:
    """The first one after "is thinking" takes its place."""
    interaction = _interaction(call)
    thinking = _thinking(call, interaction)
    if thinking is not None:
        fill(call, interaction, thinking)
        message = thinking
    else:
        _count(interaction)
        message = followup(call, interaction)
        call.world.post(message)
        interaction.followups += 1
    return forms.message(call.world, message) if call.query.get("wait", "").lower() in ("true", "1") else None


async def read(call: Call) -> Json:
    return forms.message(call.world, _message(call, _interaction(call)))


async def edit(call: Call) -> Json:
    interaction = _interaction(call)
    message = _message(call, interaction)
    if message is _thinking(call, interaction):
        fill(call, interaction, message)
    else:
        apply_edit(call, message)
        call.world.edited(message)
    return forms.message(call.world, message)


async def delete(call: Call) -> None:
    interaction = _interaction(call)
    message = _message(call, interaction)
    if message.id == interaction.original_id:
        interaction.is_thinking = False
    call.world.delete(message)


def _interaction(call: Call) -> Interaction:
    interactions = call.state.interactions
    return interactions.to_follow(call.id("webhook_id"), str(call.params["webhook_token"]))


def _thinking(call: Call, interaction: Interaction) -> Message | None:
    """The message that still says that the bot is thinking."""
    if not interaction.is_thinking or interaction.original_id is None:
        return None
    return call.world.messages.get(interaction.channel.id, {}).get(interaction.original_id)


def _count(interaction: Interaction) -> None:
    if interaction.is_outside and interaction.guild_id is not None and interaction.followups >= OUTSIDE_FOLLOWUPS:
        raise DiscordError(400, 40094, "This interaction has reached the maximum number of follow up messages")


def _message(call: Call, interaction: Interaction) -> Message:
    """The one that the path names, of those this application sent in an interaction's name."""
    id = call.params.get("message_id", "@original")
    if id == "@original":
        if interaction.answer == FORM or interaction.original_id is None:
            raise unknown("Message")
        id = interaction.original_id
    message = call.world.message(interaction.channel.id, int(id))
    if message.webhook_id != interaction.app.id and message is not interaction.source:
        raise unknown("Message")
    return message


_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ROUTES: tuple[Route, ...] = (
    Route("GET", _WEBHOOK, describe, needs_token=False),
    Route("POST", _WEBHOOK, send, needs_token=False),
    *(
        Route(method, f"{_WEBHOOK}/messages/{message}", handler, needs_token=False)
        for message in ("@original", "{message_id}")
        for method, handler in (("GET", read), ("PATCH", edit), ("DELETE", delete))
    ),
)
