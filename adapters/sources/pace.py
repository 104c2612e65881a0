"""How fast a file arrives, so that one that drips in is given up."""

from collections.abc import Callable

from adapters.errors import SourceFailed


class Pace:
    """Counts bytes in stretches of `seconds`; `clock` gives the time in seconds."""

    def __init__(self, host: str, seconds: float, bytes_a_second: int, clock: Callable[[], float]) -> None:
        self._host, self._seconds, self._least, self._clock = host, seconds, bytes_a_second, clock
        self._began, self._arrived = clock(), 0

    def count(self, arrived: int) -> None:
        """Raises `SourceFailed` at the end of a stretch with too few bytes."""
        self._arrived += arrived
        passed = self._clock() - self._began
        if passed < self._seconds:
            return
        if self._arrived < self._least * passed:
            raise SourceFailed(f"{self._host} sends the file too slowly. Try again later.")
        self._began, self._arrived = self._began + passed, 0
