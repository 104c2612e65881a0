"""An engine that somebody else runs, at an address."""

import asyncio
import logging
from collections.abc import Callable

from bot.link import EngineLink
from bot.presence import Patience, Presence
from bot.watch import Watch
from protocol.address import Address
from protocol.answers import Health
from protocol.errors import StyleSealError, Unauthorized

log = logging.getLogger(__name__)
_PATIENCE = Patience(look=2.0, check=10.0)
_SILENT = "silent"


class EngineElsewhere(Presence):
    def __init__(
        self,
        address: Address,
        token: str | None,
        on_loading: Callable[[str], None] | None = None,
        patience: Patience = _PATIENCE,
    ) -> None:
        super().__init__(f"Nothing has answered at {address} yet.", on_loading, patience)
        self._address = address
        self._token = token
        self._told = ""
        """Why there is none, as the log has it; however it is silent, it is `_SILENT`."""

    async def run(self) -> None:
        """Until it is cancelled. Raises `Unauthorized` where the token is wrong from the first; whatever is wrong later
        is logged once, and anew where it is something else, and once that it is over."""
        async with EngineLink(self._address, self._token) as link:
            watch = Watch(link, self._patience.check, self._patience.look)
            while True:
                try:
                    await self._see(link, await watch.look(), watch.why)
                except Unauthorized as wrong:
                    refused = Unauthorized(
                        f"The engine at {self._address} takes another token: set STYLESEAL_ENGINE_TOKEN to the "
                        "STYLESEAL_TOKEN that it was started with."
                    )
                    if not self._arrivals:
                        raise refused from wrong
                    self._miss(refused.sentence)
                except StyleSealError as wrong:
                    self._miss(wrong.sentence)
                await asyncio.sleep(self._patience.look)

    async def _see(self, link: EngineLink, health: Health | None, why: str) -> None:
        if health is None:
            self._miss(why, _SILENT)
        elif health.status == "loading":
            self._answers.clear()
            self._loads(health.detail)
        elif health.status == "failed":
            self._miss(health.detail)
        elif not self._answers.is_set():
            await self._came(link)
            if self._told:
                log.warning("the engine at %s is there", self._address)
            self._told = ""

    def _miss(self, why: str, kind: str = "") -> None:
        if self._told != (kind or why):
            log.warning("there is no engine to paint with at %s: %s", self._address, why)
        self._told = kind or why
        self._went(why)
