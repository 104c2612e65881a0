"""What Discord may answer to a call, as one tree of errors; `tried` makes a call and raises them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import discord

from protocol.errors import StyleSealError

CALL_SECONDS = 60.0
LONGEST_WAIT = 60.0


class DiscordRefused(StyleSealError):
    """Discord will not have it, now or later."""

    code = "discord_refused"

    def __init__(self, sentence: str, number: int = 0) -> None:
        super().__init__(sentence)
        self.number = number


class TokenDead(DiscordRefused):
    """The interaction's token is not good any more."""


class Late(DiscordRefused):
    """The interaction was not acknowledged in time, or is not known at all."""


class Answered(DiscordRefused):
    """The interaction was acknowledged before."""


class MessageGone(DiscordRefused):
    """There is no such message."""


class ChannelGone(DiscordRefused):
    """There is no such channel."""


class NotAllowed(DiscordRefused):
    """The bot may not, there or with that member."""


class TooLarge(DiscordRefused):
    """The files are larger than may be sent there."""


class Away(StyleSealError):
    """Discord does not answer, or asks to wait: it may have been done, or not."""

    code = "discord_away"

    def __init__(self, sentence: str, after: float = 0.0) -> None:
        super().__init__(sentence)
        self.after = after
        """Seconds to wait at least."""


async def tried(call: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await call()
    except discord.RateLimited as wrong:
        raise Away("Discord asks to wait.", wrong.retry_after) from wrong
    except discord.HTTPException as wrong:
        raise _refusal(wrong) from wrong
    except (aiohttp.ClientError, OSError, TimeoutError) as wrong:
        raise Away(f"Discord does not answer: {wrong or type(wrong).__name__}.") from wrong


_BY_NUMBER: dict[int, type[DiscordRefused]] = {
    10003: ChannelGone,
    10008: MessageGone,
    10015: TokenDead,
    10062: Late,
    40005: TooLarge,
    40060: Answered,
    50027: TokenDead,
}


def _refusal(wrong: discord.HTTPException) -> StyleSealError:
    if wrong.status >= 500:
        return Away(f"Discord has trouble: {wrong.status}.")
    if wrong.status == 429:
        return Away("Discord asks to wait.", _waits(wrong))
    kind = _BY_NUMBER.get(wrong.code)
    if kind is None:
        kind = {401: TokenDead, 403: NotAllowed, 413: TooLarge}.get(wrong.status, DiscordRefused)
    return kind(f"Discord refused it: {wrong.text or wrong.status}.", wrong.code)


def _waits(wrong: discord.HTTPException) -> float:
    """For how long a 429 asks."""
    try:
        return min(float(wrong.response.headers.get("Retry-After", 1.0)), LONGEST_WAIT)
    except ValueError:
        return 1.0
