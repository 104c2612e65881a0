"""What an admin is told while an adapter is added: the latest, at most every few seconds, and in the end what came of
it."""

import asyncio
import contextlib
import logging
import time

import discord

from bot.buttons.adding import StopAdding
from bot.form import Form, Letter, Target
from bot.latest import Latest
from bot.post import Post, Upload
from bot.quoting import quoted
from bot.refusals import Away, DiscordRefused, TooLarge
from bot.store.additions import Addition
from bot.texts import text
from protocol.errors import StyleSealError

log = logging.getLogger(__name__)
EDIT_SECONDS = 3.0
"""Between two edits that only show progress."""
_AGAIN_SECONDS = 2.0
_BAR = 12


class Telling(Latest):
    """Used as `async with Telling(...) as telling`."""

    def __init__(self, post: Post, addition: Addition) -> None:
        super().__init__(EDIT_SECONDS)
        self._post = post
        self._addition = addition
        self._words = ""

    def say(self, key: str, **values: object) -> None:
        self._words = text(self._addition.locale, key, **values)
        self._changed.set()

    def fetched(self, have: int, total: int) -> None:
        """Bytes."""
        done = round(_BAR * have / total) if total else _BAR
        bar = "▰" * done + "▱" * (_BAR - done)
        self.say("adding_fetching", bar=bar, have=have / 2**20, total=total / 2**20)

    async def last(self, form: Form) -> bool:
        """What came of it; whether the message had it before the token died."""
        while time.time() < self._addition.token_until:
            try:
                await self._edit(form)
            except Away as away:
                log.info("what came of the addition %s cannot be told yet: %s", self._addition.id, away.sentence)
                await asyncio.sleep(max(away.after, _AGAIN_SECONDS))
            except TooLarge:
                form = form.without_files()
            except DiscordRefused as refused:
                log.info("what came of the addition %s cannot be told there: %s", self._addition.id, refused.sentence)
                return False
            else:
                return True
        return False

    async def _tell(self) -> None:
        if self._post.has_room and time.time() < self._addition.token_until:
            with contextlib.suppress(StyleSealError):  # what comes next is told again
                await self._edit(Form.of(self._words, stop_view(self._addition)))

    async def _edit(self, form: Form) -> None:
        uploads = [Upload(file.name, file.data, description=file.description) for file in form.files or ()]
        await self._post.edit_by_token(self._addition.token, None, form, uploads)


def stop_view(addition: Addition) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(StopAdding(addition.id, addition.locale))
    return view


def in_person(addition: Addition, draft: str, form: Form, server: str) -> Letter:
    """To whoever asked: that there is a draft of that name or, without one, what `form` says."""
    where = quoted(server, 100)
    if draft:
        words = text(addition.locale, "adding_told_ready", server=where, style=quoted(draft))
    else:
        words = f"{text(addition.locale, 'adding_told', server=where)} {form.content}"
    key, target = f"addition:{addition.id}", Target(user_id=addition.user_id)
    return Letter(key=key, target=target, form=Form.of(words), created_at=time.time())
