"""Looks at an engine again and again, and counts how long it has been silent."""

import time

from bot.link import EngineLink
from protocol.answers import Health
from protocol.errors import EngineGone


class Watch:
    """`look` is called with `pause` seconds between two calls; one look waits for an answer for `check` seconds."""

    def __init__(self, link: EngineLink, check: float, pause: float) -> None:
        self._link = link
        self._check = check
        self._pause = pause
        self.silent = 0.0
        """Seconds of looking that nothing answered, since the last answer. A look counts for what it may take and no
        more: while this process itself stands still, nobody is silent."""
        self.why = ""
        """What was wrong with the last look that nothing answered."""

    async def look(self) -> Health | None:
        """None where nothing answers; raises whatever else the engine answers with."""
        began = time.monotonic()
        try:
            health = await self._link.health(self._check)
        except EngineGone as gone:
            self.silent += min(time.monotonic() - began, self._check) + self._pause
            self.why = gone.sentence
            return None
        self.silent = 0.0
        return health
