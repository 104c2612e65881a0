"""Adding adapters from inside Discord. Each addition is a row before anything is fetched, so that it goes on after the
bot was started anew, and whoever asked is told what came of it: in the answer, or in person once that cannot be edited
any more."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable

import discord

from adapters.library import Kept
from bot import jobs
from bot.adding import attached
from bot.adding.admission import PROMPT
from bot.adding.panel import Panels
from bot.adding.telling import Telling, in_person, stop_view
from bot.adding.way import Additions as Way
from bot.answers import Interaction, Refused
from bot.form import Form, Letter
from bot.gate import is_nsfw
from bot.insisting import insisted
from bot.outbox import Courier
from bot.post import Post
from bot.quoting import quoted
from bot.servers.rules import Rules
from bot.servers.trail import Trail
from bot.store.additions import Addition, Additions
from bot.texts import text
from bot.texts.errors import translated
from protocol.errors import StyleSealError

log = logging.getLogger(__name__)
AT_ONCE = 2
"""Additions that are worked on, in all servers together; attachments are fetched before that."""
OF_SERVER = 3
TRIES = 5
"""Lives of the bot that ended in the middle of one, after which it is given up."""
REPAINT_SECONDS = 600.0
"""Within which the answer to a click can be edited for sure."""
_STOP_SECONDS = 3.0


class Adding:
    """`server_name` gives what a server is called, or nothing where that is not known."""

    def __init__(
        self,
        store: Additions,
        way: Way,
        post: Post,
        courier: Courier,
        panels: Panels,
        trail: Trail,
        rules: Rules,
        server_name: Callable[[int], str],
    ) -> None:
        self.store = store
        self.way = way
        self._post = post
        self._courier = courier
        self._panels = panels
        self._trail = trail
        self._rules = rules
        self._server_name = server_name
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._group: asyncio.TaskGroup | None = None
        self._going: dict[str, asyncio.Task[None]] = {}
        self._stopped: set[str] = set()
        self._painting: set[str] = set()
        """Servers one of whose styles is painted anew."""

    async def run(self) -> None:
        """Until it is cancelled; what was not finished then is taken up at the next start."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for addition in await insisted(self.store.unfinished):
                self._start(addition)
            await asyncio.Event().wait()

    async def begin(self, interaction: Interaction, source: str | discord.Attachment, locale: str) -> None:
        """For somebody who may. Raises `Refused`, `SourceRefused` and `StoreFailed`."""
        assert interaction.guild_id is not None, "it was asked before"
        file = source if isinstance(source, discord.Attachment) else None
        if file is not None:
            attached.check(file.filename, file.size)
        now = time.time()
        addition = Addition(
            id=secrets.token_hex(8),
            guild_id=interaction.guild_id,
            user_id=interaction.user.id,
            source=source.url if isinstance(source, discord.Attachment) else source,
            file_name="" if file is None else file.filename,
            bytes=0 if file is None else file.size,
            locale=locale,
            nsfw=is_nsfw(interaction),
            token=interaction.token,
            token_until=now + jobs.TOKEN_SECONDS,
            created_at=now,
        )
        if not await self.store.add(addition, OF_SERVER):
            raise Refused("adding_full", count=OF_SERVER)
        view = stop_view(addition)
        try:
            await interaction.response.send_message(text(locale, "adding_looking"), view=view, ephemeral=True)
        except BaseException:  # also where Discord could not be reached: it would hold a place until the next start
            await self.store.ended(addition.id, None)
            raise
        self._start(addition)

    async def stop(self, id: str, guild_id: int) -> bool:
        """Whether there was one of that server to stop."""
        addition = await self.store.get(id)
        if addition is None or addition.guild_id != guild_id:
            return False
        await self.store.ended(id, None)
        task = self._going.get(id)
        if task is not None and not task.done():
            self._stopped.add(id)
            task.cancel()
            await asyncio.wait([task], timeout=_STOP_SECONDS)
        return True

    async def repaint(self, kept: Kept, prompt: str = PROMPT) -> None:
        """A style's pictures anew. Raises `Refused` while another one of its server is painted, where it takes too
        long, and where the engine's screen holds them back; otherwise as `bot.adding.way.Additions.repaint` does."""
        if kept.owner in self._painting:
            raise Refused("adapter_painting")
        self._painting.add(kept.owner)
        try:
            async with asyncio.timeout(REPAINT_SECONDS), self._slots:
                seen = await self.way.repaint(kept, prompt=prompt)
        except TimeoutError as late:
            raise Refused("adapter_engine_away") from late
        finally:
            self._painting.discard(kept.owner)
        if not seen:
            raise Refused("adapter_pictures_held")

    async def stop_all(self, *, guild_id: int | None = None, user_id: int | None = None) -> None:
        """Of a server that the bot has left, or of a member who is forgotten."""
        of_server = [] if guild_id is None else await self.store.of_server(guild_id)
        of_member = [] if user_id is None else await self.store.of_member(user_id)
        for addition in (*of_server, *of_member):
            await self.stop(addition.id, addition.guild_id)

    def _start(self, addition: Addition) -> None:
        if self._group is None or addition.id in self._going:  # it is read from the store when all of them are
            return
        task = self._group.create_task(self._carried_out(addition))
        self._going[addition.id] = task
        task.add_done_callback(lambda _: self._going.pop(addition.id, None))

    async def _carried_out(self, addition: Addition) -> None:
        try:
            if await insisted(lambda: self.store.get(addition.id)) is None:  # it was begun twice, and is over
                return
            await insisted(lambda: self.store.begun(addition.id))
            telling = Telling(self._post, addition)
            kept, form = await self._outcome(addition, telling)
            letter = None if await telling.last(form) else self._in_person(addition, kept, form)
            await self.way.forget(addition)  # first: on a full disk nothing can be noted before there is room
            await insisted(lambda: self.store.ended(addition.id, letter))
            self._courier.wake()
        except asyncio.CancelledError:
            if addition.id not in self._stopped:
                raise
            await self.way.undo(addition)
        except Exception:
            log.exception("addition %s is tried again at the next start", addition.id)
        finally:
            self._stopped.discard(addition.id)

    async def _outcome(self, addition: Addition, telling: Telling) -> tuple[Kept | None, Form]:
        """The draft, if there is one, and what is to be told."""
        locale = addition.locale
        try:
            if addition.tries >= TRIES:
                raise Refused("adding_crashed")
            async with telling:
                await self.way.fetch(addition, telling)
                if self._slots.locked():
                    telling.say("adding_turn")
                async with self._slots:
                    kept = await self.way.taken(addition, telling)
            settings = await self._rules.of(addition.guild_id)
            style = quoted(kept.style.name)
            by = addition.user_id
            await insisted(lambda: self._trail.note(addition.guild_id, settings, by, "adapter_added", style=style))
        except Refused as refused:
            why = text(locale, refused.key, **refused.values)
        except StyleSealError as wrong:
            log.info("addition %s came to nothing: %s", addition.id, wrong.sentence)
            why = quoted(translated(locale, wrong.sentence), 1_500)
        except Exception:
            log.exception("addition %s failed", addition.id)
            why = text(locale, "wrong")
        else:
            panel = await asyncio.to_thread(self._panels.of, kept, locale, nsfw=addition.nsfw)
            return kept, panel.form()
        return None, Form.of(text(locale, "adding_failed", why=why))

    def _in_person(self, addition: Addition, kept: Kept | None, form: Form) -> Letter:
        server = self._server_name(addition.guild_id) or str(addition.guild_id)
        return in_person(addition, "" if kept is None else kept.style.name, form, server)
