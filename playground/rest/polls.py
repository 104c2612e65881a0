"""Polls: who voted for what, and an early end. People vote; a bot cannot."""

from typing import Any

from playground.errors import DiscordError
from playground.rest.access import message_of, own_message_of
from playground.rest.call import Call, Route
from playground.rest.paging import id_of, limit_of
from playground.rest.shown import shown
from playground.world.surroundings import close_poll


async def list_voters(call: Call) -> dict[str, Any]:
    _, message = message_of(call)
    if message.poll is None:
        raise DiscordError(400, 520001, "Cannot fetch answers of a message that has no poll")
    after, limit = id_of(call.query, "after") or 0, limit_of(call.query, 25, 100)
    people = sorted(id for id in message.poll_votes.get(call.id("answer_id"), ()) if id > after)
    return {"users": [call.world.users[id].to_json() for id in people[:limit]]}


async def end_poll(call: Call) -> dict[str, Any]:
    _, message = own_message_of(call)
    if message.poll is None:
        raise DiscordError(400, 520006, "Cannot expire a message that has no poll")
    close_poll(call.world, message)
    return shown(call, message)


_POLL = "/channels/{channel_id}/polls/{message_id}"
ROUTES: tuple[Route, ...] = (
    Route("GET", f"{_POLL}/answers/{{answer_id}}", list_voters),
    Route("POST", f"{_POLL}/expire", end_poll),
)
