"""Bringing what happens to a job into its message: by the interaction's token while it lives, then by the bot's own."""

import io
import time
from collections.abc import Sequence
from typing import Any

import discord

from bot.jobs import Job
from bot.result import Picture
from bot.texts import text

EDIT_SECONDS = 3.0
"""Between two edits that only show progress."""
BAR = 10


class Delivery:
    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def show(
        self, job: Job, content: str, view: discord.ui.View | None, pictures: Sequence[Picture] | None = None
    ) -> None:
        """Makes the job's message this. `pictures` of None leaves its files as they are."""
        form: dict[str, Any] = {"content": content, "view": view, "allowed_mentions": discord.AllowedMentions.none()}
        if pictures is not None:
            form["attachments"] = [as_file(picture) for picture in pictures]
        place = job.place
        if place.token and time.time() < place.token_until:
            application = self._client.application_id
            assert application is not None, "it is logged in"
            webhook = discord.Webhook.partial(application, place.token, client=self._client)
            message: Any = place.message_id or "@original"
            await webhook.edit_message(message, **form)
            return
        channel = self._client.get_partial_messageable(place.channel_id, guild_id=place.guild_id)
        if place.message_id is not None:
            await channel.get_partial_message(place.message_id).edit(**form)
        elif pictures is not None:  # which message it was is not known: it has to be a new one, sent once
            del form["attachments"]
            await channel.send(**form, files=[as_file(picture) for picture in pictures], nonce=job.id)


def as_file(picture: Picture) -> discord.File:
    return discord.File(io.BytesIO(picture.png), picture.name, spoiler=picture.spoiler)


def queued(job: Job, place: int, at: int | None) -> str:
    if place <= 1:
        return text(job.place.locale, "next")
    eta = "" if at is None else text(job.place.locale, "about", at=at)
    return text(job.place.locale, "queued", place=place, eta=eta)


def painting(job: Job, step: int, steps: int) -> str:
    full = round(BAR * step / steps) if steps else 0
    return text(job.place.locale, "painting", bar="▰" * full + "▱" * (BAR - full), step=step, steps=steps)
