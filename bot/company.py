"""Who was in the engine when it went: only a job that was painted alone can be what made it."""

import secrets
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
        crashed = False
        try:
            yield
        except EngineGone:
            crashed = True
            if id not in self._gone:
                self._gone.update(dict.fromkeys(self._inside, len(self._inside)))
            raise
        finally:
            self._inside.discard(id)
            if not crashed:
                self._gone.pop(id, None)

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Inside, the engine paints what is no job, and nobody asks about it afterwards."""
        id = secrets.token_hex(4)
        try:
            with self.of(id):
                yield
        finally:
            self._gone.pop(id, None)

    def was_alone(self, id: str) -> bool:
        """Whether nobody else was inside when the engine went, of a job that ended so; to be asked once."""
        return self._gone.pop(id, 1) == 1
