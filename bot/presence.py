"""Whether there is an engine, and the way to it. Knows nothing of where the engine runs, nor of who starts it."""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from bot.company import Company
from bot.link import EngineLink
from protocol.answers import BaseCard
from protocol.errors import StyleSealError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineState:
    """`detail` is a sentence: how far loading is, or why there is none; empty while it is ready. `restarts` is how
    often it came back."""

    ready: bool
    detail: str
    restarts: int


@dataclass(frozen=True, slots=True)
class Patience:
    """All in seconds: `look` between two looks at an engine, `check` for the answer; silent for `hung`, it hangs.
    It is started again after the next of `backoff`, or the first of them if it was there for `healthy`."""

    look: float = 0.5
    check: float = 5.0
    hung: float = 30.0
    """An engine answers while it paints; loading and compiling may keep it from that for seconds."""
    healthy: float = 60.0
    backoff: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)


class Presence(ABC):
    """`run` sees to an engine until it is cancelled; `link` waits for it. `on_loading` is called with a sentence
    whenever loading gets further."""

    def __init__(self, detail: str, on_loading: Callable[[str], None] | None, patience: Patience) -> None:
        self._on_loading = on_loading or (lambda sentence: log.info("%s", sentence))
        self._patience = patience
        self._link: EngineLink | None = None
        self._card: BaseCard | None = None
        self._answers = asyncio.Event()
        self._detail = detail
        self._arrivals = 0
        self.company = Company()
        """Of all that it paints."""

    @abstractmethod
    async def run(self) -> None: ...

    def state(self) -> EngineState:
        ready = self._answers.is_set()
        return EngineState(ready, "" if ready else self._detail, max(0, self._arrivals - 1))

    def card(self) -> BaseCard | None:
        """The base the engine had loaded when it was last ready; None before the first time."""
        return self._card

    async def link(self) -> EngineLink:
        """To an engine that answers: one that has just died, or hangs, is not given to the next who asks."""
        while True:
            await self._answers.wait()
            if (link := self._link) is not None and await self._is_ready(link):
                return link
            await asyncio.sleep(self._patience.look)

    async def _is_ready(self, link: EngineLink) -> bool:
        with contextlib.suppress(StyleSealError):  # also one that takes another token now, or a gateway in its place
            return (await link.health(self._patience.check)).status == "ready" and link is self._link
        return False

    def _loads(self, sentence: str) -> None:
        if sentence != self._detail:
            self._detail = sentence
            self._on_loading(sentence)

    async def _came(self, link: EngineLink) -> None:
        """Raises what keeps the engine from saying which base it has."""
        cards = await link.models()
        self._card = cards[0] if cards else None
        self._link = link
        self._arrivals += 1
        self._answers.set()

    def _went(self, why: str) -> None:
        """Nobody is given its link until it comes, or answers, again."""
        self._detail = why
        self._answers.clear()
