"""Who was in the engine when it went: only a job that was painted alone can be what made it."""

from collections.abc import Iterator
from contextlib import contextmanager

from protocol.errors import EngineGone


class Company:
    def __init__(self) -> None:
        self._inside: set[str] = set()
        self._gone: dict[str, int] = {}
        """How many there were, for each of those that have not heard of it yet, and those that have not asked."""

    @contextmanager
    def of(self, id: str) -> Iterator[None]:
        """Inside, the engine paints it."""
        self._inside.add(id)
        try:
            yield
        except EngineGone:
            if id not in self._gone:
                self._gone.update(dict.fromkeys(self._inside, len(self._inside)))
            raise
        else:
            self._gone.pop(id, None)
        finally:
            self._inside.discard(id)

    def was_alone(self, id: str) -> bool:
        """Whether nobody else was inside when the engine went, of a job that ended so; to be asked once."""
        return self._gone.pop(id, 1) == 1
