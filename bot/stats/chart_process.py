"""Draws charts in a process of their own, one at a time: matplotlib would leave 70 MiB in the bot's memory for good.

Run as a program it reads a sheet as JSON, writes a PNG, and ends.
"""

import asyncio
import contextlib
import logging
import os
import sys

from bot import priority
from bot.stats.chart import Sheet, drawn
from protocol.errors import StyleSealError

log = logging.getLogger(__name__)
COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "bot.stats.chart_process")
SECONDS = 30.0
"""For one; the first on a machine looks for fonts."""
_MOST_WAITING = 8
_SAID = 2_000
"""Characters of what it says when it fails."""
_NOT_ITS_OWN = ("STYLESEAL_DISCORD_TOKEN", "STYLESEAL_ENGINE_TOKEN")


class NotDrawn(StyleSealError):
    code = "not_drawn"


class ChartProcess:
    def __init__(self, command: tuple[str, ...] = COMMAND, seconds: float = SECONDS) -> None:
        self._command = command
        self._seconds = seconds
        self._one = asyncio.Lock()
        self._waiting = 0

    async def drawn(self, sheet: Sheet) -> bytes:
        """A PNG. Raises `NotDrawn`, also where too many are waited for."""
        if self._waiting >= _MOST_WAITING:
            raise NotDrawn("Too many charts are being drawn.")
        self._waiting += 1
        try:
            async with self._one:
                return await self._drawn(sheet)
        finally:
            self._waiting -= 1

    async def _drawn(self, sheet: Sheet) -> bytes:
        pipe = asyncio.subprocess.PIPE
        own = {name: value for name, value in os.environ.items() if name not in _NOT_ITS_OWN}
        try:
            child = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env=own,
                start_new_session=True,
                creationflags=priority.CREATION_FLAGS,
            )
        except OSError as wrong:
            raise NotDrawn(f"No process can be started for a chart: {wrong.strerror}.") from wrong
        try:
            priority.give_way(child.pid)
            async with asyncio.timeout(self._seconds):
                png, said = await child.communicate(sheet.to_json())
        except TimeoutError as late:
            raise NotDrawn("A chart took too long.") from late
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
        if child.returncode or not png:
            log.error("a chart was not drawn: %s", said.decode("utf-8", "replace")[-_SAID:])
            raise NotDrawn("A chart was not drawn.")
        return png


if __name__ == "__main__":
    sys.stdout.buffer.write(drawn(Sheet.from_json(sys.stdin.buffer.read())))
