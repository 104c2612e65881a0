"""Discord's ids: 64 bits that begin with the millisecond they were made in (discord.com/developers/docs/reference)."""

import itertools

from playground.clock import Clock

EPOCH = 1_420_070_400_000
"""The first millisecond of 2015, in Unix time."""


class Snowflakes:
    """Each is larger than all before it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = itertools.count()
        self._last = 0

    def __call__(self) -> int:
        made = self.at(self._clock.now()) | next(self._count) & 0xFFF
        self._last = made if made > self._last else self._last + 1
        return self._last

    @staticmethod
    def at(moment: float) -> int:
        """The lowest id of a moment in Unix seconds."""
        return (int(moment * 1000) - EPOCH) << 22


def moment_of(snowflake: int) -> float:
    """When it was made, in Unix seconds."""
    return ((snowflake >> 22) + EPOCH) / 1000
