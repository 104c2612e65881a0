"""Keeps what members read of their place in line true, as it moves."""

import asyncio

from bot.delivery import Delivery
from bot.desk import Desk
from bot.jobs import State
from bot.result import queued

EVERY_SECONDS = 10.0


class Told:
    def __init__(self, desk: Desk, delivery: Delivery) -> None:
        self._desk = desk
        self._delivery = delivery

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.tell()

    async def tell(self) -> None:
        """Whoever's turn is another than they were told, the next ones first, while there is room for such edits."""
        told = self._desk.told
        line = sorted(self._desk.line(), key=lambda pair: pair[1].turn)
        for gone in told.keys() - {job.id for job, _ in line}:
            del told[gone]
        for job, foreseen in line:
            moved = told.get(job.id) != foreseen.turn
            if moved and await self._delivery.progress(job.id, queued(job, foreseen), State.WAITING):
                told[job.id] = foreseen.turn
