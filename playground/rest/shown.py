"""A message as one bot is shown it."""

from typing import Any

from playground.rest.call import Call
from playground.world import forms
from playground.world.apps import PRIVILEGED
from playground.world.messages import Message


def shown(call: Call, message: Message) -> dict[str, Any]:
    """Without the content where its application may not read that: no leave for the intent, and not its own affair."""
    form = forms.message(call.world, message, call.app.user.id)
    leave = PRIVILEGED["content"] | PRIVILEGED["content"] << 1
    own = message.author is call.app.user or call.app.user in message.mentions
    if call.app.flags & leave or own or call.world.channel(message.channel_id).guild_id is None:
        return form
    form.pop("poll", None)
    form.pop("referenced_message", None)
    return form | {"content": "", "embeds": [], "attachments": [], "components": []}
