"""The way of an adapter into a server's library, as a draft: fetched, inspected, tried on the engine, kept."""

import asyncio
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from weakref import WeakValueDictionary

from adapters import previews
from adapters.intake import Candidate, drop, from_draft, from_offer, name_after
from adapters.library import EVERYONE, Kept, Library, Quota, State
from adapters.settings import AdapterSettings
from adapters.sources import table
from adapters.sources.threads import in_thread
from adapters.styles import Style
from bot.adding import admission, attached
from bot.adding.admission import Trial
from bot.adding.telling import Telling
from bot.answers import Refused
from bot.link import AdapterFiles
from bot.presence import Presence
from bot.quoting import quoted
from bot.store.additions import Addition
from bot.styles.by_place import Styles
from protocol.errors import EngineBusy, EngineGone, StyleSealError
from protocol.paint import AdapterUse

MARK = "addition"
"""Among the facts of a style: the id of the addition that brought it."""
_CRASHES = 2
"""Of the engine while it tries one adapter, after which that is given up."""
_BUSY_SECONDS = 5.0
_BUSY_TIMES = 60


class Additions:
    """`quota` is what one server may have."""

    def __init__(self, styles: Styles, adapters: AdapterSettings, engine: Presence, quota: Quota) -> None:
        self._styles = styles
        self.library: Library = styles.library
        self._adapters = adapters
        self._engine = engine
        self.quota = quota
        self._alone: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """By the file that a site offers: the same one is fetched by one at a time."""
        self._fetching: dict[str, str] = {}
        """By an addition's id, the file that it fetches."""
        self._naming = threading.Lock()

    async def fetch(self, addition: Addition, telling: Telling) -> None:
        """What was attached, before its address expires. Raises as `taken` does."""
        path = self._draft(addition)
        if addition.file_name and not path.exists() and self._brought(addition) is None:
            attached.check(addition.file_name, addition.bytes)
            self._check_room(addition.owner, addition.bytes)
            await attached.fetched(addition.source, addition.bytes, path, telling.fetched)

    async def taken(self, addition: Addition, telling: Telling) -> Kept:
        """The draft, with its pictures. What an earlier life of the bot has done is not done again. Raises
        `StyleSealError` with what is wrong with it."""
        kept = self._brought(addition)
        if kept is None:
            self._check_room(addition.owner, addition.bytes)
            async with self._candidate(addition, telling) as candidate:
                style = self._style(addition, candidate)
                self._check_new(addition.owner, style)
                self.library.check_room(addition.owner, style, candidate.inspection.size, self.quota)
                trial = await self.tried(style.use(), lambda _: candidate.path.read_bytes(), telling.say)
                kept = await in_thread(self._add, addition, candidate, style, trial.difference)
                await self._pictured(kept, trial)
        elif not self.library.preview(kept.id, "card").exists():
            await self.repaint(kept, telling.say)
        return kept

    async def repaint(
        self, kept: Kept, say: Callable[[str], None] = lambda _: None, prompt: str = admission.PROMPT
    ) -> bool:
        """Its pictures anew, as it is now; whether they may be seen. Raises as `tried` does."""
        trial = await self.tried(kept.style.use(), lambda _: kept.style.read(), say, prompt)
        self.library.by_id(kept.id)  # it may have been removed meanwhile
        return await self._pictured(kept, trial)

    async def _pictured(self, kept: Kept, trial: Trial) -> bool:
        """Keeps its pictures, unless the engine's screen holds them back."""
        if not trial.flagged:
            await asyncio.to_thread(previews.keep, self.library, kept.id, trial.plain, trial.painted)
        return not trial.flagged

    async def tried(
        self, use: AdapterUse, files: AdapterFiles, say: Callable[[str], None], prompt: str = admission.PROMPT
    ) -> Trial:
        """On the engine, once there is one; `say` is given keys of texts. Raises `AdapterRefused`, and `EngineGone`
        where the engine dies of it."""
        crashes = busy = 0
        while True:
            say("adding_waiting")
            link = await self._engine.link()
            say("adding_trying")
            try:
                with self._engine.company.beside():
                    return await admission.tried(link, use, files, prompt=prompt)
            except EngineGone:
                crashes += 1
                if crashes >= _CRASHES:
                    raise
            except EngineBusy:
                busy += 1
                if busy >= _BUSY_TIMES:
                    raise
                await asyncio.sleep(_BUSY_SECONDS)

    async def undo(self, addition: Addition) -> None:
        """As if it had never begun; but what somebody activated meanwhile stays."""
        if (kept := self._brought(addition)) is not None:
            await asyncio.to_thread(self.library.purge, kept.id, (State.DRAFT,))
        if (identity := self._fetching.get(addition.id)) is not None:
            async with self._alone.setdefault(identity, asyncio.Lock()):  # another one may be at it by now
                with suppress(StyleSealError):  # another process has it
                    await in_thread(drop, self.library.files, identity)
        await self.forget(addition)

    async def forget(self, addition: Addition) -> None:
        """What was fetched of an attachment; of a link, what there is stays for whoever fetches it again."""
        self._fetching.pop(addition.id, None)
        for path in (self._draft(addition), self._draft(addition).with_suffix(".fetching")):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    @asynccontextmanager
    async def _candidate(self, addition: Addition, telling: Telling) -> AsyncIterator[Candidate]:
        if addition.file_name:
            telling.say("adding_inspecting")
            yield await asyncio.to_thread(from_draft, self._draft(addition), addition.file_name)
            return
        async with table.connected(self._adapters.rules, self._adapters.keys) as web:
            offer = await table.find(addition.source, web)
            self._check_room(addition.owner, offer.size or 0)
            self._fetching[addition.id] = offer.identity
            async with (
                self._alone.setdefault(offer.identity, asyncio.Lock()),
                from_offer(self.library.files, web, offer, telling.fetched) as candidate,
            ):
                yield candidate

    def _brought(self, addition: Addition) -> Kept | None:
        """What this addition has brought already, before the bot ended in the middle."""
        own = self.library.kept(addition.owner)
        return next((kept for kept in own if kept.facts.get(MARK) == addition.id), None)

    def _check_new(self, owner: str, style: Style) -> None:
        """Raises `Refused` for a file that the server has already."""
        for kept in self.library.kept(owner):
            if kept.style.sha256 == style.sha256:
                raise Refused("adding_there", style=quoted(kept.style.name))

    def _check_room(self, owner: str, size: int) -> None:
        """Before anything is fetched. Raises `QuotaReached`."""
        unknown = Style(name=secrets.token_hex(16), path=Path(), sha256="0" * 64)
        self.library.check_room(owner, unknown, size, self.quota)

    def _style(self, addition: Addition, candidate: Candidate) -> Style:
        style = candidate.style("style", candidate.trigger)
        adult = candidate.offer is not None and candidate.offer.adult is True
        return replace(style, name=name_after(style.title, self._taken(addition.owner)), adult=adult)

    def _taken(self, owner: str) -> frozenset[str]:
        """Names of the server's, and those that everyone's styles have, in lower case."""
        shared = [*self._styles.fixed(), *(kept.style for kept in self.library.kept(EVERYONE))]
        return frozenset(style.name.casefold() for style in [*shared, *(one.style for one in self.library.kept(owner))])

    def _add(self, addition: Addition, candidate: Candidate, style: Style, difference: float) -> Kept:
        """In a thread. Raises what `Library.add` raises."""
        facts = candidate.facts() | {MARK: addition.id, "difference": round(difference, 4)}
        size, owner, by = candidate.inspection.size, addition.owner, str(addition.user_id)
        with self._naming:  # its name may have been taken meanwhile
            style = replace(style, name=name_after(style.title, self._taken(owner)))
            return self.library.add(style.path, style, size, facts, owner, self.quota, state=State.DRAFT, by=by)

    def _draft(self, addition: Addition) -> Path:
        return self.library.files.drafts / f"{addition.id}.draft"
