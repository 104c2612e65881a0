"""Preview pictures of every style, painted by the engine when nobody else needs it.

They are ordinary requests of low priority, one at a time: those of the styles that somebody looks at soonest, all
others once the bot has had nothing to do for a while. A member's job comes first: what was begun is left where somebody
waits, and painted later. What is painted stays on the disk, so that nothing is painted twice.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass

from adapters.library import State
from adapters.styles import Style
from bot.desk import Desk
from bot.jobs import opened
from bot.presence import Presence
from bot.store.pictures import DiskFailed
from bot.styles.by_place import Styles
from bot.styles.preview_store import PROMPTS, SEED, PreviewStore, key_of
from protocol.errors import EngineGone, StyleSealError
from protocol.events import Completed
from protocol.order import PaintOrder
from protocol.paint import PaintRequest

log = logging.getLogger(__name__)
PRIORITY = -10
QUIET_SECONDS = 30.0
"""After which, where nobody has asked for anything, those are painted that nobody looks at."""
LOOK_SECONDS = 2.0
"""Between two looks whether it is quiet, and whether there are other styles."""
AGAIN_SECONDS = 24 * 3600.0
"""After which one that could not be painted is tried again."""
PAUSE_SECONDS = 60.0
"""After the engine died, or the disk was full."""
_CRASHES = 2
_WANTED = 60
"""Pictures at most that wait since somebody looked at their styles."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """One picture; `number` is of its prompt, from 0."""

    style: Style
    number: int


class Previews:
    def __init__(self, store: PreviewStore, styles: Styles, desk: Desk, engine: Presence) -> None:
        self._store = store
        self._styles = styles
        self._desk = desk
        self._engine = engine
        self._wanted: list[_Unit] = []
        self._looked = asyncio.Event()
        self._not_before: dict[tuple[str, int], float] = {}
        """By key and number, when one that could not be painted is tried again."""
        self._crashed: Counter[str] = Counter()
        self._quiet_since = time.monotonic()
        self._all: dict[str, Style] = {}
        """By key; as of what is `_known` of the library, and of the base."""
        self._known: tuple[object, str] | None = None

    async def read(self, style: Style, numbers: Iterable[int]) -> dict[int, bytes]:
        """Those that there are (WebP), by the numbers of their prompts; the others are painted soonest."""
        wanted, key = list(numbers), key_of(style, self._base())
        found = await asyncio.to_thread(lambda: {number: self._store.read(key, number) for number in wanted})
        missing = [_Unit(style, number) for number in wanted if found[number] is None]
        if missing:
            self._wanted = [*missing, *(one for one in self._wanted if one not in missing)][:_WANTED]
            self._looked.set()
        return {number: data for number, data in found.items() if data is not None}

    async def run(self) -> None:
        """Until it is cancelled."""
        await asyncio.to_thread(self._store.load)
        while True:
            try:
                unit = await self._next()
                await (self._rest() if unit is None else self._painted(unit))
            except DiskFailed as full:
                log.error("%s", full.sentence)
                await asyncio.sleep(PAUSE_SECONDS)
            except StyleSealError as wrong:  # of the library, whose disk may come back
                log.warning("no previews for now: %s", wrong.sentence)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _rest(self) -> None:
        self._looked.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._looked.wait()

    async def _next(self) -> _Unit | None:
        """What is painted now; None while others come first, or where there is nothing."""
        if not self._engine.state().ready:
            return None
        if (base := self._base()) != self._store.base:
            await asyncio.to_thread(self._store.remember, base)
        self._wanted = [one for one in self._wanted if self._is_open(key_of(one.style, base), one.number)]
        if self._wanted:
            return None if self._others_first(looked_at=True) else self._wanted[0]
        if self._others_first(looked_at=False):
            self._quiet_since = time.monotonic()
        return None if time.monotonic() - self._quiet_since < QUIET_SECONDS else await self._unseen()

    def _others_first(self, *, looked_at: bool) -> bool:
        """What somebody looks at is painted beside what members asked for, as it is of low priority, but not before
        what waits; all else only where there is nothing to do."""
        return self._desk.waiting > 0 or (self._desk.painting > 0 and not looked_at)

    async def _unseen(self) -> _Unit | None:
        """One that nobody waits for, the first picture of each style first."""
        there = (self._styles.library.everything(), self._base())
        if self._known != there:
            self._all = await asyncio.to_thread(self._keys)
            await asyncio.to_thread(self._store.sweep, set(self._all))
            self._known = there
        if self._store.full:
            return None
        for number in range(len(PROMPTS)):
            for key, style in self._all.items():
                if self._is_open(key, number):
                    return _Unit(style, number)
        return None

    def _keys(self) -> dict[str, Style]:
        """All styles that can be painted in, whoever has them."""
        kept = [one.style for one in self._styles.library.everything() if one.state is State.ACTIVE]
        return {key_of(style, self._base()): style for style in (*self._styles.fixed(), *kept)}

    def _is_open(self, key: str, number: int) -> bool:
        """It is not there, and can be painted."""
        return not self._store.has(key, number) and self._not_before.get((key, number), 0.0) <= time.monotonic()

    async def _painted(self, unit: _Unit) -> None:
        """Raises `DiskFailed`."""
        base = self._base()
        key = key_of(unit.style, base)
        try:
            done = await self._paint(unit)
            if done is not None and done.flagged:
                log.info("a preview of %s is not kept, as the engine's screen holds it back", unit.style.name)
                self._leave(key, [unit.number])
            elif done is not None and base == self._base():
                await asyncio.to_thread(self._store.keep, key, unit.number, done.png)
        except DiskFailed:
            raise
        except EngineGone as gone:
            log.warning("the engine went while a preview of %s was painted: %s", unit.style.name, gone.sentence)
            self._crashed[key] += 1
            if self._crashed[key] >= _CRASHES:
                self._leave(key, range(len(PROMPTS)))
            await asyncio.sleep(PAUSE_SECONDS)
        except StyleSealError as wrong:
            log.warning("there is no preview of %s: %s", unit.style.name, wrong.sentence)
            self._leave(key, [unit.number])
        except Exception:
            log.exception("the preview of %s failed", unit.style.name)
            self._leave(key, [unit.number])

    def _leave(self, key: str, numbers: Iterable[int]) -> None:
        """For a while."""
        self._not_before |= {(key, number): time.monotonic() + AGAIN_SECONDS for number in numbers}

    async def _paint(self, unit: _Unit) -> Completed | None:
        """None where somebody came who goes first."""
        request = PaintRequest(prompt=PROMPTS[unit.number], seed=SEED, adapters=(unit.style.use(),))
        order = PaintOrder(request=opened(request, unit.style.preset), stream=True, priority=PRIORITY)
        link = await self._engine.link()
        looked_at = unit in self._wanted
        if self._others_first(looked_at=looked_at):
            return None
        with self._engine.company.beside():
            async with aclosing(link.paint(order, lambda _: unit.style.read())) as events:
                async for event in events:
                    if isinstance(event, Completed):
                        return event
                    if self._others_first(looked_at=looked_at):
                        return None
        return None

    def _base(self) -> str:
        card = self._engine.card()
        return self._store.base if card is None else card.fingerprint
