"""The first answer to an interaction: once, within three seconds, of a kind that fits."""

from typing import Any

from playground.errors import DiscordError, invalid_form, unknown
from playground.interactions.interaction import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFERRED_UPDATE,
    FORM,
    MODAL,
    REPLY,
    THINKING,
    UPDATE,
    Interaction,
)
from playground.rest.call import Call, Route
from playground.rest.component_tree import numbered
from playground.rest.interaction_messages import first_message, thinking
from playground.rest.message_body import apply_edit
from playground.world import forms
from playground.world.events import Event
from playground.world.messages import EPHEMERAL, LOADING, Message

FITTING = {
    COMMAND: (REPLY, THINKING, FORM),
    COMPONENT: (REPLY, THINKING, DEFERRED_UPDATE, UPDATE, FORM),
    AUTOCOMPLETE: (CHOICES,),
    MODAL: (REPLY, THINKING, DEFERRED_UPDATE, UPDATE),
}
"""Types of an answer, by the type of the interaction."""
_WRITTEN: dict[int, tuple[type, ...]] = {3: (str,), 4: (int,), 10: (int, float)}
"""What a choice's value is, by the type of its option."""


async def answer(call: Call) -> dict[str, Any] | None:
    interaction = call.state.interactions.to_answer(call.id("interaction_id"), str(call.params["interaction_token"]))
    kind = int(call.body["type"])
    data = call.body.get("data") or {}
    _check_fits(interaction, kind)
    message = _carry_out(call, interaction, kind, data)
    call.state.interactions.acknowledged(interaction, kind)
    _tell_afterwards(call, interaction, kind, data, message)
    if call.query.get("with_response", "").lower() not in ("true", "1"):
        return None
    return _response(call, interaction, kind, message)


def _check_fits(interaction: Interaction, kind: int) -> None:
    fitting = FITTING[interaction.type]
    if kind == UPDATE and interaction.source is None:
        fitting = tuple(one for one in fitting if one != UPDATE)
    if kind not in fitting:
        allowed = ", ".join(map(str, fitting))
        raise invalid_form({"type": ("BASE_TYPE_CHOICES", f"Value must be one of {{{allowed}}}.")})


def _carry_out(call: Call, interaction: Interaction, kind: int, data: dict[str, Any]) -> Message | None:
    """All that can be refused; gives the message that is @original from now on."""
    message: Message | None = None
    if kind == REPLY:
        message = first_message(call, interaction, data)
    elif kind == THINKING:
        message = thinking(call, interaction, data.get("flags") or 0)
        interaction.is_thinking = True
    elif kind in (UPDATE, DEFERRED_UPDATE):
        message = interaction.source
    elif kind == CHOICES:
        _check_choices(interaction, data.get("choices") or [])
    if kind == UPDATE and message is not None:
        if message.id not in call.world.messages.get(message.channel_id, {}):
            raise unknown("Message")
        apply_edit(call, message, body=data)
    interaction.original_id = None if message is None else message.id
    return message


def _tell_afterwards(
    call: Call, interaction: Interaction, kind: int, data: dict[str, Any], message: Message | None
) -> None:
    """People hear of it once it is acknowledged."""
    if kind in (REPLY, THINKING) and message is not None:
        call.world.post(message)
    elif kind == UPDATE and message is not None:
        call.world.edited(message)
    elif kind == CHOICES and interaction.choices is not None and not interaction.choices.done():
        interaction.choices.set_result(data.get("choices") or [])
    elif kind == FORM:
        _open_form(call, interaction, data)


def _open_form(call: Call, interaction: Interaction, data: dict[str, Any]) -> None:
    id = call.world.new_id()
    form = {"title": data["title"], "custom_id": data["custom_id"], "components": numbered(data["components"])}
    call.state.interactions.forms[id] = (interaction, form)
    about = {"modal": str(id), "interaction": str(interaction.id), "application": str(interaction.app.id)}
    call.world.tell(Event(name="MODAL", data=about | form, only_for=interaction.user.id))


def _check_choices(interaction: Interaction, choices: list[dict[str, Any]]) -> None:
    kind = _focused_type(interaction.data.get("options") or [])
    for index, choice in enumerate(choices):
        value = choice["value"]
        if isinstance(value, bool) or not isinstance(value, _WRITTEN[kind]):
            wrong = ("APPLICATION_COMMAND_CHOICE_TYPE", "Choice value does not have the type of its option.")
            raise invalid_form({f"data.choices.{index}.value": wrong})


def _focused_type(options: list[dict[str, Any]]) -> int:
    for option in options:
        if option.get("focused"):
            return int(option["type"])
        if option["type"] in (1, 2):
            return _focused_type(option["options"])
    raise DiscordError(400, 50035, "Invalid Form Body")


def _response(call: Call, interaction: Interaction, kind: int, message: Message | None) -> dict[str, Any]:
    form: dict[str, Any] = {
        "id": str(interaction.id),
        "type": interaction.type,
        "channel_id": str(interaction.channel.id),
    }
    if interaction.guild_id is not None:
        form["guild_id"] = str(interaction.guild_id)
    if message is None:
        return {"interaction": form}
    form |= {
        "response_message_id": str(message.id),
        "response_message_loading": bool(message.flags & LOADING),
        "response_message_ephemeral": bool(message.flags & EPHEMERAL),
    }
    if kind == DEFERRED_UPDATE:
        return {"interaction": form}
    return {"interaction": form, "resource": {"type": kind, "message": forms.message(call.world, message)}}


ROUTES: tuple[Route, ...] = (
    Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", answer, needs_token=False),
)
