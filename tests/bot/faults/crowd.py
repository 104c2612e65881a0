"""Thirty pictures for five members in three channels, each member asking for the next once they have the last."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from playground.testing import Playground
from tests.bot.faults.judge import Intention, settled, wrong_with
from tests.bot.faults.lives import Lives
from tests.bot.faults.members import collects, painted, wants

EACH = 6
JOBS = 5 * EACH
Disturb = Callable[[], Awaitable[Any]]


class Crowd:
    def __init__(self, playground: Playground) -> None:
        demo = playground.demo
        people = (demo.owner, demo.moderator, demo.member, demo.newcomer, demo.russian)
        places = (demo.art, demo.general, demo.thread)
        self._playground = playground
        self._of_each = [
            [
                wants(playground, one, places[number % 3], f"{one.name} {number}", steps=4, private=number == 4)
                for number in range(EACH)
            ]
            for one in people
        ]
        self._done = 0
        self._more = asyncio.Condition()

    @property
    def intentions(self) -> Sequence[Intention]:
        return [one for wanted in self._of_each for one in wanted]

    async def asks(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for wanted in self._of_each:
                tasks.create_task(self._one_after_the_other(wanted))

    async def until_done(self, count: int) -> None:
        """Waits until so many pictures are there."""
        async with self._more:
            await self._more.wait_for(lambda: self._done >= count)

    async def asks_while(self, *disturbances: Disturb) -> None:
        """The first as it begins, the others in turn at equal intervals of pictures."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._disturbed(disturbances))
            await self.asks()

    async def wrong(self, lives: Lives) -> list[str]:
        """In words, once the bot has nothing left to do. Where the answer to a private picture was lost as its token
        died, it was shown, and is offered again."""
        await settled(lives.data)
        await asyncio.gather(*(collects(one) for one in self.intentions if one.is_private))
        await settled(lives.data)
        return await wrong_with(self._playground, self.intentions)

    async def _one_after_the_other(self, wanted: Sequence[Intention]) -> None:
        for one in wanted:
            await painted(one)
            async with self._more:
                self._done += 1
                self._more.notify_all()

    async def _disturbed(self, disturbances: Sequence[Disturb]) -> None:
        for number, disturb in enumerate(disturbances):
            await self.until_done(number * JOBS // len(disturbances))
            await disturb()
