"""Which limits a route has."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.errors import invalid_form
from playground.limits import callbacks, codes, commands, deletions, events, images, messages, people, places
from playground.limits.form import Form
from playground.limits.messages import ANSWER, EDIT, POST
from playground.limits.names import IN_NO_WEBHOOK, check_username
from playground.limits.queries import check_query
from playground.limits.values import bounded
from playground.sent import Sent


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and when it came."""

    sent: Sent
    now: float


def check(sent: Sent, now: float | None = None) -> None:
    """Raises `DiscordError` for what Discord would refuse; `now` is Unix time, by this machine's clock if not given."""
    bounded(sent.body)
    shape = shape_of(sent.template)
    check_query(shape, sent.query)
    judge = ROUTES.get((sent.method, shape))
    if judge is None:
        return
    if judge is _all_commands:
        # A list has no name of its own: its places are plain numbers.
        form = Form({"": sent.body})
    elif isinstance(sent.body, dict | None):
        form = Form(sent.body or {})
    else:
        raise invalid_form({"": codes.MODEL})
    judge(form, Asked(sent, time.time() if now is None else now))
    form.judge()


def shape_of(template: str) -> str:
    """A route whatever its parameters are called."""
    return re.sub(r"\{[^{}]*\}", "{}", template)


def _message(kind: messages.Kind) -> Callable[[Form, Asked], None]:
    return lambda form, asked: messages.check_message(form, asked.sent, kind)


def _webhook(form: Form, asked: Asked) -> None:
    check_username(form, 80, 1, IN_NO_WEBHOOK)
    form.url("avatar_url")
    messages.check_message(form, asked.sent, ANSWER)


def _all_commands(form: Form, asked: Asked) -> None:
    commands.check_all(form)


def _plain(judge: Callable[..., Any], **how: Any) -> Callable[[Form, Asked], None]:
    return lambda form, asked: judge(form, **how)


def _timed(judge: Callable[..., Any], **how: Any) -> Callable[[Form, Asked], None]:
    return lambda form, asked: judge(form, asked.now, **how)


_APP, _GUILD_APP = "/applications/{}/commands", "/applications/{}/guilds/{}/commands"
_HOOK = "/webhooks/{}/{}"
_EVENTS = "/guilds/{}/scheduled-events"
_EMOJIS = "/applications/{}/emojis"

ROUTES: dict[tuple[str, str], Callable[[Form, Asked], None]] = {
    ("POST", "/channels/{}/messages"): _message(POST),
    ("PATCH", "/channels/{}/messages/{}"): _message(EDIT),
    ("POST", "/channels/{}/messages/bulk-delete"): _timed(deletions.check_bulk_delete),
    ("POST", "/channels/{}/messages/{}/threads"): lambda form, asked: places.check_thread(form, asked.sent),
    ("POST", "/channels/{}/threads"): lambda form, asked: places.check_thread(form, asked.sent),
    ("PATCH", "/channels/{}"): _plain(places.check_channel, patch=True),
    ("PUT", "/channels/{}/permissions/{}"): _plain(places.check_overwrite),
    ("POST", "/interactions/{}/{}/callback"): lambda form, asked: callbacks.check_callback(form, asked.sent),
    ("POST", _HOOK): _webhook,
    ("PATCH", f"{_HOOK}/messages/@original"): _message(EDIT),
    ("PATCH", f"{_HOOK}/messages/{{}}"): _message(EDIT),
    **{("PUT", path): _all_commands for path in (_APP, _GUILD_APP)},
    **{("POST", path): _plain(commands.check_command) for path in (_APP, _GUILD_APP)},
    **{("PATCH", f"{path}/{{}}"): _plain(commands.check_command, patch=True) for path in (_APP, _GUILD_APP)},
    ("POST", _EMOJIS): _plain(images.check_custom_emoji),
    ("PATCH", f"{_EMOJIS}/{{}}"): _plain(images.check_custom_emoji, patch=True),
    ("POST", "/guilds/{}/channels"): _plain(places.check_channel),
    ("POST", "/guilds/{}/roles"): _plain(places.check_role),
    ("PATCH", "/guilds/{}/roles/{}"): _plain(places.check_role),
    ("POST", _EVENTS): _timed(events.check_event),
    ("PATCH", f"{_EVENTS}/{{}}"): _timed(events.check_event, patch=True),
    ("PATCH", "/guilds/{}/members/{}"): _timed(people.check_member),
    ("PATCH", "/guilds/{}/members/@me"): _plain(people.check_own_member),
    ("PATCH", "/users/@me"): _plain(people.check_account),
    ("POST", "/users/@me/channels"): _plain(people.check_direct),
}
