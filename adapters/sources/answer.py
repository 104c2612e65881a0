"""What a host answered: its head is here, its body is still to be read."""

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from adapters.errors import SourceFailed
from adapters.sources.failures import failures


@dataclass(frozen=True, slots=True)
class Answer:
    """`length` is the announced one in bytes; `redirected` says whether another host answers than was asked."""

    host: str
    status: int
    headers: Mapping[str, str]
    length: int | None
    content_type: str
    redirected: bool
    body: aiohttp.StreamReader

    async def read(self) -> bytes:
        """The next bytes as they arrive, empty at the end. Raises `SourceFaltered` where the body ends too early."""
        with failures(self.host):
            return await self.body.readany()

    async def whole(self, most: int) -> bytes:
        """The body, if it is no more than `most` bytes. Raises `SourceFailed`."""
        data = bytearray()
        while piece := await self.read():
            data += piece
            if len(data) > most:
                raise SourceFailed(f"{self.host} answered with more than {most >> 10} KiB, and that is too much.")
        return bytes(data)
