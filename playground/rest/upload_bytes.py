"""How large a file may be where a request would put it."""

from playground.errors import DiscordError
from playground.rest.routing import Params
from playground.state import State
from playground.world.places import UPLOAD_BYTES, Channel


def upload_bytes(state: State, params: Params) -> int:
    """The server's limit that the channel is in; the usual one where the path names no such place."""
    try:
        channel = _channel(state, params)
    except DiscordError:
        return UPLOAD_BYTES  # what is wrong with the path is the handler's to say
    if channel is None or channel.guild_id is None:
        return UPLOAD_BYTES
    return state.world.guild(channel.guild_id).upload_bytes


def _channel(state: State, params: Params) -> Channel | None:
    if "channel_id" in params:
        return state.world.channel(int(params["channel_id"]))
    if "interaction_token" in params:
        return state.interactions.to_answer(int(params["interaction_id"]), str(params["interaction_token"])).channel
    if "webhook_token" in params:
        return state.interactions.to_follow(int(params["webhook_id"]), str(params["webhook_token"])).channel
    return None
