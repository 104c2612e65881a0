"""Answering interactions: always with something, once, and errors with a sentence."""

import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot.desk import NoRoom
from bot.refusals import Away, Late
from bot.store.database import StoreFailed
from bot.store.pictures import DiskFailed, PictureMissing
from bot.texts import locale_of, text
from bot.texts.errors import translated
from protocol.errors import StyleSealError

log = logging.getLogger(__name__)
Interaction = discord.Interaction[Any]
CONTENT_CHARACTERS = 2_000
"""Of one message, by Discord's limit."""
_ANSWERED = 40060
_UNKNOWN = 10062


class Refused(StyleSealError):
    """A member may not do that, there or now. `key` is of the text that says why, and `values` go into it."""

    code = "refused"

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(text("en", key, **values))
        self.key = key
        self.values = values


@asynccontextmanager
async def answering(interaction: Interaction) -> AsyncIterator[None]:
    """Whatever goes wrong inside is told to the one who asked, and nobody else."""
    locale = await _locale(interaction)
    try:
        yield
    except NoRoom as full:
        await say(interaction, text(locale, full.key, count=full.count))
    except Refused as refused:
        await say(interaction, text(locale, refused.key, **refused.values))
    except Late:
        log.warning("interaction %d was answered too late", interaction.id)
    except Away as away:
        log.warning("interaction %d could not be answered: %s", interaction.id, away.sentence)
    except PictureMissing:
        await say(interaction, text(locale, "picture_lost"))
    except (DiskFailed, StoreFailed) as wrong:
        log.error("interaction %d failed: %s", interaction.id, wrong.sentence)
        await say(interaction, text(locale, "cannot_write"))
    except StyleSealError as wrong:
        await say(interaction, translated(locale, wrong.sentence))
    except discord.NotFound as late:
        if late.code != _UNKNOWN:
            raise
        log.warning("interaction %d was answered too late", interaction.id)
    except discord.app_commands.CommandSignatureMismatch:
        await say(interaction, text(locale, "command_changed"))
    except Exception:
        log.exception("interaction %d failed", interaction.id)
        await say(interaction, text(locale, "wrong"))


async def say(interaction: Interaction, sentence: str, **more: Any) -> None:
    """To the one who asked, and nobody else; whether or not there was an answer before."""
    sentence = sentence[:CONTENT_CHARACTERS]
    try:
        if not interaction.response.is_done():
            try:
                await interaction.response.send_message(sentence, ephemeral=True, **more)
            except discord.HTTPException as wrong:
                if wrong.code != _ANSWERED:  # by our own call, past discord.py
                    raise
            else:
                return
        await interaction.followup.send(sentence, ephemeral=True, **more)
    except discord.HTTPException as wrong:
        log.warning("interaction %d could not be told %r: %s", interaction.id, sentence, wrong)


async def _locale(interaction: Interaction) -> str:
    known = getattr(interaction.client, "locale_of", None)
    if known is not None:
        with contextlib.suppress(StoreFailed):  # what fails next says so
            return str(await known(interaction))
    return locale_of(str(interaction.locale))
