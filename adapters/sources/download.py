"""Fetching the file of an offer onto this disk.

One try goes like this: ask for what is missing of the part, look at the answer's head, look at the first bytes, write
the rest. A try that is cut is followed by another that carries on, and so is a call after a crash.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from adapters.errors import SourceFailed, SourceFaltered, SourceRefused
from adapters.sources import looks, table
from adapters.sources.answer import Answer
from adapters.sources.offer import Offer
from adapters.sources.pace import Pace
from adapters.sources.part import Note, Part, finished
from adapters.sources.statuses import error_of
from adapters.sources.threads import in_thread
from adapters.sources.web import Web
from protocol.errors import StyleSealError

Progress = Callable[[int, int], None]
"""Told how many bytes are here, and of how many."""

_BLOCK = 2**20
_PAGES = ("text/html", "application/xhtml+xml")
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")


async def download(offer: Offer, web: Web, folder: Path, *, largest: int, progress: Progress) -> Path:
    """The file, whole and as its site says it is, under a name of ours in `folder`; the caller moves it away.

    `largest` is in bytes. Raises `SourceRefused` for a file that is not taken, `SourceFailed` where it cannot be had
    and `StorageFailed` where it cannot be kept. Cancelled, it leaves what it has for the next call.
    """
    if offer.size is not None:
        _check_size(offer.size, largest)
    if offer.sha256 and (path := finished(folder, offer.identity)) is not None:
        return path
    with closing(Part.opened(folder, offer.identity)) as part:
        await _tried(_Fetch(offer, web, part, largest, progress), web.rules.tries, web.rules.pause_seconds)
        if offer.sha256 and await in_thread(part.sha256) != offer.sha256:
            await in_thread(part.discard)
            raise SourceRefused("The file that arrived is not the one its site names: its SHA-256 is another.")
        return await in_thread(part.finish)


async def _tried(fetch: "_Fetch", tries: int, pause_seconds: float) -> None:
    for left in reversed(range(tries)):
        try:
            await fetch.once()
            return
        except SourceFaltered:
            if not left:
                raise
        await asyncio.sleep(pause_seconds)


class _Fetch:
    def __init__(self, offer: Offer, web: Web, part: Part, largest: int, progress: Progress) -> None:
        self._offer, self._web, self._part = offer, web, part
        self._largest, self._progress = largest, progress

    async def once(self) -> None:
        """One try. Leaves the part whole, or raises."""
        if self._part.note is not None:
            self._check_total(self._part.note.total)
        if self._part.is_whole:
            return
        missing = _missing(self._part)
        async with self._web.opened(self._offer.url, missing) as answer:
            if missing and answer.status in (206, 416):
                await self._carry_on(answer)
            elif answer.status == 200:
                await self._from_the_start(answer)
            else:
                raise self._refusal(answer)
        if not self._part.is_whole:
            raise SourceFaltered(f"{answer.host} stopped before the file was whole. Try again later.")

    async def _carry_on(self, answer: Answer) -> None:
        if not _carries_on(answer, self._part):
            await in_thread(self._part.forget)
            raise SourceFaltered(f"The file at {answer.host} has changed meanwhile. Try again.")
        await self._rest(answer, self._pace(answer), b"")

    async def _from_the_start(self, answer: Answer) -> None:
        if answer.content_type in _PAGES:
            raise self._wrong(answer, looks.WEB_PAGE)
        if answer.length is None:
            raise SourceRefused(f"{answer.host} does not say how large the file is, so it is not fetched.")
        self._check_total(answer.length)
        pace, first = self._pace(answer), b""
        while len(first) < looks.FIRST and (piece := await answer.read()):
            pace.count(len(piece))
            first += piece
        if what := looks.wrong(first, answer.length):
            raise self._wrong(answer, what)
        note = Note(answer.length, answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", ""))
        await in_thread(self._part.begin, note)
        await self._rest(answer, pace, first)

    async def _rest(self, answer: Answer, pace: Pace, first: bytes) -> None:
        block = bytearray(first)
        try:
            while piece := await answer.read():
                pace.count(len(piece))
                block += piece
                if len(block) >= _BLOCK:
                    full, block = bytes(block), bytearray()
                    await self._write(full)
        finally:
            await self._write(bytes(block))

    async def _write(self, block: bytes) -> None:
        await in_thread(self._part.append, block)
        if self._part.note is not None:
            self._progress(self._part.have, self._part.note.total)

    def _pace(self, answer: Answer) -> Pace:
        rules = self._web.rules
        return Pace(answer.host, rules.slow_seconds, rules.slow_bytes, asyncio.get_running_loop().time)

    def _check_total(self, total: int) -> None:
        _check_size(total, self._largest)
        if self._offer.size not in (None, total):
            raise SourceRefused(f"The file has {total} bytes, and its site says it has {self._offer.size}.")

    def _wrong(self, answer: Answer, what: str) -> StyleSealError:
        login = self._said(answer).get(401, "") if what == looks.WEB_PAGE else ""
        return SourceRefused(f"{answer.host} sent {what} instead of a .safetensors file. {login}".strip())

    def _refusal(self, answer: Answer) -> StyleSealError:
        if answer.status < 400:
            return SourceFailed(f"{answer.host} answered with HTTP status {answer.status} and no file.")
        return error_of(answer.status, answer.host, self._said(answer))

    def _said(self, answer: Answer) -> dict[int, str]:
        """The site's own sentences, if it is the site that answers and not where it keeps its files."""
        return {} if answer.redirected else dict(table.named(self._offer.source).said)


def _missing(part: Part) -> dict[str, str]:
    """The headers that ask for what is missing, if it can be told from another file's."""
    if part.note is None or not part.have or not part.note.mark:
        return {}
    return {"Range": f"bytes={part.have}-", "If-Range": part.note.mark}


def _carries_on(answer: Answer, part: Part) -> bool:
    """Whether a partial answer is exactly what is missing of the same file."""
    note, found = part.note, _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    if answer.status != 206 or note is None or found is None:
        return False
    start, end, total = map(int, found.groups())
    if (start, end, total) != (part.have, note.total - 1, note.total) or answer.length not in (None, end - start + 1):
        return False
    same_tag = answer.headers.get("ETag", note.etag) == note.etag
    return same_tag and answer.headers.get("Last-Modified", note.modified) == note.modified


def _check_size(size: int, largest: int) -> None:
    if size > largest:
        raise SourceRefused(f"The file has {size / 2**20:.1f} MiB, and at most {largest / 2**20:.1f} MiB are taken.")
